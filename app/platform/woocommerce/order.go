package woocommerce

import (
	"cmp"
	"strings"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/platform"
)

// order is the part of the REST v3 order that we read. Amounts are strings with
// the shop's decimals; lines are net even where prices include tax.
type order struct {
	ID            text
	OrderKey      string
	Status        string
	Number        text
	Currency      string
	Customer      text
	CreatedGMT    text
	ModifiedGMT   text
	PaidGMT       text
	CompletedGMT  text
	Total         text
	ShippingTotal text
	ShippingTax   text
	Lines         []line // nil if the body has no list
	Fees          []fee
	Coupons       []usedCoupon
	Refunds       []refund
	Billing       address
	Shipping      address
	IP            string
	Agent         string
}

type line struct {
	ID        text
	Name      string
	Product   text
	Variation text
	Quantity  text
	Total     text
	Tax       text
	SKU       string
}

type fee struct{ Total, Tax text }

type usedCoupon struct {
	Code          string
	Discount, Tax text
}

type refund struct{ ID, Total text }

type address struct{ Email, FirstName, LastName, Street, Postal, Country, Phone string }

// readsOrder says that the topic's body is an order as it stands.
func readsOrder(resource, event string) bool {
	return resource == "order" && (event == "created" || event == "updated" || event == "restored")
}

func readOrder(o order) ([]platform.Change, error) {
	if o.Status == "checkout-draft" || o.Status == "auto-draft" || o.Status == "draft" {
		return ignored("a checkout that was not finished"), nil
	}
	if o.Status == "" || o.OrderKey == "" || o.Lines == nil {
		return nil, malformed("not an order")
	}
	sale, err := o.sale()
	if err != nil {
		return nil, err
	}
	return []platform.Change{{Kind: platform.SaleSnapshot, Key: sale.Key, Sale: sale}}, nil
}

func (o order) sale() (*earning.Sale, error) {
	currency := loyalty.Currency(o.Currency)
	if !currency.Valid() {
		return nil, malformed("currency %.10q", o.Currency)
	}
	s := &sums{currency: currency}
	sale := &earning.Sale{
		Key: string(o.ID), Number: short(string(o.Number), 60), Currency: currency,
		PlacedAt: s.instant(o.CreatedGMT), PaidAt: s.instant(o.PaidGMT), FulfilledAt: s.instant(o.CompletedGMT),
		UpdatedAt: s.instant(o.ModifiedGMT), Total: s.minor(o.Total),
		Shipping: earning.Amount{Net: s.minor(o.ShippingTotal), Tax: s.minor(o.ShippingTax)},
		Contact:  earning.Contact{Email: o.Billing.Email, FirstName: short(o.Billing.FirstName, 190), LastName: short(o.Billing.LastName, 190), Traces: o.traces()},
	}
	var err error
	if sale.CustomerKey, err = o.Customer.key(); err != nil {
		return nil, err
	}
	sale.Contact.HasLogin = sale.CustomerKey != "" // guests have no customer here
	for _, f := range o.Fees {
		sale.Fees.Net += s.minor(f.Total)
		sale.Fees.Tax += s.minor(f.Tax)
	}
	for _, c := range o.Coupons {
		if c.Code != "" {
			sale.Codes = append(sale.Codes, earning.UsedCode{Code: short(c.Code, 100), Minor: s.minor(c.Discount) + s.minor(c.Tax)})
		}
	}
	if err := o.addLines(sale, s); err != nil {
		return nil, err
	}
	if err := o.addRefunds(sale, s); err != nil {
		return nil, err
	}
	if s.err != nil {
		return nil, s.err
	}
	if sale.PlacedAt == 0 || sale.UpdatedAt == 0 {
		return nil, malformed("no date")
	}
	sale.Status = statusOf(o.Status, sale)
	sale.Rank = rankOf(o.Status, sale)
	return sale, nil
}

func (o order) traces() earning.Traces {
	to := o.Shipping
	if to.Street == "" {
		to = o.Billing
	}
	return earning.Traces{Name: strings.TrimSpace(to.FirstName + " " + to.LastName), Street: to.Street, Postal: to.Postal, Country: to.Country,
		Phone: cmp.Or(o.Billing.Phone, o.Shipping.Phone), IP: o.IP, Agent: o.Agent}
}

func (o order) addLines(sale *earning.Sale, s *sums) error {
	for _, l := range o.Lines {
		quantity, ok := whole(l.Quantity)
		if !l.ID.isID() || !ok {
			return malformed("a line of order %s", o.ID)
		}
		product, err := l.Product.key()
		if err != nil {
			return err
		}
		variant, err := l.Variation.key()
		if err != nil {
			return err
		}
		sale.Lines = append(sale.Lines, earning.Line{Key: string(l.ID), ProductKey: product, VariantKey: variant, SKU: short(l.SKU, 100),
			Title: short(l.Name, 190), Quantity: quantity, Net: s.minor(l.Total), Tax: s.minor(l.Tax)})
	}
	return nil
}

// addRefunds reads the refunds, which come gross and without lines, newest
// first. They have no time of their own in the body.
func (o order) addRefunds(sale *earning.Sale, s *sums) error {
	for i := len(o.Refunds) - 1; i >= 0; i-- {
		r := o.Refunds[i]
		if !r.ID.isID() {
			return malformed("a refund of order %s", o.ID)
		}
		gross := s.minor(r.Total)
		if gross < 0 {
			gross = -gross
		}
		sale.Refunds = append(sale.Refunds, earning.Refund{Key: string(r.ID), Gross: gross})
	}
	return nil
}

// maxQuantity keeps units within what points can be computed from.
const maxQuantity = 1_000_000_000

// whole reads a quantity. Shops that sell by weight have fractions, of which
// only whole units count.
func whole(t text) (int64, bool) {
	var n int64
	digits := 0
	for i := 0; i < len(t); i++ {
		switch {
		case t[i] == '.' && i > 0:
			return n, true
		case t[i] < '0' || t[i] > '9' || n > maxQuantity:
			return 0, false
		}
		n = n*10 + int64(t[i]-'0')
		digits++
	}
	return n, digits > 0 && n <= maxQuantity
}
