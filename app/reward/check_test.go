package reward

import (
	"errors"
	"testing"

	"pgregory.net/rapid"

	"zugabe/app/loyalty"
)

// covers: S4-23, A-12
func TestARefusedRedemptionSaysWhyInNumbers(t *testing.T) {
	p := hundredForOneEuro()
	p.MaxPoints, p.MinSubtotal = 1_000, 2_000
	for _, c := range []struct {
		name      string
		points    loyalty.Points
		available loyalty.Points
		cart      Cart
		code      loyalty.Code
		detail    string
		number    int64
	}{
		{"too few", 80, 5_000, Cart{}, loyalty.CodeBelowMinimum, "need", 20},
		{"between two steps", 130, 5_000, Cart{}, loyalty.CodeNotAStep, "step", 50},
		{"more than the plan allows", 1_050, 5_000, Cart{}, loyalty.CodeAboveMaximum, "maximum", 1_000},
		{"more than the goods are worth", 1_000, 5_000, Cart{2_500, 600, "EUR"}, loyalty.CodeAboveMaximum, "maximum", 600},
		{"more than there are", 500, 420, Cart{}, loyalty.CodeInsufficientPoints, "need", 80},
		{"a debt counts as none available", 100, -20, Cart{}, loyalty.CodeInsufficientPoints, "available", 0},
		{"the cart is too small", 500, 5_000, cartOf(1_500), loyalty.CodeBelowMinimum, "need_minor", 500},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := p.Check(c.points, c.available, c.cart)
			var e *loyalty.Error
			if !errors.As(err, &e) || e.Code != c.code || e.Detail[c.detail] != c.number {
				t.Errorf("got %v with %v, want %s with %s=%d", err, e, c.code, c.detail, c.number)
			}
		})
	}
	if err := p.Check(-5, 5_000, Cart{}); loyalty.CodeOf(err) != loyalty.CodeInvalid {
		t.Errorf("negative points: %v", err)
	}
	p.Off = true
	if err := p.Check(500, 5_000, Cart{}); loyalty.CodeOf(err) != loyalty.CodeForbidden {
		t.Errorf("switched off: %v", err)
	}
}

func TestAPolicyThatNobodyCouldRedeemByIsRefused(t *testing.T) {
	change := func(f func(*Policy)) Policy { p := hundredForOneEuro(); f(&p); return p }
	for field, p := range map[string]Policy{
		"rate":         {},
		"min_points":   change(func(p *Policy) { p.MinPoints = -1 }),
		"step":         change(func(p *Policy) { p.Step = -1 }),
		"max_points":   change(func(p *Policy) { p.MaxPoints = 90 }),
		"max_minor":    change(func(p *Policy) { p.MaxMinor = 90 }),
		"max_percent":  change(func(p *Policy) { p.MaxPercent = 101 }),
		"min_subtotal": change(func(p *Policy) { p.MinSubtotal = -1 }),
		"code_days":    change(func(p *Policy) { p.CodeDays = 9_999 }),
		"code_prefix":  change(func(p *Policy) { p.CodePrefix = "A-B" }),
	} {
		var e *loyalty.Error
		if err := p.Validate(); !errors.As(err, &e) || e.Field != field {
			t.Errorf("%s: got %v", field, err)
		}
	}
	if err := hundredForOneEuro().Validate(); err != nil {
		t.Error(err)
	}
}

// covers: S4-23
func TestACodesSmallestCartLosesNoPartOfItsValueAndKeepsThePercentage(t *testing.T) {
	p := hundredForOneEuro()
	p.MinSubtotal = 700
	for minor, want := range map[int64]int64{500: 700, 900: 900} {
		if got, err := p.MinSubtotalFor(minor); err != nil || got != want {
			t.Errorf("%d: got %d, %v; want %d", minor, got, err, want)
		}
	}
	p.MaxPercent = 30
	if got, err := p.MinSubtotalFor(500); err != nil || got != 1_667 {
		t.Errorf("got %d, %v; want 1667", got, err)
	}
}

// covers, G17
func TestARedemptionMovesOnlyAlongItsTable(t *testing.T) {
	all := []State{Pending, Active, Used, Returned, Void}
	allowed := map[[2]State]bool{
		{Pending, Active}: true, {Pending, Void}: true, {Active, Used}: true, {Active, Returned}: true,
		{Used, Returned}: true, {Returned, Used}: true, {Void, Used}: true,
	}
	for _, from := range all {
		for _, to := range all {
			err := from.To(to)
			if allowed[[2]State{from, to}] != (err == nil) {
				t.Errorf("%s to %s: %v", from, to, err)
			}
		}
	}
}

// covers: A-17, B12
func TestPointsComeBackWithTheOrder(t *testing.T) {
	red := Redemption{Points: 1_000}
	for _, c := range []struct {
		name            string
		total, refunded int64
		pol             ReturnPolicy
		want            loyalty.Points
	}{
		{"all of the order is all of the points", 5_000, 5_000, ReturnPolicy{}, 1_000},
		{"more than the order is not more than the points", 5_000, 9_000, ReturnPolicy{Proportional: true}, 1_000},
		{"a part gives nothing back by default", 5_000, 4_999, ReturnPolicy{}, 0},
		{"a part gives its part back where the merchant wants it", 3_000, 1_000, ReturnPolicy{Proportional: true}, 333},
		{"nothing refunded, nothing back", 3_000, 0, ReturnPolicy{Proportional: true}, 0},
		{"an order that the code paid in full", 0, 1, ReturnPolicy{}, 1_000},
		{"nothing comes back where the merchant keeps it", 5_000, 5_000, ReturnPolicy{Keep: true, Proportional: true}, 0},
	} {
		if got := ReturnPoints(red, c.total, c.refunded, c.pol); got != c.want {
			t.Errorf("%s: got %d, want %d", c.name, got, c.want)
		}
	}
}

// covers: B12
func TestReturnedPointsGrowWithTheRefundAndNeverExceedWhatWasUsed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		red := Redemption{Points: loyalty.Points(rapid.Int64Range(1, int64(loyalty.MaxEntryPoints)).Draw(t, "points"))}
		total := rapid.Int64Range(0, loyalty.MaxMinor).Draw(t, "total")
		a := rapid.Int64Range(0, loyalty.MaxMinor).Draw(t, "a")
		b := rapid.Int64Range(a, loyalty.MaxMinor).Draw(t, "b")
		pol := ReturnPolicy{Proportional: rapid.Bool().Draw(t, "proportional")}
		x, y := ReturnPoints(red, total, a, pol), ReturnPoints(red, total, b, pol)
		if x < 0 || x > y || y > red.Points || (b >= max(total, 1) && y != red.Points) {
			t.Fatalf("%d back at %d, %d back at %d of %d", x, a, y, b, total)
		}
	})
}
