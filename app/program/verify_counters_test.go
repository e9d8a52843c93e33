package program_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"zugabe/app/earning"
	"zugabe/app/platform"
	"zugabe/app/program"
	"zugabe/app/store"
)

// withLimits has every sort of limit: of a day, a month, a life, a subject and a budget.
func (w *bookWorld) withLimits() {
	w.setPlan(func(d *program.PlanDoc) {
		d.Earning.Rules = append(d.Earning.Rules,
			earning.Rule{ID: "thanks", Name: "Thanks", Kind: earning.KindPerOrder, Points: 10,
				Limits: []earning.Limit{{Per: earning.PerDay, Times: 3}, {Per: earning.PerLifetime, Points: 100}}},
			earning.Rule{ID: "review", Name: "Review", Kind: earning.KindProductRev, Points: 5, Limits: []earning.Limit{{Per: earning.PerMonth, Times: 4}}})
	})
	w.withBudget()
}

// G2, G3: how much of a limit is used is recomputed from the entries, after
// refunds, a withdrawn review and a merge too.
func TestVerifyNamesALimitThatItsEntriesDoNotExplain(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.withLimits()
		first, second := paidOrder("o1", "c1", 3000, 2), paidOrder("o2", "c2", 2000, 2)
		w.send(saleMessage(first), saleMessage(second), saleMessage(paidOrder("o3", "c1", 1000, 2)))
		w.send(review("r1", "c1", "p1", earning.ActivityApproved, 3), review("r2", "c1", "p2", earning.ActivityApproved, 3))
		w.verify()
		second.Status, second.UpdatedAt = earning.SaleCancelled, at(4)
		w.send(saleMessage(second), review("r2", "c1", "p2", earning.ActivityWithdrawn, 4), saleMessage(paidOrder("o4", "c3", 1000, 2)))
		w.send(wire{Kind: platform.CustomersMerged, Key: "c3", IntoKey: "c1"})
		w.verify()
		if n := w.counters(); n < 6 {
			t.Fatalf("there are %d counters: the test sees nothing", n)
		}
		for query, want := range map[string]string{
			`UPDATE counters SET times = times + 1 WHERE shop_id = ? AND rule_id = 'thanks' AND win LIKE 'day:%' AND times > 0`:   "counters thanks of member " + w.member("c1").ID.String() + ", day:2026-11-21, times: has 4, should have 3",
			`UPDATE counters SET points = points - 1 WHERE shop_id = ? AND win = 'budget'`:                                        "counters +double of member 0, budget, points",
			`UPDATE counters SET points = 0 WHERE shop_id = ? AND rule_id = 'review' AND win LIKE 'month:%' AND times > 0`:        "counters review of member",
			`DELETE FROM counters WHERE shop_id = ? AND rule_id = 'thanks' AND win = 'lifetime' AND times > 0`:                    "lifetime, times: has 0, should have 3",
			`UPDATE counters SET member_id = 77 WHERE shop_id = ? AND rule_id = 'thanks' AND win = 'lifetime' AND times = 0`:      "counters of members that do not exist: has 1, should have 0",
			`UPDATE counters SET times = 9 WHERE shop_id = ? AND rule_id = 'review' AND win LIKE 'subject:%' AND times = 0`:       "times: has 9, should have 0",
			`UPDATE counters SET rule_id = 'nobody' WHERE shop_id = ? AND rule_id = 'thanks' AND win = 'lifetime' AND times <> 0`: "counters nobody of member",
		} {
			w.spoiled(query, want)
		}
		w.verify()
	})
}

func (w *bookWorld) counters() (n int64) {
	w.write(func(tx *store.Tx) (err error) {
		n, err = tx.CountCounters(w.shop.ID)
		return err
	})
	return n
}

// spoiled changes something in a transaction, looks what verify finds, and takes
// it back.
func (w *bookWorld) spoiled(query, want string) {
	w.t.Helper()
	before := w.counterRows()
	w.write(func(tx *store.Tx) error {
		n, err := tx.Exec(query, w.shop.ID)
		if err == nil && n == 0 {
			w.t.Errorf("nothing to spoil: %s", query)
		}
		return err
	})
	report, err := w.Verify(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	if found := strings.Join(report.Violations(), "\n"); !strings.Contains(found, want) {
		w.t.Errorf("%s\nfound %q, want %q", query, found, want)
	}
	w.write(func(tx *store.Tx) error {
		if _, err := tx.Exec(`DELETE FROM counters WHERE shop_id = ?`, w.shop.ID); err != nil {
			return err
		}
		return tx.InsertMany("counters", []string{"shop_id", "rule_id", "member_id", "win", "times", "points"}, before)
	})
}

func (w *bookWorld) counterRows() (rows [][]any) {
	w.write(func(tx *store.Tx) error {
		rows = nil
		return tx.Rows(`SELECT rule_id, member_id, win, times, points FROM counters WHERE shop_id = ?`, []any{w.shop.ID}, func(row store.Scanner) error {
			var rule, win string
			var member, times, points int64
			err := row.Scan(&rule, &member, &win, &times, &points)
			rows = append(rows, []any{w.shop.ID, rule, member, win, times, points})
			return err
		})
	})
	return rows
}

// A shop that moves to another zone has booked its days by the old calendar: that
// is no mistake in the books.
func TestVerifyUnderstandsThatAShopHasMovedToAnotherZone(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.setPlan(func(d *program.PlanDoc) {
			d.Earning.Rules = []earning.Rule{{ID: "thanks", Name: "Thanks", Kind: earning.KindPerOrder, Points: 10, Limits: []earning.Limit{{Per: earning.PerDay, Times: 3}}}}
		})
		late := paidOrder("o1", "c1", 1000, 13)
		late.PlacedAt = bookStart.Add(11*time.Hour + 30*time.Minute).UnixMilli() // 23:30 UTC
		late.PaidAt = late.PlacedAt
		w.clock.Set(bookStart.Add(13 * time.Hour))
		w.send(saleMessage(late), saleMessage(paidOrder("o2", "c1", 1000, 2)))
		w.verify()
		for _, zone := range []string{"Asia/Tokyo", "America/Los_Angeles"} {
			w.write(func(tx *store.Tx) error {
				_, err := tx.Exec(`UPDATE shops SET time_zone = ? WHERE id = ?`, zone, w.shop.ID)
				return err
			})
			w.verify()
		}
	})
}
