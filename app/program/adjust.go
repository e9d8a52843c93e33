package program

import (
	"context"
	"maps"
	"slices"
	"time"
	"unicode/utf8"

	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// AdjustRequest is a person's correction of a member's points.
type AdjustRequest struct {
	MemberID  loyalty.ID
	Points    loyalty.Points // signed
	Note      string         // why; 3 to 500 characters (B23)
	Key       string         // the caller's idempotency key, 1 to 120 characters (B24)
	Limit     loyalty.Points // most points either way that the actor's role may move; 0 = no limit
	AllowDebt bool           // a negative one may go below zero
}

func (r AdjustRequest) validate() error {
	switch n := utf8.RuneCountInString(r.Note); {
	case r.Points == 0:
		return loyalty.Invalid("points", "must not be zero")
	case n < 3 || n > 500:
		return loyalty.Invalid("note", "must say why, in 3 to 500 characters")
	case r.Key == "" || len(r.Key) > 120:
		return loyalty.Invalid("key", "must have 1 to 120 characters")
	case r.Limit > 0 && r.Points.Abs() > r.Limit:
		return loyalty.Refuse(loyalty.CodeForbidden, "more points than you may adjust at once").With("limit", r.Limit)
	}
	return r.Points.CheckEntry()
}

// Adjust gives or takes points by hand and returns the entry. The same key with
// the same content returns the entry that is there; with other content it is
// CodeKeyReused. Points given live as long as earned ones. CodeInsufficientPoints
// when more is taken than is available, CodeLimitReached above the member's cap,
// CodeForbidden above the actor's limit (S4-18).
func (p *Program) Adjust(ctx context.Context, actor string, shop loyalty.Shop, r AdjustRequest) (ledger.Entry, error) {
	if err := r.validate(); err != nil {
		return ledger.Entry{}, err
	}
	var entry ledger.Entry
	write := func() error {
		return p.Store.Write(ctx, func(tx *store.Tx) (err error) {
			entry, err = p.adjust(tx, actor, shop, r)
			return err
		})
	}
	err := write()
	if store.IsDuplicate(err, "entries.entries_source") {
		err = write() // the same key was posted between our look and our insert
	}
	if err == nil {
		p.wake("jobs")
	}
	return entry, err
}

func (p *Program) adjust(tx *store.Tx, actor string, shop loyalty.Shop, r AdjustRequest) (ledger.Entry, error) {
	plan, err := p.CurrentPlan(tx, shop)
	if err != nil {
		return ledger.Entry{}, err
	}
	member, err := p.liveMember(tx, shop.ID, r.MemberID)
	if err != nil {
		return ledger.Entry{}, err
	}
	books, err := p.memberBooks(tx, shop.ID, plan.ID, member.ID)
	if err != nil {
		return ledger.Entry{}, err
	}
	book := books[member.ID]
	source := "adjust:" + r.Key
	if earlier, err := tx.EntriesOfSource(shop.ID, source); err != nil || len(earlier) > 0 {
		return sameAdjustment(earlier, book.Account.ID, r, err)
	}
	if total := book.Account.Pending + book.Account.Available + r.Points; r.Points > 0 && member.CapPoints > 0 && total > member.CapPoints {
		return ledger.Entry{}, loyalty.Refuse(loyalty.CodeLimitReached, "the member's cap would be passed").With("cap", member.CapPoints)
	}
	expires, err := expiresAfter(plan.Doc, shop, book.Now())
	if err != nil {
		return ledger.Entry{}, err
	}
	err = book.Adjust(ledger.AdjustReq{
		Line:      ledger.Line{Source: source, Points: r.Points, PlanVersion: plan.Version, Note: r.Note, Actor: actor},
		AllowDebt: r.AllowDebt, ExpiresAt: expires, Promise: plan.Doc.Redeem.Rate,
	})
	if err != nil {
		return ledger.Entry{}, err
	}
	if err := p.saveBooks(tx, shop.ID, book); err != nil {
		return ledger.Entry{}, err
	}
	entries := book.Changes().Entries
	entry := entries[len(entries)-1]
	return entry, p.audit(tx, shop.ID, deed{by: actor, did: "points.adjusted", to: "member:" + member.ID.String(),
		after: map[string]any{"points": r.Points, "entry": entry.ID}, why: r.Note})
}

// sameAdjustment answers a key that was used before.
func sameAdjustment(earlier []ledger.Entry, account loyalty.ID, r AdjustRequest, err error) (ledger.Entry, error) {
	if err != nil {
		return ledger.Entry{}, err
	}
	e := earlier[0]
	if e.AccountID != account || e.Points != r.Points || e.Note != r.Note {
		return ledger.Entry{}, loyalty.Refuse(loyalty.CodeKeyReused, "this key was used for another adjustment")
	}
	return e, nil
}

// expiresAfter is when points that start to live at fromMs run out: the end of
// the local day after the plan's months, ledger.Never without such a policy.
func expiresAfter(doc PlanDoc, shop loyalty.Shop, fromMs int64) (int64, error) {
	if doc.Expiry.Months <= 0 {
		return ledger.Never, nil
	}
	zone, err := loyalty.Zone(shop.Zone)
	if err != nil {
		return 0, err
	}
	return loyalty.DateOf(time.UnixMilli(fromMs).In(zone)).AddMonths(doc.Expiry.Months).End(zone).UnixMilli(), nil
}

// liveMember follows merges to the member who owns the points today. Erased and
// unknown members are CodeNotFound.
func (p *Program) liveMember(tx *store.Tx, shop loyalty.ShopID, id loyalty.ID) (loyalty.Member, error) {
	m, err := p.lastOf(tx, shop, id)
	if err != nil || m.State != loyalty.MemberActive {
		return loyalty.Member{}, orMissing(err, "member")
	}
	return m, nil
}

// lastOf is a member past all merges, erased or not. Unknown ones are CodeNotFound.
func (p *Program) lastOf(tx *store.Tx, shop loyalty.ShopID, id loyalty.ID) (loyalty.Member, error) {
	for range 10 {
		m, found, err := tx.MemberByID(shop, id)
		if err != nil || !found {
			return m, orMissing(err, "member")
		}
		if m.State != loyalty.MemberMerged {
			return m, nil
		}
		id = m.MergedInto
	}
	return loyalty.Member{}, loyalty.NotFound("member")
}

// memberBooks locks members' accounts, opening those that are missing, and loads
// their lots; keyed by member.
func (p *Program) memberBooks(tx *store.Tx, shop loyalty.ShopID, plan loyalty.ID, members ...loyalty.ID) (map[loyalty.ID]*ledger.Book, error) {
	accounts, err := tx.EnsureAccounts(shop, plan, members, p.IDs, p.now())
	if err != nil {
		return nil, err
	}
	opened, err := p.openBooks(tx, shop, slices.Collect(maps.Values(accounts)))
	if err != nil {
		return nil, err
	}
	books := make(map[loyalty.ID]*ledger.Book, len(members))
	for member, account := range accounts {
		books[member] = opened[account]
	}
	return books, nil
}

// saveBooks stores Books and has the new balances shown at the host.
func (p *Program) saveBooks(tx *store.Tx, shop loyalty.ShopID, books ...*ledger.Book) error {
	now := p.now()
	if err := tx.SaveBooks(shop, books, now); err != nil {
		return err
	}
	var changed []loyalty.ID
	for _, b := range books {
		if b.Dirty() {
			changed = append(changed, b.Account.ID)
		}
	}
	return tx.PublishLater(shop, changed, p.IDs.Next, now)
}
