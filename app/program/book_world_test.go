package program_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"zugabe/app/earning"
	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/program"
	"zugabe/app/store"
	"zugabe/app/store/storetest"
	"zugabe/app/voucher"
)

// wire is the body of a wireHost's webhook: a change as JSON.
type wire struct {
	Kind     platform.ChangeKind
	Key      string             `json:",omitempty"`
	IntoKey  string             `json:",omitempty"`
	Sale     *earning.Sale      `json:",omitempty"`
	Email    string             `json:",omitempty"` // of the sale's or activity's contact
	Traces   *earning.Traces    `json:",omitempty"` // of the sale's
	Activity *earning.Activity  `json:",omitempty"`
	Customer *platform.Customer `json:",omitempty"`
	HostShop string             `json:",omitempty"`
	N        int                `json:",omitempty"` // makes equal messages differ
}

// wireHost is a shop system whose webhooks say in our words what changed, and
// whose orders can be read back.
type wireHost struct {
	platform.NoDiscounts

	consents []platform.Consent // as they were set

	mu     sync.Mutex
	caps   platform.Capabilities
	orders map[loyalty.ShopID]map[string]earning.Sale // the truth, by shop and key
	gone   map[string]bool                            // customers that are no longer there
	down   error                                      // what every call answers
	reads  int
}

func (h *wireHost) Name() string                        { return "wire" }
func (h *wireHost) Capabilities() platform.Capabilities { return h.caps }
func (h *wireHost) Driver(host string) platform.Driver {
	if host != "wire" {
		return nil
	}
	return h
}
func (h *wireHost) Conn(_ context.Context, shop loyalty.Shop) platform.Conn {
	return platform.Conn{ShopID: shop.ID, Domain: shop.Domain, Currency: shop.Currency, Zone: shop.Zone}
}
func (h *wireHost) Normalise(d platform.Delivery, _ loyalty.Currency) ([]platform.Change, error) {
	if d.Topic == "panic" {
		panic("a marker that the driver cannot bear")
	}
	var w wire
	if err := json.Unmarshal(d.Body, &w); err != nil {
		return nil, fmt.Errorf("%w: %w", platform.ErrMalformed, err)
	}
	contact := earning.Contact{Email: w.Email}
	if w.Traces != nil {
		contact.Traces = *w.Traces
	}
	if w.Sale != nil {
		w.Sale.Contact = contact
	}
	if w.Activity != nil {
		w.Activity.Contact = contact
	}
	return []platform.Change{{Kind: w.Kind, Key: w.Key, IntoKey: w.IntoKey, Sale: w.Sale, Activity: w.Activity, Customer: w.Customer,
		HostShop: w.HostShop, Reason: "ignored by the driver"}}, nil
}
func (h *wireHost) SetConsent(_ context.Context, _ platform.Conn, c platform.Consent) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.down == nil {
		h.consents = append(h.consents, c)
	}
	return h.down
}
func (h *wireHost) FetchOrders(_ context.Context, c platform.Conn, keys []string) ([]earning.Sale, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.reads++
	if h.down != nil {
		return nil, h.down
	}
	var list []earning.Sale
	for _, key := range keys {
		if s, ok := h.orders[c.ShopID][key]; ok {
			list = append(list, s)
		}
	}
	return list, nil
}
func (h *wireHost) OrdersSince(context.Context, platform.Conn, int64, string) (platform.OrderPage, error) {
	return platform.OrderPage{}, nil
}
func (h *wireHost) CreateCode(context.Context, platform.Conn, string, string, voucher.Spec) (platform.CodeRef, error) {
	return platform.CodeRef{}, platform.ErrUnsupported
}
func (h *wireHost) FindCode(context.Context, platform.Conn, string) (platform.CodeRef, bool, error) {
	return platform.CodeRef{}, false, platform.ErrUnsupported
}
func (h *wireHost) DisableCode(context.Context, platform.Conn, string) error { return nil }
func (h *wireHost) DeleteCode(context.Context, platform.Conn, string) error  { return nil }
func (h *wireHost) PublishBalances(context.Context, platform.Conn, []platform.PublicBalance) error {
	return nil
}
func (h *wireHost) CheckSubscriptions(context.Context, platform.Conn) ([]platform.Subscription, error) {
	return nil, nil
}
func (h *wireHost) CustomerGone(_ context.Context, _ platform.Conn, key string) (bool, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.gone[key], h.down
}

// bookWorld is one shop on a store, a wireHost and a clock.
type bookWorld struct {
	*program.Program
	t     testing.TB
	clock *loyalty.ManualClock
	host  *wireHost
	shop  loyalty.Shop
	sent  int
}

var bookStart = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// at is an instant some hours after the start, as Unix ms.
func at(hours int) int64 { return bookStart.Add(time.Duration(hours) * time.Hour).UnixMilli() }

// eachBookWorld runs a story on both engines.
func eachBookWorld(t *testing.T, story func(t *testing.T, w *bookWorld)) {
	t.Helper()
	eachEngine(t, bookStart, func(t *testing.T, s *store.Store, clock *loyalty.ManualClock) {
		story(t, newBookWorld(t, s, clock))
	})
}

// eachEngine runs a story on SQLite and on MariaDB, each with a clock of its own, side
// by side: both mostly wait for the disk. It returns when both have ended.
func eachEngine(t *testing.T, start time.Time, story func(t *testing.T, s *store.Store, clock *loyalty.ManualClock)) {
	t.Helper()
	t.Run("on", func(t *testing.T) {
		for engine, open := range map[string]func(testing.TB, ...storetest.Option) *store.Store{"sqlite": storetest.SQLite, "mariadb": storetest.MariaDB} {
			t.Run(engine, func(t *testing.T) {
				t.Parallel()
				clock := loyalty.NewManualClock(start)
				story(t, open(t, func(c *store.Config) { c.Clock = clock }), clock)
			})
		}
	})
}

func newBookWorld(t testing.TB, s *store.Store, clock *loyalty.ManualClock) *bookWorld {
	t.Helper()
	host := &wireHost{caps: platform.Capabilities{SecretPerShop: true}, orders: map[loyalty.ShopID]map[string]earning.Sale{}, gone: map[string]bool{}}
	w := &bookWorld{t: t, clock: clock, host: host, Program: &program.Program{
		Store: s, Clock: clock, IDs: loyalty.NewIDs(clock), Hosts: host, Log: slog.New(slog.DiscardHandler),
		PersonKey: []byte("0123456789abcdef0123456789abcdef"),
	}}
	endsVerified(t, w.Program)
	w.shop = w.newShop("shop.example")
	clock.Advance(time.Hour)
	w.setPlan(func(d *program.PlanDoc) { d.Pending.Days = 0 })
	return w
}

func (w *bookWorld) newShop(domain string) loyalty.Shop {
	w.t.Helper()
	now := loyalty.NowMs(w.clock)
	shop := loyalty.Shop{ID: loyalty.ShopID(w.IDs.Next()), Host: "wire", Domain: domain, PathKey: loyalty.NewPublicID(), HostShopID: "host-" + domain,
		Currency: "EUR", Zone: "Europe/Berlin", Language: "de", State: loyalty.ShopActive, InstalledAt: now, Version: 1}
	w.write(func(tx *store.Tx) error {
		if err := tx.CreateShop(shop, now); err != nil {
			return err
		}
		return w.EnsurePlan(tx, shop)
	})
	return shop
}

func (w *bookWorld) write(fn func(tx *store.Tx) error) {
	w.t.Helper()
	if err := w.Store.Write(context.Background(), fn); err != nil {
		w.t.Fatal(err)
	}
}

func (w *bookWorld) setPlan(change func(*program.PlanDoc)) {
	w.t.Helper()
	var plan program.Plan
	w.write(func(tx *store.Tx) (err error) {
		plan, err = w.CurrentPlan(tx, w.shop)
		return err
	})
	body, err := json.Marshal(plan.Doc)
	if err != nil {
		w.t.Fatal(err)
	}
	doc, err := program.DecodePlan(body) // loaded plans are shared: never change one
	if err != nil {
		w.t.Fatal(err)
	}
	change(&doc)
	if _, err := w.SavePlan(context.Background(), "staff:1", w.shop, plan.Version, doc); err != nil {
		w.t.Fatal(err)
	}
}

// delivery stores a webhook and returns its row.
func (w *bookWorld) delivery(shop loyalty.Shop, topic string, body []byte) store.Delivery {
	w.t.Helper()
	w.sent++
	d := store.Delivery{ID: w.IDs.Next(), Shop: shop.ID, Host: "wire", Topic: topic, Key: fmt.Sprint("d", w.sent), Body: body,
		ReceivedAt: loyalty.NowMs(w.clock)}
	w.write(func(tx *store.Tx) error {
		_, err := tx.InsertDeliveries([]store.PackedDelivery{store.PackDelivery(d)})
		return err
	})
	return d
}

// unsent is a message that is not stored yet, as a row and packed.
func (w *bookWorld) unsent(m wire) (store.Delivery, store.PackedDelivery) {
	w.t.Helper()
	body, err := json.Marshal(m)
	if err != nil {
		w.t.Fatal(err)
	}
	w.sent++
	d := store.Delivery{ID: w.IDs.Next(), Shop: w.shop.ID, Host: "wire", Topic: string(m.Kind), Key: fmt.Sprint("d", w.sent), Body: body,
		ReceivedAt: loyalty.NowMs(w.clock)}
	return d, store.PackDelivery(d)
}

func (w *bookWorld) message(m wire) store.Delivery {
	w.t.Helper()
	d, packed := w.unsent(m)
	w.write(func(tx *store.Tx) error {
		_, err := tx.InsertDeliveries([]store.PackedDelivery{packed})
		return err
	})
	return d
}

func (w *bookWorld) book(rows ...store.Delivery) program.BookResult {
	w.t.Helper()
	result, err := w.BookDeliveries(context.Background(), w.shop, rows)
	if err != nil {
		w.t.Fatal(err)
	}
	return result
}

func (w *bookWorld) send(messages ...wire) program.BookResult {
	w.t.Helper()
	rows := make([]store.Delivery, len(messages))
	for i, m := range messages {
		rows[i] = w.message(m)
	}
	return w.book(rows...)
}

// paidOrder is a paid order of one line: net minor units without VAT.
func paidOrder(key, customer string, net int64, hour int) earning.Sale {
	return earning.Sale{Key: key, Number: "#" + key, CustomerKey: customer, Currency: "EUR", Status: earning.SalePaid, PlacedAt: at(2), PaidAt: at(2),
		UpdatedAt: at(hour), Lines: []earning.Line{{Key: "l1", ProductKey: "p1", Quantity: 1, Net: net}}, Total: net}
}

func saleMessage(s earning.Sale) wire {
	return wire{Kind: platform.SaleSnapshot, Sale: &s, Email: s.CustomerKey + "@example.org"}
}

func (s *bookWorld) customer(key, email string) wire {
	return wire{Kind: platform.CustomerSnapshot, Customer: &platform.Customer{Key: key, Email: email, HasLogin: true, CreatedAt: at(2), UpdatedAt: at(2)}}
}

// member finds the member behind a customer key; the zero value if there is none.
func (w *bookWorld) member(key string) (m loyalty.Member) {
	w.t.Helper()
	w.write(func(tx *store.Tx) error {
		found, err := tx.MembersByKey(w.shop.ID, []string{key})
		m = found[key]
		return err
	})
	return m
}

func (w *bookWorld) account(key string) (a ledger.Account) {
	w.t.Helper()
	m := w.member(key)
	w.write(func(tx *store.Tx) error {
		plan, err := w.CurrentPlan(tx, w.shop)
		if err != nil {
			return err
		}
		a, _, err = tx.AccountOfMember(w.shop.ID, plan.ID, m.ID)
		return err
	})
	return a
}

func (w *bookWorld) entries(key string) (list []ledger.Entry) {
	w.t.Helper()
	a := w.account(key)
	w.write(func(tx *store.Tx) (err error) {
		list, err = tx.EntriesPage(w.shop.ID, a.ID, 0, 1000)
		return err
	})
	return list
}

// wantPoints compares a customer's points and then checks the whole ledger.
func (w *bookWorld) wantPoints(key string, want loyalty.Points) {
	w.t.Helper()
	w.has(key, want)
	w.verify()
}

// has only compares a customer's points, pending ones included.
func (w *bookWorld) has(key string, want loyalty.Points) {
	w.t.Helper()
	if a := w.account(key); a.Available+a.Pending != want {
		w.t.Errorf("%s has %d points (%d of them pending), want %d", key, a.Available+a.Pending, a.Pending, want)
	}
}

func (w *bookWorld) verify() {
	w.t.Helper()
	report, err := w.Verify(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	for _, v := range report.Violations() {
		w.t.Error("verify:", v)
	}
}

func (w *bookWorld) stateOf(d store.Delivery) (out store.Delivery) {
	w.t.Helper()
	w.write(func(tx *store.Tx) (err error) {
		out, _, err = tx.DeliveryByID(d.Shop, d.ID)
		return err
	})
	return out
}
