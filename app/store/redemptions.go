package store

import (
	"maps"
	"slices"

	"zugabe/app/loyalty"
	"zugabe/app/reward"
	"zugabe/app/voucher"
)

const redemptionColumns = `id, public_id, account_id, member_id, client_key, fingerprint, points, minor, currency, plan_version, state, reason,
code_id, hold_id, attempt, returned, sale_key, expires_at, created_at, updated_at`

// InsertRedemption stores a new redemption; the same client key of the same
// member is a *DuplicateError of "redemptions.redemptions_client_key".
func (tx *Tx) InsertRedemption(shop loyalty.ShopID, r reward.Redemption) error {
	_, err := tx.Exec(`INSERT INTO redemptions (shop_id, `+redemptionColumns+`) VALUES (?, `+placeholders(20)+`)`,
		shop, r.ID, r.PublicID, r.AccountID, r.MemberID, r.ClientKey, r.Fingerprint, r.Points, r.Minor, string(r.Currency),
		r.PlanVersion, string(r.State), r.Reason, r.CodeID, r.HoldID, r.Attempt, r.Returned, r.SaleKey, r.ExpiresAt, r.CreatedAt, r.UpdatedAt)
	return err
}

// SaveRedemption writes what can change after the start. was is the state the
// caller read under the account's lock; ok is false when it is no longer so.
func (tx *Tx) SaveRedemption(shop loyalty.ShopID, r reward.Redemption, was reward.State) (ok bool, err error) {
	n, err := tx.Exec(`UPDATE redemptions SET state = ?, reason = ?, attempt = ?, returned = ?, sale_key = ?, updated_at = ? WHERE shop_id = ? AND id = ? AND state = ?`,
		string(r.State), r.Reason, r.Attempt, r.Returned, r.SaleKey, r.UpdatedAt, shop, r.ID, string(was))
	return n == 1, err
}

// RedemptionByID finds one by our id.
func (tx *Tx) RedemptionByID(shop loyalty.ShopID, id loyalty.ID) (reward.Redemption, bool, error) {
	return tx.oneRedemption(`SELECT `+redemptionColumns+` FROM redemptions WHERE shop_id = ? AND id = ?`, shop, id)
}

// RedemptionByPublicID finds one by the id that leaves the app.
func (tx *Tx) RedemptionByPublicID(shop loyalty.ShopID, publicID string) (reward.Redemption, bool, error) {
	return tx.oneRedemption(`SELECT `+redemptionColumns+` FROM redemptions WHERE shop_id = ? AND public_id = ?`, shop, publicID)
}

// RedemptionByClientKey finds the one that a member started under its own key.
func (tx *Tx) RedemptionByClientKey(shop loyalty.ShopID, member loyalty.ID, key string) (reward.Redemption, bool, error) {
	return tx.oneRedemption(`SELECT `+redemptionColumns+` FROM redemptions WHERE shop_id = ? AND member_id = ? AND client_key = ?`, shop, member, key)
}

// RedemptionsByCode finds the redemptions behind codes, keyed by code id. A
// code that no redemption made is left out.
func (tx *Tx) RedemptionsByCode(shop loyalty.ShopID, codes []loyalty.ID) (map[loyalty.ID]reward.Redemption, error) {
	found := make(map[loyalty.ID]reward.Redemption, len(codes))
	if len(codes) == 0 {
		return found, nil
	}
	list, err := tx.manyRedemptions(`SELECT `+redemptionColumns+` FROM redemptions WHERE shop_id = ? AND code_id IN (`+placeholders(len(codes))+`)`,
		argsOf(shop, codes))
	for _, r := range list {
		found[r.CodeID] = r
	}
	return found, err
}

// RedemptionsOfAccount lists an account's redemptions, newest first, before an
// id (0 = from the newest).
func (tx *Tx) RedemptionsOfAccount(shop loyalty.ShopID, account, before loyalty.ID, limit int) ([]reward.Redemption, error) {
	if before == 0 {
		before = 1<<63 - 1
	}
	return tx.manyRedemptions(`SELECT `+redemptionColumns+` FROM redemptions WHERE shop_id = ? AND account_id = ? AND id < ? ORDER BY id DESC LIMIT ?`,
		[]any{shop, account, before, limit})
}

// RedemptionsDue lists those in a state whose code ended at or before untilMs, oldest first.
func (tx *Tx) RedemptionsDue(shop loyalty.ShopID, state reward.State, untilMs int64, limit int) ([]reward.Redemption, error) {
	return tx.manyRedemptions(`SELECT `+redemptionColumns+` FROM redemptions WHERE shop_id = ? AND state = ? AND expires_at <= ? ORDER BY expires_at, id LIMIT ?`,
		[]any{shop, string(state), untilMs, limit})
}

// RedemptionList says which redemptions a list shows: newest first, or those in one
// state by the end of their codes (unused ones that end first, all others the latest).
type RedemptionList struct {
	State  reward.State       // "" = all
	Before *reward.Redemption // the last row of the page before; nil for the first page
	Limit  int
}

// ListRedemptions pages through the redemptions of a shop.
func (tx *Tx) ListRedemptions(shop loyalty.ShopID, l RedemptionList) ([]reward.Redemption, error) {
	first := l.Before == nil
	switch {
	case l.State == "":
		id := maxID
		if !first {
			id = l.Before.ID
		}
		return tx.manyRedemptions(`SELECT `+redemptionColumns+` FROM redemptions`+useIndex("PRIMARY")+`WHERE shop_id = ? AND id < ? ORDER BY id DESC LIMIT ?`, []any{shop, id, l.Limit})
	case l.State == reward.Pending || l.State == reward.Active:
		at, id := int64(0), loyalty.ID(0)
		if !first {
			at, id = l.Before.ExpiresAt, l.Before.ID
		}
		return tx.manyRedemptions(`SELECT `+redemptionColumns+` FROM redemptions`+useIndex("redemptions_state")+`WHERE shop_id = ? AND state = ? AND expires_at >= ?
			AND (expires_at > ? OR id > ?) ORDER BY expires_at, id LIMIT ?`, []any{shop, string(l.State), at, at, id, l.Limit})
	}
	at, id := int64(maxID), maxID
	if !first {
		at, id = l.Before.ExpiresAt, l.Before.ID
	}
	return tx.manyRedemptions(`SELECT `+redemptionColumns+` FROM redemptions`+useIndex("redemptions_state")+`WHERE shop_id = ? AND state = ? AND expires_at <= ?
		AND (expires_at < ? OR id < ?) ORDER BY expires_at DESC, id DESC LIMIT ?`, []any{shop, string(l.State), at, at, id, l.Limit})
}

// SearchRedemptions finds those of members whom SearchMembers finds, by one of their
// codes, too, newest first; the best matches only.
func (tx *Tx) SearchRedemptions(shop loyalty.ShopID, text string, l RedemptionList) ([]reward.Redemption, error) {
	codes, err := tx.CodesByFolded(shop, []string{clip(voucher.Fold(text), 60)})
	if err != nil {
		return nil, err
	}
	if len(codes) > 0 { // it is one code: its member's others are not meant
		byCode, err := tx.RedemptionsByCode(shop, codeIDs(codes))
		return ofState(slices.Collect(maps.Values(byCode)), l.State), err
	}
	members, err := tx.SearchMembers(shop, text, MemberList{Limit: searchedMembers})
	if err != nil || len(members) == 0 {
		return nil, err
	}
	args := []any{shop}
	for _, m := range members {
		args = append(args, m.ID)
	}
	where := ""
	if l.State != "" {
		where, args = ` AND state = ?`, append(args, string(l.State))
	}
	return tx.manyRedemptions(`SELECT `+redemptionColumns+` FROM redemptions`+useIndex("redemptions_client_key")+`WHERE shop_id = ? AND member_id IN (`+
		placeholders(len(members))+`)`+where+` ORDER BY id DESC LIMIT ?`, append(args, l.Limit))
}

func codeIDs(codes map[string]Code) (ids []loyalty.ID) {
	for _, c := range codes {
		ids = append(ids, c.ID)
	}
	return ids
}

func ofState(list []reward.Redemption, state reward.State) []reward.Redemption {
	return slices.DeleteFunc(list, func(r reward.Redemption) bool { return state != "" && r.State != state })
}

func (tx *Tx) oneRedemption(query string, args ...any) (reward.Redemption, bool, error) {
	list, err := tx.manyRedemptions(query, args)
	if err != nil || len(list) == 0 {
		return reward.Redemption{}, false, err
	}
	return list[0], true, nil
}

func (tx *Tx) manyRedemptions(query string, args []any) ([]reward.Redemption, error) {
	var list []reward.Redemption
	err := tx.Rows(query, args, func(row Scanner) error {
		var r reward.Redemption
		var state, currency string
		if err := row.Scan(&r.ID, &r.PublicID, &r.AccountID, &r.MemberID, &r.ClientKey, &r.Fingerprint, &r.Points, &r.Minor, &currency,
			&r.PlanVersion, &state, &r.Reason, &r.CodeID, &r.HoldID, &r.Attempt, &r.Returned, &r.SaleKey, &r.ExpiresAt, &r.CreatedAt, &r.UpdatedAt); err != nil {
			return err
		}
		r.State, r.Currency = reward.State(state), loyalty.Currency(currency)
		list = append(list, r)
		return nil
	})
	return list, err
}

// RedemptionEntries counts what was posted for redemptions, by source and rule:
// the next sequence numbers of their burns and releases. Call it under the
// accounts' lock.
func (tx *Tx) RedemptionEntries(shop loyalty.ShopID, sources []string) (map[string]map[string]int64, error) {
	counts := map[string]map[string]int64{}
	if len(sources) == 0 {
		return counts, nil
	}
	err := tx.Rows(`SELECT source_key, rule_id, COUNT(*) FROM entries WHERE shop_id = ? AND source_key IN (`+placeholders(len(sources))+
		`) GROUP BY source_key, rule_id`, argsOf(shop, sources), func(row Scanner) error {
		var source, rule string
		var n int64
		if err := row.Scan(&source, &rule, &n); err != nil {
			return err
		}
		if counts[source] == nil {
			counts[source] = map[string]int64{}
		}
		counts[source][rule] = n
		return nil
	})
	return counts, err
}

// LastActivity is when accounts last earned or redeemed something (Unix ms), by
// account; one that never did is left out.
func (tx *Tx) LastActivity(shop loyalty.ShopID, accounts []loyalty.ID) (map[loyalty.ID]int64, error) {
	last := make(map[loyalty.ID]int64, len(accounts))
	err := tx.Rows(`SELECT account_id, MAX(occurred_at) FROM entries`+useIndex("entries_account")+
		`WHERE shop_id = ? AND account_id IN (`+placeholders(len(accounts))+`) AND kind IN ('accrual', 'burn') AND points <> 0 GROUP BY account_id`,
		argsOf(shop, accounts), func(row Scanner) error {
			var id loyalty.ID
			var at int64
			err := row.Scan(&id, &at)
			last[id] = at
			return err
		})
	return last, err
}
