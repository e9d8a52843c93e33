package program

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"zugabe/app/loyalty"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// Voucher is a template with its newest conditions and what its codes did together.
type Voucher struct {
	Row   store.TemplateRow
	Doc   voucher.Template
	Total store.TemplateTotal
}

// TemplateSubject is what the audit log calls a voucher.
func TemplateSubject(id loyalty.ID) string { return "voucher:" + id.String() }

// CreateVoucher stores a new voucher in draft; nothing can be redeemed before it is
// active. CodeInvalid names every field that is wrong.
func (p *Program) CreateVoucher(ctx context.Context, actor string, shop loyalty.Shop, doc voucher.Template) (Voucher, error) {
	doc, err := checkedTemplate(shop, doc)
	if err != nil {
		return Voucher{}, err
	}
	now := p.now()
	v := Voucher{Doc: doc, Total: store.TemplateTotal{MaxUses: doc.Limits.Total, BudgetMinor: doc.Limits.BudgetMinor}}
	v.Row = rowOf(store.TemplateRow{ID: p.IDs.Next(), State: voucher.TemplateDraft, Version: 1, CreatedAt: now, UpdatedAt: now}, doc)
	err = p.Store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.InsertTemplate(shop.ID, v.Row); err != nil {
			return err
		}
		if err := tx.InsertTemplateTotal(shop.ID, v.Row.ID, v.Total); err != nil {
			return err
		}
		return p.storeTemplateVersion(tx, actor, shop.ID, v, "voucher.created")
	})
	return v, err
}

func checkedTemplate(shop loyalty.Shop, doc voucher.Template) (voucher.Template, error) {
	if doc.Currency == "" && (doc.Minor > 0 || doc.CapMinor > 0 || doc.Order != voucher.Range{} || doc.Limits.BudgetMinor > 0) {
		doc.Currency = shop.Currency
	}
	return doc, doc.Validate()
}

func rowOf(row store.TemplateRow, doc voucher.Template) store.TemplateRow {
	row.Name, row.Kind, row.Partners, row.Auto = doc.Name, doc.Kind, doc.Partners, doc.Auto
	if row.Auto == "" {
		row.Auto = voucher.AutoNever
	}
	return row
}

func (p *Program) storeTemplateVersion(tx *store.Tx, actor string, shop loyalty.ShopID, v Voucher, did string) error {
	raw := jsonOf(v.Doc)
	err := tx.InsertTemplateVersion(shop, store.TemplateVersion{TemplateID: v.Row.ID, Version: v.Row.Version, Doc: raw, Actor: actor, CreatedAt: v.Row.UpdatedAt})
	if err != nil {
		return err
	}
	return p.audit(tx, shop, deed{by: actor, did: did, to: TemplateSubject(v.Row.ID), after: map[string]any{"version": v.Row.Version, "doc": v.Doc}})
}

// VoucherEdit is what somebody wants a voucher to become.
type VoucherEdit struct {
	ID      loyalty.ID
	Version int64 // that was read
	Doc     voucher.Template
}

// SaveVoucher puts new conditions in force for codes that are made from now on;
// codes that are out keep theirs (S2-18). Limits over all codes and the budget
// hold for all at once. edit.Version is the one the caller has read: CodeConflict if
// somebody saved meanwhile.
func (p *Program) SaveVoucher(ctx context.Context, actor string, shop loyalty.Shop, edit VoucherEdit) (Voucher, error) {
	id, version := edit.ID, edit.Version
	doc, err := checkedTemplate(shop, edit.Doc)
	if err != nil {
		return Voucher{}, err
	}
	var v Voucher
	err = p.Store.Write(ctx, func(tx *store.Tx) error {
		if v, err = p.voucherByID(tx, shop.ID, id); err != nil {
			return err
		}
		if v.Row.Version != version {
			return loyalty.Refuse(loyalty.CodeConflict, "the voucher was changed by somebody else").With("version", v.Row.Version)
		}
		v.Doc, v.Row.UpdatedAt, v.Row.Version = doc, p.now(), version+1
		v.Row = rowOf(v.Row, doc)
		ok, err := tx.SaveTemplate(shop.ID, v.Row, version)
		if err != nil || !ok {
			return orConflict(err, "the voucher was changed by somebody else")
		}
		v.Total.MaxUses, v.Total.BudgetMinor = doc.Limits.Total, doc.Limits.BudgetMinor
		if err := tx.LimitTemplate(shop.ID, id, v.Total.MaxUses, v.Total.BudgetMinor); err != nil {
			return err
		}
		if err := p.publishSettingsLater(tx, shop); err != nil {
			return err
		}
		return p.storeTemplateVersion(tx, actor, shop.ID, v, "voucher.saved")
	})
	return v, err
}

// templateMoves are the ways between the states; an ended voucher is run again as another one.
var templateMoves = map[voucher.TemplateState][]voucher.TemplateState{
	voucher.TemplateDraft:  {voucher.TemplateActive, voucher.TemplateEnded},
	voucher.TemplateActive: {voucher.TemplatePaused, voucher.TemplateEnded},
	voucher.TemplatePaused: {voucher.TemplateActive, voucher.TemplateEnded},
}

// SetVoucherState starts, pauses or ends a voucher with all its codes. Doing it
// again changes nothing. CodeConflict where the way does not exist.
func (p *Program) SetVoucherState(ctx context.Context, actor string, shop loyalty.Shop, id loyalty.ID, to voucher.TemplateState) (Voucher, error) {
	var v Voucher
	err := p.Store.Write(ctx, func(tx *store.Tx) (err error) {
		if v, err = p.voucherByID(tx, shop.ID, id); err != nil || v.Row.State == to {
			return err
		}
		if !slices.Contains(templateMoves[v.Row.State], to) {
			return loyalty.Refuse(loyalty.CodeConflict, "the voucher cannot go from "+string(v.Row.State)+" to "+string(to)).With("state", v.Row.State)
		}
		was := v.Row.State
		ok, err := tx.SetTemplateState(shop.ID, id, was, to, p.now())
		if err != nil || !ok {
			return orConflict(err, "the voucher was changed by somebody else")
		}
		v.Row.State = to
		if err := errors.Join(p.oweWindow(tx, shop.ID, id), p.publishSettingsLater(tx, shop)); err != nil {
			return err
		}
		return p.audit(tx, shop.ID, deed{by: actor, did: "voucher." + string(to), to: TemplateSubject(id), before: map[string]any{"state": was}, after: map[string]any{"state": to}})
	})
	return v, err
}

// Rerun is when a voucher runs again, and under which name ("" = the old one).
type Rerun struct {
	From, Until loyalty.LocalDate // either may be zero: open
	Name        string
}

// RerunVoucher makes a new draft out of a voucher with other dates (S2-17); codes
// and counters stay with the old one.
func (p *Program) RerunVoucher(ctx context.Context, actor string, shop loyalty.Shop, id loyalty.ID, r Rerun) (Voucher, error) {
	old, err := p.Voucher(ctx, shop, id)
	if err != nil {
		return Voucher{}, err
	}
	return p.CreateVoucher(ctx, actor, shop, old.Doc.Rerun(r.From, r.Until, r.Name))
}

// Voucher reads one. CodeNotFound if the shop has none of that id.
func (p *Program) Voucher(ctx context.Context, shop loyalty.Shop, id loyalty.ID) (v Voucher, err error) {
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		v, err = p.voucherByID(tx, shop.ID, id)
		return err
	})
	return v, err
}

func (p *Program) voucherByID(tx *store.Tx, shop loyalty.ShopID, id loyalty.ID) (Voucher, error) {
	found, err := p.vouchersByID(tx, shop, []loyalty.ID{id})
	if err != nil {
		return Voucher{}, err
	}
	v, ok := found[id]
	if !ok {
		return Voucher{}, loyalty.NotFound("voucher")
	}
	return v, nil
}

// vouchersByID reads vouchers with their newest conditions: three statements.
func (p *Program) vouchersByID(tx *store.Tx, shop loyalty.ShopID, ids []loyalty.ID) (map[loyalty.ID]Voucher, error) {
	rows, err := tx.TemplatesByID(shop, ids)
	if err != nil {
		return nil, err
	}
	list := make([]store.TemplateRow, 0, len(rows))
	for _, row := range rows {
		list = append(list, row)
	}
	all, err := p.withDocs(tx, shop, list)
	found := make(map[loyalty.ID]Voucher, len(all))
	for _, v := range all {
		found[v.Row.ID] = v
	}
	return found, err
}

func (p *Program) withDocs(tx *store.Tx, shop loyalty.ShopID, rows []store.TemplateRow) ([]Voucher, error) {
	var keys []store.TemplateKey
	var ids []loyalty.ID
	for _, row := range rows {
		keys, ids = append(keys, store.TemplateKey{ID: row.ID, Version: row.Version}), append(ids, row.ID)
	}
	docs, err := p.templateDocs(tx, shop, keys)
	if err != nil {
		return nil, err
	}
	totals, err := tx.TemplateTotals(shop, ids)
	if err != nil {
		return nil, err
	}
	list := make([]Voucher, len(rows))
	for i, row := range rows {
		list[i] = Voucher{Row: row, Doc: docs[keys[i]], Total: totals[row.ID]}
	}
	return list, nil
}

// templateDocs reads versions of templates, decoded.
func (p *Program) templateDocs(tx *store.Tx, shop loyalty.ShopID, keys []store.TemplateKey) (map[store.TemplateKey]voucher.Template, error) {
	rows, err := tx.TemplateDocs(shop, keys)
	if err != nil {
		return nil, err
	}
	docs := make(map[store.TemplateKey]voucher.Template, len(rows))
	for key, row := range rows {
		if docs[key], err = voucher.DecodeTemplate(row.Doc); err != nil {
			return nil, fmt.Errorf("voucher %s version %d: %w", key.ID, key.Version, err)
		}
	}
	return docs, nil
}

// Vouchers pages through the vouchers, newest first.
func (p *Program) Vouchers(ctx context.Context, shop loyalty.Shop, l store.TemplateList) (list []Voucher, err error) {
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Templates(shop.ID, l)
		if err != nil {
			return err
		}
		list, err = p.withDocs(tx, shop.ID, rows)
		return err
	})
	return list, err
}

// namesAtOnce is how many names are compared in one look.
const namesAtOnce = 500

// FindVouchers pages through the vouchers whose name has the text, newest first.
// Names are compared here: databases do not agree on what is the same letter.
func (p *Program) FindVouchers(ctx context.Context, shop loyalty.Shop, text string, l store.TemplateList) (list []Voucher, err error) {
	if text = strings.ToLower(strings.TrimSpace(text)); text == "" {
		return p.Vouchers(ctx, shop, l)
	}
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		var found []store.TemplateRow
		look := l
		for look.Limit = namesAtOnce; ; {
			rows, err := tx.Templates(shop.ID, look)
			if err != nil {
				return err
			}
			for _, row := range rows {
				if len(found) < l.Limit && strings.Contains(strings.ToLower(row.Name), text) {
					found = append(found, row)
				}
			}
			if len(rows) < namesAtOnce || len(found) == l.Limit {
				break
			}
			look.Before = rows[len(rows)-1].ID
		}
		list, err = p.withDocs(tx, shop.ID, found)
		return err
	})
	return list, err
}

// VoucherVersion is one version of a voucher's conditions.
type VoucherVersion struct {
	Version   int64
	Doc       voucher.Template
	Actor     string
	CreatedAt int64 // Unix ms
}

// VoucherVersions lists a voucher's versions, newest first.
func (p *Program) VoucherVersions(ctx context.Context, shop loyalty.Shop, id loyalty.ID) (list []VoucherVersion, err error) {
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		list = nil
		rows, err := tx.TemplateVersions(shop.ID, id)
		if err == nil && len(rows) == 0 {
			err = loyalty.NotFound("voucher")
		}
		for _, row := range rows {
			doc, err := voucher.DecodeTemplate(row.Doc)
			if err != nil {
				return err
			}
			list = append(list, VoucherVersion{Version: row.Version, Doc: doc, Actor: row.Actor, CreatedAt: row.CreatedAt})
		}
		return err
	})
	return list, err
}
