package program

import (
	"context"

	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// MemberBalance is what a member has in the shop's plan now.
type MemberBalance struct {
	Member    loyalty.Member
	Account   ledger.Account // zero when the member never had points
	Shown     loyalty.Points // what a shopper is shown: never below zero
	Expiring  loyalty.Points // the part that runs out first
	ExpiresAt int64          // when that is (Unix ms); 0 = nothing runs out
	Matures   loyalty.Points // the part that becomes spendable first
	MaturesAt int64          // when that is (Unix ms); 0 = nothing is pending
}

// BalanceOf is a member's balance. Merged members answer with the balance of the
// member they became; unknown ones are CodeNotFound.
func (p *Program) BalanceOf(ctx context.Context, shop loyalty.Shop, memberID loyalty.ID) (MemberBalance, error) {
	var out MemberBalance
	err := p.Store.Read(ctx, func(tx *store.Tx) error {
		member, account, err := p.accountOf(tx, shop, memberID)
		if err != nil {
			return err
		}
		out = MemberBalance{Member: member, Account: account, Shown: max(account.Available, 0)}
		if account.ID == 0 {
			return nil
		}
		lots, err := tx.LoadLots(shop.ID, []loyalty.ID{account.ID})
		for _, l := range lots[account.ID] {
			out.next(l)
		}
		return err
	})
	return out, err
}

// next takes account of one lot; lots come soonest expiring first.
func (b *MemberBalance) next(l ledger.Lot) {
	switch {
	case l.State == ledger.LotOpen && l.ExpiresAt < ledger.Never && (b.ExpiresAt == 0 || b.ExpiresAt == l.ExpiresAt):
		b.ExpiresAt = l.ExpiresAt
		b.Expiring += l.Remaining
	case l.State == ledger.LotPending && (b.MaturesAt == 0 || l.AvailableAt < b.MaturesAt):
		b.MaturesAt, b.Matures = l.AvailableAt, l.Remaining
	case l.State == ledger.LotPending && l.AvailableAt == b.MaturesAt:
		b.Matures += l.Remaining
	}
}

// accountOf finds the member behind an id and its account in the current plan; one that
// was erased too: the bookings stay, and nothing leads to the person.
func (p *Program) accountOf(tx *store.Tx, shop loyalty.Shop, memberID loyalty.ID) (loyalty.Member, ledger.Account, error) {
	plan, err := p.CurrentPlan(tx, shop)
	if err != nil {
		return loyalty.Member{}, ledger.Account{}, err
	}
	member, err := p.lastOf(tx, shop.ID, memberID)
	if err != nil {
		return loyalty.Member{}, ledger.Account{}, err
	}
	account, _, err := tx.AccountOfMember(shop.ID, plan.ID, member.ID)
	return member, account, err
}

// History lists a member's entries, newest first, below an account_seq (0 starts).
// The entries of a merged member stay its own; the Transfer line links them.
func (p *Program) History(ctx context.Context, shop loyalty.Shop, memberID loyalty.ID, beforeSeq int64, limit int) ([]ledger.Entry, error) {
	var page []ledger.Entry
	err := p.Store.Read(ctx, func(tx *store.Tx) error {
		_, account, err := p.accountOf(tx, shop, memberID)
		if err != nil {
			return err
		}
		page, err = tx.EntriesPage(shop.ID, account.ID, beforeSeq, limit)
		return err
	})
	return page, err
}

// BalanceAt is what a member had at an instant (Unix ms, inclusive): the total of
// all entries until then, by the time they happened or were posted, and the lots
// behind it as they stood (N-15).
func (p *Program) BalanceAt(ctx context.Context, shop loyalty.Shop, memberID loyalty.ID, atMs int64, by ledger.By) (ledger.Balance, error) {
	balance := ledger.Balance{At: atMs}
	err := p.Store.Read(ctx, func(tx *store.Tx) error {
		_, account, err := p.accountOf(tx, shop, memberID)
		if err != nil {
			return err
		}
		if balance.ByKind, err = tx.SumsAt(shop.ID, account.ID, atMs, by); err != nil {
			return err
		}
		balance.Total = 0
		for _, points := range balance.ByKind {
			balance.Total += points
		}
		lots, err := tx.AllLots(shop.ID, account.ID)
		if err != nil {
			return err
		}
		taken, err := tx.LotUses(shop.ID, account.ID)
		balance.Lots = ledger.LotsAt(lots, taken, atMs)
		return err
	})
	return balance, err
}

// Receipt is the why of an entry: the entry, everything else that the same source
// caused, and the plan version that decided (N-04).
type Receipt struct {
	Entry    ledger.Entry
	Siblings []ledger.Entry // of the same source, the entry included
	Plan     Plan           // the version the entry was made by; zero if no plan decided
}

// ReceiptOf explains one entry; an id of another shop or member is CodeNotFound.
func (p *Program) ReceiptOf(ctx context.Context, shop loyalty.Shop, memberID, entryID loyalty.ID) (Receipt, error) {
	var r Receipt
	err := p.Store.Read(ctx, func(tx *store.Tx) error {
		_, account, err := p.accountOf(tx, shop, memberID)
		if err != nil {
			return err
		}
		entry, found, err := tx.EntryByID(shop.ID, entryID)
		if err != nil || !found || entry.AccountID != account.ID {
			return orNotFound(err, "entry")
		}
		r = Receipt{Entry: entry}
		if r.Siblings, err = tx.EntriesOfSource(shop.ID, entry.Source); err != nil || entry.PlanVersion < 1 {
			return err
		}
		r.Plan, err = p.PlanVersion(tx, shop, entry.PlanVersion)
		return err
	})
	return r, err
}

func orNotFound(err error, what string) error {
	if err != nil {
		return err
	}
	return loyalty.NotFound(what)
}
