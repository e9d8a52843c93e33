package store

import "zugabe/app/loyalty"

// MembersPage lists members in the order of their ids, newest first; before is
// the id to continue below, 0 for the first page.
func (tx *Tx) MembersPage(shop loyalty.ShopID, before loyalty.ID, limit int) ([]loyalty.Member, error) {
	if before == 0 {
		before = maxID
	}
	return tx.members(memberSelect+` FROM members m`+useIndex("PRIMARY")+`WHERE m.shop_id = ? AND m.id < ?
		ORDER BY m.id DESC LIMIT ?`, []any{shop, before, limit})
}

// SearchMembers finds members whose e-mail address or last name begins with the
// text: two index ranges, never a scan.
func (tx *Tx) SearchMembers(shop loyalty.ShopID, text string, limit int) ([]loyalty.Member, error) {
	from := foldText(text, 190)
	if from == "" {
		return tx.MembersPage(shop, 0, limit)
	}
	upTo := from + "\U0010ffff"
	byEmail, err := tx.members(memberSelect+` FROM members m`+useIndex("members_email")+`WHERE m.shop_id = ? AND m.email_fold >= ?
		AND m.email_fold < ? ORDER BY m.email_fold, m.id LIMIT ?`, []any{shop, from, upTo, limit})
	if err != nil {
		return nil, err
	}
	byName, err := tx.members(memberSelect+` FROM members m`+useIndex("members_name")+`WHERE m.shop_id = ? AND m.name_fold >= ?
		AND m.name_fold < ? ORDER BY m.name_fold, m.id LIMIT ?`, []any{shop, from, upTo, limit})
	if err != nil {
		return nil, err
	}
	seen := make(map[loyalty.ID]bool, limit)
	var out []loyalty.Member
	for _, m := range append(byEmail, byName...) {
		if !seen[m.ID] && len(out) < limit {
			seen[m.ID] = true
			out = append(out, m)
		}
	}
	return out, nil
}
