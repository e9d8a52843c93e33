package program

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"

	"zugabe/app/earning"
	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// uncounted are conditions whose counters are full: a use against them is kept and
// flagged, and counts nowhere, so that no counter ever passes its limit (G1–G3, S0-16).
var uncounted = map[string]bool{voucher.ReasonUsedUp: true, voucher.ReasonSoldOut: true, voucher.ReasonBudget: true,
	voucher.ReasonPerPerson: true, voucher.ReasonNewUsed: true, voucher.ReasonNewOnly: true}

// UseDoc is kept with each use of a template's code: what was decided, and the
// discount that the order really got with its VAT (S0-29, N-08).
type UseDoc struct {
	OK       bool                `json:"ok"`
	Why      []voucher.Reason    `json:"why,omitempty"` // what the host let pass
	Notes    []voucher.Reason    `json:"notes,omitempty"`
	Decided  int64               `json:"decided"` // minor units we would have given
	Given    int64               `json:"given"`   // minor units that the order got
	Lines    []voucher.LineShare `json:"lines,omitempty"`
	Shipping int64               `json:"shipping,omitempty"`
	VATMode  voucher.VATMode     `json:"vat_mode"`
	VAT      []voucher.VATShare  `json:"vat,omitempty"`
	Bearer   voucher.Bearer      `json:"bearer"`
	Rest     int64               `json:"rest,omitempty"`
	RestCode loyalty.ID          `json:"rest_code,omitempty"`
}

// VoucherUse is a code of a template in an order, as it stands after the order was booked.
type VoucherUse struct {
	Sale  *earning.Sale
	Use   store.CodeUse
	Code  store.Code
	Buyer *loyalty.Member // nil for a guest
}

// voucherDesk settles the codes of templates in one batch. What many orders share
// is locked first, then read; decisions are made in memory, and written with a
// number of statements that does not depend on the number of orders.
type voucherDesk struct {
	*settlement
	codes   map[loyalty.ID]store.Code
	docs    map[store.TemplateKey]voucher.Template
	rows    map[loyalty.ID]store.TemplateRow
	totals  map[loyalty.ID]store.TemplateTotal
	persons map[store.PersonTemplate][]store.VoucherPerson
	claims  map[string]store.NewCustomerClaim
	bought  map[string]int64    // when a person first bought, by person key
	barred  map[loyalty.ID]bool // codes of partners that do not count now
	off     []string            // products that absolute vouchers may not reduce (S0-28)

	touched   []VoucherUse
	dropped   []store.UseKey
	written   []store.CodeUse
	forgotten []store.UseKey
	numbered  []store.VoucherPerson
	claimed   []store.NewCustomerClaim
	uses      map[loyalty.ID]int64
	back      map[loyalty.ID]bool // codes with limits of which a use came back
	keepsUses bool                // the host counts such uses still
	moves     map[loyalty.ID]store.CounterMove
	states    map[loyalty.ID]voucher.State
	notes     []store.AuditRow
	rests     []store.Code
	endRests  []loyalty.ID
}

// settleVouchers brings the uses of templates' codes to where the orders of the
// batch say they belong. Orders without such codes cost nothing.
func (s *settlement) settleVouchers(found saleCodes) error {
	var ids []loyalty.ID
	for _, id := range found.ids() {
		if found.byID[id].TemplateID != 0 {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	d := &voucherDesk{settlement: s, codes: found.byID, uses: map[loyalty.ID]int64{}, moves: map[loyalty.ID]store.CounterMove{}, states: map[loyalty.ID]voucher.State{}, back: map[loyalty.ID]bool{}}
	if driver := s.p.Hosts.Driver(s.shop.Host); driver != nil {
		d.keepsUses = driver.Capabilities().KeepsUses
	}
	if err := d.read(ids, found); err != nil {
		return err
	}
	for _, w := range s.sales {
		if w.sale.Status == earning.SaleDraft {
			continue
		}
		if err := d.settle(w, found); err != nil {
			return err
		}
	}
	if err := d.write(); err != nil {
		return err
	}
	return s.p.sponsorUses(s.tx, s.shop, d.touched)
}

func (d *voucherDesk) read(ids []loyalty.ID, found saleCodes) (err error) {
	var keys []store.TemplateKey
	var templates, limited []loyalty.ID
	for _, id := range ids {
		keys = append(keys, store.TemplateKey{ID: d.codes[id].TemplateID, Version: d.codes[id].TemplateVersion})
		templates = append(templates, d.codes[id].TemplateID)
		if d.codes[id].MaxUses > 0 {
			limited = append(limited, id)
		}
	}
	slices.Sort(templates)
	templates = slices.Compact(templates)
	slices.SortFunc(keys, func(a, b store.TemplateKey) int {
		return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Version, b.Version))
	})
	if d.docs, err = d.p.templateDocs(d.tx, d.shop.ID, slices.Compact(keys)); err != nil {
		return err
	}
	if d.off, err = d.p.switchedOff(d.tx, d.shop.ID); err != nil {
		return err
	}
	if d.totals, err = d.tx.TemplateTotals(d.shop.ID, templates); err != nil {
		return err
	}
	if err := d.tx.LockTemplates(d.shop.ID, d.contested(templates)); err != nil {
		return err
	}
	if err := d.tx.LockCodes(d.shop.ID, limited); err != nil {
		return err
	}
	if d.totals, err = d.tx.TemplateTotals(d.shop.ID, templates); err != nil {
		return err
	}
	if d.codes, err = d.tx.CodesByID(d.shop.ID, ids); err != nil {
		return err
	}
	if d.rows, err = d.tx.TemplatesByID(d.shop.ID, templates); err != nil {
		return err
	}
	if d.barred, err = d.p.barredCodes(d.tx, d.shop.ID, d.codes); err != nil {
		return err
	}
	return d.readPersons(found)
}

// contested are templates with a limit over all their codes, or for each person.
func (d *voucherDesk) contested(templates []loyalty.ID) []loyalty.ID {
	limited := map[loyalty.ID]bool{}
	for key, t := range d.docs {
		limited[key.ID] = limited[key.ID] || t.Limits.PerPerson > 0 || t.Who.NewOnly
	}
	return slices.DeleteFunc(slices.Clone(templates), func(id loyalty.ID) bool {
		return !limited[id] && d.totals[id].MaxUses == 0 && d.totals[id].BudgetMinor == 0
	})
}

func (d *voucherDesk) readPersons(found saleCodes) (err error) {
	asked, people := map[store.PersonTemplate]bool{}, map[string]bool{}
	for _, w := range d.sales {
		person := string(d.personOf(w))
		if person == "" {
			continue
		}
		for _, id := range d.touchedBy(w, found) {
			asked[store.PersonTemplate{TemplateID: d.codes[id].TemplateID, PersonKey: person}] = true
			people[person] = true
		}
	}
	keys := slices.SortedFunc(maps.Keys(asked), func(a, b store.PersonTemplate) int {
		return cmp.Or(cmp.Compare(a.TemplateID, b.TemplateID), cmp.Compare(a.PersonKey, b.PersonKey))
	})
	if d.persons, err = d.tx.VoucherPersons(d.shop.ID, keys); err != nil {
		return err
	}
	persons := slices.Sorted(maps.Keys(people))
	if d.claims, err = d.tx.NewCustomerClaims(d.shop.ID, persons); err != nil {
		return err
	}
	d.bought, err = d.tx.FirstOrders(d.shop.ID, persons)
	return err
}

// personOf is who bought: one person whatever the variant of the address (G12). A
// guest without an address has none.
func (d *voucherDesk) personOf(w *bookedSale) []byte {
	if m := d.people.byID[w.row.MemberID]; m != nil && len(m.PersonKey) > 0 {
		return m.PersonKey
	}
	if key := d.p.personKey(w.sale.Contact.Email); key != nil {
		return key
	}
	if w.row.MemberID != 0 {
		return d.p.keyedHash("member:" + w.row.MemberID.String())
	}
	return nil
}

// minorsOf are the templates' codes that an order carries, with the discount of each.
func (d *voucherDesk) minorsOf(w *bookedSale, found saleCodes) map[loyalty.ID]int64 {
	minors := map[loyalty.ID]int64{}
	for _, c := range w.sale.Codes {
		if code, ours := found.folded[voucher.Fold(c.Code)]; ours && code.TemplateID != 0 {
			minors[code.ID] += c.Minor
		}
	}
	return minors
}

// touchedBy are the codes that an order carries or carried, in the order in which
// their discounts are taken off.
func (d *voucherDesk) touchedBy(w *bookedSale, found saleCodes) []loyalty.ID {
	ids := slices.Collect(maps.Keys(d.minorsOf(w, found)))
	for _, u := range found.uses[w.sale.Key] {
		if u.TemplateID != 0 && !slices.Contains(ids, u.CodeID) {
			ids = append(ids, u.CodeID)
		}
	}
	slices.SortFunc(ids, func(a, b loyalty.ID) int {
		return cmp.Or(cmp.Compare(d.templateOf(d.codes[a]).Stack.Rank, d.templateOf(d.codes[b]).Stack.Rank), cmp.Compare(a, b))
	})
	return ids
}

func (d *voucherDesk) templateOf(c store.Code) voucher.Template {
	return valueOf(d.docs[store.TemplateKey{ID: c.TemplateID, Version: c.TemplateVersion}], c)
}

// valueOf is the template with what the code itself is worth: the rest of another
// one is worth less.
func valueOf(t voucher.Template, c store.Code) voucher.Template {
	if t.Kind == voucher.Absolute && c.Spec.Minor > 0 {
		t.Minor = c.Spec.Minor
	}
	return t
}

func (d *voucherDesk) settle(w *bookedSale, found saleCodes) error {
	minors, classes := d.minorsOf(w, found), []voucher.AppliedCode(nil)
	standing := map[loyalty.ID]store.CodeUse{}
	for _, u := range found.uses[w.sale.Key] {
		standing[u.CodeID] = u
	}
	gone, err := d.takenBack(w)
	if err != nil {
		return err
	}
	for _, id := range d.touchedBy(w, found) {
		minor, carried := minors[id]
		was, known := standing[id]
		now := was
		if !known {
			now = store.CodeUse{CodeID: id, SaleKey: w.sale.Key, MemberID: w.row.MemberID, UsedAt: w.sale.PlacedAt, PersonKey: d.personOf(w),
				TemplateID: d.codes[id].TemplateID, IssuerID: d.codes[id].IssuerID}
		}
		live := carried && !gone
		switch {
		case live && (was.State == "" || was.State == store.UseReturned):
			now.Minor = minor
			d.take(w, &now, classes)
		case live && was.State == store.UseCounts:
			d.adjust(w, &now, minor)
		case !live && was.State == store.UseCounts:
			d.giveBack(&now)
		case !live:
			now.State = store.UseReturned
		}
		if carried {
			classes = append(classes, voucher.AppliedCode{Code: d.codes[id].Code, Class: d.templateOf(d.codes[id]).Stack.Class})
		}
		d.note(known, was, now)
		d.touched = append(d.touched, VoucherUse{Sale: &w.sale, Use: now, Code: d.codes[id], Buyer: d.people.byID[w.row.MemberID]})
	}
	return nil
}

// takenBack says whether the order no longer counts: cancelled, or paid back in
// full unless the plan keeps what was redeemed (B12).
func (d *voucherDesk) takenBack(w *bookedSale) (bool, error) {
	if w.sale.Status == earning.SaleCancelled {
		return true, nil
	}
	if w.row.Refunded < w.sale.Total || w.sale.Total <= 0 {
		return false, nil
	}
	if w.row.PlanVersion <= 0 {
		return true, nil
	}
	plan, err := d.plans.version(w.row.PlanVersion)
	return !plan.Doc.Refunds.KeepUsedPoints, err
}

// note writes a use at the end of the batch if it changed.
func (d *voucherDesk) note(known bool, was, now store.CodeUse) {
	if known && was.State == now.State && was.Minor == now.Minor && was.Flag == now.Flag {
		return
	}
	if known {
		d.dropped = append(d.dropped, store.UseKey{CodeID: now.CodeID, SaleKey: now.SaleKey})
	}
	d.written = append(d.written, now)
}

// take decides about a use that the order brings, and counts it where it may be counted.
func (d *voucherDesk) take(w *bookedSale, use *store.CodeUse, others []voucher.AppliedCode) {
	code := d.codes[use.CodeID]
	t := d.templateOf(code)
	cart := orderCart(w.sale, t, use.Minor)
	decision := voucher.Decide(forOrders(t, d.totals[code.TemplateID], w.sale).Without(d.off), d.standing(code), withCodes(cart, others), d.person(w, use), voucher.Moment{At: w.sale.PlacedAt, Zone: d.zone})
	why := d.full(code, t, use, decision.Why)
	doc := UseDoc{OK: len(why) == 0, Why: why, Notes: decision.Notes, Decided: decision.Minor, Given: use.Minor, VATMode: cmp.Or(t.VAT.Mode, voucher.VATSplit), Bearer: cmp.Or(t.Bearer, voucher.ByCompany)}
	given := voucher.Decide(asGiven(t, use.Minor), voucher.Standing{}, cart, voucher.Person{}, voucher.Moment{At: w.sale.PlacedAt, Zone: d.zone})
	doc.Lines, doc.Shipping, doc.VAT = given.Lines, given.Shipping, given.VAT
	use.State, use.Flag = store.UseCounts, ""
	for _, r := range why {
		use.Flag = cmp.Or(use.Flag, r.Code)
		if uncounted[r.Code] {
			use.State, use.Flag = store.UseExtra, r.Code
			break
		}
	}
	if use.State == store.UseCounts {
		d.count(use, code, t)
		d.rest(w, use, code, t, &doc)
	}
	use.Doc = jsonOf(doc)
	if use.Flag != "" {
		d.flag(use)
	}
}

// full adds what only the discount that was really given shows: a budget that it would exceed.
func (d *voucherDesk) full(code store.Code, t voucher.Template, use *store.CodeUse, why []voucher.Reason) []voucher.Reason {
	total := d.totals[code.TemplateID]
	has := func(reason string) bool {
		return slices.ContainsFunc(why, func(r voucher.Reason) bool { return r.Code == reason })
	}
	if code.MaxUses > 0 && code.Uses >= code.MaxUses && !has(voucher.ReasonUsedUp) {
		why = append(why, voucher.Reason{Code: voucher.ReasonUsedUp, Need: code.MaxUses, Have: code.Uses, Unit: voucher.UnitCount})
	}
	if total.MaxUses > 0 && total.Uses >= total.MaxUses && !has(voucher.ReasonSoldOut) {
		why = append(why, voucher.Reason{Code: voucher.ReasonSoldOut, Need: total.MaxUses, Have: total.Uses, Unit: voucher.UnitCount})
	}
	if total.BudgetMinor > 0 && total.Minor+use.Minor > total.BudgetMinor && !has(voucher.ReasonBudget) {
		why = append(why, voucher.Reason{Code: voucher.ReasonBudget, Need: use.Minor, Have: total.BudgetMinor - total.Minor, Unit: voucher.UnitMinor})
	}
	if len(use.PersonKey) == 0 && (t.Limits.PerPerson > 0 || t.Who.NewOnly) {
		why = append(why, voucher.Reason{Code: voucher.ReasonLogIn, Params: map[string]string{"for": "per_person"}})
	}
	return why
}

// standing is where the code stands without this order. The order proves that the
// host has the code, so one that we still believe to be on its way is active.
func (d *voucherDesk) standing(c store.Code) voucher.Standing {
	total, state := d.totals[c.TemplateID], d.rows[c.TemplateID].State
	if d.barred[c.ID] {
		state = voucher.TemplatePaused
	}
	return voucher.Standing{Template: state, State: c.State, Uses: c.Uses, MaxUses: c.MaxUses, TotalUses: total.Uses, SpentMinor: total.Minor,
		Holder: c.MemberID, Issuer: c.IssuerID, IssuedAt: c.CreatedAt, EndsAt: c.ExpiresAt}
}

// person is what we know of the buyer without this order.
func (d *voucherDesk) person(w *bookedSale, use *store.CodeUse) voucher.Person {
	p := voucher.Person{Known: w.row.MemberID != 0 || len(use.PersonKey) > 0, Type: loyalty.NewCustomer}
	if m := d.people.byID[w.row.MemberID]; m != nil {
		p = personOfMember(*m)
		p.Blocked, p.Type = false, loyalty.NewCustomer // the order was taken: nothing is refused by a block any more
		if m.FirstOrderAt != 0 && m.FirstOrderAt < w.sale.PlacedAt {
			p.Type = loyalty.Customer
		}
	}
	person := string(use.PersonKey)
	if first := d.bought[person]; first != 0 && first < w.sale.PlacedAt {
		p.Type = loyalty.Customer
	}
	claim, held := d.claims[person]
	p.UsedNewCustomer = held && claim.SaleKey != w.sale.Key
	p.UsesOfTemplate = int64(len(d.persons[store.PersonTemplate{TemplateID: use.TemplateID, PersonKey: person}]))
	return p
}

// count takes the use from the code, the template, the person and, for a
// new-customer voucher, makes the person's one claim.
func (d *voucherDesk) count(use *store.CodeUse, code store.Code, t voucher.Template) {
	d.move(use.CodeID, 1, use.Minor)
	if len(use.PersonKey) == 0 {
		return
	}
	key := store.PersonTemplate{TemplateID: use.TemplateID, PersonKey: string(use.PersonKey)}
	number := int64(d.p.IDs.Next())
	if t.Limits.PerPerson > 0 {
		number = freeNumber(d.persons[key])
	}
	row := store.VoucherPerson{TemplateID: use.TemplateID, PersonKey: use.PersonKey, Number: number, CodeID: code.ID, SaleKey: use.SaleKey}
	d.persons[key] = append(d.persons[key], row)
	d.numbered = append(d.numbered, row)
	if _, held := d.claims[key.PersonKey]; t.Who.NewOnly && !held {
		claim := store.NewCustomerClaim{PersonKey: use.PersonKey, CodeID: code.ID, SaleKey: use.SaleKey, State: store.ClaimHeld, At: d.now}
		d.claims[key.PersonKey] = claim
		d.claimed = append(d.claimed, claim)
	}
}

// move changes the counters of a code and its template in memory; they are written at the end.
func (d *voucherDesk) move(id loyalty.ID, uses, minor int64) {
	code := d.codes[id]
	code.Uses += uses
	d.uses[id] += uses
	switch {
	case code.MaxUses > 0 && code.Uses >= code.MaxUses && (code.State == voucher.Active || code.State == voucher.Pending):
		d.states[id] = voucher.Used
	case code.Uses < code.MaxUses && code.State == voucher.Used:
		d.states[id] = voucher.Active
	default:
		delete(d.states, id)
	}
	d.codes[id] = code
	total := d.totals[code.TemplateID]
	total.Uses, total.Minor = total.Uses+uses, total.Minor+minor
	d.totals[code.TemplateID] = total
	sum := d.moves[code.TemplateID]
	d.moves[code.TemplateID] = store.CounterMove{Uses: sum.Uses + uses, Minor: sum.Minor + minor}
}

// adjust follows an order whose discount was changed, as far as the budget allows.
func (d *voucherDesk) adjust(w *bookedSale, use *store.CodeUse, minor int64) {
	more, total := minor-use.Minor, d.totals[use.TemplateID]
	if more == 0 {
		return
	}
	if more > 0 && total.BudgetMinor > 0 && total.Minor+more > total.BudgetMinor {
		if use.Flag == "" {
			use.Flag = voucher.ReasonBudget
			d.flag(use)
		}
		return
	}
	use.Minor = minor
	d.move(use.CodeID, 0, more)
	var doc UseDoc
	if json.Unmarshal(use.Doc, &doc) == nil {
		t := d.templateOf(d.codes[use.CodeID])
		given := voucher.Decide(asGiven(t, minor), voucher.Standing{}, orderCart(w.sale, t, minor), voucher.Person{}, voucher.Moment{At: w.sale.PlacedAt, Zone: d.zone})
		doc.Given, doc.Lines, doc.Shipping, doc.VAT = minor, given.Lines, given.Shipping, given.VAT
		use.Doc = jsonOf(doc)
	}
}

// rest makes a new code of what the order could not use up, if the voucher says so.
func (d *voucherDesk) rest(w *bookedSale, use *store.CodeUse, code store.Code, t voucher.Template, doc *UseDoc) {
	if t.Kind != voucher.Absolute || use.Minor >= t.Minor {
		return
	}
	doc.Rest = t.Minor - use.Minor
	if t.Rest != voucher.RestNewCode {
		return
	}
	rest, err := d.p.restCode(d.shop, w.row.MemberID, code, t.Without(d.off), doc.Rest)
	if err != nil {
		d.p.Log.Error("no code for the rest of a voucher", "shop", d.shop.ID, "code", code.ID, "err", err)
		return
	}
	doc.RestCode = rest.ID
	d.rests = append(d.rests, rest)
}

func (d *voucherDesk) flag(use *store.CodeUse) {
	d.notes = append(d.notes, store.AuditRow{ID: d.p.IDs.Next(), Actor: ledger.ActorSystem, Action: "voucher.flagged", Subject: "code:" + use.CodeID.String(),
		After: jsonOf(map[string]string{"sale": use.SaleKey, "flag": use.Flag, "counted": string(use.State)}), At: d.now})
}
