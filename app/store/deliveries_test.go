package store_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"sync"
	"testing"

	"zugabe/app/loyalty"
	"zugabe/app/store"
	"zugabe/app/store/storetest"
)

var deliveryIDs = loyalty.NewIDs(loyalty.SystemClock())

func aDelivery(shop loyalty.ShopID, key, body string) store.Delivery {
	return store.Delivery{ID: deliveryIDs.Next(), Shop: shop, Lane: 3, Host: "shopify", Topic: "orders/paid", Key: key,
		Body: []byte(body), TriggeredAt: 1_700_000_000_000, ReceivedAt: 1_700_000_000_500}
}

func insertDeliveries(t *testing.T, s *store.Store, rows ...store.Delivery) int {
	t.Helper()
	packed := make([]store.PackedDelivery, len(rows))
	for i, r := range rows {
		packed[i] = store.PackDelivery(r)
	}
	var added int
	err := s.Write(context.Background(), func(tx *store.Tx) (err error) {
		added, err = tx.InsertDeliveries(packed)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return added
}

func inboxWrite(t *testing.T, s *store.Store, fn func(tx *store.Tx) error) {
	t.Helper()
	if err := s.Write(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

func TestADeliveryComesBackAsItWasSent(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		noise := make([]byte, 300_000)
		_, _ = rand.Read(noise)
		for i, body := range []string{`{"id":1}`, string(noise), strings.Repeat("ä\\/", 500_000), "\x00\xff"} {
			want := aDelivery(7, fmt.Sprint("k", i), body)
			insertDeliveries(t, s, want)
			inboxWrite(t, s, func(tx *store.Tx) error {
				got, found, err := tx.DeliveryByID(7, want.ID)
				want.BodySize = int64(len(body))
				if err != nil || !found || !bytes.Equal(got.Body, []byte(body)) {
					t.Fatalf("case %d: found %v, err %v, %d bytes", i, found, err, len(got.Body))
				}
				got.Body, want.Body = nil, nil
				if fmt.Sprint(got) != fmt.Sprint(want) {
					t.Errorf("case %d: got %+v, want %+v", i, got, want)
				}
				if _, found, _ := tx.DeliveryByID(8, want.ID); found {
					t.Error("another shop sees the delivery")
				}
				return nil
			})
		}
	})
}

// A1, A3, A4, A5: only a repeat in every respect is dropped.
func TestOnlyAnExactRepeatIsDropped(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		first := aDelivery(1, "evt", "{}")
		if n := insertDeliveries(t, s, first); n != 1 {
			t.Fatalf("added %d, want 1", n)
		}
		again := first
		again.ID = deliveryIDs.Next()
		otherKey, otherTopic, otherShop, otherHost, otherBody := again, again, again, again, again
		otherKey.Key = "evt "
		otherTopic.Topic = "orders/updated"
		otherShop.Shop = 2
		otherHost.Host = "woocommerce"
		otherBody.Body = []byte("{} ")
		rows := []store.Delivery{again, otherKey, otherTopic, otherShop, otherHost, otherBody}
		for i := range rows {
			rows[i].ID = deliveryIDs.Next()
		}
		if n := insertDeliveries(t, s, rows...); n != 5 {
			t.Errorf("added %d, want the 5 that differ", n)
		}
		if n := insertDeliveries(t, s, rows...); n != 0 {
			t.Errorf("added %d the second time, want 0", n)
		}
	})
}

func TestNeighbouringFieldsOfADeliveryCannotPoseAsEachOther(t *testing.T) {
	a := store.Delivery{Host: "h", Shop: 1, Key: "ab", Topic: "c", Body: []byte("d")}
	b := a
	b.Key, b.Topic = "a", "bc"
	if a.Dedupe() == b.Dedupe() {
		t.Error("equal keys for different deliveries")
	}
}

func TestARepeatInsideABatchDoesNotLoseItsNeighbours(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		insertDeliveries(t, s, aDelivery(1, "old", "x"))
		rows := []store.Delivery{}
		for i := range 150 {
			rows = append(rows, aDelivery(loyalty.ShopID(i%3+1), fmt.Sprint(i), "x"))
		}
		rows = append(rows, aDelivery(1, "old", "x"), aDelivery(1, "5", "y"), aDelivery(1, "5", "y"))
		if n := insertDeliveries(t, s, rows...); n != 151 {
			t.Errorf("added %d, want 151", n)
		}
	})
}

// A2: however many arrive at once, one row is kept and every caller succeeds.
func TestTheSameDeliveryFiftyTimesAtOnceIsStoredOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		var wg sync.WaitGroup
		start := make(chan struct{})
		errs := make(chan error, 50)
		for i := range 50 {
			rows := []store.PackedDelivery{store.PackDelivery(aDelivery(1, "same", "body")),
				store.PackDelivery(aDelivery(1, fmt.Sprint("own", i), "body"))}
			wg.Go(func() {
				<-start
				errs <- s.Write(context.Background(), func(tx *store.Tx) error {
					_, err := tx.InsertDeliveries(rows)
					return err
				})
			})
		}
		close(start)
		wg.Wait()
		close(errs)
		for err := range errs {
			if err != nil {
				t.Fatal(err)
			}
		}
		inboxWrite(t, s, func(tx *store.Tx) error {
			rows, err := tx.ListDeliveries(1, store.DeliveryFilter{Limit: 100})
			if len(rows) != 51 {
				t.Errorf("%d rows, want 51", len(rows))
			}
			return err
		})
	})
}

func TestShopsTakeTurnsAndOnlyNewDeliveriesAreTaken(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		for shop := loyalty.ShopID(1); shop <= 3; shop++ {
			for i := range 5 {
				insertDeliveries(t, s, aDelivery(shop, fmt.Sprint(i), "b"))
			}
		}
		inboxWrite(t, s, func(tx *store.Tx) error {
			var round []loyalty.ShopID
			for after := loyalty.ShopID(0); ; {
				shop, found, err := tx.NextShopWithWork(3, after)
				if err != nil || !found {
					break
				}
				round, after = append(round, shop), shop
			}
			if fmt.Sprint(round) != "[1 2 3]" {
				t.Errorf("round %v", round)
			}
			if _, found, _ := tx.NextShopWithWork(4, 0); found {
				t.Error("work in an empty lane")
			}
			rows, err := tx.TakeDeliveries(2, 3, 3)
			if err != nil || len(rows) != 3 || string(rows[0].Body) != "b" || rows[0].ID > rows[1].ID {
				t.Fatalf("took %v, %v", rows, err)
			}
			n, err := tx.FinishDeliveries(2, []loyalty.ID{rows[0].ID, rows[1].ID}, store.DeliveryDone, "", 9)
			if err != nil || n != 2 {
				t.Fatalf("finished %d, %v", n, err)
			}
			n, _ = tx.FinishDeliveries(2, []loyalty.ID{rows[0].ID, rows[2].ID}, store.DeliveryIgnored, "", 9)
			if n != 1 {
				t.Errorf("finished %d, want 1: the other is done already", n)
			}
			open, err := tx.OpenDeliveries(2, []loyalty.ID{rows[0].ID, rows[1].ID, rows[2].ID})
			if err != nil || len(open) != 0 {
				t.Errorf("open %v, %v", open, err)
			}
			rest, err := tx.TakeDeliveries(2, 3, 100)
			if len(rest) != 2 {
				t.Errorf("%d left, want 2", len(rest))
			}
			return err
		})
	})
}

// A25: retry, quarantine, acknowledgement and re-drive.
func TestADeliveryIsRetriedQuarantinedAndDrivenAgain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d := aDelivery(1, "k", "b")
		insertDeliveries(t, s, d)
		ids := []loyalty.ID{d.ID}
		count := func(tx *store.Tx) store.DeliveryCounts {
			c, err := tx.CountDeliveries(1)
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		inboxWrite(t, s, func(tx *store.Tx) error {
			if n, err := tx.RetryDeliveries(1, ids, strings.Repeat("ä", 400), 5000); n != 1 || err != nil {
				t.Fatalf("retry %d, %v", n, err)
			}
			if n, _ := tx.PromoteRetries(3, 4999); n != 0 {
				t.Error("promoted before its time")
			}
			if c := count(tx); c.Retry != 1 || c.New != 0 || c.OldestOpenAt != d.ReceivedAt {
				t.Errorf("counts %+v", c)
			}
			if n, _ := tx.PromoteRetries(3, 5000); n != 1 {
				t.Error("not promoted at its time")
			}
			if n, err := tx.FinishDeliveries(1, ids, store.DeliveryPoison, "bad", 9); n != 1 || err != nil {
				t.Fatalf("poison %d, %v", n, err)
			}
			if c := count(tx); c.Poison != 1 || c.OldestOpenAt != 0 {
				t.Errorf("counts %+v", c)
			}
			got, _, err := tx.DeliveryByID(1, d.ID)
			if err != nil || got.Attempts != 2 || got.Reason != "bad" || got.DoneAt != 9 {
				t.Errorf("%+v %v", got, err)
			}
			if n, _ := tx.ReplayDeliveries(2, ids); n != 0 {
				t.Error("another shop drove it again")
			}
			if n, _ := tx.AcknowledgeDeliveries(1, ids, 10); n != 1 {
				t.Error("not acknowledged")
			}
			if n, err := tx.ReplayDeliveries(1, ids); n != 1 || err != nil {
				t.Errorf("replay %d, %v", n, err)
			}
			if c := count(tx); c.New != 1 || c.Poison != 0 {
				t.Errorf("counts %+v", c)
			}
			return nil
		})
	})
}

func TestOldFinishedDeliveriesArePrunedAndPoisonStays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		done, poison, young := aDelivery(1, "a", "b"), aDelivery(1, "b", "b"), aDelivery(1, "c", "b")
		young.ReceivedAt += 100
		insertDeliveries(t, s, done, poison, young)
		inboxWrite(t, s, func(tx *store.Tx) error {
			_, err := tx.FinishDeliveries(1, []loyalty.ID{done.ID, young.ID}, store.DeliveryDone, "", 1)
			if err != nil {
				return err
			}
			if _, err = tx.FinishDeliveries(1, []loyalty.ID{poison.ID}, store.DeliveryPoison, "", 1); err != nil {
				return err
			}
			n, err := tx.PruneDeliveries(1, done.ReceivedAt+1, 100)
			if n != 1 {
				t.Errorf("pruned %d, want 1", n)
			}
			return err
		})
	})
}

func TestListsOfDeliveriesPageByKey(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		var ids []loyalty.ID
		for i := range 25 {
			d := aDelivery(1, fmt.Sprint(i), "b")
			if i%5 == 0 {
				d.Topic = "refunds/create"
			}
			insertDeliveries(t, s, d, aDelivery(2, fmt.Sprint(i), "b"))
			ids = append(ids, d.ID)
		}
		inboxWrite(t, s, func(tx *store.Tx) error {
			_, err := tx.FinishDeliveries(1, ids[:10], store.DeliveryPoison, "", 1)
			for _, tc := range []struct {
				filter store.DeliveryFilter
				want   int
			}{
				{store.DeliveryFilter{Limit: 10}, 25},
				{store.DeliveryFilter{Limit: 3, States: []store.DeliveryState{store.DeliveryPoison}}, 10},
				{store.DeliveryFilter{Limit: 3, Topic: "refunds/create"}, 5},
				{store.DeliveryFilter{Limit: 1, Topic: "refunds/create", States: []store.DeliveryState{store.DeliveryNew}}, 3},
			} {
				seen, f := 0, tc.filter
				for {
					rows, err := tx.ListDeliveries(1, f)
					if err != nil {
						t.Fatal(err)
					}
					if len(rows) == 0 {
						break
					}
					seen += len(rows)
					f.Before = rows[len(rows)-1].ID
				}
				if seen != tc.want {
					t.Errorf("%+v: saw %d, want %d", tc.filter, seen, tc.want)
				}
			}
			return err
		})
	})
}

// The list must not walk down from the newest row (performance.md, the keyset trap).
func TestMariaDBWalksDeliveryListsByRange(t *testing.T) {
	s := storetest.MariaDB(t)
	for i := range 20 {
		rows := []store.Delivery{}
		for j := range 100 {
			rows = append(rows, aDelivery(1, fmt.Sprint(i, j), "b"))
		}
		insertDeliveries(t, s, rows...)
	}
	inboxWrite(t, s, func(tx *store.Tx) error {
		explain := `EXPLAIN SELECT id FROM deliveries /*!50000 FORCE INDEX (PRIMARY) */ WHERE shop_id = ? AND id < ? ORDER BY id DESC LIMIT 50`
		return tx.Rows(explain, []any{1, int64(deliveryIDs.Next())}, func(row store.Scanner) error {
			var kind string
			cols := make([]any, 10)
			for i := range cols {
				cols[i] = new(any)
			}
			cols[3] = &kind
			if err := row.Scan(cols...); err != nil {
				return err
			}
			if kind != "range" {
				t.Errorf("type %q, want range", kind)
			}
			return nil
		})
	})
}
