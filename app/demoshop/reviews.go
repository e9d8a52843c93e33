package demoshop

import (
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// reviewEvent posts the state of a review to the app in the review format that
// the app documents, as a review app would. The caller holds the lock.
func (s *Shop) reviewEvent(r *Review) {
	if s.cfg.ReviewURL == "" {
		return
	}
	c := s.customer(r.CustomerID)
	status := map[string]string{"withdrawn": "rejected"}[r.State]
	if status == "" {
		status = r.State
	}
	typ := "review.updated"
	if r.State == "pending" {
		typ = "review.created"
	}
	body := m{"type": typ, "timestamp": r.UpdatedAt.Format(time.RFC3339), "data": m{
		"id": str(r.ID), "kind": r.Kind, "subject": str(r.Subject), "customer": str(c.ID), "email": c.Email, "status": status,
		"created_at": r.CreatedAt.Format(time.RFC3339),
	}}
	now := s.now()
	s.enqueue(&delivery{topic: typ, url: s.cfg.ReviewURL, body: payload(body), webhookID: "msg_" + s.uuid(), triggered: now, next: now, review: true, state: "waiting"})
}

// reviewHeaders sign by the Standard Webhooks scheme: id.timestamp.body.
func (s *Shop) reviewHeaders(h http.Header, d *delivery) {
	ts := strconv.FormatInt(s.now().Unix(), 10)
	h.Set("webhook-id", d.webhookID)
	h.Set("webhook-timestamp", ts)
	h.Set("webhook-signature", standardSignature(s.reviewSecret(), d.webhookID, ts, d.body))
}

// standardSignature is "v1," and the base64 of the HMAC with the key inside "whsec_<base64>".
func standardSignature(secret, id, ts string, body []byte) string {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil {
		key = []byte(secret)
	}
	text := append([]byte(id+"."+ts+"."), body...)
	return "v1," + base64.StdEncoding.EncodeToString(sign(string(key), text))
}

func (s *Shop) reviewSecret() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cfg.ReviewSecret
}
