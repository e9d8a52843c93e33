package dispatch

import (
	"context"
	"log/slog"
	"time"

	"zugabe/app/crash"
	"zugabe/app/loyalty"
	"zugabe/app/program"
)

// Mails hands mails to the mail server until it is stopped, one after the other.
// Several processes may each run one.
type Mails struct {
	program *program.Program
	log     *slog.Logger
	poll    time.Duration
	wake    chan struct{}
}

// NewMails makes a worker that is not running yet. It looks once a second when nobody
// wakes it.
func NewMails(p *program.Program) *Mails {
	return &Mails{program: p, log: p.Log, poll: time.Second, wake: make(chan struct{}, 1)}
}

// Wake says that there may be a mail. It never blocks.
func (w *Mails) Wake() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// Run works until ctx ends, and returns when the mail under way is over.
func (w *Mails) Run(ctx context.Context) {
	for ctx.Err() == nil {
		if _, err := w.Drain(ctx); err != nil && ctx.Err() == nil {
			w.log.Error("mails cannot be sent", "err", err)
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

// Drain goes round the shops until nothing is due, and says how many mails that were.
func (w *Mails) Drain(ctx context.Context) (total int, err error) {
	for round := true; round && ctx.Err() == nil; {
		round = false
		for last := loyalty.ShopID(0); ctx.Err() == nil; {
			shop, found, err := w.program.NextShopWithMails(ctx, last)
			if err != nil {
				return total, err
			}
			if !found {
				break
			}
			n, err := w.serve(ctx, shop)
			if err != nil {
				return total, err
			}
			total, last, round = total+n, shop.ID, round || n > 0
		}
	}
	return total, nil
}

// serve sends one helping of a shop's mails. What is leased and not begun when the
// worker is stopped is left for whoever comes next.
func (w *Mails) serve(ctx context.Context, shop loyalty.Shop) (int, error) {
	mails, err := w.program.ClaimMails(ctx, shop.ID)
	if err != nil || len(mails) == 0 {
		return 0, err
	}
	crash.Point("mail.claimed")
	for i, m := range mails {
		if ctx.Err() != nil {
			return i, nil
		}
		if err := w.program.SendMail(context.WithoutCancel(ctx), shop, m); err != nil {
			return i, err
		}
		crash.Point("mail.sent")
	}
	return len(mails), nil
}
