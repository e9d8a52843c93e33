package shopify

import (
	"errors"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"zugabe/app/earning"
	"zugabe/app/platform"
)

func at(iso string) int64 {
	t, err := time.Parse(time.RFC3339, iso)
	if err != nil {
		panic(err)
	}
	return t.UnixMilli()
}

func payload(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile("testdata/payloads/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func normalise(t *testing.T, topic string, body []byte) []platform.Change {
	t.Helper()
	changes, err := New(Config{}).Normalise(platform.Delivery{Topic: topic, Body: body, ReceivedAt: 77}, "USD")
	if err != nil {
		t.Fatalf("%s: %v", topic, err)
	}
	return changes
}

func TestRecordedDeliveriesBecomeOurChanges(t *testing.T) {
	newsletter := func(state earning.ActivityState) *earning.Activity {
		return &earning.Activity{Key: "newsletter:706405506930370084", Kind: earning.ActivityNewsletter, CustomerKey: "706405506930370084", State: state,
			At: at("2026-11-20T10:00:00-05:00"), UpdatedAt: at("2026-11-20T10:00:00-05:00"), Contact: earning.Contact{Email: "bob@biller.com"}}
	}
	bob := &platform.Customer{Key: "706405506930370084", Email: "bob@biller.com", FirstName: "Bob", LastName: "Biller",
		CreatedAt: at("2026-11-20T10:00:00-05:00"), UpdatedAt: at("2026-11-20T10:00:00-05:00")}
	cases := []struct {
		file, topic string
		want        []platform.Change
	}{
		{"refunds_create", "refunds/create", []platform.Change{{Kind: platform.SaleTouched, Key: "820982911946154508"}}},
		{"customers_create", "customers/update", []platform.Change{{Kind: platform.CustomerSnapshot, Key: bob.Key, Customer: bob}}},
		{"customers_create", "customers/create", []platform.Change{{Kind: platform.CustomerSnapshot, Key: bob.Key, Customer: bob},
			{Kind: platform.ActivityChanged, Key: bob.Key, Activity: &earning.Activity{Key: "signup:" + bob.Key, Kind: earning.ActivitySignup, CustomerKey: bob.Key,
				State: earning.ActivityApproved, At: bob.CreatedAt, UpdatedAt: bob.CreatedAt, Contact: earning.Contact{Email: "bob@biller.com", FirstName: "Bob", LastName: "Biller"}}}}},
		{"customers_email_marketing_consent_update_subscribed", "customers_email_marketing_consent/update",
			[]platform.Change{{Kind: platform.ConsentChanged, Key: bob.Key, Activity: newsletter(earning.ActivityApproved)}}},
		{"customers_email_marketing_consent_update_pending_doi", "customers_email_marketing_consent/update",
			[]platform.Change{{Kind: platform.ConsentChanged, Key: bob.Key, Activity: newsletter(earning.ActivityPending)}}},
		{"customers_email_marketing_consent_update_on_create_noop", "customers_email_marketing_consent/update",
			[]platform.Change{{Kind: platform.Ignored, Reason: "consent is not_subscribed"}}},
		{"customers_data_request", "customers/data_request", []platform.Change{{Kind: platform.DataRequested, Key: "191167", HostShop: "954889",
			Customer: &platform.Customer{Key: "191167", Email: "john@example.com"}}}},
		{"customers_redact", "customers/redact", []platform.Change{{Kind: platform.CustomerRedact, Key: "191167", HostShop: "954889",
			Customer: &platform.Customer{Key: "191167", Email: "john@example.com"}}}},
		{"shop_redact", "shop/redact", []platform.Change{{Kind: platform.ShopRedact, HostShop: "954889"}}},
		{"app_uninstalled", "app/uninstalled", []platform.Change{{Kind: platform.AppUninstalled, HostShop: "548380009"}}},
		{"app_uninstalled", "shop/update", []platform.Change{{Kind: platform.ShopChanged, HostShop: "548380009"}}},
		{"app_scopes_update", "app/scopes_update", []platform.Change{{Kind: platform.ShopChanged}}},
		{"discounts_redeemcode_added", "discounts/redeemcode_added",
			[]platform.Change{{Kind: platform.CodeTouched, Key: "gid://shopify/DiscountCodeNode/1", Code: "LOYAL-7Q2X-9FKD"}}},
	}
	for _, c := range cases {
		if got := normalise(t, c.topic, payload(t, c.file)); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s as %s: got\n%s\nwant\n%s", c.file, c.topic, asJSON(got), asJSON(c.want))
		}
	}
}

// covers: S4-30
func TestTheRecordedOrderIsReadExactly(t *testing.T) {
	changes := normalise(t, "orders/paid", payload(t, "orders_paid"))
	got := *changes[0].Sale
	want := earning.Sale{
		Key: "820982911946154508", Number: "#9999", CustomerKey: "115310627314723954", Currency: "USD", Status: earning.SalePaid, Test: true,
		PlacedAt: at("2026-11-20T09:59:58-05:00"), PaidAt: at("2026-11-20T09:59:58-05:00"), UpdatedAt: at("2026-11-20T10:00:01-05:00"), Rank: 2000, Total: 37997,
		Lines: []earning.Line{
			{Key: "487817672276298560", ProductKey: "788032119674292900", VariantKey: "808950810", SKU: "IPOD2008PINK", Title: "Example T-Shirt", Quantity: 1, Net: 1896},
			{Key: "976318377106520300", ProductKey: "788032119674292900", VariantKey: "808950810", SKU: "IPOD2008PINK", Title: "Widget", Quantity: 1, Net: 35101},
		},
		Shipping: earning.Amount{Net: 1000}, Codes: []earning.UsedCode{{Code: "LOYAL-7Q2X-9FKD", Minor: 2000}},
		Contact: earning.Contact{Email: "john@example.com", FirstName: "John", LastName: "Smith", Locale: "en",
			Traces: earning.Traces{Name: "Steve Shipper", Street: "123 Shipping Street", Postal: "40003", Country: "US", Phone: "555-555-SHIP"}},
	}
	if changes[0].Kind != platform.SaleSnapshot || !reflect.DeepEqual(got, want) {
		t.Fatalf("got\n%+v\nwant\n%+v", got, want)
	}
	statuses := map[string]earning.SaleStatus{"orders_create": earning.SalePlaced, "orders_cancelled": earning.SaleCancelled}
	for file, want := range statuses {
		if got := normalise(t, "orders/updated", payload(t, file))[0].Sale.Status; got != want {
			t.Errorf("%s is %s", file, got)
		}
	}
}

func TestSmallBodiesOfManyTopics(t *testing.T) {
	cases := []struct {
		topic, body string
		want        platform.Change
	}{
		{"orders/delete", `{"id":820982911946154508}`, platform.Change{Kind: platform.SaleDeleted, Key: "820982911946154508"}},
		{"orders/edited", `{"order_edit":{"id":1,"order_id":820982911946154508}}`, platform.Change{Kind: platform.SaleTouched, Key: "820982911946154508"}},
		{"disputes/update", `{"id":1,"order_id":5,"type":"chargeback","status":"won"}`, platform.Change{Kind: platform.SaleTouched, Key: "5"}},
		{"disputes/create", `{"id":1,"order_id":null}`, platform.Change{Kind: platform.Ignored, Reason: "about no order"}},
		{"Order", `{"topic":"Order","action":"update","data":{"order":{"id":"gid://shopify/Order/5"}}}`, platform.Change{Kind: platform.SaleTouched, Key: "5"}},
		{"order", `{"data":{"id":"gid:\/\/shopify\/Order\/5"}}`, platform.Change{Kind: platform.SaleTouched, Key: "5"}},
		{"customers/delete", `{"id":706405506930370084}`, platform.Change{Kind: platform.CustomerDeleted, Key: "706405506930370084"}},
		{"customers/merge", `{"admin_graphql_api_customer_kept_id":"gid://shopify/Customer/1","admin_graphql_api_customer_deleted_id":"gid://shopify/Customer/2","status":"completed"}`,
			platform.Change{Kind: platform.CustomersMerged, Key: "2", IntoKey: "1"}},
		{"customers/merge", `{"admin_graphql_api_customer_kept_id":"gid://shopify/Customer/1","admin_graphql_api_customer_deleted_id":"gid://shopify/Customer/2","status":"failed"}`,
			platform.Change{Kind: platform.Ignored, Reason: "merge is failed"}},
		{"discounts/delete", `{"admin_graphql_api_id":"gid://shopify/DiscountAutomaticNode/9"}`, platform.Change{Kind: platform.CodeTouched, Key: "gid://shopify/DiscountCodeNode/9"}},
		{"customers/redact", `{"shop_id":1,"customer":{"id":null,"email":"g@x.de"}}`,
			platform.Change{Kind: platform.CustomerRedact, HostShop: "1", Customer: &platform.Customer{Email: "g@x.de"}}},
		{"themes/publish", `[1]`, platform.Change{Kind: platform.Ignored, Reason: "unknown topic"}},
	}
	for _, c := range cases {
		got := normalise(t, c.topic, []byte(c.body))
		if len(got) != 1 || !reflect.DeepEqual(got[0], c.want) {
			t.Errorf("%s %s: got %s", c.topic, c.body, asJSON(got))
		}
	}
}

func TestLeavingTheNewsletterTakesBackUnderTheSameKey(t *testing.T) {
	body := func(state string) []byte {
		return []byte(`{"customer_id":5,"email_address":"a@b.de","email_marketing_consent":{"state":"` + state + `","consent_updated_at":null}}`)
	}
	on := normalise(t, "customers_email_marketing_consent/update", body("subscribed"))[0].Activity
	off := normalise(t, "customers_email_marketing_consent/update", body("UNSUBSCRIBED"))[0].Activity
	if on.Key != off.Key || off.State != earning.ActivityWithdrawn || on.UpdatedAt != 77 {
		t.Fatalf("%+v, then %+v", on, off)
	}
}

func TestAmountsAreReadAsWrittenWhateverTheirForm(t *testing.T) {
	line := func(price, quantity string) string {
		return `{"id":1,"currency":"EUR","total_price":` + price + `,"line_items":[{"id":2,"quantity":` + quantity + `,"price":` + price + `}]}`
	}
	for price, want := range map[string]int64{`"18.96"`: 1896, `18.96`: 1896, `18.955`: 1896, `"0.10"`: 10, `null`: 0, `"9007199254740.93"`: 900719925474093} {
		sale := normalise(t, "orders/updated", []byte(line(price, "1")))[0].Sale
		if sale.Total != want || sale.Lines[0].Net != want {
			t.Errorf("%s is read as %d and %d", price, sale.Total, sale.Lines[0].Net)
		}
	}
	yen := `{"id":1,"currency":"JPY","total_price":"1200","line_items":[]}`
	if sale := normalise(t, "orders/updated", []byte(yen))[0].Sale; sale.Total != 1200 {
		t.Errorf("B21: 1,200 yen are %d", sale.Total)
	}
	for _, price := range []string{`"1e9"`, `1e9`, `"12,34"`, `"-"`, `true`, `{}`, `"99999999999999999999"`} {
		_, err := New(Config{}).Normalise(platform.Delivery{Topic: "orders/paid", Body: []byte(line(price, "1"))}, "EUR")
		if !errors.Is(err, platform.ErrMalformed) {
			t.Errorf("B22: %s gives %v", price, err)
		}
	}
	huge := line(`"9999999999999.99"`, "9223372036854775807")
	if _, err := New(Config{}).Normalise(platform.Delivery{Topic: "orders/paid", Body: []byte(huge)}, "EUR"); !errors.Is(err, platform.ErrMalformed) {
		t.Errorf("B22: an overflow gives %v", err)
	}
}

func TestMalformedBodiesGoToQuarantine(t *testing.T) {
	topics := []string{"orders/paid", "orders/edited", "refunds/create", "orders/delete", "order", "app/uninstalled", "customers/create", "customers/delete",
		"customers/merge", "customers/redact", "shop/redact", "customers_email_marketing_consent/update", "discounts/update"}
	bodies := []string{``, `null`, `[]`, `"x"`, `{`, `{}`, `{"id":{}}`, `{"id":"x'; DROP"}`, `{"id":1.5}`, strings.Repeat(`{"id":`, 20000)}
	for _, topic := range topics {
		for _, b := range bodies {
			if changes, err := New(Config{}).Normalise(platform.Delivery{Topic: topic, Body: []byte(b)}, "EUR"); !errors.Is(err, platform.ErrMalformed) {
				t.Errorf("%s with %.30q gives %s, %v", topic, b, asJSON(changes), err)
			}
		}
	}
}

func FuzzNormaliseNeverPanics(f *testing.F) {
	files, err := os.ReadDir("testdata/payloads")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		b, err := os.ReadFile("testdata/payloads/" + file.Name())
		if err != nil {
			f.Fatal(err)
		}
		f.Add("orders/updated", b)
		f.Add("customers/create", b)
		f.Add("order", b)
	}
	d := New(Config{})
	f.Fuzz(func(t *testing.T, topic string, body []byte) {
		changes, err := d.Normalise(platform.Delivery{Topic: topic, Body: body}, "EUR")
		if err != nil && !errors.Is(err, platform.ErrMalformed) {
			t.Fatalf("%q: %v", topic, err)
		}
		if err == nil && len(changes) == 0 {
			t.Fatalf("%q: nothing at all", topic)
		}
	})
}

// What tells households apart decides nothing about an order: whatever stands there,
// the order is read.
func TestAnOrderIsReadWhateverItShowsOfTheBuyersHousehold(t *testing.T) {
	body := func(more string) []byte {
		return []byte(`{"id":1,"name":"#1","currency":"EUR","total_price":"1.00","created_at":"2026-11-20T10:00:00Z","updated_at":"2026-11-20T10:00:00Z","line_items":[]` + more + `}`)
	}
	for more, want := range map[string]earning.Traces{
		"": {},
		`,"phone":null,"browser_ip":null,"client_details":null,"shipping_address":null,"billing_address":null`:                                       {},
		`,"phone":{"a":[1]},"browser_ip":true,"client_details":{"user_agent":7,"browser_ip":[]}`:                                                     {Agent: "7"},
		`,"browser_ip":"203.0.113.9","client_details":{"user_agent":"Firefox","browser_ip":"203.0.113.8"}`:                                           {IP: "203.0.113.9", Agent: "Firefox"},
		`,"client_details":{"browser_ip":"203.0.113.8"},"billing_address":{"first_name":"Ada","address1":"Kaiweg 3","zip":24103,"phone":"0431"}`:     {IP: "203.0.113.8", Name: "Ada", Street: "Kaiweg 3", Postal: "24103", Phone: "0431"},
		`,"shipping_address":{"last_name":"Dahl","address1":"A 1","country_code":"DE"},"billing_address":{"address1":"B 2","phone":"1"},"phone":"2"`: {Name: "Dahl", Street: "A 1", Country: "DE", Phone: "2"},
	} {
		if got := normalise(t, "orders/updated", body(more))[0].Sale.Contact.Traces; got != want {
			t.Errorf("%s: %+v", more, got)
		}
	}
}
