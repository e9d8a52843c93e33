package demoshop

import (
	"net/url"
	"strings"
	"testing"
)

const publishedSettings = `{"v":1,"on":true,"currency":"EUR","cent":{"num":1,"den":1},"earn":[{"id":"purchase","kind":"per_amount","points":1,"per":100,"rounding":"down","net":{"num":100,"den":119},"about":true,"match":{},"when":{}}],
"campaigns":[{"id":"double","factor":{"num":2,"den":1},"match":{},"when":{"from":4102444800}}],"activities":{"welcome":50,"newsletter":20,"review":10,"article":5,"referral":100,"friend":50,"birthday":25},
"redeem":{"on":true,"minor":100,"per_points":100,"min":100,"step":100,"prefix":"ZG","days":30},"pending_days":14,"expiry_months":24,"placements":{},"texts":{},"vouchers":[{"id":"1","code":"STAMM20","kind":"percent","percent":20,"min":10000,"match":{},"when":{"until":4102444800},"name":"20 % für Stammkunden","texts":{"de":{"title":"20 % für Sie"}}}]}`

// publish writes what the app would write: its settings, and a balance.
func (r *rig) publish(customer int64, balance string) {
	r.t.Helper()
	out := r.gql(setFields, map[string]any{"f": []any{
		map[string]any{"ownerId": gid("AppInstallation", installationID), "namespace": "zugabe", "key": "settings", "type": "json", "value": publishedSettings},
		map[string]any{"ownerId": gid("Customer", customer), "namespace": "$app", "key": "points", "type": "json", "value": balance},
	}})
	if at(out, "data.metafieldsSet.metafields.1.id") == nil {
		r.t.Fatalf("%v", out)
	}
}

// ourPlaces are the pages and the block of ours that must be on them.
var ourPlaces = map[string]string{
	"/products/roestkaffee": "product-points", "/cart": "cart-points", "/account": "account-points", "/blogs/magazine/filterkaffee": "article-points", "/pages/rewards": "rewards-page", "/": "newsletter",
	"/products/handfilter": "review-points", "/account?x=1": "referral", "/account?x=2": "voucher-offers", "/collections/tee": "voucher-offers", "/products/espresso": "voucher-offers", "/?x=1": "voucher-offers", "/cart?x=1": "cart-voucher", "/pages/rewards?x=1": "referral", "/collections/all": "launcher",
}

// covers: S4-09, S4-11, S4-12, S4-13, S4-15, A-41
func TestOurOwnBlocksAreOnTheirPagesInEveryLanguage(t *testing.T) {
	r := newRig(t, nil)
	anna := r.shop.customers[0].ID
	r.publish(anna, `{"points":1250,"pending":30,"minor":1250,"next_expiry":"2027-05-17","expiring":39}`)
	o, err := r.shop.Checkout(Buy{Customer: anna, Cart: []CartLine{{r.variantID("MILL"), 1}}})
	if err != nil {
		t.Fatal(err)
	}
	guest, s := r.surf(), r.surf()
	guest.get("/demo")
	s.post("/login", url.Values{"customer": {str(anna)}})
	s.post("/cart/add", url.Values{"id": {str(r.variantID("TEA-S"))}, "quantity": {"3"}})
	r.shop.problems.take()
	check := func(who *surfer, path, block string, l tongue) {
		mark := "?"
		if strings.Contains(path, "?") {
			mark = "&"
		}
		_, text := who.get(path + mark + "lang=" + string(l))
		if p := r.shop.problems.take(); len(p) > 0 {
			t.Errorf("%s in %s: %v", path, l, p)
		}
		if block != "" && !strings.Contains(text, `data-zugabe="`+block+`"`) {
			t.Errorf("%s in %s lacks %s", path, l, block)
		}
	}
	if n := len(ourBlocks()); n != 12 {
		t.Errorf("%d blocks have a place in the demo, of 12", n)
	}
	for _, l := range tongues {
		for path, block := range ourPlaces {
			check(s, path, block, l)
			if l == "pl" { // the language with most forms of a plural
				check(guest, path, "", l)
			}
		}
		check(s, "/account/orders/"+str(o.ID), "order-points", l)
		check(s, "/thanks/"+str(o.ID), "order-points", l)
	}
}

// ourBlocks are the blocks that the test looks for.
func ourBlocks() map[string]bool {
	seen := map[string]bool{"order-points": true}
	for _, block := range ourPlaces {
		seen[block] = true
	}
	return seen
}

// covers: S4-24, S4-26: pages of the app are linked to in the shopper's language, and
// only while the merchant has them on.
func TestBlocksLinkToThePagesThatTheMerchantHasOn(t *testing.T) {
	r := newRig(t, nil)
	anna := r.shop.customers[0].ID
	r.publish(anna, `{"points":1250,"minor":1250}`)
	s := r.surf()
	s.post("/login", url.Values{"customer": {str(anna)}})
	for path, block := range map[string]string{"/account": "account-points", "/pages/rewards": "rewards-page", "/collections/all": "launcher"} {
		if _, text := s.get(path); !strings.Contains(text, `data-zugabe="`+block+`"`) || strings.Contains(text, "zugabe-pages") {
			t.Errorf("%s links to pages with nothing on them", path)
		}
	}
	on := strings.Replace(publishedSettings, `"placements":{}`, `"pages":{"rewards":true},"placements":{}`, 1)
	r.gql(setFields, map[string]any{"f": []any{
		map[string]any{"ownerId": gid("AppInstallation", installationID), "namespace": "zugabe", "key": "settings", "type": "json", "value": on},
	}})
	for _, path := range []string{"/account", "/pages/rewards", "/collections/all"} {
		_, text := s.get(path + "?lang=de")
		if !strings.Contains(text, `href="/apps/zugabe/rewards?locale=de">Prämien für Punkte</a>`) || strings.Contains(text, `/apps/zugabe/faq?locale=de">Fragen zu Punkten</a>`) {
			t.Errorf("%s: %s", path, text)
		}
	}
}

// Without scripts nothing stands there that needs them: a link that cannot be fetched,
// a list that cannot be opened.
//
// covers: S4-11, S4-15
func TestWhatNeedsScriptsIsMarkedSoThatItGoesWithoutThem(t *testing.T) {
	r := newRig(t, nil)
	anna := r.shop.customers[0].ID
	r.publish(anna, `{"points":1250,"minor":1250}`)
	s := r.surf()
	s.post("/login", url.Values{"customer": {str(anna)}})
	_, text := s.get("/account")
	for _, want := range []string{`<details class="zugabe-scripted `, `<button type="button" class="zugabe-scripted `} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s", want)
		}
	}
}
