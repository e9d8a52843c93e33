package program

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"

	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// stays says whether a refusal belongs to its key for good: the answer to "may
// I redeem this" must not change when the same question is repeated (D13).
// Outages and misuse of the key are not answers.
func stays(err error) bool {
	switch loyalty.CodeOf(err) {
	case loyalty.CodeInsufficientPoints, loyalty.CodeBelowMinimum, loyalty.CodeAboveMaximum, loyalty.CodeNotAStep,
		loyalty.CodeBlocked, loyalty.CodeLimitReached, loyalty.CodeForbidden:
		return true
	}
	return false
}

// refusalScope is one member's keys of refused redemptions.
func refusalScope(member loyalty.ID) string { return "redeem:" + member.String() }

// remember stores a refusal in a transaction of its own, because the one that
// refused was rolled back, and returns it. Two refusals of one key at the same
// time keep the first.
func (r redeemPress) remember(ctx context.Context, refusal error) error {
	var e *loyalty.Error
	if !errors.As(refusal, &e) {
		return refusal
	}
	answer, err := json.Marshal(e)
	if err != nil {
		return err
	}
	key := store.IdempotencyKey{
		Scope: refusalScope(r.member), Key: r.req.ClientKey, Fingerprint: r.print,
		State: store.KeyAnswered, Answer: answer, CreatedAt: r.now(),
	}
	err = r.Store.Write(ctx, func(tx *store.Tx) error {
		err := tx.InsertIdempotencyKey(r.shop.ID, key)
		if store.IsDuplicate(err, "idempotency_keys.PRIMARY") {
			return nil
		}
		return err
	})
	if err != nil {
		return err
	}
	return refusal
}

// recall returns the refusal that this key met earlier.
func (r redeemPress) recall(tx *store.Tx) error {
	key, found, err := tx.IdempotencyKey(r.shop.ID, refusalScope(r.member), r.req.ClientKey)
	if err != nil || !found {
		return err
	}
	if err := sameContent(key.Fingerprint, r.print); err != nil {
		return err
	}
	var refusal loyalty.Error
	if err := json.Unmarshal(key.Answer, &refusal); err != nil {
		return err
	}
	return &refusal
}

func sameContent(stored, now []byte) error {
	if !bytes.Equal(stored, now) {
		return loyalty.Refuse(loyalty.CodeKeyReused, "this key was used for something else")
	}
	return nil
}
