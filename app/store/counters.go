package store

import "zugabe/app/loyalty"

// CounterKey names one limit's count: a rule, a member (0 = all members
// together) and a window ("day:2026-11-21", "subject:42", "budget").
type CounterKey struct {
	RuleID   string
	MemberID loyalty.ID
	Window   string
}

// Counter is how much of a limit is used.
type Counter struct {
	Times  int64
	Points loyalty.Points
}

// Counters reads what is used of the limits; a missing row is made, with
// nothing used. A row that somebody else makes at the same moment is a
// *DuplicateError of "counters.PRIMARY": run the transaction again.
func (tx *Tx) Counters(shop loyalty.ShopID, keys []CounterKey) (map[CounterKey]Counter, error) {
	found := make(map[CounterKey]Counter, len(keys))
	if len(keys) == 0 {
		return found, nil
	}
	query, args := `SELECT rule_id, member_id, win, times, points FROM counters WHERE `, []any{}
	for i, k := range keys {
		if i > 0 {
			query += ` OR `
		}
		query += `(shop_id = ? AND rule_id = ? AND member_id = ? AND win = ?)`
		args = append(args, shop, k.RuleID, k.MemberID, k.Window)
	}
	err := tx.Rows(query, args, func(row Scanner) error {
		var k CounterKey
		var c Counter
		err := row.Scan(&k.RuleID, &k.MemberID, &k.Window, &c.Times, &c.Points)
		found[k] = c
		return err
	})
	if err != nil {
		return nil, err
	}
	var missing [][]any
	for _, k := range keys {
		if _, ok := found[k]; !ok {
			found[k] = Counter{}
			missing = append(missing, []any{shop, k.RuleID, k.MemberID, k.Window, 0, 0})
		}
	}
	return found, tx.InsertMany("counters", []string{"shop_id", "rule_id", "member_id", "win", "times", "points"}, missing)
}

// MoveCounter adds to a counter, or takes from it, if the result is neither
// negative nor above the caps (0 = no cap of that sort); ok is false if it
// would be. This conditional UPDATE is the only way a counter changes (6.8).
func (tx *Tx) MoveCounter(shop loyalty.ShopID, k CounterKey, by, caps Counter) (ok bool, err error) {
	n, err := tx.Exec(`UPDATE counters SET times = times + ?, points = points + ?
		WHERE shop_id = ? AND rule_id = ? AND member_id = ? AND win = ? AND times + ? >= 0 AND points + ? >= 0
		AND (? = 0 OR ? <= 0 OR times + ? <= ?) AND (? = 0 OR ? <= 0 OR points + ? <= ?)`,
		by.Times, by.Points, shop, k.RuleID, k.MemberID, k.Window, by.Times, by.Points,
		caps.Times, by.Times, by.Times, caps.Times, caps.Points, by.Points, by.Points, caps.Points)
	return n == 1, err
}
