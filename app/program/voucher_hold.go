package program

import (
	"context"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// holdFor is how long a use is kept for a checkout. The order decides in the
// end: whoever is slower than this may find the code used.
const holdFor = 10 * time.Minute

// hold keeps a use of a code with few uses for the shopper in whose cart it counts;
// where all that is left is in other carts, it does not count for now.
func (p *Program) hold(ctx context.Context, shop loyalty.Shop, who Shopper, t *Tried) error {
	if !t.Decision.OK || t.Code.MaxUses == 0 {
		return nil
	}
	kept := false
	err := rerun(ctx, func() error {
		return p.Store.Write(ctx, func(tx *store.Tx) (err error) {
			kept, err = tx.HoldCode(shop.ID, store.CodeHold{CodeID: t.Code.ID, Holder: who.holder(), Until: p.now() + holdFor.Milliseconds(), CreatedAt: p.now()})
			return err
		})
	})
	if err == nil && !kept {
		t.Decision = voucher.Decision{Why: []voucher.Reason{{Code: voucher.ReasonUsedUp}}, Steps: t.Decision.Steps}
	}
	return err
}
