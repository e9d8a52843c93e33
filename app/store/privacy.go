package store

import (
	"bytes"

	"zugabe/app/loyalty"
)

// PrivacyKind says what a host or a person asked for.
type PrivacyKind string

// The kinds of privacy request.
const (
	PrivacyExport PrivacyKind = "data_request"
	PrivacyErase  PrivacyKind = "customer_redact"
	PrivacyShop   PrivacyKind = "shop_redact"
)

// PrivacyState is where a request stands.
type PrivacyState string

// The states of a privacy request.
const (
	PrivacyOpen    PrivacyState = "open"    // to be done by DueAt
	PrivacyDone    PrivacyState = "done"    //
	PrivacyRefused PrivacyState = "refused" // Reason says why
)

// PrivacyRequest is one request. Times are Unix ms.
type PrivacyRequest struct {
	ID          loyalty.ID
	Kind        PrivacyKind
	CustomerKey string
	State       PrivacyState
	Reason      string
	ReceivedAt  int64
	DueAt       int64
	DoneAt      int64
}

const privacySelect = `SELECT id, kind, customer_key, state, reason, received_at, due_at, done_at FROM privacy_requests`

// InsertPrivacyRequest adds a request; the same one is a *DuplicateError of
// "privacy_requests.privacy_requests_key".
func (tx *Tx) InsertPrivacyRequest(shop loyalty.ShopID, r PrivacyRequest) error {
	_, err := tx.Exec(`INSERT INTO privacy_requests (shop_id, id, kind, customer_key, state, reason, received_at, due_at, done_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		shop, r.ID, string(r.Kind), r.CustomerKey, string(r.State), clip(r.Reason, 500), r.ReceivedAt, r.DueAt, r.DoneAt)
	return err
}

// FinishPrivacyRequest closes an open request and forgets whose it was.
func (tx *Tx) FinishPrivacyRequest(shop loyalty.ShopID, r PrivacyRequest) (ok bool, err error) {
	n, err := tx.Exec(`UPDATE privacy_requests SET state = ?, reason = ?, customer_key = ?, done_at = ? WHERE shop_id = ? AND id = ? AND state = 'open'`,
		string(r.State), clip(r.Reason, 500), r.CustomerKey, r.DoneAt, shop, r.ID)
	return n == 1, err
}

// PrivacyRequests lists a shop's requests, newest first.
func (tx *Tx) PrivacyRequests(shop loyalty.ShopID, limit int) ([]PrivacyRequest, error) {
	return tx.privacyRequests(privacySelect+` WHERE shop_id = ? ORDER BY id DESC LIMIT ?`, shop, limit)
}

// OpenPrivacyRequests lists what is still to be done, oldest first.
func (tx *Tx) OpenPrivacyRequests(shop loyalty.ShopID, limit int) ([]PrivacyRequest, error) {
	return tx.privacyRequests(privacySelect+` WHERE shop_id = ? AND state = 'open' ORDER BY id LIMIT ?`, shop, limit)
}

func (tx *Tx) privacyRequests(query string, args ...any) ([]PrivacyRequest, error) {
	var list []PrivacyRequest
	err := tx.Rows(query, args, func(row Scanner) error {
		var r PrivacyRequest
		var kind, state string
		err := row.Scan(&r.ID, &kind, &r.CustomerKey, &state, &r.Reason, &r.ReceivedAt, &r.DueAt, &r.DoneAt)
		r.Kind, r.State = PrivacyKind(kind), PrivacyState(state)
		list = append(list, r)
		return err
	})
	return list, err
}

// shopTables are all tables with rows of one shop. A test compares the list
// with the schema, so that a new table cannot be forgotten at an erasure (J9).
var shopTables = []string{"shop_secrets", "deliveries", "plans", "plan_versions", "members", "member_keys", "accounts", "entries",
	"lots", "allocations", "holds", "sales", "sale_versions", "activities", "counters", "referrals", "codes", "code_uses",
	"redemptions", "jobs", "api_keys", "idempotency_keys", "audit_log", "privacy_requests", "cursors", "backtests", "promises", "promised",
	"shop_settings", "staff_seen", "placement_checks", "daily_totals", "day_closings",
	"mails", "suppressions", "newsletter_gifts", "newsletter_signups",
	"imports", "import_files", "import_parts", "batches", "batch_moves", "code_activations", "reminders",
	"templates", "template_versions", "template_totals", "voucher_persons", "newcustomer_claims", "voucher_days", "host_discounts", "pending_codes", "code_holds",
	"partners", "sponsorships", "sponsor_events", "worklist", "contact_log", "commissions", "desk_links", "desk_sessions", "partner_visits", "appeals",
	"rewards", "reward_tickets", "reward_redemptions", "redeem_permits", "partner_checks"}

// EraseShopChunk deletes up to about limit rows of the shop and says whether any
// are left. It goes on until nothing is; the shop's own row is kept, emptied.
func (tx *Tx) EraseShopChunk(shop loyalty.ShopID, limit int) (more bool, err error) {
	for _, table := range shopTables {
		n, err := tx.deleteSome(table, shop, limit)
		if err != nil {
			return false, err
		}
		if n > 0 {
			return true, nil
		}
	}
	_, err = tx.Exec(`UPDATE shops SET name = '', host_shop_id = '', settings = '{}', state = ?, version = version + 1 WHERE id = ?`,
		string(loyalty.ShopUninstalled), shop)
	return false, err
}

// deleteSome deletes by ranges of the second key column, because the two
// engines do not share a DELETE with LIMIT.
func (tx *Tx) deleteSome(table string, shop loyalty.ShopID, limit int) (int64, error) {
	column := secondKey[table]
	if column == "" {
		column = "id"
	}
	var edge any
	found, err := tx.Row(`SELECT `+column+` FROM `+table+` WHERE shop_id = ? ORDER BY `+column+` LIMIT 1 OFFSET ?`, []any{shop, limit - 1}, &edge)
	if err != nil {
		return 0, err
	}
	if !found {
		return tx.Exec(`DELETE FROM `+table+` WHERE shop_id = ?`, shop)
	}
	return tx.Exec(`DELETE FROM `+table+` WHERE shop_id = ? AND `+column+` <= ?`, shop, edge)
}

// secondKey is the column behind shop_id in the primary key where it is not id.
var secondKey = map[string]string{"shop_secrets": "purpose", "plan_versions": "plan_id", "member_keys": "customer_key",
	"allocations": "owner_id", "sale_versions": "sale_id", "counters": "rule_id", "code_uses": "code_id",
	"idempotency_keys": "scope", "cursors": "name", "promises": "version", "shop_settings": "name", "staff_seen": "staff_key",
	"daily_totals": "local_day", "day_closings": "local_day",
	"template_versions": "template_id", "template_totals": "template_id", "voucher_persons": "template_id", "newcustomer_claims": "person_key",
	"import_files": "import_id", "import_parts": "import_id", "newsletter_gifts": "signup_id", "code_activations": "code_id",
	"voucher_days": "template_id", "pending_codes": "holder", "code_holds": "code_id", "partners": "member_id", "sponsorships": "member_id",
	"worklist": "partner_id", "desk_links": "token_hash", "desk_sessions": "token_id", "partner_visits": "partner_id", "suppressions": "email_hash",
	"redeem_permits": "member_id"}

// ForgetTokens deletes what lets us into the shop; the secret by which its
// webhooks are known stays, for privacy requests that still come.
func (tx *Tx) ForgetTokens(shop loyalty.ShopID) error {
	_, err := tx.Exec(`DELETE FROM shop_secrets WHERE shop_id = ? AND purpose NOT LIKE 'webhook%'`, shop)
	return err
}

// ReplaceMemberKeys puts hashes in the place of a member's customer keys.
func (tx *Tx) ReplaceMemberKeys(shop loyalty.ShopID, member loyalty.ID, hashed map[string]string) error {
	for key, hash := range hashed {
		if _, err := tx.Exec(`UPDATE member_keys SET customer_key = ? WHERE shop_id = ? AND customer_key = ? AND member_id = ?`,
			hash, shop, key, member); err != nil {
			return err
		}
	}
	return nil
}

// ForgetInDeliveries empties the bodies of finished deliveries that contain one
// of the texts (in any case), by id above after. more is false at the end.
func (tx *Tx) ForgetInDeliveries(shop loyalty.ShopID, after loyalty.ID, texts []string, limit int) (last loyalty.ID, more bool, err error) {
	list, err := tx.deliveries(`SELECT `+deliveryRead+`, body FROM deliveries`+useIndex("PRIMARY")+`WHERE shop_id = ? AND id > ? ORDER BY id LIMIT ?`,
		[]any{shop, after, limit}, true)
	if err != nil || len(list) == 0 {
		return after, false, err
	}
	var found []loyalty.ID
	for _, d := range list {
		body := bytes.ToLower(d.Body)
		for _, text := range texts {
			if d.State != DeliveryNew && d.State != DeliveryRetry && bytes.Contains(body, bytes.ToLower([]byte(text))) {
				found = append(found, d.ID)
				break
			}
		}
	}
	if err := tx.EmptyDeliveries(shop, found); err != nil {
		return after, false, err
	}
	return list[len(list)-1].ID, len(list) == limit, nil
}

// EmptyDeliveries takes the bodies off deliveries. Their rows stay, so that
// repeats are still recognised.
func (tx *Tx) EmptyDeliveries(shop loyalty.ShopID, ids []loyalty.ID) error {
	if len(ids) == 0 {
		return nil
	}
	args := withArgs([]any{packBody([]byte("{}")), shop}, ids)
	_, err := tx.Exec(`UPDATE deliveries SET body = ?, body_size = 2 WHERE shop_id = ? AND id IN (`+placeholders(len(ids))+`)`, args...)
	return err
}

// RowsOfShop counts the shop's rows in every table that has a shop_id, as the
// database itself lists them.
func (tx *Tx) RowsOfShop(shop loyalty.ShopID) (map[string]int64, error) {
	tables, err := tx.tablesOfShops()
	if err != nil {
		return nil, err
	}
	rows := make(map[string]int64, len(tables))
	for _, table := range tables {
		var n int64
		if _, err := tx.Row(`SELECT COUNT(*) FROM `+table+` WHERE shop_id = ?`, []any{shop}, &n); err != nil {
			return nil, err
		}
		rows[table] = n
	}
	return rows, nil
}

func (tx *Tx) tablesOfShops() ([]string, error) {
	query := `SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name = 'shop_id'`
	if tx.gorm.Dialector.Name() != string(SQLite) {
		query = `SELECT table_name FROM information_schema.columns WHERE table_schema = DATABASE() AND column_name = 'shop_id'`
	}
	var tables []string
	err := tx.Rows(query, nil, func(row Scanner) error {
		var name string
		err := row.Scan(&name)
		tables = append(tables, name)
		return err
	})
	return tables, err
}

// ForgetSaleDeliveries empties the finished deliveries that brought a member's
// orders, whatever name and address they show.
func (tx *Tx) ForgetSaleDeliveries(shop loyalty.ShopID, member loyalty.ID) error {
	_, err := tx.Exec(`UPDATE deliveries SET body = ?, body_size = 2 WHERE shop_id = ? AND state > 1 AND id IN (SELECT v.delivery_id
		FROM sales s JOIN sale_versions v ON v.shop_id = s.shop_id AND v.sale_id = s.id WHERE s.shop_id = ? AND s.member_id = ?)`,
		packBody([]byte("{}")), shop, shop, member)
	return err
}
