package earning

import "zugabe/app/loyalty"

// RuleKind says which facts a rule looks at and how its amount is read.
type RuleKind string

// The kinds of rule. Each has its evaluator in a file of its own name.
const (
	KindPerAmount  RuleKind = "per_amount"  // Earn pair on the basis of the matching lines (S4-01, S3-05)
	KindPerUnit    RuleKind = "per_unit"    // Points per unit of the matching lines (S3-04, S3-08)
	KindPerProduct RuleKind = "per_product" // Products: points per unit by product (S3-04)
	KindPerOrder   RuleKind = "per_order"   // Points once per qualifying order
	KindSignup     RuleKind = "signup"
	KindNewsletter RuleKind = "newsletter"
	KindProductRev RuleKind = "product_review"
	KindArticleRev RuleKind = "article_review"
	KindReferrer   RuleKind = "referrer" // for the member who referred
	KindFriend     RuleKind = "friend"   // for the member who was referred
	KindBirthday   RuleKind = "birthday"
	KindCustom     RuleKind = "custom"
)

// Rule is an earning rule: data, never code. A saved rule is never changed; a
// change makes a new plan version, and entries keep the version they were made by.
type Rule struct {
	ID         string                    `json:"id"`   // stable over versions, [a-z0-9-]{1,40}
	Name       string                    `json:"name"` // the merchant's words
	Kind       RuleKind                  `json:"kind"`
	Off        bool                      `json:"off,omitempty"`
	Earn       loyalty.EarnRate          `json:"earn,omitzero"`      // per_amount
	Points     loyalty.Points            `json:"points,omitempty"`   // per_unit, per_order and all activities
	Products   map[string]loyalty.Points `json:"products,omitempty"` // per_product: product key -> points per unit
	Activity   string                    `json:"activity,omitempty"` // custom: which activity name
	Basis      Basis                     `json:"basis,omitzero"`
	Rounding   loyalty.Rounding          `json:"rounding,omitempty"` // empty = floor
	Match      Match                     `json:"match,omitzero"`     // which lines
	When       When                      `json:"when,omitzero"`      // which sales and members
	Limits     []Limit                   `json:"limits,omitempty"`
	Currencies []loyalty.Currency        `json:"currencies,omitempty"` // empty = the shop's currency only
}

// Basis says which part of a sale counts. The zero value is S4-30: net of VAT,
// without shipping, after discounts.
type Basis struct {
	WithTax      bool `json:"with_tax,omitempty"`
	WithShipping bool `json:"with_shipping,omitempty"`
	WithFees     bool `json:"with_fees,omitempty"`
}

// Match chooses lines. Empty lists match everything; an exclusion always wins.
// Gift cards never match unless GiftCards is set (B11).
type Match struct {
	Products           []string `json:"products,omitempty"`
	Collections        []string `json:"collections,omitempty"`
	Groups             []string `json:"groups,omitempty"` // the plan's own product groups (S3-10)
	ExcludeProducts    []string `json:"exclude_products,omitempty"`
	ExcludeCollections []string `json:"exclude_collections,omitempty"`
	ExcludeGroups      []string `json:"exclude_groups,omitempty"`
	GiftCards          bool     `json:"gift_cards,omitempty"`
}

// When chooses sales and members.
type When struct {
	MinBasis    int64             `json:"min_basis,omitempty"`    // minor units the basis must reach
	MemberTypes []string          `json:"member_types,omitempty"` // "new_customer", "customer"
	Tags        []string          `json:"tags,omitempty"`         // the member has one of them
	From        loyalty.LocalDate `json:"from,omitzero"`          // inclusive, shop's zone
	Until       loyalty.LocalDate `json:"until,omitzero"`         // inclusive
}

// LimitPer is the window of a limit.
type LimitPer string

// The windows. Days, weeks (from Monday), months and years are the shop's local ones.
const (
	PerDay      LimitPer = "day"
	PerWeek     LimitPer = "week"
	PerMonth    LimitPer = "month"
	PerYear     LimitPer = "year"
	PerLifetime LimitPer = "lifetime"
	PerSubject  LimitPer = "subject" // once per product, article … and member
)

// Limit caps a rule per member: at most Times grants and at most Points in the window; 0 = no cap of that sort.
type Limit struct {
	Per    LimitPer       `json:"per"`
	Times  int64          `json:"times,omitempty"`
	Points loyalty.Points `json:"points,omitempty"`
}

// Campaign multiplies what rules give inside a window, until its budget is used.
type Campaign struct {
	ID     string            `json:"id"`
	Name   string            `json:"name"`
	Off    bool              `json:"off,omitempty"`
	Factor loyalty.Ratio     `json:"factor"` // {2,1} = double points; the extra is what it costs
	From   loyalty.LocalDate `json:"from"`
	Until  loyalty.LocalDate `json:"until"`
	Rules  []string          `json:"rules,omitempty"` // empty = all sale rules
	Match  Match             `json:"match,omitzero"`
	When   When              `json:"when,omitzero"`
	Budget loyalty.Points    `json:"budget,omitempty"` // extra points in all; 0 = none
}

// Program is the earning half of a plan version.
type Program struct {
	Rules     []Rule              `json:"rules"`
	Campaigns []Campaign          `json:"campaigns,omitempty"`
	Groups    map[string][]string `json:"groups,omitempty"`  // product group -> product keys (S3-10)
	EarnAt    SaleStatus          `json:"earn_at,omitempty"` // placed, paid (default), fulfilled or completed
	TestSales bool                `json:"test_sales,omitempty"`
}

// Audience is what a rule may know of the member at the moment the fact is first
// booked. It is stored with the fact and used again for every later evaluation.
type Audience struct {
	MemberType string        `json:"member_type,omitempty"`
	Tags       []string      `json:"tags,omitempty"`
	Factor     loyalty.Ratio `json:"factor,omitzero"` // the member's own factor (S4-18)
	Blocked    bool          `json:"blocked,omitempty"`
	NoAccount  bool          `json:"no_account,omitempty"` // the plan asks for an account that the member did not have (S4-29)
}

// Context is what Evaluate needs besides fact and program.
type Context struct {
	Audience Audience
	Currency loyalty.Currency // the shop's
	Zone     string           // IANA zone of the shop
}

// Grant is what one rule (or one campaign on top of it) gives for one fact.
// Points may be 0: a refusal with its reason is kept too, so that support can
// answer "why did I get nothing".
type Grant struct {
	RuleID    string         `json:"rule_id"` // campaign grants: "<rule>+<campaign>"
	Campaign  string         `json:"campaign,omitempty"`
	Points    loyalty.Points `json:"points"`
	Limits    []Limit        `json:"-"`
	Subject   string         `json:"-"` // for PerSubject limits
	Budget    loyalty.Points `json:"-"` // of the campaign
	Breakdown Breakdown      `json:"breakdown"`
}

// Breakdown is the receipt: how the points came about, in numbers (N-07).
type Breakdown struct {
	Kind     RuleKind         `json:"kind"`
	Reason   string           `json:"reason,omitempty"` // why not, if Points is 0: "no_matching_lines", "below_minimum", "blocked", …
	Basis    int64            `json:"basis,omitempty"`  // minor units that counted
	Currency loyalty.Currency `json:"currency,omitempty"`
	Earn     loyalty.EarnRate `json:"earn,omitzero"`
	Units    int64            `json:"units,omitempty"`
	Each     loyalty.Points   `json:"each,omitempty"`
	Factor   loyalty.Ratio    `json:"factor,omitzero"`
	Base     loyalty.Points   `json:"base,omitempty"` // of a campaign: the rule's points that Factor was applied to
	Rounding loyalty.Rounding `json:"rounding,omitempty"`
	Lines    []LineShare      `json:"lines,omitempty"`
}

// LineShare says what one line brought to the basis, or why it did not.
type LineShare struct {
	LineKey string         `json:"line_key"`
	Title   string         `json:"title,omitempty"`
	Net     int64          `json:"net"` // counted, after refunds
	Units   int64          `json:"units,omitempty"`
	Points  loyalty.Points `json:"points,omitempty"`
	Out     string         `json:"out,omitempty"` // "gift_card", "excluded_product", "not_in_selection", "refunded"
}
