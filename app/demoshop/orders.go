package demoshop

import "fmt"

const shippingVAT = 19

// totals are an order's sums in gross minor units.
type totals struct {
	goods, gross, discount, tax int64
	refunded, refundedShipping  int64
	currentGoods, currentTax    int64
}

// Name is what people call the order.
func (o *Order) Name() string { return fmt.Sprintf("#%d", o.Number) }

func (l *Line) name() string {
	if l.Variant.Title == "" {
		return l.Product.Title
	}
	return l.Product.Title + " - " + l.Variant.Title
}

func (o *Order) totals() totals {
	var t totals
	for _, l := range o.Lines {
		t.goods += l.Gross()
		t.discount += l.Discount
		t.tax += l.Tax
		t.currentGoods += l.Gross() - o.goneGross(l)
		t.currentTax += l.Tax - o.goneTax(l)
	}
	t.discount += o.Shipping.Discount
	t.tax += o.Shipping.Tax
	t.currentTax += o.Shipping.Tax
	t.gross = t.goods + o.Shipping.Price - o.Shipping.Discount
	for _, r := range o.Refunds {
		t.refunded += r.money()
		t.refundedShipping += r.Shipping
		t.currentTax -= r.ShipTax
	}
	return t
}

// money is what went back to the customer.
func (r *Refund) money() int64 {
	if !r.Paid {
		return 0
	}
	sum := r.Shipping
	for _, l := range r.Lines {
		sum += l.Gross
	}
	return sum
}

func (o *Order) refundedOf(l *Line) (quantity, gross, tax int64) {
	for _, r := range o.Refunds {
		for _, rl := range r.Lines {
			if rl.Line == l {
				quantity, gross, tax = quantity+rl.Quantity, gross+rl.Gross, tax+rl.Tax
			}
		}
	}
	return quantity, gross, tax
}

func (o *Order) currentQuantity(l *Line) int64 {
	q, _, _ := o.refundedOf(l)
	return l.Quantity - l.Removed - q
}

func (o *Order) goneGross(l *Line) int64 {
	_, g, _ := o.refundedOf(l)
	return g + share(l.Gross(), l.Removed, l.Quantity)
}

func (o *Order) goneTax(l *Line) int64 {
	_, _, t := o.refundedOf(l)
	return t + share(l.Tax, l.Removed, l.Quantity)
}

func (o *Order) fulfilment() string {
	if o.Fulfilled {
		return "FULFILLED"
	}
	return "UNFULFILLED"
}

func (o *Order) received(gross int64) int64 {
	if o.PaidAt.IsZero() {
		return 0
	}
	return gross
}

func (o *Order) codeTexts() []string {
	out := []string{}
	for _, c := range o.Codes {
		out = append(out, c.Code)
	}
	return out
}
