package program_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
)

var endOfLot = redeemStart.Add(24 * time.Hour)

func (w *redeemWorld) sweep(what func(context.Context, loyalty.ShopID, int) (int, error), limit int) (total int) {
	w.t.Helper()
	for {
		n, err := what(context.Background(), w.shop.ID, limit)
		if err != nil {
			w.t.Error(err)
			return total
		}
		total += n
		if n < limit {
			return total
		}
	}
}

func (w *redeemWorld) expiries() (entries, points int64) {
	w.t.Helper()
	w.write(func(tx *store.Tx) error {
		_, err := tx.Row(`SELECT COUNT(*), COALESCE(SUM(points), 0) FROM entries WHERE shop_id = ? AND kind = 'expiry'`, []any{w.shop.ID}, &entries, &points)
		return err
	})
	return entries, points
}

// covers: S4-22
func TestTenSweepersLetEachLotRunOutOnce(t *testing.T) { // F1
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		accounts := w.manyAccounts(40)
		for i := range 5 {
			w.earnAll(accounts, loyalty.Points(10+i), endOfLot)
		}
		w.earnAll(accounts, 7, time.Time{})
		w.clock.Set(endOfLot.Add(-time.Millisecond))
		if n := w.sweep(w.ExpireLots, 1000); n != 0 {
			t.Errorf("%d lots ran out before their time", n)
		}
		w.clock.Set(endOfLot)
		atOnce(10, func(int) { w.sweep(w.ExpireLots, 37) })
		if n, points := w.expiries(); n != 200 || points != -40*(10+11+12+13+14) {
			t.Errorf("%d expiries of %d points", n, points)
		}
		for _, id := range accounts {
			if a := w.balance(id); a.Available != 7 {
				t.Errorf("account %s has %d", id, a.Available)
			}
		}
		w.booksBalance()
	})
}

// earnAll credits the same points to many accounts, a lot each.
func (w *redeemWorld) earnAll(accounts []loyalty.ID, points loyalty.Points, expires time.Time) {
	w.t.Helper()
	w.facts++
	w.write(func(tx *store.Tx) error {
		locked, err := tx.LockAccounts(w.shop.ID, accounts)
		if err != nil {
			return err
		}
		now := loyalty.NowMs(w.clock)
		var books []*ledger.Book
		for _, id := range accounts {
			req := ledger.AccrueReq{Line: ledger.Line{
				Source: fmt.Sprintf("activity:all:%d:%s", w.facts, id), RuleID: "welcome", Points: points, PlanVersion: 1, LimitedTo: -1, Actor: "rule"}}
			if !expires.IsZero() {
				req.ExpiresAt = expires.UnixMilli()
			}
			book := ledger.NewBook(locked[id], nil, w.IDs.Next, now)
			if err := book.Accrue(req); err != nil {
				return err
			}
			books = append(books, book)
		}
		return tx.SaveBooks(w.shop.ID, books, now)
	})
}

// naiveExpire subtracts what a lot had when it was read, without a lock.
func naiveExpire(w *redeemWorld, together *sync.WaitGroup) error {
	return w.Store.Write(context.Background(), func(tx *store.Tx) error {
		due, err := tx.DueLots(w.shop.ID, ledger.LotOpen, loyalty.NowMs(w.clock), 10)
		if err != nil {
			return err
		}
		together.Done()
		together.Wait()
		for _, l := range due {
			if _, err := tx.Exec(`UPDATE lots SET remaining = 0, state = 2 WHERE shop_id = ? AND id = ?`, w.shop.ID, l.ID); err != nil {
				return err
			}
			if _, err := tx.Exec(`UPDATE accounts SET available = available - ?, debt = debt + 100 WHERE shop_id = ? AND id = ?`, l.Remaining, w.shop.ID, l.AccountID); err != nil {
				return err
			}
		}
		return nil
	})
}

func TestExpiringWithoutALockWouldTakeThePointsTwice(t *testing.T) {
	w := newMariaWorld(t)
	w.earn(w.account, 100, endOfLot)
	w.clock.Set(endOfLot)
	var together sync.WaitGroup
	together.Add(2)
	atOnce(2, func(int) {
		if err := naiveExpire(w, &together); err != nil {
			t.Error(err)
		}
	})
	if a := w.balance(w.account); a.Available != -100 {
		t.Errorf("the naive build left %d; the race of this file no longer shows anything", a.Available)
	}
}

func TestSpendingAndExpiryOfOneLotHaveOneWinner(t *testing.T) { // F3
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		spent, expired := 0, 0
		for round := range 40 {
			end := w.clock.Now().Add(time.Hour)
			account := w.manyAccountsNamed(fmt.Sprintf("f3-%d-", round), 1)[0]
			w.earn(account, 100, end)
			w.clock.Set(end.Add(-time.Millisecond))
			atOnce(2, func(i int) {
				if i == 0 {
					_ = w.pressFor(account, fmt.Sprintf("f3-%d", round), 100)
					return
				}
				w.clock.Advance(time.Millisecond)
				w.sweep(w.ExpireLots, 100)
			})
			w.sweep(w.ExpireLots, 100)
			a := w.balance(account)
			switch {
			case a.Available == 0 && a.Held == 100:
				spent++
			case a.Available == 0 && a.Held == 0:
				expired++
			default:
				t.Errorf("round %d: %+v", round, a)
			}
		}
		w.booksBalance()
		t.Logf("spent %d, expired %d", spent, expired)
	})
}

func TestPointsOpenWhenTheirReturnWindowHasPassed(t *testing.T) {
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		w.earnPending(w.account, 300, redeemStart.Add(time.Hour))
		w.sweep(w.MatureLots, 10)
		if a := w.balance(w.account); a.Pending != 300 || a.Available != 0 {
			t.Errorf("%+v", a)
		}
		w.clock.Advance(time.Hour)
		atOnce(5, func(int) { w.sweep(w.MatureLots, 10) })
		if a := w.balance(w.account); a.Pending != 0 || a.Available != 300 {
			t.Errorf("%+v", a)
		}
		w.booksBalance()
		w.dispatch()
		if w.host.shown[len(w.host.shown)-1].Points != 300 {
			t.Errorf("the shop's pages show %+v", w.host.shown)
		}
	})
}

//
func TestABalanceRunsOutAfterMonthsWithoutActivity(t *testing.T) {
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		w.setPlan(func(d *program.PlanDoc) { d.Expiry.InactivityMonths = 6 })
		idle := w.manyAccounts(3)
		w.earnAll(idle, 50, time.Time{})
		w.earn(w.account, 80, time.Time{})
		w.clock.Set(time.Date(2027, 5, 21, 20, 0, 0, 0, time.UTC)) // 21 May in Berlin: six months ago is the day itself
		w.runIdle(0)
		w.earn(w.account, 5, time.Time{})
		w.clock.Set(time.Date(2027, 5, 22, 20, 0, 0, 0, time.UTC))
		w.runIdle(3)
		w.runIdle(0)
		w.want(85, 0)
		for _, id := range idle {
			if a := w.balance(id); a.Available != 0 {
				t.Errorf("an idle account still has %d", a.Available)
			}
		}
	})
}

func (w *redeemWorld) runIdle(want int) {
	w.t.Helper()
	total, after := 0, ledger.Account{}
	for {
		last, n, err := w.ExpireIdle(context.Background(), w.shop, after, 2)
		if err != nil {
			w.t.Fatal(err)
		}
		total += n
		if last.ID == 0 {
			break
		}
		after = last
	}
	if total != want {
		w.t.Errorf("%d balances ran out, want %d", total, want)
	}
}
