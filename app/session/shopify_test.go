package session_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"zugabe/app/loyalty"
	"zugabe/app/session"
)

var clock = loyalty.NewManualClock(time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC))

func shopify() session.Shopify {
	return session.Shopify{ClientID: "api_key_1", Secrets: session.Keys{{Secret: []byte("hush")}}, Clock: clock}
}

const domain = "test-shop.myshopify.com"

// staffClaims are those of a good admin token; change replaces some, nil removes.
func staffClaims(change map[string]any) map[string]any {
	now := clock.Now().Unix()
	c := map[string]any{"iss": "https://" + domain + "/admin", "dest": "https://" + domain, "aud": "api_key_1", "sub": "42",
		"exp": now + 60, "nbf": now, "iat": now, "jti": "j", "sid": "s"}
	return changed(c, change)
}

func extensionClaims(change map[string]any) map[string]any {
	now := clock.Now().Unix()
	return changed(map[string]any{"dest": domain, "aud": "api_key_1", "sub": "gid://shopify/Customer/123",
		"exp": now + 300, "nbf": now, "iat": now, "jti": "j"}, change)
}

func changed(c, change map[string]any) map[string]any {
	maps.Copy(c, change)
	maps.DeleteFunc(c, func(_ string, v any) bool { return v == nil })
	return c
}

func TestAGoodStaffTokenBecomesAStaffActor(t *testing.T) {
	a, err := shopify().Admin(shopify().StaffToken(domain, "42"))
	if err != nil {
		t.Fatal(err)
	}
	if a.Kind != session.Staff || a.Domain != domain || a.Subject != "42" || a.Name() != "staff:42" || a.TokenID == "" || a.Shop != 0 {
		t.Errorf("%+v", a)
	}
	if a.ExpiresAt != clock.Now().Add(time.Minute).UnixMilli() {
		t.Errorf("expires at %d", a.ExpiresAt)
	}
}

// H3-H7, H9 and the traps below the table of the library's behaviour.
func TestOnlyAnExactStaffTokenLetsStaffIn(t *testing.T) {
	now := clock.Now().Unix()
	for name, tc := range map[string]struct {
		change map[string]any
		want   session.Refusal
	}{
		"good":                        {nil, ""},
		"expired 5 s ago":             {map[string]any{"exp": now - 5}, ""},
		"expired 20 s ago":            {map[string]any{"exp": now - 20}, session.Expired},
		"no exp":                      {map[string]any{"exp": nil}, session.BadForm},
		"exp as string":               {map[string]any{"exp": fmt.Sprint(now + 60)}, session.BadForm},
		"exp beyond any date":         {map[string]any{"exp": 1e308}, session.Expired},
		"exp with a fraction":         {map[string]any{"exp": float64(now) + 60.5}, session.BadForm},
		"exp in a year":               {map[string]any{"exp": now + 31_536_000}, session.BadForm},
		"exp negative":                {map[string]any{"exp": -1}, session.Expired},
		"nbf in 8 s":                  {map[string]any{"nbf": now + 8}, ""},
		"nbf in 30 s":                 {map[string]any{"nbf": now + 30}, session.NotYet},
		"no nbf":                      {map[string]any{"nbf": nil}, session.BadForm},
		"nbf as string":               {map[string]any{"nbf": "0"}, session.BadForm},
		"iat in 30 s":                 {map[string]any{"iat": now + 30}, session.NotYet},
		"aud of another app":          {map[string]any{"aud": "api_key_2"}, session.WrongAudience},
		"no aud":                      {map[string]any{"aud": nil}, session.BadForm},
		"aud as list with ours":       {map[string]any{"aud": []string{"api_key_1", "other"}}, session.BadForm},
		"aud as list of ours":         {map[string]any{"aud": []string{"api_key_1"}}, session.BadForm},
		"aud with blank":              {map[string]any{"aud": "api_key_1 "}, session.WrongAudience},
		"iss of another shop":         {map[string]any{"iss": "https://other.myshopify.com/admin"}, session.WrongShop},
		"iss without path":            {map[string]any{"iss": "https://" + domain}, session.WrongShop},
		"no iss":                      {map[string]any{"iss": nil}, session.WrongKind},
		"dest of no shop":             {map[string]any{"dest": "https://evil.com", "iss": "https://evil.com/admin"}, session.WrongShop},
		"dest looks like a shop":      {map[string]any{"dest": "https://evil-myshopify.com", "iss": "https://evil-myshopify.com/admin"}, session.WrongShop},
		"dest with a tail":            {map[string]any{"dest": "https://" + domain + ".evil.io", "iss": "https://" + domain + ".evil.io/admin"}, session.WrongShop},
		"dest with user":              {map[string]any{"dest": "https://evil@" + domain, "iss": "https://evil@" + domain + "/admin"}, session.WrongShop},
		"dest with port":              {map[string]any{"dest": "https://" + domain + ":444", "iss": "https://" + domain + ":444/admin"}, session.WrongShop},
		"dest with line break":        {map[string]any{"dest": "https://" + domain + "\n", "iss": "https://" + domain + "\n/admin"}, session.WrongShop},
		"dest over http":              {map[string]any{"dest": "http://" + domain, "iss": "http://" + domain + "/admin"}, session.WrongShop},
		"dest in upper case":          {map[string]any{"dest": "https://Test-Shop.myshopify.com", "iss": "https://Test-Shop.myshopify.com/admin"}, session.WrongShop},
		"no sub":                      {map[string]any{"sub": nil}, session.BadForm},
		"sub is a customer":           {map[string]any{"sub": "gid://shopify/Customer/1"}, session.BadForm},
		"sub as number":               {map[string]any{"sub": 42}, session.BadForm},
		"no sid":                      {map[string]any{"sid": nil}, session.WrongKind},
		"sid empty":                   {map[string]any{"sid": ""}, session.WrongKind},
		"a checkout extension's":      {map[string]any{"iss": nil, "sid": nil, "dest": domain, "sub": "gid://shopify/Customer/1"}, session.WrongKind},
		"an extension's made to look": {map[string]any{"dest": domain}, session.WrongShop},
	} {
		_, err := shopify().Admin(shopify().Token(staffClaims(tc.change)))
		if got := session.ReasonOf(err); got != tc.want || (err != nil) != (tc.want != "") {
			t.Errorf("%s: %v, want %q", name, err, tc.want)
		}
	}
}

func TestAShoppersExtensionTokenIsNotAStaffTokenAndTheReverse(t *testing.T) {
	now := clock.Now().Unix()
	a, err := shopify().Extension(shopify().ExtensionToken(domain, "123"))
	if err != nil || a.Kind != session.Shopper || a.CustomerKey != "123" || a.Domain != domain {
		t.Errorf("%+v %v", a, err)
	}
	a, err = shopify().Extension(shopify().ExtensionToken(domain, ""))
	if err != nil || a.CustomerKey != "" || a.Kind != session.Shopper {
		t.Errorf("guest: %+v %v", a, err)
	}
	for name, tc := range map[string]struct {
		claims map[string]any
		want   session.Refusal
	}{
		"staff":             {staffClaims(nil), session.WrongKind},
		"staff without sid": {staffClaims(map[string]any{"sid": nil}), session.WrongKind},
		"staff without iss": {staffClaims(map[string]any{"iss": nil}), session.WrongKind},
		"iss empty":         {extensionClaims(map[string]any{"iss": ""}), session.WrongKind},
		"dest with scheme":  {extensionClaims(map[string]any{"dest": "https://" + domain}), session.WrongShop},
		"other domain":      {extensionClaims(map[string]any{"dest": "shop.example"}), session.WrongShop},
		"sub plain number":  {extensionClaims(map[string]any{"sub": "123"}), session.BadForm},
		"sub of an order":   {extensionClaims(map[string]any{"sub": "gid://shopify/Order/1"}), session.BadForm},
		"sub with a tail":   {extensionClaims(map[string]any{"sub": "gid://shopify/Customer/1/2"}), session.BadForm},
		"sub empty":         {extensionClaims(map[string]any{"sub": ""}), session.BadForm},
		"expired":           {extensionClaims(map[string]any{"exp": now - 20}), session.Expired},
		"other app":         {extensionClaims(map[string]any{"aud": "x"}), session.WrongAudience},
	} {
		if _, err := shopify().Extension(shopify().Token(tc.claims)); session.ReasonOf(err) != tc.want {
			t.Errorf("%s: %v, want %q", name, err, tc.want)
		}
	}
	if _, err := shopify().Admin(shopify().ExtensionToken(domain, "123")); session.ReasonOf(err) != session.WrongKind {
		t.Errorf("a shopper passed as staff: %v", err)
	}
}

// H1, H2, H9: only HS256 with our secret, whatever the header says.
func TestNoOtherAlgorithmIsTaken(t *testing.T) {
	rsaKey, _ := rsa.GenerateKey(rand.Reader, 2048)
	ecKey, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	sign := func(method jwt.SigningMethod, key any) string {
		token, err := jwt.NewWithClaims(method, jwt.MapClaims(staffClaims(nil))).SignedString(key)
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	good := shopify().StaffToken(domain, "42")
	parts := strings.Split(good, ".")
	withHeader := func(header string) string {
		head := base64.RawURLEncoding.EncodeToString([]byte(header)) + "." + parts[1]
		h := hmac.New(sha256.New, []byte("hush"))
		h.Write([]byte(head))
		return head + "." + base64.RawURLEncoding.EncodeToString(h.Sum(nil))
	}
	for name, token := range map[string]string{
		"none":             sign(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType),
		"HS384":            sign(jwt.SigningMethodHS384, []byte("hush")),
		"HS512":            sign(jwt.SigningMethodHS512, []byte("hush")),
		"RS256":            sign(jwt.SigningMethodRS256, rsaKey),
		"ES256":            sign(jwt.SigningMethodES256, ecKey),
		"other secret":     sign(jwt.SigningMethodHS256, []byte("hush2")),
		"None":             withHeader(`{"alg":"None"}`),
		"nOnE":             withHeader(`{"alg":"nOnE"}`),
		"hs256":            withHeader(`{"alg":"hs256"}`),
		"no alg":           withHeader(`{"typ":"JWT"}`),
		"alg as list":      withHeader(`{"alg":["HS256"]}`),
		"critical header":  withHeader(`{"alg":"HS256","crit":["exp"]}`),
		"no signature":     parts[0] + "." + parts[1] + ".",
		"two parts":        parts[0] + "." + parts[1],
		"four parts":       good + ".x",
		"other payload":    parts[0] + "." + strings.Split(shopify().StaffToken(domain, "43"), ".")[1] + "." + parts[2],
		"padding":          good + "=",
		"line break":       good + "\n",
		"blank in front":   " " + good,
		"empty":            "",
		"dots":             strings.Repeat(".", 1<<20),
		"a huge header":    strings.Repeat("a", 1<<20) + ".a.a",
		"loose last bits":  good[:len(good)-1] + string(otherTail(good[len(good)-1])),
		"standard base64":  strings.NewReplacer("-", "+", "_", "/").Replace(parts[0]+"."+parts[1]) + ".!" + parts[2][1:],
		"payload a list":   payload(`[]`),
		"payload no json":  payload(`{`),
		"payload a string": payload(`"x"`),
	} {
		if _, err := shopify().Admin(token); session.ReasonOf(err) == "" {
			t.Errorf("%s was taken (%v)", name, err)
		}
	}
	if _, err := shopify().Admin(withHeader(`{"alg":"HS256","kid":"../../x","jku":"https://evil","x5u":"https://evil","jwk":{}}`)); err != nil {
		t.Errorf("foreign key hints must be ignored: %v", err)
	}
}

func payload(body string) string {
	head := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"HS256"}`)) + "." + base64.RawURLEncoding.EncodeToString([]byte(body))
	h := hmac.New(sha256.New, []byte("hush"))
	h.Write([]byte(head))
	return head + "." + base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

func otherTail(c byte) byte {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	return alphabet[strings.IndexByte(alphabet, c)^1]
}

// H8: refusing garbage costs nothing.
func TestAHugeTokenIsRefusedWithoutAllocating(t *testing.T) {
	for _, token := range []string{strings.Repeat(".", 1<<20), strings.Repeat("a", 1<<20), strings.Repeat("a.", 2000)} {
		if n := testing.AllocsPerRun(10, func() { _, _ = shopify().Admin(token) }); n > 10 {
			t.Errorf("%v allocations", n)
		}
	}
}

// A30 for tokens: old and new client secret during a rotation.
func TestTokensOfARotatedSecretAreTakenUntilItsEnd(t *testing.T) {
	c := loyalty.NewManualClock(clock.Now())
	end := c.Now().Add(time.Hour).UnixMilli()
	s := session.Shopify{ClientID: "api_key_1", Clock: c, Secrets: session.Keys{{Secret: []byte("new")}, {Secret: []byte("hush"), UntilMs: end}}}
	old := session.Shopify{ClientID: "api_key_1", Clock: c, Secrets: session.Keys{{Secret: []byte("hush")}}}
	if _, err := s.Admin(old.StaffToken(domain, "1")); err != nil {
		t.Error(err)
	}
	c.Advance(time.Hour)
	if _, err := s.Admin(old.StaffToken(domain, "1")); session.ReasonOf(err) != session.WrongMAC {
		t.Errorf("old secret after its end: %v", err)
	}
	if _, err := s.Admin(s.StaffToken(domain, "1")); err != nil {
		t.Error(err)
	}
	for _, none := range []session.Shopify{{ClientID: "api_key_1", Clock: c}, {ClientID: "", Clock: c, Secrets: s.Secrets}} {
		if _, err := none.Admin(s.Token(staffClaims(map[string]any{"aud": ""}))); err == nil {
			t.Error("a half-configured app let somebody in")
		}
	}
}

// H10, H11, H21: a proof is worth something only at the shop it names.
func TestAnActorIsTiedToItsOwnShop(t *testing.T) {
	shop := loyalty.Shop{ID: 5, Host: "shopify", Domain: domain, PathKey: "k", State: loyalty.ShopActive}
	other, gone, elsewhere := shop, shop, shop
	other.Domain = "other.myshopify.com"
	gone.State = loyalty.ShopUninstalled
	elsewhere.Host = "woocommerce"
	a := session.Actor{Kind: session.Staff, Host: "shopify", Domain: domain, Subject: "1"}
	if got, err := a.In(shop); err != nil || got.Shop != 5 {
		t.Errorf("%+v %v", got, err)
	}
	for name, s := range map[string]loyalty.Shop{"other": other, "gone": gone, "other host": elsewhere, "none": {}} {
		if _, err := a.In(s); !errors.Is(err, session.WrongShop) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := (session.Actor{Kind: session.Staff}).In(shop); err == nil {
		t.Error("an actor of no shop was let in")
	}
	if _, err := (session.Actor{Kind: session.System, Shop: 6}).In(shop); err == nil {
		t.Error("the key of another shop was let in")
	}
	if (session.Actor{Kind: session.Staff, Scopes: []string{"read"}}).May("read") {
		t.Error("scopes are for API keys")
	}
}

func TestABearerTokenIsTakenOutOfItsHeader(t *testing.T) {
	if got, err := session.Bearer("bearer abc.def"); got != "abc.def" || err != nil {
		t.Errorf("%q %v", got, err)
	}
	for _, h := range []string{"", "Bearer", "Bearer ", "Basic x", "Bearer a b", "Bearer a, Bearer b", "abc"} {
		if _, err := session.Bearer(h); err == nil {
			t.Errorf("%q was taken", h)
		}
	}
}

func FuzzAnyTokenIsRefused(f *testing.F) {
	s := session.Shopify{ClientID: "api_key_1", Clock: clock, Secrets: session.Keys{{Secret: []byte("not the secret")}}}
	f.Add(shopify().StaffToken(domain, "1"))
	f.Add(shopify().ExtensionToken(domain, "1"))
	f.Add("..")
	f.Fuzz(func(t *testing.T, token string) {
		if _, err := s.Admin(token); err == nil {
			t.Error("taken")
		}
		if _, err := s.Extension(token); err == nil {
			t.Error("taken")
		}
	})
}

func FuzzSignedClaimsNeverMakeBothKinds(f *testing.F) {
	for _, c := range []map[string]any{staffClaims(nil), extensionClaims(nil)} {
		b, _ := json.Marshal(c)
		f.Add(string(b))
	}
	f.Fuzz(func(t *testing.T, claims string) {
		token := payload(claims)
		_, admin := shopify().Admin(token)
		_, extension := shopify().Extension(token)
		if admin == nil && extension == nil {
			t.Errorf("one token is both: %s", claims)
		}
	})
}
