package demoshop

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

type m = map[string]any

var zone = sync.OnceValue(func() *time.Location {
	if loc, err := time.LoadLocation(shopZone); err == nil {
		return loc
	}
	return time.UTC
})

// restTime writes an instant as webhooks do, in the shop's zone; null for none.
func restTime(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.In(zone()).Format("2006-01-02T15:04:05-07:00")
}

func moneySet(minor int64) m {
	v := m{"amount": amount(minor), "currency_code": currency}
	return m{"shop_money": v, "presentment_money": v}
}

// payload marshals a body with the host's habit of escaping the first slashes of a gid.
func payload(v any) []byte {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic("payload does not marshal: " + err.Error())
	}
	return bytes.ReplaceAll(bytes.TrimRight(buf.Bytes(), "\n"), []byte(`"gid://shopify/`), []byte(`"gid:\/\/shopify/`))
}

func (s *Shop) orderPayload(o *Order) m {
	t := o.totals()
	p := m{
		"id": o.ID, "admin_graphql_api_id": gid("Order", o.ID), "app_id": nil, "browser_ip": textOrNull(o.IP), "buyer_accepts_marketing": false,
		"cancel_reason": nil, "cancelled_at": restTime(o.CancelledAt), "cart_token": nil, "checkout_token": nil, "closed_at": nil, "confirmed": true,
		"contact_email": textOrNull(o.Email), "email": textOrNull(o.Email), "created_at": restTime(o.CreatedAt), "processed_at": restTime(o.CreatedAt),
		"updated_at": restTime(o.UpdatedAt), "currency": currency, "presentment_currency": currency, "customer_locale": textOrNull(o.Locale),
		"financial_status": strings.ToLower(o.Financial), "fulfillment_status": nil, "name": o.Name(), "number": o.Number - 1000, "order_number": o.Number,
		"note": nil, "note_attributes": noteAttributes(o), "tags": "", "taxes_included": true, "tax_exempt": false, "tax_lines": []any{}, "test": o.Test,
		"token": digest(str(o.ID))[:16], "source_name": "web", "user_id": nil, "phone": nil, "total_weight": 0, "total_tip_received": "0.00",
		"subtotal_price": amount(t.goods), "subtotal_price_set": moneySet(t.goods), "total_discounts": amount(t.discount), "total_discounts_set": moneySet(t.discount),
		"total_line_items_price": amount(t.goods + t.discount - o.Shipping.Discount), "total_price": amount(t.gross), "total_price_set": moneySet(t.gross),
		"total_shipping_price_set": moneySet(o.Shipping.Price), "total_tax": amount(t.tax), "total_tax_set": moneySet(t.tax), "total_outstanding": amount(t.gross - o.received(t.gross)),
		"current_subtotal_price": amount(t.currentGoods), "current_subtotal_price_set": moneySet(t.currentGoods),
		"current_total_price":     amount(t.currentGoods + o.Shipping.Price - o.Shipping.Discount - t.refundedShipping),
		"current_total_price_set": moneySet(t.currentGoods + o.Shipping.Price - o.Shipping.Discount - t.refundedShipping),
		"current_total_tax":       amount(t.currentTax), "current_total_tax_set": moneySet(t.currentTax), "current_total_discounts": amount(t.discount), "current_total_discounts_set": moneySet(t.discount),
		"discount_codes": codesPayload(o), "discount_applications": applicationsPayload(o), "line_items": linesPayload(o), "shipping_lines": []any{shippingPayload(o)},
		"refunds": s.refundsPayload(o), "fulfillments": []any{}, "customer": nil, "payment_gateway_names": []string{"bogus"}, "returns": []any{}, "payment_terms": nil,
	}
	if !o.CancelledAt.IsZero() {
		p["cancel_reason"] = "customer"
	}
	if o.Fulfilled {
		p["fulfillment_status"] = "fulfilled"
	}
	if c := s.customer(o.CustomerID); c != nil && !c.Redacted {
		p["customer"] = customerPayload(c)
		if o.To.Street != "" {
			p["shipping_address"], p["billing_address"] = addressPayload(o.To), addressPayload(o.To)
		}
		if o.Agent != "" {
			p["client_details"] = m{"accept_language": nil, "browser_height": nil, "browser_ip": textOrNull(o.IP), "browser_width": nil, "session_hash": nil, "user_agent": o.Agent}
		}
	}
	return p
}

func addressPayload(to Recipient) m {
	return m{"first_name": textOrNull(to.First), "last_name": textOrNull(to.Last), "name": strings.TrimSpace(to.First + " " + to.Last), "company": nil,
		"address1": to.Street, "address2": nil, "zip": to.Zip, "city": to.City, "province": nil, "province_code": nil, "country": "Germany", "country_code": "DE",
		"phone": nil, "latitude": nil, "longitude": nil}
}

func codesPayload(o *Order) []m {
	out := []m{}
	for _, c := range o.Codes {
		out = append(out, m{"code": c.Code, "amount": amount(c.Discount), "type": c.Kind})
	}
	return out
}

func applicationsPayload(o *Order) []m {
	out := []m{}
	for _, c := range o.Codes {
		a := m{"target_type": "line_item", "type": "discount_code", "value": c.Value, "value_type": c.Kind, "allocation_method": "across", "target_selection": "all", "code": c.Code}
		if c.Each {
			a["allocation_method"], a["target_selection"] = "each", "entitled"
		}
		if c.Kind == "shipping" {
			a["target_type"], a["value_type"] = "shipping_line", "percentage"
		}
		out = append(out, a)
	}
	return out
}

func linesPayload(o *Order) []m {
	out := []m{}
	for _, l := range o.Lines {
		out = append(out, linePayload(o, l))
	}
	return out
}

func linePayload(o *Order, l *Line) m {
	allocations := []m{}
	for _, al := range l.Allocations {
		allocations = append(allocations, m{"amount": amount(al.Amount), "amount_set": moneySet(al.Amount), "discount_application_index": al.Code})
	}
	taxes := []m{}
	if l.Product.VAT > 0 {
		taxes = append(taxes, m{"channel_liable": false, "price": amount(l.Tax), "price_set": moneySet(l.Tax), "rate": jsonNumber(amount(l.Product.VAT)), "title": "MwSt"})
	}
	return m{
		"id": l.ID, "admin_graphql_api_id": gid("LineItem", l.ID), "current_quantity": o.currentQuantity(l), "fulfillable_quantity": o.currentQuantity(l),
		"fulfillment_service": "manual", "fulfillment_status": nil, "gift_card": l.Product.GiftCard, "grams": 0, "name": l.name(), "title": l.Product.Title,
		"price": amount(l.UnitPrice), "price_set": moneySet(l.UnitPrice), "product_exists": true, "product_id": l.Product.ID, "properties": []any{},
		"quantity": l.Quantity, "requires_shipping": !l.Product.GiftCard, "sku": l.Variant.SKU, "taxable": l.Product.VAT > 0, "total_discount": "0.00",
		"total_discount_set": moneySet(0), "variant_id": l.Variant.ID, "variant_title": textOrNull(l.Variant.Title), "vendor": nil, "tax_lines": taxes,
		"duties": []any{}, "discount_allocations": allocations,
	}
}

func shippingPayload(o *Order) m {
	sh := o.Shipping
	allocations := []m{}
	for i, c := range o.Codes {
		if c.Kind == "shipping" && sh.Discount > 0 {
			allocations = append(allocations, m{"amount": amount(sh.Discount), "amount_set": moneySet(sh.Discount), "discount_application_index": i})
		}
	}
	return m{
		"id": sh.ID, "code": "standard", "title": "Standard", "source": "shopify", "is_removed": false, "price": amount(sh.Price),
		"discounted_price": amount(sh.Price - sh.Discount), "discounted_price_set": moneySet(sh.Price - sh.Discount), "price_set": moneySet(sh.Price),
		"discount_allocations": allocations, "tax_lines": []m{{"price": amount(sh.Tax), "price_set": moneySet(sh.Tax), "rate": jsonNumber(amount(shippingVAT)), "title": "MwSt"}},
	}
}

func (s *Shop) refundsPayload(o *Order) []m {
	out := []m{}
	for _, r := range o.Refunds {
		out = append(out, s.refundPayload(o, r))
	}
	return out
}

func (s *Shop) refundPayload(o *Order, r *Refund) m {
	lines, transactions, shipping := []m{}, []m{}, []m{}
	for _, rl := range r.Lines {
		lines = append(lines, m{
			"id": rl.ID, "line_item_id": rl.Line.ID, "location_id": nil, "quantity": rl.Quantity, "restock_type": "no_restock",
			"subtotal": jsonNumber(amount(rl.Gross)), "subtotal_set": moneySet(rl.Gross), "total_tax": jsonNumber(amount(rl.Tax)), "total_tax_set": moneySet(rl.Tax),
			"line_item": linePayload(o, rl.Line),
		})
	}
	if r.Paid {
		transactions = append(transactions, m{
			"id": r.ID + 1_000_000, "order_id": o.ID, "kind": "refund", "gateway": "bogus", "status": "success", "created_at": restTime(r.At),
			"processed_at": restTime(r.At), "test": o.Test, "amount": amount(r.money()), "currency": currency,
		})
	}
	if r.Shipping > 0 {
		shipping = append(shipping, m{"id": r.ID + 2_000_000, "subtotal_amount_set": moneySet(r.Shipping), "tax_amount_set": moneySet(r.ShipTax), "shipping_line": shippingPayload(o)})
	}
	return m{
		"id": r.ID, "order_id": o.ID, "admin_graphql_api_id": gid("Refund", r.ID), "created_at": restTime(r.At), "processed_at": restTime(r.At), "note": textOrNull(r.Note),
		"user_id": nil, "duties": []any{}, "total_duties_set": moneySet(0), "return": nil, "refund_shipping_lines": shipping, "refund_line_items": lines,
		"transactions": transactions, "order_adjustments": []any{},
	}
}

func customerPayload(c *Customer) m {
	return m{
		"id": c.ID, "admin_graphql_api_id": gid("Customer", c.ID), "created_at": restTime(c.CreatedAt), "updated_at": restTime(c.UpdatedAt),
		"first_name": textOrNull(c.First), "last_name": textOrNull(c.Last), "email": textOrNull(c.Email), "phone": nil, "state": strings.ToLower(c.accountState()),
		"note": nil, "verified_email": true, "multipass_identifier": nil, "tax_exempt": false, "currency": currency, "addresses": []any{}, "tax_exemptions": []any{},
	}
}

func consentPayload(c *Customer) m {
	level := any(nil)
	if c.Consent != "not_subscribed" {
		level = "confirmed_opt_in"
	}
	return m{"customer_id": c.ID, "email_address": c.Email, "email_marketing_consent": m{
		"state": c.Consent, "opt_in_level": level, "consent_updated_at": restTime(c.ConsentAt),
	}}
}

func mergePayload(from, into *Customer) m {
	return m{
		"admin_graphql_api_customer_deleted_id": gid("Customer", from.ID), "admin_graphql_api_customer_kept_id": gid("Customer", into.ID),
		"admin_graphql_api_job_id": nil, "status": "completed", "errors": []any{},
	}
}

func (s *Shop) shopPayload() m {
	return m{
		"id": int64(shopID), "name": shopName, "email": shopOwner, "domain": nil, "country": "DE", "currency": currency, "iana_timezone": shopZone,
		"myshopify_domain": Domain, "plan_name": "basic", "plan_display_name": "Basic", "primary_locale": "de",
	}
}

func (s *Shop) redactPayload(c *Customer, key string) m {
	var orders []int64
	for _, o := range s.orders {
		if o.CustomerID == c.ID {
			orders = append(orders, o.ID)
		}
	}
	return m{"shop_id": int64(shopID), "shop_domain": Domain, key: orders, "customer": m{"id": c.ID, "email": c.Email, "phone": nil}}
}

func noteAttributes(o *Order) []m {
	out := []m{}
	for _, k := range slices.Sorted(maps.Keys(o.Notes)) {
		out = append(out, m{"name": k, "value": o.Notes[k]})
	}
	return out
}
