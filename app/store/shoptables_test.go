package store_test

import (
	"context"
	"slices"
	"testing"

	"zugabe/app/store"
	"zugabe/app/store/storetest"
)

// J9: when a shop is erased, so is every table that has rows of it, a new one too,
// whether a test has written into it or not.
//
// covers: J9
func TestEveryTableOfAShopIsErasedWithIt(t *testing.T) {
	s := storetest.SQLite(t)
	err := s.Read(context.Background(), func(tx *store.Tx) error {
		tables, err := tx.RowsOfShop(1)
		if len(tables) < 50 {
			t.Errorf("%d tables have rows of shops", len(tables))
		}
		for name := range tables {
			if name != "shops" && !slices.Contains(store.ShopTables, name) {
				t.Errorf("the rows of a shop in %s stay when it is erased", name)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
