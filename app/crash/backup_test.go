package crash_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
	"zugabe/app/store/storetest"
)

// C14: a backup beside the running app is killed at every step of its way. The
// file is there and whole, or it is not there; the next backup to the same place
// works, and the books in it add up.
//
// covers: C14
func TestABackupThatWasKilledIsWholeOrNotThere(t *testing.T) {
	t.Parallel()
	for engine, database := range map[string]func(testing.TB) string{"sqlite": storetest.SQLiteURL, "mariadb": storetest.MariaDBURL} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, database(t))
			w.start("")
			w.install()
			p := w.somebody()
			w.buy(p, "BOOK", 3)
			w.until("nothing waits", w.settled)
			file := filepath.Join(t.TempDir(), "zugabe.backup")
			for _, at := range []string{"backup.chunk:1", "backup.chunk:9", "backup.written:1", "backup.flushed:1", "backup.named:1"} {
				w.backup(file, at, true)
				_, err := os.Stat(file)
				if there := err == nil; there != (at == "backup.named:1") {
					t.Errorf("killed at %s: the file is there: %v", at, there)
				}
			}
			w.backup(file, "", false)
			w.audit()
			booksOf(t, w.clock, file)
		})
	}
}

// C14: an earlier backup is there until the new one takes its place in one step.
func TestABackupThatWasKilledLeavesTheEarlierOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLiteURL(t))
	w.start("")
	w.install()
	file := filepath.Join(t.TempDir(), "zugabe.backup")
	w.backup(file, "", false)
	for _, at := range []string{"backup.chunk:3", "backup.written:1", "backup.flushed:1", "backup.named:1"} {
		w.backup(file, at, true)
		if _, err := store.CheckBackup(context.Background(), file); err != nil {
			t.Errorf("killed at %s: %v", at, err)
		}
	}
	w.audit()
}

// C14: a restore that is killed leaves nothing that anybody could work with: its
// shops come last, and a second one into the same database is refused in a word.
//
// covers: C14
func TestARestoreThatWasKilledLeavesNoHalfShop(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLiteURL(t))
	w.start("")
	w.install()
	w.buy(w.somebody(), "BOOK", 3)
	w.until("nothing waits", w.settled)
	w.audit()
	file := filepath.Join(t.TempDir(), "zugabe.backup")
	w.backup(file, "", false)
	for engine, database := range map[string]string{"sqlite": storetest.SQLiteURL(t), "mariadb": storetest.MariaDBURL(t)} {
		env := append(w.env("restore.chunk:2"), "DATABASE_URL="+database)
		c := spawn(t, w.dir, env, "restore", "--from="+file)
		<-c.done
		if !c.killed() {
			t.Fatalf("%s: %s\n%s", engine, c.cmd.ProcessState, c.said())
		}
		db := rawSQL(t, database)
		var shops int
		must(t, db.QueryRow(`SELECT COUNT(*) FROM shops`).Scan(&shops))
		if shops != 0 {
			t.Errorf("%s: %d shops after half a restore", engine, shops)
		}
		c = spawn(t, w.dir, append(w.env(""), "DATABASE_URL="+database), "restore", "--from="+file)
		<-c.done
		if c.killed() || c.cmd.ProcessState.ExitCode() == 0 {
			t.Errorf("%s: a second restore into the rows of the first was not refused", engine)
		}
	}
}

// backup runs the command in a process of its own; it replaces what is there.
func (w *world) backup(file, crashAt string, dies bool) {
	w.t.Helper()
	c := spawn(w.t, w.dir, w.env(crashAt), "backup", "--to="+file, "--force")
	select {
	case <-c.done:
	case <-time.After(patience):
		w.t.Fatalf("the backup does not end:\n%s", c.said())
	}
	if c.killed() != dies || !dies && c.cmd.ProcessState.ExitCode() != 0 {
		w.t.Fatalf("at %q: %s\n%s", crashAt, c.cmd.ProcessState, c.said())
	}
}

// booksOf restores a backup into a database of the other sort of file and verifies it.
func booksOf(t *testing.T, clock loyalty.Clock, file string) {
	t.Helper()
	ctx := context.Background()
	s, err := store.Open(ctx, store.Config{URL: "sqlite://" + filepath.Join(t.TempDir(), "restored.db"), Clock: clock})
	must(t, err)
	defer func() { must(t, s.Close()) }()
	_, err = s.Migrate(ctx)
	must(t, err)
	counts, err := s.Restore(ctx, store.RestoreRequest{File: file})
	must(t, err)
	p := program.Program{Store: s, Clock: clock, IDs: loyalty.NewIDs(clock)}
	report, err := p.Verify(ctx)
	must(t, err)
	if !report.OK() || report.Shops != 1 || !strings.Contains(fmt.Sprint(counts), "{entries ") {
		t.Errorf("%d shops, %v\n%s", report.Shops, counts, strings.Join(report.Violations(), "\n"))
	}
}
