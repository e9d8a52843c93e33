package program_test

import (
	"context"
	"strconv"
	"testing"
	"time"

	"zugabe/app/demoshop"
	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// buys places an order with a code and books it.
func (w *mirrorWorld) buys(code string) (order int64, minor int64) {
	w.t.Helper()
	cart := []demoshop.CartLine{{Variant: w.host.VariantOf("BOOK"), Quantity: 3}}
	o, err := w.host.Checkout(demoshop.Buy{Customer: w.host.CustomerOf("anna@demo.example"), Cart: cart, Codes: []string{code}})
	w.must(err)
	w.booked()
	for _, used := range w.usesOf(code) {
		minor += used.Minor
	}
	return o.ID, minor
}

// booked reads back what the host has of its orders.
func (w *mirrorWorld) booked() {
	w.t.Helper()
	w.clock.Advance(time.Second)
	now := loyalty.NowMs(w.clock)
	w.write(func(tx *store.Tx) error {
		id := w.IDs.Next()
		return tx.InsertJobs(w.shop.ID, []store.Job{{ID: id, Kind: store.JobReconcile, Key: id.String(), NextAt: now, CreatedAt: now}})
	})
	w.settle()
}

// usesOf are the uses of a code that count.
func (w *mirrorWorld) usesOf(code string) (uses []store.CodeUse) {
	w.t.Helper()
	id := w.codeNow(code).ID
	w.write(func(tx *store.Tx) error {
		all, err := tx.UsesOfCode(w.shop.ID, id, 100)
		for _, u := range all {
			if u.State == store.UseCounts {
				uses = append(uses, u)
			}
		}
		return err
	})
	return uses
}

// covers: G5, S0-32
func TestACodeOfTwoUsesIsGoodForTwoOrdersThatAreKept(t *testing.T) {
	eachMirrorWorld(t, func(t *testing.T, w *mirrorWorld) {
		v := w.voucherOf(nil)
		_, err := w.MakeCodes(context.Background(), "test", w.shop, v.Row.ID, program.CodeRequest{Texts: []string{"TWICE"}, Origin: program.OriginAdmin, MaxUses: 2})
		w.must(err)
		w.settle()
		order, _ := w.buys("TWICE")
		w.must(w.host.Cancel(order))
		w.booked()
		for i, want := range []voucher.State{voucher.Active, voucher.Used} {
			w.buys("TWICE")
			if c := w.codeNow("TWICE"); c.Uses != int64(i+1) || c.State != want {
				t.Fatalf("after order %d it is %s, used %d times", i+1, c.State, c.Uses)
			}
		}
		if n := len(w.host.Discounts()); n != 1 {
			t.Errorf("the host has %d discounts", n)
		}
	})
}

// The host keeps a code used up when its order is cancelled. What came back here must
// be good for an order there, too.
//
// covers: G5, B12, S0-30, A-36
func TestASingleCodeOfACancelledOrderWorksAgainInTheShopWhateverAnswerIsLost(t *testing.T) {
	eachMirrorWorld(t, func(t *testing.T, w *mirrorWorld) {
		once := func(v program.Voucher, r program.CodeRequest) {
			r.MaxUses, r.Origin = 1, program.OriginAdmin
			_, err := w.MakeCodes(context.Background(), "test", w.shop, v.Row.ID, r)
			w.must(err)
		}
		once(w.voucherOf(func(d *voucher.Template) { d.Limits.PerPerson = 1 }), program.CodeRequest{Texts: []string{"ALONE"}})
		once(w.voucherOf(nil), program.CodeRequest{Texts: []string{"FIRST", "SECOND", "THIRD"}})
		once(w.voucherOf(nil), program.CodeRequest{Texts: []string{"FORANNA"}, MemberID: w.memberOf("anna@demo.example")})
		w.settle()
		for _, c := range [][2]string{{"ALONE", "discountCodeDelete"}, {"SECOND", "discountCodeBasicCreate"}, {"FORANNA", "discountCodeDelete"}, {"FORANNA", "discountCodeBasicCreate"}} {
			w.cancelsAndBuysAgain(c[0], c[1])
		}
		w.wantLive("at the end", "ALONE", "FIRST", "FORANNA", "SECOND", "THIRD")
	})
}

// cancelsAndBuysAgain plays two orders with a code of which the first is cancelled; the
// answer to a call that makes it good again is lost.
func (w *mirrorWorld) cancelsAndBuysAgain(code, lost string) {
	t := w.t
	t.Helper()
	var order int64
	if uses := w.usesOf(code); len(uses) > 0 { // of the round before
		order, _ = strconv.ParseInt(uses[0].SaleKey, 10, 64)
	} else {
		order, _ = w.buys(code)
	}
	if c := w.codeNow(code); c.State != voucher.Used {
		t.Fatalf("%s is %s", code, c.State)
	}
	w.must(w.host.Cancel(order))
	w.misbehave("reset", 1, lost)
	w.booked()
	if c := w.codeNow(code); c.State != voucher.Active || c.Uses != 0 || len(w.usesOf(code)) != 0 {
		t.Fatalf("%s is %s after the cancellation, used %d times", code, c.State, c.Uses)
	}
	if d, err := w.Code(context.Background(), w.shop, w.codeNow(code).ID); err != nil || len(d.Deeds) == 0 || d.Deeds[0].Action != "code.again" {
		t.Errorf("the timeline of %s has %+v, %v", code, d.Deeds, err)
	}
	if _, minor := w.buys(code); minor != 500 || w.codeNow(code).State != voucher.Used {
		t.Errorf("%s took off %d the second time and is %s", code, minor, w.codeNow(code).State)
	}
}
