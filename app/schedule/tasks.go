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

const (
	chunk    = 1000 // lots, codes or rows in one transaction
	shopPage = 100
)

// Tasks are all tasks of the app. Those that read much keep their next instant
// in the database, per shop, so that a restart does not start them again.
func Tasks(p *program.Program) []Task {
	w := worker{p}
	return []Task{
		{Name: "mature", Every: time.Minute, Run: w.everywhere(inChunks(p.MatureLots))},
		{Name: "expire", Every: time.Minute, Run: w.everywhere(inChunks(p.ExpireLots))},
		{Name: "totals", Every: time.Minute, Run: w.everywhere(w.totals)},
		{Name: "codes", Every: 5 * time.Minute, Run: w.everywhere(w.codes)},
		{Name: "referrals", Every: 5 * time.Minute, Run: w.everywhere(w.referrals)},
		{Name: "partners", Every: 5 * time.Minute, Run: w.everywhere(w.partners)},
		{Name: "expiry-mails", Every: 15 * time.Minute, Run: w.active(w.expiryMails)},
		{Name: "reminders", Every: 5 * time.Minute, Run: w.active(w.reminders)},
		{Name: "birthdays", Every: 15 * time.Minute, Run: w.everywhere(w.birthdays)},
		{Name: "checks", Every: time.Minute, Run: w.active(w.checks)},
		{Name: "privacy", Every: 15 * time.Minute, Run: w.all(w.whenDue("privacy", time.Hour, w.privacy))},
		{Name: "promises", Every: 10 * time.Second, Run: w.everywhere(w.promises)},
		{Name: "code-watch", Every: 15 * time.Minute, Run: w.active(w.whenDue("code-watch", time.Hour, w.watchCodes))},
		{Name: "voucher-watch", Every: 15 * time.Minute, Run: w.active(w.whenDue("voucher-watch", time.Hour, w.watchVouchers))},
		{Name: "idle", Every: 15 * time.Minute, Run: w.everywhere(w.whenDue("idle", 6*time.Hour, w.idle))},
		{Name: "purge", Every: 15 * time.Minute, Run: w.everywhere(w.whenDue("purge", time.Hour, w.purge))},
		{Name: "traces", Every: 15 * time.Minute, Run: w.all(w.whenDue("traces", 24*time.Hour, w.traces))},
		{Name: "import-files", Every: 15 * time.Minute, Run: w.everywhere(w.whenDue("import-files", 24*time.Hour, w.importFiles))},
		{Name: "stuck", Every: 5 * time.Minute, Run: w.everywhere(w.stuck)},
		{Name: "pages", Every: 5 * time.Minute, Run: w.active(w.pages)},
		{Name: "verify", Every: 15 * time.Minute, Run: w.everywhere(w.whenDue("verify", 24*time.Hour, w.verify))},
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

// all runs a task for uninstalled shops too: what the law asks of us does not end with the app.
func (w worker) all(fn shopTask) func(context.Context, func() error) error {
	return w.shops(fn, loyalty.ShopActive, loyalty.ShopNeedsAuth, loyalty.ShopFrozen, loyalty.ShopUninstalled)
}

// whenDue lets a task through when a shop has it due by the database.
func (w worker) whenDue(name string, every time.Duration, fn shopTask) shopTask {
	return func(ctx context.Context, shop loyalty.Shop, keep func() error) error {
		due, err := w.ClaimDue(ctx, shop.ID, name, every)
		if err != nil || !due {
			return err
		}
		return fn(ctx, shop, keep)
	}
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
				page, err = tx.ListShops(last, shopPage, states...)
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
			if len(page) < shopPage {
				return errors.Join(failed...)
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

func (w worker) totals(ctx context.Context, shop loyalty.Shop, keep func() error) error {
	for {
		more, err := w.CountEntries(ctx, shop)
		if err != nil || !more {
			return err
		}
		if err := keep(); err != nil {
			return err
		}
	}
}

// partners counts commissions of orders without a code, and forgets desks and permits
// that ended.
func (w worker) partners(ctx context.Context, shop loyalty.Shop, keep func() error) error {
	if err := w.SweepDesk(ctx, shop.ID); err != nil {
		return err
	}
	if err := w.SweepPermits(ctx, shop.ID); err != nil {
		return err
	}
	for {
		more, err := w.PayOrders(ctx, shop)
		if err != nil || !more {
			return err
		}
		if err := keep(); err != nil {
			return err
		}
	}
}

// reminders tells partners once a day whom they wanted to be reminded of.
func (w worker) reminders(ctx context.Context, shop loyalty.Shop, _ func() error) error {
	_, err := w.RemindPartners(ctx, shop)
	return err
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

func (w worker) watchVouchers(ctx context.Context, shop loyalty.Shop, _ func() error) error {
	return w.WatchVouchers(ctx, shop, watched)
}

func (w worker) purge(ctx context.Context, shop loyalty.Shop, keep func() error) error {
	for more := true; more; {
		var err error
		if more, err = w.PruneMails(ctx, shop.ID, chunk); err != nil {
			return err
		}
		if err := keep(); err != nil {
			return err
		}
	}
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

func (w worker) referrals(ctx context.Context, shop loyalty.Shop, keep func() error) error {
	for {
		n, err := w.QualifyReferrals(ctx, shop, 100)
		if err != nil || n == 0 {
			return err
		}
		if err := keep(); err != nil {
			return err
		}
	}
}

func (w worker) birthdays(ctx context.Context, shop loyalty.Shop, _ func() error) error {
	_, err := w.AwardDueBirthdays(ctx, shop)
	return err
}

func (w worker) privacy(ctx context.Context, shop loyalty.Shop, _ func() error) error {
	_, err := w.RunPrivacyRequests(ctx, shop)
	return err
}

// pages looks at the shop's own pages once a night.
func (w worker) pages(ctx context.Context, shop loyalty.Shop, keep func() error) error {
	if err := keep(); err != nil {
		return err
	}
	return w.LookAtNight(ctx, shop)
}

// verify checks one shop's books; what is broken is for a person to look at.
func (w worker) verify(ctx context.Context, shop loyalty.Shop, _ func() error) error {
	report, err := w.Verify(ctx, shop.ID)
	if err != nil || report.OK() {
		return err
	}
	w.Log.Error("the books do not add up", "shop", shop.ID, "broken", report.Broken(), "first", report.Violations()[0])
	return nil
}

// promised is how many accounts a change of promises does in one transaction.
const promised = 200

func (w worker) promises(ctx context.Context, shop loyalty.Shop, keep func() error) error {
	for {
		n, err := w.ApplyPromises(ctx, shop.ID, promised)
		if err != nil || n == 0 {
			return err
		}
		if err := keep(); err != nil {
			return err
		}
	}
}

// traces forgets what is no longer needed to tell referrals within one household.
func (w worker) traces(ctx context.Context, shop loyalty.Shop, keep func() error) error {
	for {
		more, err := w.ForgetTraces(ctx, shop.ID, chunk)
		if err != nil || !more {
			return err
		}
		if err := keep(); err != nil {
			return err
		}
	}
}

func (w worker) importFiles(ctx context.Context, shop loyalty.Shop, _ func() error) error {
	return w.ForgetImports(ctx, shop.ID)
}
