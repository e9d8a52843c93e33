//go:build crashpoints

// Package crash marks the places at which a test kills the process: built with
// the tag crashpoints, ZUGABE_CRASH_AT="name:nth" ends the process by SIGKILL at
// the nth time that the point is reached; with ":stop" behind it the process only
// stops, until it gets SIGCONT.
package crash

import (
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"zugabe/app/loyalty"
)

var (
	name   string
	nth    int64
	signal = syscall.SIGKILL
	hits   atomic.Int64
)

func init() {
	at, n, _ := strings.Cut(os.Getenv("ZUGABE_CRASH_AT"), ":")
	n, how, _ := strings.Cut(n, ":")
	if how == "stop" {
		signal = syscall.SIGSTOP
	}
	name, nth = at, 1
	if k, err := strconv.ParseInt(n, 10, 64); err == nil {
		nth = k
	}
}

// Point kills or stops the process if it is the one named by ZUGABE_CRASH_AT.
func Point(at string) {
	if at == name && hits.Add(1) == nth {
		_ = syscall.Kill(os.Getpid(), signal)
		if signal == syscall.SIGKILL {
			select {} // not one step further
		}
	}
}

// Clock is base shifted by the milliseconds in the file ZUGABE_CRASH_CLOCK, so
// that a test can let minutes pass in processes that it has started.
func Clock(base loyalty.Clock) loyalty.Clock {
	path := os.Getenv("ZUGABE_CRASH_CLOCK")
	if path == "" {
		return base
	}
	return shifted{base, path}
}

type shifted struct {
	base loyalty.Clock
	path string
}

// Now panics when the file is not there: a test with the wrong time proves nothing.
func (c shifted) Now() time.Time {
	text, err := os.ReadFile(c.path)
	if err != nil {
		panic(err)
	}
	ms, err := strconv.ParseInt(string(text), 10, 64)
	if err != nil {
		panic(err)
	}
	return c.base.Now().Add(time.Duration(ms) * time.Millisecond)
}
