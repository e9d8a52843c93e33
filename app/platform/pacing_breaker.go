package platform

import (
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"zugabe/app/loyalty"
)

const (
	breakerTolerance = 3 // failures in a row before calls are held back
	breakerFirst     = time.Second
	breakerMost      = 5 * time.Minute
)

// Breaker stops calling a shop whose host fails (D6): after some failures in a
// row calls are turned away with Throttled for 1 s, then twice as long after
// every failed probe, up to 5 min, each with jitter. One call at a time probes;
// its success opens the way again. Shops do not influence each other.
type Breaker struct {
	clock  loyalty.Clock
	jitter func(d time.Duration) time.Duration
	mu     sync.Mutex
	shops  map[loyalty.ShopID]*trouble
}

type trouble struct {
	failures int
	pause    time.Duration
	until    int64 // Unix ms; before it no call goes out
	probing  bool
}

// NewBreaker lets every call through at first.
func NewBreaker(clock loyalty.Clock) *Breaker {
	return &Breaker{clock: clock, jitter: upToHalfMore, shops: map[loyalty.ShopID]*trouble{}}
}

// upToHalfMore spreads the probes of many shops and processes.
func upToHalfMore(d time.Duration) time.Duration { return d + rand.N(d/2+1) }

// Allow says whether a call may go out now. If so, Report must follow.
func (b *Breaker) Allow(shop loyalty.ShopID) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	t := b.shops[shop]
	if t == nil || t.failures < breakerTolerance {
		return nil
	}
	if left := t.until - loyalty.NowMs(b.clock); left > 0 {
		return Throttled{After: time.Duration(left) * time.Millisecond}
	}
	if t.probing {
		return Throttled{After: breakerFirst}
	}
	t.probing = true
	return nil
}

// Report tells the outcome of an allowed call. Only outages count as failures; a
// refusal or a wait is an answer of a host that lives.
func (b *Breaker) Report(shop loyalty.ShopID, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	t := b.shops[shop]
	switch {
	case gaveUp(err):
		if t != nil {
			t.probing = false
		}
	case errors.Is(err, ErrUnreachable), errors.Is(err, ErrUnknown):
		if t == nil {
			t = &trouble{}
			b.shops[shop] = t
		}
		b.fail(t)
	default:
		delete(b.shops, shop)
	}
}

// fail escalates once per pause: calls that went out before the pause and fail
// late say nothing new.
func (b *Breaker) fail(t *trouble) {
	t.failures++
	if t.failures < breakerTolerance || (t.failures > breakerTolerance && !t.probing) {
		return
	}
	t.probing = false
	t.pause = min(max(t.pause*2, breakerFirst), breakerMost)
	t.until = loyalty.NowMs(b.clock) + min(b.jitter(t.pause), breakerMost).Milliseconds()
}
