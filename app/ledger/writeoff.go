package ledger

import "zugabe/app/loyalty"

// writeOff balances the part of a clawback that was already spent: the shop bears
// it. Its rule is "spent:<rule>", so that the (source, rule) of the fact still
// sums to what the fact is entitled to.
func (b *Book) writeOff(l Line, n loyalty.Points) error {
	l.RuleID = RuleSpent + l.RuleID
	l.LimitedTo, l.Breakdown, l.Note = -1, nil, "write_off"
	_, err := b.post(Adjustment, l, n)
	return err
}
