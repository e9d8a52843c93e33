package crash_test

import (
	"context"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"zugabe/app/store/storetest"
)

// C11: the process is killed at statements of a migration: at the lock, at the
// table of versions and its first row, and at tables. The next start goes on where
// it ended, and then the schema is that of an undisturbed one.
//
// covers: C11
func TestAMigrationThatWasKilledIsGoneOnWith(t *testing.T) {
	t.Parallel()
	undisturbed := schemaOf(t, storetest.MariaDBURL(t))
	for _, nth := range []int{1, 2, 3, 4, 5, 6, 12, 24, 31} {
		t.Run(fmt.Sprintf("mariadb/statement %d", nth), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, storetest.BlankMariaDBURL(t))
			w.startsOver(fmt.Sprintf("migrate.statement:%d", nth))
			if now := schemaOf(t, w.db); now != undisturbed {
				t.Errorf("the schema is\n%s\nand should be\n%s", now, undisturbed)
			}
		})
	}
}

// schemaOf is the text that makes every table of a database.
func schemaOf(t testing.TB, database string) string {
	t.Helper()
	db := rawSQL(t, database)
	rows, err := db.Query(`SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY table_name`)
	must(t, err)
	defer func() { _ = rows.Close() }()
	var names []string
	for rows.Next() {
		var name string
		must(t, rows.Scan(&name))
		names = append(names, name)
	}
	must(t, rows.Err())
	var all strings.Builder
	for _, name := range names {
		var text string
		must(t, db.QueryRow("SHOW CREATE TABLE "+name).Scan(&name, &text))
		all.WriteString(counterOf.ReplaceAllString(text, "") + ";\n")
	}
	return all.String()
}

var counterOf = regexp.MustCompile(` AUTO_INCREMENT=\d+`)

// SQLite changes its schema in one transaction: a kill at any moment leaves all of it or nothing.
//
// covers: C11
func TestAMigrationOfAFileIsAllOrNothing(t *testing.T) {
	t.Parallel()
	for i := range 6 {
		w := newWorld(t, "sqlite://"+filepath.Join(t.TempDir(), "blank.db"))
		c := w.another(w.addr, "")
		pause(context.Background(), time.Duration(10+i*15)*time.Millisecond)
		_ = c.cmd.Process.Kill()
		<-c.done
		w.start("")
		w.install()
		w.audit()
	}
}

func (w *world) startsOver(at string) {
	w.t.Helper()
	w.armed = true
	w.app = w.another(w.addr, at)
	select {
	case <-w.app.done:
	case <-time.After(patience):
		w.t.Fatalf("the point %s was not reached", at)
	}
	if !w.app.killed() {
		w.t.Fatalf("%s\n%s", w.app.cmd.ProcessState, w.app.said())
	}
	w.armed = false
	w.start("")
	w.install()
	w.audit()
}
