package api_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/program"
)

type shopperLine struct {
	For, Order, Reason string
	Points             int64
}

func (w *world) linesOf(who proof) []shopperLine {
	return into[struct{ Items []shopperLine }](w.t, w.get(who, "/api/storefront/v1/history")).Items
}

// covers: A-44, S4-04: a shopper reads what each change was for, never the name of
// a rule for points that were taken back.
func TestAShoppersHistorySaysWhatEachChangeWasFor(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		alpha := w.newShop("shopify", "alpha")
		w.buy(alpha, "1", "1001", 500)
		now := loyalty.NowMs(w.clock)
		sale := func(key string, change func(*earning.Sale)) platform.Change {
			s := earning.Sale{Key: key, Number: "#" + key, CustomerKey: "1", Currency: "EUR", Status: earning.SaleCompleted, PlacedAt: now, PaidAt: now, FulfilledAt: now,
				UpdatedAt: now + 1000, Total: 59_500, Lines: []earning.Line{{Key: "1", ProductKey: "p1", Title: "Tee", Quantity: 1, Net: 50_000, Tax: 9_500}}}
			change(&s)
			return platform.Change{Kind: platform.SaleSnapshot, Sale: &s}
		}
		deliver := func(list ...platform.Change) {
			body, err := json.Marshal(list)
			if err != nil {
				t.Fatal(err)
			}
			w.deliver(alpha, body)
		}
		deliver(sale("1001", func(s *earning.Sale) {
			s.Refunds = []earning.Refund{{Key: "r1", At: now + 1000, Gross: 13_804, Lines: []earning.RefundLine{{LineKey: "1", Net: 11_600, Tax: 2_204}}}}
		}))
		w.buy(alpha, "1", "1002", 20)
		deliver(sale("1002", func(s *earning.Sale) {
			s.Status, s.Total, s.Lines[0].Net, s.Lines[0].Tax = earning.SaleCancelled, 2_380, 2_000, 380
		}))
		deliver(platform.Change{Kind: platform.ActivityChanged, Activity: &earning.Activity{Key: "signup:1", Kind: earning.ActivitySignup, CustomerKey: "1", State: earning.ActivityApproved, At: now, UpdatedAt: now}})
		me := w.shopper(alpha, "1")
		into[any](t, w.post(me, "/api/storefront/v1/redemptions", "press-01", `{"points":200}`))
		w.dispatch()
		want := []string{"used  -200", "cancelled #1002 -20", "purchase #1002 20", "refund #1001 -116", "purchase #1001 500"}
		var got []string
		for _, l := range w.linesOf(me) {
			if l.For == program.ForWelcome {
				continue // where the plan gives points for it
			}
			got = append(got, fmt.Sprintf("%s %s %d", l.For, l.Order, l.Points))
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("got  %q\nwant %q", got, want)
		}
		w.booksBalance(alpha)
	})
}
