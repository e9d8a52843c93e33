package browser_test

import (
	"bytes"
	"encoding/json"
	"html"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/go-rod/rod/lib/input"
)

// tell writes to the app's API as the merchant does, and reads the answer.
func (s *shop) tell(t *testing.T, method, path string, what, into any) {
	t.Helper()
	raw, err := json.Marshal(what)
	must(t, err)
	req, err := http.NewRequestWithContext(t.Context(), method, s.app+"/api/admin/v1"+path, bytes.NewReader(raw))
	must(t, err)
	req.Header.Set("Authorization", "Bearer "+s.token(t))
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	must(t, err)
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	must(t, err)
	if res.StatusCode >= 300 {
		t.Fatalf("%s %s: %d %s", method, path, res.StatusCode, body)
	}
	if into != nil {
		must(t, json.Unmarshal(body, into))
	}
}

// partnersShop is an empty shop with the module on, a standing voucher of 5 EUR for
// new customers that is released for partners, and the partner Meier.
func partnersShop(t *testing.T) *shop {
	t.Helper()
	s := emptyShop(t)
	var settings map[string]any
	s.ask(t, "/partner-settings", &settings)
	settings["on"], settings["rates_bp"] = true, []int{500, 200}
	delete(settings, "$schema")
	s.tell(t, http.MethodPut, "/partner-settings", settings, nil)
	var made struct{ ID string }
	s.tell(t, http.MethodPost, "/vouchers", map[string]any{"name": "5 EUR für Neukunden", "kind": "absolute", "currency": "EUR", "minor": 500, "partners": true,
		"order": map[string]any{"min_minor": 2000}, "who": map[string]any{"new_only": true}, "what": map[string]any{"sale_items": true}}, &made)
	s.tell(t, http.MethodPost, "/vouchers/"+made.ID+"/state", map[string]any{"state": "active"}, nil)
	s.tell(t, http.MethodPost, "/partners", map[string]any{"email": "meier@partner.example", "first_name": "Hans", "last_name": "Meier", "language": "de"}, nil)
	return s
}

var deskLink = regexp.MustCompile(`https?://[^\s"'<>]+/desk[^\s"'<>]*#t=[\w.-]+`)

// deskLinks are the ways into the desk that the mailbox holds.
func (s *shop) deskLinks(t *testing.T) map[string]bool {
	t.Helper()
	res, err := http.Get(s.store + "/_mailbox")
	must(t, err)
	defer func() { _ = res.Body.Close() }()
	page, err := io.ReadAll(res.Body)
	must(t, err)
	links := map[string]bool{}
	for _, link := range deskLink.FindAllString(html.UnescapeString(string(page)), -1) {
		links[link] = true
	}
	return links
}

// newLink waits for a link that was not there before.
func (v *visitor) newLink(before map[string]bool) (found string) {
	v.t.Helper()
	v.until("the mailbox has a new link into the desk", func() bool {
		for link := range v.shop.deskLinks(v.t) {
			if !before[link] {
				found = link
			}
		}
		return found != ""
	})
	return found
}

// desk opens a page of the desk.
func (v *visitor) desk(address string) {
	v.t.Helper()
	if !strings.HasPrefix(address, "http") {
		address = v.shop.app + "/desk" + address
	}
	v.in = v.page
	must(v.t, v.page.Navigate("about:blank")) // an address that differs only behind the # loads nothing
	must(v.t, v.page.Navigate(address))
	must(v.t, v.page.WaitLoad())
	v.settled()
}

func (v *visitor) german() {
	v.t.Helper()
	_, err := v.page.EvalOnNewDocument("try { localStorage.setItem('zugabe-desk-language', 'de') } catch {}")
	must(v.t, err)
}

// covers: S0-06, S0-07, S0-08, S0-10, S0-21
func TestAPartnerSignsInByTheMailboxMakesACodeAndPassesItOnWithTheKeyboardAlone(t *testing.T) {
	t.Parallel()
	s := partnersShop(t)
	v := s.visitor(t, phone)
	v.allow("401")
	v.german()
	v.desk("")
	invitation := s.deskLinks(t)
	v.tabTo("textbox", "E-Mail-Adresse")
	v.types("meier@partner.example")
	v.press(input.Enter)
	v.sees("Sehen Sie in Ihr Postfach")
	link := v.newLink(invitation)
	v.desk(link)
	if address := v.value("() => location.href"); strings.Contains(address, "t=") {
		t.Errorf("the address keeps the link's secret: %s", address)
	}
	v.tabTo("button", "Desk öffnen")
	v.press(input.Enter)
	v.sees("Guten Tag, Hans Meier", "Machen Sie Ihren ersten Code")
	v.tabTo("link", "Code machen")
	v.press(input.Enter)
	v.sees("5 EUR für Neukunden", "Ab einem Bestellwert von 20,00 €", "Nur für Neukunden")
	v.tabTo("textbox", "Ihr Code")
	v.types("von")
	v.sees("Mindestens 4 Buchstaben und Ziffern")
	v.types("vonmeier")
	v.sees("vonmeier ist frei")
	v.press(input.Enter)
	v.sees("Ihr Code ist fertig", "mit dem Code vonmeier", "/discount/vonmeier")
	v.tabTo("button", "Text kopieren")
	v.press(input.Enter)
	v.sees("Kopiert.")
	if !v.is("() => document.querySelector('img.qr').naturalWidth > 0") {
		t.Error("the QR code is not drawn")
	}
	v.desk("/codes/new")
	v.fill("textbox", "Ihr Code", "VonMeier")
	v.sees("Das ist vergeben", "Diese sind frei:")

	other := s.visitor(t, phone)
	other.allow("403", "401")
	other.german()
	other.desk(link)
	other.click("button", "Desk öffnen")
	other.sees("Dieser Link gilt nicht mehr")
}

// covers: S0-46, S0-48, S0-52
func TestEveryPageOfTheDeskIsAccessibleAndFitsAHand(t *testing.T) {
	t.Parallel()
	s := partnersShop(t)
	v := s.visitor(t, phone)
	v.allow("401", "404")
	v.german()
	v.desk("")
	v.accessible("sign-in")
	v.fitsHand("sign-in")
	var link string
	for link = range s.deskLinks(t) {
	}
	if link == "" {
		link = v.newLink(nil)
	}
	v.desk(link)
	v.accessible("link")
	v.click("button", "Desk öffnen")
	v.sees("Guten Tag")
	v.desk("/codes/new")
	v.fill("textbox", "Ihr Code", "vonmeier")
	v.sees("vonmeier ist frei")
	v.click("button", "Diesen Code machen")
	v.sees("Ihr Code ist fertig")
	made := strings.TrimPrefix(v.value("() => location.pathname"), "/desk")
	for _, path := range []string{"/", "/codes", "/codes/new", made, "/new-customers", "/people", "/earnings", "/settings", "/help", "/nowhere"} {
		for _, size := range []screen{phone, small, desk} {
			v.resize(size)
			v.desk(path)
			v.fitsHand(path)
		}
		v.accessible("light " + path)
		v.dark(true)
		v.keeps(colours, "dark "+path)
		v.dark(false)
		v.resize(phone)
		v.accessible("phone " + path)
	}
}

// fitsHand checks that nothing scrolls sideways, that there is one main heading, and
// that what is pressed is large enough for a thumb.
func (v *visitor) fitsHand(where string) {
	v.t.Helper()
	var wrong []string
	must(v.t, json.Unmarshal([]byte(v.value(`() => {
		const wrong = [];
		const root = document.scrollingElement;
		if (root.scrollWidth > root.clientWidth) wrong.push('wider than the window: ' + root.scrollWidth + ' > ' + root.clientWidth);
		const headings = [...document.querySelectorAll('h1')].filter((e) => e.checkVisibility());
		if (headings.length !== 1) wrong.push(headings.length + ' main headings');
		for (const e of document.querySelectorAll('button, a.button, nav a, header a, select, input:not([type=radio], [type=checkbox])')) {
			const box = e.getBoundingClientRect();
			if (e.checkVisibility() && box.height > 0 && box.height < 40 && !e.closest('.choice')) wrong.push('too low for a thumb (' + Math.round(box.height) + '): ' + e.outerHTML.slice(0, 120));
		}
		return JSON.stringify(wrong);
	}`)), &wrong))
	for _, w := range wrong {
		v.t.Errorf("%s: %s", where, w)
	}
}
