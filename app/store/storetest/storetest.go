// Package storetest gives tests a fresh, migrated store on each engine.
//
// MariaDB is found through ZUGABE_TEST_MARIADB_DSN (make test sets it); without
// it the tests of one user share a private server that .ci/services starts.
package storetest

import (
	"context"
	"testing"
	"time"

	"zugabe/app/store"
)

// Option changes the configuration before the store is opened: another clock,
// a logger, smaller pools.
type Option func(*store.Config)

// Each runs fn as a sub-test on SQLite and on MariaDB.
func Each(t *testing.T, fn func(t *testing.T, s *store.Store), opts ...Option) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { fn(t, SQLite(t, opts...)) })
	t.Run("mariadb", func(t *testing.T) { fn(t, MariaDB(t, opts...)) })
}

// SQLite opens a migrated store on a file of its own.
func SQLite(t testing.TB, opts ...Option) *store.Store {
	t.Helper()
	return open(t, SQLiteURL(t), opts)
}

// MariaDB opens a migrated store on a database of its own.
func MariaDB(t testing.TB, opts ...Option) *store.Store {
	t.Helper()
	return open(t, MariaDBURL(t), opts)
}

func open(t testing.TB, url string, opts []Option) *store.Store {
	t.Helper()
	cfg := store.Config{URL: url}
	for _, o := range opts {
		o(&cfg)
	}
	s, err := store.Open(context.Background(), cfg)
	if err != nil {
		t.Fatalf("open store: %v", err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close store: %v", err)
		}
	})
	return s
}

// Eventually waits until done reports true; use it instead of sleeping.
func Eventually(t testing.TB, what string, done func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("did not happen within 10 s: %s", what)
		}
	}
}
