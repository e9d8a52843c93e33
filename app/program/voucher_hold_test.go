package program_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/program"
)

func (w *bookWorld) counts(who program.Shopper, code string) bool {
	w.t.Helper()
	o, err := w.CheckCode(context.Background(), w.shop, who, code, cartOf(5000))
	if err != nil {
		w.t.Error(err)
	}
	return o.Decision.OK
}

//
func TestTheLastUseIsKeptForWhoIsAtTheCheckout(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.send(w.customer("ada", "ada@example.org"), w.customer("bob", "bob@example.org"))
		ada, bob := program.Shopper{Member: w.member("ada").ID}, program.Shopper{Member: w.member("bob").ID}
		guest, nobody := program.Shopper{Visitor: "v1"}, program.Shopper{}
		v := w.voucherOf(nil)
		w.codes(v, program.CodeRequest{Texts: []string{"LETZTER"}, MaxUses: 1})
		w.codes(v, program.CodeRequest{Texts: []string{"ZWEIMAL"}, MaxUses: 2})
		w.codes(v, program.CodeRequest{Texts: []string{"IMMER"}, MaxUses: 0})
		if !w.counts(nobody, "LETZTER") || !w.counts(ada, "LETZTER") || !w.counts(ada, "LETZTER") {
			t.Error("who comes first does not get it, or not a second time")
		}
		for name, who := range map[string]program.Shopper{"bob": bob, "a guest": guest, "nobody": nobody} {
			if w.counts(who, "LETZTER") {
				t.Errorf("%s gets the use that is kept for ada", name)
			}
			if !w.counts(who, "IMMER") {
				t.Errorf("%s does not get a code without limit", name)
			}
		}
		w.clock.Advance(9 * time.Minute)
		if w.counts(bob, "LETZTER") {
			t.Error("it is let go too early")
		}
		w.clock.Advance(2 * time.Minute)
		if !w.counts(bob, "LETZTER") || w.counts(ada, "LETZTER") {
			t.Error("after ten minutes it is anybody's, and then bob's")
		}
		if !w.counts(ada, "ZWEIMAL") {
			t.Fatal("two uses are left")
		}
		s := orderOf("o1", "ada", "ZWEIMAL", 2)
		s.PlacedAt = loyalty.NowMs(w.clock) + 1
		w.order(s)
		if !w.counts(bob, "ZWEIMAL") {
			t.Error("ada's order and her hold count as two uses")
		}
		if w.counts(guest, "ZWEIMAL") {
			t.Error("a third has a use of two")
		}
		w.verify()
	})
}

// Of 40 who check the last use at once, one has it. Without the lock on the code several
// do on MariaDB.
//
//
func TestOfManyWhoCheckTheLastUseAtOnceOneHasIt(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		v := w.voucherOf(nil)
		w.codes(v, program.CodeRequest{Texts: []string{"LETZTER"}, MaxUses: 1})
		var got atomic.Int64
		var all sync.WaitGroup
		for i := range 40 {
			all.Go(func() {
				if w.counts(program.Shopper{Visitor: fmt.Sprint("v", i)}, "LETZTER") {
					got.Add(1)
				}
			})
		}
		all.Wait()
		if n := got.Load(); n != 1 {
			t.Errorf("%d have the last use in their cart", n)
		}
	})
}
