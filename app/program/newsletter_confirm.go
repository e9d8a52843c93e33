package program

import (
	"context"
	"encoding/hex"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// Confirmation is what a click on the link in the mail led to.
type Confirmation struct {
	Locale  string
	Voucher bool // a code is on its way, or was in the mail
}

// ConfirmNewsletter is the click on the link: the consent is recorded, the voucher
// is given, once for each person (S2-07, S2-14), and everybody who must know is told.
// A second click changes nothing. CodeNotFound for links that are unknown, replaced
// by a newer one or older than a week.
func (p *Program) ConfirmNewsletter(ctx context.Context, shop loyalty.Shop, token, ip string) (done Confirmation, err error) {
	err = rerun(ctx, func() error {
		return p.Store.Write(ctx, func(tx *store.Tx) error {
			s, found, err := tx.SignupByToken(shop.ID, hashOf(token))
			if err != nil || !found {
				return orNotFound(err, "link")
			}
			if err := tx.LockSignup(shop.ID, s.PersonKey); err != nil {
				return err
			}
			if s, found, err = tx.SignupByID(shop.ID, s.ID); err != nil || !found {
				return orNotFound(err, "link")
			}
			done = Confirmation{Locale: s.Locale, Voucher: s.Code != ""}
			if s.State == store.SignupConfirmed {
				return nil
			}
			if s.State != store.SignupPending || p.now()-s.AskedAt > linkHolds.Milliseconds() {
				return loyalty.NotFound("link")
			}
			if err := p.confirm(tx, shop, &s, ip); err != nil {
				return err
			}
			done.Voucher = s.Code != ""
			return nil
		})
	})
	return done, err
}

func (p *Program) confirm(tx *store.Tx, shop loyalty.Shop, s *store.Signup, ip string) error {
	settings, err := p.NewsletterSettings(tx, shop.ID)
	if err != nil {
		return err
	}
	if s.Code == "" && settings.Template != 0 {
		if err := p.giveVoucher(tx, shop, settings.Template, s); err != nil {
			return err
		}
	}
	s.State, s.ConfirmedAt, s.ConfirmIPHash = store.SignupConfirmed, p.now(), p.ipHash(ip)
	ok, err := tx.SaveSignup(shop.ID, *s, store.SignupPending, s.Asked)
	if err == nil && !ok {
		err = errRaced
	}
	if err != nil {
		return err
	}
	if _, err := tx.Unsuppress(shop.ID, s.PersonKey, store.SuppressedUnsubscribed); err != nil {
		return err
	}
	if err := p.welcomeMail(tx, shop, *s); err != nil {
		return err
	}
	return p.consentChanged(tx, shop, settings, *s)
}

func (p *Program) welcomeMail(tx *store.Tx, shop loyalty.Shop, s store.Signup) error {
	home, err := p.ShopURL(tx, shop)
	if err != nil {
		return err
	}
	r := MailRequest{Kind: "welcome", Key: s.ID.String() + ":" + loyalty.ID(s.ConfirmedAt).String(), To: s.Email, Locale: s.Locale, Marketing: true, Link: home}
	if s.Code != "" {
		if r.CodeNote, err = p.voucherNote(tx, shop.ID, s.TemplateID, s.Locale); err != nil {
			return err
		}
		r.Code, r.Button, r.Link = s.Code, "use", discountLink(home, s.Code)
	}
	_, err = p.QueueMail(tx, shop, r)
	return err
}

// consentChanged earns or takes back the newsletter's points, and owes what the host
// and the merchant's newsletter tool must be told.
func (p *Program) consentChanged(tx *store.Tx, shop loyalty.Shop, settings NewsletterSettings, s store.Signup) error {
	m, found, err := p.memberOfPerson(tx, shop.ID, s.PersonKey)
	if err != nil {
		return err
	}
	if found {
		if err := p.bookActivities(tx, shop, []memberActivity{{m.ID, newsletterActivity(s, p.now())}}); err != nil {
			return err
		}
	}
	return p.oweNewsletterJobs(tx, shop, settings, s, false)
}

// newsletterActivity has the key under which the host's own word of the same consent
// is booked, so that both together count once (B16).
func newsletterActivity(s store.Signup, now int64) earning.Activity {
	a := earning.Activity{Key: "newsletter:person:" + hex.EncodeToString(s.PersonKey), Kind: earning.ActivityNewsletter, State: earning.ActivityApproved, At: now, UpdatedAt: now,
		Contact: earning.Contact{Email: s.Email}}
	if s.State == store.SignupUnsubscribed {
		a.State = earning.ActivityWithdrawn
	}
	return a
}

// LinkLocale is the language in which the person behind a mail's link signed up; ""
// if nobody is known by it. Looking changes nothing.
func (p *Program) LinkLocale(tx *store.Tx, shop loyalty.ShopID, token string) (string, error) {
	if person := p.tokenPerson("quiet:", shop, token); person != nil {
		m, _, err := p.memberOfPerson(tx, shop, person)
		return m.Locale, err
	}
	s, found, err := tx.SignupByToken(shop, hashOf(token))
	if person := p.leaver(shop, token); err == nil && !found && person != nil {
		s, _, err = tx.SignupOfPerson(shop, person)
	}
	return s.Locale, err
}

// LeaveNewsletter is the one click that ends it, by the token of any mail (J17). It
// also ends advertising to people who never signed up; by the token of a reminder it
// ends those. Again is fine; CodeNotFound for a token that is not ours.
func (p *Program) LeaveNewsletter(ctx context.Context, shop loyalty.Shop, token string) error {
	if person := p.tokenPerson("quiet:", shop.ID, token); person != nil {
		return p.endReminders(ctx, shop, person)
	}
	person := p.leaver(shop.ID, token)
	if person == nil {
		return loyalty.NotFound("link")
	}
	return p.endNewsletter(ctx, shop, person, nil)
}

// UnsubscribeSignup ends somebody's newsletter in the merchant's name.
func (p *Program) UnsubscribeSignup(ctx context.Context, actor string, shop loyalty.Shop, id loyalty.ID) error {
	s, err := p.signup(ctx, shop.ID, id)
	if err != nil {
		return err
	}
	return p.endNewsletter(ctx, shop, s.PersonKey, &deed{by: actor, did: "newsletter.unsubscribed", to: "signup:" + id.String()})
}

func (p *Program) endNewsletter(ctx context.Context, shop loyalty.Shop, person []byte, note *deed) error {
	return rerun(ctx, func() error {
		return p.Store.Write(ctx, func(tx *store.Tx) error {
			if err := tx.LockSignup(shop.ID, person); err != nil {
				return err
			}
			s, known, err := tx.SignupOfPerson(shop.ID, person)
			if err != nil {
				return err
			}
			if err := tx.Suppress(shop.ID, person, store.SuppressedUnsubscribed, p.now()); err != nil {
				return err
			}
			if err := tx.StopMails(shop.ID, person, true, "unsubscribed"); err != nil {
				return err
			}
			if known && s.State != store.SignupUnsubscribed && s.State != store.SignupErased {
				if err := p.unsubscribe(tx, shop, s); err != nil {
					return err
				}
			}
			if s.State != store.SignupConfirmed {
				if err := p.oweWithdrawal(tx, shop, person); err != nil {
					return err
				}
			}
			if note == nil {
				return nil
			}
			return p.audit(tx, shop.ID, *note)
		})
	})
}

func (p *Program) unsubscribe(tx *store.Tx, shop loyalty.Shop, s store.Signup) error {
	was := s.State
	s.State, s.UnsubscribedAt, s.TokenHash = store.SignupUnsubscribed, p.now(), nil
	ok, err := tx.SaveSignup(shop.ID, s, was, s.Asked)
	if err == nil && !ok {
		err = errRaced
	}
	if err != nil || was != store.SignupConfirmed {
		return err
	}
	settings, err := p.NewsletterSettings(tx, shop.ID)
	if err != nil {
		return err
	}
	return p.consentChanged(tx, shop, settings, s)
}

// hostWithdrew ends the newsletter of somebody who took the consent back at the host:
// no mail may follow that (J17). An older word than the confirmation here ends nothing.
func (p *Program) hostWithdrew(tx *store.Tx, shop loyalty.Shop, person []byte, at int64) error {
	s, known, err := tx.SignupOfPerson(shop.ID, person)
	if err != nil || !known || s.State != store.SignupConfirmed || at <= s.ConfirmedAt {
		return err
	}
	s.State, s.UnsubscribedAt, s.TokenHash = store.SignupUnsubscribed, at, nil
	ok, err := tx.SaveSignup(shop.ID, s, store.SignupConfirmed, s.Asked)
	if err == nil && !ok {
		err = errRaced
	}
	if err != nil {
		return err
	}
	if err := tx.Suppress(shop.ID, person, store.SuppressedUnsubscribed, p.now()); err != nil {
		return err
	}
	if err := tx.StopMails(shop.ID, person, true, "unsubscribed"); err != nil {
		return err
	}
	settings, err := p.NewsletterSettings(tx, shop.ID)
	if err != nil {
		return err
	}
	return p.oweNewsletterJobs(tx, shop, settings, s, true)
}

// ReleaseSignup lets a held sign-up go on: the person is asked to confirm.
// CodeConflict if it is not held.
func (p *Program) ReleaseSignup(ctx context.Context, actor string, shop loyalty.Shop, id loyalty.ID) error {
	return p.Store.Write(ctx, func(tx *store.Tx) error {
		s, found, err := tx.SignupByID(shop.ID, id)
		if err != nil || !found {
			return orNotFound(err, "sign-up")
		}
		if s.State != store.SignupHeld {
			return loyalty.Refuse(loyalty.CodeConflict, "only a held sign-up can be let through")
		}
		settings, err := p.NewsletterSettings(tx, shop.ID)
		if err != nil {
			return err
		}
		asked := s.Asked
		s.State, s.Reason, s.AskedAt = store.SignupPending, "", p.now()
		if err := p.askToConfirm(tx, shop, settings, &s); err != nil {
			return err
		}
		ok, err := tx.SaveSignup(shop.ID, s, store.SignupHeld, asked)
		if err != nil || !ok {
			return orConflict(err, "the sign-up was changed by somebody else")
		}
		return p.audit(tx, shop.ID, deed{by: actor, did: "newsletter.released", to: "signup:" + id.String()})
	})
}

func (p *Program) signup(ctx context.Context, shop loyalty.ShopID, id loyalty.ID) (s store.Signup, err error) {
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		var found bool
		if s, found, err = tx.SignupByID(shop, id); err != nil || !found {
			return orNotFound(err, "sign-up")
		}
		return nil
	})
	return s, err
}

// forgetMails empties the sign-up of an erased member, and the mails to them (J7). The
// keyed hash stays: nobody has a second voucher by it, and no advertising (J17).
func (p *Program) forgetMails(tx *store.Tx, shop loyalty.ShopID, m loyalty.Member) error {
	person := m.PersonKey
	if len(person) == 0 {
		return nil
	}
	if err := tx.ForgetSignup(shop, person); err != nil {
		return err
	}
	if err := tx.ForgetMails(shop, person); err != nil {
		return err
	}
	return tx.Suppress(shop, person, store.SuppressedUnsubscribed, p.now())
}
