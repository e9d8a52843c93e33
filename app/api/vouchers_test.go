package api_test

import (
	"fmt"
	"testing"

	"zugabe/app/api"
	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// voucherDoc is what the mask of a voucher sends.
const voucherDoc = `{"name":"5 EUR","kind":"absolute","minor":500,"order":{"min_minor":2000},"what":{"sale_items":true}}`

// aTemplate is 5 EUR from 20 EUR on.
func aTemplate() voucher.Template {
	return voucher.Template{Name: "5 EUR", Kind: voucher.Absolute, Minor: 500, Order: voucher.Range{MinMinor: 2000}, What: voucher.Articles{SaleItems: true}}
}

// aVoucher makes a voucher that is under way, with one standing code that the host has.
func (w *world) aVoucher(shop loyalty.Shop, text string) (v program.Voucher, c store.Code) {
	w.t.Helper()
	ctx := w.t.Context()
	v, err := w.program.CreateVoucher(ctx, "test", shop, aTemplate())
	if err == nil {
		_, err = w.program.SetVoucherState(ctx, "test", shop, v.Row.ID, voucher.TemplateActive)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	made, err := w.program.MakeCodes(ctx, "test", shop, v.Row.ID, program.CodeRequest{Texts: []string{text}, Origin: program.OriginAdmin})
	if err != nil {
		w.t.Fatal(err)
	}
	w.dispatch()
	return v, made[0]
}

const cartOf30 = `{"currency":"EUR","lines":[{"key":"1","product_key":"p1","quantity":1,"gross":3000,"tax_bp":1900}]}`

// covers: S0-20, S0-22, S0-24, S0-28, S2-10, S2-17, A-66
func TestAVoucherIsMadeStartedGivenCodesAndTried(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.newShop("shopify", "alpha")
		staff := w.staff(shop)
		v := into[api.VoucherView](t, w.post(staff, "/api/admin/v1/vouchers", "", voucherDoc))
		if v.State != voucher.TemplateDraft || v.Version != 1 || v.Doc.Minor != 500 || v.Doc.Currency != shop.Currency {
			t.Fatalf("made %+v", v)
		}
		at := "/api/admin/v1/vouchers/" + v.ID.String()
		v = into[api.VoucherView](t, w.post(staff, at+"/state", "", `{"state":"active"}`))
		if v.State != voucher.TemplateActive {
			t.Errorf("started: %+v", v)
		}
		made := into[api.MadeCodes](t, w.post(staff, at+"/codes", "", `{"texts":["5EurovonHans"]}`))
		w.dispatch()
		code := into[api.CodeDetailView](t, w.get(staff, "/api/admin/v1/codes/"+made.Items[0].ID.String()))
		if code.State != voucher.Active || code.Code != "5EurovonHans" || code.Voucher != "5 EUR" || code.MaxUses != 0 || len(code.Timeline) == 0 {
			t.Errorf("the host has it, and the code is %+v", code)
		}
		tried := into[api.TriedView](t, w.post(staff, "/api/admin/v1/vouchers/try", "", `{"code":"5eurovonhans","cart":`+cartOf30+`}`))
		if !tried.Decision.OK || tried.Decision.Minor != 500 || len(tried.Decision.Steps) == 0 || tried.Voucher != v.ID || !tried.Shopper.OK {
			t.Errorf("tried: %+v", tried)
		}
		w.post(staff, at+"/codes", "", `{"texts":["5EUROVONHANS"]}`).want(t, 409, "conflict")
		w.put(staff, "/vouchers/"+v.ID.String(), `{"version":7,"doc":`+voucherDoc+`}`).want(t, 409, "conflict")
		w.post(staff, "/api/admin/v1/vouchers/check", "", `{"name":"","kind":"percent","percent":200,"what":{"sale_items":true}}`).want(t, 422, "invalid")
		again := into[api.VoucherView](t, w.post(staff, at+"/rerun", "", `{"from":"2027-03-01","until":"2027-03-31"}`))
		if again.ID == v.ID || again.State != voucher.TemplateDraft || again.Doc.Valid.From.Year != 2027 {
			t.Errorf("run again: %+v", again)
		}
		for query, want := range map[string]int{"": 1, "?q=5EUROV": 1, "?q=nothing": 0, "?state=void": 0, "?voucher=" + again.ID.String(): 0, "?voucher=" + v.ID.String() + "&state=active": 1} {
			if got := into[struct{ Items []api.CodeRow }](t, w.get(staff, "/api/admin/v1/codes"+query)); len(got.Items) != want {
				t.Errorf("codes%s: %d, want %d", query, len(got.Items), want)
			}
		}
		stopped := into[api.CodeRow](t, w.post(staff, "/api/admin/v1/codes/"+code.ID.String()+"/state", "", `{"state":"stopped"}`))
		if stopped.State != voucher.Void {
			t.Errorf("stopped: %+v", stopped)
		}
	})
}

// covers: S0-26
func TestASystemMakesCodesOncePerKey(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.newShop("shopify", "alpha")
		v, _ := w.aVoucher(shop, "STANDING")
		key := w.key(shop, "read vouchers")
		ask := fmt.Sprintf(`{"voucher":"%s","count":3,"pattern":"POS-######","max_uses":1}`, v.Row.ID)
		first := into[api.MadeCodes](t, w.post(key, "/api/v1/codes", "bon-1", ask))
		second := into[api.MadeCodes](t, w.post(key, "/api/v1/codes", "bon-1", ask))
		if len(first.Items) != 3 || first.Items[0].Voucher != v.Row.Name || fmt.Sprint(first) != fmt.Sprint(second) {
			t.Errorf("made %+v, and again %+v", first, second)
		}
		w.post(key, "/api/v1/codes", "bon-1", fmt.Sprintf(`{"voucher":"%s"}`, v.Row.ID)).want(t, 422, "idempotency_mismatch")
		got := into[api.CodeDetailView](t, w.get(key, "/api/v1/codes/"+first.Items[1].Code))
		if got.ID != first.Items[1].ID || got.MaxUses != 1 {
			t.Errorf("found %+v", got)
		}
		w.post(w.key(shop, "read"), "/api/v1/codes", "bon-2", ask).want(t, 403, "forbidden")
	})
}

// covers: S0-03, S0-17, G6
func TestAShopperChecksACodeAndIsSlowedDownWhenGuessing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.newShop("shopify", "alpha")
		w.buy(shop, "1", "1001", 10)
		w.aVoucher(shop, "SOMMER")
		me := w.shopper(shop, "1")
		check := func(who proof, code string) answer {
			return w.post(who, "/api/storefront/v1/vouchers/check", "", `{"code":"`+code+`","cart":`+cartOf30+`}`)
		}
		if got := into[api.ShopperVoucher](t, check(me, "sommer")); !got.OK || got.Minor != 500 || got.Code != "SOMMER" || len(got.VAT) != 1 {
			t.Errorf("a good code: %+v", got)
		}
		small := into[api.ShopperVoucher](t, w.post(me, "/api/storefront/v1/vouchers/check", "", `{"code":"SOMMER","cart":{"currency":"EUR","lines":[{"key":"1","product_key":"p1","quantity":1,"gross":1680}]}}`))
		if small.OK || !small.Kept || len(small.Why) != 1 || small.Why[0].Need-small.Why[0].Have != 320 {
			t.Errorf("3.20 are missing: %+v", small)
		}
		limited := 0
		for i := range 20 {
			if check(me, fmt.Sprint("RATEN", i)).Status == 429 {
				limited++
			}
		}
		if limited < 10 {
			t.Errorf("only %d of 20 guesses were stopped", limited)
		}
	})
}
