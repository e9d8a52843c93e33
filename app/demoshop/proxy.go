package demoshop

import (
	"encoding/hex"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

const proxyPrefix = "/apps/zugabe"

// signProxy adds what the host adds to a forwarded query and signs it: the keys
// sorted, decoded "k=v" without a separator, several values joined by a comma.
func signProxy(secret string, q url.Values) url.Values {
	q.Del("signature")
	q.Del("hmac")
	keys := make([]string, 0, len(q))
	for k := range q {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	var text strings.Builder
	for _, k := range keys {
		text.WriteString(k + "=" + strings.Join(q[k], ","))
	}
	q.Set("signature", hex.EncodeToString(sign(secret, []byte(text.String()))))
	return q
}

// signedQuery is the query of a proxied call for the customer who is logged in.
func (s *Shop) signedQuery(q url.Values, customer int64) url.Values {
	for _, k := range []string{"shop", "logged_in_customer_id", "path_prefix", "timestamp"} {
		q.Del(k)
	}
	who := ""
	if customer != 0 {
		who = str(customer)
	}
	q.Set("shop", Domain)
	q.Set("logged_in_customer_id", who)
	q.Set("path_prefix", proxyPrefix)
	q.Set("timestamp", strconv.FormatInt(s.now().Unix(), 10))
	return signProxy(s.secret(), q)
}

// serveProxy forwards a storefront call to the app. Cookies go neither way.
func (s *Shop) serveProxy(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodPost {
		http.Error(w, "GET and POST only", http.StatusMethodNotAllowed)
		return
	}
	res, err := s.callApp(r, strings.TrimPrefix(r.URL.Path, proxyPrefix), s.loggedIn(r))
	if err != nil {
		http.Error(w, "the app did not answer", http.StatusBadGateway)
		return
	}
	defer func() { _ = res.Body.Close() }()
	if isLiquid(res) {
		s.showProxied(w, r, res)
		return
	}
	for k, v := range res.Header {
		if k != "Set-Cookie" && k != "Connection" {
			w.Header()[k] = v
		}
	}
	w.WriteHeader(res.StatusCode)
	_, _ = io.Copy(w, io.LimitReader(res.Body, 4<<20))
}

func (s *Shop) callApp(r *http.Request, path string, customer int64) (*http.Response, error) {
	target := s.cfg.AppProxyTarget + path + "?" + s.signedQuery(r.URL.Query(), customer).Encode()
	req, err := http.NewRequestWithContext(r.Context(), r.Method, target, io.LimitReader(r.Body, 256<<10))
	if err != nil {
		return nil, err
	}
	for k, v := range r.Header {
		if !slices.Contains([]string{"Cookie", "Host", "Connection", "Authorization", "Content-Length"}, k) {
			req.Header[k] = v
		}
	}
	req.Header.Set("X-Forwarded-Host", Domain)
	return s.client.Do(req)
}
