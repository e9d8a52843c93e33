package crash_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zugabe/app/store/storetest"
)

// C11: the process is killed at statements of a migration. The next start either
// completes it or refuses with a message that says what to do; it never runs on
// half a schema.
//
// covers: C11
func TestAMigrationThatWasKilledIsCompletedOrRefused(t *testing.T) {
	t.Parallel()
	for _, nth := range []int{1, 2, 3, 4, 5, 6, 12, 24} {
		t.Run(fmt.Sprintf("mariadb/statement %d", nth), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, storetest.BlankMariaDBURL(t))
			w.startsOver(fmt.Sprintf("migrate.statement:%d", nth))
		})
	}
}

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
	began := w.clock.base.Now()
	w.app = w.another(w.addr, "")
	until(w.t, "the app answers or refuses", func() {}, func() bool { return w.app.ended() || answers(w.addr) })
	took := w.clock.base.Now().Sub(began).Round(time.Millisecond)
	if w.app.ended() {
		w.t.Logf("refused after %s: %s", took, w.app.said())
		if w.app.cmd.ProcessState.ExitCode() != 1 || !strings.Contains(w.app.said(), "drop the database, create it again") {
			w.t.Errorf("the refusal does not say what to do: %s", w.app.said())
		}
		return
	}
	w.t.Logf("completed after %s", took)
	w.install()
	w.audit()
}
