package program

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"zugabe/app/loyalty"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// CodeCard is a code with what a list says of it.
type CodeCard struct {
	Code    store.Code
	Voucher string // its name
	Holder  string // FOR whom, "" = anybody
	Issuer  string // FROM whom, "" = the shop
}

// Codes pages through the codes of vouchers; text searches by the beginning of the
// code, or by e-mail address or customer id of the member it is for.
func (p *Program) Codes(ctx context.Context, shop loyalty.Shop, text string, l store.CodeList) (list []CodeCard, err error) {
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		list = nil
		if text = strings.TrimSpace(text); strings.Contains(text, "@") && l.MemberID == 0 {
			members, err := tx.SearchMembers(shop.ID, text, store.MemberList{Limit: 1})
			if err != nil || len(members) == 0 {
				return err
			}
			l.MemberID, text = members[0].ID, ""
		}
		if l.Prefix = voucher.Fold(text); l.Prefix != "" && l.Before != 0 {
			last, _, err := tx.CodeByID(shop.ID, l.Before)
			if err != nil {
				return err
			}
			l.After = last.Folded
		}
		codes, err := tx.Codes(shop.ID, l)
		if err != nil {
			return err
		}
		list, err = p.codeCards(tx, shop.ID, codes)
		return err
	})
	return list, err
}

// CodeCards names the voucher and the people of codes.
func (p *Program) CodeCards(ctx context.Context, shop loyalty.Shop, codes []store.Code) (list []CodeCard, err error) {
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		list, err = p.codeCards(tx, shop.ID, codes)
		return err
	})
	return list, err
}

func (p *Program) codeCards(tx *store.Tx, shop loyalty.ShopID, codes []store.Code) ([]CodeCard, error) {
	var templates, people []loyalty.ID
	for _, c := range codes {
		templates = append(templates, c.TemplateID)
		people = append(people, c.MemberID, c.IssuerID)
	}
	rows, err := tx.TemplatesByID(shop, templates)
	if err != nil {
		return nil, err
	}
	members, err := tx.MembersByID(shop, people)
	if err != nil {
		return nil, err
	}
	list := make([]CodeCard, len(codes))
	for i, c := range codes {
		list[i] = CodeCard{Code: c, Voucher: rows[c.TemplateID].Name, Holder: calledBy(members[c.MemberID]), Issuer: calledBy(members[c.IssuerID])}
	}
	return list, nil
}

// calledBy is a person as staff know them: a name, else the address.
func calledBy(m loyalty.Member) string {
	if name := strings.TrimSpace(m.FirstName + " " + m.LastName); name != "" {
		return name
	}
	return m.Email
}

// CodeDetail is a code with everything that happened to it.
type CodeDetail struct {
	CodeCard
	Doc   voucher.Template // the version it was made with
	Row   store.TemplateRow
	Uses  []store.CodeUse
	Deeds []store.AuditRow
	Steps []BatchStep // of the batch that it is of, as far as they were about it
	Reads []CodeRead  // files whose reading in let it work, or no longer
}

// BatchStep is something that was done with a code through its batch.
type BatchStep struct {
	store.BatchMove
	Partner string // who it was handed out to; "" = it came back into stock
}

// CodeRead is a file that was read in and let a printed code work, or whose reading in
// was taken back.
type CodeRead struct {
	ImportID loyalty.ID
	FileName string
	Actor    string
	At       int64 // Unix ms
	Undone   bool
}

// mostUsesShown bounds what one page says of a standing code.
const mostUsesShown = 100

// Code reads one code of a voucher with its uses and its timeline, newest first.
func (p *Program) Code(ctx context.Context, shop loyalty.Shop, id loyalty.ID) (d CodeDetail, err error) {
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		c, found, err := tx.CodeByID(shop.ID, id)
		if err != nil || !found || c.TemplateID == 0 {
			return orMissing(err, "code")
		}
		cards, err := p.codeCards(tx, shop.ID, []store.Code{c})
		if err != nil {
			return err
		}
		d.CodeCard = cards[0]
		key := store.TemplateKey{ID: c.TemplateID, Version: c.TemplateVersion}
		docs, err := p.templateDocs(tx, shop.ID, []store.TemplateKey{key})
		if err != nil {
			return err
		}
		d.Doc = valueOf(docs[key], c)
		rows, err := tx.TemplatesByID(shop.ID, []loyalty.ID{c.TemplateID})
		if err != nil {
			return err
		}
		d.Row = rows[c.TemplateID]
		if d.Uses, err = tx.UsesOfCode(shop.ID, id, mostUsesShown); err != nil {
			return err
		}
		if d.Deeds, err = tx.AuditOf(shop.ID, CodeSubject(id), 0, mostUsesShown); err != nil {
			return err
		}
		if d.Reads, err = codeReads(tx, shop.ID, c); err != nil {
			return err
		}
		d.Steps, err = batchSteps(tx, shop.ID, c)
		return err
	})
	return d, err
}

// codeReads are the readings in that were about a code of a printed batch.
func codeReads(tx *store.Tx, shop loyalty.ShopID, c store.Code) (reads []CodeRead, err error) {
	if c.BatchID == 0 {
		return nil, nil
	}
	activations, err := tx.ActivationsOf(shop, c.ID)
	if err != nil {
		return nil, err
	}
	for _, a := range activations {
		r := CodeRead{ImportID: a.ImportID, FileName: a.FileName, Actor: a.Actor, At: a.At}
		if reads = append(reads, r); a.UndoneAt == 0 {
			continue
		}
		r.At, r.Undone = a.UndoneAt, true
		deeds, err := tx.AuditOf(shop, ImportSubject(a.ImportID), 0, mostUsesShown)
		if err != nil {
			return nil, err
		}
		for _, d := range deeds {
			if d.Action == importUndoing {
				r.Actor = d.Actor
			}
		}
		reads = append(reads, r)
	}
	return reads, nil
}

// batchBegan is what was done with a batch as it was made: handed out, and activated.
func batchBegan(tx *store.Tx, shop loyalty.ShopID, id loyalty.ID) (moves []store.BatchMove, err error) {
	b, found, err := tx.BatchByID(shop, id)
	if err != nil || !found {
		return nil, err
	}
	work, found, err := tx.ImportByID(shop, b.ImportID)
	if err != nil || !found || work.Kind != store.ImportBatch {
		return nil, err
	}
	var o batchOptions
	if err := json.Unmarshal(work.Options, &o); err != nil {
		return nil, err
	}
	if o.Partner != 0 {
		moves = append(moves, store.BatchMove{Kind: store.ImportHandout, PartnerID: o.Partner, Actor: work.CreatedBy, At: work.CreatedAt})
	}
	if o.Active {
		moves = append(moves, store.BatchMove{Kind: store.ImportActivate, Actor: work.CreatedBy, At: work.CreatedAt})
	}
	return moves, nil
}

// batchSteps are the newest moves of a code's batch that reached it, newest first:
// what was blocked is not activated any more.
func batchSteps(tx *store.Tx, shop loyalty.ShopID, c store.Code) (steps []BatchStep, err error) {
	if c.BatchID == 0 {
		return nil, nil
	}
	moves, err := batchBegan(tx, shop, c.BatchID)
	if err != nil {
		return nil, err
	}
	later, err := tx.BatchMoves(shop, []loyalty.ID{c.BatchID})
	if err != nil {
		return nil, err
	}
	moves = append(moves, later...)
	var partners []loyalty.ID
	blocked := false
	for _, m := range moves {
		if !m.Covers(c.Folded) || blocked && m.Kind != store.ImportHandout {
			continue
		}
		blocked = blocked || m.Kind == store.ImportBlock
		steps, partners = append(steps, BatchStep{BatchMove: m}), append(partners, m.PartnerID)
	}
	slices.Reverse(steps)
	steps = steps[:min(len(steps), mostUsesShown)]
	members, err := tx.MembersByID(shop, distinctIDs(partners))
	for i := range steps {
		steps[i].Partner = calledBy(members[steps[i].PartnerID])
	}
	return steps, err
}

// MemberCodes are the codes of one address: made FOR the member, made BY the member
// as a partner, and used by the member (S0-23).
type MemberCodes struct {
	For  []CodeCard
	From []CodeCard
	Used []store.CodeUse
}

// CodesOf lists the newest codes of one member.
func (p *Program) CodesOf(ctx context.Context, shop loyalty.Shop, member loyalty.ID) (m MemberCodes, err error) {
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		if _, found, err := tx.MemberByID(shop.ID, member); err != nil || !found {
			return orMissing(err, "member")
		}
		for _, side := range []struct {
			list store.CodeList
			into *[]CodeCard
		}{{store.CodeList{MemberID: member}, &m.For}, {store.CodeList{IssuerID: member}, &m.From}} {
			side.list.Limit = mostUsesShown
			codes, err := tx.Codes(shop.ID, side.list)
			if err != nil {
				return err
			}
			if *side.into, err = p.codeCards(tx, shop.ID, codes); err != nil {
				return err
			}
		}
		m.Used, err = tx.UsesOfMember(shop.ID, store.UseList{MemberID: member, Limit: mostUsesShown})
		return err
	})
	return m, err
}

// UsedCode is a voucher's code in an order.
type UsedCode struct {
	Use    store.CodeUse
	Card   CodeCard
	Number string // of the order, as people know it
}

// CodesUsedBy pages through the vouchers' codes that a member used, newest first (S0-23).
func (p *Program) CodesUsedBy(ctx context.Context, shop loyalty.Shop, l store.UseList) (list []UsedCode, err error) {
	l.Vouchers = true
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		if _, found, err := tx.MemberByID(shop.ID, l.MemberID); err != nil || !found {
			return orMissing(err, "member")
		}
		uses, err := tx.UsesOfMember(shop.ID, l)
		if err != nil {
			return err
		}
		ids, keys := make([]loyalty.ID, len(uses)), make([]string, len(uses))
		for i, u := range uses {
			ids[i], keys[i] = u.CodeID, u.SaleKey
		}
		codes, err := tx.CodesByID(shop.ID, ids)
		if err != nil {
			return err
		}
		sales, err := tx.SalesByKey(shop.ID, keys)
		if err != nil {
			return err
		}
		all := make([]store.Code, len(uses))
		for i, u := range uses {
			all[i] = codes[u.CodeID]
		}
		cards, err := p.codeCards(tx, shop.ID, all)
		if err != nil {
			return err
		}
		list = make([]UsedCode, len(uses))
		for i, u := range uses {
			list[i] = UsedCode{Use: u, Card: cards[i], Number: sales[u.SaleKey].Number}
		}
		return nil
	})
	return list, err
}

// VoucherFigures are a voucher's codes by state, and the newest orders that the host
// let pass against a condition.
type VoucherFigures struct {
	Codes   []store.CodeCount
	Flagged []store.CodeUse
	Edited  VoucherEdits
}

// VoucherEdits are what somebody changed of a voucher's discounts in the host's own
// pages, and nobody has put right.
type VoucherEdits struct {
	At     int64    // Unix ms at which it was noticed; 0 = nothing
	Fields []string // paths of the template
}

const flaggedShown = 20

// VoucherFigures counts a voucher's codes and lists flagged uses, newest first.
func (p *Program) VoucherFigures(ctx context.Context, shop loyalty.Shop, id loyalty.ID) (f VoucherFigures, err error) {
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		if f.Codes, err = tx.CountCodes(shop.ID, id); err != nil {
			return err
		}
		if f.Flagged, err = tx.FlaggedUses(shop.ID, id, flaggedShown); err != nil {
			return err
		}
		f.Edited, err = voucherEdits(tx, shop.ID, id)
		return err
	})
	return f, err
}

func voucherEdits(tx *store.Tx, shop loyalty.ShopID, id loyalty.ID) (e VoucherEdits, err error) {
	list, err := tx.HostDiscountsOf(shop, id)
	if err != nil || !slices.ContainsFunc(list, func(d store.HostDiscount) bool { return d.State == store.HostDiscountEdited }) {
		return e, err
	}
	deeds, err := tx.AuditOf(shop, TemplateSubject(id), 0, mostUsesShown)
	for _, d := range deeds {
		if d.Action == voucherEdited {
			return VoucherEdits{At: d.At, Fields: strings.Fields(d.Reason)}, nil
		}
	}
	return e, err
}

// TellAgain has the host told once more what a voucher's discounts are, over what
// somebody made of them there.
func (p *Program) TellAgain(ctx context.Context, actor string, shop loyalty.Shop, id loyalty.ID) error {
	return p.Store.Write(ctx, func(tx *store.Tx) error {
		if _, err := p.voucherByID(tx, shop.ID, id); err != nil {
			return err
		}
		if err := p.oweWindow(tx, shop.ID, id); err != nil {
			return err
		}
		return p.audit(tx, shop.ID, deed{by: actor, did: "voucher.told", to: TemplateSubject(id)})
	})
}
