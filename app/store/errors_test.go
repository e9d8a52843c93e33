package store_test

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"testing"

	"github.com/go-sql-driver/mysql"

	"zugabe/app/store"
)

// The table of reliability 6.6, as far as MySQL's numbers go.
func TestEveryServerErrorHasItsClass(t *testing.T) {
	for number, want := range map[uint16]store.Class{
		1213: store.Retry, 1020: store.Retry, 1205: store.RollbackRetry, 8022: store.Retry, 1047: store.Retry, 1040: store.Retry,
		1317: store.RetryOnce, 1969: store.RetryOnce, 1062: store.Duplicate, 4025: store.Refused, 3819: store.Refused,
		1406: store.Data, 1690: store.Data, 1290: store.ReadOnly, 1792: store.ReadOnly, 1836: store.ReadOnly,
		1021: store.DiskFull, 1114: store.DiskFull, 1064: store.Other, 1146: store.Other,
	} {
		err := fmt.Errorf("posting: %w", &mysql.MySQLError{Number: number})
		if got := store.Classify(err); got != want {
			t.Errorf("%d: %v, want %v", number, got, want)
		}
	}
	galera := &mysql.MySQLError{Number: 9999, SQLState: [5]byte{'4', '0', '0', '0', '1'}}
	if got := store.Classify(galera); got != store.Retry {
		t.Errorf("SQLSTATE 40001: %v", got)
	}
}

func TestALostConnectionIsRetriedBeforeCommitAndUnknownDuringIt(t *testing.T) {
	for _, err := range []error{mysql.ErrInvalidConn, driver.ErrBadConn, io.ErrUnexpectedEOF, &net.OpError{Op: "read", Err: errors.New("reset")}} {
		if got := store.Classify(err); got != store.Retry {
			t.Errorf("%v: %v", err, got)
		}
		if got := store.Classify(store.AtCommit(err)); got != store.Unknown {
			t.Errorf("%v at COMMIT: %v", err, got)
		}
	}
	if got := store.Classify(store.AtCommit(&mysql.MySQLError{Number: 1213})); got != store.Retry {
		t.Errorf("certification failure at COMMIT (E20): %v", got)
	}
	for _, err := range []error{context.Canceled, context.DeadlineExceeded, errors.New("business"), nil} {
		if got := store.Classify(err); got != store.Other {
			t.Errorf("%v: %v", err, got)
		}
	}
}
