package crash_test

import (
	"context"
	mathrand "math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"zugabe/app/store/storetest"
)

// C4, C5: what was acknowledged and not worked on is taken up within five seconds
// of the next start, by the clock on the wall. A file has one owner, which also
// takes over what its predecessor had leased.
//
// covers: C4, C5
func TestAcknowledgedWorkIsTakenUpWithinSecondsOfAStart(t *testing.T) {
	each(t, storetest.SQLiteURL, storetest.MariaDBURL, func(t *testing.T, database string) {
		w := newWorld(t, database)
		w.start("")
		w.install()
		w.app.stop(t)
		w.eager = false
		if strings.HasPrefix(database, "sqlite:") {
			w.start("intake.taken:1")
		} else {
			w.role = "web"
			w.start("")
		}
		p := w.somebody()
		w.shop.Deliver(context.Background())
		if w.role == "web" {
			must(t, w.app.cmd.Process.Kill())
		}
		<-w.app.done
		if w.acks.count() == w.installed {
			t.Fatal("nothing was acknowledged")
		}
		w.role, w.armed = "", false
		w.start("")
		began := w.clock.base.Now()
		until(t, "the work is done", w.watch, func() bool { return w.worked() && w.holding(p).available >= 0 })
		took := w.clock.base.Now().Sub(began)
		t.Logf("taken up and done %s after the start", took.Round(time.Millisecond))
		if took > 5*time.Second {
			t.Errorf("the work was done only after %s", took)
		}
		w.has(p, holding{available: welcome})
		w.audit()
	})
}

// C16: random kills under load. Nothing that was acknowledged is lost, and in the
// end everybody has the right points.
//
// covers: C16
func TestNothingAcknowledgedIsLostByRandomKills(t *testing.T) {
	each(t, storetest.SQLiteURL, storetest.MariaDBURL, func(t *testing.T, database string) {
		seed := uint64(loyaltyNow())
		rng := mathrand.New(mathrand.NewPCG(seed, 16))
		w := newWorld(t, database)
		w.start("")
		w.install()
		people := w.gather(120)
		load := w.send(people.hooks, 16)
		kills, began := 0, w.clock.base.Now()
		for w.clock.base.Now().Sub(began) < 10*time.Second {
			pause(context.Background(), time.Duration(20+rng.IntN(230))*time.Millisecond)
			must(t, w.app.cmd.Process.Kill())
			<-w.app.done
			kills++
			w.clock.pass(t, time.Duration(rng.IntN(60))*time.Second)
			w.start("")
		}
		t.Logf("seed %d: %d kills, %d acknowledged of %d, %s", seed, kills, w.acks.count(), len(people.hooks), load)
		if kills < 3 {
			t.Errorf("only %d kills", kills)
		}
		load.wait()
		w.check(people)
		w.audit()
	})
}

// C17, E1: the database is killed under load and comes back. The app stays, says
// that it is not ready, acknowledges nothing that is not stored, and goes on by itself.
//
// covers: C17, E1
func TestADatabaseKilledUnderLoadLosesNothingAcknowledged(t *testing.T) {
	t.Parallel()
	server := startMariaDB(t)
	w := newWorld(t, server.database(t))
	w.start("")
	w.install()
	people := w.gather(80)
	load := w.send(people.hooks, 16)
	kills := 0
	for kills < 3 && !load.done() {
		seen := w.acks.count()
		until(t, "some more are acknowledged", func() {}, func() bool { return load.done() || w.acks.count() > seen+60 })
		server.kill(t)
		kills++
		until(t, "the app is not ready", func() {}, func() bool { return !answers(w.addr) })
		server.boot(t)
		until(t, "the app is ready again", func() {}, func() bool { return answers(w.addr) })
		if w.app.ended() {
			t.Fatalf("the app ended with the database:\n%s", w.app.said())
		}
	}
	t.Logf("%d kills of the database, %s", kills, load)
	if kills == 0 || load.answered(http.StatusServiceUnavailable) == 0 {
		t.Errorf("%d kills and %s: the kill was not felt", kills, load)
	}
	load.wait()
	w.check(people)
	w.audit()
}
