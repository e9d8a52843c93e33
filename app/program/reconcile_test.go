package program_test

import (
	"context"
	"testing"
	"time"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
)

func (w *redeemWorld) oweChecks() {
	w.t.Helper()
	if err := w.OweChecks(context.Background(), w.shop); err != nil {
		w.t.Fatal(err)
	}
}

// hostOrder is a paid order of 10.00 that only the host knows of.
func (w *redeemWorld) hostOrder(key string) {
	o := w.orderWith(key)
	o.sale.UpdatedAt = loyalty.NowMs(w.clock)
	w.host.mu.Lock()
	defer w.host.mu.Unlock()
	w.host.orders = append(w.host.orders, o.sale)
}

func TestAnOrderWhoseWebhookGotLostIsFoundWithinOneCycle(t *testing.T) { // A11
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		w.setPlan(func(d *program.PlanDoc) { d.Pending.Days = 0 })
		w.clock.Advance(time.Minute)
		w.hostOrder("lost1")
		w.oweChecks()
		w.dispatch()
		w.want(16, 0) // 16.81 net
		for range 2 { // not due again, and asked twice at once
			atOnce(3, func(int) { w.oweChecks() })
			w.dispatch()
		}
		if n := w.host.count("orders"); n != 1 {
			t.Errorf("%d runs within one cycle", n)
		}
		w.clock.Advance(14 * time.Minute)
		w.hostOrder("lost2")
		w.clock.Advance(2 * time.Minute)
		w.oweChecks()
		w.dispatch()
		w.want(32, 0)
		w.clock.Advance(30 * time.Minute)
		w.oweChecks()
		w.dispatch()
		w.want(32, 0)
	})
}

func TestAnOrderThatTheReconcilerAndTheWebhookBothBringCountsOnce(t *testing.T) { // A11, A1
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		w.setPlan(func(d *program.PlanDoc) { d.Pending.Days = 0 })
		w.clock.Advance(time.Minute)
		w.hostOrder("o1")
		w.oweChecks()
		sale := w.host.orders[0]
		atOnce(4, func(i int) {
			if i == 0 {
				w.dispatch()
				return
			}
			w.book(sale)
		})
		w.want(16, 0)
	})
}

func TestMissingWebhooksAreNoticedWithinFifteenMinutes(t *testing.T) { // A12
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		if topics, at, err := w.MissingWebhooks(context.Background(), w.shop.ID); err != nil || topics != nil || at != 0 {
			t.Errorf("before the first check: %v, %d, %v", topics, at, err)
		}
		w.oweChecks()
		w.dispatch()
		topics, at, err := w.MissingWebhooks(context.Background(), w.shop.ID)
		if err != nil || len(topics) != 1 || topics[0] != "orders/paid" || at == 0 {
			t.Errorf("%v, %d, %v", topics, at, err)
		}
		w.clock.Advance(15 * time.Minute)
		w.oweChecks()
		w.dispatch()
		if n := w.host.count("subscriptions"); n != 2 {
			t.Errorf("%d checks in fifteen minutes", n)
		}
	})
}

func TestAnOrderReadFromTheHostThatCannotBeBookedDoesNotHoldUpTheRest(t *testing.T) {
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		w.setPlan(func(d *program.PlanDoc) { d.Pending.Days = 0 })
		w.clock.Advance(time.Minute)
		w.hostOrder("good1")
		w.hostOrder("bad")
		w.hostOrder("good2")
		w.host.orders[1].Lines = []earning.Line{{Key: "1", ProductKey: "p", Quantity: 1, Net: 1 << 62, Tax: 1 << 62}}
		w.oweChecks()
		w.dispatch()
		w.want(32, 0)
	})
}

func TestWhatWaitsTooLongIsFoundAndWhatIsDoneIsForgotten(t *testing.T) {
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		w.earn(w.account, 100, time.Time{})
		w.mustPress("k1", 50)
		found, err := w.FindStuck(context.Background(), w.shop.ID)
		if err != nil || found.Any() {
			t.Errorf("at once: %+v, %v", found, err)
		}
		w.clock.Advance(2 * time.Hour)
		if found, err = w.FindStuck(context.Background(), w.shop.ID); err != nil || found.Jobs != 1 || found.JobsFor != 2*time.Hour {
			t.Errorf("after two hours: %+v, %v", found, err)
		}
		w.dispatch()
		w.clock.Advance(8 * 24 * time.Hour)
		if _, err := w.Purge(context.Background(), w.shop.ID, 100); err != nil {
			t.Fatal(err)
		}
		var left int64
		w.write(func(tx *store.Tx) error {
			_, err := tx.Row(`SELECT COUNT(*) FROM jobs WHERE shop_id = ?`, []any{w.shop.ID}, &left)
			return err
		})
		if left != 0 {
			t.Errorf("%d jobs are left", left)
		}
	})
}
