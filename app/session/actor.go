package session

import (
	"slices"
	"strings"

	"zugabe/app/loyalty"
)

// Kind says what sort of caller has proven itself.
type Kind string

// The kinds of caller.
const (
	Staff   Kind = "staff"   // of the merchant, in the host's admin
	Shopper Kind = "shopper" // in the shop; CustomerKey is empty for a guest
	System  Kind = "api"     // another system of the merchant, by API key
	Desk    Kind = "desk"    // partner, dealer or seller staff
)

// Actor is a proven caller. It is worth nothing until In has tied it to the
// stored shop that it names.
type Actor struct {
	Kind        Kind
	Shop        loyalty.ShopID // set by In
	Host        string         // "shopify", "woocommerce"; with Domain or PathKey it names the shop
	Domain      string
	PathKey     string
	Subject     string // the host's id of the member of staff, the API key's id, the desk account
	CustomerKey string
	Role        string   // of staff where the host tells it; empty = all
	Scopes      []string // of an API key
	TokenID     string   // for refusing the repeat of calls that must not be repeated (H7)
	ExpiresAt   int64    // Unix ms
}

// In ties the actor to a stored shop. A shop that is not the one the proof
// names is WrongShop (H11); an uninstalled one lets nobody in (H21).
func (a Actor) In(shop loyalty.Shop) (Actor, error) {
	switch {
	case shop.ID == 0 || shop.State == loyalty.ShopUninstalled:
		return Actor{}, WrongShop
	case a.Shop != 0 && a.Shop != shop.ID:
		return Actor{}, WrongShop
	case a.Host != "" && a.Host != shop.Host:
		return Actor{}, WrongShop
	case a.Domain != "" && a.Domain != shop.Domain:
		return Actor{}, WrongShop
	case a.PathKey != "" && a.PathKey != shop.PathKey:
		return Actor{}, WrongShop
	case a.Shop == 0 && a.Domain == "" && a.PathKey == "":
		return Actor{}, WrongShop
	}
	a.Shop, a.Host = shop.ID, shop.Host
	return a, nil
}

// Name is how entries and the audit log call the actor: "staff:42", "shopper:7",
// "api:123". A guest is "shopper:".
func (a Actor) Name() string {
	if a.Kind == Shopper {
		return string(a.Kind) + ":" + a.CustomerKey
	}
	return string(a.Kind) + ":" + a.Subject
}

// May says whether an API key has the scope. Only API keys have scopes.
func (a Actor) May(scope string) bool { return a.Kind == System && slices.Contains(a.Scopes, scope) }

// Bearer takes the token out of an Authorization header.
func Bearer(header string) (string, error) {
	scheme, token, ok := strings.Cut(header, " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") || token == "" || strings.ContainsAny(token, " \t,") {
		return "", NoSignature
	}
	return token, nil
}
