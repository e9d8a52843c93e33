package program_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/reward"
	"zugabe/app/store"
)

// rateTo saves another redeem rate.
func (w *bookWorld) rateTo(minor int64, promise program.PromiseChange) {
	w.t.Helper()
	doc := w.tried(func(d *program.PlanDoc) { d.Redeem.Rate.Minor, d.Redeem.MinPoints = minor, 0 })
	var plan program.Plan
	w.write(func(tx *store.Tx) (err error) {
		plan, err = w.CurrentPlan(tx, w.shop)
		return err
	})
	_, err := w.ChangePlan(context.Background(), "staff:1", w.shop, program.PlanChange{Expected: plan.Version, Doc: doc, Promise: promise})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *bookWorld) applyPromises() {
	w.t.Helper()
	for {
		n, err := w.ApplyPromises(context.Background(), w.shop.ID, 1)
		if err != nil {
			w.t.Fatal(err)
		}
		if n == 0 {
			return
		}
	}
}

// worth is what a customer's points are worth, as shoppers are shown.
func (w *bookWorld) worth(key string) (minor int64) {
	w.t.Helper()
	account := w.account(key)
	w.write(func(tx *store.Tx) error {
		plan, err := w.CurrentPlan(tx, w.shop)
		if err != nil {
			return err
		}
		lots, err := tx.LoadLots(w.shop.ID, []loyalty.ID{account.ID})
		if err != nil {
			return err
		}
		minor, err = reward.Worth(program.Purse(lots[account.ID], plan.Doc.Redeem.Rate))
		return err
	})
	return minor
}

func (w *bookWorld) redeem(key string, points loyalty.Points, press string) reward.Redemption {
	w.t.Helper()
	red, err := w.StartRedemption(context.Background(), "shopper:1", w.shop, w.member(key).ID, program.RedeemRequest{Points: points, ClientKey: press})
	if err != nil {
		w.t.Fatal(err)
	}
	return red
}

// richWorld has anna with 159 points (1.59) that were earned at 100 points for 1.00.
func richWorld(t *testing.T, story func(t *testing.T, w *bookWorld)) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.setPlan(func(d *program.PlanDoc) { d.Earning.Rules, d.Redeem.MinPoints = d.Earning.Rules[:1], 0 })
		w.clock.Advance(3 * time.Hour)
		w.send(w.customer("anna", "anna@example.org"), saleMessage(laterOrder("1", "anna", 15_900)))
		if w.worth("anna") != 159 {
			t.Fatalf("anna has %d", w.worth("anna"))
		}
		w.clock.Advance(time.Hour)
		story(t, w)
	})
}

// booksAddUp is verify without the host's calls, that nobody makes here.
func (w *bookWorld) booksAddUp() {
	w.t.Helper()
	report, err := w.Verify(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	for _, v := range report.Violations() {
		if text := fmt.Sprint(v); !strings.HasPrefix(text, "7 ") {
			w.t.Error("verify:", text)
		}
	}
}

func laterOrder(key, customer string, net int64) earning.Sale {
	s := paidOrder(key, customer, net, 4)
	s.PlacedAt, s.PaidAt = at(4), at(4)
	return s
}

func TestPointsKeepTheWorthTheyWerePromised(t *testing.T) { // covers: N-02
	richWorld(t, func(t *testing.T, w *bookWorld) {
		w.rateTo(50, program.PromiseChange{})
		w.applyPromises()
		later := laterOrder("2", "anna", 10_000)
		later.PlacedAt, later.PaidAt, later.UpdatedAt = loyalty.NowMs(w.clock), loyalty.NowMs(w.clock), loyalty.NowMs(w.clock)
		w.send(saleMessage(later))
		if got := w.worth("anna"); got != 159+50 {
			t.Errorf("old and new points are worth %d", got)
		}
		if red := w.redeem("anna", 161, "a"); red.Minor != 160 {
			t.Errorf("159 old points and 2 new ones are worth %d", red.Minor)
		}
		w.verify()
	})
}

func TestNobodyIsWorseOffAfterATopUp(t *testing.T) { // covers: N-02
	richWorld(t, func(t *testing.T, w *bookWorld) {
		before := w.redeem("anna", 59, "before")
		preview, err := w.PreviewPromise(t.Context(), w.shop, loyalty.RedeemRate{Minor: 30, PerPoints: 100})
		if err != nil || preview.Members != 1 || preview.Minor != 100 || preview.Choices[1].Added != 234 || preview.Choices[1].Lose != 0 ||
			preview.Choices[2].Lose != 1 || preview.Choices[2].Minor != 30 || preview.Choices[0].Minor != 100 {
			t.Errorf("preview: %+v, %v", preview, err)
		}
		w.rateTo(30, program.PromiseChange{Choice: program.PromiseTopUp})
		if got := w.worth("anna"); got != 100 {
			t.Errorf("before the work is done the points are worth %d", got)
		}
		w.applyPromises()
		if got := w.worth("anna"); got != 100 || w.account("anna").Available != 334 {
			t.Errorf("worth %d, %+v", got, w.account("anna"))
		}
		w.verify()
		if before.Minor != 59 {
			t.Errorf("what was redeemed before was worth %d", before.Minor)
		}
		back := laterOrder("1", "anna", 15_900)
		back.Status, back.UpdatedAt = earning.SaleCancelled, at(9)
		w.send(saleMessage(back))
		w.verify()
		var promises []store.Promise
		w.write(func(tx *store.Tx) (err error) {
			promises, err = tx.Promises(w.shop.ID, 5)
			return err
		})
		if len(promises) != 1 || promises[0].State != store.PromiseDone || promises[0].Points != 234 {
			t.Errorf("%+v", promises)
		}
	})
}

func TestARefundAfterATopUpTakesTheOrdersOwnPointsOnly(t *testing.T) { // covers: N-02
	richWorld(t, func(t *testing.T, w *bookWorld) {
		w.rateTo(50, program.PromiseChange{Choice: program.PromiseTopUp})
		w.applyPromises()
		back := laterOrder("1", "anna", 15_900)
		back.Status, back.UpdatedAt = earning.SaleCancelled, at(9)
		w.send(saleMessage(back))
		if a := w.account("anna"); a.Available != 159 || a.Debt != 0 { // what was added stays
			t.Errorf("%+v", a)
		}
		w.verify()
	})
}

func TestANoticeChangesTheWorthOnItsDay(t *testing.T) { // covers: N-02
	richWorld(t, func(t *testing.T, w *bookWorld) {
		day := loyalty.DateOf(w.clock.Now().UTC().AddDate(0, 0, 10))
		w.rateTo(50, program.PromiseChange{Choice: program.PromiseNotice, From: day})
		w.applyPromises()
		w.write(func(tx *store.Tx) error {
			worths, err := w.Worths(tx, w.shop)
			if err != nil || !worths.Mixed || worths.ChangesAt == 0 {
				t.Errorf("shoppers are told %+v, %v", worths, err)
			}
			return err
		})
		if got := w.worth("anna"); got != 159 {
			t.Errorf("before the day: %d", got)
		}
		w.clock.Advance(10 * 24 * time.Hour)
		w.applyPromises()
		if got := w.worth("anna"); got != 79 || w.account("anna").Available != 159 {
			t.Errorf("on the day: %d, %+v", got, w.account("anna"))
		}
		w.booksAddUp()
		yesterday := loyalty.DateOf(w.clock.Now().UTC().AddDate(0, 0, -2))
		var plan program.Plan
		w.write(func(tx *store.Tx) (err error) {
			plan, err = w.CurrentPlan(tx, w.shop)
			return err
		})
		_, err := w.ChangePlan(t.Context(), "staff:1", w.shop, program.PlanChange{Expected: plan.Version,
			Doc: w.tried(func(d *program.PlanDoc) { d.Redeem.Rate.Minor = 70 }), Promise: program.PromiseChange{Choice: program.PromiseNotice, From: yesterday}})
		if loyalty.CodeOf(err) != loyalty.CodeInvalid {
			t.Errorf("a notice of yesterday: %v", err)
		}
	})
}

// What a notice moved on its day is still older points to the notice after it.
func TestEachOfTwoNoticesChangesTheWorthOnItsDay(t *testing.T) { // covers: N-02
	richWorld(t, func(t *testing.T, w *bookWorld) {
		day := func(n int) loyalty.LocalDate { return loyalty.DateOf(w.clock.Now().UTC().AddDate(0, 0, n)) }
		w.rateTo(50, program.PromiseChange{Choice: program.PromiseNotice, From: day(5)})
		w.clock.Advance(24 * time.Hour)
		w.rateTo(200, program.PromiseChange{Choice: program.PromiseNotice, From: day(9)})
		for _, step := range []struct {
			days int
			want int64
		}{{1, 159}, {3, 79}, {6, 318}} {
			w.clock.Advance(time.Duration(step.days) * 24 * time.Hour)
			w.applyPromises()
			if got := w.worth("anna"); got != step.want {
				t.Errorf("%d days later: %d", step.days, got)
			}
		}
		w.booksAddUp()
	})
}

func TestANoticeOfAnEarlierDayReplacesTheOneBefore(t *testing.T) { // covers: N-02
	richWorld(t, func(t *testing.T, w *bookWorld) {
		day := func(n int) loyalty.LocalDate { return loyalty.DateOf(w.clock.Now().UTC().AddDate(0, 0, n)) }
		w.rateTo(50, program.PromiseChange{Choice: program.PromiseNotice, From: day(9)})
		w.clock.Advance(24 * time.Hour)
		w.rateTo(200, program.PromiseChange{Choice: program.PromiseNotice, From: day(3)})
		for range 3 {
			w.clock.Advance(4 * 24 * time.Hour)
			w.applyPromises()
			if got := w.worth("anna"); got != 318 {
				t.Errorf("worth %d", got)
			}
		}
		w.booksAddUp()
	})
}

func TestRedeemingWhileTheRateChangesLosesAndInventsNothing(t *testing.T) { // covers: N-02
	richWorld(t, func(t *testing.T, w *bookWorld) {
		w.rateTo(50, program.PromiseChange{Choice: program.PromiseTopUp})
		var all sync.WaitGroup
		worth := make([]int64, 4)
		for i := range worth {
			all.Go(func() {
				red, err := w.StartRedemption(context.Background(), "shopper:1", w.shop, w.member("anna").ID, program.RedeemRequest{Points: 20, ClientKey: fmt.Sprint(i)})
				if err != nil {
					t.Error(err)
				}
				worth[i] = red.Minor
			})
		}
		all.Go(w.applyPromises)
		all.Wait()
		var spent int64
		for _, minor := range worth {
			if minor != 20 && minor != 10 {
				t.Errorf("20 points were worth %d", minor)
			}
			spent += minor
		}
		if left := w.worth("anna"); left+spent != 159 {
			t.Errorf("%d spent, %d left of 159", spent, left)
		}
		w.verify()
	})
}

func TestPagesAnnounceTheDayOnWhichTheRateChanges(t *testing.T) { // covers: N-02
	richWorld(t, func(t *testing.T, w *bookWorld) {
		day := loyalty.DateOf(w.clock.Now().UTC().AddDate(0, 0, 10))
		w.rateTo(50, program.PromiseChange{Choice: program.PromiseNotice, From: day})
		announced := func() bool {
			doc, err := w.SettingsForPages(t.Context(), w.shop, true)
			if err != nil {
				t.Fatal(err)
			}
			return strings.Contains(string(doc), `"rate_changes_on":"`+day.String()+`"`)
		}
		if !announced() {
			t.Error("the pages do not know the day")
		}
		w.clock.Advance(10 * 24 * time.Hour)
		w.applyPromises()
		if announced() {
			t.Error("the day is announced after it has come")
		}
	})
}
