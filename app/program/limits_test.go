package program_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/program"
	"zugabe/app/store"
	"zugabe/app/store/storetest"
)

// atOnce books each message in a transaction of its own, all at the same moment.
func (w *bookWorld) atOnce(messages []wire) {
	w.t.Helper()
	rows := make([]store.Delivery, len(messages))
	for i, m := range messages {
		rows[i] = w.message(m)
	}
	start, wg := make(chan struct{}), sync.WaitGroup{}
	for _, d := range rows {
		wg.Go(func() {
			<-start
			for range 50 { // lost races are put aside; a worker would come back later
				if _, err := w.BookDeliveries(context.Background(), w.shop, []store.Delivery{d}); err != nil {
					w.t.Error(err)
				}
				if w.stateOf(d).State == store.DeliveryDone {
					return
				}
			}
			w.t.Errorf("delivery %s is not done", d.ID)
		})
	}
	close(start)
	wg.Wait()
}

// G2; covers: A-07
func TestFiftyOrdersAtOnceKeepToAMembersLimit(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.setPlan(func(d *program.PlanDoc) {
			d.Earning.Rules = []earning.Rule{{ID: "thanks", Name: "Thanks", Kind: earning.KindPerOrder, Points: 10,
				Limits: []earning.Limit{{Per: earning.PerLifetime, Times: 1}}}}
		})
		var messages []wire
		for i := range 50 {
			messages = append(messages, saleMessage(paidOrder(fmt.Sprint("o", i), "c1", 1000, 2)))
		}
		w.atOnce(messages)
		w.wantPoints("c1", 10)
	})
}

// withBudget has a campaign that doubles and may cost 95 points in all.
func (w *bookWorld) withBudget() {
	w.setPlan(func(d *program.PlanDoc) {
		day := loyalty.LocalDate{Year: 2026, Month: 11, Day: 21}
		d.Earning.Campaigns = []earning.Campaign{{ID: "double", Name: "Double", Factor: loyalty.Ratio{Num: 2, Den: 1}, From: day, Until: day, Budget: 95}}
	})
}

// G3, B26: the budget is one number for all members.
func TestFortyMembersAtOnceNeverExceedACampaignsBudget(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.withBudget()
		var messages []wire
		for i := range 40 {
			messages = append(messages, saleMessage(paidOrder(fmt.Sprint("o", i), fmt.Sprint("c", i), 1000, 2)))
		}
		w.atOnce(messages)
		var sum loyalty.Points
		for i := range 40 {
			a := w.account(fmt.Sprint("c", i))
			sum += a.Available + a.Pending
		}
		if sum != 400+95 {
			t.Errorf("%d points in all, want 400 and the budget of 95", sum)
		}
		w.verify()
	})
}

// G5: what goes back is there for the next one.
func TestARefundGivesTheBudgetBack(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.withBudget()
		first := paidOrder("o1", "c1", 9000, 2)
		w.send(saleMessage(first))
		w.send(saleMessage(paidOrder("o2", "c2", 9000, 2)))
		w.wantPoints("c1", 180)
		w.wantPoints("c2", 95)
		first.Status, first.UpdatedAt = earning.SaleCancelled, at(3)
		w.send(saleMessage(first))
		w.send(saleMessage(paidOrder("o3", "c3", 9000, 2)))
		w.wantPoints("c3", 180)
		second := paidOrder("o2", "c2", 9000, 4)
		w.send(saleMessage(second)) // what was refused stays refused
		w.wantPoints("c2", 95)
	})
}

// G3: the same count, read first and written after, lets several through.
// SQLite has one writer and hides it.
func TestReadingALimitBeforeWritingItExceedsIt(t *testing.T) {
	s := storetest.MariaDB(t)
	key := store.CounterKey{RuleID: "thanks", MemberID: 1, Window: "lifetime"}
	const shop, limit = loyalty.ShopID(5), 10
	count := func(take func(tx *store.Tx, barrier func()) (bool, error)) (taken int64) {
		if err := s.Write(context.Background(), func(tx *store.Tx) error {
			if _, err := tx.Exec(`DELETE FROM counters WHERE shop_id = ?`, shop); err != nil {
				return err
			}
			_, err := tx.Counters(shop, []store.CounterKey{key})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		var mu sync.Mutex
		var all, ready sync.WaitGroup
		ready.Add(12)
		for range 12 {
			all.Go(func() {
				first := true
				err := s.Write(context.Background(), func(tx *store.Tx) error {
					ok, err := take(tx, func() {
						if first { // a repeated attempt meets nobody
							first = false
							ready.Done()
							ready.Wait()
						}
					})
					if ok && err == nil {
						tx.OnCommit(func() { mu.Lock(); taken++; mu.Unlock() })
					}
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		return taken
	}
	naive := count(func(tx *store.Tx, barrier func()) (bool, error) {
		have, err := tx.Counters(shop, []store.CounterKey{key})
		if err != nil || have[key].Times >= limit {
			return false, err
		}
		barrier()
		_, err = tx.Exec(`UPDATE counters SET times = ? WHERE shop_id = ? AND rule_id = ?`, have[key].Times+1, shop, key.RuleID)
		return true, err
	})
	if naive <= limit {
		t.Errorf("the naive count let %d through, the race does not show", naive)
	}
	guarded := count(func(tx *store.Tx, barrier func()) (bool, error) {
		if _, err := tx.Counters(shop, []store.CounterKey{key}); err != nil {
			return false, err
		}
		barrier()
		return tx.MoveCounter(shop, key, store.Counter{Times: 1}, store.Counter{Times: limit})
	})
	if guarded != limit {
		t.Errorf("%d were let through, want %d", guarded, limit)
	}
}

// A2: without the account lock and the difference, doubles would add up. The
// naive build reads what is posted and then posts, as two workers would.
func TestPostingWithoutTheLockDoublesPoints(t *testing.T) {
	clock := loyalty.NewManualClock(bookStart)
	w := newBookWorld(t, storetest.MariaDB(t, func(c *store.Config) { c.Clock = clock }), clock)
	w.send(wire{Kind: platform.CustomerSnapshot, Customer: &platform.Customer{Key: "c1", Email: "c1@example.org", HasLogin: true, CreatedAt: at(-9), UpdatedAt: at(-9)}},
		saleMessage(paidOrder("o0", "c1", 1000, 2)))
	account := w.account("c1").ID
	var ready, all sync.WaitGroup
	ready.Add(2)
	for range 2 {
		all.Go(func() {
			first := true
			err := w.Store.Write(context.Background(), func(tx *store.Tx) error {
				posted, err := tx.Posted(w.shop.ID, []string{"sale:naive"})
				if err != nil || len(posted["sale:naive"]) > 0 {
					return err
				}
				if first {
					first = false
					ready.Done()
					ready.Wait()
				}
				_, err = tx.Exec(`UPDATE accounts SET available = available + 42 WHERE shop_id = ? AND id = ?`, w.shop.ID, account)
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got := w.account("c1").Available; got != 84 {
		t.Errorf("the naive build ended with %d points more, want it to show the race with 84", got)
	}
}
