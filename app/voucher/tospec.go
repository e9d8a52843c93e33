package voucher

import "zugabe/app/loyalty"

// HostCan says which conditions a host enforces by itself. The zero value can only
// what every host can: kind, value, products, minimum, dates, one count of uses.
type HostCan struct {
	Mixed           bool // products and collections together
	Segments        bool // an audience by segment
	MinimumOfAll    bool // counts the whole cart for the minimum, also where articles are chosen
	PerCustomer     bool // once per customer account
	CollectionScope bool // articles by collection
	Variants        bool // single variants of an article
	Prices          bool // looks an article's price up
}

// CanOf says what the named host can (loyalty.Shop.Host). An unknown one can nothing special.
func CanOf(host string) HostCan {
	switch host {
	case "shopify":
		return HostCan{Segments: true, PerCustomer: true, CollectionScope: true, Variants: true, Prices: true}
	case "woocommerce":
		return HostCan{Mixed: true, MinimumOfAll: true, PerCustomer: true, CollectionScope: true}
	}
	return HostCan{}
}

// HostCode is what a template does not know of one code and its shop.
type HostCode struct {
	Currency     loyalty.Currency
	Title        string   // "" = the template's name
	StartsAt     int64    // of Validity.CodeSpan
	EndsAt       int64    // 0 = none
	MaxUses      int64    // 0 = no limit
	CustomerKeys []string // the holder, or the chosen members, as the host calls them
	SegmentKeys  []string // the audience's segments, or the host's segment of people who never bought
}

// Gap is a condition that the host does not enforce as we mean it.
type Gap struct {
	Field  string `json:"field"`  // path in the template
	Effect string `json:"effect"` // EffectSwitched, EffectFlagged, EffectStricter
}

// What we do about a gap.
const (
	EffectSwitched = "switched" // we switch the code on and off at the host when its hours begin and end
	EffectFlagged  = "flagged"  // we say no when the cart asks; an order that gets through all the same is flagged
	EffectStricter = "stricter" // the host refuses more than we would
)

// ToSpec is what the host is told to make a code of the template work, and what
// it can't be told.
func (t Template) ToSpec(h HostCode, can HostCan) (Spec, []Gap) {
	s := Spec{
		Kind: t.Kind, Minor: t.Minor, Percent: t.Percent, Currency: h.Currency, Title: h.Title,
		CustomerKeys: h.CustomerKeys, MinSubtotal: t.Order.MinMinor, UsageLimit: h.MaxUses,
		OncePerPerson: t.Limits.PerPerson == 1 && can.PerCustomer, CombinesWith: t.Stack.Combines, StartsAt: h.StartsAt, EndsAt: h.EndsAt,
	}
	if s.Title == "" {
		s.Title = t.Name
	}
	if s.UsageLimit == 0 && t.Limits.PerCode > 0 {
		s.UsageLimit = t.Limits.PerCode
	}
	if can.Segments && len(s.CustomerKeys) == 0 {
		s.SegmentKeys, s.Audience = t.hostAudience(h.SegmentKeys)
	}
	var gaps []Gap
	gap := func(field, effect string, when bool) {
		if when {
			gaps = append(gaps, Gap{field, effect})
		}
	}
	if t.Kind == FreeArticle {
		s.ProductKeys, s.Quantity, s.Minor = []string{t.Article.ProductKey}, t.Article.Quantity, t.Minor*max(1, t.Article.Quantity)
		if can.Variants && t.Article.VariantKey != "" {
			s.ProductKeys, s.VariantKeys = nil, []string{t.Article.VariantKey}
		}
		gap("article.variant_key", EffectFlagged, t.Article.VariantKey != "" && !can.Variants)
		gap("minor", EffectFlagged, t.Minor == 0 && !can.Prices) // the host must know a price
	} else {
		t.scope(&s, can, gap)
	}
	// Spec has no exclusions, so no host is told of them but by naming fewer products.
	gap("what.not_products", EffectFlagged, t.What.leaks())
	gap("what.not_variants", EffectFlagged, len(t.What.NotVariants) > 0)
	gap("what.not_collections", EffectFlagged, len(t.What.NotCollections) > 0)
	gap("what.sale_items", EffectFlagged, !t.What.SaleItems)
	gap("cap_minor", EffectFlagged, t.CapMinor > 0)
	gap("order.max_minor", EffectFlagged, t.Order.MaxMinor > 0)
	narrowed := len(s.ProductKeys)+len(s.VariantKeys)+len(s.CollectionKeys) > 0
	gap("order.min_minor", EffectStricter, t.Order.MinMinor > 0 && narrowed && !t.Order.OnEligible && !can.MinimumOfAll)
	gap("order.on_eligible", EffectFlagged, t.Order.MinMinor > 0 && t.Order.OnEligible && (can.MinimumOfAll || !narrowed && t.narrow()))
	gap("valid.windows", EffectSwitched, len(t.Valid.Windows) > 0)
	t.audienceGaps(s, gap)
	gap("limits.total", EffectFlagged, t.Limits.Total > 0)
	gap("limits.per_person", EffectFlagged, t.Limits.PerPerson > 0) // a host counts accounts, not people (G12)
	gap("limits.budget_minor", EffectFlagged, t.Limits.BudgetMinor > 0)
	gap("stack.class", EffectFlagged, t.Stack.Class != "")
	gap("vat.mode", EffectFlagged, t.VAT.Mode == VATFixed || t.VAT.Mode == VATPayment)
	return s, gaps
}

func (t Template) narrow() bool {
	w := t.What
	return len(w.Products)+len(w.Variants)+len(w.Collections)+len(w.NotProducts)+len(w.NotVariants)+len(w.NotCollections) > 0 || !w.SaleItems
}

// hostAudience is who the host lets use the code: segments of its own, or a group it can
// tell. The app's own segments it cannot.
func (t Template) hostAudience(own []string) ([]string, HostAudience) {
	switch {
	case len(own) > 0:
		return own, ""
	case t.Who.NewOnly:
		return nil, NeverBought
	case len(t.Who.Segments) == 1 && t.Who.Segments[0] == string(loyalty.Customer):
		return nil, HasBought
	case len(t.Who.Segments) == 1 && t.Who.Segments[0] == string(loyalty.NewCustomer):
		return nil, NeverBought
	}
	return nil, ""
}

// scope says which articles the code is good for.
func (t Template) scope(s *Spec, can HostCan, gap func(string, string, bool)) {
	w := t.What
	if t.Kind == FreeShipping {
		gap("what", EffectFlagged, len(w.Products)+len(w.Variants)+len(w.Collections) > 0) // shipping discounts have no articles
		return
	}
	s.ProductKeys = w.told()
	if can.Variants {
		s.VariantKeys = w.Variants
	}
	if can.CollectionScope && (len(w.Products)+len(s.VariantKeys) == 0 || can.Mixed) {
		s.CollectionKeys = w.Collections
	}
	left := len(w.Collections) > 0 && len(s.CollectionKeys) == 0
	narrowed := len(s.ProductKeys)+len(s.VariantKeys)+len(s.CollectionKeys) > 0
	effect := EffectFlagged
	if narrowed {
		effect = EffectStricter
	}
	gap("what.collections", effect, left)
	gap("what.variants", effect, len(w.Variants) > 0 && !can.Variants)
}

// audienceGaps names who the host would let through. Customer keys make a code
// personal; then it does not matter what else the audience says to the host.
func (t Template) audienceGaps(s Spec, gap func(string, string, bool)) {
	personal := len(s.CustomerKeys) > 0
	bySegment := len(s.SegmentKeys) > 0 || s.Audience != ""
	gap("who.new_only", EffectFlagged, t.Who.NewOnly) // an account that is new may be a person who is not
	gap("who.logged_in", EffectFlagged, t.Who.LoggedIn && !personal && !bySegment)
	gap("who.members", EffectFlagged, len(t.Who.Members) > 0 && !personal)
	gap("who.tags", EffectFlagged, len(t.Who.Tags) > 0 && !personal)
	gap("who.segments", EffectFlagged, len(t.Who.Segments) > 0 && !personal && !bySegment)
	gap("who.types", EffectFlagged, len(t.Who.Types) == 1 && !personal)
}
