package demoshop

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// orderObj is an order as the Admin API shows it.
func (s *Shop) orderObj(o *Order) *obj {
	t := o.totals()
	lines := s.lineObjs(o)
	f := map[string]any{
		"id": gid("Order", o.ID), "legacyResourceId": str(o.ID), "name": o.Name(), "number": o.Number,
		"createdAt": dateTime(o.CreatedAt), "processedAt": dateTime(o.CreatedAt), "updatedAt": dateTime(o.UpdatedAt),
		"cancelledAt": dateTime(o.CancelledAt), "closedAt": nil, "closed": false, "confirmed": true, "test": o.Test,
		"currencyCode": currency, "presentmentCurrencyCode": currency, "taxesIncluded": true, "taxExempt": false,
		"displayFinancialStatus": o.Financial, "displayFulfillmentStatus": o.fulfilment(), "email": textOrNull(o.Email),
		"customerLocale": textOrNull(o.Locale), "edited": o.Edited, "fullyPaid": !o.PaidAt.IsZero(), "unpaid": o.PaidAt.IsZero(),
		"discountCodes": o.codeTexts(), "discountCode": textOrNull(strings.Join(o.codeTexts(), ", ")), "tags": []string{}, "note": nil,
		"lineItems": listOf("LineItem", lines), "taxLines": []*obj{}, "refunds": firstOf(s.refundObjs(o, lines)),
		"totalPriceSet": moneyBag(t.gross), "originalTotalPriceSet": moneyBag(t.gross), "totalPrice": amount(t.gross),
		"subtotalPriceSet": moneyBag(t.goods), "totalTaxSet": moneyBag(t.tax), "totalDiscountsSet": moneyBag(t.discount),
		"totalShippingPriceSet": moneyBag(o.Shipping.Price), "totalRefundedSet": moneyBag(t.refunded), "totalRefundedShippingSet": moneyBag(t.refundedShipping),
		"currentTotalPriceSet": moneyBag(t.currentGoods + o.Shipping.Price - o.Shipping.Discount - t.refundedShipping), "currentSubtotalPriceSet": moneyBag(t.currentGoods),
		"currentTotalTaxSet": moneyBag(t.currentTax), "currentTotalDiscountsSet": moneyBag(t.discount),
		"totalReceivedSet": moneyBag(o.received(t.gross)), "netPaymentSet": moneyBag(o.received(t.gross) - t.refunded),
		"shippingLine": s.shippingObj(o), "shippingLines": listOf("ShippingLine", []*obj{s.shippingObj(o)}),
		"discountApplications": s.discountApplications(o), "disputes": disputes(o), "customAttributes": customAttributes(o), "additionalFees": []*obj{},
		"transactions": firstOf(transactions(o, t)), "customer": func(args) any { return s.orderCustomer(o) }, "sourceName": "web",
		"fulfillments": firstOf(fulfilments(o)), "currentShippingPriceSet": moneyBag(o.Shipping.Price - o.Shipping.Discount - t.refundedShipping),
		"cancelReason": nil, "statusPageUrl": "https://" + Domain + "/orders/" + str(o.ID), "metafield": nil,
	}
	if !o.CancelledAt.IsZero() {
		f["cancelReason"] = "CUSTOMER"
	}
	return &obj{"Order", f}
}

func customAttributes(o *Order) []*obj {
	out := []*obj{}
	for _, k := range slices.Sorted(maps.Keys(o.Notes)) {
		out = append(out, &obj{"Attribute", map[string]any{"key": k, "value": o.Notes[k]}})
	}
	return out
}

func (s *Shop) orderCustomer(o *Order) *obj {
	c := s.customer(o.CustomerID)
	if c == nil || c.Redacted {
		return nil
	}
	return s.customerObj(c)
}

func (s *Shop) lineObjs(o *Order) []*obj {
	var out []*obj
	for _, l := range o.Lines {
		allocs := []*obj{}
		for _, al := range l.Allocations {
			allocs = append(allocs, &obj{"DiscountAllocation", map[string]any{
				"allocatedAmountSet": moneyBag(al.Amount), "allocatedAmount": moneyV2(al.Amount), "discountApplication": applicationObj(o, al.Code),
			}})
		}
		gross := l.UnitPrice * l.Quantity
		out = append(out, &obj{"LineItem", map[string]any{
			"id": gid("LineItem", l.ID), "title": l.Product.Title, "name": l.name(), "variantTitle": textOrNull(l.Variant.Title), "sku": textOrNull(l.Variant.SKU),
			"quantity": l.Quantity, "currentQuantity": o.currentQuantity(l), "refundableQuantity": o.currentQuantity(l), "isGiftCard": l.Product.GiftCard,
			"requiresShipping": !l.Product.GiftCard, "taxable": l.Product.VAT > 0, "vendor": nil, "customAttributes": []*obj{}, "restockable": true,
			"originalUnitPriceSet": moneyBag(l.UnitPrice), "originalTotalSet": moneyBag(gross),
			"totalDiscountSet": moneyBag(0), "discountAllocations": allocs,
			"discountedTotalSet": func(a args) any {
				if a["withCodeDiscounts"] == true {
					return moneyBag(l.Gross())
				}
				return moneyBag(gross - o.chosenLineDiscount(l))
			},
			"discountedUnitPriceSet":                  moneyBag(l.UnitPrice - o.chosenLineDiscount(l)/l.Quantity),
			"discountedUnitPriceAfterAllDiscountsSet": moneyBag(l.Gross() / l.Quantity),
			"priceAfterAllDiscountsBeforeTaxesSet":    moneyBag(l.Net()),
			"taxLines":                                firstOf(taxLines(l.Product.VAT, l.Tax)),
			"product":                                 s.productObj(l.Product), "variant": s.variantObj(l.Product, l.Variant),
		}})
	}
	return out
}

// chosenLineDiscount is what codes for chosen products took off the line; codes
// for the whole order are only spread over it.
func (o *Order) chosenLineDiscount(l *Line) int64 {
	var sum int64
	for _, al := range l.Allocations {
		if o.Codes[al.Code].Each {
			sum += al.Amount
		}
	}
	return sum
}

func taxLines(percent, tax int64) []*obj {
	if percent == 0 {
		return nil
	}
	return []*obj{{"TaxLine", map[string]any{
		"title": "MwSt", "rate": jsonNumber(amountFraction(percent)), "ratePercentage": jsonNumber(str(percent)), "priceSet": moneyBag(tax), "price": amount(tax), "channelLiable": false,
	}}}
}

func (s *Shop) shippingObj(o *Order) *obj {
	sh := o.Shipping
	return &obj{"ShippingLine", map[string]any{
		"id": gid("ShippingLine", sh.ID), "title": "Standard", "code": "standard", "isRemoved": false, "custom": false, "source": "shopify",
		"originalPriceSet": moneyBag(sh.Price), "discountedPriceSet": moneyBag(sh.Price - sh.Discount),
		"currentDiscountedPriceSet": moneyBag(sh.Price - sh.Discount), "price": amount(sh.Price),
		"discountAllocations": shippingAllocations(o), "taxLines": taxLines(shippingVAT, sh.Tax),
	}}
}

func shippingAllocations(o *Order) []*obj {
	out := []*obj{}
	for i, c := range o.Codes {
		if c.Kind == "shipping" && o.Shipping.Discount > 0 {
			out = append(out, &obj{"DiscountAllocation", map[string]any{
				"allocatedAmountSet": moneyBag(o.Shipping.Discount), "allocatedAmount": moneyV2(o.Shipping.Discount), "discountApplication": applicationObj(o, i),
			}})
		}
	}
	return out
}

func (s *Shop) discountApplications(o *Order) func(args) any {
	var list []*obj
	for i := range o.Codes {
		list = append(list, applicationObj(o, i))
	}
	return listOf("DiscountApplication", list)
}

func applicationObj(o *Order, i int) *obj {
	c := o.Codes[i]
	target, selection, method := "LINE_ITEM", "ALL", "ACROSS"
	if c.Each {
		selection, method = "ENTITLED", "EACH"
	}
	if c.Kind == "shipping" {
		target = "SHIPPING_LINE"
	}
	var value *obj
	if c.Kind == "percentage" || c.Kind == "shipping" {
		value = &obj{"PricingPercentageValue", map[string]any{"percentage": jsonNumber(c.Value)}}
	} else {
		value = &obj{"MoneyV2", map[string]any{"amount": c.Value, "currencyCode": currency}}
	}
	return &obj{"DiscountCodeApplication", map[string]any{
		"code": c.Code, "index": i, "targetType": target, "targetSelection": selection, "allocationMethod": method, "value": value,
	}}
}

func disputes(o *Order) []*obj {
	if !o.Disputed {
		return []*obj{}
	}
	return []*obj{{"OrderDisputeSummary", map[string]any{"id": gid("ShopifyPaymentsDispute", o.ID), "status": disputeWonByThem, "initiatedAs": "CHARGEBACK"}}}
}

func transactions(o *Order, t totals) []*obj {
	if o.PaidAt.IsZero() {
		return []*obj{}
	}
	list := []*obj{transactionObj(o.ID, "SALE", t.gross, o.PaidAt)}
	for _, r := range o.Refunds {
		if r.Paid {
			list = append(list, transactionObj(r.ID, "REFUND", r.money(), r.At))
		}
	}
	return list
}

func transactionObj(id int64, kind string, minor int64, at time.Time) *obj {
	return &obj{"OrderTransaction", map[string]any{
		"id": gid("OrderTransaction", id), "kind": kind, "status": "SUCCESS", "gateway": "bogus", "test": false, "amountSet": moneyBag(minor), "processedAt": dateTime(at), "createdAt": dateTime(at),
	}}
}

func fulfilments(o *Order) []*obj {
	if !o.Fulfilled {
		return []*obj{}
	}
	return []*obj{{"Fulfillment", map[string]any{"id": gid("Fulfillment", o.ID), "status": "SUCCESS", "createdAt": dateTime(o.UpdatedAt), "updatedAt": dateTime(o.UpdatedAt), "displayStatus": "FULFILLED"}}}
}

func (s *Shop) refundObjs(o *Order, lineObjs []*obj) []*obj {
	var out []*obj
	for _, r := range o.Refunds {
		var lines, shipping []*obj
		for _, rl := range r.Lines {
			lines = append(lines, refundLineObj(o, rl, lineObjs))
		}
		if r.Shipping > 0 {
			shipping = append(shipping, &obj{"RefundShippingLine", map[string]any{
				"id": gid("RefundShippingLine", r.ID), "shippingLine": s.shippingObj(o), "subtotalAmountSet": moneyBag(r.Shipping), "taxAmountSet": moneyBag(r.ShipTax),
			}})
		}
		var trans []*obj
		if r.Paid {
			trans = append(trans, transactionObj(r.ID, "REFUND", r.money(), r.At))
		}
		out = append(out, &obj{"Refund", map[string]any{
			"id": gid("Refund", r.ID), "legacyResourceId": str(r.ID), "createdAt": dateTime(r.At), "updatedAt": dateTime(r.At), "processedAt": dateTime(r.At), "note": textOrNull(r.Note),
			"totalRefundedSet": moneyBag(r.money()), "refundLineItems": listOf("RefundLineItem", lines),
			"refundShippingLines": listOf("RefundShippingLine", shipping), "transactions": listOf("OrderTransaction", trans),
			"orderAdjustments": listOf("OrderAdjustment", nil), "duties": nil, "return": nil,
		}})
	}
	return out
}

func refundLineObj(o *Order, rl RefundLine, lineObjs []*obj) *obj {
	var line *obj
	for i, l := range o.Lines {
		if l == rl.Line {
			line = lineObjs[i]
		}
	}
	return &obj{"RefundLineItem", map[string]any{
		"id": gid("RefundLineItem", rl.ID), "quantity": rl.Quantity, "lineItem": line, "restocked": false, "restockType": "NO_RESTOCK",
		"priceSet": moneyBag(rl.Gross / rl.Quantity), "subtotalSet": moneyBag(rl.Gross), "totalTaxSet": moneyBag(rl.Tax),
	}}
}

// findOrders answers the orders connection, oldest change first when asked so.
func (s *Shop) findOrders(a args) any {
	query, _ := a["query"].(string)
	terms := filters(query)
	var items []item
	for _, o := range s.orders {
		at, err := inside(o.UpdatedAt, terms["updated_at"])
		if err != nil {
			return err
		}
		if created, err := inside(o.CreatedAt, terms["created_at"]); err != nil || !created || !at {
			continue
		}
		sortBy := o.ID
		if a["sortKey"] == "UPDATED_AT" {
			sortBy = o.UpdatedAt.UnixMilli()
		}
		items = append(items, item{key: fmt.Sprintf("%020d-%020d", sortBy, o.ID), make: func() *obj { return s.orderObj(o) }})
	}
	sortItems(items)
	return connection("Order", items, a)
}
