package store

import (
	"context"
	"math/rand/v2"
	"time"
)

const (
	maxAttempts = 10
	minBackoff  = 5 * time.Millisecond
	maxBackoff  = 200 * time.Millisecond
)

// retry repeats attempt while its error asks for it.
func (s *Store) retry(ctx context.Context, what string, attempt func() error) error {
	for n := 1; ; n++ {
		err := attempt()
		if err == nil {
			return nil
		}
		class := Classify(err)
		if class == Fatal {
			s.markBroken(asSentinel(err))
		}
		if !worthRetrying(class, what, n) || ctx.Err() != nil {
			return asSentinel(err)
		}
		s.log.Debug("store: transaction runs again", "what", what, "attempt", n, "class", class.String(), "error", err)
		if err := pause(ctx, backoff(n)); err != nil {
			return err
		}
	}
}

func worthRetrying(class Class, what string, attempt int) bool {
	switch class {
	case Retry, RollbackRetry, Unknown:
		return attempt < maxAttempts
	case ReadOnly:
		return what == "write" && attempt < maxAttempts
	case RetryOnce:
		return attempt < 2
	}
	return false
}

// backoff is full jitter between 5 ms and a limit that doubles up to 200 ms.
func backoff(attempt int) time.Duration {
	limit := min(minBackoff<<attempt, maxBackoff)
	return minBackoff + rand.N(limit-minBackoff+1)
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Store) markBroken(err error) {
	if s.broken.CompareAndSwap(nil, &err) {
		s.log.Error("store: the database reported damage; stop, check the disk, start again and run ledger verify", "error", err)
		close(s.fatal)
	}
}
