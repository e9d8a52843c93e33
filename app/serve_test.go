package main

import (
	"strings"
	"testing"
	"time"
)

// C15: what is under way needs its part of the ten seconds.
func TestANoticeThatLeavesNoTimeForRequestsIsRefused(t *testing.T) {
	for _, notice := range []time.Duration{-time.Second, drain/2 + time.Millisecond, time.Hour} {
		err := (&serveCommand{StopNotice: notice}).Run(t.Context())
		if err == nil || !strings.Contains(err.Error(), "ZUGABE_STOP_NOTICE") {
			t.Errorf("%s: %v", notice, err)
		}
	}
}
