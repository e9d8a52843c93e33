package store_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"zugabe/app/loyalty"
	"zugabe/app/store"
	"zugabe/app/store/storetest"
)

func packed(rows ...store.Delivery) []store.PackedDelivery {
	all := make([]store.PackedDelivery, len(rows))
	for i, r := range rows {
		all[i] = store.PackDelivery(r)
	}
	return all
}

func arrive(t *testing.T, s *store.Store, rows ...store.Delivery) int {
	t.Helper()
	added, err := s.StoreDeliveries(context.Background(), packed(rows...))
	if err != nil {
		t.Fatal(err)
	}
	return added
}

// stored counts a shop's deliveries.
func stored(t *testing.T, s *store.Store, shop loyalty.ShopID) (n int) {
	t.Helper()
	err := s.Read(context.Background(), func(tx *store.Tx) error {
		_, err := tx.Row(`SELECT COUNT(*) FROM deliveries WHERE shop_id = ?`, []any{int64(shop)}, &n)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestArrivalsOfAnyNumberAreStoredAsTheyWereSent(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		for n, shop := 1, loyalty.ShopID(100); n <= 45; n, shop = n+1, shop+1 {
			rows := make([]store.Delivery, n)
			for i := range rows {
				rows[i] = aDelivery(shop, fmt.Sprint(i), fmt.Sprintf(`{"id":%d,"text":"it's \\ \x00 %s"}`, i, strings.Repeat("ü", i)))
			}
			if added := arrive(t, s, rows...); added != n || stored(t, s, shop) != n {
				t.Fatalf("%d of %d, %d stored", added, n, stored(t, s, shop))
			}
			inboxWrite(t, s, func(tx *store.Tx) error {
				want := rows[n-1]
				got, found, err := tx.DeliveryByID(shop, want.ID)
				want.BodySize = int64(len(want.Body))
				if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) || !found {
					t.Errorf("came back as %+v, not %+v", got, want)
				}
				return err
			})
		}
	})
}

// A1, A2.
func TestArrivalsThatAreRepeatsAreLeftOut(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		a, b, c := aDelivery(9, "a", "1"), aDelivery(9, "b", "1"), aDelivery(9, "c", "1")
		again := func(d store.Delivery) store.Delivery { d.ID = deliveryIDs.Next(); return d }
		for i, step := range []struct {
			rows []store.Delivery
			want int
		}{
			{[]store.Delivery{a, again(a)}, 1},
			{[]store.Delivery{again(a)}, 0},
			{[]store.Delivery{again(a), b}, 1},
			{[]store.Delivery{a, b}, 0}, // as after an answer that was lost: the ids are the same too
			{[]store.Delivery{c, again(c), again(b), aDelivery(10, "a", "1")}, 2},
		} {
			if got := arrive(t, s, step.rows...); got != step.want {
				t.Errorf("step %d: %d new, want %d", i, got, step.want)
			}
		}
		if stored(t, s, 9) != 3 {
			t.Errorf("%d stored", stored(t, s, 9))
		}
	})
}

// A row that the database refuses takes all of its statement with it: nothing is
// stored in part and then reported as an error.
func TestArrivalsAreStoredTogetherOrNotAtAll(t *testing.T) {
	s := storetest.MariaDB(t)
	bad := aDelivery(11, "bad", "1")
	bad.Topic = strings.Repeat("t", 200)
	rows := []store.Delivery{aDelivery(11, "a", "1"), aDelivery(11, "b", "1"), aDelivery(11, "c", "1"), bad}
	if _, err := s.StoreDeliveries(context.Background(), packed(rows...)); err == nil {
		t.Error("a topic of 200 bytes is stored")
	}
	if n := stored(t, s, 11); n != 0 {
		t.Errorf("%d of a batch that was refused are stored", n)
	}
	same := aDelivery(12, "a", "1")
	arrive(t, s, same)
	other := aDelivery(12, "b", "1")
	other.ID = same.ID
	if _, err := s.StoreDeliveries(context.Background(), packed(other)); !store.IsDuplicate(err, "deliveries.PRIMARY") {
		t.Errorf("an id that is taken: %v", err)
	}
}

func TestArrivalsTakeOneStatement(t *testing.T) {
	s := storetest.MariaDB(t)
	rows := []store.Delivery{aDelivery(13, "a", "1"), aDelivery(13, "b", "1")}
	ctx, count := store.CountStatements(context.Background())
	if _, err := s.StoreDeliveries(ctx, packed(rows...)); err != nil || count() != 1 {
		t.Errorf("%d statements, %v", count(), err)
	}
}

func TestTheSameArrivalsAtOnceAreStoredOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		var all sync.WaitGroup
		var mu sync.Mutex
		sum := 0
		for range 8 {
			all.Go(func() {
				var rows []store.Delivery
				for i := range 12 {
					rows = append(rows, aDelivery(14, fmt.Sprint(i), "body"))
				}
				added, err := s.StoreDeliveries(context.Background(), packed(rows...))
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				sum += added
			})
		}
		all.Wait()
		if sum != 12 || stored(t, s, 14) != 12 {
			t.Errorf("%d were reported as new, %d are stored", sum, stored(t, s, 14))
		}
	})
}

func TestBatchesAreCutToWhatIsKeptPrepared(t *testing.T) {
	s := storetest.MariaDB(t)
	for n, want := range map[int]int{1: 1, 4: 4, 5: 4, 33: 32, 64: 64, 79: 64, 200: 200, 300: 200} {
		if got := s.FittingDeliveries(n); got != want {
			t.Errorf("%d of %d, want %d", got, n, want)
		}
	}
	if got := storetest.SQLite(t).FittingDeliveries(33); got != 33 {
		t.Errorf("SQLite takes %d of 33", got)
	}
}
