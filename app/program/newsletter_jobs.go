package program

import (
	"context"
	"errors"
	"fmt"

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
	Signup loyalty.ID `json:"signup"`
	State  string     `json:"state"`
	At     int64      `json:"at"`
}

// oweNewsletterJobs stores what the host and the newsletter tool must be told.
func (p *Program) oweNewsletterJobs(tx *store.Tx, shop loyalty.Shop, settings NewsletterSettings, s store.Signup) error {
	now := p.now()
	key := fmt.Sprintf("%s:%s:%d", s.ID, s.State, now)
	payload := encodeJob(signupPayload{Signup: s.ID, State: string(s.State), At: now})
	var jobs []store.Job
	if settings.ToolURL != "" && settings.ToolOn {
		jobs = append(jobs, store.Job{ID: p.IDs.Next(), Kind: store.JobNewsletterTool, Key: key, Payload: payload, NextAt: now, CreatedAt: now})
	}
	if settings.HostConsent && p.SetsConsent(shop) {
		jobs = append(jobs, store.Job{ID: p.IDs.Next(), Kind: store.JobNewsletterConsent, Key: key, Payload: payload, NextAt: now, CreatedAt: now})
	}
	if len(jobs) == 0 {
		return nil
	}
	tx.OnCommit(func() { p.wake("jobs") })
	return tx.InsertJobs(shop.ID, jobs)
}

// SetsConsent says whether the shop's host lets us set marketing consent.
func (p *Program) SetsConsent(shop loyalty.Shop) bool {
	if p.Hosts == nil {
		return false
	}
	_, can := p.Hosts.Driver(shop.Host).(platform.Consenter)
	return can
}

// runNewsletterConsent brings the host's marketing consent to where the sign-up is now.
func (p *Program) runNewsletterConsent(ctx context.Context, h hostCall) error {
	s, wanted, err := p.signupOfJob(ctx, h)
	if err != nil {
		return err
	}
	host, can := h.driver.(platform.Consenter)
	if wanted && can {
		call, done := calling(ctx)
		defer done()
		c := platform.Consent{Email: s.Email, Locale: s.Locale, Given: s.State == store.SignupConfirmed, At: max(s.ConfirmedAt, s.UnsubscribedAt)}
		if m, found, err := p.readMemberOfPerson(ctx, h.shop.ID, s.PersonKey); err != nil {
			return err
		} else if found {
			c.CustomerKey = m.CustomerKey
		}
		if err := host.SetConsent(call, h.conn, c); err != nil {
			if errors.Is(err, platform.ErrUnknown) { // repeating it does no harm
				err = platform.ErrUnreachable
			}
			return fromHost(err)
		}
	}
	return p.Store.Write(ctx, func(tx *store.Tx) error { return p.finishJob(tx, h.shop.ID, h.job, "") })
}

func (p *Program) readMemberOfPerson(ctx context.Context, shop loyalty.ShopID, person []byte) (m loyalty.Member, found bool, err error) {
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		m, found, err = p.memberOfPerson(tx, shop, person)
		return err
	})
	return m, found, err
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
