package crash_test

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"zugabe/app/loyalty"
)

// sharedClock is the time of the shop in this process and of every child.
type sharedClock struct {
	*loyalty.OffsetClock
	base   loyalty.Clock // the machine's
	path   string
	offset time.Duration
}

func newSharedClock(t testing.TB, dir string) *sharedClock {
	c := &sharedClock{OffsetClock: loyalty.NewOffsetClock(loyalty.SystemClock()), base: loyalty.SystemClock(), path: filepath.Join(dir, "clock")}
	c.write(t)
	return c
}

// pass lets time pass everywhere.
func (c *sharedClock) pass(t testing.TB, d time.Duration) {
	c.offset += d
	c.OffsetClock.Advance(d)
	c.write(t)
}

// write replaces the file as a whole: a child may be reading it.
func (c *sharedClock) write(t testing.TB) {
	must(t, os.WriteFile(c.path+".new", fmt.Append(nil, c.offset.Milliseconds()), 0o600))
	must(t, os.Rename(c.path+".new", c.path))
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// child is one running process of the app.
type child struct {
	cmd  *exec.Cmd
	log  string
	done chan struct{} // closed when it has ended
}

// spawn starts the binary. It ends with the test process at the latest.
func spawn(t testing.TB, dir string, env []string, args ...string) *child {
	t.Helper()
	log, err := os.CreateTemp(dir, "child-*.log")
	must(t, err)
	c := &child{cmd: exec.Command(binary, args...), log: log.Name(), done: make(chan struct{})}
	c.cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "TMPDIR=" + dir, "HOME=" + dir, "GOGC=" + os.Getenv("GOGC")}, env...)
	c.cmd.Stdout, c.cmd.Stderr = log, log
	c.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	must(t, c.cmd.Start())
	go func() {
		_ = c.cmd.Wait()
		_ = log.Close()
		close(c.done)
	}()
	t.Cleanup(func() {
		_ = c.cmd.Process.Kill()
		<-c.done
	})
	return c
}

func (c *child) ended() bool {
	select {
	case <-c.done:
		return true
	default:
		return false
	}
}

// killed says whether the process died by SIGKILL, from inside or outside.
func (c *child) killed() bool {
	status, ok := c.cmd.ProcessState.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == syscall.SIGKILL
}

// said is the end of what the process wrote.
func (c *child) said() string {
	text, _ := os.ReadFile(c.log)
	return string(text[max(0, len(text)-6000):])
}

// stop asks the process to end and returns its exit code; -1 if a signal ended it.
func (c *child) stop(t testing.TB) int {
	t.Helper()
	_ = c.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-c.done:
	case <-time.After(patience):
		t.Fatalf("the process does not stop:\n%s", c.said())
	}
	return c.cmd.ProcessState.ExitCode()
}

// patience is for a machine that has much else to do.
const patience = 90 * time.Second

var lastPort atomic.Int64

// freePort is outside of the range from which the system hands out ports, so
// that a child finds it free again after a restart.
func freePort(t testing.TB) string {
	t.Helper()
	for range 4000 {
		port := 12000 + (int64(os.Getpid())*97+lastPort.Add(1))%8000
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil {
			continue
		}
		must(t, l.Close())
		return l.Addr().String()
	}
	t.Fatal("no free port")
	return ""
}

// until polls a condition; tick runs before every look.
func until(t testing.TB, what string, tick func(), done func() bool) {
	t.Helper()
	limit := time.NewTimer(patience)
	defer limit.Stop()
	beat := time.NewTicker(20 * time.Millisecond)
	defer beat.Stop()
	for {
		tick()
		if done() {
			return
		}
		select {
		case <-beat.C:
		case <-limit.C:
			t.Fatalf("did not happen within %s: %s", patience, what)
		}
	}
}
