package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/session"
	"zugabe/app/store"
)

// examples are a request for every group of routes.
var examples = map[string]string{"staff": "/api/admin/v1/members", "storefront": "/api/storefront/v1/balance", "key": "/api/v1/members?customer_key=1"}

// covers: H1, H5, H6, H14, H17, H19 at the routes; session has the whole tables.
func TestEveryRouteRefusesEveryProofThatIsNotItsOwn(t *testing.T) {
	w := onSQLite(t)
	alpha, woo := w.newShop("shopify", "alpha"), w.newShop("woocommerce", "woo")
	w.buy(alpha, "1", "1001", 100)
	key := w.key(alpha, "read activities adjust vouchers redeem")
	foreignApp := session.Shopify{ClientID: clientID, Secrets: session.Keys{{Secret: []byte("somebody else's secret, 32 bytes")}}, Clock: w.clock}
	proofs := map[string]proof{
		"nothing":                  {},
		"garbage":                  {bearer: "garbage"},
		"a million dots":           {bearer: strings.Repeat(".", 10_000)},
		"staff":                    w.staff(alpha),
		"extension":                w.shopper(alpha, "1"),
		"guest's extension":        w.shopper(alpha, ""),
		"api key":                  key,
		"altered api key":          {bearer: key.bearer[:len(key.bearer)-2] + "xx"},
		"app proxy":                w.proxied(alpha, "1", nil),
		"altered app proxy":        {query: strings.Replace(w.proxied(alpha, "1", nil).query, "logged_in_customer_id=1", "logged_in_customer_id=2", 1)},
		"app proxy of other app":   {query: foreignApp.ProxyQuery(alpha.Domain, "1", "/apps/zugabe", nil)},
		"app proxy asked twice":    {query: w.proxied(alpha, "1", nil).query + "&logged_in_customer_id=2"},
		"plugin staff":             w.plugin(woo, session.ForStaff, "5", "owner"),
		"plugin shopper":           w.plugin(woo, session.ForShopper, "1", ""),
		"plugin of unknown shop":   w.plugin(loyalty.Shop{Name: "woo", PathKey: "nobody-has-this-key-0000"}, session.ForStaff, "5", "owner"),
		"plugin with wrong secret": w.plugin(loyalty.Shop{Name: "other", PathKey: woo.PathKey}, session.ForStaff, "5", "owner"),
		"staff of other app":       {bearer: foreignApp.StaffToken(alpha.Domain, "77")},
		"extension of other app":   {bearer: foreignApp.ExtensionToken(alpha.Domain, "1")},
		"extension of no shop":     {bearer: w.proofs.ExtensionToken("nobody.myshopify.com", "1")},
	}
	good := map[string]string{
		"staff": "staff, plugin staff", "key": "api key",
		"storefront": "extension, guest's extension, app proxy, plugin shopper",
	}
	for name, who := range proofs {
		for scheme, path := range examples {
			a := w.get(who, path)
			if allowed := contains(good[scheme], name); allowed && a.Status == http.StatusUnauthorized {
				t.Errorf("%s is refused by the %s routes: %s", name, scheme, a.Body)
			} else if !allowed {
				a.want(t, 401, "unauthorised")
			}
		}
	}
	if n := w.installed.Load(); n != 0 {
		t.Errorf("a wrong proof has installed %d shops", n)
	}
}

func contains(list, name string) bool {
	for _, item := range strings.Split(list, ", ") {
		if item == name {
			return true
		}
	}
	return false
}

// Every operation of the document, not only an example of each group, needs a proof.
func TestNoOperationAnswersWithoutAProof(t *testing.T) {
	w := onSQLite(t)
	alpha := w.newShop("shopify", "alpha")
	wrong := map[string]proof{"staff": w.shopper(alpha, "1"), "storefront": w.staff(alpha), "key": w.staff(alpha), "desk": w.staff(alpha)}
	for template, item := range w.server.Document().Paths {
		path := strings.NewReplacer("{id}", "1", "{entry}", "1", "{key}", "1", "{version}", "1").Replace(template)
		for method, op := range methods(item) {
			if op.Tags[0] == "door" {
				continue // where desks are opened: TestADeskOpensOnceByItsLink
			}
			for _, who := range []proof{{}, wrong[op.Tags[0]], {query: "signature=" + strings.Repeat("0", 64)}} {
				w.call(method, path, who, jsonHeaders("12345678"), "{}").want(t, 401, "unauthorised")
			}
		}
	}
}

// covers: H3, H17: a proof that was good is not good for ever.
func TestAProofEndsWithItsTime(t *testing.T) {
	w := onSQLite(t)
	alpha, woo := w.newShop("shopify", "alpha"), w.newShop("woocommerce", "woo")
	old := map[string]proof{
		"/api/admin/v1/members": w.staff(alpha), "/api/admin/v1/shop": w.plugin(woo, session.ForStaff, "5", "owner"),
		"/api/storefront/v1/balance": w.shopper(alpha, "1"), "/api/storefront/v1/history": w.proxied(alpha, "1", nil),
		"/api/storefront/v1/referral": w.plugin(woo, session.ForShopper, "1", ""),
	}
	w.clock.Advance(6 * time.Minute)
	for path, who := range old {
		w.get(who, path).want(t, 401, "unauthorised")
	}
}

// covers: H20, H21, H22.
func TestAnUninstalledShopLetsNobodyInUntilItsStaffComeBack(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		alpha := w.newShop("shopify", "alpha")
		w.buy(alpha, "1", "1001", 100)
		key := w.key(alpha, "read")
		w.setState(alpha, loyalty.ShopUninstalled)
		w.get(w.shopper(alpha, "1"), examples["storefront"]).want(t, 401, "unauthorised")
		w.get(w.proxied(alpha, "1", nil), examples["storefront"]).want(t, 401, "unauthorised")
		w.get(key, examples["key"]).want(t, 401, "unauthorised")
		into[any](t, w.get(w.staff(alpha), "/api/admin/v1/shop"))
		if w.installed.Load() != 1 {
			t.Errorf("installed %d times, want once", w.installed.Load())
		}
		into[any](t, w.get(key, examples["key"]))
		got := into[struct{ Points int64 }](t, w.get(w.shopper(alpha, "1"), examples["storefront"]))
		if got.Points != 100 {
			t.Errorf("after the shop came back the shopper has %d points, want 100", got.Points)
		}
		w.booksBalance(alpha)
	})
}

// covers: D7, H20: staff of a shop whose access was lost, or that is new, mend it by coming.
func TestTheFirstVisitOfStaffInstallsTheShop(t *testing.T) {
	w := onSQLite(t)
	alpha := w.newShop("shopify", "alpha")
	w.setState(alpha, loyalty.ShopNeedsAuth)
	into[any](t, w.get(w.staff(alpha), "/api/admin/v1/shop"))
	into[any](t, w.get(w.staff(loyalty.Shop{Domain: "new.myshopify.com"}), "/api/admin/v1/plan"))
	if w.installed.Load() != 2 {
		t.Errorf("installed %d times, want twice", w.installed.Load())
	}
}

func (w *world) setState(shop loyalty.Shop, to loyalty.ShopState) {
	w.t.Helper()
	w.write(func(tx *store.Tx) error {
		_, err := tx.SetShopState(shop.ID, []loyalty.ShopState{loyalty.ShopActive}, to, loyalty.NowMs(w.clock))
		return err
	})
}

// covers: H7: a session token handles API keys once; other calls may be repeated.
func TestASessionTokenHandlesAPIKeysOnlyOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		alpha := w.newShop("shopify", "alpha")
		once := w.staff(alpha)
		body := `{"name":"till","scopes":["read"]}`
		made := into[struct{ ID, Secret string }](t, w.post(once, "/api/admin/v1/api-keys", "", body))
		w.post(once, "/api/admin/v1/api-keys", "", body).want(t, 401, "unauthorised")
		w.call(http.MethodDelete, "/api/admin/v1/api-keys/"+made.ID, once, nil, "").want(t, 401, "unauthorised")
		into[any](t, w.get(once, "/api/admin/v1/api-keys"))
		w.buy(alpha, "1", "1001", 100)
		into[any](t, w.get(proof{bearer: made.Secret}, examples["key"]))
		w.call(http.MethodDelete, "/api/admin/v1/api-keys/"+made.ID, w.staff(alpha), nil, "").want(t, 204, "")
		w.get(proof{bearer: made.Secret}, examples["key"]).want(t, 401, "unauthorised")
	})
}

// covers: H23: what viewers, managers and owners may do, by every operation.
func TestARoleAllowsWhatItSaysAndNothingElse(t *testing.T) {
	w := onSQLite(t)
	woo := w.newShop("woocommerce", "woo")
	for template, item := range w.server.Document().Paths {
		if !strings.HasPrefix(template, "/api/admin/") {
			continue
		}
		path := strings.NewReplacer("{id}", "1", "{entry}", "1", "{key}", "1", "{version}", "1").Replace(template)
		for method := range methods(item) {
			for _, role := range []string{"viewer", "manager", "owner"} {
				owners := strings.Contains(path, "/api-keys") || strings.HasSuffix(path, "/settings/staff") || strings.HasSuffix(path, "/settings/term")
				refused := method != http.MethodGet && (role == "viewer" || (role == "manager" && owners))
				a := w.call(method, path, w.plugin(woo, session.ForStaff, "5", role), jsonHeaders("12345678"), "{}")
				if (a.Status == http.StatusForbidden) != refused {
					t.Errorf("%s %s by a %s: %d %s", method, path, role, a.Status, a.Body)
				}
			}
		}
	}
}

// A key does only what it was made for.
func TestAnAPIKeyDoesOnlyWhatItsScopesSay(t *testing.T) {
	w := onSQLite(t)
	alpha := w.newShop("shopify", "alpha")
	w.buy(alpha, "1", "1001", 100)
	id := w.member(alpha, "1").ID.String()
	v, _ := w.aVoucher(alpha, "STANDING")
	calls := map[string]func(proof) answer{
		"read": func(who proof) answer { return w.get(who, "/api/v1/members/"+id) },
		"activities": func(who proof) answer {
			return w.post(who, "/api/v1/activities", "k1", `{"customer_key":"1","key":"q1","name":"quiz"}`)
		},
		"adjust": func(who proof) answer {
			return w.post(who, "/api/v1/members/"+id+"/adjustments", "k2", `{"points":5,"note":"thanks"}`)
		},
		"vouchers": func(who proof) answer {
			return w.post(who, "/api/v1/codes", "k3", `{"voucher":"`+v.Row.ID.String()+`"}`)
		},
		"redeem": func(who proof) answer {
			return w.post(who, "/api/v1/members/"+id+"/redemptions", "k4", `{"points":5}`)
		},
	}
	for scope := range calls {
		who := w.key(alpha, scope)
		for needs, call := range calls {
			if a := call(who); (a.Status == http.StatusOK) != (needs == scope) {
				t.Errorf("a key for %s used for %s: %d %s", scope, needs, a.Status, a.Body)
			}
		}
	}
}
