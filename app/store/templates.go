package store

import (
	"strings"

	"zugabe/app/loyalty"
	"zugabe/app/voucher"
)

// TemplateRow is a voucher as lists show it; its conditions are in its versions.
type TemplateRow struct {
	ID        loyalty.ID
	Name      string
	Kind      voucher.Kind
	State     voucher.TemplateState
	Version   int64 // the newest
	Partners  bool  // partners may make codes from it
	Auto      voucher.AutoApply
	CreatedAt int64
	UpdatedAt int64
}

// TemplateVersion is one version of a voucher's conditions; it is never changed (S2-18).
type TemplateVersion struct {
	TemplateID loyalty.ID
	Version    int64
	Doc        []byte // JSON, see voucher.Template
	Actor      string
	CreatedAt  int64
}

// TemplateKey names one version of a template.
type TemplateKey struct {
	ID      loyalty.ID
	Version int64
}

const templateColumns = `id, name, kind, state, version, partners, auto, created_at, updated_at`

// InsertTemplate stores a new voucher; its first version and its totals are stored by the caller.
func (tx *Tx) InsertTemplate(shop loyalty.ShopID, t TemplateRow) error {
	_, err := tx.Exec(`INSERT INTO templates (shop_id, `+templateColumns+`) VALUES (?, `+placeholders(9)+`)`,
		shop, t.ID, t.Name, string(t.Kind), string(t.State), t.Version, flagOf(t.Partners), string(t.Auto), t.CreatedAt, t.UpdatedAt)
	return err
}

func flagOf(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// SaveTemplate puts the next version in force; ok is false if somebody else did so before.
func (tx *Tx) SaveTemplate(shop loyalty.ShopID, t TemplateRow, was int64) (ok bool, err error) {
	n, err := tx.Exec(`UPDATE templates SET name = ?, kind = ?, version = ?, partners = ?, auto = ?, updated_at = ? WHERE shop_id = ? AND id = ? AND version = ?`,
		t.Name, string(t.Kind), t.Version, flagOf(t.Partners), string(t.Auto), t.UpdatedAt, shop, t.ID, was)
	return n == 1, err
}

// SetTemplateState moves a voucher; ok is false if it was not in the state from.
func (tx *Tx) SetTemplateState(shop loyalty.ShopID, id loyalty.ID, from, to voucher.TemplateState, nowMs int64) (ok bool, err error) {
	n, err := tx.Exec(`UPDATE templates SET state = ?, updated_at = ? WHERE shop_id = ? AND id = ? AND state = ?`, string(to), nowMs, shop, id, string(from))
	return n == 1, err
}

// InsertTemplateVersion stores a version; one that is there already is a
// *DuplicateError of "template_versions.PRIMARY".
func (tx *Tx) InsertTemplateVersion(shop loyalty.ShopID, v TemplateVersion) error {
	_, err := tx.Exec(`INSERT INTO template_versions (shop_id, template_id, version, doc, actor, created_at) VALUES (?, ?, ?, ?, ?, ?)`,
		shop, v.TemplateID, v.Version, string(v.Doc), clip(v.Actor, 120), v.CreatedAt)
	return err
}

// TemplatesByID finds vouchers by id; unknown ones are left out.
func (tx *Tx) TemplatesByID(shop loyalty.ShopID, ids []loyalty.ID) (map[loyalty.ID]TemplateRow, error) {
	found := make(map[loyalty.ID]TemplateRow, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	list, err := tx.templates(`SELECT `+templateColumns+` FROM templates WHERE shop_id = ? AND id IN (`+placeholders(len(ids))+`)`, argsOf(shop, ids))
	for _, t := range list {
		found[t.ID] = t
	}
	return found, err
}

// TemplateList says which vouchers a list shows: newest first, below Before.
type TemplateList struct {
	States   []voucher.TemplateState // none = all
	Kind     voucher.Kind            // "" = all
	Auto     bool                    // only those that show themselves
	Partners bool                    // only those released for partners
	Before   loyalty.ID
	Limit    int
}

// Templates pages through the vouchers, newest first.
func (tx *Tx) Templates(shop loyalty.ShopID, l TemplateList) ([]TemplateRow, error) {
	if l.Before == 0 {
		l.Before = maxID
	}
	where, args := "", []any{shop, l.Before}
	if len(l.States) > 0 {
		where += " AND state IN (" + placeholders(len(l.States)) + ")"
		for _, s := range l.States {
			args = append(args, string(s))
		}
	}
	if l.Kind != "" {
		where, args = where+" AND kind = ?", append(args, string(l.Kind))
	}
	if l.Auto {
		where += " AND auto IN ('offer', 'apply')"
	}
	if l.Partners {
		where += " AND partners = 1"
	}
	return tx.templates(`SELECT `+templateColumns+` FROM templates WHERE shop_id = ? AND id < ?`+where+` ORDER BY id DESC LIMIT ?`, append(args, l.Limit))
}

func (tx *Tx) templates(query string, args []any) ([]TemplateRow, error) {
	var list []TemplateRow
	err := tx.Rows(query, args, func(row Scanner) error {
		var t TemplateRow
		var kind, state, auto string
		var partners int64
		err := row.Scan(&t.ID, &t.Name, &kind, &state, &t.Version, &partners, &auto, &t.CreatedAt, &t.UpdatedAt)
		t.Kind, t.State, t.Auto, t.Partners = voucher.Kind(kind), voucher.TemplateState(state), voucher.AutoApply(auto), partners != 0
		list = append(list, t)
		return err
	})
	return list, err
}

const versionColumns = `template_id, version, doc, actor, created_at`

// TemplateVersions lists a voucher's versions, newest first.
func (tx *Tx) TemplateVersions(shop loyalty.ShopID, id loyalty.ID) ([]TemplateVersion, error) {
	return tx.templateVersions(`SELECT `+versionColumns+` FROM template_versions WHERE shop_id = ? AND template_id = ? ORDER BY version DESC`, []any{shop, id})
}

// TemplateDocs reads versions, keyed by what was asked for; unknown ones are left out.
func (tx *Tx) TemplateDocs(shop loyalty.ShopID, keys []TemplateKey) (map[TemplateKey]TemplateVersion, error) {
	found := make(map[TemplateKey]TemplateVersion, len(keys))
	if len(keys) == 0 {
		return found, nil
	}
	args := make([]any, 0, 2*len(keys)+1)
	args = append(args, shop)
	for _, k := range keys {
		args = append(args, k.ID, k.Version)
	}
	list, err := tx.templateVersions(`SELECT `+versionColumns+` FROM template_versions WHERE shop_id = ? AND (`+
		strings.TrimPrefix(strings.Repeat(` OR (template_id = ? AND version = ?)`, len(keys)), " OR ")+`)`, args)
	for _, v := range list {
		found[TemplateKey{v.TemplateID, v.Version}] = v
	}
	return found, err
}

func (tx *Tx) templateVersions(query string, args []any) ([]TemplateVersion, error) {
	var list []TemplateVersion
	err := tx.Rows(query, args, func(row Scanner) error {
		var v TemplateVersion
		var doc string
		err := row.Scan(&v.TemplateID, &v.Version, &doc, &v.Actor, &v.CreatedAt)
		v.Doc = []byte(doc)
		list = append(list, v)
		return err
	})
	return list, err
}
