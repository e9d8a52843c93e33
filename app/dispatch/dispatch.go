// Package dispatch makes the calls that we owe hosts: it leases due jobs shop by
// shop and lets program run them. What a call means is program's business; here
// is only who works when.
package dispatch

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"zugabe/app/crash"
	"zugabe/app/loyalty"
	"zugabe/app/program"
)

// Config says how many work and how often they look. The zero value is fine.
type Config struct {
	Workers int           // 0 = 4
	Poll    time.Duration // between looks when nobody wakes us; 0 = 500 ms
	Log     *slog.Logger  // nil = the program's
}

// Pool works off jobs until it is stopped. Several processes may each run one.
type Pool struct {
	program *program.Program
	workers int
	poll    time.Duration
	log     *slog.Logger
	wake    chan struct{}

	mu   sync.Mutex
	last loyalty.ShopID // the shop served last, so that none is served twice while others wait
}

// New makes a pool that is not running yet.
func New(p *program.Program, cfg Config) *Pool {
	pool := &Pool{program: p, workers: cfg.Workers, poll: cfg.Poll, log: cfg.Log, wake: make(chan struct{}, 1)}
	if pool.workers <= 0 {
		pool.workers = 4
	}
	if pool.poll <= 0 {
		pool.poll = 500 * time.Millisecond
	}
	if pool.log == nil {
		pool.log = p.Log
	}
	return pool
}

// Wake says that there may be work. It never blocks.
func (d *Pool) Wake() {
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

// Run works until ctx ends, and returns when the calls under way are finished:
// a call that is cut off has an unknown outcome.
func (d *Pool) Run(ctx context.Context) {
	var all sync.WaitGroup
	for range d.workers {
		all.Go(func() { d.work(ctx) })
	}
	all.Wait()
}

func (d *Pool) work(ctx context.Context) {
	for ctx.Err() == nil {
		done, err := d.step(ctx)
		if err != nil && ctx.Err() == nil {
			d.log.Error("jobs cannot be worked off", "err", err)
		}
		if done == 0 || err != nil {
			d.rest(ctx)
		}
	}
}

// rest waits for a wake-up, the next poll or the end.
func (d *Pool) rest(ctx context.Context) {
	timer := time.NewTimer(d.poll)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-d.wake:
	case <-timer.C:
	}
}

// step serves the next shop in the round and says how many jobs that were.
func (d *Pool) step(ctx context.Context) (int, error) {
	shop, found, err := d.next(ctx)
	if err != nil || !found {
		return 0, err
	}
	return Serve(ctx, d.program, shop)
}

// next goes round the shops: after the last one comes the first again.
func (d *Pool) next(ctx context.Context) (loyalty.Shop, bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	shop, found, err := d.program.NextShopWithJobs(ctx, d.last)
	if err == nil && !found && d.last != 0 {
		shop, found, err = d.program.NextShopWithJobs(ctx, 0)
	}
	if found {
		d.last = shop.ID
		d.Wake() // one wake-up rouses one worker; where there is work there may be more
	}
	return shop, found, err
}

// Serve does one helping of a shop's jobs and says how many that were.
func Serve(ctx context.Context, p *program.Program, shop loyalty.Shop) (int, error) {
	jobs, err := p.ClaimJobs(ctx, shop.ID)
	if err != nil {
		return 0, err
	}
	// What is leased is worked off even when the stop comes in between.
	ctx = context.WithoutCancel(ctx)
	if len(jobs) > 0 {
		crash.Point("jobs.claimed")
	}
	for _, j := range jobs {
		if err := p.RunJob(ctx, shop, j); err != nil {
			return len(jobs), err
		}
		crash.Point("jobs.ran")
	}
	published, err := p.PublishBalances(ctx, shop)
	return len(jobs) + published, err
}

// Drain works off everything that is due now, alone, and says how much that was.
// Tests and the demo use it where a clock stands still.
func Drain(ctx context.Context, p *program.Program) (total int, err error) {
	var last loyalty.ShopID
	idle := false
	for ctx.Err() == nil {
		shop, found, err := p.NextShopWithJobs(ctx, last)
		if err != nil {
			return total, err
		}
		if !found {
			if last == 0 || idle {
				return total, nil
			}
			last, idle = 0, true
			continue
		}
		n, err := Serve(ctx, p, shop)
		if err != nil {
			return total, err
		}
		total += n
		last = shop.ID
		idle = idle && n == 0
	}
	return total, ctx.Err()
}
