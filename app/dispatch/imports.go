package dispatch

import (
	"context"
	"log/slog"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/program"
)

// Imports works on imports and printed batches until it is stopped. Several processes
// may each run one: a lease says who is at what.
type Imports struct {
	program *program.Program
	log     *slog.Logger
	poll    time.Duration
	wake    chan struct{}
}

// importHelping is how many parts of one shop's work are done before the next shop's turn.
const importHelping = 20

// NewImports makes a worker that is not running yet. It looks every two seconds when
// nobody wakes it.
func NewImports(p *program.Program) *Imports {
	return &Imports{program: p, log: p.Log, poll: 2 * time.Second, wake: make(chan struct{}, 1)}
}

// Wake says that there may be work. It never blocks.
func (w *Imports) Wake() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// Run works until ctx ends, and returns when the part under way is done.
func (w *Imports) Run(ctx context.Context) {
	for ctx.Err() == nil {
		if err := w.Drain(ctx); err != nil && ctx.Err() == nil {
			w.log.Error("imports cannot be worked on", "err", err)
		}
		timer := time.NewTimer(w.poll)
		select {
		case <-ctx.Done():
		case <-w.wake:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// Drain goes round the shops until nothing is left to do.
func (w *Imports) Drain(ctx context.Context) error {
	for round := true; round && ctx.Err() == nil; {
		round = false
		for last := loyalty.ShopID(0); ctx.Err() == nil; {
			shop, found, err := w.program.NextShopWithImports(ctx, last)
			if err != nil {
				return err
			}
			if !found {
				break
			}
			n, err := w.program.WorkImports(ctx, shop, 0, importHelping)
			if err != nil {
				return err
			}
			last, round = shop.ID, round || n > 0
		}
	}
	return nil
}
