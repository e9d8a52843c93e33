package voucher

import "slices"

// HostDiscount is a discount that lives at the host, ours or another's.
type HostDiscount struct {
	Key         string    `json:"key"`
	Title       string    `json:"title"`
	Code        string    `json:"code,omitempty"`
	Class       HostClass `json:"class"`
	Combines    Combines  `json:"combines,omitzero"`
	Automatic   bool      `json:"automatic,omitempty"`
	Products    []string  `json:"products,omitempty"` // both empty = all
	Collections []string  `json:"collections,omitempty"`
	StartsAt    int64     `json:"starts_at,omitempty"`    // Unix ms
	EndsAt      int64     `json:"ends_at,omitempty"`      // 0 = none
	MinSubtotal int64     `json:"min_subtotal,omitempty"` // minor units
}

// Finding says how our voucher and one discount of the host go together (N-06).
type Finding struct {
	Key       string   `json:"key"`
	Title     string   `json:"title"`
	Automatic bool     `json:"automatic,omitempty"`
	Outcome   string   `json:"outcome"`
	Why       string   `json:"why,omitempty"`
	Change    []Change `json:"change,omitempty"` // all of them are needed
}

// Outcomes.
const (
	OutcomeBoth    = "both"         // both count
	OutcomeOne     = "one"          // only one of the two counts in an order
	OutcomePerLine = "one_per_line" // both count, but on one line only the better one
)

// Why the host does what it does, or what to know about a pair that goes together.
const (
	WhyOursForbids   = "ours_forbids"
	WhyTheirsForbids = "theirs_forbids"
	WhyBothForbid    = "both_forbid"
	WhyTwoShipping   = "two_shipping"  // never two shipping discounts
	WhySameLine      = "same_line"     // never two product discounts on a line
	WhyMinimumAfter  = "minimum_after" // their product discount comes first and lowers the subtotal our minimum looks at
	WhyTheirMinimum  = "their_minimum" // the same with our product discount and their minimum
)

// Change is one setting that has to change: on our voucher, or on the host's discount.
type Change struct {
	Side  string `json:"side"`  // ours, theirs
	Field string `json:"field"` // combines.order, combines.product, combines.shipping
}

// Doctor says for each discount of the host that is ever valid together with
// our voucher how the two combine. span is the voucher's time (Validity.Span).
// The host's rules: a discount belongs to the class order, product or shipping;
// two combine only if each allows the other's class; two shipping discounts
// never do; of product discounts one counts per line, the better one; products
// come off before the order, whose minimum then looks at what is left.
func Doctor(ours Template, theirs []HostDiscount, span [2]int64) []Finding {
	found := make([]Finding, 0, len(theirs))
	for i := range theirs {
		h := &theirs[i]
		if !meets(span, [2]int64{h.StartsAt, h.EndsAt}) {
			continue
		}
		f := Finding{Key: h.Key, Title: h.Title, Automatic: h.Automatic}
		f.Outcome, f.Why, f.Change = examine(ours, h)
		found = append(found, f)
	}
	return found
}

// meets says whether two spans share a moment; an end of 0 is open.
func meets(a, b [2]int64) bool {
	return (a[1] == 0 || b[0] < a[1]) && (b[1] == 0 || a[0] < b[1])
}

func examine(ours Template, h *HostDiscount) (outcome, why string, change []Change) {
	class := ours.HostClass()
	openOurs, openTheirs := Change{"ours", "combines." + string(h.Class)}, Change{"theirs", "combines." + string(class)}
	switch clash(class, ours.Stack.Combines, h.Class, h.Combines) {
	case "host":
		return OutcomeOne, WhyTwoShipping, nil
	case "both":
		return OutcomeOne, WhyBothForbid, []Change{openOurs, openTheirs}
	case "ours":
		return OutcomeOne, WhyOursForbids, []Change{openOurs}
	case "theirs":
		return OutcomeOne, WhyTheirsForbids, []Change{openTheirs}
	}
	switch {
	case class == ClassProduct && h.Class == ClassProduct && ours.mayShareLine(h):
		return OutcomePerLine, WhySameLine, nil
	case h.Class == ClassProduct && class != ClassProduct && ours.Order.MinMinor > 0:
		return OutcomeBoth, WhyMinimumAfter, nil
	case class == ClassProduct && h.Class != ClassProduct && h.MinSubtotal > 0:
		return OutcomeBoth, WhyTheirMinimum, nil
	}
	return OutcomeBoth, "", nil
}

// mayShareLine says whether a line can exist that both are good for. Which
// articles are in a collection is not known here: a collection may hold any.
func (t Template) mayShareLine(h *HostDiscount) bool {
	products := t.What.Products
	if t.Kind == FreeArticle {
		products = []string{t.Article.ProductKey}
	}
	byProductOnly := t.Kind == FreeArticle || len(t.What.Collections)+len(t.What.Variants) == 0
	if len(h.Products) == 0 || len(h.Collections) > 0 || !byProductOnly {
		return true
	}
	return slices.ContainsFunc(products, func(p string) bool { return slices.Contains(h.Products, p) })
}
