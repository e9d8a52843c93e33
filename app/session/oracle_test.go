package session_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/session"
)

// oracle runs Shopify's own library (testdata/oracle, pinned by its lock file).
// It is installed once per machine, below the user's cache folder.
func oracle(t *testing.T, home string, ask, answer any) {
	t.Helper()
	input, err := json.Marshal(ask)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("node", filepath.Join(home, "oracle.mjs"))
	cmd.Stdin = bytes.NewReader(input)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("the oracle failed: %v\n%s", err, stderr.String())
	}
	if err := json.Unmarshal(out, answer); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}

func installOracle(t *testing.T) string {
	t.Helper()
	h := sha256.New()
	files := map[string][]byte{}
	for _, name := range []string{"package.json", "package-lock.json", "oracle.mjs", "webcrypto.mjs"} {
		data, err := os.ReadFile(filepath.Join("testdata/oracle", name))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = data
		h.Write(data)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	home := filepath.Join(cache, "zugabe-session-oracle-"+hex.EncodeToString(h.Sum(nil))[:16])
	if _, err := os.Stat(home); err == nil {
		return home
	}
	if err := os.MkdirAll(cache, 0o755); err != nil {
		t.Fatal(err)
	}
	work, err := os.MkdirTemp(cache, "zugabe-oracle-install-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(work)
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(work, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
	cmd.Dir = work
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("npm ci for the oracle: %v\n%s", err, out)
	}
	// Another test process may have been faster; then its copy is as good.
	if err := os.Rename(work, home); err != nil {
		if _, there := os.Stat(home); there != nil {
			t.Fatal(err)
		}
	}
	return home
}

type hook struct {
	Body string `json:"body"`
	HMAC string `json:"hmac"`
}

// What we sign, Shopify's library accepts, and what it signs, we accept. Where
// the two differ we are stricter, and the table says so.
func TestShopifysLibraryAndWeAgree(t *testing.T) {
	home := installOracle(t) // before anything is signed: it takes seconds
	s := session.Shopify{ClientID: "api_key_1", Secrets: session.Keys{{Secret: []byte("hush-hush-hush-hush")}}, Clock: loyalty.SystemClock()}
	now := s.Clock.Now().Unix()
	claims := func(change map[string]any) string {
		return s.Token(changed(map[string]any{"iss": "https://" + domain + "/admin", "dest": "https://" + domain, "aud": s.ClientID,
			"sub": "42", "exp": now + 60, "nbf": now, "iat": now, "jti": "j", "sid": "s"}, change))
	}
	body := "{\"name\":\"Zoë – 日本 \\u00e9\",\"note\":\"a/b\\/c\"}\n"
	proxy := s.ProxyQuery(domain, "12", "/apps/zugabe", map[string]string{"points": "100"})
	install := s.InstallQuery(domain, map[string]string{"host": "YWRtaW4=", "state": "a b+c/=&é~*!'()"})
	ask := map[string]any{
		"clientID": s.ClientID, "secret": "hush-hush-hush-hush", "domain": domain, "body": body,
		"tokens": map[string]string{
			"staff": s.StaffToken(domain, "42"), "extension": s.ExtensionToken(domain, "123"), "guest": s.ExtensionToken(domain, ""),
			"expired 5 s": claims(map[string]any{"exp": now - 5}), "expired 20 s": claims(map[string]any{"exp": now - 20}),
			"nbf in 8 s": claims(map[string]any{"nbf": now + 8}), "nbf in 30 s": claims(map[string]any{"nbf": now + 30}),
			"other app": claims(map[string]any{"aud": "x"}), "no exp": claims(map[string]any{"exp": nil}),
			"other shop": claims(map[string]any{"dest": "https://other.myshopify.com"}),
		},
		"proxies": map[string]string{"call": proxy, "guest": s.ProxyQuery(domain, "", "/apps/zugabe", nil),
			"forged": strings.Replace(proxy, "points=100", "points=101", 1), "shop twice": proxy + "&shop=" + domain,
			"old": sAt(s, now-120).ProxyQuery(domain, "12", "/apps/zugabe", nil)},
		"installs": map[string]string{"link": install, "forged": strings.Replace(install, "YWRtaW4", "ZWRtaW4", 1),
			"old": sAt(s, now-120).InstallQuery(domain, nil)},
		"webhooks": map[string]hook{"body": {body, session.SignBase64([]byte("hush-hush-hush-hush"), []byte(body))},
			"forged": {body + " ", session.SignBase64([]byte("hush-hush-hush-hush"), []byte(body))}},
	}
	var got verdicts
	oracle(t, home, ask, &got)
	got.check(t)
	for _, name := range []string{"no exp", "other shop"} {
		if got.Tokens[name] != "yes" {
			t.Errorf("the library has become stricter on %q: %s", name, got.Tokens[name])
		}
		if _, err := s.Admin(ask["tokens"].(map[string]string)[name]); err == nil {
			t.Errorf("we must refuse %q", name)
		}
	}
	if a, err := s.Admin(got.Made.Staff); err != nil || a.Domain != domain {
		t.Errorf("their staff token: %+v %v", a, err)
	}
	if a, err := s.Extension(got.Made.Extension); err != nil || a.CustomerKey != "123" {
		t.Errorf("their extension token: %+v %v", a, err)
	}
	if _, err := session.BodyBase64([]byte(body), []string{got.Made.Webhook}, s.Secrets.At(0)); err != nil {
		t.Errorf("their webhook: %v", err)
	}
}

type verdicts struct {
	Tokens, Proxies, Installs, Webhooks map[string]string
	Made                                struct{ Staff, Extension, Webhook string }
}

func (got verdicts) check(t *testing.T) {
	t.Helper()
	for name, theirs := range map[string]string{"staff": got.Tokens["staff"], "extension": got.Tokens["extension"], "guest": got.Tokens["guest"],
		"expired 5 s": got.Tokens["expired 5 s"], "nbf in 8 s": got.Tokens["nbf in 8 s"], "proxy": got.Proxies["call"],
		"proxy guest": got.Proxies["guest"], "install": got.Installs["link"], "webhook": got.Webhooks["body"]} {
		if theirs != "yes" {
			t.Errorf("%s: the library says %q", name, theirs)
		}
	}
	for name, theirs := range map[string]string{"expired 20 s": got.Tokens["expired 20 s"], "nbf in 30 s": got.Tokens["nbf in 30 s"],
		"other app": got.Tokens["other app"], "proxy forged": got.Proxies["forged"], "proxy shop twice": got.Proxies["shop twice"],
		"proxy old": got.Proxies["old"], "install forged": got.Installs["forged"], "install old": got.Installs["old"], "webhook forged": got.Webhooks["forged"]} {
		if !strings.HasPrefix(theirs, "no") {
			t.Errorf("%s: the library says %q", name, theirs)
		}
	}
}

func sAt(s session.Shopify, unix int64) session.Shopify {
	s.Clock = loyalty.NewManualClock(time.Unix(unix, 0))
	return s
}
