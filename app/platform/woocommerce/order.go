package woocommerce

import (
	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/platform"
)

// order is the part of the REST v3 order that we read. Amounts are strings with
// the shop's decimals; lines are net even where prices include tax.
type order struct {
	Key           string // set from the id
	OrderKey      string `json:"order_key"`
	Status        string `json:"status"`
	Number        text   `json:"number"`
	Currency      string `json:"currency"`
	Customer      text   `json:"customer_id"`
	CreatedGMT    text   `json:"date_created_gmt"`
	ModifiedGMT   text   `json:"date_modified_gmt"`
	PaidGMT       text   `json:"date_paid_gmt"`
	CompletedGMT  text   `json:"date_completed_gmt"`
	Total         text   `json:"total"`
	ShippingTotal text   `json:"shipping_total"`
	ShippingTax   text   `json:"shipping_tax"`
	Lines         []line `json:"line_items"`
	Fees          []fee  `json:"fee_lines"`
	Coupons       []struct {
		Code     string `json:"code"`
		Discount text   `json:"discount"`
		Tax      text   `json:"discount_tax"`
	} `json:"coupon_lines"`
	Refunds []struct {
		ID    text `json:"id"`
		Total text `json:"total"`
	} `json:"refunds"`
	Billing struct {
		Email     string `json:"email"`
		FirstName string `json:"first_name"`
		LastName  string `json:"last_name"`
	} `json:"billing"`
}

type line struct {
	ID        text   `json:"id"`
	Name      string `json:"name"`
	Product   text   `json:"product_id"`
	Variation text   `json:"variation_id"`
	Quantity  text   `json:"quantity"`
	Total     text   `json:"total"`
	Tax       text   `json:"total_tax"`
	SKU       string `json:"sku"`
}

type fee struct {
	Total text `json:"total"`
	Tax   text `json:"total_tax"`
}

func readOrder(d platform.Delivery, event, id string) ([]platform.Change, error) {
	if event == "deleted" {
		return []platform.Change{{Kind: platform.SaleDeleted, Key: id}}, nil
	}
	if event != "created" && event != "updated" && event != "restored" {
		return ignored("unknown topic"), nil
	}
	var o order
	if err := decode(d.Body, &o); err != nil {
		return nil, err
	}
	if o.Status == "checkout-draft" || o.Status == "auto-draft" || o.Status == "draft" {
		return ignored("a checkout that was not finished"), nil
	}
	if o.Status == "" || o.OrderKey == "" || o.Lines == nil {
		return nil, malformed("not an order")
	}
	o.Key = id
	sale, err := o.sale()
	if err != nil {
		return nil, err
	}
	return []platform.Change{{Kind: platform.SaleSnapshot, Key: id, Sale: sale}}, nil
}

func (o order) sale() (*earning.Sale, error) {
	currency := loyalty.Currency(o.Currency)
	if !currency.Valid() {
		return nil, malformed("currency %.10q", o.Currency)
	}
	s := &sums{currency: currency}
	sale := &earning.Sale{
		Key: o.Key, Number: short(string(o.Number), 60), Currency: currency,
		PlacedAt: s.instant(o.CreatedGMT), PaidAt: s.instant(o.PaidGMT), FulfilledAt: s.instant(o.CompletedGMT),
		UpdatedAt: s.instant(o.ModifiedGMT), Total: s.minor(o.Total),
		Shipping: earning.Amount{Net: s.minor(o.ShippingTotal), Tax: s.minor(o.ShippingTax)},
		Contact:  earning.Contact{Email: o.Billing.Email, FirstName: short(o.Billing.FirstName, 190), LastName: short(o.Billing.LastName, 190)},
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

func (o order) addLines(sale *earning.Sale, s *sums) error {
	for _, l := range o.Lines {
		quantity, ok := whole(l.Quantity)
		if !l.ID.isID() || !ok {
			return malformed("a line of order %s", o.Key)
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
			return malformed("a refund of order %s", o.Key)
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
