package api_test

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"zugabe/app/loyalty"
	"zugabe/app/session"
	"zugabe/app/store"
	"zugabe/app/store/storetest"
)

// paper is a log that is read afterwards.
type paper struct {
	mu sync.Mutex
	bytes.Buffer
}

func (p *paper) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.Buffer.Write(b)
}

func (p *paper) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.Buffer.String()
}

// covers: J11, J12: a busy hour, with failures, and not a word about a person, a
// token, a code or a key; who looked at whom is there.
func TestTheLogNamesNobodyAndNoSecret(t *testing.T) {
	clock, log := loyalty.NewManualClock(epoch), &paper{}
	logger := slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	s := storetest.SQLite(t, func(c *store.Config) { c.Clock, c.Log = clock, logger })
	w := newWorld(t, s, clock, logger)
	alpha, woo := w.newShop("shopify", "alpha"), w.newShop("woocommerce", "woo")
	w.home = alpha
	own := w.furnish(alpha, "1")
	secrets := []string{"example.org", "Muster", "the app's client secret", "plugin secret of", "Authorization", "Bearer "}
	key := w.key(alpha, "read activities adjust")
	staff, me, proxied := w.staff(alpha), w.shopper(alpha, "1"), w.proxied(alpha, "1", nil)
	plugged := w.plugin(woo, session.ForStaff, "5", "viewer")
	_, signature, _ := strings.Cut(proxied.query, "signature=")
	secrets = append(secrets, key.bearer, staff.bearer, me.bearer, plugged.bearer, signature)
	made := into[shopperRedemption](t, w.post(me, "/api/storefront/v1/redemptions", "press-01", `{"points":20}`))
	w.dispatch()
	secrets = append(secrets, into[shopperRedemption](t, w.get(me, "/api/storefront/v1/redemptions/"+made.ID)).Code)
	fresh := into[struct{ Secret string }](t, w.post(staff, keysPath, "", `{"name":"till","scopes":["read"]}`))
	secrets = append(secrets, fresh.Secret)
	desk := w.desk(alpha, "7")
	everything := func() {
		for _, to := range w.targets() {
			who := map[string]proof{"staff": w.staff(alpha), "key": key, "storefront": me, "desk": desk}[strings.SplitN(to.id, "-", 2)[0]]
			w.hit(to, who, own, "")
			w.hit(to, plugged, own, "")
			w.hit(to, proxied, own, "")
		}
	}
	everything()
	w.deliver(alpha, []byte(`{"email":"mia@example.org"`))
	w.write(func(tx *store.Tx) error {
		for _, table := range []string{"members", "entries", "redemptions"} {
			if _, err := tx.Exec("ALTER TABLE " + table + " RENAME TO gone_" + table); err != nil {
				return err
			}
		}
		return nil
	})
	everything()
	text := log.String()
	for _, secret := range secrets {
		if strings.Contains(text, secret) {
			t.Errorf("the log contains %q: %s", secret, around(text, secret))
		}
	}
	for _, want := range []string{`"member viewed"`, `"actor":"staff:77"`, `"refused by role"`, `"request failed"`} {
		if !strings.Contains(text, want) {
			t.Errorf("the log does not contain %s", want)
		}
	}
}

func around(text, found string) string {
	at := strings.Index(text, found)
	return text[max(at-200, 0):min(at+200, len(text))]
}

// covers: J11: numbers of people and objects are no labels, and what waits is told.
func TestMetricsCountWithoutNamingAnybody(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		alpha := w.newShop("shopify", "alpha")
		w.home = alpha
		own := w.furnish(alpha, "1")
		into[any](t, w.get(w.staff(alpha), "/api/admin/v1/members/"+own["member"]))
		for i := range 20 {
			w.get(proof{}, fmt.Sprint("/somewhere/", i)).want(t, 404, "")
			w.call(http.MethodGet, fmt.Sprint("/api/storefront/v1/redemptions/", i), proof{}, nil, "")
		}
		answered := httptest.NewRecorder()
		promhttp.HandlerFor(w.registry, promhttp.HandlerOpts{}).ServeHTTP(answered, httptest.NewRequest(http.MethodGet, "/metrics", nil))
		text := answered.Body.String()
		if found := regexp.MustCompile(`(?m)^.*(path|state|method)="[^"]*([0-9]{4,}|somewhere).*$`).FindString(text); found != "" {
			t.Errorf("a label names an object: %s", found)
		}
		for _, want := range []string{
			`zugabe_deliveries_open{state="poison"} 1`, `zugabe_deliveries_open{state="new"} 0`, `zugabe_jobs_open{state="due"} `, `zugabe_jobs_open{state="dead"} 0`,
			`path="/api/admin/v1/members/:id"`,
		} {
			if !strings.Contains(text, want) {
				t.Errorf("no %s in %s", want, text)
			}
		}
	})
}

// The document is served to whoever asks, the same one that the command prints.
func TestTheDocumentIsServed(t *testing.T) {
	w := onSQLite(t)
	res, err := http.Get(w.url + "/api/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	served, err := io.ReadAll(res.Body)
	if err != nil || !bytes.Equal(bytes.TrimSpace(served), bytes.TrimSpace(document(t))) {
		t.Errorf("another document is served than printed (%v)", err)
	}
}
