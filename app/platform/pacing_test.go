package platform

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"zugabe/app/loyalty"
)

var (
	ctx   = context.Background()
	start = time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
)

// wait is how long an error asks to wait, 0 if it does not.
func wait(err error) time.Duration {
	var t Throttled
	if errors.As(err, &t) {
		return t.After
	}
	return 0
}

// covers: D5
func TestD5APacerLetsThroughNoMoreThanTheHostAllows(t *testing.T) {
	clock := loyalty.NewManualClock(start)
	p := NewPacer(clock, Budget{Max: 2000, Available: 2000, PerSecond: 100})
	passed := 0
	for range 1000 * 60 { // a storm: a thousand attempts a second for a minute
		if p.Take(ctx, 1, 10, 0) == nil {
			passed++
			p.Done(1, 10, nil)
		}
		clock.Advance(time.Millisecond)
	}
	if most := (2000 + 60*100) / 10; passed > most || passed < most-1 {
		t.Fatalf("%d calls passed, the allowance is %d", passed, most)
	}
}

// covers: D5
func TestD5AStarvedShopIsTurnedAwayAndOtherShopsAreNotDelayed(t *testing.T) {
	clock := loyalty.NewManualClock(start)
	p := NewPacer(clock, Budget{Max: 100, Available: 100, PerSecond: 50})
	if err := p.Take(ctx, 1, 100, 0); err != nil {
		t.Fatal(err)
	}
	if got := wait(p.Take(ctx, 1, 25, 0)); got != 500*time.Millisecond {
		t.Fatalf("told to wait %s", got)
	}
	if err := p.Take(ctx, 2, 100, 0); err != nil {
		t.Fatalf("another shop pays for it: %v", err)
	}
	clock.Advance(500 * time.Millisecond)
	if err := p.Take(ctx, 1, 25, 0); err != nil {
		t.Fatalf("still turned away when the bucket has filled: %v", err)
	}
}

func TestWhatTheHostReportsCorrectsTheBucketWithoutForgettingCallsUnderWay(t *testing.T) {
	p := NewPacer(loyalty.NewManualClock(start), Budget{Max: 100, Available: 100, PerSecond: 10})
	for range 2 {
		if err := p.Take(ctx, 1, 40, 0); err != nil {
			t.Fatal(err)
		}
	}
	// The first call's answer was written before the second was counted by the host.
	p.Done(1, 40, &Budget{Max: 1000, Available: 50, PerSecond: 100})
	if err := p.Take(ctx, 1, 10, 0); err != nil {
		t.Fatalf("10 of 50-40 are free: %v", err)
	}
	if got := wait(p.Take(ctx, 1, 10, 0)); got != 100*time.Millisecond {
		t.Fatalf("told to wait %s", got)
	}
}

func TestAPatientCallerWaitsWithinItsPatience(t *testing.T) {
	clock := loyalty.NewManualClock(start)
	p := NewPacer(clock, Budget{Max: 100, Available: 0, PerSecond: 100})
	var slept time.Duration
	p.wait = func(_ context.Context, d time.Duration) error {
		slept += d
		clock.Advance(d)
		return nil
	}
	if err := p.Take(ctx, 1, 50, time.Second); err != nil || slept != 500*time.Millisecond {
		t.Fatalf("err %v after %s", err, slept)
	}
	if got := wait(p.Take(ctx, 1, 100, 500*time.Millisecond)); got != time.Second {
		t.Fatalf("told to wait %s", got)
	}
}

func TestADrainedBucketSaysWhenToComeBack(t *testing.T) {
	p := NewPacer(loyalty.NewManualClock(start), Budget{Max: 2000, Available: 2000, PerSecond: 100})
	if got := p.Drain(1, 200); got != 2*time.Second {
		t.Fatalf("told to wait %s", got)
	}
}

func newTestBreaker() (*Breaker, *loyalty.ManualClock) {
	clock := loyalty.NewManualClock(start)
	b := NewBreaker(clock)
	b.jitter = func(d time.Duration) time.Duration { return d }
	return b, clock
}

// covers: D6
func TestD6AnHourOf5xxIsProbedEverMoreSeldomAndEndsWithSuccess(t *testing.T) {
	b, clock := newTestBreaker()
	down := fmt.Errorf("%w: status 503", ErrUnreachable)
	var at []time.Duration
	for clock.Now().Before(start.Add(time.Hour)) {
		if b.Allow(1) == nil {
			at = append(at, clock.Now().Sub(start))
			b.Report(1, down)
		}
		clock.Advance(time.Second)
	}
	// Three at once, then pauses of 1, 2, 4 … 256 s, then one probe every 5 min.
	if len(at) < 15 || len(at) > 25 {
		t.Fatalf("%d calls in an hour of outage: %v", len(at), at)
	}
	for i := 4; i < len(at); i++ {
		gap, before := at[i]-at[i-1], at[i-1]-at[i-2]
		if gap < before || gap > breakerMost {
			t.Fatalf("pause %d is %s after %s", i, gap, before)
		}
	}
	if b.Allow(2) != nil {
		t.Fatal("another shop is held back")
	}
	clock.Advance(breakerMost)
	if err := b.Allow(1); err != nil {
		t.Fatal(err)
	}
	b.Report(1, nil)
	for range 10 {
		if err := b.Allow(1); err != nil {
			t.Fatalf("closed again, yet held back: %v", err)
		}
	}
}

// covers: D6
func TestD6OnlyOneCallProbesAndLateFailuresDoNotEscalate(t *testing.T) {
	b, clock := newTestBreaker()
	for range 50 { // all went out before the first failed
		if err := b.Allow(1); err != nil {
			t.Fatal(err)
		}
	}
	for range 50 {
		b.Report(1, ErrUnreachable)
	}
	if got := wait(b.Allow(1)); got != time.Second {
		t.Fatalf("fifty failures at once pause for %s", got)
	}
	clock.Advance(time.Second)
	if b.Allow(1) != nil || wait(b.Allow(1)) == 0 {
		t.Fatal("not exactly one probe")
	}
	b.Report(1, context.Canceled) // we gave up ourselves: the probe told nothing
	if b.Allow(1) != nil {
		t.Fatal("a probe that was given up blocks the next")
	}
}

func TestRefusalsAndWaitsAreAnswersOfALivingHost(t *testing.T) {
	b, _ := newTestBreaker()
	for range 20 {
		for _, err := range []error{ErrRefused, ErrTaken, ErrRevoked, ErrFrozen, Throttled{After: time.Second}} {
			if b.Allow(1) != nil {
				t.Fatalf("held back after %v", err)
			}
			b.Report(1, err)
		}
	}
}

func TestJitterStaysBetweenThePauseAndHalfMore(t *testing.T) {
	for range 1000 {
		if d := upToHalfMore(time.Second); d < time.Second || d > 1500*time.Millisecond {
			t.Fatalf("jittered to %s", d)
		}
	}
}
