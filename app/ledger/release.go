package ledger

import (
	"slices"

	"zugabe/app/loyalty"
)

// ReleaseHold gives held points back: the redemption never became a code. They
// return to their lots; from lots that ran out meanwhile they move into a new lot
// that lives until graceUntil (Unix ms, F4). No entry: nothing was posted.
func (b *Book) ReleaseHold(h Hold, graceUntil int64) error {
	if err := b.ours(h); err != nil {
		return err
	}
	if err := b.adopt(h); err != nil {
		return err
	}
	if err := b.Settle(); err != nil {
		return err
	}
	b.Account.Held -= h.Points
	for _, a := range h.Allocations {
		l := b.lot(a.LotID)
		if l.ExpiresAt <= b.now {
			if err := b.moveToGrace(l, a.Points, graceUntil); err != nil {
				return err
			}
			continue
		}
		if err := b.restore(l, a.Points); err != nil {
			return err
		}
	}
	b.closeHold(h, HoldReleased)
	return nil
}

func (b *Book) restore(l *bookLot, n loyalty.Points) error {
	available, err := b.Account.Available.Add(n)
	if err != nil {
		return err
	}
	b.Account.Available = available
	l.Remaining += n
	l.State, l.touched = LotOpen, true
	b.payDebt(l)
	return nil
}

// adopt adds the hold's lots that the Book does not know: they were empty.
func (b *Book) adopt(h Hold) error {
	for _, l := range h.Lots {
		if b.lot(l.ID) == nil {
			b.lots = append(b.lots, &bookLot{Lot: l, was: l.Remaining})
		}
	}
	for _, a := range h.Allocations {
		if b.lot(a.LotID) == nil {
			return loyalty.NotFound("lot of the hold")
		}
	}
	b.sort()
	return nil
}

// moveToGrace keeps the old lot as it was and puts the points into a new one. The
// new lot's id owns the allocation on the old lot, so that both still add up.
func (b *Book) moveToGrace(l *bookLot, n loyalty.Points, graceUntil int64) error {
	fresh, err := b.openLot(Lot{
		EntryID: l.EntryID, Source: l.Source, RuleID: l.RuleID, Original: n, Promise: l.Promise,
		AvailableAt: b.now, ExpiresAt: max(graceUntil, b.now+1),
	})
	if err == nil {
		b.allocate(fresh, l.ID, n)
	}
	return err
}

// ReturnReq gives points of a burned redemption back.
type ReturnReq struct {
	Line                      // Points = how many now
	Hold       Hold           // with its allocations and lots
	Already    loyalty.Points // given back before
	GraceUntil int64          // Unix ms; returned points live at least this long (F4)
}

// Return posts a Release and opens lots with the promise of the lots that the
// points came from, expiring at the later of their day and GraceUntil. The
// longest-lived points come back first. More than was burned is CodeInvalid.
func (b *Book) Return(r ReturnReq) error {
	if r.Points <= 0 || r.Already < 0 || r.Already+r.Points > r.Hold.Points {
		return loyalty.Invalid("points", "must be between 1 and what the redemption still has")
	}
	e, err := b.post(Release, r.Line.named(RuleRelease), r.Points)
	if err != nil {
		return err
	}
	skip, rest := r.Already, r.Points
	for _, p := range r.Hold.parts() {
		k := p.points - min(skip, p.points)
		skip -= p.points - k
		k = min(k, rest)
		if k == 0 {
			continue
		}
		rest -= k
		_, err := b.openLot(Lot{
			EntryID: e.ID, Source: p.lot.Source, RuleID: p.lot.RuleID, Original: k, Promise: p.lot.Promise,
			AvailableAt: b.now, ExpiresAt: max(p.lot.ExpiresAt, r.GraceUntil),
		})
		if err != nil {
			return err
		}
	}
	if rest > 0 {
		return loyalty.NotFound("lot of the hold")
	}
	return nil
}

type holdPart struct {
	lot    Lot
	points loyalty.Points
}

// parts pairs allocations with their lots, longest-lived first.
func (h Hold) parts() []holdPart {
	var out []holdPart
	for _, a := range h.Allocations {
		for _, l := range h.Lots {
			if l.ID == a.LotID {
				out = append(out, holdPart{l, a.Points})
			}
		}
	}
	slices.SortStableFunc(out, func(x, y holdPart) int {
		if x.lot.ExpiresAt != y.lot.ExpiresAt {
			return compare(y.lot.ExpiresAt, x.lot.ExpiresAt)
		}
		return compare(int64(y.lot.ID), int64(x.lot.ID))
	})
	return out
}
