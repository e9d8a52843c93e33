// Package intake works off stored deliveries: it takes a batch from a lane,
// shop by shop, and lets program book it. What a delivery means is program's
// business; here is only who works when.
package intake

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"zugabe/app/crash"
	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
)

// Config says how many work and how often they look. The zero value is fine.
type Config struct {
	Workers int           // 0 = 3
	Batch   int           // deliveries in one transaction; 0 = 200
	Poll    time.Duration // between looks when nobody wakes us; 0 = 250 ms
	Log     *slog.Logger  // nil = the program's
	// Booked is told of every batch: how many deliveries were taken, what became
	// of them, and how long it took. It must not block. May be nil.
	Booked func(shop loyalty.ShopID, taken int, result program.BookResult, took time.Duration)
}

// Pool works off deliveries until it is stopped. Several processes may each run
// one: a lane is leased to one of them at a time.
type Pool struct {
	program *program.Program
	cfg     Config
	wake    chan struct{}
	leases  *leases

	mu   sync.Mutex
	busy map[int64]bool // lanes that a worker has in hand
}

// New makes a pool that is not running yet.
func New(p *program.Program, cfg Config) *Pool {
	if cfg.Workers <= 0 {
		cfg.Workers = 3
	}
	if cfg.Batch <= 0 {
		cfg.Batch = 200
	}
	if cfg.Poll <= 0 {
		cfg.Poll = 250 * time.Millisecond
	}
	if cfg.Log == nil {
		cfg.Log = p.Log
	}
	if cfg.Booked == nil {
		cfg.Booked = func(loyalty.ShopID, int, program.BookResult, time.Duration) {}
	}
	return &Pool{program: p, cfg: cfg, wake: make(chan struct{}, 1), leases: newLeases(p), busy: map[int64]bool{}}
}

// Wake says that there may be work. It never blocks.
func (d *Pool) Wake() {
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

// Run works until ctx ends, and returns when the batches in hand are booked.
func (d *Pool) Run(ctx context.Context) {
	lanes := make(chan int64)
	var all sync.WaitGroup
	for range d.cfg.Workers {
		all.Go(func() {
			for lane := range lanes {
				d.serve(ctx, lane)
			}
		})
	}
	for ctx.Err() == nil {
		if d.handOut(ctx, lanes) == 0 {
			d.rest(ctx)
		}
	}
	close(lanes)
	all.Wait()
	d.leases.releaseAll(context.WithoutCancel(ctx))
}

// rest waits for a wake-up, the next poll or the end.
func (d *Pool) rest(ctx context.Context) {
	poll := time.NewTimer(d.cfg.Poll)
	defer poll.Stop()
	select {
	case <-ctx.Done():
	case <-d.wake:
	case <-poll.C:
	}
}

// handOut gives lanes with work to idle workers and says how many it gave.
func (d *Pool) handOut(ctx context.Context, lanes chan<- int64) (given int) {
	list, err := d.look(ctx)
	if err != nil {
		if ctx.Err() == nil {
			d.cfg.Log.Error("deliveries cannot be looked for", "err", err)
		}
		return 0
	}
	for _, lane := range list {
		if !d.take(lane) {
			continue
		}
		select {
		case lanes <- lane:
			given++
		case <-ctx.Done():
			d.drop(lane)
			return given
		}
	}
	return given
}

// look lists the lanes with work, after having made due retries new again.
func (d *Pool) look(ctx context.Context) (busy []int64, err error) {
	var due []int64
	now := loyalty.NowMs(d.program.Clock)
	err = d.program.Store.Read(ctx, func(tx *store.Tx) (err error) {
		if due, err = tx.LanesWithRetries(now); err != nil {
			return err
		}
		busy, err = tx.BusyLanes()
		return err
	})
	if err != nil || len(due) == 0 {
		return busy, err
	}
	err = d.program.Store.Write(ctx, func(tx *store.Tx) error {
		for _, lane := range due {
			if _, err := tx.PromoteRetries(lane, now); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = d.program.Store.Read(ctx, func(tx *store.Tx) (err error) {
		busy, err = tx.BusyLanes()
		return err
	})
	return busy, err
}

func (d *Pool) take(lane int64) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.busy[lane] {
		return false
	}
	d.busy[lane] = true
	return true
}

func (d *Pool) drop(lane int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.busy, lane)
}

// maxRounds bounds how long a worker stays in one lane while others wait.
const maxRounds = 8

// serve works in one lane, one batch per shop in turn, so that no shop's flood
// keeps another waiting.
func (d *Pool) serve(ctx context.Context, lane int64) {
	defer d.drop(lane)
	if err := d.serveLane(ctx, lane); err != nil && ctx.Err() == nil {
		d.cfg.Log.Error("deliveries cannot be worked off", "lane", lane, "err", err)
		d.rest(ctx)
	}
}

func (d *Pool) serveLane(ctx context.Context, lane int64) error {
	after := loyalty.ShopID(0)
	for round := 0; round < maxRounds && ctx.Err() == nil; {
		held, err := d.leases.hold(ctx, lane)
		if err != nil || !held {
			return err
		}
		crash.Point("intake.leased")
		shop, rows, err := d.next(ctx, lane, after)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			if after == 0 {
				return nil
			}
			after, round = 0, round+1
			continue
		}
		after = rows[0].Shop
		if err := d.book(ctx, shop, rows); err != nil {
			return err
		}
	}
	return nil
}

// next takes a batch of the first shop after the given one that has work in the lane.
func (d *Pool) next(ctx context.Context, lane int64, after loyalty.ShopID) (shop loyalty.Shop, rows []store.Delivery, err error) {
	err = d.program.Store.Read(ctx, func(tx *store.Tx) error {
		rows = nil
		id, found, err := tx.NextShopWithWork(lane, after)
		if err != nil || !found {
			return err
		}
		if shop, found, err = tx.ShopByID(id); err != nil {
			return err
		}
		if !found {
			shop = loyalty.Shop{ID: id}
		}
		rows, err = tx.TakeDeliveries(id, lane, d.cfg.Batch)
		return err
	})
	return shop, rows, err
}

// bookTime bounds one batch, also while stopping: the host may have to be asked.
const bookTime = 2 * time.Minute

func (d *Pool) book(ctx context.Context, shop loyalty.Shop, rows []store.Delivery) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), bookTime)
	defer cancel()
	if shop.Host == "" {
		return d.giveUp(ctx, shop.ID, rows)
	}
	start := loyalty.SystemClock().Now()
	crash.Point("intake.taken")
	result, err := d.program.BookDeliveries(ctx, shop, rows)
	if err != nil {
		return fmt.Errorf("shop %s: %w", shop.ID, err)
	}
	crash.Point("intake.booked")
	d.cfg.Booked(shop.ID, len(rows), result, loyalty.SystemClock().Now().Sub(start))
	return nil
}

// giveUp ends deliveries of a shop that has been erased.
func (d *Pool) giveUp(ctx context.Context, shop loyalty.ShopID, rows []store.Delivery) error {
	ids := make([]loyalty.ID, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	return d.program.Store.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.FinishDeliveries(shop, ids, store.DeliveryIgnored, "there is no such shop", loyalty.NowMs(d.program.Clock))
		return err
	})
}

// Drain works off everything that is due now, with one worker, and says how many
// deliveries it took: for the demo and for tests.
func (d *Pool) Drain(ctx context.Context) (taken int, err error) {
	for {
		lanes, err := d.look(ctx)
		if err != nil || len(lanes) == 0 {
			return taken, err
		}
		for _, lane := range lanes {
			for after := loyalty.ShopID(0); ; {
				shop, rows, err := d.next(ctx, lane, after)
				if err != nil {
					return taken, err
				}
				if len(rows) == 0 {
					break
				}
				after = rows[0].Shop
				if err := d.book(ctx, shop, rows); err != nil {
					return taken, err
				}
				taken += len(rows)
			}
		}
	}
}
