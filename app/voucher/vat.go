package voucher

import (
	"math/bits"
	"slices"

	"zugabe/app/loyalty"
)

const maxRateBP = 10_000 // 100 %

// vat splits the discount by rate (S0-29, N-08). The grosses sum to the discount
// exactly. As a price reduction each line's share counts at the line's own rate,
// and since shares follow prices by largest remainder, so do the rates. Used
// like money, the voucher leaves the VAT of the goods alone: one share without tax.
func (d *deciding) vat() []VATShare {
	if d.out.Minor == 0 {
		return nil
	}
	switch d.t.VAT.Mode {
	case VATFixed:
		return []VATShare{taxIn(d.t.VAT.RateBP, d.out.Minor)}
	case VATPayment:
		return []VATShare{{Gross: d.out.Minor}}
	}
	byRate := map[int64]int64{}
	for i, part := range d.parts {
		if part > 0 {
			byRate[d.c.Lines[i].TaxBP] += part
		}
	}
	if d.out.Shipping > 0 {
		byRate[d.c.ShippingTaxBP] += d.out.Shipping
	}
	shares := make([]VATShare, 0, len(byRate))
	for rate, gross := range byRate {
		shares = append(shares, taxIn(rate, gross))
	}
	slices.SortFunc(shares, func(a, b VATShare) int { return int(b.RateBP - a.RateBP) })
	return shares
}

// taxIn is the VAT contained in a gross amount, halves up.
func taxIn(rateBP, gross int64) VATShare {
	tax, err := loyalty.MulDiv(gross, rateBP, 10_000+rateBP, loyalty.HalfUp)
	if err != nil {
		tax = 0 // cannot be: the result is smaller than gross
	}
	return VATShare{RateBP: rateBP, Gross: gross, Tax: tax}
}

// compareProducts compares a*b with c*d, all of them 0 or more, without overflow.
func compareProducts(a, b, c, d int64) int {
	h1, l1 := bits.Mul64(uint64(a), uint64(b))
	h2, l2 := bits.Mul64(uint64(c), uint64(d))
	switch {
	case h1 < h2 || h1 == h2 && l1 < l2:
		return -1
	case h1 == h2 && l1 == l2:
		return 0
	}
	return 1
}

// RefundShare is the part of a line's discount that goes back when units of it
// are refunded, after before units were refunded already, of total units. The
// parts of all refunds of a line sum to its discount exactly, whatever their order.
func RefundShare(line LineShare, total, before, units int64) int64 {
	if total <= 0 || units <= 0 {
		return 0
	}
	upTo := func(n int64) int64 {
		part, err := loyalty.MulDiv(line.Minor, min(max(n, 0), total), total, loyalty.HalfUp)
		if err != nil {
			return 0
		}
		return part
	}
	return upTo(before+units) - upTo(before)
}
