package voucher

import (
	"slices"
	"testing"

	"zugabe/app/loyalty"
)

// cartOf is a cart of one line per amount, 19 % VAT, shipping 4.90.
func cartOf(gross ...int64) Cart {
	c := Cart{Currency: "EUR", ShippingGross: 490, ShippingTaxBP: 1900}
	for i, g := range gross {
		c.Lines = append(c.Lines, CartLine{Key: string(rune('a' + i)), ProductKey: "p" + string(rune('a'+i)), Quantity: 1, Gross: g, TaxBP: 1900})
	}
	return c
}

// with is a voucher of 5.00 for everything, changed.
func with(change func(*Template)) Template {
	t := Template{Name: "Five", Kind: Absolute, Currency: "EUR", Minor: 500, What: Articles{SaleItems: true}}
	if change != nil {
		change(&t)
	}
	return t
}

var (
	newcomer = Person{Known: true, MemberID: 7, Type: loyalty.NewCustomer}
	regular  = Person{Known: true, MemberID: 8, Type: loyalty.Customer, Tags: []string{"vip"}, Segments: []string{"berlin"}}
	dealer   = Person{Known: true, MemberID: 9, Type: loyalty.Customer, Business: true}
)

func codes(rs []Reason) []string {
	var out []string
	for _, r := range rs {
		out = append(out, r.Code)
	}
	return out
}

type decideCase struct {
	name   string
	t      Template
	s      Standing
	c      Cart
	p      Person
	at     string
	why    []string
	later  []string
	minor  int64
	change func(*decideCase)
}

func checkDecisions(t *testing.T, cases []decideCase) {
	t.Helper()
	for _, c := range cases {
		if c.c.Lines == nil {
			c.c = cartOf(2000)
		}
		if c.at == "" {
			c.at = "2026-11-22T12:00:00Z"
		}
		if c.change != nil {
			c.change(&c)
		}
		d := Decide(c.t, c.s, c.c, c.p, at(t, "Europe/Berlin", c.at))
		if !slices.Equal(codes(d.Why), c.why) || !slices.Equal(codes(d.Later), c.later) || d.Minor != c.minor || d.OK != (len(c.why) == 0) {
			t.Errorf("%s: ok %v, why %v, later %v, %d; want why %v, later %v, %d", c.name, d.OK, codes(d.Why), codes(d.Later), d.Minor, c.why, c.later, c.minor)
		}
		if len(d.Steps) == 0 {
			t.Errorf("%s: no trace", c.name)
		}
	}
}

// covers: S0-27, S0-28, S0-39, S2-01, S2-12, S2-19, B11
func TestWhatAVoucherTakesOff(t *testing.T) {
	percent := func(t *Template) { t.Kind, t.Minor, t.Percent, t.Order.MinMinor = Percent, 0, 20, 10000 }
	free := func(t *Template) {
		t.Kind, t.Minor, t.Article = FreeArticle, 0, ArticleRef{ProductKey: "pb", Quantity: 2}
	}
	checkDecisions(t, []decideCase{
		{name: "an amount", t: with(nil), minor: 500},
		{name: "never more than the goods", t: with(nil), c: cartOf(300), minor: 300},
		{name: "an order for nothing", t: with(func(t *Template) { t.Kind, t.Percent = Percent, 100 }), minor: 2000},
		{name: "nothing left to reduce", t: with(nil), c: cartOf(0), why: []string{ReasonNothing}},
		{name: "20 % from 100 EUR", t: with(percent), c: cartOf(9000, 1000), minor: 2000},
		{name: "a cent short of 100 EUR", t: with(percent), c: cartOf(9000, 999), why: []string{ReasonBelowMin}},
		{name: "halves go up", t: with(func(t *Template) { t.Kind, t.Percent = Percent, 5 }), c: cartOf(10), minor: 1},
		{name: "at most the cap", t: with(func(t *Template) { percent(t); t.CapMinor = 1500 }), c: cartOf(10000), minor: 1500},
		{name: "too large an order", t: with(func(t *Template) { t.Order.MaxMinor = 1999 }), why: []string{ReasonAboveMax}},
		{name: "the largest allowed order", t: with(func(t *Template) { t.Order.MaxMinor = 2000 }), minor: 500},
		{name: "free shipping", t: with(func(t *Template) { t.Kind, t.Minor = FreeShipping, 0 }), minor: 490},
		{name: "shipping up to a cap", t: with(func(t *Template) { t.Kind, t.Minor, t.CapMinor = FreeShipping, 0, 300 }), minor: 300},
		{name: "a bonus article that is not in the cart", t: with(free), why: []string{ReasonFreeArticle}},
		{name: "two units of a bonus article", t: with(free), c: cartOf(2000, 900), minor: 600, change: func(c *decideCase) { c.c.Lines[1].Quantity = 3 }},
		{name: "a bonus article up to its price", t: with(func(t *Template) { free(t); t.Minor = 250 }), c: cartOf(2000, 900), minor: 500, change: func(c *decideCase) { c.c.Lines[1].Quantity = 3 }},
		{name: "an article without absolute vouchers", t: with(nil), c: cartOf(2000, 200), minor: 200, change: func(c *decideCase) { c.c.Lines[0].NoAbsolute = true }},
		{name: "which percentages do not mind", t: with(func(t *Template) { t.Kind, t.Percent = Percent, 10 }), minor: 200, change: func(c *decideCase) { c.c.Lines[0].NoAbsolute = true }},
		{name: "no articles for absolute vouchers", t: with(nil), why: []string{ReasonNoArticle}, change: func(c *decideCase) { c.c.Lines[0].NoAbsolute = true }},
		{name: "gift cards are not goods", t: with(func(t *Template) { t.Order.MinMinor = 1000 }), why: []string{ReasonBelowMin, ReasonNoArticle}, change: func(c *decideCase) { c.c.Lines[0].GiftCard = true }},
		{name: "chosen articles only", t: with(func(t *Template) { t.What.Products = []string{"pb"} }), c: cartOf(2000, 300), minor: 300},
		{name: "a chosen variant", t: with(func(t *Template) { t.What.Variants = []string{"v"} }), c: cartOf(2000, 300), minor: 300, change: func(c *decideCase) { c.c.Lines[1].VariantKey = "v" }},
		{name: "a collection without one of its articles", t: with(func(t *Template) { t.What.Collections, t.What.NotProducts = []string{"wine"}, []string{"pa"} }), c: cartOf(2000, 300), minor: 300,
			change: func(c *decideCase) {
				c.c.Lines[0].Collections, c.c.Lines[1].Collections = []string{"wine"}, []string{"wine"}
			}},
		{name: "not for reduced goods", t: with(func(t *Template) { t.What.SaleItems = false }), why: []string{ReasonNoArticle}, change: func(c *decideCase) { c.c.Lines[0].OnSale = true }},
		{name: "the minimum of the whole cart", t: with(func(t *Template) { t.What.Products, t.Order = []string{"pb"}, Range{MinMinor: 2300} }), c: cartOf(2000, 300), minor: 300},
		{name: "the minimum of the articles it is for", t: with(func(t *Template) { t.What.Products, t.Order = []string{"pb"}, Range{MinMinor: 2300, OnEligible: true} }), c: cartOf(2000, 300), why: []string{ReasonBelowMin}},
		{name: "another currency", t: with(nil), why: []string{ReasonCurrency}, change: func(c *decideCase) { c.c.Currency = "CHF" }},
		{name: "absurd numbers", t: with(nil), c: cartOf(loyalty.MaxMinor + 1), why: []string{ReasonCart}},
	})
}

// covers: S0-30, S0-31, S0-32, S0-33, S0-34, S2-02, S2-11, S2-20, A-33, A-39, G1, G10
func TestWhoMayUseAVoucherAndHowOften(t *testing.T) {
	who := func(a Audience) Template { return with(func(t *Template) { t.Who = a }) }
	limited := func(l Limits) Template { return with(func(t *Template) { t.Limits = l }) }
	checkDecisions(t, []decideCase{
		{name: "anybody", t: with(nil), minor: 500},
		{name: "a new customer", t: who(Audience{NewOnly: true}), p: newcomer, minor: 500},
		{name: "not a customer", t: who(Audience{NewOnly: true}), p: regular, why: []string{ReasonNewOnly}},
		{name: "not twice as new", t: who(Audience{NewOnly: true}), p: Person{Known: true, UsedNewCustomer: true, Type: loyalty.NewCustomer}, why: []string{ReasonNewUsed}},
		{name: "a visitor may be new", t: who(Audience{NewOnly: true}), later: []string{ReasonNewOnly}, minor: 500},
		{name: "a visitor must log in", t: who(Audience{LoggedIn: true}), why: []string{ReasonLogIn}},
		{name: "a chosen member", t: who(Audience{Members: []loyalty.ID{8}}), p: regular, minor: 500},
		{name: "another member", t: who(Audience{Members: []loyalty.ID{8}}), p: newcomer, why: []string{ReasonMembers}},
		{name: "a tag", t: who(Audience{Tags: []string{"a", "vip"}}), p: regular, minor: 500},
		{name: "no tag", t: who(Audience{Tags: []string{"vip"}}), p: newcomer, why: []string{ReasonTags}},
		{name: "a segment", t: who(Audience{Segments: []string{"berlin"}}), p: regular, minor: 500},
		{name: "no segment", t: who(Audience{Segments: []string{"berlin"}}), p: dealer, why: []string{ReasonSegments}},
		{name: "business only", t: who(Audience{Types: []string{TypeBusiness}}), p: dealer, minor: 500},
		{name: "not for private customers", t: who(Audience{Types: []string{TypeBusiness}}), p: regular, why: []string{ReasonBusiness}},
		{name: "private only", t: who(Audience{Types: []string{TypePrivate}}), p: dealer, why: []string{ReasonPrivate}},
		{name: "a visitor is private", t: who(Audience{Types: []string{TypePrivate}}), minor: 500},
		{name: "both kinds", t: who(Audience{Types: []string{TypePrivate, TypeBusiness}}), p: dealer, minor: 500},
		{name: "a blocked member", t: with(nil), p: Person{Known: true, Blocked: true}, why: []string{ReasonBlocked}},
		{name: "the holder", t: with(nil), s: Standing{Holder: 8}, p: regular, minor: 500},
		{name: "not the holder", t: with(nil), s: Standing{Holder: 8}, p: newcomer, why: []string{ReasonHolder}},
		{name: "perhaps the holder", t: with(nil), s: Standing{Holder: 8}, why: []string{ReasonLogIn}},
		{name: "from a partner", t: with(nil), s: Standing{Issuer: 9}, p: newcomer, minor: 500},
		{name: "not for the partner himself", t: with(nil), s: Standing{Issuer: 9}, p: dealer, why: []string{ReasonOwnCode}},
		{name: "a single code", t: with(nil), s: Standing{MaxUses: 1}, minor: 500},
		{name: "a single code twice", t: with(nil), s: Standing{Uses: 1, MaxUses: 1, State: Used}, why: []string{ReasonUsedUp}},
		{name: "a standing code without limit", t: with(nil), s: Standing{Uses: 1_000_000}, minor: 500},
		{name: "the last of 100", t: limited(Limits{PerCode: 100}), s: Standing{Uses: 99}, minor: 500},
		{name: "the 101st of 100", t: limited(Limits{PerCode: 100}), s: Standing{Uses: 100}, why: []string{ReasonUsedUp}},
		{name: "all of the template are gone", t: limited(Limits{Total: 10}), s: Standing{TotalUses: 10}, why: []string{ReasonSoldOut}},
		{name: "once per person", t: limited(Limits{PerPerson: 1}), p: Person{Known: true, UsesOfTemplate: 1}, why: []string{ReasonPerPerson}},
		{name: "once per person, who is not known yet", t: limited(Limits{PerPerson: 1}), later: []string{ReasonPerPerson}, minor: 500},
		{name: "the last of the budget", t: limited(Limits{BudgetMinor: 1000}), s: Standing{SpentMinor: 500}, minor: 500},
		{name: "a cent beyond the budget", t: limited(Limits{BudgetMinor: 1000}), s: Standing{SpentMinor: 501}, why: []string{ReasonBudget}},
		{name: "everything at once", t: with(func(t *Template) { t.Who.NewOnly, t.Order.MinMinor, t.Limits.PerPerson = true, 3000, 1 }), p: Person{Known: true, Type: loyalty.Customer, UsesOfTemplate: 2},
			why: []string{ReasonNewOnly, ReasonPerPerson, ReasonBelowMin}},
	})
}

// covers: S0-35, S0-36, S0-37, S0-38, F12
func TestWhenAVoucherCanBeUsed(t *testing.T) {
	valid := func(v Validity) Template { return with(func(t *Template) { t.Valid = v }) }
	lunch := []Window{{Days: []Weekday{"sun"}, FromMin: 12 * 60, ToMin: 14 * 60}}
	now := at(t, "UTC", "2026-11-22T12:00:00Z").At
	checkDecisions(t, []decideCase{
		{name: "not before its day in the shop's zone", t: valid(Validity{From: day(t, "2026-11-23")}), at: "2026-11-22T22:59:59Z", why: []string{ReasonNotYet}},
		{name: "from the first second of its day", t: valid(Validity{From: day(t, "2026-11-23")}), at: "2026-11-22T23:00:00Z", minor: 500},
		{name: "to the last second of its day", t: valid(Validity{Until: day(t, "2026-12-31")}), at: "2026-12-31T22:59:59Z", minor: 500},
		{name: "not a second longer", t: valid(Validity{Until: day(t, "2026-12-31")}), at: "2026-12-31T23:00:00Z", why: []string{ReasonEnded}},
		{name: "on one date", t: valid(Validity{On: day(t, "2026-11-22")}), minor: 500},
		{name: "not a day later", t: valid(Validity{On: day(t, "2026-11-21")}), why: []string{ReasonEnded}},
		{name: "at lunch", t: valid(Validity{Windows: lunch}), minor: 500},
		{name: "not at tea", t: valid(Validity{Windows: lunch}), at: "2026-11-22T14:00:00Z", why: []string{ReasonHours}},
		{name: "days after issue", t: valid(Validity{DaysAfterIssue: 1}), s: Standing{IssuedAt: now - 47*3_600_000}, why: []string{ReasonEnded}},
		{name: "the day after issue", t: valid(Validity{DaysAfterIssue: 1}), s: Standing{IssuedAt: now - 36*3_600_000}, minor: 500},
		{name: "the code's own end", t: with(nil), s: Standing{EndsAt: now}, why: []string{ReasonEnded}},
		{name: "the code's own start", t: with(nil), s: Standing{StartsAt: now + 1}, why: []string{ReasonNotYet}},
		{name: "an expired code says so once", t: with(nil), s: Standing{EndsAt: now, State: Expired}, why: []string{ReasonEnded}},
		{name: "a draft", t: with(nil), s: Standing{Template: TemplateDraft}, why: []string{ReasonNotActive}},
		{name: "a withdrawn code", t: with(nil), s: Standing{State: Void}, why: []string{ReasonVoid}},
	})
	d := Decide(valid(Validity{Windows: lunch}), Standing{}, cartOf(2000), regular, at(t, "Europe/Berlin", "2026-11-22T14:00:00Z"))
	if shown(d.Why[0].Need) != "2026-11-29T11:00:00Z" {
		t.Errorf("it opens next at %s", shown(d.Why[0].Need))
	}
}
