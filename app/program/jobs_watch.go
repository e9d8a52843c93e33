package program

import (
	"context"
	"time"

	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/reward"
	"zugabe/app/store"
)

// How long things that are done are kept, and when something open counts as stuck.
const (
	JobKeep       = 7 * 24 * time.Hour
	DeliveryKeep  = 30 * 24 * time.Hour
	stuckDelivery = 15 * time.Minute
	stuckJob      = time.Hour
	// abandonedHold is how long points stay held for a code that the host could
	// not be asked about; a token that is revoked for that long does not come
	// back by itself (D7). Should the code exist and be used, it is debited (G17).
	abandonedHold = 21 * 24 * time.Hour
)

// Stuck is what waits in a shop for longer than it should.
type Stuck struct {
	Deliveries, Jobs         int64 // open ones, if the oldest is too old
	DeliveriesFor, JobsFor   time.Duration
	PoisonDeliveries, Buried int64 // given up; they wait for a person
}

// Any says whether there is anything to tell.
func (s Stuck) Any() bool {
	return s.Deliveries+s.Jobs+s.PoisonDeliveries+s.Buried > 0
}

// FindStuck looks for deliveries older than 15 minutes and calls older than an hour.
func (p *Program) FindStuck(ctx context.Context, shop loyalty.ShopID) (found Stuck, err error) {
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		in, err := tx.CountDeliveries(shop)
		if err != nil {
			return err
		}
		out, err := tx.CountJobs(shop)
		if err != nil {
			return err
		}
		found = Stuck{PoisonDeliveries: in.Poison, Buried: out.Dead}
		if age := p.age(in.OldestOpenAt); age > stuckDelivery {
			found.Deliveries, found.DeliveriesFor = in.New+in.Retry, age
		}
		if age := p.age(out.OldestOpenAt); age > stuckJob {
			found.Jobs, found.JobsFor = out.Open+out.Unknown, age
		}
		return nil
	})
	return found, err
}

func (p *Program) age(sinceMs int64) time.Duration {
	if sinceMs == 0 {
		return 0
	}
	return time.Duration(p.now()-sinceMs) * time.Millisecond
}

// Purge forgets finished jobs, finished deliveries and old answers, at most about
// limit of each. more says that there is more to forget.
func (p *Program) Purge(ctx context.Context, shop loyalty.ShopID, limit int) (more bool, err error) {
	err = p.Store.Write(ctx, func(tx *store.Tx) error {
		jobs, err := tx.PurgeJobs(shop, p.now()-JobKeep.Milliseconds(), limit)
		if err != nil {
			return err
		}
		settings, err := p.Settings(tx, shop)
		if err != nil {
			return err
		}
		keep := time.Duration(settings.KeepDays) * 24 * time.Hour
		deliveries, err := tx.PruneDeliveries(shop, p.now()-keep.Milliseconds(), limit)
		if err != nil {
			return err
		}
		keys, err := tx.PurgeIdempotencyKeys(shop, p.now()-IdempotencyKeep.Milliseconds(), limit)
		more = jobs >= limit || deliveries >= limit || keys >= int64(limit)
		return err
	})
	return more, err
}

// codeWatchCursor is how far the rolling look at the active codes has come.
const codeWatchCursor = "code-watch"

// WatchCodes has the next few active codes compared with the host, so that a
// code deleted there is noticed even when the host's message got lost (G18).
func (p *Program) WatchCodes(ctx context.Context, shop loyalty.Shop, limit int) (n int, err error) {
	err = p.Store.Write(ctx, func(tx *store.Tx) error {
		cursor, err := tx.LoadCursor(shop.ID, codeWatchCursor)
		if err != nil {
			return err
		}
		after := loyalty.ID(0)
		if cursor.Position != "" {
			if after, err = loyalty.ParseID(cursor.Position); err != nil {
				return err
			}
		}
		page, err := tx.ActiveCodesAfter(shop.ID, after, limit)
		if err != nil {
			return err
		}
		n, after = len(page), 0
		for _, c := range page {
			if err := p.oweCheck(tx, shop.ID, c.ID, p.now()); err != nil {
				return err
			}
			after = c.ID
		}
		if n < limit {
			after = 0 // round again
		}
		cursor.Position, cursor.UpdatedAt = after.String(), p.now()
		return tx.SaveCursor(shop.ID, cursor)
	})
	return n, err
}

// ReleaseAbandoned gives the points of redemptions back whose code could not be
// settled with the host for three weeks, with a note for the merchant (D7).
func (p *Program) ReleaseAbandoned(ctx context.Context, shop loyalty.Shop, limit int) (n int, err error) {
	var due []reward.Redemption
	err = p.Store.Read(ctx, func(tx *store.Tx) (err error) {
		due, err = tx.RedemptionsDue(shop.ID, reward.Pending, maxMs, limit)
		return err
	})
	for _, seen := range due {
		if p.now()-seen.CreatedAt < abandonedHold.Milliseconds() {
			continue
		}
		err := p.Store.Write(ctx, func(tx *store.Tx) error { return p.abandon(tx, shop, seen) })
		if err != nil {
			return n, err
		}
		n++
	}
	return n, err
}

// maxMs is after every instant we store.
const maxMs = ledger.Never

func (p *Program) abandon(tx *store.Tx, shop loyalty.Shop, seen reward.Redemption) error {
	book, red, err := p.lockRedemption(tx, shop.ID, seen)
	if err != nil || red.State != reward.Pending {
		return err
	}
	if err := p.audit(tx, shop.ID, deed{by: ledger.ActorSystem, did: "redemption.abandoned", to: "redemption:" + red.ID.String(), why: "the host could not be asked for three weeks"}); err != nil {
		return err
	}
	return p.voidPending(tx, shop, book, red, "abandoned")
}

// ClaimDue says whether a shop's task is due, and moves it on by the interval.
// The instant is kept in the database: a restart does not bring it forward, and
// of two processes one gets it (F13).
func (p *Program) ClaimDue(ctx context.Context, shop loyalty.ShopID, task string, every time.Duration) (due bool, err error) {
	err = p.Store.Write(ctx, func(tx *store.Tx) error {
		now := p.now()
		due, err = tx.ClaimCursor(shop, "task:"+task, now, now+every.Milliseconds())
		return err
	})
	return due, err
}

// birthdayCursor is the last local day whose birthdays were awarded.
const birthdayCursor = "birthdays"

// maxBirthdayDays bounds how far back a scheduler that slept looks (F2).
const maxBirthdayDays = 60

// AwardDueBirthdays awards every local day that has begun since the last call,
// also those during which nothing ran.
func (p *Program) AwardDueBirthdays(ctx context.Context, shop loyalty.Shop) (awarded int, err error) {
	zone, err := loyalty.Zone(shop.Zone)
	if err != nil {
		return 0, err
	}
	today := loyalty.DateOf(p.Clock.Now().In(zone))
	var cursor store.Cursor
	err = p.Store.Read(ctx, func(tx *store.Tx) (err error) {
		cursor, err = tx.LoadCursor(shop.ID, birthdayCursor)
		return err
	})
	if err != nil {
		return 0, err
	}
	day := today
	if cursor.Position != "" {
		last, err := loyalty.ParseDate(cursor.Position)
		if err != nil {
			return 0, err
		}
		day = last.AddDays(1)
		if first := today.AddDays(-maxBirthdayDays); day.Before(first) {
			day = first
		}
	}
	for ; !today.Before(day); day = day.AddDays(1) {
		n, err := p.AwardBirthdays(ctx, shop, day)
		awarded += n
		if err != nil {
			return awarded, err
		}
		cursor.Position, cursor.UpdatedAt = day.String(), p.now()
		if err := p.Store.Write(ctx, func(tx *store.Tx) error { return tx.SaveCursor(shop.ID, cursor) }); err != nil {
			return awarded, err
		}
	}
	return awarded, nil
}
