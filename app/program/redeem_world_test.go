package program_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"zugabe/app/dispatch"
	"zugabe/app/earning"
	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/program"
	"zugabe/app/reward"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// scriptedHost is a shop system that keeps codes and does as it is told: each
// script entry answers one call of its method, after that it works.
type scriptedHost struct {
	platform.NoDiscounts
	platform.NoConsent

	mu      sync.Mutex
	clock   loyalty.Clock
	codes   map[string]*hostCode // by folded text
	creates map[string]int       // calls, by marker
	calls   map[string]int       // by method
	shown   []platform.PublicBalance
	orders  []earning.Sale

	onCreate  []func(h *scriptedHost, code, marker string) (platform.CodeRef, error)
	onFind    []error
	onDisable []error
	onPublish []error
	hidden    time.Duration // how long a new code cannot be found (D14)
}

type hostCode struct {
	ref  platform.CodeRef
	spec voucher.Spec
	made time.Time
}

func newScriptedHost(clock loyalty.Clock) *scriptedHost {
	return &scriptedHost{clock: clock, codes: map[string]*hostCode{}, creates: map[string]int{}, calls: map[string]int{}}
}

func (h *scriptedHost) Name() string { return "scripted" }
func (h *scriptedHost) Capabilities() platform.Capabilities {
	return platform.Capabilities{SecretPerShop: true, FetchOrders: true, CustomerBoundCode: true, PublishBalance: true, RefundLines: true}
}
func (h *scriptedHost) Normalise(platform.Delivery, loyalty.Currency) ([]platform.Change, error) {
	return nil, platform.ErrMalformed
}
func (h *scriptedHost) FetchOrders(context.Context, platform.Conn, []string) ([]earning.Sale, error) {
	return nil, nil
}
func (h *scriptedHost) OrdersSince(_ context.Context, _ platform.Conn, since int64, _ string) (platform.OrderPage, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.calls["orders"]++
	var page platform.OrderPage
	for _, s := range h.orders {
		if s.UpdatedAt >= since {
			page.Sales = append(page.Sales, s)
		}
	}
	return page, nil
}

// keep stores a code as if the host had made it.
func (h *scriptedHost) keep(code, marker string, spec voucher.Spec) (platform.CodeRef, error) {
	folded := voucher.Fold(code)
	if _, taken := h.codes[folded]; taken {
		return platform.CodeRef{}, platform.ErrTaken
	}
	ref := platform.CodeRef{HostRef: "gid-" + fmt.Sprint(len(h.codes)+1), Code: code, Ours: marker != "", Active: true, Marker: marker}
	h.codes[folded] = &hostCode{ref: ref, spec: spec, made: h.clock.Now()}
	return ref, nil
}

func (h *scriptedHost) CreateCode(_ context.Context, _ platform.Conn, code, marker string, spec voucher.Spec) (platform.CodeRef, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.creates[marker]++
	h.calls["create"]++
	if len(h.onCreate) > 0 {
		next := h.onCreate[0]
		h.onCreate = h.onCreate[1:]
		return next(h, code, marker)
	}
	return h.keep(code, marker, spec)
}

func (h *scriptedHost) FindCode(_ context.Context, _ platform.Conn, code string) (platform.CodeRef, bool, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.calls["find"]++
	if len(h.onFind) > 0 {
		err := h.onFind[0]
		h.onFind = h.onFind[1:]
		return platform.CodeRef{}, false, err
	}
	c, ok := h.codes[voucher.Fold(code)]
	if !ok || h.clock.Now().Sub(c.made) < h.hidden {
		return platform.CodeRef{}, false, nil
	}
	return c.ref, true, nil
}

func (h *scriptedHost) DisableCode(_ context.Context, _ platform.Conn, ref string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.calls["disable"]++
	if len(h.onDisable) > 0 {
		err := h.onDisable[0]
		h.onDisable = h.onDisable[1:]
		return err
	}
	for _, c := range h.codes {
		if c.ref.HostRef == ref {
			c.ref.Active = false
		}
	}
	return nil
}

func (h *scriptedHost) DeleteCode(context.Context, platform.Conn, string) error { return nil }
func (h *scriptedHost) PublishBalances(_ context.Context, _ platform.Conn, b []platform.PublicBalance) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.calls["publish"]++
	if len(h.onPublish) > 0 {
		err := h.onPublish[0]
		h.onPublish = h.onPublish[1:]
		return err
	}
	h.shown = append(h.shown, b...)
	return nil
}
func (h *scriptedHost) CheckSubscriptions(context.Context, platform.Conn) ([]platform.Subscription, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.calls["subscriptions"]++
	return []platform.Subscription{{Topic: "orders/paid", State: "missing"}}, nil
}
func (h *scriptedHost) CustomerGone(context.Context, platform.Conn, string) (bool, error) {
	return false, nil
}

// live lists the codes that work at the host.
func (h *scriptedHost) live() (codes []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, c := range h.codes {
		if c.ref.Active && c.ref.Ours {
			codes = append(codes, c.ref.Code)
		}
	}
	return codes
}

func (h *scriptedHost) count(method string) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.calls[method]
}

// Driver and Conn make the host its own registry.
func (h *scriptedHost) Driver(string) platform.Driver { return h }
func (h *scriptedHost) Conn(_ context.Context, shop loyalty.Shop) platform.Conn {
	return platform.Conn{ShopID: shop.ID, Domain: shop.Domain, Currency: shop.Currency, Zone: shop.Zone}
}

// redeemWorld is one shop with one member on a store, a scripted host and a clock.
type redeemWorld struct {
	*program.Program
	t       testing.TB
	clock   *loyalty.ManualClock
	host    *scriptedHost
	shop    loyalty.Shop
	plan    loyalty.ID
	member  loyalty.ID
	account loyalty.ID
	facts   int
}

var redeemStart = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// eachRedeemWorld runs a story on both engines.
func eachRedeemWorld(t *testing.T, story func(t *testing.T, w *redeemWorld)) {
	t.Helper()
	eachEngine(t, redeemStart, func(t *testing.T, s *store.Store, clock *loyalty.ManualClock) {
		story(t, newRedeemWorld(t, s, clock))
	})
}

func newRedeemWorld(t testing.TB, s *store.Store, clock *loyalty.ManualClock) *redeemWorld {
	t.Helper()
	host := newScriptedHost(clock)
	p := &program.Program{
		Store: s, Clock: clock, IDs: loyalty.NewIDs(clock), Hosts: host, Log: slog.New(slog.DiscardHandler),
		PersonKey: []byte("0123456789abcdef0123456789abcdef"),
	}
	endsVerified(t, p)
	w := &redeemWorld{Program: p, t: t, clock: clock, host: host}
	now := loyalty.NowMs(clock)
	id := loyalty.ShopID(p.IDs.Next())
	w.shop = loyalty.Shop{
		ID: id, Host: "scripted", Domain: "shop-" + id.String() + ".example", PathKey: loyalty.NewPublicID(), Currency: "EUR",
		Zone: "Europe/Berlin", Language: "de", State: loyalty.ShopActive, InstalledAt: now - 1, Version: 1,
	}
	w.write(func(tx *store.Tx) error {
		if err := tx.CreateShop(w.shop, now); err != nil {
			return err
		}
		return p.EnsurePlan(tx, w.shop)
	})
	w.setPlan(func(d *program.PlanDoc) { d.Redeem.MinPoints, d.Expiry.GraceDays = 10, 30 })
	w.member = w.newMember("c1", "mia@example.org")
	w.account = w.accountOf(w.member)
	return w
}

func (w *redeemWorld) write(fn func(tx *store.Tx) error) {
	w.t.Helper()
	if err := w.Store.Write(context.Background(), fn); err != nil {
		w.t.Fatal(err)
	}
}

func (w *redeemWorld) setPlan(change func(*program.PlanDoc)) {
	w.t.Helper()
	var plan program.Plan
	w.write(func(tx *store.Tx) (err error) {
		plan, err = w.CurrentPlan(tx, w.shop)
		return err
	})
	w.plan = plan.ID
	change(&plan.Doc)
	if _, err := w.SavePlan(context.Background(), "staff:1", w.shop, plan.Version, plan.Doc); err != nil {
		w.t.Fatal(err)
	}
}

func (w *redeemWorld) newMember(key, email string) loyalty.ID {
	w.t.Helper()
	m := loyalty.Member{
		ID: w.IDs.Next(), PublicID: loyalty.NewPublicID(), CustomerKey: key, PersonKey: []byte(email), Email: email, Type: loyalty.Customer,
		State: loyalty.MemberActive, ReferralCode: "R" + key, Version: 1, CreatedAt: loyalty.NowMs(w.clock),
	}
	w.write(func(tx *store.Tx) error {
		if err := tx.InsertMembers(w.shop.ID, []loyalty.Member{m}); err != nil {
			return err
		}
		return tx.InsertMemberKeys(w.shop.ID, map[string]loyalty.ID{key: m.ID})
	})
	return m.ID
}

func (w *redeemWorld) accountOf(member loyalty.ID) (account loyalty.ID) {
	w.t.Helper()
	w.write(func(tx *store.Tx) error {
		found, err := tx.EnsureAccounts(w.shop.ID, w.plan, []loyalty.ID{member}, w.IDs, loyalty.NowMs(w.clock))
		account = found[member]
		return err
	})
	return account
}

// earn credits points in a lot of their own that expires at the instant.
func (w *redeemWorld) earn(account loyalty.ID, points loyalty.Points, expires time.Time) {
	w.t.Helper()
	w.facts++
	req := ledger.AccrueReq{
		Line: ledger.Line{Source: fmt.Sprintf("activity:test:%d", w.facts), RuleID: "welcome", Points: points, PlanVersion: 1, LimitedTo: -1, Actor: "rule"},
	}
	if !expires.IsZero() {
		req.ExpiresAt = expires.UnixMilli()
	}
	w.write(func(tx *store.Tx) error {
		locked, err := tx.LockAccounts(w.shop.ID, []loyalty.ID{account})
		if err != nil {
			return err
		}
		now := loyalty.NowMs(w.clock)
		book := ledger.NewBook(locked[account], nil, w.IDs.Next, now)
		if err := book.Accrue(req); err != nil {
			return err
		}
		return tx.SaveBooks(w.shop.ID, []*ledger.Book{book}, now)
	})
}

func (w *redeemWorld) balance(account loyalty.ID) (a ledger.Account) {
	w.t.Helper()
	w.write(func(tx *store.Tx) error {
		found, err := tx.Accounts(w.shop.ID, []loyalty.ID{account})
		a = found[account]
		return err
	})
	return a
}

// want compares available and held points of the member.
func (w *redeemWorld) want(available, held loyalty.Points) {
	w.t.Helper()
	if a := w.balance(w.account); a.Available != available || a.Held != held {
		w.t.Errorf("available %d, held %d; want %d, %d", a.Available, a.Held, available, held)
	}
	w.booksBalance()
}

// booksBalance checks every invariant of the ledger in the shop, but for the
// age of what waits (7): some stories are about just that.
func (w *redeemWorld) booksBalance() {
	w.t.Helper()
	report, err := w.Verify(context.Background(), w.shop.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, check := range report.Checks {
		for _, v := range check.Violations {
			if check.Number != 7 {
				w.t.Errorf("%d %s: %s", check.Number, check.Name, v)
			}
		}
	}
}

func (w *redeemWorld) press(key string, points loyalty.Points) (reward.Redemption, error) {
	return w.StartRedemption(context.Background(), "shopper:1", w.shop, w.member, program.RedeemRequest{Points: points, ClientKey: key})
}

// pressFor presses for the member of an account.
func (w *redeemWorld) pressFor(account loyalty.ID, key string, points loyalty.Points) error {
	member := w.balance(account).MemberID
	_, err := w.StartRedemption(context.Background(), "shopper:1", w.shop, member, redeemRequest(key, points))
	return err
}

func (w *redeemWorld) mustPress(key string, points loyalty.Points) reward.Redemption {
	w.t.Helper()
	red, err := w.press(key, points)
	if err != nil {
		w.t.Fatal(err)
	}
	return red
}

// dispatch works off what is due now.
func (w *redeemWorld) dispatch() {
	w.t.Helper()
	if _, err := dispatch.Drain(context.Background(), w.Program); err != nil {
		w.t.Fatal(err)
	}
}

// later moves the clock and works off what has become due, step by step.
func (w *redeemWorld) later(d, step time.Duration) {
	w.t.Helper()
	for ; d > 0; d -= step {
		w.clock.Advance(step)
		w.dispatch()
	}
}

func (w *redeemWorld) redemption(id loyalty.ID) (red reward.Redemption) {
	w.t.Helper()
	w.write(func(tx *store.Tx) (err error) {
		red, _, err = tx.RedemptionByID(w.shop.ID, id)
		return err
	})
	return red
}

func (w *redeemWorld) code(red reward.Redemption) (code store.Code) {
	w.t.Helper()
	w.write(func(tx *store.Tx) (err error) {
		code, _, err = tx.CodeByID(w.shop.ID, red.CodeID)
		return err
	})
	return code
}

func (w *redeemWorld) job(kind store.JobKind, red reward.Redemption) (job store.Job) {
	w.t.Helper()
	w.write(func(tx *store.Tx) (err error) {
		job, _, err = tx.JobByKey(w.shop.ID, kind, red.ID.String())
		return err
	})
	return job
}

// wantState reads the redemption again and compares where it stands.
func (w *redeemWorld) wantState(red reward.Redemption, state reward.State, code voucher.State) reward.Redemption {
	w.t.Helper()
	red = w.redemption(red.ID)
	if red.State != state {
		w.t.Errorf("the redemption is %s (%s), want %s", red.State, red.Reason, state)
	}
	if c := w.code(red); c.State != code {
		w.t.Errorf("the code is %s, want %s", c.State, code)
	}
	return red
}

func redeemRequest(key string, points loyalty.Points) program.RedeemRequest {
	return program.RedeemRequest{Points: points, ClientKey: key}
}
