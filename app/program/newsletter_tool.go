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
	"time"

	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/store"
)

// Why a newsletter tool is told nothing any more (D19).
const (
	toolGone   = "gone"   // it answered 410
	toolSilent = "silent" // no good answer for as long as jobs wait
)

const toolTimeout = 10 * time.Second // a slow tool holds up nothing but itself

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

// toolOf is where the tool is, and the secret that signs what it is told; no secret =
// none was made.
func (p *Program) toolOf(ctx context.Context, shop loyalty.ShopID) (s NewsletterSettings, secret []byte, err error) {
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		if s, err = p.NewsletterSettings(tx, shop); err != nil || p.Vault == nil {
			return err
		}
		kept, err := p.Vault.Secrets(tx, shop, NewsletterSecret, p.now())
		if len(kept) > 0 {
			secret = kept[0].Value
		}
		return err
	})
	return s, secret, err
}

// runNewsletterTool tells the merchant's newsletter tool. Only what it answers counts;
// an outage keeps the job alive for two weeks, then the tool is switched off.
func (p *Program) runNewsletterTool(ctx context.Context, h hostCall) error {
	s, wanted, err := p.signupOfJob(ctx, h)
	if err != nil {
		return err
	}
	settings, secret, err := p.toolOf(ctx, h.shop.ID)
	if err != nil {
		return err
	}
	said := ""
	if wanted && settings.ToolURL != "" && settings.ToolOn && len(secret) > 0 && p.Tools != nil {
		status, err := p.tellTool(ctx, tool{settings.ToolURL, secret}, "msg_"+h.job.ID.String(), eventOf(s))
		if err != nil {
			return p.toolRefused(ctx, h, err)
		}
		said = strconv.Itoa(status)
	}
	return p.Store.Write(ctx, func(tx *store.Tx) error { return p.finishJob(tx, h.shop.ID, h.job, said) })
}

func (p *Program) toolRefused(ctx context.Context, h hostCall, cause error) error {
	why := ""
	switch {
	case errors.Is(cause, platform.ErrRefused):
		why = toolGone
	case p.now()-h.job.CreatedAt >= maxOutage.Milliseconds():
		why = toolSilent
	}
	if why != "" {
		if err := p.stopTool(ctx, h.shop.ID, why); err != nil {
			return err
		}
	}
	return fromHost(cause)
}

// stopTool switches the tool off in the shop's settings: the newsletter's page says so.
func (p *Program) stopTool(ctx context.Context, shop loyalty.ShopID, why string) error {
	return p.Store.Write(ctx, func(tx *store.Tx) error {
		s, err := p.NewsletterSettings(tx, shop)
		if err != nil || !s.ToolOn {
			return err
		}
		was := s
		s.ToolOn, s.ToolStopped = false, why
		body, err := json.Marshal(s)
		if err != nil {
			return err
		}
		ok, err := tx.SaveSettingsDoc(shop, store.SettingsDoc{Name: store.NewsletterSettings, Body: body, Seen: s.Version, NowMs: p.now()})
		if err != nil || !ok {
			return err // a merchant was quicker: the next job looks again
		}
		return p.audit(tx, shop, deed{by: ledger.ActorSystem, did: "newsletter.tool_stopped", to: "settings", before: was, after: s, why: why})
	})
}

func eventOf(s store.Signup) toolEvent {
	return toolEvent{Type: "newsletter." + string(s.State),
		Data: toolData{ID: s.ID.String(), Email: s.Email, Language: s.Locale, Source: s.Source, Code: s.Code, ConsentText: s.ConsentText, ConfirmedAt: s.ConfirmedAt}}
}

type tool struct {
	url    string
	secret []byte
}

// tellTool says one thing and gives the status of a good answer.
func (p *Program) tellTool(ctx context.Context, to tool, id string, event toolEvent) (status int, err error) {
	now := p.Clock.Now().UTC()
	event.Timestamp = now.Format("2006-01-02T15:04:05.000Z07:00")
	body, err := json.Marshal(event)
	if err != nil {
		return 0, err
	}
	call, done := context.WithTimeout(context.WithoutCancel(ctx), toolTimeout)
	defer done()
	req, err := http.NewRequestWithContext(call, http.MethodPost, to.url, bytes.NewReader(body))
	if err != nil {
		return 0, fmt.Errorf("%w: the address of the newsletter tool", platform.ErrRefused)
	}
	stamp := strconv.FormatInt(now.Unix(), 10)
	for name, value := range map[string]string{"Content-Type": "application/json", "webhook-id": id, "webhook-timestamp": stamp,
		"webhook-signature": "v1," + SignTool(to.secret, id, stamp, body)} {
		req.Header.Set(name, value)
	}
	res, err := p.Tools.Do(req)
	if errors.Is(err, platform.ErrPrivate) {
		return 0, fmt.Errorf("%w: the newsletter tool is at a private address", platform.ErrUnreachable)
	}
	if err != nil {
		return 0, fmt.Errorf("%w: the newsletter tool does not answer", platform.ErrUnreachable)
	}
	defer func() { _ = res.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 64<<10))
	switch {
	case res.StatusCode >= 200 && res.StatusCode < 300:
		return res.StatusCode, nil
	case res.StatusCode == http.StatusGone:
		return res.StatusCode, fmt.Errorf("%w: the newsletter tool wants no more of it", platform.ErrRefused)
	}
	return res.StatusCode, fmt.Errorf("%w: the newsletter tool answers %d", platform.ErrUnreachable, res.StatusCode)
}

// ToolAnswer is what a newsletter tool said to one thing that it was told.
type ToolAnswer struct {
	At       int64  `json:"at" doc:"Unix milliseconds"`
	About    string `json:"about" enum:"confirmed,unsubscribed,test"`
	State    string `json:"state" enum:"told,waiting,given_up"`
	Attempts int64  `json:"attempts" doc:"that did not work"`
	Said     string `json:"said" doc:"the status, or what went wrong"`
	NextAt   int64  `json:"next_at,omitempty" doc:"of the next attempt, Unix milliseconds"`
}

// ToolAnswers lists the last ones, newest first.
func (p *Program) ToolAnswers(ctx context.Context, shop loyalty.ShopID, limit int) (list []ToolAnswer, err error) {
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		jobs, err := tx.JobsOfKind(shop, store.JobNewsletterTool, limit)
		list = make([]ToolAnswer, len(jobs))
		for i, j := range jobs {
			payload, err := decodeJob[signupPayload](j)
			if err != nil {
				return err
			}
			a := ToolAnswer{At: max(j.DoneAt, j.CreatedAt), About: payload.State, State: "waiting", Attempts: j.Attempts, Said: j.Reason, NextAt: j.NextAt}
			switch j.State {
			case store.JobDone:
				a.State, a.NextAt = "told", 0
			case store.JobDead:
				a.State, a.NextAt = "given_up", 0
			}
			list[i] = a
		}
		return err
	})
	return list, err
}

// TestTool tells the newsletter tool something about nobody, now. CodeConflict without
// an address or a secret.
func (p *Program) TestTool(ctx context.Context, shop loyalty.Shop) (ToolAnswer, error) {
	settings, secret, err := p.toolOf(ctx, shop.ID)
	if err != nil {
		return ToolAnswer{}, err
	}
	if settings.ToolURL == "" || len(secret) == 0 || p.Tools == nil {
		return ToolAnswer{}, loyalty.Refuse(loyalty.CodeConflict, "save the address of the tool and make a secret first")
	}
	event := toolEvent{Type: "newsletter.test", Data: toolData{ID: "0", Email: "test@example.com", Language: languageOf("", shop.Language)}}
	status, err := p.tellTool(ctx, tool{settings.ToolURL, secret}, "msg_"+p.IDs.Next().String(), event)
	a := ToolAnswer{At: p.now(), About: "test", State: "told", Said: strconv.Itoa(status)}
	if err != nil {
		a.State, a.Said = "given_up", err.Error()
	}
	return a, nil
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
