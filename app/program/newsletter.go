package program

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"time"

	"zugabe/app/crash"
	"zugabe/app/loyalty"
	"zugabe/app/mail"
	"zugabe/app/store"
)

const (
	askAgainAfter = 10 * time.Minute // a person is not asked twice in between
	asksPerDay    = 3
	linkHolds     = 7 * 24 * time.Hour
)

// SignupRequest is what the newsletter form sends.
type SignupRequest struct {
	Email  string
	Locale string
	Source string // where the form was
	IP     string // only its keyed hash is kept
	Trap   string // a field that people do not see: filled in, it was a machine
}

// Subscribe takes a sign-up and owes the mail with the link (S2-06, S2-14). What
// became of it is not told: whoever asks must not learn who is subscribed. The only
// refusals are CodeInvalid for what is no address, and CodeConflict when the shop has
// no newsletter.
func (p *Program) Subscribe(ctx context.Context, shop loyalty.Shop, r SignupRequest) error {
	r.Email = strings.TrimSpace(r.Email)
	if err := mail.CheckAddress(r.Email); err != nil {
		return loyalty.Invalid("email", "must be one e-mail address")
	}
	err := rerun(ctx, func() error {
		return p.Store.Write(ctx, func(tx *store.Tx) error {
			settings, err := p.NewsletterSettings(tx, shop.ID)
			if err != nil {
				return err
			}
			if !settings.On {
				return loyalty.Refuse(loyalty.CodeConflict, "the shop has no newsletter")
			}
			if r.Trap != "" {
				return nil
			}
			err = p.subscribe(tx, shop, settings, r)
			crash.Point("newsletter.written")
			return err
		})
	})
	crash.Point("newsletter.committed")
	return err
}

func (p *Program) subscribe(tx *store.Tx, shop loyalty.Shop, settings NewsletterSettings, r SignupRequest) error {
	person := p.personKey(r.Email)
	if err := tx.LockSignup(shop.ID, person); err != nil {
		return err
	}
	s, known, err := tx.SignupOfPerson(shop.ID, person)
	if err != nil {
		return err
	}
	now := p.now()
	was := s
	switch {
	case !known:
		s = store.Signup{ID: p.IDs.Next(), PersonKey: person, CreatedAt: now}
	case s.State == store.SignupConfirmed:
		return p.alreadySubscribed(tx, shop, s)
	case s.State == store.SignupHeld:
		return nil
	case now-s.AskedAt < askAgainAfter.Milliseconds(), s.Asked >= asksPerDay && now-s.AskedAt < 24*time.Hour.Milliseconds():
		return nil // somebody else must not fill a mailbox through us
	}
	if s.Asked >= asksPerDay {
		s.Asked = 0
	}
	w, err := p.mailWords(tx, shop, r.Locale)
	if err != nil {
		return err
	}
	s.Email, s.Locale, s.Source, s.ConsentText = r.Email, w.Language, plainSource(r.Source), w.say("form.consent")
	s.IPHash, s.AskedAt = p.ipHash(r.IP), now
	if s.State = store.SignupPending; settings.holds(r.Email) {
		s.State, s.Reason = store.SignupHeld, "disposable"
	}
	if s.State == store.SignupPending {
		if err := p.askToConfirm(tx, shop, settings, &s); err != nil {
			return err
		}
	}
	if !known {
		return tx.InsertSignup(shop.ID, s)
	}
	ok, err := tx.SaveSignup(shop.ID, s, was.State, was.Asked)
	if err == nil && !ok {
		err = errRaced
	}
	return err
}

// askToConfirm owes the mail with the link, and the voucher in it if it comes so early.
func (p *Program) askToConfirm(tx *store.Tx, shop loyalty.Shop, settings NewsletterSettings, s *store.Signup) error {
	secret := make([]byte, 32)
	if _, err := rand.Read(secret); err != nil {
		return err
	}
	token := base64.RawURLEncoding.EncodeToString(secret)
	s.TokenHash, s.Asked = hashOf(token), s.Asked+1
	home, err := p.ShopURL(tx, shop)
	if err != nil {
		return err
	}
	r := MailRequest{Kind: "confirm", Key: s.ID.String() + ":" + p.IDs.Next().String(), To: s.Email, Locale: s.Locale,
		Link: home + proxyPath + "/newsletter/confirm?t=" + token}
	switch {
	case settings.Template == 0 || s.Code != "":
	case settings.DeliverOf(settings.Template) == DeliverInMail:
		if err := p.giveVoucher(tx, shop, settings.Template, s); err != nil {
			return err
		}
		if r.CodeNote, err = p.voucherNote(tx, shop.ID, s.TemplateID, s.Locale); err != nil {
			return err
		}
		r.Code = s.Code
	default:
		r.Lines = []string{"promise"}
	}
	_, err = p.QueueMail(tx, shop, r)
	return err
}

// alreadySubscribed tells the person, and nobody else, once a day.
func (p *Program) alreadySubscribed(tx *store.Tx, shop loyalty.Shop, s store.Signup) error {
	home, err := p.ShopURL(tx, shop)
	if err != nil {
		return err
	}
	_, err = p.QueueMail(tx, shop, MailRequest{Kind: "already", Key: s.ID.String() + ":" + time.UnixMilli(p.now()).UTC().Format(time.DateOnly), To: s.Email, Locale: s.Locale, Link: home})
	return err
}

// giveVoucher makes a code from the voucher for a person who has none yet. A voucher
// that has ended gives nothing, and keeps nobody from the newsletter.
func (p *Program) giveVoucher(tx *store.Tx, shop loyalty.Shop, template loyalty.ID, s *store.Signup) error {
	m, found, err := p.memberOfPerson(tx, shop.ID, s.PersonKey)
	if err != nil {
		return err
	}
	r := CodeRequest{MaxUses: 1, Origin: OriginSignup}
	if found {
		r.MemberID = m.ID
	}
	made, err := p.makeCodes(tx, "system", shop, template, r)
	if code := loyalty.CodeOf(err); code == loyalty.CodeNotFound || code == loyalty.CodeConflict {
		return nil
	}
	if err != nil {
		return err
	}
	s.TemplateID, s.CodeID, s.Code = template, made[0].ID, made[0].Code
	return nil
}

// voucherNote is what shoppers read of a voucher.
func (p *Program) voucherNote(tx *store.Tx, shop loyalty.ShopID, template loyalty.ID, language string) (string, error) {
	v, err := p.voucherByID(tx, shop, template)
	if loyalty.CodeOf(err) == loyalty.CodeNotFound {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	text := v.Doc.Texts[language]
	if text.Title == "" {
		text.Title = v.Doc.Name
	}
	return strings.TrimSpace(text.Title + "\n" + text.Line), nil
}

// memberOfPerson is the first living member of a person, if there is one.
func (p *Program) memberOfPerson(tx *store.Tx, shop loyalty.ShopID, person []byte) (loyalty.Member, bool, error) {
	found, err := tx.MembersByPerson(shop, [][]byte{person})
	for _, m := range found[string(person)] {
		if m.State == loyalty.MemberActive {
			return m, true, err
		}
	}
	return loyalty.Member{}, false, err
}

func (p *Program) ipHash(ip string) []byte {
	if ip == "" {
		return nil
	}
	return p.keyedHash("ip:" + ip)
}

func hashOf(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// plainSource is a word that says where a form was; anything else is not kept.
func plainSource(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	if len(s) > 40 || strings.ContainsFunc(s, func(r rune) bool { return r != '-' && r != '_' && (r < 'a' || r > 'z') && (r < '0' || r > '9') }) {
		return ""
	}
	return s
}

// SignupOffer is what a form says that a sign-up brings; "" without a voucher that works.
func (p *Program) SignupOffer(tx *store.Tx, shop loyalty.ShopID, template loyalty.ID, language string) (string, error) {
	if template == 0 {
		return "", nil
	}
	return p.voucherNote(tx, shop, template, language)
}

// PersonOf is the keyed hash by which the person of an address is known, whatever
// they write it like; nil without one.
func (p *Program) PersonOf(email string) []byte { return p.personKey(email) }
