package store_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/store"
	"zugabe/app/store/storetest"
)

// Covers D16 and E16: one holder at a time, and a sleeper is fenced off.
func TestALeaseHasOneHolderAndASleeperIsFencedOff(t *testing.T) {
	clock := loyalty.NewManualClock(time.UnixMilli(1_800_000_000_000))
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		first, ok, err := s.AcquireLease(t.Context(), "expiry", "a", time.Minute)
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		if _, ok, _ := s.AcquireLease(t.Context(), "expiry", "b", time.Minute); ok {
			t.Error("b got a lease that a holds")
		}
		clock.Advance(50 * time.Second)
		if ok, _ := s.RenewLease(t.Context(), "expiry", first, time.Minute); !ok {
			t.Error("a cannot renew")
		}
		clock.Advance(50 * time.Second)
		if _, ok, _ := s.AcquireLease(t.Context(), "expiry", "b", time.Minute); ok {
			t.Error("b got a renewed lease")
		}
		clock.Advance(20 * time.Second)
		second, ok, err := s.AcquireLease(t.Context(), "expiry", "b", time.Minute)
		if err != nil || !ok || second <= first {
			t.Errorf("b after expiry: token %d (first %d), %v, %v", second, first, ok, err)
		}
		if ok, _ := s.RenewLease(t.Context(), "expiry", first, time.Minute); ok {
			t.Error("a renewed a lease that b took")
		}
		if err := s.ReleaseLease(t.Context(), "expiry", first); err != nil {
			t.Error(err)
		}
		held := func(token int64) (holds bool) {
			err := s.Write(t.Context(), func(tx *store.Tx) (err error) {
				holds, err = tx.HoldsLease("expiry", token)
				return err
			})
			return holds && err == nil
		}
		if held(first) || !held(second) {
			t.Errorf("fencing: first %v, second %v", held(first), held(second))
		}
		if err := s.ReleaseLease(t.Context(), "expiry", second); err != nil {
			t.Error(err)
		}
		if third, ok, _ := s.AcquireLease(t.Context(), "expiry", "c", time.Minute); !ok || third <= second {
			t.Errorf("c after release: %d %v", third, ok)
		}
	}, func(c *store.Config) { c.Clock = clock })
}

func TestOfManyWhoReachForALeaseOneGetsIt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		var winners atomic.Int64
		var wg sync.WaitGroup
		for i := range 16 {
			wg.Go(func() {
				_, ok, err := s.AcquireLease(t.Context(), "nightly", string(rune('a'+i)), time.Minute)
				if err != nil {
					t.Error(err)
				}
				if ok {
					winners.Add(1)
				}
			})
		}
		wg.Wait()
		if winners.Load() != 1 {
			t.Errorf("%d winners", winners.Load())
		}
	})
}
