package demoshop

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// covers: S4-17
func TestTheMerchantSeesWhatTheAdminAPIAnswersAndReplays(t *testing.T) {
	answers := map[string]string{
		"GET /shop":                  `{"name":"Zugabe Demo","domain":"demo.myshopify.com","currency":"EUR","time_zone":"Europe/Berlin","state":"active"}`,
		"GET /plan":                  `{"name":"Bonus","version":3,"plan":{"earning":{"rules":[{"name":"Purchase","earn":{"points":1,"per_minor":100}}]},"redeem":{"rate":{"minor":100,"per_points":100}}}}`,
		"GET /members":               `{"items":[{"id":"7","first_name":"<b>Ann","email":"a@demo.example","available":1200}]}`,
		"GET /members/7":             `{"id":"7","first_name":"<b>Ann","balance":{"available":1200,"pending":3}}`,
		"GET /members/7/entries":     `{"items":[{"kind":"accrual","source":"sale:1","rule":"purchase","points":1200}]}`,
		"GET /orders":                `{"items":[{"key":"1","number":"#1001","status":"paid","total":5000,"earned":42,"used":100}]}`,
		"GET /deliveries":            `{"items":[{"id":"55","topic":"orders/paid","reason":"unreadable","attempts":5}]}`,
		"GET /jobs":                  `{"items":[]}`,
		"POST /deliveries/55/replay": `{}`,
	}
	replayed := 0
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.Header.Get("Authorization"), "Bearer ey") {
			w.WriteHeader(http.StatusUnauthorized)
		}
		if r.Method == http.MethodPost {
			replayed++
		}
		_, _ = w.Write([]byte(answers[r.Method+" "+strings.TrimPrefix(r.URL.Path, pathAdmin)]))
	}))
	r := newRig(t, func(c *Config) { c.AppURL = app.URL })
	s := r.surf()
	_, text := s.get("/admin/apps/zugabe")
	for _, want := range []string{"&lt;b&gt;Ann", "1,200", "#1001", "42", "orders/paid", "unreadable", "1 point for every €1.00", "version 3"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing:\n%s", want, text)
		}
	}
	if _, text := s.get("/admin/apps/zugabe/members/7"); !strings.Contains(text, "accrual") || !strings.Contains(text, "sale:1") {
		t.Error(text)
	}
	if _, text := s.post("/admin/apps/zugabe", url.Values{"kind": {"deliveries"}, "id": {"55"}}); replayed != 1 || !strings.Contains(text, "The app tries again.") {
		t.Error(text)
	}
	if s.post("/admin/apps/zugabe", url.Values{"kind": {"members/7"}, "id": {"55"}}); replayed != 1 {
		t.Error("another address was called")
	}
	app.Close()
	if status, text := s.get("/admin/apps/zugabe"); status != http.StatusOK || !strings.Contains(text, "did not answer") {
		t.Errorf("%d %s", status, text)
	}
}
