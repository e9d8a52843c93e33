package voucher

import "slices"

// Without is the voucher in a shop that has switched articles off for absolute
// discounts (S0-28): none of the products is reduced by one, whatever the voucher
// says itself. Other kinds are not touched.
func (t Template) Without(products []string) Template {
	if t.Kind != Absolute || len(products) == 0 {
		return t
	}
	t.What.NotProducts = slices.Concat(t.What.NotProducts, products)
	return t
}

// Without is what a host is told while articles are switched off: an absolute voucher
// for named products names them without those. What is stored of a code stays as it
// is, so that a switch can be turned back.
func (s Spec) Without(products []string) Spec {
	if s.Kind != Absolute || len(s.ProductKeys) == 0 {
		return s
	}
	named := s.ProductKeys
	s.ProductKeys = Articles{Products: named, NotProducts: products}.told()
	s.Dropped = slices.DeleteFunc(slices.Clone(named), func(p string) bool { return slices.Contains(s.ProductKeys, p) })
	return s
}

// told are the products that a host is told the voucher is for: one that is taken out
// again is not named. Where none would be left all stay, because to name none
// would open the voucher to everything.
func (w Articles) told() []string {
	left := slices.DeleteFunc(slices.Clone(w.Products), func(p string) bool { return slices.Contains(w.NotProducts, p) })
	if len(left) == 0 {
		return w.Products
	}
	return left
}

// leaks says whether the host would reduce a product that the voucher leaves out. One
// that is only for named products names none of those.
func (w Articles) leaks() bool {
	if len(w.NotProducts) == 0 {
		return false
	}
	named := len(w.Products) > 0 && len(w.Variants)+len(w.Collections) == 0
	return !named || overlap(w.told(), w.NotProducts)
}
