package store

import "context"

// Peek runs fn without a transaction around it, for a read of one statement:
// BEGIN and COMMIT cost two round trips on MySQL, and on SQLite more than the
// statement. Two statements in one Peek may see different states; use Read for those.
func (s *Store) Peek(ctx context.Context, fn func(tx *Tx) error) error {
	return s.retry(ctx, "peek", func() error { return s.engine.peek(ctx, fn) })
}

func (e *sqliteEngine) peek(ctx context.Context, fn func(*Tx) error) error {
	conn, err := e.takeReader(ctx)
	if err != nil {
		return err
	}
	healthy := false
	defer func() { e.giveBack(conn, healthy) }()
	tx := newTx(ctx, e.root, conn, nameSQLiteDuplicate)
	err = fn(tx)
	healthy = tx.poison == nil
	return tx.verdict(err)
}

func (e *mysqlEngine) peek(ctx context.Context, fn func(*Tx) error) error {
	conn, err := e.take(ctx, e.readers)
	if err != nil {
		return err
	}
	defer conn.Close()
	tx := newTx(ctx, e.root, conn, nameMySQLDuplicate)
	return tx.verdict(fn(tx))
}
