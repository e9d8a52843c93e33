package program_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
	"zugabe/app/store/storetest"
)

// C14: whenever a backup is made while orders are booked, the books in it add up,
// on the other engine too.
func TestTheBooksInABackupAddUpWhileOrdersAreBooked(t *testing.T) {
	for engine, url := range map[string]string{"sqlite": storetest.SQLiteURL(t), "mariadb": storetest.MariaDBURL(t)} {
		t.Run(engine, func(t *testing.T) {
			clock := loyalty.NewManualClock(bookStart)
			w := newBookWorld(t, openStore(t, url, clock), clock)
			w.withLimits()
			w.send(saleMessage(paidOrder("first", "c0", 1000, 2)))
			stop, stopped := make(chan struct{}), make(chan struct{})
			var looked sync.Mutex // orders come while a backup is made, not while it is looked at
			go func() {
				defer close(stopped)
				for i := 0; ; i++ {
					select {
					case <-stop:
						return
					default:
						looked.Lock()
						w.send(saleMessage(paidOrder(fmt.Sprint("o", i), fmt.Sprint("c", i%7), 1000, 2)))
						looked.Unlock()
					}
				}
			}()
			for range 3 {
				file := filepath.Join(t.TempDir(), "backup.db")
				if _, err := store.Backup(t.Context(), store.BackupRequest{URL: url, File: file}); err != nil {
					t.Error(err)
					break
				}
				looked.Lock()
				restoredBooks(t, file, storetest.SQLiteURL(t), clock)
				restoredBooks(t, file, storetest.MariaDBURL(t), clock)
				looked.Unlock()
			}
			close(stop)
			<-stopped
			w.verify()
		})
	}
}

func openStore(t *testing.T, url string, clock loyalty.Clock) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{URL: url, Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func restoredBooks(t *testing.T, file, url string, clock loyalty.Clock) {
	t.Helper()
	s := openStore(t, url, clock)
	if _, err := s.Restore(t.Context(), store.RestoreRequest{File: file}); err != nil {
		t.Fatal(err)
	}
	p := &program.Program{Store: s, Clock: clock, IDs: loyalty.NewIDs(clock)}
	report, err := p.Verify(context.Background())
	if err != nil || report.Shops != 1 {
		t.Fatalf("%d shops, %v", report.Shops, err)
	}
	for _, v := range report.Violations() {
		t.Error(v)
	}
}
