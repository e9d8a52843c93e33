package store

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
)

// Without statistics SQLite takes one equal column of a primary key for as good
// as two of an index ("10 rows, 9 rows"), and because the primary key holds the
// rows themselves it then reads a whole shop to find one account's lots. So we
// tell it once what a filled database looks like. The figures are round on
// purpose: plans then do not change with the data.

const (
	assumedRows  = 10_000_000
	assumedShops = 10
)

// writeStatistics replaces the statistics of every index by the assumed ones.
func writeStatistics(ctx context.Context, db *sql.DB) error {
	// The table of the statistics cannot be created by name; analysing a small table makes it.
	if _, err := db.ExecContext(ctx, "ANALYZE goose_db_version"); err != nil {
		return err
	}
	stats, err := assumedStatistics(ctx, db)
	if err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.ExecContext(ctx, "DELETE FROM sqlite_stat1"); err != nil {
		return err
	}
	for _, s := range stats {
		if _, err := tx.ExecContext(ctx, "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)", s.table, s.index, s.stat); err != nil {
			return err
		}
	}
	return tx.Commit()
}

type indexStat struct{ table, index, stat string }

func assumedStatistics(ctx context.Context, db *sql.DB) ([]indexStat, error) {
	const query = `SELECT t.name, l.name, l.origin, l."unique", i.name FROM sqlite_schema t, pragma_index_list(t.name) l, pragma_index_info(l.name) i
		WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' AND t.name NOT LIKE 'goose%' ORDER BY t.name, l.name, i.seqno`
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var stats []indexStat
	var columns []string
	var unique bool
	var last string
	finish := func() {
		if len(columns) > 0 {
			stats[len(stats)-1].stat = statOf(columns, unique)
		}
	}
	for rows.Next() {
		var table, index, origin, column string
		var isUnique bool
		if err := rows.Scan(&table, &index, &origin, &isUnique, &column); err != nil {
			return nil, err
		}
		if origin == "pk" {
			index = table // what SQLite itself calls the primary key of a table without rowid
		}
		if name := table + "." + index; name != last {
			finish()
			stats, columns, unique, last = append(stats, indexStat{table: table, index: index}), nil, isUnique, name
		}
		columns = append(columns, column)
	}
	finish()
	return stats, rows.Err()
}

// statOf is the number of rows and then, for each further column, how many rows
// are left that agree in all columns so far.
func statOf(columns []string, unique bool) string {
	parts, left := []string{strconv.Itoa(assumedRows)}, assumedRows
	for i, c := range columns {
		left = max(1, leftAfter(c, left))
		if i == len(columns)-1 && (unique || c == "id") {
			left = 1
		}
		parts = append(parts, strconv.Itoa(left))
	}
	return strings.Join(parts, " ")
}

// leftAfter says how many of so many rows agree in a column: the shop and the
// states tell little apart, everything else about names one thing.
func leftAfter(column string, rows int) int {
	switch {
	case column == "shop_id":
		return rows / assumedShops
	case column == "state", column == "kind", column == "lane", column == "plan_id", column == "purpose", column == "scope":
		return rows / 4
	case strings.HasSuffix(column, "_at"), column == "available":
		return min(rows/2, 50)
	}
	return min(rows/2, 20)
}
