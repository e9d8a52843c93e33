package demoshop

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Why an order cannot be changed as asked.
var (
	errNoOrder     = errors.New("there is no such order, or it is past that")
	errNothingLeft = errors.New("nothing is left to refund")
	errTooMany     = errors.New("more than is left of that line")
)

// Buy is what a checkout submits.
type Buy struct {
	Customer int64 // 0 = guest
	Email    string
	Nobody   bool // a sale at a till: the host has no customer for it
	Cart     []CartLine
	Codes    []string
	Notes    map[string]string // attributes of the cart
	To       Recipient         // empty = where the customer lives
	IP       string            // of the browser
	Agent    string
	Unpaid   bool // payment on account: placed, paid later
	Test     bool
}

// Checkout places an order. A code that does not hold refuses the whole order,
// as the host's checkout does.
func (s *Shop) Checkout(b Buy) (*Order, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.liveCustomer(b.Customer)
	if c == nil && !b.Nobody && !strings.Contains(b.Email, "@") {
		return nil, errors.New("a guest must give an e-mail address")
	}
	p, err := s.price(c, b.Email, b.Cart, b.Codes)
	if err != nil {
		return nil, err
	}
	if len(p.refusals) > 0 {
		return nil, fmt.Errorf("%s: %s", p.refusals[0].Code, p.refusals[0].Why.in("en"))
	}
	now := s.stamp()
	if c == nil && !b.Nobody {
		p.order.CustomerID = s.guest(b.Email, now).ID
	}
	o := p.order
	o.Notes, o.To, o.IP, o.Agent = b.Notes, b.To, b.IP, b.Agent
	if c != nil && o.To == (Recipient{}) {
		o.To = Recipient{c.First, c.Last, c.Street, c.Zip, c.City}
	}
	o.ID, o.Number = s.newID("Order"), 1001+int64(len(s.orders))
	o.CreatedAt, o.UpdatedAt, o.Financial, o.Test = now, now, FinPending, b.Test
	o.Shipping.ID = s.newID("ShippingLine")
	for _, l := range o.Lines {
		l.ID = s.newID("LineItem")
	}
	for i, d := range p.used {
		d.Uses++
		p.codes[i].Uses++
		d.UsedBy[strings.ToLower(o.Email)]++
	}
	s.orders = append(s.orders, o)
	ev := s.uuid()
	s.event(ev, "orders/create", s.orderPayload(o))
	if !b.Unpaid {
		s.markPaid(o, ev)
	}
	return o, nil
}

// guest is the record the host makes of somebody who bought without an account.
func (s *Shop) guest(email string, now time.Time) *Customer {
	if c := s.customerByEmail(email); c != nil {
		return c
	}
	c := &Customer{ID: s.newID("Customer"), Email: email, Locale: "de", Consent: "not_subscribed", CreatedAt: now, UpdatedAt: now}
	s.customers = append(s.customers, c)
	s.event(s.uuid(), "customers/create", customerPayload(c))
	return c
}

// stamp is now in whole seconds: the host keeps no finer times.
func (s *Shop) stamp() time.Time { return s.now().Truncate(time.Second) }

func (s *Shop) markPaid(o *Order, ev string) {
	o.PaidAt, o.UpdatedAt, o.Financial = s.stamp(), s.stamp(), FinPaid
	s.event(ev, "orders/paid", s.orderPayload(o))
	s.event(ev, "orders/updated", s.orderPayload(o))
}

// change runs fn on an order and tells the app with topic and orders/updated.
func (s *Shop) change(id int64, topic string, fn func(o *Order) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.order(id)
	if o == nil {
		return errNoOrder
	}
	if err := fn(o); err != nil {
		return err
	}
	o.UpdatedAt = s.stamp()
	ev := s.uuid()
	switch topic {
	case "":
	case "orders/edited":
		s.event(ev, topic, m{"order_edit": m{
			"id": s.newID("OrderEdit") + 78912328793, "app_id": nil, "created_at": restTime(o.UpdatedAt), "notify_customer": false, "order_id": o.ID,
			"reason": nil, "staff_note": "", "user_id": nil, "committed_at": restTime(o.UpdatedAt),
		}})
	default:
		s.event(ev, topic, s.orderPayload(o))
	}
	s.event(ev, "orders/updated", s.orderPayload(o))
	return nil
}

// Pay marks an order as paid.
func (s *Shop) Pay(id int64) error {
	return s.change(id, "orders/paid", func(o *Order) error {
		if !o.PaidAt.IsZero() || !o.CancelledAt.IsZero() {
			return errNoOrder
		}
		o.PaidAt, o.Financial = s.stamp(), FinPaid
		return nil
	})
}

// Fulfil marks an order as sent.
func (s *Shop) Fulfil(id int64) error {
	return s.change(id, "orders/fulfilled", func(o *Order) error {
		if o.Fulfilled || !o.CancelledAt.IsZero() {
			return errNoOrder
		}
		o.Fulfilled = true
		return nil
	})
}

// Void gives up a payment that was never captured.
func (s *Shop) Void(id int64) error {
	return s.change(id, "", func(o *Order) error {
		if !o.PaidAt.IsZero() || o.Financial != FinPending {
			return errNoOrder
		}
		o.Financial = FinVoided
		return nil
	})
}

// Chargeback lets the customer's bank take the money back for good.
func (s *Shop) Chargeback(id int64) error {
	return s.change(id, "", func(o *Order) error {
		if o.PaidAt.IsZero() || o.Disputed {
			return errNoOrder
		}
		o.Disputed = true
		return nil
	})
}

// Cancel stops an order; one that was paid is refunded in full with it.
func (s *Shop) Cancel(id int64) error {
	s.mu.Lock()
	o := s.order(id)
	if o == nil || !o.CancelledAt.IsZero() {
		s.mu.Unlock()
		return errNoOrder
	}
	o.CancelledAt = s.stamp()
	if !o.PaidAt.IsZero() {
		s.refund(o, restOf(o), true, "cancelled")
	} else {
		o.Financial = FinVoided
	}
	s.mu.Unlock()
	return s.change(id, "orders/cancelled", func(*Order) error { return nil })
}

// RefundWish is how many of a line go back.
type RefundWish struct {
	Line     int64
	Quantity int64
}

func restOf(o *Order) []RefundWish {
	var out []RefundWish
	for _, l := range o.Lines {
		if q := o.currentQuantity(l); q > 0 {
			out = append(out, RefundWish{l.ID, q})
		}
	}
	return out
}

// Refund gives money back for some units of some lines, with the parcel if asked.
// No wishes means all that is left.
func (s *Shop) Refund(id int64, wishes []RefundWish, shipping bool) error {
	return s.change(id, "", func(o *Order) error {
		if o.PaidAt.IsZero() {
			return errNoOrder
		}
		if wishes == nil {
			wishes = restOf(o)
		}
		if err := checkWishes(o, wishes); err != nil {
			return err
		}
		s.refund(o, wishes, shipping, "")
		return nil
	})
}

func checkWishes(o *Order, wishes []RefundWish) error {
	if len(wishes) == 0 {
		return errNothingLeft
	}
	for _, w := range wishes {
		l := find(o.Lines, func(l *Line) bool { return l.ID == w.Line })
		if l == nil || w.Quantity < 1 || w.Quantity > o.currentQuantity(l) {
			return errTooMany
		}
	}
	return nil
}

// refund writes the refund and tells refunds/create.
func (s *Shop) refund(o *Order, wishes []RefundWish, shipping bool, note string) {
	r := &Refund{ID: s.newID("Refund"), At: s.stamp(), Note: note, Paid: true}
	for _, w := range wishes {
		l := find(o.Lines, func(l *Line) bool { return l.ID == w.Line })
		r.Lines = append(r.Lines, s.refundLine(o, l, w.Quantity))
	}
	if shipping && o.totals().refundedShipping == 0 {
		r.Shipping, r.ShipTax = o.Shipping.Price-o.Shipping.Discount, o.Shipping.Tax
	}
	o.Refunds = append(o.Refunds, r)
	o.UpdatedAt = s.stamp()
	o.Financial = FinPartlyRefund
	if len(restOf(o)) == 0 {
		o.Financial = FinRefunded
	}
	s.event(s.uuid(), "refunds/create", s.refundPayload(o, r))
}

// refundLine prices units so that the last one takes what rounding left over.
func (s *Shop) refundLine(o *Order, l *Line, quantity int64) RefundLine {
	before, gross, tax := o.refundedOf(l)
	upto := before + quantity
	return RefundLine{
		ID: s.newID("RefundLineItem"), Line: l, Quantity: quantity,
		Gross: share(l.Gross(), upto, l.Quantity) - gross, Tax: share(l.Tax, upto, l.Quantity) - tax,
	}
}

// EditRemove takes units out of an order by editing it. The host writes this
// either as a refund without money or only as a smaller current quantity.
func (s *Shop) EditRemove(id, line, quantity int64, asRefund bool) error {
	return s.change(id, "orders/edited", func(o *Order) error {
		if err := checkWishes(o, []RefundWish{{line, quantity}}); err != nil {
			return err
		}
		l := find(o.Lines, func(l *Line) bool { return l.ID == line })
		o.Edited = true
		if !asRefund {
			l.Removed += quantity
			return nil
		}
		r := &Refund{ID: s.newID("Refund"), At: s.stamp(), Note: "edited", Lines: []RefundLine{s.refundLine(o, l, quantity)}}
		o.Refunds = append(o.Refunds, r)
		return nil
	})
}

// EditAdd puts an article into an order that exists.
func (s *Shop) EditAdd(id, variant, quantity int64) error {
	return s.change(id, "orders/edited", func(o *Order) error {
		p, v := s.variant(variant)
		if v == nil || quantity < 1 || !o.CancelledAt.IsZero() {
			return errNoOrder
		}
		l := &Line{ID: s.newID("LineItem"), Product: p, Variant: v, Quantity: quantity, UnitPrice: v.Price}
		l.Tax = includedVAT(l.Gross(), p.VAT)
		o.Lines = append(o.Lines, l)
		o.Edited = true
		return nil
	})
}

// OrderNet is what an order is still worth in goods without VAT: paid, neither
// cancelled nor refunded. It is what people would work out with pen and paper.
func (s *Shop) OrderNet(id int64) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.order(id)
	if o == nil || o.PaidAt.IsZero() || !o.CancelledAt.IsZero() || o.Disputed || o.Financial == FinVoided {
		return 0
	}
	var net int64
	for _, l := range o.Lines {
		if !l.Product.GiftCard {
			net += l.Net() - (o.goneGross(l) - o.goneTax(l))
		}
	}
	return net
}

// Orders are copies of all orders, newest first.
func (s *Shop) Orders() []Order {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Order, 0, len(s.orders))
	for _, o := range s.orders {
		out = append(out, *o)
	}
	slices.Reverse(out)
	return out
}
