package store_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"zugabe/app/store"
	"zugabe/app/store/storetest"
)

// Covers E11 as far as starting goes: one applies, the others wait and find it
// done.
func TestThreeStartersMigrateOnce(t *testing.T) {
	url := storetest.BlankMariaDBURL(t)
	applied := make([]int, 3)
	var wg sync.WaitGroup
	for i := range applied {
		wg.Go(func() {
			s, err := store.Open(context.Background(), store.Config{URL: url})
			if err != nil {
				t.Error(err)
				return
			}
			defer s.Close()
			if applied[i], err = s.Migrate(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	slices.Sort(applied)
	if applied[0] != 0 || applied[1] != 0 || applied[2] == 0 {
		t.Errorf("applied %v, want it all in one of them", applied)
	}
	sqlite, err := store.Open(t.Context(), store.Config{URL: "sqlite::memory:"})
	if err != nil {
		t.Fatal(err)
	}
	defer sqlite.Close()
	if n, err := sqlite.Migrate(t.Context()); err != nil || n != applied[2] {
		t.Errorf("SQLite applied %d, MariaDB %d (%v)", n, applied[2], err)
	}
	if n, err := sqlite.Migrate(t.Context()); err != nil || n != 0 {
		t.Errorf("again: %d, %v", n, err)
	}
}

const (
	sqliteColumns = `SELECT m.name || '.' || c.name || CASE WHEN c."notnull" = 1 OR c.pk > 0 THEN '' ELSE ' null' END
		FROM sqlite_master m, pragma_table_xinfo(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND m.name NOT LIKE 'goose%'`
	mysqlColumns = `SELECT CONCAT(c.table_name, '.', c.column_name, IF(c.is_nullable = 'NO', '', ' null')) FROM information_schema.columns c
		WHERE c.table_schema = DATABASE() AND c.table_name NOT LIKE 'goose%'`
	sqliteIndexes = `SELECT m.name || '.' || CASE WHEN il.origin = 'pk' THEN 'PRIMARY' ELSE il.name END || ' '
			|| CASE WHEN il."unique" = 1 THEN 'unique ' ELSE '' END || group_concat(ii.name, ',' ORDER BY ii.seqno)
		FROM sqlite_master m, pragma_index_list(m.name) il, pragma_index_info(il.name) ii
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND m.name NOT LIKE 'goose%' GROUP BY m.name, il.name`
	mysqlIndexes = `SELECT CONCAT(s.table_name, '.', s.index_name, ' ', IF(MAX(s.non_unique) = 0, 'unique ', ''),
			GROUP_CONCAT(s.column_name ORDER BY s.seq_in_index))
		FROM information_schema.statistics s WHERE s.table_schema = DATABASE() AND s.table_name NOT LIKE 'goose%'
		GROUP BY s.table_name, s.index_name`
)

func stringsOf(t *testing.T, s *store.Store, query string) []string {
	t.Helper()
	var out []string
	err := s.Read(t.Context(), func(tx *store.Tx) error {
		out = nil
		return tx.Rows(query, nil, func(row store.Scanner) error {
			var line string
			err := row.Scan(&line)
			out = append(out, line)
			return err
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return out
}

func difference(t *testing.T, what string, sqlite, mysql []string) {
	t.Helper()
	if len(sqlite) == 0 {
		t.Errorf("no %s found", what)
	}
	for _, line := range sqlite {
		if !slices.Contains(mysql, line) {
			t.Errorf("%s only in migrations/sqlite: %s", what, line)
		}
	}
	for _, line := range mysql {
		if !slices.Contains(sqlite, line) {
			t.Errorf("%s only in migrations/mysql: %s", what, line)
		}
	}
}

func TestBothMigrationFoldersMakeTheSameTables(t *testing.T) {
	sqlite, mysql := storetest.SQLite(t), storetest.MariaDB(t)
	difference(t, "column", stringsOf(t, sqlite, sqliteColumns), stringsOf(t, mysql, mysqlColumns))
	indexes := stringsOf(t, mysql, mysqlIndexes)
	difference(t, "index", stringsOf(t, sqlite, sqliteIndexes), indexes)
	directories := []string{"shops.", "leases."} // the two tables that have no shop in front
	for _, line := range indexes {
		_, rest, _ := strings.Cut(line, " ")
		columns, unique := strings.CutPrefix(rest, "unique ")
		directory := slices.ContainsFunc(directories, func(d string) bool { return strings.HasPrefix(line, d) })
		if unique && !directory && !strings.HasPrefix(columns, "shop_id,") {
			t.Errorf("a unique key without shop_id in front: %s", line)
		}
	}
}
