package program

import (
	"context"
	"errors"
	"fmt"

	"zugabe/app/crash"
	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/store"
)

// NewsletterSecret is the purpose under which the secret is kept that signs what we
// tell a newsletter tool.
const NewsletterSecret = "newsletter_tool"

// signupPayload belongs to the jobs newsletter.tool and newsletter.consent. It names
// nobody: what is told is read when it is told.
type signupPayload struct {
	Signup loyalty.ID `json:"signup,omitempty"`
	Member loyalty.ID `json:"member,omitempty"` // who left without ever having signed up here
	State  string     `json:"state"`
	At     int64      `json:"at"`
}

// oweNewsletterJobs stores what the host and the newsletter tool must be told. What the
// host itself said it is not told again.
func (p *Program) oweNewsletterJobs(tx *store.Tx, shop loyalty.Shop, settings NewsletterSettings, s store.Signup, hostKnows bool) error {
	now := p.now()
	key := fmt.Sprintf("%s:%s:%d", s.ID, s.State, now)
	payload := encodeJob(signupPayload{Signup: s.ID, State: string(s.State), At: now})
	var jobs []store.Job
	if settings.ToolURL != "" && settings.ToolOn {
		jobs = append(jobs, store.Job{ID: p.IDs.Next(), Kind: store.JobNewsletterTool, Key: key, Payload: payload, NextAt: now, CreatedAt: now})
	}
	if settings.HostConsent && p.SetsConsent(shop) && !hostKnows {
		jobs = append(jobs, store.Job{ID: p.IDs.Next(), Kind: store.JobNewsletterConsent, Key: key, Payload: payload, NextAt: now, CreatedAt: now})
	}
	return p.oweJobs(tx, shop.ID, jobs)
}

// oweWithdrawal has the host told that somebody left whose consent only the host has.
func (p *Program) oweWithdrawal(tx *store.Tx, shop loyalty.Shop, person []byte) error {
	settings, err := p.NewsletterSettings(tx, shop.ID)
	if err != nil || !settings.HostConsent || !p.SetsConsent(shop) {
		return err
	}
	m, found, err := p.memberOfPerson(tx, shop.ID, person)
	if err != nil || !found || m.CustomerKey == "" {
		return err
	}
	now := p.now()
	return p.oweJobs(tx, shop.ID, []store.Job{{ID: p.IDs.Next(), Kind: store.JobNewsletterConsent, Key: fmt.Sprintf("member:%s:%d", m.ID, now),
		Payload: encodeJob(signupPayload{Member: m.ID, State: string(store.SignupUnsubscribed), At: now}), NextAt: now, CreatedAt: now}})
}

func (p *Program) oweJobs(tx *store.Tx, shop loyalty.ShopID, jobs []store.Job) error {
	if len(jobs) == 0 {
		return nil
	}
	tx.OnCommit(func() { p.wake("jobs") })
	return tx.InsertJobs(shop, jobs)
}

// SetsConsent says whether the shop's host lets us set marketing consent.
func (p *Program) SetsConsent(shop loyalty.Shop) bool {
	if p.Hosts == nil {
		return false
	}
	driver := p.Hosts.Driver(shop.Host)
	return driver != nil && driver.Capabilities().SetConsent
}

// runNewsletterConsent brings the host's marketing consent to where the person is now.
func (p *Program) runNewsletterConsent(ctx context.Context, h hostCall) error {
	c, wanted, err := p.consentOfJob(ctx, h)
	if err != nil {
		return err
	}
	if wanted && h.driver.Capabilities().SetConsent {
		call, done := calling(ctx)
		defer done()
		if err := h.driver.SetConsent(call, h.conn, c); err != nil {
			if errors.Is(err, platform.ErrUnknown) { // repeating it does no harm
				err = platform.ErrUnreachable
			}
			return fromHost(err)
		}
		crash.Point("consent.after_call")
	}
	return p.Store.Write(ctx, func(tx *store.Tx) error { return p.finishJob(tx, h.shop.ID, h.job, "") })
}

// consentOfJob is what the host must be told now; wanted is false when the person has
// moved on since, because the job of that move tells it.
func (p *Program) consentOfJob(ctx context.Context, h hostCall) (c platform.Consent, wanted bool, err error) {
	payload, err := decodeJob[signupPayload](h.job)
	if err != nil {
		return c, false, err
	}
	if payload.Member != 0 {
		return p.withdrawalOfJob(ctx, h, payload)
	}
	s, wanted, err := p.signupOfJob(ctx, h)
	if err != nil || !wanted {
		return c, false, err
	}
	c = platform.Consent{Email: s.Email, Locale: s.Locale, Given: s.State == store.SignupConfirmed, At: max(s.ConfirmedAt, s.UnsubscribedAt)}
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		m, _, err := p.memberOfPerson(tx, h.shop.ID, s.PersonKey)
		c.CustomerKey = m.CustomerKey
		return err
	})
	return c, true, err
}

func (p *Program) withdrawalOfJob(ctx context.Context, h hostCall, payload signupPayload) (c platform.Consent, wanted bool, err error) {
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		found, err := tx.MembersByID(h.shop.ID, []loyalty.ID{payload.Member})
		if err != nil {
			return err
		}
		m := found[payload.Member]
		s, known, err := tx.SignupOfPerson(h.shop.ID, m.PersonKey)
		back := known && s.State == store.SignupConfirmed
		wanted = m.State == loyalty.MemberActive && m.CustomerKey != "" && !back
		c = platform.Consent{CustomerKey: m.CustomerKey, Email: m.Email, Locale: m.Locale, At: payload.At}
		return err
	})
	return c, wanted, err
}

// signupOfJob is the sign-up that a job is about; wanted is false when it has moved on
// since, because the job of that move tells it.
func (p *Program) signupOfJob(ctx context.Context, h hostCall) (s store.Signup, wanted bool, err error) {
	payload, err := decodeJob[signupPayload](h.job)
	if err != nil {
		return s, false, err
	}
	err = p.Store.Read(ctx, func(tx *store.Tx) (err error) {
		s, wanted, err = tx.SignupByID(h.shop.ID, payload.Signup)
		return err
	})
	return s, wanted && string(s.State) == payload.State && s.Email != "", err
}
