package demoshop

import (
	"errors"
	"net/mail"
	"slices"
	"strings"
	"time"
)

// Register opens an account. Somebody the shop knows as a guest gets their
// account on the record that exists.
func (s *Shop) Register(email, first, last string) (*Customer, error) {
	addr, err := mail.ParseAddress(strings.TrimSpace(email))
	if err != nil || len(email) > 254 || len(first) > 100 || len(last) > 100 {
		return nil, errors.New("please give a valid e-mail address and shorter names")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.stamp()
	if c := s.customerByEmail(addr.Address); c != nil {
		if c.Account {
			return nil, errors.New("there is an account with this e-mail address")
		}
		c.Account, c.First, c.Last, c.UpdatedAt = true, first, last, now
		s.event(s.uuid(), "customers/update", customerPayload(c))
		return c, nil
	}
	c := &Customer{ID: s.newID("Customer"), Email: addr.Address, First: first, Last: last, Locale: "de", Account: true, Consent: "not_subscribed", CreatedAt: now, UpdatedAt: now}
	s.customers = append(s.customers, c)
	ev := s.uuid()
	s.event(ev, "customers/create", customerPayload(c))
	// the host sends this with an empty address right after customers/create
	s.event(ev, "customers_email_marketing_consent/update", m{"customer_id": c.ID, "email_address": "", "email_marketing_consent": m{
		"state": "not_subscribed", "opt_in_level": nil, "consent_updated_at": nil,
	}})
	return c, nil
}

// Newsletter asks for the newsletter: a mail with a link to confirm goes out.
func (s *Shop) Newsletter(email string) (*Customer, error) {
	addr, err := mail.ParseAddress(strings.TrimSpace(email))
	if err != nil {
		return nil, errors.New("please give a valid e-mail address")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.guest(addr.Address, s.stamp())
	if c.Consent == "subscribed" {
		return c, nil
	}
	s.setConsent(c, "pending")
	token := s.uuid()
	s.doi[token] = c.ID
	s.mail(c.Email, "Please confirm the newsletter", "Somebody, probably you, asked for our newsletter. Confirm it with the link; otherwise do nothing.", "/newsletter/confirm?token="+token)
	return c, nil
}

// Confirm is the click on the link in the mail.
func (s *Shop) Confirm(token string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.liveCustomer(s.doi[token])
	if c == nil {
		return errors.New("this link is not valid any more")
	}
	delete(s.doi, token)
	s.setConsent(c, "subscribed")
	return nil
}

// Unsubscribe ends the newsletter.
func (s *Shop) Unsubscribe(id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.liveCustomer(id); c != nil && (c.Consent == "subscribed" || c.Consent == "pending") {
		s.setConsent(c, "unsubscribed")
	}
}

// ConfirmationOf is the token in the newest confirmation mail of a customer, or "".
func (s *Shop) ConfirmationOf(id int64) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for token, who := range s.doi {
		if who == id {
			return token
		}
	}
	return ""
}

func (s *Shop) setConsent(c *Customer, state string) { s.setConsentAt(c, state, s.stamp()) }

func (s *Shop) setConsentAt(c *Customer, state string, at time.Time) {
	c.Consent, c.ConsentAt, c.UpdatedAt = state, at, s.stamp()
	ev := s.uuid()
	s.event(ev, "customers_email_marketing_consent/update", consentPayload(c))
	s.event(ev, "customers/update", customerPayload(c))
}

func (s *Shop) mail(to, subject, body, link string) {
	s.mails = append(s.mails, &Mail{ID: s.newID("Mail"), At: s.now(), To: to, Subject: subject, Body: body, Link: link})
}

// Merge makes one record of two: from disappears, its orders go to into.
func (s *Shop) Merge(from, into int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, b := s.liveCustomer(from), s.liveCustomer(into)
	if a == nil || b == nil || a == b {
		return errors.New("two different customers are needed")
	}
	a.MergedInto, a.UpdatedAt, b.UpdatedAt = b.ID, s.stamp(), s.stamp()
	ev := s.uuid()
	for _, o := range s.orders {
		if o.CustomerID == a.ID {
			o.CustomerID, o.UpdatedAt = b.ID, s.stamp()
		}
	}
	s.event(ev, "customers/merge", mergePayload(a, b))
	s.event(ev, "customers/update", customerPayload(b))
	return nil
}

// Redact erases a customer and asks the app to do the same.
func (s *Shop) Redact(id int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.liveCustomer(id)
	if c == nil {
		return errors.New("there is no such customer")
	}
	s.event(s.uuid(), "customers/redact", s.redactPayload(c, "orders_to_redact"))
	c.Redacted, c.Email, c.First, c.Last, c.Account = true, "", "", "", false
	for _, o := range s.orders {
		if o.CustomerID == c.ID {
			o.Email = ""
		}
	}
	return nil
}

// RequestData asks the app for all it keeps about a customer.
func (s *Shop) RequestData(id int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.liveCustomer(id)
	if c == nil {
		return errors.New("there is no such customer")
	}
	body := s.redactPayload(c, "orders_requested")
	body["data_request"] = m{"id": s.newID("DataRequest") + 9000}
	s.event(s.uuid(), "customers/data_request", body)
	return nil
}

// Uninstall removes the app: tokens die, subscriptions of the app go, it is told.
func (s *Shop) Uninstall() {
	s.RevokeTokens()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.event(s.uuid(), "app/uninstalled", s.shopPayload())
	s.uninstalled = true
	s.subs = nil
}

// RedactShop is what the host sends 48 hours after the app was removed.
func (s *Shop) RedactShop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.event(s.uuid(), "shop/redact", m{"shop_id": int64(shopID), "shop_domain": Domain})
}

// WriteReview hands in a review of a product or an article; it waits for approval.
func (s *Shop) WriteReview(kind string, subject, customer, rating int64, body string) (*Review, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	known := (kind == "product" && s.product(subject) != nil) || (kind == "article" && s.article(subject) != nil)
	switch {
	case !known || s.liveCustomer(customer) == nil:
		return nil, errors.New("there is nothing to review, or nobody is logged in")
	case rating < 1 || rating > 5 || strings.TrimSpace(body) == "" || len(body) > 4000:
		return nil, errors.New("give one to five stars and some words")
	}
	now := s.stamp()
	r := &Review{ID: s.newID("Review"), Kind: kind, Subject: subject, CustomerID: customer, Rating: rating, Body: body, State: "pending", CreatedAt: now, UpdatedAt: now}
	s.reviews = append(s.reviews, r)
	s.reviewEvent(r)
	return r, nil
}

// Moderate approves a review or withdraws it.
func (s *Shop) Moderate(id int64, approve bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := find(s.reviews, func(r *Review) bool { return r.ID == id })
	if r == nil {
		return errors.New("there is no such review")
	}
	r.State = "withdrawn"
	if approve {
		r.State = "approved"
	}
	r.UpdatedAt = later(r.UpdatedAt, s.stamp())
	s.reviewEvent(r)
	return nil
}

func later(before, now time.Time) time.Time {
	if now.After(before) {
		return now
	}
	return before.Add(time.Second)
}

func (s *Shop) article(id int64) *Article {
	return find(s.articles, func(a *Article) bool { return a.ID == id })
}

// Tag sets a customer's tags.
func (s *Shop) Tag(id int64, tags []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.liveCustomer(id); c != nil {
		c.Tags, c.UpdatedAt = slices.Clone(tags), s.stamp()
		s.event(s.uuid(), "customers/update", customerPayload(c))
	}
}
