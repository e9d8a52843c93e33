package program_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/program"
	"zugabe/app/store"
)

// covers: S4-01, S4-30
func TestAPaidOrderEarnsOnItsNetAmount(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		s := paidOrder("o1", "c1", 4299, 2)
		s.Lines[0].Tax, s.Shipping, s.Total = 817, earning.Amount{Net: 416, Tax: 79}, 5611
		w.send(saleMessage(s))
		w.wantPoints("c1", 42)
	})
}

// A1, A3, A4
func TestTheSameOrderAgainEarnsNothingMore(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		m := saleMessage(paidOrder("o1", "c1", 4299, 2))
		w.send(m, m)
		w.send(m)
		w.wantPoints("c1", 42)
		if n := len(w.entries("c1")); n != 1 {
			t.Errorf("%d entries, want 1", n)
		}
	})
}

// A2
func TestFiftyWorkersBookingTheSameOrderEarnOnce(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		rows := make([]store.Delivery, 50)
		for i := range rows {
			rows[i] = w.message(saleMessage(paidOrder("o1", "c1", 4299, 2)))
		}
		start, wg := make(chan struct{}), sync.WaitGroup{}
		for _, d := range rows {
			wg.Go(func() {
				<-start
				if _, err := w.BookDeliveries(context.Background(), w.shop, []store.Delivery{d}); err != nil {
					t.Error(err)
				}
			})
		}
		close(start)
		wg.Wait()
		w.wantPoints("c1", 42)
		if n := len(w.entries("c1")); n != 1 {
			t.Errorf("%d entries, want 1", n)
		}
		for _, d := range rows {
			if got := w.stateOf(d); got.State != store.DeliveryDone {
				t.Fatalf("delivery %s is in state %d: %s", d.ID, got.State, got.Reason)
			}
		}
	})
}

// A5
func TestTwoOrdersUnderOneDeliveryIDBothEarn(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.send(saleMessage(paidOrder("o1", "c1", 1000, 2)), saleMessage(paidOrder("o2", "c1", 2000, 2)))
		w.wantPoints("c1", 30)
	})
}

// lifeOfAnOrder is placed, paid, edited up, refunded in two parts of the same amount.
func lifeOfAnOrder() []wire {
	s := paidOrder("o1", "c1", 5000, 2)
	s.Status, s.PaidAt = earning.SalePlaced, 0
	placed := s
	s.Status, s.PaidAt, s.UpdatedAt = earning.SalePaid, at(3), at(3)
	paid := s
	s.Lines = []earning.Line{{Key: "l1", ProductKey: "p1", Quantity: 1, Net: 5000}, {Key: "l2", ProductKey: "p2", Quantity: 1, Net: 3000}}
	s.Total, s.UpdatedAt = 8000, at(4)
	edited := s
	s.Refunds, s.UpdatedAt = []earning.Refund{{Key: "r1", At: at(5), Gross: 1000, Lines: []earning.RefundLine{{LineKey: "l1", Net: 1000}}}}, at(5)
	refunded := s
	s.Refunds = append(s.Refunds[:1:1], earning.Refund{Key: "r2", At: at(6), Gross: 1000, Lines: []earning.RefundLine{{LineKey: "l1", Net: 1000}}})
	s.UpdatedAt = at(6)
	return []wire{saleMessage(placed), saleMessage(paid), saleMessage(edited), saleMessage(refunded), saleMessage(s)}
}

// A6, A7, B1, B2
func TestAnOrdersMessagesInAnyOrderAndDoubledEndTheSame(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		for seed := range uint64(12) {
			customer := fmt.Sprint("c", seed)
			messages := lifeOfAnOrder()
			for i := range messages {
				s := *messages[i].Sale
				s.Key, s.CustomerKey = fmt.Sprint("o", seed), customer
				messages[i] = saleMessage(s)
			}
			messages = append(messages, messages...)
			rng := rand.New(rand.NewPCG(seed, 1))
			rng.Shuffle(len(messages), func(i, j int) { messages[i], messages[j] = messages[j], messages[i] })
			for len(messages) > 0 {
				n := min(1+rng.IntN(4), len(messages))
				w.send(messages[:n]...)
				messages = messages[n:]
				if a := w.account(customer); a.Available < 0 {
					t.Fatalf("seed %d: %d points in between", seed, a.Available)
				}
			}
			w.has(customer, 60)
		}
		w.verify()
	})
}

// A8
func TestAnOlderSnapshotAfterANewerOneIsIgnored(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		newer, older := paidOrder("o1", "c1", 1000, 6), paidOrder("o1", "c1", 9000, 3)
		w.send(saleMessage(newer))
		if r := w.send(saleMessage(older)); r.Done != 1 {
			t.Errorf("the older one ended as %+v", r)
		}
		w.wantPoints("c1", 10)
	})
}

// A9
func TestTwoSnapshotsOfOneInstantAreSettledByAskingTheHost(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.host.caps.FetchOrders = true
		truth := paidOrder("o1", "c1", 3000, 4)
		w.host.orders[w.shop.ID] = map[string]earning.Sale{"o1": truth}
		w.send(saleMessage(paidOrder("o1", "c1", 1000, 4)))
		w.wantPoints("c1", 10)
		w.send(saleMessage(paidOrder("o1", "c1", 7000, 4)))
		w.wantPoints("c1", 30)
		if w.host.reads != 1 {
			t.Errorf("the host was asked %d times, want once", w.host.reads)
		}
	})
}

// A9 where the host cannot be asked: the content decides, the same way round.
func TestTwoSnapshotsOfOneInstantEndTheSameInBothOrders(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		a, b := paidOrder("o1", "c1", 1000, 4), paidOrder("o1", "c1", 7000, 4)
		w.send(saleMessage(a))
		w.send(saleMessage(b))
		first := w.account("c1").Pending
		w.shop = w.newShop("other.example")
		w.setPlan(func(d *program.PlanDoc) { d.Pending.Days = 0 })
		w.send(saleMessage(b))
		w.send(saleMessage(a))
		w.wantPoints("c1", first)
	})
}

// A10: pending and expiry count from when it happened. covers: S4-22, A-10, A-21
func TestAnOrderThatComesADayLateCountsFromItsOwnTime(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.setPlan(func(d *program.PlanDoc) { d.Pending.Days, d.Expiry.Months = 14, 12 })
		w.clock.Set(bookStart.AddDate(0, 0, 2))
		w.send(saleMessage(paidOrder("o1", "c1", 1000, 2)))
		e := w.entries("c1")
		if len(e) != 1 || e[0].OccurredAt != at(2) || e[0].PostedAt != loyalty.NowMs(w.clock) {
			t.Fatalf("entries %+v", e)
		}
		account, midnight := w.account("c1").ID, at(365*24+11)
		w.write(func(tx *store.Tx) error {
			lots, err := tx.AllLots(w.shop.ID, account)
			if err == nil && (lots[0].AvailableAt != at(2+14*24) || lots[0].ExpiresAt != midnight) {
				t.Errorf("available at %d, expires at %d; want %d and %d", lots[0].AvailableAt, lots[0].ExpiresAt, at(2+14*24), midnight)
			}
			return err
		})
	})
}

// A22, A24, A25, A26
func TestABadDeliveryHarmsNoOther(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		broken := w.delivery(w.shop, "sale", []byte(`{"Kind": "sale", "Sale": `))
		panics := w.delivery(w.shop, "panic", []byte(`{}`))
		unknown := w.message(wire{Kind: platform.Ignored})
		huge := paidOrder("o9", "c9", 900_000_000_000_000, 2)
		tooMuch := w.message(saleMessage(huge))
		rows := []store.Delivery{broken, panics, unknown, tooMuch}
		for i := range 9 {
			rows = append(rows, w.message(saleMessage(paidOrder(fmt.Sprint("o", i), "c1", 1000, 2))))
		}
		r := w.book(rows...)
		if r.Done != 9 || r.Ignored != 1 || r.Poisoned != 3 {
			t.Errorf("result %+v, want 9 done, 1 ignored, 3 poisoned", r)
		}
		w.has("c1", 90)
		if d := w.stateOf(broken); d.State != store.DeliveryPoison || d.Reason == "" {
			t.Errorf("the broken one is in state %d, %q", d.State, d.Reason)
		}
	})
}

// A25: what keeps failing is tried ten times, later each time, and then kept for people to see.
func TestADeliveryThatKeepsFailingIsGivenUpAfterTenAttempts(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.shop.Zone = "Nowhere/Land"
		d := w.message(saleMessage(paidOrder("o1", "c1", 1000, 2)))
		for attempt := range 10 {
			d = w.stateOf(d)
			w.book(d)
			got := w.stateOf(d)
			want := store.DeliveryRetry
			if attempt == 9 {
				want = store.DeliveryPoison
			}
			if got.State != want {
				t.Fatalf("after attempt %d the state is %d (%s), want %d", attempt+1, got.State, got.Reason, want)
			}
			if want == store.DeliveryRetry && got.NextAt <= loyalty.NowMs(w.clock) {
				t.Errorf("attempt %d is not put off", attempt+1)
			}
		}
	})
}

// A31
func TestAReplayAYearLaterChangesNothing(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		messages := lifeOfAnOrder()
		w.send(messages...)
		w.send(saleMessage(paidOrder("o2", "c1", 500, 8)))
		w.clock.Advance(365 * 24 * 3600e9)
		w.send(messages[1])
		w.has("c1", 65)
	})
}

// A32
func TestAnOrderOfAnotherShopIsRefused(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.host.caps = platform.Capabilities{FetchOrders: true}
		s := paidOrder("o1", "c1", 5000, 2)
		w.host.orders[w.shop.ID] = map[string]earning.Sale{"o1": s}
		mine := w.shop
		w.shop = w.newShop("other.example")
		d := w.message(saleMessage(s))
		w.book(d)
		if got := w.stateOf(d); got.State != store.DeliveryPoison {
			t.Errorf("state %d, want poison", got.State)
		}
		w.write(func(tx *store.Tx) error {
			rows, err := tx.AuditOf(w.shop.ID, "delivery:"+d.ID.String(), 0, 10)
			if len(rows) != 1 {
				t.Errorf("%d audit rows, want 1", len(rows))
			}
			return err
		})
		if m := w.member("c1"); m.ID != 0 {
			t.Error("the foreign order made a member")
		}
		w.shop = mine
		w.send(saleMessage(s))
		w.has("c1", 50)
	})
}

// A33: what the delivery claims is not believed where its topic and shop are not signed.
func TestWhereHeadersAreNotSignedOnlyTheHostsAnswerCounts(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.host.caps = platform.Capabilities{FetchOrders: true}
		truth := paidOrder("o1", "c1", 1000, 5)
		truth.Status = earning.SalePlaced
		w.host.orders[w.shop.ID] = map[string]earning.Sale{"o1": truth}
		claimed := paidOrder("o1", "c1", 900000, 5)
		w.send(saleMessage(claimed), wire{Kind: platform.SaleTouched, Key: "o1"})
		w.wantPoints("c1", 0)
		w.host.down = platform.ErrUnreachable
		d := w.message(saleMessage(claimed))
		if r := w.book(d); r.Retry != 1 {
			t.Errorf("result %+v, want one retry while the host is away", r)
		}
		w.host.down = nil
		truth.Status, truth.UpdatedAt = earning.SalePaid, at(6)
		w.host.orders[w.shop.ID]["o1"] = truth
		w.book(w.stateOf(d))
		w.wantPoints("c1", 10)
	})
}

// A33
func TestABodyAboutAnotherShopIsNotFollowed(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.send(saleMessage(paidOrder("o1", "c1", 1000, 2)))
		w.host.gone["c1"] = true
		if r := w.send(wire{Kind: platform.CustomerRedact, Key: "c1", HostShop: "host-other.example"}); r.Poisoned != 1 {
			t.Errorf("result %+v, want poison", r)
		}
		if m := w.member("c1"); m.State != loyalty.MemberActive {
			t.Errorf("the member is %s", m.State)
		}
	})
}

// S4-29
func TestAGuestsOrderIsKeptAndEarnsNothing(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.send(saleMessage(paidOrder("o1", "", 5000, 2)))
		w.write(func(tx *store.Tx) error {
			rows, err := tx.SalesByKey(w.shop.ID, []string{"o1"})
			if rows["o1"].ID == 0 || rows["o1"].MemberID != 0 || rows["o1"].Earned != 0 {
				t.Errorf("sale %+v", rows["o1"])
			}
			return err
		})
		w.verify()
	})
}

func TestAnOutageIsReportedAndTheDeliveryStaysOpen(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		d := w.message(saleMessage(paidOrder("o1", "c1", 1000, 2)))
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if _, err := w.BookDeliveries(ctx, w.shop, []store.Delivery{d}); !errors.Is(err, context.Canceled) {
			t.Errorf("error %v", err)
		}
		if got := w.stateOf(d); got.State != store.DeliveryNew {
			t.Errorf("state %d, want new", got.State)
		}
	})
}
