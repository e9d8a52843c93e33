package program

import (
	"context"
	"encoding/json"
	"errors"
	"runtime"
	"sync"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/store"
)

const (
	backtestPage = 500                    // orders in memory at once, twice
	backtestTell = 300 * time.Millisecond // how often progress is written
)

// backtestWorkers are the back-tests under way in this process.
type backtestWorkers struct {
	mu   sync.Mutex
	all  sync.WaitGroup
	stop map[*backtestRun]context.CancelFunc
}

// begin runs one in the background. The request that asked for it may end.
func (w *backtestWorkers) begin(ctx context.Context, run *backtestRun) {
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.stop == nil {
		w.stop = map[*backtestRun]context.CancelFunc{}
	}
	w.stop[run] = stop
	w.all.Go(func() {
		defer func() {
			stop()
			w.mu.Lock()
			delete(w.stop, run)
			w.mu.Unlock()
		}()
		run.work(ctx)
	})
}

// StopBacktests ends what runs in the background, and waits for it. Call it before
// the store is closed.
func (p *Program) StopBacktests() {
	p.backtests.mu.Lock()
	for _, stop := range p.backtests.stop {
		stop()
	}
	p.backtests.mu.Unlock()
	p.backtests.all.Wait()
}

// backtestRun is one replay.
type backtestRun struct {
	*Program
	shop   loyalty.Shop
	doc    PlanDoc // that is tried
	now    Plan    // in force
	row    store.Backtest
	told   int64 // Unix ms of real time
	replay replay
}

var errBacktestEnded = errors.New("program: the back-test was ended by somebody else")

// work replays, and writes down how it ended.
func (r *backtestRun) work(ctx context.Context) {
	err := r.replayAll(ctx)
	end := r.row
	end.EndedMs = loyalty.NowMs(loyalty.SystemClock())
	switch {
	case errors.Is(err, errBacktestEnded):
		return
	case ctx.Err() != nil:
		end.State = store.BacktestInterrupted
	case err != nil:
		r.Log.Error("a back-test failed", "shop", r.shop.ID, "backtest", end.ID, "err", err)
		end.State = store.BacktestFailed
	default:
		end.State = store.BacktestDone
		if end.Result, err = json.Marshal(r.replay.result); err != nil {
			end.State = store.BacktestFailed
		}
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	err = r.Store.Write(last, func(tx *store.Tx) error {
		_, err := tx.EndBacktest(r.shop.ID, end)
		return err
	})
	if err != nil {
		r.Log.Error("the end of a back-test could not be written", "shop", r.shop.ID, "backtest", end.ID, "err", err)
	}
}

func (r *backtestRun) replayAll(ctx context.Context) error {
	since, err := r.since()
	if err != nil {
		return err
	}
	var redeemed, issued int64
	err = r.Store.Read(ctx, func(tx *store.Tx) error {
		if r.row.Total, err = tx.CountSales(r.shop.ID, since); err != nil {
			return err
		}
		if redeemed, issued, err = redeemedShare(tx, r.shop.ID); err != nil {
			return err
		}
		return r.replay.begin(tx, r)
	})
	if err != nil {
		return err
	}
	if err := r.tell(ctx, true); err != nil {
		return err
	}
	pages := r.pages(ctx, since)
	defer pages.leave()
	for page := range pages.ready {
		if err := r.replay.page(page); err != nil {
			return err
		}
		r.row.Done += int64(len(page))
		if err := r.tell(ctx, false); err != nil {
			return err
		}
	}
	if pages.err != nil {
		return pages.err
	}
	return r.replay.finish(redeemed, issued)
}

// since is the start of the local day so many months ago (Unix ms).
func (r *backtestRun) since() (int64, error) {
	zone, err := loyalty.Zone(r.shop.Zone)
	if err != nil {
		return 0, err
	}
	return localDay(r.Program.now(), zone).AddMonths(-int(r.row.Months)).Start(zone).UnixMilli(), nil
}

// tell writes how far it is, and learns whether it was cancelled.
func (r *backtestRun) tell(ctx context.Context, always bool) error {
	now := loyalty.NowMs(loyalty.SystemClock())
	if !always && now-r.told < backtestTell.Milliseconds() {
		return ctx.Err()
	}
	r.told = now
	r.row.LeaseUntil = now + backtestLease.Milliseconds()
	return r.Store.Write(ctx, func(tx *store.Tx) error {
		ok, err := tx.AdvanceBacktest(r.shop.ID, r.row)
		if err == nil && !ok {
			err = errBacktestEnded
		}
		return err
	})
}

// salePages are read ahead while the page before is evaluated.
type salePages struct {
	ready chan []store.ReplaySale
	err   error // set before ready is closed
	stop  context.CancelFunc
}

// leave waits for the reading to end.
func (p *salePages) leave() {
	p.stop()
	for range p.ready { // a page that was on its way
	}
}

func (r *backtestRun) pages(ctx context.Context, since int64) *salePages {
	ctx, stop := context.WithCancel(ctx)
	pages := &salePages{ready: make(chan []store.ReplaySale), stop: stop}
	go func() {
		defer close(pages.ready)
		var after store.SaleRow
		for {
			var page []store.ReplaySale
			err := r.Store.Read(ctx, func(tx *store.Tx) (err error) {
				page, err = tx.ReplaySales(r.shop.ID, after, since, backtestPage)
				return err
			})
			if err != nil {
				pages.err = err
				return
			}
			if len(page) > 0 {
				select {
				case pages.ready <- page:
				case <-ctx.Done():
					pages.err = ctx.Err()
					return
				}
				after = page[len(page)-1].SaleRow
			}
			if len(page) < backtestPage {
				return
			}
		}
	}()
	return pages
}

// redeemedShare is how many of all points ever issued were redeemed and not returned.
func redeemedShare(tx *store.Tx, shop loyalty.ShopID) (redeemed, issued int64, err error) {
	sums, err := tx.SumsOfShop(shop)
	if err != nil {
		return 0, 0, err
	}
	redeemed, issued = -int64(sums["burn"]+sums["release"]), int64(sums["accrual"]+sums["clawback"]+sums["adjustment"])
	if redeemed <= 0 || issued <= 0 {
		return 0, 0, nil
	}
	return min(redeemed, issued), issued, nil
}

// halves is how many goroutines evaluate: half of the machine is left to the shop.
func halves() int { return max(1, runtime.GOMAXPROCS(0)/2) }
