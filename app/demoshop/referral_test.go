package demoshop

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// friendApp knows a customer from the second question on.
type friendApp struct {
	claims []string // customer and code of what was accepted
	asked  int
}

func (a *friendApp) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch path := strings.TrimPrefix(r.URL.Path, "/api/storefront/v1"); {
	case path == pathClaim && r.Method == http.MethodPost && r.Header.Get("X-Zugabe-Request") == "1":
		if a.asked++; a.asked == 1 {
			w.WriteHeader(http.StatusNotFound)
			_ = json.NewEncoder(w).Encode(map[string]any{"detail": "no such member"})
			return
		}
		var claim struct{ Code string }
		_ = json.NewDecoder(r.Body).Decode(&claim)
		a.claims = append(a.claims, r.URL.Query().Get("logged_in_customer_id")+" "+claim.Code)
		w.WriteHeader(http.StatusNoContent)
	case path == pathReferral:
		_ = json.NewEncoder(w).Encode(map[string]any{"code": "MYOWN234"})
	default:
		w.WriteHeader(http.StatusNotFound)
		_, _ = w.Write([]byte("{}"))
	}
}

// covers: S4-05
func TestAFriendsLinkIsRememberedUntilTheAppKnowsTheFriend(t *testing.T) {
	app := &friendApp{}
	srv := httptest.NewServer(app)
	t.Cleanup(srv.Close)
	r := newRig(t, func(c *Config) { c.AppURL = srv.URL })
	s := r.surf()
	s.get("/products?ref=FRIEND23")
	s.get("/articles")
	s.post("/register", url.Values{"email": {"new@demo.example"}, "first": {"Nele"}, "last": {"Neu"}})
	c := r.shop.customerByEmail("new@demo.example")
	_, text := s.get("/account?ref=SOMEBODY")
	s.get("/account")
	if want := str(c.ID) + " FRIEND23"; len(app.claims) != 1 || app.claims[0] != want {
		t.Errorf("claims %q, want one of %q", app.claims, want)
	}
	if !strings.Contains(text, "/?ref=MYOWN234") {
		t.Errorf("the account does not show the shopper's own link:\n%s", text)
	}
}
