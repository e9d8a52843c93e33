package program

import (
	"cmp"
	"context"
	"crypto/hmac"
	"encoding/base64"
	"net/url"
	"strings"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/mail"
	"zugabe/app/store"
)

// Mailer hands a mail to a server; *mail.Server is the real one.
type Mailer interface {
	Send(ctx context.Context, m mail.Message) error
}

// Post is how mails leave: by whom, and in whose name. Without a Mailer they wait.
type Post struct {
	Mailer  Mailer
	From    string // bare address that the server may send for
	ReplyTo string // where shops have none of their own; may be empty
	// ShopURL is where people reach a shop of that name; nil = https on its own name.
	ShopURL func(domain string) string
	// DeskURL is our own address, where the desk is.
	DeskURL string
}

// MailRequest is a mail that a use case owes somebody. Its words are the texts
// "mail.<kind>.subject", "heading", "text", "button" and "small".
type MailRequest struct {
	Kind      string
	Key       string // once per shop, kind and key, however often it is asked for
	To        string // bare address
	Locale    string // of the person, may be empty
	Marketing bool   // advertising: needs consent when it is sent, and has a way out
	Fill      map[string]string
	Counts    map[string]int64 // placeholders that are numbers, which decide a text's form
	Lines     []string         // more texts of the kind, as further paragraphs
	Code      string           // a voucher's code, shown large
	CodeNote  string           // what it is good for
	Button    string           // text of the kind on the button; "" = "button"
	Link      string           // where the button leads; "" = no button
}

// QueueMail writes a mail into the caller's transaction: it is sent if and only if
// that commits, and once (C10). queued is false when it was asked for before, or
// when the address or the person takes no such mail.
func (p *Program) QueueMail(tx *store.Tx, shop loyalty.Shop, r MailRequest) (queued bool, err error) {
	if err := mail.CheckAddress(r.To); err != nil {
		return false, loyalty.Invalid("email", err.Error())
	}
	person := p.personKey(r.To)
	why, err := p.suppressed(tx, shop.ID, r.To, r.Marketing)
	if err != nil || why != "" {
		return false, err
	}
	if isReminder(r.Kind) {
		if off, err := p.remindersOff(tx, shop.ID, r.To); err != nil || off {
			return false, err
		}
	}
	subject, page, err := p.mailPage(tx, shop, r)
	if err != nil {
		return false, err
	}
	html, err := page.HTML()
	if err != nil {
		return false, err
	}
	m := store.Mail{ID: p.IDs.Next(), Kind: r.Kind, Key: r.Key, PersonKey: person, Marketing: r.Marketing, To: r.To, Locale: page.Language,
		Subject: subject, Text: page.Text(), HTML: html, Headers: map[string]string{}, NextAt: p.now(), CreatedAt: p.now()}
	if page.LeaveURL != "" {
		m.Headers["List-Unsubscribe"] = "<" + page.LeaveURL + ">"
		m.Headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
	}
	settings, err := p.NewsletterSettings(tx, shop.ID)
	if err != nil {
		return false, err
	}
	if settings.ReplyTo != "" {
		m.Headers[replyHeader] = settings.ReplyTo
	}
	queued, err = tx.EnsureMail(shop.ID, m)
	if queued {
		tx.OnCommit(func() { p.wake("mails") })
	}
	return queued, err
}

// mailPage is what a mail says.
func (p *Program) mailPage(tx *store.Tx, shop loyalty.Shop, r MailRequest) (subject string, page mail.Page, err error) {
	w, err := p.mailWords(tx, shop, r.Locale)
	if err != nil {
		return "", page, err
	}
	w = w.with(r.Fill).counting(r.Counts)
	home, err := p.ShopURL(tx, shop)
	if err != nil {
		return "", page, err
	}
	page = mail.Page{Language: w.Language, Shop: w.fill["shop"], ShopURL: home, Heading: w.say(r.Kind + ".heading"), Lines: []string{w.say(r.Kind + ".text")},
		Small: w.say(r.Kind + ".small"), Code: r.Code, CodeNote: r.CodeNote}
	for _, line := range r.Lines {
		page.Lines = append(page.Lines, w.say(r.Kind+"."+line))
	}
	if r.Link != "" {
		page.Button, page.Link = w.say(r.Kind+"."+cmp.Or(r.Button, "button")), r.Link
	}
	if r.Marketing {
		page.Leave, page.LeaveURL = w.say("footer.leave"), home+proxyPath+"/newsletter/unsubscribe?t="+p.leaveToken(shop.ID, p.personKey(r.To))
	}
	if isReminder(r.Kind) {
		page.Leave, page.LeaveURL = w.say("footer.quiet"), home+proxyPath+"/newsletter/unsubscribe?t="+p.quietToken(shop.ID, p.personKey(r.To))
	}
	return w.say(r.Kind + ".subject"), page, nil
}

// MailPreview is a mail as it would be sent, made of example values (S4-25).
type MailPreview struct {
	Subject, Text, HTML string
}

// MailKinds are the mails that have texts, in the order in which merchants see them.
var MailKinds = []string{"confirm", "welcome", "already", "invite", "desk", "partner", "reminder", "expiring", "expiring_last", "code_expiring", "permit", "redeemed", "exchanged"}

// PreviewMail shows a kind of mail in a language with example values.
func (p *Program) PreviewMail(tx *store.Tx, shop loyalty.Shop, kind, language string) (MailPreview, error) {
	r := MailRequest{Kind: kind, To: "eva@example.com", Locale: language, Link: "https://" + shop.Domain + "/",
		Counts: map[string]int64{"points": 250, "most": 700}, Fill: map[string]string{"date": "31.12.2026", "minutes": "15", "days": "7", "names": "Anna B., Jonas K.", "reward": "Espresso"}}
	switch kind {
	case "welcome", "invite":
		r.Code, r.Marketing = "K7MRT-4XQHV", true
	case "code_expiring":
		r.Code, r.CodeNote = "K7MRT-4XQHV", moneyIn(250, shop.Currency, language)
	case "permit":
		r.Fill["minutes"] = permitMinutes()
	case "exchanged":
		r.Lines = []string{"hand"}
	case "expiring", "expiring_last":
		r.Lines = []string{"worth", "can"}
		r.Fill["value"], r.Fill["most_value"] = moneyIn(250, shop.Currency, language), moneyIn(700, shop.Currency, language)
	}
	subject, page, err := p.mailPage(tx, shop, r)
	if err != nil {
		return MailPreview{}, err
	}
	html, err := page.HTML()
	return MailPreview{subject, page.Text(), html}, err
}

// proxyPath is where the shop forwards calls to us.
const proxyPath = "/apps/zugabe"

// ShopURL is where people reach the shop, without a slash at the end.
func (p *Program) ShopURL(tx *store.Tx, shop loyalty.Shop) (string, error) {
	if p.Post.ShopURL != nil {
		return p.Post.ShopURL(shop.Domain), nil
	}
	s, err := p.Settings(tx, shop.ID)
	return "https://" + cmp.Or(s.Storefront, shop.Domain), err
}

// discountLink opens the shop with a code already in the cart.
func discountLink(home, code string) string {
	return home + "/discount/" + url.PathEscape(code)
}

// suppressed says why an address takes no mail, or no advertising; "" if it does.
func (p *Program) suppressed(tx *store.Tx, shop loyalty.ShopID, address string, marketing bool) (string, error) {
	why, err := tx.Suppressed(shop, p.addressHash(address), p.personKey(address))
	if why == store.SuppressedUnsubscribed && !marketing {
		why = ""
	}
	return why, err
}

// addressHash is by which an address is known that mail servers refuse. Unlike a
// person's it is of the address as it is written.
func (p *Program) addressHash(address string) []byte {
	return p.keyedHash("address:" + strings.ToLower(strings.TrimSpace(address)))
}

// leaveToken lets whoever has the mail end the newsletter, at any later time.
func (p *Program) leaveToken(shop loyalty.ShopID, person []byte) string {
	return p.personToken("leave:", shop, person)
}

// leaver is the person behind a token; nil if it is not ours or another shop's.
func (p *Program) leaver(shop loyalty.ShopID, token string) []byte {
	return p.tokenPerson("leave:", shop, token)
}

// personToken names a person in a link of one purpose, so that nobody else can make it.
func (p *Program) personToken(purpose string, shop loyalty.ShopID, person []byte) string {
	mac := p.keyedHash(purpose + shop.String() + ":" + string(person))[:16]
	return base64.RawURLEncoding.EncodeToString(append(append([]byte{}, person...), mac...))
}

// tokenPerson is the person whom a token of this purpose names, nil if it is not ours.
func (p *Program) tokenPerson(purpose string, shop loyalty.ShopID, token string) []byte {
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(raw) != 48 {
		return nil
	}
	if !hmac.Equal([]byte(p.personToken(purpose, shop, raw[:32])), []byte(token)) {
		return nil
	}
	return raw[:32]
}

// dateOf is a day as people of a language write it.
func dateOf(ms int64, zone *time.Location, language string) string {
	t := time.UnixMilli(ms).In(zone)
	switch language {
	case "de", "pl", "da":
		return t.Format("02.01.2006")
	case "it":
		return t.Format("02/01/2006")
	}
	return t.Format("2 January 2006")
}
