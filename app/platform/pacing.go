package platform

import (
	"context"
	"sync"
	"time"

	"zugabe/app/loyalty"
)

// Budget is what a host says about a shop's allowance, in its own cost points.
type Budget struct {
	Max       int64 // size of the bucket
	Available int64 // what is in it now
	PerSecond int64 // how fast it fills
}

// Pacer keeps calls to each shop within what its host allows (D5). Every shop has
// its own bucket and nobody waits in line for another's: a call that would have
// to wait longer than its patience is turned away with Throttled, and its
// worker is free for another shop. What the host reports corrects the bucket,
// so several processes that share a shop settle on its real allowance.
type Pacer struct {
	clock   loyalty.Clock
	wait    func(ctx context.Context, d time.Duration) error
	initial Budget
	mu      sync.Mutex
	buckets map[loyalty.ShopID]*bucket
}

// milli keeps fractions of a cost point exact.
const milli = 1000

type bucket struct {
	Budget
	level   int64 // thousandths of a point; may be below 0 after a report
	at      int64 // Unix ms of level
	pending int64 // points of calls under way
}

// NewPacer starts every shop with the initial budget until the host has told a better one.
func NewPacer(clock loyalty.Clock, initial Budget) *Pacer {
	return &Pacer{clock: clock, wait: sleep, initial: initial, buckets: map[loyalty.ShopID]*bucket{}}
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Take reserves cost points for one call. It waits if the bucket has them within
// patience and otherwise returns Throttled with the time until it will.
// Every successful Take must be followed by Done.
func (p *Pacer) Take(ctx context.Context, shop loyalty.ShopID, cost int64, patience time.Duration) error {
	for waited := time.Duration(0); ; {
		d := p.try(shop, cost)
		if d == 0 {
			return nil
		}
		if waited+d > patience {
			return Throttled{After: d}
		}
		if err := p.wait(ctx, d); err != nil {
			return err
		}
		waited += d
	}
}

// try reserves and returns 0, or returns how long it takes until there is enough.
func (p *Pacer) try(shop loyalty.ShopID, cost int64) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	b := p.bucket(shop)
	b.fill(loyalty.NowMs(p.clock))
	cost = min(cost, b.Max)
	if missing := cost*milli - b.level; missing > 0 {
		return b.timeFor(missing)
	}
	b.level -= cost * milli
	b.pending += cost
	return 0
}

// Done ends a call that took cost points. If the host told its budget, told is
// not nil and corrects the bucket; calls still under way are kept reserved.
func (p *Pacer) Done(shop loyalty.ShopID, cost int64, told *Budget) {
	p.mu.Lock()
	defer p.mu.Unlock()
	b := p.bucket(shop)
	b.pending = max(0, b.pending-min(cost, b.Max))
	if told == nil || told.Max <= 0 || told.PerSecond <= 0 {
		return
	}
	b.Budget = *told
	b.level = (told.Available - b.pending) * milli
	b.at = loyalty.NowMs(p.clock)
}

// Drain empties a shop's bucket: the host has turned a call away. It returns how
// long to wait before a call of that cost.
func (p *Pacer) Drain(shop loyalty.ShopID, cost int64) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	b := p.bucket(shop)
	b.fill(loyalty.NowMs(p.clock))
	b.level = min(b.level, 0)
	return b.timeFor(min(cost, b.Max)*milli - b.level)
}

func (p *Pacer) bucket(shop loyalty.ShopID) *bucket {
	b := p.buckets[shop]
	if b == nil {
		b = &bucket{Budget: p.initial, level: p.initial.Available * milli, at: loyalty.NowMs(p.clock)}
		p.buckets[shop] = b
	}
	return b
}

// fill adds what has flowed in since the last look: PerSecond points a second
// are PerSecond thousandths a millisecond.
func (b *bucket) fill(now int64) {
	if now > b.at {
		b.level = min(b.level+(now-b.at)*b.PerSecond, b.Max*milli)
	}
	b.at = now
}

func (b *bucket) timeFor(missing int64) time.Duration {
	ms := (missing + b.PerSecond - 1) / b.PerSecond
	return time.Duration(max(ms, 1)) * time.Millisecond
}
