package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"gorm.io/gorm"
)

// Scanner reads the current row into dest, in column order.
type Scanner interface {
	Scan(dest ...any) error
}

// Tx is one running transaction. It belongs to the goroutine that runs fn and
// ends with it.
type Tx struct {
	ctx       context.Context
	gorm      *gorm.DB
	pool      gorm.ConnPool
	name      func(tx *Tx, query string, err error) error // engine error -> *DuplicateError
	poison    error
	streaming bool
	work      int
	onCommit  []func()
}

// insideWrite marks the context of a running Write, so that a nested one can
// be refused instead of waiting for itself.
type insideWrite struct{}

func newTx(ctx context.Context, root *gorm.DB, pool gorm.ConnPool, name func(*Tx, string, error) error) *Tx {
	session := root.Session(&gorm.Session{NewDB: true, Context: ctx})
	session.Statement.ConnPool = pool
	return &Tx{ctx: ctx, gorm: session, pool: pool, name: name}
}

// Context ends with the caller's context; it also marks the transaction, so
// hand it to what runs inside.
func (tx *Tx) Context() context.Context { return tx.ctx }

// OnCommit runs fn after the transaction has committed: wake-ups, caches.
func (tx *Tx) OnCommit(fn func()) { tx.onCommit = append(tx.onCommit, fn) }

// Exec runs one statement with '?' placeholders (also none inside literals)
// and returns the number of rows matched by it.
func (tx *Tx) Exec(query string, args ...any) (int64, error) {
	if err := tx.begin(query, args); err != nil {
		return 0, err
	}
	done := tx.gorm.Exec(query, args...)
	return done.RowsAffected, tx.fail(query, done.Error)
}

// Rows streams the result: scan is called once per row and must not use tx.
func (tx *Tx) Rows(query string, args []any, scan func(Scanner) error) error {
	if err := tx.begin(query, args); err != nil {
		return err
	}
	tx.streaming = true
	defer func() { tx.streaming = false }()
	rows, err := tx.gorm.Raw(query, args...).Rows()
	if err != nil {
		return tx.fail(query, err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return tx.fail(query, rows.Err())
}

// Row reads the first row into dest; found is false when there is none.
func (tx *Tx) Row(query string, args []any, dest ...any) (found bool, err error) {
	if err := tx.begin(query, args); err != nil {
		return false, err
	}
	err = tx.gorm.Raw(query, args...).Row().Scan(dest...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, tx.fail(query, err)
}

const (
	maxPlaceholders = 30_000  // SQLite takes 32,766 and MySQL 65,535
	maxInsertBytes  = 4 << 20 // stays below the smallest usual max_allowed_packet
)

// InsertMany writes rows with as few statements as the engines' limits allow.
// A duplicate in one row refuses the statement it is in.
func (tx *Tx) InsertMany(table string, columns []string, rows [][]any) error {
	head := "INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") VALUES "
	group := "(" + strings.TrimSuffix(strings.Repeat("?, ", len(columns)), ", ") + ")"
	for len(rows) > 0 {
		n := chunkRows(rows, len(columns))
		if err := tx.insertChunk(head, group, len(columns), rows[:n]); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

func chunkRows(rows [][]any, columns int) int {
	limit := min(len(rows), maxPlaceholders/max(columns, 1))
	bytes := 0
	for i, row := range rows[:limit] {
		for _, value := range row {
			bytes += sizeOf(value)
		}
		if bytes > maxInsertBytes && i > 0 {
			return i
		}
	}
	return limit
}

func sizeOf(value any) int {
	switch v := value.(type) {
	case []byte:
		return len(v)
	case string:
		return len(v)
	}
	return 8
}

// insertChunk goes to the connection directly: gorm's statement building costs
// more than the insert when there are hundreds of rows.
func (tx *Tx) insertChunk(head, group string, columns int, rows [][]any) error {
	var query strings.Builder
	query.Grow(len(head) + len(rows)*(len(group)+2))
	query.WriteString(head)
	args := make([]any, 0, len(rows)*columns)
	for i, row := range rows {
		if len(row) != columns {
			return fmt.Errorf("store: row %d of %q has %d values, not %d", i, head, len(row), columns)
		}
		if i > 0 {
			query.WriteString(", ")
		}
		query.WriteString(group)
		args = append(args, row...)
	}
	if err := tx.begin(head, nil); err != nil {
		return err
	}
	tx.work += len(rows) / 16
	_, err := tx.pool.ExecContext(tx.ctx, query.String(), args...)
	return tx.fail(head, err)
}

// begin refuses a statement that can only go wrong.
func (tx *Tx) begin(query string, args []any) error {
	if tx.streaming {
		return fmt.Errorf("store: statement inside a Rows scan (collect first): %.60s", query)
	}
	if tx.poison != nil {
		return tx.poison
	}
	tx.work++
	showStatement(tx.ctx, query, args)
	return nil
}

// fail names duplicates and remembers errors after which nothing of this
// transaction may be committed, whatever fn makes of them.
func (tx *Tx) fail(query string, err error) error {
	if err == nil {
		return nil
	}
	err = tx.name(tx, query, err)
	switch Classify(err) {
	case Retry, RollbackRetry, RetryOnce, ReadOnly, DiskFull, Fatal:
		tx.poison = err
	}
	if tx.ctx.Err() != nil {
		tx.poison = err
	}
	return err
}

// verdict is the error that decides about the transaction after fn returned.
func (tx *Tx) verdict(err error) error {
	if tx.poison != nil {
		return tx.poison
	}
	return err
}

func (tx *Tx) committed() {
	for _, fn := range tx.onCommit {
		fn()
	}
}
