package schedule_test

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/program"
	"zugabe/app/schedule"
	"zugabe/app/store"
	"zugabe/app/store/storetest"
)

var start = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

type anyDriver = platform.Driver

// quietHost has nothing to tell.
type quietHost struct{ anyDriver }

func (quietHost) Capabilities() platform.Capabilities                     { return platform.Capabilities{} }
func (h quietHost) Driver(string) platform.Driver                         { return h }
func (quietHost) Conn(context.Context, loyalty.Shop) (conn platform.Conn) { return conn }

func programOn(s *store.Store, clock loyalty.Clock) *program.Program {
	return &program.Program{
		Store: s, Clock: clock, IDs: loyalty.NewIDs(clock), Hosts: quietHost{}, Log: slog.New(slog.DiscardHandler),
		PersonKey: []byte("0123456789abcdef0123456789abcdef"),
	}
}

// each runs a test on both engines with a clock that is moved by hand.
func each(t *testing.T, fn func(t *testing.T, p *program.Program, clock *loyalty.ManualClock)) {
	t.Helper()
	clock := loyalty.NewManualClock(start)
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		clock.Set(start)
		fn(t, programOn(s, clock), clock)
	}, func(c *store.Config) { c.Clock = clock })
}

func counting(name string, every time.Duration, n *atomic.Int64) []schedule.Task {
	return []schedule.Task{{Name: name, Every: every, Run: func(context.Context, func() error) error { n.Add(1); return nil }}}
}

func TestOfTwoProcessesOneRunsATaskAndTheOtherTakesOverWhenItIsGone(t *testing.T) { // F1, F13
	each(t, func(t *testing.T, p *program.Program, clock *loyalty.ManualClock) {
		var first, second atomic.Int64
		a := schedule.New(p, counting("task", time.Minute, &first), schedule.Config{})
		b := schedule.New(p, counting("task", time.Minute, &second), schedule.Config{})
		run := func(list ...*schedule.Scheduler) {
			for _, s := range list {
				if err := s.RunDue(context.Background()); err != nil {
					t.Fatal(err)
				}
			}
		}
		for range 5 {
			run(a, b)
			clock.Advance(time.Minute)
		}
		if first.Load() != 5 || second.Load() != 0 {
			t.Errorf("ran %d and %d times", first.Load(), second.Load())
		}
		clock.Advance(3 * time.Minute) // a is gone
		run(b)
		if second.Load() != 1 {
			t.Errorf("nobody took over")
		}
	})
}

func TestATaskThatIsStillAtWorkIsNotStartedAgain(t *testing.T) { // F13
	clock := loyalty.NewManualClock(start)
	s := storetest.SQLite(t, func(c *store.Config) { c.Clock = clock })
	var running, most atomic.Int64
	free, started := make(chan struct{}), make(chan struct{}, 1)
	task := schedule.Task{Name: "slow", Every: time.Second, Run: func(context.Context, func() error) error {
		most.Store(max(most.Load(), running.Add(1)))
		started <- struct{}{}
		<-free
		running.Add(-1)
		return nil
	}}
	var other atomic.Int64
	sch := schedule.New(programOn(s, clock), append(counting("quick", time.Second, &other), task), schedule.Config{Tick: time.Millisecond})
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { sch.Run(ctx); close(done) }()
	<-started
	for i := range int64(5) {
		clock.Advance(2 * time.Second)
		storetest.Eventually(t, "the quick task runs on", func() bool { return other.Load() > i+1 })
	}
	if most.Load() != 1 {
		t.Errorf("%d at once", most.Load())
	}
	stop()
	close(free)
	<-done
}

func TestATaskThatFailsOrPanicsIsTriedAgain(t *testing.T) {
	each(t, func(t *testing.T, p *program.Program, clock *loyalty.ManualClock) {
		runs := 0
		sch := schedule.New(p, []schedule.Task{{Name: "bad", Every: time.Minute, Run: func(context.Context, func() error) error {
			if runs++; runs == 1 {
				panic("a bug")
			}
			return errors.New("an outage")
		}}}, schedule.Config{})
		for range 3 {
			if err := sch.RunDue(context.Background()); err == nil {
				t.Error("the failure was swallowed")
			}
			clock.Advance(time.Minute)
		}
		if runs != 3 {
			t.Errorf("%d runs", runs)
		}
	})
}

func TestATaskWhoseLeaseWentToAnotherStops(t *testing.T) { // F13, D16
	each(t, func(t *testing.T, p *program.Program, clock *loyalty.ManualClock) {
		var other atomic.Int64
		b := schedule.New(p, counting("long", time.Minute, &other), schedule.Config{})
		a := schedule.New(p, []schedule.Task{{Name: "long", Every: time.Minute, Run: func(ctx context.Context, keep func() error) error {
			if err := keep(); err != nil {
				t.Errorf("the lease is ours and yet: %v", err)
			}
			clock.Advance(time.Hour) // asleep
			if err := b.RunDue(ctx); err != nil {
				t.Error(err)
			}
			return keep()
		}}}, schedule.Config{})
		if err := a.RunDue(context.Background()); err == nil || other.Load() != 1 {
			t.Errorf("went on after losing the lease: %v, the other ran %d times", err, other.Load())
		}
	})
}

func TestAllTasksCatchUpAfterFortyDays(t *testing.T) { // F2
	each(t, func(t *testing.T, p *program.Program, clock *loyalty.ManualClock) {
		shop, account := shopWithPoints(t, p)
		sch := schedule.New(p, schedule.Tasks(p), schedule.Config{})
		run := func() {
			if err := sch.RunDue(context.Background()); err != nil {
				t.Fatal(err)
			}
		}
		run()
		if a := balance(t, p, shop, account); a.Pending != 100 || a.Available != 50 {
			t.Errorf("before its time: %+v", a)
		}
		clock.Advance(40 * 24 * time.Hour)
		run()
		if a := balance(t, p, shop, account); a.Pending != 0 || a.Available != 100 {
			t.Errorf("after forty days: %+v", a)
		}
		clock.Advance(time.Hour)
		run()
	})
}

// shopWithPoints has a member with 50 points that run out in ten days and 100
// that open in twenty.
func shopWithPoints(t *testing.T, p *program.Program) (loyalty.Shop, loyalty.ID) {
	t.Helper()
	now := loyalty.NowMs(p.Clock)
	shop := loyalty.Shop{ID: loyalty.ShopID(p.IDs.Next()), Host: "quiet", Domain: "quiet.example", PathKey: "k", Currency: "EUR",
		Zone: "Europe/Berlin", State: loyalty.ShopActive, InstalledAt: now}
	member := loyalty.Member{ID: p.IDs.Next(), PublicID: loyalty.NewPublicID(), CustomerKey: "c", PersonKey: []byte("c"),
		Type: loyalty.Customer, State: loyalty.MemberActive, ReferralCode: "r", Version: 1}
	var account loyalty.ID
	err := p.Store.Write(context.Background(), func(tx *store.Tx) error {
		if err := tx.CreateShop(shop, now); err != nil {
			return err
		}
		if err := p.EnsurePlan(tx, shop); err != nil {
			return err
		}
		plan, err := p.CurrentPlan(tx, shop)
		if err != nil {
			return err
		}
		if err := tx.InsertMembers(shop.ID, []loyalty.Member{member}); err != nil {
			return err
		}
		accounts, err := tx.EnsureAccounts(shop.ID, plan.ID, []loyalty.ID{member.ID}, p.IDs, now)
		if err != nil {
			return err
		}
		account = accounts[member.ID]
		locked, err := tx.LockAccounts(shop.ID, []loyalty.ID{account})
		if err != nil {
			return err
		}
		book := ledger.NewBook(locked[account], nil, p.IDs.Next, now)
		day := int64(24 * time.Hour / time.Millisecond)
		line := ledger.Line{Source: "activity:a", RuleID: "welcome", Points: 50, PlanVersion: 1, LimitedTo: -1, Actor: "rule"}
		if err := book.Accrue(ledger.AccrueReq{Line: line, ExpiresAt: now + 10*day}); err != nil {
			return err
		}
		line.Source, line.Points = "activity:b", 100
		if err := book.Accrue(ledger.AccrueReq{Line: line, AvailableAt: now + 20*day}); err != nil {
			return err
		}
		return tx.SaveBooks(shop.ID, []*ledger.Book{book}, now)
	})
	if err != nil {
		t.Fatal(err)
	}
	return shop, account
}

func balance(t *testing.T, p *program.Program, shop loyalty.Shop, account loyalty.ID) (a ledger.Account) {
	t.Helper()
	err := p.Store.Read(context.Background(), func(tx *store.Tx) error {
		found, err := tx.Accounts(shop.ID, []loyalty.ID{account})
		a = found[account]
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}
