package store_test

import (
	"strings"
	"testing"

	"zugabe/app/store"
	"zugabe/app/store/storetest"
)

// A repeatable migration passes over tables that are there already: a database of
// somebody else must be refused all the same, at every start.
//
// covers: C11
func TestADatabaseWithSomebodyElsesTablesIsRefused(t *testing.T) {
	for table, says := range map[string]string{"day_closings": "missing: day_closings.", "members": "'member_type' doesn't exist"} {
		s, err := store.Open(t.Context(), store.Config{URL: storetest.BlankMariaDBURL(t)})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		err = s.Write(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Exec(`CREATE TABLE ` + table + ` (shop_id BIGINT NOT NULL, id BIGINT NOT NULL, nickname VARCHAR(20), PRIMARY KEY (shop_id, id))`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if _, err := s.Migrate(t.Context()); err == nil || !strings.Contains(err.Error(), "drop the database") || !strings.Contains(err.Error(), says) {
				t.Errorf("%s: migrated with %v", table, err)
			}
		}
	}
}
