package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"slices"

	"zugabe/app/crash"
)

// CheckBackup says whether a file is a complete, undamaged backup of this version,
// and what is in it. It changes nothing.
func CheckBackup(ctx context.Context, file string) (counts []BackupCount, err error) {
	b, err := openBackup(ctx, file)
	if err != nil {
		return nil, err
	}
	defer b.close()
	for _, t := range b.tables {
		c := BackupCount{Table: t.name}
		if err := b.conn.QueryRowContext(ctx, t.query("COUNT(*)", "")).Scan(&c.Rows); err != nil {
			return nil, err
		}
		counts = append(counts, c)
	}
	return counts, nil
}

type backupFile struct {
	snapshot
	tables []table
}

func openBackup(ctx context.Context, file string) (_ *backupFile, err error) {
	if _, err := os.Stat(file); err != nil {
		return nil, fmt.Errorf("the backup cannot be read: %w", err)
	}
	b := &backupFile{}
	defer func() {
		if err != nil {
			b.close()
			err = fmt.Errorf("%s: %w", file, err)
		}
	}()
	if b.db, err = sql.Open("sqlite", sqliteDSN(file, "query_only(1)")+"&mode=ro"); err != nil {
		return nil, err
	}
	b.db.SetMaxOpenConns(1)
	if err := b.examine(ctx); err != nil {
		return nil, err
	}
	b.conn, err = b.db.Conn(ctx)
	return b, err
}

func (b *backupFile) examine(ctx context.Context) error {
	var mark int64
	if err := b.db.QueryRowContext(ctx, "PRAGMA application_id").Scan(&mark); err != nil {
		return fmt.Errorf("this is not a backup: %w", err)
	}
	if mark != BackupMark {
		return errors.New("this is not a backup made by zugabe backup")
	}
	if err := quickCheck(ctx, b.db); err != nil {
		return err
	}
	var version sql.NullInt64
	if err := b.db.QueryRowContext(ctx, "SELECT MAX(version_id) FROM goose_db_version").Scan(&version); err != nil {
		return err
	}
	want, err := ourTables(ctx)
	if err != nil {
		return err
	}
	if b.tables, err = tablesOf(ctx, b.db); err != nil {
		return err
	}
	if !slices.EqualFunc(b.tables, want, func(x, y table) bool { return x.name == y.name && slices.Equal(x.columns, y.columns) }) {
		return fmt.Errorf("the backup was made by another version (schema %d); restore it with that version and upgrade then", version.Int64)
	}
	return nil
}

// RestoreRequest says what to fill from where.
type RestoreRequest struct {
	File     string
	Progress func(table string, rows int64) // as in BackupRequest
}

// Restore fills this migrated, empty database from a backup of either engine. A
// database with rows is refused. The shops come last: a restore that was
// interrupted leaves nothing that anybody could work with.
func (s *Store) Restore(ctx context.Context, r RestoreRequest) ([]BackupCount, error) {
	b, err := openBackup(ctx, r.File)
	if err != nil {
		return nil, err
	}
	defer b.close()
	if err := s.empty(ctx, b.tables); err != nil {
		return nil, err
	}
	slices.SortStableFunc(b.tables, func(x, y table) int { return rank(x) - rank(y) })
	counts := make([]BackupCount, len(b.tables))
	for i, t := range b.tables {
		counts[i].Table = t.name
		err := b.each(ctx, t, func(rows [][]any) error {
			err := s.Write(ctx, func(tx *Tx) error { return tx.InsertMany(t.name, t.columns, rows) })
			if err == nil {
				crash.Point("restore.chunk")
				counts[i].Rows += int64(len(rows))
				tell(r.Progress, t.name, counts[i].Rows)
			}
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("restoring %s: %w; make the database anew and start again", t.name, err)
		}
	}
	return counts, nil
}

func rank(t table) int {
	if t.name == "shops" {
		return 1
	}
	return 0
}

func (s *Store) empty(ctx context.Context, tables []table) error {
	return s.Read(ctx, func(tx *Tx) error {
		for _, t := range tables {
			var one int64
			found, err := tx.Row(t.query("1", "LIMIT 1"), nil, &one)
			if err != nil {
				return err
			}
			if found {
				return fmt.Errorf("the database is not empty (table %s has rows); a backup is restored into a new one", t.name)
			}
		}
		return nil
	})
}
