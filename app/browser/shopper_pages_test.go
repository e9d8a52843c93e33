package browser_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// Every text that a merchant may write is hostile, and so are the shopper's names. The
// pages come from the theme's real Liquid; everything that opens is open.
//
// covers: I1, I2, I4, I9, I18, I20, S4-25
func TestMerchantsTextsStayTextOnEveryPageThatShoppersSee(t *testing.T) {
	s := emptyShop(t)
	s.hostileTexts(t)
	who := s.visitor(t, phone)
	who.visit("/products/espresso")
	who.until("the hostile texts are on the pages", func() bool {
		who.visit("/products/espresso")
		return strings.Contains(who.text(), "onfocus=")
	})
	pages := []string{"/", "/collections/all", "/products/espresso", "/cart", "/pages/rewards", "/blogs/magazine/filterkaffee", "/account", "/account/history", "/checkout"}
	look := func() {
		for _, path := range pages {
			who.visit(path)
			who.value(`() => { document.querySelectorAll('[data-zugabe] details, details[data-z], zugabe-launcher details').forEach((d) => { d.open = true; }); return '' }`)
			who.untouched(path)
		}
	}
	look()
	who.visit("/account/register")
	who.value(`() => { const f = [...document.forms].find((f) => /register|account/.test(f.action) && f.querySelector('[type=email]'));
		for (const i of f.querySelectorAll('input')) if (i.type === 'email') i.value = 'hostile@browser.example'; else if (i.type === 'text' || !i.type) i.value = '"><img data-xss src=x onerror=__xss=1>'; f.submit(); return '' }`)
	who.until("the account is open", func() bool { return strings.HasSuffix(who.value("() => location.pathname"), "/account") })
	look()
}

// hostileTexts writes hostile words into every text, as far as the app takes them:
// what it refuses cannot reach a page.
func (s *shop) hostileTexts(t *testing.T) {
	t.Helper()
	type change struct {
		Key  string `json:"key"`
		Text string `json:"text"`
		Was  string `json:"was"`
	}
	var said struct {
		Items []struct{ Key, Standard string }
	}
	s.ask(t, "/texts?language=en", &said)
	var changes []change
	harmless := strings.NewReplacer("<", "", ">", "", "{", "", "}", "", "\u2028", "", "\u2029", "", "\x1b", "", "\r", "", "\n", "")
	for i, one := range said.Items {
		text := one.Standard + ` " onfocus='__xss=1' autofocus &lt;img data-xss src=x onerror=__xss=1&gt; ` + harmless.Replace(hostile[i%len(hostile)])
		changes = append(changes, change{Key: one.Key, Text: text})
	}
	for part := range slices.Chunk(changes, 200) { // as many as the app takes at once
		if status := s.put(t, "/texts", map[string]any{"language": "en", "texts": part}); status != http.StatusOK {
			t.Fatalf("%d hostile texts: %d", len(part), status)
		}
	}
	markup := []change{{Key: changes[0].Key, Text: said.Items[0].Standard + hostile[0], Was: changes[0].Text}}
	if status := s.put(t, "/texts", map[string]any{"language": "en", "texts": markup}); status != http.StatusUnprocessableEntity {
		t.Errorf("markup in a text: %d", status)
	}
}

func (s *shop) put(t *testing.T, path string, what any) int {
	t.Helper()
	raw, err := json.Marshal(what)
	must(t, err)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, s.app+"/api/admin/v1"+path, bytes.NewReader(raw))
	must(t, err)
	req.Header.Set("Authorization", "Bearer "+s.token(t))
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	must(t, err)
	must(t, res.Body.Close())
	return res.StatusCode
}
