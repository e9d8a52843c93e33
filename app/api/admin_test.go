package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"zugabe/app/program"
)

func (w *world) planBody(version int64, doc program.PlanDoc) string {
	w.t.Helper()
	raw, err := json.Marshal(map[string]any{"version": version, "plan": doc})
	if err != nil {
		w.t.Fatal(err)
	}
	return string(raw)
}

type memberRow struct {
	ID        string
	Available *int64
}

// Pages of a list fit together without a gap or a repeat, whatever the order.
func TestAListIsTheSamePageByPage(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		alpha := w.newShop("shopify", "alpha")
		for i := range 11 {
			w.buy(alpha, fmt.Sprint(i+1), fmt.Sprint(1000+i), int64(100*(i%3)+1))
		}
		for _, path := range []string{"/members?sort=newest", "/members?sort=name", "/members?sort=balance", "/orders?x=1", "/audit?x=1", "/deliveries?state=done", "/plan/versions?x=1"} {
			whole := w.pages(path, 200)
			if paged := w.pages(path, 2); !slices.Equal(whole, paged) || len(whole) < 2 {
				t.Errorf("%s: %v in one page, %v in many", path, whole, paged)
			}
			w.get(w.staff(alpha), "/api/admin/v1"+path+"&cursor=a.b").want(t, 422, "invalid")
			w.get(w.staff(alpha), "/api/admin/v1"+path+"&limit=201").want(t, 422, "invalid")
			w.get(w.staff(alpha), "/api/admin/v1"+path+"&limit=0").want(t, 422, "invalid")
		}
		list := into[struct{ Items []memberRow }](t, w.get(w.staff(alpha), "/api/admin/v1/members?sort=balance"))
		for i := 1; i < len(list.Items); i++ {
			if *list.Items[i].Available > *list.Items[i-1].Available {
				t.Errorf("%d before %d", *list.Items[i-1].Available, *list.Items[i].Available)
			}
		}
	})
}

// pages collects a list's ids, following its cursors.
func (w *world) pages(path string, limit int) (ids []string) {
	w.t.Helper()
	cursor := ""
	for range 50 {
		p := into[struct {
			Next  string
			Items []struct {
				ID      string
				Version json.Number
			}
		}](w.t, w.get(w.proofOfFirstShop(), fmt.Sprintf("/api/admin/v1%s&limit=%d&cursor=%s", path, limit, cursor)))
		for _, item := range p.Items {
			if item.ID == "" {
				item.ID = item.Version.String()
			}
			ids = append(ids, item.ID)
		}
		if cursor = p.Next; cursor == "" {
			return ids
		}
	}
	w.t.Fatalf("%s never ends", path)
	return nil
}

func (w *world) proofOfFirstShop() proof {
	return proof{bearer: w.proofs.StaffToken("alpha.myshopify.com", "77")}
}

// covers: J6, J7, J12.
func TestAPersonsDataIsExportedAndErasedAndBothAreNoted(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		alpha := w.newShop("shopify", "alpha")
		w.home = alpha
		own := w.furnish(alpha, "1")
		path := "/api/admin/v1/members/" + own["member"]
		w.dispatch()
		out := w.post(w.staff(alpha), path+"/export", "", "")
		export := into[struct {
			Member      struct{ Email string }
			Entries     []any
			Lots        []any
			Redemptions []struct{ Code string }
			Orders      []struct{ Snapshots []any }
			Referrals   []any
		}](t, out)
		if export.Member.Email != "customer1@example.org" || len(export.Entries) < 2 || len(export.Lots) != 1 || len(export.Redemptions) != 1 ||
			len(export.Orders) != 1 || len(export.Orders[0].Snapshots) != 1 || len(export.Referrals) != 1 || export.Redemptions[0].Code != "" {
			t.Errorf("not everything is there, or too much: %s", out.Body)
		}
		w.post(w.staff(alpha), path+"/erasure", "", `{"note":"no"}`).want(t, 422, "invalid")
		w.post(w.staff(alpha), path+"/erasure", "", `{"note":"asked by e-mail"}`).want(t, 204, "")
		w.post(w.staff(alpha), path+"/erasure", "", `{"note":"asked by e-mail"}`).want(t, 204, "")
		for _, where := range []string{"", "/entries", "/activities", "/balance?at=0", "/redemptions", "/codes", "/referrals"} {
			a := w.get(w.staff(alpha), path+where)
			a.want(t, 200, "") // the bookings stay to be seen, as the list leads to them
			if strings.Contains(string(a.Body), "example.org") || strings.Contains(string(a.Body), "Muster1") {
				t.Errorf("%s still tells who it was: %s", where, a.Body)
			}
		}
		trail := into[struct {
			Items []struct{ Action, Actor, Reason string }
		}](t, w.get(w.staff(alpha), "/api/admin/v1/audit?subject=member:"+own["member"]))
		var actions []string
		for _, item := range trail.Items {
			actions = append(actions, item.Action)
		}
		for _, want := range []string{"member.exported", "member.erasure_asked", "member.erased"} {
			if !slices.Contains(actions, want) {
				t.Errorf("the audit log has %v, not %s", actions, want)
			}
		}
		w.get(w.shopper(alpha, "1"), "/api/storefront/v1/referral").want(t, 404, "not_found")
	})
}

// covers: S4-18.
func TestStaffBlockAMemberAndTheShopperCannotRedeem(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		alpha := w.newShop("shopify", "alpha")
		w.buy(alpha, "1", "1001", 500)
		path := "/api/admin/v1/members/" + w.member(alpha, "1").ID.String()
		body := `{"version":%d,"block_earn":false,"block_redeem":true,"factor":{"num":2,"den":1},"cap_points":0,"note":"a dispute"}`
		w.call(http.MethodPatch, path, w.staff(alpha), jsonHeaders(""), fmt.Sprintf(body, 99)).want(t, 409, "conflict")
		version := w.member(alpha, "1").Version
		into[any](t, w.call(http.MethodPatch, path, w.staff(alpha), jsonHeaders(""), fmt.Sprintf(body, version)))
		w.post(w.shopper(alpha, "1"), "/api/storefront/v1/redemptions", "press-01", `{"points":10}`).want(t, 403, "blocked")
		w.buy(alpha, "1", "1002", 100)
		detail := into[struct{ Balance struct{ Available int64 } }](t, w.get(w.staff(alpha), path))
		if detail.Balance.Available != 700 {
			t.Errorf("%d points, want 500 and twice 100", detail.Balance.Available)
		}
	})
}

// A dry run says what a sale would earn and leaves nothing behind.
func TestATriedSaleLeavesNothingBehind(t *testing.T) {
	w := onSQLite(t)
	alpha := w.newShop("shopify", "alpha")
	into[any](t, w.get(w.staff(alpha), "/api/admin/v1/plan")) // from now on it is known who was here
	before := fmt.Sprint(w.rowsOf(alpha))
	sale := `{"key":"1","number":"1","currency":"EUR","status":"paid","placed_at":1795262400000,"updated_at":1,"rank":1,"shipping":{"net":0,"tax":0},"total":1190,` +
		`"lines":[{"key":"1","product_key":"p1","quantity":1,"net":1000,"tax":190}]}`
	tried := into[struct {
		Points int64
		Grants []any
	}](t, w.post(w.staff(alpha), "/api/admin/v1/plan/try", "", `{"sale":`+sale+`}`))
	if tried.Points != 10 || len(tried.Grants) != 1 {
		t.Errorf("%+v, want 10 points by one rule", tried)
	}
	if after := fmt.Sprint(w.rowsOf(alpha)); after != before {
		t.Errorf("rows %s, were %s", after, before)
	}
}

func TestStaffSeeWhatWaitsAndPutItRight(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		alpha := w.newShop("shopify", "alpha")
		w.deliver(alpha, []byte("not JSON"))
		type health struct {
			Poison  int64    `json:"poison_deliveries"`
			Missing []string `json:"missing_webhooks"`
		}
		if h := into[health](t, w.get(w.staff(alpha), "/api/admin/v1/health")); h.Poison != 1 {
			t.Errorf("%+v, want one poison delivery", h)
		}
		list := into[struct{ Items []struct{ ID string } }](t, w.get(w.staff(alpha), "/api/admin/v1/deliveries?state=poison"))
		into[any](t, w.get(w.staff(alpha), "/api/admin/v1/deliveries/"+list.Items[0].ID))
		w.post(w.staff(alpha), "/api/admin/v1/deliveries/"+list.Items[0].ID+"/acknowledge", "", "").want(t, 204, "")
		w.post(w.staff(alpha), "/api/admin/v1/deliveries/"+list.Items[0].ID+"/acknowledge", "", "").want(t, 409, "conflict")
		if h := into[health](t, w.get(w.staff(alpha), "/api/admin/v1/health")); h.Poison != 0 {
			t.Errorf("%+v, want none", h)
		}
		open := into[struct{ New int64 }](t, w.get(w.staff(alpha), "/api/admin/v1/deliveries-summary"))
		if open.New != 0 {
			t.Errorf("%d deliveries are open", open.New)
		}
	})
}

func TestABirthdayIsSetOnceAYear(t *testing.T) {
	w := onSQLite(t)
	alpha := w.newShop("shopify", "alpha")
	w.buy(alpha, "1", "1001", 500)
	path := "/api/admin/v1/members/" + w.member(alpha, "1").ID.String() + "/birthday"
	set := func(day string) answer {
		return w.call(http.MethodPut, path, w.staff(alpha), jsonHeaders(""), `{"birthday":"`+day+`"}`)
	}
	set("1990-02-30").want(t, 422, "invalid")
	if m := into[struct{ Birthday string }](t, set("1990-05-01")); m.Birthday != "1990-05-01" {
		t.Errorf("birthday %q", m.Birthday)
	}
	set("1990-06-01").want(t, 422, "invalid")
}

// A delivery's body is shown for looking into it, not for reading addresses (J11).
func TestADeliveryIsShownWithoutPersonalData(t *testing.T) {
	w := onSQLite(t)
	alpha := w.newShop("shopify", "alpha")
	w.deliver(alpha, []byte(`{"email":"mia@example.org","line_items":[{"price":"9.90"}],"customer":{"first_name":"Mia"}}`))
	list := into[struct{ Items []struct{ ID string } }](t, w.get(w.staff(alpha), "/api/admin/v1/deliveries"))
	a := w.get(w.staff(alpha), "/api/admin/v1/deliveries/"+list.Items[0].ID)
	if text := string(a.Body); strings.Contains(text, "mia@") || strings.Contains(text, "Mia") || !strings.Contains(text, "9.90") {
		t.Errorf("shown: %s", text)
	}
}
