package ledger

import "zugabe/app/loyalty"

// Sums is what the rows of an account add up to, whatever its balance row says.
type Sums struct {
	Entries loyalty.Points // Σ entries
	Count   int64          // number of entries, = the last account_seq
	Open    loyalty.Points // Σ remaining of open lots
	Pending loyalty.Points // Σ remaining of pending lots
	Held    loyalty.Points // Σ open holds
}

// Correction is how an account is brought in line with its rows.
type Correction struct {
	Account Account        // as the balance row should be, before the entry
	Points  loyalty.Points // of the correcting entry; 0 = the rows agree, only the balance row is wrong
}

// Correct compares an account with its rows. Lots are what a member can spend, so
// they are kept; entries are never changed; so where the two differ, one more
// entry explains the difference. Debt is what entries lack with no open lot left.
func Correct(a Account, s Sums) (c Correction, needed bool) {
	c.Account = a
	c.Account.Pending, c.Account.Held, c.Account.EntrySeq = s.Pending, s.Held, s.Count
	c.Account.Debt = 0
	if s.Open == 0 {
		c.Account.Debt = max(0, s.Pending+s.Held-s.Entries)
	}
	c.Account.Available = s.Open - c.Account.Debt
	c.Points = c.Account.Pending + c.Account.Available + c.Account.Held - s.Entries
	return c, c.Points != 0 || c.Account != a
}

// Repair applies a correction; only ledger repair uses it.
func (b *Book) Repair(c Correction, l Line) error {
	b.Account = c.Account
	b.changes.Repaired = true
	if c.Points == 0 {
		return nil
	}
	l.LimitedTo = -1
	_, err := b.post(Adjustment, l.named(RuleRepair), c.Points)
	return err
}
