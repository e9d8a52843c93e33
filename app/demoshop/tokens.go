package demoshop

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"
)

const (
	accessLife  = time.Hour
	refreshLife = 90 * 24 * time.Hour
)

// grant is one pair of an access token and the refresh token that renews it.
type grant struct {
	access, refresh string
	accessUntil     time.Time
	refreshUntil    time.Time
	parent          *grant // may still be used to refresh until this grant is first used
	used            bool
	retired         bool // its refresh token was replaced and the replacement was used
	dead            bool
}

type tokenBook struct {
	grants []*grant
}

func (b *tokenBook) init() { b.grants = nil }

func newSecretToken(prefix string) string {
	raw := make([]byte, 16)
	if _, err := rand.Read(raw); err != nil {
		panic("no randomness: " + err.Error())
	}
	return prefix + hex.EncodeToString(raw)
}

// issue makes a grant; with a parent, the parent's refresh token stays good until
// this grant is used for the first time, so that a lost answer can be asked again.
func (b *tokenBook) issue(now time.Time, parent *grant) *grant {
	g := &grant{
		access: newSecretToken("shpat_"), refresh: newSecretToken("shprt_"), parent: parent,
		accessUntil: now.Add(accessLife), refreshUntil: now.Add(refreshLife),
	}
	b.grants = append(b.grants, g)
	return g
}

// use notes that a grant was used, which ends the one it replaced.
func (b *tokenBook) use(g *grant) {
	if !g.used {
		g.used = true
		if g.parent != nil {
			g.parent.retired = true
		}
	}
}

// tokenWorks tells whether an access token opens the Admin API.
func (s *Shop) tokenWorks(token string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if token == "" || s.uninstalled {
		return false
	}
	g := find(s.tokens.grants, func(g *grant) bool { return g.access == token })
	if g == nil || g.dead || !s.now().Before(g.accessUntil) {
		return false
	}
	s.tokens.use(g)
	return true
}

// RevokeTokens makes every token worthless, as an uninstallation does.
func (s *Shop) RevokeTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, g := range s.tokens.grants {
		g.dead = true
	}
}

type tokenRequest struct {
	ClientID     string `json:"client_id"`
	ClientSecret string `json:"client_secret"`
	GrantType    string `json:"grant_type"`
	SubjectToken string `json:"subject_token"`
	SubjectType  string `json:"subject_token_type"`
	Requested    string `json:"requested_token_type"`
	Expiring     string `json:"expiring"`
	RefreshToken string `json:"refresh_token"`
}

const tokenType = "urn:shopify:params:oauth:token-type:offline-access-token"

// serveToken is the token endpoint: token exchange and refresh, JSON or form.
func (s *Shop) serveToken(w http.ResponseWriter, r *http.Request) {
	req, err := readTokenRequest(r)
	if err != nil {
		oauthError(w, http.StatusBadRequest, "invalid_request")
		return
	}
	if req.ClientID != s.cfg.ClientID || !s.isSecret(req.ClientSecret) {
		oauthError(w, http.StatusUnauthorized, "invalid_client")
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch req.GrantType {
	case "urn:ietf:params:oauth:grant-type:token-exchange":
		s.exchange(w, req)
	case "refresh_token":
		s.refresh(w, req)
	default:
		oauthError(w, http.StatusBadRequest, "unsupported_grant_type")
	}
}

func (s *Shop) exchange(w http.ResponseWriter, req tokenRequest) {
	switch {
	case !strings.HasSuffix(req.SubjectType, ":id_token") || !s.sessionTokenValid(req.SubjectToken):
		oauthError(w, http.StatusBadRequest, "invalid_subject_token")
		return
	case req.Requested != tokenType:
		oauthError(w, http.StatusBadRequest, "invalid_request")
		return
	case req.Expiring != "1":
		oauthError(w, http.StatusBadRequest, "non_expiring_token_not_allowed")
		return
	}
	s.uninstalled = false
	s.writeGrant(w, s.tokens.issue(s.now(), nil))
}

func (s *Shop) refresh(w http.ResponseWriter, req tokenRequest) {
	now := s.now()
	g := find(s.tokens.grants, func(g *grant) bool { return g.refresh == req.RefreshToken && req.RefreshToken != "" })
	if g == nil || g.dead || g.retired || s.uninstalled || !now.Before(g.refreshUntil) {
		oauthError(w, http.StatusBadRequest, "invalid_grant")
		return
	}
	s.tokens.use(g)
	for _, other := range s.tokens.grants {
		if other.parent == g && !other.used {
			other.dead = true
		}
	}
	s.writeGrant(w, s.tokens.issue(now, g))
}

func (s *Shop) writeGrant(w http.ResponseWriter, g *grant) {
	w.Header().Set("Cache-Control", "no-store")
	writeJSON(w, http.StatusOK, map[string]any{
		"access_token": g.access, "scope": strings.Join(s.scopes, ","), "expires_in": int(accessLife.Seconds()),
		"refresh_token": g.refresh, "refresh_token_expires_in": int(refreshLife.Seconds()),
	})
}

func readTokenRequest(r *http.Request) (tokenRequest, error) {
	var req tokenRequest
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		return req, json.NewDecoder(io.LimitReader(r.Body, 64<<10)).Decode(&req)
	}
	if err := r.ParseForm(); err != nil {
		return req, err
	}
	f := r.PostForm
	return tokenRequest{
		f.Get("client_id"), f.Get("client_secret"), f.Get("grant_type"), f.Get("subject_token"), f.Get("subject_token_type"),
		f.Get("requested_token_type"), f.Get("expiring"), f.Get("refresh_token"),
	}, nil
}

func oauthError(w http.ResponseWriter, status int, code string) {
	writeJSON(w, status, map[string]any{"error": code})
}

func (s *Shop) isSecret(text string) bool {
	for _, sec := range s.cfg.Secrets {
		if hmac.Equal([]byte(sec), []byte(text)) {
			return true
		}
	}
	return false
}

// MintSessionToken makes the token that the host's admin hands to an embedded
// page for the signed-in member of staff: HS256, good for a minute.
func (s *Shop) MintSessionToken(staff string) string {
	now := s.now().Unix()
	return s.jwt(map[string]any{
		"iss": "https://" + Domain + "/admin", "dest": "https://" + Domain, "aud": s.cfg.ClientID, "sub": staff,
		"exp": now + s.tokenLife(), "nbf": now, "iat": now, "jti": randomText(12), "sid": "5e551077ab1e",
	})
}

// tokenLife is how long session tokens live, in seconds: a minute, as Shopify's.
// While the past is played the clock runs by days, and the pages that are opened
// meanwhile would find each token expired before it arrives.
func (s *Shop) tokenLife() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seeding.Days > 0 && !s.seeding.Done {
		return int64(s.seeding.Days+1) * 86_400
	}
	return 60
}

// MintExtensionToken makes the token of a checkout or account extension; an empty
// customer means a guest. It must never open the admin.
func (s *Shop) MintExtensionToken(customer int64) string {
	now := s.now().Unix()
	claims := map[string]any{"dest": Domain, "aud": s.cfg.ClientID, "exp": now + 300, "nbf": now, "iat": now, "jti": randomText(12)}
	if customer != 0 {
		claims["sub"] = gid("Customer", customer)
	}
	return s.jwt(claims)
}

func (s *Shop) jwt(claims map[string]any) string {
	body, err := json.Marshal(claims)
	if err != nil {
		panic("claims do not marshal: " + err.Error())
	}
	text := b64(`{"alg":"HS256","typ":"JWT"}`) + "." + b64(string(body))
	return text + "." + b64(string(sign(s.secret(), []byte(text))))
}

func b64(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

func sign(secret string, body []byte) []byte {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return mac.Sum(nil)
}

// sessionTokenValid checks a session token of ours that comes back for exchange.
func (s *Shop) sessionTokenValid(token string) bool {
	text, sig, ok := cutLast(token, ".")
	raw, err := base64.RawURLEncoding.DecodeString(sig)
	if !ok || err != nil || !hmac.Equal(raw, sign(s.secret(), []byte(text))) {
		return false
	}
	_, body, ok := strings.Cut(text, ".")
	payload, err := base64.RawURLEncoding.DecodeString(body)
	if !ok || err != nil {
		return false
	}
	var claims struct {
		Aud  string `json:"aud"`
		Dest string `json:"dest"`
		Exp  int64  `json:"exp"`
	}
	if json.Unmarshal(payload, &claims) != nil {
		return false
	}
	return claims.Aud == s.cfg.ClientID && claims.Dest == "https://"+Domain && claims.Exp+10 > s.now().Unix()
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}
