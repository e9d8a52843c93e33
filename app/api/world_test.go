package api_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"zugabe/app/api"
	"zugabe/app/cache"
	"zugabe/app/dispatch"
	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/program"
	"zugabe/app/session"
	"zugabe/app/store"
	"zugabe/app/store/storetest"
	"zugabe/app/voucher"
	"zugabe/webhooks"
)

var epoch = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

const clientID = "client-1"

type driver interface{ platform.Driver }

// fakeHost makes codes and reads deliveries whose bodies are changes as JSON.
type fakeHost struct {
	driver
	mu    sync.Mutex
	codes map[string]platform.CodeRef
}

func (*fakeHost) Name() string { return "shopify" }
func (*fakeHost) Capabilities() platform.Capabilities {
	return platform.Capabilities{SecretPerShop: true, CustomerBoundCode: true, RefundLines: true}
}
func (*fakeHost) Normalise(d platform.Delivery, _ loyalty.Currency) (changes []platform.Change, err error) {
	if err := json.Unmarshal(d.Body, &changes); err != nil {
		return nil, platform.ErrMalformed
	}
	return changes, nil
}
func (h *fakeHost) CreateCode(_ context.Context, _ platform.Conn, code, marker string, _ voucher.Spec) (platform.CodeRef, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	ref := platform.CodeRef{HostRef: "gid-" + code, Code: code, Ours: true, Active: true, Marker: marker}
	h.codes[voucher.Fold(code)] = ref
	return ref, nil
}
func (h *fakeHost) FindCode(_ context.Context, _ platform.Conn, code string) (platform.CodeRef, bool, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	ref, ok := h.codes[voucher.Fold(code)]
	return ref, ok, nil
}
func (*fakeHost) DisableCode(context.Context, platform.Conn, string) error { return nil }
func (h *fakeHost) Driver(string) platform.Driver {
	return h
}
func (*fakeHost) Conn(_ context.Context, shop loyalty.Shop) platform.Conn {
	return platform.Conn{ShopID: shop.ID, Domain: shop.Domain, Currency: shop.Currency, Zone: shop.Zone}
}

// world is the API behind a real listener, with shops on one store.
type world struct {
	t         *testing.T
	url       string
	addr      string
	clock     *loyalty.ManualClock
	store     *store.Store
	vault     *store.Vault
	program   *program.Program
	balances  *api.BalanceCache
	server    *api.Server
	proofs    session.Shopify
	registry  *prometheus.Registry
	installed atomic.Int64
	nextFact  atomic.Int64

	home       loyalty.Shop // whose objects the bodies of the matrix name
	goodBodies map[string]string
}

// each runs a story on both engines.
func each(t *testing.T, story func(t *testing.T, w *world)) {
	t.Helper()
	clock := loyalty.NewManualClock(epoch)
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		clock.Set(epoch)
		story(t, newWorld(t, s, clock, testLog(t)))
	}, func(c *store.Config) { c.Clock = clock })
}

// onSQLite runs where the engine makes no difference.
func onSQLite(t *testing.T) *world {
	t.Helper()
	clock := loyalty.NewManualClock(epoch)
	return newWorld(t, storetest.SQLite(t, func(c *store.Config) { c.Clock = clock }), clock, testLog(t))
}

func newWorld(t *testing.T, s *store.Store, clock *loyalty.ManualClock, log *slog.Logger) *world {
	t.Helper()
	ring, err := store.NewKeyring("k1:" + base64.StdEncoding.EncodeToString([]byte("0123456789abcdefghijklmnopqrstuv")))
	if err != nil {
		t.Fatal(err)
	}
	host := &fakeHost{codes: map[string]platform.CodeRef{}}
	w := &world{
		t: t, clock: clock, store: s, vault: store.NewVault(ring), registry: prometheus.NewRegistry(), balances: api.NewBalanceCache(0),
		program: &program.Program{Store: s, Clock: clock, IDs: loyalty.NewIDs(clock), Hosts: host, Log: log, PersonKey: []byte("0123456789abcdef0123456789abcdef"),
			AppPrice: program.AppPrice{Price: loyalty.Money{Minor: 9900, Currency: "DKK"}, Months: []int{6, 12}, URL: "https://admin.shopify.com/store/{shop}/charges/zugabe/pricing_plans"}},
		proofs: session.Shopify{ClientID: clientID, Secrets: session.Keys{{Secret: []byte("the app's client secret, 32 bytes")}}, Clock: clock},
	}
	limits, err := cache.Open(t.Context(), "", log)
	if err != nil {
		t.Fatal(err)
	}
	web := api.NewHTTP(webhooks.ServerConfig(), log)
	w.server = api.New(web, api.Deps{
		Program: w.program, Vault: w.vault, Cache: limits, Clock: clock, Log: log, Metrics: w.registry, Shopify: w.proofs,
		Balances: w.balances, Install: w.install, Version: "1",
	}, func(context.Context) error { return nil })
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w.addr, w.url = listener.Addr().String(), "http://"+listener.Addr().String()
	go func() { _ = web.Serve(listener) }()
	t.Cleanup(func() {
		// A connection that was opened and never used would hold the server up.
		http.DefaultClient.CloseIdleConnections()
		if err := errors.Join(web.Shutdown(5*time.Second), limits.Close()); err != nil {
			t.Error(err)
		}
	})
	return w
}

// install is what the wiring does with a valid token of an unknown shop.
func (w *world) install(ctx context.Context, domain, _ string) (loyalty.Shop, error) {
	w.installed.Add(1)
	return w.program.InstallShop(ctx, w.vault, program.Installation{
		Host: "shopify", Domain: domain, Shop: platform.HostShop{HostShopID: domain, Name: domain, Currency: "EUR", Zone: "Europe/Berlin"},
	})
}

// newShop installs a shop whose plan gives a point per euro and lets any number be redeemed.
func (w *world) newShop(host, name string) loyalty.Shop {
	w.t.Helper()
	domain := name + ".myshopify.com"
	if host != "shopify" {
		domain = name + ".example"
	}
	shop, err := w.program.InstallShop(w.t.Context(), w.vault, program.Installation{
		Host: host, Domain: domain, Shop: platform.HostShop{HostShopID: domain, Name: name, Currency: "EUR", Zone: "Europe/Berlin"},
		Secrets: map[string][]byte{store.SecretPlugin: []byte("plugin secret of the shop " + name)},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	w.savePlan(shop, func(doc *program.PlanDoc) {
		doc.Earning.Rules = []earning.Rule{
			{ID: "euro", Name: "Einkauf", Kind: earning.KindPerAmount, Earn: loyalty.EarnRate{Points: 1, PerMinor: 100}},
			{ID: "quiz", Name: "Quiz", Kind: earning.KindCustom, Activity: "quiz", Points: 5},
		}
		doc.Earning.Campaigns = nil
		doc.Redeem.Rate, doc.Redeem.MinPoints, doc.Redeem.MaxMinor, doc.Redeem.MaxPercent = loyalty.RedeemRate{Minor: 1, PerPoints: 1}, 1, 0, 0
		doc.Pending.Days = 0
	})
	return shop
}

func (w *world) savePlan(shop loyalty.Shop, change func(*program.PlanDoc)) {
	w.t.Helper()
	var plan program.Plan
	w.write(func(tx *store.Tx) (err error) {
		plan, err = w.program.CurrentPlan(tx, shop)
		return err
	})
	change(&plan.Doc)
	if _, err := w.program.SavePlan(w.t.Context(), "staff:1", shop, plan.Version, plan.Doc); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) write(fn func(tx *store.Tx) error) {
	w.t.Helper()
	if err := w.store.Write(context.Background(), fn); err != nil {
		w.t.Fatal(err)
	}
}

// deliver books one delivery and says what became of it.
func (w *world) deliver(shop loyalty.Shop, body []byte) program.BookResult {
	w.t.Helper()
	now := loyalty.NowMs(w.clock)
	row := store.Delivery{ID: w.program.IDs.Next(), Shop: shop.ID, Host: shop.Host, Topic: "orders/updated", Key: fmt.Sprint("event-", w.nextFact.Add(1)), Body: body, ReceivedAt: now, TriggeredAt: now}
	w.write(func(tx *store.Tx) error {
		_, err := tx.InsertDeliveries([]store.PackedDelivery{store.PackDelivery(row)})
		return err
	})
	got, err := w.program.BookDeliveries(w.t.Context(), shop, []store.Delivery{row})
	if err != nil {
		w.t.Fatal(err)
	}
	return got
}

// buy books an order of a customer that is worth so many points.
func (w *world) buy(shop loyalty.Shop, customer, order string, points int64) {
	w.t.Helper()
	now := loyalty.NowMs(w.clock)
	body, err := json.Marshal([]platform.Change{
		{Kind: platform.CustomerSnapshot, Customer: &platform.Customer{
			Key: customer, Email: "customer" + customer + "@example.org", FirstName: "Mia", LastName: "Muster" + customer, HasLogin: true, CreatedAt: now, UpdatedAt: now,
		}},
		{Kind: platform.SaleSnapshot, Sale: &earning.Sale{
			Key: order, Number: "#" + order, CustomerKey: customer, Currency: "EUR", Status: earning.SaleCompleted, PlacedAt: now, PaidAt: now, FulfilledAt: now, UpdatedAt: now,
			Total: points * 119, Lines: []earning.Line{{Key: "1", ProductKey: "p1", Title: "Tee", Quantity: 1, Net: points * 100, Tax: points * 19}},
		}},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	w.deliver(shop, body)
}

func (w *world) member(shop loyalty.Shop, customer string) (m loyalty.Member) {
	w.t.Helper()
	w.write(func(tx *store.Tx) (err error) {
		m, err = w.program.FindMember(tx, shop.ID, customer)
		return err
	})
	return m
}

// dispatch makes the calls that are owed to the host.
func (w *world) dispatch() {
	w.t.Helper()
	if _, err := dispatch.Drain(w.t.Context(), w.program); err != nil {
		w.t.Fatal(err)
	}
}

// booksBalance checks every invariant of the shops' ledgers.
func (w *world) booksBalance(shops ...loyalty.Shop) {
	w.t.Helper()
	for _, shop := range shops {
		report, err := w.program.Verify(w.t.Context(), shop.ID)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, check := range report.Checks {
			for _, v := range check.Violations {
				w.t.Errorf("shop %s: %d %s: %s", shop.Name, check.Number, check.Name, v)
			}
		}
	}
}

// testLog shows what the app has to complain about when a test fails.
func testLog(t *testing.T) *slog.Logger {
	return slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelError}))
}

// realNow is the time by which connections end; the shops' clock stands still.
func (*world) realNow() time.Time { return loyalty.SystemClock().Now() }
