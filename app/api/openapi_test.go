package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"zugabe/app/api"
	"zugabe/webhooks"
)

func document(t *testing.T) []byte {
	t.Helper()
	server := api.New(api.NewHTTP(webhooks.ServerConfig(), slog.New(slog.DiscardHandler)), api.Deps{Version: "1"}, func(context.Context) error { return nil })
	raw, err := server.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestTheDocumentIsTheSameEveryTimeItIsMade(t *testing.T) {
	if !bytes.Equal(document(t), document(t)) {
		t.Error("two documents of the same program differ")
	}
}

// Every reference of the document leads somewhere, and it says which version it is.
func TestTheDocumentIsWholeAndOfVersion31(t *testing.T) {
	var doc map[string]any
	if err := json.Unmarshal(document(t), &doc); err != nil {
		t.Fatal(err)
	}
	if version, _ := doc["openapi"].(string); !strings.HasPrefix(version, "3.1.") {
		t.Errorf("version %v", doc["openapi"])
	}
	schemes := doc["components"].(map[string]any)["securitySchemes"].(map[string]any)
	for _, name := range []string{"staff", "storefront", "proxy", "key", "desk"} {
		if schemes[name] == nil {
			t.Errorf("no security scheme %s", name)
		}
	}
	references(doc, func(ref string) {
		at := any(doc)
		for _, part := range strings.Split(strings.TrimPrefix(ref, "#/"), "/") {
			at, _ = at.(map[string]any)[part]
		}
		if at == nil {
			t.Errorf("%s leads nowhere", ref)
		}
	})
}

func references(v any, found func(ref string)) {
	switch x := v.(type) {
	case map[string]any:
		for name, inner := range x {
			if ref, ok := inner.(string); ok && name == "$ref" {
				found(ref)
			}
			references(inner, found)
		}
	case []any:
		for _, inner := range x {
			references(inner, found)
		}
	}
}

// What a reader of the document relies on, for every operation.
func TestEveryOperationSaysWhatItDoesWhoMayCallItAndHowItRefuses(t *testing.T) {
	w := onSQLite(t)
	ids := map[string]bool{}
	for path, item := range w.server.Document().Paths {
		for method, op := range methods(item) {
			name := method + " " + path
			if op.Summary == "" || len(op.Security) == 0 || op.OperationID == "" || ids[op.OperationID] {
				t.Errorf("%s: summary %q, security %v, id %q", name, op.Summary, op.Security, op.OperationID)
			}
			ids[op.OperationID] = true
			checkRefusals(t, name, op)
			checkWrites(t, name, method, op)
			checkList(t, name, op)
			if op.RequestBody != nil {
				checkClosed(t, w, name, op.RequestBody.Content["application/json"].Schema, map[string]bool{})
			}
		}
	}
}

func checkRefusals(t *testing.T, name string, op *huma.Operation) {
	t.Helper()
	for _, status := range []string{"401", "403", "422", "429", "500", "503"} {
		r := op.Responses[status]
		if r == nil || r.Content["application/problem+json"] == nil || !strings.HasSuffix(r.Content["application/problem+json"].Schema.Ref, "/Problem") {
			t.Errorf("%s: %s is not described as a Problem", name, status)
		}
	}
}

// checkWrites: other systems must name their writes, pages must send what a form cannot.
func checkWrites(t *testing.T, name, method string, op *huma.Operation) {
	t.Helper()
	if method == http.MethodGet {
		return
	}
	required := map[string]bool{}
	for _, p := range op.Parameters {
		required[p.Name] = p.In == "header" && p.Required
	}
	if op.Tags[0] == "key" && !required["Idempotency-Key"] {
		t.Errorf("%s takes no idempotency key", name)
	}
	if op.Tags[0] == "storefront" && !strings.HasSuffix(name, "/quote") && !required["X-Zugabe-Request"] {
		t.Errorf("%s can be sent by a form", name)
	}
}

// checkList: whatever answers a page has a limit; the keys of a shop are few.
func checkList(t *testing.T, name string, op *huma.Operation) {
	t.Helper()
	ok := op.Responses["200"]
	if ok == nil || !strings.Contains(ok.Content["application/json"].Schema.Ref, "/Page") || strings.HasSuffix(name, "/api-keys") {
		return
	}
	for _, p := range op.Parameters {
		if p.Name == "limit" && p.Schema.Maximum != nil && *p.Schema.Maximum == 200 {
			return
		}
	}
	t.Errorf("%s: a list without a limit", name)
}

// checkClosed: no object of a request takes fields that are not named (I16).
func checkClosed(t *testing.T, w *world, name string, s *huma.Schema, seen map[string]bool) {
	t.Helper()
	if s == nil || seen[s.Ref] {
		return
	}
	if s.Ref != "" {
		seen[s.Ref] = true
		s = w.server.Document().Components.Schemas.SchemaFromRef(s.Ref)
	}
	if values, isMap := s.AdditionalProperties.(*huma.Schema); isMap {
		checkClosed(t, w, name, values, seen)
	} else if s.Type == huma.TypeObject && s.AdditionalProperties != false {
		t.Errorf("%s: %s takes any field", name, s.Title)
	}
	for field, inner := range s.Properties {
		checkClosed(t, w, name+"."+field, inner, seen)
	}
	checkClosed(t, w, name+"[]", s.Items, seen)
}
