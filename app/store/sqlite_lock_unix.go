//go:build unix

package store

import (
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// fileLock keeps a second process away from the SQLite file: the group commit
// and the single writer only work while one process owns it (E17).
type fileLock struct{ file *os.File }

func lockFile(path string) (*fileLock, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("the lock file beside the SQLite file cannot be opened: %w", err)
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("another Zugabe process is using %s. A SQLite file belongs to one process; stop the other one, or use MySQL/MariaDB for several (%w)",
			strings.TrimSuffix(path, ".lock"), err)
	}
	return &fileLock{f}, nil
}

// release leaves the file: deleting it would let two processes lock different
// files of one name.
func (l *fileLock) release() error { return l.file.Close() }
