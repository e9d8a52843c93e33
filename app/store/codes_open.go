package store

import (
	"zugabe/app/loyalty"
	"zugabe/app/reward"
)

// OpenCode is a code that points were turned into and that can still be used.
type OpenCode struct {
	Code      string
	Minor     int64
	ExpiresAt int64 // Unix ms
}

// OpenCodes are the codes of accounts that work at the instant, those first that
// run out first. Redemptions with the reason given up are left out: their codes are
// about to be disabled.
func (tx *Tx) OpenCodes(shop loyalty.ShopID, accounts []loyalty.ID, givenUp string, nowMs int64) (map[loyalty.ID][]OpenCode, error) {
	found := map[loyalty.ID][]OpenCode{}
	if len(accounts) == 0 {
		return found, nil
	}
	args := append(argsOf(shop, accounts), string(reward.Active), givenUp, nowMs)
	err := tx.Rows(`SELECT r.account_id, c.code, r.minor, r.expires_at FROM redemptions r
		JOIN codes c ON c.shop_id = r.shop_id AND c.id = r.code_id
		WHERE r.shop_id = ? AND r.account_id IN (`+placeholders(len(accounts))+`) AND r.state = ? AND r.reason <> ? AND r.expires_at > ?
		ORDER BY r.account_id, r.expires_at, r.id`, args, func(row Scanner) error {
		var account loyalty.ID
		var c OpenCode
		err := row.Scan(&account, &c.Code, &c.Minor, &c.ExpiresAt)
		found[account] = append(found[account], c)
		return err
	})
	return found, err
}
