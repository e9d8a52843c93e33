package store_test

import (
	"strings"
	"testing"

	"zugabe/app/store"
	"zugabe/app/store/storetest"
)

// Without the statistics each of these reads the whole shop.
func TestSQLiteFindsOneThingWithoutReadingTheWholeShop(t *testing.T) {
	s := storetest.SQLite(t)
	for query, index := range map[string]string{
		"SELECT SUM(points) FROM entries WHERE shop_id = 1 AND account_id = 5":                                      "entries_account",
		"SELECT * FROM entries WHERE shop_id = 1 AND source_key IN ('a', 'b')":                                      "entries_source",
		"SELECT * FROM lots WHERE shop_id = 1 AND account_id IN (1, 2) AND state IN (0, 1) ORDER BY expires_at, id": "lots_account",
		"SELECT SUM(remaining) FROM lots WHERE shop_id = 1 AND account_id = 5 AND state = 1":                        "lots_account",
		"SELECT * FROM lots WHERE shop_id = 1 AND state = 1 AND due_at <= 5 ORDER BY due_at, id LIMIT 1000":         "lots_due",
		"SELECT SUM(points) FROM allocations WHERE shop_id = 1 AND lot_id = 5":                                      "allocations_lot",
		"SELECT * FROM holds WHERE shop_id = 1 AND account_id = 5 AND state = 'open'":                               "holds_account",
		"SELECT * FROM sales WHERE shop_id = 1 AND member_id = 5 ORDER BY placed_at":                                "sales_member",
		"SELECT * FROM redemptions WHERE shop_id = 1 AND code_id IN (1, 2)":                                         "redemptions_code",
		"SELECT * FROM members WHERE shop_id = 1 AND person_key IN (x'01', x'02')":                                  "members_person",
		"SELECT * FROM jobs WHERE state = 0 AND shop_id = 1 AND next_at <= 5":                                       "jobs_due",
		"SELECT * FROM activities WHERE shop_id = 1 AND member_id = 5 AND kind = 'signup'":                          "activities_member",
		"SELECT * FROM lots WHERE shop_id = 1 AND id IN (1, 2)":                                                     "PRIMARY KEY",
	} {
		var plan []string
		err := s.Read(t.Context(), func(tx *store.Tx) error {
			return tx.Rows("EXPLAIN QUERY PLAN "+query, nil, func(row store.Scanner) error {
				var id, parent, unused int64
				var step string
				err := row.Scan(&id, &parent, &unused, &step)
				plan = append(plan, step)
				return err
			})
		})
		if err != nil || !strings.Contains(plan[0], index) {
			t.Errorf("%s\ndoes not use %s: %v %q", query, index, err, plan)
		}
	}
}
