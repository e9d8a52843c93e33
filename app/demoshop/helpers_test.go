package demoshop

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"zugabe/app/loyalty"
)

const (
	testClient = "demo-client-id"
	testSecret = "hush-hush-hush-hush-hush-hush-hush"
)

var start = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

// rig is a shop on a standing clock, served over TCP.
type rig struct {
	t     *testing.T
	shop  *Shop
	clock *loyalty.ManualClock
	url   string
	token string
}

func newRig(t *testing.T, change func(*Config)) *rig {
	t.Helper()
	clock := loyalty.NewManualClock(start)
	cfg := Config{Clock: clock, Machine: clock, AppURL: "http://127.0.0.1:1", ClientID: testClient, Secrets: []string{testSecret}, Seed: 7}
	if change != nil {
		change(&cfg)
	}
	s := New(cfg)
	s.Seed()
	srv := httptest.NewServer(s.Handler())
	t.Cleanup(srv.Close)
	r := &rig{t: t, shop: s, clock: clock, url: srv.URL}
	r.token = r.exchange()["access_token"].(string)
	return r
}

func (r *rig) postJSON(path string, body any, headers map[string]string) (int, map[string]any) {
	r.t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		r.t.Fatal(err)
	}
	req, _ := http.NewRequest(http.MethodPost, r.url+path, bytes.NewReader(raw))
	req.Header.Set("Content-Type", "application/json")
	for k, v := range headers {
		req.Header.Set(k, v)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, map[string]any{"transport": err.Error()}
	}
	defer func() { _ = res.Body.Close() }()
	text, _ := io.ReadAll(res.Body)
	out := map[string]any{}
	if err := json.Unmarshal(text, &out); err != nil {
		out["text"] = string(text)
	}
	return res.StatusCode, out
}

func (r *rig) exchange() map[string]any {
	_, out := r.postJSON("/admin/oauth/access_token", map[string]any{
		"client_id": testClient, "client_secret": testSecret, "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
		"subject_token": r.shop.MintSessionToken("42"), "subject_token_type": "urn:ietf:params:oauth:token-type:id_token",
		"requested_token_type": tokenType, "expiring": "1",
	}, nil)
	return out
}

func (r *rig) refresh(token string) (int, map[string]any) {
	return r.postJSON("/admin/oauth/access_token", map[string]any{
		"client_id": testClient, "client_secret": testSecret, "grant_type": "refresh_token", "refresh_token": token,
	}, nil)
}

func (r *rig) gql(query string, vars map[string]any) map[string]any {
	r.t.Helper()
	_, out := r.postJSON("/admin/api/2026-10/graphql.json", map[string]any{"query": query, "variables": vars}, map[string]string{"X-Shopify-Access-Token": r.token})
	return out
}

// at walks into an answer: "data.orders.nodes.0.id".
func at(v any, path string) any {
	for _, step := range strings.Split(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[step]
		case []any:
			i := int(step[0] - '0')
			if i >= len(x) {
				return nil
			}
			v = x[i]
		default:
			return nil
		}
	}
	return v
}

// surf is a browser with cookies that follows redirects.
func (r *rig) surf() *surfer {
	jar, _ := cookiejar.New(nil)
	return &surfer{r, &http.Client{Jar: jar}}
}

type surfer struct {
	r *rig
	c *http.Client
}

func (s *surfer) get(path string) (int, string) {
	s.r.t.Helper()
	res, err := s.c.Get(s.r.url + path)
	return s.read(res, err)
}

func (s *surfer) post(path string, form url.Values) (int, string) {
	s.r.t.Helper()
	res, err := s.c.PostForm(s.r.url+path, form)
	return s.read(res, err)
}

func (s *surfer) read(res *http.Response, err error) (int, string) {
	s.r.t.Helper()
	if err != nil {
		s.r.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	text, _ := io.ReadAll(res.Body)
	return res.StatusCode, string(text)
}

// newcomer opens an account without telling an app.
func (r *rig) newcomer(email string) *Customer {
	r.t.Helper()
	c, err := r.shop.Register(email, "Nina", "Neu")
	if err != nil {
		r.t.Fatal(err)
	}
	return c
}

func (r *rig) variantID(sku string) int64 {
	for _, p := range r.shop.products {
		for _, v := range p.Variants {
			if v.SKU == sku {
				return v.ID
			}
		}
	}
	r.t.Fatalf("no variant %s", sku)
	return 0
}
