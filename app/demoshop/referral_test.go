package demoshop

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"
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

// slowApp does not take a claim before it was asked so often, each time for
// another reason.
type slowApp struct {
	shop   func() int // orders placed so far
	least  int64
	asked  atomic.Int64
	before []int // orders that were there when a claim was taken
	codes  []string
}

func (a *slowApp) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !strings.HasSuffix(r.URL.Path, pathClaim) {
		w.WriteHeader(http.StatusNotFound)
		_, _ = w.Write([]byte("{}"))
		return
	}
	n := a.asked.Add(1)
	if n < a.least {
		w.WriteHeader([]int{http.StatusNotFound, http.StatusServiceUnavailable, http.StatusTooManyRequests, http.StatusInternalServerError}[n%4])
		_, _ = w.Write([]byte("no JSON"))
		return
	}
	var claim struct{ Code string }
	_ = json.NewDecoder(r.Body).Decode(&claim)
	a.codes, a.before = append(a.codes, claim.Code), append(a.before, a.shop())
	w.WriteHeader(http.StatusNoContent)
}

// placed is how many orders the new customer has.
func placed(r *rig) (n int) {
	r.shop.mu.Lock()
	defer r.shop.mu.Unlock()
	for _, o := range r.shop.orders {
		if o.Email == "new@demo.example" {
			n++
		}
	}
	return n
}

// buyAsFriend comes by a link, opens an account and buys, without another page.
func buyAsFriend(t *testing.T, app *slowApp) *rig {
	t.Helper()
	srv := httptest.NewServer(app)
	t.Cleanup(srv.Close)
	r := newRig(t, func(c *Config) { c.AppURL = srv.URL })
	app.shop = func() int { return placed(r) }
	s := r.surf()
	s.get("/products?ref=FRIEND23")
	s.post("/register", url.Values{"email": {"new@demo.example"}, "first": {"Nele"}, "last": {"Neu"}})
	s.post("/cart/add", url.Values{"variant": {str(r.variantID("MILL"))}, "quantity": {"1"}})
	s.post("/checkout", url.Values{})
	return r
}

// covers: S4-05
func TestACheckoutRepeatsAFriendsClaimUntilItIsHeard(t *testing.T) {
	app := &slowApp{least: 5}
	r := buyAsFriend(t, app)
	if len(app.codes) != 1 || app.codes[0] != "FRIEND23" || app.before[0] != 0 {
		t.Errorf("claims %v were taken after %v orders, want FRIEND23 once and before the first order", app.codes, app.before)
	}
	if n := placed(r); n != 1 {
		t.Errorf("%d orders", n)
	}
}

func TestACheckoutDoesNotFailWithAFriendsClaim(t *testing.T) {
	patience := claimPatience
	t.Cleanup(func() { claimPatience = patience })
	claimPatience = 250 * time.Millisecond
	app := &slowApp{least: 1000}
	r := buyAsFriend(t, app)
	if n := placed(r); n != 1 || len(app.codes) > 0 || app.asked.Load() < 3 {
		t.Errorf("%d orders, claims %v after %d tries", n, app.codes, app.asked.Load())
	}
}
