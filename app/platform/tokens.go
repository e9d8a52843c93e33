package platform

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/singleflight"

	"zugabe/app/loyalty"
)

// Token is our access to a shop. Times are Unix ms; 0 means that it does not end.
// It is stored sealed, as JSON, without Version.
type Token struct {
	Access           string `json:"access"`
	Refresh          string `json:"refresh,omitempty"`
	ExpiresAt        int64  `json:"expires_at,omitempty"`
	RefreshExpiresAt int64  `json:"refresh_expires_at,omitempty"`
	Scope            string `json:"scope,omitempty"`
	RenewingUntil    int64  `json:"renewing_until,omitempty"` // somebody is trading Refresh for a new token
	Version          int64  `json:"-"`                        // of the stored row; 0 = none stored yet
}

// String never shows the secrets.
func (t Token) String() string { return fmt.Sprintf("token version %d", t.Version) }

// GoString never shows the secrets.
func (t Token) GoString() string { return t.String() }

// TokenStore keeps one token per shop.
type TokenStore interface {
	// Load returns the zero Token if there is none.
	Load(ctx context.Context, shop loyalty.ShopID) (Token, error)
	// Swap stores t if the stored version is still oldVersion (0 = none yet); false means that somebody was faster.
	Swap(ctx context.Context, shop loyalty.ShopID, oldVersion int64, t Token) (bool, error)
}

// Refresher trades a refresh token for a new token at the host. ErrRevoked if
// the host refuses it for good.
type Refresher func(ctx context.Context, domain, refresh string) (Token, error)

const (
	refreshEarly   = 5 * time.Minute // the least time a handed-out token has left, unless the host is down
	refreshTimeout = 30 * time.Second
)

// Tokens hands out access tokens and renews them in time: one caller per process
// and one process at a time, which claims the renewal by compare-and-swap. The
// host keeps the previous refresh token valid until its replacement is used, so
// an answer lost between host and store is repaired by the next attempt.
type Tokens struct {
	store   TokenStore
	refresh Refresher
	clock   loyalty.Clock
	flights singleflight.Group
}

// NewTokens works on the store. refresh may be nil if tokens never end.
func NewTokens(store TokenStore, refresh Refresher, clock loyalty.Clock) *Tokens {
	return &Tokens{store: store, refresh: refresh, clock: clock}
}

// Access returns a token that is good for a call now. ErrRevoked means that only
// a new visit of the merchant helps; ErrUnreachable that it could not be renewed
// at the moment, and that nothing has been done.
func (t *Tokens) Access(ctx context.Context, shop loyalty.Shop) (string, error) {
	tok, err := t.load(ctx, shop.ID)
	if err != nil {
		return "", err
	}
	if t.left(tok) >= refreshEarly {
		return tok.Access, nil
	}
	done := t.flights.DoChan(shop.ID.String(), func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), refreshTimeout)
		defer cancel()
		return t.renew(ctx, shop)
	})
	select {
	case r := <-done:
		access, _ := r.Val.(string)
		return access, r.Err
	case <-ctx.Done():
		return "", fmt.Errorf("%w: %w", ErrUnreachable, ctx.Err())
	}
}

func (t *Tokens) load(ctx context.Context, shop loyalty.ShopID) (Token, error) {
	tok, err := t.store.Load(ctx, shop)
	if err != nil {
		return Token{}, fmt.Errorf("load token: %w", err)
	}
	if tok.Access == "" {
		return Token{}, fmt.Errorf("%w: no token is stored", ErrRevoked)
	}
	return tok, nil
}

func (t *Tokens) left(tok Token) time.Duration {
	if tok.ExpiresAt == 0 {
		return refreshEarly
	}
	return time.Duration(tok.ExpiresAt-loyalty.NowMs(t.clock)) * time.Millisecond
}

// renew runs once at a time per shop in this process. It loads again first,
// because the token may have been renewed while we waited.
func (t *Tokens) renew(ctx context.Context, shop loyalty.Shop) (string, error) {
	old, err := t.load(ctx, shop.ID)
	if err != nil {
		return "", err
	}
	if t.left(old) >= refreshEarly || old.RenewingUntil > loyalty.NowMs(t.clock) {
		return t.meanwhile(old)
	}
	claimed := old
	claimed.RenewingUntil = loyalty.NowMs(t.clock) + refreshTimeout.Milliseconds()
	ok, err := t.store.Swap(ctx, shop.ID, old.Version, claimed)
	if err != nil {
		return "", fmt.Errorf("claim renewal of token: %w", err)
	}
	now, err := t.load(ctx, shop.ID)
	if err != nil {
		return "", err
	}
	if !ok || now.RenewingUntil != claimed.RenewingUntil {
		return t.meanwhile(now)
	}
	return t.replace(ctx, shop, now)
}

// meanwhile is what a caller gets whose token somebody else is renewing or has renewed.
func (t *Tokens) meanwhile(tok Token) (string, error) {
	if t.left(tok) > 0 {
		return tok.Access, nil
	}
	return "", Throttled{After: time.Second}
}

// replace trades the claimed token for a new one and stores it. A claim that
// came to nothing is given up, so that the next caller can try at once.
func (t *Tokens) replace(ctx context.Context, shop loyalty.Shop, claimed Token) (string, error) {
	renewed, err := t.trade(ctx, shop.Domain, claimed)
	if err != nil {
		back := claimed
		back.RenewingUntil = 0
		if _, swapErr := t.store.Swap(ctx, shop.ID, claimed.Version, back); swapErr != nil {
			return "", fmt.Errorf("give up renewal of token: %w", swapErr)
		}
		if !errors.Is(err, ErrRevoked) && t.left(claimed) > 0 {
			return claimed.Access, nil // the host is down; the old one still works
		}
		return "", err
	}
	stored, err := t.store.Swap(ctx, shop.ID, claimed.Version, renewed)
	if err != nil {
		// The new token is not used, so that the stored refresh token stays valid.
		return "", fmt.Errorf("store token: %w", err)
	}
	if stored {
		return renewed.Access, nil
	}
	// A visit of the merchant has stored a newer one.
	now, err := t.load(ctx, shop.ID)
	if err != nil {
		return "", err
	}
	return t.meanwhile(now)
}

func (t *Tokens) trade(ctx context.Context, domain string, old Token) (Token, error) {
	now := loyalty.NowMs(t.clock)
	if t.refresh == nil || old.Refresh == "" || (old.RefreshExpiresAt > 0 && old.RefreshExpiresAt <= now) {
		return Token{}, fmt.Errorf("%w: the token cannot be renewed any more", ErrRevoked)
	}
	renewed, err := t.refresh(ctx, domain, old.Refresh)
	if errors.Is(err, ErrUnknown) {
		// For whoever asked for a token nothing has happened yet.
		err = fmt.Errorf("%w: the answer with the new token was lost", ErrUnreachable)
	}
	return renewed, err
}

// Save stores a token that the merchant's visit brought, over whatever is there.
func (t *Tokens) Save(ctx context.Context, shop loyalty.ShopID, tok Token) error {
	for range 5 {
		old, err := t.store.Load(ctx, shop)
		if err != nil {
			return fmt.Errorf("load token: %w", err)
		}
		swapped, err := t.store.Swap(ctx, shop, old.Version, tok)
		if err != nil {
			return fmt.Errorf("store token: %w", err)
		}
		if swapped {
			return nil
		}
	}
	return loyalty.Refuse(loyalty.CodeConflict, "the shop's access is being renewed by somebody else; try again")
}
