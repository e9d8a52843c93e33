package store

import "zugabe/app/loyalty"

// PlanHead is a plan without its rules.
type PlanHead struct {
	ID        loyalty.ID
	Name      string
	State     string
	Version   int64 // the newest
	CreatedAt int64 // Unix ms
}

// PlanVersion says that a version exists and from when on it is in force.
type PlanVersion struct {
	Version       int64
	EffectiveFrom int64 // Unix ms
	CreatedBy     string
	CreatedAt     int64
}

// PlanVersions is the shop's plan with all its versions, ascending, without
// their bodies: one statement. found is false for a shop without a plan.
func (tx *Tx) PlanVersions(shop loyalty.ShopID) (head PlanHead, versions []PlanVersion, found bool, err error) {
	const query = `SELECT p.id, p.name, p.state, p.version, p.created_at,
		v.version, v.effective_from, v.created_by, v.created_at
		FROM plans p JOIN plan_versions v ON v.shop_id = p.shop_id AND v.plan_id = p.id
		WHERE p.shop_id = ? ORDER BY p.id, v.version`
	err = tx.Rows(query, []any{shop}, func(row Scanner) error {
		var h PlanHead
		var v PlanVersion
		if err := row.Scan(&h.ID, &h.Name, &h.State, &h.Version, &h.CreatedAt,
			&v.Version, &v.EffectiveFrom, &v.CreatedBy, &v.CreatedAt); err != nil {
			return err
		}
		if found && h.ID != head.ID {
			return nil // a shop has one plan; a second one is not judged by
		}
		head, found = h, true
		versions = append(versions, v)
		return nil
	})
	return head, versions, found, err
}

// PlanBody is the JSON of one version.
func (tx *Tx) PlanBody(shop loyalty.ShopID, plan loyalty.ID, version int64) (body []byte, found bool, err error) {
	found, err = tx.Row(`SELECT body FROM plan_versions WHERE shop_id = ? AND plan_id = ? AND version = ?`,
		[]any{shop, plan, version}, &body)
	return body, found, err
}

// CreatePlan stores a plan with its first version.
func (tx *Tx) CreatePlan(shop loyalty.ShopID, head PlanHead, first PlanVersion, body []byte) error {
	_, err := tx.Exec(`INSERT INTO plans (shop_id, id, name, state, version, created_at) VALUES (?, ?, ?, ?, ?, ?)`,
		shop, head.ID, head.Name, head.State, head.Version, head.CreatedAt)
	if err != nil {
		return err
	}
	return tx.insertPlanVersion(shop, head.ID, first, body)
}

// AddPlanVersion stores the version after next.Version-1; ok is false if
// somebody else was quicker.
func (tx *Tx) AddPlanVersion(shop loyalty.ShopID, plan loyalty.ID, next PlanVersion, body []byte) (ok bool, err error) {
	n, err := tx.Exec(`UPDATE plans SET version = ? WHERE shop_id = ? AND id = ? AND version = ?`,
		next.Version, shop, plan, next.Version-1)
	if err != nil || n != 1 {
		return false, err
	}
	return true, tx.insertPlanVersion(shop, plan, next, body)
}

func (tx *Tx) insertPlanVersion(shop loyalty.ShopID, plan loyalty.ID, v PlanVersion, body []byte) error {
	_, err := tx.Exec(`INSERT INTO plan_versions (shop_id, plan_id, version, effective_from, body, created_by, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?)`,
		shop, plan, v.Version, v.EffectiveFrom, string(body), v.CreatedBy, v.CreatedAt)
	return err
}
