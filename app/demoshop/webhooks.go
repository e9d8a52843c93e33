package demoshop

import (
	"bytes"
	"context"
	"encoding/base64"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
)

// delivery is one webhook on its way; its body never changes again.
type delivery struct {
	topic     string
	url       string
	body      []byte
	webhookID string
	eventID   string
	triggered time.Time
	sub       *Subscription // nil: subscribed by the app's TOML file
	review    bool
	action    string // of the events family: create or update; empty = the classic family
	attempts  int
	next      time.Time
	state     string // waiting, done, failed, dropped
	status    int
	copyNo    int
}

// ComplianceTopics are those that only the app's TOML file can ask for.
func ComplianceTopics() []string {
	return []string{"customers/data_request", "customers/redact", "shop/redact", "app/uninstalled", "app/scopes_update"}
}

// AllTopics are all the shop can send.
func AllTopics() []string {
	return append(ComplianceTopics(), "orders/create", "orders/paid", "orders/updated", "orders/edited", "orders/cancelled", "orders/fulfilled", "refunds/create",
		"customers/create", "customers/update", "customers/delete", "customers/merge", "customers_email_marketing_consent/update", "discounts/delete")
}

// retryAfter are the host's eight further tries over four hours.
var retryAfter = []time.Duration{
	10 * time.Second, time.Minute, 5 * time.Minute, 10 * time.Minute, 20 * time.Minute, 35 * time.Minute, 60 * time.Minute, 110 * time.Minute,
}

// event sends topic to everybody who asked for it. The caller holds the lock and
// gives all webhooks of one act the same event id.
func (s *Shop) event(eventID, topic string, body m) {
	raw := payload(body)
	now := s.now()
	send := func(url string, sub *Subscription) {
		s.enqueue(&delivery{topic: topic, url: url, body: raw, webhookID: s.uuid(), eventID: eventID, triggered: now, next: now, sub: sub, state: "waiting"})
	}
	if slices.Contains(s.cfg.AppTopics, topic) && s.cfg.AppURL != "" {
		send(s.cfg.AppURL+s.cfg.WebhookPath, nil)
	}
	if s.uninstalled {
		return
	}
	if s.mis.webhooks().Events && strings.HasPrefix(topic, "orders/") {
		s.tellEvent(eventID, topic, body)
	}
	enum := strings.ToUpper(strings.ReplaceAll(topic, "/", "_"))
	for _, sub := range s.subs {
		if sub.Topic == enum {
			send(sub.URI, sub)
		}
	}
}

// tellEvent tells of an order in the host's newer family as well: other headers,
// and a body that holds what the subscription's own query asks for.
func (s *Shop) tellEvent(eventID, topic string, body m) {
	id := body["admin_graphql_api_id"]
	if id == nil || s.cfg.AppURL == "" {
		return
	}
	action := "update"
	if topic == "orders/create" {
		action = "create"
	}
	raw := payload(m{"topic": "Order", "action": action, "fields_changed": m{"added": []any{}, "updated": []any{"order.updatedAt"}, "removed": []any{}}, "data": m{"order": m{"id": id}}})
	now := s.now()
	s.enqueue(&delivery{topic: "Order", action: action, url: s.cfg.AppURL + s.cfg.WebhookPath, body: raw, webhookID: s.uuid(), eventID: eventID, triggered: now, next: now, state: "waiting"})
}

// enqueue applies the misbehaviour that is switched on for webhooks.
func (s *Shop) enqueue(d *delivery) {
	f := s.mis.webhooks()
	if s.mis.dropNext(d.topic) || (f.DropPercent > 0 && strings.HasPrefix(d.topic, f.DropOnly) && s.rng.IntN(100) < f.DropPercent) {
		d.state = "dropped"
		s.sent = append(s.sent, d)
		return
	}
	d.next = d.next.Add(time.Duration(f.DelaySeconds) * time.Second)
	for i := 0; i <= f.Duplicate; i++ {
		c := *d
		c.copyNo = i
		if f.Reorder {
			c.next = c.next.Add(time.Duration(s.rng.IntN(3000)) * time.Millisecond)
		}
		s.queue = append(s.queue, &c)
	}
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// uuid comes from the seed, so that a run can be repeated.
func (s *Shop) uuid() string {
	const hexDigits = "0123456789abcdef"
	b := make([]byte, 36)
	for i := range b {
		b[i] = hexDigits[s.rng.IntN(16)]
	}
	b[8], b[13], b[18], b[23], b[14], b[19] = '-', '-', '-', '-', '4', 'a'
	return string(b)
}

// Deliver sends everything that is due by the shop's clock, one after the other,
// and returns how many it sent and how many still wait for their time.
func (s *Shop) Deliver(ctx context.Context) (sent, waiting int) {
	s.pump.Lock()
	defer s.pump.Unlock()
	for ctx.Err() == nil {
		batch, rest := s.takeDue()
		if len(batch) == 0 {
			return sent, rest
		}
		for _, d := range batch {
			s.finish(d, s.post(ctx, d))
			sent++
		}
	}
	return sent, 0
}

func (s *Shop) takeDue() (batch []*delivery, rest int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	var later []*delivery
	for _, d := range s.queue {
		if d.next.After(now) {
			later = append(later, d)
		} else {
			batch = append(batch, d)
		}
	}
	s.queue = later
	if s.mis.webhooks().Reorder {
		s.rng.Shuffle(len(batch), func(i, j int) { batch[i], batch[j] = batch[j], batch[i] })
	}
	return batch, len(later)
}

func (s *Shop) post(ctx context.Context, d *delivery) int {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, d.url, bytes.NewReader(d.body))
	if err != nil {
		return 0
	}
	s.webhookHeaders(req.Header, d)
	res, err := s.client.Do(req)
	if err != nil {
		return 0
	}
	defer func() { _ = res.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 64<<10))
	return res.StatusCode
}

func (s *Shop) webhookHeaders(h http.Header, d *delivery) {
	h.Set("Content-Type", "application/json")
	if d.review {
		s.reviewHeaders(h, d)
		return
	}
	h.Set("User-Agent", "Shopify-Captain-Hook")
	family := "X-Shopify-"
	if d.action != "" {
		family = "Shopify-"
		h.Set("Shopify-Action", d.action)
		h.Set("Shopify-Handle", "orders")
	}
	h.Set(family+"Topic", d.topic)
	h.Set(family+"Hmac-Sha256", base64.StdEncoding.EncodeToString(sign(s.secret(), d.body)))
	h.Set(family+"Shop-Domain", Domain)
	h.Set(family+"API-Version", webVer)
	h.Set(family+"Webhook-Id", d.webhookID)
	h.Set(family+"Event-Id", d.eventID)
	h.Set(family+"Triggered-At", d.triggered.Format("2006-01-02T15:04:05.000000000Z"))
	if d.sub != nil && d.sub.Name != "" {
		h.Set("X-Shopify-Name", d.sub.Name)
	}
}

func (s *Shop) finish(d *delivery, status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d.attempts++
	d.status = status
	if status >= 200 && status < 300 {
		d.state = "done"
		s.sent = append(s.sent, d)
		if d.sub != nil {
			d.sub.Failures = 0
		}
		return
	}
	if d.attempts <= len(retryAfter) {
		d.next = s.now().Add(retryAfter[d.attempts-1])
		s.queue = append(s.queue, d)
		return
	}
	d.state = "failed"
	s.sent = append(s.sent, d)
	if d.sub != nil {
		s.dropSubscription(d.sub)
	}
}

// dropSubscription is what the host does to a subscription made through the API
// when all tries of a delivery have failed.
func (s *Shop) dropSubscription(sub *Subscription) {
	s.subs = slices.DeleteFunc(s.subs, func(w *Subscription) bool { return w == sub })
}

// Run keeps delivering until ctx ends.
func (s *Shop) Run(ctx context.Context) {
	tick := time.NewTicker(250 * time.Millisecond)
	defer tick.Stop()
	for {
		s.Deliver(ctx)
		select {
		case <-ctx.Done():
			return
		case <-s.wake:
		case <-tick.C:
		}
	}
}
