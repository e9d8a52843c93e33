package ledger

import (
	"fmt"
	"slices"

	"zugabe/app/loyalty"
)

// Book is one locked account while verbs change it. It is loaded, changed in
// memory and saved by the caller in one transaction. After an error that is not
// a refusal (loyalty.Error) it must be thrown away.
type Book struct {
	Account Account
	lots    []*bookLot
	ids     func() loyalty.ID
	now     int64
	changes Changes
}

type bookLot struct {
	Lot
	was     loyalty.Points // left when it was loaded
	fresh   bool           // made by this Book
	touched bool           // loaded and changed
}

// Changes is what the verbs did, in the form in which it is stored.
type Changes struct {
	Entries     []Entry
	NewLots     []Lot
	ChangedLots []Lot
	Allocations []Allocation
	NewHolds    []Hold
	ClosedHolds []Hold
	Absorbed    []loyalty.ID // accounts whose lots and holds now belong to this one
	Repaired    bool         // the balance itself was corrected
}

// Line is what every entry says about itself. Points is a size where the verb
// gives the sign. OccurredAt 0 means now, an empty Breakdown "{}".
type Line struct {
	Source      string
	RuleID      string
	Seq         int64
	Points      loyalty.Points
	PlanVersion int64
	LimitedTo   loyalty.Points // -1 = no limit
	Breakdown   []byte
	Note        string
	Actor       string
	OccurredAt  int64 // Unix ms
}

// NewBook opens a Book on an account at nowMs (Unix ms). Credits need no lots.
// Debits need all pending and open lots; Expire and MatureLot only their own.
func NewBook(a Account, lots []Lot, ids func() loyalty.ID, nowMs int64) *Book {
	b := &Book{Account: a, ids: ids, now: nowMs}
	for _, l := range lots {
		b.lots = append(b.lots, &bookLot{Lot: l, was: l.Remaining})
	}
	b.sort()
	return b
}

// Now is the instant the Book was opened at (Unix ms).
func (b *Book) Now() int64 { return b.now }

// Lots lists the loaded and the new lots as they stand, soonest expiring first.
func (b *Book) Lots() []Lot {
	out := make([]Lot, len(b.lots))
	for i, l := range b.lots {
		out[i] = l.Lot
	}
	return out
}

// Changes is everything the verbs did so far.
func (b *Book) Changes() Changes {
	c := b.changes
	for _, l := range b.lots {
		switch {
		case l.fresh:
			c.NewLots = append(c.NewLots, l.Lot)
		case l.touched:
			c.ChangedLots = append(c.ChangedLots, l.Lot)
		}
	}
	return c
}

// Dirty says whether there is anything to save.
func (b *Book) Dirty() bool {
	c := b.Changes()
	return c.Repaired || len(c.Entries)+len(c.NewLots)+len(c.ChangedLots)+len(c.NewHolds)+len(c.ClosedHolds)+len(c.Absorbed) > 0
}

// Settle matures and expires what is due, so that a debit never takes points
// that are not there yet or no longer.
func (b *Book) Settle() error {
	if err := b.Mature(); err != nil {
		return err
	}
	return b.ExpireDue()
}

// ready settles a Book before a debit and refuses one whose lots are missing:
// debits on half-loaded lots would invent debt.
func (b *Book) ready() error {
	if err := b.Check(); err != nil {
		return err
	}
	return b.Settle()
}

// Check compares the account with its loaded lots. An error is a bug or a
// damaged row, never the shopper's fault; nothing may be posted then.
func (b *Book) Check() error {
	var open, pending loyalty.Points
	for _, l := range b.lots {
		switch l.State {
		case LotOpen:
			open += l.Remaining
		case LotPending:
			pending += l.Remaining
		}
	}
	a := b.Account
	if open-a.Debt != a.Available || pending != a.Pending || (a.Debt > 0 && open > 0) {
		return fmt.Errorf("ledger: account %s has available %d, pending %d, debt %d, its lots open %d, pending %d",
			a.ID, a.Available, a.Pending, a.Debt, open, pending)
	}
	return nil
}

// post appends an entry with signed points and returns it.
func (b *Book) post(kind Kind, l Line, points loyalty.Points) (Entry, error) {
	if err := points.CheckEntry(); err != nil {
		return Entry{}, err
	}
	if l.Source == "" || l.RuleID == "" || l.Seq < 0 {
		return Entry{}, fmt.Errorf("ledger: %s entry without source, rule or sequence: %q %q %d", kind, l.Source, l.RuleID, l.Seq)
	}
	b.Account.EntrySeq++
	e := Entry{
		ID: b.ids(), AccountID: b.Account.ID, AccountSeq: b.Account.EntrySeq, Kind: kind, Points: points,
		Source: l.Source, RuleID: l.RuleID, Seq: l.Seq, PlanVersion: l.PlanVersion, LimitedTo: l.LimitedTo,
		Breakdown: l.Breakdown, Note: l.Note, Actor: l.Actor, OccurredAt: l.OccurredAt, PostedAt: b.now,
	}
	if len(e.Breakdown) == 0 {
		e.Breakdown = []byte("{}")
	}
	if e.OccurredAt == 0 {
		e.OccurredAt = b.now
	}
	b.changes.Entries = append(b.changes.Entries, e)
	return e, nil
}

// openLot puts points of an entry into a new lot, pending until AvailableAt or
// open and paying debt at once, and returns the lot's id.
func (b *Book) openLot(l Lot) (loyalty.ID, error) {
	l.ID, l.AccountID, l.Remaining, l.CreatedAt = b.ids(), b.Account.ID, l.Original, b.now
	lot := &bookLot{Lot: l, fresh: true}
	if l.ExpiresAt == 0 {
		lot.ExpiresAt = Never
	}
	sum := &b.Account.Available
	lot.State = LotOpen
	if l.AvailableAt > b.now {
		lot.State, sum = LotPending, &b.Account.Pending
	}
	total, err := sum.Add(l.Original)
	if err != nil {
		return 0, err
	}
	*sum = total
	b.lots = append(b.lots, lot)
	b.sort()
	b.payDebt(lot)
	return l.ID, nil
}

// payDebt lets an open lot pay what the account owes. Available does not move:
// both sides of it shrink alike.
func (b *Book) payDebt(l *bookLot) {
	k := min(b.Account.Debt, l.Remaining)
	if l.State != LotOpen || k <= 0 {
		return
	}
	b.Account.Debt -= k
	l.shrink(k)
	b.allocate(b.ids(), l.ID, k)
}

// takeFrom takes up to n points out of one lot for owner and says how many it got.
func (b *Book) takeFrom(l *bookLot, n loyalty.Points, owner loyalty.ID) loyalty.Points {
	k := min(n, l.Remaining)
	if k <= 0 {
		return 0
	}
	if l.State == LotPending {
		b.Account.Pending -= k
	} else {
		b.Account.Available -= k
	}
	l.shrink(k)
	b.allocate(owner, l.ID, k)
	return k
}

// takeOpen takes up to n points from the open lots, soonest expiring first.
func (b *Book) takeOpen(n loyalty.Points, owner loyalty.ID) loyalty.Points {
	var got loyalty.Points
	for _, l := range b.lots {
		if l.State == LotOpen && got < n {
			got += b.takeFrom(l, n-got, owner)
		}
	}
	return got
}

// owe books n points that no lot can give as debt.
func (b *Book) owe(n loyalty.Points) error {
	debt, err := b.Account.Debt.Add(n)
	if err != nil {
		return err
	}
	b.Account.Debt = debt
	b.Account.Available -= n
	return nil
}

// allocate records that owner took k points from a lot. Debt payments own
// themselves: their owner is an id that belongs to no entry and no hold.
func (b *Book) allocate(owner, lot loyalty.ID, k loyalty.Points) {
	for i := range b.changes.Allocations {
		a := &b.changes.Allocations[i]
		if a.OwnerID == owner && a.LotID == lot {
			a.Points += k
			return
		}
	}
	b.changes.Allocations = append(b.changes.Allocations, Allocation{OwnerID: owner, LotID: lot, Points: k})
}

func (b *Book) sort() {
	slices.SortStableFunc(b.lots, func(x, y *bookLot) int {
		if x.ExpiresAt != y.ExpiresAt {
			return compare(x.ExpiresAt, y.ExpiresAt)
		}
		return compare(int64(x.ID), int64(y.ID))
	})
}

func compare(x, y int64) int {
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

func (b *Book) lot(id loyalty.ID) *bookLot {
	for _, l := range b.lots {
		if l.ID == id {
			return l
		}
	}
	return nil
}

func (l *bookLot) shrink(k loyalty.Points) {
	l.Remaining -= k
	l.touched = true
	if l.Remaining == 0 {
		l.State = LotClosed
	}
}
