package shopify

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/platform"
)

// adminOrder is a paid order of two shirts at 60.00 and one gift card, prices
// with 20 % tax, 20.00 off by a code, shipping 6.00.
func adminOrder(id string) m {
	return m{
		"__typename": "Order", "id": "gid://shopify/Order/" + id, "name": "#1001",
		"createdAt": "2026-11-20T10:00:00Z", "processedAt": "2026-11-20T09:59:58Z", "updatedAt": "2026-11-20T10:05:00Z",
		"cancelledAt": nil, "closedAt": nil, "test": false, "taxesIncluded": true, "currencyCode": "EUR",
		"displayFinancialStatus": "PAID", "displayFulfillmentStatus": "UNFULFILLED", "email": "guest@example.com", "customerLocale": "de-DE",
		"discountCodes": []string{"LOYAL-1", "UNUSED"},
		"customer": m{"id": "gid://shopify/Customer/115310627314723954", "firstName": "Ada", "lastName": "L", "locale": "de",
			"defaultEmailAddress": m{"emailAddress": "ada@example.com"}},
		"totalPriceSet": shopSet("131.00"), "additionalFees": []m{{"price": shopSet("1.20"), "taxLines": []m{{"priceSet": shopSet("0.20")}}}},
		"transactions": []m{
			{"kind": "AUTHORIZATION", "status": "SUCCESS", "processedAt": "2026-11-20T10:00:00Z"},
			{"kind": "CAPTURE", "status": "FAILURE", "processedAt": "2026-11-20T10:03:00Z"},
			{"kind": "CAPTURE", "status": "SUCCESS", "processedAt": "2026-11-20T10:02:00Z"}},
		"fulfillments": []m{{"createdAt": "2026-11-21T08:00:00Z", "status": "SUCCESS"}}, "disputes": []m{},
		"shippingLines": nodes(m{"discountedPriceSet": shopSet("6.00"), "taxLines": []m{{"priceSet": shopSet("1.00")}}, "discountAllocations": []m{}}),
		"lineItems": nodes(
			m{"id": "gid://shopify/LineItem/11", "title": "Shirt", "sku": "S1", "quantity": 2, "currentQuantity": 2, "isGiftCard": false,
				"product": m{"id": "gid://shopify/Product/71"}, "variant": m{"id": "gid://shopify/ProductVariant/81"},
				"originalUnitPriceSet": shopSet("60.00"), "taxLines": []m{{"priceSet": shopSet("10.00")}, {"priceSet": shopSet("6.67")}},
				"discountAllocations": []m{{"allocatedAmountSet": shopSet("20.00"), "discountApplication": m{"__typename": "DiscountCodeApplication", "index": 0, "code": "loyal-1"}}}},
			m{"id": "gid://shopify/LineItem/12", "title": "Gift card", "sku": nil, "quantity": 1, "currentQuantity": 1, "isGiftCard": true,
				"product": nil, "variant": nil, "originalUnitPriceSet": shopSet("25.00"), "taxLines": []m{},
				"discountAllocations": []m{{"allocatedAmountSet": shopSet("1.20"), "discountApplication": m{"__typename": "AutomaticDiscountApplication", "index": 1}}}}),
		"refunds": []m{},
	}
}

func collections() m {
	return m{"nodes": []any{m{"__typename": "Product", "id": "gid://shopify/Product/71",
		"collections": m{"nodes": []m{{"id": "gid://shopify/Collection/91"}, {"id": "gid://shopify/Collection/92"}}}}}}
}

func fetchOne(t *testing.T, change func(o m)) earning.Sale {
	t.Helper()
	h, d, conn := newFakeHost(t)
	o := adminOrder("820982911946154508")
	change(o)
	h.says("OrdersByID", m{"nodes": []any{o}})
	h.says("ProductCollections", collections())
	sales, err := d.FetchOrders(ctx, conn, []string{"820982911946154508"})
	if err != nil || len(sales) != 1 {
		t.Fatalf("%d sales, %v", len(sales), err)
	}
	return sales[0]
}

// covers: S4-30
func TestAnOrderIsReadNetOfTaxAndAfterDiscounts(t *testing.T) {
	got := fetchOne(t, func(m) {})
	want := earning.Sale{
		Key: "820982911946154508", Number: "#1001", CustomerKey: "115310627314723954", Currency: "EUR", Status: earning.SalePaid,
		PlacedAt: at("2026-11-20T09:59:58Z"), PaidAt: at("2026-11-20T10:02:00Z"), UpdatedAt: at("2026-11-20T10:05:00Z"), Rank: 2000, Total: 13100,
		Lines: []earning.Line{
			{Key: "11", ProductKey: "71", VariantKey: "81", SKU: "S1", Title: "Shirt", Quantity: 2, Net: 8333, Tax: 1667, Collections: []string{"91", "92"}},
			{Key: "12", Title: "Gift card", Quantity: 1, Net: 2380, GiftCard: true},
		},
		Shipping: earning.Amount{Net: 500, Tax: 100}, Fees: earning.Amount{Net: 100, Tax: 20},
		Codes:   []earning.UsedCode{{Code: "LOYAL-1", Minor: 2000}, {Code: "UNUSED"}},
		Contact: earning.Contact{Email: "ada@example.com", FirstName: "Ada", LastName: "L", Locale: "de-DE"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("got\n%+v\nwant\n%+v", got, want)
	}
}

func TestPricesWithoutTaxAreNetAlready(t *testing.T) {
	got := fetchOne(t, func(o m) { o["taxesIncluded"] = false })
	if l := got.Lines[0]; l.Net != 10000 || l.Tax != 1667 || got.Shipping != (earning.Amount{Net: 600, Tax: 100}) {
		t.Fatalf("line %+v, shipping %+v", l, got.Shipping)
	}
}

// covers: A-11, B7, B10, B11
func TestTheStatesOfAnOrderBecomeOneStatus(t *testing.T) {
	set := func(financial, fulfilment string) func(m) {
		return func(o m) { o["displayFinancialStatus"], o["displayFulfillmentStatus"] = financial, fulfilment }
	}
	dispute := func(as, status string) func(m) {
		return func(o m) { o["disputes"] = []m{{"initiatedAs": as, "status": status}} }
	}
	cases := map[string]struct {
		change func(m)
		want   earning.SaleStatus
	}{
		"paid":                             {set("PAID", "UNFULFILLED"), earning.SalePaid},
		"sent":                             {set("PAID", "FULFILLED"), earning.SaleFulfilled},
		"partly sent":                      {set("PAID", "PARTIALLY_FULFILLED"), earning.SalePaid},
		"sent but not paid":                {set("PENDING", "FULFILLED"), earning.SalePlaced},
		"only authorised":                  {set("AUTHORIZED", "UNFULFILLED"), earning.SalePlaced},
		"partly paid":                      {set("PARTIALLY_PAID", "UNFULFILLED"), earning.SalePlaced},
		"authorisation expired":            {set("EXPIRED", "UNFULFILLED"), earning.SalePlaced},
		"partly refunded":                  {set("PARTIALLY_REFUNDED", "UNFULFILLED"), earning.SalePaid},
		"refunded":                         {set("REFUNDED", "UNFULFILLED"), earning.SalePaid},
		"voided":                           {set("VOIDED", "UNFULFILLED"), earning.SaleCancelled},
		"a state from the future":          {set("CRYPTO_PENDING", "BEAMED"), earning.SalePlaced},
		"closed":                           {func(o m) { o["closedAt"] = "2026-11-22T10:00:00Z" }, earning.SaleCompleted},
		"cancelled":                        {func(o m) { o["cancelledAt"] = "2026-11-22T10:00:00Z" }, earning.SaleCancelled},
		"no payment state":                 {func(o m) { o["displayFinancialStatus"] = nil }, earning.SalePlaced},
		"chargeback open":                  {dispute("CHARGEBACK", "NEEDS_RESPONSE"), earning.SaleCancelled},
		"chargeback lost":                  {dispute("CHARGEBACK", "LOST"), earning.SaleCancelled},
		"B10 chargeback won: paid again":   {dispute("CHARGEBACK", "WON"), earning.SalePaid},
		"an inquiry has taken nothing yet": {dispute("INQUIRY", "UNDER_REVIEW"), earning.SalePaid},
		"an inquiry lost":                  {dispute("INQUIRY", "LOST"), earning.SaleCancelled},
	}
	for name, c := range cases {
		got := fetchOne(t, c.change)
		if got.Status != c.want {
			t.Errorf("%s is %s", name, got.Status)
		}
		if (got.PaidAt > 0) != (got.Status != earning.SalePlaced && name != "voided") {
			t.Errorf("%s: paid at %d", name, got.PaidAt)
		}
	}
}

func refund(id, gross string, lines ...m) m {
	return m{"id": "gid://shopify/Refund/" + id, "createdAt": "2026-11-21T10:00:00Z", "processedAt": "2026-11-21T10:00:00Z",
		"totalRefundedSet": shopSet(gross), "refundLineItems": nodes(lines...), "refundShippingLines": nodes()}
}

func refunded(line string, quantity int, subtotal, tax string) m {
	return m{"quantity": quantity, "lineItem": m{"id": "gid://shopify/LineItem/" + line}, "subtotalSet": shopSet(subtotal), "totalTaxSet": shopSet(tax)}
}

func firstLine(o m) m { return o["lineItems"].(m)["nodes"].([]m)[0] }

// covers: S4-30, B1, B3, B4
func TestRefundsKeepTheirLinesTaxAndShipping(t *testing.T) {
	got := fetchOne(t, func(o m) {
		first := refund("501", "50.00", refunded("11", 1, "50.00", "8.34"))
		second := refund("502", "56.00", refunded("11", 1, "50.00", "8.33"))
		second["refundShippingLines"] = nodes(m{"subtotalAmountSet": shopSet("6.00"), "taxAmountSet": shopSet("1.00")})
		goodwill := refund("503", "3.00")
		o["refunds"] = []m{first, second, goodwill}
		firstLine(o)["currentQuantity"] = 0
	})
	if l := got.Lines[0]; l.Quantity != 2 || l.Net != 8333 {
		t.Fatalf("refunded units are still part of the line, got %+v", l)
	}
	var net, tax int64
	for _, r := range got.Refunds {
		for _, l := range r.Lines {
			net, tax = net+l.Net, tax+l.Tax
		}
	}
	if net != got.Lines[0].Net || tax != got.Lines[0].Tax {
		t.Fatalf("the refunds sum to %d+%d, the line is %d+%d", net, tax, got.Lines[0].Net, got.Lines[0].Tax)
	}
	if r := got.Refunds[1]; r.Key != "502" || r.Gross != 5600 || r.Shipping != got.Shipping || r.At != at("2026-11-21T10:00:00Z") {
		t.Fatalf("second refund %+v", r)
	}
	if r := got.Refunds[2]; r.Gross != 300 || len(r.Lines) != 0 {
		t.Fatalf("a refund of money only %+v", r)
	}
	if got.Rank != 2003 {
		t.Fatalf("rank %d", got.Rank)
	}
}

// covers: B5, B6
func TestUnitsRemovedByAnEditLeaveTheLineAndRefundedOnesDoNot(t *testing.T) {
	cases := map[string]struct {
		quantity, current, refundedUnits int
		wantQuantity, wantNet            int64
	}{
		"untouched":                   {2, 2, 0, 2, 8333},
		"one removed":                 {2, 1, 0, 1, 4167},
		"one refunded":                {2, 1, 1, 2, 8333},
		"one removed, one refunded":   {2, 0, 1, 1, 4167},
		"all removed":                 {2, 0, 0, 0, 0},
		"more refunded than was sold": {2, 0, 5, 2, 8333},
	}
	for name, c := range cases {
		got := fetchOne(t, func(o m) {
			l := firstLine(o)
			l["quantity"], l["currentQuantity"] = c.quantity, c.current
			if c.refundedUnits > 0 {
				o["refunds"] = []m{refund("501", "0.00", refunded("11", c.refundedUnits, "50.00", "8.33"))}
			}
		})
		if got.Lines[0].Key != "11" {
			if c.wantQuantity != 0 {
				t.Errorf("%s: the line is gone", name)
			}
			continue
		}
		if l := got.Lines[0]; l.Quantity != c.wantQuantity || l.Net != c.wantNet {
			t.Errorf("%s: %d units, net %d", name, l.Quantity, l.Net)
		}
	}
}

func TestAGuestWithoutPermissionToSeeHimIsStillASale(t *testing.T) {
	h, d, conn := newFakeHost(t)
	o := adminOrder("1")
	o["customer"], o["email"] = nil, nil
	h.says("ProductCollections", collections())
	h.says("OrdersByID", body(m{"data": m{"nodes": []any{o}}, "errors": []m{{"message": "not approved", "path": []any{"nodes", 0, "customer"},
		"extensions": m{"code": "ACCESS_DENIED"}}}}))
	sales, err := d.FetchOrders(ctx, conn, []string{"1"})
	if err != nil || len(sales) != 1 || sales[0].CustomerKey != "" {
		t.Fatalf("%+v, %v", sales, err)
	}
	if !strings.Contains(h.log.String(), "hides a field") {
		t.Fatal("nobody is told")
	}
	h.says("CustomerByID", body(m{"data": m{"customer": nil}, "errors": []m{{"message": "denied", "path": []any{"customer"}, "extensions": m{"code": "ACCESS_DENIED"}}}}))
	if gone, err := d.CustomerGone(ctx, conn, "1"); gone || !errors.Is(err, platform.ErrRefused) {
		t.Fatalf("a customer whom we may not see is taken for gone: %v, %v", gone, err)
	}
}

func TestMissingOrdersAreLeftOutAndNoKeyIsAskedTwice(t *testing.T) {
	h, d, conn := newFakeHost(t)
	h.says("ProductCollections", collections())
	h.on("OrdersByID", func(vars m) any {
		var out []any
		for _, id := range vars["ids"].([]any) {
			if id == "gid://shopify/Order/3" {
				out = append(out, nil)
				continue
			}
			out = append(out, adminOrder(bare(id.(string))))
		}
		return m{"nodes": out}
	})
	sales, err := d.FetchOrders(ctx, conn, []string{"1", "2", "3", "2", "x'y", "", "4", "5", "6", "7"})
	var keys []string
	for _, s := range sales {
		keys = append(keys, s.Key)
	}
	if err != nil || fmt.Sprint(keys) != "[1 2 4 5 6 7]" || h.count("OrdersByID") != 2 {
		t.Fatalf("%v in %d calls, %v", keys, h.count("OrdersByID"), err)
	}
	if none, err := d.FetchOrders(ctx, conn, nil); none != nil || err != nil {
		t.Fatalf("%v, %v", none, err)
	}
}

func TestAQuestionThatIsTooCostlyIsAskedInSmallerPieces(t *testing.T) {
	h, d, conn := newFakeHost(t)
	h.says("ProductCollections", collections())
	h.on("OrdersByID", func(vars m) any {
		ids := vars["ids"].([]any)
		if len(ids) > 1 || vars["lines"].(float64) > 10 {
			return topLevel("MAX_COST_EXCEEDED")
		}
		return m{"nodes": []any{adminOrder(bare(ids[0].(string)))}}
	})
	sales, err := d.FetchOrders(ctx, conn, []string{"1", "2", "3"})
	if err != nil || len(sales) != 3 || sales[2].Key != "3" {
		t.Fatalf("%d sales, %v", len(sales), err)
	}
	before := h.count("OrdersByID")
	if _, err = d.FetchOrders(ctx, conn, []string{"1", "2", "3"}); err != nil || h.count("OrdersByID") != before+3 {
		t.Fatalf("the driver has not learned: %d calls, %v", h.count("OrdersByID")-before, err)
	}
	h.says("OrdersByID", topLevel("MAX_COST_EXCEEDED"))
	if _, err := d.FetchOrders(ctx, conn, []string{"1"}); !errors.Is(err, platform.ErrRefused) {
		t.Fatalf("got %v", err)
	}
}

func TestLinesThatDidNotFitAreReadToTheEnd(t *testing.T) {
	h, d, conn := newFakeHost(t)
	page := func(ids []string, next any) m {
		var list []m
		for _, id := range ids {
			l := firstLine(adminOrder("1"))
			l["id"] = "gid://shopify/LineItem/" + id
			list = append(list, l)
		}
		return m{"nodes": list, "pageInfo": m{"hasNextPage": next != nil, "endCursor": next}}
	}
	o := adminOrder("1")
	o["lineItems"] = page([]string{"11"}, "c1")
	first := refund("501", "1.00", refunded("11", 1, "50.00", "8.33"))
	first["refundLineItems"].(m)["pageInfo"] = m{"hasNextPage": true, "endCursor": "r1"}
	o["refunds"] = []m{first}
	h.says("OrdersByID", m{"nodes": []any{o}})
	h.says("ProductCollections", collections())
	h.on("OrderLines", func(vars m) any {
		if vars["after"] == "c1" {
			return m{"order": m{"lineItems": page([]string{"12"}, "c2")}}
		}
		return m{"order": m{"lineItems": page([]string{"13"}, nil)}}
	})
	h.says("RefundLines", m{"refund": m{"refundLineItems": nodes(refunded("12", 1, "50.00", "8.33"))}})
	sales, err := d.FetchOrders(ctx, conn, []string{"1"})
	if err != nil || len(sales[0].Lines) != 3 || len(sales[0].Refunds[0].Lines) != 2 {
		t.Fatalf("%+v, %v", sales, err)
	}
}

func TestOrdersSinceAnInstantComeInPages(t *testing.T) {
	h, d, conn := newFakeHost(t)
	h.says("ProductCollections", collections())
	h.on("OrdersByID", func(vars m) any {
		var out []any
		for _, id := range vars["ids"].([]any) {
			out = append(out, adminOrder(bare(id.(string))))
		}
		return m{"nodes": out}
	})
	h.on("OrdersChanged", func(vars m) any {
		if vars["query"] != "updated_at:>='2026-11-20T10:00:00Z'" {
			t.Errorf("asked %v", vars["query"])
		}
		if vars["after"] == nil {
			return m{"orders": m{"nodes": []m{{"id": "gid://shopify/Order/1", "updatedAt": "2026-11-20T10:00:00Z"}}, "pageInfo": m{"hasNextPage": true, "endCursor": "next"}}}
		}
		return m{"orders": m{"nodes": []m{{"id": "gid://shopify/Order/2", "updatedAt": "2026-11-20T10:01:00Z"}}, "pageInfo": m{"hasNextPage": false, "endCursor": "end"}}}
	})
	page, err := d.OrdersSince(ctx, conn, at("2026-11-20T10:00:00Z")+999, "")
	if err != nil || len(page.Sales) != 1 || page.Next != "next" {
		t.Fatalf("%+v, %v", page, err)
	}
	page, err = d.OrdersSince(ctx, conn, at("2026-11-20T10:00:00Z"), page.Next)
	if err != nil || page.Sales[0].Key != "2" || page.Next != "" {
		t.Fatalf("%+v, %v", page, err)
	}
}

// covers: D5
func TestD5WhatWasBegunIsNotTurnedAwayHalfWay(t *testing.T) {
	h, d, conn := newFakeHost(t)
	d.cfg.Pacer = platform.NewPacer(loyalty.SystemClock(), platform.Budget{Max: 2000, Available: 2000, PerSecond: 2000})
	h.says("ProductCollections", collections())
	h.says("OrdersByID", body(m{"data": m{"nodes": []any{adminOrder("1")}}, "extensions": m{"cost": m{"requestedQueryCost": 600,
		"throttleStatus": m{"maximumAvailable": 2000, "currentlyAvailable": 0, "restoreRate": 2000}}}}))
	var keys []string
	for i := range 20 {
		keys = append(keys, fmt.Sprint(i+1))
	}
	if _, err := d.FetchOrders(ctx, conn, keys); err != nil || h.count("OrdersByID") != 4 {
		t.Fatalf("%v after %d calls", err, h.count("OrdersByID"))
	}
	// The bucket is empty now: what has not begun is turned away at once.
	var wait platform.Throttled
	if _, err := d.FetchOrders(ctx, conn, keys); !errors.As(err, &wait) {
		t.Fatalf("got %v", err)
	}
}

// covers: S0-12
func TestAnOrderSaysThroughWhoseStorefrontItCame(t *testing.T) {
	note := func(name, value any) func(o m) {
		return func(o m) { o["customAttributes"] = []m{{"key": "gift", "value": "yes"}, {"key": name, "value": value}} }
	}
	for want, change := range map[string]func(o m){"meier": note("storefront", " Meier "), "": note("storefront", "<b>x</b>")} {
		if got := fetchOne(t, change).Storefront; got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	for _, change := range []func(o m){note("Storefront", "meier"), note("storefront", nil)} {
		if got := fetchOne(t, change).Storefront; got != "" {
			t.Errorf("%q", got)
		}
	}
	changes, err := saleSnapshot([]byte(`{"id":1,"name":"#1","currency":"EUR","created_at":"2026-11-20T10:00:00Z","updated_at":"2026-11-20T10:00:00Z","financial_status":"paid","total_price":"0.00",
		"note_attributes":[{"name":"storefront","value":"meier"}]}`), "EUR")
	if err != nil || len(changes) != 1 || changes[0].Sale.Storefront != "meier" {
		t.Errorf("%+v, %v", changes, err)
	}
}
