package demoshop

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

const (
	pathReferral = "/referral"
	pathClaim    = "/referral/claim"
)

// friendLink notes by whose link a visitor came. It stays in the visit: whoever
// opens an account in it is that member's friend (S4-05).
func (b *browser) friendLink(r *http.Request) {
	code := strings.TrimSpace(r.URL.Query().Get("ref"))
	if r.Method == http.MethodGet && code != "" && len(code) <= 40 && b.customer.Load() == 0 {
		b.ref = code
	}
}

// claimFriend tells the app by whose code the visitor came. The app may not know
// the new customer yet, or not answer; then the next page tries again. A claim that
// arrives twice counts once.
func (s *Shop) claimFriend(ctx context.Context, b *browser) {
	if b.ref == "" || b.customer.Load() == 0 {
		return
	}
	err := s.claimReferral(ctx, b.customer.Load(), b.ref)
	var no *claimRefused
	if err == nil || errors.As(err, &no) && no.final() {
		b.ref = ""
	}
}

// claimPatience is how long a checkout waits for a claim to be heard.
var claimPatience = 2 * time.Second

// insistFriend repeats the claim before the first order is placed: afterwards the
// visitor is nobody's friend any more. It gives up in the end, because a shop sells
// without its apps too.
func (s *Shop) insistFriend(ctx context.Context, b *browser) {
	ctx, cancel := context.WithTimeout(ctx, claimPatience)
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for s.claimFriend(ctx, b); b.ref != "" && b.customer.Load() != 0; s.claimFriend(ctx, b) {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// claimRefused is the app's answer to a claim that it does not take.
type claimRefused struct {
	status int
	detail string
}

func (e *claimRefused) Error() string {
	return fmt.Sprintf("the app answered %d %s", e.status, e.detail)
}

// final says that asking again is of no use. Who is not found may be known in a moment.
func (e *claimRefused) final() bool {
	return e.status < 500 && e.status != http.StatusNotFound && e.status != http.StatusTooManyRequests
}

// claimReferral says in a customer's name whose code brought them.
func (s *Shop) claimReferral(ctx context.Context, customer int64, code string) error {
	var refusal Redemption
	status, err := s.ask(ctx, question{customer: customer, path: pathClaim, friendOf: code}, &refusal)
	if err == nil && status >= 300 {
		err = &claimRefused{status, refusal.Detail}
	}
	return err
}

// referralCode is the code by which a customer brings friends; "" if the app has none.
func (s *Shop) referralCode(ctx context.Context, customer int64) (string, error) {
	var answer struct {
		Code string `json:"code"`
	}
	status, err := s.ask(ctx, question{customer: customer, path: pathReferral}, &answer)
	if err != nil || status >= 300 {
		return "", err
	}
	return answer.Code, nil
}

// ownLink is the shopper's address for friends, "" while the app has none.
func (s *Shop) ownLink(r *http.Request, b *browser) string {
	code, err := s.referralCode(r.Context(), b.customer.Load())
	if err != nil || code == "" {
		return ""
	}
	return "http://" + r.Host + "/?ref=" + code
}

// ComeByLink says in a new customer's name that they came by another one's link.
func (s *Shop) ComeByLink(ctx context.Context, friend, referrer int64) error {
	code, err := s.referralCode(ctx, referrer)
	if err != nil {
		return err
	}
	return s.claimReferral(ctx, friend, code)
}
