package ledger

import (
	"math/big"
	"slices"

	"zugabe/app/loyalty"
)

// RuleRescale is the rule id of points that make up for a new redeem rate.
const RuleRescale = "rescale"

// RescaleReq gives lots another redeem rate (N-02). The line says which plan
// version did it, who, and in its note why.
type RescaleReq struct {
	Line                      // Source is the prefix of the sources of what is added
	Rate   loyalty.RedeemRate // the new promise
	Before int64              // Unix ms; lots made at or after it are left alone
	Moved  []Moved            // but for those into which earlier changes moved older points since
	TopUp  bool               // lots that were promised better get points, so that nobody is worse off
}

// Moved is an earlier rescale: the promise that its lots have, and when it made them (Unix ms).
type Moved struct {
	Rate      loyalty.RedeemRate
	From, Til int64
}

func (r RescaleReq) concerns(l Lot) bool {
	if l.State == LotClosed || l.Promise == r.Rate {
		return false
	}
	return l.CreatedAt < r.Before || slices.ContainsFunc(r.Moved, func(m Moved) bool {
		return l.Promise == m.Rate && l.CreatedAt >= m.From && l.CreatedAt <= m.Til
	})
}

// Rescaled is what a rescale did.
type Rescaled struct {
	Lots   int
	Points loyalty.Points // added
}

// Rescale moves what is left of the lots into new lots with the new promise; the
// old ones keep theirs, so that points that come back from a redemption are worth
// what they were worth. Points are never taken. All lots must be loaded. A second
// time finds nothing left to do.
func (b *Book) Rescale(r RescaleReq) (Rescaled, error) {
	var done Rescaled
	if err := r.Rate.Validate(); err != nil {
		return done, err
	}
	if err := b.ready(); err != nil {
		return done, err
	}
	for _, l := range append([]*bookLot(nil), b.lots...) {
		if !r.concerns(l.Lot) {
			continue
		}
		n := l.Remaining
		if err := b.repromise(l, r.Rate); err != nil {
			return done, err
		}
		done.Lots++
		if !r.TopUp {
			continue
		}
		more, err := TopUp(n, l.Promise, r.Rate)
		if err != nil {
			return done, err
		}
		if err := b.topUp(l, more, r); err != nil {
			return done, err
		}
		done.Points += more
	}
	return done, nil
}

// repromise moves all that is left of a lot into a new one with another promise.
func (b *Book) repromise(l *bookLot, rate loyalty.RedeemRate) error {
	n := l.Remaining
	fresh, err := b.openLot(Lot{
		EntryID: l.EntryID, Source: l.Source, RuleID: l.RuleID, Original: n, Promise: rate, AvailableAt: l.AvailableAt, ExpiresAt: l.ExpiresAt,
	})
	if err != nil {
		return err
	}
	b.takeFrom(l, n, fresh)
	return nil
}

func (b *Book) topUp(l *bookLot, more loyalty.Points, r RescaleReq) error {
	if more == 0 {
		return nil
	}
	line := r.Line.named(RuleRescale)
	line.Source = r.Source + ":" + l.ID.String()
	e, err := b.post(Adjustment, line, more)
	if err != nil {
		return err
	}
	_, err = b.openLot(Lot{
		EntryID: e.ID, Source: line.Source, RuleID: line.RuleID, Original: more, Promise: r.Rate, AvailableAt: l.AvailableAt, ExpiresAt: l.ExpiresAt,
	})
	return err
}

// TopUp is how many points must be added to n points of an old promise, so that
// they are worth no less at a new rate: the least whole number, never negative.
func TopUp(n loyalty.Points, old, rate loyalty.RedeemRate) (loyalty.Points, error) {
	if old.Validate() != nil {
		return 0, nil // nothing was promised
	}
	worth := new(big.Int).Mul(big.NewInt(int64(n)), big.NewInt(old.Minor))
	worth.Mul(worth, big.NewInt(int64(rate.PerPoints)))
	by := new(big.Int).Mul(big.NewInt(int64(old.PerPoints)), big.NewInt(rate.Minor))
	need, rest := new(big.Int).QuoRem(worth, by, new(big.Int))
	if rest.Sign() > 0 {
		need.Add(need, big.NewInt(1))
	}
	if need.Cmp(big.NewInt(int64(n))) <= 0 {
		return 0, nil
	}
	need.Sub(need, big.NewInt(int64(n)))
	if need.Cmp(big.NewInt(int64(loyalty.MaxEntryPoints))) > 0 {
		return 0, loyalty.Refuse(loyalty.CodeOverflow, "more points than one entry can hold")
	}
	return loyalty.Points(need.Int64()), nil
}
