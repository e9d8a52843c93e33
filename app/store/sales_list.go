package store

import (
	"cmp"
	"slices"
	"strings"

	"zugabe/app/loyalty"
)

// SaleList says which sales a list shows, newest first. Drafts are never stored.
type SaleList struct {
	Before *SaleRow // the last row of the page before; nil for the first page
	Status string   // "" = all
	Bonus  SaleBonus
	Limit  int
}

// SaleBonus narrows a list to the orders with or without points.
type SaleBonus string

// The kinds of orders by their points; empty = all.
const (
	BonusEarned SaleBonus = "earned"
	BonusUsed   SaleBonus = "used"
	BonusNone   SaleBonus = "none" // neither earned nor used
)

func (l SaleList) where() (sql string, args []any) {
	if l.Status != "" {
		sql, args = " AND s.status = ?", []any{l.Status}
	}
	switch l.Bonus {
	case BonusEarned:
		sql += " AND s.earned > 0"
	case BonusUsed:
		sql += " AND s.used > 0"
	case BonusNone:
		sql += " AND s.earned = 0 AND s.used = 0"
	}
	return sql, args
}

// ListSales pages through the sales of a shop. A filter that few sales pass has no
// index of its own: a page then walks on until it is full, past all sales at worst.
func (tx *Tx) ListSales(shop loyalty.ShopID, l SaleList) ([]SaleRow, error) {
	at, id := pageEdge(l.Before)
	where, filters := l.where()
	args := append(append([]any{shop, at, at, id}, filters...), l.Limit)
	return tx.sales(saleSelect+` FROM sales s`+useIndex("sales_placed")+`WHERE s.shop_id = ? AND s.placed_at <= ?
		AND (s.placed_at < ? OR s.id < ?)`+where+` ORDER BY s.placed_at DESC, s.id DESC LIMIT ?`, args)
}

// searchedMembers is of how many members a search for a person shows the orders.
const searchedMembers = 20

// SearchSales finds sales whose number begins with the text (with or without its
// #), by the host's order id, or of members whom SearchMembers finds. Newest first;
// the best matches only.
func (tx *Tx) SearchSales(shop loyalty.ShopID, text string, l SaleList) ([]SaleRow, error) {
	where, filters := l.where()
	var all []SaleRow
	find := func(index, condition, order string, args ...any) error {
		list, err := tx.sales(saleSelect+` FROM sales s`+useIndex(index)+`WHERE s.shop_id = ? AND `+condition+where+` ORDER BY `+order+` DESC LIMIT ?`,
			append(append(append([]any{shop}, args...), filters...), l.Limit))
		all = append(all, list...)
		return err
	}
	if err := find("sales_key", `s.sale_key = ?`, `s.sale_key`, clip(text, 100)); err != nil {
		return nil, err
	}
	bare := clip(strings.TrimPrefix(text, "#"), 50)
	for _, number := range []string{bare, "#" + bare} {
		if err := find("sales_number", `s.number >= ? AND s.number < ?`, `s.number`, number, number+"\U0010ffff"); err != nil {
			return nil, err
		}
	}
	members, err := tx.SearchMembers(shop, text, MemberList{Limit: searchedMembers})
	if err != nil {
		return nil, err
	}
	if len(members) > 0 {
		ids := make([]any, len(members))
		for i, m := range members {
			ids[i] = m.ID
		}
		if err := find("sales_member", `s.member_id IN (`+placeholders(len(ids))+`)`, `s.placed_at`, ids...); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(all, func(x, y SaleRow) int { return cmp.Or(cmp.Compare(y.PlacedAt, x.PlacedAt), cmp.Compare(y.ID, x.ID)) })
	all = slices.CompactFunc(all, func(x, y SaleRow) bool { return x.ID == y.ID })
	return all[:min(len(all), l.Limit)], nil
}
