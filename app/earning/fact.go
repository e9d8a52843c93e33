package earning

import "zugabe/app/loyalty"

// SaleStatus is where an order stands, in the order in which it normally moves.
type SaleStatus string

// The statuses every host's orders are mapped to.
const (
	SaleDraft     SaleStatus = "draft"     // not an order yet; ignored
	SalePlaced    SaleStatus = "placed"    // ordered, not paid
	SalePaid      SaleStatus = "paid"      // paid (or authorised where the merchant earns on that)
	SaleFulfilled SaleStatus = "fulfilled" // sent
	SaleCompleted SaleStatus = "completed" // the host says it is done
	SaleCancelled SaleStatus = "cancelled" // cancelled, voided, charged back, deleted
)

// Sale is an order as the host shows it now: a snapshot, never a delta. Amounts
// are minor units of Currency. A later snapshot replaces an earlier one.
type Sale struct {
	Key         string           `json:"key"`    // the host's order id
	Number      string           `json:"number"` // what people call it, "#1001"
	CustomerKey string           `json:"customer_key,omitempty"`
	Currency    loyalty.Currency `json:"currency"`
	Status      SaleStatus       `json:"status"`
	PlacedAt    int64            `json:"placed_at"`         // Unix ms
	PaidAt      int64            `json:"paid_at,omitempty"` // Unix ms, 0 = not paid
	FulfilledAt int64            `json:"fulfilled_at,omitempty"`
	UpdatedAt   int64            `json:"updated_at"` // Unix ms; orders snapshots
	Rank        int              `json:"rank"`       // breaks ties of UpdatedAt: more advanced states rank higher
	Lines       []Line           `json:"lines"`
	Shipping    Amount           `json:"shipping"`
	Fees        Amount           `json:"fees,omitzero"` // negative fees are gift cards or credits on some hosts
	Total       int64            `json:"total"`         // gross, as charged, before refunds
	Refunds     []Refund         `json:"refunds,omitempty"`
	Codes       []UsedCode       `json:"codes,omitempty"`
	Storefront  string           `json:"storefront,omitempty"` // through which partner's, as far as the host knows; it decides nothing
	Test        bool             `json:"test,omitempty"`
	Contact     Contact          `json:"-"` // personal data: kept on the member, never in the fact
}

// Amount is a net amount and its VAT.
type Amount struct {
	Net int64 `json:"net"`
	Tax int64 `json:"tax"`
}

// Line is one position of a sale. Net and Tax are for all units together, after discounts.
type Line struct {
	Key         string   `json:"key"`
	ProductKey  string   `json:"product_key"`
	VariantKey  string   `json:"variant_key,omitempty"`
	SKU         string   `json:"sku,omitempty"`
	Title       string   `json:"title,omitempty"`
	Quantity    int64    `json:"quantity"`
	Net         int64    `json:"net"`
	Tax         int64    `json:"tax"`
	Collections []string `json:"collections,omitempty"` // host ids of collections or categories
	GiftCard    bool     `json:"gift_card,omitempty"`   // buying a gift card is not a sale of goods (B11)
}

// Refund is one refund of a sale. Where the host gives no line detail, Lines is
// empty and Gross alone says how much of the total went back.
type Refund struct {
	Key      string       `json:"key"`
	At       int64        `json:"at"` // Unix ms
	Gross    int64        `json:"gross"`
	Shipping Amount       `json:"shipping,omitzero"`
	Lines    []RefundLine `json:"lines,omitempty"`
}

// RefundLine says how much of a line was refunded.
type RefundLine struct {
	LineKey  string `json:"line_key"`
	Quantity int64  `json:"quantity"`
	Net      int64  `json:"net"`
	Tax      int64  `json:"tax"`
}

// UsedCode is a discount code that the order carries.
type UsedCode struct {
	Code  string `json:"code"`
	Minor int64  `json:"minor"` // discount given, gross
}

// Contact is what a host tells us of a person together with a fact.
type Contact struct {
	Email, FirstName, LastName, Locale string
	HasLogin                           bool // the host shows an enabled account; false also where it does not say
	Traces                             Traces
}

// ActivityKind is what a person did other than buying.
type ActivityKind string

// The activities that can earn.
const (
	ActivitySignup        ActivityKind = "signup"         // S4-04
	ActivityNewsletter    ActivityKind = "newsletter"     // confirmed consent, never pending
	ActivityProductReview ActivityKind = "product_review" // S4-02
	ActivityArticleReview ActivityKind = "article_review" // S4-03
	ActivityReferral      ActivityKind = "referral"       // S4-05, subject = the referred member
	ActivityBirthday      ActivityKind = "birthday"       // A-01, subject = the year
	ActivityCustom        ActivityKind = "custom"         // A-03, Name says which
)

// ActivityState says whether it counts at the moment.
type ActivityState string

// The states. Only Approved earns; Withdrawn takes back.
const (
	ActivityPending   ActivityState = "pending"
	ActivityApproved  ActivityState = "approved"
	ActivityWithdrawn ActivityState = "withdrawn"
)

// Activity is a thing a person did. Key is unique in the shop and says what
// counts as the same thing: "signup:<customer>", "review:<app>:<id>".
type Activity struct {
	Key         string        `json:"key"`
	Kind        ActivityKind  `json:"kind"`
	Name        string        `json:"name,omitempty"` // of a custom activity
	CustomerKey string        `json:"customer_key,omitempty"`
	Subject     string        `json:"subject,omitempty"` // product, article, year …
	State       ActivityState `json:"state"`
	Quantity    int64         `json:"quantity,omitempty"` // of a custom activity; 0 means 1
	At          int64         `json:"at"`                 // Unix ms, when it happened
	UpdatedAt   int64         `json:"updated_at"`         // Unix ms; orders versions
	Contact     Contact       `json:"-"`
}
