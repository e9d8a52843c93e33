package demoshop

import (
	"bytes"
	"embed"
	"encoding/base64"
	"encoding/hex"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed adminframe
var frameFiles embed.FS

var framePage = sync.OnceValue(func() *template.Template {
	return template.Must(template.ParseFS(frameFiles, "adminframe/frame.html"))
})

// appHome is where the admin shows the app; what follows it is the app's own path.
const appHome = "/admin/apps/zugabe"

// adminLocales are the languages in which the demo's admin opens the app.
var adminLocales = []string{"en", "de", "da", "pl", "it"}

const localeCookie = "demo_admin_locale"

// frameRoutes are the admin around the app.
func (s *Shop) frameRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET "+appHome, s.pageApp)
	mux.HandleFunc("GET "+appHome+"/{path...}", s.pageApp)
	mux.HandleFunc("GET /admin/frame.js", serveFrame("frame.js", "text/javascript; charset=utf-8"))
	mux.HandleFunc("GET /admin/frame.css", serveFrame("frame.css", "text/css; charset=utf-8"))
	mux.HandleFunc("GET /admin/session-token", s.serveSessionToken)
}

// pageApp shows the app in a frame, at the path that follows appHome.
func (s *Shop) pageApp(w http.ResponseWriter, r *http.Request) {
	own := r.URL.Query()
	locale := adminLocale(r)
	if asked := own.Get("locale"); asked != "" {
		http.SetCookie(w, &http.Cookie{Name: localeCookie, Value: locale, Path: "/admin", HttpOnly: true, SameSite: http.SameSiteLaxMode})
		own.Del("locale")
	}
	view := map[string]any{
		"Shop": shopName, "Home": appHome, "Locale": locale, "Locales": adminLocales, "Origin": s.cfg.AppURL,
		"Src": s.appAddress(r.PathValue("path"), own, locale),
	}
	var page bytes.Buffer
	if err := framePage().Execute(&page, view); err != nil {
		s.cfg.Log.Error("demo shop: the admin's frame does not render", "error", err)
		http.Error(w, "Demo shop (a test double): this page is broken", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; frame-src "+s.cfg.AppURL+"; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	_, _ = w.Write(page.Bytes())
}

// adminLocale is the asked language, the remembered one, or English.
func adminLocale(r *http.Request) string {
	asked := r.URL.Query().Get("locale")
	if kept, err := r.Cookie(localeCookie); err == nil && asked == "" {
		asked = kept.Value
	}
	if slices.Contains(adminLocales, asked) {
		return asked
	}
	return "en"
}

// appAddress is the app's page with what the host adds to it, signed (H3).
func (s *Shop) appAddress(path string, own url.Values, locale string) string {
	q := url.Values{
		"embedded":  {"1"},
		"shop":      {Domain},
		"host":      {base64.RawStdEncoding.EncodeToString([]byte("admin.shopify.com/store/demo"))},
		"locale":    {locale},
		"timestamp": {strconv.FormatInt(s.now().Unix(), 10)},
	}
	for key, values := range own {
		if !q.Has(key) && key != "hmac" {
			q[key] = values
		}
	}
	q.Set("hmac", adminHMAC(s.secret(), q))
	address := url.URL{Path: "/admin"}
	if path != "" {
		address.Path += "/" + path
	}
	return s.cfg.AppURL + address.EscapedPath() + "?" + q.Encode()
}

// adminHMAC signs an admin query: keys sorted, percent-encoded, joined by "&".
func adminHMAC(secret string, q url.Values) string {
	var parts []string
	for key, values := range q {
		if key != "hmac" && key != "signature" {
			parts = append(parts, escapeQuery(key)+"="+escapeQuery(strings.Join(values, ",")))
		}
	}
	slices.Sort(parts)
	return hex.EncodeToString(sign(secret, []byte(strings.Join(parts, "&"))))
}

func escapeQuery(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

func serveFrame(name, kind string) http.HandlerFunc {
	body, err := frameFiles.ReadFile("adminframe/" + name)
	if err != nil {
		panic(err)
	}
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.Header().Set("X-Content-Type-Options", "nosniff")
		_, _ = w.Write(body)
	}
}
