package demoshop

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// stubApp answers the storefront API: a wish is pending once, then a code.
type stubApp struct {
	mu    sync.Mutex
	shop  *Shop
	keys  map[string]int
	looks int
	never bool // the code never comes
	t     *testing.T
}

func (a *stubApp) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	q := r.URL.Query()
	signature := q.Get("signature")
	if signProxy(testSecret, q).Get("signature") != signature {
		a.t.Error("a call without a valid signature")
	}
	answer := map[string]any{"id": "r1", "state": "pending"}
	switch path := strings.TrimPrefix(r.URL.Path, "/api/storefront/v1"); {
	case path == pathBalance:
		answer = map[string]any{"points": 120, "pending": 30, "held": 5}
	case path == pathHistory:
		answer = map[string]any{"items": []any{map[string]any{"occurred_at": 1772352000000, "for": "purchase", "order": "#1001", "reason": "Basis", "points": 50}, map[string]any{"occurred_at": 1772352000000, "for": "welcome", "points": 50}}}
	case r.Method == http.MethodPost && r.Header.Get("X-Zugabe-Request") != "1":
		w.WriteHeader(http.StatusUnprocessableEntity)
		answer = map[string]any{"detail": "the header is missing"}
	case r.Method == http.MethodPost:
		var wish struct{ Points int64 }
		_ = json.NewDecoder(r.Body).Decode(&wish)
		a.keys[r.Header.Get("Idempotency-Key")]++
		if wish.Points > 120 {
			w.WriteHeader(http.StatusConflict)
			answer = map[string]any{"detail": "not enough <points>"}
		}
	default:
		if a.looks++; a.looks > 1 && !a.never {
			answer = map[string]any{"id": "r1", "state": "active", "code": "ZG-ABC", "minor": 100}
		}
	}
	_ = json.NewEncoder(w).Encode(answer)
}

func withStub(t *testing.T) (*rig, *stubApp, *surfer) {
	app := &stubApp{keys: map[string]int{}, t: t}
	srv := httptest.NewServer(app)
	t.Cleanup(srv.Close)
	r := newRig(t, func(c *Config) { c.AppURL = srv.URL })
	app.shop = r.shop
	anna := r.shop.customers[0].ID
	r.gql(createCode, codeInput(anna, nil))
	s := r.surf()
	s.post("/login", url.Values{"customer": {str(anna)}})
	s.post("/cart/add", url.Values{"variant": {str(r.variantID("MILL"))}, "quantity": {"1"}})
	s.get("/cart")
	return r, app, s
}

// covers: S4-14, A-12
func TestPointsBecomeACodeInTheCart(t *testing.T) {
	_, app, s := withStub(t)
	if _, text := s.post("/cart/points", url.Values{"points": {"100"}}); !strings.Contains(text, "100 points are a code now: ZG-ABC") || !strings.Contains(text, `<strong class="code">ZG-ABC</strong>`) {
		t.Fatal(text)
	}
	if len(app.keys) != 1 {
		t.Fatalf("%v", app.keys)
	}
}

func TestARefusalIsShownInTheAppsWords(t *testing.T) {
	_, _, s := withStub(t)
	if _, text := s.post("/cart/points", url.Values{"points": {"500"}}); !strings.Contains(text, "No points were used: not enough &lt;points&gt;") {
		t.Fatal(text)
	}
}

// Whoever presses again while the code is on its way asks under the same key.
func TestPressingAgainAsksForTheSameCode(t *testing.T) {
	r, app, _ := withStub(t)
	app.never = true
	anna := r.shop.customers[0].ID
	for range 2 {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		_, _ = r.shop.redeemAt(ctx, anna, 100, "draft-1-100")
		red, status, err := r.shop.wishPoints(context.Background(), anna, 100, "draft-1-100")
		if err != nil || status != http.StatusOK || red.State != "pending" {
			t.Fatalf("%+v %d %v", red, status, err)
		}
	}
	if len(app.keys) != 1 {
		t.Fatalf("two keys for one wish: %v", app.keys)
	}
}

func TestTheBalanceAndTheHistoryComeThroughTheProxy(t *testing.T) {
	r, _, s := withStub(t)
	pending, available, held, err := r.shop.BalanceAt(context.Background(), r.shop.customers[0].ID)
	if err != nil || pending != 30 || available != 120 || held != 5 {
		t.Fatalf("%d %d %d %v", pending, available, held, err)
	}
	for lang, want := range map[string][]string{"en": {"Order #1001 · Basis<", ">Welcome<"}, "de": {"Bestellung #1001 · Basis<", ">Willkommen<"}} {
		if _, text := s.get("/account/history?lang=" + lang); !strings.Contains(text, want[0]) || !strings.Contains(text, want[1]) {
			t.Error(text)
		}
	}
}
