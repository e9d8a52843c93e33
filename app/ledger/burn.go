package ledger

import (
	"fmt"

	"zugabe/app/loyalty"
)

// BurnHold spends a hold for good: its redemption's code works. Source, Seq,
// actor and note come from the line; the points are the hold's. A hold that is
// not open is an error: the caller reads it under the account's lock.
func (b *Book) BurnHold(h Hold, l Line) error {
	if err := b.ours(h); err != nil {
		return err
	}
	if _, err := b.post(Burn, l.named(RuleBurn), -h.Points); err != nil {
		return err
	}
	b.Account.Held -= h.Points
	b.closeHold(h, HoldBurned)
	return nil
}

// SpendReq burns points without a hold: a returned redemption whose order came
// back (B12), or a voided code that an order carried after all (G17).
type SpendReq struct {
	Line
	AllowDebt bool // what is not there becomes debt instead of CodeInsufficientPoints
}

// Spend burns points at once, soonest-expiring lots first. The seq must be the
// next one of (source, "burn").
func (b *Book) Spend(r SpendReq) error {
	if r.Points <= 0 {
		return loyalty.Invalid("points", "must be positive")
	}
	if err := b.ready(); err != nil {
		return err
	}
	if err := b.affords(r.Points); err != nil && !r.AllowDebt {
		return err
	}
	return b.debit(Burn, r.Line.named(RuleBurn))
}

// debit posts −Points, takes what the open lots have and owes the rest.
func (b *Book) debit(kind Kind, l Line) error {
	e, err := b.post(kind, l, -l.Points)
	if err != nil {
		return err
	}
	if rest := l.Points - b.takeOpen(l.Points, e.ID); rest > 0 {
		return b.owe(rest)
	}
	return nil
}

func (b *Book) ours(h Hold) error {
	if h.State != HoldOpen || h.AccountID != b.Account.ID {
		return fmt.Errorf("ledger: hold %s of account %s is %s, the book is of account %s", h.ID, h.AccountID, h.State, b.Account.ID)
	}
	if b.Account.Held < h.Points {
		return fmt.Errorf("ledger: account %s holds %d points, its hold %s says %d", b.Account.ID, b.Account.Held, h.ID, h.Points)
	}
	return nil
}

func (b *Book) closeHold(h Hold, s HoldState) {
	h.State = s
	b.changes.ClosedHolds = append(b.changes.ClosedHolds, h)
}

// named gives a line the rule of its verb unless it has one.
func (l Line) named(rule string) Line {
	if l.RuleID == "" {
		l.RuleID = rule
	}
	l.LimitedTo = -1
	return l
}
