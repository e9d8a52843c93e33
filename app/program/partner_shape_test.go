package program_test

import (
	"fmt"
	"testing"

	"zugabe/app/earning"
	"zugabe/app/program"
)

// A hundred orders with partners' codes cost as many statements as twenty.
//
// covers: S0-14
func TestAssignmentsCostTheSameNumberOfStatementsWhateverTheBatch(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.partnersOn(func(p *program.PartnerSettings) { p.RatesBP = []int64{1000, 500} })
		v := w.voucherOf(nil)
		for i := range 5 {
			id := w.partner(fmt.Sprintf("partner%d@example.org", i), 0)
			for _, c := range w.codes(v, program.CodeRequest{Texts: []string{fmt.Sprintf("vonpartner%d", i)}, IssuerID: id}) {
				if c.IssuerID != id {
					t.Fatal("not the partner's code")
				}
			}
		}
		orders := func(from, n int, status earning.SaleStatus, hour int) (list []wire) {
			for i := from; i < from+n; i++ {
				s := orderOf(fmt.Sprint("o", i), fmt.Sprint("c", i), fmt.Sprintf("vonpartner%d", i%5), hour)
				s.Status = status
				list = append(list, saleMessage(s))
			}
			return list
		}
		w.send(orders(0, 5, earning.SalePaid, 2)...) // what is read once and kept
		small, large := w.statementsFor(orders(100, 20, earning.SalePaid, 2)), w.statementsFor(orders(200, 100, earning.SalePaid, 2))
		if small != large {
			t.Errorf("new orders: %d statements for 20, %d for 100", small, large)
		}
		back, more := w.statementsFor(orders(100, 20, earning.SaleCancelled, 3)), w.statementsFor(orders(200, 100, earning.SaleCancelled, 3))
		if back != more {
			t.Errorf("cancelled orders: %d statements for 20, %d for 100", back, more)
		}
		t.Logf("%d statements for new orders, %d for cancelled ones", large, more)
		w.verify()
	})
}
