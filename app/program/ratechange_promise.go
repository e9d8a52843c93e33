package program

import (
	"context"
	"math/bits"
	"slices"

	"zugabe/app/crash"
	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/reward"
	"zugabe/app/store"
)

// PromiseChoice is what a new redeem rate means for points that members have (N-02).
type PromiseChoice string

// The choices. Keep is the default.
const (
	PromiseKeep   PromiseChoice = "keep"   // every point keeps the worth it was promised when it was earned
	PromiseTopUp  PromiseChoice = "top_up" // the new rate for all, with points added so that nobody is worse off
	PromiseNotice PromiseChoice = "notice" // the new rate for all from a day on; until then the old worth
)

// PromiseChange is a choice with its day.
type PromiseChange struct {
	Choice PromiseChoice     `json:"choice"`
	From   loyalty.LocalDate `json:"from,omitzero"` // of a notice, in the shop's zone; today or later
}

// maxNotice is how far ahead a notice may lie, in months.
const maxNotice = 24

// starts checks the choice and says from when it is carried out (Unix ms).
func (c PromiseChange) starts(shop loyalty.Shop, nowMs int64) (int64, error) {
	switch c.Choice {
	case "", PromiseKeep, PromiseTopUp:
		return nowMs, nil
	case PromiseNotice:
	default:
		return 0, loyalty.Invalid("promise.choice", "must be keep, top_up or notice")
	}
	zone, err := loyalty.Zone(shop.Zone)
	if err != nil {
		return 0, err
	}
	today := localDay(nowMs, zone)
	if c.From.IsZero() || c.From.Before(today) || today.AddMonths(maxNotice).Before(c.From) {
		return 0, loyalty.Invalid("promise.from", "must be a day from today on, at most two years ahead")
	}
	return c.From.Start(zone).UnixMilli(), nil
}

// sameRate says that two rates give the same worth.
func sameRate(a, b loyalty.RedeemRate) bool {
	hi, lo := bits.Mul64(uint64(a.Minor), uint64(b.PerPoints))
	otherHi, otherLo := bits.Mul64(uint64(b.Minor), uint64(a.PerPoints))
	return hi == otherHi && lo == otherLo
}

// rateChange is one plan version following another.
type rateChange struct {
	actor         string
	before, saved Plan
	change        PromiseChange
}

// promise stores, together with a new plan version, what becomes of older points.
func (p *Program) promise(tx *store.Tx, shop loyalty.Shop, c rateChange) error {
	saved, rate := c.saved, c.saved.Doc.Redeem.Rate
	from, err := c.change.starts(shop, saved.EffectiveFrom)
	kept := c.change.Choice == "" || c.change.Choice == PromiseKeep
	if err != nil || kept || rate.Validate() != nil || sameRate(c.before.Doc.Redeem.Rate, rate) {
		return err
	}
	if err := tx.SupersedeNotices(shop.ID, from, saved.EffectiveFrom); err != nil {
		return err // it would bring an older rate back on its day
	}
	return tx.InsertPromise(shop.ID, store.Promise{
		Version: saved.Version, Choice: string(c.change.Choice), State: store.PromiseDue, FromAt: from, BeforeAt: saved.EffectiveFrom, Rate: rate,
		Actor: c.actor, CreatedAt: p.now(),
	})
}

// ApplyPromises carries out, for up to limit accounts, what a new redeem rate means
// for their points. n is how many accounts it looked at: call again while it is not
// 0. Who is killed in between goes on where the last chunk ended.
func (p *Program) ApplyPromises(ctx context.Context, shop loyalty.ShopID, limit int) (n int, err error) {
	err = p.Store.Write(ctx, func(tx *store.Tx) error {
		n = 0
		open, err := tx.OpenPromises(shop)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(open, func(x store.Promise) bool { return x.FromAt <= p.now() })
		if at < 0 {
			return nil
		}
		next, after := open[at], open[at].AfterID
		ids, err := tx.AccountsAfter(shop, after, limit)
		if err != nil {
			return err
		}
		if n = len(ids); n > 0 {
			next.AfterID, next.Accounts = ids[n-1], next.Accounts+int64(n)
			if err := p.rescale(tx, shop, ids, &next); err != nil {
				return err
			}
		}
		if n < limit {
			next.State, next.DoneAt = store.PromiseDone, p.now()
		}
		crash.Point("promise.rescaled")
		ok, err := tx.AdvancePromise(shop, next, after)
		if err == nil && !ok {
			err = loyalty.Refuse(loyalty.CodeConflict, "another process changes the promises")
		}
		crash.Point("promise.advanced")
		return err
	})
	if n > 0 {
		crash.Point("promise.committed")
	}
	return n, err
}

func (p *Program) rescale(tx *store.Tx, shop loyalty.ShopID, ids []loyalty.ID, change *store.Promise) error {
	books, err := p.openBooks(tx, shop, ids)
	if err != nil {
		return err
	}
	earlier, err := tx.PromisesDone(shop, change.Version, change.BeforeAt)
	if err != nil {
		return err
	}
	var moved []ledger.Moved
	for _, e := range earlier {
		moved = append(moved, ledger.Moved{Rate: e.Rate, From: e.FromAt, Til: e.DoneAt})
	}
	var dirty []*ledger.Book
	for _, id := range ids {
		book := books[id]
		done, err := book.Rescale(ledger.RescaleReq{
			Line: ledger.Line{Source: "rescale:" + loyalty.ID(change.Version).String(), PlanVersion: change.Version, Actor: change.Actor,
				Note: "a new redeem rate: nobody is worse off"},
			Rate: change.Rate, Before: change.BeforeAt, Moved: moved, TopUp: change.Choice == string(PromiseTopUp),
		})
		if err != nil {
			p.Log.Error("an account keeps its promises: its points do not add up", "shop", shop, "account", id, "err", err)
			continue
		}
		change.Lots += int64(done.Lots)
		change.Points += done.Points
		if book.Dirty() {
			dirty = append(dirty, book)
		}
	}
	if len(dirty) == 0 {
		return nil
	}
	if err := tx.SaveBooks(shop, dirty, p.now()); err != nil {
		return err
	}
	return p.publishLater(tx, shop, accountsOf(dirty))
}

// Worths is what a shop's points are worth.
type Worths struct {
	Rate      loyalty.RedeemRate // of the current plan
	Mixed     bool               // points may have been promised another rate: ask their lots
	ChangesAt int64              // Unix ms at which the rate of older points changes; 0 = it does not
}

// Worths looks whether the shop has ever had another redeem rate.
func (p *Program) Worths(tx *store.Tx, shop loyalty.Shop) (Worths, error) {
	plans, err := p.plansOf(tx, shop)
	if err != nil {
		return Worths{}, err
	}
	now, err := plans.current()
	if err != nil {
		return Worths{}, err
	}
	w := Worths{Rate: now.Doc.Redeem.Rate}
	for _, v := range plans.versions {
		plan, err := plans.version(v.Version)
		if err != nil {
			return w, err
		}
		w.Mixed = w.Mixed || !sameRate(plan.Doc.Redeem.Rate, w.Rate)
	}
	if !w.Mixed {
		return w, nil
	}
	open, err := tx.OpenPromises(shop.ID)
	for _, x := range open {
		if x.FromAt > p.now() && (w.ChangesAt == 0 || x.FromAt < w.ChangesAt) {
			w.ChangesAt = x.FromAt
		}
	}
	return w, err
}

// Purse lists an account's spendable points with their promises, in the order in
// which they are spent. Points that were promised nothing have the fallback.
func Purse(lots []ledger.Lot, fallback loyalty.RedeemRate) []reward.Part {
	var parts []reward.Part
	for _, l := range lots {
		if l.State == ledger.LotOpen && l.Remaining > 0 {
			parts = append(parts, reward.Part{Points: l.Remaining, Rate: promised(l, fallback)})
		}
	}
	return parts
}

func promised(l ledger.Lot, fallback loyalty.RedeemRate) loyalty.RedeemRate {
	if l.Promise.Validate() != nil {
		return fallback
	}
	return l.Promise
}

// heldWorth is what a hold is worth by the promises of its lots (minor units).
func heldWorth(h ledger.Hold, fallback loyalty.RedeemRate) (int64, error) {
	var parts []reward.Part
	for _, a := range h.Allocations {
		for _, l := range h.Lots {
			if l.ID == a.LotID {
				parts = append(parts, reward.Part{Points: a.Points, Rate: promised(l, fallback)})
			}
		}
	}
	return reward.Worth(parts)
}
