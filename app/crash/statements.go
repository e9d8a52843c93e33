//go:build crashpoints

package crash

import (
	"context"
	"database/sql/driver"
)

// Connector makes a point of every statement, "migrate.statement": a schema change
// on MySQL is not one transaction and can end anywhere.
func Connector(c driver.Connector) driver.Connector { return statements{c} }

type statements struct{ driver.Connector }

// Connect is driver.Connector's.
func (s statements) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := s.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return conn{c}, nil
}

type conn struct{ driver.Conn }

// ExecContext is driver.ExecerContext's.
func (c conn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	Point("migrate.statement")
	return c.Conn.(driver.ExecerContext).ExecContext(ctx, query, args)
}

// QueryContext is driver.QueryerContext's.
func (c conn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	return c.Conn.(driver.QueryerContext).QueryContext(ctx, query, args)
}

// BeginTx is driver.ConnBeginTx's.
func (c conn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	return c.Conn.(driver.ConnBeginTx).BeginTx(ctx, opts)
}

// CheckNamedValue is driver.NamedValueChecker's.
func (c conn) CheckNamedValue(v *driver.NamedValue) error {
	return c.Conn.(driver.NamedValueChecker).CheckNamedValue(v)
}
