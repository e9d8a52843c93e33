package store

import "zugabe/app/loyalty"

// DeskLink is a way into the desk that works once. Of the token only a hash is kept.
type DeskLink struct {
	Hash      []byte
	MemberID  loyalty.ID
	EmailFold string
	ExpiresAt int64 // Unix ms
}

// InsertDeskLink adds a link.
func (tx *Tx) InsertDeskLink(shop loyalty.ShopID, l DeskLink) error {
	_, err := tx.Exec(`INSERT INTO desk_links (shop_id, token_hash, member_id, email_fold, expires_at, used_at) VALUES (?, ?, ?, ?, ?, 0)`,
		shop, l.Hash, l.MemberID, clip(l.EmailFold, 320), l.ExpiresAt)
	return err
}

// CountDeskLinks counts the links of an address that end after an instant, used ones
// included: so many were asked for of late.
func (tx *Tx) CountDeskLinks(shop loyalty.ShopID, emailFold string, afterMs int64) (n int64, err error) {
	_, err = tx.Row(`SELECT COUNT(*) FROM desk_links WHERE shop_id = ? AND email_fold = ? AND expires_at > ?`, []any{shop, clip(emailFold, 320), afterMs}, &n)
	return n, err
}

// UseDeskLink uses a link up; ok is false if it was used, has run out or is not there.
func (tx *Tx) UseDeskLink(shop loyalty.ShopID, hash []byte, nowMs int64) (member loyalty.ID, ok bool, err error) {
	n, err := tx.Exec(`UPDATE desk_links SET used_at = ? WHERE shop_id = ? AND token_hash = ? AND used_at = 0 AND expires_at > ?`, nowMs, shop, hash, nowMs)
	if err != nil || n == 0 {
		return 0, false, err
	}
	ok, err = tx.Row(`SELECT member_id FROM desk_links WHERE shop_id = ? AND token_hash = ?`, []any{shop, hash}, &member)
	return member, ok, err
}

// DeskSession is a signed-in desk, so that it can be ended before its cookie does.
type DeskSession struct {
	TokenID   string
	MemberID  loyalty.ID
	CreatedAt int64 // Unix ms
	ExpiresAt int64
}

// InsertDeskSession adds a session.
func (tx *Tx) InsertDeskSession(shop loyalty.ShopID, s DeskSession) error {
	_, err := tx.Exec(`INSERT INTO desk_sessions (shop_id, token_id, member_id, created_at, expires_at, ended_at) VALUES (?, ?, ?, ?, ?, 0)`,
		shop, s.TokenID, s.MemberID, s.CreatedAt, s.ExpiresAt)
	return err
}

// DeskSessionOpen says whether a member's session has not ended.
func (tx *Tx) DeskSessionOpen(shop loyalty.ShopID, member loyalty.ID, tokenID string, nowMs int64) (bool, error) {
	var id loyalty.ID
	return tx.Row(`SELECT member_id FROM desk_sessions WHERE shop_id = ? AND token_id = ? AND member_id = ? AND ended_at = 0 AND expires_at > ?`,
		[]any{shop, tokenID, member, nowMs}, &id)
}

// EndDeskSessions ends one session of a member, or all if tokenID is empty.
func (tx *Tx) EndDeskSessions(shop loyalty.ShopID, member loyalty.ID, tokenID string, nowMs int64) error {
	query, args := `UPDATE desk_sessions SET ended_at = ? WHERE shop_id = ? AND member_id = ? AND ended_at = 0`, []any{nowMs, shop, member}
	if tokenID != "" {
		query, args = query+` AND token_id = ?`, append(args, tokenID)
	}
	_, err := tx.Exec(query, args...)
	return err
}

// SweepDesk deletes links and sessions that ended before an instant.
func (tx *Tx) SweepDesk(shop loyalty.ShopID, beforeMs int64) error {
	if _, err := tx.Exec(`DELETE FROM desk_links WHERE shop_id = ? AND expires_at < ?`, shop, beforeMs); err != nil {
		return err
	}
	_, err := tx.Exec(`DELETE FROM desk_sessions WHERE shop_id = ? AND expires_at < ?`, shop, beforeMs)
	return err
}

// CountDeskSessions counts where a desk is open.
func (tx *Tx) CountDeskSessions(shop loyalty.ShopID, member loyalty.ID, nowMs int64) (n int64, err error) {
	_, err = tx.Row(`SELECT COUNT(*) FROM desk_sessions WHERE shop_id = ? AND member_id = ? AND ended_at = 0 AND expires_at > ?`, []any{shop, member, nowMs}, &n)
	return n, err
}

// DeskSessionsOf lists where and when a member was signed in, newest first.
func (tx *Tx) DeskSessionsOf(shop loyalty.ShopID, member loyalty.ID) ([]DeskSession, error) {
	var list []DeskSession
	err := tx.Rows(`SELECT token_id, member_id, created_at, expires_at FROM desk_sessions WHERE shop_id = ? AND member_id = ? ORDER BY created_at DESC`,
		[]any{shop, member}, func(row Scanner) error {
			var s DeskSession
			err := row.Scan(&s.TokenID, &s.MemberID, &s.CreatedAt, &s.ExpiresAt)
			list = append(list, s)
			return err
		})
	return list, err
}
