package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"
)

const (
	backupRows  = 500 // of a chunk
	backupBytes = maxInsertBytes
)

// snapshot is one transaction that sees the database as it was at its begin.
type snapshot struct {
	db   *sql.DB
	conn *sql.Conn
}

// openSnapshot does not go through Open: a SQLite file may be in use by the app,
// and reading it beside the app does no harm.
func openSnapshot(ctx context.Context, t target, loose bool) (_ *snapshot, err error) {
	s := &snapshot{}
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	begin := "BEGIN"
	if t.dialect == SQLite {
		if _, err := os.Stat(t.path); err != nil {
			return nil, fmt.Errorf("the database cannot be read: %w", err)
		}
		s.db, err = sql.Open("sqlite", sqliteDSN(t.path, "query_only(1)", "cache_size(-16384)"))
	} else {
		begin = "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"
		cfg := tuneDSN(t.mysql, slog.New(slog.DiscardHandler))
		// The server may take its time for the next rows of a long table.
		cfg.ReadTimeout = 5 * time.Minute
		s.db, err = openPool(cfg, "REPEATABLE READ, READ ONLY", 1)
	}
	if err != nil {
		return nil, err
	}
	if s.conn, err = s.db.Conn(ctx); err != nil {
		return nil, err
	}
	if loose {
		return s, nil
	}
	if _, err = s.conn.ExecContext(ctx, begin); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *snapshot) close() {
	if s.conn != nil {
		_, _ = s.conn.ExecContext(context.Background(), "ROLLBACK")
		_ = s.conn.Close()
	}
	if s.db != nil {
		_ = s.db.Close()
	}
}

// sameVersion refuses a database whose tables are those of another version. In
// SQLite this first reading is also what fixes the snapshot.
func (s *snapshot) sameVersion(ctx context.Context, want int64) error {
	var have sql.NullInt64
	err := s.conn.QueryRowContext(ctx, "SELECT MAX(version_id) FROM goose_db_version").Scan(&have)
	if err != nil {
		return fmt.Errorf("there is no Zugabe in this database, or it cannot be read: %w", err)
	}
	return compareVersions(have.Int64, want)
}

func compareVersions(have, want int64) error {
	switch {
	case have < want:
		return fmt.Errorf("the tables are those of an older version (%d, this program has %d); bring them up to date with: zugabe migrate", have, want)
	case have > want:
		return fmt.Errorf("the tables are those of a newer version (%d, this program has %d); use that version's program", have, want)
	}
	return nil
}

// each streams a table in the order of its primary key, in chunks.
func (s *snapshot) each(ctx context.Context, t table, use func(rows [][]any) error) (err error) {
	rows, err := s.conn.QueryContext(ctx, t.query(strings.Join(t.columns, ", "), "ORDER BY "+strings.Join(t.key, ", ")))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	var chunk [][]any
	size := 0
	for rows.Next() {
		row, bytes, err := t.scan(rows)
		if err != nil {
			return err
		}
		chunk, size = append(chunk, row), size+bytes
		if len(chunk) >= backupRows || size >= backupBytes {
			if err := use(chunk); err != nil {
				return err
			}
			chunk, size = nil, 0
		}
	}
	if err := rows.Err(); err != nil || len(chunk) == 0 {
		return err
	}
	return use(chunk)
}

// query reads the rows of all shops: a backup is the one thing that may.
func (t table) query(what, tail string) string {
	shops := "WHERE shop_id >= 0 "
	if t.key[0] != "shop_id" {
		shops = "" // the tables of no shop
	}
	return "SELECT " + what + " FROM " + t.name + useIndex("PRIMARY") + shops + tail
}

// scan reads one row into values of its own.
func (t table) scan(row Scanner) (values []any, size int, err error) {
	numbers, texts, blobs := make([]int64, len(t.columns)), make([]string, len(t.columns)), make([][]byte, len(t.columns))
	values = make([]any, len(t.columns))
	for i, kind := range t.kinds {
		switch kind {
		case "INTEGER":
			values[i] = &numbers[i]
		case "TEXT":
			values[i] = &texts[i]
		default:
			values[i] = &blobs[i]
		}
	}
	if err := row.Scan(values...); err != nil {
		return nil, 0, err
	}
	for i, kind := range t.kinds {
		switch kind {
		case "INTEGER":
			values[i], size = numbers[i], size+8
		case "TEXT":
			values[i], size = texts[i], size+len(texts[i])
		default:
			values[i], size = notNull(blobs[i]), size+len(blobs[i]) // an engine may read an empty value as none
		}
	}
	return values, size, nil
}
