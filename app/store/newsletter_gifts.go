package store

import "zugabe/app/loyalty"

// GiftCodes are the codes of a voucher that readers of the newsletter have, by the id
// of their sign-up.
func (tx *Tx) GiftCodes(shop loyalty.ShopID, template loyalty.ID, signups []loyalty.ID) (map[loyalty.ID]loyalty.ID, error) {
	has := map[loyalty.ID]loyalty.ID{}
	if len(signups) == 0 {
		return has, nil
	}
	args := withArgs([]any{shop, template}, signups)
	err := tx.Rows(`SELECT signup_id, code_id FROM newsletter_gifts WHERE shop_id = ? AND template_id = ? AND signup_id IN (`+placeholders(len(signups))+`)`, args, func(row Scanner) error {
		var signup, code loyalty.ID
		err := row.Scan(&signup, &code)
		has[signup] = code
		return err
	})
	return has, err
}

// SaveGiftCodes notes which code readers have now, in the place of earlier ones.
func (tx *Tx) SaveGiftCodes(shop loyalty.ShopID, template loyalty.ID, codes map[loyalty.ID]loyalty.ID) error {
	if len(codes) == 0 {
		return nil
	}
	signups, rows := make([]loyalty.ID, 0, len(codes)), make([][]any, 0, len(codes))
	for signup, code := range codes {
		signups = append(signups, signup)
		rows = append(rows, []any{int64(shop), int64(template), int64(signup), int64(code)})
	}
	args := withArgs([]any{shop, template}, signups)
	if _, err := tx.Exec(`DELETE FROM newsletter_gifts WHERE shop_id = ? AND template_id = ? AND signup_id IN (`+placeholders(len(signups))+`)`, args...); err != nil {
		return err
	}
	return tx.InsertMany("newsletter_gifts", []string{"shop_id", "template_id", "signup_id", "code_id"}, rows)
}
