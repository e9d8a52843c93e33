package demoshop

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func refusalOf(t *testing.T, out map[string]any) (code, field string) {
	t.Helper()
	errs, _ := at(out, "data.discountCodeBasicCreate.userErrors").([]any)
	if len(errs) == 0 {
		return "", ""
	}
	code, _ = at(errs, "0.code").(string)
	return code, strings.Join(strings.Fields(strings.Trim(fmt.Sprint(at(errs, "0.field")), "[]")), ".")
}

func TestAMalformedDiscountIsRefusedAsTheHostRefusesIt(t *testing.T) {
	r := newRig(t, nil)
	anna := r.shop.customers[0].ID
	if code, _ := refusalOf(t, r.gql(createCode, codeInput(anna, func(in map[string]any) { in["code"] = "HAVE" }))); code != "" {
		t.Fatalf("a good code was refused: %s", code)
	}
	value := func(v map[string]any) func(map[string]any) {
		return func(in map[string]any) { in["customerGets"].(map[string]any)["value"] = v }
	}
	cases := []struct {
		name, code, field string
		change            func(map[string]any)
	}{
		{"a code that exists, in other letters", "TAKEN", "basicCodeDiscount.code", func(in map[string]any) { in["code"] = "have" }},
		{"no code", "BLANK", "basicCodeDiscount.code", func(in map[string]any) { delete(in, "code") }},
		{"no title", "BLANK", "basicCodeDiscount.title", func(in map[string]any) { in["title"] = "" }},
		{"no start", "BLANK", "basicCodeDiscount.startsAt", func(in map[string]any) { delete(in, "startsAt") }},
		{"an end before the start", "INVALID", "basicCodeDiscount.endsAt", func(in map[string]any) { in["endsAt"] = "2026-02-01T00:00:00Z" }},
		{"no use at all", "GREATER_THAN", "basicCodeDiscount.usageLimit", func(in map[string]any) { in["usageLimit"] = 0 }},
		{"more than everything", "VALUE_OUTSIDE_RANGE", "basicCodeDiscount.customerGets.value.percentage", value(map[string]any{"percentage": 1.5})},
		{"an unknown customer", "INVALID", "basicCodeDiscount.context.customers.add", func(in map[string]any) {
			in["context"] = map[string]any{"customers": map[string]any{"add": []any{"gid://shopify/Customer/5"}}}
		}},
		{"an unknown product", "INVALID", "basicCodeDiscount.customerGets.items.products.productsToAdd", func(in map[string]any) {
			in["customerGets"].(map[string]any)["items"] = map[string]any{"products": map[string]any{"productsToAdd": []any{"gid://shopify/Product/5"}}}
		}},
		{"a newline in the code", "INVALID", "basicCodeDiscount.code", func(in map[string]any) { in["code"] = "A\nB" }},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			code, field := refusalOf(t, r.gql(createCode, codeInput(anna, c.change)))
			if code != c.code || field != c.field {
				t.Fatalf("refused as %s at %s, want %s at %s", code, field, c.code, c.field)
			}
		})
	}
	if n := len(r.shop.discounts); n != 1 {
		t.Fatalf("%d discounts exist, want 1", n)
	}
}

// A code lives: made, found, refused to others and below its minimum, used once,
// refused the second time, switched off, deleted. covers: S4-08, S4-19
func TestACodeLivesFromCreationToDeletion(t *testing.T) {
	r := newRig(t, nil)
	anna, bent := r.shop.customers[0], r.shop.customers[1]
	out := r.gql(createCode, codeInput(anna.ID, func(in map[string]any) {
		in["minimumRequirement"] = map[string]any{"subtotal": map[string]any{"greaterThanOrEqualToSubtotal": "20.00"}}
		in["endsAt"] = "2026-04-01T00:00:00Z"
	}))
	id, _ := at(out, "data.discountCodeBasicCreate.codeDiscountNode.id").(string)
	if id == "" {
		t.Fatal(out)
	}
	cup := r.variantID("CUP-BL")
	buy := func(who *Customer, cups int64) error {
		_, err := r.shop.Checkout(Buy{Customer: who.ID, Cart: []CartLine{{cup, cups}}, Codes: []string{"zg-abc"}})
		return err
	}
	for name, err := range map[string]error{"another customer": buy(bent, 2), "too small a cart": buy(anna, 1)} {
		if err == nil {
			t.Fatalf("%s could use the code", name)
		}
	}
	if _, err := r.shop.Checkout(Buy{Email: "guest@demo.example", Cart: []CartLine{{cup, 2}}, Codes: []string{"ZG-ABC"}}); err == nil {
		t.Fatal("a guest could use the code")
	}
	if err := buy(anna, 2); err != nil {
		t.Fatal(err)
	}
	o := r.shop.orders[len(r.shop.orders)-1]
	if got := o.totals(); got.discount != 500 || got.gross != 2*1190-500+490 {
		t.Fatalf("the discount did not come off: %+v", got)
	}
	if err := buy(anna, 2); err == nil {
		t.Fatal("the code worked twice")
	}
	status := func() any {
		return at(r.gql(`query ($c: String!) { codeDiscountNodeByCode(code: $c) { codeDiscount { ... on DiscountCodeBasic { status } } } }`, map[string]any{"c": "ZG-ABC"}), "data.codeDiscountNodeByCode.codeDiscount.status")
	}
	if got := status(); got != "ACTIVE" {
		t.Fatalf("status %v", got)
	}
	r.gql(`mutation ($id: ID!) { discountCodeDeactivate(id: $id) { userErrors { message } } }`, map[string]any{"id": id})
	if got := status(); got != "EXPIRED" {
		t.Fatalf("status %v after switching it off", got)
	}
	r.gql(`mutation ($id: ID!) { discountCodeDelete(id: $id) { deletedCodeDiscountId } }`, map[string]any{"id": id})
	if got := status(); got != nil {
		t.Fatalf("status %v after deletion", got)
	}
}

func TestACodeEndsByItself(t *testing.T) {
	r := newRig(t, nil)
	anna := r.shop.customers[0].ID
	r.gql(createCode, codeInput(anna, func(in map[string]any) { in["endsAt"] = "2026-03-02T00:00:00Z" }))
	r.clock.Advance(24 * time.Hour)
	_, err := r.shop.Checkout(Buy{Customer: anna, Cart: []CartLine{{r.variantID("MILL"), 1}}, Codes: []string{"ZG-ABC"}})
	if err == nil || !strings.Contains(err.Error(), "expired") {
		t.Fatalf("got %v", err)
	}
}

func TestCodesCombineOnlyWhenBothAllowIt(t *testing.T) {
	r := newRig(t, nil)
	anna := r.shop.customers[0].ID
	combine := map[string]any{"orderDiscounts": true, "productDiscounts": false, "shippingDiscounts": false}
	for code, with := range map[string]any{"A": combine, "B": combine, "C": nil} {
		r.gql(createCode, codeInput(anna, func(in map[string]any) {
			in["code"] = code
			if with != nil {
				in["combinesWith"] = with
			}
		}))
	}
	cart := []CartLine{{r.variantID("MILL"), 1}}
	if _, err := r.shop.Checkout(Buy{Customer: anna, Cart: cart, Codes: []string{"A", "C"}}); err == nil {
		t.Fatal("a code that stands alone was combined")
	}
	if _, err := r.shop.Checkout(Buy{Customer: anna, Cart: cart, Codes: []string{"A", "B"}}); err != nil {
		t.Fatal(err)
	}
}

func TestAMoneyDiscountIsSpreadWithoutLosingACent(t *testing.T) {
	for _, total := range []int64{1, 99, 100, 333, 1000} {
		var sum int64
		for _, part := range spread(total, []int64{333, 333, 334, 0, 7}) {
			sum += part
		}
		if sum != total {
			t.Fatalf("%d was spread to %d", total, sum)
		}
	}
}

// Refunding unit by unit gives back exactly what refunding at once gives back.
func TestRefundsOfSingleUnitsAddUp(t *testing.T) {
	r := newRig(t, nil)
	anna := r.shop.customers[0].ID
	r.gql(createCode, codeInput(anna, nil))
	o, err := r.shop.Checkout(Buy{Customer: anna, Cart: []CartLine{{r.variantID("COF-B"), 7}}, Codes: []string{"ZG-ABC"}})
	if err != nil {
		t.Fatal(err)
	}
	gross, tax := o.Lines[0].Gross(), o.Lines[0].Tax
	for range 7 {
		if err := r.shop.Refund(o.ID, []RefundWish{{o.Lines[0].ID, 1}}, false); err != nil {
			t.Fatal(err)
		}
	}
	_, backGross, backTax := o.refundedOf(o.Lines[0])
	if backGross != gross || backTax != tax || r.shop.OrderNet(o.ID) != 0 || o.Financial != FinRefunded {
		t.Fatalf("%d/%d came back of %d/%d, net left %d, %s", backGross, backTax, gross, tax, r.shop.OrderNet(o.ID), o.Financial)
	}
	if err := r.shop.Refund(o.ID, nil, false); err == nil {
		t.Fatal("there was something left to refund")
	}
}
