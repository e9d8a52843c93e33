package voucher

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

var noon = Moment{At: 1_795_000_000_000}

func drawCart(t *rapid.T) Cart {
	c := Cart{Currency: "EUR", ShippingGross: rapid.Int64Range(0, 2000).Draw(t, "shipping"), ShippingTaxBP: 1900}
	n := rapid.IntRange(0, 8).Draw(t, "lines")
	for i := range n {
		c.Lines = append(c.Lines, CartLine{
			Key: string(rune('a' + i)), ProductKey: rapid.SampledFrom([]string{"p", "q", "r"}).Draw(t, "product"),
			Quantity: rapid.Int64Range(1, 5).Draw(t, "quantity"), Gross: rapid.OneOf(rapid.Int64Range(0, 20), rapid.Int64Range(0, 1_000_000)).Draw(t, "gross"),
			TaxBP:  rapid.SampledFrom([]int64{0, 700, 1900, 2550}).Draw(t, "rate"),
			OnSale: rapid.Bool().Draw(t, "sale"), GiftCard: rapid.IntRange(0, 5).Draw(t, "card") == 0, NoAbsolute: rapid.IntRange(0, 5).Draw(t, "no") == 0,
		})
	}
	return c
}

func drawTemplate(t *rapid.T) Template {
	v := Template{Name: "drawn", What: Articles{SaleItems: rapid.Bool().Draw(t, "sale items")}, Stack: Stacking{Rank: rapid.IntRange(0, 2).Draw(t, "rank"), Combines: Combines{true, true, true}}}
	v.VAT.Mode = rapid.SampledFrom([]VATMode{VATSplit, VATFixed, VATPayment}).Draw(t, "vat")
	if v.VAT.Mode == VATFixed {
		v.VAT.RateBP = 1900
	}
	switch v.Kind = rapid.SampledFrom([]Kind{Absolute, Percent, FreeArticle, FreeShipping}).Draw(t, "kind"); v.Kind {
	case Absolute:
		v.Minor, v.Rest = rapid.Int64Range(1, 50_000).Draw(t, "minor"), RestNewCode
	case Percent:
		v.Percent, v.CapMinor = rapid.Int64Range(1, 100).Draw(t, "percent"), rapid.Int64Range(0, 2000).Draw(t, "cap")
	case FreeArticle:
		v.Article, v.Minor = ArticleRef{ProductKey: "p", Quantity: rapid.Int64Range(0, 3).Draw(t, "units")}, rapid.Int64Range(0, 500).Draw(t, "price")
	}
	if v.Kind != FreeArticle && rapid.Bool().Draw(t, "narrow") {
		v.What.Products = []string{"q"}
	}
	return v
}

// checkShares holds a decision against what may never happen: a line below zero,
// shares that do not sum, VAT that does not, a cap or value that is exceeded.
func checkShares(t *rapid.T, v Template, c Cart, d Decision) {
	left := map[string]int64{}
	good := map[string]bool{}
	for i := range c.Lines {
		left[c.Lines[i].Key], good[c.Lines[i].Key] = c.Lines[i].Gross, v.goodFor(&c.Lines[i])
	}
	shipping := c.ShippingGross
	for _, a := range c.Codes {
		shipping -= a.Shipping
		for _, s := range a.Lines {
			left[s.Key] -= s.Minor
		}
	}
	var sum, base int64
	for key, l := range left {
		if good[key] {
			base += l
		}
	}
	for _, s := range d.Lines {
		if s.Minor <= 0 || s.Minor > left[s.Key] || !good[s.Key] {
			t.Fatalf("line %s bears %d of %d", s.Key, s.Minor, left[s.Key])
		}
		sum += s.Minor
	}
	var vat int64
	for _, s := range d.VAT {
		vat += s.Gross
		if s.Tax < 0 || s.Tax > s.Gross {
			t.Fatalf("%d VAT in %d", s.Tax, s.Gross)
		}
	}
	if sum > base || d.Shipping < 0 || d.Shipping > shipping || sum+d.Shipping != d.Minor || vat != d.Minor {
		t.Fatalf("lines %d of %d, shipping %d of %d, VAT %d, discount %d", sum, base, d.Shipping, shipping, vat, d.Minor)
	}
	if v.CapMinor > 0 && d.Minor > v.CapMinor || v.Kind == Absolute && d.OK && d.Minor+d.Rest != v.Minor || !d.OK && d.Minor+d.Rest != 0 {
		t.Fatalf("%+v gives %+v", v, d)
	}
}

// covers: S0-27, S0-29, S0-41, N-08
func TestADiscountIsWhatItsSharesSumToAndNeverMoreThanTheGoods(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c, v := drawCart(rt), drawTemplate(rt)
		m := Moment{noon.At, zoneOf(t, "Europe/Berlin")}
		checkShares(rt, v, c, Decide(v, Standing{}, c, regular, m))
	})
}

//
func TestSeveralVouchersNeverTakeMoreThanThereIs(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := drawCart(rt)
		var all []Candidate
		for i := range rapid.IntRange(1, 5).Draw(rt, "vouchers") {
			all = append(all, Candidate{drawTemplate(rt), Standing{Code: string(rune('A' + i))}, regular})
		}
		m := Moment{noon.At, zoneOf(t, "Europe/Berlin")}
		done := Apply(all, c, m)
		before, rank := c, -1
		for _, a := range done {
			v := all[a.Index].Template
			if v.Stack.Rank < rank {
				rt.Fatalf("rank %d after %d", v.Stack.Rank, rank)
			}
			rank = v.Stack.Rank
			checkShares(rt, v, before, a.Decision)
			if a.Decision.OK {
				before.Codes = append(before.Codes[:len(before.Codes):len(before.Codes)], a.Decision.AsApplied(v, all[a.Index].Standing.Code))
			}
		}
		backwards := make([]Candidate, len(all))
		for i := range all {
			backwards[len(all)-1-i] = all[i]
		}
		for i, a := range Apply(backwards, c, m) {
			if len(all)-1-a.Index != done[i].Index || !reflect.DeepEqual(a.Decision, done[i].Decision) {
				rt.Fatal("the order of the input decides")
			}
		}
	})
}

// covers: A-36, B12
func TestThePartsOfAllRefundsSumToALinesDiscount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		line := LineShare{"a", rapid.Int64Range(0, 1_000_000).Draw(t, "minor")}
		total := rapid.Int64Range(1, 50).Draw(t, "units")
		var before, sum int64
		for before < total {
			units := rapid.Int64Range(1, total-before).Draw(t, "back")
			part := RefundShare(line, total, before, units)
			if part < 0 {
				t.Fatalf("%d goes back", part)
			}
			sum += part
			before += units
		}
		if sum != line.Minor || RefundShare(line, total, total, 1) != 0 {
			t.Fatalf("%d of %d went back", sum, line.Minor)
		}
	})
}
