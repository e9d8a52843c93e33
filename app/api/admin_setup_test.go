package api_test

import (
	"testing"

	"zugabe/app/api"
	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/program"
)

func TestTheSetupMarksOnlyWhatIsTrue(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop, err := w.program.InstallShop(t.Context(), w.vault, program.Installation{
			Host: "shopify", Domain: "fresh.myshopify.com", Shop: platform.HostShop{HostShopID: "fresh", Name: "Fresh", Currency: "EUR", Zone: "Europe/Berlin"},
		})
		if err != nil {
			t.Fatal(err)
		}
		look := func() api.SetupView {
			t.Helper()
			return into[api.SetupView](t, w.get(w.staff(shop), "/api/admin/v1/setup"))
		}
		if v := look(); v.RateSavedAt != 0 || v.FirstOrder != nil {
			t.Errorf("a fresh shop is marked: %+v", v)
		}
		w.savePlan(shop, func(doc *program.PlanDoc) {
			for i := range doc.Earning.Rules {
				doc.Earning.Rules[i].Off = true
			}
		})
		if v := look(); v.RateSavedAt != loyalty.NowMs(w.clock) || v.ActiveRules != 0 || v.Purchases {
			t.Errorf("with every rule off: %+v", v)
		}
		w.savePlan(shop, func(doc *program.PlanDoc) {
			for i := range doc.Earning.Rules {
				doc.Earning.Rules[i].Off = doc.Earning.Rules[i].Activity != ""
			}
		})
		w.buy(shop, "1", "1001", 100)
		w.buy(shop, "1", "1002", 50)
		v := look()
		if v.ActiveRules == 0 || !v.Purchases || v.FirstOrder == nil || v.FirstOrder.Key != "1001" {
			t.Errorf("after two orders: %+v", v)
		}
	})
}
