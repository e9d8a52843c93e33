package bench

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// table writes rows of one table without the store. It asks the database for
// the columns, so that a new one gets its zero value and not an error.
type table struct {
	name    string
	columns []string
	at      map[string]int
	zero    []any
}

func (l *lab) table(ctx context.Context, name string) (*table, error) {
	rows, err := l.raw.QueryContext(ctx, "SELECT * FROM "+name+" WHERE 1 = 0")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, err
	}
	t := &table{name: name, at: map[string]int{}}
	for i, c := range types {
		t.columns = append(t.columns, c.Name())
		t.at[c.Name()] = i
		switch kind := strings.ToUpper(c.DatabaseTypeName()); {
		case strings.Contains(kind, "INT"):
			t.zero = append(t.zero, int64(0))
		case strings.Contains(kind, "BLOB"), strings.Contains(kind, "BINARY"):
			t.zero = append(t.zero, []byte{})
		default:
			t.zero = append(t.zero, "")
		}
	}
	return t, rows.Err()
}

// row adds a row to args: column, value, column, value …; the others are zero.
func (t *table) row(args []any, pairs ...any) []any {
	from := len(args)
	args = append(args, t.zero...)
	for i := 0; i < len(pairs); i += 2 {
		at, ok := t.at[pairs[i].(string)]
		if !ok {
			panic(fmt.Sprintf("bench: table %s has no column %s", t.name, pairs[i]))
		}
		args[from+at] = pairs[i+1]
	}
	return args
}

// insert is the multi-row statement for so many rows.
func (t *table) insert(rows int) string { return insertText(t.name, t.columns, rows) }

// executor is a connection, a pool or a transaction.
type executor interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// put inserts rows that lie one behind the other in args.
func (t *table) put(ctx context.Context, to executor, args []any) error {
	if len(args) == 0 {
		return nil
	}
	const placeholders = 30_000
	step := placeholders / len(t.columns) * len(t.columns)
	for len(args) > 0 {
		n := min(step, len(args))
		if _, err := to.ExecContext(ctx, t.insert(n/len(t.columns)), args[:n]...); err != nil {
			return fmt.Errorf("insert into %s: %w", t.name, err)
		}
		args = args[n:]
	}
	return nil
}

// insertText is a multi-row INSERT with '?' placeholders.
func insertText(table string, columns []string, rows int) string {
	group := "(" + strings.TrimSuffix(strings.Repeat("?, ", len(columns)), ", ") + ")"
	return "INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") VALUES " + group + strings.Repeat(", "+group, rows-1)
}

// marks is a list of n placeholders.
func marks(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }

// inTx runs fn in a transaction of its own.
func (l *lab) inTx(ctx context.Context, fn func(tx *sql.Tx) error) error {
	tx, err := l.raw.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := fn(tx); err != nil {
		_ = tx.Rollback()
		return err
	}
	return tx.Commit()
}

// rowsOf reads all rows of a table of one shop, in the order of the primary
// key, as the driver gives them.
func (l *lab) rowsOf(ctx context.Context, t *table, shop int64) ([][]any, error) {
	rows, err := l.raw.QueryContext(ctx, "SELECT * FROM "+t.name+" WHERE shop_id = ?", shop)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all [][]any
	for rows.Next() {
		values, into := make([]any, len(t.columns)), make([]any, len(t.columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		all = append(all, values)
	}
	return all, rows.Err()
}
