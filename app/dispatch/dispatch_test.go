package dispatch_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"zugabe/app/dispatch"
	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/program"
	"zugabe/app/store"
	"zugabe/app/store/storetest"
)

type anyDriver = platform.Driver

// slowHost answers subscription checks when it is let.
type slowHost struct {
	anyDriver
	calls   atomic.Int64
	started chan struct{}
	free    chan struct{}
}

func (h *slowHost) Capabilities() platform.Capabilities                     { return platform.Capabilities{} }
func (h *slowHost) Driver(string) platform.Driver                           { return h }
func (h *slowHost) Conn(context.Context, loyalty.Shop) (conn platform.Conn) { return conn }
func (h *slowHost) CheckSubscriptions(ctx context.Context, _ platform.Conn) ([]platform.Subscription, error) {
	h.calls.Add(1)
	h.started <- struct{}{}
	select {
	case <-h.free:
		return nil, nil
	case <-ctx.Done():
		return nil, errors.New("the call was cut off")
	}
}

func newWorld(t *testing.T, s *store.Store, shops int) (*program.Program, *slowHost, []loyalty.ShopID) {
	t.Helper()
	clock := loyalty.SystemClock()
	host := &slowHost{started: make(chan struct{}, 100), free: make(chan struct{})}
	p := &program.Program{Store: s, Clock: clock, IDs: loyalty.NewIDs(clock), Hosts: host, Log: slog.New(slog.DiscardHandler)}
	var ids []loyalty.ShopID
	for i := range shops {
		shop := loyalty.Shop{ID: loyalty.ShopID(p.IDs.Next()), Host: "slow", Domain: fmt.Sprintf("s%d.example", i), PathKey: fmt.Sprint(i),
			Currency: "EUR", Zone: "Europe/Berlin", State: loyalty.ShopActive}
		if err := s.Write(context.Background(), func(tx *store.Tx) error { return tx.CreateShop(shop, 1) }); err != nil {
			t.Fatal(err)
		}
		if err := p.OweChecks(context.Background(), shop); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, shop.ID)
	}
	return p, host, ids
}

func openJobs(t *testing.T, p *program.Program, shops []loyalty.ShopID) (open int64) {
	t.Helper()
	err := p.Store.Read(context.Background(), func(tx *store.Tx) error {
		open = 0
		for _, shop := range shops {
			c, err := tx.CountJobs(shop)
			if err != nil {
				return err
			}
			open += c.Open + c.Unknown
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return open
}

func TestAStoppedPoolFinishesTheCallsUnderWay(t *testing.T) { // C15
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		p, host, shops := newWorld(t, s, 2)
		pool := dispatch.New(p, dispatch.Config{Workers: 2, Poll: time.Hour})
		ctx, stop := context.WithCancel(context.Background())
		done := make(chan struct{})
		go func() { pool.Run(ctx); close(done) }()
		<-host.started
		<-host.started
		stop()
		close(host.free)
		<-done
		if open := openJobs(t, p, shops); open != 0 || host.calls.Load() != 2 {
			t.Errorf("%d jobs open after %d calls", open, host.calls.Load())
		}
	})
}

func TestAWakeUpIsEnoughAndASlowShopHoldsUpNobody(t *testing.T) { // D5
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		p, host, _ := newWorld(t, s, 0)
		pool := dispatch.New(p, dispatch.Config{Workers: 3, Poll: time.Hour})
		p.Wake = func(string) { pool.Wake() }
		ctx, stop := context.WithCancel(context.Background())
		done := make(chan struct{})
		go func() { pool.Run(ctx); close(done) }()
		for i := range 3 {
			shop := loyalty.Shop{ID: loyalty.ShopID(p.IDs.Next()), Host: "slow", Domain: fmt.Sprintf("w%d.example", i), PathKey: fmt.Sprint("w", i),
				Currency: "EUR", Zone: "Europe/Berlin", State: loyalty.ShopActive}
			if err := s.Write(ctx, func(tx *store.Tx) error { return tx.CreateShop(shop, 1) }); err != nil {
				t.Fatal(err)
			}
			storetest.Eventually(t, "the call starts while the shops before it hang", func() bool {
				if err := p.OweChecks(ctx, shop); err != nil {
					t.Error(err)
				}
				pool.Wake() // a worker may still have been on its way to rest
				return host.calls.Load() == int64(i+1)
			})
		}
		close(host.free)
		stop()
		<-done
	})
}
