package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
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
	debug.FreeOSMemory() // what earlier paths left behind is not this one's
	web, err := l.cfg.Serve(ctx, l.parts())
	if err != nil {
		return nil, err
	}
	defer func() { _ = web.Stop() }()
	ctx, stop := context.WithTimeout(ctx, time.Duration(l.cfg.Rounds)*l.cfg.Slice*2)
	defer stop()
	var taken, booked atomic.Int64
	var peak int64
	var all sync.WaitGroup
	errs := make([]error, 3)
	start := wall.Now()
	all.Go(func() { errs[0] = l.steady(ctx, web.Addr, &taken) })
	all.Go(func() { errs[1] = l.bookOn(ctx, &booked) })
	all.Go(func() { peak, errs[2] = watchMemory(ctx) })
	all.Wait()
	took := since(start).Seconds()
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return []Row{{
		What: fmt.Sprintf("resident, %d waiting, booking %.0f/s", waiting, float64(booked.Load())/took),
		App:  fmt.Sprintf("%.0f/s in", float64(taken.Load())/took), Yard: "–", Value: float64(peak >> 20), Target: memoryLimit, AtMost: true, Unit: " MB",
	}}, nil
}

// steady sends deliveries at the rate, spread over as many connections as intake has.
func (l *lab) steady(ctx context.Context, addr string, taken *atomic.Int64) error {
	const connections = intakeConnections
	_, err := crew(connections, func(i int) (figure, error) {
		pace := time.NewTicker(time.Second * connections / memoryRate)
		defer pace.Stop()
		next := l.deliveries(i)
		end, _ := ctx.Deadline()
		return load(context.WithoutCancel(ctx), addr, 1, end.Sub(wall.Now()), func(int) call {
			return func() []byte {
				select {
				case <-pace.C:
				case <-ctx.Done():
				}
				taken.Add(1)
				return next()
			}
		})
	})
	return err
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

// watchMemory returns the most bytes that the process held in RAM.
func watchMemory(ctx context.Context) (peak int64, err error) {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		now, err := resident()
		if err != nil {
			return 0, err
		}
		peak = max(peak, now)
		select {
		case <-tick.C:
		case <-ctx.Done():
			return peak, nil
		}
	}
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
