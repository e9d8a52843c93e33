//go:build crashpoints

// Package crash marks the places at which a test kills the process: built with
// the tag crashpoints, ZUGABE_CRASH_AT="name:nth" ends the process by SIGKILL at
// the nth time that the point is reached.
package crash

import (
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
)

var (
	name string
	nth  int64
	hits atomic.Int64
)

func init() {
	at, n, _ := strings.Cut(os.Getenv("ZUGABE_CRASH_AT"), ":")
	name, nth = at, 1
	if k, err := strconv.ParseInt(n, 10, 64); err == nil {
		nth = k
	}
}

// Point kills the process if it is the one named by ZUGABE_CRASH_AT.
func Point(at string) {
	if at == name && hits.Add(1) == nth {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	}
}
