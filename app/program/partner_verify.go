package program

import (
	"encoding/json"
	"fmt"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// checkCommissions recomputes the base of every commission from its order as it is
// stored. One that was taken back is worth nothing.
func (p *Program) checkCommissions(tx *store.Tx, shop loyalty.ShopID) (Check, error) {
	c := Check{Number: 5, Name: "a commission follows its order"}
	var last *store.Commission
	for {
		rows, err := tx.Commissions(shop, store.CommissionList{Before: last, Limit: 500})
		if err != nil || len(rows) == 0 {
			return c, err
		}
		worth, changed, err := p.worths(tx, shop, rows)
		if err != nil {
			return c, err
		}
		for _, row := range rows {
			c.Checked++
			if row.CodeID == 0 && changed[row.SaleKey] > row.UpdatedAt {
				continue // is to be counted again: PayOrders
			}
			want := worth[row.SaleKey]
			if row.State == store.CommissionReversed || row.State == store.CommissionRefused {
				want = 0
			}
			if row.BaseMinor != want {
				c.note(Violation{Shop: shop, What: fmt.Sprintf("commission %s of order %s", row.ID, row.SaleKey), Have: row.BaseMinor, Want: want})
			}
		}
		last = &rows[len(rows)-1]
	}
}

// worths is what the orders behind commissions are worth now, by order, and when they
// last changed (Unix ms).
func (p *Program) worths(tx *store.Tx, shop loyalty.ShopID, rows []store.Commission) (worth, changed map[string]int64, err error) {
	var keys []string
	for _, row := range rows {
		keys = append(keys, row.SaleKey)
	}
	sales, err := tx.SalesByKey(shop, keys)
	if err != nil {
		return nil, nil, err
	}
	var ids []loyalty.ID
	for _, s := range sales {
		ids = append(ids, s.ID)
	}
	bodies, err := tx.SaleBodies(shop, ids)
	if err != nil {
		return nil, nil, err
	}
	worth, changed = make(map[string]int64, len(sales)), make(map[string]int64, len(sales))
	for key, row := range sales {
		changed[key] = row.ChangedAt
		var s earning.Sale
		if err := json.Unmarshal(bodies[row.ID], &s); err != nil {
			return nil, nil, fmt.Errorf("stored order %s: %w", key, err)
		}
		if base, stands := (paidSale{sale: &s}).worth(); stands {
			worth[key] = base
		}
	}
	return worth, changed, nil
}
