package api_test

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"zugabe/app/loyalty"
	"zugabe/app/session"
	"zugabe/app/store"
)

// proof is what a caller shows: headers, or a signed query.
type proof struct {
	bearer  string
	query   string
	headers http.Header // of a desk: its cookie and its token
}

func (w *world) staff(shop loyalty.Shop) proof {
	return proof{bearer: w.proofs.StaffToken(shop.Domain, "77")}
}

func (w *world) shopper(shop loyalty.Shop, customer string) proof {
	return proof{bearer: w.proofs.ExtensionToken(shop.Domain, customer)}
}

func (w *world) proxied(shop loyalty.Shop, customer string, params map[string]string) proof {
	return proof{query: w.proofs.ProxyQuery(shop.Domain, customer, "/apps/zugabe", params)}
}

// plugin is an identity that our plugin in a shop vouches for.
func (w *world) plugin(shop loyalty.Shop, purpose session.Purpose, subject, role string) proof {
	w.t.Helper()
	token, err := session.IdentityToken([]byte("plugin secret of the shop "+shop.Name), session.Identity{
		Purpose: purpose, PathKey: shop.PathKey, Subject: subject, Role: role, Exp: loyalty.NowMs(w.clock)/1000 + 300,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return proof{bearer: token}
}

// key makes an API key with the scopes.
func (w *world) key(shop loyalty.Shop, scopes string) proof {
	w.t.Helper()
	minted, err := session.NewAPIKey(shop.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	w.write(func(tx *store.Tx) error {
		return tx.InsertAPIKey(shop.ID, store.APIKey{
			ID: w.program.IDs.Next(), Name: "test", Hash: minted.Hash, Hint: minted.Hint, Scopes: scopes, CreatedAt: loyalty.NowMs(w.clock),
		})
	})
	return proof{bearer: minted.Secret}
}

// answer is what came back.
type answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// problem reads a refusal.
func (a answer) problem() (p struct {
	Code, Detail, Instance string
	Status                 int
	Numbers                map[string]any
}) {
	_ = json.Unmarshal(a.Body, &p)
	return p
}

// into reads a good answer.
func into[T any](t testing.TB, a answer) (v T) {
	t.Helper()
	if a.Status != http.StatusOK {
		t.Fatalf("answered %d %s", a.Status, a.Body)
	}
	if err := json.Unmarshal(a.Body, &v); err != nil {
		t.Fatalf("%v: %s", err, a.Body)
	}
	return v
}

// want checks the status and, of a refusal, the code.
func (a answer) want(t testing.TB, status int, code string) answer {
	t.Helper()
	if a.Status != status || (code != "" && a.problem().Code != code) {
		t.Errorf("answered %d %s, want %d %s", a.Status, a.Body, status, code)
	}
	return a
}

// jsonHeaders are what a well-behaved caller sends along with a body.
func jsonHeaders(key string) http.Header {
	h := http.Header{"Content-Type": {"application/json"}, "X-Zugabe-Request": {"1"}}
	if key != "" {
		h.Set("Idempotency-Key", key)
	}
	return h
}

func (w *world) get(who proof, path string) answer {
	w.t.Helper()
	return w.call(http.MethodGet, path, who, nil, "")
}

func (w *world) post(who proof, path, key, body string) answer {
	w.t.Helper()
	return w.call(http.MethodPost, path, who, jsonHeaders(key), body)
}

// call makes one request and checks what holds for every answer.
func (w *world) call(method, path string, who proof, headers http.Header, body string) answer {
	w.t.Helper()
	a, err := w.send(method, path, who, headers, body)
	if err != nil {
		w.t.Fatal(err)
	}
	w.checkContract(method, path, a)
	return a
}

// straight shows where an answer leads instead of going there.
var straight = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// send makes one request; it may be used in goroutines.
func (w *world) send(method, path string, who proof, headers http.Header, body string) (answer, error) {
	if who.query != "" {
		separator := "?"
		if strings.Contains(path, "?") {
			separator = "&"
		}
		path += separator + who.query
	}
	req, err := http.NewRequest(method, w.url, bytes.NewReader([]byte(body)))
	if err != nil {
		return answer{}, err
	}
	req.URL.Opaque = path // as it is, without the client's own cleaning
	for name, values := range headers {
		req.Header[name] = values
	}
	maps.Copy(req.Header, who.headers)
	if who.bearer != "" {
		req.Header.Set("Authorization", "Bearer "+who.bearer)
	}
	res, err := straight.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	return answer{Status: res.StatusCode, Header: res.Header, Body: raw}, err
}

var leaks = regexp.MustCompile(`(?i)select |insert into|sqlite|mysql|mariadb|goroutine|panic|\.go:[0-9]|gorm|no such table`)

// checkContract holds for every answer: headers, the form of refusals, no
// internals, and a body that is what the OpenAPI document promises.
func (w *world) checkContract(method, path string, a answer) {
	w.t.Helper()
	name := method + " " + path
	for header, value := range map[string]string{
		"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store",
		"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
	} {
		if a.Header.Get(header) != value {
			w.t.Errorf("%s: %s is %q", name, header, a.Header.Get(header))
		}
	}
	if a.Header.Get("X-Request-Id") == "" {
		w.t.Errorf("%s: without a number", name)
	}
	if leaks.Match(a.Body) {
		w.t.Errorf("%s: tells about its inside: %s", name, a.Body)
	}
	if a.Status >= 400 {
		w.checkProblem(name, a)
		return
	}
	if op, ok := w.operation(method, path); ok {
		w.checkSchema(name, op, a)
	}
}

func (w *world) checkProblem(name string, a answer) {
	w.t.Helper()
	p := a.problem()
	if a.Header.Get("Content-Type") != "application/problem+json" || p.Code == "" || p.Instance == "" || p.Status != a.Status {
		w.t.Errorf("%s: refusal %d of type %q is %s", name, a.Status, a.Header.Get("Content-Type"), a.Body)
	}
}

func (w *world) checkSchema(name string, op *huma.Operation, a answer) {
	w.t.Helper()
	promised := op.Responses[strconv.Itoa(a.Status)]
	if promised == nil {
		w.t.Errorf("%s: the document does not know status %d", name, a.Status)
		return
	}
	if a.Status == http.StatusNoContent {
		if len(a.Body) > 0 {
			w.t.Errorf("%s: 204 with a body", name)
		}
		return
	}
	if strings.Contains(name, ".csv") || strings.Contains(name, ".pdf") || strings.Contains(name, ".png") {
		if kind := a.Header.Get("Content-Type"); len(a.Body) == 0 || !strings.HasPrefix(a.Header.Get("Content-Disposition"), "attachment") || strings.Contains(kind, "html") {
			w.t.Errorf("%s: %d bytes of %s, %s", name, len(a.Body), kind, a.Header.Get("Content-Disposition"))
		}
		return
	}
	var value any
	if err := json.Unmarshal(a.Body, &value); err != nil {
		w.t.Errorf("%s: %v in %s", name, err, a.Body)
		return
	}
	result := &huma.ValidateResult{}
	registry := w.server.Document().Components.Schemas
	huma.Validate(registry, promised.Content["application/json"].Schema, huma.NewPathBuffer(nil, 0), huma.ModeReadFromServer, value, result)
	for _, err := range result.Errors {
		w.t.Errorf("%s: %v in %s", name, err, a.Body)
	}
}

// operation finds what the document says of a request.
func (w *world) operation(method, path string) (*huma.Operation, bool) {
	path, _, _ = strings.Cut(path, "?")
	for template, item := range w.server.Document().Paths {
		pattern := "^" + regexp.MustCompile(`\{[a-z]+\}`).ReplaceAllString(template, "[^/]+") + "$"
		if !regexp.MustCompile(pattern).MatchString(path) {
			continue
		}
		if op := methods(item)[method]; op != nil {
			return op, true
		}
	}
	return nil, false
}

func methods(item *huma.PathItem) map[string]*huma.Operation {
	all := map[string]*huma.Operation{
		http.MethodGet: item.Get, http.MethodPost: item.Post, http.MethodPut: item.Put, http.MethodPatch: item.Patch, http.MethodDelete: item.Delete,
	}
	for method, op := range all {
		if op == nil {
			delete(all, method)
		}
	}
	return all
}
