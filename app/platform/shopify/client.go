package shopify

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/Khan/genqlient/graphql"

	"zugabe/app/platform"
)

// session is one driver operation against one shop: the client that generated
// code calls. An operation of several requests is turned away at its first one
// if the shop's allowance is used up, and waits for it later, so that what was
// begun gets done.
type session struct {
	d     *Driver
	c     platform.Conn
	calls int
}

const (
	firstPatience = 200 * time.Millisecond
	laterPatience = 30 * time.Second
)

func (d *Driver) open(c platform.Conn) *session { return &session{d: d, c: c} }

// MakeRequest implements graphql.Client. Its errors are those of platform.
func (s *session) MakeRequest(ctx context.Context, req *graphql.Request, resp *graphql.Response) error {
	mutates := strings.HasPrefix(strings.TrimSpace(req.Query), "mutation")
	body, err := json.Marshal(req)
	if err != nil {
		return platform.Refused("%s cannot be written: %v", req.OpName, err)
	}
	cost := s.d.costOf(req.OpName, mutates)
	patience := laterPatience
	if s.calls++; s.calls == 1 {
		patience = firstPatience
	}
	if err := s.d.cfg.Pacer.Take(ctx, s.c.ShopID, cost, patience); err != nil {
		return notSent(err)
	}
	answer, err := s.post(ctx, body, mutates)
	s.d.cfg.Pacer.Done(s.c.ShopID, cost, answer.budget())
	if err == nil {
		err = s.read(req.OpName, answer, mutates, resp.Data)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", req.OpName, err)
	}
	return nil
}

// notSent names the end of the caller's patience before anything was sent.
func notSent(err error) error {
	var t platform.Throttled
	if errors.As(err, &t) {
		return err
	}
	return fmt.Errorf("%w: %w", platform.ErrUnreachable, err)
}

// post sends the request, with a newer token once more if the one it had was rotated meanwhile.
func (s *session) post(ctx context.Context, body []byte, mutates bool) (*answer, error) {
	token, err := s.c.Token(ctx)
	if err != nil {
		return nil, err
	}
	a, err := s.postWith(ctx, token, body, mutates)
	if !errors.Is(err, platform.ErrRevoked) {
		return a, err
	}
	newer, tokenErr := s.c.Token(ctx)
	if tokenErr != nil || newer == token {
		return a, err
	}
	return s.postWith(ctx, newer, body, mutates)
}

func (s *session) postWith(ctx context.Context, token string, body []byte, mutates bool) (*answer, error) {
	base, err := s.d.base(s.c.Domain)
	if err != nil {
		return nil, err
	}
	url := base + "/admin/api/" + APIVersion + "/graphql.json"
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return nil, platform.Refused("bad address of the shop: %v", err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	req.Header.Set("X-Shopify-Access-Token", token)
	reply, err := platform.Send(s.d.cfg.Client, req, mutates)
	if errors.Is(err, platform.ErrGone) {
		// The address of the API does not vanish with a discount: the shop is moving or the edge is confused.
		err = fmt.Errorf("%w: status %d", platform.ErrUnreachable, reply.Status)
	}
	if err != nil {
		return nil, err
	}
	s.d.noteVersion(reply.Header)
	var a answer
	if err := json.Unmarshal(reply.Body, &a); err != nil || (len(a.Data) == 0 && len(a.Errors) == 0) {
		return nil, fmt.Errorf("%w: not an answer of the API: %s", platform.Lost(mutates), platform.Excerpt(reply.Body))
	}
	return &a, nil
}

// noteVersion warns when the pinned version nears its end or has fallen out of support (D18).
func (d *Driver) noteVersion(h http.Header) {
	if served := h.Get("X-Shopify-Api-Version"); served != "" && served != APIVersion {
		d.warnOnce("served "+served, "the host answers with another API version than we ask for", "asked", APIVersion, "served", served)
	}
	if why := h.Get("X-Shopify-Api-Deprecated-Reason"); why != "" {
		d.warnOnce("deprecated "+why, "the host deprecates what we call", "version", APIVersion, "reason", why)
	}
	if when := h.Get("Sunset"); when != "" {
		d.warnOnce("sunset "+when, "the host names the end of the API version", "version", APIVersion, "sunset", when)
	}
}

// costOf is what the host asked for the operation last time, or a guess before the first.
func (d *Driver) costOf(op string, mutates bool) int64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	if c := d.cost[op]; c > 0 {
		return c
	}
	if mutates {
		return 10
	}
	return 50
}

func (d *Driver) learnCost(op string, cost int64) {
	if cost <= 0 {
		return
	}
	d.mu.Lock()
	d.cost[op] = cost
	d.mu.Unlock()
}

// points reads a cost, which the host writes as 2000 or 2000.0; fractions are cut.
func points(n json.Number) int64 {
	whole, _, _ := strings.Cut(n.String(), ".")
	v, _ := strconv.ParseInt(whole, 10, 64)
	return v
}
