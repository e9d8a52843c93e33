package ledger

import "zugabe/app/loyalty"

// ClawbackReq takes back what a fact earned too much: Points is the positive size.
type ClawbackReq struct {
	Line
	Policy SpentPolicy // empty = SpentDebt
}

// Clawback takes points back in this order: the lots of the same (source, rule),
// pending ones first; what those lots lost by expiry (that expiry is undone, else
// the member would lose the points twice, F5); other open lots, soonest expiring
// first; and for the rest the policy: debt, or a write-off that the shop bears.
// Σ entries of (source, rule) always falls by Points. Lots must be loaded, those
// of the source also when they are closed (Store.LoadLots with the sources).
func (b *Book) Clawback(r ClawbackReq) error {
	if r.Points <= 0 {
		return loyalty.Invalid("points", "must be positive")
	}
	if err := b.ready(); err != nil {
		return err
	}
	e, err := b.post(Clawback, r.Line, -r.Points)
	if err != nil {
		return err
	}
	rest := r.Points - b.takeOwn(r.Line, e.ID)
	undone, err := b.undoExpiry(r.Line, rest)
	if err != nil {
		return err
	}
	rest -= undone
	rest -= b.takeOpen(rest, e.ID)
	if rest == 0 {
		return nil
	}
	if r.Policy == SpentWriteOff {
		return b.writeOff(r.Line, rest)
	}
	return b.owe(rest)
}

// takeOwn takes from the lots that the same fact and rule filled.
func (b *Book) takeOwn(l Line, owner loyalty.ID) loyalty.Points {
	var got loyalty.Points
	for _, state := range []LotState{LotPending, LotOpen} {
		for _, lot := range b.lots {
			if lot.State == state && lot.Source == l.Source && lot.RuleID == l.RuleID {
				got += b.takeFrom(lot, l.Points-got, owner)
			}
		}
	}
	return got
}

// undoExpiry gives back up to n points of the expiries of the fact's own lots.
func (b *Book) undoExpiry(l Line, n loyalty.Points) (loyalty.Points, error) {
	var undone loyalty.Points
	for _, lot := range b.lots {
		k := min(n-undone, lot.Expired)
		if k <= 0 || lot.Source != l.Source || lot.RuleID != l.RuleID {
			continue
		}
		_, err := b.post(Expiry, Line{
			Source: LotSource(lot.ID), RuleID: RuleExpiry, Seq: lot.ExpirySeq, LimitedTo: -1, Actor: ActorSystem,
			PlanVersion: l.PlanVersion, Note: "undone: the points were taken back", OccurredAt: l.OccurredAt,
		}, k)
		if err != nil {
			return 0, err
		}
		lot.Expired -= k
		lot.ExpirySeq++
		undone += k
	}
	return undone, nil
}
