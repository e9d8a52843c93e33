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

// money is what the merchant is shown of all points: at home, and in a report.
func (w *bookWorld) money() (program.Home, program.Held) {
	w.t.Helper()
	home, err := w.HomeOf(context.Background(), w.shop)
	if err != nil {
		w.t.Fatal(err)
	}
	today := loyalty.DateOf(w.clock.Now().UTC())
	report, err := w.Points(context.Background(), w.shop, program.Period{From: today.AddDays(-5), To: today}, program.ByDay)
	if err != nil {
		w.t.Fatal(err)
	}
	if last := report.Buckets[len(report.Buckets)-1].Held; report.End != home.Held || last != home.Held {
		w.t.Errorf("home says %+v, the report %+v, its last day %+v", home.Held, report.End, last)
	}
	return home, report.End
}

func (w *bookWorld) wantHeld(when string, points loyalty.Points, minor int64) {
	w.t.Helper()
	if _, held := w.money(); held != (program.Held{Points: points, Minor: minor}) {
		w.t.Errorf("%s members hold %+v, want %d points worth %d", when, held, points, minor)
	}
}

// promiseWorld is richWorld with points that run out: anna's 159 within a month.
func promiseWorld(t *testing.T, story func(t *testing.T, w *bookWorld)) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.setPlan(func(d *program.PlanDoc) {
			d.Earning.Rules, d.Redeem.MinPoints, d.Expiry.Months = d.Earning.Rules[:1], 0, 1
		})
		w.clock.Advance(3 * time.Hour)
		w.send(w.customer("anna", "anna@example.org"), saleMessage(laterOrder("1", "anna", 15_900)))
		w.clock.Advance(time.Hour)
		story(t, w)
	})
}

func (w *bookWorld) orderNow(key string, net int64) {
	w.t.Helper()
	s, now := laterOrder(key, "anna", net), loyalty.NowMs(w.clock)
	s.PlacedAt, s.PaidAt, s.UpdatedAt = now, now, now
	w.send(saleMessage(s))
}

// By today's rate for all points home said 129 here.
func TestHomeReportsMemberPageAndQuotesSayTheSameMoney(t *testing.T) { // covers: N-02, A-48
	promiseWorld(t, func(t *testing.T, w *bookWorld) {
		w.rateTo(50, program.PromiseChange{})
		w.wantHeld("after the change of the rate", 159, 159)
		w.clock.Advance(24 * time.Hour)
		w.orderNow("2", 10_000)
		home, held := w.money()
		if held != (program.Held{Points: 259, Minor: 209}) || w.worth("anna") != 209 {
			t.Errorf("home %+v, member page %d", held, w.worth("anna"))
		}
		if home.Expiring.Points != 159 || home.Expiring.Minor != 159 || home.Expiring.Members != 1 {
			t.Errorf("what runs out soon: %+v", home.Expiring)
		}
		w.clock.Advance(24 * time.Hour)
		if home, _ = w.money(); home.Expiring.Points != 259 || home.Expiring.Minor != 209 || home.Expiring.Members != 1 {
			t.Errorf("what runs out soon, of two promises: %+v", home.Expiring)
		}
		if red := w.redeem("anna", 259, "all"); red.Minor != 209 {
			t.Errorf("all points are redeemed for %d", red.Minor)
		}
		w.wantHeld("while a redemption holds them", 259, 209)
		w.clock.Advance(24 * time.Hour)
		w.count()
		for day, minor := range map[string]int64{"2026-11-21": 159, "2026-11-22": 209, "2026-11-23": 209} {
			if c := w.closing(day); c.Minor != minor {
				t.Errorf("%s ended with %+v, want %d", day, c, minor)
			}
		}
		if err := w.RebuildTotals(t.Context(), w.shop); err != nil {
			t.Fatal(err)
		}
		if c := w.closing("2026-11-21"); c.Minor != 159 {
			t.Errorf("made again, the first day ended with %+v", c)
		}
		w.booksAddUp()
	})
}

func TestWhatIsOwedFollowsSpendingTopUpsAndDebts(t *testing.T) { // covers: N-02
	richWorld(t, func(t *testing.T, w *bookWorld) {
		w.rateTo(50, program.PromiseChange{})
		w.orderNow("2", 10_000)
		w.give(w.Program, w.member("anna"), -160) // 159 old ones and a new one
		w.wantHeld("after some were taken", 99, 49)
		w.clock.Advance(time.Hour)
		w.rateTo(20, program.PromiseChange{Choice: program.PromiseTopUp})
		w.wantHeld("before the top-up", 99, 49)
		w.applyPromises()
		if w.wantHeld("after the top-up", 248, 49); w.worth("anna") != 49 {
			t.Errorf("the member page says %d", w.worth("anna"))
		}
		back := laterOrder("1", "anna", 15_900)
		back.Status, back.UpdatedAt = earning.SaleCancelled, at(90)
		w.send(saleMessage(back))
		w.wantHeld("after the first order was cancelled", 89, 17)
		w.give(w.Program, w.member("anna"), -89)
		back = laterOrder("2", "anna", 10_000)
		back.Status, back.UpdatedAt = earning.SaleCancelled, at(90)
		w.send(saleMessage(back))
		if w.account("anna").Debt != 100 {
			t.Fatalf("%+v", w.account("anna"))
		}
		w.wantHeld("as a debt", -100, -20)
		w.booksAddUp()
	})
}

func TestANoticeChangesWhatIsOwedOnItsDayAlthoughNothingIsEntered(t *testing.T) { // covers: N-02
	richWorld(t, func(t *testing.T, w *bookWorld) {
		day := loyalty.DateOf(w.clock.Now().UTC().AddDate(0, 0, 2))
		w.rateTo(50, program.PromiseChange{Choice: program.PromiseNotice, From: day})
		w.clock.Advance(48 * time.Hour)
		w.wantHeld("on the day, before the work is done", 159, 159)
		w.applyPromises()
		w.wantHeld("on the day", 159, 79)
		w.clock.Advance(48 * time.Hour)
		w.count()
		for day, minor := range map[string]int64{"2026-11-22": 159, "2026-11-23": 79, "2026-11-24": 79} {
			if c := w.closing(day); c.Minor != minor {
				t.Errorf("%s ended with %+v, want %d", day, c, minor)
			}
		}
		w.booksAddUp()
	})
}

func TestTheSumsOfPromisesStayFewRows(t *testing.T) {
	richWorld(t, func(t *testing.T, w *bookWorld) {
		w.rateTo(50, program.PromiseChange{})
		for range 3 {
			for range 4 {
				w.give(w.Program, w.member("anna"), 7)
				w.give(w.Program, w.member("anna"), -3)
				w.clock.Advance(time.Hour)
				var all sync.WaitGroup
				for range 3 {
					all.Go(func() {
						if _, err := w.CountEntries(context.Background(), w.shop); err != nil {
							t.Error(err)
						}
					})
				}
				all.Wait()
			}
			w.clock.Advance(20 * time.Hour)
		}
		w.count()
		var rows []store.Promised
		w.write(func(tx *store.Tx) (err error) {
			rows, err = tx.PromisedBetween(w.shop.ID, 0, 1<<62)
			return err
		})
		if len(rows) > 7 { // of four days and two promises, after 25 transactions
			t.Errorf("%d rows: %+v", len(rows), rows)
		}
		w.wantHeld("after all", 207, int64(159-36+84/2))
		w.explained()
	})
}

func TestVerifyNamesAPromiseThatItsLotsDoNotExplainAndARebuildMendsIt(t *testing.T) {
	richWorld(t, func(t *testing.T, w *bookWorld) {
		w.redeem("anna", 20, "held")
		w.write(func(tx *store.Tx) error {
			n, err := tx.Exec(`UPDATE promised SET points = points + 1 WHERE shop_id = ?`, w.shop.ID)
			if n != 1 {
				t.Errorf("%d rows", n)
			}
			return err
		})
		report, err := w.Verify(t.Context())
		if found := strings.Join(report.Violations(), "\n"); err != nil || !strings.Contains(found, "points promised at 100 per 100: has 160, should have 159") {
			t.Errorf("verify says %q, %v", found, err)
		}
		if err := w.RebuildTotals(t.Context(), w.shop); err != nil {
			t.Fatal(err)
		}
		w.booksAddUp()
	})
}
