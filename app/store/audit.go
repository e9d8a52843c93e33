package store

import "zugabe/app/loyalty"

// AuditRow says who did what to what, and why. Rows are only ever added.
type AuditRow struct {
	ID      loyalty.ID
	Actor   string // "staff:<sub>", "api:<key id>", "system" …
	Action  string // "plan.saved"
	Subject string // "plan:<id>"
	Before  []byte // JSON, "{}" if there is none
	After   []byte
	Reason  string
	At      int64 // Unix ms
}

// InsertAudit adds rows to the audit log.
func (tx *Tx) InsertAudit(shop loyalty.ShopID, rows []AuditRow) error {
	values := make([][]any, len(rows))
	for i, r := range rows {
		values[i] = []any{shop, r.ID, clip(r.Actor, 120), clip(r.Action, 60), clip(r.Subject, 190),
			orEmptyJSON(r.Before), orEmptyJSON(r.After), clip(r.Reason, 500), r.At}
	}
	return tx.InsertMany("audit_log",
		[]string{"shop_id", "id", "actor", "action", "subject", "before_json", "after_json", "reason", "at_ms"}, values)
}

// AuditOf lists what was done to a subject, newest first; before is the id to
// continue below, 0 for the first page.
func (tx *Tx) AuditOf(shop loyalty.ShopID, subject string, before loyalty.ID, limit int) ([]AuditRow, error) {
	if before == 0 {
		before = maxID
	}
	return tx.auditRows(`SELECT id, actor, action, subject, before_json, after_json, reason, at_ms FROM audit_log
		WHERE shop_id = ? AND subject = ? AND id < ? ORDER BY id DESC LIMIT ?`, shop, subject, before, limit)
}

// AuditPage lists everything that was done in the shop, newest first.
func (tx *Tx) AuditPage(shop loyalty.ShopID, before loyalty.ID, limit int) ([]AuditRow, error) {
	if before == 0 {
		before = maxID
	}
	return tx.auditRows(`SELECT id, actor, action, subject, before_json, after_json, reason, at_ms FROM audit_log
		WHERE shop_id = ? AND id < ? ORDER BY id DESC LIMIT ?`, shop, before, limit)
}

const maxID = loyalty.ID(1<<63 - 1)

func (tx *Tx) auditRows(query string, args ...any) ([]AuditRow, error) {
	var out []AuditRow
	err := tx.Rows(query, args, func(row Scanner) error {
		var r AuditRow
		if err := row.Scan(&r.ID, &r.Actor, &r.Action, &r.Subject, &r.Before, &r.After, &r.Reason, &r.At); err != nil {
			return err
		}
		out = append(out, r)
		return nil
	})
	return out, err
}

func orEmptyJSON(b []byte) string {
	if len(b) == 0 {
		return "{}"
	}
	return string(b)
}
