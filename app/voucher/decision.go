package voucher

import (
	"time"

	"zugabe/app/loyalty"
)

// Cart is what a voucher is tried on: a cart, or an order as the host reports it.
type Cart struct {
	Lines         []CartLine       `json:"lines"`
	ShippingGross int64            `json:"shipping_gross,omitempty"`
	ShippingTaxBP int64            `json:"shipping_tax_bp,omitempty"`
	Currency      loyalty.Currency `json:"currency"`
	Codes         []AppliedCode    `json:"codes,omitempty"`
}

// CartLine is one position. Gross is for all units, after the host's own
// discounts and before the codes in Cart.Codes. Keys are unique in a cart.
type CartLine struct {
	Key         string   `json:"key"`
	ProductKey  string   `json:"product_key"`
	VariantKey  string   `json:"variant_key,omitempty"`
	Collections []string `json:"collections,omitempty"`
	Quantity    int64    `json:"quantity"`
	Gross       int64    `json:"gross"`
	TaxBP       int64    `json:"tax_bp,omitempty"` // VAT contained in Gross, hundredths of a percent
	OnSale      bool     `json:"on_sale,omitempty"`
	GiftCard    bool     `json:"gift_card,omitempty"`
	NoAbsolute  bool     `json:"no_absolute,omitempty"` // the merchant's switch: no absolute voucher for this article (S0-28)
}

// AppliedCode is a discount the cart has already: a voucher of ours (its decision
// says Lines and Shipping) or one of the host. HostClass "" = not known, then only Class counts.
type AppliedCode struct {
	Code      string      `json:"code"`
	Class     string      `json:"class,omitempty"`
	HostClass HostClass   `json:"host_class,omitempty"`
	Combines  Combines    `json:"combines,omitzero"`
	Lines     []LineShare `json:"lines,omitempty"`
	Shipping  int64       `json:"shipping,omitempty"`
}

// Person is what we know of the shopper at the moment of the decision.
type Person struct {
	Known           bool               `json:"known"` // logged in, or named by the order
	MemberID        loyalty.ID         `json:"member_id,omitempty"`
	Type            loyalty.MemberType `json:"type,omitempty"`
	Business        bool               `json:"business,omitempty"`
	Tags            []string           `json:"tags,omitempty"`
	Segments        []string           `json:"segments,omitempty"`
	UsesOfTemplate  int64              `json:"uses_of_template,omitempty"`  // by person key, this order not counted
	UsedNewCustomer bool               `json:"used_new_customer,omitempty"` // has claimed a new-customer voucher, in another order
	Blocked         bool               `json:"blocked,omitempty"`           // may not redeem
}

// Standing is where a code and its template stand, this order not counted.
type Standing struct {
	Code       string        `json:"code,omitempty"`     // folded; a second one of the same text is refused
	Template   TemplateState `json:"template,omitempty"` // "" = active
	State      State         `json:"state,omitempty"`    // of the code; "" = active
	Uses       int64         `json:"uses"`
	MaxUses    int64         `json:"max_uses,omitempty"` // 0 = no limit
	TotalUses  int64         `json:"total_uses"`         // of all codes of the template
	SpentMinor int64         `json:"spent_minor"`        // of the budget
	Holder     loyalty.ID    `json:"holder,omitempty"`   // FOR a customer (S0-34)
	Issuer     loyalty.ID    `json:"issuer,omitempty"`   // FROM a partner (S0-33), who may not use it himself (G10)
	IssuedAt   int64         `json:"issued_at,omitempty"`
	StartsAt   int64         `json:"starts_at,omitempty"`
	EndsAt     int64         `json:"ends_at,omitempty"` // the first instant at which it no longer works, 0 = none
}

// Moment is an instant (Unix ms) and the shop's zone in which dates and hours are read.
type Moment struct {
	At   int64
	Zone *time.Location
}

func (m Moment) local() time.Time { return time.UnixMilli(m.At).In(m.Zone) }

// Decision says whether a voucher counts in a cart, what it takes off, and why (not).
type Decision struct {
	OK       bool        `json:"ok"`
	Why      []Reason    `json:"why,omitempty"`   // what stands against it; empty if OK
	Later    []Reason    `json:"later,omitempty"` // can only be checked once we know who it is
	Notes    []Reason    `json:"notes,omitempty"` // worth saying though it is OK
	Lines    []LineShare `json:"lines,omitempty"` // in the cart's order, none with 0
	Shipping int64       `json:"shipping,omitempty"`
	Minor    int64       `json:"minor"` // the whole discount: lines and shipping
	VAT      []VATShare  `json:"vat,omitempty"`
	Rest     int64       `json:"rest,omitempty"` // unused value of an absolute voucher; a new code if Template.Rest says so
	Steps    []Step      `json:"steps,omitempty"`
}

// Reason is one thing against a voucher, or worth saying. Need and Have carry
// numbers of Unit, so that "3.20 more" can be said: Need − Have.
type Reason struct {
	Code   string            `json:"code"`
	Need   int64             `json:"need,omitempty"`
	Have   int64             `json:"have,omitempty"`
	Unit   string            `json:"unit,omitempty"` // UnitMinor, UnitMs, UnitCount
	Params map[string]string `json:"params,omitempty"`
}

// The units of Need and Have.
const (
	UnitMinor = "minor"
	UnitMs    = "ms"
	UnitCount = "count"
)

// LineShare is the part of a discount that a line bears.
type LineShare struct {
	Key   string `json:"key"`
	Minor int64  `json:"minor"`
}

// VATShare is the part of a discount under one rate; Tax is contained in Gross.
type VATShare struct {
	RateBP int64 `json:"rate_bp"`
	Gross  int64 `json:"gross"`
	Tax    int64 `json:"tax"`
}

// Step is one line of the trace (N-07, A-66): a check with its outcome, or an amount on the way.
type Step struct {
	Check   string `json:"check"`
	Outcome string `json:"outcome"` // pass, fail, later, amount
	Reason  string `json:"reason,omitempty"`
	Need    int64  `json:"need,omitempty"`
	Have    int64  `json:"have,omitempty"`
	Unit    string `json:"unit,omitempty"`
}
