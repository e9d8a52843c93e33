package api_test

import (
	"compress/gzip"
	"io"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"zugabe/adminui"
	"zugabe/app/loyalty"
)

func (w *world) page(path string, headers map[string]string) (*http.Response, string) {
	w.t.Helper()
	req, err := http.NewRequest(http.MethodGet, w.url+path, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	for name, value := range headers {
		req.Header.Set(name, value)
	}
	client := &http.Client{Transport: &http.Transport{DisableCompression: true, DisableKeepAlives: true}}
	res, err := client.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return res, string(text)
}

// ancestors is what the document says of who may frame it.
func (w *world) ancestors(query string) string {
	w.t.Helper()
	res, _ := w.page("/admin/members/12?"+query, nil)
	if res.StatusCode != http.StatusOK {
		w.t.Fatalf("%s: %d", query, res.StatusCode)
	}
	_, after, _ := strings.Cut(res.Header.Get("Content-Security-Policy"), "frame-ancestors ")
	return after
}

// covers: I14
func TestOnlyTheShopsOwnAdminMayFrameTheApp(t *testing.T) {
	w := onSQLite(t)
	w.newShop("woocommerce", "laden")
	w.setState(w.newShop("woocommerce", "fort"), loyalty.ShopUninstalled)
	for query, want := range map[string]string{
		"":                                                       "'none'",
		"shop=kontor.myshopify.com":                              "https://kontor.myshopify.com https://admin.shopify.com",
		"shop=evil.example":                                      "'none'",
		"shop=evil.example/.myshopify.com":                       "'none'",
		"shop=a.b.myshopify.com":                                 "'none'",
		"shop=x%3B+script-src+*.myshopify.com":                   "'none'",
		"shop=a.myshopify.com%0d%0aX-Evil:1":                     "'none'",
		"shop=a.myshopify.com&shop=evil.test":                    "https://a.myshopify.com https://admin.shopify.com",
		"platform=woocommerce&shop=laden.example":                "https://laden.example",
		"platform=woocommerce&shop=fort.example":                 "'none'",
		"platform=woocommerce&shop=nobody.example":               "'none'",
		"platform=woocommerce&shop=laden.example%20evil.example": "'none'",
		"platform=woocommerce&shop=a.myshopify.com":              "'none'",
		"platform=%22%3E%3Cscript%3E&shop=%22%3E%3Cscript%3E":    "'none'",
	} {
		if got := w.ancestors(query); got != want {
			t.Errorf("%s: %q, not %q", query, got, want)
		}
	}
}

var nonces = regexp.MustCompile(`nonce="([^"]*)"`)

// covers: I14, I15, I17
func TestEveryDocumentOfTheAdminHasAFreshNonceAndNoData(t *testing.T) {
	w := onSQLite(t)
	seen := map[string]bool{}
	for range 3 {
		res, text := w.page("/admin?shop=kontor.myshopify.com&id_token=ey.very.secret", nil)
		policy := res.Header.Get("Content-Security-Policy")
		found := nonces.FindAllStringSubmatch(text, -1)
		if len(found) < 3 {
			t.Fatalf("%d nonces in\n%s", len(found), text)
		}
		nonce := found[0][1]
		for _, f := range found {
			if f[1] != nonce {
				t.Errorf("two nonces in one document: %s, %s", f[1], nonce)
			}
		}
		if seen[nonce] || len(nonce) < 22 || !strings.Contains(policy, "script-src 'self' 'nonce-"+nonce+"' https://cdn.shopify.com;") {
			t.Errorf("nonce %q in %q", nonce, policy)
		}
		seen[nonce] = true
		for _, want := range []string{"default-src 'none'", "connect-src 'self'", "base-uri 'none'", "form-action 'none'"} {
			if !strings.Contains(policy, want) {
				t.Errorf("%q is missing in %q", want, policy)
			}
		}
		if strings.Contains(policy, "unsafe") || strings.Contains(text, "secret") || strings.Contains(text, "kontor") || strings.Contains(text, "ZUGABE_NONCE") {
			t.Errorf("%s\n%s", policy, text)
		}
		if res.Header.Get("Cache-Control") != "no-store" || res.Header.Get("X-Content-Type-Options") != "nosniff" || res.Header.Get("Referrer-Policy") != "no-referrer" {
			t.Error(res.Header)
		}
	}
}

func TestShopifysScriptIsTheOnlyForeignOneAndOnlyInShopify(t *testing.T) {
	w := onSQLite(t)
	w.newShop("woocommerce", "laden")
	_, shopify := w.page("/admin?shop=kontor.myshopify.com", nil)
	if !strings.Contains(shopify, `<meta name="shopify-api-key" content="`+clientID+`">`) || strings.Count(shopify, "https://") != 1 {
		t.Error(shopify)
	}
	if at := strings.Index(shopify, "app-bridge.js"); at < 0 || at > strings.Index(shopify, "/admin/assets/") {
		t.Error("App Bridge must be the first script")
	}
	res, wordpress := w.page("/admin?platform=woocommerce&shop=laden.example", nil)
	if strings.Contains(wordpress, "shopify") || strings.Contains(res.Header.Get("Content-Security-Policy"), "shopify") || !strings.Contains(wordpress, `<meta name="zugabe-parent" content="https://laden.example">`) {
		t.Error(wordpress)
	}
}

func TestFilesOfTheAdminAreKeptForGoodAndUnknownOnesAreMissing(t *testing.T) {
	w := onSQLite(t)
	_, document := w.page("/admin", nil)
	script := regexp.MustCompile(`/admin/assets/[\w.-]+\.js`).FindString(document)
	res, plain := w.page(script, nil)
	if res.StatusCode != 200 || res.Header.Get("Cache-Control") != "public, max-age=31536000, immutable" || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/javascript") {
		t.Errorf("%s: %d %v", script, res.StatusCode, res.Header)
	}
	res, _ = w.page(script, map[string]string{"Accept-Encoding": "gzip"})
	if res.Header.Get("Content-Encoding") != "gzip" || res.Header.Get("Vary") != "Accept-Encoding" || res.ContentLength >= int64(len(plain)) {
		t.Error(res.Header)
	}
	if res, _ := w.page("/admin/assets/none.js", nil); res.StatusCode != http.StatusNotFound || res.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("an unknown file: %d %v", res.StatusCode, res.Header)
	}
	for _, path := range []string{"/admin/assets/..%2findex.html", "/admin/assets/", "/admin/index.html"} {
		if _, text := w.page(path, nil); strings.Contains(text, "ZUGABE_NONCE") {
			t.Errorf("%s shows the document as it was built", path)
		}
	}
	if res, text := w.page("/admin/licences.txt", nil); res.StatusCode != 200 || !strings.Contains(text, "MIT") {
		t.Errorf("%d", res.StatusCode)
	}
}

// What is shipped asks nobody but us. Addresses in the licences and in names of
// XML vocabularies are texts.
func TestNothingThatTheAdminShipsLoadsFromElsewhere(t *testing.T) {
	address := regexp.MustCompile(`(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}`)
	err := fs.WalkDir(adminui.Dist(), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path == "licences.txt" {
			return err
		}
		body, err := fs.ReadFile(adminui.Dist(), path)
		for _, found := range address.FindAllString(string(body), -1) {
			if found != "http://www.w3.org" {
				t.Errorf("%s names %s", path, found)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestPackedFilesOfTheAdminAreTheirPlainOnes(t *testing.T) {
	w := onSQLite(t)
	_, document := w.page("/admin", nil)
	style := regexp.MustCompile(`/admin/assets/[\w.-]+\.css`).FindString(document)
	_, plain := w.page(style, nil)
	_, body := w.page(style, map[string]string{"Accept-Encoding": "gzip"})
	unpacked, err := gzip.NewReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(unpacked); err != nil || string(text) != plain {
		t.Errorf("%v: %d bytes, not %d", err, len(text), len(plain))
	}
}

var preloads = regexp.MustCompile(`<link rel="modulepreload" crossorigin href="(/admin/assets/[\w.-]+)">`)

// The browser need not learn of a page's files one after the other.
func TestADocumentNamesTheFilesOfItsPageAndItsLanguage(t *testing.T) {
	w := onSQLite(t)
	ahead := func(address, accepts string) (names []string) {
		_, text := w.page(address, map[string]string{"Accept-Language": accepts})
		for _, found := range preloads.FindAllStringSubmatch(text, -1) {
			names = append(names, found[1])
		}
		return names
	}
	named := func(names []string, part string) bool {
		return slices.ContainsFunc(names, func(name string) bool { return strings.HasPrefix(path.Base(name), part) })
	}
	for address, screen := range map[string]string{"/admin?locale=de": "home-", "/admin/rates?locale=de-AT": "rates-", "/admin/members/12?locale=de": "member-", "/admin/batches/new?locale=de": "new-"} {
		names := ahead(address, "en")
		for _, part := range []string{"main-", screen, "de-", "texts.de-"} {
			if !named(names, part) {
				t.Errorf("%s: no %s in %v", address, part, names)
			}
		}
		if named(names, "en-") || named(names, "texts.en-") || len(slices.Compact(slices.Sorted(slices.Values(names)))) != len(names) {
			t.Errorf("%s: %v", address, names)
		}
		for _, name := range names {
			if res, _ := w.page(name, nil); res.StatusCode != http.StatusOK {
				t.Errorf("%s names %s: %d", address, name, res.StatusCode)
			}
		}
	}
	for accepts, want := range map[string]string{"pl-PL,en;q=0.5": "pl-", "fr": "en-", "x": "en-", "": "en-"} {
		if names := ahead("/admin", accepts); !named(names, want) {
			t.Errorf("%q: %v", accepts, names)
		}
	}
	if names := ahead("/admin/nowhere/at/all?locale=en", "en"); named(names, "texts.") || !named(names, "main-") {
		t.Errorf("a page that is not there: %v", names)
	}
}
