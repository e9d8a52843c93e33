// Package store keeps everything Zugabe knows in SQL: one set of statements
// that runs on SQLite and on MySQL/MariaDB alike.
//
// All writes go through Store.Write: one transaction, retried as a whole, with
// the error classes of errors.go. The rest of the package maps our types to
// private rows.
package store

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"zugabe/app/loyalty"
)

// Dialect names the SQL engine under the store.
type Dialect string

const (
	// SQLite is one file, one process, no server.
	SQLite Dialect = "sqlite"
	// MySQL stands for MySQL, MariaDB and Galera.
	MySQL Dialect = "mysql"
)

// Config says where the data lives.
type Config struct {
	// URL is "sqlite:///path/file.db", "sqlite::memory:" (a file that is
	// deleted at Close), "mysql://user:pass@host:port/db" or "mysql:" followed
	// by a go-sql-driver DSN.
	URL   string
	Clock loyalty.Clock // nil means the machine's clock
	Log   *slog.Logger  // nil means silence
	// ReadPool and WritePool bound the connections; 0 means 8 readers (SQLite)
	// or 16 of each (MySQL). SQLite always has one writer.
	ReadPool, WritePool int
}

// Fact is one line of the start-up screen.
type Fact struct{ Name, Value string }

// Store is the open database. It is safe for concurrent use.
type Store struct {
	clock  loyalty.Clock
	log    *slog.Logger
	engine engine
	fatal  chan struct{}
	broken atomic.Pointer[error]
}

// engine is what differs between the two databases. write and read are single
// attempts; Store adds the retries.
type engine interface {
	dialect() Dialect
	write(ctx context.Context, fn func(*Tx) error) error
	read(ctx context.Context, fn func(*Tx) error) error
	peek(ctx context.Context, fn func(*Tx) error) error
	migrate(ctx context.Context) (applied int, err error)
	facts() []Fact
	close() error
}

// poolWait bounds how long a caller waits for a connection or for its turn to
// write before it is told ErrUnavailable (E9).
const poolWait = 5 * time.Second

// Open connects and checks that the engine is set up so that a committed
// transaction stays committed. It refuses a database that would lose or bend
// data, and the error says what to change. It does not migrate.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	if cfg.Clock == nil {
		cfg.Clock = loyalty.SystemClock()
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	target, err := parseURL(cfg.URL)
	if err != nil {
		return nil, err
	}
	s := &Store{clock: cfg.Clock, log: cfg.Log, fatal: make(chan struct{})}
	switch target.dialect {
	case SQLite:
		s.engine, err = openSQLite(ctx, target, cfg)
	default:
		s.engine, err = openMySQL(ctx, target, cfg)
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}

// Close waits for the running write and releases files and connections.
func (s *Store) Close() error { return s.engine.close() }

// Dialect is "sqlite" or "mysql".
func (s *Store) Dialect() Dialect { return s.engine.dialect() }

// Clock is the clock that the store was opened with.
func (s *Store) Clock() loyalty.Clock { return s.clock }

// Describe lists engine, version, place and durability for the start-up
// screen. It never shows a password.
func (s *Store) Describe() []Fact { return s.engine.facts() }

// Fatal is closed when the engine reported damage (an fsync that failed, a
// corrupt page). The process must stop and verify on the next start (E8).
func (s *Store) Fatal() <-chan struct{} { return s.fatal }

// Write runs fn in one transaction and commits it. fn may run several times:
// the whole of it is repeated on deadlocks, lock waits, lost connections and
// on a COMMIT whose outcome is unknown, at most 10 times. fn must therefore
// have no effect outside tx (use tx.OnCommit), and whatever it writes carries
// a unique key, so that a repeat after an unknown COMMIT shows up as
// *DuplicateError instead of happening twice.
//
// An error of fn rolls back and is returned as it is. A statement that failed
// for an infrastructure reason counts even when fn swallowed its error.
func (s *Store) Write(ctx context.Context, fn func(tx *Tx) error) error {
	if ctx.Value(insideWrite{}) != nil {
		return fmt.Errorf("store: Write inside Write would wait for itself; pass the tx on")
	}
	if err := s.broken.Load(); err != nil {
		return *err
	}
	return s.retry(ctx, "write", func() error { return s.engine.write(ctx, fn) })
}

// Read runs fn on a consistent snapshot. It never takes the write lock, and a
// statement that writes fails with ErrReadOnly. fn may run several times.
func (s *Store) Read(ctx context.Context, fn func(tx *Tx) error) error {
	return s.retry(ctx, "read", func() error { return s.engine.read(ctx, fn) })
}
