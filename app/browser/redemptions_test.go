package browser_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/go-rod/rod"
	"github.com/go-rod/rod/lib/input"
)

// sends posts JSON with the headers that writing calls need, until it is done: what the
// shop has just told the app may still be on its way.
func sends(t *testing.T, client *http.Client, address, bearer, body string) {
	t.Helper()
	var said string
	if wait(address+" is done", patience, func() (done bool, err error) {
		done, said = sent(t, client, address, bearer, body)
		return done, nil
	}) != nil {
		t.Fatalf("%s: %s", address, said)
	}
}

func sent(t *testing.T, client *http.Client, address, bearer, body string) (done bool, said string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(body))
	must(t, err)
	for name, value := range map[string]string{"Content-Type": "application/json", "Idempotency-Key": "k-" + body, "X-Zugabe-Request": "1"} {
		req.Header.Set(name, value)
	}
	if bearer != "" {
		req.Header.Set("Authorization", "Bearer "+bearer)
	}
	res, err := client.Do(req)
	must(t, err)
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	must(t, err)
	return res.StatusCode < 300, string(text)
}

// holder is a member with points of whom 100 have become a code.
type holder struct{ id, code string }

func (s *shop) redeems(t *testing.T, first, last string) (h holder) {
	t.Helper()
	who := s.joins(t, first, last)
	var found struct{ Items []struct{ ID string } }
	s.ask(t, "/members?search="+url.QueryEscape(last), &found)
	h.id = found.Items[0].ID
	sends(t, http.DefaultClient, s.app+"/api/admin/v1/members/"+h.id+"/adjustments", s.token(t), `{"points":500,"note":"for a test"}`)
	sends(t, who.client, s.store+"/apps/zugabe/redemptions", "", `{"points":100}`)
	must(t, wait("the code can be used", patience, func() (bool, error) {
		var said struct {
			Items []struct{ Code, State string }
		}
		s.ask(t, "/redemptions?search="+url.QueryEscape(last)+"&state=active", &said)
		if len(said.Items) == 1 {
			h.code = said.Items[0].Code
		}
		return h.code != "", nil
	}))
	return h
}

func (s *shop) available(t *testing.T, member string) int {
	t.Helper()
	var said struct{ Balance struct{ Available int } }
	s.ask(t, "/members/"+member, &said)
	return said.Balance.Available
}

// focused is what has the focus; "BODY" is nothing.
func (v *visitor) focused() string {
	v.t.Helper()
	return v.value("() => document.activeElement.tagName + ' ' + document.activeElement.textContent.trim().slice(0, 80)")
}

func (v *visitor) noDialog() {
	v.t.Helper()
	v.until("the dialog is closed", func() bool { return v.is("() => !document.querySelector('dialog[open]')") })
}

// covers: A-36, S4-17
func TestACodeIsTakenBackWithTheKeyboardAlone(t *testing.T) {
	for _, c := range []struct {
		locale, row, button, being string
		size                       screen
	}{{"en", "Cancel the code", "Cancel the code", "The code is being cancelled", desk}, {"de", "Zurücknehmen", "Code zurücknehmen", "Der Code wird zurückgenommen", phone}} {
		t.Run(c.locale, func(t *testing.T) {
			t.Parallel()
			s := emptyShop(t)
			h := s.redeems(t, "Edda", "Tölpel")
			before := s.available(t, h.id)
			v := s.visitor(t, c.size)
			v.admin("/redemptions", c.locale)
			v.tabTo("button", c.row+" "+h.code)
			v.press(input.Enter)
			v.find("dialog", "…")
			v.sees(h.code, "100")
			v.accessible("the question before a code is cancelled")
			v.press(input.Escape)
			v.noDialog()
			if now := v.focused(); !strings.Contains(now, h.code) {
				t.Errorf("after Escape the focus is on %s", now)
			}
			v.press(input.Enter)
			v.find("dialog", "…")
			v.tabTo("button", c.button)
			v.press(input.Enter)
			v.sees(c.being)
			v.noDialog()
			v.until("the button is gone", func() bool { return v.first("button", c.row+" "+h.code) == nil })
			if now := v.focused(); strings.HasPrefix(now, "BODY") {
				t.Error("the focus is lost after the code was cancelled")
			}
			must(t, wait("the points are back", patience, func() (bool, error) { return s.available(t, h.id) == before+100, nil }))
		})
	}
}

// covers: N-07
func TestAMovementOpensItsWhyWithTheKeyboardAlone(t *testing.T) {
	t.Parallel()
	s := emptyShop(t)
	h := s.redeems(t, "Edda", "Tölpel")
	v := s.visitor(t, phone)
	v.admin("/movements?what=given", "de")
	v.tabTo("link", "Edda Tölpel")
	v.press(input.Enter)
	v.find("dialog", "…")
	v.sees("for a test")
	v.accessible("why, from the movements")
	v.press(input.Escape)
	v.noDialog()
	if at := v.value("() => location.pathname + location.search"); !strings.HasSuffix(at, "/members/"+h.id) {
		t.Errorf("the page is %s", at)
	}
	if now := v.focused(); strings.HasPrefix(now, "BODY") {
		t.Error("the focus is lost when the dialog is closed")
	}
	v.value("() => { history.back(); return '' }")
	v.find("heading", "Punktebewegungen")
	if at := v.value("() => location.search"); !strings.Contains(at, "what=given") {
		t.Errorf("back at the movements the filter is gone: %q", at)
	}
}

// The page around the app may listen only after the app has asked: the app asks again.
// (Asking once, it says ten seconds later that nobody answers.)
func TestAnAppThatAsksBeforeTheShopListensIsAnsweredAllTheSame(t *testing.T) {
	t.Parallel()
	s := emptyShop(t)
	s.joins(t, "Edda", "Tölpel")
	v := s.visitor(t, desk)
	listens := make(chan struct{})
	v.answers(s.store+"/admin/frame.js", func(h *rod.Hijack) {
		<-listens
		if err := h.LoadResponse(http.DefaultClient, true); err != nil {
			t.Error(err)
		}
	})
	_, err := v.page.EvalOnNewDocument("if (window === window.top) addEventListener('message', () => (window.asked = true))")
	must(t, err)
	must(t, v.page.Navigate(s.store+"/admin/apps/zugabe/members?locale=en"))
	v.until("the app has asked", func() bool { return v.is("() => window.asked === true") })
	close(listens)
	v.enter()
	v.sees("Edda Tölpel")
}
