package store_test

import (
	"context"
	"errors"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"zugabe/app/store"
	"zugabe/app/store/storetest"
)

// scratch runs fn on both engines with two tables of its own.
func scratch(t *testing.T, fn func(t *testing.T, s *store.Store)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { fn(t, scratchSQLite(t)) })
	t.Run("mariadb", func(t *testing.T) { fn(t, scratchMariaDB(t, "")) })
}

func scratchSQLite(t *testing.T) *store.Store {
	return openScratch(t, store.Config{URL: "sqlite://" + filepath.Join(t.TempDir(), "scratch.db")})
}

func scratchMariaDB(t *testing.T, options string) *store.Store {
	return openScratch(t, store.Config{URL: storetest.BlankMariaDBURL(t) + options})
}

func openScratch(t *testing.T, cfg store.Config) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	text, whole, tail := "VARBINARY(10)", "BIGINT", ") ENGINE=InnoDB"
	if s.Dialect() == store.SQLite {
		text, whole, tail = "TEXT", "INTEGER", ") STRICT, WITHOUT ROWID"
	}
	for _, ddl := range []string{
		"CREATE TABLE purses (shop_id " + whole + " NOT NULL, id " + whole + " NOT NULL, points " + whole + " NOT NULL CHECK (points >= 0), PRIMARY KEY (shop_id, id)" + tail,
		"CREATE TABLE bookings (shop_id " + whole + " NOT NULL, id " + whole + " NOT NULL, purse " + whole + " NOT NULL, source " + text + " NOT NULL, points " + whole + " NOT NULL, PRIMARY KEY (shop_id, id)" + tail,
		"CREATE UNIQUE INDEX bookings_source ON bookings (shop_id, source)",
	} {
		write(t, s, ddl)
	}
	return s
}

func write(t *testing.T, s *store.Store, query string, args ...any) {
	t.Helper()
	err := s.Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec(query, args...)
		return err
	})
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

func addLine(tx *store.Tx, id int, source string) error {
	_, err := tx.Exec("INSERT INTO bookings (shop_id, id, purse, source, points) VALUES (1, ?, 1, ?, 5)", id, source)
	return err
}

func number(t *testing.T, s *store.Store, query string, args ...any) (n int64) {
	t.Helper()
	err := s.Read(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Row(query, args, &n)
		return err
	})
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

const countLines = "SELECT COUNT(*) FROM bookings WHERE shop_id = 1"

func TestADuplicateCarriesTheSameKeyNameOnBothEngines(t *testing.T) {
	scratch(t, func(t *testing.T, s *store.Store) {
		err := s.Write(t.Context(), func(tx *store.Tx) error {
			if err := addLine(tx, 1, "a"); err != nil {
				return err
			}
			if err := addLine(tx, 2, "a"); !store.IsDuplicate(err, "bookings.bookings_source") {
				t.Errorf("source twice: %v", err)
			}
			if err := addLine(tx, 1, "b"); !store.IsDuplicate(err, "bookings.PRIMARY") {
				t.Errorf("id twice: %v", err)
			}
			many := tx.InsertMany("bookings", []string{"shop_id", "id", "purse", "source", "points"},
				[][]any{{1, 7, 1, "c", 5}, {1, 8, 1, "a", 5}})
			if !store.IsDuplicate(many, "bookings.bookings_source") || store.IsDuplicate(many, "bookings.PRIMARY") {
				t.Errorf("source twice in many: %v", many)
			}
			return addLine(tx, 3, "d")
		})
		if err != nil {
			t.Fatal(err)
		}
		if n := number(t, s, countLines); n != 2 {
			t.Errorf("%d lines, want 2: a refused statement leaves nothing behind", n)
		}
	})
}

func TestAFailedOrPanickingWriteLeavesNothingBehind(t *testing.T) {
	scratch(t, func(t *testing.T, s *store.Store) {
		business := errors.New("not enough points")
		hooks := 0
		err := s.Write(t.Context(), func(tx *store.Tx) error {
			tx.OnCommit(func() { hooks++ })
			if err := addLine(tx, 1, "a"); err != nil {
				return err
			}
			return business
		})
		if !errors.Is(err, business) {
			t.Errorf("got %v", err)
		}
		func() {
			defer func() {
				if r := recover(); r != "boom" {
					t.Errorf("the caller should see the panic, saw %v", r)
				}
			}()
			_ = s.Write(t.Context(), func(tx *store.Tx) error {
				if err := addLine(tx, 2, "b"); err != nil {
					t.Error(err)
				}
				panic("boom")
			})
		}()
		var wg sync.WaitGroup
		wg.Go(func() {
			_ = s.Write(t.Context(), func(tx *store.Tx) error {
				_ = addLine(tx, 3, "c")
				runtime.Goexit() // what t.FailNow does
				return nil
			})
		})
		wg.Wait()
		if n := number(t, s, countLines); n != 0 || hooks != 0 {
			t.Errorf("%d lines, %d hooks", n, hooks)
		}
		write(t, s, "INSERT INTO purses (shop_id, id, points) VALUES (1, 1, 0)") // still usable
	})
}

func TestOnCommitRunsOnceAfterTheRowsAreVisible(t *testing.T) {
	scratch(t, func(t *testing.T, s *store.Store) {
		seen := []int64{}
		err := s.Write(t.Context(), func(tx *store.Tx) error {
			tx.OnCommit(func() { seen = append(seen, number(t, s, countLines)) })
			return addLine(tx, 1, "a")
		})
		if err != nil || len(seen) != 1 || seen[0] != 1 {
			t.Errorf("%v %v", seen, err)
		}
	})
}

func TestAReadSeesOneMomentAndWritesNothing(t *testing.T) {
	scratch(t, func(t *testing.T, s *store.Store) {
		err := s.Read(t.Context(), func(tx *store.Tx) error {
			var before, after int64
			if _, err := tx.Row(countLines, nil, &before); err != nil {
				return err
			}
			if err := s.Write(context.Background(), func(tx *store.Tx) error { return addLine(tx, 1, "a") }); err != nil {
				return err
			}
			if _, err := tx.Row(countLines, nil, &after); err != nil {
				return err
			}
			if before != after {
				t.Errorf("the snapshot moved from %d to %d", before, after)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		err = s.Read(t.Context(), func(tx *store.Tx) error { return addLine(tx, 2, "b") })
		if !errors.Is(err, store.ErrReadOnly) {
			t.Errorf("writing in Read: %v", err)
		}
		err = s.Peek(t.Context(), func(tx *store.Tx) error { return addLine(tx, 2, "b") })
		if !errors.Is(err, store.ErrReadOnly) {
			t.Errorf("writing in Peek: %v", err)
		}
	})
}

func TestMisuseIsRefusedInsteadOfHanging(t *testing.T) {
	scratch(t, func(t *testing.T, s *store.Store) {
		write(t, s, "INSERT INTO purses (shop_id, id, points) VALUES (1, 1, 0)")
		err := s.Write(t.Context(), func(tx *store.Tx) error {
			if err := s.Write(tx.Context(), func(*store.Tx) error { return nil }); err == nil {
				t.Error("Write inside Write was accepted")
			}
			return tx.Rows("SELECT id FROM purses WHERE shop_id = 1", nil, func(store.Scanner) error {
				_, err := tx.Exec("UPDATE purses SET points = 1 WHERE shop_id = 1")
				return err
			})
		})
		if err == nil || !strings.Contains(err.Error(), "inside a Rows scan") {
			t.Errorf("got %v", err)
		}
	})
}

func TestManyRowsGoInChunksThatBothEnginesTake(t *testing.T) {
	scratch(t, func(t *testing.T, s *store.Store) {
		rows := make([][]any, 9_000) // 45,000 placeholders
		for i := range rows {
			rows[i] = []any{1, i, 1, []byte{byte(i), byte(i >> 8)}, 1}
		}
		columns := []string{"shop_id", "id", "purse", "source", "points"}
		if s.Dialect() == store.SQLite {
			for _, r := range rows {
				r[3] = string([]rune{rune('A' + r[1].(int))})
			}
		}
		if err := s.Write(t.Context(), func(tx *store.Tx) error { return tx.InsertMany("bookings", columns, rows) }); err != nil {
			t.Fatal(err)
		}
		if n := number(t, s, countLines); n != 9_000 {
			t.Errorf("%d rows", n)
		}
		err := s.Write(t.Context(), func(tx *store.Tx) error { return tx.InsertMany("bookings", columns, [][]any{{1, 2}}) })
		if err == nil {
			t.Error("a short row was accepted")
		}
	})
}

func TestConstraintErrorsHaveTheSameClassOnBothEngines(t *testing.T) {
	scratch(t, func(t *testing.T, s *store.Store) {
		for query, want := range map[string]store.Class{
			"INSERT INTO purses (shop_id, id, points) VALUES (1, 1, -1)":         store.Refused,
			"INSERT INTO purses (shop_id, id, points) VALUES (1, 1, NULL)":       store.Data,
			"INSERT INTO purses (shop_id, id, points) VALUES (1, 1, 'a lot')":    store.Data,
			"INSERT INTO purses (shop_id, id, nothing) VALUES (1, 1, 'a lot')":   store.Other,
			"UPDATE purses SET points = points - 1 WHERE shop_id = 1 AND id = 9": store.Other,
		} {
			err := s.Write(t.Context(), func(tx *store.Tx) error {
				_, err := tx.Exec(query)
				return err
			})
			if got := store.Classify(err); got != want {
				t.Errorf("%s: %v (%v), want %v", query, got, err, want)
			}
		}
	})
}
