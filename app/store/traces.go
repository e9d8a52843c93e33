package store

import "zugabe/app/loyalty"

// SaleTraces are what one order shows of its buyer's household, as keyed hashes.
type SaleTraces struct {
	SaleID   loyalty.ID
	PlacedAt int64 // Unix ms
	Traces   []byte
}

// TracesOfMember lists those of a member's orders placed since an instant, newest first.
func (tx *Tx) TracesOfMember(shop loyalty.ShopID, member loyalty.ID, sinceMs int64, limit int) ([]SaleTraces, error) {
	return tx.traces(`SELECT id, placed_at, traces FROM sales`+useIndex("sales_member")+`WHERE shop_id = ? AND member_id = ? AND placed_at >= ?
		ORDER BY placed_at DESC, id DESC LIMIT ?`, []any{shop, member, sinceMs, limit})
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
