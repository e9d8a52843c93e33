package store

import (
	"context"
	"database/sql"
	"errors"
)

const (
	maxCachedStatements = 400
	maxCachedSQL        = 4 << 10 // long texts are multi-row inserts of varying size
)

// sqliteConn is one connection with its prepared statements: compiling costs
// more than running for most of ours. It is used by one goroutine at a time.
type sqliteConn struct {
	conn     *sql.Conn
	prepared map[string]*sql.Stmt
	// deaf connections ignore the caller's context while a statement runs.
	// SQLite rolls the whole transaction back when a write is interrupted,
	// which on the shared writer would undo other callers' work.
	deaf bool
}

func newSQLiteConn(ctx context.Context, db *sql.DB, deaf bool) (*sqliteConn, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &sqliteConn{conn: conn, prepared: map[string]*sql.Stmt{}, deaf: deaf}, nil
}

func (c *sqliteConn) context(ctx context.Context) (context.Context, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if c.deaf {
		return context.Background(), nil
	}
	return ctx, nil
}

func (c *sqliteConn) statement(ctx context.Context, query string) (*sql.Stmt, error) {
	if stmt, ok := c.prepared[query]; ok {
		return stmt, nil
	}
	if len(c.prepared) >= maxCachedStatements {
		c.forget()
	}
	stmt, err := c.conn.PrepareContext(ctx, query)
	if err == nil {
		c.prepared[query] = stmt
	}
	return stmt, err
}

func (c *sqliteConn) forget() {
	for _, stmt := range c.prepared {
		_ = stmt.Close()
	}
	clear(c.prepared)
}

// ExecContext implements gorm.ConnPool.
func (c *sqliteConn) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	ctx, err := c.context(ctx)
	if err != nil {
		return nil, err
	}
	if len(query) > maxCachedSQL {
		return c.conn.ExecContext(ctx, query, args...)
	}
	stmt, err := c.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	return stmt.ExecContext(ctx, args...)
}

// QueryContext implements gorm.ConnPool.
func (c *sqliteConn) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	ctx, err := c.context(ctx)
	if err != nil {
		return nil, err
	}
	if len(query) > maxCachedSQL {
		return c.conn.QueryContext(ctx, query, args...)
	}
	stmt, err := c.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(ctx, args...)
}

// QueryRowContext implements gorm.ConnPool.
func (c *sqliteConn) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	inner, err := c.context(ctx)
	if err != nil {
		return c.conn.QueryRowContext(ctx, query, args...) // carries the context's error
	}
	if stmt, err := c.statement(inner, query); err == nil && len(query) <= maxCachedSQL {
		return stmt.QueryRowContext(inner, args...)
	}
	return c.conn.QueryRowContext(inner, query, args...)
}

// PrepareContext implements gorm.ConnPool.
func (c *sqliteConn) PrepareContext(ctx context.Context, query string) (*sql.Stmt, error) {
	return c.conn.PrepareContext(ctx, query)
}

// command runs BEGIN, COMMIT and the like, whatever became of the caller.
func (c *sqliteConn) command(query string) error {
	_, err := c.ExecContext(context.Background(), query)
	return err
}

func (c *sqliteConn) close() error {
	c.forget()
	return errors.Join(c.conn.Close())
}
