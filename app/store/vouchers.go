package store

import (
	"maps"
	"slices"
	"strings"

	"zugabe/app/loyalty"
)

// TemplateTotal is what all codes of a template have done together. A limit of 0 is none.
type TemplateTotal struct {
	Uses, MaxUses      int64
	Minor, BudgetMinor int64
}

// InsertTemplateTotal makes the counters of a new template.
func (tx *Tx) InsertTemplateTotal(shop loyalty.ShopID, id loyalty.ID, t TemplateTotal) error {
	_, err := tx.Exec(`INSERT INTO template_totals (shop_id, template_id, uses, max_uses, minor, budget_minor) VALUES (?, ?, ?, ?, ?, ?)`,
		shop, id, t.Uses, t.MaxUses, t.Minor, t.BudgetMinor)
	return err
}

// LimitTemplate sets how often and for how much a template may be used in all.
func (tx *Tx) LimitTemplate(shop loyalty.ShopID, id loyalty.ID, maxUses, budgetMinor int64) error {
	_, err := tx.Exec(`UPDATE template_totals SET max_uses = ?, budget_minor = ? WHERE shop_id = ? AND template_id = ?`, maxUses, budgetMinor, shop, id)
	return err
}

// LockTemplates makes everybody else who uses these templates wait until our
// COMMIT: what is read of their counters, persons and claims after it holds.
func (tx *Tx) LockTemplates(shop loyalty.ShopID, ids []loyalty.ID) error {
	if len(ids) == 0 {
		return nil
	}
	_, err := tx.Exec(`UPDATE template_totals SET uses = uses WHERE shop_id = ? AND template_id IN (`+placeholders(len(ids))+`)`, argsOf(shop, ids)...)
	return err
}

// LockCodes makes everybody else who uses these codes wait until our COMMIT.
func (tx *Tx) LockCodes(shop loyalty.ShopID, ids []loyalty.ID) error {
	for part := range slices.Chunk(ids, maxEachRows) {
		if _, err := tx.Exec(`UPDATE codes SET uses = uses WHERE shop_id = ? AND id IN (`+placeholders(len(part))+`)`, argsOf(shop, part)...); err != nil {
			return err
		}
	}
	return nil
}

// TemplateTotals reads the counters of templates.
func (tx *Tx) TemplateTotals(shop loyalty.ShopID, ids []loyalty.ID) (map[loyalty.ID]TemplateTotal, error) {
	found := make(map[loyalty.ID]TemplateTotal, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	err := tx.Rows(`SELECT template_id, uses, max_uses, minor, budget_minor FROM template_totals WHERE shop_id = ? AND template_id IN (`+placeholders(len(ids))+`)`,
		argsOf(shop, ids), func(row Scanner) error {
			var id loyalty.ID
			var t TemplateTotal
			err := row.Scan(&id, &t.Uses, &t.MaxUses, &t.Minor, &t.BudgetMinor)
			found[id] = t
			return err
		})
	return found, err
}

// CounterMove is by how much a counter changes.
type CounterMove struct{ Uses, Minor int64 }

// MoveTemplateTotals adds to the counters of templates, if none leaves its limits
// by growing; moved is how many did not. It is the only way they change (6.8).
func (tx *Tx) MoveTemplateTotals(shop loyalty.ShopID, by map[loyalty.ID]CounterMove) (moved int64, err error) {
	for ids := range slices.Chunk(slices.Sorted(maps.Keys(by)), maxEachRows) {
		uses, minor := caseOf("template_id", ids, func(id loyalty.ID) int64 { return by[id].Uses }), caseOf("template_id", ids, func(id loyalty.ID) int64 { return by[id].Minor })
		args := slices.Concat(uses.args, minor.args, []any{shop})
		args = withArgs(args, ids)
		args = slices.Concat(args, uses.args, uses.args, minor.args, minor.args)
		n, err := tx.Exec(`UPDATE template_totals SET uses = uses + `+uses.sql+`, minor = minor + `+minor.sql+`
			WHERE shop_id = ? AND template_id IN (`+placeholders(len(ids))+`)
			AND (max_uses = 0 OR `+uses.sql+` <= 0 OR uses + `+uses.sql+` <= max_uses)
			AND (budget_minor = 0 OR `+minor.sql+` <= 0 OR minor + `+minor.sql+` <= budget_minor)`, args...)
		if err != nil {
			return moved, err
		}
		moved += n
	}
	return moved, nil
}

// MoveCodeCounters adds to the counters of codes, if none exceeds its limit.
func (tx *Tx) MoveCodeCounters(shop loyalty.ShopID, by map[loyalty.ID]int64, nowMs int64) (moved int64, err error) {
	for ids := range slices.Chunk(slices.Sorted(maps.Keys(by)), maxEachRows) {
		uses := caseOf("id", ids, func(id loyalty.ID) int64 { return by[id] })
		args := withArgs(slices.Concat(uses.args, []any{nowMs, shop}), ids)
		args = slices.Concat(args, uses.args)
		n, err := tx.Exec(`UPDATE codes SET uses = uses + `+uses.sql+`, updated_at = ? WHERE shop_id = ? AND id IN (`+placeholders(len(ids))+`)
			AND (max_uses = 0 OR uses + `+uses.sql+` <= max_uses)`, args...)
		if err != nil {
			return moved, err
		}
		moved += n
	}
	return moved, nil
}

// choice is an expression that gives every row its own number. Where all rows get
// the same one it is just that number.
type choice struct {
	sql  string
	args []any
}

func caseOf(column string, ids []loyalty.ID, value func(loyalty.ID) int64) choice {
	first, same := value(ids[0]), true
	var args []any
	for _, id := range ids {
		same = same && value(id) == first
		args = append(args, id, value(id))
	}
	if same {
		return choice{"?", []any{first}}
	}
	return choice{"CASE " + column + strings.Repeat(" WHEN ? THEN ?", len(ids)) + " ELSE 0 END", args}
}

// VoucherPerson is one use of a template by one person. Number is 1, 2 … up to the
// limit for each person; without a limit it is an id.
type VoucherPerson struct {
	TemplateID loyalty.ID
	PersonKey  []byte
	Number     int64
	CodeID     loyalty.ID
	SaleKey    string
}

// PersonTemplate names what one person did with one template.
type PersonTemplate struct {
	TemplateID loyalty.ID
	PersonKey  string
}

// VoucherPersons reads the uses of templates by persons.
func (tx *Tx) VoucherPersons(shop loyalty.ShopID, keys []PersonTemplate) (map[PersonTemplate][]VoucherPerson, error) {
	found := make(map[PersonTemplate][]VoucherPerson, len(keys))
	if len(keys) == 0 {
		return found, nil
	}
	args := []any{shop}
	for _, k := range keys {
		args = append(args, k.TemplateID, []byte(k.PersonKey))
	}
	err := tx.Rows(`SELECT template_id, person_key, n, code_id, sale_key FROM voucher_persons WHERE shop_id = ? AND (`+
		strings.TrimPrefix(strings.Repeat(` OR (template_id = ? AND person_key = ?)`, len(keys)), " OR ")+`) ORDER BY n`, args, func(row Scanner) error {
		var v VoucherPerson
		err := row.Scan(&v.TemplateID, &v.PersonKey, &v.Number, &v.CodeID, &v.SaleKey)
		k := PersonTemplate{v.TemplateID, string(v.PersonKey)}
		found[k] = append(found[k], v)
		return err
	})
	return found, err
}

// InsertVoucherPersons notes uses; two with one number are a *DuplicateError of
// "voucher_persons.PRIMARY": somebody else was quicker (G2).
func (tx *Tx) InsertVoucherPersons(shop loyalty.ShopID, list []VoucherPerson) error {
	rows := make([][]any, len(list))
	for i, v := range list {
		rows[i] = []any{int64(shop), int64(v.TemplateID), v.PersonKey, v.Number, int64(v.CodeID), v.SaleKey}
	}
	return tx.InsertMany("voucher_persons", []string{"shop_id", "template_id", "person_key", "n", "code_id", "sale_key"}, rows)
}

// NewCustomerClaim says by which code a person became a customer; there is one over
// all vouchers for new customers (S0-16).
type NewCustomerClaim struct {
	PersonKey []byte
	CodeID    loyalty.ID
	SaleKey   string
	State     string // ClaimHeld
	At        int64
}

// ClaimHeld is the state of a claim that stands.
const ClaimHeld = "held"

// NewCustomerClaims reads the claims of persons.
func (tx *Tx) NewCustomerClaims(shop loyalty.ShopID, persons []string) (map[string]NewCustomerClaim, error) {
	found := make(map[string]NewCustomerClaim, len(persons))
	if len(persons) == 0 {
		return found, nil
	}
	args := []any{shop}
	for _, p := range persons {
		args = append(args, []byte(p))
	}
	err := tx.Rows(`SELECT person_key, code_id, sale_key, state, at_ms FROM newcustomer_claims WHERE shop_id = ? AND person_key IN (`+placeholders(len(persons))+`)`,
		args, func(row Scanner) error {
			var c NewCustomerClaim
			err := row.Scan(&c.PersonKey, &c.CodeID, &c.SaleKey, &c.State, &c.At)
			found[string(c.PersonKey)] = c
			return err
		})
	return found, err
}

// InsertNewCustomerClaims notes claims; a second one of a person is a
// *DuplicateError of "newcustomer_claims.PRIMARY".
func (tx *Tx) InsertNewCustomerClaims(shop loyalty.ShopID, list []NewCustomerClaim) error {
	rows := make([][]any, len(list))
	for i, c := range list {
		rows[i] = []any{int64(shop), c.PersonKey, int64(c.CodeID), c.SaleKey, c.State, c.At}
	}
	return tx.InsertMany("newcustomer_claims", []string{"shop_id", "person_key", "code_id", "sale_key", "state", "at_ms"}, rows)
}

// UseKey names one use.
type UseKey struct {
	CodeID  loyalty.ID
	SaleKey string
}

// ForgetUses takes uses out of the persons' numbers and claims; the uses themselves stay.
func (tx *Tx) ForgetUses(shop loyalty.ShopID, keys []UseKey) error {
	for _, table := range []string{"voucher_persons", "newcustomer_claims"} {
		if err := tx.deleteUses(table, shop, keys); err != nil {
			return err
		}
	}
	return nil
}

// DropCodeUses deletes rows that the caller writes anew in the same transaction.
func (tx *Tx) DropCodeUses(shop loyalty.ShopID, keys []UseKey) error {
	return tx.deleteUses("code_uses", shop, keys)
}

func (tx *Tx) deleteUses(table string, shop loyalty.ShopID, keys []UseKey) error {
	for part := range slices.Chunk(keys, maxEachRows) {
		args := []any{shop}
		for _, k := range part {
			args = append(args, k.SaleKey, k.CodeID)
		}
		_, err := tx.Exec(`DELETE FROM `+table+` WHERE shop_id = ? AND (`+
			strings.TrimPrefix(strings.Repeat(` OR (sale_key = ? AND code_id = ?)`, len(part)), " OR ")+`)`, args...)
		if err != nil {
			return err
		}
	}
	return nil
}

// FirstOrders tells when persons first bought (Unix ms), by person key: the
// earliest over all members that are this person.
func (tx *Tx) FirstOrders(shop loyalty.ShopID, persons []string) (map[string]int64, error) {
	found := map[string]int64{}
	if len(persons) == 0 {
		return found, nil
	}
	args := []any{shop}
	for _, p := range persons {
		args = append(args, []byte(p))
	}
	err := tx.Rows(`SELECT person_key, MIN(first_order_at) FROM members WHERE shop_id = ? AND person_key IN (`+placeholders(len(persons))+`)
		AND first_order_at > 0 GROUP BY person_key`, args, func(row Scanner) error {
		var key []byte
		var at int64
		err := row.Scan(&key, &at)
		found[string(key)] = at
		return err
	})
	return found, err
}

// VoucherDay is how often a template was put before shoppers on a day of the shop.
type VoucherDay struct{ Shown, Applied, Refused int64 }

// CountVoucherDay adds to what is known of a template's day.
func (tx *Tx) CountVoucherDay(shop loyalty.ShopID, template loyalty.ID, d loyalty.LocalDate, by VoucherDay) error {
	day, shown, applied, refused := dayNumber(d), by.Shown, by.Applied, by.Refused
	n, err := tx.Exec(`UPDATE voucher_days SET shown = shown + ?, applied = applied + ?, refused = refused + ? WHERE shop_id = ? AND template_id = ? AND local_day = ?`,
		shown, applied, refused, shop, template, day)
	if err != nil || n > 0 {
		return err
	}
	_, err = tx.Exec(`INSERT INTO voucher_days (shop_id, template_id, local_day, shown, applied, refused) VALUES (?, ?, ?, ?, ?, ?)`,
		shop, template, day, shown, applied, refused)
	return err
}
