package program_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

func (w *redeemWorld) adjust(key string, points loyalty.Points, note string) (ledger.Entry, error) {
	return w.Adjust(context.Background(), "staff:9", w.shop, program.AdjustRequest{MemberID: w.member, Points: points, Note: note, Key: key})
}

// wantVerified runs the whole of ledger verify.
func (w *redeemWorld) wantVerified() {
	w.t.Helper()
	report, err := w.Verify(context.Background(), w.shop.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, v := range report.Violations() {
		w.t.Error(v)
	}
}

func TestStaffGivesAndTakesPointsWithANote(t *testing.T) { // covers: S4-18
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		given, err := w.adjust("k1", 40, "goodwill for a late parcel")
		if err != nil || given.Points != 40 || given.Actor != "staff:9" || given.Kind != ledger.Adjustment {
			t.Fatalf("%+v, %v", given, err)
		}
		if _, err := w.adjust("k2", -15, "typed in twice"); err != nil {
			t.Fatal(err)
		}
		w.want(25, 0)
		if _, err := w.adjust("k3", -26, "too much"); loyalty.CodeOf(err) != loyalty.CodeInsufficientPoints {
			t.Errorf("got %v", err)
		}
		w.wantVerified()
	})
}

func TestAnAdjustmentThatIsNotAllowedIsRefusedByName(t *testing.T) { // B23
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		base := program.AdjustRequest{MemberID: w.member, Points: 10, Note: "why not", Key: "k"}
		for name, c := range map[string]struct {
			change func(*program.AdjustRequest)
			want   loyalty.Code
		}{
			"no note":        {func(r *program.AdjustRequest) { r.Note = " " }, loyalty.CodeInvalid},
			"no points":      {func(r *program.AdjustRequest) { r.Points = 0 }, loyalty.CodeInvalid},
			"no key":         {func(r *program.AdjustRequest) { r.Key = "" }, loyalty.CodeInvalid},
			"above the role": {func(r *program.AdjustRequest) { r.Limit = 9 }, loyalty.CodeForbidden},
			"too large":      {func(r *program.AdjustRequest) { r.Points = loyalty.MaxEntryPoints + 1 }, loyalty.CodeOverflow},
			"unknown member": {func(r *program.AdjustRequest) { r.MemberID = 5 }, loyalty.CodeNotFound},
		} {
			r := base
			c.change(&r)
			if _, err := w.Adjust(context.Background(), "staff:9", w.shop, r); loyalty.CodeOf(err) != c.want {
				t.Errorf("%s: %v, want %s", name, err, c.want)
			}
		}
		w.want(0, 0)
	})
}

func TestADoubleClickAdjustsOnce(t *testing.T) { // B24
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		var wg sync.WaitGroup
		start := make(chan struct{})
		entries := make([]loyalty.ID, 20)
		for i := range entries {
			wg.Go(func() {
				<-start
				e, err := w.adjust("click", 5, "a gift")
				if err != nil {
					t.Error(err)
				}
				entries[i] = e.ID
			})
		}
		close(start)
		wg.Wait()
		for _, id := range entries {
			if id != entries[0] {
				t.Fatalf("two entries: %v", entries)
			}
		}
		w.want(5, 0)
		if _, err := w.adjust("click", 6, "a gift"); loyalty.CodeOf(err) != loyalty.CodeKeyReused {
			t.Errorf("the key with other points: %v", err)
		}
	})
}

func TestAMemberCapLimitsWhatStaffCanGive(t *testing.T) { // covers: S4-18
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		w.write(func(tx *store.Tx) error {
			m, _, err := tx.MemberByID(w.shop.ID, w.member)
			if err != nil {
				return err
			}
			m.CapPoints = 30
			_, err = tx.UpdateControl(w.shop.ID, m, 1)
			return err
		})
		if _, err := w.adjust("k1", 31, "too generous"); loyalty.CodeOf(err) != loyalty.CodeLimitReached {
			t.Errorf("got %v", err)
		}
		if _, err := w.adjust("k2", 30, "just right"); err != nil {
			t.Error(err)
		}
	})
}

func TestTwoMembersThatAreOnePersonBecomeOne(t *testing.T) { // B14
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		ctx := context.Background()
		w.earn(w.account, 50, redeemStart.AddDate(0, 0, 10))
		red := w.mustPress("k", 20)
		other := w.newMember("c2", "mia@example.net")
		account := w.accountOf(other)
		w.earn(account, 7, time.Time{})
		merged, err := w.MergeMembers(ctx, "host", w.shop, w.member, other)
		if err != nil || !merged {
			t.Fatal(merged, err)
		}
		if again, err := w.MergeMembers(ctx, "host", w.shop, w.member, other); again || err != nil {
			t.Errorf("a second merge: %v, %v", again, err)
		}
		for _, id := range []loyalty.ID{w.member, other} {
			b, err := w.BalanceOf(ctx, w.shop, id)
			if err != nil || b.Shown != 37 || b.Account.Held != 20 || b.Expiring != 30 {
				t.Errorf("member %s: %+v, %v", id, b, err)
			}
		}
		w.wantVerified()
		w.dispatch()
		if got := w.redemption(red.ID); got.AccountID != account || got.State != "active" {
			t.Errorf("the redemption begun before the merge: %+v", got)
		}
		if a := w.balance(account); a.Held != 0 || a.Available != 37 {
			t.Errorf("after the code: %+v", a)
		}
		w.clock.Advance(11 * 24 * time.Hour)
		if _, err := w.ExpireLots(ctx, w.shop.ID, 100); err != nil {
			t.Fatal(err)
		}
		if a := w.balance(account); a.Available != 7 {
			t.Errorf("lots did not keep their expiry: %+v", a)
		}
		if a := w.balance(w.account); a.Available != 0 || a.Held != 0 {
			t.Errorf("the merged account keeps %+v", a)
		}
	})
}

func TestThePastBalanceIsTheSumOfWhatWasPostedThen(t *testing.T) { // covers: N-15, B28
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		ctx := context.Background()
		w.earn(w.account, 50, redeemStart.AddDate(0, 0, 10))
		w.clock.Advance(24 * time.Hour)
		w.earn(w.account, 20, time.Time{})
		w.mustPress("k", 30)
		w.dispatch()
		w.clock.Advance(20 * 24 * time.Hour)
		if _, err := w.ExpireLots(ctx, w.shop.ID, 100); err != nil {
			t.Fatal(err)
		}
		for days, want := range map[int]string{-1: "0 []", 0: "50 [50]", 1: "40 [20 20]", 30: "20 [20]"} {
			at := redeemStart.AddDate(0, 0, days).UnixMilli()
			b, err := w.BalanceAt(ctx, w.shop, w.member, at, ledger.ByPosted)
			var left []loyalty.Points
			for _, l := range b.Lots {
				left = append(left, l.Left)
			}
			if got := fmt.Sprint(b.Total, " ", left); err != nil || got != want {
				t.Errorf("after %d days: %s, want %s (%v)", days, got, want, err)
			}
		}
		page, err := w.History(ctx, w.shop, w.member, 0, 10)
		var sum loyalty.Points
		for _, e := range page {
			sum += e.Points
		}
		if b, _ := w.BalanceOf(ctx, w.shop, w.member); err != nil || sum != b.Shown {
			t.Errorf("the history sums to %d, the balance is %d (%v)", sum, b.Shown, err)
		}
		receipt, err := w.ReceiptOf(ctx, w.shop, w.member, page[len(page)-1].ID)
		if err != nil || len(receipt.Siblings) != 1 || receipt.Plan.Version != 1 {
			t.Errorf("%+v, %v", receipt, err)
		}
		if _, err := w.ReceiptOf(ctx, w.shop, w.newMember("c9", "x@example.org"), page[0].ID); loyalty.CodeOf(err) != loyalty.CodeNotFound {
			t.Errorf("another member's entry: %v", err)
		}
	})
}

// damage is what a bug or a hand in the database might do, and what must be found.
var damage = map[string]string{
	"balance is the sum of its entries":                   `UPDATE accounts SET available = available + 1 WHERE shop_id = ? AND available > 0`,
	"available is the open lots less debt":                `UPDATE lots SET remaining = remaining - 1 WHERE shop_id = ? AND state = 1`,
	"a lot is what it was less what was taken":            `UPDATE allocations SET points = points + 1 WHERE shop_id = ?`,
	"a lot is closed when it is empty":                    `UPDATE lots SET state = 2 WHERE shop_id = ? AND remaining > 0`,
	"a lot is due when its state ends":                    `UPDATE lots SET due_at = due_at + 5 WHERE shop_id = ? AND state = 1`,
	"held is the open holds":                              `UPDATE holds SET state = 'released' WHERE shop_id = ?`,
	"a pending redemption has one open hold":              `UPDATE holds SET state = 'burned' WHERE shop_id = ?`,
	"an account has no gap in its entries":                `UPDATE entries SET account_seq = account_seq + 10 WHERE shop_id = ? AND points < 40`,
	"entry counter is the number of entries":              `UPDATE accounts SET entry_seq = 7 WHERE shop_id = ?`,
	"no entry is in the future":                           `UPDATE entries SET posted_at = posted_at + 3600000 WHERE shop_id = ?`,
	"accounts.member_id is of this shop":                  `UPDATE accounts SET member_id = 1 WHERE shop_id = ?`,
	"entries.account_id is of this shop":                  `UPDATE entries SET account_id = 1 WHERE shop_id = ?`,
	"uses of a code are counted right":                    `UPDATE codes SET uses = 1 WHERE shop_id = ?`,
	"an erased or merged member holds no personal field":  `UPDATE members SET state = 'erased' WHERE shop_id = ?`,
	"no call to the host waits longer than an hour":       `UPDATE jobs SET created_at = created_at - 7200000, next_at = 1 WHERE shop_id = ?`,
	"a redemption cost its points less what was returned": `UPDATE redemptions SET state = 'active' WHERE shop_id = ?`,
}

func TestVerifyFindsDamage(t *testing.T) {
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		w.earn(w.account, 50, time.Time{})
		w.earn(w.account, 20, redeemStart.AddDate(1, 0, 0))
		w.mustPress("k", 30)
		w.wantVerified()
		undo := errors.New("undo")
		for name, statement := range damage {
			found := false
			err := w.Store.Write(context.Background(), func(tx *store.Tx) error {
				if _, err := tx.Exec(statement, w.shop.ID); err != nil {
					return err
				}
				for _, inv := range store.Invariants() {
					if inv.Name != name {
						continue
					}
					_, findings, broken, err := tx.NewChecker(w.shop.ID, loyalty.NowMs(w.clock)).Check(inv)
					if err != nil {
						return err
					}
					found = broken > 0 && len(findings) > 0
				}
				return undo
			})
			if !errors.Is(err, undo) || !found {
				t.Errorf("%s was not found (%v)", name, err)
			}
		}
		w.wantVerified()
	})
}

func TestRepairMakesTheBalanceRowAgreeAndExplainsTheRest(t *testing.T) {
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		ctx := context.Background()
		w.earn(w.account, 50, time.Time{})
		w.write(func(tx *store.Tx) error {
			_, err := tx.Exec(`UPDATE accounts SET available = 60 WHERE shop_id = ? AND id = ?`, w.shop.ID, w.account)
			return err
		})
		plan, err := w.RepairPlan(ctx, w.shop.ID)
		if err != nil || len(plan) != 1 || plan[0].Points != 0 || plan[0].Becomes.Available != 50 {
			t.Fatalf("%+v, %v", plan, err)
		}
		if a := w.balance(w.account); a.Available != 60 {
			t.Error("a plan alone changed the balance")
		}
		if n, err := w.ApplyRepairs(ctx, "staff:9", plan); n != 1 || err != nil {
			t.Fatal(n, err)
		}
		w.want(50, 0)
		w.write(func(tx *store.Tx) error {
			_, err := tx.Exec(`UPDATE lots SET original = 45, remaining = 45 WHERE shop_id = ?`, w.shop.ID)
			return err
		})
		plan, err = w.RepairPlan(ctx, w.shop.ID)
		if err != nil || len(plan) != 1 || plan[0].Points != -5 {
			t.Fatalf("%+v, %v", plan, err)
		}
		if n, err := w.ApplyRepairs(ctx, "staff:9", plan); n != 1 || err != nil {
			t.Fatal(n, err)
		}
		w.want(45, 0)
		if n, err := w.ApplyRepairs(ctx, "staff:9", plan); n != 0 || err != nil {
			t.Errorf("the same repair again: %d, %v", n, err)
		}
		w.wantVerified()
	})
}

func TestVerifyFindsCodesThatDoNotWorkAtTheHost(t *testing.T) { // G18
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		w.earn(w.account, 50, time.Time{})
		kept, lost := w.mustPress("k1", 10), w.mustPress("k2", 10)
		w.dispatch()
		check, err := w.VerifyHost(context.Background(), w.shop, 0)
		if err != nil || check.Checked != 2 || check.Broken != 0 {
			t.Fatalf("%+v, %v", check, err)
		}
		delete(w.host.codes, voucher.Fold(w.code(lost).Code))
		check, err = w.VerifyHost(context.Background(), w.shop, 0)
		if err != nil || check.Broken != 1 || check.Violations[0].What != "codes "+w.code(lost).ID.String() {
			t.Errorf("%+v, %v", check, err)
		}
		if check, _ = w.VerifyHost(context.Background(), w.shop, 1); check.Checked != 1 || w.code(kept).State != voucher.Active {
			t.Errorf("a sample of one: %+v", check)
		}
	})
}
