package demoshop

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// A voucher for new customers waits in the cart of somebody whom the shop does not
// know, counts once they have opened an account in the checkout, and stands in order
// and invoice with its VAT. covers: S0-13, S0-17, S0-18, S0-40, S0-41, S2-05
func TestAVoucherIsUsedInTheSignUpStepOfTheCheckout(t *testing.T) {
	r := newRig(t, nil)
	segment, _ := at(r.gql(`mutation { segmentCreate(name: "New", query: "number_of_orders = 0") { segment { id } } }`, nil), "data.segmentCreate.segment.id").(string)
	out := r.gql(createCode, codeInput(0, func(in map[string]any) {
		in["code"], in["usageLimit"] = "5EurovonHans", 10
		in["context"] = map[string]any{"customerSegments": map[string]any{"add": []any{segment}}}
		in["minimumRequirement"] = map[string]any{"subtotal": map[string]any{"greaterThanOrEqualToSubtotal": "20.00"}}
	}))
	if at(out, "data.discountCodeBasicCreate.codeDiscountNode.id") == nil {
		t.Fatal(out)
	}
	s := r.surf()
	if status, page := s.get("/discount/5EUROVONHANS?redirect=/cart"); status != http.StatusOK || !strings.Contains(page, "cart") {
		t.Fatal(status)
	}
	s.post("/cart/add", url.Values{"variant": {str(r.variantID("CUP-BL"))}, "quantity": {"1"}})
	if _, page := s.get("/cart"); !strings.Contains(page, "open an account") || !strings.Contains(page, "is kept for you") {
		t.Fatalf("the cart does not keep the code:\n%s", page)
	}
	s.post("/cart/add", url.Values{"variant": {str(r.variantID("COF-B"))}, "quantity": {"2"}})
	if _, page := s.get("/checkout"); !strings.Contains(page, `form="join"`) {
		t.Fatal("the checkout has no sign-up step with a code")
	}
	s.post("/checkout/join", url.Values{"email": {"meier@demo.example"}, "first": {"Max"}, "last": {"Meier"}, "code": {""}})
	_, page := s.get("/checkout")
	if !strings.Contains(page, "5EurovonHans") || !strings.Contains(page, "−5.00") && !strings.Contains(page, "−€5.00") {
		t.Fatalf("the voucher does not count after the sign-up:\n%s", page)
	}
	s.post("/checkout", url.Values{"street": {"Weg 1"}, "pay": {"card"}})
	o := r.shop.orders[len(r.shop.orders)-1]
	if len(o.Codes) != 1 || o.Codes[0].Discount != 500 {
		t.Fatalf("the order has %+v", o.Codes)
	}
	var gross, tax int64
	for _, part := range o.codeTaxes(0) {
		gross, tax = gross+part["gross"].(int64), tax+part["tax"].(int64)
	}
	if gross != 500 || tax <= 0 || len(o.codeTaxes(0)) != 2 {
		t.Errorf("the voucher's VAT is %+v", o.codeTaxes(0))
	}
	if _, page = s.get("/merchant/orders/" + str(o.ID)); !strings.Contains(page, `href="/invoices/`+str(o.ID)+`"`) {
		t.Error("the merchant's page of the order does not lead to its invoice")
	}
	_, page = s.get("/invoices/" + str(o.ID))
	for _, want := range []string{"5EurovonHans", "19% VAT in it", "7% VAT in it", "Max Meier", "Invoice for order"} {
		if !strings.Contains(page, want) {
			t.Errorf("the invoice does not say %q", want)
		}
	}
	// The same person's next voucher for new customers is refused, and stops nothing but itself.
	s.post("/cart/add", url.Values{"variant": {str(r.variantID("MILL"))}, "quantity": {"1"}})
	s.post("/cart/code", url.Values{"code": {"5eurovonhans"}})
	if _, page = s.get("/cart"); !strings.Contains(page, "for other customers") {
		t.Error("a second voucher for new customers counts")
	}
}

// A code that waits for a larger cart does not hold up the order, and is there for the next one.
func TestACodeThatWaitsDoesNotStopAnOrder(t *testing.T) {
	r := newRig(t, nil)
	anna := r.shop.customers[0]
	r.gql(createCode, codeInput(anna.ID, func(in map[string]any) {
		in["minimumRequirement"] = map[string]any{"subtotal": map[string]any{"greaterThanOrEqualToSubtotal": "100.00"}}
	}))
	s := r.surf()
	s.post("/login", url.Values{"customer": {str(anna.ID)}})
	s.post("/cart/add", url.Values{"variant": {str(r.variantID("CUP-BL"))}, "quantity": {"1"}})
	s.post("/cart/code", url.Values{"code": {"ZG-ABC"}})
	s.post("/checkout", url.Values{"street": {"Weg 1"}, "pay": {"card"}})
	if n := len(r.shop.orders); n != 1 || len(r.shop.orders[0].Codes) != 0 {
		t.Fatalf("%d orders", n)
	}
	s.post("/cart/add", url.Values{"variant": {str(r.variantID("CUP-BL"))}, "quantity": {"20"}})
	if _, page := s.get("/cart"); !strings.Contains(page, "ZG-ABC") || strings.Contains(page, "is kept for you") {
		t.Error("the code was not kept for a cart that is large enough")
	}
}

// Of two discounts for articles one counts on a line; an order's comes after them, and
// its minimum looks at what they left. covers: A-34, G16
func TestDiscountsComeOffInTheHostsOrder(t *testing.T) {
	r := newRig(t, nil)
	anna := r.shop.customers[0].ID
	cup, _ := r.shop.variant(r.variantID("CUP-BL"))
	all := map[string]any{"orderDiscounts": true, "productDiscounts": true, "shippingDiscounts": true}
	items := map[string]any{"products": map[string]any{"productsToAdd": []any{gid("Product", cup.ID)}}}
	for code, change := range map[string]func(map[string]any){
		"HALF": func(in map[string]any) {
			in["customerGets"] = map[string]any{"items": items, "value": map[string]any{"percentage": 0.5}}
		},
		"THIRD": func(in map[string]any) {
			in["customerGets"] = map[string]any{"items": items, "value": map[string]any{"percentage": 0.33}}
		},
		"FROM20": func(in map[string]any) {
			in["minimumRequirement"] = map[string]any{"subtotal": map[string]any{"greaterThanOrEqualToSubtotal": "20.00"}}
		},
	} {
		r.gql(createCode, codeInput(anna, func(in map[string]any) {
			change(in)
			in["code"], in["combinesWith"] = code, all
		}))
	}
	price := func(cups int64, codes ...string) priced {
		p, err := r.shop.price(r.shop.customers[0], "", []CartLine{{r.variantID("CUP-BL"), cups}}, codes)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	if p := price(2, "FROM20", "HALF"); len(p.refusals) != 1 || p.order.Codes[0].Code != "HALF" || p.order.Lines[0].Discount != 1190 {
		t.Errorf("%+v refused %+v", p.order.Codes, p.refusals)
	}
	if p := price(4, "FROM20", "HALF", "THIRD"); p.order.Lines[0].Discount != 2380+500 {
		t.Errorf("%d came off", p.order.Lines[0].Discount)
	}
}

func TestWhatTheMerchantPromotesStandsAloneAndIsListed(t *testing.T) {
	r := newRig(t, nil)
	r.shop.Promote("KAFFEE10", 10)
	p, err := r.shop.price(nil, "", []CartLine{{r.variantID("MILL"), 1}}, []string{"kaffee10"})
	if err != nil || len(p.order.Codes) != 1 || p.order.Codes[0].Discount == 0 {
		t.Fatalf("%+v, %v", p.refusals, err)
	}
	out := r.gql(`{ discountNodes(first: 5, query: "status:active") { nodes { discount { ... on DiscountCodeBasic { title } } } } }`, nil)
	if got := at(out, "data.discountNodes.nodes.0.discount.title"); got != "KAFFEE10" {
		t.Errorf("listed: %v", out)
	}
}

// A code that points were turned into is called by what it is on the invoice; another
// code stays a code.
//
// covers: S0-41, S4-14
func TestTheInvoiceNamesRedeemedPoints(t *testing.T) {
	r := newRig(t, nil)
	r.shop.Promote("H7Y8-JBHYQ-2J94M", 10)
	r.shop.Promote("SPRING-SALE-2027", 5)
	for code, want := range map[string]string{"H7Y8-JBHYQ-2J94M": "Eingelöster Bonus <strong", "SPRING-SALE-2027": "Code <strong"} {
		s := r.surf()
		s.post("/login", url.Values{"customer": {str(r.shop.customers[0].ID)}})
		s.post("/cart/add", url.Values{"id": {str(r.variantID("MILL"))}, "quantity": {"1"}})
		s.post("/cart/code", url.Values{"code": {code}})
		s.post("/checkout", url.Values{"street": {"Weg 1"}, "pay": {"card"}})
		if _, page := s.get("/invoices/" + str(r.shop.orders[len(r.shop.orders)-1].ID) + "?lang=de"); !strings.Contains(page, want) || !strings.Contains(page, code) {
			t.Errorf("%s: no %q in %s", code, want, page)
		}
	}
}
