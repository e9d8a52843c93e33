package earning

import (
	"math"
	"math/rand"
	"testing"

	"pgregory.net/rapid"

	"zugabe/app/loyalty"
)

func anySale(t *rapid.T) Sale {
	n := rapid.IntRange(1, 6).Draw(t, "lines")
	lines := make([]Line, n)
	for i := range lines {
		lines[i] = goods(rapid.SampledFrom([]string{"tea", "cup", "pot"}).Draw(t, "product"),
			rapid.Int64Range(1, 9).Draw(t, "quantity"), rapid.Int64Range(0, 50_000).Draw(t, "net"))
	}
	return paid(lines...)
}

func anyProgram(t *rapid.T) Program {
	rounding := rapid.SampledFrom([]loyalty.Rounding{"", loyalty.HalfUp, loyalty.Ceiling}).Draw(t, "rounding")
	amount := Rule{ID: "amount", Kind: KindPerAmount, Rounding: rounding,
		Earn: loyalty.EarnRate{Points: loyalty.Points(rapid.Int64Range(1, 50).Draw(t, "points")), PerMinor: rapid.Int64Range(1, 5_000).Draw(t, "per")}}
	unit := Rule{ID: "unit", Kind: KindPerUnit, Points: 3, Rounding: rounding, Match: Match{Products: []string{"tea", "cup"}}}
	table := Rule{ID: "table", Kind: KindPerProduct, Products: map[string]loyalty.Points{"tea": 4, "pot": 1}}
	order := Rule{ID: "order", Kind: KindPerOrder, Points: 20, When: When{MinBasis: rapid.Int64Range(0, 40_000).Draw(t, "min")}}
	p := Program{Rules: []Rule{amount, unit, table, order}}
	for i := range rapid.IntRange(0, 3).Draw(t, "campaigns") {
		c := double(string(rune('x' + i)))
		c.Factor = loyalty.Ratio{Num: rapid.Int64Range(5, 20).Draw(t, "num"), Den: 4}
		if rapid.Bool().Draw(t, "narrow") {
			c.Match.Products = []string{"cup"}
		}
		c.When.MinBasis = rapid.Int64Range(0, 20_000).Draw(t, "campaign min")
		p.Campaigns = append(p.Campaigns, c)
	}
	return p
}

func anyContext(t *rapid.T) Context {
	c := inBerlin()
	c.Audience.Factor = rapid.SampledFrom([]loyalty.Ratio{{}, {Num: 1, Den: 3}, {Num: 7, Den: 5}}).Draw(t, "factor")
	return c
}

// anyRefunds pays the whole sale back in parts: some by lines, some in sums.
func anyRefunds(t *rapid.T, s Sale) []Refund {
	var parts []Refund
	left := s.Total
	for i := range s.Lines {
		l := s.Lines[i]
		if rapid.Bool().Draw(t, "by sum") {
			continue
		}
		net := rapid.Int64Range(0, l.Net).Draw(t, "part")
		tax := min(l.Tax, l.Tax*net/max(1, l.Net))
		parts = append(parts, Refund{Gross: net + tax, Lines: []RefundLine{{LineKey: l.Key, Quantity: rapid.Int64Range(0, l.Quantity).Draw(t, "units"), Net: net, Tax: tax}}})
		left -= net + tax
	}
	for left > 0 {
		g := rapid.Int64Range(1, left).Draw(t, "sum")
		parts = append(parts, Refund{Gross: g})
		left -= g
	}
	return parts
}

// covers: B1, B3, B6, B20
func TestPartialRefundsNeverRaiseTheEntitlementAndEndAtExactlyNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, p, c := anySale(t), anyProgram(t), anyContext(t)
		refunds := anyRefunds(t, s)
		before := loyalty.Points(math.MaxInt64)
		for i := 0; i <= len(refunds); i++ {
			g, err := EvaluateSale(withRefunds(s, refunds[:i]...), p, c)
			if err != nil {
				t.Fatal(err)
			}
			now := sum(g)
			if now > before {
				t.Fatalf("refund %d raises the points from %d to %d", i, before, now)
			}
			before = now
		}
		if s.Total > 0 && before != 0 {
			t.Fatalf("%d points are left of an order that is all back", before)
		}
	})
}

// covers: B2, B20
func TestTheOrderOfRefundsAndLinesDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, p, c := anySale(t), anyProgram(t), anyContext(t)
		all := anyRefunds(t, s)
		s.Refunds = all[:rapid.IntRange(0, len(all)).Draw(t, "upto")]
		mixed := s
		mixed.Refunds = rapid.Permutation(s.Refunds).Draw(t, "refunds")
		mixed.Lines = rapid.Permutation(s.Lines).Draw(t, "lines")
		a, err := EvaluateSale(s, p, c)
		if err != nil {
			t.Fatal(err)
		}
		b, err := EvaluateSale(mixed, p, c)
		if err != nil {
			t.Fatal(err)
		}
		if len(a) != len(b) {
			t.Fatalf("%d and %d grants", len(a), len(b))
		}
		for i := range a {
			if a[i].RuleID != b[i].RuleID || a[i].Points != b[i].Points {
				t.Fatalf("%s: %d points, in another order %s: %d", a[i].RuleID, a[i].Points, b[i].RuleID, b[i].Points)
			}
		}
	})
}

// covers: B20
func TestTenThousandCartsLoseLessThanOnePointEach(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	rule := Rule{ID: "r", Kind: KindPerAmount, Earn: loyalty.EarnRate{Points: 3, PerMinor: 700}}
	var net int64
	var points loyalty.Points
	const carts = 10_000
	for range carts {
		lines := make([]Line, 1+r.Intn(5))
		for i := range lines {
			lines[i] = goods("tea", 1+r.Int63n(3), r.Int63n(9_999))
			net += lines[i].Net
		}
		s := paid(lines...)
		points += sum(evaluate(t, s, Program{Rules: []Rule{rule}}, inBerlin()))
		if left := sum(evaluate(t, withRefunds(s, Refund{Gross: s.Total}), Program{Rules: []Rule{rule}}, inBerlin())); left != 0 {
			t.Fatalf("%d points drifted", left)
		}
	}
	exact := net * 3 / 700
	if lost := exact - int64(points); lost < 0 || lost >= carts {
		t.Errorf("%d points lost by rounding over %d carts", lost, carts)
	}
}

// covers: B22
func TestAbsurdNumbersAreRefusedNotWrappedAround(t *testing.T) {
	rate := func(points loyalty.Points, per int64) Rule {
		return Rule{ID: "r", Kind: KindPerAmount, Earn: loyalty.EarnRate{Points: points, PerMinor: per}}
	}
	many := make([]Line, 4_500)
	for i := range many {
		many[i] = Line{Key: "k", ProductKey: "tea", Quantity: 1, Net: loyalty.MaxMinor}
	}
	for name, c := range map[string]struct {
		sale Sale
		rule Rule
	}{
		"an amount beyond the cap":         {paid(Line{Net: 9_200_000_000_000_000_000, Quantity: 1}), perTenEuro()},
		"a negative amount beyond the cap": {paid(Line{Net: math.MinInt64, Quantity: 1}), perTenEuro()},
		"a rate that makes too many":       {paid(goods("tea", 1, 10_000_000)), rate(1_000_000, 1)},
		"lines too large together":         {Sale{Status: SalePaid, Currency: euro, Lines: many}, perTenEuro()},
		"too many units":                   {paid(goods("tea", math.MaxInt64, 5)), Rule{ID: "r", Kind: KindPerUnit, Points: 1}},
		"units times points":               {paid(goods("tea", 1_000_000_000, 5)), Rule{ID: "r", Kind: KindPerUnit, Points: 1_000_000_000}},
		"a refund beyond the cap":          {withRefunds(paid(goods("tea", 1, 5)), Refund{Gross: math.MaxInt64}), perTenEuro()},
	} {
		_, err := EvaluateSale(c.sale, Program{Rules: []Rule{c.rule}}, inBerlin())
		if loyalty.CodeOf(err) != loyalty.CodeOverflow {
			t.Errorf("%s: got %v, want %s", name, err, loyalty.CodeOverflow)
		}
	}
}

// covers: B20, B22
func TestScalingWithBigNumbersAgreesWithTheShortWay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base := rapid.Int64Range(0, 1_000_000_000).Draw(t, "base")
		rate := pair{rapid.Int64Range(1, 1_000).Draw(t, "num"), rapid.Int64Range(1, 1_000).Draw(t, "den")}
		factor := loyalty.Ratio{Num: rapid.Int64Range(0, 1_000).Draw(t, "f"), Den: rapid.Int64Range(1, 1_000).Draw(t, "g")}
		r := rapid.SampledFrom([]loyalty.Rounding{loyalty.Floor, loyalty.HalfUp, loyalty.Ceiling}).Draw(t, "rounding")
		short, err1 := scale(base, rate, factor, r)
		long, err2 := scaleBig(base, rate, factor, r)
		if err1 != nil || err2 != nil || short != long {
			t.Fatalf("%d (%v) and %d (%v)", short, err1, long, err2)
		}
	})
}
