package api_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"zugabe/app/api"
	"zugabe/app/reward"
)

// covers: G19: every proof of a shopper is asked alike, the mail's link shows a button to
// whoever has the mail, and looking allows nothing.
func TestBeyondTheShopsLimitAShopperRedeemsAfterTheClickInTheMail(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.newShop("shopify", "alpha")
		woo := w.newShop("woocommerce", "woo")
		plan := into[api.PlanView](t, w.get(w.staff(shop), admin+"/plan"))
		plan.Plan.Redeem.ConfirmAbove = 200
		body := w.planBody(plan.Version, plan.Plan)
		if a := w.put(w.staff(shop), "/plan", body); a.Status != http.StatusUnprocessableEntity || !strings.Contains(string(a.Body), `"field":"confirm_above"`) {
			t.Fatalf("without a mail server: %d %s", a.Status, a.Body)
		}
		deliver := w.postBox()
		w.put(w.staff(shop), "/plan", body).want(t, http.StatusOK, "")
		w.buy(shop, "1", "1001", 900)
		had := w.balance(shop, "1")
		for name, who := range map[string]proof{"app proxy": w.proxied(shop, "1", nil), "extension": w.shopper(shop, "1")} {
			a := w.post(who, "/api/storefront/v1/redemptions", "press-"+name[:3], `{"points":300}`)
			a.want(t, http.StatusForbidden, "confirm_by_mail")
			var said struct{ Numbers struct{ Mail string } }
			if err := json.Unmarshal(a.Body, &said); err != nil || said.Numbers.Mail != "sent" {
				t.Errorf("%s: %s", name, a.Body)
			}
		}
		mails := deliver()
		if len(mails) != 1 || w.balance(shop, "1") != had {
			t.Fatalf("%d mails, %d of %d points", len(mails), w.balance(shop, "1"), had)
		}
		for range 2 {
			page := w.follow(shop, http.MethodGet, mails[0].Text, "")
			if page.Status != http.StatusOK || !strings.Contains(string(page.Body), "<button") || !strings.Contains(string(page.Body), "up to 300 points") {
				t.Fatalf("the page: %d %s", page.Status, page.Body)
			}
		}
		w.post(w.shopper(shop, "1"), "/api/storefront/v1/redemptions", "press-ext", `{"points":300}`).want(t, http.StatusForbidden, "confirm_by_mail")
		if a := w.follow(woo, http.MethodPost, mails[0].Text, "ok=1"); a.Status == http.StatusOK {
			t.Errorf("another shop: %d %s", a.Status, a.Body)
		}
		made := w.post(w.key(shop, "redeem"), "/api/v1/members/"+w.member(shop, "1").ID.String()+"/redemptions", "till 7", `{"points":300}`)
		made.want(t, http.StatusOK, "") // the merchant's own server, which has no session to steal
		cut := mails[0].Text[:strings.Index(mails[0].Text, "permit?t=")+20]
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			if late := w.follow(shop, method, cut, "ok=1"); late.Status != http.StatusGone || !strings.Contains(string(late.Body), "not valid any more") {
				t.Errorf("a link that is cut off: %d %s", late.Status, late.Body)
			}
		}
		for range 2 {
			page := w.follow(shop, http.MethodPost, mails[0].Text, "ok=1")
			if page.Status != http.StatusOK || strings.Contains(string(page.Body), "<button") || !strings.Contains(string(page.Body), "for 30 minutes") {
				t.Fatalf("the click: %d %s", page.Status, page.Body)
			}
		}
		w.post(w.shopper(shop, "1"), "/api/storefront/v1/redemptions", "press-ext", `{"points":300}`).want(t, http.StatusOK, "")
		if page := w.follow(shop, http.MethodGet, mails[0].Text, ""); page.Status != http.StatusGone {
			t.Errorf("a link that was used: %d %s", page.Status, page.Body)
		}
		w.booksBalance(shop)
	})
}

// covers: G19: the page of rewards says it in words, without scripts.
func TestThePageOfRewardsSaysThatAMailAsks(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.newShop("shopify", "alpha")
		w.postBox()
		plan := into[api.PlanView](t, w.get(w.staff(shop), admin+"/plan"))
		plan.Plan.Redeem.ConfirmAbove = 200
		w.put(w.staff(shop), "/plan", w.planBody(plan.Version, plan.Plan)).want(t, http.StatusOK, "")
		w.buy(shop, "1", "1001", 900)
		var item reward.Item
		if err := json.Unmarshal([]byte(strings.Replace(rewardDoc, `"points":10`, `"points":250`, 1)), &item); err != nil {
			t.Fatal(err)
		}
		w.rewardOn(shop, item, "SEAT-1")
		found := rewardFields.FindStringSubmatch(string(w.shopPage(shop, http.MethodGet, "/rewards", "1", "").Body))
		if found == nil {
			t.Fatal("no form")
		}
		form := url.Values{"reward": {found[1]}, "points": {found[2]}, "token": {found[3]}}
		a := w.shopPage(shop, http.MethodPost, "/rewards", "1", form.Encode())
		if a.Status != http.StatusForbidden || !strings.Contains(string(a.Body), `<p class="zg-said" role="status">Weil es viele Punkte sind, ist eine E-Mail unterwegs`) || strings.Contains(string(a.Body), "SEAT-1") {
			t.Errorf("%d %s", a.Status, a.Body)
		}
		w.booksBalance(shop)
	})
}
