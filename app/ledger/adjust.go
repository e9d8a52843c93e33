package ledger

import "zugabe/app/loyalty"

// AdjustReq is a person's or a policy's correction: Points is signed.
type AdjustReq struct {
	Line
	AllowDebt bool               // a negative one may go below zero
	ExpiresAt int64              // of points given; 0 = never
	Promise   loyalty.RedeemRate // of points given
}

// Adjust gives or takes points outside any rule. It wants a note (B23) and a
// non-zero number: CodeInvalid otherwise. Taking more than is available is
// CodeInsufficientPoints unless AllowDebt.
func (b *Book) Adjust(r AdjustReq) error {
	if r.Points == 0 {
		return loyalty.Invalid("points", "must not be zero")
	}
	if r.Note == "" {
		return loyalty.Invalid("note", "must say why")
	}
	l := r.Line.named(RuleAdjust)
	if r.Points < 0 {
		if err := b.ready(); err != nil {
			return err
		}
		l.Points = -r.Points
		if err := b.affords(l.Points); err != nil && !r.AllowDebt {
			return err
		}
		return b.debit(Adjustment, l)
	}
	e, err := b.post(Adjustment, l, r.Points)
	if err != nil {
		return err
	}
	_, err = b.openLot(Lot{
		EntryID: e.ID, Source: l.Source, RuleID: l.RuleID, Original: r.Points,
		AvailableAt: b.now, ExpiresAt: r.ExpiresAt, Promise: r.Promise,
	})
	return err
}
