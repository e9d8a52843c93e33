package store

import "zugabe/app/loyalty"

// RegisteredOnly lists members with an account who have bought nothing, newest first
// (S0-44). Few members pass in an old shop: a page then walks on until it is full.
func (tx *Tx) RegisteredOnly(shop loyalty.ShopID, before loyalty.ID, limit int) ([]loyalty.Member, error) {
	if before == 0 {
		before = maxID
	}
	return tx.members(memberSelect+` FROM members m`+useIndex("PRIMARY")+`WHERE m.shop_id = ? AND m.id < ? AND m.member_type = 'new_customer' AND m.has_login = 1
		AND m.state = 'active' ORDER BY m.id DESC LIMIT ?`, []any{shop, before, limit})
}

// CountRegisteredOnly counts them.
func (tx *Tx) CountRegisteredOnly(shop loyalty.ShopID) (n int64, err error) {
	_, err = tx.Row(`SELECT COUNT(*) FROM members m WHERE m.shop_id = ? AND m.member_type = 'new_customer' AND m.has_login = 1 AND m.state = 'active'`, []any{shop}, &n)
	return n, err
}

// MailKnown says whether a mail was asked for before.
func (tx *Tx) MailKnown(shop loyalty.ShopID, kind, key string) (bool, error) {
	var id loyalty.ID
	return tx.Row(`SELECT id FROM mails WHERE shop_id = ? AND kind = ? AND mail_key = ?`, []any{shop, kind, key}, &id)
}
