package voucher

import (
	"encoding/json"

	"zugabe/app/loyalty"
)

// Template is one version of a voucher: what it gives, under which conditions.
// It is stored as a JSON document. An attribute that an older document lacks has
// its zero value, which always means "no such condition", so that attributes can
// be added later without touching codes that are out (S2-18). Amounts are minor
// units of Currency, gross as the shop shows them.
type Template struct {
	Name     string           `json:"name"`
	Kind     Kind             `json:"kind"`
	Currency loyalty.Currency `json:"currency,omitempty"`  // "" = whatever the cart has
	Minor    int64            `json:"minor,omitempty"`     // absolute: the amount. free_article: most that one unit may cost, 0 = any price
	Percent  int64            `json:"percent,omitempty"`   // percent: 1..100
	CapMinor int64            `json:"cap_minor,omitempty"` // percent, free_shipping: at most this, 0 = no cap
	Article  ArticleRef       `json:"article,omitzero"`    // free_article
	Order    Range            `json:"order,omitzero"`      // S0-39
	Valid    Validity         `json:"valid,omitzero"`      // S0-35..S0-38
	Who      Audience         `json:"who,omitzero"`        // S2-11, S2-20
	What     Articles         `json:"what"`                // S0-28, S2-12
	Limits   Limits           `json:"limits,omitzero"`     // S0-30..S0-32, A-33, A-39
	Stack    Stacking         `json:"stack,omitzero"`
	VAT      VAT              `json:"vat,omitzero"`        // S0-29, N-08
	Rest     RestPolicy       `json:"rest,omitempty"`      // "" = lost
	Bearer   Bearer           `json:"bearer,omitempty"`    // "" = company
	Partners bool             `json:"partners,omitempty"`  // partners may make codes from it (S0-07)
	Auto     AutoApply        `json:"auto,omitempty"`      // "" = never
	Texts    map[string]Text  `json:"texts,omitempty"`     // by language
}

// ArticleRef is the article that a free_article voucher gives. VariantKey may be empty: any variant.
type ArticleRef struct {
	ProductKey string `json:"product_key"`
	VariantKey string `json:"variant_key,omitempty"`
	Title      string `json:"title,omitempty"`
	Quantity   int64  `json:"quantity,omitempty"` // units that are free; 0 means 1
}

// Range bounds the goods in the cart: gross, after other discounts, without
// shipping and without gift cards. Both ends are inclusive, 0 = open.
type Range struct {
	MinMinor   int64 `json:"min_minor,omitempty"`
	MaxMinor   int64 `json:"max_minor,omitempty"`
	OnEligible bool  `json:"on_eligible,omitempty"` // count only the lines that the voucher is good for
}

// Validity says when a voucher can be used, in the shop's zone. Dates are inclusive.
// On excludes From and Until. Windows narrow the dates further; none = all day.
type Validity struct {
	From           loyalty.LocalDate `json:"from,omitzero"`
	Until          loyalty.LocalDate `json:"until,omitzero"`
	On             loyalty.LocalDate `json:"on,omitzero"`
	Windows        []Window          `json:"windows,omitempty"`
	DaysAfterIssue int               `json:"days_after_issue,omitempty"` // a code ends at the end of the n-th local day after its issue
}

// Window is open on the days from FromMin to before ToMin on the shop's wall clock
// (minutes after midnight, ToMin up to 1440). ToMin below FromMin runs over
// midnight into the next day. No days = every day.
type Window struct {
	Days    []Weekday `json:"days,omitempty"`
	FromMin int       `json:"from_min"`
	ToMin   int       `json:"to_min"`
}

// Weekday is mon, tue … sun.
type Weekday string

// Audience says who may use a voucher. Everything given must hold; inside one list one hit is enough.
type Audience struct {
	NewOnly  bool         `json:"new_only,omitempty"` // never bought, and never used any new-customer voucher
	LoggedIn bool         `json:"logged_in,omitempty"`
	Members  []loyalty.ID `json:"members,omitempty"`
	Tags     []string     `json:"tags,omitempty"`
	Segments []string     `json:"segments,omitempty"`
	Types    []string     `json:"types,omitempty"` // TypeBusiness, TypePrivate; none = both
}

// Customer kinds (S2-20).
const (
	TypeBusiness = "b2b"
	TypePrivate  = "b2c"
)

// Articles says which lines a voucher is good for: any of Products, Variants and
// Collections (none given = all), less the Not-lists, less gift cards.
type Articles struct {
	Products       []string `json:"products,omitempty"`
	Variants       []string `json:"variants,omitempty"`
	Collections    []string `json:"collections,omitempty"`
	NotProducts    []string `json:"not_products,omitempty"`
	NotVariants    []string `json:"not_variants,omitempty"`
	NotCollections []string `json:"not_collections,omitempty"`
	SaleItems      bool     `json:"sale_items"` // also goods that are reduced already; true where a document says nothing
}

// Limits bound the uses; 0 = no limit.
type Limits struct {
	PerCode     int64 `json:"per_code,omitempty"` // 1 = single-use codes
	Total       int64 `json:"total,omitempty"`    // over all codes of the template
	PerPerson   int64 `json:"per_person,omitempty"`
	BudgetMinor int64 `json:"budget_minor,omitempty"`
}

// Stacking says how a voucher goes together with others. Of one Class (not empty)
// only one counts per order. Lower Ranks are taken off first.
type Stacking struct {
	Class    string   `json:"class,omitempty"`
	Rank     int      `json:"rank,omitempty"`
	Combines Combines `json:"combines,omitzero"`
}

// VAT says how a voucher's VAT is calculated.
type VAT struct {
	Mode   VATMode `json:"mode,omitempty"`    // "" = split
	RateBP int64   `json:"rate_bp,omitempty"` // fixed: hundredths of a percent, 1900 = 19 %
}

// VATMode names a way to calculate a voucher's VAT.
type VATMode string

// The VAT modes (S0-29, N-08).
const (
	VATSplit   VATMode = "split"   // a price reduction: VAT of the lines it reduces
	VATFixed   VATMode = "fixed"   // single-purpose: one rate for the whole voucher
	VATPayment VATMode = "payment" // multi-purpose: paid with it, VAT of the goods unchanged
)

// RestPolicy says what becomes of the part of an absolute voucher that a cart could not use up.
type RestPolicy string

// The rest policies.
const (
	RestLost    RestPolicy = "lost"
	RestNewCode RestPolicy = "new_code"
)

// Bearer says who pays for a voucher.
type Bearer string

// The bearers.
const (
	ByCompany Bearer = "company"
	ByPartner Bearer = "partner"
)

// AutoApply says what happens in a cart that meets the conditions without a code typed (S0-40, S2-05, A-37).
type AutoApply string

// The ways.
const (
	AutoNever   AutoApply = "never"
	AutoOffer   AutoApply = "offer" // shown, one click
	AutoApplied AutoApply = "apply"
)

// Text is what shoppers read of a voucher in one language.
type Text struct {
	Title string `json:"title,omitempty"`
	Line  string `json:"line,omitempty"` // on cart, order and invoice
}

// TemplateState is where a template stands.
type TemplateState string

// The states of a template.
const (
	TemplateDraft  TemplateState = "draft"
	TemplateActive TemplateState = "active"
	TemplatePaused TemplateState = "paused"
	TemplateEnded  TemplateState = "ended"
)

// DecodeTemplate reads a stored document. Fields it does not know are of a newer
// version and are left alone; a value of the wrong kind is CodeInvalid.
func DecodeTemplate(raw []byte) (Template, error) {
	t := Template{What: Articles{SaleItems: true}}
	if err := json.Unmarshal(raw, &t); err != nil {
		return Template{}, loyalty.Invalid("template", "is not a voucher document")
	}
	return t, nil
}

// Rerun is the template for another campaign (S2-17): other dates, and another name if one is given.
func (t Template) Rerun(from, until loyalty.LocalDate, name string) Template {
	t.Valid.From, t.Valid.Until, t.Valid.On = from, until, loyalty.LocalDate{}
	if name != "" {
		t.Name = name
	}
	return t
}

// HostClass is the class hosts sort discounts into; it decides what combines with what.
type HostClass string

// The classes.
const (
	ClassOrder    HostClass = "order"
	ClassProduct  HostClass = "product"
	ClassShipping HostClass = "shipping"
)

// HostClass is the class the voucher has at a host: bound to articles, it is a product discount there.
func (t Template) HostClass() HostClass {
	switch {
	case t.Kind == FreeShipping:
		return ClassShipping
	case t.Kind == FreeArticle || len(t.What.Products)+len(t.What.Variants)+len(t.What.Collections) > 0:
		return ClassProduct
	}
	return ClassOrder
}

// Allows says whether discounts of the class may come along.
func (c Combines) Allows(class HostClass) bool {
	switch class {
	case ClassOrder:
		return c.Order
	case ClassProduct:
		return c.Product
	case ClassShipping:
		return c.Shipping
	}
	return false
}
