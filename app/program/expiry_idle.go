package program

import (
	"context"
	"time"

	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// ExpireIdle lets the whole balance of members run out who have neither earned
// nor redeemed for the plan's inactivity period. It looks at up to limit
// accounts after the given one, richest first, and returns the last it saw; the
// zero account means that it is through. Points inside their return window stay.
func (p *Program) ExpireIdle(ctx context.Context, shop loyalty.Shop, after ledger.Account, limit int) (last ledger.Account, expired int, err error) {
	var page []ledger.Account
	var plan Plan
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		if plan, err = p.CurrentPlan(tx, shop); err != nil || plan.Doc.Expiry.InactivityMonths == 0 {
			return err
		}
		page, err = tx.AccountsByBalance(shop.ID, plan.ID, after, limit)
		return err
	})
	if err != nil || len(page) == 0 {
		return ledger.Account{}, 0, err
	}
	cut, err := p.idleBefore(shop, plan)
	if err != nil {
		return ledger.Account{}, 0, err
	}
	expired, err = p.expireIdleOf(ctx, shop.ID, page, cut)
	last = page[len(page)-1]
	if len(page) < limit || last.Available <= 0 {
		last = ledger.Account{}
	}
	return last, expired, err
}

// idleBefore is the instant since which a member must have done something: the
// start of the local day that many months ago.
func (p *Program) idleBefore(shop loyalty.Shop, plan Plan) (int64, error) {
	zone, err := loyalty.Zone(shop.Zone)
	if err != nil {
		return 0, err
	}
	today := loyalty.DateOf(time.UnixMilli(p.now()).In(zone))
	return today.AddMonths(-plan.Doc.Expiry.InactivityMonths).Start(zone).UnixMilli(), nil
}

func (p *Program) expireIdleOf(ctx context.Context, shop loyalty.ShopID, page []ledger.Account, cut int64) (expired int, err error) {
	var ids []loyalty.ID
	for _, a := range page {
		if a.Available > 0 {
			ids = append(ids, a.ID)
		}
	}
	if len(ids) == 0 {
		return 0, nil
	}
	err = p.Store.Write(ctx, func(tx *store.Tx) error {
		expired = 0
		seen, err := tx.LastActivity(shop, ids)
		if err != nil {
			return err
		}
		var idle []loyalty.ID
		for _, id := range ids {
			if seen[id] < cut {
				idle = append(idle, id)
			}
		}
		if len(idle) == 0 {
			return nil
		}
		books, err := p.openBooks(tx, shop, idle)
		if err != nil {
			return err
		}
		if seen, err = tx.LastActivity(shop, idle); err != nil { // again, under the lock
			return err
		}
		var dirty []*ledger.Book
		for _, id := range idle {
			if seen[id] >= cut {
				continue
			}
			if err := expireAll(books[id]); err != nil {
				return err
			}
			if books[id].Dirty() {
				dirty = append(dirty, books[id])
			}
		}
		if expired = len(dirty); expired == 0 {
			return nil
		}
		if err := tx.SaveBooks(shop, dirty, p.now()); err != nil {
			return err
		}
		return p.publishLater(tx, shop, accountsOf(dirty))
	})
	return expired, err
}

func expireAll(book *ledger.Book) error {
	if err := book.Settle(); err != nil {
		return err
	}
	for _, l := range book.Lots() {
		if _, err := book.Expire(l.ID, "no activity"); err != nil {
			return err
		}
	}
	return nil
}
