package demoshop

import (
	"strings"
	"time"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
)

// pruned is one operation with only the fragments it uses, as a client sends it.
func pruned(doc *ast.QueryDocument, op *ast.OperationDefinition) string {
	used := map[string]bool{}
	var walk func(set ast.SelectionSet)
	walk = func(set ast.SelectionSet) {
		for _, sel := range set {
			switch x := sel.(type) {
			case *ast.Field:
				walk(x.SelectionSet)
			case *ast.InlineFragment:
				walk(x.SelectionSet)
			case *ast.FragmentSpread:
				if !used[x.Name] {
					used[x.Name] = true
					walk(doc.Fragments.ForName(x.Name).SelectionSet)
				}
			}
		}
	}
	walk(op.SelectionSet)
	part := &ast.QueryDocument{Operations: ast.OperationList{op}}
	for _, f := range doc.Fragments {
		if used[f.Name] {
			part.Fragments = append(part.Fragments, f)
		}
	}
	var out strings.Builder
	formatter.NewFormatter(&out).FormatQueryDocument(part)
	return out.String()
}

// fullShop fills the shop with one of everything and returns values for the
// variables of the driver's operations.
func fullShop(r *rig) map[string]any {
	r.t.Helper()
	anna := r.shop.customers[0].ID
	for _, in := range []map[string]any{codeInput(anna, nil), codeInput(anna, func(in map[string]any) { in["code"] = "ZG-MANY" })} {
		if out := r.gql(createCode, in); at(out, "data.discountCodeBasicCreate.codeDiscountNode.id") == nil {
			r.t.Fatalf("no code: %v", out)
		}
	}
	o, err := r.shop.Checkout(Buy{Customer: anna, Codes: []string{"zg-abc"}, Cart: []CartLine{{r.variantID("CUP-BL"), 3}, {r.variantID("COF-B"), 2}}})
	if err != nil {
		r.t.Fatal(err)
	}
	for _, err := range []error{
		r.shop.Refund(o.ID, []RefundWish{{o.Lines[0].ID, 1}}, true), r.shop.EditRemove(o.ID, o.Lines[1].ID, 1, true),
		r.shop.EditRemove(o.ID, o.Lines[0].ID, 1, false), r.shop.Fulfil(o.ID), r.shop.Chargeback(o.ID),
	} {
		if err != nil {
			r.t.Fatal(err)
		}
	}
	r.clock.Advance(time.Minute)
	order, disc, many := gid("Order", o.ID), gid("DiscountCodeNode", r.shop.discounts[0].ID), gid("DiscountCodeNode", r.shop.discounts[1].ID)
	bulk := r.shop.bulkAdd(many, []any{map[string]any{"code": "ZG-MANY-2"}, map[string]any{"code": "ZG-ABC"}}).f["bulkCreation"].(*obj).f["id"]
	return map[string]any{
		"namespace": "zugabe", "key": "settings", "ids": []any{order, gid("Customer", anna), "gid://shopify/Order/1"}, "lines": 50, "refundLines": 50, "first": 10, "query": "updated_at:>='2026-01-01T00:00:00Z'",
		"OrderLines.id": order, "OrderLines.after": "", "RefundLines.id": gid("Refund", o.Refunds[0].ID), "RefundLines.after": "",
		"ProductCollections.ids": []any{gid("Product", o.Lines[0].Product.ID)}, "CustomerByID.id": gid("Customer", anna),
		"CreateBasicCode.input":        codeInput(anna, func(in map[string]any) { in["code"] = "ZG-TWO" })["input"],
		"CreateFreeShippingCode.input": map[string]any{"title": "Ship", "code": "ZG-SHIP", "startsAt": "2026-03-01T00:00:00Z", "context": map[string]any{"all": "ALL"}},
		"code":                         "ZG-ABC", "CodeByID.id": disc, "DeactivateCode.id": disc, "DeleteCode.id": disc,
		"metafields":         []any{map[string]any{"ownerId": gid("Customer", anna), "namespace": "$app", "key": "points", "type": "json", "value": `{"points":5}`}},
		"UpdateBasicCode.id": many, "UpdateBasicCode.input": map[string]any{"endsAt": nil, "title": "Changed"}, "UpdateFreeShippingCode.id": disc,
		"UpdateFreeShippingCode.input": map[string]any{"title": "Ship"}, "AddCodes.id": many, "AddCodes.codes": []any{map[string]any{"code": "ZG-MANY-3"}},
		"AddedCodes.id": bulk, "CodeInDiscount.id": many, "CodesInDiscount.id": many, "CodesInDiscount.after": "", "DeleteDiscounts.ids": []any{"gid://shopify/DiscountCodeNode/1"}, "search": "ZG-MANY-2", "RemoveCodes.id": many, "RemoveCodes.ids": []any{"gid://shopify/DiscountRedeemCode/1"},
		"DiscountsByID.ids": []any{many}, "Discounts.query": "status:active", "ArticlePrices.id": gid("Product", o.Lines[0].Product.ID), "name": "New", "CreateSegment.query": "number_of_orders = 0",
		"ConsentByID.id": gid("Customer", anna), "ConsentByEmail.email": "anna@demo.example", "SetConsent.customer": gid("Customer", anna),
		"SetConsent.consent":     map[string]any{"marketingState": "UNSUBSCRIBED", "marketingOptInLevel": "UNKNOWN", "consentUpdatedAt": "2026-03-01T00:00:00Z"},
		"CreateSubscriber.email": "letter@demo.example", "CreateSubscriber.consent": map[string]any{"marketingState": "SUBSCRIBED", "marketingOptInLevel": "CONFIRMED_OPT_IN"},
		"topic": "ORDERS_PAID", "subscription": map[string]any{"uri": "http://127.0.0.1:9/webhooks/shopify", "format": "JSON"},
	}
}
