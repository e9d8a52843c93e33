package platform

import (
	"context"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/voucher"
)

// Capabilities are what a host can and cannot do; use cases ask these, never the product's name.
type Capabilities struct {
	SecretPerShop     bool // the webhook secret belongs to one shop; if not, a delivery is only a hint and the order is re-read before value is credited
	FetchOrders       bool // orders can be read back
	CustomerBoundCode bool // a code can be bound to one customer
	SharedDiscounts   bool // many codes can share one discount, and discounts can be listed (Discounts)
	PublishBalance    bool // the public balance can be put into the shop
	SetConsent        bool // the marketing consent of a customer can be set
	RefundLines       bool // refunds come with line detail
	FoldsCodes        bool // stores codes in lower case
	KeepsUses         bool // a code stays used there when its order is cancelled
	RetriesWebhooks   bool
}

// Delivery is a webhook as stored, its body unpacked.
type Delivery struct {
	ID          loyalty.ID
	Topic       string
	Body        []byte
	TriggeredAt int64 // Unix ms, 0 if the host does not say
	ReceivedAt  int64
}

// ChangeKind says what a delivery tells us.
type ChangeKind string

// The kinds of change.
const (
	SaleSnapshot     ChangeKind = "sale"             // Sale is the whole order
	SaleTouched      ChangeKind = "sale_touched"     // order Key changed; only a re-read tells how
	SaleDeleted      ChangeKind = "sale_deleted"     // order Key is gone
	CustomerSnapshot ChangeKind = "customer"         // Customer
	CustomerDeleted  ChangeKind = "customer_deleted" // Key
	CustomersMerged  ChangeKind = "customers_merged" // Key was merged into IntoKey
	ActivityChanged  ChangeKind = "activity"         // Activity
	ConsentChanged   ChangeKind = "consent"          // Activity of kind newsletter
	CodeTouched      ChangeKind = "code"             // Code changed at the host by somebody
	AppUninstalled   ChangeKind = "uninstalled"
	ShopChanged      ChangeKind = "shop"
	DataRequested    ChangeKind = "data_request" // Key
	CustomerRedact   ChangeKind = "customer_redact"
	ShopRedact       ChangeKind = "shop_redact"
	ProductTouched   ChangeKind = "product" // Key; where reviews must be read by it
	Ignored          ChangeKind = "ignored" // Reason says why
)

// Change is one thing a delivery tells, in our words. Only the fields of its kind are set.
type Change struct {
	Kind     ChangeKind
	Key      string
	IntoKey  string
	Sale     *earning.Sale
	Activity *earning.Activity
	Customer *Customer
	Code     string
	Reason   string
	HostShop string // the shop id inside the body, where the host sends one: must equal the stored one
}

// Customer is the host's record of a person.
type Customer struct {
	Key       string
	Email     string
	FirstName string
	LastName  string
	Locale    string
	Tags      []string
	Birthday  string // YYYY-MM-DD or empty
	HasLogin  bool   // an account, not a guest or a newsletter address
	CreatedAt int64
	UpdatedAt int64
	RefCode   string // referral code the host knows of, if any
}

// Conn is a shop as a driver reaches it. Token is asked for per call, so that a
// rotated one is never used.
type Conn struct {
	ShopID   loyalty.ShopID
	Domain   string
	Currency loyalty.Currency
	Zone     string
	Token    func(ctx context.Context) (string, error)
}

// CodeRef is a code as the host has it.
type CodeRef struct {
	HostRef string // the host's id of the discount
	Code    string
	Ours    bool // carries our mark
	Active  bool
	Marker  string // our mark as found: the code's id here
}

// PublicBalance is what the shop's pages may show of a member.
type PublicBalance struct {
	CustomerKey string           `json:"-"`
	Points      loyalty.Points   `json:"points"`         // available, never below 0
	Pending     loyalty.Points   `json:"pending"`        //
	Minor       int64            `json:"minor"`          // what Points are worth
	Purse       PublicPurse      `json:"purse,omitzero"` // what each of Points was promised
	Currency    loyalty.Currency `json:"currency"`
	NextExpiry  string           `json:"next_expiry,omitempty"` // YYYY-MM-DD of the first lot to expire
	Expiring    loyalty.Points   `json:"expiring,omitempty"`    // how many then
	Codes       []PublicCode     `json:"codes,omitempty"`       // unused, those first that run out first
	Factor      loyalty.Ratio    `json:"factor,omitzero"`       // the member's own (S4-18); missing = 1
	NoEarn      bool             `json:"no_earn,omitempty"`     // the shop gives this member no points
	NoRedeem    bool             `json:"no_redeem,omitempty"`   // the shop takes no points of this member
	Vouchers    []PublicVoucher  `json:"vouchers,omitempty"`    // of vouchers that show themselves: what is different for this member
	UpdatedAt   int64            `json:"updated_at"`
}

// PublicVoucher is what a member has of a voucher that shows itself: a code, or
// nothing any more.
type PublicVoucher struct {
	ID   loyalty.ID `json:"id"`
	Code string     `json:"code,omitempty"`
	Used bool       `json:"used,omitempty"`
}

// PublicPurse says what points are worth, in the order in which they are spent. Each
// part is how many points, and what one of them is worth in minor units times Den.
type PublicPurse struct {
	Den   int64      `json:"den"`
	Parts [][2]int64 `json:"parts"`
}

// IsZero says that nothing is known.
func (p PublicPurse) IsZero() bool { return p.Den == 0 }

// PublicCode is a code that points were turned into, for the member's own eyes.
type PublicCode struct {
	Code  string `json:"code"`
	Minor int64  `json:"minor"`
	Until string `json:"until"` // YYYY-MM-DD, the last day
}

// OrderPage is one page of orders changed since an instant, oldest first.
type OrderPage struct {
	Sales []earning.Sale
	Next  string // cursor, empty at the end
}

// Subscription is a webhook the host should be sending us.
type Subscription struct {
	Topic, Address, State string
}

// Driver knows one shop product. Normalise is pure; everything else may call the
// host and returns the errors of this package (see errors.go).
type Driver interface {
	Name() string
	Capabilities() Capabilities
	// Normalise reads a stored delivery. It never fails for a known topic with a
	// well-formed body; a malformed one is ErrMalformed and goes to quarantine.
	Normalise(d Delivery, currency loyalty.Currency) ([]Change, error)
	// FetchOrders re-reads orders by key; a missing one is left out of the answer.
	FetchOrders(ctx context.Context, c Conn, keys []string) ([]earning.Sale, error)
	OrdersSince(ctx context.Context, c Conn, sinceMs int64, cursor string) (OrderPage, error)
	// CreateCode makes exactly this code, marked with marker. ErrTaken if it exists.
	CreateCode(ctx context.Context, c Conn, code, marker string, spec voucher.Spec) (CodeRef, error)
	// FindCode looks a code up; found is false if the host has none.
	FindCode(ctx context.Context, c Conn, code string) (ref CodeRef, found bool, err error)
	// DisableCode makes the code unusable; a code that is already gone is fine.
	DisableCode(ctx context.Context, c Conn, hostRef string) error
	DeleteCode(ctx context.Context, c Conn, hostRef string) error
	// PublishBalances sets (never adds to) the public balances, at most 25 at once.
	PublishBalances(ctx context.Context, c Conn, balances []PublicBalance) error
	// CheckSubscriptions returns what is missing after having re-created what it could.
	CheckSubscriptions(ctx context.Context, c Conn) (missing []Subscription, err error)
	// CustomerGone asks the host whether the customer no longer exists; used before a redact is believed.
	CustomerGone(ctx context.Context, c Conn, key string) (bool, error)
	// SetConsent brings the host's marketing consent of a person to what it says. A person
	// whom the host does not know becomes a customer there if consent is given; withdrawing
	// it for nobody is fine. Setting what is set already is fine.
	SetConsent(ctx context.Context, c Conn, consent Consent) error
	Discounts
}
