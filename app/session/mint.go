package session

import (
	"encoding/hex"
	"net/url"
	"strconv"

	"github.com/golang-jwt/jwt/v5"

	"zugabe/app/loyalty"
)

// What a host makes is made here too, for the stand-in host and for tests:
// only this package may know how a proof looks.

// StaffToken makes the session token of App Bridge: valid for a minute.
func (s Shopify) StaffToken(domain, staffID string) string {
	now := loyalty.NowMs(s.Clock) / 1000
	return s.Token(map[string]any{
		"iss": "https://" + domain + "/admin", "dest": "https://" + domain, "aud": s.ClientID, "sub": staffID,
		"exp": now + 60, "nbf": now, "iat": now, "jti": loyalty.NewPublicID(), "sid": loyalty.NewPublicID(),
	})
}

// ExtensionToken makes the session token of a checkout or account extension:
// valid for five minutes; an empty customerID makes a guest's.
func (s Shopify) ExtensionToken(domain, customerID string) string {
	now := loyalty.NowMs(s.Clock) / 1000
	claims := map[string]any{"dest": domain, "aud": s.ClientID, "exp": now + 300, "nbf": now, "iat": now, "jti": loyalty.NewPublicID()}
	if customerID != "" {
		claims["sub"] = "gid://shopify/Customer/" + customerID
	}
	return s.Token(claims)
}

// Token signs any claims with the first secret. It panics without one.
func (s Shopify) Token(claims map[string]any) string {
	signed, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims(claims)).SignedString(s.Secrets[0].Secret)
	if err != nil {
		panic("session: claims cannot be signed: " + err.Error())
	}
	return signed
}

// ProxyQuery makes the query that the app proxy sends: the shopper's own
// parameters, the host's and the signature. customerID is "" for a guest.
func (s Shopify) ProxyQuery(domain, customerID, prefix string, params map[string]string) string {
	pairs := []pair{{"shop", domain}, {"logged_in_customer_id", customerID}, {"path_prefix", prefix}, {"timestamp", s.seconds()}}
	for name, value := range params {
		pairs = append(pairs, pair{name, value})
	}
	pairs = joined(pairs)
	return encodeQuery(append(pairs, pair{"signature", hex.EncodeToString(mac(s.Secrets[0].Secret, []byte(proxyMessage(pairs))))}))
}

// InstallQuery makes the query with which Shopify opens our app.
func (s Shopify) InstallQuery(domain string, params map[string]string) string {
	pairs := []pair{{"shop", domain}, {"timestamp", s.seconds()}}
	for name, value := range params {
		pairs = append(pairs, pair{name, value})
	}
	pairs = joined(pairs)
	return encodeQuery(append(pairs, pair{"hmac", hex.EncodeToString(mac(s.Secrets[0].Secret, []byte(installMessage(pairs))))}))
}

func (s Shopify) seconds() string { return strconv.FormatInt(loyalty.NowMs(s.Clock)/1000, 10) }

func encodeQuery(pairs []pair) string {
	out := ""
	for i, p := range pairs {
		if i > 0 {
			out += "&"
		}
		out += url.QueryEscape(p.name) + "=" + url.QueryEscape(p.value)
	}
	return out
}
