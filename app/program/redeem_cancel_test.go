package program_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/reward"
	"zugabe/app/store"
	"zugabe/app/store/storetest"
	"zugabe/app/voucher"
)

var errRefusedForTest = platform.Refused("no")

func sqliteStore(t testing.TB, clock *loyalty.ManualClock) *store.Store {
	clock.Set(redeemStart)
	return storetest.SQLite(t, func(c *store.Config) { c.Clock = clock })
}

func (w *redeemWorld) cancel(red reward.Redemption) error {
	_, err := w.CancelRedemption(context.Background(), "staff:1", w.shop, red.PublicID)
	return err
}

//
func TestACancelledCodeReturnsThePointsOnceItIsDeadAtTheHost(t *testing.T) { // D17
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		red, _ := w.activeCode()
		w.host.onDisable = []error{
			fmt.Errorf("%w: 503", platform.ErrUnreachable), fmt.Errorf("%w: time-out", platform.ErrUnknown), platform.Throttled{After: time.Second},
		}
		for range 2 {
			if err := w.cancel(red); err != nil {
				t.Fatal(err)
			}
		}
		w.dispatch()
		w.wantState(red, reward.Active, voucher.Active)
		w.want(300, 0)
		w.later(30*time.Second, time.Second)
		red = w.wantState(red, reward.Returned, voucher.Void)
		w.want(500, 0)
		if len(w.host.live()) != 0 || red.Reason != "cancelled" {
			t.Errorf("codes %v, reason %q", w.host.live(), red.Reason)
		}
		if err := w.cancel(red); err != nil {
			t.Errorf("cancelling again gave %v", err)
		}
		w.want(500, 0)
	})
}

func TestAUsedCodeCannotBeCancelledEvenWhileTheCancelIsUnderWay(t *testing.T) {
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		red, code := w.activeCode()
		if err := w.cancel(red); err != nil {
			t.Fatal(err)
		}
		w.orderWith("o1", code).now(nil)
		w.dispatch()
		w.wantState(red, reward.Used, voucher.Used)
		w.want(300, 0)
		if err := w.cancel(red); loyalty.CodeOf(err) != loyalty.CodeConflict {
			t.Errorf("cancelling a used code gave %v", err)
		}
		if _, err := w.CancelRedemption(context.Background(), "staff:1", w.shop, "nothing"); loyalty.CodeOf(err) != loyalty.CodeNotFound {
			t.Errorf("cancelling nothing gave %v", err)
		}
	})
}

func TestACancelBeforeTheCodeExistsDisablesItWhenItDoes(t *testing.T) {
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		w.earn(w.account, 500, time.Time{})
		red := w.mustPress("k1", 200)
		if err := w.cancel(red); err != nil {
			t.Fatal(err)
		}
		w.dispatch()
		w.wantState(red, reward.Returned, voucher.Void)
		w.want(500, 0)
		if len(w.host.live()) != 0 {
			t.Errorf("codes %v", w.host.live())
		}
	})
}

//
func TestAnUnusedCodeEndsAndItsPointsComeBackWithTheirGrace(t *testing.T) { // F4
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		w.earn(w.account, 200, redeemStart.AddDate(0, 0, 20)) // would be gone by then
		red := w.mustPress("k1", 200)
		w.dispatch()
		w.clock.Set(time.Date(2026, 12, 21, 22, 59, 59, 0, time.UTC))
		w.expireCodes(0)
		w.clock.Set(time.Date(2026, 12, 21, 23, 0, 0, 0, time.UTC))
		w.expireCodes(1)
		w.expireCodes(0)
		w.wantState(red, reward.Active, voucher.Active)
		w.dispatch()
		w.wantState(red, reward.Returned, voucher.Expired)
		w.want(200, 0)
		w.clock.Advance(29 * 24 * time.Hour)
		w.expireLots()
		w.want(200, 0)
		w.clock.Advance(2 * 24 * time.Hour)
		w.expireLots()
		w.want(0, 0)
	})
}

func (w *redeemWorld) expireCodes(want int) {
	w.t.Helper()
	if n, err := w.ExpireCodes(context.Background(), w.shop, 100); err != nil || n != want {
		w.t.Errorf("%d codes ended, want %d (%v)", n, want, err)
	}
}

func (w *redeemWorld) expireLots() {
	w.t.Helper()
	if _, err := w.ExpireLots(context.Background(), w.shop.ID, 1000); err != nil {
		w.t.Fatal(err)
	}
}

func TestACodeDeletedAtTheHostIsLostAndItsPointsComeBackOnce(t *testing.T) { // D9, G18
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		red, code := w.activeCode()
		w.touched(code)
		w.dispatch()
		w.wantState(red, reward.Active, voucher.Active)
		w.clock.Advance(2 * time.Minute)
		w.host.mu.Lock()
		w.host.codes = map[string]*hostCode{}
		w.host.mu.Unlock()
		w.touched(code)
		w.touched(code)
		w.dispatch()
		w.wantState(red, reward.Active, voucher.Active) // once is not enough to believe it
		w.later(3*time.Minute, time.Minute)
		w.wantState(red, reward.Returned, voucher.Lost)
		w.want(500, 0)
		w.touched(code)
		w.later(3*time.Minute, time.Minute)
		w.want(500, 0)
		if w.audited("code.lost") != 1 {
			t.Errorf("%d notes for the merchant", w.audited("code.lost"))
		}
	})
}

func (w *redeemWorld) touched(code string) {
	w.t.Helper()
	w.write(func(tx *store.Tx) error { return w.CodeTouched(tx, w.shop.ID, code) })
}

func TestTheRollingWatchNoticesACodeSwitchedOffAtTheHost(t *testing.T) { // G18
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		red, code := w.activeCode()
		w.host.mu.Lock()
		w.host.codes[voucher.Fold(code)].ref.Active = false
		w.host.mu.Unlock()
		if n, err := w.WatchCodes(context.Background(), w.shop, 10); err != nil || n != 1 {
			t.Fatalf("watched %d, %v", n, err)
		}
		w.dispatch()
		w.later(3*time.Minute, time.Minute)
		w.wantState(red, reward.Returned, voucher.Lost)
		w.want(500, 0)
	})
}

func TestRedemptionsFollowTheirMemberIntoAMerge(t *testing.T) { // B14
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		active, code := w.activeCode()
		w.host.onCreate = []createStep{answer(platform.Throttled{After: time.Second})}
		pending := w.mustPress("k2", 50)
		w.dispatch()
		into := w.newMember("c2", "mia@example.com")
		account := w.accountOf(into)
		w.earn(account, 1000, time.Time{})
		if _, err := w.MergeMembers(context.Background(), "host", w.shop, w.member, into); err != nil {
			t.Fatal(err)
		}
		w.later(2*time.Second, time.Second)
		w.wantState(pending, reward.Active, voucher.Active)
		w.orderWith("o1", code).now(nil)
		w.wantState(active, reward.Used, voucher.Used)
		if err := w.cancel(pending); err != nil {
			t.Fatal(err)
		}
		w.dispatch()
		w.wantState(pending, reward.Returned, voucher.Void)
		if a := w.balance(account); a.Available != 1300 || a.Held != 0 {
			t.Errorf("%+v", a)
		}
		if again := w.mustPress("k2", 50); again.ID != pending.ID { // the old id of the member still resolves
			t.Errorf("the key started another redemption")
		}
		w.booksBalance()
	})
}
