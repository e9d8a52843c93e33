package api_test

import (
	"context"
	"testing"
	"time"

	"zugabe/app/api"
	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/program"
)

// covers: A-06, S4-06
func TestTheRulesPageSaysWhatRulesAndCampaignsGaveLately(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop, other := w.newShop("shopify", "alpha"), w.newShop("shopify", "beta")
		today := loyalty.DateOf(epoch)
		w.savePlan(shop, func(doc *program.PlanDoc) {
			doc.Earning.Campaigns = []earning.Campaign{
				{ID: "double", Name: "Double", Factor: loyalty.Ratio{Num: 2, Den: 1}, From: today, Until: today, Budget: 1500},
				{ID: "quiet", Name: "Later", Factor: loyalty.Ratio{Num: 2, Den: 1}, From: today.AddDays(90), Until: today.AddDays(91), Budget: 10},
			}
		})
		look := func(at loyalty.Shop) api.RuleFiguresView {
			t.Helper()
			return into[api.RuleFiguresView](t, w.get(w.staff(at), "/api/admin/v1/rules/figures"))
		}
		if v := look(shop); len(v.Rules) != 0 || v.From != loyalty.NowMs(w.clock)-30*24*time.Hour.Milliseconds() {
			t.Errorf("before any order: %+v", v)
		}
		w.buy(shop, "1", "1001", 1000)
		w.buy(shop, "2", "1002", 1000)
		w.buy(other, "1", "2001", 7)
		v := look(shop)
		if got := ofRule(v.Rules, "euro"); got.Points != 2000 || got.Entries != 2 {
			t.Errorf("purchases gave %+v", got)
		}
		if got := ofRule(v.Campaigns, "double"); got.Points != 1500 {
			t.Errorf("the campaign added %+v, and its budget is 1,500", got)
		}
		if len(v.Budgets) != 1 || v.Budgets[0].ID != "double" || v.Budgets[0].Used != 1500 {
			t.Errorf("budgets: %+v", v.Budgets)
		}
		if got := ofRule(look(other).Rules, "euro"); got.Points != 7 {
			t.Errorf("the other shop's purchases gave %+v", got)
		}
		w.clock.Advance(31 * 24 * time.Hour)
		if v := look(shop); len(v.Rules) != 0 || len(v.Budgets) != 1 {
			t.Errorf("31 days later: %+v", v)
		}
	})
}

func ofRule(list []api.RuleIssueView, id string) api.RuleIssueView {
	for _, i := range list {
		if i.ID == id {
			return i
		}
	}
	return api.RuleIssueView{}
}

// covers: S3-03
func TestProductsToChooseFromAreThoseThatTheShopHasSold(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop, other := w.newShop("shopify", "alpha"), w.newShop("shopify", "beta")
		w.buy(shop, "1", "1001", 100)
		w.buy(shop, "1", "1002", 50)
		look := func(at loyalty.Shop, query string) []api.ProductView {
			t.Helper()
			return into[api.ProductList](t, w.get(w.staff(at), "/api/admin/v1/products"+query)).Items
		}
		for query, want := range map[string]int{"": 1, "?search=te": 1, "?search=P1": 1, "?search=mug": 0} {
			if got := look(shop, query); len(got) != want {
				t.Errorf("%q finds %+v", query, got)
			}
		}
		if got := look(shop, "")[0]; got.Key != "p1" || got.Title != "Tee" || got.Sold != 2 {
			t.Errorf("the product is %+v", got)
		}
		if got := look(other, ""); len(got) != 0 {
			t.Errorf("another shop sees %+v", got)
		}
	})
}

// namingHost is a host that can name its collections; err refuses that.
type namingHost struct {
	*fakeHost
	err error
}

func (h *namingHost) Collections(_ context.Context, shop loyalty.Shop) ([]platform.Collection, error) {
	return []platform.Collection{{Key: "7", Title: "Becher of " + shop.Name}}, h.err
}

func TestCollectionsGoByTheNamesThatTheShopHasForThem(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop, other, silent := w.newShop("shopify", "alpha"), w.newShop("shopify", "beta"), w.newShop("shopify", "gamma")
		list := func(shop loyalty.Shop) []api.CollectionView {
			return into[api.CollectionsView](t, w.get(w.staff(shop), "/api/admin/v1/collections")).Items
		}
		if got := list(silent); len(got) != 0 {
			t.Errorf("a host without names: %+v", got)
		}
		host := &namingHost{fakeHost: w.program.Hosts.(*fakeHost)}
		w.program.Hosts = host
		for range 2 {
			if got := list(shop); len(got) != 1 || got[0] != (api.CollectionView{Key: "7", Title: "Becher of " + shop.Name}) {
				t.Errorf("named: %+v", got)
			}
			host.err = platform.ErrUnreachable // what was read a moment ago stays
		}
		w.get(w.staff(other), "/api/admin/v1/collections").want(t, 503, "unavailable")
	})
}
