package program_test

import (
	"context"
	"fmt"
	"sync"
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

// naiveUse asks whether a use may still count and writes it afterwards, as one might:
// between the two, everybody else has asked too.
func (w *bookWorld) naiveUse(code store.Code, i int, free func(tx *store.Tx) (bool, error), together *sync.WaitGroup) error {
	var ok bool
	err := w.Store.Read(context.Background(), func(tx *store.Tx) (err error) {
		ok, err = free(tx)
		return err
	})
	together.Done()
	together.Wait()
	if err != nil || !ok {
		return err
	}
	return w.Store.Write(context.Background(), func(tx *store.Tx) error {
		use := store.CodeUse{CodeID: code.ID, SaleKey: fmt.Sprint("naive", i), Minor: 500, State: store.UseCounts, TemplateID: code.TemplateID, PersonKey: []byte("anna"), Doc: []byte("{}")}
		if err := tx.InsertCodeUses(w.shop.ID, use); err != nil {
			return err
		}
		_, err := tx.Exec(`UPDATE template_totals SET uses = uses + 1, minor = minor + 500 WHERE shop_id = ? AND template_id = ?`, w.shop.ID, code.TemplateID)
		return err
	})
}

// The naive half of the four races above.
func TestReadingFirstAndWritingLaterLosesTheVoucherRaces(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		number := func(tx *store.Tx, query string, args ...any) (n int64, err error) {
			_, err = tx.Row(query, append([]any{w.shop.ID}, args...), &n)
			return n, err
		}
		for name, free := range map[string]func(tx *store.Tx, c store.Code) (bool, error){
			"last redemption": func(tx *store.Tx, c store.Code) (bool, error) {
				n, err := number(tx, `SELECT COUNT(*) FROM code_uses WHERE shop_id = ? AND code_id = ? AND state = 'used'`, c.ID)
				return n < 1, err
			},
			"person": func(tx *store.Tx, c store.Code) (bool, error) {
				n, err := number(tx, `SELECT COUNT(*) FROM code_uses WHERE shop_id = ? AND template_id = ? AND person_key = ? AND state = 'used'`, c.TemplateID, []byte("anna"))
				return n < 1, err
			},
			"budget": func(tx *store.Tx, c store.Code) (bool, error) {
				n, err := number(tx, `SELECT minor FROM template_totals WHERE shop_id = ? AND template_id = ?`, c.TemplateID)
				return n+500 <= 500, err
			},
			"new customer": func(tx *store.Tx, c store.Code) (bool, error) {
				n, err := number(tx, `SELECT COUNT(*) FROM code_uses u JOIN codes c ON c.shop_id = u.shop_id AND c.id = u.code_id WHERE u.shop_id = ? AND u.person_key = ? AND c.origin = ?`,
					[]byte("anna"), c.Origin)
				return n < 1, err
			},
		} {
			const workers = 8
			v := w.voucherOf(nil)
			c := w.codes(v, program.CodeRequest{Count: 1, Origin: name[:4]})[0]
			var together, all sync.WaitGroup
			together.Add(workers)
			for i := range workers {
				all.Go(func() {
					if err := w.naiveUse(c, i, func(tx *store.Tx) (bool, error) { return free(tx, c) }, &together); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			if counted, _ := w.outcome(v); counted < 2 {
				t.Errorf("%s: the naive build counted %d; the races of this file no longer show anything", name, counted)
			}
		}
		if len(w.broken()) == 0 {
			t.Error("verify saw nothing of it")
		}
	})
}
