package session_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/session"
)

func at(unix int64) session.Shopify {
	return session.Shopify{ClientID: "api_key_1", Secrets: session.Keys{{Secret: []byte("hush")}}, Clock: loyalty.NewManualClock(time.Unix(unix, 0))}
}

func load(t *testing.T, path string, into any) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatal(err)
	}
}

func TestShopifysOwnVectorsHold(t *testing.T) {
	var v struct {
		Webhook []struct{ Secret, Body, Expected string }
		OAuth   struct {
			Query map[string]string
			HMAC  string
		} `json:"oauth_static"`
		JWT struct{ Token string } `json:"jwt_static"`
	}
	load(t, "testdata/vectors.json", &v)
	if len(v.Webhook) != 3 {
		t.Fatalf("%d webhook vectors", len(v.Webhook))
	}
	for _, w := range v.Webhook {
		if got := session.SignBase64([]byte(w.Secret), []byte(w.Body)); got != w.Expected {
			t.Errorf("%q: %s, want %s", w.Body, got, w.Expected)
		}
		if _, err := session.BodyBase64([]byte(w.Body), []string{w.Expected}, [][]byte{[]byte("x"), []byte(w.Secret)}); err != nil {
			t.Errorf("%q: %v", w.Body, err)
		}
	}
	q := url.Values{}
	for k, x := range v.OAuth.Query {
		q.Set(k, x)
	}
	q.Set("hmac", v.OAuth.HMAC)
	if _, err := at(1337178173).Query(q.Encode()); err != nil {
		t.Errorf("install link with host: %v", err)
	}
	for query, sum := range map[string]string{
		"code=0907a61c0c8d55e99db179b68161bc00&shop=some-shop.myshopify.com&timestamp=1337178173":                          "4712bf92ffc2917d15a2f5a273e39f0116667419aa4b6ac0b3baaf26fa3c4d20",
		"code=0907a61c0c8d55e99db179b68161bc00&shop=some-shop.myshopify.com&state=0.6784241404160823&timestamp=1337178173": "700e2dadb827fcc8609e9d5ce208b2e9cdaab9df07390d2cbca10d7c328fc4bf",
	} {
		got, err := at(1337178173).Query(query + "&hmac=" + sum)
		if err != nil || got["shop"] != "some-shop.myshopify.com" || got["hmac"] != "" {
			t.Errorf("documented link: %v %v", got, err)
		}
	}
	a, err := at(1763719230).Admin(v.JWT.Token)
	if err != nil || a.Subject != "42" {
		t.Errorf("recorded session token: %+v %v", a, err)
	}
	prefix := "path_prefix=%2Fapps%2Fawesome_reviews&timestamp=1317327555&shop=shop-name.myshopify.com"
	good := prefix + "&logged_in_customer_id=1&extra=1,2&signature=4c68c8624d737112c91818c11017d24d334b524cb5c2b8ba08daa056f7395ddb"
	actor, params, err := at(1317327555).AppProxy(good, session.Params{"extra": regexp.MustCompile(`^[0-9,]{1,9}$`)})
	if err != nil || actor.CustomerKey != "1" || actor.Domain != "shop-name.myshopify.com" || fmt.Sprint(params) != "map[extra:1,2]" {
		t.Errorf("documented proxy call: %+v %v %v", actor, params, err)
	}
	guest := "extra=1,2&logged_in_customer_id=&path_prefix=/apps/loyalty&shop=test-shop.myshopify.com&timestamp=1337178173&signature=c27167a2a02ef1a4b3b973b02e397fe1bc152f765da87584772aa20627bf7f94"
	actor, _, err = at(1337178173).AppProxy(guest, session.Params{"extra": regexp.MustCompile(`^[0-9,]{1,9}$`)})
	if err != nil || actor.CustomerKey != "" || actor.Kind != session.Shopper {
		t.Errorf("guest: %+v %v", actor, err)
	}
}

func TestVectorsOfOtherSendersHold(t *testing.T) {
	var v map[string]map[string]string
	raw := map[string]json.RawMessage{}
	load(t, "testdata/vectors_other.json", &raw)
	v = map[string]map[string]string{}
	for _, name := range []string{"wc", "judgeme", "svix"} {
		m := map[string]string{}
		if err := json.Unmarshal(raw[name], &m); err != nil {
			t.Fatal(err)
		}
		v[name] = m
	}
	if _, err := session.BodyBase64([]byte(v["wc"]["body"]), []string{v["wc"]["X-WC-Webhook-Signature"]}, [][]byte{[]byte(v["wc"]["secret"])}); err != nil {
		t.Errorf("WooCommerce: %v", err)
	}
	if _, err := session.BodyHex([]byte(v["judgeme"]["body"]), []string{v["judgeme"]["JUDGEME-HMAC-SHA256"]}, [][]byte{[]byte(v["judgeme"]["secret"])}); err != nil {
		t.Errorf("Judge.me: %v", err)
	}
	s := v["svix"]
	m := session.StandardMessage{ID: s["svix-id"], Timestamp: s["svix-timestamp"], Signature: s["svix-signature"], Body: []byte(s["body"])}
	if _, err := session.Standard(m, [][]byte{[]byte(s["secret"])}, 1763719200_000); err != nil {
		t.Errorf("Svix: %v", err)
	}
	if got := session.SignStandard([]byte(s["secret"]), m.ID, 1763719200, m.Body); got != m.Signature {
		t.Errorf("signed %s", got)
	}
}

// sign makes the signature of any query, good or not.
func sign(message string) string {
	h := hmac.New(sha256.New, []byte("hush"))
	h.Write([]byte(message))
	return hex.EncodeToString(h.Sum(nil))
}

// H14, H15, H16, H17.
func TestOnlyAnExactProxyCallNamesTheShopper(t *testing.T) {
	now := clock.Now().Unix()
	allowed := session.Params{"points": regexp.MustCompile(`^[0-9]{1,9}$`), "a": regexp.MustCompile(`^[0-9a-z_=]{0,60}$`)}
	query := func(ts int64, extra, message string) string {
		return fmt.Sprintf("shop=%s&logged_in_customer_id=12&path_prefix=%%2Fapps%%2Fzugabe&timestamp=%d%s&signature=%s", domain, ts, extra,
			sign(fmt.Sprintf(message+"logged_in_customer_id=12path_prefix=/apps/zugabe%sshop=%stimestamp=%d", "", domain, ts)))
	}
	good := shopify().ProxyQuery(domain, "12", "/apps/zugabe", map[string]string{"points": "100"})
	if a, p, err := shopify().AppProxy(good, allowed); err != nil || a.CustomerKey != "12" || p["points"] != "100" {
		t.Fatalf("%+v %v %v", a, p, err)
	}
	if _, _, err := shopify().AppProxy(query(now, "", ""), allowed); err != nil {
		t.Fatalf("hand-made: %v", err)
	}
	for name, raw := range map[string]string{
		"no signature":           good[:strings.LastIndex(good, "&signature")],
		"signature cut":          good[:len(good)-1],
		"upper case":             good[:len(good)-64] + strings.ToUpper(good[len(good)-64:]),
		"another value":          strings.Replace(good, "points=100", "points=101", 1),
		"customer twice":         good + "&logged_in_customer_id=999",
		"customer twice, first":  "logged_in_customer_id=999&" + good,
		"customer joined":        strings.Replace(good, "logged_in_customer_id=12", "logged_in_customer_id=12,13", 1),
		"shop twice":             good + "&shop=" + domain,
		"timestamp twice":        good + fmt.Sprintf("&timestamp=%d", now),
		"signature twice":        good + "&signature=" + strings.Repeat("0", 64),
		"hmac besides":           good + "&hmac=1",
		"unknown parameter":      query(now, "&x=1", "x=1"),
		"parameter of bad form":  query(now, "&points=-1", "points=-1"),
		"parameter twice":        query(now, "&points=1&points=2", "points=1,2"),
		"91 s old":               query(now-91, "", ""),
		"91 s ahead":             query(now+91, "", ""),
		"no customer parameter":  fmt.Sprintf("shop=%s&path_prefix=/apps/zugabe&timestamp=%d&signature=%s", domain, now, sign(fmt.Sprintf("path_prefix=/apps/zugabeshop=%stimestamp=%d", domain, now))),
		"no value":               good + "&points",
		"bad escape":             good + "&a=%zz",
		"empty":                  "",
		"other app":              session.Shopify{Secrets: session.Keys{{Secret: []byte("x")}}, Clock: clock}.ProxyQuery(domain, "12", "/apps/zugabe", nil),
		"concatenation":          ambiguous(now),
		"semicolon as separator": strings.Replace(good, "&", ";", 1),
	} {
		if a, _, err := shopify().AppProxy(raw, allowed); err == nil {
			t.Errorf("%s was taken as %+v", name, a)
		}
	}
	for _, off := range []int64{-90, 0, 90} {
		if _, _, err := shopify().AppProxy(query(now+off, "", ""), allowed); err != nil {
			t.Errorf("%d s off: %v", off, err)
		}
	}
}

// ambiguous is a call whose signed text reads like another one: "a" swallows a
// customer id that the host has signed as part of a shopper's own parameter.
func ambiguous(now int64) string {
	text := fmt.Sprintf("a=1logged_in_customer_id=999path_prefix=/apps/zugabeshop=%stimestamp=%d", domain, now)
	return fmt.Sprintf("a=1&logged_in_customer_id=999&path_prefix=/apps/zugabe&shop=%s&timestamp=%d&signature=%s&logged_in_customer_id=12", domain, now, sign(text))
}

// H16: the same signature fits two readings; the narrow forms refuse one of them.
func TestASignatureThatFitsTwoReadingsIsRefused(t *testing.T) {
	now := clock.Now().Unix()
	signed := fmt.Sprintf("a=1logged_in_customer_id=999m=logged_in_customer_id=5path_prefix=/apps/zugabeshop=%stimestamp=%d", domain, now)
	forged := fmt.Sprintf("a=1&logged_in_customer_id=999&m=logged_in_customer_id=5path_prefix=/apps/zugabe&shop=%s&timestamp=%d&signature=%s", domain, now, sign(signed))
	if a, _, err := shopify().AppProxy(forged, session.Params{"a": regexp.MustCompile(`^[0-9]$`)}); err == nil {
		t.Errorf("a shopper became %+v", a)
	}
}

func TestInstallLinksAreCheckedToo(t *testing.T) {
	good := shopify().InstallQuery(domain, map[string]string{"host": "YWRtaW4", "state": "a b+c/=&é~*", "embedded": "1"})
	got, err := shopify().Query(good)
	if err != nil || got["state"] != "a b+c/=&é~*" || got["shop"] != domain {
		t.Fatalf("%v %v", got, err)
	}
	for name, raw := range map[string]string{
		"no hmac":       good[:strings.LastIndex(good, "&hmac")],
		"shop twice":    good + "&shop=" + domain,
		"host twice":    good + "&host=x",
		"another state": strings.Replace(good, "embedded=1", "embedded=0", 1),
		"foreign shop":  shopify().InstallQuery("evil.com", nil),
		"tail":          shopify().InstallQuery(domain+".evil.io", nil),
		"old":           at(clock.Now().Unix()-91).InstallQuery(domain, nil),
	} {
		if _, err := shopify().Query(raw); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}

func TestShopDomainsAreReadStrictly(t *testing.T) {
	for in, want := range map[string]string{
		"test-shop.myshopify.com": "test-shop.myshopify.com", "Test-Shop.myshopify.com": "test-shop.myshopify.com",
		"test-shop.myshopify.com/": "test-shop.myshopify.com", "test_shop.myshopify.com": "", "-bad.myshopify.com": "",
		"a.b.myshopify.com": "", "evil.com": "", "test.myshopify.com.evil.com": "", "admin.shopify.com/store/test-shop": "",
		"x.myshopify.io": "", "test-shop.myshopify.com\n": "", "": "", ".myshopify.com": "", "https://test.myshopify.com": "",
	} {
		if got, err := session.ShopHost(in); got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q %v", in, got, err)
		}
	}
}

// A14 for signatures in other forms.
func TestStandardWebhooksAreReadStrictly(t *testing.T) {
	secret, body := []byte("s"), []byte("{}")
	now := clock.Now().Unix()
	sum := session.SignStandard(secret, "id", now, body)
	good := session.StandardMessage{ID: "id", Timestamp: fmt.Sprint(now), Signature: sum, Body: body}
	for name, tc := range map[string]struct {
		change func(*session.StandardMessage)
		want   session.Refusal
	}{
		"good":            {func(*session.StandardMessage) {}, ""},
		"one of several":  {func(m *session.StandardMessage) { m.Signature = "v1a,x v1,AAAA " + sum }, ""},
		"no version":      {func(m *session.StandardMessage) { m.Signature = sum[3:] }, session.BadEncoding},
		"other version":   {func(m *session.StandardMessage) { m.Signature = "v2," + sum[3:] }, session.BadEncoding},
		"very many":       {func(m *session.StandardMessage) { m.Signature = strings.Repeat(sum+" ", 50) }, session.ManySignature},
		"none":            {func(m *session.StandardMessage) { m.Signature = "" }, session.NoSignature},
		"other id":        {func(m *session.StandardMessage) { m.ID = "ie" }, session.WrongMAC},
		"id with dot":     {func(m *session.StandardMessage) { m.ID = "i.d" }, session.BadForm},
		"no id":           {func(m *session.StandardMessage) { m.ID = "" }, session.BadForm},
		"empty body":      {func(m *session.StandardMessage) { m.Body = nil }, session.NoBody},
		"time as float":   {func(m *session.StandardMessage) { m.Timestamp += ".0" }, session.BadForm},
		"time in ms":      {func(m *session.StandardMessage) { m.Timestamp += "000" }, session.BadForm},
		"time with minus": {func(m *session.StandardMessage) { m.Timestamp = "-" + m.Timestamp }, session.BadForm},
		"time missing":    {func(m *session.StandardMessage) { m.Timestamp = "" }, session.BadForm},
	} {
		m := good
		tc.change(&m)
		_, err := session.Standard(m, [][]byte{[]byte("old"), secret}, clock.Now().UnixMilli())
		if session.ReasonOf(err) != tc.want {
			t.Errorf("%s: %v, want %q", name, err, tc.want)
		}
	}
}

func FuzzAnyProxyQueryIsRefused(f *testing.F) {
	s := session.Shopify{Clock: clock, Secrets: session.Keys{{Secret: []byte("not the secret")}}}
	f.Add(shopify().ProxyQuery(domain, "12", "/apps/zugabe", map[string]string{"points": "100"}))
	f.Add("a=1&a=2&signature=")
	f.Add("%zz=1")
	f.Fuzz(func(t *testing.T, raw string) {
		if _, _, err := s.AppProxy(raw, session.Params{"points": regexp.MustCompile(`^[0-9]+$`)}); err == nil {
			t.Error("taken")
		}
		if _, err := s.Query(raw); err == nil {
			t.Error("taken")
		}
	})
}

func FuzzAnySignatureHeaderIsRefused(f *testing.F) {
	f.Add("U1ccMjH2FYDvXHngNSLFAi0QhStcm696l5sTvIkdLr8=", []byte("{}"))
	f.Add("v1,AAAA v1,", []byte("x"))
	f.Fuzz(func(t *testing.T, header string, body []byte) {
		secrets := [][]byte{[]byte("3kXo9q never guessed")}
		if _, err := session.BodyBase64(body, []string{header}, secrets); err == nil {
			t.Error("taken")
		}
		if _, err := session.BodyHex(body, []string{header}, secrets); err == nil {
			t.Error("taken")
		}
		m := session.StandardMessage{ID: "x", Timestamp: fmt.Sprint(clock.Now().Unix()), Signature: header, Body: body}
		if _, err := session.Standard(m, secrets, clock.Now().UnixMilli()); err == nil {
			t.Error("taken")
		}
	})
}
