package voucher

import "zugabe/app/loyalty"

// Kind says what a code gives.
type Kind string

// The kinds (S0-27, S2-01, S2-19).
const (
	Absolute     Kind = "absolute"
	Percent      Kind = "percent"
	FreeArticle  Kind = "free_article"
	FreeShipping Kind = "free_shipping"
)

// Spec is what a host must be told to make one code work. Times are Unix ms.
type Spec struct {
	Kind           Kind             `json:"kind"`
	Minor          int64            `json:"minor,omitempty"`   // absolute: amount in minor units
	Percent        int64            `json:"percent,omitempty"` // percent: 1..100
	Currency       loyalty.Currency `json:"currency"`
	Title          string           `json:"title"`
	CustomerKeys   []string         `json:"customer_keys,omitempty"` // empty = anyone
	CustomerEmails []string         `json:"-"`                       // for hosts that bind codes to e-mails; personal data, filled in at call time
	SegmentKeys    []string         `json:"segment_keys,omitempty"`
	Audience       HostAudience     `json:"audience,omitempty"`     // a group that the host can tell by itself
	MinSubtotal    int64            `json:"min_subtotal,omitempty"` // minor units
	ProductKeys    []string         `json:"product_keys,omitempty"`
	Dropped        []string         `json:"-"` // products it named and no longer does; a host that only adds is told to remove them
	VariantKeys    []string         `json:"variant_keys,omitempty"`
	Quantity       int64            `json:"quantity,omitempty"` // free_article: units that are free, 0 means 1. Without Minor the host's price counts
	CollectionKeys []string         `json:"collection_keys,omitempty"`
	UsageLimit     int64            `json:"usage_limit,omitempty"` // 0 = unlimited
	OncePerPerson  bool             `json:"once_per_person,omitempty"`
	Again          string           `json:"again,omitempty"` // the host's id of the discount in which it was used up, before a use came back
	Back           int64            `json:"back,omitempty"`  // uses that came back since it was made there; the host counts them still
	CombinesWith   Combines         `json:"combines_with,omitzero"`
	StartsAt       int64            `json:"starts_at"`
	EndsAt         int64            `json:"ends_at,omitempty"` // 0 = no end; the first instant at which it no longer works
}

// HostClass is the class of a discount that was made by the spec.
func (s Spec) HostClass() HostClass {
	switch {
	case s.Kind == FreeShipping:
		return ClassShipping
	case s.Kind == FreeArticle || len(s.ProductKeys)+len(s.VariantKeys)+len(s.CollectionKeys) > 0:
		return ClassProduct
	}
	return ClassOrder
}

// HostAudience is a group of customers that hosts know how to tell.
type HostAudience string

// The groups.
const (
	NeverBought HostAudience = "never_bought" // an account without an order
	HasBought   HostAudience = "has_bought"   // at least one order
)

// Combines says with which other discounts of the host the code may be combined. Default: none.
type Combines struct {
	Order    bool `json:"order,omitempty"`
	Product  bool `json:"product,omitempty"`
	Shipping bool `json:"shipping,omitempty"`
}

// State is where a code stands.
type State string

// The states of a code.
const (
	Pending State = "pending" // stored, not yet confirmed by the host
	Active  State = "active"
	Used    State = "used" // all its uses are gone
	Expired State = "expired"
	Void    State = "void" // failed, cancelled or returned; proven dead at the host
	Lost    State = "lost" // deleted at the host by somebody else (D9)
)
