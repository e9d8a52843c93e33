package program

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"

	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// giveBack returns a use once: the row says that it no longer counts (G5).
func (d *voucherDesk) giveBack(use *store.CodeUse) {
	use.State = store.UseReturned
	d.move(use.CodeID, -1, -use.Minor)
	if code := d.codes[use.CodeID]; d.keepsUses && code.MaxUses > 0 && code.HostRef != "" {
		code.Spec.Back++
		d.codes[use.CodeID], d.back[use.CodeID] = code, true
	}
	key := store.UseKey{CodeID: use.CodeID, SaleKey: use.SaleKey}
	d.forgotten = append(d.forgotten, key)
	same := func(code loyalty.ID, sale string) bool { return code == key.CodeID && sale == key.SaleKey }
	who := store.PersonTemplate{TemplateID: use.TemplateID, PersonKey: string(use.PersonKey)}
	ours := func(v store.VoucherPerson) bool { return same(v.CodeID, v.SaleKey) }
	d.persons[who] = slices.DeleteFunc(d.persons[who], ours)
	d.numbered = slices.DeleteFunc(d.numbered, ours)
	if c, held := d.claims[who.PersonKey]; held && same(c.CodeID, c.SaleKey) {
		delete(d.claims, who.PersonKey)
	}
	var doc UseDoc
	if json.Unmarshal(use.Doc, &doc) == nil && doc.RestCode != 0 {
		d.endRests = append(d.endRests, doc.RestCode)
	}
}

// letAgain has codes made anew at the host that are used up there and not here: some
// hosts go on counting a use whose order was cancelled (G5). With the new one the host
// is told how many uses are left.
func (d *voucherDesk) letAgain() error {
	specs, notes := map[loyalty.ID]voucher.Spec{}, []store.AuditRow{}
	for id := range d.back {
		specs[id] = d.codes[id].Spec
	}
	if err := d.tx.SetCodeSpecs(d.shop.ID, specs); err != nil {
		return err
	}
	specs = map[loyalty.ID]voucher.Spec{}
	for id := range d.uses {
		c := d.codes[id]
		over := c.ExpiresAt != 0 && c.ExpiresAt <= d.now || c.State != voucher.Active && c.State != voucher.Used
		if c.Spec.Back == 0 || c.HostRef == "" || over || c.Uses >= c.MaxUses || c.Uses+c.Spec.Back < c.MaxUses {
			continue
		}
		spec := c.Spec
		spec.Again, spec.Back, spec.UsageLimit = c.HostRef, 0, c.MaxUses-c.Uses
		specs[id] = spec
		delete(d.states, id)
		notes = append(notes, store.AuditRow{ID: d.p.IDs.Next(), Actor: ledger.ActorSystem, Action: "code.again", Subject: CodeSubject(id), At: d.now})
	}
	if len(specs) == 0 {
		return nil
	}
	if err := errors.Join(d.tx.UsedAgain(d.shop.ID, specs, d.now), d.tx.InsertAudit(d.shop.ID, notes)); err != nil {
		return err
	}
	return d.p.oweNew(d.tx, d.shop.ID, slices.Sorted(maps.Keys(specs)))
}
