package program_test

import (
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"zugabe/app/dispatch"
	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/program"
	"zugabe/app/store"
)

// covers: S2-03, S2-15
func TestANewsletterToolIsToldSignedAndUntilItAnswers(t *testing.T) {
	eachNewsWorld(t, func(t *testing.T, w newsWorld) {
		const secret = "whsec_c2VjcmV0IG9mIHRoZSB0b29s"
		var got []http.Header
		var bodies []string
		down := true
		tool := httptest.NewTLSServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			got, bodies = append(got, r.Header), append(bodies, string(body))
			if down {
				rw.WriteHeader(http.StatusServiceUnavailable)
			}
		}))
		defer tool.Close()
		ring, err := store.NewKeyring("test:" + base64.StdEncoding.EncodeToString([]byte("32 bytes that seal test secrets.")))
		if err != nil {
			t.Fatal(err)
		}
		w.Vault, w.Tools = store.NewVault(ring), tool.Client()
		if err := w.SetToolSecret(t.Context(), "staff:1", w.shop, []byte(secret)); err != nil {
			t.Fatal(err)
		}
		w.settings(func(s *program.NewsletterSettings) { s.ToolURL = tool.URL })
		w.subscribe("eva@example.com")
		w.confirm(w.deliver()[0])
		drain := func() {
			if _, err := dispatch.Drain(t.Context(), w.Program); err != nil {
				t.Fatal(err)
			}
		}
		drain()
		down = false
		w.clock.Advance(10 * time.Minute)
		drain()
		if len(got) != 2 || got[0].Get("webhook-id") != got[1].Get("webhook-id") || !strings.Contains(bodies[1], `"newsletter.confirmed"`) || !strings.Contains(bodies[1], "eva@example.com") {
			t.Fatalf("told %d times: %v", len(got), bodies)
		}
		want := "v1," + program.SignTool([]byte(secret), got[1].Get("webhook-id"), got[1].Get("webhook-timestamp"), []byte(bodies[1]))
		if got[1].Get("webhook-signature") != want {
			t.Error("the signature does not fit")
		}
	})
}

// covers: D19, A-51, H16
func TestANewsletterToolThatWantsNoMoreOrIsSilentIsSwitchedOffWithNotice(t *testing.T) {
	eachNewsWorld(t, func(t *testing.T, w newsWorld) {
		status := http.StatusGone
		told := 0
		server := httptest.NewTLSServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
			told++
			rw.WriteHeader(status)
		}))
		defer server.Close()
		ring, err := store.NewKeyring("test:" + base64.StdEncoding.EncodeToString([]byte("32 bytes that seal test secrets.")))
		if err != nil {
			t.Fatal(err)
		}
		w.Vault, w.Tools = store.NewVault(ring), server.Client()
		if _, err := w.TestTool(t.Context(), w.shop); loyalty.CodeOf(err) != loyalty.CodeConflict {
			t.Errorf("a test without an address: %v", err)
		}
		if err := w.SetToolSecret(t.Context(), "staff:1", w.shop, []byte("whsec_c2VjcmV0IG9mIHRoZSB0b29s")); err != nil {
			t.Fatal(err)
		}
		w.settings(func(s *program.NewsletterSettings) { s.ToolURL = server.URL })
		joins := func(email string) {
			w.subscribe(email)
			w.confirm(w.deliver()[0])
			w.deliver()
			if _, err := dispatch.Drain(t.Context(), w.Program); err != nil {
				t.Fatal(err)
			}
		}
		is := func(on bool, stopped string) {
			t.Helper()
			w.settings(func(s *program.NewsletterSettings) {
				if s.ToolOn != on || s.ToolStopped != stopped {
					t.Errorf("the tool is on: %v, %q", s.ToolOn, s.ToolStopped)
				}
			})
		}
		joins("anna@example.com")
		is(false, "gone")
		joins("bob@example.com")
		if told != 1 {
			t.Errorf("told %d times", told)
		}
		status = http.StatusBadGateway
		w.settings(func(s *program.NewsletterSettings) { s.ToolOn = true })
		is(true, "")
		if a, err := w.TestTool(t.Context(), w.shop); err != nil || a.State != "given_up" || !strings.Contains(a.Said, "502") {
			t.Errorf("tested: %+v, %v", a, err)
		}
		joins("eva@example.com")
		is(true, "")
		w.clock.Advance(15 * 24 * time.Hour)
		if _, err := dispatch.Drain(t.Context(), w.Program); err != nil {
			t.Fatal(err)
		}
		is(false, "silent")
		answers, err := w.ToolAnswers(t.Context(), w.shop.ID, 10)
		if err != nil || len(answers) != 2 || answers[0].State != "given_up" || !strings.Contains(answers[0].Said, "502") || answers[1].About != "confirmed" {
			t.Errorf("its answers are %+v, %v", answers, err)
		}
		w.Tools = platform.NewClient(platform.ClientOptions{}) // as it is in earnest: no private addresses
		before := told
		if a, err := w.TestTool(t.Context(), w.shop); err != nil || !strings.Contains(a.Said, "private") || told != before {
			t.Errorf("a tool inside our own network: %+v, %v", a, err)
		}
	})
}
