package webhooks_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"zugabe/app/intake"
	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/platform/reviews"
	"zugabe/app/platform/woocommerce"
	"zugabe/app/program"
	"zugabe/app/session"
	"zugabe/app/store"
	"zugabe/app/store/storetest"
	"zugabe/webhooks"
)

// recordedRequest is a delivery of a real shop, byte for byte.
func recordedRequest(t *testing.T, url, headFile string) *http.Request {
	t.Helper()
	head, err := os.ReadFile(headFile)
	if err != nil {
		t.Fatal(err)
	}
	bodies, _ := filepath.Glob(strings.TrimSuffix(headFile, ".headers") + ".[jf]*")
	body, err := os.Open(bodies[0])
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { body.Close() })
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/webhooks/woocommerce/"+wooKey, body)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(head)) {
		name, value, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if ok && (strings.HasPrefix(name, "X-WC-") || strings.EqualFold(name, "Content-Type")) {
			req.Header.Set(name, value)
		}
	}
	return req
}

func post(t *testing.T, req *http.Request) int {
	t.Helper()
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, res.Body)
	return res.StatusCode
}

// A1-A8: a real shop's 57 requests go through the endpoint, twice, and end as
// the right points: order 26 has 45.64 net, 10.00 of 58.25 gross went back, so
// 45.64 × 48.25 / 58.25 = 37.80 → 37. A review of the shop's review app adds 10.
func TestARealShopsRequestsBecomeTheRightPoints(t *testing.T) {
	clock := loyalty.NewManualClock(time.Date(2026, 11, 21, 17, 58, 0, 0, time.UTC))
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ids := loyalty.NewIDs(clock)
		registry := platform.NewHosts(clock)
		registry.Add(woocommerce.New(), nil)
		registry.Add(reviews.New(), nil)
		p := &program.Program{Store: s, Clock: clock, IDs: ids, Hosts: registry, Log: slog.New(slog.DiscardHandler), PersonKey: make([]byte, 32)}
		d := open(t, s, func(deps *webhooks.Deps) { deps.Clock, deps.IDs = clock, ids }).shops()
		d.clock = clock
		shop := installed(t, p)
		files, err := filepath.Glob("../app/platform/woocommerce/testdata/*.headers")
		if err != nil || len(files) != 57 {
			t.Fatal(len(files), err)
		}
		pool := intake.New(p, intake.Config{})
		for range 2 {
			for _, f := range files {
				if status := post(t, recordedRequest(t, d.url, f)); status != http.StatusOK {
					t.Errorf("%s: answered %d", filepath.Base(f), status)
				}
			}
			if _, err := pool.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		wantBerta(t, p, shop, 37)
		sendReview(t, d)
		if _, err := pool.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		wantBerta(t, p, shop, 47)
	}, func(c *store.Config) { c.Clock = clock })
}

func installed(t *testing.T, p *program.Program) (shop loyalty.Shop) {
	t.Helper()
	err := p.Store.Write(context.Background(), func(tx *store.Tx) error {
		var err error
		if shop, _, err = tx.ShopByPathKey(wooKey); err != nil {
			return err
		}
		shop.InstalledAt = time.Date(2026, 11, 21, 17, 56, 40, 0, time.UTC).UnixMilli()
		if _, err := tx.UpdateShop(shop, 1); err != nil {
			return err
		}
		return p.EnsurePlan(tx, shop)
	})
	if err != nil {
		t.Fatal(err)
	}
	return shop
}

func sendReview(t *testing.T, d *door) {
	t.Helper()
	body := `{"type":"review.created","timestamp":"2026-11-21T17:57:40Z","data":{"id":"r-81","kind":"product","subject":"12",` +
		`"customer":"","email":"Berta@example.com","status":"approved","created_at":"2026-11-21T17:57:40Z"}}`
	now := d.clock.Now().Unix()
	status := d.post("/webhooks/reviews/"+reviewKey, body, headers{"webhook-id": "m1", "webhook-timestamp": strconv.FormatInt(now, 10),
		"webhook-signature": session.SignStandard([]byte("review-secret"), "m1", now, []byte(body))})
	if status != http.StatusOK {
		t.Fatalf("the review is answered %d", status)
	}
}

func wantBerta(t *testing.T, p *program.Program, shop loyalty.Shop, want loyalty.Points) {
	t.Helper()
	err := p.Store.Read(context.Background(), func(tx *store.Tx) error {
		m, err := p.FindMember(tx, shop.ID, "2")
		if err != nil {
			return err
		}
		plan, err := p.CurrentPlan(tx, shop)
		if err != nil {
			return err
		}
		a, _, err := tx.AccountOfMember(shop.ID, plan.ID, m.ID)
		if got := a.Available + a.Pending; got != want {
			t.Errorf("Berta has %d points, want %d", got, want)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
