package demoshop

import (
	"slices"
	"strings"
	"time"
)

// customerDrop is who is logged in, or nil. asApp adds what belongs to the app.
func (s *Shop) customerDrop(c *Customer, l tongue, asApp bool) any {
	if c == nil {
		return nil
	}
	address := m{"name": strings.TrimSpace(c.First + " " + c.Last), "first_name": c.First, "last_name": c.Last, "address1": c.Street, "zip": c.Zip, "city": c.City, "country": l.say("Germany"), "country_code": "DE", "id": 1}
	addresses := []m{}
	if c.Street != "" {
		addresses = append(addresses, address)
	}
	d := m{
		"id": exact(c.ID), "email": c.Email, "first_name": c.First, "last_name": c.Last, "name": strings.TrimSpace(c.First + " " + c.Last), "accepts_marketing": c.Consent == "subscribed",
		"orders_count": len(s.ordersBy(c.ID)), "total_spent": s.spentBy(c.ID), "tags": append([]string{}, c.Tags...), "has_account": c.Account, "addresses": addresses, "addresses_count": len(addresses), "default_address": nil,
		"tax_exempt": false, "metafields": s.metafieldsDrop(gid("Customer", c.ID), asApp), "consent": c.Consent, "b2b?": false,
	}
	if len(addresses) > 0 {
		d["default_address"] = address
	}
	return d
}

// ordersDrop are a customer's orders, newest first.
func (s *Shop) ordersDrop(c *Customer, l tongue) []m {
	out := []m{}
	for _, o := range slices.Backward(s.orders) {
		if o.CustomerID == c.ID && len(out) < 50 {
			d := s.orderDrop(o, l)
			delete(d, "line_items") // a list shows none
			out = append(out, d)
		}
	}
	return out
}

func (s *Shop) orderDrop(o *Order, l tongue) m {
	t := o.totals()
	lines := []m{}
	for i := range o.Lines {
		lines = append(lines, s.lineDrop(o, i, l))
	}
	each, all := applications(o)
	var original int64
	for _, line := range o.Lines {
		original += line.UnitPrice * line.Quantity
	}
	cancelled := any(nil)
	if !o.CancelledAt.IsZero() {
		cancelled = o.CancelledAt.Unix()
	}
	return m{
		"id": exact(o.ID), "name": o.Name(), "order_number": o.Number, "created_at": o.CreatedAt.Unix(), "email": o.Email, "financial_status": strings.ToLower(o.Financial),
		"financial_status_label": l.say(o.state()), "fulfillment_status": strings.ToLower(o.fulfilment()), "fulfillment_status_label": l.say(strings.ToLower(o.fulfilment())),
		"cancelled": cancelled != nil, "cancelled_at": cancelled, "line_items": lines, "line_items_subtotal_price": original, "subtotal_price": t.goods, "total_discounts": t.discount,
		"shipping_price": o.Shipping.Price - o.Shipping.Discount, "tax_price": t.tax, "total_price": t.gross, "total_refunded_amount": t.refunded, "total_net_amount": t.gross - t.refunded,
		"discount_applications": append(each, all...), "cart_level_discount_applications": all, "customer_url": "/account/orders/" + str(o.ID), "order_status_url": "/orders/" + str(o.ID),
		"invoice_url": "/invoices/" + str(o.ID), "tax_lines": o.taxLines(), "bill_to": s.billTo(o), "item_count": countOf(o), "customer": nil, "metafields": m{}, "paid": !o.PaidAt.IsZero(),
	}
}

// billTo is to whom the invoice goes.
func (s *Shop) billTo(o *Order) m {
	c := s.customer(o.CustomerID)
	if c == nil {
		return m{"name": o.Email}
	}
	return m{"name": strings.TrimSpace(c.First + " " + c.Last), "street": c.Street, "place": strings.TrimSpace(c.Zip + " " + c.City), "email": c.Email}
}

func countOf(o *Order) (n int64) {
	for _, l := range o.Lines {
		n += l.Quantity
	}
	return n
}

// peopleDrop are accounts that a click can enter: those of the demo first.
func (s *Shop) peopleDrop() []m {
	out := []m{}
	for _, c := range s.customers {
		if c.Account && s.liveCustomer(c.ID) != nil && len(out) < 6 {
			d := m{"id": str(c.ID), "name": strings.TrimSpace(c.First + " " + c.Last), "first_name": c.First, "email": c.Email}
			if p := publicBalance(s, c); p != nil {
				d["points"], d["minor"] = p.Points, p.Minor
			}
			out = append(out, d)
		}
	}
	return out
}

func (s *Shop) mailsDrop(l tongue) []m {
	out := []m{}
	for _, mail := range slices.Backward(s.mails) {
		if len(out) == 100 {
			break
		}
		out = append(out, m{"to": mail.To, "subject": l.say(mail.Subject), "body": l.say(mail.Body), "link": mail.Link, "at": mail.At.Unix()})
	}
	return out
}

// clock writes the shop's present moment for the bar.
func (l tongue) clock(t time.Time) string { return l.day(t) }
