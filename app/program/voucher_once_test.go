package program_test

import (
	"context"
	"testing"

	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/voucher"
)

// One voucher with one code is made once. Everybody in its group can use it, also who
// comes into the group later, and nothing is changed on any member for it.
//
// covers: S2-13, S2-11
func TestAVoucherMadeOnceIsForEverybodyInItsGroupAlsoWhoComesLater(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.send(w.customer("ada", "ada@example.org"), w.customer("bob", "bob@example.org"), w.customer("eva", "eva@example.org"))
		w.order(paidOrder("o1", "ada", 3000, 1))
		w.order(paidOrder("o2", "bob", 3000, 1))
		v := w.voucherOf(func(d *voucher.Template) {
			d.Who.Segments, d.Auto = []string{string(loyalty.Customer)}, voucher.AutoOffer
		})
		w.codes(v, program.CodeRequest{Texts: []string{"STAMM"}})
		offered := func(key string) bool {
			o, err := w.CheckCode(context.Background(), w.shop, program.Shopper{Member: w.member(key).ID}, "STAMM", cartOf(5000))
			if err != nil {
				t.Fatal(err)
			}
			return o.Decision.OK
		}
		for key, want := range map[string]bool{"ada": true, "bob": true, "eva": false} {
			if offered(key) != want {
				t.Errorf("%s may use it: %v", key, !want)
			}
		}
		w.order(paidOrder("o3", "eva", 3000, 2))
		if !offered("eva") {
			t.Error("who has bought now may not use what is for those who have bought")
		}
		for i, key := range []string{"ada", "bob", "eva"} {
			w.order(orderOf("v"+string(rune('1'+i)), key, "STAMM", 3))
		}
		w.counted(v, "STAMM", 3)
		w.verify()
	})
}
