package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"syscall"

	"zugabe/app/crash"
)

// partial is a file that gets its name when it is complete.
type partial struct {
	path  string
	final string
	lock  *fileLock
}

// newPartial takes the place beside the file, where an earlier backup may have
// left something when it was killed. Two at once would mix: hence the lock.
func newPartial(file string) (*partial, error) {
	if info, err := os.Stat(filepath.Dir(file)); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("there is no folder for %s", file)
	}
	p := &partial{path: file + ".partial", final: file}
	lock, err := lockFile(file + ".lock")
	if err != nil {
		return nil, fmt.Errorf("another backup to this place is under way: %w", err)
	}
	p.lock = lock
	if err := p.remove(); err != nil {
		return nil, errors.Join(err, lock.release())
	}
	return p, nil
}

func (p *partial) remove() error {
	var failed []error
	for _, end := range []string{"", "-journal", "-wal", "-shm"} {
		if err := os.Remove(p.path + end); err != nil && !errors.Is(err, os.ErrNotExist) {
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}

func (p *partial) discard() error {
	return errors.Join(p.remove(), p.lock.release())
}

// finish flushes the content, gives the file its name, and flushes the name.
func (p *partial) finish() error {
	if err := syncPath(p.path); err != nil {
		return err
	}
	crash.Point("backup.flushed")
	if err := os.Rename(p.path, p.final); err != nil {
		return err
	}
	crash.Point("backup.named")
	if runtime.GOOS != "windows" { // it has no flush of folders
		if err := syncPath(filepath.Dir(p.final)); err != nil {
			return err
		}
	}
	return p.lock.release()
}

func syncPath(path string) error {
	flag := os.O_RDONLY
	if runtime.GOOS == "windows" {
		flag = os.O_RDWR
	}
	f, err := os.OpenFile(path, flag, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

func isNoSpace(err error) bool { return errors.Is(err, syscall.ENOSPC) }
