package ledger

import "zugabe/app/loyalty"

// Mature opens every loaded pending lot whose return window has passed; they pay
// debt first. No entry: the points were entered when they were earned.
func (b *Book) Mature() error {
	for _, l := range b.lots {
		if l.State == LotPending && l.AvailableAt <= b.now {
			if err := b.mature(l); err != nil {
				return err
			}
		}
	}
	return nil
}

// MatureLot opens one loaded pending lot now, whether it is due or not (a
// merchant approves early). Any other lot gives false.
func (b *Book) MatureLot(id loyalty.ID) (bool, error) {
	l := b.lot(id)
	if l == nil || l.State != LotPending {
		return false, nil
	}
	return true, b.mature(l)
}

func (b *Book) mature(l *bookLot) error {
	available, err := b.Account.Available.Add(l.Remaining)
	if err != nil {
		return err
	}
	b.Account.Available = available
	b.Account.Pending -= l.Remaining
	l.State, l.touched = LotOpen, true
	l.AvailableAt = min(l.AvailableAt, b.now)
	b.payDebt(l)
	return nil
}
