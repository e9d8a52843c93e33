package program_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"zugabe/app/earning"
	"zugabe/app/program"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// used in all races: how many orders of a race counted, and how many were flagged.
func (w *bookWorld) outcome(v program.Voucher) (counted, flagged int64) {
	w.t.Helper()
	w.write(func(tx *store.Tx) error {
		_, err := tx.Row(`SELECT COALESCE(SUM(CASE WHEN state = 'used' THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN state = 'extra' AND flag <> '' THEN 1 ELSE 0 END), 0)
			FROM code_uses WHERE shop_id = ? AND template_id = ?`, []any{w.shop.ID, v.Row.ID}, &counted, &flagged)
		return err
	})
	return counted, flagged
}

func (w *bookWorld) wantOutcome(v program.Voucher, counted, flagged int64) {
	w.t.Helper()
	if c, f := w.outcome(v); c != counted || f != flagged {
		w.t.Errorf("%d orders counted and %d were flagged, want %d and %d", c, f, counted, flagged)
	}
	w.verify()
}

// The last redemption of a standing voucher, 1,000 orders in 40 batches at once.
//
// covers: G1, S0-32
func TestTheLastRedemptionOfAStandingVoucherGoesToOneOfAThousandOrders(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		v := w.voucherOf(nil)
		w.codes(v, program.CodeRequest{Texts: []string{"LETZTER"}, MaxUses: 1})
		const batches, each = 40, 25
		batch := make([][]store.Delivery, batches)
		for i := range batch {
			for n := range each {
				k := i*each + n
				batch[i] = append(batch[i], w.message(saleMessage(orderOf(fmt.Sprint("o", k), fmt.Sprint("c", k), "LETZTER", 2))))
			}
		}
		var all sync.WaitGroup
		for _, rows := range batch {
			all.Go(func() {
				if _, err := w.BookDeliveries(context.Background(), w.shop, rows); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		w.wantOutcome(v, 1, batches*each-1)
	})
}

// covers: G2, A-33
func TestAPersonWithAFiftyfoldOrderUsesAVoucherOnce(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		v := w.voucherOf(func(d *voucher.Template) { d.Limits.PerPerson = 1 })
		w.codes(v, program.CodeRequest{Texts: []string{"JEDER"}})
		for i := range 50 {
			w.send(w.customer(fmt.Sprint("c", i), fmt.Sprintf("an.na+%d@gmail.com", i)))
		}
		w.manyWorkers(50, func(i int) earning.Sale { return orderOf(fmt.Sprint("o", i), fmt.Sprint("c", i), "JEDER", 2) })
		w.wantOutcome(v, 1, 49)
	})
}

// covers: G3, A-39
func TestABudgetIsNeverExceededByOrdersAtOnce(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		v := w.voucherOf(func(d *voucher.Template) { d.Limits.BudgetMinor = 2600 })
		var texts []string
		for i := range 20 {
			texts = append(texts, fmt.Sprint("TOPF", i))
		}
		w.codes(v, program.CodeRequest{Texts: texts, MaxUses: 1})
		w.manyWorkers(20, func(i int) earning.Sale {
			return orderOf(fmt.Sprint("o", i), fmt.Sprint("c", i), texts[i], 2)
		})
		w.wantOutcome(v, 5, 15)
		if got := w.totalOf(v).Minor; got != 2500 {
			t.Errorf("%d was spent of 2600", got)
		}
	})
}

// covers: S0-16, G12
func TestOnePersonInTenVariantsGetsOneNewCustomerVoucher(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		variants := []string{"anna.b@gmail.com", "ANNAB@gmail.com", "an.nab@googlemail.com", "annab+1@gmail.com", "Anna.B+x@GoogleMail.com",
			"a.n.n.a.b@gmail.com", "annab@googlemail.com", "ann.ab+neu@gmail.com", " annab@gmail.com", "ANNA.B@GMAIL.COM"}
		var all []program.Voucher
		for i := range 10 {
			v := w.voucherOf(func(d *voucher.Template) { d.Who.NewOnly = true })
			w.codes(v, program.CodeRequest{Texts: []string{fmt.Sprint("NEU", i)}})
			all = append(all, v)
			w.send(w.customer(fmt.Sprint("c", i), variants[i]))
		}
		w.manyWorkers(10, func(i int) earning.Sale {
			return orderOf(fmt.Sprint("o", i), fmt.Sprint("c", i), fmt.Sprint("NEU", i), 2)
		})
		var counted, flagged int64
		for _, v := range all {
			c, f := w.outcome(v)
			counted, flagged = counted+c, flagged+f
		}
		if counted != 1 || flagged != 9 {
			t.Errorf("%d of ten vouchers counted, %d were flagged", counted, flagged)
		}
		w.verify()
	})
}

// The same races, lost: what reads first and writes afterwards counts too much.
// It shows that the tests above can see it.
func TestReadingFirstAndWritingLaterLosesTheRaces(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		v := w.voucherOf(nil)
		c := w.codes(v, program.CodeRequest{Texts: []string{"NAIV"}, MaxUses: 1})[0]
		const workers = 8
		var ready, all sync.WaitGroup
		var won atomic.Int64
		ready.Add(workers)
		for range workers {
			all.Go(func() {
				var uses int64
				err := w.Store.Read(context.Background(), func(tx *store.Tx) error {
					_, err := tx.Row(`SELECT uses FROM codes WHERE shop_id = ? AND id = ?`, []any{w.shop.ID, c.ID}, &uses)
					return err
				})
				if err != nil {
					t.Error(err)
				}
				ready.Done()
				ready.Wait()
				if uses < 1 {
					won.Add(1)
				}
			})
		}
		all.Wait()
		if won.Load() != workers {
			t.Errorf("%d of %d naive readers believed to have the last one", won.Load(), workers)
		}
	})
}
