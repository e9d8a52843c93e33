package program_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"zugabe/app/platform"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// meeting lets calls that make a discount go on only when two have come.
type meeting struct {
	platform.Driver
	here chan struct{}
}

func (m meeting) CreateCode(ctx context.Context, c platform.Conn, code, marker string, s voucher.Spec) (platform.CodeRef, error) {
	select {
	case m.here <- struct{}{}:
	case <-m.here:
	case <-ctx.Done():
		return platform.CodeRef{}, errors.New("the other worker never came")
	}
	return m.Driver.CreateCode(ctx, c, code, marker, s)
}

// meetingHosts hand out the same driver to everybody.
type meetingHosts struct {
	*mirrorWorld
	driver platform.Driver
}

func (h meetingHosts) Driver(string) platform.Driver { return h.driver }

// Two workers that make the discount of one group of codes at the same moment make one,
// whether both get an answer, one of them or none (D1, D16). On a build in which each
// sends a code of its own there are two.
//
// covers: S0-31, D1, D2, D16
func TestTwoWorkersMakeOneDiscountForOneGroup(t *testing.T) {
	eachMirrorWorld(t, func(t *testing.T, w *mirrorWorld) {
		ctx := context.Background()
		for round, fault := range []struct {
			mode string
			next int
		}{{"", 0}, {"reset", 1}, {"reset", 2}, {"5xx_after", 1}} {
			before := len(w.host.Discounts())
			v := w.voucherOf(nil)
			w.work()
			w.codes(v, numbered(fmt.Sprintf("LEFT-%d-", round), 30)...)
			w.codes(v, numbered(fmt.Sprintf("RIGHT-%d-", round), 30)...)
			var jobs []store.Job
			for range 2 {
				some, err := w.ClaimJobs(ctx, w.shop.ID)
				w.must(err)
				jobs = append(jobs, some...)
			}
			if len(jobs) != 2 || jobs[0].Kind != store.JobAddCodes || jobs[1].Kind != store.JobAddCodes {
				t.Fatalf("claimed %+v", jobs)
			}
			w.Hosts = meetingHosts{w, meeting{w.driver, make(chan struct{})}}
			if fault.mode != "" {
				w.misbehave(fault.mode, fault.next, "discountCodeBasicCreate")
			}
			var both sync.WaitGroup
			for _, j := range jobs {
				both.Go(func() {
					if err := w.RunJob(ctx, w.shop, j); err != nil {
						t.Error(err)
					}
				})
			}
			both.Wait()
			w.Hosts = w
			w.later(4*time.Minute, 5*time.Second)
			if got := w.states(v); got[voucher.Active] != 60 || len(got) != 1 {
				t.Errorf("%s %d: the codes are %v", fault.mode, fault.next, got)
			}
			if made := len(w.host.Discounts()) - before; made != 1 {
				t.Errorf("%s %d: %d discounts at the host for one group", fault.mode, fault.next, made)
			}
			w.write(func(tx *store.Tx) error {
				list, err := tx.HostDiscountsOf(w.shop.ID, v.Row.ID)
				if len(list) != 1 {
					t.Errorf("%d discounts in our books", len(list))
				}
				return err
			})
		}
	})
}

// A code that is stopped while the discount is to be made with it does not hold the others up for ever.
func TestAStoppedFirstCodeLeavesTheDiscountToTheNext(t *testing.T) {
	eachMirrorWorld(t, func(t *testing.T, w *mirrorWorld) {
		v := w.voucherOf(nil)
		w.work()
		w.misbehave("5xx", 1, "discountCodeBasicCreate") // chosen, and not made
		made := w.codes(v, numbered("FIRST-", 25)...)
		w.work()
		if _, err := w.SetVoucherCodeState(context.Background(), "test", w.shop, made[0].ID, true); err != nil {
			t.Fatal(err)
		}
		w.later(15*time.Minute, 15*time.Second)
		if got := w.states(v); got[voucher.Active] != 24 || got[voucher.Void] != 1 {
			t.Errorf("the codes are %v", got)
		}
		if n := len(w.host.Discounts()); n != 1 {
			t.Errorf("%d discounts at the host", n)
		}
	})
}
