package earning

import (
	"testing"

	"zugabe/app/loyalty"
)

func backLine(key string, quantity, net int64) Refund {
	tax := net * 19 / 100
	return Refund{Key: "f-" + key, Gross: net + tax, Lines: []RefundLine{{LineKey: key, Quantity: quantity, Net: net, Tax: tax}}}
}

func withRefunds(s Sale, f ...Refund) Sale { s.Refunds = f; return s }

// covers: B1, B2, B3, B4, B5, B6, S4-30
func TestRefundsLowerTheEntitlement(t *testing.T) {
	cart := func() Sale { return paid(goods("tea", 2, 10_000), goods("cup", 1, 5_000)) } // gross 178.50
	shipped := cart()
	shipped.Shipping, shipped.Total = Amount{Net: 500, Tax: 95}, shipped.Total+595
	edited := paid(goods("tea", 1, 2_000))
	unit := Rule{ID: "r", Kind: KindPerUnit, Points: 10}
	order := Rule{ID: "r", Kind: KindPerOrder, Points: 40}
	tax := Refund{Key: "t", Gross: 100, Lines: []RefundLine{{LineKey: "a", Tax: 100}}}
	runSales(t, []saleCase{
		{name: "a line that goes back takes its part", sale: withRefunds(cart(), backLine("b", 1, 5_000)), rule: perTenEuro(), points: 10},
		{name: "two refunds of the same amount both count", sale: withRefunds(cart(), backLine("a", 1, 5_000), backLine("a", 1, 5_000)), rule: perTenEuro(), points: 5},
		{name: "everything back by lines is exactly nothing", sale: withRefunds(cart(), backLine("a", 2, 10_000), backLine("b", 1, 5_000)), rule: perTenEuro(), reason: ReasonRefunded},
		{name: "everything back in one sum is exactly nothing", sale: withRefunds(cart(), Refund{Gross: 17_850}), rule: perTenEuro(), reason: ReasonRefunded},
		{name: "a sum without lines takes its part of everything", sale: withRefunds(cart(), Refund{Gross: 8_925}), rule: perTenEuro(), points: 7},
		{name: "shipping that goes back changes nothing", sale: withRefunds(shipped, Refund{Gross: 595, Shipping: Amount{500, 95}}), rule: perTenEuro(), points: 15},
		{name: "tax that goes back changes nothing", sale: withRefunds(cart(), tax), rule: perTenEuro(), points: 15},
		{name: "more back than there is left is nothing, never less", sale: withRefunds(edited, Refund{Gross: 9_000}), rule: perTenEuro(), reason: ReasonRefunded},
		{name: "a line edited down below its refund is nothing", sale: withRefunds(paid(goods("tea", 1, 2_000), goods("cup", 1, 5_000)), backLine("a", 2, 4_000)), rule: perTenEuro(), points: 5},
		{name: "a refund of a line that was edited away takes nothing else", sale: withRefunds(paid(goods("tea", 1, 20_000)), backLine("z", 1, 1_000)), rule: perTenEuro(), points: 20},
		{name: "a unit that goes back takes its points", sale: withRefunds(cart(), backLine("a", 1, 5_000)), rule: unit, points: 20},
		{name: "a line paid back whole earns for no unit, even if no unit came back", sale: withRefunds(cart(), backLine("a", 0, 10_000)), rule: unit, points: 10},
		{name: "a sum without lines takes its part of the units, rounded once", sale: withRefunds(cart(), Refund{Gross: 8_925}), rule: unit, points: 15},
		{name: "part of an order is still an order", sale: withRefunds(cart(), backLine("a", 2, 10_000)), rule: order, points: 40},
		{name: "an order that is all back is none", sale: withRefunds(cart(), Refund{Gross: 17_850}), rule: order, reason: ReasonRefunded},
		{name: "the only selected line back leaves nothing that was paid", sale: withRefunds(cart(), backLine("b", 1, 5_000)),
			rule: Rule{ID: "r", Kind: KindPerOrder, Points: 5, Match: Match{Products: []string{"cup"}}}, reason: ReasonNothingPaid},
	})
}

// covers: B5
func TestAnOrderEditedUpThenRefundedInPartAndThenWholeFollowsItsNetEachTime(t *testing.T) {
	p := Program{Rules: []Rule{perTenEuro()}}
	up := paid(goods("tea", 1, 10_000), goods("cup", 1, 5_000))
	steps := []struct {
		sale   Sale
		points loyalty.Points
	}{
		{paid(goods("tea", 1, 10_000)), 10},
		{up, 15},
		{withRefunds(up, backLine("a", 0, 3_000)), 12},
		{withRefunds(up, backLine("a", 0, 3_000), Refund{Gross: up.Total - 3_570}), 0},
	}
	for i, s := range steps {
		if got := sum(evaluate(t, s.sale, p, inBerlin())); got != s.points {
			t.Errorf("step %d: %d points, want %d", i, got, s.points)
		}
	}
}

// covers: N-07
func TestTheReceiptAddsUpAfterARefundWithoutLines(t *testing.T) {
	s := withRefunds(paid(goods("tea", 2, 10_001), goods("cup", 1, 4_998)), Refund{Gross: 3_333})
	g := evaluate(t, s, Program{Rules: []Rule{perTenEuro()}}, inBerlin())[0]
	var net int64
	for _, l := range g.Breakdown.Lines {
		net += l.Net
	}
	if net != g.Breakdown.Basis || net == 0 {
		t.Errorf("lines add up to %d, basis is %d", net, g.Breakdown.Basis)
	}
}
