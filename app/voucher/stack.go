package voucher

import (
	"cmp"
	"slices"
)

// Candidate is one of several vouchers that want into a cart.
type Candidate struct {
	Template Template
	Standing Standing
	Person   Person
}

// Applied is a candidate's decision; Index is its place in the input.
type Applied struct {
	Index    int
	Decision Decision
}

// classOrder is the order in which hosts take classes off.
var classOrder = map[HostClass]int{ClassProduct: 0, ClassOrder: 1, ClassShipping: 2}

// Apply decides several vouchers for one cart, in the order in which they are
// taken off: Rank, then products before the order before shipping, percentages
// before amounts, then the code's text and the place in the input. Each sees what the ones before
// it left; one that is refused takes nothing and stands in nobody's way.
func Apply(all []Candidate, c Cart, m Moment) []Applied {
	order := make([]Applied, len(all))
	for i := range all {
		order[i].Index = i
	}
	slices.SortStableFunc(order, func(a, b Applied) int { return before(&all[a.Index], &all[b.Index]) })
	c.Codes = slices.Clone(c.Codes)
	for i := range order {
		one := &all[order[i].Index]
		d := Decide(one.Template, one.Standing, c, one.Person, m)
		order[i].Decision = d
		if d.OK {
			c.Codes = append(c.Codes, d.AsApplied(one.Template, one.Standing.Code))
		}
	}
	return order
}

func before(a, b *Candidate) int {
	amount := func(t *Template) int {
		if t.Kind == Absolute {
			return 1
		}
		return 0
	}
	return cmp.Or(
		cmp.Compare(a.Template.Stack.Rank, b.Template.Stack.Rank),
		cmp.Compare(classOrder[a.Template.HostClass()], classOrder[b.Template.HostClass()]),
		cmp.Compare(amount(&a.Template), amount(&b.Template)),
		cmp.Compare(a.Standing.Code, b.Standing.Code),
	)
}

// AsApplied is how a decision that was carried out stands in the cart for the next one.
func (d Decision) AsApplied(t Template, code string) AppliedCode {
	return AppliedCode{Code: code, Class: t.Stack.Class, HostClass: t.HostClass(), Combines: t.Stack.Combines, Lines: d.Lines, Shipping: d.Shipping}
}

// ClashWith says which side keeps a code of this kind from combining with what a cart has
// already: "" = none, or nobody knows; ours, theirs, both, or host for what no setting allows.
func (s Spec) ClashWith(a AppliedCode) string {
	return clash(s.HostClass(), s.CombinesWith, a.HostClass, a.Combines)
}

// clash says which side does not let two discounts combine: "", ours, theirs,
// both, or host for what no setting allows. Both sides must allow the other's class.
func clash(a HostClass, allowsA Combines, b HostClass, allowsB Combines) string {
	if a == "" || b == "" {
		return ""
	}
	ours, theirs := allowsA.Allows(b), allowsB.Allows(a)
	switch {
	case a == ClassShipping && b == ClassShipping:
		return "host"
	case !ours && !theirs:
		return "both"
	case !ours:
		return "ours"
	case !theirs:
		return "theirs"
	}
	return ""
}
