package program

import (
	"cmp"
	"slices"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// orderCart is an order as the cart it was before this voucher took its part: hosts
// report lines after discounts.
func orderCart(s earning.Sale, t voucher.Template, minor int64) voucher.Cart {
	c := voucher.Cart{Currency: s.Currency, ShippingGross: s.Shipping.Net + s.Shipping.Tax, ShippingTaxBP: rateOf(s.Shipping.Net, s.Shipping.Tax, 1)}
	rates := ratesOf(s.Lines)
	for i, l := range s.Lines {
		c.Lines = append(c.Lines, voucher.CartLine{Key: l.Key, ProductKey: l.ProductKey, VariantKey: l.VariantKey, Collections: l.Collections,
			Quantity: l.Quantity, Gross: l.Net + l.Tax, TaxBP: rates[i], GiftCard: l.GiftCard})
	}
	if t.Kind == voucher.FreeShipping {
		c.ShippingGross += minor
		return c
	}
	addBack(c.Lines, t, minor)
	return c
}

// addBack gives lines what the voucher took off them, in the proportion of what is
// left; where nothing is left, to the first line that it may be used for.
func addBack(lines []voucher.CartLine, t voucher.Template, minor int64) {
	var weights []int64
	var sum int64
	first := -1
	for _, l := range lines {
		w := int64(0)
		if mayReduce(t, l) {
			w = max(l.Gross, 0)
			if first < 0 {
				first = len(weights)
			}
		}
		weights, sum = append(weights, w), sum+w
	}
	if first < 0 {
		return
	}
	left := minor
	if sum > 0 {
		for i, w := range weights {
			part, err := loyalty.MulDiv(minor, w, sum, loyalty.Floor)
			if err != nil {
				continue
			}
			lines[i].Gross += part
			left -= part
		}
	}
	lines[first].Gross += left
}

// mayReduce says whether the voucher can have taken something off a line. Where an
// order does not tell collections, every line may be meant.
func mayReduce(t voucher.Template, l voucher.CartLine) bool {
	if l.GiftCard {
		return false
	}
	if t.Kind == voucher.FreeArticle {
		return l.ProductKey == t.Article.ProductKey && (t.Article.VariantKey == "" || t.Article.VariantKey == l.VariantKey)
	}
	w := t.What
	if len(w.Products)+len(w.Variants) == 0 {
		return true
	}
	return slices.Contains(w.Products, l.ProductKey) || (l.VariantKey != "" && slices.Contains(w.Variants, l.VariantKey))
}

// ratesOf are the VAT rates of an order's lines. The largest line tells its rate best;
// a smaller one has a rate of its own only if none that is there explains it.
func ratesOf(lines []earning.Line) []int64 {
	order := make([]int, len(lines))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(lines[b].Net, lines[a].Net) })
	rates, known := make([]int64, len(lines)), []int64{}
	for _, i := range order {
		l := lines[i]
		at := slices.IndexFunc(known, func(bp int64) bool { return l.Tax > 0 && explains(bp, l.Net, l.Tax, l.Quantity) })
		if at >= 0 {
			rates[i] = known[at]
			continue
		}
		if rates[i] = rateOf(l.Net, l.Tax, l.Quantity); rates[i] > 0 {
			known = append(known, rates[i])
		}
	}
	return rates
}

// explains says whether a rate gives the tax. Hosts round the tax of each unit, so that
// of some units may be off by as many cents.
func explains(bp, net, tax, units int64) bool {
	want, err := loyalty.MulDiv(net, bp, 10_000, loyalty.HalfUp)
	off := want - tax
	return err == nil && max(off, -off) <= max(units, 1)
}

// rateOf is the VAT rate (hundredths of a percent) that explains a net amount and
// its tax: the roundest that does.
func rateOf(net, tax, units int64) int64 {
	if net <= 0 || tax <= 0 {
		return 0
	}
	for _, step := range []int64{100, 50, 10, 1} {
		bp, err := loyalty.MulDiv(tax, 10_000/step, net, loyalty.HalfUp)
		if err != nil {
			return 0
		}
		if bp > 0 && explains(bp*step, net, tax, units) {
			return bp * step
		}
	}
	return 0
}

// forOrders is the template as an order is judged by it. The limits over all codes
// are those in force now, and what an order does not tell is not held against it.
func forOrders(t voucher.Template, total store.TemplateTotal, s earning.Sale) voucher.Template {
	t.Limits.Total, t.Limits.BudgetMinor = total.MaxUses, 0
	t.Who.Segments = nil // the host's own, it has checked them
	told := false
	for _, l := range s.Lines {
		told = told || len(l.Collections) > 0
	}
	if !told {
		t.What.Collections, t.What.NotCollections = nil, nil
	}
	return t
}

// asGiven is a template that takes off exactly what the order got, so that its
// shares and VAT are those of the discount that was really given.
func asGiven(t voucher.Template, minor int64) voucher.Template {
	given := voucher.Template{Kind: voucher.Absolute, Minor: minor, VAT: t.VAT, What: voucher.Articles{SaleItems: true}}
	switch t.Kind {
	case voucher.FreeShipping:
		given.Kind, given.CapMinor, given.Minor = voucher.FreeShipping, minor, 0
	case voucher.FreeArticle:
		given.What.Products = []string{t.Article.ProductKey}
	default:
		given.What.Products, given.What.Variants = t.What.Products, t.What.Variants
		given.What.NotProducts, given.What.NotVariants = t.What.NotProducts, t.What.NotVariants
	}
	return given
}
