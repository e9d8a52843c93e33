package crash_test

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"

	"zugabe/app/store/storetest"
)

// wire is a network between two parties that can be spoilt.
type wire struct {
	*toxiproxy.Proxy
	t testing.TB
}

func newWire(t testing.TB, upstream string) *wire {
	t.Helper()
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(prometheus.NewRegistry()), zerolog.Nop())
	w := &wire{toxiproxy.NewProxy(server, "wire", freePort(t), upstream), t}
	must(t, w.Start())
	t.Cleanup(w.Stop)
	return w
}

// spoil adds a toxic to what the upstream answers.
func (w *wire) spoil(kind, attributes string) {
	w.t.Helper()
	_, err := w.Toxics.AddToxicJson(strings.NewReader(`{"name": "toxic", "type": "` + kind + `", "stream": "downstream", "toxicity": 1, "attributes": ` + attributes + `}`))
	must(w.t, err)
}

func (w *wire) heal() { must(w.t, w.Toxics.RemoveToxic(context.Background(), "toxic")) }

// behindWire lets the child reach MariaDB only through a wire.
func behindWire(t testing.TB) (*world, *wire) {
	t.Helper()
	w := newWorld(t, storetest.MariaDBURL(t))
	u, err := url.Parse(w.db)
	must(t, err)
	line := newWire(t, u.Host)
	u.Host = line.Listen
	u.RawQuery = "readTimeout=2s&writeTimeout=2s"
	w.appDB = u.String()
	return w, line
}

// E5, C17: the answer to COMMIT is lost, in half of the cases after the COMMIT
// was done. The same delivery comes again and has one effect.
//
// covers: E5, A29
func TestALostReplyOfTheDatabaseHasOneEffect(t *testing.T) {
	for kind, attributes := range map[string]string{"timeout": `{"timeout": 150}`, "reset_peer": `{"timeout": 0}`, "limit_data": `{"bytes": 900}`} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			w, line := behindWire(t)
			w.level = "debug"
			w.start("")
			w.install()
			people := w.gather(40)
			load := w.send(people.hooks, 8)
			for rounds := 0; rounds < 6 && !load.done(); rounds++ {
				seen := w.acks.count()
				until(t, "some more are acknowledged", func() {}, func() bool { return load.done() || w.acks.count() > seen+25 })
				line.spoil(kind, attributes)
				pause(context.Background(), 250*time.Millisecond)
				line.heal()
			}
			load.wait()
			w.check(people)
			w.audit()
			text, err := os.ReadFile(w.app.log)
			must(t, err)
			again, unknown := strings.Count(string(text), "transaction runs again"), strings.Count(string(text), `"class":"unknown-outcome"`)
			t.Logf("%s; %d transactions ran again, of %d the COMMIT was in doubt", load, again, unknown)
			if again == 0 {
				t.Error("the database's network was never felt")
			}
		})
	}
}

// E1: the database is away for a while. The app stays, says so, takes nothing
// that it cannot store, and goes on without a restart.
//
// covers: E1, A29
func TestTheAppOutlastsADatabaseThatIsAway(t *testing.T) {
	t.Parallel()
	w, line := behindWire(t)
	w.start("")
	w.install()
	people := w.gather(20)
	line.Stop()
	until(t, "the app says that it is not ready", func() {}, func() bool { return w.ask(http.MethodGet, "/readyz", "") == http.StatusServiceUnavailable })
	load := w.send(people.hooks, 8)
	until(t, "every sender was turned away", func() {}, func() bool { return load.answered(http.StatusServiceUnavailable) > 16 })
	if n := w.acks.count() - w.installed; n > 0 {
		t.Errorf("%d webhooks were acknowledged without a database", n)
	}
	if w.ask(http.MethodGet, "/healthz", "") != http.StatusOK || w.app.ended() {
		t.Error("the process is not alive")
	}
	must(t, line.Start())
	until(t, "the app is ready again", w.watch, func() bool { return answers(w.addr) })
	load.wait()
	t.Log(load)
	w.check(people)
	w.audit()
}

// A29: a database that answers after six seconds is too slow for a host that
// waits five: it is told to come again, and never 2xx without a row.
//
// covers: A29
func TestASlowDatabaseIsAnsweredForInTime(t *testing.T) {
	t.Parallel()
	w, line := behindWire(t)
	w.start("")
	w.install()
	people := w.gather(6)
	line.spoil("latency", `{"latency": 6000}`)
	load := w.send(people.hooks, 4)
	until(t, "senders were turned away", func() {}, func() bool { return load.answered(http.StatusServiceUnavailable) >= 4 })
	line.heal()
	load.wait()
	t.Log(load)
	if n := load.late.Load(); n > 0 {
		t.Errorf("%d answers came too late for the host", n)
	}
	w.check(people)
	w.audit()
}

// D1, D2: the host makes the code and its answer never arrives, or only in part.
// There is one code at the host, and the points are burned once.
//
// covers: D1, D2
func TestALostReplyOfTheHostLeavesOneCode(t *testing.T) {
	for name, c := range map[string]struct{ kind, attributes string }{
		"never":     {"timeout", `{"timeout": 300}`},
		"reset":     {"reset_peer", `{"timeout": 0}`},
		"truncated": {"limit_data", `{"bytes": 120}`},
		"nothing":   {"limit_data", `{"bytes": 0}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, storetest.SQLiteURL(t))
			line := newWire(t, strings.TrimPrefix(w.front, "http://"))
			w.host = "http://" + line.Listen
			w.start("")
			redeeming.begin(w)
			before := w.holding(w.rich)
			line.spoil(c.kind, c.attributes)
			red, status := w.press(w.rich, 100, "the only wish of this test")
			if status != http.StatusOK {
				t.Fatalf("status %d: %s", status, red.Detail)
			}
			until(t, "the host has made the code", w.watch, func() bool { return len(w.shop.Discounts()) == 1 })
			line.heal()
			w.until("the code works", func() bool {
				red, status = w.press(w.rich, 100, "the only wish of this test")
				return status == http.StatusOK && red.State == "active"
			})
			w.has(w.rich, holding{available: before.available - 100})
			if n := w.number(`SELECT COUNT(*) FROM entries WHERE kind = 'burn'`); n != 1 {
				t.Errorf("%d burns", n)
			}
			w.audit()
		})
	}
}
