package store

import (
	"context"
	"fmt"
	"time"
)

// read runs fn in a deferred transaction: its snapshot begins with the first
// statement and does not hold up the writer.
func (e *sqliteEngine) read(ctx context.Context, fn func(*Tx) error) error {
	conn, err := e.takeReader(ctx)
	if err != nil {
		return err
	}
	healthy := false
	defer func() { e.giveBack(conn, healthy) }()
	if err := conn.command("BEGIN"); err != nil {
		return err
	}
	defer func() { healthy = conn.command("ROLLBACK") == nil }()
	tx := newTx(ctx, e.root, conn, nameSQLiteDuplicate)
	return tx.verdict(fn(tx))
}

func (e *sqliteEngine) takeReader(ctx context.Context) (*sqliteConn, error) {
	select {
	case conn := <-e.readers: // as a rule one is free, and no timer is needed
		return e.opened(ctx, conn)
	default:
	}
	limit := time.NewTimer(poolWait)
	defer limit.Stop()
	select {
	case conn := <-e.readers:
		return e.opened(ctx, conn)
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-limit.C:
		return nil, fmt.Errorf("%w: no reader became free within %s", ErrUnavailable, poolWait)
	}
}

// opened is the reader that was taken, which may have to be opened first.
func (e *sqliteEngine) opened(ctx context.Context, conn *sqliteConn) (*sqliteConn, error) {
	if conn != nil {
		return conn, nil
	}
	conn, err := newSQLiteConn(ctx, e.readerDB, false)
	if err != nil {
		e.readers <- nil
	}
	return conn, err
}

func (e *sqliteEngine) giveBack(conn *sqliteConn, healthy bool) {
	if !healthy {
		_ = conn.close()
		conn = nil
	}
	e.readers <- conn
}
