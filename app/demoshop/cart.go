package demoshop

import (
	"fmt"
	"slices"
	"strings"
)

const (
	shippingPrice = 490
	freeFrom      = 5000 // goods from which the parcel is free
)

// CartLine is a variant and how many of it.
type CartLine struct {
	Variant  int64
	Quantity int64
}

// Refusal says why a code was not taken.
type Refusal struct {
	Code  string
	Why   saying
	Later bool // the cart or the shopper can still come to fulfil it: the code is kept
}

// priced is a cart with its prices: an order that was not placed.
type priced struct {
	order    *Order
	used     []*Discount
	codes    []*RedeemCode // that were used, in the same order
	refusals []Refusal
}

// price puts a cart together for a buyer; codes that do not hold are left out and
// say why. Guests have no customer, but may have an e-mail.
func (s *Shop) price(c *Customer, email string, cart []CartLine, codes []string) (priced, error) {
	p := priced{order: &Order{Email: email}}
	if c != nil {
		p.order.CustomerID, p.order.Email, p.order.Locale = c.ID, c.Email, c.Locale
	}
	for _, cl := range cart {
		prod, v := s.variant(cl.Variant)
		if v == nil || cl.Quantity < 1 || cl.Quantity > 1000 {
			return p, fmt.Errorf("there is no such article, or the quantity is not between 1 and 1000")
		}
		p.order.Lines = append(p.order.Lines, &Line{Product: prod, Variant: v, Quantity: cl.Quantity, UnitPrice: v.Price})
	}
	if len(p.order.Lines) == 0 {
		return p, fmt.Errorf("the cart is empty")
	}
	p.order.Shipping.Price = s.shippingFor(p.order)
	for _, code := range s.inOrder(codes) {
		s.applyCode(&p, c, code)
	}
	for _, l := range p.order.Lines {
		l.Tax = includedVAT(l.Gross(), l.Product.VAT)
	}
	p.order.Shipping.Tax = includedVAT(p.order.Shipping.Price-p.order.Shipping.Discount, shippingVAT)
	return p, nil
}

func (s *Shop) shippingFor(o *Order) int64 {
	var goods int64
	parcel := false
	for _, l := range o.Lines {
		goods += l.UnitPrice * l.Quantity
		parcel = parcel || !l.Product.GiftCard
	}
	if !parcel || goods >= freeFrom {
		return 0
	}
	return shippingPrice
}

// inOrder sorts codes as the host takes them off: articles, the order, the parcel.
func (s *Shop) inOrder(codes []string) []string {
	rank := func(code string) int {
		d := s.discount(code)
		switch {
		case d == nil:
			return 3
		case d.FreeShipping:
			return 2
		case d.AllItems:
			return 1
		}
		return 0
	}
	codes = slices.Clone(codes)
	slices.SortStableFunc(codes, func(a, b string) int { return rank(a) - rank(b) })
	return codes
}

func (s *Shop) applyCode(p *priced, c *Customer, code string) {
	code = strings.TrimSpace(code)
	if code == "" {
		return
	}
	d, redeemed := s.redeemCode(code)
	if why, later := s.refusal(p, d, redeemed, c); why.text != "" {
		p.refusals = append(p.refusals, Refusal{code, why, later})
		return
	}
	index := len(p.order.Codes)
	ac := AppliedCode{Code: redeemed.Code, Each: !d.AllItems && !d.FreeShipping}
	switch {
	case d.FreeShipping:
		ac.Kind, ac.Value = "shipping", "100.0"
		p.order.Shipping.Discount = p.order.Shipping.Price
		ac.Discount = p.order.Shipping.Price
	default:
		ac.Kind, ac.Value = "fixed_amount", amount(d.Amount)
		if d.BasisPoints > 0 {
			ac.Kind, ac.Value = "percentage", amount(d.BasisPoints)
		}
		ac.Discount = discountLines(p.order, d, index)
	}
	p.order.Codes = append(p.order.Codes, ac)
	p.used, p.codes = append(p.used, d), append(p.codes, redeemed)
}

// discountLines takes the discount off the lines it is for and returns its sum.
func discountLines(o *Order, d *Discount, index int) int64 {
	weights := make([]int64, len(o.Lines))
	var base, units int64
	for i, l := range o.Lines {
		// Of two discounts for articles one counts on a line.
		if d.covers(l) && (d.AllItems || o.lineLevel(l) == 0) {
			weights[i] = l.Gross()
			base += weights[i]
			units += l.Quantity
		}
	}
	total := min(d.Amount, base)
	if d.EachItem {
		total = min(d.Amount*units, base)
	}
	if d.BasisPoints > 0 {
		total = share(base, d.BasisPoints, 10000)
	}
	for i, part := range spread(total, weights) {
		if part > 0 {
			o.Lines[i].Discount += part
			o.Lines[i].Allocations = append(o.Lines[i].Allocations, Allocation{Code: index, Amount: part})
		}
	}
	return total
}

// covers tells whether the discount is for the line; gift cards are never discounted.
func (d *Discount) covers(l *Line) bool {
	switch {
	case l.Product.GiftCard:
		return false
	case d.AllItems, slices.Contains(d.Products, l.Product.ID), slices.Contains(d.Variants, l.Variant.ID):
		return true
	}
	return slices.ContainsFunc(l.Product.Collections, func(id int64) bool { return slices.Contains(d.Collections, id) })
}

// refusal is why a code does not hold for this cart and buyer, or an empty saying.
// later says that it may hold once the cart or the buyer is another.
func (s *Shop) refusal(p *priced, d *Discount, r *RedeemCode, c *Customer) (why saying, later bool) {
	now := s.now()
	switch {
	case d == nil:
		return says("This code does not exist."), false
	case slices.Contains(p.used, d):
		return says("This code is in the cart already."), false
	case d.Status(now) == "EXPIRED":
		return says("This code has expired."), false
	case d.Status(now) == "SCHEDULED":
		return says("This code is not valid yet."), false
	case d.UsageLimit > 0 && r.Uses >= d.UsageLimit:
		return says("This code has been used up."), false
	}
	if why, later := s.audienceRefusal(p, d, c); why.text != "" {
		return why, later
	}
	if d.Once && d.UsedBy[strings.ToLower(p.order.Email)] > 0 {
		return says("You have used this code already."), false
	}
	if why := d.minimumRefusal(p.order); why.text != "" {
		return why, true
	}
	return combineRefusal(p, d), false
}

// audienceRefusal: a code for some customers needs somebody the shop knows, by a
// log-in or by the e-mail in the checkout.
func (s *Shop) audienceRefusal(p *priced, d *Discount, c *Customer) (why saying, later bool) {
	if d.Everyone {
		return saying{}, false
	}
	if c == nil && p.order.Email != "" {
		c = s.customerByEmail(p.order.Email)
	}
	switch {
	case c == nil && len(d.Segments) > 0:
		return says("Log in or open an account to use this code: it is for some customers only."), true
	case c == nil:
		return says("Log in to use this code: it was made for one customer."), true
	case len(d.Segments) > 0 && !slices.ContainsFunc(d.Segments, func(g string) bool { return s.inSegment(g, c) }):
		return says("This code is for other customers."), false
	case len(d.Segments) == 0 && !slices.Contains(d.Customers, c.ID):
		return says("This code was made for another customer."), false
	}
	return saying{}, false
}

func (d *Discount) minimumRefusal(o *Order) saying {
	var base, units int64
	for _, l := range o.Lines {
		if d.FreeShipping || d.covers(l) {
			base += l.UnitPrice*l.Quantity - o.lineLevel(l)
			units += l.Quantity
		}
	}
	switch {
	case units == 0:
		return says("This code is not for the articles in your cart.")
	case base < d.MinSubtotal:
		return says("This code starts at %s. %s to go.", minor(d.MinSubtotal), minor(d.MinSubtotal-base))
	case units < d.MinQuantity:
		return says("This code starts at %s articles.", d.MinQuantity)
	}
	return saying{}
}

// combineRefusal: two codes go together only if each allows the other's class.
func combineRefusal(p *priced, d *Discount) saying {
	for _, other := range p.used {
		if !other.allows(d) || !d.allows(other) {
			return says("This code cannot be combined with %s.", other.Code)
		}
	}
	return saying{}
}

func (d *Discount) allows(other *Discount) bool {
	switch {
	case other.FreeShipping:
		return d.CombineShip
	case other.AllItems:
		return d.CombineOrder
	}
	return d.CombineProd
}
