package store

import (
	"zugabe/app/ledger"
	"zugabe/app/loyalty"
)

const lotColumns = `id, account_id, entry_id, source_key, rule_id, original, remaining, state, available_at, expires_at, promise_minor, promise_per, created_at`

// LoadLots reads the pending and open lots of locked accounts, soonest expiring
// first. A clawback names its sources too: it also needs their lots that are
// closed, with what expiry took from them.
func (tx *Tx) LoadLots(shop loyalty.ShopID, accountIDs []loyalty.ID, sources ...string) (map[loyalty.ID][]ledger.Lot, error) {
	if len(accountIDs) == 0 {
		return map[loyalty.ID][]ledger.Lot{}, nil
	}
	list, err := tx.lots(`SELECT `+lotColumns+` FROM lots`+useIndex("lots_account")+`WHERE shop_id = ? AND account_id IN (`+placeholders(len(accountIDs))+`) AND state IN (0, 1)
		ORDER BY expires_at, id`, argsOf(shop, accountIDs))
	if err != nil {
		return nil, err
	}
	if len(sources) > 0 {
		closed, err := tx.closedLots(shop, accountIDs, sources)
		if err != nil {
			return nil, err
		}
		list = append(list, closed...)
	}
	found := make(map[loyalty.ID][]ledger.Lot, len(accountIDs))
	for _, l := range list {
		found[l.AccountID] = append(found[l.AccountID], l)
	}
	return found, nil
}

func (tx *Tx) closedLots(shop loyalty.ShopID, accountIDs []loyalty.ID, sources []string) ([]ledger.Lot, error) {
	args := withArgs(argsOf(shop, accountIDs), sources)
	closed, err := tx.lots(`SELECT `+lotColumns+` FROM lots`+useIndex("lots_account")+`WHERE shop_id = ? AND account_id IN (`+placeholders(len(accountIDs))+`) AND state = 2
		AND source_key IN (`+placeholders(len(sources))+`)`, args)
	if err != nil || len(closed) == 0 {
		return nil, err
	}
	keys := make([]string, len(closed))
	byKey := make(map[string]*ledger.Lot, len(closed))
	for i := range closed {
		keys[i] = ledger.LotSource(closed[i].ID)
		byKey[keys[i]] = &closed[i]
	}
	err = tx.Rows(`SELECT source_key, -SUM(points), COUNT(*) FROM entries`+useIndex("entries_source")+`WHERE shop_id = ? AND source_key IN (`+placeholders(len(keys))+`)
		AND rule_id = 'expiry' GROUP BY source_key`, argsOf(shop, keys), func(row Scanner) error {
		var key string
		var expired loyalty.Points
		var next int64
		if err := row.Scan(&key, &expired, &next); err != nil {
			return err
		}
		byKey[key].Expired, byKey[key].ExpirySeq = expired, next
		return nil
	})
	return closed, err
}

// LotsByID reads lots of any state; unknown ids are left out.
func (tx *Tx) LotsByID(shop loyalty.ShopID, ids []loyalty.ID) (map[loyalty.ID]ledger.Lot, error) {
	found := make(map[loyalty.ID]ledger.Lot, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	list, err := tx.lots(`SELECT `+lotColumns+` FROM lots WHERE shop_id = ? AND id IN (`+placeholders(len(ids))+`)`, argsOf(shop, ids))
	for _, l := range list {
		found[l.ID] = l
	}
	return found, err
}

// DueLots lists lots that are to mature (LotPending) or to expire (LotOpen) at
// or before untilMs, earliest first. Lock their accounts and read them again by
// LotsByID before acting.
func (tx *Tx) DueLots(shop loyalty.ShopID, state ledger.LotState, untilMs int64, limit int) ([]ledger.Lot, error) {
	return tx.lots(`SELECT `+lotColumns+` FROM lots`+useIndex("lots_due")+`WHERE shop_id = ? AND state = ? AND due_at <= ? ORDER BY due_at, id LIMIT ?`,
		[]any{shop, int64(state), untilMs, limit})
}

// AllLots lists every lot of an account, also the closed ones.
func (tx *Tx) AllLots(shop loyalty.ShopID, account loyalty.ID) ([]ledger.Lot, error) {
	return tx.lots(`SELECT `+lotColumns+` FROM lots`+useIndex("lots_account")+`WHERE shop_id = ? AND account_id = ? ORDER BY expires_at, id`, []any{shop, account})
}

// LotUses lists what was taken from an account's lots and when, expiry included.
func (tx *Tx) LotUses(shop loyalty.ShopID, account loyalty.ID) ([]ledger.Taken, error) {
	var list []ledger.Taken
	err := tx.Rows(`SELECT a.lot_id, a.owner_id, a.points, COALESCE(e.posted_at, l.created_at, 0), COALESCE(h.created_at, 0), COALESCE(h.state, ''), COALESCE(h.closed_at, 0)
		FROM lots t JOIN allocations a ON a.shop_id = t.shop_id AND a.lot_id = t.id
		LEFT JOIN entries e ON e.shop_id = a.shop_id AND e.id = a.owner_id
		LEFT JOIN lots l ON l.shop_id = a.shop_id AND l.id = a.owner_id
		LEFT JOIN holds h ON h.shop_id = a.shop_id AND h.id = a.owner_id
		WHERE t.shop_id = ? AND t.account_id = ?`, []any{shop, account}, func(row Scanner) error {
		var t ledger.Taken
		var owner loyalty.ID
		var posted, held, closed int64
		var state string
		if err := row.Scan(&t.LotID, &owner, &t.Points, &posted, &held, &state, &closed); err != nil {
			return err
		}
		switch {
		case held > 0:
			t.At = held
		case posted > 0:
			t.At = posted
		default: // a debt payment: nothing but its id tells when
			t.At = owner.Millis()
		}
		list = append(list, t)
		if state == string(ledger.HoldReleased) {
			list = append(list, ledger.Taken{LotID: t.LotID, Points: -t.Points, At: closed})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = tx.Rows(`SELECT t.id, -e.points, e.posted_at FROM lots t JOIN entries e ON e.shop_id = t.shop_id AND e.source_key = CONCAT('lot:', t.id)
		AND e.rule_id = 'expiry' AND e.points < 0 WHERE t.shop_id = ? AND t.account_id = ?`, []any{shop, account}, func(row Scanner) error {
		var t ledger.Taken
		err := row.Scan(&t.LotID, &t.Points, &t.At)
		list = append(list, t)
		return err
	})
	return list, err
}

func (tx *Tx) lots(query string, args []any) ([]ledger.Lot, error) {
	var list []ledger.Lot
	err := tx.Rows(query, args, func(row Scanner) error {
		var l ledger.Lot
		var state int64
		err := row.Scan(&l.ID, &l.AccountID, &l.EntryID, &l.Source, &l.RuleID, &l.Original, &l.Remaining, &state,
			&l.AvailableAt, &l.ExpiresAt, &l.Promise.Minor, &l.Promise.PerPoints, &l.CreatedAt)
		l.State = ledger.LotState(state)
		list = append(list, l)
		return err
	})
	return list, err
}
