package voucher

import (
	"slices"

	"zugabe/app/loyalty"
)

// look finds what other discounts left to pay, and the lines the voucher is good for.
func (d *deciding) look() {
	d.rest, d.good = make([]int64, len(d.c.Lines)), make([]bool, len(d.c.Lines))
	place := make(map[string]int, len(d.c.Lines))
	for i := range d.c.Lines {
		d.rest[i] = max(0, d.c.Lines[i].Gross)
		place[d.c.Lines[i].Key] = i
	}
	d.shippingRest = max(0, d.c.ShippingGross)
	for i := range d.c.Codes {
		d.shippingRest = max(0, d.shippingRest-max(0, d.c.Codes[i].Shipping))
		for _, share := range d.c.Codes[i].Lines {
			if n, ok := place[share.Key]; ok {
				d.rest[n] = max(0, d.rest[n]-max(0, share.Minor))
			}
		}
	}
	for i := range d.c.Lines {
		l := &d.c.Lines[i]
		if l.GiftCard {
			continue
		}
		d.goods += d.rest[i]
		if d.good[i] = d.t.goodFor(l); d.good[i] {
			d.base += d.rest[i]
		}
	}
	d.amount("goods", d.goods)
	d.amount("eligible", d.base)
}

// goodFor says whether the voucher may reduce the line (S0-28, S2-12).
func (t Template) goodFor(l *CartLine) bool {
	w := t.What
	switch {
	case l.GiftCard || l.Quantity == 0 || l.OnSale && !w.SaleItems || l.NoAbsolute && t.Kind == Absolute:
		return false
	case slices.Contains(w.NotProducts, l.ProductKey), l.VariantKey != "" && slices.Contains(w.NotVariants, l.VariantKey), overlap(w.NotCollections, l.Collections):
		return false
	case t.Kind == FreeArticle:
		return l.ProductKey == t.Article.ProductKey && (t.Article.VariantKey == "" || l.VariantKey == t.Article.VariantKey)
	case len(w.Products)+len(w.Variants)+len(w.Collections) == 0:
		return true
	}
	return slices.Contains(w.Products, l.ProductKey) || l.VariantKey != "" && slices.Contains(w.Variants, l.VariantKey) || overlap(w.Collections, l.Collections)
}

// amounts checks the order's size, and that there is something to reduce.
func (d *deciding) amounts() {
	counted := d.goods
	if d.t.Order.OnEligible {
		counted = d.base
	}
	if least := d.t.Order.MinMinor; least > 0 {
		d.check("minimum", counted >= least, Reason{Code: ReasonBelowMin, Need: least, Have: counted, Unit: UnitMinor})
	}
	if most := d.t.Order.MaxMinor; most > 0 {
		d.check("maximum", counted <= most, Reason{Code: ReasonAboveMax, Need: most, Have: counted, Unit: UnitMinor})
	}
	if d.t.Kind == FreeShipping && len(d.t.What.Products)+len(d.t.What.Variants)+len(d.t.What.Collections) == 0 {
		return
	}
	missing := Reason{Code: ReasonNoArticle}
	if d.t.Kind == FreeArticle {
		missing = Reason{Code: ReasonFreeArticle, Params: map[string]string{"title": d.t.Article.Title, "product_key": d.t.Article.ProductKey}}
	}
	d.check("articles", slices.Contains(d.good, true), missing)
}

// give calculates the discount. Every part of it stays within what is left to pay.
func (d *deciding) give() {
	switch d.t.Kind {
	case Absolute:
		d.spread(min(d.t.Minor, d.base))
		d.restOf()
	case Percent:
		whole, err := loyalty.MulDiv(d.base, d.t.Percent, 100, loyalty.HalfUp)
		if err != nil {
			d.against("value", Reason{Code: ReasonCart})
			return
		}
		d.spread(d.capped(min(whole, d.base)))
	case FreeArticle:
		d.freeUnits()
	case FreeShipping:
		d.out.Shipping = d.capped(d.shippingRest)
		if d.c.ShippingGross == 0 {
			d.note(Reason{Code: NoteShippingLater})
		}
	}
	for _, share := range d.out.Lines {
		d.out.Minor += share.Minor
	}
	d.out.Minor += d.out.Shipping
	d.amount("discount", d.out.Minor)
	if d.out.Minor == 0 && d.t.Kind != FreeShipping {
		d.against("value", Reason{Code: ReasonNothing})
		return
	}
	d.budget()
	d.out.VAT = d.vat()
}

func (d *deciding) capped(minor int64) int64 {
	if d.t.CapMinor <= 0 || minor <= d.t.CapMinor {
		return minor
	}
	d.note(Reason{Code: NoteCapped, Need: minor, Have: d.t.CapMinor, Unit: UnitMinor})
	d.step("cap", "pass", Reason{Need: minor, Have: d.t.CapMinor, Unit: UnitMinor})
	return d.t.CapMinor
}

// spread lays a discount on the lines it is good for, by what they still cost:
// largest remainder, so that the shares sum exactly and none exceeds its line.
func (d *deciding) spread(minor int64) {
	weights := make([]int64, len(d.rest))
	for i := range weights {
		if d.good[i] {
			weights[i] = d.rest[i]
		}
	}
	if d.base == 0 {
		return
	}
	parts, err := loyalty.Split(minor, weights)
	if err != nil {
		d.against("value", Reason{Code: ReasonCart})
		return
	}
	d.share(parts)
}

func (d *deciding) share(parts []int64) {
	d.parts = parts
	for i, p := range parts {
		if p > 0 {
			d.out.Lines = append(d.out.Lines, LineShare{d.c.Lines[i].Key, p})
		}
	}
}

// freeUnits makes units of the article free, the cheapest first, each up to Minor if that is set.
func (d *deciding) freeUnits() {
	wanted := max(1, d.t.Article.Quantity)
	left := wanted
	order := make([]int, 0, len(d.rest))
	for i := range d.rest {
		if d.good[i] {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		// Prices of one unit, compared without dividing: a.rest/a.quantity <=> b.rest/b.quantity.
		return compareProducts(d.rest[a], d.c.Lines[b].Quantity, d.rest[b], d.c.Lines[a].Quantity)
	})
	parts := make([]int64, len(d.rest))
	for _, i := range order {
		units := min(left, d.c.Lines[i].Quantity)
		part, err := loyalty.MulDiv(d.rest[i], units, d.c.Lines[i].Quantity, loyalty.HalfUp)
		if err != nil {
			d.against("value", Reason{Code: ReasonCart})
			return
		}
		if d.t.Minor > 0 && units > 0 && part/units >= d.t.Minor {
			part = d.t.Minor * units
		}
		parts[i] = part
		left -= units
	}
	if left > 0 {
		d.note(Reason{Code: NoteUnitsNotInCart, Need: wanted, Have: wanted - left, Unit: UnitCount})
	}
	d.share(parts)
}

// restOf says what the cart could not use of an absolute voucher.
func (d *deciding) restOf() {
	used := min(d.t.Minor, d.base)
	if used == d.t.Minor {
		return
	}
	policy := d.t.Rest
	if policy == "" {
		policy = RestLost
	}
	d.note(Reason{Code: NoteRest, Need: d.t.Minor, Have: used, Unit: UnitMinor, Params: map[string]string{"policy": string(policy)}})
	if policy == RestNewCode {
		d.out.Rest = d.t.Minor - used
	}
}

func (d *deciding) budget() {
	if b := d.t.Limits.BudgetMinor; b > 0 {
		left := max(0, b-d.s.SpentMinor)
		d.check("budget", d.out.Minor <= left && left > 0, Reason{Code: ReasonBudget, Need: d.out.Minor, Have: left, Unit: UnitMinor})
	}
}
