package api_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"zugabe/app/api"
	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/program"
	"zugabe/app/session"
	"zugabe/app/store"
)

const admin = "/api/admin/v1"

func (w *world) put(who proof, path, body string) answer {
	w.t.Helper()
	return w.call(http.MethodPut, admin+path, who, jsonHeaders(""), body)
}

// person is a member of the shop's staff by the host's own id.
func (w *world) person(shop loyalty.Shop, id string) proof {
	return proof{bearer: w.proofs.StaffToken(shop.Domain, id)}
}

func (w *world) settings(who proof) api.SettingsView {
	w.t.Helper()
	return into[api.SettingsView](w.t, w.get(who, admin+"/settings"))
}

func (w *world) published(shop loyalty.Shop) (doc string) {
	w.t.Helper()
	body, err := w.program.SettingsForPages(w.t.Context(), shop, true)
	if err != nil {
		w.t.Fatal(err)
	}
	return string(body)
}

func TestSettingsAreSavedOverTheVersionThatWasSeen(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.newShop("shopify", "alpha")
		boss := w.person(shop, "1")
		fresh := w.settings(boss)
		if fresh.Version != 0 || len(fresh.Languages) != 5 || fresh.KeepDays != 30 || fresh.YourRole != "owner" || len(fresh.Staff) != 1 || !fresh.Staff[0].You {
			t.Errorf("a fresh shop has %+v", fresh)
		}
		const good = `{"version":%d,"languages":["de","en"],"address":"informal","keep_days":%d,"desk_sees":"code","storefront":"https://www.Example.com/"}`
		w.put(boss, "/settings", fmt.Sprintf(good, 0, 60)).want(t, 200, "")
		w.put(boss, "/settings", fmt.Sprintf(good, 0, 90)).want(t, 409, "conflict")
		w.put(boss, "/settings", fmt.Sprintf(good, 1, 3)).want(t, 422, "invalid")
		now := w.settings(boss)
		if now.Version != 1 || fmt.Sprint(now.Languages) != "[en de]" || now.KeepDays != 60 || now.Storefront != "www.example.com" || now.Address != "informal" {
			t.Errorf("saved %+v", now)
		}
		audit := w.get(boss, admin+"/audit").Body
		if !strings.Contains(string(audit), "settings.saved") {
			t.Errorf("the audit log has %s", audit)
		}
	})
}

// covers: H23: the owner's roles hold at once, and somebody stays an owner.
func TestRolesHoldAtOnceAndTheLastOwnerStays(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.newShop("shopify", "alpha")
		boss, clerk, guest := w.person(shop, "1"), w.person(shop, "2"), w.person(shop, "3")
		w.get(clerk, admin+"/shop").want(t, 200, "")
		w.put(boss, "/settings/staff", `{"version":0,"default_role":"viewer","staff":[{"key":"2","role":"manager"}]}`).want(t, 422, "invalid")
		w.put(boss, "/settings/staff", `{"version":0,"default_role":"viewer","staff":[{"key":"999","role":"owner"}]}`).want(t, 422, "invalid")
		w.put(boss, "/settings/staff", `{"version":0,"default_role":"viewer","staff":[{"key":"1","role":"owner","name":"Mia"},{"key":"2","role":"manager"}]}`).want(t, 200, "")
		for _, c := range []struct {
			who            proof
			choose, settle int
		}{{guest, 403, 403}, {clerk, 200, 403}, {boss, 200, 200}} {
			w.put(c.who, "/placements", `{"name":"cart","on":true}`).want(t, c.choose, "")
			v := w.settings(boss).Version
			w.put(c.who, "/settings/staff", fmt.Sprintf(`{"version":%d,"default_role":"viewer","staff":[{"key":"1","role":"owner"},{"key":"2","role":"manager"}]}`, v)).want(t, c.settle, "")
			a := w.call(http.MethodPost, admin+"/api-keys", c.who, jsonHeaders(""), `{"name":"till","scopes":["read"]}`)
			if (a.Status == 200) != (c.settle == 200) {
				t.Errorf("API key: %d", a.Status)
			}
			w.get(c.who, admin+"/settings").want(t, 200, "")
		}
		if v := w.settings(clerk); v.YourRole != "manager" {
			t.Errorf("the clerk is told %q", v.YourRole)
		}
	})
}

var locales = fstest.MapFS{
	"locales/en.default.json": {Data: []byte(`{"plural":{"one":"one"},"product":{"earn":"Earn {{ points }}","points":{"one":"{{ n }} point","other":"{{ n }} points"}},"cart":{"title":"Your points"}}`)},
	"shopify.extension.toml":  {Data: []byte("[[extensions]]\nuid = \"0b1c2d3e-0000-4000-8000-00000000000a\"\n")},
	"locales/de.json":         {Data: []byte(`{"product":{"earn":"Sie erhalten {{ points }}"},"cart":{"title":"Ihre Punkte"}}`)},
	"assets/zugabe.js":        {Data: []byte("let a = 1")},
}

// covers: S4-25: every text that shoppers read is the merchant's to change.
func TestTextsAreChangedKeptWholeAndTakenBack(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.program.Extension = locales
		shop := w.newShop("shopify", "alpha")
		other := w.newShop("shopify", "beta")
		boss := w.staff(shop)
		texts := into[api.TextsView](t, w.get(boss, admin+"/texts?language=en"))
		mails := len(texts.Items)
		for _, own := range []string{"mail.", "exchange.", "questions."} { // what we say ourselves
			texts.Items = slices.DeleteFunc(texts.Items, func(x api.TextView) bool { return strings.HasPrefix(x.Key, own) })
		}
		if mails < 50 || len(texts.Items) != 4 || texts.Items[3].Key != "product.points.other" || fmt.Sprint(texts.Items[1].Placeholders) != "[points]" {
			t.Fatalf("texts: %+v", texts.Items)
		}
		put := func(key, text, was string) answer {
			return w.put(boss, "/texts", fmt.Sprintf(`{"language":"de","texts":[{"key":%q,"text":%q,"was":%q}]}`, key, text, was))
		}
		for text, word := range map[string]string{
			"Punkte für Sie": "{points}", "{points} {price}": "price", "{{ points }} <b>": "plain", "{% if %} {{ points }}": "plain",
			"{{ points }} \n x": "plain", "{{ points }}" + strings.Repeat("ä", 500): "500",
		} {
			a := put("product.earn", text, "")
			a.want(t, 422, "invalid")
			if !strings.Contains(string(a.Body), `"text.product.earn"`) || !strings.Contains(string(a.Body), word) {
				t.Errorf("%.40q: %s", text, a.Body)
			}
		}
		put("product.nothing", "x", "").want(t, 404, "not_found")
		put("product.earn", "Du bekommst {{ points }}", "").want(t, 200, "")
		put("product.earn", "Noch besser: {{ points }}", "").want(t, 409, "conflict")
		if doc := w.published(shop); !strings.Contains(doc, `"texts":{"de":{"product.earn":"Du bekommst {points}"}}`) {
			t.Errorf("published: %s", doc)
		}
		if doc := w.published(other); !strings.Contains(doc, `"texts":{}`) {
			t.Errorf("another shop: %s", doc)
		}
		put("product.earn", "", "Du bekommst {points}").want(t, 200, "")
		if doc := w.published(shop); !strings.Contains(doc, `"texts":{}`) {
			t.Errorf("after taking it back: %s", doc)
		}
	})
}

// covers: S4-16: each placement is shown only if it is switched on.
func TestAPlacementIsPublishedAsItIsSwitched(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.newShop("shopify", "alpha")
		for _, p := range program.ThemePlacements {
			w.put(w.staff(shop), "/placements", fmt.Sprintf(`{"name":%q,"on":false}`, p.Name)).want(t, 200, "")
			if doc := w.published(shop); !strings.Contains(doc, `"`+p.Name+`":false`) {
				t.Errorf("%s is off, published: %s", p.Name, doc)
			}
			w.put(w.staff(shop), "/placements", fmt.Sprintf(`{"name":%q,"on":true}`, p.Name)).want(t, 200, "")
		}
		if doc := w.published(shop); strings.Contains(doc, `:false,"`) && strings.Contains(doc, `"cart":false`) {
			t.Errorf("all on again: %s", doc)
		}
		w.put(w.staff(shop), "/placements", `{"name":"nowhere","on":true}`).want(t, 404, "not_found")
	})
}

// themed is a shop whose pages show the blocks that are in the map.
func themed(t *testing.T, blocks map[string]string) *httptest.Server {
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(rw http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && r.URL.Path == "/cart/add.js" && r.FormValue("id") == "4711" {
			http.SetCookie(rw, &http.Cookie{Name: "cart", Value: "1", Path: "/"})
			return
		}
		block, known := blocks[r.URL.Path]
		if _, err := r.Cookie("cart"); err != nil && r.URL.Path == "/cart" {
			block = ""
		}
		if !known {
			http.NotFound(rw, r)
			return
		}
		_, _ = fmt.Fprintf(rw, `<html><head><link rel=stylesheet href="/cdn/x/zugabe.css?v=1"></head><body><a href="/de/products/mug?x=1">Mug</a><a href="/blogs/news">Blog</a>
			<a href="/blogs/news/tea">Tea</a><a href="/pages/about">About</a><a href="https://elsewhere.example/products/x">x</a><form><input type=hidden name=id value=4711></form><p>shop<br>%s</p></body></html>`, block)
	})
	shop := httptest.NewServer(mux)
	t.Cleanup(shop.Close)
	return shop
}

func block(name string) string { return `<div data-zugabe="` + name + `"><p>10<br>points</p></div>` }

// covers: N-16, S4-10: the checker says which page has lost what it had.
func TestTheCheckerSaysWhichPageHasLostItsBlock(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		launcher := block("launcher")
		blocks := map[string]string{
			"/": launcher + block("newsletter"), "/de/products/mug": launcher + block("product-points") + block("review-points"), "/cart": launcher + block("cart-points"),
			"/blogs/news": launcher, "/blogs/news/tea": launcher + block("article-points"), "/pages/about": launcher, "/pages/rewards": launcher + block("rewards-page") + block("referral"),
		}
		site := themed(t, blocks)
		w.program.Pages = platform.NewPages(platform.ClientOptions{AllowPrivate: true}, func(string) string { return site.URL })
		w.program.Extension = locales
		shop := w.newShop("shopify", "alpha")
		w.savePlan(shop, func(doc *program.PlanDoc) {
			doc.Earning.Rules = append(doc.Earning.Rules, earning.Rule{ID: "review", Name: "Bewertung", Kind: earning.KindProductRev, Points: 5})
		})
		boss := w.staff(shop)
		look := func() map[string]program.PageLook {
			t.Helper()
			v := into[api.LookView](t, w.post(boss, admin+"/placement-checks", "", ""))
			if v.ScriptBytes == 0 {
				t.Error("our script weighs nothing")
			}
			pages := map[string]program.PageLook{}
			for _, p := range v.Pages {
				pages[p.Page] = p
			}
			return pages
		}
		for kind, p := range look() {
			if want := map[bool]string{true: program.PagePrivate, false: program.PageFine}[kind == "account" || kind == "order" || kind == "checkout"]; p.State != want {
				t.Errorf("%s: %+v", kind, p)
			}
			if p.State == program.PageFine && (p.OurBytes < int64(len(launcher)) || p.PageBytes <= p.OurBytes || !p.Style || p.Script) {
				t.Errorf("%s weighs %+v", kind, p)
			}
		}
		blocks["/de/products/mug"] = block("product-points")
		w.put(boss, "/placements", `{"name":"review","on":false}`).want(t, 200, "")
		delete(blocks, "/blogs/news/tea") // no rule gives points for comments, so nothing is lost
		if p := look()["product"]; p.State != program.PageMissing || fmt.Sprint(p.Lost) != "[launcher]" || slices.Contains(p.Missing, "review") {
			t.Errorf("after the theme was changed: %+v", p)
		}
		all := into[api.PlacementsView](t, w.get(boss, admin+"/placements"))
		if len(all.Looks) != 2 || all.Looks[0].Pages[1].State != program.PageMissing || !strings.Contains(all.Items[0].Link, "addAppBlockId=0b1c2d3e-0000-4000-8000-00000000000a%2Fproduct-points") {
			t.Errorf("placements: %+v", all)
		}
	})
}

func TestAllFailedDeliveriesAreWorkedOnAgain(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.newShop("shopify", "alpha")
		for range 3 {
			w.deliver(shop, []byte("not JSON"))
		}
		boss := w.staff(shop)
		if got := into[api.ReplayView](t, w.post(boss, admin+"/deliveries-replay", "", "")); got.Replayed != 3 || got.More {
			t.Errorf("replayed %+v", got)
		}
		sum := into[api.DeliverySummary](t, w.get(boss, admin+"/deliveries-summary"))
		if sum.Poison != 0 || sum.New != 3 {
			t.Errorf("after it: %+v", sum)
		}
		if got := into[api.ReplayView](t, w.post(boss, admin+"/deliveries-replay", "", "")); got.Replayed != 0 {
			t.Errorf("a second time: %+v", got)
		}
		if got := into[api.ReplayView](t, w.post(boss, admin+"/jobs-replay", "", "")); got.Replayed != 0 {
			t.Errorf("jobs: %+v", got)
		}
		w.get(boss, admin+"/jobs-summary").want(t, 200, "")
		var n store.DeliveryCounts
		w.write(func(tx *store.Tx) (err error) {
			n, err = tx.CountDeliveries(shop.ID)
			return err
		})
		if n.New != 3 {
			t.Errorf("%+v", n)
		}
	})
}

// covers: S4-31
func TestTheOwnerChoosesATermAndSeesWhatItCostsAndWhenItEnds(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop, woo := w.newShop("shopify", "alpha"), w.newShop("woocommerce", "woo")
		view := into[api.TermsView](t, w.get(w.staff(shop), admin+"/settings/term"))
		if view.State != "none" || view.PriceMinor != 9900 || view.Currency != "DKK" || fmt.Sprint(view.Months) != "[6 12]" || view.BuyURL != "https://admin.shopify.com/store/alpha/charges/zugabe/pricing_plans" {
			t.Errorf("before anybody chose: %+v", view)
		}
		w.put(w.staff(shop), "/settings/term", `{"version":0,"months":7}`).want(t, 422, "invalid")
		view = into[api.TermsView](t, w.put(w.staff(shop), "/settings/term", `{"version":0,"months":6}`))
		if view.State != "running" || len(view.Terms) != 1 || view.Terms[0].Months != 6 || view.Terms[0].ChosenBy != "staff:77" || view.Terms[0].Last == "" {
			t.Errorf("chosen: %+v", view)
		}
		if home := into[api.HomeView](t, w.get(w.staff(shop), admin+"/home")); home.Term.State != "running" || home.Term.Last != view.Terms[0].Last {
			t.Errorf("home says %+v", home.Term)
		}
		w.put(w.staff(shop), "/settings/term", `{"version":0,"months":12}`).want(t, 409, "conflict")
		if other := into[api.TermsView](t, w.get(w.plugin(woo, session.ForStaff, "5", "owner"), admin+"/settings/term")); other.State != "none" || other.BuyURL != "" {
			t.Errorf("another shop: %+v", other)
		}
	})
}
