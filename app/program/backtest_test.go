package program_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
	"zugabe/app/store/storetest"
)

// tried is a copy of the current plan, changed.
func (w *bookWorld) tried(change func(*program.PlanDoc)) program.PlanDoc {
	w.t.Helper()
	var doc program.PlanDoc
	w.write(func(tx *store.Tx) error {
		plan, err := w.CurrentPlan(tx, w.shop)
		if err != nil {
			return err
		}
		body, err := json.Marshal(plan.Doc)
		if err != nil {
			return err
		}
		doc, err = program.DecodePlan(body)
		return err
	})
	change(&doc)
	return doc
}

// backtest runs one to its end.
func (w *bookWorld) backtest(doc program.PlanDoc) program.BacktestResult {
	w.t.Helper()
	b, err := w.StartBacktest(w.t.Context(), "staff:1", w.shop, doc, 3)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(w.StopBacktests)
	var result program.BacktestResult
	storetest.Eventually(w.t, "the back-test has ended", func() bool {
		b, result, _, err = w.Backtest(context.Background(), w.shop.ID, b.ID)
		return err == nil && b.State != store.BacktestRunning
	})
	if b.State != store.BacktestDone || b.Done != b.Total {
		w.t.Fatalf("the back-test is %s after %d of %d orders", b.State, b.Done, b.Total)
	}
	return result
}

func TestABacktestSaysWhatPastOrdersWouldHaveEarned(t *testing.T) { // covers: N-01
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.send(w.customer("anna", "anna@example.org"), w.customer("ben", "ben@example.org"))
		old := paidOrder("old", "anna", 5000, 3)
		old.PlacedAt = bookStart.Add(-48 * time.Hour).UnixMilli() // before the app was installed
		guest := paidOrder("guest", "", 3000, 3)
		w.send(saleMessage(old), saleMessage(guest), saleMessage(paidOrder("1", "anna", 10_000, 3)), saleMessage(paidOrder("2", "ben", 999, 3)))

		same := w.backtest(w.tried(func(*program.PlanDoc) {}))
		if same.Changed != 0 || same.NowPoints != same.Points || same.Points != 50+100+9 || same.Margin != 0 {
			t.Errorf("the same plan: %+v", same)
		}
		if same.Orders != 3 || same.Guests != 1 || same.Assumed != 1 || same.Revenue != 5000+3000+10_000+999 {
			t.Errorf("orders: %+v", same)
		}
		double := w.backtest(w.tried(func(d *program.PlanDoc) { d.Earning.Rules[0].Earn.Points = 2 }))
		if double.Points != 100+200+19 || double.NowPoints != 159 || double.Changed != 3 || double.Gain != 2 || double.Lose != 0 {
			t.Errorf("twice the points: %+v", double)
		}
		if double.Issued != 0 || double.NowExpected != 159 || double.Expected != 319 || double.Margin != 84 {
			t.Errorf("without history all points count: %+v", double)
		}
		if top := double.Winners; len(top) != 2 || top[0].Member != w.member("anna").ID || top[0].Points-top[0].NowPoints != 150 {
			t.Errorf("winners: %+v", top)
		}
		if first := double.First; len(first) != 3 || first[0].Key != "old" || first[0].NowGrants[0].Points != 50 || first[0].Grants[0].Points != 100 {
			t.Errorf("first orders: %+v", first)
		}
		half := w.backtest(w.tried(func(d *program.PlanDoc) { d.Redeem.Rate.PerPoints *= 2 }))
		if half.Changed != 0 || half.NowMinor != 159 || half.Minor != 79 || half.Lose != 2 || half.Margin >= 0 {
			t.Errorf("half the worth: %+v", half)
		}
		w.wantPoints("ben", 59)
	})
}

// covers: N-01, S4-29
func TestABacktestLeavesOutWhoHasNoAccountWhereOnlyAccountsEarn(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		old := paidOrder("old", "gast", 5000, 3)
		old.PlacedAt = bookStart.Add(-48 * time.Hour).UnixMilli() // before the app was installed
		w.send(record("gast", false, 2, 2), record("anna", true, 2, 2), saleMessage(old), saleMessage(paidOrder("1", "gast", 3000, 3)),
			saleMessage(paidOrder("2", "anna", 10_000, 3)), saleMessage(paidOrder("3", "", 2000, 3)))
		login := w.tried(func(d *program.PlanDoc) { d.Accounts = program.AccountLogin })
		if got := w.backtest(login); got.NowPoints != 50+30+100 || got.Points != 100 || got.NoAccount != 2 || got.Guests != 1 || got.Orders != 3 || got.Changed != 2 || got.Lose != 1 {
			t.Errorf("accounts only: %+v", got)
		}
		w.clock.Advance(24 * time.Hour)
		w.setPlan(func(d *program.PlanDoc) { d.Accounts = program.AccountLogin })
		without, with := paidOrder("4", "gast", 4000, 30), paidOrder("5", "gast", 6000, 32)
		without.PlacedAt, with.PlacedAt = at(30), at(32)
		w.send(saleMessage(without))
		w.send(record("gast", true, 2, 31), saleMessage(with))
		// Of order 4 it is known that there was no account; of those before, that there is one today.
		if got := w.backtest(login); got.NowPoints != 50+30+100+60 || got.Points != 50+30+100+60 || got.NoAccount != 1 || got.Changed != 0 {
			t.Errorf("once it is the rule: %+v", got)
		}
		anyone := w.tried(func(d *program.PlanDoc) { d.Accounts = program.AccountRecord })
		if got := w.backtest(anyone); got.NowPoints != 240 || got.Points != 240+40 || got.NoAccount != 0 || got.Changed != 1 || got.First[0].Key != "4" {
			t.Errorf("if everybody earned again: %+v", got)
		}
	})
}

func TestABacktestKnowsLimitsAndTheShareThatIsRedeemed(t *testing.T) { // covers: N-01
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.send(w.customer("anna", "anna@example.org"))
		for i := range 4 {
			w.send(saleMessage(paidOrder(fmt.Sprint(i), "anna", 10_000, 3)))
		}
		cut := w.tried(func(d *program.PlanDoc) {
			d.Earning.Rules[0].Limits = []earning.Limit{{Per: earning.PerDay, Points: 250}}
		})
		if got := w.backtest(cut); got.Points != 250 || got.NowPoints != 400 || got.Changed != 2 || got.Lose != 1 {
			t.Errorf("with a limit: %+v", got)
		}
		week := w.tried(func(d *program.PlanDoc) {
			d.Earning.Rules[0].Limits = []earning.Limit{{Per: earning.PerWeek, Points: 150}}
		})
		if got := w.backtest(week); got.Points != 150 || !got.Limits || got.Caps {
			t.Errorf("with a limit by the week: %+v", got)
		}
	})
}

func TestABacktestSaysWhatItDoesNotLookAtAndWhatRulesAreCalled(t *testing.T) { // covers: N-01
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.send(w.customer("anna", "anna@example.org"), saleMessage(paidOrder("1", "anna", 10_000, 3)))
		doc := w.tried(func(d *program.PlanDoc) {
			d.Earning.Rules[0].Name = "One per euro"
			d.Earning.Campaigns = []earning.Campaign{{ID: "double", Name: "Double days", Factor: loyalty.Ratio{Num: 2, Den: 1},
				From: loyalty.LocalDate{Year: 2026, Month: 11, Day: 1}, Until: loyalty.LocalDate{Year: 2026, Month: 11, Day: 30}}}
		})
		got := w.backtest(doc)
		if got.Caps || got.Limits || len(got.First) != 1 || got.RuleNames["purchase"] != "One per euro" || got.RuleNames["purchase+double"] != "One per euro · Double days" {
			t.Errorf("%+v", got)
		}
		m := w.member("anna")
		_, err := w.ControlMember(t.Context(), "staff:1", w.shop, program.MemberControl{MemberID: m.ID, Version: m.Version, CapPoints: 500, Note: "asked for"})
		if err != nil {
			t.Fatal(err)
		}
		if got := w.backtest(doc); !got.Caps {
			t.Error("nobody is told that caps are not looked at")
		}
	})
}

func TestOneBacktestRunsAtATimeAndALostOneIsRunAgain(t *testing.T) { // covers: N-01
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		doc := w.tried(func(*program.PlanDoc) {})
		lost := store.Backtest{ID: w.IDs.Next(), Months: 3, Plan: []byte("{}"), Owner: "gone", LeaseUntil: loyalty.NowMs(loyalty.SystemClock()) + 3_600_000, CreatedAt: 1}
		w.write(func(tx *store.Tx) error { return tx.InsertBacktest(w.shop.ID, lost) })
		if _, err := w.StartBacktest(t.Context(), "staff:1", w.shop, doc, 3); loyalty.CodeOf(err) != loyalty.CodeConflict {
			t.Errorf("a second one beside it: %v", err)
		}
		if err := w.CancelBacktest(t.Context(), w.shop.ID, lost.ID); err != nil {
			t.Error(err)
		}
		ended := lost
		ended.ID, ended.LeaseUntil = w.IDs.Next(), 1
		w.write(func(tx *store.Tx) error { return tx.InsertBacktest(w.shop.ID, ended) })
		w.backtest(doc)
		list, err := w.Backtests(t.Context(), w.shop.ID, 0, 10)
		if err != nil || len(list) != 3 || list[0].State != store.BacktestDone || list[1].State != store.BacktestInterrupted || list[2].State != store.BacktestCancelled {
			t.Errorf("%v, %+v", err, list)
		}
		if _, err := w.StartBacktest(t.Context(), "staff:1", w.shop, doc, 2); loyalty.CodeOf(err) != loyalty.CodeInvalid {
			t.Errorf("two months: %v", err)
		}
	})
}

func TestTheFiguresOfAShopAreThoseOfItsNewestOrders(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		if f, err := w.Figures(t.Context(), w.shop); err != nil || f.Orders != 0 || f.Average != 0 {
			t.Errorf("without orders: %+v, %v", f, err)
		}
		cancelled := paidOrder("3", "", 90_000, 3)
		cancelled.Status = earning.SaleCancelled
		w.send(saleMessage(paidOrder("1", "", 1000, 3)), saleMessage(paidOrder("2", "", 2001, 3)), saleMessage(cancelled))
		if f, err := w.Figures(t.Context(), w.shop); err != nil || f.Orders != 2 || f.Average != 1501 {
			t.Errorf("%+v, %v", f, err)
		}
	})
}
