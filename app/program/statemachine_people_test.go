package program_test

import (
	"fmt"
	"regexp"

	"pgregory.net/rapid"

	"zugabe/app/loyalty"
	"zugabe/app/partner"
	"zugabe/app/program"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// The model of sponsorships and of the newsletter: who won whom, by which order, and
// who was asked, has agreed and got a code. It looks at no table.

// crowd is what the machine knows of partners and of the newsletter's readers.
type crowd struct {
	rule     partner.Rule
	revoke   bool         // a cancelled order takes a sponsor away that was final
	partners []loyalty.ID // their codes are among the voucher's
	sponsors map[*purse]*sponsored
	first    map[*purse]int64 // when the first order that was ever paid was placed
	early    bool             // the code is in the mail that asks
	gift     loyalty.ID       // voucher of the newsletter
	readers  []*reader
}

// sponsored is in whose first line somebody is.
type sponsored struct {
	by    loyalty.ID
	code  *coupon
	sale  string
	at    int64 // when the order was placed
	state string
}

// reader is one person, whatever the address is written like.
type reader struct {
	spellings []string
	state     string // "", pending, confirmed, unsubscribed
	asked     int
	askedAt   int64
	link      string // in the newest mail that asked
	old       string // in the one before
	gifts     int
}

// openPartners switches partners on, with two of them, whose codes come like others.
func (m *machine) openPartners() {
	m.crowd = crowd{sponsors: map[*purse]*sponsored{}, first: map[*purse]int64{}}
	m.crowd.rule = rapid.SampledFrom([]partner.Rule{partner.RuleFirst, partner.RuleLast}).Draw(m.t, "who keeps a customer")
	m.crowd.revoke = rapid.Bool().Draw(m.t, "a cancelled order takes the sponsor away")
	s, err := m.PartnerSettingsOf(m.ctx, m.shop.ID)
	m.must(err)
	s.On, s.Conflict, s.RevokeFinal = true, m.crowd.rule, m.crowd.revoke
	_, err = m.SavePartnerSettings(m.ctx, "staff:1", m.shop, s.Version, s)
	m.must(err)
	for i := range 2 {
		d, err := m.InvitePartner(m.ctx, "staff:1", m.shop, program.Invitation{Email: fmt.Sprintf("p%d@%s", i, m.shop.Domain), FirstName: "P", Approved: true})
		m.must(err)
		m.crowd.partners = append(m.crowd.partners, d.ID)
	}
}

// assign moves the sponsorship of whoever placed an order to where the order puts it.
func (m *machine) assign(o order) {
	if o.coupon == nil || o.coupon.issuer == 0 || o.customer == "" {
		return
	}
	p, c := m.model.purses[o.customer], &m.crowd
	have, counts := c.sponsors[p], o.coupon.orders[o.key] == 'u'
	first := c.first[p]
	fresh, bought := first == 0 || first >= o.placed, first != 0 && first <= o.placed
	won := &sponsored{by: o.coupon.issuer, code: o.coupon, sale: o.key, at: o.placed, state: "provisional"}
	if bought {
		won.state = "final"
	}
	if have != nil && have.sale == o.key && have.code == o.coupon {
		switch {
		case !counts && (have.state == "provisional" || have.state == "final" && c.revoke):
			have.state = "revoked"
		case counts && have.state == "provisional" && bought:
			have.state = "final"
		case counts && have.state == "revoked":
			c.sponsors[p] = won
		}
		return
	}
	taken := have != nil && have.state != "revoked"
	yields := taken && have.by != won.by && c.rule == partner.RuleLast && have.state == "provisional" && o.placed >= have.at
	if counts && fresh && (!taken || yields) {
		c.sponsors[p] = won
	}
}

// buys remembers the first order of a person that was paid.
func (c *crowd) buys(p *purse, o order) {
	if p != nil && o.status == "paid" && (c.first[p] == 0 || o.placed < c.first[p]) {
		c.first[p] = o.placed
	}
}

// merge gives one person what two had: who is in a first line stays there.
func (c *crowd) merge(a, b *purse) {
	from, into := c.sponsors[a], c.sponsors[b]
	if from != nil && (into == nil || into.state == "revoked" && from.state != "revoked") {
		c.sponsors[b] = from
	}
	if at := c.first[a]; at != 0 && (c.first[b] == 0 || at < c.first[b]) {
		c.first[b] = at
	}
	delete(c.sponsors, a)
	delete(c.first, a)
}

// openNewsletter switches the newsletter on, with a voucher for every reader.
func (m *machine) openNewsletter() {
	c := &m.crowd
	c.early = rapid.Bool().Draw(m.t, "the code is in the first mail")
	v, err := m.CreateVoucher(m.ctx, "staff:1", m.shop, voucher.Template{Name: "Welcome", Kind: voucher.Absolute, Minor: couponMinor, Currency: "EUR", What: voucher.Articles{SaleItems: true}})
	m.must(err)
	v, err = m.SetVoucherState(m.ctx, "staff:1", m.shop, v.Row.ID, voucher.TemplateActive)
	m.must(err)
	c.gift = v.Row.ID
	s := program.NewsletterSettings{On: true, Template: c.gift, Deliver: map[string]string{}}
	if c.early {
		s.Deliver[c.gift.String()] = program.DeliverInMail
	}
	_, err = m.SaveNewsletterSettings(m.ctx, "staff:1", m.shop, 0, s)
	m.must(err)
	c.readers = []*reader{{spellings: []string{"re.ader@gmail.com", "Reader+shop@googlemail.com"}}, {spellings: []string{"eva@" + m.shop.Domain}}}
}

func (m *machine) someReader() *reader {
	return rapid.SampledFrom(m.crowd.readers).Draw(m.t, "reader")
}

// wantNews presses the button of the form. Nobody is asked again within ten minutes,
// nor a fourth time within a day.
func (m *machine) wantNews() {
	r := m.someReader()
	m.must(m.Subscribe(m.ctx, m.shop, program.SignupRequest{Email: rapid.SampledFrom(r.spellings).Draw(m.t, "address"), Locale: "de", IP: "192.0.2.7"}))
	since := m.now() - r.askedAt
	if r.state == "confirmed" || r.state != "" && (since < 10*60_000 || r.asked >= 3 && since < dayMillis) {
		return
	}
	if r.asked >= 3 {
		r.asked = 0
	}
	r.state, r.asked, r.askedAt = "pending", r.asked+1, m.now()
	if m.crowd.early {
		r.gifts = 1
	}
	r.old, r.link = r.link, m.newestLink()
	m.unmirrored()
}

var confirmLink = regexp.MustCompile(`newsletter/confirm\?t=([A-Za-z0-9_-]+)`)

func (m *machine) newestLink() (token string) {
	m.read(func(tx *store.Tx) error {
		var text string
		_, err := tx.Row(`SELECT body_text FROM mails WHERE shop_id = ? AND kind = 'confirm' ORDER BY id DESC LIMIT 1`, []any{m.shop.ID}, &text)
		if found := confirmLink.FindStringSubmatch(text); found != nil {
			token = found[1]
		}
		return err
	})
	if token == "" {
		m.t.Fatal("the mail that asks has no link")
	}
	return token
}

// confirmNews clicks a link, the newest or the one before it, as often as somebody likes.
func (m *machine) confirmNews() {
	r := m.someReader()
	link := r.link
	stale := r.old != "" && rapid.Bool().Draw(m.t, "the older link")
	if stale {
		link = r.old
	}
	if link == "" {
		return
	}
	_, err := m.ConfirmNewsletter(m.ctx, m.shop, link, "192.0.2.8")
	holds := !stale && (r.state == "confirmed" || r.state == "pending" && m.now()-r.askedAt <= 7*dayMillis)
	if !holds {
		if loyalty.CodeOf(err) != loyalty.CodeNotFound {
			m.t.Fatalf("a link that does not hold (%s, stale %v): %v", r.state, stale, err)
		}
		return
	}
	m.must(err)
	r.state, r.gifts = "confirmed", 1
	m.unmirrored()
}

func (m *machine) leaveNews() {
	r := m.someReader()
	if r.state == "" {
		return
	}
	m.must(m.UnsubscribeSignup(m.ctx, "staff:1", m.shop, m.signupOf(r).ID))
	r.state = "unsubscribed"
}

func (m *machine) signupOf(r *reader) (s store.Signup) {
	m.read(func(tx *store.Tx) (err error) {
		s, _, err = tx.SignupOfPerson(m.shop.ID, m.PersonOf(r.spellings[0]))
		return err
	})
	return s
}

// compareCrowd holds one person's sponsor and one reader against the model, and the
// number of codes that readers got.
func (m *machine) compareCrowd() {
	who := m.people[m.serial%len(m.people)]
	want := m.crowd.sponsors[m.model.purses[who]]
	m.read(func(tx *store.Tx) error {
		found, err := tx.MembersByKey(m.shop.ID, []string{who})
		if err != nil {
			return err
		}
		have, err := tx.SponsorshipsOf(m.shop.ID, []loyalty.ID{found[who].ID})
		if err != nil {
			return err
		}
		s, has := have[found[who].ID]
		switch {
		case has != (want != nil):
			m.t.Errorf("%s has a sponsor: %v (%+v), the model says %+v", who, has, s, want)
		case has && (string(s.State) != want.state || s.PartnerID != want.by || s.SaleKey != want.sale):
			m.t.Errorf("%s is %s of partner %s by %s, the model says %s of %s by %s", who, s.State, s.PartnerID, s.SaleKey, want.state, want.by, want.sale)
		}
		return nil
	})
	r := m.crowd.readers[m.serial%len(m.crowd.readers)]
	if s := m.signupOf(r); string(s.State) != r.state || (s.Code != "") != (r.gifts == 1) {
		m.t.Errorf("%s is %q with code %q, the model says %q with %d codes", r.spellings[0], s.State, s.Code, r.state, r.gifts)
	}
	gifts := 0
	for _, r := range m.crowd.readers {
		gifts += r.gifts
	}
	m.read(func(tx *store.Tx) error {
		var n int64
		_, err := tx.Row(`SELECT COUNT(*) FROM codes WHERE shop_id = ? AND template_id = ?`, []any{m.shop.ID, m.crowd.gift}, &n)
		if int(n) != gifts {
			m.t.Errorf("%d codes for readers, the model says %d", n, gifts)
		}
		return err
	})
}
