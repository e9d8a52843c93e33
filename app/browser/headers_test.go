package browser_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// Whatever the app answers, by whatever route and with whatever error, says who
// may frame it, is not guessed at by the browser, and has a character set.
//
// covers: I14, I15, I17
func TestEveryAnswerOfEveryRouteSaysWhoMayFrameIt(t *testing.T) {
	t.Parallel()
	s := fullShop(t)
	var document struct{ Paths map[string]any }
	s.json(t, s.app+"/api/openapi.json", "", &document)
	paths := []string{"/", "/admin", "/admin/", "/admin/nowhere", "/admin/assets/nothing.js", "/admin/licences.txt", "/api/openapi.json", "/api/nothing",
		"/healthz", "/readyz", "/webhooks/shopify", "/webhooks/nothing", "/nowhere", "/%2e%2e/admin", "/admin/%00", "/admin/members?shop=%0d%0aX-Evil:1"}
	for path := range document.Paths {
		paths = append(paths, strings.NewReplacer("{", "", "}", "").Replace(path))
	}
	for _, path := range screens(t, s) {
		paths = append(paths, "/admin"+path)
	}
	for _, path := range paths {
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodDelete, "TRACE"} {
			req, err := http.NewRequestWithContext(t.Context(), method, s.app+path, nil)
			must(t, err)
			req.Header.Set("Origin", "https://evil.example")
			res, err := http.DefaultTransport.RoundTrip(req)
			must(t, err)
			text, err := io.ReadAll(res.Body)
			must(t, err)
			must(t, res.Body.Close())
			framing(t, method+" "+path, s, res, string(text))
		}
	}
}

func framing(t *testing.T, what string, s *shop, res *http.Response, text string) {
	t.Helper()
	csp := res.Header.Get("Content-Security-Policy")
	_, frames, found := strings.Cut(csp, "frame-ancestors ")
	frames, _, _ = strings.Cut(frames, ";")
	if !found || frames != "'none'" && frames != s.store {
		t.Errorf("%s: %d: frame-ancestors %q in %q", what, res.StatusCode, frames, csp)
	}
	if strings.Contains(csp, "unsafe-inline") || strings.Contains(csp, "unsafe-eval") || !strings.Contains(csp, "default-src 'none'") || !strings.Contains(csp, "base-uri 'none'") {
		t.Errorf("%s: %d: %q", what, res.StatusCode, csp)
	}
	if res.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%s: %d: no nosniff", what, res.StatusCode)
	}
	if kind := res.Header.Get("Content-Type"); strings.HasPrefix(kind, "text/") && !strings.Contains(kind, "charset=utf-8") {
		t.Errorf("%s: %d: %s", what, res.StatusCode, kind)
	}
	if res.Header.Get("Access-Control-Allow-Origin") != "" && !strings.Contains(what, "/api/storefront/") {
		t.Errorf("%s: %d is shared with other origins", what, res.StatusCode)
	}
	if strings.HasPrefix(text, "<!doctype html") && !strings.Contains(csp, "'nonce-") {
		t.Errorf("%s: a page without a nonce", what)
	}
}
