package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"

	"zugabe/app/program"
	"zugabe/app/session"
)

type shopperRedemption struct {
	ID, State, Code string
	Points          int64
}

// covers: S4-08, A-44, N-07: the shopper's whole way over the wire.
func TestAShopperSeesPointsTurnsThemIntoACodeAndCancelsIt(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		alpha := w.newShop("shopify", "alpha")
		w.buy(alpha, "1", "1001", 500)
		me := w.shopper(alpha, "1")
		balance := into[struct{ Points, Minor int64 }](t, w.get(me, "/api/storefront/v1/balance"))
		if balance.Points != 500 || balance.Minor != 500 {
			t.Errorf("balance %+v, want 500 points worth 500", balance)
		}
		quote := into[struct{ Max int64 }](t, w.post(me, "/api/storefront/v1/quote", "", `{}`))
		if quote.Max != 500 {
			t.Errorf("quote %+v, want a maximum of 500", quote)
		}
		made := into[shopperRedemption](t, w.post(me, "/api/storefront/v1/redemptions", "press-01", `{"points":200}`))
		if made.State != "pending" || made.Code != "" {
			t.Errorf("before the host has the code: %+v, want pending and no code", made)
		}
		w.dispatch()
		ready := into[shopperRedemption](t, w.get(me, "/api/storefront/v1/redemptions/"+made.ID))
		if ready.State != "active" || ready.Code == "" {
			t.Errorf("after the host has the code: %+v", ready)
		}
		into[shopperRedemption](t, w.post(me, "/api/storefront/v1/redemptions/"+made.ID+"/cancel", "", ""))
		w.dispatch()
		over := into[shopperRedemption](t, w.get(me, "/api/storefront/v1/redemptions/"+made.ID))
		if over.State != "returned" || over.Code != "" {
			t.Errorf("after the cancellation: %+v, want returned and no code", over)
		}
		history := into[struct {
			Items []struct {
				Kind, Reason string
				Points       int64
			}
		}](t, w.get(me, "/api/storefront/v1/history"))
		if n := len(history.Items); n != 3 || history.Items[2].Reason != "Einkauf" || history.Items[2].Points != 500 {
			t.Errorf("history %+v, want accrual, burn and release", history.Items)
		}
		w.booksBalance(alpha)
	})
}

func TestAnOrdersReceiptSaysWhichRuleGaveWhat(t *testing.T) {
	w := onSQLite(t)
	alpha := w.newShop("shopify", "alpha")
	w.buy(alpha, "1", "1001", 500)
	type receipt struct {
		Points int64
		Rules  []struct {
			Name      string
			Points    int64
			Breakdown struct{ Basis int64 }
		}
	}
	for _, path := range []string{"/api/storefront/v1/orders/1001/receipt", "/api/admin/v1/orders/1001/receipt"} {
		who := w.shopper(alpha, "1")
		if path[5] == 'a' {
			who = w.staff(alpha)
		}
		r := into[receipt](t, w.get(who, path))
		if r.Points != 500 || r.Rules[0].Name != "Einkauf" || r.Rules[0].Breakdown.Basis != 50_000 {
			t.Errorf("%s: %+v", path, r)
		}
	}
}

func TestAGuestSeesAnEmptyBalanceAndMayNotRedeem(t *testing.T) {
	w := onSQLite(t)
	alpha := w.newShop("shopify", "alpha")
	for _, guest := range []proof{w.shopper(alpha, ""), w.proxied(alpha, "", nil), w.shopper(alpha, "424242")} {
		b := into[struct {
			Member bool
			Points int64
		}](t, w.get(guest, "/api/storefront/v1/balance"))
		if b.Member || b.Points != 0 {
			t.Errorf("a guest has %+v", b)
		}
		w.post(guest, "/api/storefront/v1/redemptions", "press-01", `{"points":1}`).want(t, 404, "not_found")
	}
}

// covers: D11: ten presses of the button are one redemption.
func TestTenPressesOfTheButtonMakeOneCode(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		alpha := w.newShop("shopify", "alpha")
		w.buy(alpha, "1", "1001", 500)
		me := w.shopper(alpha, "1")
		answers := w.together(10, func(int) (answer, error) {
			return w.send(http.MethodPost, "/api/storefront/v1/redemptions", me, jsonHeaders("press-01"), `{"points":200}`)
		})
		ids := map[string]bool{}
		for _, a := range answers {
			ids[into[shopperRedemption](t, a).ID] = true
		}
		if list := into[struct{ Items []any }](t, w.get(me, "/api/storefront/v1/redemptions")); len(ids) != 1 || len(list.Items) != 1 {
			t.Errorf("%d ids, %d redemptions, want one", len(ids), len(list.Items))
		}
		w.booksBalance(alpha)
	})
}

// together makes n calls at once.
func (w *world) together(n int, call func(i int) (answer, error)) []answer {
	w.t.Helper()
	answers, start := make([]answer, n), make(chan struct{})
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			<-start
			a, err := call(i)
			if err != nil {
				w.t.Error(err)
			}
			answers[i] = a
		})
	}
	close(start)
	all.Wait()
	return answers
}

// covers: D12, D13.
func TestAPressKeepsItsAnswerWhateverComesAfter(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		alpha := w.newShop("shopify", "alpha")
		w.buy(alpha, "1", "1001", 100)
		me := w.shopper(alpha, "1")
		press := func(key, body string) answer {
			return w.post(me, "/api/storefront/v1/redemptions", key, body)
		}
		press("too-much", `{"points":200}`).want(t, 409, "insufficient_points")
		w.buy(alpha, "1", "1002", 500)
		press("too-much", `{"points":200}`).want(t, 409, "insufficient_points")
		first := into[shopperRedemption](t, press("press-02", `{"points":200}`))
		press("press-02", `{"points":300}`).want(t, 422, "idempotency_mismatch")
		if again := into[shopperRedemption](t, press("press-02", `{"points":200}`)); again.ID != first.ID {
			t.Errorf("the same press made %s and %s", first.ID, again.ID)
		}
		w.booksBalance(alpha)
	})
}

// covers: H18: what a page of somebody else can make a browser send changes nothing.
func TestNothingChangesByWhatAForeignPageCanSend(t *testing.T) {
	w := onSQLite(t)
	alpha := w.newShop("shopify", "alpha")
	w.buy(alpha, "1", "1001", 500)
	made := into[shopperRedemption](t, w.post(w.shopper(alpha, "1"), "/api/storefront/v1/redemptions", "press-01", `{"points":200}`))
	before := w.rowsOf(alpha)
	victim := func() proof { return w.proxied(alpha, "1", nil) }
	for _, path := range []string{"/redemptions", "/redemptions/" + made.ID + "/cancel", "/referral/claim"} {
		path = "/api/storefront/v1" + path
		body := `{"points":100,"code":"X"}`
		w.get(victim(), path+"?points=100")
		for _, kind := range []string{"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""} {
			h := http.Header{"Idempotency-Key": {"press-02"}, "X-Zugabe-Request": {"1"}, "Content-Type": {kind}}
			w.call(http.MethodPost, path, victim(), h, body).want(t, 415, "unsupported_media_type")
		}
		h := http.Header{"Idempotency-Key": {"press-03"}, "Content-Type": {"application/json"}}
		w.call(http.MethodPost, path, victim(), h, body).want(t, 422, "invalid")
		if a := w.call(http.MethodPost, path, victim(), nil, ""); a.problem().Code != "invalid" {
			t.Errorf("%s without anything: %d %s", path, a.Status, a.Body)
		}
	}
	if after := w.rowsOf(alpha); fmt.Sprint(after) != fmt.Sprint(before) {
		t.Errorf("rows %v, were %v", after, before)
	}
}

// covers: H27: any origin may read by a bearer token, none by what a browser adds.
func TestOtherOriginsReadTheStorefrontOnlyByABearerToken(t *testing.T) {
	w := onSQLite(t)
	alpha := w.newShop("shopify", "alpha")
	for _, origin := range []string{"null", "https://extensions.shopifycdn.com", "https://alpha.myshopify.com.evil.io", "https://beta.myshopify.com"} {
		preflight := http.Header{"Origin": {origin}, "Access-Control-Request-Method": {"POST"}, "Access-Control-Request-Headers": {"authorization"}}
		asked := w.call(http.MethodOptions, "/api/storefront/v1/redemptions", proof{}, preflight, "")
		if asked.Status != 204 || asked.Header.Get("Access-Control-Allow-Origin") != "*" ||
			asked.Header.Get("Access-Control-Allow-Headers") != "Authorization, Content-Type, Idempotency-Key, X-Zugabe-Request" {
			t.Errorf("preflight from %s: %d %v", origin, asked.Status, asked.Header)
		}
		from := http.Header{"Origin": {origin}}
		for name, c := range map[string]struct {
			path   string
			who    proof
			status int
			allow  string
		}{
			"extension":     {"/api/storefront/v1/balance", w.shopper(alpha, "1"), 200, "*"},
			"wrong token":   {"/api/storefront/v1/balance", proof{bearer: "x"}, 401, "*"},
			"unknown path":  {"/api/storefront/v1/nothing", w.shopper(alpha, "1"), 404, "*"},
			"app proxy":     {"/api/storefront/v1/balance", w.proxied(alpha, "1", nil), 200, ""},
			"nobody":        {"/api/storefront/v1/balance", proof{}, 401, ""},
			"staff":         {"/api/admin/v1/shop", w.staff(alpha), 200, ""},
			"other systems": {"/api/v1/members?customer_key=1", w.key(alpha, "read"), 404, ""},
		} {
			a := w.call(http.MethodGet, c.path, c.who, from, "").want(t, c.status, "")
			if got := a.Header.Get("Access-Control-Allow-Origin"); got != c.allow || a.Header.Get("Access-Control-Allow-Credentials") != "" {
				t.Errorf("%s from %s: Access-Control-Allow-Origin is %q, want %q", name, origin, got, c.allow)
			}
			if front := c.path[5] == 's'; front != slices.Contains(a.Header.Values("Vary"), "Origin") {
				t.Errorf("%s: Vary is %v", name, a.Header.Values("Vary"))
			}
		}
	}
	for _, path := range []string{"/api/admin/v1/shop", "/api/v1/members"} {
		h := http.Header{"Origin": {"null"}, "Access-Control-Request-Method": {"GET"}}
		if a := w.call(http.MethodOptions, path, proof{}, h, ""); a.Status != 405 || a.Header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("preflight of %s: %d %v", path, a.Status, a.Header)
		}
	}
}

// covers: H13, E14: one customer number in two shops.
func TestTwoShopsWithTheSameCustomerNumberNeverShareABalance(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		alpha, beta, woo := w.newShop("shopify", "alpha"), w.newShop("shopify", "beta"), w.newShop("woocommerce", "woo")
		w.buy(alpha, "1", "1001", 100)
		w.buy(beta, "1", "1001", 200)
		w.buy(woo, "1", "1001", 300)
		want := map[string]int64{"alpha": 100, "beta": 200, "woo": 300}
		answers := w.together(60, func(i int) (answer, error) {
			who := [3]proof{w.shopper(alpha, "1"), w.shopper(beta, "1"), w.plugin(woo, session.ForShopper, "1", "")}[i%3]
			return w.send(http.MethodGet, "/api/storefront/v1/balance", who, nil, "")
		})
		for i, a := range answers {
			name := [3]string{"alpha", "beta", "woo"}[i%3]
			if got := into[struct{ Points int64 }](t, a); got.Points != want[name] {
				t.Errorf("%s shows %d, want %d", name, got.Points, want[name])
			}
		}
	})
}

// The framework hands out views into the connection's buffer; a cache that kept
// one would hold the next customer's number.
func TestWhatACacheKeepsDoesNotChangeWithTheNextRequest(t *testing.T) {
	w := onSQLite(t)
	woo := w.newShop("woocommerce", "woo")
	for _, customer := range []string{"11", "22", "33"} {
		into[any](t, w.get(w.plugin(woo, session.ForShopper, customer, ""), "/api/storefront/v1/balance"))
	}
	kept := w.balances.Customers()
	if slices.Sort(kept); !slices.Equal(kept, []string{"11", "22", "33"}) {
		t.Errorf("kept for %v, want 11, 22 and 33", kept)
	}
}

// A redemption of the shop's own making shows at once, however fresh the cached balance.
func TestABalanceIsNewAfterAnOwnRedemption(t *testing.T) {
	w := onSQLite(t)
	alpha := w.newShop("shopify", "alpha")
	w.savePlan(alpha, func(doc *program.PlanDoc) { doc.Redeem.Step = 1 })
	w.buy(alpha, "1", "1001", 500)
	me := w.shopper(alpha, "1")
	into[any](t, w.get(me, "/api/storefront/v1/balance"))
	into[any](t, w.post(me, "/api/storefront/v1/redemptions", "press-01", `{"points":200}`))
	if b := into[struct{ Points, Held int64 }](t, w.get(me, "/api/storefront/v1/balance")); b.Points != 300 || b.Held != 200 {
		t.Errorf("%+v, want 300 points and 200 held", b)
	}
}

// covers: S4-05, G10.
func TestAShopperSeesTheOwnReferralCodeAndNamesAFriends(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		alpha := w.newShop("shopify", "alpha")
		w.buy(alpha, "1", "1001", 100)
		w.buy(alpha, "2", "1002", 100)
		me, friend := w.shopper(alpha, "1"), w.shopper(alpha, "2")
		mine := into[struct{ Code string }](t, w.get(me, "/api/storefront/v1/referral"))
		claim := `{"code":"` + mine.Code + `"}`
		w.post(friend, "/api/storefront/v1/referral/claim", "", `{"code":"nobody's"}`).want(t, 404, "not_found")
		w.post(friend, "/api/storefront/v1/referral/claim", "", claim).want(t, 204, "")
		w.post(friend, "/api/storefront/v1/referral/claim", "", claim).want(t, 204, "")
		id := w.member(alpha, "1").ID.String()
		list := into[struct {
			Items []struct{ State, Reason string }
		}](t, w.get(w.staff(alpha), "/api/admin/v1/members/"+id+"/referrals"))
		if len(list.Items) != 1 || list.Items[0].State != "refused" || list.Items[0].Reason != "not_new" {
			t.Errorf("referrals %+v, want one, refused because the friend is not new", list.Items)
		}
	})
}
