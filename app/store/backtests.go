package store

import "zugabe/app/loyalty"

// Baskets says what a shop's orders are usually worth.
type Baskets struct {
	Orders int64
	Total  int64 // minor units, after refunds
	From   int64 // Unix ms of the oldest one looked at
}

// RecentBaskets looks at the newest orders in the shop's currency since an
// instant, at most limit of them: one index range. Cancelled ones do not count.
func (tx *Tx) RecentBaskets(shop loyalty.ShopID, currency loyalty.Currency, sinceMs int64, limit int) (Baskets, error) {
	var b Baskets
	_, err := tx.Row(`SELECT COUNT(*), COALESCE(SUM(n.worth), 0), COALESCE(MIN(n.placed_at), 0) FROM (
		SELECT s.total - s.refunded AS worth, s.placed_at FROM sales s`+useIndex("sales_placed")+`WHERE s.shop_id = ? AND s.placed_at >= ?
		AND s.currency = ? AND s.status IN ('paid', 'fulfilled', 'completed') ORDER BY s.placed_at DESC, s.id DESC LIMIT ?) n`,
		[]any{shop, sinceMs, string(currency), limit}, &b.Orders, &b.Total, &b.From)
	return b, err
}
