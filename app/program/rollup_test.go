package program_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
)

// count works off all that is old enough.
func (w *bookWorld) count() {
	w.t.Helper()
	for more := true; more; {
		var err error
		if more, err = w.CountEntries(context.Background(), w.shop); err != nil {
			w.t.Fatal(err)
		}
	}
}

func (w *bookWorld) give(p *program.Program, member loyalty.Member, points loyalty.Points) {
	w.t.Helper()
	_, err := p.Adjust(context.Background(), "staff:1", w.shop, program.AdjustRequest{MemberID: member.ID, Points: points, Note: "a gift", Key: loyalty.NewPublicID()})
	if err != nil {
		w.t.Fatal(err)
	}
}

// explained says that verify finds nothing in the books; that nobody calls the
// host while the clock is moved is not looked at.
func (w *bookWorld) explained() {
	w.t.Helper()
	report, err := w.Verify(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	for _, c := range report.Checks {
		if c.Broken > 0 && c.Number != 7 {
			w.t.Errorf("%s: %v", c.Name, c.Violations)
		}
	}
}

// total reads what is counted for one metric of a day.
func (w *bookWorld) total(day, metric string) (points loyalty.Points, times int64) {
	w.t.Helper()
	d, err := loyalty.ParseDate(day)
	if err != nil {
		w.t.Fatal(err)
	}
	w.write(func(tx *store.Tx) error {
		points, times = 0, 0
		list, err := tx.DayTotals(w.shop.ID, d, d)
		for _, t := range list {
			if t.Metric == metric {
				points, times = t.Points, t.Times
			}
		}
		return err
	})
	return points, times
}

func (w *bookWorld) wantTotal(day, metric string, points loyalty.Points, times int64) {
	w.t.Helper()
	if p, n := w.total(day, metric); p != points || n != times {
		w.t.Errorf("%s, %s: %d points in %d entries, want %d in %d", day, metric, p, n, points, times)
	}
}

func (w *bookWorld) closing(day string) store.DayClosing {
	w.t.Helper()
	d, err := loyalty.ParseDate(day)
	if err != nil {
		w.t.Fatal(err)
	}
	var list []store.DayClosing
	w.write(func(tx *store.Tx) error {
		list, err = tx.DayClosings(w.shop.ID, d, d)
		return err
	})
	if len(list) != 1 {
		w.t.Errorf("%s has %d closings", day, len(list))
		return store.DayClosing{}
	}
	return list[0]
}

//
func TestDailyTotalsAreTheMovementsOfEachLocalDay(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		order := paidOrder("o1", "c1", 3000, 2)
		w.send(saleMessage(order), saleMessage(paidOrder("o2", "c2", 2000, 2)))
		w.clock.Set(time.Date(2026, 11, 23, 23, 30, 0, 0, time.UTC)) // past midnight in the shop
		order.Status, order.UpdatedAt = earning.SaleCancelled, at(50)
		w.send(saleMessage(order))
		w.give(w.Program, w.member("c2"), 7)
		w.give(w.Program, w.member("c2"), -2)
		w.count()
		w.wantTotal("2026-11-24", program.MetricGiven, 0, 0) // too young to be counted
		w.clock.Advance(24 * time.Hour)
		w.count()
		w.count()
		_, bought := w.total("2026-11-21", program.MetricIssued)
		earned, _ := w.total("2026-11-21", "rule:purchase")
		if bought == 0 || earned != 50 {
			t.Errorf("%d entries of the first day, %d points by the rule", bought, earned)
		}
		w.wantTotal("2026-11-24", program.MetricClawedBack, -30, 1)
		w.wantTotal("2026-11-24", program.MetricGiven, 7, 1)
		w.wantTotal("2026-11-24", program.MetricTaken, -2, 1)
		issued, _ := w.total("2026-11-21", program.MetricIssued)
		for _, day := range []string{"2026-11-21", "2026-11-22", "2026-11-23"} {
			if c := w.closing(day); c.Points != issued || c.Minor != int64(issued) {
				t.Errorf("%s ended with %+v, want %d points", day, c, issued)
			}
		}
		if c := w.closing("2026-11-24"); c.Points != issued-25 {
			t.Errorf("the last day ended with %+v", c)
		}
		w.explained()
	})
}

// An entry whose transaction commits behind younger ones is still counted: without
// the lag the cursor would be past it.
func TestAnEntryThatCommitsLateIsCounted(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.send(saleMessage(paidOrder("o1", "c1", 3000, 2)))
		past := loyalty.NewManualClock(w.clock.Now().Add(time.Minute))
		late := &program.Program{Store: w.Store, Clock: past, IDs: loyalty.NewIDs(past), Hosts: w.Hosts, Log: w.Log, PersonKey: w.PersonKey}
		w.clock.Advance(13 * time.Minute)
		w.give(w.Program, w.member("c1"), 5)
		w.clock.Advance(time.Minute)
		w.count()
		w.give(late, w.member("c1"), 3) // made thirteen minutes ago, commits now
		w.count()
		w.clock.Advance(time.Hour)
		w.count()
		w.wantTotal("2026-11-21", program.MetricGiven, 8, 2)
		w.explained()
	})
}

func TestProcessesThatCountAtTheSameTimeCountNothingTwice(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.send(saleMessage(paidOrder("o1", "c1", 3000, 2)))
		for range 3 {
			w.give(w.Program, w.member("c1"), 5)
			w.clock.Advance(time.Hour)
			var all sync.WaitGroup
			for range 4 {
				all.Go(func() {
					if _, err := w.CountEntries(context.Background(), w.shop); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
		}
		w.wantTotal("2026-11-21", program.MetricGiven, 15, 3)
		w.explained()
	})
}

func TestVerifyNamesADayWhoseTotalsItsEntriesDoNotExplainAndARebuildMendsIt(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.send(saleMessage(paidOrder("o1", "c1", 3000, 2)))
		w.clock.Advance(48 * time.Hour)
		w.give(w.Program, w.member("c1"), 5)
		w.clock.Advance(time.Hour)
		w.count()
		for query, want := range map[string]string{
			`UPDATE daily_totals SET points = points + 1 WHERE shop_id = ? AND metric = 'issued' AND times > 0`: "points of 2026-11-21",
			`UPDATE daily_totals SET times = times + 1 WHERE shop_id = ? AND metric = 'given'`:                  "entries of 2026-11-23",
			`UPDATE day_closings SET points = points - 1 WHERE shop_id = ?`:                                     "points at the end of 2026-11-21",
			`UPDATE daily_totals SET local_day = 20261201 WHERE shop_id = ? AND metric = 'given'`:               "not counted yet, 2026-12-01",
		} {
			w.write(func(tx *store.Tx) error {
				n, err := tx.Exec(query, w.shop.ID)
				if err == nil && n == 0 {
					t.Errorf("nothing to spoil: %s", query)
				}
				return err
			})
			report, err := w.Verify(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			if found := strings.Join(report.Violations(), "\n"); !strings.Contains(found, want) {
				t.Errorf("after %s verify says %q", query, found)
			}
			if err := w.RebuildTotals(context.Background(), w.shop); err != nil {
				t.Fatal(err)
			}
			w.explained()
		}
	})
}
