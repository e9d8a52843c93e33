package demoshop

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// inbox is an app that keeps what comes and answers as told.
type inbox struct {
	mu     sync.Mutex
	got    []*http.Request
	bodies [][]byte
	status int
}

func (i *inbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	i.mu.Lock()
	defer i.mu.Unlock()
	i.got, i.bodies = append(i.got, r), append(i.bodies, body)
	w.WriteHeader(i.status)
}

func (i *inbox) topics() []string {
	var out []string
	for _, r := range i.got {
		out = append(out, r.Header.Get("X-Shopify-Topic"))
	}
	return out
}

func newInbox(t *testing.T) (*inbox, string) {
	box := &inbox{status: 200}
	srv := httptest.NewServer(box)
	t.Cleanup(srv.Close)
	return box, srv.URL
}

func withInbox(t *testing.T) (*rig, *inbox) {
	box, u := newInbox(t)
	r := newRig(t, func(c *Config) {
		c.AppURL, c.AppTopics, c.ReviewURL = u, AllTopics(), u+"/webhooks/reviews/k"
		c.ReviewSecret = "whsec_" + base64.StdEncoding.EncodeToString([]byte("a secret of the review app"))
	})
	return r, box
}

// The vectors were computed by the host's own library or published by the host.
func TestSignaturesMatchTheHostsVectors(t *testing.T) {
	body := `{"id":820982911946154508,"email":"jon@example.com","total_price":"403.00"}`
	if got := base64.StdEncoding.EncodeToString(sign("hush", []byte(body))); got != "U1ccMjH2FYDvXHngNSLFAi0QhStcm696l5sTvIkdLr8=" {
		t.Errorf("webhook: %s", got)
	}
	q := url.Values{"extra": {"1", "2"}, "shop": {"shop-name.myshopify.com"}, "logged_in_customer_id": {"1"}, "path_prefix": {"/apps/awesome_reviews"}, "timestamp": {"1317327555"}}
	if got := signProxy("hush", q).Get("signature"); got != "4c68c8624d737112c91818c11017d24d334b524cb5c2b8ba08daa056f7395ddb" {
		t.Errorf("app proxy: %s", got)
	}
	if got := standardSignature("whsec_c3ZpeC1zZWNyZXQtMTIzNDU2Nzg5MA==", "msg_1", "1763719200", []byte(`{"type":"review.created"}`)); got != "v1,AGzEuhMXRsQpQ6ECN0WAA1uvw545VYSZS7TpQ9kiZBQ=" {
		t.Errorf("standard webhook: %s", got)
	}
}

func TestAnOrderIsToldWithTheHostsHeaders(t *testing.T) {
	r, box := withInbox(t)
	if _, err := r.shop.Checkout(Buy{Customer: r.shop.customers[0].ID, Cart: []CartLine{{r.variantID("CUP-BL"), 2}}}); err != nil {
		t.Fatal(err)
	}
	if sent, _ := r.shop.Deliver(context.Background()); sent != 3 {
		t.Fatalf("%d deliveries: %v", sent, box.topics())
	}
	event := box.got[0].Header.Get("X-Shopify-Event-Id")
	for i, req := range box.got {
		h := req.Header
		if h.Get("X-Shopify-Hmac-Sha256") != base64.StdEncoding.EncodeToString(sign(testSecret, box.bodies[i])) {
			t.Error("the signature is not of the body that was sent")
		}
		if h.Get("X-Shopify-Shop-Domain") != Domain || h.Get("X-Shopify-Event-Id") != event || h.Get("X-Shopify-Webhook-Id") == "" {
			t.Errorf("headers: %v", h)
		}
		if _, err := time.Parse(time.RFC3339Nano, h.Get("X-Shopify-Triggered-At")); err != nil {
			t.Error(err)
		}
	}
	var order struct {
		ID    json.Number `json:"id"`
		GID   string      `json:"admin_graphql_api_id"`
		Total string      `json:"total_price"`
		Net   string      `json:"total_tax"`
	}
	if err := json.Unmarshal(box.bodies[0], &order); err != nil {
		t.Fatal(err)
	}
	if order.ID.String() != "820982911946154501" || order.GID != "gid://shopify/Order/820982911946154501" || order.Total != "28.70" || order.Net != "4.58" {
		t.Fatalf("%+v", order)
	}
}

func TestTheNewerEventsHaveTheirOwnHeadersAndBody(t *testing.T) {
	r, box := withInbox(t)
	r.shop.Misbehave(Faults{Webhooks: WebhookFaults{Events: true}})
	o, err := r.shop.Checkout(Buy{Customer: r.shop.customers[0].ID, Unpaid: true, Cart: []CartLine{{r.variantID("MILL"), 1}}})
	if err != nil {
		t.Fatal(err)
	}
	r.shop.Deliver(context.Background())
	if len(box.got) != 2 {
		t.Fatalf("%d deliveries", len(box.got))
	}
	for i, req := range box.got {
		if req.Header.Get("Shopify-Topic") == "" {
			continue
		}
		var body struct {
			Data struct{ Order struct{ ID string } }
		}
		if err := json.Unmarshal(box.bodies[i], &body); err != nil || body.Data.Order.ID != gid("Order", o.ID) {
			t.Fatalf("%s %v", box.bodies[i], err)
		}
		for name := range req.Header {
			if strings.HasPrefix(name, "X-Shopify-") {
				t.Errorf("a header of the other family: %s", name)
			}
		}
		if req.Header.Get("Shopify-Hmac-Sha256") != base64.StdEncoding.EncodeToString(sign(testSecret, box.bodies[i])) || req.Header.Get("Shopify-Action") != "create" {
			t.Errorf("headers: %v", req.Header)
		}
		return
	}
	t.Fatal("no delivery of the events family")
}

func TestAFailedDeliveryComesAgainUnchangedAndIsGivenUpInTheEnd(t *testing.T) {
	r, box := withInbox(t)
	out := r.gql(`mutation ($t: WebhookSubscriptionTopic!, $s: WebhookSubscriptionInput!) { webhookSubscriptionCreate(topic: $t, webhookSubscription: $s) { webhookSubscription { id } userErrors { message } } }`,
		map[string]any{"t": "CUSTOMERS_UPDATE", "s": map[string]any{"uri": r.shop.cfg.AppURL + "/own", "format": "JSON"}})
	if at(out, "data.webhookSubscriptionCreate.webhookSubscription.id") == nil {
		t.Fatal(out)
	}
	box.status = 503
	r.shop.Tag(r.shop.customers[0].ID, []string{"vip"})
	ctx := context.Background()
	for range len(retryAfter) + 3 {
		r.shop.Deliver(ctx)
		r.clock.Advance(2 * time.Hour)
	}
	if want := 2 * (1 + len(retryAfter)); len(box.got) != want {
		t.Fatalf("%d tries, want %d", len(box.got), want)
	}
	for i := range box.bodies {
		if string(box.bodies[i]) != string(box.bodies[0]) {
			t.Fatal("a later try sent another body")
		}
	}
	if len(r.shop.subs) != 0 {
		t.Fatal("the failing subscription is still there")
	}
	box.status = 200
	r.shop.Tag(r.shop.customers[0].ID, nil)
	if sent, _ := r.shop.Deliver(ctx); sent != 1 {
		t.Fatal("the subscription of the app's own file must survive")
	}
}

func TestDeliveriesMisbehaveOnRequest(t *testing.T) {
	cases := map[string]struct {
		faults    WebhookFaults
		wait      time.Duration
		now, late int
	}{
		"well behaved":  {WebhookFaults{}, 0, 4, 4},
		"duplicated":    {WebhookFaults{Duplicate: 2}, 0, 12, 12},
		"late":          {WebhookFaults{DelaySeconds: 60}, time.Minute, 0, 4},
		"two lost":      {WebhookFaults{Drop: 2}, 0, 2, 2},
		"all lost":      {WebhookFaults{DropPercent: 100}, 0, 0, 0},
		"in any order":  {WebhookFaults{Reorder: true}, 3 * time.Second, -1, 4},
		"all of it":     {WebhookFaults{Duplicate: 1, Reorder: true, DelaySeconds: 10}, 13 * time.Second, 0, 8},
		"lost and more": {WebhookFaults{Duplicate: 1, Drop: 1}, 0, 6, 6},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			r, box := withInbox(t)
			r.shop.Misbehave(Faults{Webhooks: c.faults})
			for i := range 4 {
				r.clock.Advance(time.Second)
				r.shop.Tag(r.shop.customers[0].ID, []string{"n" + str(int64(i))})
			}
			r.shop.Deliver(context.Background())
			if got := len(box.got); c.now >= 0 && got != c.now {
				t.Fatalf("%d at once, want %d", got, c.now)
			}
			r.clock.Advance(c.wait)
			r.shop.Deliver(context.Background())
			if got := len(box.got); got != c.late {
				t.Fatalf("%d in the end, want %d", got, c.late)
			}
		})
	}
}

func TestMisbehaviourRepeatsWithItsSeed(t *testing.T) {
	order := func() string {
		r, box := withInbox(t)
		r.shop.Misbehave(Faults{Webhooks: WebhookFaults{Reorder: true, Duplicate: 1, DropPercent: 30}})
		for i := range 10 {
			r.shop.Tag(r.shop.customers[0].ID, []string{"n" + str(int64(i))})
		}
		r.clock.Advance(5 * time.Second)
		r.shop.Deliver(context.Background())
		var all string
		for _, req := range box.got {
			all += req.Header.Get("X-Shopify-Webhook-Id") + "\n"
		}
		return all
	}
	if a, b := order(), order(); a != b || a == "" {
		t.Fatalf("two runs differ:\n%s\n%s", a, b)
	}
}

func TestCallsMisbehaveOnRequestAndSayWhetherTheWorkWasDone(t *testing.T) {
	cases := map[string]struct {
		done   bool
		status int
	}{
		"timeout": {true, 0}, "reset": {true, 0}, "5xx_after": {true, 502}, "html": {true, 200}, "slow": {true, 200},
		"reset_before": {false, 0}, "throttle": {false, 200}, "costly": {false, 200}, "5xx": {false, 503}, "unauthorized": {false, 401},
	}
	for mode, c := range cases {
		t.Run(mode, func(t *testing.T) {
			r := newRig(t, nil)
			faults := map[string]any{"api": map[string]any{"mode": mode, "next": 1, "millis": 20, "operations": []any{"discountCodeBasicCreate"}}}
			if status, _ := r.postJSON("/control", faults, nil); status != 200 {
				t.Fatal("the control did not take it")
			}
			if at(r.gql(`{ shop { id } }`, nil), "data.shop.id") == nil {
				t.Fatal("another operation was spoilt too")
			}
			send := func() int {
				status, _ := r.postJSON("/admin/api/2026-10/graphql.json", map[string]any{"query": createCode, "variables": codeInput(r.shop.customers[0].ID, nil)}, map[string]string{"X-Shopify-Access-Token": r.token})
				return status
			}
			if got := send(); got != c.status {
				t.Fatalf("status %d, want %d", got, c.status)
			}
			r.shop.mu.Lock()
			got := len(r.shop.discounts) == 1
			r.shop.mu.Unlock()
			if got != c.done {
				t.Fatalf("work done: %v, want %v", got, c.done)
			}
			r.clock.Advance(time.Minute)
			if got := send(); got != 200 {
				t.Fatalf("it goes on misbehaving: %d", got)
			}
		})
	}
}

func TestReviewsAreToldInTheReviewFormat(t *testing.T) {
	r, box := withInbox(t)
	rev, err := r.shop.WriteReview("product", r.shop.products[0].ID, r.shop.customers[0].ID, 5, "Schön")
	if err != nil {
		t.Fatal(err)
	}
	if err := r.shop.Moderate(rev.ID, true); err != nil {
		t.Fatal(err)
	}
	r.shop.Deliver(context.Background())
	if len(box.got) != 2 || box.got[1].URL.Path != "/webhooks/reviews/k" {
		t.Fatalf("%d deliveries", len(box.got))
	}
	h := box.got[1].Header
	text := h.Get("webhook-id") + "." + h.Get("webhook-timestamp") + "." + string(box.bodies[1])
	if want := "v1," + base64.StdEncoding.EncodeToString(sign("a secret of the review app", []byte(text))); h.Get("webhook-signature") != want {
		t.Fatalf("signature %s, want %s (%s)", h.Get("webhook-signature"), want, hex.EncodeToString(box.bodies[1]))
	}
	var body struct {
		Data struct{ Status, Kind, Customer string }
	}
	if err := json.Unmarshal(box.bodies[1], &body); err != nil || body.Data.Status != "approved" || body.Data.Kind != "product" {
		t.Fatalf("%+v %v", body, err)
	}
}
