package store

import (
	"zugabe/app/ledger"
	"zugabe/app/loyalty"
)

// SumsOf adds up the rows of one account.
func (tx *Tx) SumsOf(shop loyalty.ShopID, account loyalty.ID) (ledger.Sums, error) {
	var s ledger.Sums
	for _, q := range []struct {
		query string
		dest  []any
	}{
		{`SELECT COALESCE(SUM(points), 0), COALESCE(MAX(account_seq), 0) FROM entries` + useIndex("entries_account") + `WHERE shop_id = ? AND account_id = ?`, []any{&s.Entries, &s.Count}},
		{`SELECT COALESCE(SUM(CASE WHEN state = 1 THEN remaining ELSE 0 END), 0), COALESCE(SUM(CASE WHEN state = 0 THEN remaining ELSE 0 END), 0)
			FROM lots` + useIndex("lots_account") + `WHERE shop_id = ? AND account_id = ?`, []any{&s.Open, &s.Pending}},
		{`SELECT COALESCE(SUM(points), 0) FROM holds WHERE shop_id = ? AND account_id = ? AND state = 'open'`, []any{&s.Held}},
	} {
		if _, err := tx.Row(q.query, []any{shop, account}, q.dest...); err != nil {
			return s, err
		}
	}
	return s, nil
}

// DriftedAccounts lists accounts whose balance row does not agree with their
// entries, lots and holds: at most 100 per kind of disagreement.
func (tx *Tx) DriftedAccounts(shop loyalty.ShopID, nowMs int64) ([]loyalty.ID, error) {
	var ids []loyalty.ID
	checker := tx.NewChecker(shop, nowMs)
	for _, inv := range invariants {
		if inv.table != "accounts" || inv.Number != 1 {
			continue
		}
		_, findings, _, err := checker.Check(inv)
		if err != nil {
			return nil, err
		}
		for _, f := range findings {
			ids = append(ids, f.ID)
		}
	}
	return lockOrder(ids), nil
}
