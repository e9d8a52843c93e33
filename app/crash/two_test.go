package crash_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"zugabe/app/store/storetest"
)

// creations counts how often the host makes each code.
type creations struct {
	next http.Handler
	mu   sync.Mutex
	seen map[string]creation
}

// creation is what became of one code: how often the host was asked for it and how
// often it made one.
type creation struct{ asked, made int }

var codeInCall = regexp.MustCompile(`"code"\s*:\s*"([^"]+)"`)

// ServeHTTP is http.Handler's.
func (c *creations) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !strings.HasSuffix(r.URL.Path, "/graphql.json") {
		c.next.ServeHTTP(w, r)
		return
	}
	body, err := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	m := codeInCall.FindSubmatch(body)
	if err != nil || m == nil || !bytes.Contains(body, []byte("discountCodeBasicCreate")) {
		c.next.ServeHTTP(w, r)
		return
	}
	answer := httptest.NewRecorder()
	c.next.ServeHTTP(answer, r)
	c.mu.Lock()
	seen := c.seen[string(m[1])]
	seen.asked++
	if bytes.Contains(answer.Body.Bytes(), []byte(`"codeDiscountNode":{`)) {
		seen.made++
	}
	c.seen[string(m[1])] = seen
	c.mu.Unlock()
	maps.Copy(w.Header(), answer.Header())
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes())
}

// counting puts the counter in front of the shop.
func (w *world) counting() *creations {
	c := &creations{next: w.shop.Handler(), seen: map[string]creation{}}
	server := httptest.NewServer(c)
	w.t.Cleanup(server.Close)
	w.host = server.URL
	return c
}

// E16, D15, D16: two processes work on one database, and one of them sleeps
// through its leases. No code is made twice, nothing is booked twice.
//
// covers: E16, D15, D16
func TestTwoProcessesShareTheWorkWithoutDoingItTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.MariaDBURL(t))
	calls := w.counting()
	w.start("")
	redeeming.begin(w)
	w.eager = false
	before := w.holding(w.rich)
	second := freePort(t)
	other := w.another(second, "")
	until(t, "the second process answers", func() {}, func() bool { return answers(second) })

	people := w.gather(80)
	for i := range people.hooks {
		if i%2 == 1 {
			people.hooks[i].url = strings.Replace(people.hooks[i].url, w.addr, second, 1)
		}
	}
	load := w.send(people.hooks, 16)
	const wishes = 12
	for i := range wishes {
		if i == wishes/2 {
			must(t, other.cmd.Process.Signal(syscall.SIGSTOP))
			w.hangUp()                     // of the other's connections too: both have to cope
			w.clock.pass(t, 5*time.Minute) // longer than every lease
		}
		if i == wishes*3/4 {
			must(t, other.cmd.Process.Signal(syscall.SIGCONT))
		}
		until(t, fmt.Sprintf("wish %d is taken", i), func() {}, func() bool {
			_, status := w.press(w.rich, 100, fmt.Sprintf("wish number %d", i))
			return status == http.StatusOK
		})
	}
	load.wait()
	w.eager = true
	w.check(people)
	w.has(w.rich, holding{available: before.available - wishes*100})
	calls.mu.Lock()
	defer calls.mu.Unlock()
	if len(calls.seen) != wishes {
		t.Errorf("%d codes were asked for, want %d", len(calls.seen), wishes)
	}
	late := 0
	for code, n := range calls.seen {
		if n.made != 1 {
			t.Errorf("the host has made %s %d times and was asked %d times", code, n.made, n.asked)
		}
		late += n.asked - 1
	}
	// Whoever was on the way to the host as the leases ended may ask once more what
	// the other one has just asked: the host refuses to make a code twice.
	if late > wishes/2 {
		t.Errorf("the host was asked %d times more often than there are codes", late)
	}
	if code := other.stop(t); code != 0 {
		t.Errorf("exit code %d of the second process:\n%s", code, other.said())
	}
	t.Log(load)
	w.audit()
}

// D16: a process falls asleep in the middle of its work, another one does the
// work when the lease has run out, and the first one wakes up and finds that its
// result is not wanted any more.
//
// covers: D16
func TestASleeperThatWakesUpIsTooLate(t *testing.T) {
	for _, at := range []string{"jobs.claimed:1", "code.before_call:1", "code.after_call:1", "intake.taken:1", "publish.claimed:1", "publish.after_call:1"} {
		t.Run(at, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, storetest.MariaDBURL(t))
			w.start("")
			redeeming.begin(w)
			before := w.holding(w.rich)
			w.app.stop(t)
			w.start(at + ":stop")
			p := w.somebody()
			var earns int64
			load := w.send(w.capture(func() { _, earns = w.buy(p, "BOOK", 2) }), 4)
			pressed := make(chan struct{})
			go func() {
				defer close(pressed)
				w.press(w.rich, 100, "the only wish of this test")
			}()
			until(t, "the first process sleeps", func() {}, func() bool { return asleep(w.app) })
			w.hangUp()

			second := freePort(t)
			other := w.another(second, "")
			until(t, "the second process answers", func() {}, func() bool { return answers(second) })
			before.available -= 100
			stored := w.number(`SELECT COUNT(*) FROM redemptions`) // the wish may not have been heard before the sleep
			w.clock.pass(t, 4*time.Minute)
			until(t, "the second process has done the work", func() { w.clock.pass(t, 2*time.Second) }, func() bool {
				return w.worked() && (stored == 0 || w.holding(w.rich) == before)
			})
			must(t, w.app.cmd.Process.Signal(syscall.SIGCONT))
			load.wait()
			<-pressed
			w.has(p, holding{pending: earns, available: welcome})
			w.until("the wish is fulfilled", func() bool {
				red, _ := w.press(w.rich, 100, "the only wish of this test")
				return red.State == "active"
			})
			w.has(w.rich, before)
			if n := w.number(`SELECT COUNT(*) FROM entries WHERE kind = 'burn'`); n != 1 {
				t.Errorf("%d burns", n)
			}
			if code := other.stop(t); code != 0 {
				t.Errorf("exit code %d of the second process:\n%s", code, other.said())
			}
			w.audit()
		})
	}
}

// A process is frozen inside a transaction and keeps its rows locked. The server
// hangs up on it after a while, another process goes on, and the sleeper finds its
// transaction gone and does nothing twice.
//
// covers: D16
func TestAProcessFrozenInATransactionHoldsUpOthersOnlyUntilTheServerHangsUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.MariaDBURL(t))
	w.appDB = w.db + "?wait_timeout=4"
	w.start("")
	w.install()
	p := w.somebody()
	w.until("the customer is a member", w.settled)
	w.app.stop(t)
	w.start("books.entries_written:1:stop")
	var earns int64
	load := w.send(w.capture(func() { _, earns = w.buy(p, "BOOK", 2) }), 4)
	until(t, "the first process is frozen", func() {}, func() bool { return asleep(w.app) })

	second := freePort(t)
	other := w.another(second, "")
	until(t, "the second process answers", func() {}, func() bool { return answers(second) })
	w.clock.pass(t, 4*time.Minute)
	until(t, "the second process has booked", func() { w.clock.pass(t, 2*time.Second) }, func() bool {
		return w.holding(p) == holding{pending: earns, available: welcome}
	})
	if !asleep(w.app) {
		t.Error("the first process woke up by itself")
	}
	must(t, w.app.cmd.Process.Signal(syscall.SIGCONT))
	load.wait()
	w.has(p, holding{pending: earns, available: welcome})
	if code := other.stop(t); code != 0 {
		t.Errorf("exit code %d of the second process:\n%s", code, other.said())
	}
	w.audit()
}

// asleep says whether the process is stopped.
func asleep(c *child) bool {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", c.cmd.Process.Pid))
	_, state, _ := strings.Cut(string(text), ") ")
	return err == nil && strings.HasPrefix(state, "T")
}

// hangUp ends the connections of a process that sleeps. Another of its workers may
// have been inside a transaction: it keeps its rows locked until the server, which
// waits much longer than a test can, hangs up.
func (w *world) hangUp() {
	w.t.Helper()
	rows, err := w.raw.Query(`SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()`)
	must(w.t, err)
	var ids []int64
	for rows.Next() {
		var id int64
		must(w.t, rows.Scan(&id))
		ids = append(ids, id)
	}
	must(w.t, errors.Join(rows.Err(), rows.Close()))
	for _, id := range ids {
		_, _ = w.raw.Exec(fmt.Sprint("KILL ", id)) // it may have gone by itself
	}
}
