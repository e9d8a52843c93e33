package program

import (
	"encoding/json"
	"fmt"

	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// deed is what the audit log keeps of an act: who did what to what, and why.
type deed struct {
	by     string // "staff:<sub>", "api:<key id>", "host", "system"
	did    string // "plan.saved"
	to     string // "plan:<id>"
	before any    // any JSON value; nil = nothing to say
	after  any
	why    string
}

// audit adds a line to the shop's audit log, in the transaction of what it tells
// of (J10).
func (p *Program) audit(tx *store.Tx, shop loyalty.ShopID, d deed) error {
	row := store.AuditRow{ID: p.IDs.Next(), Actor: d.by, Action: d.did, Subject: d.to, Reason: d.why, At: p.now()}
	var err error
	if row.Before, err = auditJSON(d.before); err != nil {
		return err
	}
	if row.After, err = auditJSON(d.after); err != nil {
		return err
	}
	return tx.InsertAudit(shop, []store.AuditRow{row})
}

func auditJSON(v any) ([]byte, error) {
	if v == nil {
		return nil, nil
	}
	body, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("program: audit: %w", err)
	}
	return body, nil
}
