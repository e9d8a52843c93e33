package voucher

import (
	"encoding/json"
	"slices"
	"testing"
)

// covers: N-06, G16
func TestTheDoctorSaysWhatTheHostRefusesAndWhatToChange(t *testing.T) {
	open := Combines{true, true, true}
	order := with(nil)
	both := with(func(v *Template) { v.Stack.Combines = open })
	product := with(func(v *Template) { v.Stack.Combines, v.What.Products = open, []string{"1"} })
	shipping := with(func(v *Template) { v.Kind, v.Minor, v.Stack.Combines = FreeShipping, 0, open })
	from20 := with(func(v *Template) { v.Stack.Combines, v.Order.MinMinor = open, 2000 })
	for _, c := range []struct {
		name    string
		ours    Template
		theirs  HostDiscount
		outcome string
		why     string
		change  []Change
	}{
		{"neither allows the other", order, HostDiscount{Class: ClassProduct}, OutcomeOne, WhyBothForbid, []Change{{"ours", "combines.product"}, {"theirs", "combines.order"}}},
		{"only ours forbids", order, HostDiscount{Class: ClassProduct, Combines: open}, OutcomeOne, WhyOursForbids, []Change{{"ours", "combines.product"}}},
		{"only theirs forbids", both, HostDiscount{Class: ClassOrder}, OutcomeOne, WhyTheirsForbids, []Change{{"theirs", "combines.order"}}},
		{"both allow", both, HostDiscount{Class: ClassOrder, Combines: open, Automatic: true}, OutcomeBoth, "", nil},
		{"never two shipping discounts", shipping, HostDiscount{Class: ClassShipping, Combines: open}, OutcomeOne, WhyTwoShipping, nil},
		{"shipping with an order", shipping, HostDiscount{Class: ClassOrder, Combines: open}, OutcomeBoth, "", nil},
		{"two on one product", product, HostDiscount{Class: ClassProduct, Combines: open, Products: []string{"1", "2"}}, OutcomePerLine, WhySameLine, nil},
		{"a collection may hold it", product, HostDiscount{Class: ClassProduct, Combines: open, Collections: []string{"9"}}, OutcomePerLine, WhySameLine, nil},
		{"on different products", product, HostDiscount{Class: ClassProduct, Combines: open, Products: []string{"2"}}, OutcomeBoth, "", nil},
		{"their discount lowers our minimum", from20, HostDiscount{Class: ClassProduct, Combines: open}, OutcomeBoth, WhyMinimumAfter, nil},
		{"ours lowers their minimum", product, HostDiscount{Class: ClassOrder, Combines: open, MinSubtotal: 100}, OutcomeBoth, WhyTheirMinimum, nil},
	} {
		f := Doctor(c.ours, []HostDiscount{c.theirs}, [2]int64{})
		if len(f) != 1 || f[0].Outcome != c.outcome || f[0].Why != c.why || !slices.Equal(f[0].Change, c.change) {
			t.Errorf("%s: %+v", c.name, f)
		}
	}
	apart := []HostDiscount{{Class: ClassOrder, StartsAt: 200}, {Class: ClassOrder, EndsAt: 100}}
	if f := Doctor(order, apart, [2]int64{100, 200}); len(f) != 0 {
		t.Errorf("never at the same time: %+v", f)
	}
	if f := Doctor(order, apart, [2]int64{99, 201}); len(f) != 2 {
		t.Errorf("at the same time: %+v", f)
	}
}

// covers: S0-38, S0-39, S2-01, S2-02, S2-12
func TestWhatTheHostIsToldAndWhatItCannotEnforce(t *testing.T) {
	h := HostCode{Currency: "EUR", StartsAt: 5, EndsAt: 9, SegmentKeys: []string{"seg"}}
	full := with(func(v *Template) {
		v.Kind, v.Minor, v.Percent, v.CapMinor = Percent, 0, 20, 5000
		v.Order = Range{MinMinor: 10000, MaxMinor: 90000}
		v.Valid.Windows = []Window{{nil, 600, 660}}
		v.Who.NewOnly, v.Who.Segments = true, []string{"x"}
		v.Limits = Limits{PerCode: 100, PerPerson: 1, BudgetMinor: 100000}
	})
	s, gaps := full.ToSpec(h, CanOf("shopify"))
	if s.Percent != 20 || s.MinSubtotal != 10000 || s.UsageLimit != 100 || !s.OncePerPerson || s.StartsAt != 5 || s.EndsAt != 9 || s.Title != "Five" || !slices.Equal(s.SegmentKeys, []string{"seg"}) {
		t.Errorf("%+v", s)
	}
	want := []Gap{{"cap_minor", EffectFlagged}, {"order.max_minor", EffectFlagged}, {"valid.windows", EffectSwitched}, {"who.new_only", EffectFlagged}, {"limits.per_person", EffectFlagged}, {"limits.budget_minor", EffectFlagged}}
	if !slices.Equal(gaps, want) {
		t.Errorf("gaps %v", gaps)
	}
	if s, gaps = full.ToSpec(h, HostCan{}); s.SegmentKeys != nil || s.OncePerPerson || !slices.Contains(gaps, Gap{"who.segments", EffectFlagged}) {
		t.Errorf("a plain host: %+v %v", s, gaps)
	}
	h.CustomerKeys = []string{"7"}
	if s, _ = full.ToSpec(h, CanOf("shopify")); s.SegmentKeys != nil || len(s.CustomerKeys) != 1 {
		t.Errorf("a host takes one sort of audience: %+v", s)
	}
	mixed := with(func(v *Template) {
		v.What.Products, v.What.Collections, v.Order.MinMinor = []string{"1"}, []string{"2"}, 100
	})
	if s, gaps = mixed.ToSpec(h, CanOf("shopify")); s.CollectionKeys != nil || !slices.Equal(gaps, []Gap{{"what.collections", EffectStricter}, {"order.min_minor", EffectStricter}}) {
		t.Errorf("products and collections: %+v %v", s, gaps)
	}
	if s, gaps = mixed.ToSpec(h, CanOf("woocommerce")); len(s.CollectionKeys) != 1 || len(gaps) != 0 {
		t.Errorf("where both can be said: %+v %v", s, gaps)
	}
	bonus := with(func(v *Template) {
		v.Kind, v.Minor, v.Article = FreeArticle, 300, ArticleRef{ProductKey: "1", Quantity: 2}
	})
	if s, gaps = bonus.ToSpec(h, HostCan{}); s.Minor != 600 || !slices.Equal(s.ProductKeys, []string{"1"}) || len(gaps) != 0 {
		t.Errorf("a bonus article: %+v %v", s, gaps)
	}
	if _, gaps = with(nil).ToSpec(HostCode{}, HostCan{}); len(gaps) != 0 {
		t.Errorf("a plain voucher: %v", gaps)
	}
}

// covers: S2-10, S0-30, S0-31
func TestASentenceLeavesNothingOut(t *testing.T) {
	keys := func(v Template) (ks []string) {
		for _, p := range v.Describe() {
			ks = append(ks, p.Key)
		}
		return ks
	}
	if got := keys(with(nil)); !slices.Equal(got, []string{"gives_absolute", "standing", "alone", "vat_split", "rest_lost"}) {
		t.Errorf("got %v", got)
	}
	full := with(func(v *Template) {
		v.Kind, v.Minor, v.Percent, v.CapMinor, v.Order = Percent, 0, 20, 500, Range{1, 2, true}
		v.Valid = Validity{From: day(t, "2026-01-01"), Until: day(t, "2026-02-01"), Windows: []Window{{[]Weekday{"mon"}, 1320, 120}}, DaysAfterIssue: 3}
		v.Who = Audience{true, true, nil, []string{"a"}, []string{"b"}, []string{TypeBusiness}}
		v.What = Articles{[]string{"1"}, []string{"2"}, []string{"3"}, []string{"4"}, []string{"5"}, []string{"6"}, false}
		v.Limits, v.VAT, v.Stack = Limits{1, 2, 3, 4}, VAT{VATFixed, 550}, Stacking{"c", 0, Combines{Order: true}}
		v.Bearer, v.Partners, v.Auto = ByPartner, true, AutoOffer
	})
	want := []string{"gives_percent_capped", "order_from_eligible", "order_up_to_eligible", "valid_from", "valid_until", "window_overnight", "days_after_issue", "new_customers", "logged_in", "tags", "segments", "business_only",
		"products", "variants", "collections", "not_products", "not_variants", "not_collections", "no_sale_items", "single", "total", "per_person", "budget", "combines", "one_of_class", "vat_fixed", "partner_pays", "for_partners", "auto_offer"}
	if got := keys(full); !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
	for _, p := range full.Describe() {
		if p.Key == "vat_fixed" && p.Text != "5.5" {
			t.Errorf("the rate is %s", p.Text)
		}
	}
	if raw, err := json.Marshal(full.Describe()[0]); err != nil || string(raw) != `{"key":"gives_percent_capped","minor":500,"count":20}` {
		t.Errorf("%s, %v", raw, err)
	}
}
