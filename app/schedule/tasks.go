package schedule

import (
	"context"
	"errors"
	"fmt"
	"time"

	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
)

const chunk = 1000 // lots, codes or rows in one transaction

// Tasks are all tasks of the app.
func Tasks(p *program.Program) []Task {
	w := worker{p}
	return []Task{
		{Name: "mature", Every: time.Minute, Run: w.everywhere(inChunks(p.MatureLots))},
		{Name: "expire", Every: time.Minute, Run: w.everywhere(inChunks(p.ExpireLots))},
		{Name: "idle", Every: 6 * time.Hour, Run: w.everywhere(w.idle)},
		{Name: "codes", Every: 5 * time.Minute, Run: w.everywhere(w.codes)},
		{Name: "checks", Every: time.Minute, Run: w.active(w.checks)},
		{Name: "code-watch", Every: time.Hour, Run: w.active(w.watchCodes)},
		{Name: "purge", Every: time.Hour, Run: w.everywhere(w.purge)},
		{Name: "stuck", Every: 5 * time.Minute, Run: w.everywhere(w.stuck)},
	}
}

type worker struct{ *program.Program }

// shopTask does one shop; keep is to be called between chunks.
type shopTask func(ctx context.Context, shop loyalty.Shop, keep func() error) error

// everywhere runs a task for every shop that has not uninstalled the app: points
// go on maturing and running out while a shop is frozen.
func (w worker) everywhere(fn shopTask) func(context.Context, func() error) error {
	return w.shops(fn, loyalty.ShopActive, loyalty.ShopNeedsAuth, loyalty.ShopFrozen)
}

// active runs a task for the shops whose host lets us in.
func (w worker) active(fn shopTask) func(context.Context, func() error) error {
	return w.shops(fn, loyalty.ShopActive)
}

// shops pages through the shops. One shop's trouble does not keep the task from
// the others.
func (w worker) shops(fn shopTask, states ...loyalty.ShopState) func(context.Context, func() error) error {
	return func(ctx context.Context, keep func() error) error {
		var failed []error
		var last loyalty.ShopID
		for {
			var page []loyalty.Shop
			err := w.Store.Read(ctx, func(tx *store.Tx) (err error) {
				page, err = tx.ListShops(last, 100, states...)
				return err
			})
			if err != nil || len(page) == 0 {
				return errors.Join(append(failed, err)...)
			}
			if err := keep(); err != nil {
				return errors.Join(append(failed, err)...)
			}
			for _, shop := range page {
				if err := fn(ctx, shop, keep); err != nil {
					failed = append(failed, fmt.Errorf("shop %s: %w", shop.ID, err))
				}
				last = shop.ID
			}
		}
	}
}

// inChunks repeats a sweep until it finds less than a chunk.
func inChunks(sweep func(context.Context, loyalty.ShopID, int) (int, error)) shopTask {
	return func(ctx context.Context, shop loyalty.Shop, keep func() error) error {
		for {
			n, err := sweep(ctx, shop.ID, chunk)
			if err != nil || n < chunk {
				return err
			}
			if err := keep(); err != nil {
				return err
			}
		}
	}
}

func (w worker) codes(ctx context.Context, shop loyalty.Shop, keep func() error) error {
	for {
		n, err := w.ExpireCodes(ctx, shop, 200)
		if err != nil || n == 0 {
			return err
		}
		if err := keep(); err != nil {
			return err
		}
	}
}

func (w worker) checks(ctx context.Context, shop loyalty.Shop, _ func() error) error {
	return w.OweChecks(ctx, shop)
}

func (w worker) idle(ctx context.Context, shop loyalty.Shop, keep func() error) error {
	var after ledger.Account
	for {
		last, _, err := w.ExpireIdle(ctx, shop, after, chunk)
		if err != nil || last.ID == 0 {
			return err
		}
		after = last
		if err := keep(); err != nil {
			return err
		}
	}
}

// watched is how many codes per shop and hour are compared with the host.
const watched = 20

func (w worker) watchCodes(ctx context.Context, shop loyalty.Shop, _ func() error) error {
	_, err := w.WatchCodes(ctx, shop, watched)
	return err
}

func (w worker) purge(ctx context.Context, shop loyalty.Shop, keep func() error) error {
	for {
		more, err := w.Purge(ctx, shop.ID, chunk)
		if err != nil || !more {
			return err
		}
		if err := keep(); err != nil {
			return err
		}
	}
}

// stuck tells the operator what waits too long, and frees points that are held
// for a host that never came back.
func (w worker) stuck(ctx context.Context, shop loyalty.Shop, _ func() error) error {
	found, err := w.FindStuck(ctx, shop.ID)
	if err != nil {
		return err
	}
	if found.Any() {
		w.Log.Warn("work is stuck", "shop", shop.ID, "deliveries", found.Deliveries, "for", found.DeliveriesFor,
			"jobs", found.Jobs, "jobs_for", found.JobsFor, "poison", found.PoisonDeliveries, "dead_jobs", found.Buried)
	}
	_, err = w.ReleaseAbandoned(ctx, shop, 200)
	return err
}
