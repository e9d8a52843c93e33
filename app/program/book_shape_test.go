package program_test

import (
	"context"
	"fmt"
	"testing"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/store"
	"zugabe/app/store/storetest"
)

// statementsFor books one batch and counts its statements.
func (w *bookWorld) statementsFor(messages []wire) int64 {
	w.t.Helper()
	rows := make([]store.Delivery, len(messages))
	for i, m := range messages {
		rows[i] = w.message(m)
	}
	ctx, count := store.CountStatements(context.Background())
	r, err := w.BookDeliveries(ctx, w.shop, rows)
	if err != nil || r.Done != len(rows) {
		w.t.Fatal(r, err)
	}
	return count()
}

// The shape that makes batches fast: 200 orders cost as many statements as 20.
func TestABatchCostsTheSameNumberOfStatementsWhateverItsSize(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		orders := func(from, n, hour int, status earning.SaleStatus) (list []wire) {
			for i := from; i < from+n; i++ {
				s := paidOrder(fmt.Sprint("o", i), fmt.Sprint("c", i%50), 1000, hour)
				s.Status = status
				list = append(list, saleMessage(s))
			}
			return list
		}
		w.send(orders(0, 50, 2, earning.SalePaid)...)
		small, large := w.statementsFor(orders(100, 20, 2, earning.SalePaid)), w.statementsFor(orders(200, 100, 2, earning.SalePaid))
		if small != large || large > 16 {
			t.Errorf("new orders: %d statements for 20, %d for 100", small, large)
		}
		small, large = w.statementsFor(orders(100, 20, 3, earning.SaleCancelled)), w.statementsFor(orders(200, 100, 3, earning.SaleCancelled))
		if small != large || large > 20 {
			t.Errorf("cancelled orders: %d statements for 20, %d for 100", small, large)
		}
		t.Logf("a batch of new orders takes %d statements, of cancelled ones %d", w.statementsFor(orders(300, 100, 2, earning.SalePaid)), large)
		w.verify()
	})
}

// A hundred friends' first orders cost as many statements as twenty, whoever brought
// them, also where their orders are compared.
//
// covers: G10
func TestFriendsFirstOrdersCostTheSameNumberOfStatementsWhateverTheBatch(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		var codes []string
		for i := range 5 {
			name := fmt.Sprint("host", i)
			w.send(w.customer(name, name+"@example.org"), saleMessage(paidOrder("first-"+name, name, 1000, 1)))
			codes = append(codes, w.member(name).ReferralCode)
		}
		friends := func(from, n int) (orders []wire) {
			for i := from; i < from+n; i++ {
				name := fmt.Sprint("friend", i)
				w.send(w.customer(name, name+"@example.org"))
				if _, err := w.ClaimReferral(context.Background(), w.shop, w.memberID(name), codes[i%5]); err != nil {
					t.Fatal(err)
				}
				order := saleMessage(paidOrder(fmt.Sprint("o", i), name, 1000, 2))
				order.Traces = &earning.Traces{Name: name, Street: fmt.Sprint("Kaiweg ", i), Postal: "24103", Country: "DE"}
				orders = append(orders, order)
			}
			return orders
		}
		w.statementsFor(friends(0, 5)) // what is read once and kept
		few, many := friends(100, 20), friends(200, 100)
		small, large := w.statementsFor(few), w.statementsFor(many)
		if small != large {
			t.Errorf("%d statements for 20 friends, %d for 100", small, large)
		}
		if n := w.number(`SELECT COUNT(*) FROM referrals WHERE shop_id = ? AND state IN ('qualifying', 'held') AND sale_key <> ''`, w.shop.ID); n != 125 {
			t.Errorf("%d friends' orders are noted", n)
		}
		w.verify()
	})
}

// Two workers took the same deliveries; the other one was quicker and found them
// to be nothing to us. What it decided stands.
func TestADeliveryThatSomebodyElseHasFinishedIsNotBooked(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		open, closed := w.message(saleMessage(paidOrder("open", "ada", 1000, 2))), w.message(saleMessage(paidOrder("closed", "ada", 1000, 2)))
		w.write(func(tx *store.Tx) error {
			_, err := tx.FinishDeliveries(w.shop.ID, []loyalty.ID{closed.ID}, store.DeliveryIgnored, "not ours", 1)
			return err
		})
		if _, err := w.BookDeliveries(context.Background(), w.shop, []store.Delivery{open, closed}); err != nil {
			t.Fatal(err)
		}
		err := w.Store.Read(context.Background(), func(tx *store.Tx) error {
			sales, err := tx.SalesByKey(w.shop.ID, []string{"open", "closed"})
			if _, booked := sales["open"]; !booked || len(sales) != 1 {
				t.Errorf("booked: %v", sales)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		w.verify()
	})
}

func BenchmarkBooking(b *testing.B) {
	for _, engine := range []struct {
		name string
		open func(testing.TB, ...storetest.Option) *store.Store
	}{{"sqlite", storetest.SQLite}, {"mariadb", storetest.MariaDB}} {
		b.Run(engine.name, func(b *testing.B) {
			clock := loyalty.NewManualClock(bookStart)
			w := newBookWorld(b, engine.open(b, func(c *store.Config) { c.Clock = clock }), clock)
			n := 0
			for b.Loop() {
				b.StopTimer()
				rows := make([]store.Delivery, 200)
				packed := make([]store.PackedDelivery, 200)
				for i := range rows {
					n++
					rows[i], packed[i] = w.unsent(saleMessage(paidOrder(fmt.Sprint("o", n), fmt.Sprint("c", n%1000), 1000, 2)))
				}
				w.write(func(tx *store.Tx) error { _, err := tx.InsertDeliveries(packed); return err })
				b.StartTimer()
				if _, err := w.BookDeliveries(context.Background(), w.shop, rows); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(200*b.N)/b.Elapsed().Seconds(), "orders/s")
		})
	}
}
