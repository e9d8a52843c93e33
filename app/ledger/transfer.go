package ledger

import "zugabe/app/loyalty"

// Absorb moves everything of another account into this one: two members turned
// out to be one person (B14). Lots keep their expiry and their origin, so that a
// later refund still finds them; open holds and debt move too. The two Transfer
// entries sum to zero. nextSeq is the next free one of the line's source.
// Both Books need all their lots. Absorbing an empty account posts nothing.
func (b *Book) Absorb(from *Book, l Line) error {
	for _, book := range []*Book{b, from} {
		if err := book.ready(); err != nil {
			return err
		}
	}
	total := from.Account.Pending + from.Account.Available + from.Account.Held
	if err := b.takeOver(from); err != nil {
		return err
	}
	l.LimitedTo = -1
	for seq := l.Seq; total != 0; seq++ {
		part := min(max(total, -loyalty.MaxEntryPoints), loyalty.MaxEntryPoints)
		total -= part
		out, in := l, l
		out.RuleID, out.Seq = RuleMergeOut, seq
		in.RuleID, in.Seq = RuleMergeIn, seq
		if _, err := from.post(Transfer, out, -part); err != nil {
			return err
		}
		if _, err := b.post(Transfer, in, part); err != nil {
			return err
		}
	}
	return nil
}

func (b *Book) takeOver(from *Book) error {
	f := &from.Account
	for _, sum := range []struct{ into, of *loyalty.Points }{
		{&b.Account.Pending, &f.Pending}, {&b.Account.Available, &f.Available},
		{&b.Account.Held, &f.Held}, {&b.Account.Debt, &f.Debt},
	} {
		total, err := sum.into.Add(*sum.of)
		if err != nil {
			return err
		}
		*sum.into, *sum.of = total, 0
	}
	for _, l := range from.lots {
		b.lots = append(b.lots, l)
		l.AccountID = b.Account.ID
	}
	b.changes.Allocations = append(b.changes.Allocations, from.changes.Allocations...)
	from.lots, from.changes.Allocations = nil, nil
	b.changes.Absorbed = append(b.changes.Absorbed, f.ID)
	b.sort()
	for _, l := range b.lots {
		b.payDebt(l)
	}
	return nil
}
