package demoshop

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

const nasty = `<script>alert("x")</script>'&`

// Every page renders, says that it is a test double, and shows what people typed
// as text. covers: S4-11, N-15
func TestEveryPageSaysWhatItIsAndEscapesWhatPeopleType(t *testing.T) {
	r := newRig(t, nil)
	c, err := r.shop.Register("nasty@demo.example", nasty, nasty)
	if err != nil {
		t.Fatal(err)
	}
	rev, _ := r.shop.WriteReview("product", r.shop.products[0].ID, c.ID, 4, nasty)
	art, _ := r.shop.WriteReview("article", r.shop.articles[0].ID, c.ID, 4, nasty)
	_ = r.shop.Moderate(rev.ID, true)
	_ = r.shop.Moderate(art.ID, true)
	o, err := r.shop.Checkout(Buy{Customer: c.ID, Cart: []CartLine{{r.variantID("MILL"), 1}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.shop.Newsletter("nasty@demo.example"); err != nil {
		t.Fatal(err)
	}
	r.shop.putMetafield(&Metafield{OwnerID: gid("Customer", c.ID), Namespace: appNamespace, Key: "points", Type: "json", Value: `{"points":1234,"pending":56,"minor":1234,"next_expiry":"` + `2027-01-01` + `","expiring":7}`})
	s := r.surf()
	s.post("/login", url.Values{"customer": {str(c.ID)}})
	s.post("/cart/add", url.Values{"variant": {str(r.variantID("CUP-BL"))}, "quantity": {"2"}})
	s.post("/cart/code", url.Values{"code": {nasty}})
	for _, path := range []string{"/", "/demo", "/collections", "/collections/all", "/collections/tee", "/products/kaffeetasse", "/products/espresso", "/search?q=" + url.QueryEscape(nasty), "/search?q=tea",
		"/blogs/magazine", "/blogs/magazine/filterkaffee", "/pages/rewards", "/cart", "/checkout", "/thanks/" + str(o.ID), "/orders/" + str(o.ID), "/invoices/" + str(o.ID), "/account/orders/" + str(o.ID), "/account",
		"/account/addresses", "/account/history", "/account/login", "/account/register", "/newsletter/confirm?token=" + url.QueryEscape(nasty), "/_mailbox", "/clock", "/merchant", "/merchant/orders/" + str(o.ID), "/merchant/reviews",
		"/merchant/customers", "/merchant/webhooks", "/merchant/control"} {
		t.Run(path, func(t *testing.T) {
			status, text := s.get(path)
			if status != http.StatusOK || !strings.Contains(text, "Test double.") || !strings.Contains(text, "</html>") {
				t.Fatalf("%d\n%s", status, text)
			}
			if strings.Contains(text, "<script>alert") {
				t.Fatalf("typed text became markup:\n%s", text)
			}
			if strings.Contains(text, "<no value>") || strings.Contains(text, "ZgotmplZ") {
				t.Fatalf("the template lacks a value:\n%s", text)
			}
			if p := r.shop.problems.take(); len(p) > 0 {
				t.Errorf("the page complains: %v", p)
			}
			for _, field := range strings.Split(text, "<input ")[1:] {
				if tag := field[:strings.Index(field, ">")]; !labelled(tag, text) {
					t.Errorf("no label for <input %s>", tag)
				}
			}
		})
	}
	if _, text := s.get("/account"); !strings.Contains(text, "1234 points") {
		t.Fatal("the account does not show the published balance")
	}
}

func labelled(tag, page string) bool {
	if strings.Contains(tag, `type="hidden"`) || strings.Contains(tag, "aria-label=") || strings.Contains(tag, `type="radio"`) || strings.Contains(tag, `type="checkbox"`) {
		return true
	}
	before, _, _ := strings.Cut(page, "<input "+tag)
	if strings.LastIndex(before, "<label") > strings.LastIndex(before, "</label>") {
		return true
	}
	_, rest, ok := strings.Cut(tag, `id="`)
	id, _, _ := strings.Cut(rest, `"`)
	return ok && strings.Contains(page, `for="`+id+`"`)
}

func TestAShopperBuysWithAMouse(t *testing.T) {
	r := newRig(t, nil)
	s := r.surf()
	if _, text := s.post("/register", nil); !strings.Contains(text, "Your account is open") {
		t.Fatal(text)
	}
	s.post("/cart/add", url.Values{"variant": {str(r.variantID("ESP-1"))}, "quantity": {"1"}})
	if _, text := s.post("/checkout", url.Values{"pay": {"invoice"}}); !strings.Contains(text, "#1001") {
		t.Fatal(text)
	}
	o := r.shop.orders[0]
	if o.Financial != FinPending || o.CustomerID == 0 {
		t.Fatalf("%+v", o)
	}
	merchant := r.surf()
	for _, do := range []string{"pay", "fulfil", "cancel"} {
		if _, text := merchant.post("/merchant/orders/"+str(o.ID), url.Values{"do": {do}}); !strings.Contains(text, "Done.") {
			t.Fatalf("%s: %s", do, text)
		}
	}
	if o.CancelledAt.IsZero() || o.Financial != FinRefunded {
		t.Fatalf("%+v", o)
	}
}

func TestTheNewsletterNeedsTheClickInTheMail(t *testing.T) {
	r := newRig(t, nil)
	s := r.surf()
	s.post("/newsletter", url.Values{"email": {"new@demo.example"}})
	c := r.shop.customerByEmail("new@demo.example")
	if c == nil || c.Consent != "pending" {
		t.Fatalf("%+v", c)
	}
	token := r.shop.ConfirmationOf(c.ID)
	s.get("/newsletter/confirm?token=" + token)
	if c.Consent != "pending" {
		t.Fatal("opening the link alone confirmed it")
	}
	s.post("/newsletter/confirm", url.Values{"token": {token}})
	if c.Consent != "subscribed" {
		t.Fatalf("%+v", c)
	}
}

func TestFormsOfOtherSitesAreRefused(t *testing.T) {
	r := newRig(t, nil)
	req := httptest.NewRequest(http.MethodPost, "/merchant/app", strings.NewReader("do=uninstall"))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	w := httptest.NewRecorder()
	r.shop.Handler().ServeHTTP(w, req)
	if w.Code != http.StatusForbidden || r.shop.uninstalled {
		t.Fatalf("%d", w.Code)
	}
}

func TestRedirectsStayInTheShop(t *testing.T) {
	for in, want := range map[string]string{"/cart?x=1": "/cart?x=1", "//evil.example": "/", "https://evil.example": "/", `/\evil.example`: "/", "": "/"} {
		if got := local(in, "/"); got != want {
			t.Errorf("local(%q) = %q, want %q", in, got, want)
		}
	}
}

// The proxy says who is logged in, keeps cookies to itself and overrides what a
// visitor claims about themselves.
func TestTheAppProxyTellsWhoIsLoggedIn(t *testing.T) {
	var got *http.Request
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		got = req
		http.SetCookie(w, &http.Cookie{Name: "app", Value: "1"})
		_, _ = w.Write([]byte("ok"))
	}))
	defer app.Close()
	r := newRig(t, func(c *Config) { c.AppURL = app.URL })
	c := r.newcomer("proxy@demo.example")
	s := r.surf()
	s.post("/login", url.Values{"customer": {str(c.ID)}})
	res, err := s.c.Get(r.url + "/apps/zugabe/balance?logged_in_customer_id=1&x=a%20b&x=c")
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	q := got.URL.Query()
	if got.URL.Path != "/api/storefront/v1/balance" || q.Get("logged_in_customer_id") != str(c.ID) || len(q["logged_in_customer_id"]) != 1 || q.Get("shop") != Domain {
		t.Fatalf("%s", got.URL)
	}
	signature := q.Get("signature")
	if signProxy(testSecret, q).Get("signature") != signature {
		t.Fatal("the signature is not of what was sent")
	}
	if got.Header.Get("Cookie") != "" || res.Header.Get("Set-Cookie") != "" {
		t.Fatal("a cookie passed the proxy")
	}
}
