package program

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"zugabe/app/earning"
	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/reward"
	"zugabe/app/store"
)

// RefundKind says what a merchant thinks of doing with an order.
type RefundKind string

// The kinds of a refund to look at before it is made.
const (
	RefundLines  RefundKind = "lines"  // some units of some lines
	RefundAmount RefundKind = "amount" // an amount that belongs to no line
	RefundFull   RefundKind = "full"   // whatever has not gone back yet
	RefundCancel RefundKind = "cancel" // the order is cancelled
)

// RefundAsk is a refund that has not happened.
type RefundAsk struct {
	Kind     RefundKind
	Lines    []RefundPart // of RefundLines
	Shipping bool         // of RefundLines: what is left of shipping goes back too
	Amount   int64        // of RefundAmount: gross minor units
}

// RefundPart is how many units of a line would go back.
type RefundPart struct {
	LineKey  string
	Quantity int64
}

// RefundPreview is what a refund would do (N-03). Nothing of it has happened.
type RefundPreview struct {
	Refund   earning.Refund // as the host would tell it; empty for RefundCancel
	Before   SaleReceipt
	After    SaleReceipt
	Entries  []ledger.Entry  // what would be posted, in this order
	Lots     []LotTaken      // where clawed back points would come from
	Accounts []AccountChange // of the member, and of whoever else paid with points
	Returns  []CodeReturn    // redeemed points that would come back
}

// LotTaken is what an entry would take from a lot.
type LotTaken struct {
	EntryID loyalty.ID
	Lot     ledger.Lot // as it would be afterwards
	Points  loyalty.Points
}

// AccountChange is a balance before and after.
type AccountChange struct {
	Before, After ledger.Account
}

// CodeReturn is a redemption of the order with the points given back so far, before and after.
type CodeReturn struct {
	Redemption  reward.Redemption // as it would be afterwards
	Code        string
	WasReturned loyalty.Points
}

// errPreviewed ends a preview's transaction: nothing of it stays.
var errPreviewed = errors.New("program: only looked at")

// PreviewRefund says what a refund or a cancellation would do. It is exact by
// construction: the stored order, with the refund, is booked like any other news
// of it, under the same locks, and the transaction is rolled back.
// CodeNotFound for an unknown order, CodeInvalid for a refund that cannot be.
func (p *Program) PreviewRefund(ctx context.Context, shop loyalty.Shop, saleKey string, ask RefundAsk) (RefundPreview, error) {
	var preview RefundPreview
	err := rerun(ctx, func() error {
		return p.Store.Write(ctx, func(tx *store.Tx) error {
			return guard(func() (err error) {
				if preview, err = p.previewIn(tx, shop, saleKey, ask); err != nil {
					return err
				}
				return errPreviewed
			})
		})
	})
	if errors.Is(err, errPreviewed) {
		return preview, nil
	}
	return RefundPreview{}, err
}

func (p *Program) previewIn(tx *store.Tx, shop loyalty.Shop, saleKey string, ask RefundAsk) (RefundPreview, error) {
	before, err := p.receiptIn(tx, shop, saleKey)
	if err != nil {
		return RefundPreview{}, err
	}
	sale, refund, err := ask.applyTo(before.Snapshot, p.now())
	if err != nil {
		return RefundPreview{}, err
	}
	if sale.CustomerKey, err = keyOfHolder(tx, shop.ID, before.Sale); err != nil {
		return RefundPreview{}, err
	}
	preview := RefundPreview{Refund: refund, Before: before}
	codes, err := p.codeAccounts(tx, shop.ID, []earning.Sale{sale})
	if err != nil {
		return RefundPreview{}, err
	}
	b := newBatch(p, tx, shop)
	if err := b.run([]*incoming{{at: sale.UpdatedAt, changes: []platform.Change{{Kind: platform.SaleSnapshot, Sale: &sale}}}}); err != nil {
		return RefundPreview{}, err
	}
	if len(b.sales) == 0 {
		return RefundPreview{}, errRaced // newer news of the order came first
	}
	preview.collect(b.settled)
	if preview.Returns, err = returnsOf(tx, shop.ID, codes); err != nil {
		return RefundPreview{}, err
	}
	preview.After, err = p.receiptIn(tx, shop, saleKey)
	return preview, err
}

// keyOfHolder is a customer key under which the order's member is found. The
// host would send the customer's own; after an erasure only its hash is kept.
func keyOfHolder(tx *store.Tx, shop loyalty.ShopID, row store.SaleRow) (string, error) {
	if row.CustomerKey != "" || row.MemberID == 0 {
		return row.CustomerKey, nil
	}
	keys, err := tx.MemberKeys(shop, row.MemberID)
	if err != nil || len(keys) == 0 {
		return "", err
	}
	return keys[0], nil
}

// collect reads what the booking decided out of its books.
func (v *RefundPreview) collect(s *settlement) {
	for id, book := range s.books {
		changes := book.Changes()
		if len(changes.Entries) == 0 {
			continue
		}
		v.Entries = append(v.Entries, changes.Entries...)
		v.Accounts = append(v.Accounts, AccountChange{Before: s.locked[id].Account, After: book.Account})
		lots := map[loyalty.ID]ledger.Lot{}
		for _, lot := range book.Lots() {
			lots[lot.ID] = lot
		}
		posted := map[loyalty.ID]bool{}
		for _, e := range changes.Entries {
			posted[e.ID] = true
		}
		for _, a := range changes.Allocations {
			if posted[a.OwnerID] {
				v.Lots = append(v.Lots, LotTaken{EntryID: a.OwnerID, Lot: lots[a.LotID], Points: a.Points})
			}
		}
	}
	slices.SortFunc(v.Entries, func(x, y ledger.Entry) int { return cmp.Compare(x.ID, y.ID) })
	slices.SortFunc(v.Accounts, func(x, y AccountChange) int { return cmp.Compare(x.After.ID, y.After.ID) })
}

// returnsOf compares the redemptions behind the order's codes with what they were.
func returnsOf(tx *store.Tx, shop loyalty.ShopID, was saleCodes) ([]CodeReturn, error) {
	now, err := tx.RedemptionsByCode(shop, was.ids())
	if err != nil {
		return nil, err
	}
	var list []CodeReturn
	for _, id := range was.ids() {
		before, ours := was.redemptions[id]
		if !ours {
			continue
		}
		list = append(list, CodeReturn{Redemption: now[id], Code: was.byID[id].Code, WasReturned: before.Returned})
	}
	return list, nil
}
