package shopify

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/Khan/genqlient/generate"

	"zugabe/app/platform"
	"zugabe/app/platform/shopify/schema"
)

func TestBalancesAreSetAsJSONAndAsANumber(t *testing.T) {
	h, d, conn := newFakeHost(t)
	h.says("SetMetafields", m{"metafieldsSet": m{"metafields": []m{}, "userErrors": []m{}}})
	b := platform.PublicBalance{CustomerKey: "5", Points: 120, Pending: 30, Minor: 120, Currency: "EUR", NextExpiry: "2027-01-31", Expiring: 20, UpdatedAt: 1}
	if err := d.PublishBalances(ctx, conn, []platform.PublicBalance{b}); err != nil {
		t.Fatal(err)
	}
	want := []any{
		m{"ownerId": "gid://shopify/Customer/5", "namespace": "$app", "key": "points", "type": "json",
			"value": `{"points":120,"pending":30,"minor":120,"currency":"EUR","next_expiry":"2027-01-31","expiring":20,"updated_at":1}`},
		m{"ownerId": "gid://shopify/Customer/5", "namespace": "$app", "key": "points_available", "type": "number_integer", "value": "120"},
	}
	if got := h.lastVars()["metafields"]; !reflect.DeepEqual(got, want) {
		t.Fatalf("sent %s", asJSON(got))
	}
}

func TestManyBalancesGoInCallsOfAtMost25Metafields(t *testing.T) {
	h, d, conn := newFakeHost(t)
	h.on("SetMetafields", func(vars m) any {
		if n := len(vars["metafields"].([]any)); n > 25 {
			t.Errorf("%d metafields in one call", n)
		}
		return m{"metafieldsSet": m{"metafields": []m{}, "userErrors": []m{}}}
	})
	var all []platform.PublicBalance
	for i := range 25 {
		all = append(all, platform.PublicBalance{CustomerKey: fmt.Sprint(i + 1), Currency: "EUR"})
	}
	if err := d.PublishBalances(ctx, conn, all); err != nil || h.count("SetMetafields") != 3 {
		t.Fatalf("%v after %d calls", err, h.count("SetMetafields"))
	}
}

func TestACustomerWhoIsGoneDoesNotKeepTheOthersFromTheirBalance(t *testing.T) {
	for name, where := range map[string]m{
		"told by index": {"elementIndex": 2, "field": []string{"metafields", "2", "ownerId"}},
		"told by path":  {"elementIndex": nil, "field": []string{"metafields", "3", "ownerId"}},
	} {
		h, d, conn := newFakeHost(t)
		where["code"], where["message"] = "INVALID", "Owner does not exist."
		h.on("SetMetafields", func(vars m) any {
			if strings.Contains(asJSON(vars), "Customer/2\"") {
				return m{"metafieldsSet": m{"metafields": nil, "userErrors": []m{where}}}
			}
			return m{"metafieldsSet": m{"metafields": []m{}, "userErrors": []m{}}}
		})
		all := []platform.PublicBalance{{CustomerKey: "1"}, {CustomerKey: "2"}, {CustomerKey: "3"}}
		if err := d.PublishBalances(ctx, conn, all); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if n := len(h.lastVars()["metafields"].([]any)); n != 4 || h.count("SetMetafields") != 2 {
			t.Fatalf("%s: %d metafields in the last of %d calls", name, n, h.count("SetMetafields"))
		}
	}
}

func TestAnyOtherErrorOfABalanceIsARefusal(t *testing.T) {
	h, d, conn := newFakeHost(t)
	h.says("SetMetafields", m{"metafieldsSet": m{"metafields": nil, "userErrors": []m{
		{"elementIndex": 0, "field": []string{"metafields", "0", "value"}, "code": "INVALID_VALUE", "message": "is not JSON"}}}})
	if err := d.PublishBalances(ctx, conn, []platform.PublicBalance{{CustomerKey: "1"}}); !errors.Is(err, platform.ErrRefused) {
		t.Fatalf("got %v", err)
	}
	if err := d.PublishBalances(ctx, conn, []platform.PublicBalance{{CustomerKey: "x"}}); !errors.Is(err, platform.ErrRefused) {
		t.Fatalf("got %v", err)
	}
}

// covers: A12
func TestMissingSubscriptionsAreMadeAndImpossibleOnesTold(t *testing.T) {
	h, d, conn := newFakeHost(t)
	if missing, err := d.CheckSubscriptions(ctx, conn); missing != nil || err != nil || len(h.calls) > 0 {
		t.Fatalf("the app's own subscriptions need no call, got %v, %v", missing, err)
	}
	const ours = "https://app.example/webhooks/shopify"
	d.cfg.WebhookAddress, d.cfg.Topics = ours, []string{"ORDERS_PAID", "ORDERS_CREATE", "REFUNDS_CREATE", "CUSTOMERS_MERGE"}
	h.on("WebhookSubscriptions", func(vars m) any {
		there := m{"id": "gid://shopify/WebhookSubscription/1", "topic": "ORDERS_PAID", "uri": ours}
		other := m{"id": "gid://shopify/WebhookSubscription/2", "topic": "ORDERS_CREATE", "uri": "https://else.example/"}
		if vars["after"] == nil {
			return m{"webhookSubscriptions": m{"nodes": []m{other}, "pageInfo": m{"hasNextPage": true, "endCursor": "c"}}}
		}
		return m{"webhookSubscriptions": m{"nodes": []m{there}, "pageInfo": m{"hasNextPage": false, "endCursor": nil}}}
	})
	var made []string
	h.on("CreateWebhookSubscription", func(vars m) any {
		topic := vars["topic"].(string)
		made = append(made, topic)
		errs := []m{}
		switch topic {
		case "CUSTOMERS_MERGE":
			errs = append(errs, m{"field": []string{"topic"}, "message": "You do not have permission"})
		case "REFUNDS_CREATE":
			errs = append(errs, m{"field": []string{"uri"}, "message": "Address for this topic has already been taken"})
		}
		return m{"webhookSubscriptionCreate": m{"webhookSubscription": nil, "userErrors": errs}}
	})
	missing, err := d.CheckSubscriptions(ctx, conn)
	want := []platform.Subscription{{Topic: "CUSTOMERS_MERGE", Address: ours, State: "You do not have permission"}}
	if err != nil || !reflect.DeepEqual(missing, want) || !slices.Equal(made, d.cfg.Topics[1:]) {
		t.Fatalf("missing %v, made %v, %v", missing, made, err)
	}
}

func TestTopicsWeAskForExistAndAreUnderstood(t *testing.T) {
	enum := schema.Load().Types["WebhookSubscriptionTopic"].EnumValues
	for _, topic := range Topics() {
		if enum.ForName(topic) == nil {
			t.Errorf("the host has no topic %s", topic)
		}
		i := strings.LastIndexByte(topic, '_') // the header's form has a slash before the action
		header := strings.ToLower(topic[:i] + "/" + topic[i+1:])
		if topic == "APP_SCOPES_UPDATE" {
			header = "app/scopes_update"
		}
		changes, err := New(Config{}).Normalise(platform.Delivery{Topic: header, Body: []byte(`{"id":1,"order_id":2}`)}, "EUR")
		if err == nil && changes[0].Reason == "unknown topic" {
			t.Errorf("%s is asked for and ignored", header)
		}
	}
}

func TestTheShopDescribesItself(t *testing.T) {
	h, d, conn := newFakeHost(t)
	h.says("ShopInfo", m{
		"shop": m{"id": "gid://shopify/Shop/548380009", "name": "Super Toys", "myshopifyDomain": "Super-Toys.myshopify.com", "currencyCode": "EUR",
			"ianaTimezone": "Europe/Vienna", "plan": m{"publicDisplayName": "Basic", "partnerDevelopment": false, "shopifyPlus": false}},
		"currentAppInstallation": m{"id": "gid://shopify/AppInstallation/1", "accessScopes": []m{{"handle": "read_orders"}}}})
	got, err := d.Describe(ctx, conn)
	want := platform.HostShop{HostShopID: "548380009", Domain: "super-toys.myshopify.com", Name: "Super Toys", Currency: "EUR",
		Zone: "Europe/Vienna", Plan: "Basic", Scopes: []string{"read_orders"}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Fatalf("%+v, %v", got, err)
	}
}

func TestACustomerIsGoneOnlyWhenTheHostSaysSo(t *testing.T) {
	h, d, conn := newFakeHost(t)
	h.says("CustomerByID", m{"customer": nil})
	if gone, err := d.CustomerGone(ctx, conn, "5"); !gone || err != nil {
		t.Fatalf("%v, %v", gone, err)
	}
	h.says("CustomerByID", status(500, ""))
	if gone, err := d.CustomerGone(ctx, conn, "5"); gone || !errors.Is(err, platform.ErrUnreachable) {
		t.Fatalf("%v, %v", gone, err)
	}
	h.says("CustomerByID", http.HandlerFunc(hang))
	if _, err := d.CustomerGone(ctx, conn, "../5"); !errors.Is(err, platform.ErrRefused) {
		t.Fatalf("got %v", err)
	}
}

func TestACustomerIsReadWithTags(t *testing.T) {
	h, d, conn := newFakeHost(t)
	h.says("CustomerByID", m{"customer": m{"id": "gid://shopify/Customer/5", "firstName": "Ada", "lastName": nil, "locale": "de", "state": "ENABLED",
		"tags": []string{"vip"}, "createdAt": "2026-11-20T10:00:00Z", "updatedAt": "2026-11-21T10:00:00Z",
		"defaultEmailAddress": m{"emailAddress": "ada@example.com", "marketingState": "SUBSCRIBED"}}})
	got, found, err := d.FetchCustomer(ctx, conn, "5")
	want := platform.Customer{Key: "5", Email: "ada@example.com", FirstName: "Ada", Locale: "de", Tags: []string{"vip"}, HasLogin: true,
		CreatedAt: at("2026-11-20T10:00:00Z"), UpdatedAt: at("2026-11-21T10:00:00Z")}
	if err != nil || !found || !reflect.DeepEqual(got, want) {
		t.Fatalf("%+v, %v, %v", got, found, err)
	}
}

func TestTheGeneratedClientIsCurrent(t *testing.T) {
	config, err := generate.ReadAndValidateConfig("genqlient.yaml")
	if err != nil {
		t.Fatal(err)
	}
	files, err := generate.Generate(config)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		if got, err := os.ReadFile(name); err != nil || string(got) != string(want) {
			t.Errorf("%s is not what go generate writes (%v)", name, err)
		}
	}
}

func TestTheShopsCollectionsAreNamedPageByPage(t *testing.T) {
	h, d, conn := newFakeHost(t)
	page := func(id, title string, more bool) m {
		return m{"collections": m{"nodes": []m{{"id": "gid://shopify/Collection/" + id, "title": title}}, "pageInfo": m{"hasNextPage": more, "endCursor": "after-" + id}}}
	}
	h.on("Collections", func(vars m) any {
		if vars["after"] == "after-7" {
			return page("9", "Tee", false)
		}
		return page("7", "Becher", true)
	})
	got, err := d.Collections(ctx, conn)
	if want := []platform.Collection{{Key: "7", Title: "Becher"}, {Key: "9", Title: "Tee"}}; err != nil || !reflect.DeepEqual(got, want) {
		t.Fatalf("%+v, %v", got, err)
	}
	h.says("Collections", status(500, ""))
	if _, err := d.Collections(ctx, conn); !errors.Is(err, platform.ErrUnreachable) {
		t.Fatalf("got %v", err)
	}
}
