package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"zugabe/app/crash"
	"zugabe/migrations"
)

// Migrate brings the schema up to date and returns how many files were applied.
// Several processes may start at once: one does the work, the others wait.
func (s *Store) Migrate(ctx context.Context) (applied int, err error) {
	applied, err = s.engine.migrate(ctx)
	if err != nil {
		return applied, fmt.Errorf("bringing the database schema up to date: %w", err)
	}
	return applied, nil
}

// migrate uses a pool of its own: DDL on large tables takes longer than the
// time limits of the working connections.
func (e *mysqlEngine) migrate(ctx context.Context) (int, error) {
	cfg := e.cfg.Clone()
	cfg.ReadTimeout, cfg.WriteTimeout = 0, 0
	connector, err := mysql.NewConnector(cfg)
	if err != nil {
		return 0, err
	}
	db := sql.OpenDB(crash.Connector(connector))
	defer db.Close()
	// A table lock is a row with a lease: it also holds across Galera nodes,
	// where GET_LOCK does not.
	locker, err := lock.NewMySQLTableLocker(lock.WithTableLockTimeout(100*time.Millisecond, 3_000),
		lock.WithTableLeaseDuration(10*time.Second), lock.WithTableHeartbeatInterval(2*time.Second), lock.WithTableLogger(e.log))
	if err != nil {
		return 0, err
	}
	files, err := fs.Sub(migrations.MySQL, "mysql")
	if err != nil {
		return 0, err
	}
	versions, err := repeatableVersions()
	if err != nil {
		return 0, err
	}
	provider, err := goose.NewProvider(goose.DialectCustom, db, files, goose.WithStore(versions), goose.WithLocker(locker),
		goose.WithDisableGlobalRegistry(true))
	applied, err := up(ctx, provider, err)
	if err != nil {
		return applied, err
	}
	return applied, checkColumns(ctx, db)
}

// migrate needs no lock between processes: the file has one owner.
func (e *sqliteEngine) migrate(ctx context.Context) (int, error) {
	e.migrating.Lock()
	defer e.migrating.Unlock()
	db, err := sql.Open("sqlite", sqliteDSN(e.path, "synchronous(FULL)")+"&_txlock=immediate")
	if err != nil {
		return 0, err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	files, err := fs.Sub(migrations.SQLite, "sqlite")
	if err != nil {
		return 0, err
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, db, files, goose.WithDisableGlobalRegistry(true))
	applied, err := up(ctx, provider, err)
	if err == nil {
		err = reclaim(ctx, db)
	}
	if err != nil {
		return applied, err
	}
	return applied, writeStatistics(ctx, db)
}

func up(ctx context.Context, provider *goose.Provider, err error) (int, error) {
	if err != nil {
		return 0, err
	}
	done, err := provider.Up(ctx)
	return len(done), withCure(err)
}

// halfDone is what people are told of a schema change that cannot be gone on with:
// MySQL cannot take one back, so only a person can say what is to be kept. One that
// was merely interrupted is gone on with at the next start (C11).
const halfDone = "the schema cannot be brought to this version, because the database was not empty or a change of it failed half-way. " +
	"For a new installation drop the database, create it again and start; otherwise restore the backup from before the upgrade and start"

func withCure(err error) error {
	var partial *goose.PartialError
	if !errors.As(err, &partial) {
		return err
	}
	switch Classify(err) {
	case Retry, RollbackRetry, RetryOnce, Unknown, ReadOnly, DiskFull:
		return fmt.Errorf("the change of the schema was interrupted; start again, it will go on (%w)", err)
	}
	return fmt.Errorf("%s (%w)", halfDone, err)
}
