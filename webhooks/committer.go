package webhooks

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"zugabe/app/crash"
	"zugabe/app/store"
)

// The group committer turns the requests of a few milliseconds into one
// multi-row INSERT: about three times as many deliveries per second as one
// INSERT each, with every request still waiting for its own COMMIT.
const (
	maxBatchRows  = 200
	maxBatchBytes = 3 << 20
	gatherFor     = 2 * time.Millisecond
	maxWaiting    = 4096     // requests in the queue
	maxHeldBytes  = 96 << 20 // bodies in the queue
)

type waiting struct {
	row  store.PackedDelivery
	done chan error
}

type committer struct {
	deps    Deps
	metrics *metrics
	queue   chan *waiting
	alone   chan struct{} // full while a batch is being committed
	writers int
	stop    chan struct{}
	stopped sync.WaitGroup
	once    sync.Once
	inside  atomic.Int64 // requests that are in here and have no answer yet
	held    atomic.Int64 // bytes of their bodies
}

func newCommitter(deps Deps, m *metrics) *committer {
	c := &committer{deps: deps, metrics: m, queue: make(chan *waiting, maxWaiting), alone: make(chan struct{}, 1),
		writers: deps.Store.ArrivalWriters(), stop: make(chan struct{})}
	for range c.writers {
		c.stopped.Go(c.write)
	}
	return c
}

// store returns when the row is committed, or with 503 when it is not known to
// be within the time a host waits. A row that is committed later is dropped as
// a repeat when the host sends it again.
func (c *committer) store(d store.Delivery) result {
	size := int64(len(d.Body))
	if c.held.Add(size) > maxHeldBytes {
		c.held.Add(-size)
		return overloaded
	}
	defer c.held.Add(-size)
	c.inside.Add(1)
	defer c.inside.Add(-1)
	w := &waiting{row: store.PackDelivery(d), done: make(chan error, 1)}
	select {
	case c.queue <- w:
	default:
		return overloaded
	}
	patience := time.NewTimer(c.deps.Answer)
	defer patience.Stop()
	select {
	case err := <-w.done:
		if err != nil {
			return notStored
		}
		return stored
	case <-patience.C:
		return notStored
	case <-c.stop:
		return c.lastAnswer(w)
	}
}

// lastAnswer waits for a row that was queued when the door closed.
func (c *committer) lastAnswer(w *waiting) result {
	patience := time.NewTimer(c.deps.Answer)
	defer patience.Stop()
	select {
	case err := <-w.done:
		if err == nil {
			return stored
		}
	case <-patience.C:
	}
	return notStored
}

// write is one writer. What does not fit into a batch leads the next one.
func (c *committer) write() {
	var rest []*waiting
	for {
		if rest = c.first(rest); len(rest) == 0 {
			return
		}
		batch, turn := c.gather(rest)
		fit := c.deps.Store.FittingDeliveries(len(batch))
		c.commit(batch[:fit])
		if turn {
			<-c.alone
		}
		rest = batch[fit:]
	}
}

// first waits until there is something to write; nothing says that the door is
// closed and the queue is empty.
func (c *committer) first(rest []*waiting) []*waiting {
	if len(rest) > 0 {
		return rest
	}
	select {
	case w := <-c.queue:
		return []*waiting{w}
	case <-c.stop:
	}
	select {
	case w := <-c.queue:
		return []*waiting{w}
	default:
		return nil
	}
}

// gather collects what arrives while another batch is being committed: that
// costs nobody time, and the next commit carries the more. Only when that one
// takes long does this one go beside it. turn says that it went alone. Where one
// writer does all of it, it waits a moment for those who are in the house: it
// has no second one that would take them along soon.
func (c *committer) gather(rest []*waiting) (batch []*waiting, turn bool) {
	batch, bytes := slices.Clone(rest), 0
	for _, w := range batch {
		bytes += w.row.PackedSize()
	}
	timer := time.NewTimer(gatherFor)
	defer timer.Stop()
	late := false
	for len(batch) < maxBatchRows && bytes < maxBatchBytes {
		select {
		case w := <-c.queue:
			batch, bytes = append(batch, w), bytes+w.row.PackedSize()
			continue
		default:
		}
		if late || turn && (c.writers > 1 || int64(len(batch)) >= c.inside.Load()) {
			return batch, turn
		}
		alone := c.alone
		if turn {
			alone = nil
		}
		select {
		case w := <-c.queue:
			batch, bytes = append(batch, w), bytes+w.row.PackedSize()
		case alone <- struct{}{}:
			turn = true
		case <-timer.C:
			late = true
		}
	}
	return batch, turn
}

func (c *committer) commit(batch []*waiting) {
	ctx, cancel := context.WithTimeout(context.Background(), c.deps.Answer)
	defer cancel()
	c.metrics.batch.Observe(float64(len(batch)))
	if c.commitPart(ctx, batch) {
		c.deps.Wake("deliveries")
	}
}

// commitPart writes a batch; on an error of the data itself it goes on with the
// halves, so that one row that the database refuses takes no other with it.
func (c *committer) commitPart(ctx context.Context, batch []*waiting) (any bool) {
	err := c.insert(ctx, batch)
	if err == nil {
		for _, w := range batch {
			w.done <- nil
		}
		return true
	}
	if len(batch) > 1 && ctx.Err() == nil && !outage(err) {
		half := len(batch) / 2
		left, right := c.commitPart(ctx, batch[:half]), c.commitPart(ctx, batch[half:])
		return left || right
	}
	c.deps.Log.Error("deliveries could not be stored", "rows", len(batch), "error", err)
	c.metrics.failed.Add(float64(len(batch)))
	for _, w := range batch {
		w.done <- err
	}
	return false
}

func outage(err error) bool {
	for _, known := range []error{store.ErrUnavailable, store.ErrDiskFull, store.ErrReadOnly, store.ErrDamaged, store.ErrUnknownOutcome} {
		if errors.Is(err, known) {
			return true
		}
	}
	return false
}

func (c *committer) insert(ctx context.Context, batch []*waiting) error {
	var added int
	var err error
	for range 3 {
		rows := make([]store.PackedDelivery, len(batch))
		for i, w := range batch {
			w.row.ID = c.deps.IDs.Next()
			rows[i] = w.row
		}
		crash.Point("webhook.read")
		added, err = c.deps.Store.StoreDeliveries(ctx, rows)
		if err == nil {
			crash.Point("webhook.committed")
			c.metrics.repeats.Add(float64(len(rows) - added))
			return nil
		}
		// Two processes drew the same id: draw again.
		if !store.IsDuplicate(err, "deliveries.PRIMARY") {
			return err
		}
	}
	return err
}

func (c *committer) close(ctx context.Context) error {
	c.once.Do(func() { close(c.stop) })
	done := make(chan struct{})
	go func() { c.stopped.Wait(); close(done) }()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
