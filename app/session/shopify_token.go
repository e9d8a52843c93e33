package session

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"zugabe/app/loyalty"
)

// maxToken bounds what is parsed at all (H8); real tokens have about 600 bytes.
const maxToken = 4096

var tokenForm = regexp.MustCompile(`^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$`)

// tokenClaims are the claims of both kinds of Shopify session token.
type tokenClaims struct {
	Iss, Dest, Aud, Sub, Jti, Sid string
	hasIss, hasSub, hasSid        bool
	expMs                         int64
}

// verify checks signature and times and returns the claims. golang-jwt would by
// itself take other HMACs, a missing exp and any aud; what it does not check is
// checked in claimsOf.
func (s Shopify) verify(token string) (tokenClaims, error) {
	// The pattern matters: Go's decoder skips line breaks, which would give one
	// token many spellings.
	if len(token) > maxToken || !tokenForm.MatchString(token) {
		return tokenClaims{}, BadForm
	}
	now := loyalty.NowMs(s.Clock)
	set := jwt.VerificationKeySet{}
	for _, secret := range s.Secrets.At(now) {
		set.Keys = append(set.Keys, secret)
	}
	if len(set.Keys) == 0 {
		return tokenClaims{}, NoSecret
	}
	parser := jwt.NewParser(
		jwt.WithValidMethods([]string{"HS256"}),
		jwt.WithStrictDecoding(),
		jwt.WithLeeway(tokenLeewayMs*time.Millisecond),
		jwt.WithExpirationRequired(),
		jwt.WithNotBeforeRequired(),
		jwt.WithIssuedAt(),
		jwt.WithAudience(s.ClientID),
		jwt.WithTimeFunc(func() time.Time { return time.UnixMilli(now) }),
	)
	parsed, err := parser.Parse(token, func(t *jwt.Token) (any, error) {
		if _, critical := t.Header["crit"]; critical {
			return nil, BadForm
		}
		return set, nil
	})
	if err != nil {
		return tokenClaims{}, tokenRefusal(err)
	}
	if !parsed.Valid || s.ClientID == "" {
		return tokenClaims{}, WrongAudience
	}
	return s.claimsOf(token, now)
}

func tokenRefusal(err error) error {
	for _, known := range []struct {
		is  error
		why Refusal
	}{
		{jwt.ErrTokenSignatureInvalid, WrongMAC},
		{jwt.ErrTokenExpired, Expired},
		{jwt.ErrTokenNotValidYet, NotYet},
		{jwt.ErrTokenUsedBeforeIssued, NotYet},
		{jwt.ErrTokenInvalidAudience, WrongAudience},
	} {
		if errors.Is(err, known.is) {
			return known.why
		}
	}
	return BadForm
}

// claimsOf reads the claims again, by type: an audience that is a list and a
// time that is a string or beyond any date pass the library.
func (s Shopify) claimsOf(token string, nowMs int64) (tokenClaims, error) {
	payload, err := base64.RawURLEncoding.Strict().DecodeString(strings.Split(token, ".")[1])
	if err != nil {
		return tokenClaims{}, BadForm
	}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(payload, &raw); err != nil {
		return tokenClaims{}, BadForm
	}
	var c tokenClaims
	for name, field := range map[string]*string{"iss": &c.Iss, "dest": &c.Dest, "aud": &c.Aud, "sub": &c.Sub, "jti": &c.Jti, "sid": &c.Sid} {
		value, ok := raw[name]
		if !ok {
			continue
		}
		if len(value) == 0 || value[0] != '"' || json.Unmarshal(value, field) != nil {
			return tokenClaims{}, BadForm
		}
	}
	_, c.hasIss = raw["iss"]
	_, c.hasSub = raw["sub"]
	_, c.hasSid = raw["sid"]
	exp, okExp := wholeSeconds(raw["exp"])
	_, okNbf := wholeSeconds(raw["nbf"])
	switch {
	case c.Aud != s.ClientID:
		return tokenClaims{}, WrongAudience
	case !okExp || !okNbf || len(c.Jti) > 190:
		return tokenClaims{}, BadForm
	case exp*1000 > nowMs+cmp.Or(s.MaxLife, maxTokenLife):
		return tokenClaims{}, BadForm
	}
	c.expMs = exp * 1000
	return c, nil
}

// wholeSeconds reads a JSON number that is a plain whole Unix time.
func wholeSeconds(raw json.RawMessage) (int64, bool) {
	text := string(bytes.TrimSpace(raw))
	if len(text) > 11 || !decimal(text) {
		return 0, false
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil
}
