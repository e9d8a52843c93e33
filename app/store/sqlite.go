package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"gorm.io/gorm"
	_ "modernc.org/sqlite" // registers the driver "sqlite"
)

// minSQLite is the first version without the WAL-reset bug, which could drop
// a committed transaction (sqlite.org/wal.html#walresetbug).
var minSQLite = [3]int{3, 51, 3}

// sqliteEngine is one file: one writer that shares commits, some readers.
type sqliteEngine struct {
	path      string
	temporary string // directory to delete at close
	lock      *fileLock
	writerDB  *sql.DB
	readerDB  *sql.DB
	writer    *committer
	writeConn *sqliteConn
	readers   chan *sqliteConn // nil entries are connections not opened yet
	root      *gorm.DB
	version   string
	migrating sync.Mutex
}

func openSQLite(ctx context.Context, t target, cfg Config) (_ *sqliteEngine, err error) {
	e := &sqliteEngine{path: t.path}
	defer func() {
		if err != nil {
			err = errors.Join(err, e.close())
		}
	}()
	if err := e.claimFile(); err != nil {
		return nil, err
	}
	size := cfg.ReadPool
	if size <= 0 {
		size = 8
	}
	if err := e.openPools(ctx, size); err != nil {
		return nil, err
	}
	if e.root, err = gorm.Open(sqliteDialector{e.writeConn}, gormConfig()); err != nil {
		return nil, err
	}
	e.writer = startCommitter(e.writeConn, e.root)
	return e, nil
}

// claimFile makes sure that this process alone uses a local file.
func (e *sqliteEngine) claimFile() error {
	if e.path == ":memory:" {
		dir, err := os.MkdirTemp("", "zugabe-")
		if err != nil {
			return err
		}
		e.temporary, e.path = dir, filepath.Join(dir, "zugabe.db")
	}
	dir := filepath.Dir(e.path)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("the folder of the SQLite file cannot be created: %w", err)
	}
	if err := refuseNetworkFS(dir); err != nil {
		return err
	}
	lock, err := lockFile(e.path + ".lock")
	if err != nil {
		return err
	}
	e.lock = lock
	return nil
}

func sqliteDSN(path string, pragmas ...string) string {
	q := url.Values{}
	for _, p := range append(pragmas, "busy_timeout(5000)", "foreign_keys(1)", "trusted_schema(0)") {
		q.Add("_pragma", p)
	}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
}

func (e *sqliteEngine) openPools(ctx context.Context, readers int) (err error) {
	if e.writerDB, err = sql.Open("sqlite", sqliteDSN(e.path, "journal_mode(WAL)", "synchronous(FULL)", "cache_size(-16384)")); err != nil {
		return err
	}
	e.writerDB.SetMaxOpenConns(1)
	if e.writeConn, err = newSQLiteConn(ctx, e.writerDB, true); err != nil {
		return fmt.Errorf("the SQLite file %s cannot be opened: %w", e.path, err)
	}
	if err := e.inspect(ctx); err != nil {
		return err
	}
	if e.readerDB, err = sql.Open("sqlite", sqliteDSN(e.path, "query_only(1)", "cache_size(-2048)")); err != nil {
		return err
	}
	e.readerDB.SetMaxOpenConns(readers)
	e.readers = make(chan *sqliteConn, readers)
	for range readers {
		e.readers <- nil
	}
	return nil
}

func (e *sqliteEngine) inspect(ctx context.Context) error {
	var journal, synchronous string
	row := e.writeConn.QueryRowContext(ctx, "SELECT sqlite_version(), (SELECT journal_mode FROM pragma_journal_mode), (SELECT synchronous FROM pragma_synchronous)")
	if err := row.Scan(&e.version, &journal, &synchronous); err != nil {
		return fmt.Errorf("the SQLite file %s cannot be read: %w", e.path, err)
	}
	if err := checkSQLiteVersion(e.version); err != nil {
		return err
	}
	if journal != "wal" || synchronous != "2" {
		return fmt.Errorf("SQLite did not accept WAL with full sync (journal_mode=%s, synchronous=%s): a power loss could take confirmed points; "+
			"put the file on a normal local disk", journal, synchronous)
	}
	return nil
}

func checkSQLiteVersion(version string) error {
	for i, part := range strings.SplitN(version, ".", 3) {
		n, _ := strconv.Atoi(part)
		if n > minSQLite[i] {
			return nil
		}
		if n < minSQLite[i] {
			return fmt.Errorf("SQLite %s can lose a committed transaction (WAL-reset bug); build with 3.51.3 or later", version)
		}
	}
	return nil
}

func (e *sqliteEngine) dialect() Dialect { return SQLite }

func (e *sqliteEngine) facts() []Fact {
	place := e.path
	if e.temporary != "" {
		place = "temporary file, deleted at the end"
	}
	return []Fact{
		{"database", "SQLite " + e.version},
		{"place", place},
		{"durability", "WAL, flushed at every commit; one process at a time"},
	}
}

func (e *sqliteEngine) write(ctx context.Context, fn func(*Tx) error) error {
	return e.writer.write(ctx, fn)
}

func (e *sqliteEngine) close() error {
	var errs []error
	if e.writer != nil {
		if err := e.writer.stop(); err != nil {
			return err
		}
	}
	if e.writeConn != nil {
		errs = append(errs, e.writeConn.close())
	}
	for range cap(e.readers) {
		if conn := <-e.readers; conn != nil {
			errs = append(errs, conn.close())
		}
	}
	for _, db := range []*sql.DB{e.readerDB, e.writerDB} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	if e.lock != nil {
		errs = append(errs, e.lock.release())
	}
	if e.temporary != "" {
		errs = append(errs, os.RemoveAll(e.temporary))
	}
	e.readers, e.writeConn, e.lock = nil, nil, nil
	return errors.Join(errs...)
}
