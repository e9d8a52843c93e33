package store

import "zugabe/app/loyalty"

// Buyers says who bought in a period. Customers are told apart by the host's id;
// orders without one are guests', of whom nobody knows whether they came again.
type Buyers struct {
	Customers int64
	Repeating int64 // with two orders or more in the period
	Earning   int64 // with an order that earned points
	Using     int64 // with an order that used points
	Orders    int64
	Minor     int64 // total less refunds, of orders in the shop's currency
}

// BuyersIn looks at the orders placed from an instant on and before another (Unix
// ms), drafts and cancelled ones apart. It reads each of them, a million in one or two
// seconds: members has those whose points are in our
// books, others everybody else with an id, guests the orders of nobody known.
func (tx *Tx) BuyersIn(shop loyalty.Shop, from, to int64) (members, others, guests Buyers, err error) {
	into := [3]*Buyers{&guests, &others, &members}
	err = tx.Rows(`SELECT c.who, COUNT(*), SUM(CASE WHEN c.orders > 1 THEN 1 ELSE 0 END), SUM(c.earning), SUM(c.using_points), SUM(c.orders), SUM(c.minor) FROM (
		SELECT s.customer_key, COUNT(*) AS orders, MAX(CASE WHEN s.customer_key = '' THEN 0 WHEN s.member_id = 0 THEN 1 ELSE 2 END) AS who,
			MAX(CASE WHEN s.earned > 0 THEN 1 ELSE 0 END) AS earning, MAX(CASE WHEN s.used > 0 THEN 1 ELSE 0 END) AS using_points,
			SUM(CASE WHEN s.currency = ? THEN s.total - s.refunded ELSE 0 END) AS minor
		FROM sales s`+useIndex("sales_placed")+`WHERE s.shop_id = ? AND s.placed_at >= ? AND s.placed_at < ? AND s.status NOT IN ('draft', 'cancelled')
		GROUP BY s.customer_key) c GROUP BY c.who`, []any{string(shop.Currency), shop.ID, from, to}, func(row Scanner) error {
		var who int64
		var b Buyers
		err := row.Scan(&who, &b.Customers, &b.Repeating, &b.Earning, &b.Using, &b.Orders, &b.Minor)
		*into[who] = b
		return err
	})
	guests.Customers, guests.Repeating = 0, 0
	return members, others, guests, err
}

// CountOrders counts the orders placed from an instant on and before another (Unix ms): within the index.
func (tx *Tx) CountOrders(shop loyalty.ShopID, from, to int64) (n int64, err error) {
	_, err = tx.Row(`SELECT COUNT(*) FROM sales`+useIndex("sales_placed")+`WHERE shop_id = ? AND placed_at >= ? AND placed_at < ?`, []any{shop, from, to}, &n)
	return n, err
}

// CountMembers counts the members with ids from first on and below end.
func (tx *Tx) CountMembers(shop loyalty.ShopID, first, end loyalty.ID) (n int64, err error) {
	_, err = tx.Row(`SELECT COUNT(*) FROM members`+useIndex("PRIMARY")+`WHERE shop_id = ? AND id >= ? AND id < ?`, []any{shop, first, end}, &n)
	return n, err
}

// Expiring is what open lots lose, by what they were promised.
type Expiring struct {
	Members int64
	Parts   []Promised // of lots without a promise, too: they have the zero rate
}

// ExpiringBefore looks at the lots that run out before an instant (Unix ms): it
// reads each of them, a fifth of a second for 80,000. Only where they have several
// promises are they gone through again.
func (tx *Tx) ExpiringBefore(shop loyalty.ShopID, atMs int64) (e Expiring, err error) {
	due := ` FROM lots` + useIndex("lots_due") + `WHERE shop_id = ? AND state = 1 AND due_at < ?`
	var low, high Promised
	_, err = tx.Row(`SELECT COALESCE(SUM(remaining), 0), COUNT(DISTINCT account_id), COALESCE(MIN(promise_minor), 0), COALESCE(MAX(promise_minor), 0),
		COALESCE(MIN(promise_per), 0), COALESCE(MAX(promise_per), 0)`+due,
		[]any{shop, atMs}, &low.Points, &e.Members, &low.Rate.Minor, &high.Rate.Minor, &low.Rate.PerPoints, &high.Rate.PerPoints)
	if err != nil || e.Members == 0 {
		return e, err
	}
	if low.Rate == high.Rate {
		e.Parts = []Promised{low}
		return e, nil
	}
	e.Parts, err = tx.promised(`SELECT 0, promise_minor, promise_per, SUM(remaining)`+due+` GROUP BY promise_minor, promise_per ORDER BY promise_minor, promise_per`, shop, atMs)
	return e, err
}

// Recent is one of the newest entries, with whose it is.
type Recent struct {
	Move
	Source   string
	Note     string
	MemberID loyalty.ID
}

// RecentEntries lists the newest entries that moved points, transfers apart.
func (tx *Tx) RecentEntries(shop loyalty.ShopID, limit int) ([]Recent, error) {
	var list []Recent
	err := tx.Rows(`SELECT e.id, e.kind, e.rule_id, e.points, e.posted_at, e.source_key, e.note, a.member_id FROM (
		SELECT * FROM entries`+useIndex("PRIMARY")+`WHERE shop_id = ? ORDER BY id DESC LIMIT ?) e
		JOIN accounts a ON a.shop_id = e.shop_id AND a.id = e.account_id WHERE e.points <> 0 AND e.kind <> 'transfer' ORDER BY e.id DESC`,
		[]any{shop, limit}, func(row Scanner) error {
			var r Recent
			err := row.Scan(&r.ID, &r.Kind, &r.RuleID, &r.Points, &r.PostedAt, &r.Source, &r.Note, &r.MemberID)
			list = append(list, r)
			return err
		})
	return list, err
}
