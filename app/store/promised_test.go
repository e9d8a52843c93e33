package store_test

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/store"
	"zugabe/app/store/storetest"
	"zugabe/migrations"
)

// fillPromised is the statement of migration 0012 that sums what was there before.
func fillPromised(t *testing.T, s *store.Store) string {
	t.Helper()
	var files fs.FS = migrations.SQLite
	path := "sqlite/0012_promised.sql"
	if s.Dialect() != store.SQLite {
		files, path = migrations.MySQL, "mysql/0012_promised.sql"
	}
	text, err := fs.ReadFile(files, path)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "INSERT INTO promised")
	rest, _, _ = strings.Cut(rest, ";")
	return "INSERT INTO promised" + rest
}

func TestAnOlderDatabaseLearnsWhatItsPointsWerePromised(t *testing.T) { // covers: N-02
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ids := newIDs()
		accounts := openAccounts(t, s, ids, 1, 2)
		hold := func(_ *store.Tx, b *ledger.Book) error {
			_, err := b.Hold(ids.Next(), 4)
			return err
		}
		mustDo(t, onBook(s, ids, accounts[1], 100, earn("sale:1", 10, 0)))
		mustDo(t, onBook(s, ids, accounts[2], 100, earn("sale:2", 5, 0)))
		mustDo(t, onBook(s, ids, accounts[2], 200, func(_ *store.Tx, b *ledger.Book) error {
			_, err := b.Rescale(ledger.RescaleReq{Line: ledger.Line{Source: "rescale:1"}, Rate: loyalty.RedeemRate{Minor: 1, PerPoints: 2}, Before: 150})
			return err
		}))
		mustDo(t, onBook(s, ids, accounts[1], 300, hold))
		var before []store.Promised
		mustRead(t, s, func(tx *store.Tx) (err error) {
			before, err = tx.SumPromised(ledgerShop, 1<<62)
			return err
		})
		if want := "[{0 {1 1} 10} {0 {1 2} 5}]"; fmt.Sprint(before) != want {
			t.Errorf("booking sums %v, want %s", before, want)
		}
		for _, again := range []bool{false, true} { // a start that was interrupted goes on from the top
			mustWrite(t, s, func(tx *store.Tx) error {
				if !again {
					if _, err := tx.Exec(`DELETE FROM promised WHERE shop_id = ?`, ledgerShop); err != nil {
						return err
					}
				}
				_, err := tx.Exec(fillPromised(t, s))
				return err
			})
			mustRead(t, s, func(tx *store.Tx) error {
				after, err := tx.SumPromised(ledgerShop, 1<<62)
				if fmt.Sprint(after) != fmt.Sprint(before) {
					t.Errorf("the migration sums %v, want %v", after, before)
				}
				drift, err2 := tx.DriftedPromises(ledgerShop)
				if len(drift) > 0 || err2 != nil {
					t.Errorf("%v, %v", drift, err2)
				}
				return err
			})
		}
	})
}

func TestMovesOfPromisesThatChangedMeanwhileAreNotFolded(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		rate := loyalty.RedeemRate{Minor: 1, PerPoints: 1}
		moves := []store.Promised{{ID: 1, Rate: rate, Points: 3}, {ID: 2, Rate: rate, Points: 4}, {ID: 3, Rate: rate, Points: 5}}
		mustWrite(t, s, func(tx *store.Tx) error { return tx.InsertPromised(ledgerShop, moves) })
		err := s.Write(t.Context(), func(tx *store.Tx) error {
			return tx.ReplacePromised(ledgerShop, []store.Promised{moves[0], moves[2]}, []store.Promised{{ID: 3, Rate: rate, Points: 8}})
		})
		if err == nil {
			t.Error("a move was folded that nobody had read")
		}
		mustWrite(t, s, func(tx *store.Tx) error {
			return tx.ReplacePromised(ledgerShop, moves, []store.Promised{{ID: 3, Rate: rate, Points: 12}})
		})
		mustRead(t, s, func(tx *store.Tx) error {
			left, err := tx.PromisedBetween(ledgerShop, 0, 1<<62)
			if len(left) != 1 || left[0].Points != 12 {
				t.Errorf("%v", left)
			}
			return err
		})
	})
}
