package store_test

import (
	"context"
	"testing"

	"zugabe/app/store"
	"zugabe/app/store/storetest"
)

// The server hangs up on a frozen writer before anybody has given up waiting for
// its locks ten times.
func TestTheServerHangsUpOnAWriterThatSaysNothing(t *testing.T) {
	s := storetest.MariaDB(t)
	var silence, lockWait int64
	err := s.Write(context.Background(), func(tx *store.Tx) error {
		_, err := tx.Row(`SELECT @@wait_timeout, @@innodb_lock_wait_timeout`, nil, &silence, &lockWait)
		return err
	})
	if err != nil || silence != 30 || lockWait != 3 {
		t.Errorf("wait_timeout %d, innodb_lock_wait_timeout %d, %v", silence, lockWait, err)
	}
}
