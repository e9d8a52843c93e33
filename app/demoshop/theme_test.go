package demoshop

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// storePages are addresses of the shop that everybody may open.
var storePages = []string{"/", "/demo", "/collections", "/collections/all", "/products/kaffeetasse", "/search?q=tea", "/blogs/magazine", "/blogs/magazine/gruener-tee", "/pages/rewards",
	"/cart", "/checkout", "/account", "/account/addresses", "/account/history", "/account/login", "/account/register", "/_mailbox", "/clock", "/nowhere"}

func TestThePagesRenderInFiveLanguagesWithoutAWordMissing(t *testing.T) {
	r := newRig(t, nil)
	s := r.surf()
	s.post("/login", url.Values{"customer": {str(r.shop.customers[0].ID)}})
	s.post("/cart/add", url.Values{"id": {str(r.variantID("MILL"))}})
	for _, l := range tongues {
		for _, path := range storePages {
			mark := "?"
			if strings.Contains(path, "?") {
				mark = "&"
			}
			_, text := s.get(path + mark + "lang=" + string(l))
			problems := r.shop.problems.take()
			if !strings.Contains(text, `<html lang="`+string(l)+`">`) || strings.Contains(text, "Translation missing") || strings.Contains(text, "Liquid error") || len(problems) > 0 {
				t.Errorf("%s in %s: %v", path, l, problems)
			}
		}
	}
}

// A page has one main, one first heading, a skip link first, and a name for
// everything that can be reached by the keyboard. Nothing jumps the queue.
func TestPagesCanBeReadByAScreenReaderAndWalkedByKeyboard(t *testing.T) {
	r := newRig(t, nil)
	s := r.surf()
	s.get("/demo")
	for _, path := range storePages {
		_, text := s.get(path)
		if strings.Count(text, "<main") != 1 || strings.Count(text, "<h1") != 1 {
			t.Errorf("%s: %d main, %d h1", path, strings.Count(text, "<main"), strings.Count(text, "<h1"))
		}
		if first := strings.Index(text, "<a "); !strings.HasPrefix(text[first:], `<a class="skip" href="#MainContent"`) {
			t.Errorf("%s: the first link does not skip to the content", path)
		}
		if strings.Contains(text, "tabindex") && strings.Count(text, "tabindex") != strings.Count(text, `tabindex="-1"`) {
			t.Errorf("%s: a tabindex changes the order", path)
		}
		for _, tag := range strings.Split(text, "<img ")[1:] {
			if tag = tag[:strings.Index(tag, ">")]; !strings.Contains(tag, "alt=") || !strings.Contains(tag, "width=") {
				t.Errorf("%s: <img %s", path, tag)
			}
		}
		if strings.Contains(text, "http://") && strings.Contains(strings.ReplaceAll(text, r.url, ""), `="http`) {
			t.Errorf("%s loads or links something foreign", path)
		}
	}
}

// ajax speaks the host's Ajax API.
func (s *surfer) ajax(method, path, body string) (int, map[string]any) {
	s.r.t.Helper()
	req, _ := http.NewRequest(method, s.r.url+path, strings.NewReader(body))
	req.Header.Set("Content-Type", "application/json")
	res, err := s.c.Do(req)
	status, text := s.read(res, err)
	out := map[string]any{}
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		s.r.t.Fatalf("%s: %s", path, text)
	}
	return status, out
}

//
func TestTheAjaxCartAddsChangesAndTakesCodes(t *testing.T) {
	r := newRig(t, nil)
	anna := r.shop.customers[0].ID
	r.gql(createCode, codeInput(anna, nil))
	s := r.surf()
	s.post("/login", url.Values{"customer": {str(anna)}})
	mill, choc := str(r.variantID("MILL")), str(r.variantID("CHOC"))
	if status, line := s.ajax("POST", "/cart/add.js", `{"id":"`+mill+`","quantity":2}`); status != 200 || at(line, "final_line_price") != 16660.0 || at(line, "quantity") != 2.0 {
		t.Fatalf("%d %v", status, line)
	}
	if _, added := s.ajax("POST", "/cart/add.js", `{"items":[{"id":`+choc+`,"quantity":3}]}`); at(added, "items.0.product_title") != "Chocolate 70 %" {
		t.Fatalf("%v", added)
	}
	if status, no := s.ajax("POST", "/cart/add.js", `{"id":99,"quantity":1}`); status != 422 || at(no, "status") != 422.0 {
		t.Fatalf("%d %v", status, no)
	}
	if _, cart := s.ajax("POST", "/cart/change.js", `{"line":1,"quantity":1}`); at(cart, "item_count") != 4.0 || at(cart, "total_price") != 8330.0+963 {
		t.Fatalf("%v", cart)
	}
	_, cart := s.ajax("POST", "/cart/update.js", `{"updates":{"`+choc+`":0},"discount":"ZG-ABC,NO-SUCH"}`)
	if at(cart, "item_count") != 1.0 || at(cart, "discount_codes.0.applicable") != true || at(cart, "discount_codes.1.applicable") != false || at(cart, "cart_level_discount_applications.0.title") != "ZG-ABC" {
		t.Fatalf("%v", cart)
	}
	if _, text := s.get("/cart"); !strings.Contains(text, "NO-SUCH: This code does not exist.") {
		t.Fatal(text)
	}
	if _, cart := s.ajax("POST", "/cart/update.js", `{"discount":""}`); at(cart, "total_price") != 8330.0 || len(at(cart, "discount_codes").([]any)) != 0 {
		t.Fatalf("%v", cart)
	}
	if _, cart := s.ajax("POST", "/cart/clear.js", ``); at(cart, "item_count") != 0.0 {
		t.Fatalf("%v", cart)
	}
}

func TestCodesAreTakenByLinkByFormAndByCheckoutAndRemoved(t *testing.T) {
	r := newRig(t, nil)
	anna := r.shop.customers[0].ID
	r.gql(createCode, codeInput(anna, nil))
	s := r.surf()
	s.post("/login", url.Values{"customer": {str(anna)}})
	s.post("/cart/add", url.Values{"id": {str(r.variantID("MILL"))}, "quantity": {"1"}})
	applied := func(text string) bool { return strings.Contains(text, `<strong class="code">ZG-ABC</strong>`) }
	if _, text := s.get("/discount/ZG-ABC?redirect=/checkout"); !applied(text) || !strings.Contains(text, "<title>Checkout") {
		t.Fatal(text)
	}
	if _, text := s.post("/checkout", url.Values{"remove": {"ZG-ABC"}}); applied(text) {
		t.Fatal("the checkout keeps the code")
	}
	if _, text := s.post("/cart/code", url.Values{"code": {"zg-abc"}}); !applied(text) {
		t.Fatal("the cart does not take the code")
	}
	if _, text := s.post("/cart/code", url.Values{"remove": {"ZG-ABC"}}); applied(text) {
		t.Fatal("the cart keeps the code")
	}
	s.post("/checkout", url.Values{"code": {"ZG-ABC"}, "street": {"Kai 1"}, "zip": {"20457"}, "city": {"Hamburg"}})
	if _, text := s.get("/checkout"); !applied(text) || !strings.Contains(text, `value="Kai 1"`) {
		t.Fatal("the checkout forgot the code or the address")
	}
	if _, text := s.post("/checkout", url.Values{"street": {"Kai 1"}, "zip": {"20457"}, "city": {"Hamburg"}, "pay": {"card"}}); !strings.Contains(text, "#1001") || !applied(text) {
		t.Fatal(text)
	}
	if _, text := s.get("/account/addresses"); !strings.Contains(text, "Kai 1<br>20457 Hamburg") {
		t.Fatal(text)
	}
}

// covers: N-15
func TestTheClockMovesByStepsAndToADate(t *testing.T) {
	r := newRig(t, nil)
	s := r.surf()
	for _, c := range []struct {
		form url.Values
		want string
	}{
		{url.Values{"days": {"1"}}, "2 Mar 2026"}, {url.Values{"days": {"7"}}, "9 Mar 2026"}, {url.Values{"days": {"30"}}, "8 Apr 2026"}, {url.Values{"date": {"2026-12-24"}}, "24 Dec 2026, 09:00"},
		{url.Values{"date": {"2026-01-01"}}, "only moves forward"}, {url.Values{"date": {"2099-01-01"}}, "only moves forward"}, {url.Values{"days": {"-1"}}, "only moves forward"}, {url.Values{"date": {"x"}}, "only moves forward"},
	} {
		c.form.Set("return_to", "/collections/all")
		if _, text := s.post("/clock", c.form); !strings.Contains(text, c.want) || !strings.Contains(text, "All products – Kontor Nord") {
			t.Errorf("%v: no %q", c.form, c.want)
		}
	}
}

func TestANewVisitorIsAskedWhoTheyWantToBe(t *testing.T) {
	r := newRig(t, nil)
	s := r.surf()
	if _, text := s.get("/"); !strings.Contains(text, "Who do you want to be?") || !strings.Contains(text, "Anna Albrecht") {
		t.Fatal(text)
	}
	if _, text := s.get("/"); !strings.Contains(text, "Coffee, tea and what they are drunk from") {
		t.Fatal("the second visit does not show the shop")
	}
	if _, text := r.surf().get("/?ref=FRIEND23"); strings.Contains(text, "Who do you want to be?") {
		t.Fatal("a friend's link does not lead to the shop")
	}
}

// A page is painted before it is long enough to scroll: the scrollbar must not push it
// aside when it comes.
func TestTheScrollbarHasItsPlaceBeforeItComes(t *testing.T) {
	css, err := themeFiles.ReadFile("theme/assets/theme.css")
	if err != nil || !strings.Contains(string(css), "html { -webkit-text-size-adjust: 100%; scrollbar-gutter: stable; }") {
		t.Errorf("the theme keeps no room for it: %v", err)
	}
}
