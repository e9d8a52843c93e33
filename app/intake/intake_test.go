package intake_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"zugabe/app/earning"
	"zugabe/app/intake"
	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/program"
	"zugabe/app/store"
	"zugabe/app/store/storetest"
)

// host sends orders as JSON. Everything it is not asked to do stays nil.
type host struct {
	platform.Driver
	slow chan struct{} // if set, reading a delivery waits for it
}

func (h host) Capabilities() platform.Capabilities { return platform.Capabilities{SecretPerShop: true} }
func (h host) Normalise(d platform.Delivery, _ loyalty.Currency) ([]platform.Change, error) {
	if h.slow != nil {
		<-h.slow
	}
	var s earning.Sale
	if err := json.Unmarshal(d.Body, &s); err != nil {
		return nil, platform.ErrMalformed
	}
	return []platform.Change{{Kind: platform.SaleSnapshot, Sale: &s}}, nil
}

type hosts struct{ host }

func (h hosts) Driver(string) platform.Driver { return h.host }
func (h hosts) Conn(context.Context, loyalty.Shop) platform.Conn {
	return platform.Conn{}
}

type world struct {
	t     *testing.T
	p     *program.Program
	clock *loyalty.ManualClock
}

func each(t *testing.T, h host, story func(w *world)) {
	start := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	clock := loyalty.NewManualClock(start)
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		clock.Set(start)
		story(&world{t: t, clock: clock, p: &program.Program{Store: s, Clock: clock, IDs: loyalty.NewIDs(clock), Hosts: hosts{h},
			Log: slog.New(slog.DiscardHandler), PersonKey: make([]byte, 32)}})
	}, func(c *store.Config) { c.Clock = clock })
}

func (w *world) shop(domain string) loyalty.Shop {
	w.t.Helper()
	now := loyalty.NowMs(w.clock)
	shop := loyalty.Shop{ID: loyalty.ShopID(w.p.IDs.Next()), Host: "test", Domain: domain, PathKey: loyalty.NewPublicID(), Currency: "EUR",
		Zone: "Europe/Berlin", State: loyalty.ShopActive, InstalledAt: now}
	if err := w.p.Store.Write(context.Background(), func(tx *store.Tx) error {
		if err := tx.CreateShop(shop, now); err != nil {
			return err
		}
		return w.p.EnsurePlan(tx, shop)
	}); err != nil {
		w.t.Fatal(err)
	}
	return shop
}

// send stores n orders of 10.00 by one customer, over the given lanes.
func (w *world) send(shop loyalty.Shop, n, lanes int) {
	w.t.Helper()
	rows := make([]store.PackedDelivery, n)
	for i := range rows {
		now := loyalty.NowMs(w.clock)
		s := earning.Sale{Key: fmt.Sprint("o", i), CustomerKey: fmt.Sprint("c", i%7), Currency: "EUR", Status: earning.SalePaid, PlacedAt: now, PaidAt: now,
			UpdatedAt: now, Lines: []earning.Line{{Key: "1", ProductKey: "p", Quantity: 1, Net: 1000}}, Total: 1000}
		body, err := json.Marshal(s)
		if err != nil {
			w.t.Fatal(err)
		}
		rows[i] = store.PackDelivery(store.Delivery{ID: w.p.IDs.Next(), Shop: shop.ID, Lane: int64(i % lanes), Host: "test", Topic: "order", Key: fmt.Sprint(i),
			Body: body, ReceivedAt: now})
	}
	if err := w.p.Store.Write(context.Background(), func(tx *store.Tx) error { _, err := tx.InsertDeliveries(rows); return err }); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) open(shop loyalty.Shop) (c store.DeliveryCounts) {
	if err := w.p.Store.Read(context.Background(), func(tx *store.Tx) (err error) {
		c, err = tx.CountDeliveries(shop.ID)
		return err
	}); err != nil {
		w.t.Error(err)
	}
	return c
}

func (w *world) points(shop loyalty.Shop) (sum loyalty.Points) {
	w.t.Helper()
	for i := range 7 {
		if err := w.p.Store.Read(context.Background(), func(tx *store.Tx) error {
			found, err := tx.MembersByKey(shop.ID, []string{fmt.Sprint("c", i)})
			if err != nil {
				return err
			}
			plan, err := w.p.CurrentPlan(tx, shop)
			if err != nil {
				return err
			}
			a, _, err := tx.AccountOfMember(shop.ID, plan.ID, found[fmt.Sprint("c", i)].ID)
			sum += a.Available + a.Pending
			return err
		}); err != nil {
			w.t.Fatal(err)
		}
	}
	return sum
}

func TestTwoProcessesWorkOffEveryDeliveryOnce(t *testing.T) {
	each(t, host{}, func(w *world) {
		a, b := w.shop("a.example"), w.shop("b.example")
		w.send(a, 300, 16)
		w.send(b, 200, 16)
		ctx, stop := context.WithCancel(context.Background())
		var all sync.WaitGroup
		for range 2 {
			pool := intake.New(w.p, intake.Config{Workers: 3, Batch: 20, Poll: 5 * time.Millisecond})
			all.Go(func() { pool.Run(ctx) })
		}
		storetest.Eventually(w.t, "all deliveries are worked off", func() bool { return w.open(a).New+w.open(b).New == 0 })
		stop()
		all.Wait()
		if c := w.open(a); c.Poison+c.Retry != 0 {
			w.t.Errorf("left over: %+v", c)
		}
		if got, other := w.points(a), w.points(b); got != 3000 || other != 2000 {
			w.t.Errorf("%d and %d points, want 3000 and 2000", got, other)
		}
	})
}

func TestAShopsFloodDoesNotKeepAnotherWaiting(t *testing.T) {
	each(t, host{}, func(w *world) {
		big, small := w.shop("big.example"), w.shop("small.example")
		w.send(big, 500, 1)
		w.send(small, 3, 1)
		var order []loyalty.ShopID
		pool := intake.New(w.p, intake.Config{Workers: 1, Batch: 10, Poll: time.Millisecond,
			Booked: func(shop loyalty.ShopID, _ int, _ program.BookResult, _ time.Duration) { order = append(order, shop) }})
		ctx, stop := context.WithCancel(context.Background())
		done := make(chan struct{})
		go func() { pool.Run(ctx); close(done) }()
		storetest.Eventually(w.t, "the small shop is served", func() bool { return w.open(small).New == 0 })
		stop()
		<-done
		if len(order) < 2 || order[1] != small.ID {
			w.t.Errorf("batches by shop: %v; the second should be the small shop's, %s", order, small.ID)
		}
	})
}

// A25
func TestAFailedDeliveryWaitsAndIsTriedAgain(t *testing.T) {
	each(t, host{}, func(w *world) {
		shop := w.shop("a.example")
		w.send(shop, 1, 1)
		if err := w.p.Store.Write(context.Background(), func(tx *store.Tx) error {
			list, err := tx.TakeDeliveries(shop.ID, 0, 1)
			if err != nil {
				return err
			}
			_, err = tx.RetryDeliveries(shop.ID, []loyalty.ID{list[0].ID}, "for the test", loyalty.NowMs(w.clock)+60_000)
			return err
		}); err != nil {
			w.t.Fatal(err)
		}
		pool := intake.New(w.p, intake.Config{})
		if n, err := pool.Drain(context.Background()); n != 0 || err != nil {
			w.t.Errorf("%d taken too early (%v)", n, err)
		}
		w.clock.Advance(time.Minute)
		if n, err := pool.Drain(context.Background()); n != 1 || err != nil {
			w.t.Errorf("%d taken (%v), want 1", n, err)
		}
		if got := w.points(shop); got != 10 {
			w.t.Errorf("%d points, want 10", got)
		}
	})
}

func TestStoppingFinishesTheBatchInHand(t *testing.T) {
	slow := make(chan struct{})
	each(t, host{slow: slow}, func(w *world) {
		shop := w.shop("a.example")
		w.send(shop, 5, 1)
		ctx, stop := context.WithCancel(context.Background())
		done := make(chan struct{})
		pool := intake.New(w.p, intake.Config{Workers: 1, Poll: time.Millisecond})
		go func() { pool.Run(ctx); close(done) }()
		slow <- struct{}{} // the first delivery of the batch is being read
		stop()
		for range 4 {
			slow <- struct{}{}
		}
		<-done
		if got := w.points(shop); got != 50 {
			w.t.Errorf("%d points, want 50", got)
		}
	})
}

func TestALeasedLaneIsLeftToItsHolder(t *testing.T) {
	each(t, host{}, func(w *world) {
		shop := w.shop("a.example")
		token, ok, err := w.p.Store.AcquireLease(context.Background(), "intake:0", "another process", time.Minute)
		if err != nil || !ok {
			w.t.Fatal(ok, err)
		}
		w.send(shop, 4, 2) // two of them in lane 0
		pool := intake.New(w.p, intake.Config{Poll: time.Millisecond})
		ctx, stop := context.WithCancel(context.Background())
		done := make(chan struct{})
		go func() { pool.Run(ctx); close(done) }()
		storetest.Eventually(w.t, "the free lane is worked off", func() bool { return w.open(shop).New == 2 })
		if err := w.p.Store.ReleaseLease(ctx, "intake:0", token); err != nil {
			w.t.Fatal(err)
		}
		pool.Wake()
		storetest.Eventually(w.t, "the other lane follows", func() bool { return w.open(shop).New == 0 })
		stop()
		<-done
	})
}
