package webhooks

import (
	"context"
	"errors"
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
	stop    chan struct{}
	stopped sync.WaitGroup
	once    sync.Once
	inside  atomic.Int64 // requests that are in here and have no answer yet
	held    atomic.Int64 // bytes of their bodies
}

func newCommitter(deps Deps, m *metrics) *committer {
	c := &committer{deps: deps, metrics: m, queue: make(chan *waiting, maxWaiting), stop: make(chan struct{})}
	writers := 2
	if deps.Store.Dialect() == store.SQLite {
		writers = 1 // there is one write lock
	}
	for range writers {
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

func (c *committer) write() {
	for {
		select {
		case first := <-c.queue:
			c.commit(c.gather(first))
		case <-c.stop:
			for {
				select {
				case first := <-c.queue:
					c.commit(c.gather(first))
				default:
					return
				}
			}
		}
	}
}

// gather collects what arrives within a moment. It does not wait when every
// request in the house is in the batch already: then nobody is left to come.
func (c *committer) gather(first *waiting) []*waiting {
	batch, bytes := []*waiting{first}, first.row.PackedSize()
	var moment <-chan time.Time
	for len(batch) < maxBatchRows && bytes < maxBatchBytes {
		select {
		case w := <-c.queue:
			batch, bytes = append(batch, w), bytes+w.row.PackedSize()
			continue
		default:
		}
		if int64(len(batch)) >= c.inside.Load() {
			return batch
		}
		if moment == nil {
			timer := time.NewTimer(gatherFor)
			defer timer.Stop()
			moment = timer.C
		}
		select {
		case w := <-c.queue:
			batch, bytes = append(batch, w), bytes+w.row.PackedSize()
		case <-moment:
			return batch
		}
	}
	return batch
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
	var err error
	for range 3 {
		rows := make([]store.PackedDelivery, len(batch))
		for i, w := range batch {
			w.row.ID = c.deps.IDs.Next()
			rows[i] = w.row
		}
		added := 0
		crash.Point("webhook.read")
		err = c.deps.Store.Write(store.Urgent(ctx), func(tx *store.Tx) (err error) {
			added, err = tx.InsertDeliveries(rows)
			crash.Point("webhook.inserted")
			return err
		})
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
