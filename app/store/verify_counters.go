package store

import "zugabe/app/loyalty"

// LimitedFact is what decides which limits a stored fact has used up.
type LimitedFact struct {
	Key         string // of the sale or the activity
	Sale        bool
	MemberID    loyalty.ID
	Subject     string // of a review
	PlanVersion int64
	At          int64 // Unix ms, when it happened
}

// FactsOfMembers lists the facts of members that are bound to a plan version.
func (tx *Tx) FactsOfMembers(shop loyalty.ShopID, members []loyalty.ID) ([]LimitedFact, error) {
	var list []LimitedFact
	in := ` WHERE shop_id = ? AND member_id IN (` + placeholders(len(members)) + `) AND plan_version > 0`
	err := tx.Rows(`SELECT sale_key, member_id, plan_version, placed_at FROM sales`+in, argsOf(shop, members), func(row Scanner) error {
		f := LimitedFact{Sale: true}
		err := row.Scan(&f.Key, &f.MemberID, &f.PlanVersion, &f.At)
		list = append(list, f)
		return err
	})
	if err != nil {
		return nil, err
	}
	err = tx.Rows(`SELECT activity_key, member_id, subject, plan_version, happened_at FROM activities`+in, argsOf(shop, members), func(row Scanner) error {
		var f LimitedFact
		err := row.Scan(&f.Key, &f.MemberID, &f.Subject, &f.PlanVersion, &f.At)
		list = append(list, f)
		return err
	})
	return list, err
}

// MemberIDsAfter pages through all members of a shop, whatever their state.
func (tx *Tx) MemberIDsAfter(shop loyalty.ShopID, after loyalty.ID, limit int) ([]loyalty.ID, error) {
	var list []loyalty.ID
	err := tx.Rows(`SELECT id FROM members`+useIndex("PRIMARY")+`WHERE shop_id = ? AND id > ? ORDER BY id LIMIT ?`, []any{shop, after, limit}, func(row Scanner) error {
		var id loyalty.ID
		err := row.Scan(&id)
		list = append(list, id)
		return err
	})
	return list, err
}

// CounterRules lists the rules that have counters: one look into the key for each.
func (tx *Tx) CounterRules(shop loyalty.ShopID) ([]string, error) {
	var rules []string
	for last := ""; ; {
		found, err := tx.Row(`SELECT rule_id FROM counters`+useIndex("PRIMARY")+`WHERE shop_id = ? AND rule_id > ? ORDER BY rule_id LIMIT 1`, []any{shop, last}, &last)
		if err != nil || !found {
			return rules, err
		}
		rules = append(rules, last)
	}
}

// CountersOf reads the counters of rules and members (0 = all members together).
func (tx *Tx) CountersOf(shop loyalty.ShopID, rules []string, members []loyalty.ID) (map[CounterKey]Counter, error) {
	found := map[CounterKey]Counter{}
	args := withArgs(argsOf(shop, rules), members)
	err := tx.Rows(`SELECT rule_id, member_id, win, times, points FROM counters`+useIndex("PRIMARY")+`WHERE shop_id = ? AND rule_id IN (`+
		placeholders(len(rules))+`) AND member_id IN (`+placeholders(len(members))+`)`, args, func(row Scanner) error {
		var k CounterKey
		var c Counter
		err := row.Scan(&k.RuleID, &k.MemberID, &k.Window, &c.Times, &c.Points)
		found[k] = c
		return err
	})
	return found, err
}

// CountCounters is the number of a shop's counters.
func (tx *Tx) CountCounters(shop loyalty.ShopID) (n int64, err error) {
	_, err = tx.Row(`SELECT COUNT(*) FROM counters WHERE shop_id = ?`, []any{shop}, &n)
	return n, err
}
