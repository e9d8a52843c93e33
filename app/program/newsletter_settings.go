package program

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"zugabe/app/loyalty"
	"zugabe/app/mail"
	"zugabe/app/store"
)

// When a sign-up gets its voucher (S2-07).
const (
	DeliverInMail    = "in_mail"    // in the mail that asks for confirmation
	DeliverOnConfirm = "on_confirm" // in the mail after it
)

// NewsletterSettings are the merchant's choices for the newsletter.
type NewsletterSettings struct {
	Version        int64             `json:"-"` // 0 = nothing was chosen yet
	On             bool              `json:"on"`
	Template       loyalty.ID        `json:"template,omitempty"` // voucher for every sign-up; 0 = none
	Deliver        map[string]string `json:"deliver,omitempty"`  // by voucher; missing = on_confirm
	ReplyTo        string            `json:"reply_to,omitempty"`
	HoldDisposable bool              `json:"hold_disposable"`
	Disposable     []string          `json:"disposable,omitempty"` // domains besides those that we know
	ToolURL        string            `json:"tool_url,omitempty"`   // is told of every change
	ToolOn         bool              `json:"tool_on"`              // off: it is told nothing
	ToolStopped    string            `json:"tool_stopped,omitempty" enum:"gone,silent" doc:"why it was switched off by itself: it said that it wants no more, or did not answer for two weeks"`
	HostConsent    bool              `json:"host_consent"` // sets the host's marketing consent where that can be done
}

// DeliverOf says when sign-ups get the voucher.
func (s NewsletterSettings) DeliverOf(template loyalty.ID) string {
	if s.Deliver[template.String()] == DeliverInMail {
		return DeliverInMail
	}
	return DeliverOnConfirm
}

const maxDomains = 500

// tidied puts settings into the form in which they are stored; a *loyalty.Error names
// the field that cannot be.
func (s NewsletterSettings) tidied() (NewsletterSettings, error) {
	s.ReplyTo, s.ToolURL = strings.TrimSpace(s.ReplyTo), strings.TrimSpace(s.ToolURL)
	if s.ReplyTo != "" && mail.CheckAddress(s.ReplyTo) != nil {
		return s, loyalty.Invalid("reply_to", "must be one e-mail address")
	}
	for id, when := range s.Deliver {
		if _, err := loyalty.ParseID(id); err != nil || when != DeliverInMail && when != DeliverOnConfirm {
			return s, loyalty.Invalid("deliver", "must be in_mail or on_confirm for each voucher")
		}
	}
	if len(s.Deliver) > 1000 {
		return s, loyalty.Invalid("deliver", "has too many vouchers")
	}
	var domains []string
	for _, d := range s.Disposable {
		d = strings.ToLower(strings.TrimPrefix(strings.TrimSpace(d), "@"))
		if !hostName.MatchString(d) {
			return s, loyalty.Invalid("disposable", "must be names such as example.com").With("wrong", d)
		}
		domains = append(domains, d)
	}
	slices.Sort(domains)
	if s.Disposable = slices.Compact(domains); len(s.Disposable) > maxDomains {
		return s, loyalty.Invalid("disposable", "must be at most 500")
	}
	if s.ToolStopped != toolGone && s.ToolStopped != toolSilent || s.ToolOn {
		s.ToolStopped = ""
	}
	if s.ToolURL != "" {
		u, err := url.Parse(s.ToolURL)
		if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || len(s.ToolURL) > 500 {
			return s, loyalty.Invalid("tool_url", "must be an https address")
		}
	}
	return s, nil
}

// NewsletterSettings are the shop's choices; what was never chosen is as it is
// installed: off, so that the form on the shop's pages stays the host's own until the
// merchant wants ours, with its voucher and its mails.
func (p *Program) NewsletterSettings(tx *store.Tx, shop loyalty.ShopID) (NewsletterSettings, error) {
	s := NewsletterSettings{HoldDisposable: true, HostConsent: true, ToolOn: true}
	body, version, err := tx.SettingsDoc(shop, store.NewsletterSettings)
	if err != nil || version == 0 {
		return s, err
	}
	if err := json.Unmarshal(body, &s); err != nil {
		return s, fmt.Errorf("program: newsletter settings of shop %s: %w", shop, err)
	}
	s.Version = version
	return s, nil
}

// SaveNewsletterSettings stores what was chosen after the version that was seen.
func (p *Program) SaveNewsletterSettings(ctx context.Context, actor string, shop loyalty.Shop, seen int64, s NewsletterSettings) (NewsletterSettings, error) {
	s, err := s.tidied()
	if err != nil {
		return s, err
	}
	err = p.Store.Write(ctx, func(tx *store.Tx) error {
		was, err := p.NewsletterSettings(tx, shop.ID)
		if err != nil {
			return err
		}
		if s.Template != 0 && s.Template != was.Template {
			if _, err := p.voucherByID(tx, shop.ID, s.Template); err != nil {
				return err
			}
		}
		body, err := json.Marshal(s)
		if err != nil {
			return err
		}
		ok, err := tx.SaveSettingsDoc(shop.ID, store.SettingsDoc{Name: store.NewsletterSettings, Body: body, Seen: seen, NowMs: p.now()})
		if err != nil || !ok || was.Version != seen {
			return orConflict(err, "the settings were changed by somebody else")
		}
		s.Version = seen + 1
		if err := p.publishSettingsLater(tx, shop); err != nil {
			return err
		}
		return p.audit(tx, shop.ID, deed{by: actor, did: "newsletter.settings", to: "settings", before: was, after: s})
	})
	return s, err
}

// disposable are domains whose mailboxes last for minutes. A sign-up from one is
// held, not blocked: the merchant lets it through if it is somebody real (G13).
var disposable = []string{"10minutemail.com", "20minutemail.com", "33mail.com", "anonaddy.me", "burnermail.io", "byom.de", "discard.email", "dispostable.com", "dropmail.me",
	"emailondeck.com", "fakeinbox.com", "fakemail.net", "getairmail.com", "getnada.com", "grr.la", "guerrillamail.biz", "guerrillamail.com", "guerrillamail.de",
	"guerrillamail.info", "guerrillamail.net", "guerrillamail.org", "inboxbear.com", "inboxkitten.com", "jetable.org", "kurzepost.de", "mail-temp.com", "mail.tm", "mailcatch.com",
	"maildrop.cc", "mailexpire.com", "mailinator.com", "mailinator.net", "mailnesia.com", "mailnull.com", "mailsac.com", "mailtemp.net", "meltmail.com", "minutemail.com",
	"moakt.com", "mohmal.com", "mytemp.email", "mytrashmail.com", "nada.email", "objectmail.com", "pokemail.net", "rcpt.at", "sharklasers.com", "spam4.me", "spambog.com",
	"spambox.us", "spamex.com", "spamgourmet.com", "tempail.com", "temp-mail.io", "temp-mail.org", "tempinbox.com", "tempmail.com", "tempmail.de", "tempmail.net", "tempmailo.com",
	"tempr.email", "throwawaymail.com", "trash-mail.com", "trashmail.com", "trashmail.de", "trashmail.net", "trashmail.ws", "wegwerfemail.de", "wegwerfmail.de", "wegwerfmail.net",
	"wegwerfmail.org", "yopmail.com", "yopmail.fr", "yopmail.net", "zoemail.org"}

// holds says whether an address waits for the merchant.
func (s NewsletterSettings) holds(address string) bool {
	if !s.HoldDisposable {
		return false
	}
	domain := strings.ToLower(address[strings.LastIndexByte(address, '@')+1:])
	for domain != "" {
		if slices.Contains(disposable, domain) || slices.Contains(s.Disposable, domain) {
			return true
		}
		_, domain, _ = strings.Cut(domain, ".")
	}
	return false
}

// SetToolSecret replaces the secret that signs what the newsletter tool is told.
func (p *Program) SetToolSecret(ctx context.Context, actor string, shop loyalty.Shop, secret []byte) error {
	return p.Store.Write(ctx, func(tx *store.Tx) error {
		kept, err := p.Vault.Secrets(tx, shop.ID, NewsletterSecret, p.now())
		if err != nil {
			return err
		}
		next := store.Secret{Purpose: NewsletterSecret, Value: secret}
		if len(kept) > 0 {
			next.Version = kept[0].Version
		}
		ok, err := p.Vault.Swap(tx, shop.ID, next, p.now())
		if err != nil || !ok {
			return orConflict(err, "the secret was changed by somebody else")
		}
		return p.audit(tx, shop.ID, deed{by: actor, did: "newsletter.secret", to: "settings"})
	})
}

// EachSignup reads all sign-ups of a state, newest first, and notes that somebody took
// them out (J12).
func (p *Program) EachSignup(ctx context.Context, actor string, shop loyalty.Shop, state store.SignupState, each func(store.Signup)) error {
	n := 0
	for before := loyalty.ID(0); ; {
		var page []store.Signup
		err := p.Store.Read(ctx, func(tx *store.Tx) (err error) {
			page, err = tx.ListSignups(shop.ID, store.SignupsQuery{State: state, Before: before, Limit: 1000})
			return err
		})
		if err != nil {
			return err
		}
		for _, s := range page {
			each(s)
			before = s.ID
		}
		if n += len(page); len(page) < 1000 {
			break
		}
	}
	return p.Store.Write(ctx, func(tx *store.Tx) error {
		return p.audit(tx, shop.ID, deed{by: actor, did: "newsletter.exported", to: "newsletter", after: map[string]any{"state": state, "rows": n}})
	})
}
