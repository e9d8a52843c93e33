package api_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"zugabe/app/store"
)

const keysPath, triesPath = "/api/admin/v1/api-keys", "/api/admin/v1/plan/try"

// covers: A17, A18 at the routes of the API, with and without a proof.
func TestABodyThatIsNotPlainSmallJSONIsRefused(t *testing.T) {
	w := onSQLite(t)
	alpha := w.newShop("shopify", "alpha")
	json := http.Header{"Content-Type": {"application/json"}}
	encoded := func(how string) http.Header {
		return http.Header{"Content-Type": {"application/json"}, "Content-Encoding": {how}}
	}
	big := `{"name":"` + strings.Repeat("x", 64<<10) + `","scopes":["read"]}`
	for name, c := range map[string]struct {
		headers http.Header
		body    string
		status  int
		code    string
	}{
		"gzip":                   {encoded("gzip"), "{}", 415, "unsupported_media_type"},
		"identity":               {encoded("identity"), "{}", 415, "unsupported_media_type"},
		"brotli":                 {encoded("br"), "{}", 415, "unsupported_media_type"},
		"form":                   {http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, "a=1", 415, "unsupported_media_type"},
		"no type":                {nil, "{}", 415, "unsupported_media_type"},
		"problem json":           {http.Header{"Content-Type": {"application/problem+json"}}, "{}", 415, "unsupported_media_type"},
		"over 64 kB":             {json, big, 413, "too_large"},
		"unknown field":          {json, `{"name":"till","scopes":["read"],"role":"owner"}`, 422, "invalid"},
		"wrong type":             {json, `{"name":5,"scopes":["read"]}`, 422, "invalid"},
		"unknown scope":          {json, `{"name":"till","scopes":["root"]}`, 422, "invalid"},
		"missing field":          {json, `{"name":"till"}`, 422, "invalid"},
		"null":                   {json, `null`, 422, "invalid"},
		"list":                   {json, `[]`, 422, "invalid"},
		"half a body":            {json, `{"name":`, 400, "invalid"},
		"two bodies":             {json, `{"name":"a","scopes":["read"]}{"name":"b","scopes":["read"]}`, 400, "invalid"},
		"nothing":                {json, ``, 400, "invalid"},
		"deeper than any reader": {json, strings.Repeat("[", 30_000), 400, "invalid"},
	} {
		t.Run(name, func(t *testing.T) {
			a := w.call(http.MethodPost, keysPath, w.staff(alpha), c.headers, c.body)
			a.want(t, c.status, c.code)
			if unproven := w.call(http.MethodPost, keysPath, proof{}, c.headers, c.body); unproven.Status != 401 && unproven.Status != 415 {
				t.Errorf("without a proof: %d %s", unproven.Status, unproven.Body)
			}
		})
	}
	if keys := into[struct{ Items []any }](t, w.get(w.staff(alpha), keysPath)); len(keys.Items) != 0 {
		t.Errorf("refused requests have made %d keys", len(keys.Items))
	}
}

// covers: A17: a small body that would unpack to much is not unpacked.
func TestACompressedBombIsNotUnpacked(t *testing.T) {
	w := onSQLite(t)
	var bomb bytes.Buffer
	packer := gzip.NewWriter(&bomb)
	if _, err := io.CopyN(packer, zeros{}, 64<<20); err != nil {
		t.Fatal(err)
	}
	if err := packer.Close(); err != nil {
		t.Fatal(err)
	}
	before := peakKB(t)
	h := http.Header{"Content-Type": {"application/json"}, "Content-Encoding": {"gzip"}}
	w.call(http.MethodPost, triesPath, proof{}, h, bomb.String()).want(t, 415, "")
	if grown := peakKB(t) - before; grown > 40<<10 {
		t.Errorf("the process has grown by %d kB", grown)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// peakKB is the most memory that the process ever had resident, in kB.
func peakKB(t *testing.T) int64 {
	t.Helper()
	raw, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(raw), "VmHWM:")
	line, _, _ := strings.Cut(rest, "kB")
	kb, err := strconv.ParseInt(strings.TrimSpace(line), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return kb
}

// covers: A18, J16: what never reaches a handler is refused in the same form.
func TestWhatReachesNoHandlerIsRefusedInTheSameForm(t *testing.T) {
	w := onSQLite(t)
	alpha := w.newShop("shopify", "alpha")
	w.get(proof{}, "/nothing").want(t, 404, "not_found")
	w.get(w.staff(alpha), "/api/admin/v1/nothing").want(t, 404, "not_found")
	w.get(w.staff(alpha), "/API/admin/v1/shop").want(t, 404, "not_found")
	w.get(w.staff(alpha), "/api/admin/v1/shop/").want(t, 404, "not_found")
	w.get(w.staff(alpha), "/api/admin/v1/members/%zz").want(t, 422, "invalid")
	for template, item := range w.server.Document().Paths {
		if item.Patch == nil {
			path := strings.NewReplacer("{id}", "1", "{entry}", "1", "{key}", "1", "{version}", "1").Replace(template)
			a := w.call(http.MethodPatch, path, w.staff(alpha), jsonHeaders(""), "{}").want(t, 405, "method_not_allowed")
			if a.Header.Get("Allow") == "" {
				t.Errorf("%s: 405 without Allow", path)
			}
		}
	}
	a, err := w.send(http.MethodPost, triesPath, w.staff(alpha), jsonHeaders(""), strings.Repeat("x", 7<<20))
	if err == nil { // the server may also have hung up while we were still sending
		a.want(t, 413, "too_large")
		w.checkContract(http.MethodPost, triesPath, a)
	}
}

// covers: A18, A21: bytes that are no request at all.
func TestBytesThatAreNoRequestAreAnsweredAndHarmNobody(t *testing.T) {
	w := onSQLite(t)
	for name, raw := range map[string]string{
		"huge headers":   "GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: " + strings.Repeat("x", 20<<10) + "\r\n\r\n",
		"no request":     "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
		"half an escape": "GET /api/storefront/v1/balance?a=%zz&signature=%2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
		"half a host":    "GET http://[::1/api/storefront/v1/balance HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
		"odd path":       "GET /api/storefront/v1/../v1/balance;x?:// HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
		"endless chunks": "POST " + triesPath + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
	} {
		conn, err := net.Dial("tcp", w.addr)
		if err != nil {
			t.Fatal(err)
		}
		if err := conn.SetDeadline(w.realNow().Add(15 * time.Second)); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(conn, raw); err != nil {
			t.Fatal(err)
		}
		got, _ := io.ReadAll(conn)
		if text := string(got); text != "" && !strings.HasPrefix(text, "HTTP/1.1 4") {
			t.Errorf("%s: %s", name, text)
		}
		if leaks.Match(got) {
			t.Errorf("%s: tells about its inside: %s", name, got)
		}
		_ = conn.Close()
	}
	w.get(proof{}, "/healthz").want(t, 200, "")
}

// covers: J16: whatever breaks inside, the answer names a number and nothing else.
func TestABrokenDatabaseIsNotToldToTheCaller(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		alpha := w.newShop("shopify", "alpha")
		w.home = alpha
		own := w.furnish(alpha, "1")
		key := w.key(alpha, "read activities adjust vouchers redeem")
		who := map[string]proof{"staff": w.staff(alpha), "storefront": w.shopper(alpha, "1"), "key": key}
		body := w.bodies(alpha)
		body["storefront-post-redemptions"] = `{"points":10}`
		body["key-post-activities"] = `{"customer_key":"1","key":"q1","name":"quiz"}`
		body["key-post-activities-withdraw"] = `{"customer_key":"1","key":"q1"}`
		body["storefront-post-referral-claim"] = `{"code":"X"}`
		body["storefront-post-quote"] = `{}`
		rename := func(from, to string) {
			w.write(func(tx *store.Tx) error {
				for _, table := range []string{"members", "member_keys", "entries", "accounts", "sales", "plans", "redemptions", "deliveries", "jobs", "audit_log", "cursors"} {
					if _, err := tx.Exec("ALTER TABLE " + from + table + " RENAME TO " + to + table); err != nil {
						return err
					}
				}
				return nil
			})
		}
		rename("", "gone_")
		defer rename("gone_", "") // the database is used again
		broken := 0
		for template, item := range w.server.Document().Paths {
			for method, op := range methods(item) {
				path := strings.NewReplacer("{entry}", own["entry"], "{version}", "1").Replace(template)
				path = strings.NewReplacer("{id}", own[kindOf(template)], "{key}", own[kindOf(template)]).Replace(path)
				path += "?at=1&customer_key=1&state=active"
				if strings.Contains(path, "deliveries?") || strings.Contains(path, "jobs?") {
					path = strings.Replace(path, "state=active", "state=done", 1)
				}
				a := w.call(method, path, who[op.Tags[0]], jsonHeaders("broken-"+op.OperationID), body[op.OperationID])
				if a.Status >= 500 {
					broken++
				}
			}
		}
		if broken < 40 {
			t.Errorf("only %d operations noticed", broken)
		}
	})
}

// covers: J15: nothing but the API, the probes and the document is served.
func TestNoDebuggingPageIsServed(t *testing.T) {
	w := onSQLite(t)
	for _, path := range []string{"/debug/pprof/", "/metrics", "/api/docs", "/docs", "/schemas/Problem.json", "/.env", "/"} {
		w.get(proof{}, path).want(t, 404, "not_found")
	}
	for _, path := range []string{"/healthz", "/readyz", "/api/openapi.json"} {
		w.get(proof{}, path).want(t, 200, "")
	}
}

// covers: H26: a client's word about its own address does not count.
func TestALimitDoesNotBelieveWhatAClientSaysAboutItsAddress(t *testing.T) {
	w := onSQLite(t)
	alpha := w.newShop("shopify", "alpha")
	guest := w.shopper(alpha, "")
	limited := 0
	for i := range 700 {
		address := fmt.Sprint("10.0.", i/250, ".", i%250)
		h := http.Header{"X-Forwarded-For": {address}, "X-Real-IP": {address}, "Forwarded": {"for=" + address}}
		a, err := w.send(http.MethodGet, "/api/storefront/v1/balance", guest, h, "")
		if err != nil {
			t.Fatal(err)
		}
		if a.Status == http.StatusTooManyRequests {
			limited++
		}
	}
	if limited < 50 {
		t.Errorf("%d of 700 requests were refused, want about 100", limited)
	}
}

// Every shopper has a limit of their own for what changes something.
func TestAShopperWhoWritesTooOftenIsToldWhenToTryAgain(t *testing.T) {
	w := onSQLite(t)
	alpha := w.newShop("shopify", "alpha")
	w.buy(alpha, "1", "1001", 100)
	w.buy(alpha, "2", "1002", 100)
	me := w.shopper(alpha, "1")
	var last answer
	for i := range 25 {
		last = w.post(me, "/api/storefront/v1/redemptions", fmt.Sprint("press-", i), `{"points":1000000}`)
	}
	last.want(t, 429, "too_many_requests")
	if wait, err := strconv.Atoi(last.Header.Get("Retry-After")); err != nil || wait < 1 || wait > 60 {
		t.Errorf("Retry-After is %q", last.Header.Get("Retry-After"))
	}
	into[any](t, w.get(me, "/api/storefront/v1/balance"))
	into[any](t, w.post(me, "/api/storefront/v1/quote", "", `{}`))
	w.post(w.shopper(alpha, "2"), "/api/storefront/v1/redemptions", "press-01", `{"points":1000000}`).want(t, 409, "insufficient_points")
}
