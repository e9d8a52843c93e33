package program

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

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
	if settings.ToolURL != "" {
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

// toolEvent is what a newsletter tool is told, by the rules of Standard Webhooks.
type toolEvent struct {
	Type      string   `json:"type"` // newsletter.confirmed, newsletter.unsubscribed
	Timestamp string   `json:"timestamp"`
	Data      toolData `json:"data"`
}

type toolData struct {
	ID          string `json:"id"`
	Email       string `json:"email"`
	Language    string `json:"language"`
	Source      string `json:"source,omitempty"`
	Code        string `json:"code,omitempty"`
	ConsentText string `json:"consent_text"`
	ConfirmedAt int64  `json:"confirmed_at"` // Unix ms
}

// runNewsletterTool tells the merchant's newsletter tool. Only what it answers counts;
// an outage keeps the job alive.
func (p *Program) runNewsletterTool(ctx context.Context, h hostCall) error {
	s, wanted, err := p.signupOfJob(ctx, h)
	if err != nil {
		return err
	}
	var settings NewsletterSettings
	var secret []byte
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		if settings, err = p.NewsletterSettings(tx, h.shop.ID); err != nil || p.Vault == nil {
			return err
		}
		kept, err := p.Vault.Secrets(tx, h.shop.ID, NewsletterSecret, p.now())
		if len(kept) > 0 {
			secret = kept[0].Value
		}
		return err
	})
	if err != nil {
		return err
	}
	if wanted && settings.ToolURL != "" && len(secret) > 0 && p.Tools != nil {
		if err := p.tellTool(ctx, settings.ToolURL, secret, h.job, s); err != nil {
			return fromHost(err)
		}
	}
	return p.Store.Write(ctx, func(tx *store.Tx) error { return p.finishJob(tx, h.shop.ID, h.job, "") })
}

func (p *Program) tellTool(ctx context.Context, url string, secret []byte, j store.Job, s store.Signup) error {
	now := p.Clock.Now().UTC()
	body, err := json.Marshal(toolEvent{Type: "newsletter." + string(s.State), Timestamp: now.Format("2006-01-02T15:04:05.000Z07:00"),
		Data: toolData{ID: s.ID.String(), Email: s.Email, Language: s.Locale, Source: s.Source, Code: s.Code, ConsentText: s.ConsentText, ConfirmedAt: s.ConfirmedAt}})
	if err != nil {
		return err
	}
	call, done := calling(ctx)
	defer done()
	req, err := http.NewRequestWithContext(call, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("%w: the address of the newsletter tool", platform.ErrRefused)
	}
	id, stamp := "msg_"+j.ID.String(), strconv.FormatInt(now.Unix(), 10)
	for name, value := range map[string]string{"Content-Type": "application/json", "webhook-id": id, "webhook-timestamp": stamp,
		"webhook-signature": "v1," + SignTool(secret, id, stamp, body)} {
		req.Header.Set(name, value)
	}
	res, err := p.Tools.Do(req)
	if err != nil {
		return fmt.Errorf("%w: the newsletter tool does not answer", platform.ErrUnreachable)
	}
	defer func() { _ = res.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 64<<10))
	switch {
	case res.StatusCode < 300:
		return nil
	case res.StatusCode == http.StatusGone:
		return fmt.Errorf("%w: the newsletter tool wants no more of it", platform.ErrRefused)
	}
	return fmt.Errorf("%w: the newsletter tool answers %d", platform.ErrUnreachable, res.StatusCode)
}

// SignTool is the signature of Standard Webhooks over id, time and body. secret is as
// merchants are given it: whsec_ and base64.
func SignTool(secret []byte, id, stamp string, body []byte) string {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(string(secret), "whsec_"))
	if err != nil {
		key = secret
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(id + "." + stamp + "."))
	mac.Write(body)
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
