package program_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"zugabe/app/demoshop"
	"zugabe/app/dispatch"
	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/program"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// imported reads a file in and lets the host have its codes.
func (w *mirrorWorld) imported(v program.Voucher, file []byte) loyalty.ID {
	w.t.Helper()
	ctx := context.Background()
	i, err := w.CreateImport(ctx, "test", w.shop, program.NewImport{Template: v.Row.ID, FileName: "masse.csv", Size: int64(len(file))})
	w.must(err)
	_, err = w.SaveImportPiece(ctx, w.shop, i.ID, 0, file)
	w.must(err)
	_, err = w.StartImport(ctx, "test", w.shop, i.ID, nil)
	w.must(err)
	w.must(dispatch.NewImports(w.Program).Drain(ctx))
	w.settle()
	return i.ID
}

func (w *mirrorWorld) undone(id loyalty.ID) {
	w.t.Helper()
	_, err := w.UndoImport(context.Background(), "test", w.shop, id)
	w.must(err)
	w.must(dispatch.NewImports(w.Program).Drain(context.Background()))
	w.settle()
}

// settle works until nothing is owed to the host.
func (w *mirrorWorld) settle() {
	w.t.Helper()
	for range 100 {
		w.work()
		waiting := int64(0)
		w.write(func(tx *store.Tx) error {
			_, err := tx.Row(`SELECT COUNT(*) FROM jobs WHERE shop_id = ? AND state IN (0, 3)`, []any{w.shop.ID}, &waiting)
			return err
		})
		if waiting == 0 {
			return
		}
		w.clock.Advance(5 * time.Second)
	}
	w.t.Fatal("something is still owed to the host")
}

func (w *mirrorWorld) wantStates(when string, v program.Voucher, want map[voucher.State]int64) {
	w.t.Helper()
	if got := w.states(v); fmt.Sprint(got) != fmt.Sprint(want) {
		w.t.Errorf("%s: the codes are %v, want %v", when, got, want)
	}
	if n := int64(len(w.live())); n != want[voucher.Active] {
		w.t.Errorf("%s: the host has %d codes", when, n)
	}
}

// The host is told to forget a whole discount, or page by page what is stopped in it: how
// often it is asked does not grow with the codes.
//
// covers: N-14, S0-25
func TestTheUndoOfAnImportAsksTheHostForDiscountsAndNotForCodes(t *testing.T) {
	eachMirrorWorld(t, func(t *testing.T, w *mirrorWorld) {
		var asked []int64
		for _, n := range []int{500, 2000} {
			v := w.voucherOf(nil)
			id := w.imported(v, manyCodes(n))
			w.wantStates("imported", v, map[voucher.State]int64{voucher.Active: int64(n)})
			before := w.asked.Load()
			w.undone(id)
			asked = append(asked, w.asked.Load()-before)
			w.wantStates("undone", v, map[voucher.State]int64{voucher.Void: int64(n)})
			if n := len(w.host.Discounts()); n != 0 {
				t.Errorf("%d discounts are left at the host", n)
			}
			again := w.imported(v, manyCodes(n)) // the texts are free there, too
			w.wantStates("imported again", v, map[voucher.State]int64{voucher.Void: int64(n), voucher.Active: int64(n)})
			w.undone(again)
		}
		if asked[0] > 3 || asked[1] > asked[0] {
			t.Errorf("the host was asked %v times for 500 and for 2,000 codes", asked)
		}
	})
}

// covers: N-11, N-14
func TestALostRangeIsTakenOutOfItsDiscountPageByPage(t *testing.T) {
	eachMirrorWorld(t, func(t *testing.T, w *mirrorWorld) {
		ctx := context.Background()
		v := w.voucherOf(nil)
		id := w.imported(v, manyCodes(1000))
		ref := w.codeNow("MASSE-000001").HostRef
		w.clock.Advance(time.Minute)                                                                     // the host's patience grows back
		if _, err := w.driver.AddCodes(ctx, w.Conn(ctx, w.shop), ref, []string{"BY-HAND"}); err != nil { // by the merchant, in the host's own pages
			t.Fatal(err)
		}
		d, err := w.ImportOf(ctx, w.shop, id)
		w.must(err)
		before := w.asked.Load()
		_, err = w.BlockBatch(ctx, "test", w.shop, d.Batches[0].ID, program.BatchLoss{BatchRange: program.BatchRange{From: "MASSE-000100", Until: "MASSE-000799"}, Why: "lost in the post"})
		w.must(err)
		w.must(dispatch.NewImports(w.Program).Drain(ctx))
		w.settle()
		if asked := w.asked.Load() - before; asked > 20 {
			t.Errorf("the host was asked %d times for 700 of 1,000 codes", asked)
		}
		if got := w.states(v); got[voucher.Active] != 300 || got[voucher.Void] != 700 {
			t.Errorf("the codes are %v", got)
		}
		live := w.live()
		if len(live) != 301 || live[0] != "BY-HAND" || live[100] != "MASSE-000099" || live[101] != "MASSE-000800" {
			t.Errorf("the host lets %d be used: %.200v", len(live), live)
		}
		w.undone(id)
		if live := w.live(); len(live) != 0 {
			t.Errorf("after the undo of the rest the host lets %v be used", live)
		}
	})
}

// covers: N-14, D1, D2
func TestAnUndoReachesTheHostWhateverAnswerIsLost(t *testing.T) {
	eachMirrorWorld(t, func(t *testing.T, w *mirrorWorld) {
		for round, fault := range [][2]string{
			{"reset", "discountCodeDelete"}, {"5xx_after", "discountCodeDelete"}, {"throttle", "discountCodeDelete"}, {"reset", "discountCodeRedeemCodeBulkDelete"},
			{"5xx_after", "discountCodeRedeemCodeBulkDelete"}, {"html", "discountCodeRedeemCodeBulkDelete"}, {"5xx", "codeDiscountNode"},
		} {
			v := w.voucherOf(nil)
			id := w.imported(v, []byte(strings.ReplaceAll(string(manyCodes(60)), "MASSE", fmt.Sprint("RUNDE", round))))
			want := map[voucher.State]int64{voucher.Void: 60}
			if fault[1] != "discountCodeDelete" { // something stays in the discount
				w.usedOnce(fmt.Sprintf("RUNDE%d-000007", round))
				want = map[voucher.State]int64{voucher.Void: 59, voucher.Active: 1}
			}
			w.misbehave(fault[0], 1, fault[1])
			w.undone(id)
			w.wantStates(fmt.Sprint(fault), v, want)
			w.state(v, voucher.TemplateEnded)
			w.settle()
		}
	})
}

// usedOnce books an order with a code.
func (w *mirrorWorld) usedOnce(text string) {
	w.t.Helper()
	cart := []demoshop.CartLine{{Variant: w.host.VariantOf("BOOK"), Quantity: 3}}
	_, err := w.host.Checkout(demoshop.Buy{Email: "eva@demo.example", Cart: cart, Codes: []string{text}})
	w.must(err)
	now := loyalty.NowMs(w.clock)
	w.write(func(tx *store.Tx) error {
		return tx.InsertJobs(w.shop.ID, []store.Job{{ID: w.IDs.Next(), Kind: store.JobReconcile, Key: text, NextAt: now, CreatedAt: now}})
	})
	w.work()
	if c := w.codeNow(text); c.Uses != 1 {
		w.t.Fatalf("%s was used %d times", text, c.Uses)
	}
}

// vanishing is a driver in whose calls the process dies, after the host has done them.
type vanishing struct {
	platform.Driver
	left int // calls until then
}

type vanished struct{}

func (d *vanishing) died() {
	if d.left--; d.left == 0 {
		panic(vanished{})
	}
}

func (d *vanishing) CodesIn(ctx context.Context, c platform.Conn, ref, cursor string) (platform.RedeemPage, error) {
	defer d.died()
	return d.Driver.CodesIn(ctx, c, ref, cursor)
}

func (d *vanishing) RemoveCodes(ctx context.Context, c platform.Conn, ref string, codes []string) error {
	defer d.died()
	return d.Driver.RemoveCodes(ctx, c, ref, codes)
}

func (d *vanishing) DeleteCode(ctx context.Context, c platform.Conn, ref string) error {
	defer d.died()
	return d.Driver.DeleteCode(ctx, c, ref)
}

// workUntilItDies does what is owed until the process is gone; died is false when it
// lived through all of it.
func (w *mirrorWorld) workUntilItDies(calls int) (died bool) {
	w.t.Helper()
	w.Hosts = meetingHosts{w, &vanishing{w.driver, calls}}
	defer func() {
		w.Hosts = w
		if cause := recover(); cause != nil {
			if _, died = cause.(vanished); !died {
				panic(cause)
			}
		}
	}()
	for range 12 {
		for {
			jobs, err := w.ClaimJobs(context.Background(), w.shop.ID)
			w.must(err)
			if len(jobs) == 0 {
				break
			}
			for _, j := range jobs {
				w.must(w.RunJob(context.Background(), w.shop, j))
			}
		}
		w.clock.Advance(5 * time.Second)
	}
	return false
}

// covers: N-14, C9
func TestAProcessThatVanishesWhileCodesAreTakenOutIsFollowedByAnother(t *testing.T) {
	eachMirrorWorld(t, func(t *testing.T, w *mirrorWorld) {
		for round, some := range []bool{true, false} {
			died := true
			for calls := 1; died; calls++ {
				v := w.voucherOf(nil)
				name := fmt.Sprintf("TOD%d%02d", round, calls)
				id := w.imported(v, []byte(strings.ReplaceAll(string(manyCodes(60)), "MASSE", name)))
				want := map[voucher.State]int64{voucher.Void: 60}
				if some {
					w.usedOnce(name + "-000007")
					want = map[voucher.State]int64{voucher.Void: 59, voucher.Active: 1}
				}
				_, err := w.UndoImport(context.Background(), "test", w.shop, id)
				w.must(err)
				w.must(dispatch.NewImports(w.Program).Drain(context.Background()))
				if died = w.workUntilItDies(calls); died {
					w.clock.Advance(4 * time.Minute)
				}
				w.settle()
				w.wantStates(fmt.Sprintf("some stay: %v, died at call %d: %v", some, calls, died), v, want)
				if calls == 1 && !died || calls > 12 {
					t.Fatalf("died at call %d: %v", calls, died)
				}
				w.state(v, voucher.TemplateEnded)
				w.settle()
			}
		}
	})
}

// covers: N-14
func TestCodesOfCustomersGoInOneCallWhenTheirImportIsUndone(t *testing.T) {
	eachMirrorWorld(t, func(t *testing.T, w *mirrorWorld) {
		w.memberOf("anna@demo.example")
		v := w.voucherOf(nil)
		var file strings.Builder
		file.WriteString("Gutscheincode;E-Mail\n")
		for i := range 40 {
			fmt.Fprintf(&file, "EIGEN-%02d;anna@demo.example\n", i)
		}
		id := w.imported(v, []byte(file.String()))
		w.wantStates("imported", v, map[voucher.State]int64{voucher.Active: 40})
		before := w.asked.Load()
		w.undone(id)
		if asked := w.asked.Load() - before; asked != 1 {
			t.Errorf("the host was asked %d times", asked)
		}
		w.wantStates("undone", v, map[voucher.State]int64{voucher.Void: 40})
		w.imported(v, []byte(file.String()))
		w.wantStates("imported again", v, map[voucher.State]int64{voucher.Void: 40, voucher.Active: 40})
	})
}

// A few codes are taken back one by one, and what that leaves at the host is no
// stranger's when their texts come again.
//
// covers: N-14, S0-34
func TestTextsOfAFewUndoneCodesAreFreeAtTheHostToo(t *testing.T) {
	eachMirrorWorld(t, func(t *testing.T, w *mirrorWorld) {
		w.memberOf("anna@demo.example")
		v := w.voucherOf(nil)
		file := []byte("Gutscheincode;E-Mail\nWENIG-1;\nWENIG-2;\nWENIG-3;anna@demo.example\n")
		w.undone(w.imported(v, file))
		w.wantStates("undone", v, map[voucher.State]int64{voucher.Void: 3})
		w.imported(v, file)
		w.wantStates("imported again", v, map[voucher.State]int64{voucher.Void: 3, voucher.Active: 3})
	})
}
