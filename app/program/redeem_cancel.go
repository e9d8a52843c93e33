package program

import (
	"context"

	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/reward"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// CancelRedemption gives an unused code back for its points. The code is
// made unusable at the host first; the points come back once that is proven
// (D17), so the answer is the redemption as it still is, with the reason
// WhyCancelled. Cancelling twice is no error. CodeNotFound, or CodeConflict for
// a code that was used or is over.
func (p *Program) CancelRedemption(ctx context.Context, actor string, shop loyalty.Shop, publicID string) (reward.Redemption, error) {
	var red reward.Redemption
	err := p.Store.Write(ctx, func(tx *store.Tx) error {
		seen, found, err := tx.RedemptionByPublicID(shop.ID, publicID)
		if err != nil || !found {
			return orMissing(err, "redemption")
		}
		if _, red, err = p.lockRedemption(tx, shop.ID, seen); err != nil {
			return err
		}
		if red.State == reward.Returned && red.Reason == WhyCancelled {
			return nil
		}
		if red.State != reward.Pending && red.State != reward.Active {
			return loyalty.Refuse(loyalty.CodeConflict, "only an unused code can be given back")
		}
		if red.Reason == WhyCancelled {
			return nil
		}
		red.Reason, red.UpdatedAt = WhyCancelled, p.now()
		if ok, err := tx.SaveRedemption(shop.ID, red, red.State); err != nil || !ok {
			return orConflict(err, "the redemption was changed by somebody else")
		}
		if err := p.audit(tx, shop.ID, deed{by: actor, did: "redemption.cancelled", to: "redemption:" + red.ID.String()}); err != nil {
			return err
		}
		if red.State == reward.Pending { // activate sees the reason and disables the code it made
			return nil
		}
		return p.oweDisable(tx, shop.ID, red, actor, WhyCancelled)
	})
	return red, err
}

// ExpireCodes finds unused codes whose time is over and has them made unusable;
// their points come back after that. At most limit redemptions; n says
// how many were found, so that the caller goes on while it is limit.
func (p *Program) ExpireCodes(ctx context.Context, shop loyalty.Shop, limit int) (n int, err error) {
	err = p.Store.Write(ctx, func(tx *store.Tx) error {
		n = 0
		due, err := tx.RedemptionsDue(shop.ID, reward.Active, p.now(), limit)
		if err != nil {
			return err
		}
		for _, red := range due {
			if red.Reason == WhyExpired || red.Reason == WhyCancelled {
				continue // owed already
			}
			red.Reason, red.UpdatedAt = WhyExpired, p.now()
			ok, err := tx.SaveRedemption(shop.ID, red, reward.Active)
			if err != nil {
				return err
			}
			if !ok {
				continue
			}
			n++
			if err := p.oweDisable(tx, shop.ID, red, ledger.ActorSystem, WhyExpired); err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}

// codeOver closes an unused redemption after its code was proven dead, and the
// code itself. A redemption that an order used meanwhile keeps its points.
func (p *Program) codeOver(tx *store.Tx, shop loyalty.Shop, seen reward.Redemption, end disablePayload) error {
	book, red, err := p.lockRedemption(tx, shop.ID, seen)
	if err != nil {
		return err
	}
	state := map[string]voucher.State{WhyExpired: voucher.Expired, WhyLost: voucher.Lost}[end.Why]
	if state == "" {
		state = voucher.Void
	}
	switch red.State {
	case reward.Active:
		if err := p.returnAll(tx, shop, book, red, end); err != nil {
			return err
		}
	case reward.Used:
		return nil
	}
	return tx.SetCodeState(shop.ID, red.CodeID, state, "", book.Now())
}
