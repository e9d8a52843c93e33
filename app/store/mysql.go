package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/go-sql-driver/mysql"
	gormmysql "gorm.io/driver/mysql"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"zugabe/app/crash"
)

// mysqlEngine keeps two pools on one server: writers at READ COMMITTED (the
// recipe needs no gap locks) and readers at REPEATABLE READ, READ ONLY (one snapshot per
// transaction).
type mysqlEngine struct {
	cfg     *mysql.Config
	writers *sql.DB
	readers *sql.DB
	// arrivals has a pool of its own, for the deliveries at the front door.
	arrivals *arrivals
	root     *gorm.DB
	log      *slog.Logger
	about    []Fact
}

func openMySQL(ctx context.Context, t target, cfg Config) (*mysqlEngine, error) {
	dsn := tuneDSN(t.mysql, cfg.Log)
	e := &mysqlEngine{cfg: dsn, log: cfg.Log}
	var err error
	if e.writers, err = openPool(endSilence(dsn), "READ COMMITTED", cfg.WritePool); err != nil {
		return nil, err
	}
	if e.readers, err = openPool(dsn, "REPEATABLE READ, READ ONLY", cfg.ReadPool); err != nil {
		return nil, errors.Join(err, e.writers.Close())
	}
	pool, err := openPool(endSilence(dsn), "READ COMMITTED", arrivalWriters)
	if err != nil {
		return nil, errors.Join(err, e.writers.Close(), e.readers.Close())
	}
	e.arrivals = &arrivals{pool: pool, prepared: map[int]*sql.Stmt{}}
	if err := e.start(ctx); err != nil {
		return nil, errors.Join(err, e.close())
	}
	return e, nil
}

func (e *mysqlEngine) start(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	about, warnings, err := inspectMySQL(ctx, e.writers, e.cfg)
	if err != nil {
		return err
	}
	for _, w := range warnings {
		e.log.Warn("store: " + w)
	}
	e.about = about
	e.root, err = gorm.Open(gormmysql.New(gormmysql.Config{
		Conn: e.writers, SkipInitializeWithVersion: true, DisableWithReturning: true,
	}), gormConfig())
	return err
}

// gormConfig: we begin and commit ourselves, and translate errors ourselves
// (gorm knows 3 of the numbers that matter).
func gormConfig() *gorm.Config {
	return &gorm.Config{SkipDefaultTransaction: true, DisableAutomaticPing: true, TranslateError: false, Logger: logger.Discard}
}

// tuneDSN sets what correctness needs whatever the URL says.
func tuneDSN(given *mysql.Config, log *slog.Logger) *mysql.Config {
	cfg := given.Clone()
	cfg.ParseTime, cfg.Loc = true, time.UTC
	cfg.ClientFoundRows, cfg.InterpolateParams, cfg.MultiStatements = true, true, false
	// A read-only answer is kept as an error so that it can be told to the
	// operator; write() drops the connection itself.
	cfg.RejectReadOnly = false
	cfg.Collation = "utf8mb4_bin"
	setDefault(&cfg.Timeout, 2*time.Second)
	setDefault(&cfg.ReadTimeout, 10*time.Second)
	setDefault(&cfg.WriteTimeout, 10*time.Second)
	if cfg.Params == nil {
		cfg.Params = map[string]string{}
	}
	cfg.Params["time_zone"] = "'+00:00'"
	if cfg.Params["innodb_lock_wait_timeout"] == "" {
		cfg.Params["innodb_lock_wait_timeout"] = "3"
	}
	cfg.Logger = driverLog{log}
	return cfg
}

// The server hangs up on a writer that says nothing for half a minute, and its locks
// go: a process that was frozen inside a transaction would keep its rows from
// everybody for eight hours. A connection that is only idle is given back sooner.
const (
	silence = "30" // seconds
	maxIdle = 20 * time.Second
)

func endSilence(cfg *mysql.Config) *mysql.Config {
	cfg = cfg.Clone()
	if cfg.Params["wait_timeout"] == "" {
		cfg.Params["wait_timeout"] = silence
	}
	return cfg
}

func setDefault(d *time.Duration, value time.Duration) {
	if *d == 0 {
		*d = value
	}
}

// driverLog sends the driver's remarks on broken connections to our log.
type driverLog struct{ log *slog.Logger }

func (d driverLog) Print(v ...any) { d.log.Debug("store: mysql driver", "says", fmt.Sprint(v...)) }

// isolated connects and fixes the access mode of the session once. It is a
// statement because the variable has different names on MySQL and MariaDB
// (reliability N8), and once because per transaction it costs a round trip.
type isolated struct {
	driver.Connector
	access string
}

func (c isolated) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	_, err = conn.(driver.ExecerContext).ExecContext(ctx, "SET SESSION TRANSACTION ISOLATION LEVEL "+c.access, nil)
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}

func openPool(cfg *mysql.Config, level string, size int) (*sql.DB, error) {
	connector, err := mysql.NewConnector(cfg)
	if err != nil {
		return nil, fmt.Errorf("DATABASE_URL: %w", err)
	}
	if size <= 0 {
		size = 16
	}
	db := sql.OpenDB(isolated{connector, level})
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	db.SetConnMaxLifetime(3 * time.Minute)
	db.SetConnMaxIdleTime(maxIdle)
	return db, nil
}

func (e *mysqlEngine) dialect() Dialect { return MySQL }
func (e *mysqlEngine) facts() []Fact    { return e.about }
func (e *mysqlEngine) close() error {
	// Closing says good-bye to the server and nothing else. It fails where the
	// server has hung up before, as it does with a process that was frozen.
	for _, err := range []error{e.arrivals.close(), e.writers.Close(), e.readers.Close()} {
		if err != nil {
			e.log.Debug("store: closing a pool", "says", err)
		}
	}
	return nil
}

func (e *mysqlEngine) write(ctx context.Context, fn func(*Tx) error) error {
	conn, err := e.take(ctx, e.writers)
	if err != nil {
		return err
	}
	defer conn.Close()
	tx, err := e.run(context.WithValue(ctx, insideWrite{}, true), conn, nil, fn)
	if Classify(err) == ReadOnly {
		// After a failover this connection still leads to the old writer.
		_ = conn.Raw(func(any) error { return driver.ErrBadConn })
	}
	if err == nil {
		tx.committed()
	}
	return err
}

func (e *mysqlEngine) read(ctx context.Context, fn func(*Tx) error) error {
	conn, err := e.take(ctx, e.readers)
	if err != nil {
		return err
	}
	defer conn.Close()
	_, err = e.run(ctx, conn, &sql.TxOptions{ReadOnly: true}, fn)
	return err
}

// take waits for a connection, but not for ever.
func (e *mysqlEngine) take(ctx context.Context, pool *sql.DB) (*sql.Conn, error) {
	wait, cancel := context.WithTimeout(ctx, poolWait)
	defer cancel()
	conn, err := pool.Conn(wait)
	if err != nil && wait.Err() != nil && ctx.Err() == nil {
		return nil, fmt.Errorf("%w: no connection became free within %s", ErrUnavailable, poolWait)
	}
	return conn, err
}

// run is one attempt. The deferred rollback also covers a panic in fn, and the
// 1205 trap: there the server has undone one statement and would happily
// commit the rest (E3).
func (e *mysqlEngine) run(ctx context.Context, conn *sql.Conn, opts *sql.TxOptions, fn func(*Tx) error) (*Tx, error) {
	sqlTx, err := conn.BeginTx(ctx, opts)
	if err != nil {
		return nil, err
	}
	finished := false
	defer func() {
		if !finished {
			_ = sqlTx.Rollback()
		}
	}()
	tx := newTx(ctx, e.root, sqlTx, nameMySQLDuplicate)
	if err := tx.verdict(fn(tx)); err != nil {
		return nil, err
	}
	finished = true
	if opts == nil {
		crash.Point("store.before_commit")
	}
	if err := sqlTx.Commit(); err != nil {
		return nil, &commitError{err}
	}
	if opts == nil {
		crash.Point("store.after_commit")
	}
	return tx, nil
}
