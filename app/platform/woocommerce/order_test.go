package woocommerce_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"zugabe/app/earning"
	"zugabe/app/platform"
	"zugabe/app/platform/woocommerce"
)

func mug(key string, quantity, net, tax int64) earning.Line {
	return earning.Line{Key: key, ProductKey: "12", SKU: "MUG", Title: "Mug", Quantity: quantity, Net: net, Tax: tax}
}

func book(key string, quantity, net, tax int64) earning.Line {
	return earning.Line{Key: key, ProductKey: "13", SKU: "BOOK", Title: "Book", Quantity: quantity, Net: net, Tax: tax}
}

var (
	shipping = earning.Amount{Net: 416, Tax: 79}
	door     = earning.Traces{Name: "Ada Läufer", Street: "Hauptstr. 5", Postal: "10115", Country: "DE", Phone: "030123", IP: "127.0.0.1", Agent: "node"}
	guest    = earning.Contact{Email: "guest1@example.com", FirstName: "Ada", LastName: "Läufer", Traces: door}
	berta    = earning.Contact{Email: "berta@example.com", FirstName: "Ada", LastName: "Läufer", Traces: door}
)

// The orders of the recording, with the amounts of woocommerce.md section 4.
func TestRecordedOrdersHaveTheirExactAmounts(t *testing.T) {
	order25 := earning.Sale{Key: "25", Number: "25", Currency: "EUR", Status: earning.SalePlaced, PlacedAt: at("2026-11-21T17:56:54"),
		UpdatedAt: at("2026-11-21T17:56:54"), Total: 6325, Shipping: shipping, Lines: []earning.Line{mug("3", 2, 4000, 760), book("4", 1, 1000, 70)}, Contact: guest}
	order26 := earning.Sale{Key: "26", Number: "26", CustomerKey: "2", Currency: "EUR", Status: earning.SalePlaced, PlacedAt: at("2026-11-21T17:56:58"),
		UpdatedAt: at("2026-11-21T17:56:58"), Total: 5825, Shipping: shipping, Lines: []earning.Line{mug("8", 2, 3719, 707), book("9", 1, 845, 59)},
		Codes: []earning.UsedCode{{Code: "loy-5eur-abc", Minor: 500}}, Contact: berta}
	completed := order26
	completed.Status, completed.PaidAt, completed.FulfilledAt, completed.UpdatedAt = earning.SaleCompleted, at("2026-11-21T17:57:00"), at("2026-11-21T17:57:00"), at("2026-11-21T17:57:00")
	part := completed
	part.UpdatedAt, part.Refunds = at("2026-11-21T17:57:02"), []earning.Refund{{Key: "29", Gross: 1000}}
	full := part
	full.UpdatedAt, full.Refunds = at("2026-11-21T17:57:03"), []earning.Refund{{Key: "29", Gross: 1000}, {Key: "30", Gross: 4825}}
	order27 := earning.Sale{Key: "27", Number: "27", CustomerKey: "2", Currency: "EUR", Status: earning.SalePlaced, PlacedAt: at("2026-11-21T17:56:58"),
		UpdatedAt: at("2026-11-21T17:56:59"), Total: 6505, Shipping: shipping, Lines: []earning.Line{mug("14", 2, 3600, 684), book("15", 2, 1613, 113)},
		Codes: []earning.UsedCode{{Code: "pct10", Minor: 690}, {Code: "bookonly", Minor: 200}}, Contact: berta}
	refunded27 := order27
	refunded27.UpdatedAt, refunded27.Refunds = at("2026-11-21T17:57:06"), []earning.Refund{{Key: "31", Gross: 6505}}
	order28 := earning.Sale{Key: "28", Number: "28", CustomerKey: "2", Currency: "EUR", Status: earning.SalePlaced, PlacedAt: at("2026-11-21T17:56:59"),
		UpdatedAt: at("2026-11-21T17:56:59"), Total: 495, Shipping: shipping, Lines: []earning.Line{mug("20", 1, 0, 0)},
		Codes: []earning.UsedCode{{Code: "freemug", Minor: 2380}}, Contact: berta}
	cancelled28 := order28
	cancelled28.Status, cancelled28.UpdatedAt = earning.SaleCancelled, at("2026-11-21T17:57:07")
	restored28 := cancelled28
	restored28.UpdatedAt = at("2026-11-21T17:57:09")
	for number, want := range map[string]earning.Sale{"022": order25, "023": order25, "026": order26, "028": order26, "033": completed,
		"037": part, "039": full, "029": order27, "041": refunded27, "031": order28, "043": cancelled28, "045": restored28} {
		got := *saleOf(t, number)
		got.Rank = 0
		want.Contact.HasLogin = want.CustomerKey != ""
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\ngot  %+v\nwant %+v", number, got, want)
		}
	}
}

// The second refund of order 26 was deleted without a word; its status still
// says refunded. The money counts.
func TestADeletedRefundCountsNoMoreAlthoughTheStatusStays(t *testing.T) {
	s := saleOf(t, "051")
	if s.Status != earning.SaleCompleted || len(s.Refunds) != 1 || s.Refunds[0].Gross != 1000 {
		t.Errorf("%s %+v", s.Status, s.Refunds)
	}
}

func orderBody(change map[string]string) []byte {
	fields := map[string]string{"id": `7`, "status": `"processing"`, "currency": `"EUR"`, "order_key": `"k"`, "customer_id": `2`, "total": `"10.00"`,
		"date_created_gmt": `"2026-11-21T10:00:00"`, "date_modified_gmt": `"2026-11-21T10:00:00"`, "date_paid_gmt": `null`, "date_completed_gmt": `null`,
		"line_items": `[{"id":1,"product_id":12,"variation_id":0,"quantity":1,"total":"10.00","total_tax":"0.00","price":9.700000000000001}]`}
	for k, v := range change {
		fields[k] = v
	}
	parts := []string{}
	for k, v := range fields {
		if v != "" {
			parts = append(parts, fmt.Sprintf("%q:%s", k, v))
		}
	}
	return []byte("{" + strings.Join(parts, ",") + "}")
}

func normalise(topic string, body []byte) ([]platform.Change, error) {
	return woocommerce.New().Normalise(platform.Delivery{Topic: topic, Body: body, ReceivedAt: 5}, "EUR")
}

func TestAnOrderIsReadWhateverItShowsOfTheBuyersHousehold(t *testing.T) {
	for name, c := range map[string]struct {
		fields map[string]string
		want   earning.Traces
	}{
		"nothing": {nil, earning.Traces{}},
		"nulls":   {map[string]string{"billing": "null", "shipping": "null", "customer_ip_address": "null", "customer_user_agent": "null"}, earning.Traces{}},
		"other forms": {map[string]string{"shipping": `[]`, "customer_ip_address": `{"a":[1]}`, "customer_user_agent": "7",
			"billing": `{"address_1":[],"postcode":24103,"phone":false}`}, earning.Traces{}},
		"billed": {map[string]string{"billing": `{"first_name":"Ada","last_name":"Dahl","address_1":"Kaiweg 3","postcode":"24103","country":"DE","phone":"0431"}`,
			"shipping": `{"first_name":"","address_1":""}`, "customer_ip_address": `"203.0.113.9"`, "customer_user_agent": `"Firefox"`},
			earning.Traces{Name: "Ada Dahl", Street: "Kaiweg 3", Postal: "24103", Country: "DE", Phone: "0431", IP: "203.0.113.9", Agent: "Firefox"}},
		"sent elsewhere": {map[string]string{"billing": `{"address_1":"Kaiweg 3","phone":"0431"}`, "shipping": `{"last_name":"Dahl","address_1":"Hafen 1","postcode":"20457"}`},
			earning.Traces{Name: "Dahl", Street: "Hafen 1", Postal: "20457", Phone: "0431"}},
	} {
		changes, err := normalise("order.updated", orderBody(c.fields))
		if err != nil || changes[0].Sale.Contact.Traces != c.want {
			t.Errorf("%s: %v %+v", name, err, changes)
		}
	}
}

func TestProcessingDoesNotMeanPaid(t *testing.T) {
	paid := `"2026-11-21T10:00:05"`
	for name, tc := range map[string]struct {
		change map[string]string
		want   earning.SaleStatus
	}{
		"cash on delivery":      {nil, earning.SalePlaced},
		"paid":                  {map[string]string{"date_paid_gmt": paid}, earning.SalePaid},
		"waiting for money":     {map[string]string{"status": `"on-hold"`}, earning.SalePlaced},
		"not paid yet":          {map[string]string{"status": `"pending"`}, earning.SalePlaced},
		"completed":             {map[string]string{"status": `"completed"`}, earning.SaleCompleted},
		"payment failed":        {map[string]string{"status": `"failed"`}, earning.SaleCancelled},
		"in the trash":          {map[string]string{"status": `"trash"`}, earning.SaleCancelled},
		"plugin's status":       {map[string]string{"status": `"wc-packed"`}, earning.SalePlaced},
		"plugin's status, paid": {map[string]string{"status": `"wc-packed"`, "date_paid_gmt": paid}, earning.SalePaid},
		"refunded unpaid":       {map[string]string{"status": `"refunded"`}, earning.SalePlaced},
		"refunded, completed":   {map[string]string{"status": `"refunded"`, "date_completed_gmt": paid}, earning.SaleCompleted},
	} {
		changes, err := normalise("order.updated", orderBody(tc.change))
		if err != nil || changes[0].Sale == nil || changes[0].Sale.Status != tc.want {
			t.Errorf("%s: %+v %v", name, changes, err)
		}
	}
}

// A9: snapshots of one second have an order, and it is a total one.
func TestSnapshotsOfOneSecondAreRankedByHowFarTheyAre(t *testing.T) {
	rank := func(change map[string]string) int {
		changes, err := normalise("order.updated", orderBody(change))
		if err != nil {
			t.Fatal(err)
		}
		return changes[0].Sale.Rank
	}
	last := -1
	for _, change := range []map[string]string{
		{"status": `"pending"`}, {"status": `"failed"`}, {"status": `"on-hold"`}, {"status": `"processing"`}, {"status": `"packed"`},
		{"status": `"completed"`}, {"status": `"completed"`, "refunds": `[{"id":1,"total":"-1.00"}]`},
		{"status": `"completed"`, "refunds": `[{"id":1,"total":"-2.00"}]`},
		{"status": `"completed"`, "refunds": `[{"id":2,"total":"-1.00"},{"id":1,"total":"-0.50"}]`},
		{"status": `"cancelled"`}, {"status": `"refunded"`}, {"status": `"trash"`},
	} {
		now := rank(change)
		if now <= last || now >= 1<<53 {
			t.Errorf("%v: rank %d after %d", change, now, last)
		}
		last = now
	}
}

func TestAmountsAreExactInEveryCurrency(t *testing.T) {
	sale := func(change map[string]string) *earning.Sale {
		changes, err := normalise("order.created", orderBody(change))
		if err != nil {
			t.Fatalf("%v: %v", change, err)
		}
		return changes[0].Sale
	}
	yen := sale(map[string]string{"currency": `"JPY"`, "total": `"35"`, "line_items": `[{"id":1,"product_id":16,"variation_id":17,"quantity":1,"total":"35","total_tax":"0"}]`})
	if yen.Total != 35 || yen.Lines[0].Net != 35 || yen.Lines[0].ProductKey != "16" || yen.Lines[0].VariantKey != "17" {
		t.Errorf("%+v", yen)
	}
	gift := sale(map[string]string{"total": `"41.65"`, "fee_lines": `[{"total":"-5.00","total_tax":"-0.95"}]`})
	if gift.Total != 4165 || gift.Fees != (earning.Amount{Net: -500, Tax: -95}) {
		t.Errorf("%+v", gift)
	}
	many := sale(map[string]string{"total": `"18.5966385"`, "customer_id": `0`, "id": `820982911946154508`})
	if many.Total != 1860 || many.CustomerKey != "" || many.Key != "820982911946154508" {
		t.Errorf("%+v", many)
	}
	if s := sale(map[string]string{"total": `10.5`}); s.Total != 1050 {
		t.Errorf("a plain JSON number: %d", s.Total)
	}
	if s := sale(map[string]string{"line_items": `[{"id":1,"product_id":0,"quantity":"2.5","total":"1.00","total_tax":""}]`}); s.Lines[0].Quantity != 2 || s.Lines[0].ProductKey != "" {
		t.Errorf("sold by weight: %+v", s.Lines)
	}
}

// A22, A23, A24 and what the shop sends in place of a body.
func TestBodiesThatAreNoOrders(t *testing.T) {
	for name, tc := range map[string]struct {
		topic, body string
		want        platform.ChangeKind // "" = malformed
	}{
		"gone before delivery":  {"order.created", `{"code":"woocommerce_rest_shop_order_invalid_id","message":"Invalid ID.","data":{"status":404}}`, platform.Ignored},
		"owner lost the right":  {"order.updated", `{"code":"woocommerce_rest_cannot_view","message":"…","data":{"status":403}}`, platform.Ignored},
		"draft":                 {"order.created", string(orderBody(map[string]string{"status": `"checkout-draft"`})), platform.Ignored},
		"draft updated":         {"order.updated", string(orderBody(map[string]string{"status": `"checkout-draft"`})), platform.Ignored},
		"no id":                 {"order.created", `{"status":"completed"}`, ""},
		"a customer":            {"order.created", `{"id":3,"email":"a@example.com","role":"customer"}`, ""},
		"an order as customer":  {"customer.updated", string(orderBody(nil)), ""},
		"an order as coupon":    {"coupon.updated", string(orderBody(nil)), ""},
		"amount in words":       {"order.created", string(orderBody(map[string]string{"total": `"ten"`})), ""},
		"amount with exponent":  {"order.created", string(orderBody(map[string]string{"total": `1e3`})), ""},
		"amount as list":        {"order.created", string(orderBody(map[string]string{"total": `["1"]`})), ""},
		"amount beyond all":     {"order.created", string(orderBody(map[string]string{"total": `"9999999999999999"`})), ""},
		"currency in words":     {"order.created", string(orderBody(map[string]string{"currency": `"Euro"`})), ""},
		"date with offset":      {"order.created", string(orderBody(map[string]string{"date_modified_gmt": `"2026-11-21T10:00:00+01:00"`})), ""},
		"no date":               {"order.created", string(orderBody(map[string]string{"date_modified_gmt": `null`})), ""},
		"negative quantity":     {"order.created", string(orderBody(map[string]string{"line_items": `[{"id":1,"quantity":-1,"total":"1"}]`})), ""},
		"quantity beyond all":   {"order.created", string(orderBody(map[string]string{"line_items": `[{"id":1,"quantity":99999999999,"total":"1"}]`})), ""},
		"customer id in words":  {"order.created", string(orderBody(map[string]string{"customer_id": `"two"`})), ""},
		"very deep":             {"order.created", `{"id":1,"x":` + strings.Repeat("[", 20_000), ""},
		"the last id counts":    {"order.deleted", `{"id":1,"id":2}`, platform.SaleDeleted},
		"unknown event":         {"order.moved", `{"id":1}`, platform.Ignored},
		"unknown resource":      {"moon.created", `{"id":1}`, platform.Ignored},
		"no order in an action": {"action.woocommerce_order_refunded", `{"action":"woocommerce_order_refunded","arg":"x"}`, ""},
		"another action":        {"action.woocommerce_new_product", `{"action":"woocommerce_new_product","arg":3}`, platform.Ignored},
		"staff":                 {"customer.created", `{"id":3,"email":"a@example.com","role":"shop_manager"}`, platform.Ignored},
		"subscriber":            {"customer.created", `{"id":3,"email":"a@example.com","role":"subscriber","date_created_gmt":"2026-11-21T10:00:00"}`, platform.CustomerSnapshot},
	} {
		changes, err := normalise(tc.topic, []byte(tc.body))
		if tc.want == "" {
			if !errors.Is(err, platform.ErrMalformed) {
				t.Errorf("%s: %+v %v", name, changes, err)
			}
			continue
		}
		if err != nil || len(changes) != 1 || changes[0].Kind != tc.want {
			t.Errorf("%s: %+v %v, want %s", name, changes, err, tc.want)
		}
	}
}

func TestCustomersSayWhetherTheyHaveAnAccount(t *testing.T) {
	for number, want := range map[string]platform.Customer{
		"024": {Key: "3", Email: "nora@example.com", HasLogin: true, CreatedAt: at("2026-11-21T17:56:56"), UpdatedAt: at("2026-11-21T17:56:56")},
	} {
		for _, c := range captures(t) {
			if c.number != number {
				continue
			}
			changes, err := woocommerce.New().Normalise(c.delivery(), "EUR")
			if err != nil || !reflect.DeepEqual(*changes[0].Customer, want) {
				t.Errorf("%s: %+v %v", number, changes[0].Customer, err)
			}
		}
	}
	changes, err := normalise("customer.created", []byte(`{"id":3,"email":"a@example.com","role":"subscriber","date_created_gmt":"2026-11-21T10:00:00"}`))
	if err != nil || changes[0].Customer.HasLogin {
		t.Errorf("a newsletter plugin's subscriber: %+v %v", changes, err)
	}
}

// S4-02: reviews by REST; B17: taken back when moderation does.
func TestAReviewByRESTIsAnActivity(t *testing.T) {
	body := func(approved string) []byte {
		return []byte(`{"action":"woocommerce_rest_insert_product_review","arg":{"comment_ID":"81","comment_post_ID":"12","user_id":"2",
			"comment_author_email":"berta@example.com","comment_approved":"` + approved + `","comment_date_gmt":"2026-11-21 10:00:00"}}`)
	}
	for approved, want := range map[string]earning.ActivityState{"1": earning.ActivityApproved, "0": earning.ActivityPending, "spam": earning.ActivityWithdrawn, "trash": earning.ActivityWithdrawn} {
		changes, err := normalise("action.woocommerce_rest_insert_product_review", body(approved))
		if err != nil || len(changes) != 1 || changes[0].Activity == nil {
			t.Fatalf("%+v %v", changes, err)
		}
		a := changes[0].Activity
		if a.State != want || a.Key != "review:woocommerce:81" || a.Subject != "12" || a.CustomerKey != "2" || a.At != at("2026-11-21T10:00:00") {
			t.Errorf("%s: %+v", approved, a)
		}
	}
}
