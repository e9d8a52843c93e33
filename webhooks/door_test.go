package webhooks_test

import (
	"bufio"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/prometheus/client_golang/prometheus"

	"zugabe/app/loyalty"
	"zugabe/app/session"
	"zugabe/app/store"
	"zugabe/app/store/storetest"
	"zugabe/webhooks"
)

const (
	appSecret  = "hush-hush-hush-hush-hush-hush-hu"
	wooSecret  = `s3cr&t"<k>`
	wooKey     = "woo-path-key-0123456789"
	reviewKey  = wooKey // the same shop
	shopDomain = "test-shop.myshopify.com"
)

// door is a front door behind a real TCP listener.
type door struct {
	t     testing.TB
	url   string
	addr  string
	store *store.Store
	vault *store.Vault
	clock *loyalty.ManualClock
	reg   *prometheus.Registry
	door  *webhooks.Door
}

var epoch = time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)

func open(t testing.TB, s *store.Store, change ...func(*webhooks.Deps)) *door {
	t.Helper()
	key := base64.StdEncoding.EncodeToString([]byte("0123456789abcdefghijklmnopqrstuv"))
	ring, err := store.NewKeyring("k1:" + key)
	if err != nil {
		t.Fatal(err)
	}
	d := &door{t: t, store: s, vault: store.NewVault(ring), clock: loyalty.NewManualClock(epoch), reg: prometheus.NewRegistry()}
	deps := webhooks.Deps{Store: s, Vault: d.vault, Clock: d.clock, IDs: loyalty.NewIDs(loyalty.SystemClock()),
		Shopify: session.Keys{{Secret: []byte(appSecret)}}, Metrics: d.reg}
	for _, c := range change {
		c(&deps)
	}
	d.door = webhooks.New(deps)
	app := fiber.New(webhooks.ServerConfig())
	d.door.Mount(app)
	app.Get("/health", func(c *fiber.Ctx) error { return c.SendString("ok") })
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = app.Listener(l) }()
	t.Cleanup(func() {
		_ = app.ShutdownWithTimeout(time.Second)
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := d.door.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	d.addr = l.Addr().String()
	d.url = "http://" + d.addr
	return d
}

// shops makes the shops that the tests speak of.
func (d *door) shops() *door {
	d.t.Helper()
	err := d.store.Write(context.Background(), func(tx *store.Tx) error {
		for i, s := range []loyalty.Shop{
			{Host: "shopify", Domain: shopDomain, PathKey: "shopify-path-key-000001"},
			{Host: "shopify", Domain: "other-shop.myshopify.com", PathKey: "shopify-path-key-000002"},
			{Host: "woocommerce", Domain: "woo.example", PathKey: wooKey},
			{Host: "shopify", Domain: "gone.myshopify.com", PathKey: "shopify-path-key-000004", State: loyalty.ShopUninstalled},
		} {
			s.ID, s.Currency, s.Zone = loyalty.ShopID(i+1), "EUR", "Europe/Berlin"
			if s.State == "" {
				s.State = loyalty.ShopActive
			}
			if err := tx.CreateShop(s, 1); err != nil {
				return err
			}
		}
		for purpose, value := range map[string]string{store.SecretWebhook: wooSecret, store.SecretReviews: "review-secret"} {
			if err := d.vault.Rotate(tx, 3, purpose, []byte(value), store.Window{NowMs: 1}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return d
}

type headers map[string]string

func shopifyHeaders(body, id string) headers {
	return headers{"X-Shopify-Hmac-Sha256": session.SignBase64([]byte(appSecret), []byte(body)), "X-Shopify-Topic": "orders/paid",
		"X-Shopify-Shop-Domain": shopDomain, "X-Shopify-Webhook-Id": id, "X-Shopify-Event-Id": "e1",
		"X-Shopify-Triggered-At": "2026-11-21T09:59:58.123456789Z", "Content-Type": "application/json"}
}

func wooHeaders(body, id string) headers {
	return headers{"X-WC-Webhook-Signature": session.SignBase64([]byte(wooSecret), []byte(body)), "X-WC-Webhook-Topic": "order.updated",
		"X-WC-Webhook-Delivery-ID": id, "Content-Type": "application/json"}
}

func (h headers) with(key, value string) headers {
	out := headers{key: value}
	for k, v := range h {
		if _, set := out[k]; !set {
			out[k] = v
		}
	}
	for k, v := range out {
		if v == "" {
			delete(out, k)
		}
	}
	return out
}

var client = &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 100}}

func (d *door) send(method, path, body string, h headers) int {
	d.t.Helper()
	req, err := http.NewRequest(method, d.url+path, strings.NewReader(body))
	if err != nil {
		d.t.Fatal(err)
	}
	for k, v := range h {
		req.Header.Set(k, v)
	}
	res, err := client.Do(req)
	if err != nil {
		d.t.Errorf("%s %s: %v", method, path, err)
		return 0
	}
	defer res.Body.Close()
	answer, _ := io.ReadAll(res.Body)
	if res.StatusCode >= 400 && len(answer) > 40 {
		d.t.Errorf("the answer says more than it must: %s", answer)
	}
	return res.StatusCode
}

func (d *door) post(path, body string, h headers) int {
	d.t.Helper()
	return d.send(http.MethodPost, path, body, h)
}

// rows are the deliveries of a shop, oldest first, with bodies.
func (d *door) rows(shop loyalty.ShopID) []store.Delivery {
	d.t.Helper()
	var out []store.Delivery
	err := d.store.Read(context.Background(), func(tx *store.Tx) error {
		list, err := tx.ListDeliveries(shop, store.DeliveryFilter{Limit: 10_000})
		out = out[:0]
		for i := len(list) - 1; i >= 0 && err == nil; i-- {
			var row store.Delivery
			row, _, err = tx.DeliveryByID(shop, list[i].ID)
			out = append(out, row)
		}
		return err
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return out
}

func (d *door) wantRows(shop loyalty.ShopID, want int) {
	d.t.Helper()
	if got := len(d.rows(shop)); got != want {
		d.t.Errorf("shop %d has %d deliveries, want %d", shop, got, want)
	}
}

// raw sends bytes as they are and returns the status, 0 if the connection was cut without an answer.
func (d *door) raw(request string) (status int, closed bool) {
	d.t.Helper()
	conn, err := net.Dial("tcp", d.addr)
	if err != nil {
		d.t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(deadline(15 * time.Second))
	if _, err := io.WriteString(conn, request); err != nil {
		return 0, true
	}
	r := bufio.NewReader(conn)
	res, err := http.ReadResponse(r, nil)
	if err != nil {
		return 0, true
	}
	_, _ = io.Copy(io.Discard, res.Body)
	_, err = r.ReadByte()
	return res.StatusCode, err != nil
}

func deadline(d time.Duration) time.Time { return loyalty.SystemClock().Now().Add(d) }

func each(t *testing.T, fn func(t *testing.T, d *door)) {
	storetest.Each(t, func(t *testing.T, s *store.Store) { fn(t, open(t, s).shops()) })
}

func sqliteDoor(t *testing.T, change ...func(*webhooks.Deps)) *door {
	return open(t, storetest.SQLite(t), change...).shops()
}

func TestADeliveryIsStoredAsItCame(t *testing.T) {
	each(t, func(t *testing.T, d *door) {
		body := `{"id":820982911946154508,"name":"Zo\u00eb \/ 日本"}` + "\n"
		if got := d.post("/webhooks/shopify", body, shopifyHeaders(body, "w1")); got != 200 {
			t.Fatalf("status %d", got)
		}
		row := d.rows(1)[0]
		want := store.Delivery{ID: row.ID, Shop: 1, Lane: row.Lane, Host: "shopify", Topic: "orders/paid", Key: "w1",
			Body: []byte(body), BodySize: int64(len(body)), TriggeredAt: epoch.UnixMilli() - 2000 + 123, ReceivedAt: epoch.UnixMilli()}
		if fmt.Sprint(row) != fmt.Sprint(want) {
			t.Errorf("got  %+v\nwant %+v", row, want)
		}
	})
}

func TestBothHeaderFamiliesOfShopifyAreTaken(t *testing.T) {
	d := sqliteDoor(t)
	body := `{"topic":"Order","action":"update"}`
	h := headers{"shopify-hmac-sha256": session.SignBase64([]byte(appSecret), []byte(body)), "shopify-topic": "Order",
		"shopify-shop-domain": "Test-Shop.myshopify.com", "shopify-webhook-id": "w9", "shopify-api-version": "2026-10"}
	if got := d.post("/webhooks/shopify", body, h); got != 200 {
		t.Fatalf("status %d", got)
	}
	if row := d.rows(1)[0]; row.Topic != "Order" || row.Key != "w9" {
		t.Errorf("%+v", row)
	}
	both := h.with("X-Shopify-Hmac-Sha256", h["shopify-hmac-sha256"])
	if got := d.post("/webhooks/shopify", body, both); got != 401 {
		t.Errorf("both families at once: %d", got)
	}
}

// A1, A3, A4, A5.
func TestRepeatsAreStoredOnceAndDifferentEventsAreNot(t *testing.T) {
	each(t, func(t *testing.T, d *door) {
		body := `{"id":1}`
		for range 3 {
			if got := d.post("/webhooks/shopify", body, shopifyHeaders(body, "w1")); got != 200 {
				t.Errorf("status %d", got)
			}
		}
		d.wantRows(1, 1)
		d.post("/webhooks/shopify", body, shopifyHeaders(body, "w2"))
		d.wantRows(1, 2)
		// Two different orders in one second share WooCommerce's delivery id.
		for _, order := range []string{`{"id":25}`, `{"id":26}`, `{"id":26}`} {
			if got := d.post("/webhooks/woocommerce/"+wooKey, order, wooHeaders(order, "same")); got != 200 {
				t.Errorf("status %d", got)
			}
		}
		d.wantRows(3, 2)
	})
}

func TestAShopsOwnWebhooksNameTheShopByTheirAddress(t *testing.T) {
	d := sqliteDoor(t)
	body := `{"id":1}`
	if got := d.post("/webhooks/woocommerce/"+wooKey, body, wooHeaders(body, "x")); got != 200 {
		t.Fatalf("status %d", got)
	}
	if row := d.rows(3)[0]; row.Host != "woocommerce" || row.Topic != "order.updated" {
		t.Errorf("%+v", row)
	}
}

func TestReviewAppsProveThemselvesInTheirOwnWays(t *testing.T) {
	d := sqliteDoor(t)
	body, secret := `{"type":"review.created","data":{"id":"1"}}`, []byte("review-secret")
	now := epoch.Unix()
	standard := func(prefix string, at int64) headers {
		return headers{prefix + "-id": "msg_1", prefix + "-timestamp": fmt.Sprint(at),
			prefix + "-signature": "v1,AAAA v1a,xx " + session.SignStandard(secret, "msg_1", at, []byte(body))}
	}
	for name, tc := range map[string]struct {
		headers headers
		want    int
	}{
		"standard":         {standard("webhook", now), 200},
		"svix":             {standard("svix", now-299), 200},
		"judge.me":         {headers{"JUDGEME-HMAC-SHA256": session.SignHex(secret, []byte(body))}, 200},
		"too old":          {standard("webhook", now-301), 401},
		"from the future":  {standard("webhook", now+301), 401},
		"other id":         {standard("webhook", now).with("webhook-id", "msg_2"), 401},
		"other time":       {standard("webhook", now).with("webhook-timestamp", fmt.Sprint(now+1)), 401},
		"two ways at once": {standard("webhook", now).with("JUDGEME-HMAC-SHA256", session.SignHex(secret, []byte(body))), 401},
		"no proof":         {headers{}, 401},
		"base64 for hex":   {headers{"JUDGEME-HMAC-SHA256": session.SignBase64(secret, []byte(body))}, 401},
	} {
		if got := d.post("/webhooks/reviews/"+reviewKey, body, tc.headers); got != tc.want {
			t.Errorf("%s: %d, want %d", name, got, tc.want)
		}
	}
	topics := map[string]int{}
	for _, r := range d.rows(3) {
		topics[r.Host+" "+r.Topic]++
	}
	if fmt.Sprint(topics) != "map[reviews reviews/judgeme:1 reviews reviews/standard:1 reviews reviews/svix:1]" {
		t.Error(topics)
	}
}
