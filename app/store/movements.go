package store

import (
	"zugabe/app/ledger"
	"zugabe/app/loyalty"
)

// MovementList says which entries of a shop a list shows, newest first. Entries that
// moved no points are left out.
type MovementList struct {
	Kind   ledger.Kind // "" = all
	Sign   int         // of the points: 1, -1, 0 = both
	Rule   string      // that gave or took them; "" = all
	Begins string      // how their rule begins; "" = anyhow
	Not    string      // how it does not begin
	From   loyalty.ID  // the lowest id
	Before loyalty.ID  // below this id; 0 = from the newest
	Limit  int
}

func (l MovementList) where() (sql string, args []any) {
	if l.Kind != "" {
		sql, args = sql+" AND kind = ?", append(args, string(l.Kind))
	}
	switch {
	case l.Sign > 0:
		sql += " AND points > 0"
	case l.Sign < 0:
		sql += " AND points < 0"
	default:
		sql += " AND points <> 0"
	}
	if l.Rule != "" {
		sql, args = sql+" AND rule_id = ?", append(args, l.Rule)
	}
	if l.Begins != "" {
		sql, args = sql+" AND rule_id >= ? AND rule_id < ?", append(args, l.Begins, l.Begins+"\U0010ffff")
	}
	if l.Not != "" {
		sql, args = sql+" AND (rule_id < ? OR rule_id >= ?)", append(args, l.Not, l.Not+"\U0010ffff")
	}
	return sql, args
}

// OwnedEntry is an entry with whose it is.
type OwnedEntry struct {
	ledger.Entry
	MemberID loyalty.ID
}

// ListMovements pages through the entries of all members in the order of their ids.
func (tx *Tx) ListMovements(shop loyalty.ShopID, l MovementList) ([]OwnedEntry, error) {
	before := l.Before
	if before == 0 {
		before = maxID
	}
	where, filters := l.where()
	args := append(append([]any{shop, before, l.From}, filters...), l.Limit)
	entries, err := tx.entries(`SELECT `+entryColumns+` FROM entries`+useIndex("PRIMARY")+`WHERE shop_id = ? AND id < ? AND id >= ?`+where+` ORDER BY id DESC LIMIT ?`, args)
	if err != nil || len(entries) == 0 {
		return nil, err
	}
	ids := make([]loyalty.ID, len(entries))
	for i, e := range entries {
		ids[i] = e.AccountID
	}
	accounts, err := tx.Accounts(shop, ids)
	list := make([]OwnedEntry, len(entries))
	for i, e := range entries {
		list[i] = OwnedEntry{Entry: e, MemberID: accounts[e.AccountID].MemberID}
	}
	return list, err
}
