package demoshop

import "time"

// Collection groups products.
type Collection struct {
	ID     int64
	Handle string
	Title  string
	Words  inTwo // its title for readers
	Text   inTwo
	Image  string
}

// Product is something the shop sells. Prices include VAT.
type Product struct {
	ID          int64
	Handle      string
	Title       string
	Words, Text inTwo // title and description for readers
	Option      inTwo // what its variants differ in
	Collections []int64
	VAT         int64 // per cent, included in the price
	GiftCard    bool
	Variants    []*Variant
}

// Variant is one buyable form of a product. Price is gross minor units.
type Variant struct {
	ID    int64
	Title string
	Words inTwo // its title for readers
	SKU   string
	Price int64
	Image string // name of a picture of the theme
}

// Customer is a person the shop knows. Account says whether they can log in.
type Customer struct {
	ID         int64
	Email      string
	First      string
	Last       string
	Street     string
	Zip        string
	City       string
	Locale     string
	Tags       []string
	Account    bool
	Consent    string // not_subscribed, pending, subscribed, unsubscribed
	ConsentAt  time.Time
	CreatedAt  time.Time
	UpdatedAt  time.Time
	MergedInto int64
	Redacted   bool
}

// Metafield is a value an app keeps on one of the shop's things.
type Metafield struct {
	ID        int64
	OwnerID   string // gid
	Namespace string
	Key       string
	Type      string
	Value     string
	CreatedAt time.Time
	UpdatedAt time.Time
}

// The financial statuses of an order, as the Admin API names them.
const (
	FinPending       = "PENDING"
	FinPaid          = "PAID"
	FinPartlyRefund  = "PARTIALLY_REFUNDED"
	FinRefunded      = "REFUNDED"
	FinVoided        = "VOIDED"
	disputeWonByThem = "LOST"
)

// Order is a sale. Amounts are gross minor units unless said otherwise.
type Order struct {
	ID          int64
	Number      int64
	CustomerID  int64 // 0 = guest
	Email       string
	Locale      string
	Lines       []*Line
	Shipping    ShippingLine
	Codes       []AppliedCode
	Notes       map[string]string // attributes of the cart, "storefront" among them
	To          Recipient
	IP, Agent   string // of the browser that ordered
	Financial   string
	Fulfilled   bool
	Edited      bool
	Disputed    bool
	Test        bool
	CreatedAt   time.Time
	UpdatedAt   time.Time
	PaidAt      time.Time
	CancelledAt time.Time
	Refunds     []*Refund
}

// Recipient is where an order is sent.
type Recipient struct{ First, Last, Street, Zip, City string }

// Line is one position. Discount and Tax are for all units together; Tax is
// part of the price.
type Line struct {
	ID          int64
	Product     *Product
	Variant     *Variant
	Quantity    int64
	Removed     int64 // taken out by editing the order
	UnitPrice   int64
	Discount    int64
	Tax         int64
	Allocations []Allocation
}

// Gross is what the line costs after discounts, VAT included.
func (l *Line) Gross() int64 { return l.UnitPrice*l.Quantity - l.Discount }

// Net is what the line costs after discounts, without VAT.
func (l *Line) Net() int64 { return l.Gross() - l.Tax }

// Allocation is one code's part of a line's discount.
type Allocation struct {
	Code   int // index into Order.Codes
	Amount int64
}

// ShippingLine is what the parcel costs, VAT included.
type ShippingLine struct {
	ID       int64
	Price    int64
	Discount int64
	Tax      int64
}

// AppliedCode is a discount code the order was placed with.
type AppliedCode struct {
	Code     string
	Kind     string // fixed_amount, percentage, shipping
	Value    string // as the host writes it: "20.0"
	Discount int64
	Each     bool // chosen lines only
}

// Refund is money or goods going back.
type Refund struct {
	ID       int64
	At       time.Time
	Note     string
	Lines    []RefundLine
	Shipping int64
	ShipTax  int64
	Paid     bool // false: goods taken out by an edit, no money moved
}

// RefundLine is how much of a line went back. Gross includes Tax.
type RefundLine struct {
	ID       int64
	Line     *Line
	Quantity int64
	Gross    int64
	Tax      int64
}

// Discount is a discount made through the Admin API. Code is its first code.
type Discount struct {
	ID           int64
	Code         string
	Codes        []*RedeemCode // all of them
	Title        string
	Tags         []string
	FreeShipping bool
	BasisPoints  int64 // of 10,000: 15 % = 1500
	Amount       int64 // minor units
	EachItem     bool
	Customers    []int64 // empty with Everyone false = nobody
	Segments     []string
	Everyone     bool
	Products     []int64
	Variants     []int64
	Collections  []int64
	AllItems     bool
	MinSubtotal  int64
	MinQuantity  int64
	UsageLimit   int64 // 0 = none
	Once         bool
	CombineOrder bool
	CombineProd  bool
	CombineShip  bool
	StartsAt     time.Time
	EndsAt       time.Time // zero = none
	CreatedAt    time.Time
	UpdatedAt    time.Time
	Uses         int64
	UsedBy       map[string]int64 // lower-case e-mail -> times
}

// RedeemCode is one of many codes of a discount. The usage limit is for each code.
type RedeemCode struct {
	ID   int64
	Code string
	Uses int64
}

// BulkCreation is a request to add codes, which the shop works off when it is asked.
type BulkCreation struct {
	ID       int64
	Discount int64
	Codes    []string
	Refused  map[string]string
	Asked    bool
}

// Segment is a group of customers by a query.
type Segment struct {
	ID    int64
	Name  string
	Query string
	At    time.Time
}

// Review is an opinion on a product or an article.
type Review struct {
	ID         int64
	Kind       string // product, article
	Subject    int64
	CustomerID int64
	Rating     int64
	Body       string
	State      string // pending, approved, withdrawn
	CreatedAt  time.Time
	UpdatedAt  time.Time
}

// Article is a page of the shop's magazine.
type Article struct {
	ID     int64
	Handle string
	Title  string
	Words  inTwo // its title for readers
	Body   inTwo
	Image  string
	At     time.Time
}

// Mail is a message the shop would have sent.
type Mail struct {
	ID      int64
	At      time.Time
	To      string
	Subject string
	Body    string
	Link    string
	HTML    string // of the app's mails
	Leave   string // where one click ends the newsletter
}

// Subscription is a webhook an app asked for through the Admin API.
type Subscription struct {
	ID        int64
	Topic     string // ORDERS_PAID
	URI       string
	Name      string
	Filter    string
	CreatedAt time.Time
	Failures  int
}
