package store

import (
	"fmt"
	"strings"

	"zugabe/app/loyalty"
)

// SaleRow is a sale as the lists and the booking need it. What was in it stands
// in its versions. Amounts are minor units of Currency, times Unix ms.
type SaleRow struct {
	ID            loyalty.ID
	Key           string // the host's order id
	Number        string
	CustomerKey   string
	MemberID      loyalty.ID // whose account holds what was posted; 0 = nobody's
	Status        string
	Currency      loyalty.Currency
	Total         int64
	Refunded      int64
	PlacedAt      int64
	HostUpdatedAt int64
	HostRank      int64
	Hash          []byte // SHA-256 of the newest version
	PlanVersion   int64  // bound at first booking; 0 = not bound yet, -1 = before the plan
	Audience      []byte // JSON, bound together with PlanVersion
	Version       int64  // of the newest stored snapshot
	Earned        loyalty.Points
	Used          loyalty.Points
	CreatedAt     int64
	ChangedAt     int64
	Traces        []byte // keyed hashes of what shows the buyer's household; nil = none are kept
}

// SaleVersion is one snapshot of a sale. Body is the unpacked JSON of
// earning.Sale; DeliveryID is 0 if no delivery brought it.
type SaleVersion struct {
	SaleID     loyalty.ID
	Version    int64
	DeliveryID loyalty.ID
	Body       []byte
	StoredAt   int64
}

var saleColumns = []string{"id", "sale_key", "number", "customer_key", "member_id", "status", "currency", "total", "refunded",
	"placed_at", "host_updated_at", "host_rank", "hash", "plan_version", "audience", "version", "earned", "used", "created_at", "changed_at", "traces"}

var saleSelect = `SELECT s.` + strings.Join(saleColumns, `, s.`)

// SalesByKey finds sales by the host's order ids, keyed by them.
func (tx *Tx) SalesByKey(shop loyalty.ShopID, keys []string) (map[string]SaleRow, error) {
	found := make(map[string]SaleRow, len(keys))
	if len(keys) == 0 {
		return found, nil
	}
	list, err := tx.sales(saleSelect+` FROM sales s WHERE s.shop_id = ? AND s.sale_key IN (`+placeholders(len(keys))+`)`, argsOf(shop, keys))
	for _, s := range list {
		found[s.Key] = s
	}
	return found, err
}

// SaleByID finds one sale.
func (tx *Tx) SaleByID(shop loyalty.ShopID, id loyalty.ID) (SaleRow, bool, error) {
	list, err := tx.sales(saleSelect+` FROM sales s WHERE s.shop_id = ? AND s.id = ?`, []any{shop, id})
	if err != nil || len(list) == 0 {
		return SaleRow{}, false, err
	}
	return list[0], true, nil
}

// SalesPage lists sales newest first by the instant they were placed; before is
// the last row of the page before, nil for the first page.
func (tx *Tx) SalesPage(shop loyalty.ShopID, before *SaleRow, limit int) ([]SaleRow, error) {
	at, id := pageEdge(before)
	return tx.sales(saleSelect+` FROM sales s`+useIndex("sales_placed")+`WHERE s.shop_id = ? AND s.placed_at <= ?
		AND (s.placed_at < ? OR s.id < ?) ORDER BY s.placed_at DESC, s.id DESC LIMIT ?`, []any{shop, at, at, id, limit})
}

// SalesOfMember lists a member's sales in the same way.
func (tx *Tx) SalesOfMember(shop loyalty.ShopID, member loyalty.ID, before *SaleRow, limit int) ([]SaleRow, error) {
	at, id := pageEdge(before)
	return tx.sales(saleSelect+` FROM sales s`+useIndex("sales_member")+`WHERE s.shop_id = ? AND s.member_id = ? AND s.placed_at <= ?
		AND (s.placed_at < ? OR s.id < ?) ORDER BY s.placed_at DESC, s.id DESC LIMIT ?`, []any{shop, member, at, at, id, limit})
}

// SalesAfter lists sales with ids above after, in id order: for walks over all of them.
func (tx *Tx) SalesAfter(shop loyalty.ShopID, after loyalty.ID, limit int) ([]SaleRow, error) {
	return tx.sales(saleSelect+` FROM sales s`+useIndex("PRIMARY")+`WHERE s.shop_id = ? AND s.id > ? ORDER BY s.id LIMIT ?`,
		[]any{shop, after, limit})
}

func pageEdge(before *SaleRow) (at int64, id loyalty.ID) {
	if before == nil {
		return int64(maxID), maxID
	}
	return before.PlacedAt, before.ID
}

// InsertSales adds sales; a key that is stored is a *DuplicateError of "sales.sales_key".
func (tx *Tx) InsertSales(shop loyalty.ShopID, list []SaleRow) error {
	rows := make([][]any, len(list))
	for i, s := range list {
		rows[i] = []any{shop, s.ID, s.Key, clip(s.Number, 60), s.CustomerKey, s.MemberID, s.Status, string(s.Currency), s.Total, s.Refunded,
			s.PlacedAt, s.HostUpdatedAt, s.HostRank, s.Hash, s.PlanVersion, string(s.Audience), s.Version, s.Earned, s.Used, s.CreatedAt, s.ChangedAt,
			notNull(s.Traces)}
	}
	return tx.InsertMany("sales", append([]string{"shop_id"}, saleColumns...), rows)
}

// UpdateSales gives sales their newest state: one statement. That two writers do
// not both make the same version is seen to by the key of sale_versions.
func (tx *Tx) UpdateSales(shop loyalty.ShopID, list []SaleRow) error {
	columns := []string{"number", "customer_key", "member_id", "status", "currency", "total", "refunded", "placed_at", "host_updated_at",
		"host_rank", "hash", "plan_version", "audience", "version", "earned", "used", "changed_at", "traces"}
	rows := make([]eachRow, len(list))
	for i, s := range list {
		rows[i] = eachRow{id: s.ID, values: []any{clip(s.Number, 60), s.CustomerKey, s.MemberID, s.Status, string(s.Currency), s.Total,
			s.Refunded, s.PlacedAt, s.HostUpdatedAt, s.HostRank, s.Hash, s.PlanVersion, string(s.Audience), s.Version, s.Earned, s.Used, s.ChangedAt,
			notNull(s.Traces)}}
	}
	return tx.updateEach("sales", shop, columns, rows, "")
}

// InsertSaleVersions adds snapshots; a version that is stored is a
// *DuplicateError of "sale_versions.PRIMARY".
func (tx *Tx) InsertSaleVersions(shop loyalty.ShopID, list []SaleVersion) error {
	rows := make([][]any, len(list))
	for i, v := range list {
		rows[i] = []any{shop, v.SaleID, v.Version, v.DeliveryID, packBody(v.Body), v.StoredAt}
	}
	return tx.InsertMany("sale_versions", []string{"shop_id", "sale_id", "version", "delivery_id", "body", "stored_at"}, rows)
}

// SaleBodies reads the newest snapshot of each sale, keyed by sale.
func (tx *Tx) SaleBodies(shop loyalty.ShopID, ids []loyalty.ID) (map[loyalty.ID][]byte, error) {
	found := make(map[loyalty.ID][]byte, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	err := tx.Rows(`SELECT v.sale_id, v.body FROM sales s JOIN sale_versions v ON v.shop_id = s.shop_id AND v.sale_id = s.id AND v.version = s.version
		WHERE s.shop_id = ? AND s.id IN (`+placeholders(len(ids))+`)`, argsOf(shop, ids), func(row Scanner) error {
		var id loyalty.ID
		var packed []byte
		if err := row.Scan(&id, &packed); err != nil {
			return err
		}
		body, err := unpackBody(packed)
		found[id] = body
		return err
	})
	return found, err
}

// SaleVersions lists all snapshots of a sale, oldest first.
func (tx *Tx) SaleVersions(shop loyalty.ShopID, sale loyalty.ID) ([]SaleVersion, error) {
	var list []SaleVersion
	err := tx.Rows(`SELECT version, delivery_id, body, stored_at FROM sale_versions WHERE shop_id = ? AND sale_id = ? ORDER BY version`,
		[]any{shop, sale}, func(row Scanner) error {
			v := SaleVersion{SaleID: sale}
			var packed []byte
			if err := row.Scan(&v.Version, &v.DeliveryID, &packed, &v.StoredAt); err != nil {
				return err
			}
			var err error
			v.Body, err = unpackBody(packed)
			list = append(list, v)
			return err
		})
	return list, err
}

// ForgetCustomer empties the host's customer key and the traces on a member's sales,
// after an erasure.
func (tx *Tx) ForgetCustomer(shop loyalty.ShopID, member loyalty.ID) error {
	_, err := tx.Exec(`UPDATE sales SET customer_key = '', traces = ? WHERE shop_id = ? AND member_id = ?`, []byte{}, shop, member)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`UPDATE activities SET customer_key = '' WHERE shop_id = ? AND member_id = ?`, shop, member)
	return err
}

func (tx *Tx) sales(query string, args []any) ([]SaleRow, error) {
	var list []SaleRow
	err := tx.Rows(query, args, func(row Scanner) error {
		var s SaleRow
		var currency string
		err := row.Scan(&s.ID, &s.Key, &s.Number, &s.CustomerKey, &s.MemberID, &s.Status, &currency, &s.Total, &s.Refunded,
			&s.PlacedAt, &s.HostUpdatedAt, &s.HostRank, &s.Hash, &s.PlanVersion, &s.Audience, &s.Version, &s.Earned, &s.Used, &s.CreatedAt, &s.ChangedAt,
			&s.Traces)
		if err != nil {
			return fmt.Errorf("store: sale: %w", err)
		}
		s.Currency = loyalty.Currency(currency)
		list = append(list, s)
		return nil
	})
	return list, err
}
