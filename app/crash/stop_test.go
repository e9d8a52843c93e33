package crash_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"zugabe/app/store/storetest"
)

// inFlight is how many requests are under way when a process is stopped.
const inFlight = 200

// entrance is one process as a load balancer sees it.
type entrance struct {
	addr   string
	open   atomic.Bool // it says that it is ready
	warned atomic.Bool // it has said that it is not, and was there to say so
}

// traffic sends the same webhooks over and over to processes that say they are
// ready. It tells a request that was never accepted, which goes elsewhere, from one
// that was accepted and then cut, which nothing may do.
type traffic struct {
	w         *world
	hooks     []webhook
	entrances []*entrance
	turn      atomic.Int64

	taken   atomic.Int64 // answered with 2xx
	refused atomic.Int64 // the connection was not taken
	sudden  atomic.Int64 // of those: the process had not said before that it stops
	cut     atomic.Int64 // the connection was taken and no answer came
	failed  atomic.Int64 // answered with 5xx
	late    atomic.Int64 // answered later than a host waits
	flying  atomic.Int64

	ending  chan struct{}
	all     sync.WaitGroup
	mu      sync.Mutex
	reasons map[string]int
}

// flow begins to send. end stops it.
func (w *world) flow(hooks []webhook, addrs ...string) *traffic {
	f := &traffic{w: w, hooks: hooks, ending: make(chan struct{}), reasons: map[string]int{}}
	for _, addr := range addrs {
		f.entrances = append(f.entrances, &entrance{addr: addr})
	}
	for _, e := range f.entrances {
		f.all.Go(func() { f.watch(e) })
	}
	for i := range inFlight {
		f.all.Go(func() { f.sender(i) })
	}
	w.t.Cleanup(f.end)
	return f
}

func (f *traffic) over() bool {
	select {
	case <-f.ending:
		return true
	default:
		return false
	}
}

// end lets the requests under way come home.
func (f *traffic) end() {
	if !f.over() {
		close(f.ending)
	}
	f.all.Wait()
}

// watch asks a process whether it is ready, on a new connection each time.
func (f *traffic) watch(e *entrance) {
	client := &http.Client{Timeout: hostWaits, Transport: &http.Transport{DisableKeepAlives: true}}
	for !f.over() {
		res, err := client.Get("http://" + e.addr + "/readyz")
		e.open.Store(err == nil && res.StatusCode == http.StatusOK)
		if err == nil {
			_ = res.Body.Close()
			if res.StatusCode == http.StatusServiceUnavailable {
				e.warned.Store(true)
			}
		}
		pause(context.Background(), 50*time.Millisecond)
	}
}

// sender has a connection of its own: every other one keeps it open.
func (f *traffic) sender(i int) {
	client := &http.Client{Timeout: 4 * hostWaits, Transport: &http.Transport{DisableKeepAlives: i%2 == 0, MaxIdleConnsPerHost: 1}}
	defer client.CloseIdleConnections()
	for !f.over() {
		turn := int(f.turn.Add(1))
		e := f.entrances[turn%len(f.entrances)]
		if !e.open.Load() {
			pause(context.Background(), time.Millisecond)
			continue
		}
		f.post(client, e, f.hooks[turn%len(f.hooks)])
	}
}

func (f *traffic) post(client *http.Client, e *entrance, h webhook) {
	f.flying.Add(1)
	defer f.flying.Add(-1)
	req, err := http.NewRequest(http.MethodPost, strings.Replace(h.url, f.w.addr, e.addr, 1), bytes.NewReader(h.body))
	if err != nil {
		f.note(&f.cut, err.Error())
		return
	}
	req.Header = h.header.Clone()
	began := f.w.clock.base.Now()
	res, err := client.Do(req)
	if err != nil {
		var dial *net.OpError
		if errors.As(err, &dial) && dial.Op == "dial" {
			f.refused.Add(1)
			if !e.warned.Load() {
				f.sudden.Add(1)
			}
			pause(context.Background(), 5*time.Millisecond)
			return
		}
		f.note(&f.cut, reason(err))
		return
	}
	_, err = io.Copy(io.Discard, res.Body)
	_ = res.Body.Close()
	switch {
	case err != nil:
		f.note(&f.cut, reason(err))
	case res.StatusCode >= 500:
		f.note(&f.failed, res.Status)
	case res.StatusCode/100 == 2:
		f.w.acks.note(h.header.Get("X-Shopify-Webhook-Id"), sha256.Sum256(h.body))
		f.taken.Add(1)
	default:
		f.note(&f.failed, res.Status)
	}
	if f.w.clock.base.Now().Sub(began) > hostWaits {
		f.late.Add(1)
	}
}

func (f *traffic) note(n *atomic.Int64, why string) {
	n.Add(1)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.reasons[why]++
}

// reason is an error without the ports, which are others each time.
func reason(err error) string {
	text := err.Error()
	return text[strings.LastIndex(text, ": ")+1:]
}

// String is for the log of a test.
func (f *traffic) String() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return fmt.Sprintf("%d taken, %d refused (%d without a word), %d cut, %d failed, %d late %v",
		f.taken.Load(), f.refused.Load(), f.sudden.Load(), f.cut.Load(), f.failed.Load(), f.late.Load(), f.reasons)
}

// flows waits until many requests are under way to a process that has not said that it stops.
func (f *traffic) flows(e *entrance) {
	f.w.t.Helper()
	seen := f.taken.Load()
	until(f.w.t, "the traffic flows", func() {}, func() bool { return e.open.Load() && f.taken.Load() > seen+inFlight && f.flying.Load() > inFlight/2 })
	e.warned.Store(false)
}

// stop ends a process in the middle of the traffic and returns its exit code and
// how long it took.
func (f *traffic) stop(c *child, e *entrance) (code int, took time.Duration) {
	t := f.w.t
	t.Helper()
	f.flows(e)
	flying, before := f.flying.Load(), f.taken.Load()
	began := f.w.clock.base.Now()
	code = c.stop(t)
	took = f.w.clock.base.Now().Sub(began)
	t.Logf("%d under way, stopped within %s, %d taken meanwhile; %s", flying, took.Round(time.Millisecond), f.taken.Load()-before, f)
	return code, took
}

// unharmed says that nobody noticed the stops.
func (f *traffic) unharmed() {
	f.w.t.Helper()
	if f.cut.Load() > 0 || f.failed.Load() > 0 || f.sudden.Load() > 0 {
		f.w.t.Errorf("requests were cut, failed or refused without a word: %s", f)
	}
}

// inTime is what a stop may take with requests under way: the ten seconds that
// those get (one that is still there then is cut, and the test sees it), and a
// few to finish work in hand and leave the database, on a machine that is busy
// with other tests.
const inTime = 15 * time.Second

func (w *world) gently(f *traffic, c *child, e *entrance) {
	w.t.Helper()
	code, took := f.stop(c, e)
	if code != 0 {
		w.t.Fatalf("exit code %d:\n%s", code, c.said())
	}
	if took > inTime {
		w.t.Errorf("the stop took %s", took)
	}
}

// slowly makes the database so slow that requests stay under way for a while.
func slowly(t testing.TB, notice string) *world {
	w, line := behindWire(t)
	w.notice = notice
	w.start("")
	w.install()
	line.spoil("latency", `{"latency": 40}`)
	return w
}

// C15: a process is stopped with 200 requests under way. It says so first, answers
// all that it has accepted, and is gone in time.
//
// covers: C15
func TestAStopUnderLoadAnswersEverythingItAccepted(t *testing.T) {
	each(t, storetest.SQLiteURL, storetest.MariaDBURL, func(t *testing.T, database string) {
		w := newWorld(t, database)
		w.notice = "3s"
		w.start("")
		w.install()
		people := w.gather(60)
		f := w.flow(people.hooks, w.addr)
		w.gently(f, w.app, f.entrances[0])
		f.end()
		f.unharmed()
		w.start("")
		w.send(people.hooks, 16).wait() // as hosts do with what was not taken
		w.check(people)
		w.audit()
	})
}

// C15: two processes are restarted one after the other under load. Nobody who
// asks where a process says that it is ready notices anything.
//
// covers: C15
func TestARollingRestartUnderLoadIsNotNoticed(t *testing.T) {
	t.Parallel()
	w := slowly(t, "3s")
	second := freePort(t)
	other := w.another(second, "")
	until(t, "the second process answers", func() {}, func() bool { return answers(second) })
	people := w.gather(60)
	f := w.flow(people.hooks, w.addr, second)
	w.gently(f, w.app, f.entrances[0])
	w.start("")
	w.gently(f, other, f.entrances[1])
	other = w.another(second, "")
	until(t, "both are there again", func() {}, func() bool { return f.entrances[0].open.Load() && f.entrances[1].open.Load() })
	w.gently(f, w.app, f.entrances[0])
	f.end()
	f.unharmed()
	w.start("")
	w.send(people.hooks, 16).wait()
	w.check(people)
	if code := other.stop(t); code != 0 {
		t.Errorf("exit code %d of the second process:\n%s", code, other.said())
	}
	w.audit()
}

// A process that ends at once instead of stopping cuts what it has accepted: the tests
// above can fail.
func TestAStopThatWaitsForNobodyCutsRequests(t *testing.T) {
	t.Parallel()
	w := slowly(t, "0s")
	w.app.stop(t)
	hooks := w.gather(60).hooks
	var seen []string
	for range 6 { // by chance nothing may be under way in that instant
		w.start("")
		f := w.flow(hooks, w.addr)
		f.flows(f.entrances[0])
		must(t, w.app.cmd.Process.Kill())
		<-w.app.done
		until(t, "it is seen to be gone", func() {}, func() bool { return !f.entrances[0].open.Load() })
		f.end()
		if f.cut.Load()+f.failed.Load() > 0 && f.sudden.Load() > 0 {
			return
		}
		seen = append(seen, f.String())
	}
	t.Errorf("the naive stop was not noticed: %s; the tests of this file no longer show anything", seen)
}
