package program

import (
	"context"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// How long the answer to an idempotency key is kept, and after how long a caller
// that never answered counts as gone.
const (
	IdempotencyKeep = 72 * time.Hour
	abandonedAfter  = 2 * time.Minute
)

// Asked is one call under an idempotency key.
type Asked struct {
	Scope       string // who asks and what: keys of different scopes never meet
	Key         string
	Fingerprint []byte // SHA-256 of the whole request
}

// Answer is what was sent back: an HTTP status and the body as it was.
type Answer struct {
	Status int
	Body   []byte
}

// Once runs fn at most once per key and repeats its answer to whoever asks again
// within 72 hours, refusals included. CodeKeyReused if the same key came with
// another request, CodeInFlight while the first is at work. An error of fn, or
// an answer of 500 and above, is no answer: the key is free again.
func (p *Program) Once(ctx context.Context, shop loyalty.ShopID, asked Asked, fn func() (Answer, error)) (Answer, error) {
	if asked.Key == "" || len(asked.Key) > 190 {
		return Answer{}, loyalty.Invalid("idempotency_key", "must have 1 to 190 characters")
	}
	key := store.IdempotencyKey{Scope: asked.Scope, Key: asked.Key, Fingerprint: asked.Fingerprint, State: store.KeyRunning, CreatedAt: p.now()}
	earlier, mine, err := p.takeKey(ctx, shop, key)
	if err != nil || !mine {
		return earlier, err
	}
	answer, failed := fn()
	// The outcome is written even if the caller has hung up meanwhile.
	ctx = context.WithoutCancel(ctx)
	if failed != nil || answer.Status >= 500 {
		if err := p.Store.Write(ctx, func(tx *store.Tx) error { return tx.DropIdempotencyKey(shop, key) }); err != nil {
			p.Log.Error("an idempotency key could not be freed", "shop", shop, "err", err)
		}
		return answer, failed
	}
	key.Status, key.Answer = int64(answer.Status), answer.Body
	err = p.Store.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.AnswerIdempotencyKey(shop, key)
		return err
	})
	return answer, err
}

// takeKey says whether the caller is the first; if not, what the first was told.
func (p *Program) takeKey(ctx context.Context, shop loyalty.ShopID, key store.IdempotencyKey) (earlier Answer, mine bool, err error) {
	err = p.Store.Write(ctx, func(tx *store.Tx) error {
		earlier, mine = Answer{}, false
		known, found, err := tx.IdempotencyKey(shop, key.Scope, key.Key)
		if err != nil {
			return err
		}
		if !found {
			err := tx.InsertIdempotencyKey(shop, key)
			if store.IsDuplicate(err, "idempotency_keys.PRIMARY") {
				return inFlight()
			}
			mine = err == nil
			return err
		}
		if err := sameContent(known.Fingerprint, key.Fingerprint); err != nil {
			return err
		}
		if known.State == store.KeyAnswered {
			earlier = Answer{Status: int(known.Status), Body: known.Answer}
			return nil
		}
		mine, err = tx.TakeOverIdempotencyKey(shop, key, key.CreatedAt-abandonedAfter.Milliseconds())
		if err == nil && !mine {
			return inFlight()
		}
		return err
	})
	return earlier, mine, err
}

func inFlight() error {
	return loyalty.Refuse(loyalty.CodeInFlight, "the same request is being worked on")
}

// PurgeIdempotencyKeys forgets answers that nobody may ask for any more. Refused
// redemptions are answers too.
func (p *Program) PurgeIdempotencyKeys(ctx context.Context, shop loyalty.ShopID, limit int) (n int64, err error) {
	err = p.Store.Write(ctx, func(tx *store.Tx) error {
		n, err = tx.PurgeIdempotencyKeys(shop, p.now()-IdempotencyKeep.Milliseconds(), limit)
		return err
	})
	return n, err
}
