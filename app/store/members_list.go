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

// setFirst reads members in the order that the statement names its tables: MariaDB would
// rather walk past all members and look each up in the few.
var setFirst = strings.Replace(memberSelect, "SELECT ", "SELECT /*!50000 STRAIGHT_JOIN */ ", 1)

// few is how many members a filter may leave so that all of them are sorted for a page;
// of more, a walk through all members in the list's order meets enough.
const few = 2000

// set is the ids that a rare filter leaves, out of its index; no SQL for those without one.
func (l MemberList) set(shop loyalty.ShopID) (sql string, args []any) {
	switch {
	case l.Blocked:
		const some = `SELECT shop_id, id FROM members`
		for i, pair := range [][2]int64{{0, 1}, {1, 0}, {1, 1}} {
			if i > 0 {
				sql += ` UNION ALL `
			}
			sql, args = sql+some+useIndex("members_blocked")+`WHERE shop_id = ? AND block_earn = ? AND block_redeem = ?`, append(args, shop, pair[0], pair[1])
		}
	case l.WithPoints:
		sql, args = `SELECT shop_id, member_id AS id FROM accounts`+useIndex("accounts_balance")+`WHERE shop_id = ? AND plan_id = ? AND available > 0`, []any{shop, l.PlanID}
	case l.Type != "" && l.ByName:
		sql, args = `SELECT shop_id, id FROM members`+useIndex("members_type")+`WHERE shop_id = ? AND member_type = ?`, []any{shop, l.Type}
	}
	return sql, args
}

// rare says whether the filter leaves few members. It counts no further than that.
func (tx *Tx) rare(shop loyalty.ShopID, set string, args []any) (bool, error) {
	n := 0
	_, err := tx.Row(`SELECT COUNT(*) FROM (SELECT a.id FROM (`+set+`) a WHERE a.shop_id = ? LIMIT ?) b`, slices.Concat(args, []any{shop, few + 1}), &n)
	return n <= few, err
}

// ListMembers pages through members, newest first or by name. What a filter leaves is
// sorted where it is little, and met on the way where it is much.
func (tx *Tx) ListMembers(shop loyalty.ShopID, l MemberList) ([]loyalty.Member, error) {
	where, filters := l.where()
	from, index, head := ` FROM members m`, "PRIMARY", []any{}
	if set, args := l.set(shop); set != "" {
		small, err := tx.rare(shop, set, args)
		if err != nil {
			return nil, err
		}
		if small {
			from, index, head = ` FROM (`+set+`) r JOIN members m`+useIndex("PRIMARY")+`ON m.id = r.id AND m.shop_id = ?`, "", append(args, shop)
		}
	} else if l.Type != "" {
		index = "members_type"
	}
	if l.ByName {
		return tx.membersByName(shop, l, from, head, index == "")
	}
	if index != "" {
		from += useIndex(index)
	}
	before := l.Cursor
	if before == 0 {
		before = maxID
	}
	args := slices.Concat(head, []any{shop, before}, filters, []any{l.Limit})
	return tx.members(setFirst+from+` WHERE m.shop_id = ? AND m.id < ?`+where+` ORDER BY m.id DESC LIMIT ?`, args)
}

// membersByName reads a page by name: those of the mark's own name first, then the others.
func (tx *Tx) membersByName(shop loyalty.ShopID, l MemberList, from string, head []any, sorted bool) ([]loyalty.Member, error) {
	where, filters := l.where()
	name := ""
	if l.Cursor != 0 {
		if _, err := tx.Row(`SELECT name_fold FROM members WHERE shop_id = ? AND id = ?`, []any{shop, l.Cursor}, &name); err != nil {
			return nil, err
		}
	}
	if !sorted {
		from += useIndex("members_name")
	}
	args := slices.Concat(head, []any{shop, name, l.Cursor}, filters, []any{l.Limit})
	same, err := tx.members(setFirst+from+` WHERE m.shop_id = ? AND m.name_fold = ? AND m.id > ?`+where+` ORDER BY m.id LIMIT ?`, args)
	if err != nil || len(same) == l.Limit {
		return same, err
	}
	args = slices.Concat(head, []any{shop, name}, filters, []any{l.Limit - len(same)})
	rest, err := tx.members(setFirst+from+` WHERE m.shop_id = ? AND m.name_fold > ?`+where+` ORDER BY m.name_fold, m.id LIMIT ?`, args)
	return append(same, rest...), err
}

// SearchMembers finds members by a code of theirs (the referral code, or one they
// redeemed points for), by the host's customer id, or whose e-mail address or last
// name begins with the text: single rows and two index ranges, never a scan. Order and
// cursor of the list do not count, its filters do.
func (tx *Tx) SearchMembers(shop loyalty.ShopID, text string, l MemberList) ([]loyalty.Member, error) {
	from := foldText(text, 190)
	if from == "" {
		l.ByName, l.Cursor = false, 0
		return tx.ListMembers(shop, l)
	}
	where, filters := l.where()
	found, err := tx.membersByCode(shop, strings.TrimSpace(text))
	if err != nil {
		return nil, err
	}
	if where != "" && len(found) > 0 {
		args := []any{shop}
		for _, m := range found {
			args = append(args, m.ID)
		}
		if found, err = tx.members(memberSelect+` FROM members m WHERE m.shop_id = ? AND m.id IN (`+placeholders(len(found))+`)`+where, append(args, filters...)); err != nil {
			return nil, err
		}
	}
	upTo := from + "\U0010ffff"
	byEmail, err := tx.members(memberSelect+` FROM members m`+useIndex("members_email")+`WHERE m.shop_id = ? AND m.email_fold >= ?
		AND m.email_fold < ?`+where+` ORDER BY m.email_fold, m.id LIMIT ?`, slices.Concat([]any{shop, from, upTo}, filters, []any{l.Limit}))
	if err != nil {
		return nil, err
	}
	byName, err := tx.members(memberSelect+` FROM members m`+useIndex("members_name")+`WHERE m.shop_id = ? AND m.name_fold >= ?
		AND m.name_fold < ?`+where+` ORDER BY m.name_fold, m.id LIMIT ?`, slices.Concat([]any{shop, from, upTo}, filters, []any{l.Limit}))
	if err != nil {
		return nil, err
	}
	seen := make(map[loyalty.ID]bool, l.Limit)
	var out []loyalty.Member
	for _, m := range slices.Concat(found, byEmail, byName) {
		if !seen[m.ID] && len(out) < l.Limit {
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
