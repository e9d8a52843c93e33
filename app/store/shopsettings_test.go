package store_test

import (
	"testing"

	"zugabe/app/loyalty"
	"zugabe/app/store"
	"zugabe/app/store/storetest"
)

func TestSettingsThatSomebodyElseChangedAreNotWrittenOver(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		save := func(shop loyalty.ShopID, body string, seen int64) (ok bool) {
			t.Helper()
			inboxWrite(t, s, func(tx *store.Tx) (err error) {
				ok, err = tx.SaveShopSettings(shop, []byte(body), seen, 5)
				return err
			})
			return ok
		}
		if !save(1, `{"a":1}`, 0) || save(1, `{"a":2}`, 0) || !save(1, `{"a":3}`, 1) || save(1, `{"a":4}`, 1) || save(2, `{}`, 1) {
			t.Error("a version was written over, or a right one refused")
		}
		inboxWrite(t, s, func(tx *store.Tx) error {
			body, version, err := tx.ShopSettings(1)
			if err != nil || string(body) != `{"a":3}` || version != 2 {
				t.Errorf("%s, version %d, %v", body, version, err)
			}
			_, version, err = tx.ShopSettings(2)
			if version != 0 {
				t.Errorf("another shop has version %d", version)
			}
			return err
		})
	})
}

func TestStaffAreListedOnceTheLatestFirst(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		inboxWrite(t, s, func(tx *store.Tx) error {
			for i, key := range []string{"42", "43", "42"} {
				if err := tx.SeeStaff(1, key, int64(i+1)); err != nil {
					return err
				}
			}
			return tx.SeeStaff(2, "44", 9)
		})
		inboxWrite(t, s, func(tx *store.Tx) error {
			list, err := tx.StaffOfShop(1)
			if err != nil || len(list) != 2 || list[0] != (store.StaffSeen{Key: "42", FirstAt: 1, LastAt: 3}) || list[1].Key != "43" {
				t.Errorf("%+v %v", list, err)
			}
			return nil
		})
	})
}

func TestOnlyTheNewestLooksAtPagesAreKept(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		for i := range loyalty.ID(5) {
			inboxWrite(t, s, func(tx *store.Tx) error {
				return tx.AddPlacementCheck(1, store.PlacementCheck{ID: i + 1, At: int64(i), Body: []byte(`{}`)}, 3)
			})
		}
		inboxWrite(t, s, func(tx *store.Tx) error {
			list, err := tx.PlacementChecks(1, 10)
			if err != nil || len(list) != 3 || list[0].ID != 5 || list[2].ID != 3 {
				t.Errorf("%+v %v", list, err)
			}
			return nil
		})
	})
}
