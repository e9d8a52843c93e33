package earning

import (
	"testing"

	"zugabe/app/loyalty"
)

// saleCase is one sentence about one rule and one sale.
type saleCase struct {
	name   string
	sale   Sale
	rule   Rule
	change func(*Program, *Context)
	points loyalty.Points
	reason string
}

func runSales(t *testing.T, cases []saleCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			p, ctx := Program{Rules: []Rule{c.rule}}, inBerlin()
			if c.change != nil {
				c.change(&p, &ctx)
			}
			if err := p.Validate(); err != nil {
				t.Fatalf("the program of this case is not valid: %v", err)
			}
			g := evaluate(t, c.sale, p, ctx)
			if len(g) != 1 || g[0].RuleID != c.rule.ID {
				t.Fatalf("got %+v, want one grant of %s", g, c.rule.ID)
			}
			if g[0].Points != c.points || g[0].Breakdown.Reason != c.reason {
				t.Errorf("got %d points, reason %q; want %d, %q", g[0].Points, g[0].Breakdown.Reason, c.points, c.reason)
			}
		})
	}
}

// covers: S4-01, S3-05, S4-07, S4-20, S4-30, A-09, B11, B20
func TestPointsByAmount(t *testing.T) {
	withShipping := paid(goods("tea", 1, 9_999))
	withShipping.Shipping = Amount{Net: 500, Tax: 95}
	gift := goods("voucher", 1, 5_000)
	gift.GiftCard = true
	round := func(r loyalty.Rounding) Rule { x := perTenEuro(); x.Rounding = r; return x }
	runSales(t, []saleCase{
		{name: "one point per ten euro net", sale: paid(goods("tea", 1, 10_000)), rule: perTenEuro(), points: 10},
		{name: "VAT and shipping are not part of the basis", sale: withShipping, rule: perTenEuro(), points: 9},
		{name: "VAT counts if the merchant wants it", sale: paid(goods("tea", 1, 10_000)), rule: Rule{ID: "r", Kind: KindPerAmount,
			Earn: loyalty.EarnRate{Points: 1, PerMinor: cents10}, Basis: Basis{WithTax: true}}, points: 11},
		{name: "shipping counts if the merchant wants it", sale: withShipping, rule: Rule{ID: "r", Kind: KindPerAmount,
			Earn: loyalty.EarnRate{Points: 1, PerMinor: cents10}, Basis: Basis{WithShipping: true}}, points: 10},
		{name: "three lines of 0.33 are floored once, on their sum", sale: paid(goods("a", 1, 33), goods("b", 1, 33), goods("c", 1, 34)),
			rule: Rule{ID: "r", Kind: KindPerAmount, Earn: loyalty.EarnRate{Points: 1, PerMinor: 100}}, points: 1},
		{name: "99 cents are no point when rounding down", sale: paid(goods("a", 1, 999)), rule: perTenEuro(), reason: ReasonTooSmall},
		{name: "half a point rounds up if the merchant rounds to the nearest", sale: paid(goods("a", 1, 500)), rule: round(loyalty.HalfUp), points: 1},
		{name: "a cent rounds up if the merchant rounds up", sale: paid(goods("a", 1, 1)), rule: round(loyalty.Ceiling), points: 1},
		{name: "buying a gift card earns nothing", sale: paid(gift), rule: perTenEuro(), reason: ReasonNoLines},
		{name: "buying a gift card earns if the merchant wants it", sale: paid(gift), rule: Rule{ID: "r", Kind: KindPerAmount,
			Earn: loyalty.EarnRate{Points: 1, PerMinor: cents10}, Match: Match{GiftCards: true}}, points: 5},
		{name: "an order that a voucher pays in full earns nothing", sale: paid(goods("tea", 1, 0)), rule: perTenEuro(), reason: ReasonNothingPaid},
		{name: "an order without lines earns nothing", sale: paid(), rule: perTenEuro(), reason: ReasonNoLines},
		{name: "the order must reach the minimum", sale: paid(goods("tea", 1, 4_999)), rule: Rule{ID: "r", Kind: KindPerAmount,
			Earn: loyalty.EarnRate{Points: 1, PerMinor: 100}, When: When{MinBasis: 5_000}}, reason: ReasonBelowMinimum},
		{name: "the minimum itself is enough", sale: paid(goods("tea", 1, 5_000)), rule: Rule{ID: "r", Kind: KindPerAmount,
			Earn: loyalty.EarnRate{Points: 1, PerMinor: 100}, When: When{MinBasis: 5_000}}, points: 50},
	})
}

// covers: B11
func TestPayingWithAGiftCardEarnsAndLowersOnlyABasisWithFees(t *testing.T) {
	s := paid(goods("tea", 1, 10_000))
	s.Fees = Amount{Net: -4_000}
	s.Total -= 4_000
	with := perTenEuro()
	with.ID, with.Basis.WithFees = "fees", true
	g := evaluate(t, s, Program{Rules: []Rule{perTenEuro(), with}}, inBerlin())
	if g[0].Points != 10 || g[1].Points != 6 {
		t.Errorf("got %d and %d, want 10 without and 6 with fees", g[0].Points, g[1].Points)
	}
}

// covers: S3-03, S3-04, S3-10, S4-21, A-08
func TestPointsByUnitProductAndSelection(t *testing.T) {
	perUnit := func(m Match) Rule { return Rule{ID: "r", Kind: KindPerUnit, Points: 7, Match: m} }
	inShelf := goods("tea", 2, 2_000)
	inShelf.Collections = []string{"drinks", "new"}
	cart := paid(inShelf, goods("cup", 3, 3_000))
	groups := func(p *Program, _ *Context) { p.Groups = map[string][]string{"hot": {"tea", "coffee"}} }
	products := map[string]loyalty.Points{"tea": 5, "cup": 0, "can": 9}
	runSales(t, []saleCase{
		{name: "a fixed number for each unit", sale: cart, rule: perUnit(Match{}), points: 35},
		{name: "only selected products earn", sale: cart, rule: perUnit(Match{Products: []string{"tea"}}), points: 14},
		{name: "only selected collections earn", sale: cart, rule: perUnit(Match{Collections: []string{"drinks"}}), points: 14},
		{name: "only selected groups earn", sale: cart, rule: perUnit(Match{Groups: []string{"hot"}}), change: groups, points: 14},
		{name: "an excluded product earns nothing", sale: cart, rule: perUnit(Match{ExcludeProducts: []string{"cup"}}), points: 14},
		{name: "an excluded collection earns nothing", sale: cart, rule: perUnit(Match{ExcludeCollections: []string{"new"}}), points: 21},
		{name: "an excluded group earns nothing", sale: cart, rule: perUnit(Match{ExcludeGroups: []string{"hot"}}), change: groups, points: 21},
		{name: "an exclusion wins over a selection", sale: cart,
			rule: perUnit(Match{Products: []string{"tea"}, ExcludeCollections: []string{"new"}}), reason: ReasonNoLines},
		{name: "nothing selected in the cart", sale: cart, rule: perUnit(Match{Products: []string{"pot"}}), reason: ReasonNoLines},
		{name: "a free unit earns nothing", sale: paid(goods("tea", 1, 0)), rule: perUnit(Match{}), reason: ReasonNothingPaid},
		{name: "each product has its own points", sale: cart, rule: Rule{ID: "r", Kind: KindPerProduct, Products: products}, points: 10},
		{name: "unlisted products earn nothing", sale: paid(goods("pot", 4, 100)),
			rule: Rule{ID: "r", Kind: KindPerProduct, Products: products}, reason: ReasonNoLines},
		{name: "once for each order", sale: cart, rule: Rule{ID: "r", Kind: KindPerOrder, Points: 25}, points: 25},
		{name: "once for each order that has the product", sale: cart,
			rule: Rule{ID: "r", Kind: KindPerOrder, Points: 25, Match: Match{Products: []string{"pot"}}}, reason: ReasonNoLines},
		{name: "half the rate for a group is a second rule", sale: cart, change: groups,
			rule:   Rule{ID: "r", Kind: KindPerAmount, Earn: loyalty.EarnRate{Points: 1, PerMinor: 200}, Match: Match{Groups: []string{"hot"}}},
			points: 10},
	})
}

// covers, S4-18, B21
func TestWhenASaleEarns(t *testing.T) {
	at := func(s SaleStatus) Sale { x := paid(goods("tea", 1, 10_000)); x.Status = s; return x }
	earnAt := func(s SaleStatus) func(*Program, *Context) { return func(p *Program, _ *Context) { p.EarnAt = s } }
	who := func(a Audience) func(*Program, *Context) { return func(_ *Program, c *Context) { c.Audience = a } }
	test := at(SalePaid)
	test.Test = true
	dollars := at(SalePaid)
	dollars.Currency = "USD"
	in := func(w When) Rule { r := perTenEuro(); r.When = w; return r }
	usd := perTenEuro()
	usd.Currencies = []loyalty.Currency{"USD"}
	lateEvening := at(SalePaid)
	lateEvening.PlacedAt = noon + 10*hourMs + hourMs/2 // 2026-06-01T22:30Z is 2 June 00:30 in Berlin
	runSales(t, []saleCase{
		{name: "a draft is no order", sale: at(SaleDraft), rule: perTenEuro(), reason: ReasonDraft},
		{name: "a cancelled order earns nothing", sale: at(SaleCancelled), rule: perTenEuro(), reason: ReasonCancelled},
		{name: "a test order earns nothing", sale: test, rule: perTenEuro(), reason: ReasonTest},
		{name: "a test order earns if the merchant tests", sale: test, rule: perTenEuro(), points: 10,
			change: func(p *Program, _ *Context) { p.TestSales = true }},
		{name: "an unpaid order earns nothing yet", sale: at(SalePlaced), rule: perTenEuro(), reason: ReasonNotYet},
		{name: "an unpaid order earns if the merchant earns on placing", sale: at(SalePlaced), rule: perTenEuro(), change: earnAt(SalePlaced), points: 10},
		{name: "a paid order waits for fulfilment if the merchant wants that", sale: at(SalePaid), rule: perTenEuro(), change: earnAt(SaleFulfilled), reason: ReasonNotYet},
		{name: "a completed order has been fulfilled", sale: at(SaleCompleted), rule: perTenEuro(), change: earnAt(SaleFulfilled), points: 10},
		{name: "a status that nobody knows earns nothing", sale: at("on_the_moon"), rule: perTenEuro(), change: earnAt(SalePlaced), reason: ReasonNotYet},
		{name: "a blocked member earns nothing", sale: at(SalePaid), rule: perTenEuro(), change: who(Audience{Blocked: true}), reason: ReasonBlocked},
		{name: "another currency than the shop's earns nothing", sale: dollars, rule: perTenEuro(), reason: ReasonCurrency},
		{name: "a listed currency earns by its own pair", sale: dollars, rule: usd, points: 10},
		{name: "the list replaces the shop's currency", sale: at(SalePaid), rule: usd, reason: ReasonCurrency},
		{name: "new customers only", sale: at(SalePaid), rule: in(When{MemberTypes: []string{"new_customer"}}),
			change: who(Audience{MemberType: "customer"}), reason: ReasonMemberType},
		{name: "one of the tags is enough", sale: at(SalePaid), rule: in(When{Tags: []string{"vip", "staff"}}),
			change: who(Audience{Tags: []string{"staff"}}), points: 10},
		{name: "none of the tags", sale: at(SalePaid), rule: in(When{Tags: []string{"vip"}}), reason: ReasonTags},
		{name: "the last day counts to its local end", sale: at(SalePaid), rule: in(When{Until: day("2026-06-01")}), points: 10},
		{name: "half past midnight in the shop is the next day", sale: lateEvening, rule: in(When{Until: day("2026-06-01")}), reason: ReasonDates},
		{name: "the first day counts from its local start", sale: lateEvening, rule: in(When{From: day("2026-06-02")}), points: 10},
		{name: "the member's factor is applied before the one rounding", sale: paid(goods("tea", 1, 1_500)), rule: perTenEuro(),
			change: who(Audience{Factor: loyalty.Ratio{Num: 2, Den: 1}}), points: 3},
		{name: "a factor of one half", sale: at(SalePaid), rule: perTenEuro(), change: who(Audience{Factor: loyalty.Ratio{Num: 1, Den: 2}}), points: 5},
		{name: "a factor of nothing says so", sale: at(SalePaid), rule: perTenEuro(), change: who(Audience{Factor: loyalty.Ratio{Num: 0, Den: 1}}), reason: ReasonFactor},
	})
}

// covers: B21
func TestMinorUnitsFollowTheCurrency(t *testing.T) {
	for _, c := range []struct {
		currency loyalty.Currency
		amount   string
		perMinor int64
		points   loyalty.Points
	}{{"JPY", "1980", 100, 19}, {"KWD", "12.345", 1_000, 12}, {"EUR", "12.34", 100, 12}} {
		minor, err := loyalty.ParseMinor(c.amount, c.currency)
		if err != nil {
			t.Fatal(err)
		}
		s := paid(goods("tea", 1, minor))
		s.Currency = c.currency
		r := Rule{ID: "r", Kind: KindPerAmount, Earn: loyalty.EarnRate{Points: 1, PerMinor: c.perMinor}}
		if got := sum(evaluate(t, s, Program{Rules: []Rule{r}}, Context{Currency: c.currency, Zone: berlin})); got != c.points {
			t.Errorf("%s %s earns %d, want %d", c.amount, c.currency, got, c.points)
		}
	}
}
