package platform

import (
	"net/url"
	"regexp"
	"strings"
)

// StorefrontAttribute is what the host keeps with a cart and its order: the name of the
// partner's storefront through which the shopper came (S0-12). The theme's script
// writes it, so anybody could: it is shown and decides nothing.
const StorefrontAttribute = "storefront"

// StorefrontQuery is the part of an address that says whose storefront it is.
const StorefrontQuery = "p"

var storefrontName = regexp.MustCompile(`^[\pL\pN_.-]{1,40}$`)

// Storefront is a storefront's name as it may be kept; "" for what is none.
func Storefront(name string) string {
	if name = strings.TrimSpace(name); !storefrontName.MatchString(name) {
		return ""
	}
	return strings.ToLower(name)
}

// StorefrontIn finds the name in the address under which a shopper entered the shop.
func StorefrontIn(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return Storefront(u.Query().Get(StorefrontQuery))
}
