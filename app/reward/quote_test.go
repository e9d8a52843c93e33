package reward

import (
	"testing"

	"pgregory.net/rapid"

	"zugabe/app/loyalty"
)

func hundredForOneEuro() Policy {
	return Policy{Rate: loyalty.RedeemRate{Minor: 100, PerPoints: 100}, MinPoints: 100, Step: 50}
}

func cartOf(minor int64) Cart {
	return Cart{SubtotalMinor: minor, EligibleMinor: minor, Currency: "EUR"}
}

// covers: S4-07, S4-08, S4-23, A-12
func TestAQuoteSaysWhatIsPossibleAndWhatIsMissing(t *testing.T) {
	change := func(f func(*Policy)) Policy { p := hundredForOneEuro(); f(&p); return p }
	for _, c := range []struct {
		name      string
		policy    Policy
		available loyalty.Points
		cart      Cart
		max       loyalty.Points
		minor     int64
		reason    string
		need      int64
	}{
		{"all points, rounded down to a step", hundredForOneEuro(), 1_234, cartOf(100_000), 1_200, 1_200, "", 0},
		{"no cart is known", hundredForOneEuro(), 1_234, Cart{Currency: "EUR"}, 1_200, 1_200, "", 0},
		{"never more than the goods are worth", hundredForOneEuro(), 10_000, cartOf(777), 750, 750, "", 0},
		{"a cap in points", change(func(p *Policy) { p.MaxPoints = 500 }), 10_000, cartOf(100_000), 500, 500, "", 0},
		{"a cap in money", change(func(p *Policy) { p.MaxMinor = 320 }), 10_000, cartOf(100_000), 300, 300, "", 0},
		{"a cap in percent of the eligible goods", change(func(p *Policy) { p.MaxPercent = 20 }), 10_000,
			Cart{SubtotalMinor: 9_000, EligibleMinor: 4_000, Currency: "EUR"}, 800, 800, "", 0},
		{"twenty points are missing", hundredForOneEuro(), 80, cartOf(5_000), 0, 0, ReasonNeedPoints, 20},
		{"a debt is missing too", hundredForOneEuro(), -30, cartOf(5_000), 0, 0, ReasonNeedPoints, 130},
		{"the cart is below the smallest subtotal", change(func(p *Policy) { p.MinSubtotal = 3_000 }), 500, cartOf(2_500), 0, 0, ReasonNeedMoney, 500},
		{"the cart is worth less than the smallest redemption", hundredForOneEuro(), 500, cartOf(60), 0, 0, ReasonCartTooLow, 40},
		{"the percentage leaves too little", change(func(p *Policy) { p.MaxPercent = 10 }), 500, cartOf(900), 0, 0, ReasonCartTooLow, 100},
		{"redeeming is off", Policy{Off: true}, 500, cartOf(900), 0, 0, ReasonOff, 0},
		{"a point that is worth less than a cent needs company", Policy{Rate: loyalty.RedeemRate{Minor: 1, PerPoints: 3}}, 2, Cart{}, 0, 0, ReasonNeedPoints, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := c.policy.Validate(); err != nil {
				t.Fatal(err)
			}
			q, err := c.policy.Quote(c.available, c.cart)
			if err != nil || q.Max != c.max || q.Minor != c.minor || q.Reason != c.reason || q.Need != c.need {
				t.Errorf("got %+v, %v", q, err)
			}
		})
	}
}

//
func TestChoicesRunFromTheSmallestToTheLargestOnSteps(t *testing.T) {
	few, err := hundredForOneEuro().Quote(260, cartOf(100_000))
	if err != nil {
		t.Fatal(err)
	}
	want := []Choice{{100, 100}, {150, 150}, {200, 200}, {250, 250}}
	if len(few.Choices) != len(want) {
		t.Fatalf("got %+v", few.Choices)
	}
	for i := range want {
		if few.Choices[i] != want[i] {
			t.Errorf("choice %d: %+v", i, few.Choices[i])
		}
	}
	many, err := hundredForOneEuro().Quote(100_000, Cart{})
	if err != nil || len(many.Choices) != maxChoices || many.Choices[maxChoices-1].Points != 100_000 {
		t.Errorf("got %+v, %v", many, err)
	}
}

// covers: S4-23, A-12
func TestWhateverAQuoteOffersIsAcceptedAndOneStepMoreIsRefused(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := Policy{
			Rate:      loyalty.RedeemRate{Minor: rapid.Int64Range(1, 300).Draw(t, "minor"), PerPoints: loyalty.Points(rapid.Int64Range(1, 300).Draw(t, "per"))},
			MinPoints: loyalty.Points(rapid.Int64Range(0, 200).Draw(t, "min")), Step: loyalty.Points(rapid.Int64Range(0, 70).Draw(t, "step")),
			MaxPercent: rapid.Int64Range(0, 100).Draw(t, "percent"), MaxMinor: rapid.SampledFrom([]int64{0, 5_000}).Draw(t, "max"),
		}
		available := loyalty.Points(rapid.Int64Range(-50, 20_000).Draw(t, "available"))
		cart := cartOf(rapid.Int64Range(1, 20_000).Draw(t, "cart"))
		q, err := p.Quote(available, cart)
		if err != nil {
			t.Fatal(err)
		}
		if q.Max == 0 {
			if q.Reason == "" || q.Need <= 0 {
				t.Fatalf("nothing offered without a reason: %+v", q)
			}
			return
		}
		for _, c := range q.Choices {
			if err := p.Check(c.Points, available, cart); err != nil {
				t.Fatalf("%d points are offered and refused: %v", c.Points, err)
			}
			if c.Minor > cart.EligibleMinor || c.Minor <= 0 {
				t.Fatalf("%d points are worth %d on goods of %d", c.Points, c.Minor, cart.EligibleMinor)
			}
		}
		if err := p.Check(q.Max+q.Step, available, cart); err == nil {
			t.Fatalf("one step above %d is accepted", q.Max)
		}
	})
}
