package crash_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// webhook is one delivery that the shop wanted to send, taken from its hands to be
// sent by many at once.
type webhook struct {
	url    string
	header http.Header
	body   []byte
}

// capture takes what the shop sends instead of sending it.
func (w *world) capture(act func()) []webhook {
	w.t.Helper()
	w.acks.mu.Lock()
	w.acks.taking = true
	w.acks.mu.Unlock()
	act()
	w.shop.Deliver(context.Background())
	w.acks.mu.Lock()
	defer w.acks.mu.Unlock()
	w.acks.taking = false
	list := w.acks.taken
	w.acks.taken = nil
	return list
}

// crowd are new customers with orders, and what the books must say of them in the end.
type crowd struct {
	people []*person
	earned map[*person]int64
	hooks  []webhook
}

// gather makes n customers who each buy twice and return one of the orders.
func (w *world) gather(n int) *crowd {
	w.t.Helper()
	c := &crowd{earned: map[*person]int64{}}
	c.hooks = w.capture(func() {
		for range n {
			p := w.somebody()
			_, earns := w.buy(p, "BOOK", 2)
			back, _ := w.buy(p, "MILL", 1)
			must(w.t, w.shop.Refund(back.ID, nil, true))
			c.people = append(c.people, p)
			c.earned[p] = earns
		}
	})
	return c
}

// check compares everybody's points.
func (w *world) check(c *crowd) {
	w.t.Helper()
	w.until("nothing waits", w.settled)
	for _, p := range c.people {
		if got, want := w.holding(p), (holding{pending: c.earned[p], available: welcome}); got != want {
			w.t.Fatalf("%s: %s, want %s\n%s", p.email, got, want, w.inbox())
		}
	}
}

// load sends webhooks from many connections, each again and again until it is
// answered with 2xx, as a host does.
type load struct {
	w      *world
	queue  chan webhook
	left   atomic.Int64
	broken atomic.Int64 // requests without an answer
	late   atomic.Int64 // answers later than a host waits
	refuse sync.Map     // status → *atomic.Int64
	all    sync.WaitGroup
	stop   context.CancelFunc
}

// A host hangs up after five seconds. What this machine needs on top is not the app's doing.
const hostWaits = 5 * time.Second

// send starts so many senders. wait ends them when all is acknowledged.
func (w *world) send(hooks []webhook, senders int) *load {
	ctx, stop := context.WithCancel(context.Background())
	l := &load{w: w, queue: make(chan webhook, len(hooks)), stop: stop}
	l.left.Store(int64(len(hooks)))
	for _, h := range hooks {
		l.queue <- h
	}
	client := &http.Client{Timeout: 4 * hostWaits, Transport: &http.Transport{MaxIdleConnsPerHost: senders}}
	for range senders {
		l.all.Go(func() { l.sender(ctx, client) })
	}
	w.t.Cleanup(func() { stop(); l.all.Wait(); client.CloseIdleConnections() })
	return l
}

func (l *load) sender(ctx context.Context, client *http.Client) {
	for {
		select {
		case <-ctx.Done():
			return
		case h := <-l.queue:
			if l.post(ctx, client, h) {
				l.left.Add(-1)
				continue
			}
			l.queue <- h
			pause(ctx, 20*time.Millisecond)
		}
	}
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

func (l *load) post(ctx context.Context, client *http.Client, h webhook) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.url, bytes.NewReader(h.body))
	if err != nil {
		return false
	}
	req.Header = h.header.Clone()
	began := l.w.clock.base.Now()
	res, err := client.Do(req)
	if err != nil {
		l.broken.Add(1)
		return false
	}
	_, _ = io.Copy(io.Discard, res.Body)
	_ = res.Body.Close()
	if l.w.clock.base.Now().Sub(began) > hostWaits {
		l.late.Add(1)
	}
	if res.StatusCode/100 != 2 {
		n, _ := l.refuse.LoadOrStore(res.StatusCode, &atomic.Int64{})
		n.(*atomic.Int64).Add(1)
		return false
	}
	l.w.acks.note(h.header.Get("X-Shopify-Webhook-Id"), sha256.Sum256(h.body))
	return true
}

// answered says how often a status came.
func (l *load) answered(status int) int64 {
	n, ok := l.refuse.Load(status)
	if !ok {
		return 0
	}
	return n.(*atomic.Int64).Load()
}

func (l *load) done() bool { return l.left.Load() == 0 }

// wait lets the senders finish.
func (l *load) wait() {
	l.w.t.Helper()
	until(l.w.t, "every webhook is acknowledged", l.w.watch, l.done)
}

// String is for the log of a test.
func (l *load) String() string {
	text := fmt.Sprintf("%d open, %d without an answer, %d late", l.left.Load(), l.broken.Load(), l.late.Load())
	l.refuse.Range(func(status, n any) bool {
		text += fmt.Sprintf(", %d × %d", n.(*atomic.Int64).Load(), status)
		return true
	})
	return text
}

// each runs fn on both databases, side by side.
func each(t *testing.T, sqlite, mariadb func(testing.TB) string, fn func(t *testing.T, database string)) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) { t.Parallel(); fn(t, sqlite(t)) })
	t.Run("mariadb", func(t *testing.T) { t.Parallel(); fn(t, mariadb(t)) })
}
