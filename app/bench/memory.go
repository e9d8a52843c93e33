package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const (
	memoryRate    = 1_000 // deliveries a second
	memoryMembers = 10_000
	memoryLimit   = 200 // MB
)

// memory: how much of it the process holds while deliveries come in at a steady
// rate and are booked from behind a long queue.
func memory(ctx context.Context, l *lab) ([]Row, error) {
	if err := l.settle(ctx, population{shop: int64(l.shop.ID), members: memoryMembers, perMember: 1, expiresAt: never}); err != nil {
		return nil, err
	}
	waiting := l.cfg.Entries / 10
	if err := l.deliver(ctx, waiting, memoryMembers); err != nil {
		return nil, err
	}
	// What filled the database is not the app: its connections give back their
	// page caches, and earlier paths their garbage.
	l.raw.SetMaxIdleConns(0)
	debug.FreeOSMemory()
	web, err := l.cfg.Serve(ctx, l.parts())
	if err != nil {
		return nil, err
	}
	defer func() { _ = web.Stop() }()
	ctx, stop := context.WithTimeout(ctx, time.Duration(l.cfg.Rounds)*l.cfg.Slice*2)
	defer stop()
	var booked atomic.Int64
	var taken figure
	var held watched
	var all sync.WaitGroup
	errs := make([]error, 3)
	start := wall.Now()
	all.Go(func() { taken, errs[0] = l.steady(ctx, web.Addr) })
	all.Go(func() { errs[1] = l.bookOn(ctx, &booked) })
	all.Go(func() { held, errs[2] = watchMemory(ctx) })
	all.Wait()
	took := since(start).Seconds()
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	rate := float64(taken.n) / took
	what := fmt.Sprintf("with %d waiting and %.0f/s booked", waiting, float64(booked.Load())/took)
	return []Row{
		{What: "deliveries taken a second, " + what, App: fmt.Sprintf("%.0f/s", rate), Yard: fmt.Sprintf("p99 %s ms", short(milliseconds(taken.percentile(0.99)))),
			Value: rate, Target: memoryRate, Unit: "/s"},
		{What: "resident " + what, App: fmt.Sprintf("%d MB", held.resident>>20), Yard: fmt.Sprintf("Go has %d MB of it", held.golang>>20),
			Value: float64(held.resident >> 20), Target: memoryLimit, AtMost: true, Unit: " MB"},
	}, nil
}

// steady sends deliveries at the rate: each connection has a time for each of
// its requests, and catches up when an answer was late.
func (l *lab) steady(ctx context.Context, addr string) (figure, error) {
	const connections = 2 * intakeConnections
	const apart = time.Second * connections * 100 / (memoryRate * 101) // a hundredth too fast, so that the rate is reached
	end, _ := ctx.Deadline()
	start := wall.Now()
	return load(context.WithoutCancel(ctx), addr, connections, end.Sub(start), func(i int) call {
		next := l.deliveries(i)
		due := start.Add(apart * time.Duration(i) / connections)
		return func() []byte {
			await(ctx, due)
			due = due.Add(apart)
			return next()
		}
	})
}

// await returns at the time, or when ctx ends.
func await(ctx context.Context, at time.Time) {
	left := at.Sub(wall.Now())
	if left <= 0 {
		return
	}
	timer := time.NewTimer(left)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// bookOn books what waits until the time is over.
func (l *lab) bookOn(ctx context.Context, booked *atomic.Int64) error {
	for ctx.Err() == nil {
		f, err := l.book(ctx)
		booked.Add(f.n)
		if err != nil && ctx.Err() == nil {
			return err
		}
	}
	return nil
}

// watched is how many bytes the process held in RAM when it held most, and how
// many of them belong to Go; the rest are SQLite's pages and the program itself.
type watched struct{ resident, golang int64 }

func watchMemory(ctx context.Context) (most watched, err error) {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		now, err := resident()
		if err != nil {
			return most, err
		}
		if now > most.resident {
			most = watched{now, goMemory()}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return most, nil
		}
	}
}

// goMemory is what Go has from the machine and has not given back.
func goMemory() int64 {
	sample := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(sample)
	return int64(sample[0].Value.Uint64() - sample[1].Value.Uint64())
}

// resident is the resident size of this process: with the load generator in it,
// so the app alone is smaller.
func resident() (int64, error) {
	raw, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(raw))
	if len(fields) < 2 {
		return 0, errors.New("the size of this process cannot be read")
	}
	pages, err := strconv.ParseInt(fields[1], 10, 64)
	return pages * int64(os.Getpagesize()), err
}
