package program

import (
	"context"
	"slices"

	"zugabe/app/crash"
	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// MatureLots opens up to limit lots of a shop whose return window has passed. n
// is how many were due: call again while it is limit. Twice, or from two
// processes at once, does it once: a lot is looked at again under its account's lock.
func (p *Program) MatureLots(ctx context.Context, shop loyalty.ShopID, limit int) (n int, err error) {
	return p.sweepLots(ctx, shop, ledger.LotPending, limit)
}

// ExpireLots lets up to limit lots of a shop run out whose time has come; else
// as MatureLots (F1, F2).
func (p *Program) ExpireLots(ctx context.Context, shop loyalty.ShopID, limit int) (n int, err error) {
	return p.sweepLots(ctx, shop, ledger.LotOpen, limit)
}

func (p *Program) sweepLots(ctx context.Context, shop loyalty.ShopID, state ledger.LotState, limit int) (n int, err error) {
	err = p.Store.Write(ctx, func(tx *store.Tx) error {
		due, err := tx.DueLots(shop, state, p.now(), limit)
		n = len(due)
		if err != nil || n == 0 {
			return err
		}
		err = p.sweepChunk(tx, shop, state, due)
		crash.Point("sweep.swept")
		return err
	})
	if n > 0 {
		crash.Point("sweep.committed")
	}
	return n, err
}

// sweepChunk changes due lots with a number of statements that does not depend
// on how many accounts they are of. The books hold the due lots only: neither
// verb looks at others.
func (p *Program) sweepChunk(tx *store.Tx, shop loyalty.ShopID, state ledger.LotState, due []ledger.Lot) error {
	accounts, ids := make([]loyalty.ID, 0, len(due)), make([]loyalty.ID, 0, len(due))
	for _, l := range due {
		accounts, ids = append(accounts, l.AccountID), append(ids, l.ID)
	}
	slices.Sort(accounts)
	accounts = slices.Compact(accounts)
	locked, err := tx.LockAccounts(shop, accounts)
	if err != nil {
		return err
	}
	lots, err := tx.LotsByID(shop, ids)
	if err != nil {
		return err
	}
	byAccount := make(map[loyalty.ID][]ledger.Lot, len(accounts))
	for _, l := range lots {
		byAccount[l.AccountID] = append(byAccount[l.AccountID], l)
	}
	var books []*ledger.Book
	for _, id := range accounts {
		book := ledger.NewBook(locked[id], byAccount[id], p.IDs.Next, p.now())
		if err := sweepBook(book, state); err != nil {
			return err
		}
		if book.Dirty() {
			books = append(books, book)
		}
	}
	if len(books) == 0 {
		return nil
	}
	if err := tx.SaveBooks(shop, books, p.now()); err != nil {
		return err
	}
	return p.publishLater(tx, shop, accountsOf(books))
}

func sweepBook(book *ledger.Book, state ledger.LotState) error {
	if state == ledger.LotPending {
		return book.Mature()
	}
	return book.ExpireDue()
}

func accountsOf(books []*ledger.Book) []loyalty.ID {
	ids := make([]loyalty.ID, len(books))
	for i, b := range books {
		ids[i] = b.Account.ID
	}
	return ids
}
