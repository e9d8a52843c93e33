package program

import (
	"slices"
	"strings"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/reward"
	"zugabe/app/store"
)

// saleCodes are our codes that a batch of sales carries now or carried before,
// with the redemptions behind them. Made by codeAccounts before the accounts
// are locked; read again by settleCodes after.
type saleCodes struct {
	codes       map[string]store.Code            // by folded text, and by id below
	byID        map[loyalty.ID]store.Code        //
	redemptions map[loyalty.ID]reward.Redemption // by code id
	uses        map[string][]store.CodeUse       // by sale key
}

// accounts are the accounts to lock together with those of the sales.
func (c saleCodes) accounts() []loyalty.ID {
	var ids []loyalty.ID
	for _, r := range c.redemptions {
		ids = append(ids, r.AccountID)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// settleCodes runs in the same transaction after the accounts are locked, once per batch:
//
//	func (p *Program) settleCodes(tx *store.Tx, shop loyalty.Shop, codes saleCodes, sales []earning.Sale, books map[loyalty.ID]*ledger.Book) (used map[string]loyalty.Points, err error)
//
// books are by account id, those of codes.accounts() with their lots loaded; used is by sale key (column sales.used).

func foldCode(code string) string { return strings.ToLower(strings.TrimSpace(code)) }

// codeAccounts finds our codes among those that the sales carry or carried at
// an earlier version: at most four statements whatever the number of sales,
// one for sales that are new and carry no code.
func (p *Program) codeAccounts(tx *store.Tx, shop loyalty.ShopID, sales []earning.Sale) (saleCodes, error) {
	found := saleCodes{byID: map[loyalty.ID]store.Code{}}
	var folded, keys []string
	for _, s := range sales {
		keys = append(keys, s.Key)
		for _, used := range s.Codes {
			folded = append(folded, foldCode(used.Code))
		}
	}
	var err error
	if found.uses, err = tx.CodeUsesBySale(shop, keys); err != nil {
		return found, err
	}
	if found.codes, err = tx.CodesByFolded(shop, folded); err != nil {
		return found, err
	}
	var ids []loyalty.ID
	for _, c := range found.codes {
		found.byID[c.ID] = c
		ids = append(ids, c.ID)
	}
	var earlier []loyalty.ID
	for _, uses := range found.uses {
		for _, u := range uses {
			if _, known := found.byID[u.CodeID]; !known {
				earlier = append(earlier, u.CodeID)
			}
		}
	}
	before, err := tx.CodesByID(shop, earlier)
	if err != nil {
		return found, err
	}
	for id, c := range before {
		found.byID[id] = c
		ids = append(ids, id)
	}
	found.redemptions, err = tx.RedemptionsByCode(shop, ids)
	return found, err
}
