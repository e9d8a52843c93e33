package browser_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/go-rod/rod"

	"zugabe/app/loyalty"
)

// A token that ran out on the way is renewed without a word: the clock of the shop
// and of the app goes on by a day while the page is open.
//
// covers: H2
func TestAnExpiredTokenIsRenewedWithoutAWord(t *testing.T) {
	t.Parallel()
	s := emptyShop(t)
	v := s.visitor(t, desk)
	v.allow("401")
	s.joins(t, "Edda", "Tölpel")
	v.admin("/", "en")
	tokens := len(v.asked(s.store + "/admin/session-token"))
	s.somebody(t).post("/clock", url.Values{"days": {"1"}})
	v.click("link", "Members")
	v.find("heading", "Members")
	v.settled()
	v.sees("Edda Tölpel")
	if after := len(v.asked(s.store + "/admin/session-token")); after <= tokens {
		t.Errorf("%d tokens before, %d after", tokens, after)
	}
}

// The page takes tokens from the window around it alone, and only from the shop's
// origin; the shop gives them to the app's frame alone.
//
// covers: H28
func TestMessagesOfOtherWindowsAreNotListenedTo(t *testing.T) {
	t.Parallel()
	s := emptyShop(t)
	s.joins(t, "Edda", "Tölpel")
	v := s.visitor(t, desk)
	hold := make(chan struct{})
	held := make(chan struct{}, 8)
	v.answers(s.store+"/admin/session-token", func(h *rod.Hijack) {
		held <- struct{}{}
		<-hold
		if err := h.LoadResponse(http.DefaultClient, true); err != nil {
			t.Error(err)
		}
	})
	_, err := v.page.EvalOnNewDocument(`if (window === window.top) addEventListener('message', (e) => { (window.ids ??= []).push(e.data.id) })`)
	must(t, err)
	v.visit("/admin/apps/zugabe/members")
	<-held
	id := v.value("() => window.ids.find(Boolean)")
	v.enter()
	v.value(`(id) => { window.postMessage({type: 'zugabe:token', id, token: 'evil'}, '*');
		const other = document.createElement('iframe'); document.body.append(other);
		other.contentWindow.parent.postMessage({type: 'zugabe:token', id, token: 'evil'}, '*'); return '' }`, id)
	v.value("async () => { await new Promise((done) => { addEventListener('message', done, {once: true}); postMessage('last', '*') }); return '' }")
	if asked := v.asked(s.app + "/api/"); len(asked) > 0 {
		t.Errorf("asked with a token of a foreign window: %v", asked)
	}
	close(hold)
	v.sees("Edda Tölpel")

	// The other way round: the shop's page does not answer its own window.
	before := len(v.asked(s.store + "/admin/session-token"))
	v.in = v.page
	v.value(`async () => { window.postMessage({type: 'zugabe:token', id: 'x'}, '*'); window.postMessage({type: 'zugabe:path', path: '/stolen'}, '*');
		await new Promise((done) => { addEventListener('message', (e) => e.data === 'last' && done()); postMessage('last', '*') }); return '' }`)
	if after := len(v.asked(s.store + "/admin/session-token")); after != before || strings.Contains(v.value("() => location.href"), "stolen") {
		t.Errorf("the shop listened to a foreign window: %d tokens before, %d after", before, after)
	}
}

// The demo's secret stands for the app's own: a token that it signed for another
// shop is whole, and still opens nothing here.
//
// covers: H6, H9
func TestATokenOfAnotherShopOpensNothing(t *testing.T) {
	t.Parallel()
	s := emptyShop(t)
	s.joins(t, "Edda", "Tölpel")
	now := loyalty.SystemClock().Now().Unix()
	for name, token := range map[string]string{
		"another shop": sign(t, "a secret that only opens the demo shop on this machine", "another.myshopify.com", now),
		"forged":       sign(t, "not the app's secret", "demo.myshopify.com", now),
		"nothing":      "",
	} {
		v := s.visitor(t, desk)
		v.allow("the server responded with a status of", "the shop gave no token")
		v.answers(s.store+"/admin/session-token", func(h *rod.Hijack) {
			h.Response.SetHeader("Content-Type", "application/json")
			h.Response.SetBody(map[string]string{"token": token})
		})
		v.visit("/admin/apps/zugabe/members?locale=en")
		v.enter()
		v.find("alert", "")
		if text := v.text(); strings.Contains(text, "Edda") || strings.Contains(text, "Kontor") {
			t.Errorf("%s: data of the shop: %s", name, text)
		}
		v.accessible("signed out: " + name)
	}
}

func sign(t *testing.T, secret, domain string, now int64) string {
	t.Helper()
	claims, err := json.Marshal(map[string]any{"iss": "https://" + domain + "/admin", "dest": "https://" + domain, "aud": "zugabe-demo-app",
		"sub": "1", "exp": now + 60, "nbf": now - 5, "iat": now - 5, "jti": "j", "sid": "s"})
	must(t, err)
	text := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + base64.RawURLEncoding.EncodeToString(claims)
	mac := hmac.New(sha256.New, []byte(secret))
	_, _ = mac.Write([]byte(text))
	return text + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// Nobody but the shop's admin shows the app in a frame, and outside of a frame it
// says where it works.
//
// covers: I14
func TestAForeignPageCannotFrameTheApp(t *testing.T) {
	t.Parallel()
	s := emptyShop(t)
	foreign := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(`<!doctype html><title>evil</title><link rel=icon href="data:,"><iframe id="app" src="` + s.app + `/admin/members"></iframe>`))
	}))
	defer foreign.Close()
	v := s.visitor(t, desk)
	v.allow(foreign.URL, "frame-ancestors")
	must(t, v.page.Navigate(foreign.URL))
	v.until("the browser has refused to show the app", func() bool { return v.complained("frame-ancestors") })

	alone := s.visitor(t, phone)
	must(t, alone.page.Navigate(s.app+"/admin/members?locale=en"))
	alone.sees("Zugabe opens inside your shop’s admin")
	alone.accessible("outside")
	if asked := alone.asked(s.app + "/api/"); len(asked) > 0 {
		t.Errorf("asked for data outside of the shop: %v", asked)
	}
}
