package store

import "zugabe/app/loyalty"

// Permit is what a member was asked by mail before many points are redeemed, and what
// the press of the link allows: one redemption. A member has one row. Of the link's
// token only a keyed hash is kept. Instants are Unix ms.
type Permit struct {
	MemberID     loyalty.ID
	Hash         []byte         `json:"-"`
	Points       loyalty.Points // asked for by the newest mail
	AskedAt      int64
	ExpiresAt    int64 // of the newest mail's link
	PressedAt    int64 // 0 = the newest mail's link was not pressed
	Granted      loyalty.Points
	GrantedUntil int64 // 0 = nothing is allowed: not yet, or used
}

const permitColumns = `member_id, token_hash, points, asked_at, expires_at, pressed_at, granted, granted_until`

// AskPermit notes a new question, in the place of one that was asked at or before
// beforeMs. ok is false if the member was asked since. What an earlier link has
// allowed stays allowed.
func (tx *Tx) AskPermit(shop loyalty.ShopID, p Permit, beforeMs int64) (ok bool, err error) {
	n, err := tx.Exec(`UPDATE redeem_permits SET token_hash = ?, points = ?, asked_at = ?, expires_at = ?, pressed_at = 0
		WHERE shop_id = ? AND member_id = ? AND asked_at <= ?`, p.Hash, p.Points, p.AskedAt, p.ExpiresAt, shop, p.MemberID, beforeMs)
	if err != nil || n == 1 {
		return n == 1, err
	}
	if _, found, err := tx.PermitOf(shop, p.MemberID); err != nil || found {
		return false, err
	}
	_, err = tx.Exec(`INSERT INTO redeem_permits (shop_id, `+permitColumns+`) VALUES (?, ?, ?, ?, ?, ?, 0, 0, 0)`,
		shop, p.MemberID, p.Hash, p.Points, p.AskedAt, p.ExpiresAt)
	if IsDuplicate(err, "redeem_permits.PRIMARY") {
		return false, nil
	}
	return err == nil, err
}

// PermitOf is what a member was asked.
func (tx *Tx) PermitOf(shop loyalty.ShopID, member loyalty.ID) (Permit, bool, error) {
	return tx.permit(`member_id = ?`, shop, member)
}

// PermitByToken is the question whose newest link has the hash.
func (tx *Tx) PermitByToken(shop loyalty.ShopID, hash []byte) (Permit, bool, error) {
	return tx.permit(`token_hash = ?`, shop, hash)
}

func (tx *Tx) permit(where string, shop loyalty.ShopID, key any) (p Permit, found bool, err error) {
	found, err = tx.Row(`SELECT `+permitColumns+` FROM redeem_permits WHERE shop_id = ? AND `+where, []any{shop, key},
		&p.MemberID, &p.Hash, &p.Points, &p.AskedAt, &p.ExpiresAt, &p.PressedAt, &p.Granted, &p.GrantedUntil)
	return p, found, err
}

// GrantPermit is the press of a link: one redemption of so many points as were asked
// for, until an instant. ok is false if the link was pressed, has run out or is not there.
func (tx *Tx) GrantPermit(shop loyalty.ShopID, hash []byte, untilMs, nowMs int64) (ok bool, err error) {
	n, err := tx.Exec(`UPDATE redeem_permits SET granted = points, granted_until = ?, pressed_at = ?
		WHERE shop_id = ? AND token_hash = ? AND pressed_at = 0 AND expires_at > ?`, untilMs, nowMs, shop, hash, nowMs)
	return n == 1, err
}

// UsePermit uses up what a member's link allowed, if that is enough for so many points.
func (tx *Tx) UsePermit(shop loyalty.ShopID, member loyalty.ID, points loyalty.Points, nowMs int64) (ok bool, err error) {
	n, err := tx.Exec(`UPDATE redeem_permits SET granted = 0, granted_until = 0
		WHERE shop_id = ? AND member_id = ? AND granted >= ? AND granted_until > ?`, shop, member, points, nowMs)
	return n == 1, err
}

// SweepPermits deletes what was asked before an instant.
func (tx *Tx) SweepPermits(shop loyalty.ShopID, beforeMs int64) error {
	_, err := tx.Exec(`DELETE FROM redeem_permits WHERE shop_id = ? AND asked_at < ?`, shop, beforeMs)
	return err
}

// SpentSince adds up what an account's points were turned into after an instant, codes
// and rewards, without what was given back or never came about.
func (tx *Tx) SpentSince(shop loyalty.ShopID, account loyalty.ID, afterMs int64) (codes, rewards loyalty.Points, err error) {
	if _, err = tx.Row(`SELECT COALESCE(SUM(points), 0) FROM redemptions WHERE shop_id = ? AND account_id = ? AND created_at > ? AND state IN ('pending', 'active', 'used')`,
		[]any{shop, account, afterMs}, &codes); err != nil {
		return 0, 0, err
	}
	_, err = tx.Row(`SELECT COALESCE(SUM(points), 0) FROM reward_redemptions WHERE shop_id = ? AND account_id = ? AND created_at > ? AND state <> ?`,
		[]any{shop, account, afterMs, string(RewardCancelled)}, &rewards)
	return codes, rewards, err
}
