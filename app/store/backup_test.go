package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"zugabe/app/store"
	"zugabe/app/store/storetest"
)

// fill puts rows of every sort into every table: the names and types are those of
// the schema, so a new table cannot be forgotten.
func fill(t *testing.T, s *store.Store, like string) {
	t.Helper()
	for table, columns := range columnsOf(t, like) {
		n := 3
		if table == "entries" {
			n = 1203 // more than two chunks
		}
		var names []string
		rows := make([][]any, n)
		for _, c := range columns {
			name, kind, _ := strings.Cut(c, " ")
			names = append(names, name)
			for i := range rows {
				rows[i] = append(rows[i], sample(kind, i+1))
			}
		}
		if err := s.Write(t.Context(), func(tx *store.Tx) error { return tx.InsertMany(table, names, rows) }); err != nil {
			t.Fatalf("%s: %v", table, err)
		}
	}
}

func sample(kind string, i int) any {
	switch kind {
	case "INTEGER":
		return i
	case "TEXT":
		return string(rune('a'+i%26)) + string(rune('ä'+i/26)) // three bytes, the room of a currency
	}
	return append([]byte{0, 0xff, '\'', 0x80, byte(i), byte(i >> 8)}, make([]byte, 26)...)
}

// columnsOf lists "name TYPE" by table of a SQLite file.
func columnsOf(t *testing.T, file string) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	for _, row := range rowsOf(t, file, `SELECT m.name, c.name || ' ' || c.type FROM sqlite_schema m, pragma_table_xinfo(m.name) c
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND m.name NOT LIKE 'goose%' ORDER BY m.name, c.cid`) {
		table, column, _ := strings.Cut(row, "|")
		found[table] = append(found[table], column)
	}
	return found
}

// contentOf lists all rows of a SQLite file, as text.
func contentOf(t *testing.T, file string) []string {
	t.Helper()
	var all []string
	for table := range columnsOf(t, file) {
		for _, row := range rowsOf(t, file, "SELECT * FROM "+table) {
			all = append(all, table+": "+row)
		}
	}
	slices.Sort(all)
	return all
}

func rowsOf(t *testing.T, file, query string) (list []string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+file+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	names, _ := rows.Columns()
	for rows.Next() {
		values := make([]any, len(names))
		into := make([]any, len(names))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		texts := make([]string, len(values))
		for i, v := range values {
			texts[i] = fmt.Sprint(v)
		}
		list = append(list, strings.Join(texts, "|"))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}

func openURL(t *testing.T, url string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

func backUp(t *testing.T, url string) (file string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "backup.db")
	if _, err := store.Backup(t.Context(), store.BackupRequest{URL: url, File: file}); err != nil {
		t.Fatal(err)
	}
	return file
}

// covers: C14
func TestABackupGoesFromSQLiteToMariaDBAndBackWithEveryRow(t *testing.T) {
	first, second := storetest.SQLiteURL(t), storetest.MariaDBURL(t)
	fill(t, openURL(t, first), strings.TrimPrefix(first, "sqlite://"))
	one := backUp(t, first) // while the file is open here
	want := contentOf(t, one)
	if original := contentOf(t, strings.TrimPrefix(first, "sqlite://")); !slices.Equal(original, want) {
		t.Fatalf("the backup has %d rows, the database %d", len(want), len(original))
	}
	if _, err := openURL(t, second).Restore(t.Context(), store.RestoreRequest{File: one}); err != nil {
		t.Fatal(err)
	}
	two := backUp(t, second)
	if got := contentOf(t, two); !slices.Equal(got, want) {
		t.Errorf("MariaDB gave %d rows back, want the same %d", len(got), len(want))
	}
	third := "sqlite://" + filepath.Join(t.TempDir(), "third.db")
	counts, err := openURL(t, third).Restore(t.Context(), store.RestoreRequest{File: two})
	if err != nil {
		t.Fatal(err)
	}
	if got := contentOf(t, backUp(t, third)); !slices.Equal(got, want) {
		t.Errorf("SQLite gave %d rows back, want the same %d", len(got), len(want))
	}
	i := slices.IndexFunc(counts, func(c store.BackupCount) bool { return c.Table == "entries" })
	if counts[i].Rows != 1203 || counts[len(counts)-1].Table != "shops" {
		t.Errorf("%v", counts)
	}
}

// C14: what is written while the tables are copied is in the backup with all that
// belongs to it, or not at all. The naive build copies table by table.
func TestABackupIsOneMomentOfAllTables(t *testing.T) {
	storetest.Each(t, func(t *testing.T, _ *store.Store) {
		for _, loose := range []bool{false, true} {
			url := storetest.SQLiteURL(t)
			if strings.HasSuffix(t.Name(), "mariadb") {
				url = storetest.MariaDBURL(t)
			}
			s := openURL(t, url)
			fill(t, s, strings.TrimPrefix(storetest.SQLiteURL(t), "sqlite://"))
			file := filepath.Join(t.TempDir(), "backup.db")
			once := false
			_, err := store.Backup(t.Context(), store.Loose(loose, store.BackupRequest{URL: url, File: file, Progress: func(table string, _ int64) {
				if table != "codes" || once { // accounts are copied, entries are not
					return
				}
				once = true
				book(t, s)
			}}))
			if err != nil {
				t.Fatal(err)
			}
			torn := len(rowsOf(t, file, `SELECT id FROM entries WHERE id = 99999`)) - len(rowsOf(t, file, `SELECT id FROM accounts WHERE id = 99999`))
			if loose != (torn != 0) {
				t.Errorf("loose %v: %d more entries than accounts", loose, torn)
			}
		}
	})
}

// book writes an account and its entry in one transaction.
func book(t *testing.T, s *store.Store) {
	t.Helper()
	err := s.Write(t.Context(), func(tx *store.Tx) error {
		for _, query := range []string{
			`INSERT INTO accounts (shop_id, id, plan_id, member_id, pending, available, held, debt, lock_seq, entry_seq, publish_due, created_at, updated_at)
				VALUES (1, 99999, 99999, 99999, 0, 7, 0, 0, 1, 1, 0, 1, 1)`,
			`INSERT INTO entries (shop_id, id, account_id, account_seq, kind, points, source_key, rule_id, seq, plan_version, limited_to, breakdown, note, actor, occurred_at, posted_at)
				VALUES (1, 99999, 99999, 1, 'accrual', 7, 'x', 'y', 0, 1, -1, '', '', '', 1, 1)`,
		} {
			if _, err := tx.Exec(query); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestABackupReplacesAFileOnlyWhenAsked(t *testing.T) {
	url := storetest.SQLiteURL(t)
	file := backUp(t, url)
	request := store.BackupRequest{URL: url, File: file}
	if _, err := store.Backup(t.Context(), request); err == nil || !strings.Contains(err.Error(), "--force") {
		t.Errorf("%v", err)
	}
	request.Replace = true
	if _, err := store.Backup(t.Context(), request); err != nil {
		t.Error(err)
	}
	request.File = strings.TrimPrefix(url, "sqlite://")
	if _, err := store.Backup(t.Context(), request); err == nil || !strings.Contains(err.Error(), "another file") {
		t.Errorf("onto the database itself: %v", err)
	}
	onlyFile(t, file)
}

// onlyFile says that nothing but a lock lies beside the file.
func onlyFile(t *testing.T, file string) {
	t.Helper()
	left, err := os.ReadDir(filepath.Dir(file))
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range left {
		if name := entry.Name(); name != filepath.Base(file) && !strings.HasSuffix(name, ".lock") {
			t.Errorf("left behind: %s", name)
		}
	}
}

// C14: the earlier backup stays when a new one does not get to its end.
func TestABackupThatFailsLeavesNothingAndTakesNothing(t *testing.T) {
	url := storetest.SQLiteURL(t)
	fill(t, openURL(t, url), strings.TrimPrefix(url, "sqlite://"))
	file := backUp(t, url)
	before := contentOf(t, file)
	ctx, cancel := context.WithCancel(t.Context())
	_, err := store.Backup(ctx, store.BackupRequest{URL: url, File: file, Replace: true, Progress: func(string, int64) { cancel() }})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if !slices.Equal(contentOf(t, file), before) {
		t.Error("the earlier backup has changed")
	}
	onlyFile(t, file)
	blank := filepath.Join(t.TempDir(), "blank.db")
	if err := os.WriteFile(blank, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = store.Backup(t.Context(), store.BackupRequest{URL: "sqlite://" + blank, File: blank + ".backup"})
	if err == nil || !strings.Contains(err.Error(), "no Zugabe in this database") {
		t.Errorf("%v", err)
	}
	onlyFile(t, blank)
}

func TestADamagedOrUnfinishedBackupIsRefused(t *testing.T) {
	url := storetest.SQLiteURL(t)
	fill(t, openURL(t, url), strings.TrimPrefix(url, "sqlite://"))
	good, err := os.ReadFile(backUp(t, url))
	if err != nil {
		t.Fatal(err)
	}
	damaged := slices.Clone(good)
	for i := len(damaged) / 2; i < len(damaged)/2+4096*8; i++ {
		damaged[i] ^= 0x55
	}
	unmarked := slices.Clone(good)
	copy(unmarked[68:72], []byte{0, 0, 0, 0})
	for name, content := range map[string][]byte{"cut": good[:len(good)/2], "damaged": damaged, "unmarked": unmarked, "text": []byte("not a database at all, but long enough to be read as one")} {
		file := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := store.CheckBackup(t.Context(), file); err == nil {
			t.Errorf("%s passes for a backup", name)
		}
	}
}

func TestARestoreIntoAFilledDatabaseIsRefused(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		url := storetest.SQLiteURL(t)
		fill(t, s, strings.TrimPrefix(url, "sqlite://"))
		_, err := s.Restore(t.Context(), store.RestoreRequest{File: backUp(t, url)})
		if err == nil || !strings.Contains(err.Error(), "not empty") {
			t.Errorf("%v", err)
		}
	})
}

func TestAFullDiskIsToldInPlainWords(t *testing.T) {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(t.TempDir(), "small.db")+"?_pragma=max_page_count(2)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	_, err = db.Exec(`CREATE TABLE a (x); CREATE TABLE b (x); CREATE TABLE c (x)`)
	if said := store.ExplainSpace(err, "/media/stick/zugabe.db").Error(); !strings.Contains(said, "not enough space on the disk for /media/stick/zugabe.db") {
		t.Errorf("%s", said)
	}
}
