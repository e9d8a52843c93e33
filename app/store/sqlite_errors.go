package store

import (
	"errors"
	"sort"
	"strings"

	"modernc.org/sqlite"
)

// sqliteClasses is keyed by the extended code, then by the primary one.
var sqliteClasses = map[int]Class{
	5: Retry, 6: Retry, // BUSY (also 517 BUSY_SNAPSHOT), LOCKED
	2067: Duplicate, 1555: Duplicate, 2579: Duplicate, // UNIQUE, PRIMARYKEY, ROWID
	275:  Refused,                              // CHECK
	1299: Data, 3091: Data, 18: Data, 20: Data, // NOTNULL, DATATYPE, TOOBIG, MISMATCH
	8:  ReadOnly,
	10: Fatal, 11: Fatal, 26: Fatal, // IOERR (also 1034 fsync), CORRUPT, NOTADB
	13: DiskFull,
	14: Retry, // CANTOPEN: out of file descriptors
	9:  Retry, // INTERRUPT that was not ours
}

func sqliteCode(err error) int {
	var answer *sqlite.Error
	if errors.As(err, &answer) {
		return answer.Code()
	}
	return 0
}

func classifySQLite(err error) (Class, bool) {
	code := sqliteCode(err)
	if code == 0 {
		return Other, false
	}
	if class, ok := sqliteClasses[code]; ok {
		return class, true
	}
	class, ok := sqliteClasses[code&0xff]
	return class, ok
}

// nameSQLiteDuplicate turns "UNIQUE constraint failed: t.a, t.b" into the name
// of the index over exactly these columns, so that both engines name the same
// key.
func nameSQLiteDuplicate(tx *Tx, _ string, err error) error {
	if class, _ := classifySQLite(err); class != Duplicate {
		return err
	}
	_, list, found := strings.Cut(err.Error(), "UNIQUE constraint failed: ")
	if !found {
		return &DuplicateError{Key: "unknown", cause: err}
	}
	list, _, _ = strings.Cut(list, " (")
	if name, ok := strings.CutPrefix(list, "index '"); ok {
		return &DuplicateError{Key: strings.TrimSuffix(name, "'"), cause: err}
	}
	table, columns := splitColumns(list)
	return &DuplicateError{Key: table + "." + keyOver(tx, table, columns), cause: err}
}

func splitColumns(list string) (table string, columns []string) {
	for part := range strings.SplitSeq(list, ", ") {
		t, column, _ := strings.Cut(part, ".")
		table, columns = t, append(columns, column)
	}
	return table, columns
}

// keyOver asks SQLite which index of the table has these columns. Duplicates
// are rare enough to look it up each time.
func keyOver(tx *Tx, table string, columns []string) string {
	const query = `SELECT il.name, il.origin, ii.name FROM pragma_index_list(?) il, pragma_index_info(il.name) ii
		WHERE il."unique" = 1 ORDER BY il.name, ii.seqno`
	rows, err := tx.pool.QueryContext(tx.ctx, query, table)
	if err != nil {
		return "unknown"
	}
	defer rows.Close()
	names, byIndex := map[string]string{}, map[string][]string{}
	for rows.Next() {
		var index, origin, column string
		if rows.Scan(&index, &origin, &column) != nil {
			return "unknown"
		}
		names[index] = index
		if origin == "pk" {
			names[index] = "PRIMARY"
		}
		byIndex[index] = append(byIndex[index], column)
	}
	want := sorted(columns)
	for index, have := range byIndex {
		if sorted(have) == want {
			return names[index]
		}
	}
	return "PRIMARY" // an INTEGER PRIMARY KEY has no index of its own
}

func sorted(columns []string) string {
	c := append([]string(nil), columns...)
	sort.Strings(c)
	return strings.Join(c, ",")
}
