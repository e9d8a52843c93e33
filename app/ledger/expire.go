package ledger

import "zugabe/app/loyalty"

// ExpireDue expires every loaded open lot whose time has come.
func (b *Book) ExpireDue() error {
	for _, l := range b.lots {
		if l.State == LotOpen && l.ExpiresAt <= b.now {
			if err := b.expire(l, l.ExpiresAt, ""); err != nil {
				return err
			}
		}
	}
	return nil
}

// Expire takes all that is left of one loaded lot, due or not; a lot that is
// closed, pending or not loaded is left alone and gives false. The source
// "lot:<id>" makes it happen once per lot (F1). Why goes into the note.
func (b *Book) Expire(id loyalty.ID, why string) (bool, error) {
	l := b.lot(id)
	if l == nil || l.State != LotOpen {
		return false, nil
	}
	return true, b.expire(l, min(l.ExpiresAt, b.now), why)
}

// expire writes no allocation: the entry's source names the lot, and bulk
// expiry is measured in lots per second.
func (b *Book) expire(l *bookLot, at int64, why string) error {
	_, err := b.post(Expiry, Line{
		Source: LotSource(l.ID), RuleID: RuleExpiry, Seq: l.ExpirySeq, LimitedTo: -1,
		Note: why, Actor: ActorSystem, OccurredAt: at,
	}, -l.Remaining)
	if err != nil {
		return err
	}
	b.Account.Available -= l.Remaining
	l.Expired += l.Remaining
	l.ExpirySeq++
	l.shrink(l.Remaining)
	return nil
}
