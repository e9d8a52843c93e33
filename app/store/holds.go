package store

import (
	"zugabe/app/ledger"
	"zugabe/app/loyalty"
)

// LoadHold reads a hold with its allocations and their lots as they stand now.
// Read it after locking its account.
func (tx *Tx) LoadHold(shop loyalty.ShopID, id loyalty.ID) (ledger.Hold, bool, error) {
	h := ledger.Hold{ID: id}
	var state string
	found, err := tx.Row(`SELECT account_id, redemption_id, points, state FROM holds WHERE shop_id = ? AND id = ?`,
		[]any{shop, id}, &h.AccountID, &h.RedemptionID, &h.Points, &state)
	if err != nil || !found {
		return ledger.Hold{}, false, err
	}
	h.State = ledger.HoldState(state)
	if h.Allocations, err = tx.allocationsOf(shop, []loyalty.ID{id}); err != nil {
		return ledger.Hold{}, false, err
	}
	var ids []loyalty.ID
	for _, a := range h.Allocations {
		ids = append(ids, a.LotID)
	}
	lots, err := tx.LotsByID(shop, ids)
	for _, a := range h.Allocations {
		if l, ok := lots[a.LotID]; ok {
			h.Lots = append(h.Lots, l)
		}
	}
	return h, err == nil, err
}

// allocationsOf lists what owners (entries, holds) took from lots.
func (tx *Tx) allocationsOf(shop loyalty.ShopID, owners []loyalty.ID) ([]ledger.Allocation, error) {
	var list []ledger.Allocation
	err := tx.Rows(`SELECT owner_id, lot_id, points FROM allocations WHERE shop_id = ? AND owner_id IN (`+placeholders(len(owners))+`) ORDER BY owner_id, lot_id`,
		argsOf(shop, owners), func(row Scanner) error {
			var a ledger.Allocation
			err := row.Scan(&a.OwnerID, &a.LotID, &a.Points)
			list = append(list, a)
			return err
		})
	return list, err
}

// closeHolds ends open holds; a hold that is no longer open fails the transaction.
func (tx *Tx) closeHolds(shop loyalty.ShopID, holds []ledger.Hold, nowMs int64) error {
	byState := map[ledger.HoldState][]loyalty.ID{}
	for _, h := range holds {
		byState[h.State] = append(byState[h.State], h.ID)
	}
	for _, state := range []ledger.HoldState{ledger.HoldBurned, ledger.HoldReleased} {
		ids := byState[state]
		if len(ids) == 0 {
			continue
		}
		n, err := tx.Exec(`UPDATE holds SET state = ?, closed_at = ? WHERE shop_id = ? AND state = 'open' AND id IN (`+placeholders(len(ids))+`)`,
			withArgs([]any{string(state), nowMs, shop}, ids)...)
		if err != nil {
			return err
		}
		if n != int64(len(ids)) {
			return stale("holds")
		}
	}
	return nil
}
