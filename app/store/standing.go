package store

import "zugabe/app/loyalty"

// Standing is what a shopper may know of their own account at a glance.
type Standing struct {
	MemberID    loyalty.ID
	State       loyalty.MemberState
	BlockRedeem bool
	AccountID   loyalty.ID // 0 = no account yet
	Pending     loyalty.Points
	Available   loyalty.Points // negative = debt
	Held        loyalty.Points
	NextExpiry  int64          // Unix ms at which the first open lot runs out, 0 = none
	Expiring    loyalty.Points // how many run out then
}

// StandingOf finds the standing of the customer with the host's id in one
// statement, whatever the number of members, lots and entries.
func (tx *Tx) StandingOf(shop loyalty.ShopID, customerKey string) (Standing, bool, error) {
	var s Standing
	var block int64
	found, err := tx.Row(`SELECT m.id, m.state, m.block_redeem, COALESCE(a.id, 0), COALESCE(a.pending, 0), COALESCE(a.available, 0),
		COALESCE(a.held, 0), COALESCE(l.expires_at, 0),
		COALESCE((SELECT SUM(e.remaining) FROM lots e WHERE e.shop_id = a.shop_id AND e.account_id = a.id AND e.state = 1
			AND e.expires_at = l.expires_at), 0)
		FROM member_keys k
		JOIN members m ON m.shop_id = k.shop_id AND m.id = k.member_id
		LEFT JOIN accounts a ON a.shop_id = m.shop_id AND a.member_id = m.id
			AND a.plan_id = (SELECT MIN(p.id) FROM plans p WHERE p.shop_id = k.shop_id)
		LEFT JOIN lots l ON l.shop_id = a.shop_id AND l.id = (SELECT n.id FROM lots n WHERE n.shop_id = a.shop_id AND n.account_id = a.id
			AND n.state = 1 ORDER BY n.expires_at, n.id LIMIT 1)
		WHERE k.shop_id = ? AND k.customer_key = ?`,
		[]any{shop, customerKey}, &s.MemberID, &s.State, &block, &s.AccountID, &s.Pending, &s.Available, &s.Held, &s.NextExpiry, &s.Expiring)
	s.BlockRedeem = block != 0
	return s, found, err
}

// StandingsNow reads the points of accounts that are known: rows by their key, in
// one statement. An account that does not exist is missing in the answer.
func (tx *Tx) StandingsNow(shop loyalty.ShopID, accounts []loyalty.ID) (map[loyalty.ID]Standing, error) {
	now := make(map[loyalty.ID]Standing, len(accounts))
	for len(accounts)&(len(accounts)-1) != 0 {
		accounts = append(accounts[:len(accounts):len(accounts)], accounts[0]) // few lengths, so few statements to compile
	}
	err := tx.Rows(`SELECT id, pending, available, held FROM accounts WHERE shop_id = ? AND id IN (`+placeholders(len(accounts))+`)`,
		argsOf(shop, accounts), func(row Scanner) error {
			var s Standing
			err := row.Scan(&s.AccountID, &s.Pending, &s.Available, &s.Held)
			now[s.AccountID] = s
			return err
		})
	return now, err
}
