package program

import (
	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/reward"
	"zugabe/app/store"
)

// lockRedemption locks the account behind a redemption and reads it again.
func (p *Program) lockRedemption(tx *store.Tx, shop loyalty.ShopID, seen reward.Redemption) (*ledger.Book, reward.Redemption, error) {
	book, err := p.openBook(tx, shop, seen.AccountID)
	if err != nil {
		return nil, seen, err
	}
	red, found, err := tx.RedemptionByID(shop, seen.ID)
	if err != nil || !found {
		return nil, seen, orMissing(err, "redemption")
	}
	if red.AccountID != seen.AccountID { // merged between the two reads
		return nil, seen, loyalty.Refuse(loyalty.CodeConflict, "the member was merged meanwhile")
	}
	return book, red, nil
}

// moveRedemption writes a redemption in its next state together with its book,
// and lets the shop's pages know the new balance.
func (p *Program) moveRedemption(tx *store.Tx, shop loyalty.ShopID, book *ledger.Book, red reward.Redemption, next reward.State) error {
	was := red.State
	if err := was.To(next); err != nil {
		return err
	}
	red.State, red.UpdatedAt = next, book.Now()
	if ok, err := tx.SaveRedemption(shop, red, was); err != nil || !ok {
		return orConflict(err, "the redemption was changed by somebody else")
	}
	if err := tx.SaveBooks(shop, []*ledger.Book{book}, book.Now()); err != nil {
		return err
	}
	return p.publishLater(tx, shop, []loyalty.ID{book.Account.ID})
}

// returnAll gives back all points of a redemption whose code is proven dead.
func (p *Program) returnAll(tx *store.Tx, shop loyalty.Shop, book *ledger.Book, red reward.Redemption, end disablePayload) error {
	hold, found, err := tx.LoadHold(shop.ID, red.HoldID)
	if err != nil || !found {
		return orMissing(err, "hold")
	}
	source := redemptionSource(red.ID)
	posted, err := tx.RedemptionEntries(shop.ID, []string{source})
	if err != nil {
		return err
	}
	grace, err := p.graceUntil(tx, shop, red.PlanVersion)
	if err != nil {
		return err
	}
	err = book.Return(ledger.ReturnReq{
		Line: ledger.Line{
			Source: source, RuleID: ledger.RuleRelease, Seq: posted[source][ledger.RuleRelease], Points: red.Points - red.Returned,
			PlanVersion: red.PlanVersion, Note: end.Why, Actor: end.Actor,
		},
		Hold: hold, Already: red.Returned, GraceUntil: grace,
	})
	if err != nil {
		return err
	}
	red.Returned, red.Reason = red.Points, end.Why
	return p.moveRedemption(tx, shop.ID, book, red, reward.Returned)
}

func orMissing(err error, what string) error {
	if err != nil {
		return err
	}
	return loyalty.NotFound(what)
}
