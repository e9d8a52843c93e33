package store_test

import (
	"fmt"
	"testing"

	"zugabe/app/loyalty"
	"zugabe/app/store"
	"zugabe/app/store/storetest"
)

func TestWhatRunsOutSoonIsSummedByItsPromises(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ids := newIDs()
		accounts := openAccounts(t, s, ids, 1, 2)
		mustDo(t, onBook(s, ids, accounts[1], 100, earn("sale:1", 10, 500)))
		mustDo(t, onBook(s, ids, accounts[2], 100, earn("sale:2", 5, 600)))
		mustDo(t, onBook(s, ids, accounts[2], 100, earn("sale:3", 7, 900)))
		want := func(at int64, members int64, parts string) {
			t.Helper()
			mustRead(t, s, func(tx *store.Tx) error {
				e, err := tx.ExpiringBefore(ledgerShop, at)
				if e.Members != members || fmt.Sprint(e.Parts) != parts {
					t.Errorf("before %d: %+v", at, e)
				}
				return err
			})
		}
		want(500, 0, "[]")
		want(601, 2, "[{0 {1 1} 15}]")
		mustWrite(t, s, func(tx *store.Tx) error {
			_, err := tx.Exec(`UPDATE lots SET promise_per = 2 WHERE shop_id = ? AND account_id = ?`, ledgerShop, accounts[2])
			return err
		})
		want(601, 2, "[{0 {1 1} 10} {0 {1 2} 5}]")
		want(901, 2, "[{0 {1 1} 10} {0 {1 2} 12}]")
	})
}

// On SQLite a statement whose index cannot serve it is refused.
func TestReportsReadNothingButTheirRangeOfAnIndex(t *testing.T) {
	s := storetest.MariaDB(t)
	ids := newIDs()
	a := openAccounts(t, s, ids, 1)[1]
	for i := range 30 {
		mustDo(t, onBook(s, ids, a, 100, earn(fmt.Sprintf("sale:%d", i), loyalty.Points(1), 0)))
	}
	mustRead(t, s, func(tx *store.Tx) error {
		for name, query := range map[string]string{
			"expiring": `EXPLAIN SELECT SUM(remaining), COUNT(DISTINCT account_id) FROM lots /*!50000 FORCE INDEX (lots_due) */ WHERE shop_id = 7 AND state = 1 AND due_at < 20`,
			"buyers":   `EXPLAIN SELECT customer_key, COUNT(*) FROM sales /*!50000 FORCE INDEX (sales_placed) */ WHERE shop_id = 7 AND placed_at >= 1 AND placed_at < 20 AND status NOT IN ('draft', 'cancelled') GROUP BY customer_key`,
			"promises": `EXPLAIN SELECT promise_minor, SUM(points) FROM promised /*!50000 FORCE INDEX (PRIMARY) */ WHERE shop_id = 7 AND id < 20 GROUP BY promise_minor`,
		} {
			var x [10]any
			_, err := tx.Row(query, nil, &x[0], &x[1], &x[2], &x[3], &x[4], &x[5], &x[6], &x[7], &x[8], &x[9])
			if kind := fmt.Sprintf("%s", x[3]); err != nil || kind != "range" {
				t.Errorf("%s: access type %s, %v", name, kind, err)
			}
		}
		return nil
	})
}
