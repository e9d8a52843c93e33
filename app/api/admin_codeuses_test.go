package api_test

import (
	"encoding/json"
	"testing"

	"zugabe/app/api"
	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/program"
	"zugabe/app/store"
)

// The codes of one address: made for it, made by it as a partner, used by it; each is
// the code's own page, and long lists have pages.
//
// covers: S0-23, S0-33, S0-34
func TestTheCodesOfOneAddressAreListedForFromAndUsedByIt(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.newShop("shopify", "alpha")
		w.furnish(shop, "1")
		staff, anna, boss := w.staff(shop), w.member(shop, "1"), w.member(shop, "7")
		v, shared := w.aVoucher(shop, "ANYBODY")
		own, err := w.program.MakeCodes(t.Context(), "test", shop, v.Row.ID, program.CodeRequest{Texts: []string{"ANNA-1", "ANNA-2"}, MemberID: anna.ID, Origin: program.OriginAdmin})
		if err != nil {
			t.Fatal(err)
		}
		w.write(func(tx *store.Tx) error {
			var uses []store.CodeUse
			for i, sale := range []string{"s1", "s2", "s3"} {
				uses = append(uses, store.CodeUse{CodeID: []store.Code{shared, own[0], shared}[i].ID, SaleKey: sale, MemberID: anna.ID, Minor: 500, State: store.UseCounts,
					UsedAt: int64(1000 + i/2), PersonKey: anna.PersonKey, TemplateID: v.Row.ID, Doc: []byte(`{}`)})
			}
			points := store.CodeUse{CodeID: 9, SaleKey: "s4", MemberID: anna.ID, Minor: 100, State: store.UseCounts, UsedAt: 5000, Doc: []byte(`{}`)}
			return tx.InsertCodeUses(shop.ID, append(uses, points)...)
		})
		type codes struct{ Items []api.CodeRow }
		made := into[codes](t, w.get(staff, "/api/admin/v1/codes?member="+anna.ID.String()))
		if len(made.Items) != 2 || made.Items[0].MemberID != anna.ID || made.Items[0].Member == "" {
			t.Errorf("made for the customer: %+v", made.Items)
		}
		given := into[codes](t, w.get(staff, "/api/admin/v1/codes?issuer="+boss.ID.String()))
		if len(given.Items) != 1 || given.Items[0].IssuerID != boss.ID {
			t.Errorf("made by the partner: %+v", given.Items)
		}
		var seen []string
		path := "/api/admin/v1/members/" + anna.ID.String() + "/code-uses?limit=1"
		for next := "start"; next != ""; {
			page := into[struct {
				Items []api.MemberUseRow
				Next  string
			}](t, w.get(staff, path+map[bool]string{false: "&cursor=" + next}[next == "start"]))
			for _, u := range page.Items {
				seen = append(seen, u.Code+" "+u.Order)
				if u.Voucher != "5 EUR" || u.VoucherID != v.Row.ID || u.Minor != 500 || u.State != store.UseCounts {
					t.Errorf("a use is %+v", u)
				}
				w.get(staff, "/api/admin/v1/codes/"+u.CodeID.String()).want(t, 200, "")
			}
			next = page.Next
		}
		if want := []string{"ANYBODY s3", "ANNA-1 s2", "ANYBODY s1"}; len(seen) != 3 || seen[0] != want[0] || seen[1] != want[1] || seen[2] != want[2] {
			t.Errorf("used by the customer: %v, want %v", seen, want)
		}
		w.get(staff, path+"&cursor=x").want(t, 422, "invalid")
		w.get(staff, "/api/admin/v1/members/7/code-uses").want(t, 404, "not_found")
	})
}

// covers: A-61, J6
func TestAnExportHasMailsVouchersAndWhatPartnersDid(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.newShop("shopify", "alpha")
		w.furnish(shop, "1")
		lead, boss, other := w.member(shop, "6"), w.member(shop, "7"), w.member(shop, "5")
		get := func(id string) api.ExportView {
			return into[api.ExportView](t, w.post(w.staff(shop), "/api/admin/v1/members/"+id+"/export", "", ""))
		}
		if x := get(lead.ID.String()); x.Partners.Sponsor == nil || x.Partners.Sponsor.PartnerID != boss.ID || len(x.Partners.Events) == 0 || x.Partners.Events[0].Note != "met at the fair" {
			t.Errorf("of the partner's customer: %+v", x.Partners)
		}
		if x := get(boss.ID.String()); x.Partners.Own == nil || x.Partners.Own.State != "active" || len(x.Vouchers.From) != 1 || len(x.Partners.Appeals) != 1 {
			t.Errorf("of the partner: %+v %+v", x.Partners, x.Vouchers)
		}
		if x := get(other.ID.String()); len(x.Partners.Appeals) != 1 || x.Partners.Appeals[0].Text != "mine" {
			t.Errorf("of somebody whom a partner claims: %+v", x.Partners)
		}
	})
}

// After a return the order still says that its code was made of points, and that they
// came back.
//
// covers: S4-17, S4-19
func TestAReturnedOrdersCodeIsStillMadeOfPoints(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.newShop("shopify", "alpha")
		w.buy(shop, "1", "1000", 500)
		_, shared := w.aVoucher(shop, "ANYBODY")
		red, err := w.program.StartRedemption(t.Context(), "shopper:1", shop, w.member(shop, "1").ID, program.RedeemRequest{Points: 100, ClientKey: "k"})
		if err != nil {
			t.Fatal(err)
		}
		w.dispatch()
		var code store.Code
		w.write(func(tx *store.Tx) (err error) {
			code, _, err = tx.CodeByID(shop.ID, red.CodeID)
			return err
		})
		now := loyalty.NowMs(w.clock)
		sale := earning.Sale{Key: "2000", Number: "#2000", CustomerKey: "1", Currency: "EUR", Status: earning.SaleCompleted, PlacedAt: now, PaidAt: now, FulfilledAt: now, UpdatedAt: now,
			Total: 11900, Lines: []earning.Line{{Key: "1", ProductKey: "p1", Title: "Tee", Quantity: 1, Net: 10000, Tax: 1900}},
			Codes: []earning.UsedCode{{Code: code.Code, Minor: red.Minor}, {Code: shared.Code, Minor: 500}, {Code: "SPRING", Minor: 100}}}
		order := func() []api.OrderCode {
			t.Helper()
			body, err := json.Marshal([]platform.Change{{Kind: platform.SaleSnapshot, Sale: &sale}})
			if err != nil {
				t.Fatal(err)
			}
			w.deliver(shop, body)
			got := into[api.OrderDetail](t, w.get(w.staff(shop), "/api/admin/v1/orders/2000")).Codes
			if len(got) != 3 || got[0].Of != "points" || got[0].Points != 100 || got[1].Of != "voucher" || got[1].CodeID != shared.ID || got[2].Of != "other" || got[2].State != "" {
				t.Fatalf("the order's codes are %+v", got)
			}
			return got
		}
		if got := order(); got[0].State != store.UseCounts || got[0].Back != 0 || got[1].State != store.UseCounts {
			t.Errorf("used: %+v", got)
		}
		sale.Status, sale.UpdatedAt = earning.SaleCancelled, now+1000
		if got := order(); got[0].State != store.UseReturned || got[0].Back != 100 || got[1].State != store.UseReturned {
			t.Errorf("returned: %+v", got)
		}
	})
}
