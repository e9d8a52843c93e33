package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/pressly/goose/v3"

	"zugabe/app/crash"
	"zugabe/migrations"
)

// BackupMark is the application id in the head of a backup that is complete:
// "ZUGB". It is written last.
const BackupMark = 0x5A554742

// BackupRequest says what to copy where.
type BackupRequest struct {
	URL      string                         // of the database, as in Config
	File     string                         // to be written
	Replace  bool                           // an existing file; false refuses it
	Progress func(table string, rows int64) // after each chunk: rows of the table so far; may be nil
	loose    bool                           // tests only: without one snapshot of all tables
}

// BackupCount is one table of a backup.
type BackupCount struct {
	Table string `json:"table"`
	Rows  int64  `json:"rows"`
}

// Backup copies all rows of a database into one SQLite file: one consistent
// snapshot, whatever is written meanwhile, of either engine. Secrets stay sealed.
// The file appears whole or not at all (C14): it is written beside its place,
// flushed, and then given its name. Memory does not grow with the database.
func Backup(ctx context.Context, r BackupRequest) ([]BackupCount, error) {
	if _, err := os.Stat(r.File); err == nil && !r.Replace {
		return nil, fmt.Errorf("%s exists already; give another name, or --force to replace it", r.File)
	}
	target, err := parseURL(r.URL)
	if err != nil {
		return nil, err
	}
	if target.dialect == SQLite && sameFile(target.path, r.File) {
		return nil, errors.New("the backup must be another file than the database")
	}
	source, err := openSnapshot(ctx, target, r.loose)
	if err != nil {
		return nil, err
	}
	defer source.close()
	file, err := newPartial(r.File)
	if err != nil {
		return nil, err
	}
	counts, err := copyInto(ctx, source, file.path, r.Progress)
	if err == nil {
		crash.Point("backup.written")
		err = file.finish()
	}
	if err != nil {
		return nil, errors.Join(explainSpace(err, r.File), file.discard())
	}
	return counts, nil
}

func sameFile(a, b string) bool {
	x, err := os.Stat(a)
	if err != nil {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}

func explainSpace(err error, file string) error {
	if Classify(err) == DiskFull || isNoSpace(err) {
		return fmt.Errorf("there is not enough space on the disk for %s; nothing was left behind (%w)", file, err)
	}
	return err
}

// copyInto makes a new database of this version in path and fills it. It needs no
// journal: a file that was not finished is thrown away.
func copyInto(ctx context.Context, source *snapshot, path string, progress func(string, int64)) (_ []BackupCount, err error) {
	db, err := sql.Open("sqlite", sqliteDSN(path, "journal_mode(OFF)", "synchronous(OFF)", "cache_size(-32768)"))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	version, err := migrateFile(ctx, db)
	if err != nil {
		return nil, err
	}
	if err := source.sameVersion(ctx, version); err != nil {
		return nil, err
	}
	tables, err := tablesOf(ctx, db)
	if err != nil {
		return nil, err
	}
	counts := make([]BackupCount, len(tables))
	for i, t := range tables {
		counts[i].Table = t.name
		err := source.each(ctx, t, func(rows [][]any) error {
			if err := (plainFile{db}).InsertMany(ctx, t, rows); err != nil {
				return err
			}
			crash.Point("backup.chunk")
			counts[i].Rows += int64(len(rows))
			tell(progress, t.name, counts[i].Rows)
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("copying %s: %w", t.name, err)
		}
	}
	return counts, seal(ctx, db)
}

func tell(progress func(string, int64), table string, rows int64) {
	if progress != nil {
		progress(table, rows)
	}
}

// migrateFile makes the tables and returns the version that they have.
func migrateFile(ctx context.Context, db *sql.DB) (int64, error) {
	files, err := fs.Sub(migrations.SQLite, "sqlite")
	if err != nil {
		return 0, err
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, db, files, goose.WithDisableGlobalRegistry(true))
	if _, err := up(ctx, provider, err); err != nil {
		return 0, err
	}
	return provider.GetDBVersion(ctx)
}

// plainFile is a SQLite file that nobody else uses.
type plainFile struct{ db *sql.DB }

// InsertMany writes a chunk in as few statements as SQLite's limits allow.
func (f plainFile) InsertMany(ctx context.Context, t table, rows [][]any) error {
	tx, err := f.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	group := "(" + strings.TrimSuffix(strings.Repeat("?, ", len(t.columns)), ", ") + ")"
	for len(rows) > 0 {
		n := chunkRows(rows, len(t.columns))
		args := make([]any, 0, n*len(t.columns))
		for _, row := range rows[:n] {
			args = append(args, row...)
		}
		query := "INSERT INTO " + t.name + " (" + strings.Join(t.columns, ", ") + ") VALUES " + strings.TrimSuffix(strings.Repeat(group+", ", n), ", ")
		if _, err := tx.ExecContext(ctx, query, args...); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return tx.Commit()
}

// seal looks once at every page that was written and marks the file as complete.
func seal(ctx context.Context, db *sql.DB) error {
	if err := quickCheck(ctx, db); err != nil {
		return err
	}
	_, err := db.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d", BackupMark))
	return err
}

func quickCheck(ctx context.Context, db *sql.DB) error {
	var says string
	err := db.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&says)
	if err == nil && says != "ok" {
		err = fmt.Errorf("the file is damaged: %s", says)
	}
	return err
}
