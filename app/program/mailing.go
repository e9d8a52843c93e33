package program

import (
	"context"
	"encoding/hex"
	"strings"
	"unicode/utf8"

	"zugabe/app/loyalty"
	"zugabe/app/mail"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// Mailing is work that reaches many people, each once: mails to those who registered
// and never bought, or an own code for each reader of the newsletter. It goes on
// without the page that began it, and after a process that vanished.
type Mailing struct {
	Row     store.Import
	Voucher string
}

// NewMailing says what people get.
type NewMailing struct {
	Template loyalty.ID // 0 = a mail without a voucher
	Name     string     // nobody gets two mails of one name
	Again    bool       // of codes: one more for readers who have one of the voucher
}

// mailingOptions are stored with the work.
type mailingOptions struct {
	Again bool `json:"again,omitempty"`
}

// MailingSubject is what the audit log calls such work.
func MailingSubject(id loyalty.ID) string { return "mailing:" + id.String() }

var mailingKinds = []store.ImportKind{store.ImportMailing, store.ImportGifts}

// mailingPart is how many people one transaction does.
const mailingPart = 50

// MailRegisteredOnly begins to owe each of them who agreed to advertising one mail of a
// name, with an own code of a voucher if one is named (S0-45). It can be repeated under
// the same name: nobody gets two, and who came since gets one.
func (p *Program) MailRegisteredOnly(ctx context.Context, actor string, shop loyalty.Shop, n NewMailing) (Mailing, error) {
	return p.beginMailing(ctx, actor, shop, store.ImportMailing, n)
}

// GiveSubscribers begins to make an own code for everybody on the newsletter's list:
// what a newsletter tool puts into its own mail (S2-03). Readers who have a code of the
// voucher keep that one, unless they are to get one more.
func (p *Program) GiveSubscribers(ctx context.Context, actor string, shop loyalty.Shop, n NewMailing) (Mailing, error) {
	if n.Template == 0 {
		return Mailing{}, loyalty.Invalid("template", "must be a voucher")
	}
	return p.beginMailing(ctx, actor, shop, store.ImportGifts, n)
}

func (p *Program) beginMailing(ctx context.Context, actor string, shop loyalty.Shop, kind store.ImportKind, n NewMailing) (m Mailing, err error) {
	n.Name = strings.TrimSpace(n.Name)
	if length := utf8.RuneCountInString(n.Name); length < 1 || length > 60 {
		return m, loyalty.Invalid("key", "must be 1 to 60 characters")
	}
	now := p.now()
	i := store.Import{ID: p.IDs.Next(), Kind: kind, State: store.ImportRunning, TemplateID: n.Template, FileName: n.Name, Options: jsonOf(mailingOptions{n.Again}), CreatedBy: actor, CreatedAt: now, StartedAt: now}
	err = p.Store.Write(ctx, func(tx *store.Tx) error {
		m = Mailing{}
		if err := tx.LockShop(shop.ID); err != nil { // two who begin at once: the second sees the first
			return err
		}
		if n.Template != 0 {
			v, err := p.voucherByID(tx, shop.ID, n.Template)
			if err != nil {
				return err
			}
			if v.Row.State == voucher.TemplateEnded {
				return loyalty.Refuse(loyalty.CodeConflict, "the voucher has ended").With("reason", "voucher_ended")
			}
			m.Voucher = v.Row.Name
		}
		before, err := tx.Imports(shop.ID, kind, 0, 20)
		if err != nil {
			return err
		}
		for _, other := range before {
			if other.State == store.ImportRunning {
				return loyalty.Refuse(loyalty.CodeConflict, "another one is under way").With("reason", "under_way")
			}
		}
		if i.Total, err = p.mailingSize(tx, shop.ID, kind); err != nil {
			return err
		}
		if err := tx.InsertImport(shop.ID, i); err != nil {
			return err
		}
		tx.OnCommit(func() { p.wake("imports") })
		return p.audit(tx, shop.ID, deed{by: actor, did: string(kind) + ".begun", to: MailingSubject(i.ID), after: map[string]any{"name": n.Name, "voucher": n.Template, "people": i.Total, "again": n.Again}})
	})
	m.Row = i
	return m, err
}

func (p *Program) mailingSize(tx *store.Tx, shop loyalty.ShopID, kind store.ImportKind) (int64, error) {
	if kind == store.ImportMailing {
		return tx.CountRegisteredOnly(shop)
	}
	counts, err := tx.CountSignups(shop)
	return counts[store.SignupConfirmed], err
}

// mailingStep does the next page of people, or ends the work.
func (w *importWork) mailingStep(ctx context.Context) error {
	var by store.ImportCounts
	var after string
	err := rerun(ctx, func() error {
		return w.Store.Write(ctx, func(tx *store.Tx) (err error) {
			if err := w.voucherGoesOn(tx); err != nil {
				return err
			}
			if w.Kind == store.ImportMailing {
				by, after, err = w.mailPage(tx)
			} else {
				by, after, err = w.giftPage(tx)
			}
			if err != nil || after == "" {
				return err
			}
			return w.advance(tx, by, after)
		})
	})
	if err != nil {
		return err
	}
	if after == "" {
		return w.end(ctx, store.ImportDone, "")
	}
	w.advanced(by, after)
	return nil
}

func (w *importWork) voucherGoesOn(tx *store.Tx) error {
	if w.TemplateID == 0 {
		return nil
	}
	rows, err := tx.TemplatesByID(w.shop.ID, []loyalty.ID{w.TemplateID})
	if err == nil && rows[w.TemplateID].State == voucher.TemplateEnded {
		err = loyalty.Refuse(loyalty.CodeConflict, "the voucher has ended").With("reason", "voucher_ended")
	}
	return err
}

func (w *importWork) afterID() (id loyalty.ID, err error) {
	if w.After != "" {
		id, err = loyalty.ParseID(w.After)
	}
	return id, err
}

// mailPage owes the next people their mail, in one transaction with their codes: no
// code without a mail, and no second mail for whoever has one of that name.
func (w *importWork) mailPage(tx *store.Tx) (by store.ImportCounts, after string, err error) {
	before, err := w.afterID()
	if err != nil {
		return by, "", err
	}
	rows, err := tx.RegisteredOnly(w.shop.ID, before, mailingPart)
	if err != nil || len(rows) == 0 {
		return by, "", err
	}
	consents, err := tx.Consents(w.shop.ID, idsOfMembers(rows))
	if err != nil {
		return by, "", err
	}
	var to []loyalty.Member
	asked := map[string]bool{}
	for _, m := range rows {
		what, err := w.mayMail(tx, m, consents[m.ID])
		key := w.mailKey(m)
		switch {
		case err != nil:
			return by, "", err
		case what == unwanted:
			by.Failed++
		case what == mailedBefore, asked[key]:
			by.Duplicates++
		default:
			to, asked[key] = append(to, m), true
		}
	}
	by.OK = int64(len(to))
	return by, rows[len(rows)-1].ID.String(), w.mailAll(tx, to)
}

func idsOfMembers(rows []loyalty.Member) (ids []loyalty.ID) {
	for _, m := range rows {
		ids = append(ids, m.ID)
	}
	return ids
}

type mayGet int

const (
	mailable mayGet = iota
	mailedBefore
	unwanted // no consent, no address, or none that takes mails
)

// mailKey is the same for all members who are one person.
func (w *importWork) mailKey(m loyalty.Member) string {
	who := hex.EncodeToString(w.personKey(m.Email))
	return "registered:" + w.FileName + ":" + who
}

const inviteMail = "invite"

func (w *importWork) mayMail(tx *store.Tx, m loyalty.Member, consent bool) (mayGet, error) {
	if !consent || mail.CheckAddress(m.Email) != nil {
		return unwanted, nil
	}
	known, err := tx.MailKnown(w.shop.ID, inviteMail, w.mailKey(m))
	if err != nil || known {
		return mailedBefore, err
	}
	why, err := w.suppressed(tx, w.shop.ID, m.Email, true)
	if err != nil || why != "" {
		return unwanted, err
	}
	return mailable, nil
}

func (w *importWork) mailAll(tx *store.Tx, to []loyalty.Member) error {
	home, err := w.ShopURL(tx, w.shop)
	if err != nil || len(to) == 0 {
		return err
	}
	var codes []store.Code
	if w.TemplateID != 0 {
		if codes, err = w.codesFor(tx, idsOfMembers(to)); err != nil {
			return err
		}
	}
	for i, m := range to {
		ask := MailRequest{Kind: inviteMail, Key: w.mailKey(m), To: m.Email, Locale: m.Locale, Marketing: true, Link: home}
		if codes != nil {
			ask.Code, ask.Link = codes[i].Code, discountLink(home, codes[i].Code)
			if ask.CodeNote, err = w.voucherNote(tx, w.shop.ID, w.TemplateID, languageOf(m.Locale, w.shop.Language)); err != nil {
				return err
			}
		}
		queued, err := w.QueueMail(tx, w.shop, ask)
		if err == nil && !queued {
			err = errRaced // somebody else mails under that name: decide anew
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// codesFor makes an own code for each holder; 0 = for whoever has it.
func (w *importWork) codesFor(tx *store.Tx, holders []loyalty.ID) ([]store.Code, error) {
	texts, err := w.textsFor(tx, w.shop.ID, CodeRequest{Count: len(holders)})
	if err != nil {
		return nil, err
	}
	made := make([]store.Code, len(holders))
	for i, holder := range holders {
		made[i], err = w.newTemplateCode(w.shop, w.voucher, CodeRequest{MaxUses: 1, MemberID: holder, Origin: OriginAdmin}, texts[i])
		if err != nil {
			return nil, err
		}
	}
	if err := tx.InsertCodes(w.shop.ID, made); err != nil {
		return nil, err
	}
	return made, w.oweNew(tx, w.shop.ID, codeIDs(made))
}
