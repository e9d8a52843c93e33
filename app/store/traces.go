package store

import "zugabe/app/loyalty"

// SaleTraces are what one order shows of its buyer's household, as keyed hashes.
type SaleTraces struct {
	SaleID   loyalty.ID
	PlacedAt int64 // Unix ms
	Traces   []byte
}

// TracesOfMembers lists those of members' orders placed since an instant, the newest of
// each member up to a limit: one statement.
func (tx *Tx) TracesOfMembers(shop loyalty.ShopID, members []loyalty.ID, sinceMs int64, limit int) (map[loyalty.ID][]SaleTraces, error) {
	found := make(map[loyalty.ID][]SaleTraces, len(members))
	if len(members) == 0 {
		return found, nil
	}
	args := append(withArgs([]any{shop}, members), sinceMs, shop, limit)
	err := tx.Rows(`SELECT s.member_id, s.id, s.placed_at, s.traces FROM (SELECT id, ROW_NUMBER() OVER (PARTITION BY member_id ORDER BY placed_at DESC, id DESC) AS n
		FROM sales`+useIndex("sales_member")+`WHERE shop_id = ? AND member_id IN (`+placeholders(len(members))+`) AND placed_at >= ?) r
		JOIN sales s ON s.shop_id = ? AND s.id = r.id WHERE r.n <= ? ORDER BY s.placed_at DESC, s.id DESC`, args, func(row Scanner) error {
		var member loyalty.ID
		var s SaleTraces
		err := row.Scan(&member, &s.SaleID, &s.PlacedAt, &s.Traces)
		found[member] = append(found[member], s)
		return err
	})
	return found, err
}

// TracesBetween lists those of orders with ids above after and below before, by id.
func (tx *Tx) TracesBetween(shop loyalty.ShopID, after, before loyalty.ID, limit int) ([]SaleTraces, error) {
	return tx.traces(`SELECT id, placed_at, traces FROM sales`+useIndex("PRIMARY")+`WHERE shop_id = ? AND id > ? AND id < ? ORDER BY id LIMIT ?`,
		[]any{shop, after, before, limit})
}

func (tx *Tx) traces(query string, args []any) ([]SaleTraces, error) {
	var list []SaleTraces
	err := tx.Rows(query, args, func(row Scanner) error {
		var s SaleTraces
		err := row.Scan(&s.SaleID, &s.PlacedAt, &s.Traces)
		list = append(list, s)
		return err
	})
	return list, err
}

// SetTraces gives orders what is left of their traces: one statement.
func (tx *Tx) SetTraces(shop loyalty.ShopID, list []SaleTraces) error {
	rows := make([]eachRow, len(list))
	for i, s := range list {
		rows[i] = eachRow{id: s.SaleID, values: []any{notNull(s.Traces)}}
	}
	return tx.updateEach("sales", shop, []string{"traces"}, rows, "")
}
