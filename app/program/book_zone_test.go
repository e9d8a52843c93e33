package program_test

import (
	"testing"
	"time"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
)

// A shop that moves to another time zone does not move its old orders into
// another day: a refund is judged by the day that the order was placed on.
//
// covers: N-04
func TestAShopThatMovesToAnotherZoneKeepsTheDaysOfItsOldOrders(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		day := localDayOf(t, at(2), w.shop.Zone)
		w.setPlan(func(doc *program.PlanDoc) { doc.Earning.Rules[0].When = earning.When{From: day, Until: day} })
		s := paidOrder("o1", "c1", 4000, 2)
		w.send(saleMessage(s))
		w.wantPoints("c1", 40)

		w.shop.Zone = "Pacific/Kiritimati" // 14 hours ahead of UTC
		if localDayOf(t, at(2), w.shop.Zone) == day {
			w.shop.Zone = "Pacific/Pago_Pago" // 11 hours behind
		}
		if localDayOf(t, at(2), w.shop.Zone) == day {
			t.Fatal("the other zone must have another day")
		}
		w.write(func(tx *store.Tx) error {
			_, err := tx.UpdateShop(w.shop, at(3))
			return err
		})
		s.UpdatedAt = at(4)
		s.Refunds = []earning.Refund{{Key: "r1", At: at(4), Gross: 1000, Lines: []earning.RefundLine{{LineKey: "l1", Net: 1000}}}}
		w.send(saleMessage(s))
		w.wantPoints("c1", 30)
		w.verify()
	})
}

func localDayOf(t *testing.T, ms int64, name string) loyalty.LocalDate {
	t.Helper()
	zone, err := loyalty.Zone(name)
	if err != nil {
		t.Fatal(err)
	}
	return loyalty.DateOf(time.UnixMilli(ms).In(zone))
}
