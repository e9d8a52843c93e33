package schedule_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/schedule"
	"zugabe/app/store"
	"zugabe/app/store/storetest"
)

func TestEveryRunOfATaskIsToldWithItsTimeAndItsError(t *testing.T) {
	clock := loyalty.NewManualClock(start)
	p := programOn(storetest.SQLite(t, func(c *store.Config) { c.Clock = clock }), clock)
	broken := errors.New("broken")
	var task string
	var took time.Duration
	var failed error
	s := schedule.New(p, []schedule.Task{{Name: "slow", Every: time.Minute, Run: func(context.Context, func() error) error {
		clock.Advance(3 * time.Second)
		return broken
	}}}, schedule.Config{Ran: func(name string, d time.Duration, err error) { task, took, failed = name, d, err }})
	if err := s.RunDue(t.Context()); !errors.Is(err, broken) {
		t.Error(err)
	}
	if task != "slow" || took != 3*time.Second || !errors.Is(failed, broken) {
		t.Errorf("told of %q, %s, %v", task, took, failed)
	}
}
