package session_test

import (
	"bytes"
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"zugabe/app/session"
)

var pluginSecret = []byte("plugin-secret-plugin-secret-plug")

func identity(t testing.TB, i session.Identity) string {
	t.Helper()
	token, err := session.IdentityToken(pluginSecret, i)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func aShopper() session.Identity {
	return session.Identity{Purpose: session.ForShopper, PathKey: "path-key-0123456789", Subject: "12", Exp: clock.Now().Unix() + 300, Nonce: "nonce-01"}
}

// A plugin in another language must be able to make the same token.
func TestTheIdentityTokenIsWrittenAsDocumented(t *testing.T) {
	i := aShopper()
	i.Exp = 1763719260
	// The signature was computed with openssl dgst -sha256 -hmac.
	want := "zi1.shopper.path-key-0123456789.12.-.1763719260.nonce-01.020d48a5af1cc866e485bb6fc4e339c5d2f284debe906f9be7fa7e3fd6e4304a"
	if got := identity(t, i); got != want {
		t.Errorf("%s", got)
	}
}

// H19.
func TestOnlyAnExactIdentityNamesTheShopper(t *testing.T) {
	now := clock.Now().Unix()
	secrets := [][]byte{[]byte("older"), pluginSecret}
	good := identity(t, aShopper())
	a, err := session.Identify(good, session.ForShopper, secrets, clock.Now().UnixMilli())
	if err != nil || a.CustomerKey != "12" || a.Kind != session.Shopper || a.PathKey != aShopper().PathKey {
		t.Fatalf("%+v %v", a, err)
	}
	change := func(fn func(*session.Identity)) string { i := aShopper(); fn(&i); return identity(t, i) }
	field := func(n int, value string) string {
		f := strings.Split(good, ".")
		f[n] = value
		return strings.Join(f, ".")
	}
	for name, tc := range map[string]struct {
		token string
		want  session.Refusal
	}{
		"expired":                   {change(func(i *session.Identity) { i.Exp = now }), session.Expired},
		"valid for days":            {change(func(i *session.Identity) { i.Exp = now + 86_400 }), session.BadForm},
		"customer 12 made 123":      {field(3, "123"), session.WrongMAC},
		"guest made of a customer":  {field(3, "0"), session.WrongMAC},
		"another shop":              {field(2, "path-key-9876543210"), session.WrongMAC},
		"longer life":               {field(5, fmt.Sprint(now+600)), session.WrongMAC},
		"staff made of a shopper":   {field(1, "staff"), session.BadForm},
		"role added":                {field(4, "owner"), session.BadForm},
		"staff where shopper asked": {change(func(i *session.Identity) { i.Purpose, i.Role = session.ForStaff, "owner" }), session.WrongKind},
		"purpose unknown":           {change(func(i *session.Identity) { i.Purpose = "x" }), session.WrongKind},
		"leading zero":              {change(func(i *session.Identity) { i.Subject = "012" }), session.BadForm},
		"subject with dot":          {change(func(i *session.Identity) { i.Subject = "1.2" }), session.BadForm},
		"subject with line break":   {change(func(i *session.Identity) { i.Subject = "1\nrole=owner" }), session.BadForm},
		"subject empty":             {change(func(i *session.Identity) { i.Subject = "" }), session.BadForm},
		"exp with plus":             {field(5, "+"+fmt.Sprint(now+300)), session.BadForm},
		"upper case signature":      {field(7, strings.ToUpper(strings.Split(good, ".")[7])), session.BadForm},
		"short nonce":               {change(func(i *session.Identity) { i.Nonce = "x" }), session.BadForm},
		"other version":             {field(0, "zi2"), session.BadForm},
		"one field more":            {good + ".x", session.BadForm},
		"huge":                      {strings.Repeat(".", 1<<20), session.BadForm},
		"empty":                     {"", session.BadForm},
	} {
		a, err := session.Identify(tc.token, session.ForShopper, secrets, clock.Now().UnixMilli())
		if session.ReasonOf(err) != tc.want {
			t.Errorf("%s: %+v %v, want %q", name, a, err, tc.want)
		}
	}
	if _, err := session.Identify(good, session.ForShopper, [][]byte{[]byte("of another shop")}, clock.Now().UnixMilli()); session.ReasonOf(err) != session.WrongMAC {
		t.Errorf("secret of another shop: %v", err)
	}
	if _, err := session.Identify(good, session.ForShopper, nil, clock.Now().UnixMilli()); session.ReasonOf(err) != session.NoSecret {
		t.Errorf("no secret: %v", err)
	}
}

func TestStaffAndGuestsOfThePlugin(t *testing.T) {
	now, secrets := clock.Now().UnixMilli(), [][]byte{pluginSecret}
	staff := aShopper()
	staff.Purpose, staff.Role = session.ForStaff, "manager"
	a, err := session.Identify(identity(t, staff), session.ForStaff, secrets, now)
	if err != nil || a.Kind != session.Staff || a.Role != "manager" || a.Subject != "12" || a.CustomerKey != "" {
		t.Errorf("%+v %v", a, err)
	}
	staff.Subject = "0"
	if _, err := session.Identify(identity(t, staff), session.ForStaff, secrets, now); err == nil {
		t.Error("nobody became staff")
	}
	guest := aShopper()
	guest.Subject = "0"
	a, err = session.Identify(identity(t, guest), session.ForShopper, secrets, now)
	if err != nil || a.CustomerKey != "" || a.Kind != session.Shopper {
		t.Errorf("%+v %v", a, err)
	}
}

func FuzzDifferentIdentitiesNeverShareASignature(f *testing.F) {
	f.Add("1", "2", "path-key-0123456789")
	f.Add("1", "12", "path-key-0123456789")
	f.Fuzz(func(t *testing.T, one, two, key string) {
		a, b := aShopper(), aShopper()
		a.Subject, b.Subject, b.PathKey = one, two, key
		if a == b {
			return
		}
		ta, tb := identity(t, a), identity(t, b)
		if ta[len(ta)-64:] != tb[len(tb)-64:] {
			return
		}
		_, _, errA := session.ReadIdentity(ta)
		_, _, errB := session.ReadIdentity(tb)
		if errA == nil && errB == nil {
			t.Errorf("%q and %q share a signature", ta, tb)
		}
	})
}

func TestAnAPIKeyNamesItsShopAndIsKeptAsAHash(t *testing.T) {
	k, err := session.NewAPIKey(77)
	if err != nil {
		t.Fatal(err)
	}
	shop, hash, err := session.ParseAPIKey(k.Secret)
	if err != nil || shop != 77 || !bytes.Equal(hash, k.Hash) || len(hash) != 32 || !strings.HasSuffix(k.Secret, k.Hint) || len(k.Hint) != 4 {
		t.Fatalf("%v %x %+v %v", shop, hash, k, err)
	}
	other, _ := session.NewAPIKey(77)
	if bytes.Equal(other.Hash, k.Hash) {
		t.Error("two keys are equal")
	}
	moved := strings.Replace(k.Secret, "zk_77_", "zk_78_", 1)
	if shop, hash, err := session.ParseAPIKey(moved); err != nil || shop != 78 || bytes.Equal(hash, k.Hash) {
		t.Errorf("a key moved to another shop must have another hash: %v %v", shop, err)
	}
	for _, bad := range []string{"", "zk_", "zk_77_", "zk_77", k.Secret + "x", k.Secret[:len(k.Secret)-1], "ZK" + k.Secret[2:], strings.Replace(k.Secret, "77", "077", 1),
		strings.Replace(k.Secret, "77", "-77", 1), strings.Replace(k.Secret, "77", "99999999999999999999", 1), k.Secret + "\n"} {
		if _, _, err := session.ParseAPIKey(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
	a := session.KeyActor(77, 5, "read adjust")
	if !a.May("adjust") || a.May("redeem") || a.Name() != "api:5" {
		t.Errorf("%+v", a)
	}
}

func TestADeskCookieIsOneAccountsUntilItsEnd(t *testing.T) {
	keys, err := session.NewDeskKeys(bytes.Repeat([]byte("0123456789abcdef"), 2))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := session.NewDeskKeys([]byte("secret")); err == nil {
		t.Error("J5: a weak secret was taken")
	}
	now := clock.Now().UnixMilli()
	cookie, err := keys.Cookie(3, 9, now+1000)
	if err != nil {
		t.Fatal(err)
	}
	a, err := keys.Open(cookie, now)
	if err != nil || a.Kind != session.Desk || a.Shop != 3 || a.Subject != "9" {
		t.Errorf("%+v %v", a, err)
	}
	if _, err := keys.Open(cookie, now+1000); session.ReasonOf(err) != session.Expired {
		t.Errorf("%v", err)
	}
	for _, bad := range []string{"", ".", strings.Replace(cookie, "zd1.3.", "zd1.4.", 1), strings.Replace(cookie, ".9.", ".8.", 1), cookie + "0", cookie[:len(cookie)-1]} {
		if _, err := keys.Open(bad, now); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
	if _, err := (session.DeskKeys{}).Open(cookie, now); err == nil {
		t.Error("without keys everything is refused")
	}
	// H25.
	csrf := keys.CSRF(cookie)
	other, _ := keys.Cookie(3, 9, now+1000)
	if keys.CheckCSRF(cookie, csrf) != nil || keys.CheckCSRF(other, csrf) == nil || keys.CheckCSRF(cookie, "") == nil {
		t.Error("the CSRF token belongs to its cookie")
	}
}

// H26.
func TestForwardedAddressesCountOnlyBehindOurProxies(t *testing.T) {
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	for name, tc := range map[string]struct {
		remote    string
		forwarded []string
		want      string
	}{
		"no proxy":                {"203.0.113.9", []string{"1.2.3.4"}, "203.0.113.9"},
		"behind one":              {"10.0.0.1", []string{"198.51.100.7"}, "198.51.100.7"},
		"client adds its own":     {"10.0.0.1", []string{"1.1.1.1, 198.51.100.7"}, "198.51.100.7"},
		"two lines":               {"10.0.0.1", []string{"1.1.1.1", "198.51.100.7"}, "198.51.100.7"},
		"two proxies":             {"10.0.0.1", []string{"1.1.1.1, 198.51.100.7, 10.2.2.2"}, "198.51.100.7"},
		"garbage":                 {"10.0.0.1", []string{"198.51.100.7, x"}, "10.0.0.1"},
		"none":                    {"10.0.0.1", nil, "10.0.0.1"},
		"mapped":                  {"::ffff:10.0.0.1", []string{"::ffff:198.51.100.7"}, "198.51.100.7"},
		"version six":             {"fd00::1", []string{"2001:db8::5"}, "2001:db8::5"},
		"only proxies in the row": {"10.0.0.1", []string{"10.0.0.3, 10.0.0.2"}, "10.0.0.3"},
	} {
		got := session.ClientIP(netip.MustParseAddr(tc.remote), tc.forwarded, proxies)
		if got.String() != tc.want {
			t.Errorf("%s: %s, want %s", name, got, tc.want)
		}
	}
}

// H27.
func TestOriginsAreComparedExactly(t *testing.T) {
	allowed := []string{"https://shop.example", "null"}
	for origin, want := range map[string]bool{"https://shop.example": true, "https://shop.example.evil.com": false, "http://shop.example": false,
		"null": false, "": false, "https://shop.example/": false, "https://evil.com?https://shop.example": false} {
		if session.SameOrigin(origin, allowed) != want {
			t.Errorf("%q: want %v", origin, want)
		}
	}
}
