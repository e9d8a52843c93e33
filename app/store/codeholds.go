package store

import "zugabe/app/loyalty"

// CodeHold keeps one use of a code for somebody whose checkout is under way.
type CodeHold struct {
	CodeID    loyalty.ID
	Holder    string
	Until     int64 // Unix ms
	CreatedAt int64
}

// HoldCode keeps a use for the holder until an instant, if most allows one more beside
// the uses that are counted and those that others hold; ok says whether it does. The
// same holder has one hold of a code, and gets it again. Holds that are over are
// forgotten, and those of members who have used the code since do not count.
func (tx *Tx) HoldCode(shop loyalty.ShopID, h CodeHold) (ok bool, err error) {
	if err := tx.LockCodes(shop, []loyalty.ID{h.CodeID}); err != nil {
		return false, err
	}
	if _, err := tx.Exec(`DELETE FROM code_holds WHERE shop_id = ? AND until_ms <= ?`, shop, h.CreatedAt); err != nil {
		return false, err
	}
	var uses, most, others int64
	if _, err := tx.Row(`SELECT uses, max_uses FROM codes WHERE shop_id = ? AND id = ?`, []any{shop, h.CodeID}, &uses, &most); err != nil || most == 0 {
		return err == nil, err
	}
	if _, err := tx.Row(`SELECT COUNT(*) FROM code_holds h WHERE h.shop_id = ? AND h.code_id = ? AND h.holder <> ? AND NOT EXISTS (SELECT 1 FROM code_uses u
		WHERE u.shop_id = h.shop_id AND u.code_id = h.code_id AND CONCAT('member:', u.member_id) = h.holder AND u.used_at >= h.created_at)`,
		[]any{shop, h.CodeID, h.Holder}, &others); err != nil || uses+others >= most {
		return false, err
	}
	if h.Holder == "" {
		return true, nil
	}
	n, err := tx.Exec(`UPDATE code_holds SET until_ms = ? WHERE shop_id = ? AND code_id = ? AND holder = ?`, h.Until, shop, h.CodeID, h.Holder)
	if err != nil || n > 0 {
		return err == nil, err
	}
	_, err = tx.Exec(`INSERT INTO code_holds (shop_id, code_id, holder, until_ms, created_at) VALUES (?, ?, ?, ?, ?)`, shop, h.CodeID, h.Holder, h.Until, h.CreatedAt)
	return err == nil, err
}
