package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"gorm.io/gorm"

	"zugabe/app/crash"
)

// urgentWrite marks the context of a write that goes before others.
type urgentWrite struct{}

// Urgent returns a context whose writes go before others on SQLite, which has
// one writer: for short writes that somebody outside waits for while the
// workers keep it busy. On MySQL, where nobody queues, it changes nothing.
func Urgent(ctx context.Context) context.Context {
	return context.WithValue(ctx, urgentWrite{}, true)
}

const (
	maxBatch     = 64
	maxBatchWork = 1_000 // statements; keeps the first caller of a batch from waiting long
)

var (
	errBatchLost = errors.New("the transaction this write shared was rolled back")
	errLeft      = errors.New("fn panicked or ended its goroutine")
	errClosed    = fmt.Errorf("%w: the store is closed", ErrUnavailable)
)

// committer lets many callers share one fsync: it opens a transaction, gives
// the callers their turn one after the other, each inside a savepoint, and
// answers them all after one COMMIT. fn runs in its caller's goroutine, so
// that a panic ends up where it belongs.
type committer struct {
	conn  *sqliteConn
	root  *gorm.DB
	queue chan *turn
	// urgent turns go before those in queue: see Urgent.
	urgent chan *turn
	quit   chan struct{}
	idle   chan struct{}
	once   sync.Once
	// commits counts the fsyncs; the tests and the benchmark look at it.
	commits atomic.Int64
}

type turn struct {
	urgent   bool
	state    atomic.Int32
	granted  chan struct{} // the caller may run fn now
	finished chan error    // what fn said
	answer   chan error    // what became of it, after COMMIT
	work     int
}

const (
	turnQueued int32 = iota
	turnRunning
	turnWithdrawn
)

func startCommitter(conn *sqliteConn, root *gorm.DB) *committer {
	c := &committer{conn: conn, root: root, queue: make(chan *turn, 1024), urgent: make(chan *turn, 1024), quit: make(chan struct{}), idle: make(chan struct{})}
	go c.loop()
	return c
}

// write is one attempt of Store.Write.
func (c *committer) write(ctx context.Context, fn func(*Tx) error) error {
	t := &turn{urgent: ctx.Value(urgentWrite{}) != nil, granted: make(chan struct{}), finished: make(chan error, 1), answer: make(chan error, 1)}
	if err := c.waitForTurn(ctx, t); err != nil {
		return err
	}
	tx, err := c.runTurn(ctx, t, fn)
	if answer := <-t.answer; answer != nil {
		return answer
	}
	if err == nil {
		tx.committed()
	}
	return err
}

func (c *committer) waitForTurn(ctx context.Context, t *turn) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	queue := c.queue
	if t.urgent {
		queue = c.urgent
	}
	limit := time.NewTimer(poolWait)
	defer limit.Stop()
	select {
	case queue <- t:
	case <-ctx.Done():
		return ctx.Err()
	case <-limit.C:
		return fmt.Errorf("%w: the write queue stayed full for %s", ErrUnavailable, poolWait)
	case <-c.quit:
		return errClosed
	}
	select {
	case <-t.granted:
		return nil
	case err := <-t.answer: // BEGIN failed
		return err
	case <-ctx.Done():
		return c.withdraw(t, ctx.Err())
	case <-limit.C:
		return c.withdraw(t, fmt.Errorf("%w: no turn to write within %s", ErrUnavailable, poolWait))
	case <-c.idle:
		return c.withdraw(t, errClosed)
	}
}

// withdraw gives up the place in the queue, unless the turn just began.
func (c *committer) withdraw(t *turn, err error) error {
	if t.state.CompareAndSwap(turnQueued, turnWithdrawn) {
		return err
	}
	select {
	case <-t.granted:
		return nil
	case err := <-t.answer:
		return err
	}
}

func (c *committer) runTurn(ctx context.Context, t *turn, fn func(*Tx) error) (tx *Tx, err error) {
	returned := false
	defer func() {
		if !returned {
			t.finished <- errLeft
		}
	}()
	tx = newTx(context.WithValue(ctx, insideWrite{}, true), c.root, c.conn, nameSQLiteDuplicate)
	err = tx.verdict(fn(tx))
	returned = true
	t.work = tx.work
	t.finished <- err
	return tx, err
}

// loop prefers urgent turns, but after each batch of them one from the queue
// has its turn, so that nobody waits for ever.
func (c *committer) loop() {
	defer close(c.idle)
	for {
		select {
		case t := <-c.urgent:
			c.batch(t)
			if t := poll(c.queue); t != nil {
				c.batch(t)
			}
			continue
		case <-c.quit:
			return
		default:
		}
		select {
		case t := <-c.urgent:
			c.batch(t)
		case t := <-c.queue:
			c.batch(t)
		case <-c.quit:
			return
		}
	}
}

func poll(queue chan *turn) *turn {
	select {
	case t := <-queue:
		return t
	default:
		return nil
	}
}

// batch runs first and whoever queues up meanwhile. Everyone is answered only
// after COMMIT, also those whose fn failed: what they decided may rest on rows
// that an earlier fn of this batch wrote and that the COMMIT may still lose.
func (c *committer) batch(first *turn) {
	if !first.state.CompareAndSwap(turnQueued, turnRunning) {
		return
	}
	if err := c.conn.command("BEGIN IMMEDIATE"); err != nil {
		first.answer <- err
		return
	}
	var kept []*turn
	work := 0
	hurry := false
	for t := first; t != nil; t = c.next(hurry, len(kept), work) {
		err := c.grant(t)
		kept = append(kept, t)
		hurry = hurry || t.urgent
		work += t.work
		if err != nil {
			c.abandon(kept, err)
			return
		}
	}
	crash.Point("store.before_commit")
	if err := c.conn.command("COMMIT"); err != nil {
		_ = c.conn.command("ROLLBACK")
		answerAll(kept, &commitError{err})
		return
	}
	crash.Point("store.after_commit")
	c.commits.Add(1)
	answerAll(kept, nil)
}

// next is who joins the batch: urgent turns first, and nobody else once there
// was one, because it waits for the COMMIT.
func (c *committer) next(hurry bool, size, work int) *turn {
	for size < maxBatch && work < maxBatchWork {
		t := poll(c.urgent)
		if t == nil && !hurry {
			t = poll(c.queue)
		}
		if t == nil || t.state.CompareAndSwap(turnQueued, turnRunning) {
			return t
		}
	}
	return nil
}

// grant runs one fn in its savepoint. The error it returns says that the whole
// transaction is gone (SQLite rolls back by itself on a full disk).
func (c *committer) grant(t *turn) error {
	err := c.conn.command("SAVEPOINT turn")
	close(t.granted)
	said := <-t.finished
	if err != nil {
		return err
	}
	if said == nil {
		return c.conn.command("RELEASE turn")
	}
	if err := c.conn.command("ROLLBACK TO turn"); err != nil {
		return said
	}
	return c.conn.command("RELEASE turn")
}

// abandon answers a batch whose transaction is gone: the last one caused it
// and gets the reason, the others run again.
func (c *committer) abandon(kept []*turn, cause error) {
	_ = c.conn.command("ROLLBACK")
	last := len(kept) - 1
	answerAll(kept[:last], errBatchLost)
	if Classify(cause) == Other {
		cause = errors.Join(errBatchLost, cause)
	}
	kept[last].answer <- cause
}

func answerAll(turns []*turn, err error) {
	for _, t := range turns {
		t.answer <- err
	}
}

// stop lets the running batch finish. A fn that hangs must not hang the end of
// the process too.
func (c *committer) stop() error {
	c.once.Do(func() { close(c.quit) })
	limit := time.NewTimer(2 * poolWait)
	defer limit.Stop()
	select {
	case <-c.idle:
		return nil
	case <-limit.C:
		return fmt.Errorf("%w: a write did not end within %s", ErrUnavailable, 2*poolWait)
	}
}
