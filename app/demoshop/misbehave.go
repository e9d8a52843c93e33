package demoshop

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// WebhookFaults are the ways in which deliveries can go wrong.
type WebhookFaults struct {
	Duplicate    int    `json:"duplicate"`     // further copies of each, with the same webhook id
	Reorder      bool   `json:"reorder"`       // hold each back up to 3 s and shuffle
	DelaySeconds int    `json:"delay_seconds"` //
	Drop         int    `json:"drop"`          // never send the next so many
	DropPercent  int    `json:"drop_percent"`  // never send so many of a hundred
	Events       bool   `json:"events"`        // no fault: tell of orders in the newer events family too
	DropOnly     string `json:"drop_only"`     // lose only topics that begin with this
}

// APIFaults are the ways in which calls to the Admin API can go wrong.
type APIFaults struct {
	Mode       string   `json:"mode"`       // "", timeout, reset, reset_before, throttle, costly, 5xx, 5xx_after, html, slow, unauthorized
	Next       int      `json:"next"`       // how many calls; 0 = until changed
	Operations []string `json:"operations"` // root fields; empty = all
	Millis     int      `json:"millis"`     // slow: how long; timeout: when the shop hangs up (0 = 30 s)
}

// Faults is what /control takes: everything not named is switched off.
type Faults struct {
	Webhooks WebhookFaults `json:"webhooks"`
	API      APIFaults     `json:"api"`
}

type misbehaviour struct {
	mu sync.Mutex
	f  Faults
}

// Misbehave sets what goes wrong from now on; the zero value ends it.
func (s *Shop) Misbehave(f Faults) {
	s.mis.mu.Lock()
	defer s.mis.mu.Unlock()
	s.mis.f = f
}

// Faults is what goes wrong at the moment.
func (s *Shop) Faults() Faults {
	s.mis.mu.Lock()
	defer s.mis.mu.Unlock()
	return s.mis.f
}

func (b *misbehaviour) webhooks() WebhookFaults {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.f.Webhooks
}

func (b *misbehaviour) dropNext(topic string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.f.Webhooks.Drop == 0 || !strings.HasPrefix(topic, b.f.Webhooks.DropOnly) {
		return false
	}
	b.f.Webhooks.Drop--
	return true
}

// nextFault says what happens to a call with these root fields, and counts it.
func (b *misbehaviour) nextFault(fields []string) APIFaults {
	b.mu.Lock()
	defer b.mu.Unlock()
	f := b.f.API
	hit := len(f.Operations) == 0 || slices.ContainsFunc(fields, func(n string) bool { return slices.Contains(f.Operations, n) })
	if f.Mode == "" || !hit {
		return APIFaults{}
	}
	if f.Next > 0 {
		b.f.API.Next--
		if b.f.API.Next == 0 {
			b.f.API = APIFaults{}
		}
	}
	return f
}

// faultBefore spoils a call before anything was done; true means it was answered.
func (s *Shop) faultBefore(w http.ResponseWriter, r *http.Request, f APIFaults) bool {
	switch f.Mode {
	case "throttle":
		s.mu.Lock()
		s.bucket.have = 0
		answer := s.throttled(mutationCost)
		s.mu.Unlock()
		writeJSON(w, http.StatusOK, answer)
	case "costly":
		writeJSON(w, http.StatusOK, map[string]any{"errors": []gqlError{{
			Message:    "Query cost is 1412, which exceeds the single query max cost limit (1000).",
			Extensions: map[string]any{"code": "MAX_COST_EXCEEDED", "cost": 1412, "maxCost": 1000},
		}}})
	case "5xx":
		http.Error(w, "upstream unavailable", http.StatusServiceUnavailable)
	case "reset_before":
		reset(w)
	case "unauthorized":
		writeJSON(w, http.StatusUnauthorized, map[string]any{"errors": "[API] Invalid API key or access token (unrecognized login or wrong password)"})
	case "slow":
		hang(r, time.Duration(f.Millis)*time.Millisecond)
		return false
	default:
		return false
	}
	return true
}

// faultAfter spoils the answer of a call whose work was done.
func (s *Shop) faultAfter(w http.ResponseWriter, r *http.Request, f APIFaults) bool {
	switch f.Mode {
	case "timeout":
		wait := time.Duration(f.Millis) * time.Millisecond
		if wait == 0 {
			wait = 30 * time.Second
		}
		hang(r, wait)
		reset(w)
	case "reset":
		reset(w)
	case "5xx_after":
		http.Error(w, "bad gateway", http.StatusBadGateway)
	case "html":
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, "<!doctype html><title>Something went wrong</title>")
	default:
		return false
	}
	return true
}

// hang waits for d or until the caller has gone.
func hang(r *http.Request, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-r.Context().Done():
	}
}

// reset closes the connection without an answer, as a broken network does.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

// serveControl reads or replaces the faults as JSON.
func (s *Shop) serveControl(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost {
		var f Faults
		dec := json.NewDecoder(io.LimitReader(r.Body, 64<<10))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&f); err != nil {
			writeJSON(w, http.StatusBadRequest, map[string]any{"error": err.Error()})
			return
		}
		s.Misbehave(f)
	}
	writeJSON(w, http.StatusOK, s.Faults())
}
