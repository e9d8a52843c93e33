package storetest_test

import (
	"testing"

	"zugabe/app/store"
	"zugabe/app/store/storetest"
)

func TestEveryTestGetsAnEmptyMigratedDatabase(t *testing.T) {
	for range 3 {
		storetest.Each(t, func(t *testing.T, s *store.Store) {
			var n int
			err := s.Write(t.Context(), func(tx *store.Tx) error {
				if _, err := tx.Row("SELECT COUNT(*) FROM leases", nil, &n); err != nil {
					return err
				}
				_, err := tx.Exec("INSERT INTO leases (name, owner, token, until_ms) VALUES (?, ?, ?, ?)", "x", "y", 1, 0)
				return err
			})
			if err != nil || n != 0 {
				t.Fatalf("%d rows, %v", n, err)
			}
		})
	}
}
