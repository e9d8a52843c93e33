package earning

import (
	"testing"

	"zugabe/app/loyalty"
)

func double(id string) Campaign {
	return Campaign{ID: id, Factor: loyalty.Ratio{Num: 2, Den: 1}, From: day("2026-06-01"), Until: day("2026-06-30")}
}

// covers: A-06, S3-02, B26
func TestCampaigns(t *testing.T) {
	cart := paid(goods("tea", 1, 10_000), goods("cup", 1, 5_000)) // 15 points
	triple, half := double("triple"), double("half")
	triple.Factor = loyalty.Ratio{Num: 3, Den: 1}
	half.Factor = loyalty.Ratio{Num: 3, Den: 2}
	with := func(change func(*Campaign)) []Campaign { c := double("d"); change(&c); return []Campaign{c} }
	dearOnCup := triple
	dearOnCup.Match = Match{Products: []string{"cup"}}
	for _, c := range []struct {
		name      string
		campaigns []Campaign
		rule      string // of the extra grant, "" = none
		points    loyalty.Points
	}{
		{"double points add the same again", []Campaign{double("d")}, "purchase+d", 15},
		{"one and a half times adds half, rounded as the rule rounds", []Campaign{half}, "purchase+half", 7},
		{"campaigns do not stack: the one that adds most counts", []Campaign{double("d"), triple}, "purchase+triple", 30},
		{"of two that add the same the first counts", []Campaign{double("d"), double("e")}, "purchase+d", 15},
		{"a higher factor on few goods loses to a lower one on all", []Campaign{double("d"), dearOnCup}, "purchase+d", 15},
		{"only the lines that it is about are multiplied", with(func(c *Campaign) { c.Match.Products = []string{"cup"} }), "purchase+d", 5},
		{"a campaign for other goods adds nothing", with(func(c *Campaign) { c.Match.Products = []string{"pot"} }), "", 0},
		{"a campaign that is off adds nothing", with(func(c *Campaign) { c.Off = true }), "", 0},
		{"a campaign for another rule adds nothing", with(func(c *Campaign) { c.Rules = []string{"other"} }), "", 0},
		{"a campaign that lists the rule adds to it", with(func(c *Campaign) { c.Rules = []string{"other", "purchase"} }), "purchase+d", 15},
		{"a campaign that is over adds nothing", with(func(c *Campaign) { c.From, c.Until = day("2026-05-01"), day("2026-05-31") }), "", 0},
		{"its last local day counts", with(func(c *Campaign) { c.From, c.Until = day("2026-05-01"), day("2026-06-01") }), "purchase+d", 15},
		{"its minimum is about its own lines", with(func(c *Campaign) { c.Match.Products = []string{"cup"}; c.When.MinBasis = 6_000 }), "", 0},
		{"its audience is asked", with(func(c *Campaign) { c.When.Tags = []string{"vip"} }), "", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			other := Rule{ID: "other", Kind: KindSignup, Points: 1}
			g := evaluate(t, cart, Program{Rules: []Rule{perTenEuro(), other}, Campaigns: c.campaigns}, inBerlin())
			if c.rule == "" {
				if len(g) != 1 {
					t.Fatalf("got %+v, want no extra", g)
				}
				return
			}
			if len(g) != 2 || g[1].RuleID != c.rule || g[1].Points != c.points {
				t.Fatalf("got %+v, want %s with %d", g, c.rule, c.points)
			}
		})
	}
}

// covers: A-06, N-07
func TestACampaignGrantSaysWhatItMultiplied(t *testing.T) {
	c := double("d")
	c.Budget = 1_000
	g := evaluate(t, paid(goods("tea", 1, 10_000)), Program{Rules: []Rule{perTenEuro()}, Campaigns: []Campaign{c}}, inBerlin())[1]
	if g.Campaign != "d" || g.Budget != 1_000 || g.Breakdown.Base != 10 || g.Breakdown.Factor != c.Factor || g.Breakdown.Basis != 10_000 {
		t.Errorf("got %+v", g)
	}
}

//
func TestARefundNeverRaisesThePointsThroughAnotherCampaign(t *testing.T) {
	dear := double("dear")
	dear.Factor, dear.Match = loyalty.Ratio{Num: 9, Den: 1}, Match{Products: []string{"cup"}}
	p := Program{Rules: []Rule{perTenEuro()}, Campaigns: []Campaign{dear, double("wide")}}
	s := paid(goods("tea", 1, 100_000), goods("cup", 1, 1_000))
	before := sum(evaluate(t, s, p, inBerlin()))
	after := sum(evaluate(t, withRefunds(s, backLine("b", 1, 1_000)), p, inBerlin()))
	if after > before {
		t.Errorf("%d points before the refund, %d after", before, after)
	}
}

// covers: B26
func TestEveryRuleThatLooksAtSalesAnswersInItsOrder(t *testing.T) {
	off := perTenEuro()
	off.ID, off.Off = "off", true
	rules := []Rule{
		{ID: "order", Kind: KindPerOrder, Points: 3}, {ID: "signup", Kind: KindSignup, Points: 50}, off,
		perTenEuro(), {ID: "pots", Kind: KindPerUnit, Points: 1, Match: Match{Products: []string{"pot"}}},
	}
	g := evaluate(t, paid(goods("tea", 1, 10_000)), Program{Rules: rules}, inBerlin())
	want := []string{"order", "purchase", "pots"}
	if len(g) != len(want) {
		t.Fatalf("got %d grants, want %d", len(g), len(want))
	}
	for i := range want {
		if g[i].RuleID != want[i] {
			t.Errorf("grant %d is of %s, want %s", i, g[i].RuleID, want[i])
		}
	}
}
