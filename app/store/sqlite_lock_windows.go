package store

import (
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/windows"
)

// fileLock keeps a second process away from the SQLite file (E17).
type fileLock struct{ file *os.File }

func lockFile(path string) (*fileLock, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("the lock file beside the SQLite file cannot be opened: %w", err)
	}
	const flags = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	if err := windows.LockFileEx(windows.Handle(f.Fd()), flags, 0, 1, 0, &windows.Overlapped{}); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("another Zugabe process is using %s. A SQLite file belongs to one process; stop the other one, or use MySQL/MariaDB for several (%w)",
			strings.TrimSuffix(path, ".lock"), err)
	}
	return &fileLock{f}, nil
}

func (l *fileLock) release() error { return l.file.Close() }
