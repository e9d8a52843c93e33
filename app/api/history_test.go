package api_test

import (
	"encoding/json"
	"fmt"
	mathrand "math/rand/v2"
	"net/http"
	"testing"
	"time"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/program"
)

// storyteller makes a shopper's life out of chances.
type storyteller struct {
	*world
	rng    *mathrand.Rand
	shop   loyalty.Shop
	orders []earning.Sale
	wishes []string
	did    map[string]int
}

// step does one thing that may change points.
func (s *storyteller) step(n int) {
	s.clock.Advance(time.Duration(10+s.rng.IntN(3600*8)) * time.Second)
	switch what := s.rng.IntN(12); {
	case what < 4 || len(s.orders) == 0:
		s.order(n)
	case what < 6:
		s.refund(n)
	case what < 8:
		s.wish(n)
	case what < 9:
		s.dispatch()
		s.did["calls"]++
	case what < 10 && len(s.wishes) > 0:
		id := s.wishes[s.rng.IntN(len(s.wishes))]
		if a := s.post(s.shopper(s.shop, "1"), "/api/storefront/v1/redemptions/"+id+"/cancel", "", ""); a.Status == http.StatusOK {
			s.did["cancelled"]++
		}
	case what < 11:
		points := s.rng.IntN(600) - 500
		path := "/api/admin/v1/members/" + s.member(s.shop, "1").ID.String() + "/adjustments"
		if a := s.post(s.staff(s.shop), path, fmt.Sprintf("adjust-%04d", n), fmt.Sprintf(`{"points":%d,"note":"chance","allow_debt":true}`, points)); a.Status == http.StatusOK {
			s.did["adjusted"]++
		}
	default:
		s.clock.Advance(time.Duration(1+s.rng.IntN(15)) * 24 * time.Hour)
		s.did["days passed"]++
	}
	for _, sweep := range []func() (int, error){
		func() (int, error) { return s.program.MatureLots(s.t.Context(), s.shop.ID, 100) },
		func() (int, error) { return s.program.ExpireLots(s.t.Context(), s.shop.ID, 100) },
	} {
		if _, err := sweep(); err != nil {
			s.t.Fatal(err)
		}
	}
}

func (s *storyteller) order(n int) {
	now, points := loyalty.NowMs(s.clock), int64(1+s.rng.IntN(300))
	sale := earning.Sale{Key: fmt.Sprint(1000 + n), Number: fmt.Sprint("#", n), CustomerKey: "1", Currency: "EUR", Status: earning.SaleCompleted,
		PlacedAt: now, PaidAt: now, FulfilledAt: now, UpdatedAt: now, Total: points * 119,
		Lines: []earning.Line{{Key: "1", ProductKey: "p1", Title: "Tee", Quantity: points, Net: points * 100, Tax: points * 19}}}
	s.orders = append(s.orders, sale)
	s.tell(sale)
	s.did["orders"]++
}

// refund gives back some of what is left of an order, perhaps long spent.
func (s *storyteller) refund(n int) {
	i := s.rng.IntN(len(s.orders))
	sale := &s.orders[i]
	left := sale.Lines[0].Quantity
	for _, r := range sale.Refunds {
		left -= r.Lines[0].Quantity
	}
	if left == 0 {
		return
	}
	some := 1 + s.rng.Int64N(left)
	sale.UpdatedAt = loyalty.NowMs(s.clock)
	sale.Refunds = append(sale.Refunds, earning.Refund{Key: fmt.Sprint("r", n), At: sale.UpdatedAt, Gross: some * 119,
		Lines: []earning.RefundLine{{LineKey: "1", Quantity: some, Net: some * 100, Tax: some * 19}}})
	s.tell(*sale)
	s.did["refunds"]++
}

func (s *storyteller) tell(sale earning.Sale) {
	body, err := json.Marshal([]platform.Change{{Kind: platform.SaleSnapshot, Sale: &sale}})
	if err != nil {
		s.t.Fatal(err)
	}
	if r := s.deliver(s.shop, body); r.Done != 1 {
		s.t.Fatalf("%+v", r)
	}
}

func (s *storyteller) wish(n int) {
	a := s.post(s.shopper(s.shop, "1"), "/api/storefront/v1/redemptions", fmt.Sprintf("press-%04d", n), fmt.Sprintf(`{"points":%d}`, 1+s.rng.IntN(150)))
	if a.Status == http.StatusOK {
		s.wishes = append(s.wishes, into[shopperRedemption](s.t, a).ID)
		s.did["redemptions"]++
	}
}

// compare adds up every line that the shopper sees and looks at the balance shown.
func (s *storyteller) compare(n int) {
	s.t.Helper()
	me := s.shopper(s.shop, "1")
	balance := into[struct{ Points, Pending, Held int64 }](s.t, s.get(me, "/api/storefront/v1/balance"))
	var sum int64
	for next := ""; ; {
		list := into[struct {
			Items []struct{ Points int64 }
			Next  string
		}](s.t, s.get(me, "/api/storefront/v1/history?limit=40"+next))
		for _, line := range list.Items {
			sum += line.Points
		}
		if list.Next == "" {
			break
		}
		next = "&cursor=" + list.Next
	}
	if spendable := sum - balance.Pending - balance.Held; balance.Points != max(spendable, 0) {
		s.t.Fatalf("after step %d the lines sum to %d, shown are %+v (%v)", n, sum, balance, s.did)
	}
	if balance.Points == 0 && sum < balance.Pending+balance.Held {
		s.did["debt seen"]++
	}
}

// B28: at every moment the lines of a shopper's history sum to the balance that is
// shown, debt aside, which is shown as nothing.
//
// covers: B28
func TestTheHistoryAShopperSeesAlwaysSumsToTheBalanceShown(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		s := &storyteller{world: w, rng: mathrand.New(mathrand.NewPCG(28, 28)), shop: w.newShop("shopify", "alpha"), did: map[string]int{}}
		w.savePlan(s.shop, func(doc *program.PlanDoc) {
			doc.Pending.Days = 2
			doc.Expiry = program.ExpiryPolicy{Months: 1}
		})
		w.balances.Use("none") // a balance may be a second old; that is another test's
		for n := range 120 {
			s.step(n)
			s.compare(n)
		}
		for _, what := range []string{"orders", "refunds", "redemptions", "calls", "cancelled", "adjusted", "days passed", "debt seen"} {
			if s.did[what] == 0 {
				t.Errorf("the story has no %s: %v", what, s.did)
			}
		}
		s.dispatch() // what is still owed to the host has waited for as long as the story's last step took
		w.booksBalance(s.shop)
	})
}
