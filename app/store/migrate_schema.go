package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
)

// versions is goose's table of applied files. MySQL ends a transaction at every
// schema change, so a start can die between making the table and its first row;
// here the next start goes on from there.
type versions struct{ database.Store }

func repeatableVersions() (database.Store, error) {
	inner, err := database.NewStore(database.DialectMySQL, goose.DefaultTablename)
	return versions{inner}, err
}

// CreateVersionTable is database.Store's. goose calls it when the first row is
// missing, under the lock; the table may be there.
func (v versions) CreateVersionTable(ctx context.Context, db database.DBTxConn) error {
	var there int64
	err := db.QueryRowContext(ctx, `SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ?`, v.Tablename()).Scan(&there)
	if err != nil || there > 0 {
		return err
	}
	return v.Store.CreateVersionTable(ctx, db)
}

// table is one of ours, as the migrations make it on either engine.
type table struct {
	name    string
	columns []string
	kinds   []string // INTEGER, TEXT or BLOB, by column
	key     []string // the primary key
}

// ourTables lists the tables of this version in the order of their names, read
// from an empty SQLite database in memory.
func ourTables(ctx context.Context) ([]table, error) {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		return nil, err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := migrateFile(ctx, db); err != nil {
		return nil, err
	}
	return tablesOf(ctx, db)
}

// tablesOf reads the tables of a SQLite database.
func tablesOf(ctx context.Context, db *sql.DB) ([]table, error) {
	rows, err := db.QueryContext(ctx, `SELECT m.name, c.name, c.type, c.pk FROM sqlite_schema m, pragma_table_xinfo(m.name) c
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND m.name NOT LIKE 'goose%' ORDER BY m.name, c.cid`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []table
	for rows.Next() {
		var name, column, kind string
		var pk int
		if err := rows.Scan(&name, &column, &kind, &pk); err != nil {
			return nil, err
		}
		if len(list) == 0 || list[len(list)-1].name != name {
			list = append(list, table{name: name})
		}
		t := &list[len(list)-1]
		t.columns, t.kinds = append(t.columns, column), append(t.kinds, kind)
		if pk > 0 {
			t.key = append(t.key, make([]string, max(0, pk-len(t.key)))...)
			t.key[pk-1] = column
		}
	}
	return list, rows.Err()
}

// checkColumns finds tables of other makers that had a name of ours before: a
// repeatable migration passes them over. More columns than ours are those of a
// newer version that works beside this one during an upgrade.
func checkColumns(ctx context.Context, db *sql.DB) error {
	want, err := ourTables(ctx)
	if err != nil {
		return err
	}
	rows, err := db.QueryContext(ctx, `SELECT c.table_name, c.column_name FROM information_schema.columns c WHERE c.table_schema = DATABASE()`)
	if err != nil {
		return err
	}
	defer rows.Close()
	have := map[string][]string{}
	for rows.Next() {
		var name, column string
		if err := rows.Scan(&name, &column); err != nil {
			return err
		}
		have[name] = append(have[name], column)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	var other []string
	for _, t := range want {
		for _, column := range t.columns {
			if !slices.Contains(have[t.name], column) {
				other = append(other, t.name+"."+column)
				break
			}
		}
	}
	if len(other) > 0 {
		return fmt.Errorf("%s (missing: %s)", halfDone, strings.Join(other, ", "))
	}
	return nil
}
