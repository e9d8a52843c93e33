package program_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/reward"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// covers: S4-07, S4-23, A-12
func TestPointsBecomeACodeThatTheHostKnows(t *testing.T) {
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		w.earn(w.account, 500, time.Time{})
		red := w.mustPress("k1", 200)
		w.want(300, 200)
		w.wantState(red, reward.Pending, voucher.Pending)
		w.dispatch()
		w.want(300, 0)
		red = w.wantState(red, reward.Active, voucher.Active)
		live := w.host.live()
		if len(live) != 1 || live[0] != w.code(red).Code {
			t.Fatalf("the host has %v, we have %q", live, w.code(red).Code)
		}
		spec := w.host.codes[w.code(red).Folded].spec
		if spec.Minor != 200 || spec.UsageLimit != 1 || len(spec.CustomerKeys) != 1 || spec.CustomerKeys[0] != "c1" || spec.CustomerEmails[0] != "mia@example.org" {
			t.Errorf("the host was told %+v", spec)
		}
		// F12: valid to the end of the 30th local day in Berlin, which is 23:00 UTC in winter.
		if end := time.UnixMilli(spec.EndsAt).UTC(); end != time.Date(2026, 12, 21, 23, 0, 0, 0, time.UTC) {
			t.Errorf("the code ends at %s", end)
		}
		if w.host.shown[len(w.host.shown)-1].Points != 300 {
			t.Errorf("the shop's pages show %+v", w.host.shown)
		}
	})
}

func TestTheSameKeyGivesTheSameRedemptionAndOtherContentIsRefused(t *testing.T) { // D12
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		w.earn(w.account, 500, time.Time{})
		first := w.mustPress("k1", 200)
		if again := w.mustPress("k1", 200); again.ID != first.ID {
			t.Errorf("the second press made redemption %s, the first was %s", again.ID, first.ID)
		}
		if _, err := w.press("k1", 300); loyalty.CodeOf(err) != loyalty.CodeKeyReused {
			t.Errorf("the same key with another amount gave %v", err)
		}
		w.want(300, 200)
	})
}

func TestARefusedKeyStaysRefusedWhenTheBalanceHasGrown(t *testing.T) { // D13
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		w.earn(w.account, 50, time.Time{})
		_, err := w.press("k1", 200)
		if loyalty.CodeOf(err) != loyalty.CodeInsufficientPoints {
			t.Fatalf("got %v", err)
		}
		w.earn(w.account, 1000, time.Time{})
		_, err = w.press("k1", 200)
		var refusal *loyalty.Error
		if !errors.As(err, &refusal) || refusal.Code != loyalty.CodeInsufficientPoints || refusal.Message == "" {
			t.Errorf("the same key now gives %v", err)
		}
		if _, err := w.press("k1", 100); loyalty.CodeOf(err) != loyalty.CodeKeyReused {
			t.Errorf("a refused key with other content gave %v", err)
		}
		w.mustPress("k2", 200)
		w.want(850, 200)
	})
}

func TestRefusalsNameTheirReason(t *testing.T) {
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		w.setPlan(func(d *program.PlanDoc) { d.Redeem.MinPoints, d.Redeem.Step, d.Redeem.MaxPoints = 100, 50, 400 })
		w.earn(w.account, 1000, time.Time{})
		for _, c := range []struct {
			key    string
			points loyalty.Points
			want   loyalty.Code
		}{
			{"below", 50, loyalty.CodeBelowMinimum}, {"step", 120, loyalty.CodeNotAStep}, {"above", 450, loyalty.CodeAboveMaximum},
			{"", 100, loyalty.CodeInvalid}, {"zero", 0, loyalty.CodeInvalid},
		} {
			if _, err := w.press(c.key, c.points); loyalty.CodeOf(err) != c.want {
				t.Errorf("%s: %v, want %s", c.key, err, c.want)
			}
		}
		w.write(func(tx *store.Tx) error {
			return tx.BlockRedeeming(w.shop.ID, []loyalty.ID{w.member}, true, loyalty.NowMs(w.clock))
		})
		if _, err := w.press("blocked", 100); loyalty.CodeOf(err) != loyalty.CodeBlocked {
			t.Errorf("a blocked member got %v", err)
		}
		w.shop.State = loyalty.ShopNeedsAuth
		if _, err := w.press("locked", 100); loyalty.CodeOf(err) != loyalty.CodeUnavailable {
			t.Errorf("a locked shop gave %v", err)
		}
		w.want(1000, 0)
	})
}

// atOnce runs fn n times at the same time.
func atOnce(n int, fn func(i int)) {
	var all sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		all.Go(func() { <-start; fn(i) })
	}
	close(start)
	all.Wait()
}

func TestTenPressesAtOnceMakeOneRedemption(t *testing.T) { // D11
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		w.earn(w.account, 1000, time.Time{})
		ids := make([]loyalty.ID, 10)
		atOnce(10, func(i int) {
			red, err := w.press("same", 200)
			if err != nil {
				t.Errorf("press %d: %v", i, err)
			}
			ids[i] = red.ID
		})
		for _, id := range ids {
			if id != ids[0] {
				t.Fatalf("the presses made %v", ids)
			}
		}
		w.want(800, 200)
		w.dispatch()
		if len(w.host.live()) != 1 {
			t.Errorf("the host has %v", w.host.live())
		}
	})
}

func TestTheLastPointsAreSpentOnce(t *testing.T) { // G15, shape of G1
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		w.earn(w.account, 200, time.Time{})
		var mu sync.Mutex
		won := 0
		atOnce(12, func(i int) {
			_, err := w.press("key"+string(rune('a'+i)), 200)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				won++
			} else if loyalty.CodeOf(err) != loyalty.CodeInsufficientPoints {
				t.Errorf("press %d: %v", i, err)
			}
		})
		if won != 1 {
			t.Errorf("%d of 12 presses spent the last points", won)
		}
		w.want(0, 200)
	})
}

// naiveRedeem decides by a plain read and then writes, as one might: it shows
// that the race above is one.
func naiveRedeem(w *redeemWorld, together *sync.WaitGroup) error {
	return w.Store.Write(context.Background(), func(tx *store.Tx) error {
		a, err := tx.Accounts(w.shop.ID, []loyalty.ID{w.account})
		if err != nil {
			return err
		}
		together.Done()
		together.Wait()
		if a[w.account].Available < 200 {
			return loyalty.Refuse(loyalty.CodeInsufficientPoints, "")
		}
		_, err = tx.Exec(`UPDATE accounts SET held = held + 200 WHERE shop_id = ? AND id = ?`, w.shop.ID, w.account)
		return err
	})
}

func TestReadingBeforeLockingWouldSpendThemTwice(t *testing.T) {
	w := newMariaWorld(t)
	w.earn(w.account, 200, time.Time{})
	var together sync.WaitGroup
	together.Add(2)
	atOnce(2, func(int) {
		if err := naiveRedeem(w, &together); err != nil {
			t.Error(err)
		}
	})
	if a := w.balance(w.account); a.Held != 400 {
		t.Errorf("the naive build held %d of 200 points; the race of this file no longer shows anything", a.Held)
	}
}

func TestAPressWithMaturedPointsFindsThemBeforeTheSweeper(t *testing.T) {
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		w.earnPending(w.account, 300, redeemStart.Add(24*time.Hour))
		if _, err := w.press("early", 200); loyalty.CodeOf(err) != loyalty.CodeInsufficientPoints {
			t.Errorf("points inside the return window gave %v", err)
		}
		w.clock.Advance(25 * time.Hour)
		w.mustPress("late", 200)
		w.want(100, 200)
	})
}

// earnPending credits points that become available at the instant.
func (w *redeemWorld) earnPending(account loyalty.ID, points loyalty.Points, available time.Time) {
	w.t.Helper()
	w.write(func(tx *store.Tx) error {
		locked, err := tx.LockAccounts(w.shop.ID, []loyalty.ID{account})
		if err != nil {
			return err
		}
		now := loyalty.NowMs(w.clock)
		book := ledger.NewBook(locked[account], nil, w.IDs.Next, now)
		w.facts++
		err = book.Accrue(ledger.AccrueReq{
			Line:        ledger.Line{Source: "activity:pending:" + loyalty.ID(w.facts).String(), RuleID: "purchase", Points: points, PlanVersion: 1, LimitedTo: -1, Actor: "rule"},
			AvailableAt: available.UnixMilli(),
		})
		if err != nil {
			return err
		}
		return tx.SaveBooks(w.shop.ID, []*ledger.Book{book}, now)
	})
}
