package bench

import (
	"context"
	"database/sql"
	"strconv"
)

// bareRedemption runs, by hand and without a decision in between, the statements
// that starting a redemption needs: seven reads, the lock, and eight writes.
func (l *lab) bareRedemption(ctx context.Context, n int64) error {
	member := int(n) % redeemMembers
	account, id := int64(accountID(member)), int64(l.ids.Next())
	lot := int64(creditBase) + int64(member*redeemCredits) + n/redeemMembers
	key := "bare-" + strconv.FormatInt(n, 10)
	return l.inTx(ctx, func(tx *sql.Tx) error {
		if err := l.bareReads(ctx, tx, member, key); err != nil {
			return err
		}
		return execAll(ctx, tx, []statement{
			{"INSERT INTO allocations (shop_id, owner_id, lot_id, points) VALUES (?, ?, ?, ?)", []any{rawShop, id, lot, creditSize}},
			{"INSERT INTO holds (shop_id, id, account_id, redemption_id, points, state, created_at, closed_at) VALUES (?, ?, ?, ?, ?, 'open', 1, 0)",
				[]any{rawShop, id, account, id, creditSize}},
			{"UPDATE lots SET remaining = 0, state = 2, due_at = 0 WHERE shop_id = ? AND id IN (?)", []any{rawShop, lot}},
			{"UPDATE accounts SET pending = 0, available = available - ?, held = held + ?, updated_at = 1 WHERE shop_id = ? AND id IN (?)",
				[]any{creditSize, creditSize, rawShop, account}},
			{"INSERT INTO codes (shop_id, id, code, folded, origin, member_id, state, spec, host_ref, max_uses, uses, starts_at, expires_at, created_at, updated_at) " +
				"VALUES (?, ?, ?, ?, 'redemption', ?, 'pending', ?, '', 1, 0, 1, 2, 1, 1)", []any{rawShop, id, key, key, int64(memberID(member)), bareSpec}},
			{"INSERT INTO redemptions (shop_id, id, public_id, account_id, member_id, client_key, fingerprint, points, minor, currency, plan_version, state, reason, " +
				"code_id, hold_id, attempt, returned, sale_key, expires_at, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'EUR', 1, 'pending', '', ?, ?, 1, 0, '', 2, 1, 1)",
				[]any{rawShop, id, key, account, int64(memberID(member)), key, []byte(bareSpec[:32]), creditSize, creditSize, id, id}},
			{"INSERT INTO jobs (shop_id, id, kind, job_key, state, payload, attempts, next_at, lease_token, lease_until, reason, created_at, done_at) " +
				"VALUES (?, ?, 'create_code', ?, 0, '{}', 0, 1, 0, 0, '', 1, 0)", []any{rawShop, id, key}},
		})
	})
}

// bareSpec is as long as the specification of a code usually is.
const bareSpec = `{"kind":"absolute","minor":100,"currency":"EUR","title":"Bonus 1.00","customer_keys":["7000001"],"usage_limit":1,"once_per_person":true,"starts_at":1795287426000,"ends_at":1797879426000}`

type statement struct {
	query string
	args  []any
}

func execAll(ctx context.Context, tx *sql.Tx, list []statement) error {
	for _, s := range list {
		if _, err := tx.ExecContext(ctx, s.query, s.args...); err != nil {
			return err
		}
	}
	return nil
}

// bareReads reads what the decision would need: plan, member, account, the
// locked account again, its lots, and what the same key led to before.
func (l *lab) bareReads(ctx context.Context, tx *sql.Tx, member int, key string) error {
	account := int64(accountID(member))
	for _, q := range []statement{
		{"SELECT p.id, v.version FROM plans p JOIN plan_versions v ON v.shop_id = p.shop_id AND v.plan_id = p.id WHERE p.shop_id = ?", []any{int64(l.shop.ID)}},
		{"SELECT * FROM members WHERE shop_id = ? AND id = ?", []any{rawShop, int64(memberID(member))}},
		{"SELECT * FROM accounts WHERE shop_id = ? AND plan_id = ? AND member_id = ?", []any{rawShop, int64(l.plan.ID), int64(memberID(member))}},
		{"UPDATE accounts SET lock_seq = lock_seq + 1 WHERE shop_id = ? AND id IN (?)", []any{rawShop, account}},
		{"SELECT * FROM accounts WHERE shop_id = ? AND id IN (?)", []any{rawShop, account}},
		{"SELECT * FROM lots WHERE shop_id = ? AND account_id IN (?) AND state IN (0, 1) ORDER BY expires_at, id", []any{rawShop, account}},
		{"SELECT * FROM redemptions WHERE shop_id = ? AND member_id = ? AND client_key = ?", []any{rawShop, int64(memberID(member)), key}},
		{"SELECT * FROM idempotency_keys WHERE shop_id = ? AND scope = ? AND idem_key = ?", []any{rawShop, "redeem", key}},
	} {
		if q.query[0] == 'U' {
			if _, err := tx.ExecContext(ctx, q.query, q.args...); err != nil {
				return err
			}
			continue
		}
		rows, err := tx.QueryContext(ctx, q.query, q.args...)
		if err != nil {
			return err
		}
		for rows.Next() {
		}
		if err := rows.Close(); err != nil {
			return err
		}
	}
	return nil
}
