package store

import "zugabe/app/loyalty"

// RuleIssue is what one rule gave in a while: entries of earnings and of what
// refunds took back from them.
type RuleIssue struct {
	Points  loyalty.Points
	Entries int64
	Oldest  loyalty.ID // of the entries looked at
}

// IssuedByRule adds up the newest entries from an id on by what they call their
// rule ("<rule>" or "<rule>+<campaign>"), at most limit of them: one range of the
// primary key.
func (tx *Tx) IssuedByRule(shop loyalty.ShopID, from loyalty.ID, limit int) (map[string]RuleIssue, error) {
	found := map[string]RuleIssue{}
	err := tx.Rows(`SELECT n.rule_id, SUM(n.points), COUNT(*), MIN(n.id) FROM (
		SELECT e.rule_id, e.points, e.id FROM entries e`+useIndex("PRIMARY")+`WHERE e.shop_id = ? AND e.id >= ? ORDER BY e.id DESC LIMIT ?) n
		GROUP BY n.rule_id`, []any{shop, from, limit}, func(row Scanner) error {
		var rule string
		var i RuleIssue
		err := row.Scan(&rule, &i.Points, &i.Entries, &i.Oldest)
		found[rule] = i
		return err
	})
	return found, err
}

// BudgetsUsed is what campaigns have spent of their budgets, by campaign. A
// campaign whose budget nobody has touched is missing.
func (tx *Tx) BudgetsUsed(shop loyalty.ShopID, campaigns []string) (map[string]loyalty.Points, error) {
	used := map[string]loyalty.Points{}
	if len(campaigns) == 0 {
		return used, nil
	}
	args := []any{shop}
	for _, id := range campaigns {
		args = append(args, "+"+id)
	}
	err := tx.Rows(`SELECT rule_id, points FROM counters`+useIndex("PRIMARY")+`WHERE shop_id = ? AND rule_id IN (`+placeholders(len(campaigns))+`)
		AND member_id = 0 AND win = 'budget'`, args, func(row Scanner) error {
		var rule string
		var points loyalty.Points
		err := row.Scan(&rule, &points)
		used[rule[1:]] = points
		return err
	})
	return used, err
}
