package store

import (
	"slices"

	"zugabe/app/loyalty"
	"zugabe/app/voucher"
)

// CodeList says which codes a list shows: newest first, below Before. Zero values
// leave a filter out.
type CodeList struct {
	TemplateID loyalty.ID
	IssuerID   loyalty.ID
	MemberID   loyalty.ID
	BatchID    loyalty.ID
	Own        bool // without those of partners
	Unprinted  bool // without those of printed batches
	State      voucher.State
	Prefix     string // of the folded text
	After      string // with Prefix: the folded text of the last row seen
	Before     loyalty.ID
	Limit      int
}

// filter gives the conditions, and the index whose order the list walks.
func (l CodeList) filter() (where, index string, args []any) {
	index = "PRIMARY"
	if l.TemplateID == 0 {
		where = " AND template_id > 0" // codes of redemptions are listed with them
	}
	for _, f := range []struct {
		column, index string
		id            loyalty.ID
	}{{"template_id", "codes_template", l.TemplateID}, {"issuer_id", "codes_issuer", l.IssuerID}, {"batch_id", "codes_batch", l.BatchID}, {"member_id", "codes_member", l.MemberID}} {
		if f.id != 0 {
			where, index, args = where+" AND "+f.column+" = ?", f.index, append(args, f.id)
		}
	}
	if l.Own {
		where += " AND issuer_id = 0"
	}
	if l.Unprinted {
		where += " AND batch_id = 0"
	}
	if l.State != "" {
		where, args = where+" AND state = ?", append(args, string(l.State))
	}
	return where, index, args
}

// Codes pages through codes, newest first; with a prefix in the order of their texts.
func (tx *Tx) Codes(shop loyalty.ShopID, l CodeList) ([]Code, error) {
	var page []Code
	take := func(c Code) { page = append(page, c) }
	where, index, args := l.filter()
	if l.Prefix != "" {
		all := slices.Concat([]any{shop, l.Prefix, l.Prefix + "\U0010ffff", l.After}, args, []any{l.Limit})
		err := tx.scanCodes(`SELECT `+codeColumns+` FROM codes`+useIndex("codes_folded")+`WHERE shop_id = ? AND folded >= ? AND folded < ? AND folded > ?`+
			where+` ORDER BY folded LIMIT ?`, all, take)
		return page, err
	}
	if l.Before == 0 {
		l.Before = maxID
	}
	all := slices.Concat([]any{shop, l.Before}, args, []any{l.Limit})
	err := tx.scanCodes(`SELECT `+codeColumns+` FROM codes`+useIndex(index)+`WHERE shop_id = ? AND id < ?`+where+` ORDER BY id DESC LIMIT ?`, all, take)
	return page, err
}

// MoveCode changes a code's state if it is still in one of the states from.
func (tx *Tx) MoveCode(shop loyalty.ShopID, id loyalty.ID, from []voucher.State, to voucher.State, nowMs int64) (ok bool, err error) {
	args := []any{string(to), nowMs, shop, id}
	for _, s := range from {
		args = append(args, string(s))
	}
	n, err := tx.Exec(`UPDATE codes SET state = ?, updated_at = ? WHERE shop_id = ? AND id = ? AND state IN (`+placeholders(len(from))+`)`, args...)
	return n == 1, err
}

// MoveCodes changes the state of many codes that are in the state from.
func (tx *Tx) MoveCodes(shop loyalty.ShopID, ids []loyalty.ID, from, to voucher.State, nowMs int64) error {
	for part := range slices.Chunk(ids, maxEachRows) {
		args := withArgs([]any{string(to), nowMs, shop, string(from)}, part)
		if _, err := tx.Exec(`UPDATE codes SET state = ?, updated_at = ? WHERE shop_id = ? AND state = ? AND id IN (`+placeholders(len(part))+`)`, args...); err != nil {
			return err
		}
	}
	return nil
}

// UsesOfCode lists the orders that carried a code, newest first; skip is how many to leave out.
func (tx *Tx) UsesOfCode(shop loyalty.ShopID, code loyalty.ID, limit int) ([]CodeUse, error) {
	var list []CodeUse
	err := tx.scanUses(`SELECT `+useColumns+` FROM code_uses WHERE shop_id = ? AND code_id = ? ORDER BY used_at DESC, sale_key DESC LIMIT ?`,
		[]any{shop, code, limit}, func(u CodeUse) { list = append(list, u) })
	return list, err
}

// UseList says which uses of codes by a member a list shows: newest first, below the
// use of BeforeID at Before.
type UseList struct {
	MemberID loyalty.ID
	Vouchers bool // those of vouchers alone, without those of redeemed points
	Before   int64
	BeforeID loyalty.ID
	Limit    int
}

// UsesOfMember lists what a member used, newest first (S0-23).
func (tx *Tx) UsesOfMember(shop loyalty.ShopID, l UseList) ([]CodeUse, error) {
	where, args := "", []any{shop, l.MemberID}
	if l.Before != 0 {
		where, args = ` AND (used_at < ? OR (used_at = ? AND code_id < ?))`, append(args, l.Before, l.Before, l.BeforeID)
	}
	if l.Vouchers {
		where += ` AND template_id > 0`
	}
	var list []CodeUse
	err := tx.scanUses(`SELECT `+useColumns+` FROM code_uses`+useIndex("code_uses_member")+`WHERE shop_id = ? AND member_id = ?`+where+
		` ORDER BY used_at DESC, code_id DESC LIMIT ?`, append(args, l.Limit), func(u CodeUse) { list = append(list, u) })
	return list, err
}

// FlaggedUses lists uses that the host let pass against a condition, newest first.
func (tx *Tx) FlaggedUses(shop loyalty.ShopID, template loyalty.ID, limit int) ([]CodeUse, error) {
	var list []CodeUse
	err := tx.scanUses(`SELECT `+useColumns+` FROM code_uses WHERE shop_id = ? AND template_id = ? AND flag <> '' ORDER BY used_at DESC, sale_key DESC LIMIT ?`,
		[]any{shop, template, limit}, func(u CodeUse) { list = append(list, u) })
	return list, err
}

// CodeCount is how many codes of a template are in a state, and their uses.
type CodeCount struct {
	State voucher.State
	Codes int64
	Uses  int64
}

// CountCodes counts the codes of a template by state.
func (tx *Tx) CountCodes(shop loyalty.ShopID, template loyalty.ID) ([]CodeCount, error) {
	var list []CodeCount
	err := tx.Rows(`SELECT state, COUNT(*), SUM(uses) FROM codes`+useIndex("codes_template")+`WHERE shop_id = ? AND template_id = ? GROUP BY state ORDER BY state`,
		[]any{shop, template}, func(row Scanner) error {
			var c CodeCount
			var state string
			err := row.Scan(&state, &c.Codes, &c.Uses)
			c.State = voucher.State(state)
			list = append(list, c)
			return err
		})
	return list, err
}

// KeepPendingCode remembers a code that a shopper brought before it can be used.
func (tx *Tx) KeepPendingCode(shop loyalty.ShopID, holder string, code loyalty.ID, nowMs int64) error {
	n, err := tx.Exec(`UPDATE pending_codes SET created_at = ? WHERE shop_id = ? AND holder = ? AND code_id = ?`, nowMs, shop, holder, code)
	if err != nil || n > 0 {
		return err
	}
	_, err = tx.Exec(`INSERT INTO pending_codes (shop_id, holder, code_id, created_at) VALUES (?, ?, ?, ?)`, shop, holder, code, nowMs)
	return err
}

// PendingCodes lists what a shopper brought since an instant, newest first.
func (tx *Tx) PendingCodes(shop loyalty.ShopID, holder string, sinceMs int64, limit int) ([]loyalty.ID, error) {
	var ids []loyalty.ID
	err := tx.Rows(`SELECT code_id FROM pending_codes WHERE shop_id = ? AND holder = ? AND created_at >= ? ORDER BY created_at DESC, code_id DESC LIMIT ?`,
		[]any{shop, holder, sinceMs, limit}, func(row Scanner) error {
			var id loyalty.ID
			err := row.Scan(&id)
			ids = append(ids, id)
			return err
		})
	return ids, err
}

// DropPendingCodes forgets codes that shoppers have used or that are too old.
func (tx *Tx) DropPendingCodes(shop loyalty.ShopID, holder string, code loyalty.ID) error {
	_, err := tx.Exec(`DELETE FROM pending_codes WHERE shop_id = ? AND holder = ? AND code_id = ?`, shop, holder, code)
	return err
}

// codesLooked bounds the search for a code to show: a standing one is made before
// or after the many single ones, never in between.
const codesLooked = 50

// CodeToShow is the code of a template that a shopper may be shown: the member's own,
// else one that anybody may use more than once and that is not from a partner.
func (tx *Tx) CodeToShow(shop loyalty.ShopID, template, member loyalty.ID) (c Code, found bool, err error) {
	take := func(row Code) {
		shared := row.MemberID == 0 && row.IssuerID == 0 && row.BatchID == 0 && row.MaxUses != 1
		if !found && row.State == voucher.Active && (shared || (member != 0 && row.MemberID == member)) {
			c, found = row, true
		}
	}
	if member != 0 {
		err = tx.scanCodes(`SELECT `+codeColumns+` FROM codes`+useIndex("codes_member")+`WHERE shop_id = ? AND member_id = ? AND template_id = ? ORDER BY id DESC LIMIT ?`,
			[]any{shop, member, template, codesLooked}, take)
	}
	for _, order := range []string{"DESC", "ASC"} {
		if err != nil || found {
			break
		}
		err = tx.scanCodes(`SELECT `+codeColumns+` FROM codes`+useIndex("codes_template")+`WHERE shop_id = ? AND template_id = ? ORDER BY id `+order+` LIMIT ?`,
			[]any{shop, template, codesLooked}, take)
	}
	return c, found, err
}
