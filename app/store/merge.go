package store

import "zugabe/app/loyalty"

// MergeMember closes a member in favour of another, empties its personal fields
// (they are the other one's now, and erasing must find one place) and re-points what
// names it: keys, sales, activities, codes, redemptions, referrals. A login with the
// host and a first order count for the one who stays. ok is false when the member was
// merged or erased before. Points are moved by the caller;
// accounts is from's account and into's.
func (tx *Tx) MergeMember(shop loyalty.ShopID, from, into loyalty.ID, accounts [2]loyalty.ID, nowMs int64) (ok bool, err error) {
	n, err := tx.Exec(`UPDATE members SET state = ?, merged_into = ?, customer_key = '', email = '', email_fold = '', first_name = '', last_name = '',
		name_fold = '', birthday = '', version = version + 1, updated_at = ? WHERE shop_id = ? AND id = ? AND state = ?`,
		string(loyalty.MemberMerged), into, nowMs, shop, from, string(loyalty.MemberActive))
	if err != nil || n != 1 {
		return false, err
	}
	if err := tx.carryLogin(shop, from, into, nowMs); err != nil {
		return false, err
	}
	if err := tx.carryFirstOrder(shop, from, into, nowMs); err != nil {
		return false, err
	}
	for _, s := range []struct {
		query string
		args  []any
	}{
		{`UPDATE member_keys SET member_id = ? WHERE shop_id = ? AND member_id = ?`, []any{into, shop, from}},
		{`UPDATE sales SET member_id = ? WHERE shop_id = ? AND member_id = ?`, []any{into, shop, from}},
		{`UPDATE activities SET member_id = ? WHERE shop_id = ? AND member_id = ?`, []any{into, shop, from}},
		{`UPDATE codes SET member_id = ? WHERE shop_id = ? AND id IN (SELECT code_id FROM redemptions WHERE shop_id = ? AND account_id = ?)`,
			[]any{into, shop, shop, accounts[0]}},
		{`UPDATE redemptions SET member_id = ?, account_id = ? WHERE shop_id = ? AND account_id = ?`, []any{into, accounts[1], shop, accounts[0]}},
		{`UPDATE reward_redemptions SET member_id = ?, account_id = ? WHERE shop_id = ? AND account_id = ?`, []any{into, accounts[1], shop, accounts[0]}},
		{`UPDATE referrals SET referrer_id = ? WHERE shop_id = ? AND referrer_id = ?`, []any{into, shop, from}},
		{`DELETE FROM redeem_permits WHERE shop_id = ? AND member_id = ?`, []any{shop, from}},
	} {
		if _, err := tx.Exec(s.query, s.args...); err != nil {
			return false, err
		}
	}
	if err := tx.mergeVouchers(shop, from, into); err != nil {
		return false, err
	}
	if err := tx.mergePartners(shop, from, into); err != nil {
		return false, err
	}
	return true, tx.mergeCounters(shop, from, into)
}

// carryLogin lets the person keep the account with the host that either of the two
// members had. It is read after the member was closed, so nobody can add it later.
func (tx *Tx) carryLogin(shop loyalty.ShopID, from, into loyalty.ID, nowMs int64) error {
	var had int64
	_, err := tx.Row(`SELECT has_login FROM members WHERE shop_id = ? AND id = ?`, []any{shop, from}, &had)
	if err != nil || had == 0 {
		return err
	}
	return tx.MarkLogins(shop, []loyalty.ID{into}, nowMs)
}

// carryFirstOrder makes whoever stays a customer since the earlier first order of the
// two: somebody who has bought is no new customer because of a merge (S0-16).
func (tx *Tx) carryFirstOrder(shop loyalty.ShopID, from, into loyalty.ID, nowMs int64) error {
	var kind string
	var first int64
	_, err := tx.Row(`SELECT member_type, first_order_at FROM members WHERE shop_id = ? AND id = ?`, []any{shop, from}, &kind, &first)
	if err != nil || first == 0 {
		return err
	}
	_, err = tx.Exec(`UPDATE members SET member_type = ?, first_order_at = ?, version = version + 1, updated_at = ?
		WHERE shop_id = ? AND id = ? AND (first_order_at = 0 OR first_order_at > ?)`, kind, first, nowMs, shop, into, first)
	return err
}

// mergeCounters adds the limits that from used up to those of into: one person
// has one set of limits.
func (tx *Tx) mergeCounters(shop loyalty.ShopID, from, into loyalty.ID) error {
	type counter struct {
		rule, window  string
		times, points int64
	}
	var list []counter
	err := tx.Rows(`SELECT rule_id, win, times, points FROM counters WHERE shop_id = ? AND member_id = ?`, []any{shop, from}, func(row Scanner) error {
		var c counter
		err := row.Scan(&c.rule, &c.window, &c.times, &c.points)
		list = append(list, c)
		return err
	})
	if err != nil {
		return err
	}
	for _, c := range list {
		n, err := tx.Exec(`UPDATE counters SET times = times + ?, points = points + ? WHERE shop_id = ? AND rule_id = ? AND member_id = ? AND win = ?`,
			c.times, c.points, shop, c.rule, into, c.window)
		if err == nil && n == 0 {
			_, err = tx.Exec(`INSERT INTO counters (shop_id, rule_id, member_id, win, times, points) VALUES (?, ?, ?, ?, ?, ?)`,
				shop, c.rule, into, c.window, c.times, c.points)
		}
		if err != nil {
			return err
		}
	}
	_, err = tx.Exec(`DELETE FROM counters WHERE shop_id = ? AND member_id = ?`, shop, from)
	return err
}
