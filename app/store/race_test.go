package store_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"zugabe/app/store"
	"zugabe/app/store/storetest"
)

// spend takes one point from purse 1 and writes a line. lockFirst is the
// recipe; without it the balance is read, changed in Go and written back.
func spend(ctx context.Context, s *store.Store, id int, lockFirst bool) error {
	return s.Write(ctx, func(tx *store.Tx) error {
		if lockFirst {
			if _, err := tx.Exec("UPDATE purses SET points = points WHERE shop_id = 1 AND id = 1"); err != nil {
				return err
			}
		}
		var points int64
		if _, err := tx.Row("SELECT points FROM purses WHERE shop_id = 1 AND id = 1", nil, &points); err != nil {
			return err
		}
		if points == 0 {
			return errBroke
		}
		if _, err := tx.Exec("UPDATE purses SET points = ? WHERE shop_id = 1 AND id = 1", points-1); err != nil {
			return err
		}
		_, err := tx.Exec("INSERT INTO bookings (shop_id, id, purse, source, points) VALUES (1, ?, 1, ?, -1)", id, id)
		return err
	})
}

var errBroke = errors.New("no points left")

func raceForPoints(t *testing.T, s *store.Store, lockFirst bool) (spent int64) {
	t.Helper()
	write(t, s, "INSERT INTO purses (shop_id, id, points) VALUES (1, 1, 50)")
	var wg sync.WaitGroup
	var ok atomic.Int64
	for worker := range 8 {
		wg.Go(func() {
			for i := range 12 {
				switch err := spend(t.Context(), s, worker*100+i, lockFirst); {
				case err == nil:
					ok.Add(1)
				case !errors.Is(err, errBroke):
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	return ok.Load()
}

// The naive half shows that the race is real: on MariaDB read-then-write hands
// out more points than there are.
func TestLockFirstSpendsEachPointOnceWhereReadThenWriteDoesNot(t *testing.T) {
	recipe := func(t *testing.T, s *store.Store) {
		if spent := raceForPoints(t, s, true); spent != 50 {
			t.Errorf("%d of 50 points spent", spent)
		}
		if left := number(t, s, "SELECT points FROM purses WHERE shop_id = 1 AND id = 1"); left != 0 {
			t.Errorf("%d points left", left)
		}
		if n := number(t, s, countLines); n != 50 {
			t.Errorf("%d lines", n)
		}
	}
	scratch(t, recipe)
	t.Run("mariadb with snapshot isolation", func(t *testing.T) { // the default from 11.6.2 on (E4)
		recipe(t, scratchMariaDB(t, "?innodb_snapshot_isolation=ON"))
	})
	t.Run("naive on mariadb", func(t *testing.T) {
		s := scratchMariaDB(t, "")
		spent := raceForPoints(t, s, false)
		left := number(t, s, "SELECT points FROM purses WHERE shop_id = 1 AND id = 1")
		if spent+left == 50 {
			t.Errorf("spent %d and %d left: the race did not happen, so the test above proves nothing", spent, left)
		}
	})
}

// Covers E2: two lock orders; the loser of the deadlock runs again.
func TestADeadlockRunsTheLoserAgain(t *testing.T) {
	s := scratchMariaDB(t, "")
	write(t, s, "INSERT INTO purses (shop_id, id, points) VALUES (1, 1, 0), (1, 2, 0)")
	var met sync.WaitGroup
	met.Add(2)
	var attempts, hooks atomic.Int64
	cross := func(first, second int) error {
		meet := sync.OnceFunc(func() { met.Done(); met.Wait() })
		return s.Write(t.Context(), func(tx *store.Tx) error {
			attempts.Add(1)
			tx.OnCommit(func() { hooks.Add(1) })
			for i, id := range []int{first, second} {
				if _, err := tx.Exec("UPDATE purses SET points = points + 1 WHERE shop_id = 1 AND id = ?", id); err != nil {
					return err
				}
				if i == 0 {
					meet()
				}
			}
			return nil
		})
	}
	errs := make(chan error, 2)
	go func() { errs <- cross(1, 2) }()
	go func() { errs <- cross(2, 1) }()
	for range 2 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	sum := number(t, s, "SELECT CAST(SUM(points) AS SIGNED) FROM purses WHERE shop_id = 1")
	if attempts.Load() < 3 || sum != 4 || hooks.Load() != 2 {
		t.Errorf("%d attempts, sum %d, %d hooks", attempts.Load(), sum, hooks.Load())
	}
}

// Covers E3: after 1205 the server has undone one statement only and would
// commit the rest. fn even swallows the error here.
func TestALockWaitTimeoutNeverCommitsHalfATransaction(t *testing.T) {
	s := scratchMariaDB(t, "?innodb_lock_wait_timeout=1")
	write(t, s, "INSERT INTO purses (shop_id, id, points) VALUES (1, 1, 0)")
	locked, release := make(chan struct{}), make(chan struct{})
	holder := make(chan error, 1)
	go func() {
		holder <- s.Write(context.Background(), func(tx *store.Tx) error {
			_, err := tx.Exec("UPDATE purses SET points = points + 1 WHERE shop_id = 1 AND id = 1")
			close(locked)
			<-release
			return err
		})
	}()
	<-locked
	attempts, linesAtRetry := 0, int64(-1)
	err := s.Write(t.Context(), func(tx *store.Tx) error {
		if attempts++; attempts == 2 {
			linesAtRetry = number(t, s, countLines)
			close(release)
			if err := <-holder; err != nil {
				t.Error(err)
			}
		}
		if err := addLine(tx, 1, "a"); err != nil {
			return err
		}
		_, _ = tx.Exec("UPDATE purses SET points = points + 5 WHERE shop_id = 1 AND id = 1")
		return nil
	})
	if err != nil || attempts != 2 || linesAtRetry != 0 {
		t.Errorf("%v, %d attempts, %d lines visible at the retry", err, attempts, linesAtRetry)
	}
	if points := number(t, s, "SELECT points FROM purses WHERE shop_id = 1 AND id = 1"); points != 6 {
		t.Errorf("%d points, want 6", points)
	}
}

// Covers E9: 100 callers share 2 connections, and one that cannot wait leaves.
func TestASmallPoolServesManyCallersAndLetsImpatientOnesGo(t *testing.T) {
	url := storetest.BlankMariaDBURL(t)
	s := openScratch(t, store.Config{URL: url, WritePool: 2})
	var wg sync.WaitGroup
	for i := range 100 {
		wg.Go(func() {
			if err := s.Write(t.Context(), func(tx *store.Tx) error { return addLine(tx, i, string(rune('A'+i))) }); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := number(t, s, countLines); n != 100 {
		t.Errorf("%d lines", n)
	}
	var holding sync.WaitGroup
	release := make(chan struct{})
	for range 2 {
		holding.Add(1)
		wg.Go(func() {
			_ = s.Write(context.Background(), func(*store.Tx) error { holding.Done(); <-release; return nil })
		})
	}
	holding.Wait()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	err := s.Write(ctx, func(*store.Tx) error { return nil })
	close(release)
	wg.Wait()
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}
