package store

import "context"

// Peek runs fn without a transaction around it, for a read of one statement:
// on MySQL it saves the two round trips of BEGIN and COMMIT. Two statements in
// one Peek may see different states; use Read for those.
func (s *Store) Peek(ctx context.Context, fn func(tx *Tx) error) error {
	return s.retry(ctx, "peek", func() error { return s.engine.peek(ctx, fn) })
}

// peek is a read: a transaction costs no round trip inside the process.
func (e *sqliteEngine) peek(ctx context.Context, fn func(*Tx) error) error { return e.read(ctx, fn) }

func (e *mysqlEngine) peek(ctx context.Context, fn func(*Tx) error) error {
	conn, err := e.take(ctx, e.readers)
	if err != nil {
		return err
	}
	defer conn.Close()
	tx := newTx(ctx, e.root, conn, nameMySQLDuplicate)
	return tx.verdict(fn(tx))
}
