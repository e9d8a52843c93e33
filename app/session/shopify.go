package session

import (
	"regexp"
	"strings"

	"zugabe/app/loyalty"
)

// Shopify proves what Shopify signs with the app's client secret. Everything is
// signed with the same secret, so each proof is checked to be of its own kind.
type Shopify struct {
	ClientID string
	Secrets  Keys
	Clock    loyalty.Clock
	// MaxLife is how long a token may be good for, in ms; 0 = an hour.
	MaxLife int64
}

const (
	tokenLeewayMs = 10_000    // as Shopify's own library
	maxTokenLife  = 3_600_000 // session tokens live one or five minutes
	proxyWindowMs = 90_000
)

var (
	// shopHost is stricter than Shopify's own pattern: no other domains, no
	// upper case, no slash at the end.
	shopHost    = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,99}\.myshopify\.com$`)
	digits      = regexp.MustCompile(`^[0-9]{1,20}$`)
	customerGID = regexp.MustCompile(`^gid://shopify/Customer/([0-9]{1,20})$`)
)

// ShopHost returns a shop's domain in the form in which it is stored; anything
// but one label under myshopify.com is BadForm.
func ShopHost(s string) (string, error) {
	s = strings.ToLower(strings.TrimSuffix(s, "/"))
	if !shopHost.MatchString(s) {
		return "", BadForm
	}
	return s, nil
}

// Admin proves a member of staff by a session token of App Bridge: issued for
// our app, by the shop it names, for a numeric staff id with a session. A
// checkout extension's token has the same secret and audience; it has no
// issuer and is refused (H5, H6).
func (s Shopify) Admin(token string) (Actor, error) {
	claims, err := s.verify(token)
	if err != nil {
		return Actor{}, err
	}
	domain, ok := strings.CutPrefix(claims.Dest, "https://")
	switch {
	case claims.Iss == "" || claims.Sid == "":
		return Actor{}, WrongKind
	case !ok || !shopHost.MatchString(domain) || claims.Iss != "https://"+domain+"/admin":
		return Actor{}, WrongShop
	case !digits.MatchString(claims.Sub) || len(claims.Sid) > 190:
		return Actor{}, BadForm
	}
	return Actor{Kind: Staff, Host: "shopify", Domain: domain, Subject: claims.Sub, TokenID: claims.Jti, ExpiresAt: claims.expMs}, nil
}

// Extension proves a shopper by the session token of a checkout or customer
// account extension. Without a customer in it the shopper is a guest. A staff
// token is refused.
func (s Shopify) Extension(token string) (Actor, error) {
	claims, err := s.verify(token)
	switch {
	case err != nil:
		return Actor{}, err
	case claims.hasIss || claims.hasSid:
		return Actor{}, WrongKind
	case !shopHost.MatchString(claims.Dest):
		return Actor{}, WrongShop
	}
	a := Actor{Kind: Shopper, Host: "shopify", Domain: claims.Dest, TokenID: claims.Jti, ExpiresAt: claims.expMs}
	if claims.hasSub {
		found := customerGID.FindStringSubmatch(claims.Sub)
		if found == nil {
			return Actor{}, BadForm
		}
		a.CustomerKey = found[1]
	}
	return a, nil
}
