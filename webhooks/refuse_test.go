package webhooks_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"zugabe/app/session"
	"zugabe/app/store"
	"zugabe/webhooks"
)

// A13: every single wrong bit is refused, and nothing is stored.
func TestAForgedSignatureIsRefused(t *testing.T) {
	d := sqliteDoor(t)
	body := `{"id":1}`
	good, _ := base64.StdEncoding.DecodeString(shopifyHeaders(body, "w")["X-Shopify-Hmac-Sha256"])
	for bit := range len(good) * 8 {
		bad := bytes.Clone(good)
		bad[bit/8] ^= 1 << (bit % 8)
		h := shopifyHeaders(body, "w").with("X-Shopify-Hmac-Sha256", base64.StdEncoding.EncodeToString(bad))
		if got := d.post("/webhooks/shopify", body, h); got != 401 {
			t.Errorf("bit %d: %d", bit, got)
		}
	}
	d.wantRows(1, 0)
	d.wantCount("zugabe_webhook_requests_total", float64(len(good)*8))
}

// A14, A15, A16, A24.
func TestAnythingButOneExactSignatureIsRefused(t *testing.T) {
	d := sqliteDoor(t)
	body := `{"id":1,"note":"a\/b"}`
	good := shopifyHeaders(body, "w")
	sum := good["X-Shopify-Hmac-Sha256"]
	other := session.SignBase64([]byte("another app's secret"), []byte(body))
	woo := "/webhooks/woocommerce/"
	for name, tc := range map[string]struct {
		path, body string
		headers    headers
		want       int
	}{
		"missing":              {"/webhooks/shopify", body, good.with("X-Shopify-Hmac-Sha256", ""), 401},
		"not base64":           {"/webhooks/shopify", body, good.with("X-Shopify-Hmac-Sha256", "!!!"+sum[3:]), 401},
		"short":                {"/webhooks/shopify", body, good.with("X-Shopify-Hmac-Sha256", "AAAA"), 401},
		"unpadded":             {"/webhooks/shopify", body, good.with("X-Shopify-Hmac-Sha256", strings.TrimRight(sum, "=")), 401},
		"loose trailing bits":  {"/webhooks/shopify", body, good.with("X-Shopify-Hmac-Sha256", loosen(sum)), 401},
		"two in one line":      {"/webhooks/shopify", body, good.with("X-Shopify-Hmac-Sha256", sum+","+sum), 401},
		"hex":                  {"/webhooks/shopify", body, good.with("X-Shopify-Hmac-Sha256", session.SignHex([]byte(appSecret), []byte(body))), 401},
		"another app":          {"/webhooks/shopify", body, good.with("X-Shopify-Hmac-Sha256", other), 401},
		"written again":        {"/webhooks/shopify", `{"id":1,"note":"a/b"}`, good, 401},
		"keys swapped":         {"/webhooks/shopify", `{"note":"a\/b","id":1}`, good, 401},
		"one space more":       {"/webhooks/shopify", body + " ", good, 401},
		"empty body":           {"/webhooks/shopify", "", shopifyHeaders("", "w"), 401},
		"empty body woo":       {woo + wooKey, "", wooHeaders("", "w"), 401},
		"unknown shop":         {"/webhooks/shopify", body, good.with("X-Shopify-Shop-Domain", "nobody.myshopify.com"), 404},
		"unknown shop, forged": {"/webhooks/shopify", body, good.with("X-Shopify-Shop-Domain", "nobody.myshopify.com").with("X-Shopify-Hmac-Sha256", other), 401},
		"not a shop domain":    {"/webhooks/shopify", body, good.with("X-Shopify-Shop-Domain", "test-shop.myshopify.com.evil.io"), 400},
		"no topic":             {"/webhooks/shopify", body, good.with("X-Shopify-Topic", ""), 400},
		"topic with blank":     {"/webhooks/shopify", body, good.with("X-Shopify-Topic", "orders paid"), 400},
		"unknown topic":        {"/webhooks/shopify", body, good.with("X-Shopify-Topic", "moons/rise"), 200},
		"unknown key":          {woo + "no-such-path-key-0001", body, wooHeaders(body, "w"), 401},
		"short key":            {woo + "x", body, wooHeaders(body, "w"), 401},
		"key of another shop":  {woo + "shopify-path-key-000001", body, wooHeaders(body, "w"), 401},
		"secret of the app":    {woo + wooKey, body, wooHeaders(body, "w").with("X-WC-Webhook-Signature", sum), 401},
		"woo without topic":    {woo + wooKey, body, wooHeaders(body, "w").with("X-WC-Webhook-Topic", ""), 400},
		"no such route":        {"/webhooks/ebay", body, good, 404},
	} {
		if got := d.post(tc.path, tc.body, tc.headers); got != tc.want {
			t.Errorf("%s: %d, want %d", name, got, tc.want)
		}
	}
	d.wantRows(1, 1)
	d.wantRows(3, 0)
}

// loosen sets bits that padding should leave at zero: the same bytes for a lax decoder.
func loosen(sum string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	at := strings.IndexByte(alphabet, sum[42])
	return sum[:42] + string(alphabet[at^1]) + "="
}

// A14: two header lines, where each alone would do.
func TestTwoSignatureLinesAreRefused(t *testing.T) {
	d := sqliteDoor(t)
	body := `{"id":1}`
	for _, name := range []string{"X-Shopify-Hmac-Sha256", "X-Shopify-Topic", "X-Shopify-Shop-Domain", "X-Shopify-Webhook-Id"} {
		h := shopifyHeaders(body, "w")
		req, _ := http.NewRequest(http.MethodPost, d.url+"/webhooks/shopify", strings.NewReader(body))
		for k, v := range h {
			req.Header.Set(k, v)
		}
		req.Header.Add(name, h[name])
		res, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != 401 && res.StatusCode != 400 {
			t.Errorf("%s twice: %d", name, res.StatusCode)
		}
	}
	d.wantRows(1, 0)
}

// A15: WooCommerce pings without a signature when a webhook is made, and needs 200.
func TestThePingOfANewWebhookIsAnsweredAndHasNoEffect(t *testing.T) {
	d := sqliteDoor(t)
	form := headers{"Content-Type": "application/x-www-form-urlencoded"}
	for _, key := range []string{wooKey, "no-such-path-key-0001"} {
		if got := d.post("/webhooks/woocommerce/"+key, "webhook_id=14", form); got != 200 {
			t.Errorf("ping: %d", got)
		}
		for _, body := range []string{"webhook_id=", "webhook_id=1&x=2", "webhook_id=1x", "webhook_id=99999999999999999999", `{"id":1}`} {
			if got := d.post("/webhooks/woocommerce/"+key, body, form); got != 401 {
				t.Errorf("%s: %d", body, got)
			}
		}
	}
	if got := d.post("/webhooks/shopify", "webhook_id=14", form); got != 401 {
		t.Errorf("ping to another host: %d", got)
	}
	d.wantRows(3, 0)
}

// A30.
func TestDuringARotationOldAndNewSecretAreTaken(t *testing.T) {
	hour := epoch.Add(time.Hour).UnixMilli()
	d := sqliteDoor(t, func(deps *webhooks.Deps) {
		deps.Shopify = session.Keys{{Secret: []byte("new-secret")}, {Secret: []byte(appSecret), UntilMs: hour}}
	})
	send := func(secret string) int {
		body := fmt.Sprintf(`{"id":%q,"at":%d}`, secret, d.clock.Now().Unix())
		return d.post("/webhooks/shopify", body, shopifyHeaders(body, "w").with("X-Shopify-Hmac-Sha256", session.SignBase64([]byte(secret), []byte(body))))
	}
	woo := func(secret string) int {
		body := fmt.Sprintf(`{"id":%q,"at":%d}`, secret, d.clock.Now().Unix())
		return d.post("/webhooks/woocommerce/"+wooKey, body, wooHeaders(body, "w").with("X-WC-Webhook-Signature", session.SignBase64([]byte(secret), []byte(body))))
	}
	err := d.store.Write(t.Context(), func(tx *store.Tx) error {
		return d.vault.Rotate(tx, 3, store.SecretWebhook, []byte("woo-new"), store.Window{NowMs: epoch.UnixMilli(), OverlapMs: time.Hour.Milliseconds()})
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, got := range []int{send("new-secret"), send(appSecret), woo("woo-new"), woo(wooSecret)} {
		if got != 200 {
			t.Errorf("during the rotation: %d", got)
		}
	}
	d.clock.Advance(time.Hour)
	if a, b := send("new-secret"), woo("woo-new"); a != 200 || b != 200 {
		t.Errorf("new secret after the hour: %d, %d", a, b)
	}
	if a, b := send(appSecret), woo(wooSecret); a != 401 || b != 401 {
		t.Errorf("old secret after the hour: %d, %d", a, b)
	}
}

func TestComplianceTopicsAreTakenAfterUninstall(t *testing.T) {
	d := sqliteDoor(t)
	for _, topic := range []string{"customers/data_request", "customers/redact", "shop/redact"} {
		body := fmt.Sprintf(`{"shop_id":1,"topic":%q}`, topic)
		h := shopifyHeaders(body, "w").with("X-Shopify-Topic", topic).with("X-Shopify-Shop-Domain", "gone.myshopify.com")
		if got := d.post("/webhooks/shopify", body, h); got != 200 {
			t.Errorf("%s: %d", topic, got)
		}
	}
	d.wantRows(4, 3)
}

// A22, A23: the front door does not parse; what is proven is kept, whatever it is.
func TestAProvenBodyIsKeptWhateverItHolds(t *testing.T) {
	d := sqliteDoor(t)
	bodies := []string{"{", "null", "\x00", "\xff\xfe", strings.Repeat("[", 10_000), `{"id":1e400}`, `{"id":"\ud800"}`, `{"id":`,
		`{"id":"gid:\/\/shopify\/Order\/1"}`, `{"id":}`, `{"order_id":`, " ", "webhook_id=1"}
	for i, body := range bodies {
		topic := []string{"orders/paid", "refunds/create", "action.x"}[i%3]
		if got := d.post("/webhooks/shopify", body, shopifyHeaders(body, "w").with("X-Shopify-Topic", topic)); got != 200 {
			t.Errorf("%.20q: %d", body, got)
		}
	}
	d.wantRows(1, len(bodies))
}

func (d *door) wantCount(name string, want float64) {
	d.t.Helper()
	families, err := d.reg.Gather()
	if err != nil {
		d.t.Fatal(err)
	}
	sum := 0.0
	for _, f := range families {
		if f.GetName() == name {
			for _, m := range f.GetMetric() {
				sum += m.GetCounter().GetValue()
			}
		}
	}
	if sum != want {
		d.t.Errorf("%s is %v, want %v", name, sum, want)
	}
}
