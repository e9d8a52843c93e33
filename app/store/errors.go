package store

import (
	"context"
	"errors"
	"fmt"
)

var (
	// ErrNotFound: no such row in this shop.
	ErrNotFound = errors.New("not found")
	// ErrReadOnly: the database accepts no writes (replica, failover, Read).
	ErrReadOnly = errors.New("the database is read-only")
	// ErrDiskFull: no space; stop taking in work until there is some.
	ErrDiskFull = errors.New("the database has no disk space left")
	// ErrUnavailable: the database did not answer or stayed busy.
	ErrUnavailable = errors.New("the database is not available")
	// ErrUnknownOutcome: the connection broke during COMMIT and repeating did
	// not settle whether it took effect. Repeat later with the same keys.
	ErrUnknownOutcome = errors.New("it is not known whether the database kept the change")
	// ErrDamaged: fsync failed or a page is corrupt; stop the process.
	ErrDamaged = errors.New("the database reported damage")
)

// DuplicateError says which unique key refused a row. Key is
// "<table>.<index>", or "<table>.PRIMARY", with the same name on both engines.
type DuplicateError struct {
	Key   string
	cause error
}

func (e *DuplicateError) Error() string { return "duplicate for key " + e.Key }

// Unwrap is the engine's own error.
func (e *DuplicateError) Unwrap() error { return e.cause }

// IsDuplicate reports whether err is a violation of exactly this key. Always
// name the key that makes the write idempotent: a violation of another one is
// a bug, not a repeat.
func IsDuplicate(err error, key string) bool {
	var dup *DuplicateError
	return errors.As(err, &dup) && dup.Key == key
}

// Class is what an error asks us to do.
type Class int

const (
	// Other is none of the below: a business error or a bug.
	Other Class = iota
	// Retry: the transaction is gone (deadlock, lost connection); run it again.
	Retry
	// RollbackRetry: only the statement was undone (lock wait); the transaction
	// must be rolled back by us before it runs again (E3).
	RollbackRetry
	// RetryOnce: killed or over the statement time limit.
	RetryOnce
	// Duplicate: a unique key refused the row; see DuplicateError.
	Duplicate
	// Refused: a CHECK refused the row; the code should have decided before.
	Refused
	// Data: out of range, too long, NULL where none may be.
	Data
	// ReadOnly: the server takes no writes; try another connection.
	ReadOnly
	// DiskFull: stop intake.
	DiskFull
	// Fatal: I/O error or corruption; stop the process.
	Fatal
	// Unknown: a connection error during COMMIT.
	Unknown
)

var classNames = [...]string{"other", "retry", "rollback-retry", "retry-once", "duplicate", "refused",
	"data", "read-only", "disk-full", "fatal", "unknown-outcome"}

func (c Class) String() string { return classNames[c] }

// commitError marks an error of the COMMIT itself, where a lost connection
// means "unknown" and not "nothing happened" (C17, E5).
type commitError struct{ cause error }

func (e *commitError) Error() string { return "commit: " + e.cause.Error() }
func (e *commitError) Unwrap() error { return e.cause }

// Classify sorts an error of either engine by the table of the reliability
// reference, section 6.6.
func Classify(err error) Class {
	if err == nil {
		return Other
	}
	class := classifyCause(err)
	var commit *commitError
	if class == Retry && errors.As(err, &commit) && !serverAnswered(commit.cause) {
		return Unknown
	}
	return class
}

func classifyCause(err error) Class {
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return Other
	case errors.Is(err, errBatchLost):
		return Retry
	case errors.Is(err, ErrReadOnly):
		return ReadOnly
	}
	var dup *DuplicateError
	if errors.As(err, &dup) {
		return Duplicate
	}
	if class, ok := classifyMySQL(err); ok {
		return class
	}
	if class, ok := classifySQLite(err); ok {
		return class
	}
	return Other
}

// asSentinel turns what is left after the retries into one of our errors, so
// that callers need no driver types.
func asSentinel(err error) error {
	wrap := func(sentinel error) error {
		if errors.Is(err, sentinel) {
			return err
		}
		return fmt.Errorf("%w: %w", sentinel, err)
	}
	switch Classify(err) {
	case Retry, RollbackRetry, RetryOnce:
		return wrap(ErrUnavailable)
	case ReadOnly:
		return wrap(ErrReadOnly)
	case DiskFull:
		return wrap(ErrDiskFull)
	case Fatal:
		return wrap(ErrDamaged)
	case Unknown:
		return wrap(ErrUnknownOutcome)
	}
	return err
}
