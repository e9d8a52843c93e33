package store

import (
	"zugabe/app/ledger"
	"zugabe/app/loyalty"
)

const entryColumns = `id, account_id, account_seq, kind, points, source_key, rule_id, seq, plan_version, limited_to, breakdown, note, actor, occurred_at, posted_at`

// Posted sums what the ledger holds for sources, over accruals and clawbacks:
// one item per rule, keyed by source, with the data of the rule's last entry.
func (tx *Tx) Posted(shop loyalty.ShopID, sources []string) (map[string][]ledger.Posted, error) {
	found := make(map[string][]ledger.Posted)
	if len(sources) == 0 {
		return found, nil
	}
	err := tx.Rows(`SELECT source_key, rule_id, account_id, points, seq, plan_version, limited_to FROM entries`+useIndex("entries_source")+`
		WHERE shop_id = ? AND source_key IN (`+placeholders(len(sources))+`) AND kind IN ('accrual', 'clawback')
		ORDER BY source_key, rule_id, seq`, argsOf(shop, sources), func(row Scanner) error {
		var source string
		var e ledger.Posted
		var seq int64
		if err := row.Scan(&source, &e.RuleID, &e.AccountID, &e.Points, &seq, &e.PlanVersion, &e.LimitedTo); err != nil {
			return err
		}
		e.NextSeq = seq + 1
		rules := found[source]
		if last := len(rules) - 1; last >= 0 && rules[last].RuleID == e.RuleID {
			e.Points += rules[last].Points
			rules[last] = e
			return nil
		}
		found[source] = append(rules, e)
		return nil
	})
	return found, err
}

// NextSeq is the next free sequence number of (source, rule). Read it under the
// account's lock.
func (tx *Tx) NextSeq(shop loyalty.ShopID, source, rule string) (int64, error) {
	var next int64
	_, err := tx.Row(`SELECT COALESCE(MAX(seq) + 1, 0) FROM entries`+useIndex("entries_source")+`WHERE shop_id = ? AND source_key = ? AND rule_id = ?`,
		[]any{shop, source, rule}, &next)
	return next, err
}

// EntriesOfSource lists all entries that a source caused, in the order of rule and seq.
func (tx *Tx) EntriesOfSource(shop loyalty.ShopID, source string) ([]ledger.Entry, error) {
	return tx.entries(`SELECT `+entryColumns+` FROM entries`+useIndex("entries_source")+`WHERE shop_id = ? AND source_key = ? ORDER BY rule_id, seq`, []any{shop, source})
}

// EntryByID finds one entry.
func (tx *Tx) EntryByID(shop loyalty.ShopID, id loyalty.ID) (ledger.Entry, bool, error) {
	list, err := tx.entries(`SELECT `+entryColumns+` FROM entries WHERE shop_id = ? AND id = ?`, []any{shop, id})
	if err != nil || len(list) == 0 {
		return ledger.Entry{}, false, err
	}
	return list[0], true, nil
}

// EntriesPage lists an account's entries, newest first, below an account_seq; 0 starts.
func (tx *Tx) EntriesPage(shop loyalty.ShopID, account loyalty.ID, beforeSeq int64, limit int) ([]ledger.Entry, error) {
	if beforeSeq == 0 {
		beforeSeq = 1 << 62
	}
	return tx.entries(`SELECT `+entryColumns+` FROM entries`+useIndex("entries_account")+
		`WHERE shop_id = ? AND account_id = ? AND account_seq < ? ORDER BY account_seq DESC LIMIT ?`, []any{shop, account, beforeSeq, limit})
}

// SumsAt sums an account's entries up to and including an instant (Unix ms), by kind.
func (tx *Tx) SumsAt(shop loyalty.ShopID, account loyalty.ID, atMs int64, by ledger.By) (map[ledger.Kind]loyalty.Points, error) {
	column := "posted_at"
	if by == ledger.ByOccurred {
		column = "occurred_at"
	}
	sums := make(map[ledger.Kind]loyalty.Points)
	err := tx.Rows(`SELECT kind, SUM(points) FROM entries`+useIndex("entries_account")+`WHERE shop_id = ? AND account_id = ? AND `+column+` <= ? GROUP BY kind`,
		[]any{shop, account, atMs}, func(row Scanner) error {
			var kind string
			var points loyalty.Points
			if err := row.Scan(&kind, &points); err != nil {
				return err
			}
			sums[ledger.Kind(kind)] = points
			return nil
		})
	return sums, err
}

func (tx *Tx) entries(query string, args []any) ([]ledger.Entry, error) {
	var list []ledger.Entry
	err := tx.Rows(query, args, func(row Scanner) error {
		e, err := scanEntry(row)
		list = append(list, e)
		return err
	})
	return list, err
}

func scanEntry(row Scanner) (ledger.Entry, error) {
	var e ledger.Entry
	var kind string
	err := row.Scan(&e.ID, &e.AccountID, &e.AccountSeq, &kind, &e.Points, &e.Source, &e.RuleID, &e.Seq, &e.PlanVersion,
		&e.LimitedTo, &e.Breakdown, &e.Note, &e.Actor, &e.OccurredAt, &e.PostedAt)
	e.Kind = ledger.Kind(kind)
	return e, err
}
