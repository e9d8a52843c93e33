package demoshop

import (
	"context"
	"fmt"
	"net/http"
	"strings"
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
// the new customer yet; then the next page tries again.
func (s *Shop) claimFriend(ctx context.Context, b *browser) {
	if b.ref == "" || b.customer.Load() == 0 {
		return
	}
	if err := s.claimReferral(ctx, b.customer.Load(), b.ref); err == nil {
		b.ref = ""
	}
}

// claimReferral says in a customer's name whose code brought them.
func (s *Shop) claimReferral(ctx context.Context, customer int64, code string) error {
	var refusal Redemption
	status, err := s.ask(ctx, question{customer: customer, path: pathClaim, friendOf: code}, &refusal)
	if err == nil && status >= 300 {
		err = fmt.Errorf("the app answered %d %s", status, refusal.Detail)
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
