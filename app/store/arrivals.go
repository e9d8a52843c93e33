package store

import (
	"context"
	"database/sql"
	"strings"
	"sync"

	"zugabe/app/crash"
)

// arrivalSizes are the numbers of rows for which the INSERT of new deliveries is
// kept prepared. A prepared one costs the server no parsing and us no escaping,
// together about a third; one for each number would fill the server's memory.
var arrivalSizes = []int{1, 2, 3, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30, 32, 36, 40, 44, 48, 52, 56, 60, 64, 80, 96, 128, 160, 200}

// arrivalWriters is how many batches of deliveries are written at a time on
// MySQL: one gathers while the other is being committed.
const arrivalWriters = 3

const (
	arrivalHead = `INSERT INTO deliveries (shop_id, id, lane, host, topic, delivery_key, dedupe, body, body_size, triggered_at, received_at,
		state, attempts, next_at, done_at, reason) VALUES `
	arrivalRow    = `(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, '')`
	arrivalValues = 11
)

// arrivals is the short way of new deliveries into MySQL. They have connections
// of their own, because bookings may hold all of the others for a while.
type arrivals struct {
	pool     *sql.DB
	mu       sync.Mutex
	prepared map[int]*sql.Stmt
}

// statement returns the INSERT of n rows, nil if it is not one of those kept.
func (a *arrivals) statement(ctx context.Context, n int) (*sql.Stmt, error) {
	if fitting(n) != n {
		return nil, nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if s := a.prepared[n]; s != nil {
		return s, nil
	}
	s, err := a.pool.PrepareContext(ctx, arrivalHead+arrivalRow+strings.Repeat(", "+arrivalRow, n-1))
	if err == nil {
		a.prepared[n] = s
	}
	return s, err
}

func (a *arrivals) close() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, s := range a.prepared {
		_ = s.Close() // fails where the server has hung up meanwhile, and nothing is left to free there
	}
	return a.pool.Close()
}

// insert stores rows in one statement, which is a transaction by itself: when it
// is answered, all of them are on disk, and after an error none are, unless the
// connection was lost. It says whether it did; if not, the caller takes the
// long way, which knows what to do about each error.
func (a *arrivals) insert(ctx context.Context, rows []PackedDelivery) bool {
	for i := range rows {
		if d := &rows[i].Delivery; d.State != DeliveryNew || d.Attempts != 0 || d.NextAt != 0 || d.DoneAt != 0 || d.Reason != "" {
			return false
		}
	}
	statement, err := a.statement(ctx, len(rows))
	if statement == nil || err != nil {
		return false
	}
	args := make([]any, 0, len(rows)*arrivalValues)
	for i := range rows {
		r := &rows[i]
		args = append(args, int64(r.Shop), int64(r.ID), r.Lane, r.Host, r.Topic, r.Key, r.dedupe[:], r.packed, r.BodySize, r.TriggeredAt, r.ReceivedAt)
	}
	showStatement(ctx, arrivalHead, nil)
	crash.Point("store.before_commit")
	if _, err := statement.ExecContext(ctx, args...); err != nil {
		return false
	}
	crash.Point("webhook.inserted")
	crash.Point("store.after_commit")
	return true
}

// fitting is the greatest number of rows up to n that go the short way.
func fitting(n int) int {
	best := 0
	for _, size := range arrivalSizes {
		if size <= n {
			best = size
		}
	}
	return best
}

// FittingDeliveries is how many of n waiting deliveries StoreDeliveries should be
// given at once: a few more than this cost more than they do in the next batch.
func (s *Store) FittingDeliveries(n int) int {
	if s.Dialect() == SQLite {
		return n
	}
	return fitting(n)
}

// ArrivalWriters is how many calls of StoreDeliveries at a time are of use.
func (s *Store) ArrivalWriters() int {
	if s.Dialect() == SQLite {
		return 1 // there is one write lock
	}
	return arrivalWriters
}

// StoreDeliveries stores new deliveries durably in a transaction of their own and
// leaves out those that are stored already or occur twice in rows. It returns how
// many are new. After an error all or none of them may be stored, and the same
// call again stores them once.
func (s *Store) StoreDeliveries(ctx context.Context, rows []PackedDelivery) (added int, err error) {
	rows = firstOfEach(rows)
	tried := false
	if e, ok := s.engine.(*mysqlEngine); ok && s.broken.Load() == nil && ctx.Value(insideWrite{}) == nil {
		if e.arrivals.insert(ctx, rows) {
			return len(rows), nil
		}
		tried = true
	}
	err = s.Write(Urgent(ctx), func(tx *Tx) (err error) {
		added, err = tx.insertNew(rows, tried)
		crash.Point("webhook.inserted")
		return err
	})
	return added, err
}
