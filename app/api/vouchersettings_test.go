package api_test

import (
	"fmt"
	"testing"

	"zugabe/app/api"
	"zugabe/app/voucher"
)

// covers: S0-28
func TestTheMerchantSwitchesArticlesOffForAbsoluteVouchers(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.newShop("shopify", "alpha")
		staff := w.staff(shop)
		w.aVoucher(shop, "FIVE")
		const at = "/api/admin/v1/voucher-settings"
		try := func() api.TriedView {
			return into[api.TriedView](t, w.post(staff, "/api/admin/v1/vouchers/try", "", `{"code":"FIVE","cart":`+cartOf30+`}`))
		}
		if now := into[api.VoucherSettingsView](t, w.get(staff, at)); now.Version != 0 || now.NoAbsolute == nil || len(now.NoAbsolute) != 0 || !try().Decision.OK {
			t.Errorf("at first %+v", now)
		}
		w.put(staff, "/voucher-settings", `{"version":0,"no_absolute":[{"product_key":"p1","title":"Brot"}]}`).want(t, 200, "")
		if now := into[api.VoucherSettingsView](t, w.get(staff, at)); now.Version != 1 || len(now.NoAbsolute) != 1 || now.NoAbsolute[0].Title != "Brot" {
			t.Errorf("switched: %+v", now)
		}
		if got := try(); got.Decision.OK || !got.Decision.Has(voucher.ReasonNoArticle) {
			t.Errorf("tried: %+v", got.Decision)
		}
		w.put(staff, "/voucher-settings", `{"version":0,"no_absolute":[]}`).want(t, 409, "conflict")
		w.put(staff, "/voucher-settings", `{"version":1,"no_absolute":[]}`).want(t, 200, "")
		if !try().Decision.OK {
			t.Error("switched on again, and it is still refused")
		}
	})
}

// covers: S2-10
func TestVouchersAreFoundByPartOfTheirNameHoweverManyThereAre(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.newShop("shopify", "alpha")
		staff := w.staff(shop)
		make := func(name, kind string) {
			w.post(staff, "/api/admin/v1/vouchers", "", fmt.Sprintf(`{"name":%q,"kind":%q,"minor":500,"what":{"sale_items":true}}`, name, kind)).want(t, 200, "")
		}
		make("Frühlings-Öffnung", "absolute")
		for i := range 8 {
			make(fmt.Sprint("Autumn ", i), "absolute")
		}
		type list = struct {
			Items []api.VoucherView
			Next  string
		}
		const at = "/api/admin/v1/vouchers?limit=3"
		for query, want := range map[string]int{"&q=%C3%B6FFN": 1, "&q=autumn": 3, "&q=winter": 0, "&kind=percent": 0, "&kind=absolute&q=7": 1} {
			if got := into[list](t, w.get(staff, at+query)); len(got.Items) != want {
				t.Errorf("%s finds %d, want %d", query, len(got.Items), want)
			}
		}
		seen, next := map[string]bool{}, ""
		for range 4 {
			got := into[list](t, w.get(staff, at+"&q=autumn"+next))
			for _, v := range got.Items {
				seen[v.Doc.Name] = true
			}
			if got.Next == "" {
				break
			}
			next = "&cursor=" + got.Next
		}
		if len(seen) != 8 {
			t.Errorf("all pages together have %d, want 8", len(seen))
		}
	})
}

// covers: S0-26, A-50
func TestWhatIsSentAgainUnderTheSameKeyIsMadeOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.newShop("shopify", "alpha")
		staff := w.staff(shop)
		v, _ := w.aVoucher(shop, "STANDING")
		id := v.Row.ID.String()
		for path, c := range map[string]struct{ body, list, other string }{
			"/vouchers":                  {voucherDoc, "/vouchers", voucherDoc},
			"/vouchers/" + id + "/rerun": {`{"name":"again"}`, "/vouchers", `{"name":"again"}`},
			"/vouchers/" + id + "/codes": {`{"count":2}`, "/codes", `{"count":2}`},
			"/batches":                   {`{"voucher_id":"` + id + `","prefix":"FLY","count":5}`, "/batches", `{"voucher_id":"` + id + `","prefix":"CARD","count":5}`},
			"/imports":                   {`{"voucher_id":"` + id + `","file_name":"a.csv","file_size":10}`, "/imports", `{"voucher_id":"` + id + `","file_name":"a.csv","file_size":10}`},
		} {
			count := func() int {
				return len(into[struct{ Items []struct{} }](t, w.get(staff, "/api/admin/v1"+c.list)).Items)
			}
			before := count()
			first := w.post(staff, "/api/admin/v1"+path, "one", c.body).want(t, 200, "")
			once := count()
			again := w.post(staff, "/api/admin/v1"+path, "one", c.body).want(t, 200, "")
			if count() != once || once == before || string(again.Body) != string(first.Body) {
				t.Errorf("%s: %d, then %d, after the repetition %d; answers %s and %s", path, before, once, count(), first.Body, again.Body)
			}
			w.post(staff, "/api/admin/v1"+path, "one", c.body[:len(c.body)-1]+" }").want(t, 200, "")
			w.post(staff, "/api/admin/v1"+path, "two", c.other).want(t, 200, "")
			if count() == once {
				t.Errorf("%s: another key makes nothing", path)
			}
		}
		w.post(staff, "/api/admin/v1/vouchers", "one", `{"name":"other","kind":"absolute","minor":700,"what":{"sale_items":true}}`).want(t, 422, "idempotency_mismatch")
	})
}
