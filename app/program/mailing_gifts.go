package program

import (
	"context"
	"encoding/json"
	"slices"

	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// giftPage makes codes for the next people on the newsletter's list and notes whose
// each is. Who has one already keeps it.
func (w *importWork) giftPage(tx *store.Tx) (by store.ImportCounts, after string, err error) {
	before, err := w.afterID()
	if err != nil {
		return by, "", err
	}
	rows, err := tx.ListSignups(w.shop.ID, store.SignupsQuery{State: store.SignupConfirmed, Before: before, Limit: mailingPart})
	if err != nil || len(rows) == 0 {
		return by, "", err
	}
	has, err := w.giftsBefore(tx, rows)
	if err != nil {
		return by, "", err
	}
	var to []store.Signup
	for _, s := range rows {
		if has[s.ID] == 0 {
			to = append(to, s)
		}
	}
	given, err := w.give(tx, to)
	if err != nil {
		return by, "", err
	}
	lines := make([]ImportLine, len(rows))
	for i, s := range rows {
		lines[i] = ImportLine{Line: i + 1, Cells: []string{s.ID.String()}, State: LineOK, Code: given[s.ID]}
		if has[s.ID] != 0 {
			lines[i].State, lines[i].Code = LineDuplicate, has[s.ID]
		}
	}
	by.OK, by.Duplicates = int64(len(to)), int64(len(rows)-len(to))
	part := store.ImportPart{Part: w.NextPart, Lines: int64(len(rows)), ImportCounts: by, Body: jsonOf(lines)}
	return by, rows[len(rows)-1].ID.String(), tx.AddImportPart(w.shop.ID, w.ID, part)
}

// giftsBefore are the codes of the voucher that readers keep, by sign-up.
func (w *importWork) giftsBefore(tx *store.Tx, rows []store.Signup) (map[loyalty.ID]loyalty.ID, error) {
	var options mailingOptions
	if err := json.Unmarshal(w.Options, &options); err != nil || options.Again {
		return nil, err
	}
	ids := make([]loyalty.ID, len(rows))
	for i, s := range rows {
		ids[i] = s.ID
	}
	return tx.GiftCodes(w.shop.ID, w.TemplateID, ids)
}

// give makes an own code for each reader, and notes who has which.
func (w *importWork) give(tx *store.Tx, to []store.Signup) (map[loyalty.ID]loyalty.ID, error) {
	if len(to) == 0 {
		return nil, nil
	}
	var keys [][]byte
	for _, s := range to {
		keys = append(keys, s.PersonKey)
	}
	members, err := tx.MembersByPerson(w.shop.ID, keys)
	if err != nil {
		return nil, err
	}
	holders := make([]loyalty.ID, len(to))
	for i, s := range to {
		for _, m := range members[string(s.PersonKey)] {
			if m.State == loyalty.MemberActive {
				holders[i] = m.ID
				break
			}
		}
	}
	codes, err := w.codesFor(tx, holders)
	if err != nil {
		return nil, err
	}
	given := make(map[loyalty.ID]loyalty.ID, len(to))
	for i, s := range to {
		given[s.ID] = codes[i].ID
	}
	return given, tx.SaveGiftCodes(w.shop.ID, w.TemplateID, given)
}

// Gift is somebody on the newsletter's list with the own code.
type Gift struct {
	Email, Locale, Code, Link string
	EndsAt                    int64 // Unix ms; 0 = never
}

// EachGift reads who got or kept which code, but for those who have left the list since
// and for kept ones that are used or over, and
// notes that somebody took them out (J12). CodeConflict when the list was forgotten.
func (p *Program) EachGift(ctx context.Context, actor string, shop loyalty.Shop, id loyalty.ID, each func(Gift)) error {
	var parts []store.ImportPart
	var home string
	err := p.Store.Read(ctx, func(tx *store.Tx) error {
		i, err := importByID(tx, shop.ID, id, store.ImportGifts)
		if err != nil {
			return err
		}
		if parts, err = tx.ImportPartCounts(shop.ID, id); err != nil {
			return err
		}
		if len(parts) == 0 && i.OK+i.Duplicates > 0 {
			return loyalty.Refuse(loyalty.CodeConflict, "who got which code is no longer kept").With("reason", "forgotten")
		}
		home, err = p.ShopURL(tx, shop)
		return err
	})
	if err != nil {
		return err
	}
	n := 0
	for _, part := range parts {
		err := p.Store.Read(ctx, func(tx *store.Tx) error {
			list, err := p.giftsOf(tx, shop.ID, id, part.Part)
			for _, g := range list {
				g.Link = discountLink(home, g.Code)
				each(g)
			}
			n += len(list)
			return err
		})
		if err != nil {
			return err
		}
	}
	return p.Store.Write(ctx, func(tx *store.Tx) error {
		return p.audit(tx, shop.ID, deed{by: actor, did: "newsletter.exported", to: MailingSubject(id), after: map[string]any{"rows": n}})
	})
}

func (p *Program) giftsOf(tx *store.Tx, shop loyalty.ShopID, id loyalty.ID, number int64) (list []Gift, err error) {
	part, err := tx.ImportPart(shop, id, number)
	if err != nil {
		return nil, err
	}
	var lines []ImportLine
	if err := json.Unmarshal(part.Body, &lines); err != nil {
		return nil, err
	}
	codes := make([]loyalty.ID, len(lines))
	for i, l := range lines {
		codes[i] = l.Code
	}
	made, err := tx.CodesByID(shop, codes)
	if err != nil {
		return nil, err
	}
	for _, l := range lines {
		signup, err := loyalty.ParseID(l.Cells[0])
		if err != nil {
			return nil, err
		}
		s, found, err := tx.SignupByID(shop, signup)
		if err != nil {
			return nil, err
		}
		c, has := made[l.Code]
		if l.State == LineDuplicate && !c.Good(p.now()) {
			continue // kept from an earlier time, and used or over since
		}
		if has && found && s.State == store.SignupConfirmed {
			list = append(list, Gift{Email: s.Email, Locale: s.Locale, Code: c.Code, EndsAt: c.ExpiresAt})
		}
	}
	return list, nil
}

// Mailings lists such work of a kind, newest first below an id.
func (p *Program) Mailings(ctx context.Context, shop loyalty.Shop, kind store.ImportKind, before loyalty.ID, limit int) (list []Mailing, err error) {
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Imports(shop.ID, kind, before, limit)
		if err == nil {
			list, err = mailingsOf(tx, shop.ID, rows)
		}
		return err
	})
	return list, err
}

func mailingsOf(tx *store.Tx, shop loyalty.ShopID, rows []store.Import) ([]Mailing, error) {
	var ids []loyalty.ID
	for _, i := range rows {
		ids = append(ids, i.TemplateID)
	}
	vouchers, err := tx.TemplatesByID(shop, ids)
	list := make([]Mailing, len(rows))
	for n, i := range rows {
		list[n] = Mailing{i, vouchers[i.TemplateID].Name}
	}
	return list, err
}

// MailingOf reads one, and how far it is.
func (p *Program) MailingOf(ctx context.Context, shop loyalty.Shop, id loyalty.ID) (m Mailing, err error) {
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		i, found, err := tx.ImportByID(shop.ID, id)
		if err != nil || !found || !slices.Contains(mailingKinds, i.Kind) {
			return orMissing(err, "mailing")
		}
		list, err := mailingsOf(tx, shop.ID, []store.Import{i})
		if err == nil {
			m = list[0]
		}
		return err
	})
	return m, err
}

// CancelMailing stops one that is under way. Mails that are owed already go out, and
// codes that were made stay.
func (p *Program) CancelMailing(ctx context.Context, actor string, shop loyalty.Shop, id loyalty.ID) (Mailing, error) {
	if _, err := p.MailingOf(ctx, shop, id); err != nil {
		return Mailing{}, err
	}
	if _, err := p.CancelImport(ctx, actor, shop, id); err != nil {
		return Mailing{}, err
	}
	return p.MailingOf(ctx, shop, id)
}
