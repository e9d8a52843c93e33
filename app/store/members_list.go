package store

import (
	"slices"
	"strings"

	"zugabe/app/loyalty"
	"zugabe/app/voucher"
)

// MembersPage lists members in the order of their ids, newest first; before is
// the id to continue below, 0 for the first page.
func (tx *Tx) MembersPage(shop loyalty.ShopID, before loyalty.ID, limit int) ([]loyalty.Member, error) {
	if before == 0 {
		before = maxID
	}
	return tx.members(memberSelect+` FROM members m`+useIndex("PRIMARY")+`WHERE m.shop_id = ? AND m.id < ?
		ORDER BY m.id DESC LIMIT ?`, []any{shop, before, limit})
}

// MemberList says which members a list shows, and in which order.
type MemberList struct {
	ByName     bool
	Cursor     loyalty.ID // the last row of the page before; 0 for the first page
	PlanID     loyalty.ID // of the accounts, for WithPoints
	Type       string     // "" = all
	Blocked    bool       // only those who may not earn or not redeem
	WithPoints bool       // only those with points to spend
	Limit      int
}

func (l MemberList) where() (sql string, args []any) {
	if l.Type != "" {
		sql, args = sql+" AND m.member_type = ?", append(args, l.Type)
	}
	if l.Blocked {
		sql += " AND (m.block_earn = 1 OR m.block_redeem = 1)"
	}
	if l.WithPoints {
		sql += " AND EXISTS (SELECT 1 FROM accounts a WHERE a.shop_id = m.shop_id AND a.plan_id = ? AND a.member_id = m.id AND a.available > 0)"
		args = append(args, l.PlanID)
	}
	return sql, args
}

// ListMembers pages through members, newest first or by name. A filter that few
// members pass has no index of its own: a page then walks on until it is full, past
// all members at worst.
func (tx *Tx) ListMembers(shop loyalty.ShopID, l MemberList) ([]loyalty.Member, error) {
	where, filters := l.where()
	if !l.ByName {
		before := l.Cursor
		if before == 0 {
			before = maxID
		}
		args := append(append([]any{shop, before}, filters...), l.Limit)
		return tx.members(memberSelect+` FROM members m`+useIndex("PRIMARY")+`WHERE m.shop_id = ? AND m.id < ?`+where+` ORDER BY m.id DESC LIMIT ?`, args)
	}
	name := ""
	if l.Cursor != 0 {
		if _, err := tx.Row(`SELECT name_fold FROM members WHERE shop_id = ? AND id = ?`, []any{shop, l.Cursor}, &name); err != nil {
			return nil, err
		}
	}
	const list = ` FROM members m`
	args := append(append([]any{shop, name, l.Cursor}, filters...), l.Limit)
	same, err := tx.members(memberSelect+list+useIndex("members_name")+`WHERE m.shop_id = ? AND m.name_fold = ? AND m.id > ?`+where+` ORDER BY m.id LIMIT ?`, args)
	if err != nil || len(same) == l.Limit {
		return same, err
	}
	args = append(append([]any{shop, name}, filters...), l.Limit-len(same))
	rest, err := tx.members(memberSelect+list+useIndex("members_name")+`WHERE m.shop_id = ? AND m.name_fold > ?`+where+` ORDER BY m.name_fold, m.id LIMIT ?`, args)
	return append(same, rest...), err
}

// SearchMembers finds members by a code of theirs (the referral code, or one they
// redeemed points for), by the host's customer id, or whose e-mail address or last
// name begins with the text: single rows and two index ranges, never a scan.
func (tx *Tx) SearchMembers(shop loyalty.ShopID, text string, limit int) ([]loyalty.Member, error) {
	from := foldText(text, 190)
	if from == "" {
		return tx.MembersPage(shop, 0, limit)
	}
	found, err := tx.membersByCode(shop, strings.TrimSpace(text))
	if err != nil {
		return nil, err
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
	for _, m := range slices.Concat(found, byEmail, byName) {
		if !seen[m.ID] && len(out) < limit {
			seen[m.ID] = true
			out = append(out, m)
		}
	}
	return out, nil
}

func (tx *Tx) membersByCode(shop loyalty.ShopID, text string) ([]loyalty.Member, error) {
	var found []loyalty.Member
	if m, ok, err := tx.MemberByReferralCode(shop, strings.ToUpper(text)); err != nil {
		return nil, err
	} else if ok {
		found = append(found, m)
	}
	byKey, err := tx.MembersByKey(shop, []string{clip(text, 100)})
	if err != nil {
		return nil, err
	}
	for _, m := range byKey {
		found = append(found, m)
	}
	codes, err := tx.CodesByFolded(shop, []string{clip(voucher.Fold(text), 60)})
	if err != nil {
		return nil, err
	}
	for _, c := range codes {
		if m, ok, err := tx.MemberByID(shop, c.MemberID); err != nil {
			return nil, err
		} else if ok {
			found = append(found, m)
		}
	}
	return found, nil
}
