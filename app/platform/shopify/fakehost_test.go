package shopify

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/platform/shopify/schema"
)

// m is a JSON object in an answer.
type m = map[string]any

// fakeHost answers the Admin API's operations with what a test puts into
// answers, after it has checked every request against the official schema.
type fakeHost struct {
	t       *testing.T
	server  *httptest.Server
	schema  *ast.Schema
	clock   *loyalty.ManualClock
	log     bytes.Buffer
	mu      sync.Mutex
	answers map[string]func(vars m) any // operation → data, or an http.HandlerFunc
	calls   []string
	vars    []m
	tokens  []string // handed out in turn; the last one again and again
}

func newFakeHost(t *testing.T) (*fakeHost, *Driver, platform.Conn) {
	h := &fakeHost{t: t, schema: schema.Load(), answers: map[string]func(m) any{}, tokens: []string{"shpat_1"}}
	h.clock = loyalty.NewManualClock(time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC))
	h.server = httptest.NewServer(http.HandlerFunc(h.serve))
	t.Cleanup(h.server.Close)
	d := New(Config{
		Client:  platform.NewClient(platform.ClientOptions{Timeout: 2 * time.Second, AllowPrivate: true}),
		Pacer:   platform.NewPacer(h.clock, InitialBudget),
		Clock:   h.clock,
		Log:     slog.New(slog.NewTextHandler(&h.log, nil)),
		BaseURL: func(string) string { return h.server.URL },
	})
	return h, d, platform.Conn{ShopID: 1, Domain: "test-shop.myshopify.com", Currency: "EUR", Token: h.token}
}

func (h *fakeHost) token(context.Context) (string, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	tok := h.tokens[0]
	if len(h.tokens) > 1 {
		h.tokens = h.tokens[1:]
	}
	return tok, nil
}

// on sets the answer of an operation.
func (h *fakeHost) on(op string, answer func(vars m) any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.answers[op] = answer
}

// says sets the same data, or handler, for every call of an operation.
func (h *fakeHost) says(op string, data any) { h.on(op, func(m) any { return data }) }

func (h *fakeHost) count(op string) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	n := 0
	for _, c := range h.calls {
		if c == op {
			n++
		}
	}
	return n
}

func (h *fakeHost) lastVars() m {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.vars[len(h.vars)-1]
}

func (h *fakeHost) serve(w http.ResponseWriter, r *http.Request) {
	if want := "/admin/api/" + schema.Version + "/graphql.json"; r.URL.Path != want || r.Method != http.MethodPost {
		h.t.Errorf("called %s %s", r.Method, r.URL.Path)
	}
	var req schema.Request
	if err := json.NewDecoder(r.Body).Decode(&req); err != nil {
		h.t.Errorf("request is not JSON: %v", err)
		return
	}
	op, _, errs := schema.Check(h.schema, req)
	if len(errs) > 0 {
		h.t.Errorf("the official schema refuses %s: %v", req.OperationName, errs)
		return
	}
	h.mu.Lock()
	answer := h.answers[op.Name]
	h.calls = append(h.calls, op.Name)
	h.vars = append(h.vars, req.Variables)
	h.mu.Unlock()
	if answer == nil {
		h.t.Errorf("no answer prepared for %s", op.Name)
		return
	}
	switch a := answer(req.Variables).(type) {
	case http.HandlerFunc:
		r.Header.Set("Operation", op.Name)
		a(w, r)
	default:
		writeJSON(w, m{"data": a})
	}
}

func writeJSON(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(body)
}

// status answers with an HTTP status.
func status(code int, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(code)
		w.Write([]byte(body))
	}
}

// body answers 200 with a JSON value of its own, errors and extensions included.
func body(v any) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, v) }
}

// topLevel answers with a GraphQL error outside of the data.
func topLevel(code string) http.HandlerFunc {
	return body(m{"errors": []m{{"message": "went wrong", "extensions": m{"code": code}}}})
}

// reset does the work and then breaks the connection in the middle of the answer.
func reset(partial string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		conn.Write([]byte(partial))
		conn.(*net.TCPConn).SetLinger(0)
		conn.Close()
	}
}

// hang answers only when the caller has gone.
func hang(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// shopSet is an amount in the shop's money.
func shopSet(amount string) m { return m{"shopMoney": m{"amount": amount}} }

func nodes(list ...m) m {
	return m{"nodes": slices.Clone(append([]m{}, list...)), "pageInfo": m{"hasNextPage": false, "endCursor": nil}}
}
