package program_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// standing makes codes without a limit that everybody may use.
func (w *redeemWorld) standing(texts ...string) {
	w.t.Helper()
	w.write(func(tx *store.Tx) error {
		for _, text := range texts {
			err := tx.InsertCode(w.shop.ID, store.Code{ID: w.IDs.Next(), Code: text, Folded: voucher.Fold(text), Origin: "test", State: voucher.Active})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// wantCounted compares a code's counter with its rows and with what is expected (G4).
func (w *redeemWorld) wantCounted(text string, uses int64) {
	w.t.Helper()
	w.write(func(tx *store.Tx) error {
		found, err := tx.CodesByFolded(w.shop.ID, []string{voucher.Fold(text)})
		if err != nil {
			return err
		}
		code := found[voucher.Fold(text)]
		var rows int64
		_, err = tx.Row(`SELECT COUNT(*) FROM code_uses WHERE shop_id = ? AND code_id = ? AND state = 'used'`, []any{w.shop.ID, code.ID}, &rows)
		if code.Uses != uses || rows != uses {
			w.t.Errorf("%s counts %d uses and has %d rows, want %d", text, code.Uses, rows, uses)
		}
		return err
	})
}

func (w *redeemWorld) salesWith(prefix string, n int, codes ...string) []earning.Sale {
	var list []earning.Sale
	for i := range n {
		s := w.orderWith(fmt.Sprint(prefix, i), codes...).sale
		s.UpdatedAt = loyalty.NowMs(w.clock)
		list = append(list, s)
	}
	return list
}

// covers: G4
func TestOrdersThatShareACodeWithoutALimitAreCountedInOneStatement(t *testing.T) {
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		w.standing("EVERYBODY")
		statements := func(sales []earning.Sale) int64 {
			ctx, count := store.CountStatements(context.Background())
			if err := w.BookReadForTest(ctx, w.shop, sales...); err != nil {
				t.Fatal(err)
			}
			return count()
		}
		w.book(w.salesWith("warm", 1, "everybody")...)
		few, many := statements(w.salesWith("a", 5, "everybody")), statements(w.salesWith("b", 50, "everybody"))
		if few != many {
			t.Errorf("%d statements for 5 orders, %d for 50", few, many)
		}
		w.wantCounted("EVERYBODY", 56)
		back := w.salesWith("b", 20, "everybody")
		for i := range back {
			back[i].UpdatedAt++
			back[i].Status = earning.SaleCancelled
		}
		w.book(back...)
		w.wantCounted("EVERYBODY", 36)
		w.book(back...)
		w.wantCounted("EVERYBODY", 36)
	})
}

// Two workers meet the same two codes in opposite orders. Counters that were
// locked in the order of the orders would lock each other out.
func TestWorkersWithTheSameSharedCodesLoseNoUse(t *testing.T) { // G1, G4
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		w.standing("FIRST", "SECOND")
		const rounds, batch = 10, 8
		var all sync.WaitGroup
		for worker := range 2 {
			all.Go(func() {
				for round := range rounds {
					sales := w.salesWith(fmt.Sprint("w", worker, "r", round, "o"), batch, "first")
					for i := range sales[:batch/2] {
						sales[i].Codes[0].Code = "second"
					}
					if worker == 1 {
						slices.Reverse(sales)
					}
					if err := w.BookReadForTest(context.Background(), w.shop, sales...); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		w.wantCounted("FIRST", rounds*batch)
		w.wantCounted("SECOND", rounds*batch)
	})
}
