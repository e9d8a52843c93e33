package demoshop

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

var frameSource = regexp.MustCompile(`<iframe id="app"[^>]* src="([^"]+)"`)

func frameAddress(t *testing.T, page string) *url.URL {
	t.Helper()
	found := frameSource.FindStringSubmatch(page)
	if found == nil {
		t.Fatalf("no frame in\n%s", page)
	}
	u, err := url.Parse(strings.ReplaceAll(found[1], "&amp;", "&"))
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// covers: S4-17, H3
func TestTheAdminShowsTheAppAtTheAddressThatFollowsAndSignsIt(t *testing.T) {
	r := newRig(t, func(c *Config) { c.AppURL = "http://app.example:8080" })
	s := r.surf()
	_, page := s.get("/admin/apps/zugabe/members/12?search=a%26b&locale=pl&shop=evil.myshopify.com")
	u := frameAddress(t, page)
	q := u.Query()
	if u.Scheme+"://"+u.Host != "http://app.example:8080" || u.Path != "/admin/members/12" {
		t.Errorf("the frame is at %s", u)
	}
	for key, want := range map[string]string{"shop": Domain, "embedded": "1", "locale": "pl", "search": "a&b"} {
		if q.Get(key) != want {
			t.Errorf("%s = %q", key, q.Get(key))
		}
	}
	if q.Get("hmac") != adminHMAC(testSecret, q) {
		t.Error("the query is not signed")
	}
	if _, page := s.get("/admin/apps/zugabe"); frameAddress(t, page).Query().Get("locale") != "pl" {
		t.Error("the language is not remembered")
	}
	if _, page := s.get("/admin/apps/zugabe?locale=xx%22%3E"); frameAddress(t, page).Query().Get("locale") != "en" {
		t.Error("an unknown language is not English")
	}
}

func TestTheAdminAroundTheAppMayBeFramedByNobodyAndFramesOnlyTheApp(t *testing.T) {
	r := newRig(t, func(c *Config) { c.AppURL = "http://app.example:8080" })
	res, err := http.Get(r.url + "/admin/apps/zugabe")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	_, _ = io.Copy(io.Discard, res.Body)
	policy := res.Header.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "frame-src http://app.example:8080;", "frame-ancestors 'none'", "script-src 'self';"} {
		if !strings.Contains(policy, want) {
			t.Errorf("%q is missing in %q", want, policy)
		}
	}
}

// covers: H28 (the admin's side; the other is in the browser tests)
func TestSessionTokensAreOnlyForPagesOfTheAdmin(t *testing.T) {
	r := newRig(t, nil)
	for site, want := range map[string]int{"": 200, "same-origin": 200, "same-site": 403, "cross-site": 403, "none": 403} {
		req, _ := http.NewRequest(http.MethodGet, r.url+"/admin/session-token", nil)
		if site != "" {
			req.Header.Set("Sec-Fetch-Site", site)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != want || res.Header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("from %q: %d", site, res.StatusCode)
		}
	}
}
