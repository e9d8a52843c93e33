package demoshop

import (
	"encoding/json"
	"io"
	"net/http"
	"time"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"zugabe/app/loyalty"
)

const (
	bucketSize    = 2000
	bucketRestore = 100 // a second
	mutationCost  = 10
)

// enterprise is how many times the host's biggest plan allows what the smallest does.
const enterprise = 20

// bucket is the host's cost-based limit on API calls.
type bucket struct {
	clock         loyalty.Clock
	have          int64
	at            time.Time
	size, restore int64
}

func newBucket(clock loyalty.Clock, times int64) bucket {
	return bucket{clock: clock, have: bucketSize * times, at: clock.Now(), size: bucketSize * times, restore: bucketRestore * times}
}

// take refills, then takes cost if there is as much.
func (b *bucket) take(cost int64) bool {
	now := b.clock.Now()
	refill := int64(now.Sub(b.at).Milliseconds() * b.restore / 1000)
	if refill > 0 {
		b.have, b.at = min(b.size, b.have+refill), now
	}
	if b.have < cost {
		return false
	}
	b.have -= cost
	return true
}

type gqlRequest struct {
	Query         string         `json:"query"`
	OperationName string         `json:"operationName"`
	Variables     map[string]any `json:"variables"`
}

type gqlError struct {
	Message    string         `json:"message"`
	Path       ast.Path       `json:"path,omitempty"`
	Locations  any            `json:"locations,omitempty"`
	Extensions map[string]any `json:"extensions,omitempty"`
}

// serveGraphQL is the Admin API: token, misbehaviour, schema, cost, work.
func (s *Shop) serveGraphQL(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		http.Error(w, "POST only", http.StatusMethodNotAllowed)
		return
	}
	w.Header().Set("X-Shopify-API-Version", r.PathValue("version"))
	if !s.tokenWorks(r.Header.Get("X-Shopify-Access-Token")) {
		writeJSON(w, http.StatusUnauthorized, map[string]any{"errors": "[API] Invalid API key or access token (unrecognized login or wrong password)"})
		return
	}
	var req gqlRequest
	dec := json.NewDecoder(io.LimitReader(r.Body, 1<<20))
	dec.UseNumber()
	if err := dec.Decode(&req); err != nil || req.Query == "" {
		writeJSON(w, http.StatusBadRequest, map[string]any{"errors": map[string]any{"query": "Required parameter missing or invalid"}})
		return
	}
	op, vars, errs := s.schema.prepare(req.Query, req.OperationName, req.Variables)
	if len(errs) > 0 {
		writeJSON(w, http.StatusOK, map[string]any{"errors": wireErrors(errs)})
		return
	}
	fault := s.mis.nextFault(opFields(op))
	if s.faultBefore(w, r, fault) {
		return
	}
	answer := s.execute(op, vars)
	if s.faultAfter(w, r, fault) {
		return
	}
	writeJSON(w, http.StatusOK, answer)
}

// execute runs the operation as one step: no other call sees half of it.
func (s *Shop) execute(op *ast.OperationDefinition, vars map[string]any) map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	want := requestedCost(op.SelectionSet, 0)
	if op.Operation == ast.Mutation {
		want = mutationCost * int64(len(op.SelectionSet))
	}
	if !s.bucket.take(want) {
		return s.throttled(want)
	}
	ex := &execution{schema: s.schema, vars: vars}
	var data map[string]any
	if op.Operation == ast.Mutation {
		data = ex.run(op, s.mutationRoot())
	} else {
		data = ex.run(op, s.queryRoot())
	}
	out := map[string]any{"data": data, "extensions": s.costs(want, want)}
	if len(ex.errs) > 0 {
		out["errors"] = wireErrors(ex.errs)
		s.cfg.Log.Warn("demo shop: answered with errors", "errors", ex.errs.Error())
	}
	return out
}

func (s *Shop) throttled(want int64) map[string]any {
	return map[string]any{
		"errors":     []gqlError{{Message: "Throttled", Extensions: map[string]any{"code": "THROTTLED", "documentation": "https://shopify.dev/api/usage/rate-limits"}}},
		"extensions": s.costs(want, 0),
	}
}

func (s *Shop) costs(want, actual int64) map[string]any {
	cost := map[string]any{
		"requestedQueryCost": want,
		"throttleStatus":     map[string]any{"maximumAvailable": s.bucket.size, "currentlyAvailable": s.bucket.have, "restoreRate": s.bucket.restore},
	}
	if actual > 0 {
		cost["actualQueryCost"] = actual
	}
	return map[string]any{"cost": cost}
}

// requestedCost prices a query as the host does in outline: an object is a point,
// a connection is a point for each it may return.
func requestedCost(set ast.SelectionSet, depth int) int64 {
	var sum int64
	for _, sel := range set {
		switch f := sel.(type) {
		case *ast.Field:
			if len(f.SelectionSet) > 0 {
				sum += 1 + requestedCost(f.SelectionSet, depth+1)
			}
		case *ast.InlineFragment:
			sum += requestedCost(f.SelectionSet, depth)
		case *ast.FragmentSpread:
			sum += requestedCost(f.Definition.SelectionSet, depth)
		}
	}
	if depth == 0 {
		return max(1, sum)
	}
	return sum
}

func opFields(op *ast.OperationDefinition) []string {
	var names []string
	for _, sel := range op.SelectionSet {
		if f, ok := sel.(*ast.Field); ok {
			names = append(names, f.Name)
		}
	}
	return names
}

func wireErrors(errs gqlerror.List) []gqlError {
	out := make([]gqlError, 0, len(errs))
	for _, e := range errs {
		out = append(out, gqlError{Message: e.Message, Path: e.Path, Locations: e.Locations, Extensions: e.Extensions})
	}
	return out
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(v)
}
