package crash_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"zugabe/app/store/storetest"
)

// chapter is a part of the story with the points at which it is to die.
type chapter struct {
	name   string
	points []string // each at its first and its second hit; "name:1" only at the first
	few    []string // those that run on MariaDB too
	begin  func(w *world)
	play   func(w *world)
}

func (c chapter) cases(points []string) (all []string) {
	for _, p := range points {
		if strings.Contains(p, ":") {
			all = append(all, p)
			continue
		}
		all = append(all, p+":1", p+":2")
	}
	return all
}

var chapters = []chapter{installing, booking, redeeming, exchanging, sweeping, repricing, erasing, mailing, inviting, consenting, importing, mirroring}

// C1-C10, C12, C13: the process is killed at every point of every chapter, at the
// first and at the second time that it gets there. After a restart nothing is
// lost, nothing has happened twice, and the ledger verifies.
//
// covers: C1, C2, C3, C4, C5, C6, C7, C8, C9, C10, C12, C13, F14
func TestNothingIsLostOrDoneTwiceWhereverTheProcessIsKilled(t *testing.T) {
	for _, c := range chapters {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			t.Run("sqlite", func(t *testing.T) {
				t.Parallel()
				c.run(t, storetest.SQLiteURL, c.cases(c.points))
			})
			t.Run("mariadb", func(t *testing.T) {
				t.Parallel()
				c.run(t, storetest.MariaDBURL, c.cases(c.few))
			})
		})
	}
}

// run plays the chapter once for every case. With begin all cases share a shop,
// so that each finds what the crashes before it have left; without it every case
// has a shop of its own.
func (c chapter) run(t *testing.T, database func(testing.TB) string, cases []string) {
	var w *world
	if c.begin != nil {
		w = newWorld(t, database(t))
		w.start("")
		c.begin(w)
		w.audit()
	}
	for _, at := range cases {
		ok := t.Run(at, func(t *testing.T) {
			one := w
			if one == nil {
				one = newWorld(t, database(t))
			}
			one.t = t
			one.crashes = 0
			one.start(at)
			c.play(one)
			one.audit()
			if one.crashes != 1 {
				t.Fatalf("the process died %d times: the point was not reached", one.crashes)
			}
		})
		if !ok {
			return
		}
	}
}

var installing = chapter{
	name:   "install",
	points: []string{"install.exchanged:1", "install.known:1", "jobs.claimed:1", "jobs.ran:1", "store.before_commit", "store.after_commit"},
	few:    []string{"install.exchanged:1", "jobs.claimed:1", "store.after_commit:2"},
	play: func(w *world) {
		w.install()
		seen := map[string]int{}
		for _, topic := range w.shop.Subscriptions() {
			if seen[topic]++; seen[topic] > 1 {
				w.t.Errorf("subscribed twice: %s", topic)
			}
		}
		if n := w.number(`SELECT COUNT(*) FROM shops`); n != 1 {
			w.t.Errorf("%d shops", n)
		}
	},
}

const welcome = 50 // points of the default plan

// somebody is new in every case.
func (w *world) somebody() *person {
	w.persons++
	return w.meet(fmt.Sprintf("crash-%d@demo.example", w.persons))
}

var booking = chapter{
	name: "book",
	points: []string{"webhook.read", "webhook.inserted", "webhook.committed", "intake.leased", "intake.taken", "books.entries_written",
		"book.kept", "book.finished", "intake.booked", "store.before_commit", "store.after_commit", "publish.claimed:1", "publish.after_call:1"},
	few:   []string{"webhook.inserted:1", "webhook.committed:2", "intake.taken:1", "books.entries_written:1", "book.finished:2", "store.after_commit:2"},
	begin: (*world).install,
	play: func(w *world) {
		p := w.somebody()
		w.until("the customer is a member", w.settled)
		order, earns := w.buy(p, "BOOK", 3)
		w.has(p, holding{pending: earns, available: welcome})
		must(w.t, w.shop.Refund(order.ID, nil, false))
		w.has(p, holding{available: welcome})
	},
}

var redeeming = chapter{
	name: "redeem",
	points: []string{"redeem.held", "redeem.committed", "jobs.claimed", "code.before_call", "code.after_call", "code.activated", "jobs.ran",
		"books.entries_written", "publish.claimed", "publish.after_call", "disable.after_call:1", "store.before_commit", "store.after_commit"},
	few: []string{"redeem.held:1", "redeem.committed:1", "jobs.claimed:1", "code.before_call:1", "code.after_call:1", "code.after_call:2", "code.activated:1",
		"disable.after_call:1", "store.before_commit:2"},
	begin: func(w *world) {
		w.install()
		w.rich = w.somebody()
		_, earns := w.buy(w.rich, "ESP-1", 500)
		w.until("nothing waits", w.settled)
		w.clock.pass(w.t, 15*24*time.Hour)
		w.until("the points are available", func() bool { return w.holding(w.rich) == holding{available: welcome + earns} && w.settled() })
	},
	play: func(w *world) {
		p, before := w.rich, w.holding(w.rich)
		first := w.redeem(p, 100)
		w.redeem(p, 100)
		w.has(p, holding{available: before.available - 200})
		order, earns := w.buy(p, "ESP-1", 1, first.Code)
		w.has(p, holding{available: before.available - 200, pending: earns})
		must(w.t, w.shop.Cancel(order.ID))
		w.has(p, holding{available: before.available - 100})
		for _, d := range w.shop.Discounts() {
			if strings.EqualFold(d.Code, first.Code) && d.Status(w.clock.Now()) == "ACTIVE" && d.Uses < d.UsageLimit {
				w.t.Errorf("the code %s still works although its points are back", d.Code)
			}
		}
	},
}

var sweeping = chapter{
	name:   "sweep",
	points: []string{"sweep.swept", "sweep.committed", "books.entries_written"},
	few:    []string{"sweep.swept:1", "sweep.committed:2"},
	begin:  (*world).install,
	play: func(w *world) {
		p := w.somebody()
		w.until("the customer is a member", w.settled)
		_, earns := w.buy(p, "BOOK", 3)
		w.has(p, holding{pending: earns, available: welcome})
		w.clock.pass(w.t, 15*24*time.Hour)
		w.until("the points are available", func() bool { return w.holding(p) == holding{available: welcome + earns} })
		w.acks.check(w.t, w.raw)
		w.acks.forget()
		w.clock.pass(w.t, 26*31*24*time.Hour)
		w.until("the points have expired", func() bool { return w.holding(p) == holding{} })
		if n := w.number(`SELECT COUNT(*) FROM entries WHERE kind = 'expiry'`); n != 2*int64(w.persons) {
			w.t.Errorf("%d lots expired, want %d", n, 2*w.persons)
		}
		w.install() // the app's access ran out in two years of silence
	},
}

var erasing = chapter{
	name:   "erase",
	points: []string{"erase.noted:1", "erase.erased:1", "erase.forgotten:1", "intake.booked:1", "store.before_commit", "store.after_commit"},
	few:    []string{"erase.noted:1", "erase.erased:1", "erase.forgotten:1"},
	begin: func(w *world) {
		w.install()
		erase(w) // also when nothing goes wrong
	},
	play: erase,
}

func erase(w *world) {
	p := w.somebody()
	w.until("the customer is a member", w.settled)
	_, earns := w.buy(p, "BOOK", 1)
	w.has(p, holding{pending: earns, available: welcome})
	must(w.t, w.shop.Redact(p.id))
	w.erased = append(w.erased, p.email)
	w.step = 5 * time.Minute // the app looks for what waits once an hour
	defer func() { w.step = 10 * time.Second }()
	w.until("the person is erased", func() bool {
		return w.settled() && w.number(`SELECT COUNT(*) FROM members WHERE state = 'erased'`) == int64(w.persons) &&
			w.number(`SELECT COUNT(*) FROM privacy_requests WHERE state = 'open'`) == 0
	})
	if n := w.number(`SELECT COUNT(*) FROM members WHERE email <> '' AND state = 'erased'`); n != 0 {
		w.t.Errorf("%d erased members still have an address", n)
	}
}
