package ledger

import "zugabe/app/loyalty"

// AccrueReq is a fact that earned. Points may be 0: a refused earn is kept with
// its reason in the breakdown, so that support can answer "why nothing".
type AccrueReq struct {
	Line
	AvailableAt int64              // Unix ms; later than now = pending until then
	ExpiresAt   int64              // Unix ms; 0 or Never = does not expire
	Promise     loyalty.RedeemRate // what a point was worth when it was earned (N-02)
}

// Accrue adds points and opens a lot for them. Available points pay debt first.
// Reinstating a fact that was taken back is an Accrue with the next Seq. It
// needs no lots. Negative points are CodeInvalid; CodeOverflow past the caps.
func (b *Book) Accrue(r AccrueReq) error {
	if r.Points < 0 {
		return loyalty.Invalid("points", "must not be negative")
	}
	e, err := b.post(Accrual, r.Line, r.Points)
	if err != nil || r.Points == 0 {
		return err
	}
	_, err = b.openLot(Lot{
		EntryID: e.ID, Source: r.Source, RuleID: r.RuleID, Original: r.Points,
		AvailableAt: max(r.AvailableAt, 0), ExpiresAt: r.ExpiresAt, Promise: r.Promise,
	})
	return err
}
