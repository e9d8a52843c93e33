package ledger

import "zugabe/app/loyalty"

// CountPromised adds to sums how many points more or fewer the member has of each
// promise by what this Book did (N-02). Points that a redemption holds are still
// the member's. What no lot has is not in it: debts, and points held of lots that
// were promised nothing.
func (b *Book) CountPromised(sums map[loyalty.RedeemRate]loyalty.Points) {
	add := func(rate loyalty.RedeemRate, n loyalty.Points) {
		if n != 0 && rate.Validate() == nil {
			sums[rate] += n
		}
	}
	for _, l := range b.lots {
		add(l.Promise, l.Remaining-l.was)
	}
	for _, h := range b.changes.NewHolds {
		for _, p := range h.parts() {
			add(p.lot.Promise, p.points)
		}
	}
	for _, h := range b.changes.ClosedHolds {
		for _, p := range h.parts() {
			add(p.lot.Promise, -p.points)
		}
	}
}
