package api_test

import (
	"net/http"
	"strings"
	"testing"
)

// covers: S0-06, I14, I15
func TestTheDesksDocumentLoadsOnlyWhatIsOursAndIsNeverFramed(t *testing.T) {
	w := onSQLite(t)
	seen := map[string]bool{}
	for _, path := range []string{"/desk", "/desk/codes/12", "/desk/link?t=very.secret"} {
		res, text := w.page(path, nil)
		policy := res.Header.Get("Content-Security-Policy")
		found := nonces.FindStringSubmatch(text)
		if res.StatusCode != http.StatusOK || found == nil || seen[found[1]] || !strings.Contains(policy, "script-src 'self' 'nonce-"+found[1]+"';") {
			t.Fatalf("%s: %d %s\n%s", path, res.StatusCode, policy, text)
		}
		seen[found[1]] = true
		for _, want := range []string{"default-src 'none'", "connect-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"} {
			if !strings.Contains(policy, want) {
				t.Errorf("%q is missing in %q", want, policy)
			}
		}
		if strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") || strings.Contains(text, "secret") || strings.Contains(text, "ZUGABE_NONCE") {
			t.Errorf("%s\n%s", policy, text)
		}
		if res.Header.Get("Cache-Control") != "no-store" || res.Header.Get("Referrer-Policy") != "no-referrer" {
			t.Error(res.Header)
		}
	}
}
