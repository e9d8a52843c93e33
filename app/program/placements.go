package program

import (
	"context"
	"io/fs"
	"regexp"
	"slices"

	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// Placement is a place in which the shop's pages can show something (S4-16).
type Placement struct {
	Name  string // as in Placements
	Block string // file name of the theme extension's block, and data-zugabe on the page
	Page  string // kind of page: "product", "cart", "account", "order", "article", "page", "home", "every", "checkout"
	Embed bool   // an app embed, switched on in the theme's settings, instead of an app block
}

// ThemePlacements says which block makes a placement, and where it belongs.
var ThemePlacements = []Placement{
	{Name: "product", Block: "product-points", Page: "product"},
	{Name: "cart", Block: "cart-points", Page: "cart"},
	{Name: "voucher", Block: "cart-voucher", Page: "cart"},
	{Name: "account", Block: "account-points", Page: "account"},
	{Name: "offers", Block: "voucher-offers", Page: "account"},
	{Name: "order", Block: "order-points", Page: "order"},
	{Name: "review", Block: "review-points", Page: "product"},
	{Name: "article", Block: "article-points", Page: "article"},
	{Name: "newsletter", Block: "newsletter", Page: "home"},
	{Name: "rewards", Block: "rewards-page", Page: "page"},
	{Name: "referral", Block: "referral", Page: "page"},
	{Name: "launcher", Block: "launcher", Page: "every", Embed: true},
	{Name: "checkout", Page: "checkout"},
}

// themeExtension is the file in which the theme extension says what it is called by.
const themeExtension = "shopify.extension.toml"

var extensionUID = regexp.MustCompile(`(?m)^uid = "([0-9a-f-]{36})"$`)

// ThemeBlock is what the host's theme editor calls a block: the extension's own id
// from its file, and the block's name. Empty where there is no extension.
func (p *Program) ThemeBlock(name string) string {
	if p.Extension == nil {
		return ""
	}
	file, err := fs.ReadFile(p.Extension, themeExtension)
	found := extensionUID.FindSubmatch(file)
	if err != nil || found == nil {
		return ""
	}
	return string(found[1]) + "/" + name
}

// SwitchPlacement turns a placement on or off.
func (p *Program) SwitchPlacement(ctx context.Context, actor string, shop loyalty.Shop, name string, on bool) (ShopSettings, error) {
	if !slices.Contains(Placements, name) {
		return ShopSettings{}, loyalty.NotFound("placement")
	}
	return p.changeSettings(ctx, shop, settingsChange{by: actor, did: "placement.switched", change: func(_ *store.Tx, s *ShopSettings) (before, after any, err error) {
		was := !slices.Contains(s.Off, name)
		off := slices.DeleteFunc(slices.Clone(s.Off), func(one string) bool { return one == name })
		if !on {
			off = append(off, name)
		}
		slices.Sort(off)
		s.Off = off
		return map[string]bool{name: was}, map[string]bool{name: on}, nil
	}})
}
