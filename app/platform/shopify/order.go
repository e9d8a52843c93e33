package shopify

import (
	"strings"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/platform"
)

// order is an order in the host's terms, read from the Admin API or from a
// webhook; amounts are the host's decimals in the shop's currency. Lines carry
// their original quantities, discounts and taxes; refunds and removals by edits
// are told apart from them, so that any sequence of edits and refunds adds up.
type order struct {
	key, name, customer string
	currency            loyalty.Currency
	placedAt, updatedAt int64
	paidAt, fulfilledAt int64
	cancelled, closed   bool
	chargedBack, test   bool
	taxesIncluded       bool
	financial           string // in capitals, as the Admin API has it
	fulfilled           bool
	total               string
	fees, shipping      []priced
	lines               []orderLine
	refunds             []orderRefund
	codes               []string          // as entered
	codeAmounts         map[string]string // where the host sums a code's discount itself
	contact             earning.Contact
	storefront          string
}

// attribute takes what the cart carried besides goods.
func (o *order) attribute(name, value string) {
	if name == platform.StorefrontAttribute {
		o.storefront = platform.Storefront(value)
	}
}

type priced struct {
	price     string
	taxes     []string
	discounts []codeShare // still to be taken off the price
	taken     []codeShare // already off the price
}

type orderLine struct {
	priced                // price is of one unit, before discounts
	key, product, variant string
	sku, title            string
	quantity, current     int64 // current is without refunded and removed units; -1 = not told
	gift                  bool
}

// codeShare is what a discount takes off; code is empty for discounts without one.
type codeShare struct{ code, amount string }

type orderRefund struct {
	key      string
	at       int64
	gross    []string
	lines    []refundLine
	shipping []refundedShipping
}

type refundLine struct {
	line          string
	quantity      int64
	subtotal, tax string
}

type refundedShipping struct{ amount, tax string }

// sums parses decimals and keeps the first error.
type sums struct {
	currency loyalty.Currency
	err      error
}

func (s *sums) minor(amounts ...string) int64 {
	var total int64
	for _, a := range amounts {
		n, err := loyalty.ParseMinor(a, s.currency)
		if err != nil && s.err == nil {
			s.err = err
		}
		total += n
	}
	if s.err == nil && (total > loyalty.MaxMinor || total < -loyalty.MaxMinor) {
		s.err = loyalty.Refuse(loyalty.CodeOverflow, "amount is too large")
	}
	return total
}

func (s *sums) discounts(shares []codeShare) int64 {
	var total int64
	for _, d := range shares {
		total += s.minor(d.amount)
	}
	return total
}

// split turns an amount after discounts into net and tax: it contains the tax if the shop's prices do.
func split(amount, tax int64, included bool) earning.Amount {
	if included {
		return earning.Amount{Net: amount - tax, Tax: tax}
	}
	return earning.Amount{Net: amount, Tax: tax}
}

// sale maps the order to our words; the error is about an amount that cannot be read.
func (o order) sale() (earning.Sale, error) {
	m := &sums{currency: o.currency}
	if !o.currency.Valid() {
		m.err = loyalty.Invalid("currency", "is not a currency")
	}
	status := o.status()
	sale := earning.Sale{
		Key: o.key, Number: o.name, CustomerKey: o.customer, Currency: o.currency, Status: status,
		PlacedAt: o.placedAt, PaidAt: o.paidAt, FulfilledAt: o.fulfilledAt, UpdatedAt: o.updatedAt,
		Rank: rank[status]*1000 + min(len(o.refunds), 999), Total: m.minor(o.total), Test: o.test, Contact: o.contact, Storefront: o.storefront,
	}
	for _, p := range o.fees {
		sale.Fees = plus(sale.Fees, o.amount(m, p, 1))
	}
	for _, p := range o.shipping {
		sale.Shipping = plus(sale.Shipping, o.amount(m, p, 1))
	}
	removed := o.removed()
	for _, l := range o.lines {
		if line, some := o.line(m, l, removed[l.key]); some {
			sale.Lines = append(sale.Lines, line)
		}
	}
	for _, r := range o.refunds {
		sale.Refunds = append(sale.Refunds, o.refund(m, r))
	}
	sale.Codes = o.usedCodes(m)
	return sale, m.err
}

func (o order) amount(m *sums, p priced, units int64) earning.Amount {
	price, err := loyalty.MulDiv(m.minor(p.price), units, 1, loyalty.Floor)
	if err != nil && m.err == nil {
		m.err = err
	}
	return split(max(0, price-m.discounts(p.discounts)), m.minor(p.taxes...), o.taxesIncluded)
}

func plus(a, b earning.Amount) earning.Amount {
	return earning.Amount{Net: a.Net + b.Net, Tax: a.Tax + b.Tax}
}

// removed counts by line the units that an edit took out and no refund mentions.
func (o order) removed() map[string]int64 {
	refunded := map[string]int64{}
	for _, r := range o.refunds {
		for _, l := range r.lines {
			refunded[l.line] += l.quantity
		}
	}
	out := map[string]int64{}
	for _, l := range o.lines {
		if l.current >= 0 {
			out[l.key] = min(max(0, l.quantity-l.current-refunded[l.key]), l.quantity)
		}
	}
	return out
}

// line is a position without its removed units; false if none are left.
func (o order) line(m *sums, l orderLine, removed int64) (earning.Line, bool) {
	left := l.quantity - removed
	if left <= 0 {
		return earning.Line{}, false
	}
	a := o.amount(m, l.priced, l.quantity)
	return earning.Line{
		Key: l.key, ProductKey: l.product, VariantKey: l.variant, SKU: l.sku, Title: l.title, Quantity: left,
		Net: m.share(a.Net, left, l.quantity), Tax: m.share(a.Tax, left, l.quantity), GiftCard: l.gift,
	}, true
}

func (s *sums) share(amount, part, whole int64) int64 {
	n, err := loyalty.MulDiv(amount, part, whole, loyalty.HalfUp)
	if err != nil && s.err == nil {
		s.err = err
	}
	return n
}

func (o order) refund(m *sums, r orderRefund) earning.Refund {
	out := earning.Refund{Key: r.key, At: r.at, Gross: m.minor(r.gross...)}
	for _, l := range r.lines {
		a := split(m.minor(l.subtotal), m.minor(l.tax), o.taxesIncluded)
		out.Lines = append(out.Lines, earning.RefundLine{LineKey: l.line, Quantity: l.quantity, Net: a.Net, Tax: a.Tax})
	}
	for _, s := range r.shipping {
		out.Shipping = plus(out.Shipping, split(m.minor(s.amount), m.minor(s.tax), o.taxesIncluded))
	}
	return out
}

// usedCodes lists every code that the order carries, also one that took nothing off.
func (o order) usedCodes(m *sums) []earning.UsedCode {
	taken := map[string]int64{}
	for code, amount := range o.codeAmounts {
		taken[strings.ToUpper(code)] = m.minor(amount)
	}
	if o.codeAmounts == nil {
		for _, d := range o.allDiscounts() {
			taken[strings.ToUpper(d.code)] += m.minor(d.amount)
		}
	}
	var out []earning.UsedCode
	for _, code := range o.codes {
		out = append(out, earning.UsedCode{Code: code, Minor: taken[strings.ToUpper(code)]})
	}
	return out
}

func (o order) allDiscounts() []codeShare {
	var all []codeShare
	for _, p := range o.shipping {
		all = append(append(all, p.discounts...), p.taken...)
	}
	for _, l := range o.lines {
		all = append(all, l.discounts...)
	}
	return all
}
