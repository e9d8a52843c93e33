package api_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"zugabe/app/api"
	"zugabe/app/loyalty"
	"zugabe/app/reward"
)

// worst are words that try to become part of a page, or of the theme around it.
const worst = `<script>x</script>{{ shop.secret }}{% render 'x' %}"'><img src=x onerror=1>`

func (w *world) shopPage(shop loyalty.Shop, method, path, customer, body string) answer {
	w.t.Helper()
	a, err := w.send(method, "/api/storefront/v1"+path, w.proxied(shop, customer, map[string]string{"locale": "de"}), http.Header{"Content-Type": {formKind}}, body)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, bad := range []string{"<script", "<img", "{{", "{%", "onerror=1>"} {
		if strings.Contains(string(a.Body), bad) {
			w.t.Errorf("%s %s has %s: %s", method, path, bad, a.Body)
		}
	}
	return a
}

// approveAll goes through all questions as a merchant does, and says the version.
func (w *world) approveAll(shop loyalty.Shop) int64 {
	w.t.Helper()
	view := into[api.FAQView](w.t, w.get(w.staff(shop), admin+"/faq?language=de"))
	version := view.Version
	for _, item := range view.Items {
		if item.State == "ready" {
			continue
		}
		body := fmt.Sprintf(`{"version":%d,"id":%q,"language":"de","question":%s,"answer":%s}`, version, item.ID, jsonText(item.Draft.Question), jsonText(item.Draft.Answer))
		version = into[api.FAQVersion](w.t, w.post(w.staff(shop), admin+"/faq/approve", "", body)).Version
	}
	return version
}

func jsonText(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(s) + `"`
}

// covers: S4-26, S4-27, S4-28, N-13, I1
func TestShoppersReadTheQuestionsOnceTheMerchantHasGoneThroughAllOfThem(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.newShop("shopify", "alpha")
		staff := w.staff(shop)
		if a := w.shopPage(shop, http.MethodGet, "/faq", "", ""); a.Status != http.StatusOK || strings.Contains(string(a.Body), "<details") || !strings.HasPrefix(a.Header.Get("Content-Type"), "application/liquid") {
			t.Errorf("before: %d %s", a.Status, a.Body)
		}
		w.post(staff, admin+"/faq/publish", "", `{"version":0,"on":true}`).want(t, 409, "conflict")
		w.put(staff, "/faq/words", `{"version":0,"id":"balance","language":"de","question":"Wo?","answer":`+jsonText(worst)+`}`).want(t, 200, "")
		version := w.approveAll(shop)
		w.post(staff, admin+"/faq/publish", "", fmt.Sprintf(`{"version":%d,"on":true}`, version)).want(t, 200, "")
		page := string(w.shopPage(shop, http.MethodGet, "/faq", "", "").Body)
		if n := strings.Count(page, "<details"); n < 12 || !strings.Contains(page, "Wo?") || !strings.Contains(page, "&lt;script&gt;") {
			t.Errorf("%d questions: %s", n, page)
		}
		view := into[api.FAQView](t, w.get(staff, admin+"/faq?language=da"))
		if !view.Published || view.Missing != 0 || strings.Contains(view.HTML, "<script") {
			t.Errorf("%+v", view)
		}
		w.post(staff, admin+"/faq/undo", "", fmt.Sprintf(`{"version":%d}`, view.Version)).want(t, 200, "")
		if page := string(w.shopPage(shop, http.MethodGet, "/faq", "", "").Body); strings.Contains(page, "<details") {
			t.Errorf("shown after the undo: %s", page)
		}
	})
}

var rewardFields = regexp.MustCompile(`name="reward" value="(\d+)"><input type="hidden" name="points" value="(\d+)"><input type="hidden" name="token" value="([0-9a-f.]+)"`)

// covers: S4-24, A-13, H18
func TestARewardIsHadByAFormThatNeedsNoScripts(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.newShop("shopify", "alpha")
		w.buy(shop, "1", "1001", 500)
		item := reward.Item{Texts: map[string]reward.ItemText{"de": {Name: worst, Text: worst}}, Points: 100, Delivery: reward.ByTicket}
		w.rewardOn(shop, item, "SEAT-1", "SEAT-2")
		if guest := string(w.shopPage(shop, http.MethodGet, "/rewards", "", "").Body); strings.Contains(guest, "<form") || !strings.Contains(guest, "/account/login") {
			t.Errorf("a guest sees %s", guest)
		}
		found := rewardFields.FindStringSubmatch(string(w.shopPage(shop, http.MethodGet, "/rewards", "1", "").Body))
		if found == nil {
			t.Fatal("no form")
		}
		form := url.Values{"reward": {found[1]}, "points": {found[2]}, "token": {found[3]}}
		before := w.balance(shop, "1")
		for range 2 { // pressed twice
			if a := w.shopPage(shop, http.MethodPost, "/rewards", "1", form.Encode()); a.Status != http.StatusOK || !strings.Contains(string(a.Body), "SEAT-1") || strings.Contains(string(a.Body), "SEAT-2") {
				t.Errorf("%d %s", a.Status, a.Body)
			}
		}
		if now := w.balance(shop, "1"); before-now != 100 {
			t.Errorf("it cost %d", before-now)
		}
		w.buy(shop, "2", "1002", 500)
		for name, change := range map[string]func(url.Values){ // none of them is the page of the second customer
			"another customer's token": func(url.Values) {},
			"no token":                 func(v url.Values) { v.Del("token") },
			"a made-up token":          func(v url.Values) { v.Set("token", "aa.bb") },
		} {
			v := url.Values{"reward": {found[1]}, "points": {found[2]}, "token": {found[3]}}
			change(v)
			if a := w.shopPage(shop, http.MethodPost, "/rewards", "2", v.Encode()); a.Status != http.StatusConflict {
				t.Errorf("%s: %d", name, a.Status)
			}
		}
		list := into[struct{ Items []api.RewardRedemptionView }](t, w.get(w.staff(shop), admin+"/reward-redemptions"))
		if len(list.Items) != 1 || list.Items[0].Ticket != "SEAT-1" || list.Items[0].State != "done" || list.Items[0].LastName == "" {
			t.Errorf("%+v", list)
		}
		w.post(w.staff(shop), admin+"/reward-redemptions/"+list.Items[0].ID.String()+"/cancel", "", `{"note":"the evening was moved"}`).want(t, http.StatusNoContent, "")
		if now := w.balance(shop, "1"); now != before {
			t.Errorf("%d points after the cancellation, %d before", now, before)
		}
		w.booksBalance(shop)
	})
}

func (w *world) balance(shop loyalty.Shop, customer string) int64 {
	w.t.Helper()
	standing, err := w.program.BalanceOf(w.t.Context(), shop, w.member(shop, customer).ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return int64(standing.Account.Available)
}

// The shop speaks English, the shopper German: what comes of an exchange is said in
// German too, in the merchant's own words where there are any, and in the right number.
//
// covers: S4-24, S4-25
func TestTheRewardsPageSpeaksTheShoppersLanguageInTheMerchantsWords(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.newShop("shopify", "alpha")
		staff := w.staff(shop)
		w.buy(shop, "1", "1001", 2)
		one := w.rewardOn(shop, reward.Item{Texts: map[string]reward.ItemText{"de": {Name: "Sticker"}}, Points: 1, Delivery: reward.ByHand, Stock: 9})
		w.rewardOn(shop, reward.Item{Texts: map[string]reward.ItemText{"de": {Name: "Tasse"}}, Points: 3, Delivery: reward.ByHand, Stock: 9})
		w.put(staff, "/texts", `{"language":"de","texts":[{"key":"exchange.title","text":"Tausch {x}","was":""}]}`).want(t, 422, "invalid")
		w.put(staff, "/texts", `{"language":"de","texts":[{"key":"exchange.title","text":"Bonus & Co","was":""},{"key":"questions.title","text":"Gut zu wissen","was":""}]}`).want(t, 200, "")
		page := string(w.shopPage(shop, http.MethodGet, "/rewards", "1", "").Body)
		for _, said := range []string{`lang="de"`, "<h1>Bonus &amp; Co</h1>", "Punktestand: 2 Punkte.", ">1 Punkt<", ">1 Punkt eintauschen<", "Es fehlt 1 Punkt<", "Noch 9"} {
			if !strings.Contains(page, said) {
				t.Errorf("no %s: %s", said, page)
			}
		}
		found := rewardFields.FindStringSubmatch(page)
		form := url.Values{"reward": {one.Row.ID.String()}, "points": {"1"}, "token": {found[3]}}
		done := string(w.shopPage(shop, http.MethodPost, "/rewards", "1", form.Encode()).Body)
		if !strings.Contains(done, "Erledigt. Die Punkte sind eingetauscht.") || !strings.Contains(done, "Punktestand: 1 Punkt.") {
			t.Errorf("after the exchange: %s", done)
		}
		form.Set("token", "aa.bb")
		if refused := string(w.shopPage(shop, http.MethodPost, "/rewards", "1", form.Encode()).Body); !strings.Contains(refused, "Das hat nicht geklappt.") {
			t.Errorf("refused: %s", refused)
		}
		if page := string(w.shopPage(shop, http.MethodGet, "/faq", "", "").Body); !strings.Contains(page, "<h1>Gut zu wissen</h1>") {
			t.Errorf("questions: %s", page)
		}
		if lines := w.linesOf(w.shopper(shop, "1")); len(lines) != 2 || lines[0].For != "exchanged" {
			t.Errorf("the history has %+v", lines)
		}
	})
}

// covers: S4-24, S4-26: extensions, which see no settings of the theme, ask where the pages are.
func TestPagesOfOursHaveAnAddressOnceThereIsSomethingOnThem(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.newShop("shopify", "alpha")
		ask := func() api.OwnPages {
			return into[api.OwnPages](t, w.get(w.shopper(shop, "1"), "/api/storefront/v1/pages?locale=de-AT"))
		}
		if got := ask(); got != (api.OwnPages{}) {
			t.Errorf("nothing is on: %+v", got)
		}
		w.rewardOn(shop, reward.Item{Texts: map[string]reward.ItemText{"de": {Name: "Sticker"}}, Points: 1, Delivery: reward.ByHand, Stock: 9})
		version := w.approveAll(shop)
		w.post(w.staff(shop), admin+"/faq/publish", "", fmt.Sprintf(`{"version":%d,"on":true}`, version)).want(t, 200, "")
		if got := ask(); got.Rewards != "https://alpha.myshopify.com/apps/zugabe/rewards?locale=de" || got.Questions != "https://alpha.myshopify.com/apps/zugabe/faq?locale=de" {
			t.Errorf("%+v", got)
		}
		if page := string(w.shopPage(shop, http.MethodGet, "/rewards", "1", "").Body); !strings.Contains(page, `href="/apps/zugabe/faq?locale=de"`) {
			t.Errorf("the way from the rewards to the questions: %s", page)
		}
	})
}
