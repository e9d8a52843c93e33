package program

import (
	"encoding/json"
	"fmt"

	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// audit adds a line to the shop's audit log, in the transaction of what it tells
// of (J10). before and after are any JSON values; nil = nothing to say.
func (p *Program) audit(tx *store.Tx, shop loyalty.ShopID, actor, action, subject string, before, after any, reason string) error {
	row := store.AuditRow{ID: p.IDs.Next(), Actor: actor, Action: action, Subject: subject, Reason: reason, At: p.now()}
	var err error
	if row.Before, err = auditJSON(before); err != nil {
		return err
	}
	if row.After, err = auditJSON(after); err != nil {
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
