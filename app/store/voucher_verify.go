package store

import (
	"errors"

	"zugabe/app/loyalty"
)

// OrphanClaims counts the claims of new customers and lists those without a use that counts.
func (tx *Tx) OrphanClaims(shop loyalty.ShopID, limit int) (all int64, orphans []NewCustomerClaim, err error) {
	if _, err = tx.Row(`SELECT COUNT(*) FROM newcustomer_claims WHERE shop_id = ?`, []any{shop}, &all); err != nil || all == 0 {
		return all, nil, err
	}
	err = tx.Rows(`SELECT c.code_id, c.sale_key FROM newcustomer_claims c WHERE c.shop_id = ? AND NOT EXISTS (SELECT 1 FROM code_uses u
		WHERE u.shop_id = c.shop_id AND u.code_id = c.code_id AND u.sale_key = c.sale_key AND u.state = 'used') LIMIT ?`, []any{shop, limit}, func(row Scanner) error {
		var c NewCustomerClaim
		err := row.Scan(&c.CodeID, &c.SaleKey)
		orphans = append(orphans, c)
		return err
	})
	return all, orphans, err
}

// Drift is a counter that differs from the uses behind it.
type Drift struct {
	ID         loyalty.ID
	Have, Want CounterMove
}

const templateUses = `SELECT t.template_id, t.uses, t.minor,
	(SELECT COUNT(*) FROM code_uses r WHERE r.shop_id = t.shop_id AND r.template_id = t.template_id AND r.state = 'used') AS uses_now,
	(SELECT COALESCE(SUM(r.minor), 0) FROM code_uses r WHERE r.shop_id = t.shop_id AND r.template_id = t.template_id AND r.state = 'used') AS minor_now
	FROM template_totals t`

const codeUsesNow = `SELECT t.id, t.uses, 0,
	(SELECT COUNT(*) FROM code_uses r WHERE r.shop_id = t.shop_id AND r.code_id = t.id AND r.state = 'used') AS uses_now, 0 AS minor_now
	FROM codes t`

// DriftedTemplates lists templates whose counters differ from their uses.
func (tx *Tx) DriftedTemplates(shop loyalty.ShopID) ([]Drift, error) {
	return tx.drifts(`SELECT x.* FROM (`+templateUses+` WHERE t.shop_id = ?) x WHERE x.uses <> x.uses_now OR x.minor <> x.minor_now`, shop)
}

// DriftedCodes lists codes whose counters differ from their uses.
func (tx *Tx) DriftedCodes(shop loyalty.ShopID) ([]Drift, error) {
	return tx.drifts(`SELECT x.* FROM (`+codeUsesNow+` WHERE t.shop_id = ?) x WHERE x.uses <> x.uses_now`, shop)
}

func (tx *Tx) drifts(query string, args ...any) ([]Drift, error) {
	var list []Drift
	err := tx.Rows(query, args, func(row Scanner) error {
		var d Drift
		err := row.Scan(&d.ID, &d.Have.Uses, &d.Have.Minor, &d.Want.Uses, &d.Want.Minor)
		list = append(list, d)
		return err
	})
	return list, err
}

// RecountTemplate sets a template's counters to what its uses say.
func (tx *Tx) RecountTemplate(shop loyalty.ShopID, id loyalty.ID) (changed bool, err error) {
	if err := tx.LockTemplates(shop, []loyalty.ID{id}); err != nil {
		return false, err
	}
	d, err := tx.oneDrift(templateUses+` WHERE t.shop_id = ? AND t.template_id = ?`, shop, id)
	if err != nil || d.Have == d.Want {
		return false, err
	}
	_, err = tx.Exec(`UPDATE template_totals SET uses = ?, minor = ? WHERE shop_id = ? AND template_id = ?`, d.Want.Uses, d.Want.Minor, shop, id)
	return err == nil, err
}

// RecountCode sets a code's counter to what its uses say; a limit that they exceed is raised.
func (tx *Tx) RecountCode(shop loyalty.ShopID, id loyalty.ID) (changed bool, err error) {
	if err := tx.LockCodes(shop, []loyalty.ID{id}); err != nil {
		return false, err
	}
	d, err := tx.oneDrift(codeUsesNow+` WHERE t.shop_id = ? AND t.id = ?`, shop, id)
	if err != nil || d.Have == d.Want {
		return false, err
	}
	_, err = tx.Exec(`UPDATE codes SET max_uses = CASE WHEN max_uses > 0 AND max_uses < ? THEN ? ELSE max_uses END, uses = ? WHERE shop_id = ? AND id = ?`,
		d.Want.Uses, d.Want.Uses, d.Want.Uses, shop, id)
	return err == nil, err
}

func (tx *Tx) oneDrift(query string, shop loyalty.ShopID, id loyalty.ID) (Drift, error) {
	list, err := tx.drifts(query, shop, id)
	if err != nil {
		return Drift{}, err
	}
	if len(list) != 1 {
		return Drift{}, errors.New("store: no such counter")
	}
	return list[0], nil
}
