package program

import (
	"context"
	"errors"
	"strings"
	"time"

	"zugabe/app/crash"
	"zugabe/app/loyalty"
	"zugabe/app/mail"
	"zugabe/app/store"
)

const (
	mailLease    = 5 * time.Minute // outlives a claim of slow servers
	mailClaim    = 5
	mailTimeout  = 30 * time.Second
	mailAttempts = 14 // over about two days
	mailKeep     = 90 * 24 * time.Hour
)

// NextShopWithMails finds the next shop after the given one that has a mail to send.
// Without a mail server there is none: mails wait.
func (p *Program) NextShopWithMails(ctx context.Context, after loyalty.ShopID) (shop loyalty.Shop, found bool, err error) {
	if p.Post.Mailer == nil {
		return shop, false, nil
	}
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		id, ok, err := tx.NextShopWithMails(after, p.now())
		if err != nil || !ok {
			found = false
			return err
		}
		shop, found, err = tx.ShopByID(id)
		return err
	})
	return shop, found, err
}

// ClaimMails leases what one shop has to send. Mails that were being handed over when
// their sender vanished are given up first.
func (p *Program) ClaimMails(ctx context.Context, shop loyalty.ShopID) (mails []store.Mail, err error) {
	err = p.Store.Write(ctx, func(tx *store.Tx) error {
		now := p.now()
		lost, err := tx.AbandonMails(shop, now)
		if err != nil {
			return err
		}
		if lost > 0 {
			tx.OnCommit(func() {
				p.Log.Warn("mails may have gone out when a process stopped; look at them", "shop", shop, "mails", lost)
			})
		}
		mails, err = tx.ClaimMails(shop, store.MailClaim{Limit: mailClaim, Token: int64(p.IDs.Next()), NowMs: now, Until: now + mailLease.Milliseconds()})
		return err
	})
	return mails, err
}

// SendMail hands a leased mail over and writes what came of it. Until it is marked as
// being handed over nobody has seen it, and after that nobody sends it again unasked:
// whoever is killed in between leaves one mail that is unknown (C10).
func (p *Program) SendMail(ctx context.Context, shop loyalty.Shop, m store.Mail) error {
	ready, err := p.startMail(ctx, shop, &m)
	if err != nil || !ready {
		return err
	}
	crash.Point("mail.before_call")
	call, done := context.WithTimeout(context.WithoutCancel(ctx), mailTimeout)
	defer done()
	err = p.Post.Mailer.Send(call, p.message(shop, m))
	crash.Point("mail.after_call")
	return p.mailOver(ctx, shop, m, err)
}

// startMail asks once more whether the person wants the mail.
func (p *Program) startMail(ctx context.Context, shop loyalty.Shop, m *store.Mail) (ready bool, err error) {
	err = p.Store.Write(ctx, func(tx *store.Tx) error {
		ready = false
		why, err := p.suppressed(tx, shop.ID, m.To, m.Marketing)
		if err != nil {
			return err
		}
		if why == "" && isReminder(m.Kind) {
			off, err := p.remindersOff(tx, shop.ID, m.To)
			if err != nil {
				return err
			}
			if off {
				why = store.SuppressedReminders
			}
		}
		if why == "" && shop.State != loyalty.ShopUninstalled {
			ready, err = tx.StartMail(shop.ID, *m, p.now()+2*mailTimeout.Milliseconds())
			return err
		}
		m.State, m.Reason, m.Text, m.HTML = store.MailStopped, why, "", ""
		_, err = tx.SaveMail(shop.ID, *m)
		return err
	})
	return ready && err == nil, err
}

// message is the mail as it is sent: always the same one, by its Message-ID.
func (p *Program) message(shop loyalty.Shop, m store.Mail) mail.Message {
	_, domain, _ := strings.Cut(p.Post.From, "@")
	out := mail.Message{ID: m.ID.String() + "." + shop.ID.String() + "@" + domain, From: p.Post.From, FromName: plainName(shop.Name), ReplyTo: p.Post.ReplyTo, To: m.To,
		Subject: m.Subject, Text: m.Text, HTML: m.HTML, Headers: map[string]string{}, Language: m.Locale, At: time.UnixMilli(m.CreatedAt).UTC()}
	for name, value := range m.Headers {
		if name == replyHeader {
			out.ReplyTo = value
			continue
		}
		out.Headers[name] = value
	}
	return out
}

// replyHeader keeps the shop's own reply address with a mail.
const replyHeader = "Reply-To"

// plainName is a shop's name as a sender's: nothing in it may look like an address.
func plainName(name string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`<>"@\`, r) {
			return -1
		}
		return r
	}, name))
}

// mailOver decides what becomes of a mail:
//
//	taken              sent; its words are forgotten
//	no such mailbox    failed, and the address is asked no more
//	refused, unfit     failed
//	the answer is lost unknown: a person decides
//	anything else      again later, for two days
func (p *Program) mailOver(ctx context.Context, shop loyalty.Shop, m store.Mail, cause error) error {
	m.Attempts++
	switch {
	case cause == nil:
		m.State, m.SentAt, m.Reason, m.Text, m.HTML = store.MailSent, p.now(), "", "", ""
	case errors.Is(cause, mail.ErrUnknown):
		m.State = store.MailUnknown
	case errors.Is(cause, mail.ErrNoMailbox), errors.Is(cause, mail.ErrRejected), errors.Is(cause, mail.ErrMessage), m.Attempts >= mailAttempts:
		m.State = store.MailFailed
	default:
		m.State, m.NextAt = store.MailDue, p.now()+min(4*time.Hour, time.Minute<<m.Attempts-time.Minute).Milliseconds()
	}
	if cause != nil {
		m.Reason = cause.Error()
		p.Log.Warn("a mail was not taken", "shop", shop.ID, "mail", m.ID, "kind", m.Kind, "state", m.State, "reason", m.Reason)
	}
	return p.Store.Write(ctx, func(tx *store.Tx) error {
		ok, err := tx.SaveMail(shop.ID, m)
		if err != nil || !ok || !errors.Is(cause, mail.ErrNoMailbox) {
			return err
		}
		return tx.Suppress(shop.ID, p.addressHash(m.To), store.SuppressedRefused, p.now())
	})
}

// ResendMail has a mail sent again that failed, or of which nobody knows whether it
// arrived. CodeConflict for others.
func (p *Program) ResendMail(ctx context.Context, actor string, shop loyalty.ShopID, id loyalty.ID) error {
	return p.Store.Write(ctx, func(tx *store.Tx) error {
		ok, err := tx.ResendMail(shop, id, p.now())
		if err != nil {
			return err
		}
		if !ok {
			_, found, err := tx.MailByID(shop, id)
			if err != nil || !found {
				return orNotFound(err, "mail")
			}
			return loyalty.Refuse(loyalty.CodeConflict, "only a mail that did not go out for certain can be sent again")
		}
		tx.OnCommit(func() { p.wake("mails") })
		return p.audit(tx, shop, deed{by: actor, did: "mail.resent", to: "mail:" + id.String()})
	})
}

// PruneMails forgets mails that are long over; more says that there are others.
func (p *Program) PruneMails(ctx context.Context, shop loyalty.ShopID, limit int) (more bool, err error) {
	err = p.Store.Write(ctx, func(tx *store.Tx) error {
		n, err := tx.PruneMails(shop, p.now()-mailKeep.Milliseconds(), limit)
		more = n == int64(limit)
		return err
	})
	return more, err
}
