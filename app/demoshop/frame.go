package demoshop

import (
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// staffID is the merchant's member of staff who is always signed in.
const staffID = "90210778"

// frameURL is the address of the app's page inside the host's admin, with what
// the host adds to it.
func (s *Shop) frameURL(locale string) string {
	q := url.Values{
		"embedded":  {"1"},
		"shop":      {Domain},
		"host":      {base64.RawStdEncoding.EncodeToString([]byte("admin.shopify.com/store/demo"))},
		"id_token":  {s.MintSessionToken(staffID)},
		"locale":    {locale},
		"timestamp": {strconv.FormatInt(s.now().Unix(), 10)},
	}
	q.Set("hmac", adminHMAC(s.secret(), q))
	return s.cfg.AppURL + "/?" + q.Encode()
}

// adminHMAC signs an admin query: keys sorted, percent-encoded, joined by "&".
func adminHMAC(secret string, q url.Values) string {
	keys := make([]string, 0, len(q))
	for k := range q {
		if k != "hmac" && k != "signature" {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	var parts []string
	for _, k := range keys {
		parts = append(parts, escapeQuery(k)+"="+escapeQuery(strings.Join(q[k], ",")))
	}
	return hex.EncodeToString(sign(secret, []byte(strings.Join(parts, "&"))))
}

func escapeQuery(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

// pageFrame shows the app inside the shop's admin.
func (s *Shop) pageFrame(w http.ResponseWriter, r *http.Request) {
	locale := "en"
	if l := r.URL.Query().Get("locale"); len(l) == 2 {
		locale = l
	}
	src := s.frameURL(locale)
	s.render(w, s.visit(w, r), "merchant-frame", "Zugabe", func() (m, error) { return m{"Src": src, "App": s.cfg.AppURL}, nil })
}

// serveSessionToken hands a fresh token to the admin page around the app, which
// passes it on to the frame. Other sites cannot read it: there is no CORS here.
func (s *Shop) serveSessionToken(w http.ResponseWriter, r *http.Request) {
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" {
		http.Error(w, "same origin only", http.StatusForbidden)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	writeJSON(w, http.StatusOK, map[string]any{"token": s.MintSessionToken(staffID)})
}
