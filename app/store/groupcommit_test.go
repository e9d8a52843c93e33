package store_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"zugabe/app/store"
	"zugabe/app/store/storetest"
)

// together queues fns behind a first write, so that they share its COMMIT.
func together(t *testing.T, s *store.Store, fns ...func() error) []error {
	t.Helper()
	started, gate := make(chan struct{}), make(chan struct{})
	release := sync.OnceFunc(func() { close(gate) })
	defer release()
	var first sync.Once
	var wg sync.WaitGroup
	wg.Go(func() {
		_ = s.Write(context.Background(), func(tx *store.Tx) error {
			first.Do(func() { close(started) })
			<-gate
			return addLine(tx, 1000, "first")
		})
	})
	<-started
	errs := make([]error, len(fns))
	for i, fn := range fns {
		wg.Go(func() { errs[i] = fn() })
		storetest.Eventually(t, "the write is queued", func() bool { return store.Queued(s) > i })
	}
	release()
	wg.Wait()
	return errs
}

func line(ctx context.Context, s *store.Store, id int, source string, then error) func() error {
	return func() error {
		return s.Write(ctx, func(tx *store.Tx) error {
			if err := addLine(tx, id, source); err != nil {
				return err
			}
			return then
		})
	}
}

func TestOneFailingWriteDoesNotUndoTheOthersOfItsCommit(t *testing.T) {
	s := scratchSQLite(t)
	refused := errors.New("refused")
	before := store.Commits(s)
	errs := together(t, s,
		line(t.Context(), s, 1, "a", nil), line(t.Context(), s, 2, "b", refused),
		line(t.Context(), s, 3, "a", nil), line(t.Context(), s, 4, "d", nil))
	if errs[0] != nil || !errors.Is(errs[1], refused) || !store.IsDuplicate(errs[2], "bookings.bookings_source") || errs[3] != nil {
		t.Errorf("%v", errs)
	}
	if n := number(t, s, countLines); n != 3 {
		t.Errorf("%d lines, want first, a and d", n)
	}
	if n := store.Commits(s) - before; n != 1 {
		t.Errorf("%d commits for five writes", n)
	}
}

func TestACancelledCallerLeavesTheQueueAndHarmsNobody(t *testing.T) {
	s := scratchSQLite(t)
	early, cancelEarly := context.WithCancel(t.Context())
	late, cancelLate := context.WithCancel(t.Context())
	ran := false
	errs := together(t, s,
		line(t.Context(), s, 1, "a", nil),
		func() error {
			return s.Write(late, func(tx *store.Tx) error {
				if err := addLine(tx, 2, "b"); err != nil {
					return err
				}
				cancelLate()
				return addLine(tx, 3, "c")
			})
		},
		func() error { return s.Write(early, func(*store.Tx) error { ran = true; return nil }) },
		func() error {
			cancelEarly()
			return line(t.Context(), s, 4, "d", nil)()
		})
	if errs[0] != nil || !errors.Is(errs[1], context.Canceled) || !errors.Is(errs[2], context.Canceled) || errs[3] != nil {
		t.Errorf("%v", errs)
	}
	if n := number(t, s, countLines); n != 3 || ran {
		t.Errorf("%d lines, want first, a and d; cancelled fn ran: %v", n, ran)
	}
}

// SQLite ends the transaction by itself on some errors. Whoever shared it runs
// again; only the culprit is told.
func TestALostTransactionIsRepeatedForTheInnocent(t *testing.T) {
	s := scratchSQLite(t)
	attempts, culprit := 0, 0
	errs := together(t, s,
		func() error {
			return s.Write(t.Context(), func(tx *store.Tx) error { attempts++; return addLine(tx, 1, "a") })
		},
		func() error {
			return s.Write(t.Context(), func(tx *store.Tx) error {
				if culprit++; culprit == 1 {
					_, _ = tx.Exec("ROLLBACK") // what a full disk does
				}
				return errBroke
			})
		})
	if errs[0] != nil || !errors.Is(errs[1], errBroke) {
		t.Errorf("%v", errs)
	}
	if n := number(t, s, countLines); n != 2 || attempts != 2 {
		t.Errorf("%d lines, %d attempts", n, attempts)
	}
}

// Covers E7: full, refused, intact, and going on once there is space.
func TestAFullDiskRefusesWritesAndKeepsWhatWasThere(t *testing.T) {
	s := scratchSQLite(t)
	write(t, s, "INSERT INTO purses (shop_id, id, points) VALUES (1, 1, 7)")
	write(t, s, "PRAGMA max_page_count = 20")
	err := s.Write(t.Context(), func(tx *store.Tx) error {
		rows := make([][]any, 5_000)
		for i := range rows {
			rows[i] = []any{1, i, 1, "a rather long source " + string(rune('A'+i)), 1}
		}
		return tx.InsertMany("bookings", []string{"shop_id", "id", "purse", "source", "points"}, rows)
	})
	if !errors.Is(err, store.ErrDiskFull) || store.Classify(err) != store.DiskFull {
		t.Fatalf("got %v", err)
	}
	if n := number(t, s, countLines); n != 0 {
		t.Errorf("%d lines of the refused write", n)
	}
	if n := number(t, s, "SELECT points FROM purses WHERE shop_id = 1"); n != 7 {
		t.Errorf("earlier row: %d", n)
	}
	write(t, s, "PRAGMA max_page_count = 100000")
	write(t, s, "INSERT INTO bookings (shop_id, id, purse, source, points) VALUES (1, 1, 1, 'x', 1)")
}

func TestAClosedStoreAnswersInsteadOfWaiting(t *testing.T) {
	s := scratchSQLite(t)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Write(t.Context(), func(*store.Tx) error { return nil }); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
}

// The door answers within seconds however long the bookings in front of it are.
func TestAnUrgentWriteGoesBeforeThoseThatWaitAndEndsTheBatch(t *testing.T) {
	s := scratchSQLite(t)
	before := store.Commits(s)
	var order []string
	note := func(ctx context.Context, id int, name string) func() error {
		return func() error {
			return s.Write(ctx, func(tx *store.Tx) error {
				order = append(order, name)
				return addLine(tx, id, name)
			})
		}
	}
	ctx := t.Context()
	errs := together(t, s, note(ctx, 1, "booking 1"), note(ctx, 2, "booking 2"), note(store.Urgent(ctx), 3, "delivery 1"), note(store.Urgent(ctx), 4, "delivery 2"))
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(order, ", "); got != "delivery 1, delivery 2, booking 1, booking 2" {
		t.Errorf("order: %s", got)
	}
	if n := store.Commits(s) - before; n != 2 {
		t.Errorf("%d commits, want one for the first write with the deliveries and one for the bookings", n)
	}
}

func TestUrgentWritesOneBehindTheOtherLetTheOthersThrough(t *testing.T) {
	s := scratchSQLite(t)
	ctx, stop := context.WithCancel(t.Context())
	var flood sync.WaitGroup
	var written atomic.Int64
	for range 4 {
		flood.Go(func() {
			for ctx.Err() == nil {
				_ = s.Write(store.Urgent(ctx), func(tx *store.Tx) error { written.Add(1); return nil })
			}
		})
	}
	storetest.Eventually(t, "the flood runs", func() bool { return written.Load() > 100 })
	for i := range 20 {
		if err := line(t.Context(), s, i+1, fmt.Sprint("ordinary ", i), nil)(); err != nil {
			t.Error(err)
		}
	}
	stop()
	flood.Wait()
}
