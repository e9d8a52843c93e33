package program_test

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/reward"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// codeOrder is a snapshot of one order that carries a code; each change is newer.
type codeOrder struct {
	w    *redeemWorld
	sale earning.Sale
}

func (w *redeemWorld) orderWith(key string, codes ...string) *codeOrder {
	o := &codeOrder{w: w, sale: earning.Sale{
		Key: key, Number: "#" + key, CustomerKey: "c1", Currency: "EUR", Status: earning.SalePaid, Total: 2000,
		PlacedAt: loyalty.NowMs(w.clock), PaidAt: loyalty.NowMs(w.clock),
		Lines: []earning.Line{{Key: "1", ProductKey: "p", Quantity: 1, Net: 1681, Tax: 319}},
	}}
	for _, c := range codes {
		o.sale.Codes = append(o.sale.Codes, earning.UsedCode{Code: c, Minor: 200})
	}
	return o
}

// now books the order as it is after change.
func (o *codeOrder) now(change func(*earning.Sale)) {
	o.w.t.Helper()
	o.w.clock.Advance(time.Second)
	if change != nil {
		change(&o.sale)
	}
	o.sale.UpdatedAt = loyalty.NowMs(o.w.clock)
	o.w.book(o.sale)
}

func (w *redeemWorld) book(sales ...earning.Sale) {
	w.t.Helper()
	if err := w.BookReadForTest(context.Background(), w.shop, sales...); err != nil {
		w.t.Fatal(err)
	}
}

func cancelled(s *earning.Sale) { s.Status = earning.SaleCancelled }
func paid(s *earning.Sale)      { s.Status = earning.SalePaid }
func refunded(minor int64) func(*earning.Sale) {
	return func(s *earning.Sale) {
		s.Refunds = append(s.Refunds, earning.Refund{Key: loyalty.ID(len(s.Refunds) + 1).String(), At: s.UpdatedAt, Gross: minor})
	}
}

// activeCode gives the member 500 points of which 200 became a code.
func (w *redeemWorld) activeCode() (reward.Redemption, string) {
	w.t.Helper()
	w.earn(w.account, 500, time.Time{})
	red := w.mustPress("k1", 200)
	w.dispatch()
	return red, w.code(red).Code
}

// wantUses compares the code's counter with its rows (G4).
func (w *redeemWorld) wantUses(red reward.Redemption, uses int64) {
	w.t.Helper()
	code := w.code(red)
	var rows int64
	w.write(func(tx *store.Tx) error {
		_, err := tx.Row(`SELECT COUNT(*) FROM code_uses WHERE shop_id = ? AND code_id = ? AND state = 'used'`, []any{w.shop.ID, code.ID}, &rows)
		return err
	})
	if code.Uses != uses || rows != uses {
		w.t.Errorf("the code counts %d uses and has %d rows, want %d", code.Uses, rows, uses)
	}
}

func TestAnOrderWithTheCodeUsesItOnce(t *testing.T) {
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		red, code := w.activeCode()
		o := w.orderWith("o1", code)
		o.now(nil)
		o.now(nil)
		red = w.wantState(red, reward.Used, voucher.Used)
		if red.SaleKey != "o1" {
			t.Errorf("used by %q", red.SaleKey)
		}
		w.wantUses(red, 1)
		w.want(300, 0)
	})
}

// covers: A-17, B12, G5
func TestACancelledOrderGivesThePointsBackOnceAndARepaidOneTakesThemAgain(t *testing.T) {
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		red, code := w.activeCode()
		o := w.orderWith("o1", code)
		o.now(nil)
		o.now(cancelled)
		o.now(nil)
		w.wantState(red, reward.Returned, voucher.Void)
		w.want(500, 0)
		w.wantUses(red, 0)
		w.dispatch()
		if len(w.host.live()) != 0 {
			t.Errorf("the code still works at the host: %v", w.host.live())
		}
		o.now(paid)
		w.wantState(red, reward.Used, voucher.Used)
		w.want(300, 0)
		w.wantUses(red, 1)
		o.now(cancelled)
		w.want(500, 0)
	})
}

func TestAFullRefundGivesThePointsBackAndAPartialOneOnlyIfThePlanSaysSo(t *testing.T) { // A-17, B12
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		red, code := w.activeCode()
		o := w.orderWith("o1", code)
		o.now(nil)
		o.now(refunded(500))
		w.want(300, 0)
		o.now(refunded(1500))
		w.wantState(red, reward.Returned, voucher.Used)
		w.want(500, 0)
	})
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		w.setPlan(func(d *program.PlanDoc) { d.Refunds.Proportional = true })
		red, code := w.activeCode()
		o := w.orderWith("o1", code)
		o.now(refunded(500))
		w.want(350, 0)
		o.now(refunded(1))
		w.want(350, 0)
		o.now(refunded(1499))
		w.wantState(red, reward.Returned, voucher.Used)
		w.want(500, 0)
	})
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		w.setPlan(func(d *program.PlanDoc) { d.Refunds.KeepUsedPoints = true })
		red, code := w.activeCode()
		o := w.orderWith("o1", code)
		o.now(refunded(2000))
		o.now(cancelled)
		w.wantState(red, reward.Used, voucher.Void)
		w.want(300, 0)
	})
}

func TestAnOrderProvesACodeWhoseCreateCallIsStillUnanswered(t *testing.T) {
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		red := w.startedWith(doneButLost)
		o := w.orderWith("o1", w.code(red).Code)
		o.now(nil)
		w.wantState(red, reward.Used, voucher.Used)
		w.want(300, 0)
		w.later(5*time.Minute, 10*time.Second)
		w.wantState(red, reward.Used, voucher.Used)
		w.want(300, 0)
		if w.host.count("create") != 1 {
			t.Errorf("%d create calls", w.host.count("create"))
		}
	})
}

func TestAVoidCodeThatWasUsedAfterAllIsDebited(t *testing.T) { // G17
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		red := w.startedWith(doneButLost)
		w.host.mu.Lock()
		w.host.onFind = nil
		w.host.codes = map[string]*hostCode{} // the host hides it for good
		w.host.onCreate = []createStep{answer(errRefusedForTest)}
		w.host.mu.Unlock()
		w.later(5*time.Minute, time.Second)
		w.wantState(red, reward.Void, voucher.Void)
		w.want(500, 0)
		if _, err := w.press("k2", 450); err != nil { // the points are spent elsewhere
			t.Fatal(err)
		}
		o := w.orderWith("o1", w.code(red).Code)
		o.now(nil)
		w.wantState(red, reward.Used, voucher.Used)
		if a := w.balance(w.account); a.Available != -150 || a.Debt != 150 {
			t.Errorf("available %d, debt %d", a.Available, a.Debt)
		}
		w.booksBalance()
		if notes := w.audited("code.used_after_void"); notes != 1 {
			t.Errorf("%d notes for the merchant", notes)
		}
	})
}

func (w *redeemWorld) audited(action string) (n int64) {
	w.t.Helper()
	w.write(func(tx *store.Tx) error {
		_, err := tx.Row(`SELECT COUNT(*) FROM audit_log WHERE shop_id = ? AND action = ?`, []any{w.shop.ID, action}, &n)
		return err
	})
	return n
}

func TestASecondOrderWithASingleUseCodeIsFlaggedAndCostsNothing(t *testing.T) { // G4
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		red, code := w.activeCode()
		w.orderWith("o1", code).now(nil)
		second := w.orderWith("o2", code)
		second.now(nil)
		second.now(cancelled)
		w.want(300, 0)
		w.wantUses(red, 1)
		if red = w.redemption(red.ID); red.SaleKey != "o1" || w.audited("code.overused") != 1 {
			t.Errorf("used by %q, %d notes", red.SaleKey, w.audited("code.overused"))
		}
	})
}

func TestACodeThatTheHostMadeUsableAgainIsPaidByItsNextOrder(t *testing.T) { // WooCommerce gives the use back on cancel
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		red, code := w.activeCode()
		first := w.orderWith("o1", code)
		first.now(nil)
		first.now(cancelled)
		w.want(500, 0)
		w.orderWith("o2", code).now(nil) // before our disable call arrived
		w.want(300, 0)
		w.wantUses(red, 1)
		first.now(cancelled) // news of the first order change nothing
		w.want(300, 0)
		if red = w.redemption(red.ID); red.State != reward.Used || red.SaleKey != "o2" {
			t.Errorf("%s by %q", red.State, red.SaleKey)
		}
	})
}

func TestAnOrderThatDropsTheCodeGivesThePointsBack(t *testing.T) {
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		red, code := w.activeCode()
		o := w.orderWith("o1", code)
		o.now(nil)
		o.now(func(s *earning.Sale) { s.Codes = nil })
		w.wantState(red, reward.Returned, voucher.Void)
		w.want(500, 0)
		w.wantUses(red, 0)
	})
}

func TestSnapshotsInAnyOrderEndAlike(t *testing.T) { // A1-A5 for codes
	clock := loyalty.NewManualClock(redeemStart)
	for seed := range uint64(12) {
		w := newRedeemWorld(t, sqliteStore(t, clock), clock)
		red, code := w.activeCode()
		var snapshots []earning.Sale
		o := w.orderWith("o1", code)
		for i, change := range []func(*earning.Sale){paid, refunded(300), cancelled, paid, refunded(700)} {
			change(&o.sale)
			o.sale.UpdatedAt = loyalty.NowMs(clock) + int64(i)
			s := o.sale
			s.Refunds = append([]earning.Refund(nil), s.Refunds...)
			snapshots = append(snapshots, s, s)
		}
		r := rand.New(rand.NewPCG(seed, 1))
		r.Shuffle(len(snapshots), func(i, j int) { snapshots[i], snapshots[j] = snapshots[j], snapshots[i] })
		for _, s := range snapshots {
			w.book(s)
		}
		w.wantState(red, reward.Used, voucher.Used)
		w.want(300, 0)
		w.wantUses(red, 1)
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

func TestARefundDuringARedemptionEndsAsOneOfTheTwoOrders(t *testing.T) { // B9
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		w.setPlan(func(d *program.PlanDoc) { d.Pending.Days = 0 })
		debts, refusals := 0, 0
		for round := range 15 {
			key := loyalty.ID(round).String()
			before := w.balance(w.account)
			o := w.orderWith("b9-" + key)
			o.sale.Lines[0].Net = 10_000 + int64(-before.Available)*100 // debt of earlier rounds is paid first
			o.now(nil)
			have := w.balance(w.account).Available
			refund := o.sale
			refund.Status, refund.UpdatedAt = earning.SaleCancelled, refund.UpdatedAt+1
			var pressed error
			atOnce(2, func(i int) {
				if i == 0 {
					_, pressed = w.press("b9-"+key, have)
				} else if err := w.BookReadForTest(context.Background(), w.shop, refund); err != nil {
					t.Error(err)
				}
			})
			after := w.balance(w.account)
			switch {
			case pressed == nil && after.Available == before.Available-have && after.Held == before.Held+have:
				debts++
			case loyalty.CodeOf(pressed) == loyalty.CodeInsufficientPoints && after.Available == before.Available && after.Held == before.Held:
				refusals++
			default:
				t.Fatalf("round %d: pressed %v, before %+v, after %+v", round, pressed, before, after)
			}
		}
		w.booksBalance()
		t.Logf("the redemption came first %d times, the refund %d times", debts, refusals)
	})
}
