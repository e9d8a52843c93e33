package shopify

import (
	"cmp"
	"fmt"
	"strings"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/platform"
)

// The order as webhooks carry it: the REST form, of which this is what we read.
type (
	orderPayload struct {
		ID                id               `json:"id"`
		Name              word             `json:"name"`
		Email             word             `json:"email"`
		Currency          word             `json:"currency"`
		CustomerLocale    word             `json:"customer_locale"`
		CreatedAt         stamp            `json:"created_at"`
		ProcessedAt       stamp            `json:"processed_at"`
		UpdatedAt         stamp            `json:"updated_at"`
		CancelledAt       stamp            `json:"cancelled_at"`
		ClosedAt          stamp            `json:"closed_at"`
		Test              bool             `json:"test"`
		TaxesIncluded     bool             `json:"taxes_included"`
		FinancialStatus   word             `json:"financial_status"`
		FulfillmentStatus word             `json:"fulfillment_status"`
		TotalPrice        decimal          `json:"total_price"`
		AdditionalFees    *moneySet        `json:"original_total_additional_fees_set"`
		Customer          *customerPayload `json:"customer"`
		Phone             hint             `json:"phone"`
		BrowserIP         hint             `json:"browser_ip"`
		ClientDetails     *struct {
			BrowserIP hint `json:"browser_ip"`
			UserAgent hint `json:"user_agent"`
		} `json:"client_details"`
		ShippingAddress *addressPayload `json:"shipping_address"`
		BillingAddress  *addressPayload `json:"billing_address"`
		NoteAttributes  []struct {
			Name  word `json:"name"`
			Value word `json:"value"`
		} `json:"note_attributes"`
		LineItems     []linePayload     `json:"line_items"`
		ShippingLines []shippingPayload `json:"shipping_lines"`
		Refunds       []refundPayload   `json:"refunds"`
		Fulfillments  []struct {
			CreatedAt stamp `json:"created_at"`
			Status    word  `json:"status"`
		} `json:"fulfillments"`
		DiscountCodes []struct {
			Code   word    `json:"code"`
			Amount decimal `json:"amount"`
		} `json:"discount_codes"`
	}
	addressPayload struct {
		FirstName   hint `json:"first_name"`
		LastName    hint `json:"last_name"`
		Address1    hint `json:"address1"`
		Zip         hint `json:"zip"`
		CountryCode hint `json:"country_code"`
		Phone       hint `json:"phone"`
	}
	moneySet struct {
		ShopMoney struct {
			Amount decimal `json:"amount"`
		} `json:"shop_money"`
	}
	taxPayload struct {
		Price    decimal   `json:"price"`
		PriceSet *moneySet `json:"price_set"`
	}
	allocationPayload struct {
		Amount    decimal   `json:"amount"`
		AmountSet *moneySet `json:"amount_set"`
	}
	linePayload struct {
		ID              id                  `json:"id"`
		ProductID       id                  `json:"product_id"`
		VariantID       id                  `json:"variant_id"`
		SKU             word                `json:"sku"`
		Title           word                `json:"title"`
		Quantity        int64               `json:"quantity"`
		CurrentQuantity *int64              `json:"current_quantity"`
		GiftCard        bool                `json:"gift_card"`
		Price           decimal             `json:"price"`
		PriceSet        *moneySet           `json:"price_set"`
		TaxLines        []taxPayload        `json:"tax_lines"`
		Allocations     []allocationPayload `json:"discount_allocations"`
	}
	shippingPayload struct {
		Price       decimal             `json:"price"`
		PriceSet    *moneySet           `json:"price_set"`
		IsRemoved   bool                `json:"is_removed"`
		TaxLines    []taxPayload        `json:"tax_lines"`
		Allocations []allocationPayload `json:"discount_allocations"`
	}
	refundPayload struct {
		ID          id    `json:"id"`
		OrderID     id    `json:"order_id"`
		CreatedAt   stamp `json:"created_at"`
		ProcessedAt stamp `json:"processed_at"`
		Lines       []struct {
			LineItemID  id        `json:"line_item_id"`
			Quantity    int64     `json:"quantity"`
			Subtotal    decimal   `json:"subtotal"`
			SubtotalSet *moneySet `json:"subtotal_set"`
			TotalTax    decimal   `json:"total_tax"`
			TotalTaxSet *moneySet `json:"total_tax_set"`
		} `json:"refund_line_items"`
		ShippingLines []struct {
			Subtotal *moneySet `json:"subtotal_amount_set"`
			Tax      *moneySet `json:"tax_amount_set"`
		} `json:"refund_shipping_lines"`
		Transactions []struct {
			Kind   word    `json:"kind"`
			Status word    `json:"status"`
			Amount decimal `json:"amount"`
		} `json:"transactions"`
	}
)

// inShop prefers the amount in the shop's currency where the host gives both.
func inShop(set *moneySet, plain decimal) string {
	if set != nil {
		return set.ShopMoney.Amount.text()
	}
	return plain.text()
}

func restTaxes(lines []taxPayload) []string {
	var out []string
	for _, t := range lines {
		out = append(out, inShop(t.PriceSet, t.Price))
	}
	return out
}

func restDiscounts(list []allocationPayload) []codeShare {
	var out []codeShare
	for _, a := range list {
		out = append(out, codeShare{amount: inShop(a.AmountSet, a.Amount)})
	}
	return out
}

// saleSnapshot reads an order webhook. It is older than the order may be by now;
// program re-reads the order before it credits anything.
func saleSnapshot(body []byte, fallback loyalty.Currency) ([]platform.Change, error) {
	var p orderPayload
	if err := decode(body, &p); err != nil {
		return nil, err
	}
	if p.ID == "" {
		return nil, missing("id")
	}
	if p.Currency == "" {
		p.Currency = word(fallback)
	}
	sale, err := p.order().sale()
	if err != nil {
		return nil, fmt.Errorf("%w: %s", platform.ErrMalformed, err)
	}
	return []platform.Change{{Kind: platform.SaleSnapshot, Key: sale.Key, Sale: &sale}}, nil
}

func (p orderPayload) order() order {
	o := order{
		key: string(p.ID), name: string(p.Name), currency: loyalty.Currency(p.Currency),
		placedAt: int64(p.ProcessedAt), updatedAt: int64(p.UpdatedAt),
		cancelled: p.CancelledAt > 0, closed: p.ClosedAt > 0, test: p.Test, taxesIncluded: p.TaxesIncluded,
		financial: strings.ToUpper(string(p.FinancialStatus)), fulfilled: p.FulfillmentStatus == "fulfilled",
		total: p.TotalPrice.text(), codeAmounts: map[string]string{},
		contact: earning.Contact{Email: string(p.Email), Locale: string(p.CustomerLocale)},
	}
	if o.placedAt == 0 {
		o.placedAt = int64(p.CreatedAt)
	}
	if paid[o.financial] {
		o.paidAt = o.placedAt // the body does not say; the re-read order does
	}
	if c := p.Customer; c != nil {
		o.customer = string(c.ID)
		o.contact.FirstName, o.contact.LastName = string(c.FirstName), string(c.LastName)
		o.contact.HasLogin = c.State == "enabled"
		if c.Email != "" {
			o.contact.Email = string(c.Email)
		}
	}
	for _, a := range p.NoteAttributes {
		o.attribute(string(a.Name), string(a.Value))
	}
	for _, d := range p.DiscountCodes {
		if d.Code != "" {
			o.codes = append(o.codes, string(d.Code))
			o.codeAmounts[string(d.Code)] = d.Amount.text()
		}
	}
	if p.AdditionalFees != nil {
		o.fees = []priced{{price: p.AdditionalFees.ShopMoney.Amount.text()}}
	}
	o.contact.Traces = p.traces()
	p.readParts(&o)
	return o
}

// traces reads what Shopify shows of the buyer to apps that may see addresses; to
// others it sends nulls.
func (p orderPayload) traces() earning.Traces {
	t := earning.Traces{Phone: string(p.Phone), IP: string(p.BrowserIP)}
	if c := p.ClientDetails; c != nil {
		t.Agent = string(c.UserAgent)
		t.IP = cmp.Or(t.IP, string(c.BrowserIP))
	}
	for _, a := range []*addressPayload{p.ShippingAddress, p.BillingAddress} {
		if a == nil {
			continue
		}
		t.Phone = cmp.Or(t.Phone, string(a.Phone))
		if t.Street == "" {
			t.Name = strings.TrimSpace(string(a.FirstName) + " " + string(a.LastName))
			t.Street, t.Postal, t.Country = string(a.Address1), string(a.Zip), string(a.CountryCode)
		}
	}
	return t
}

func (p orderPayload) readParts(o *order) {
	for _, s := range p.ShippingLines {
		if !s.IsRemoved {
			o.shipping = append(o.shipping, priced{
				price: inShop(s.PriceSet, s.Price), taxes: restTaxes(s.TaxLines), discounts: restDiscounts(s.Allocations)})
		}
	}
	for _, l := range p.LineItems {
		line := orderLine{
			priced: priced{price: inShop(l.PriceSet, l.Price), taxes: restTaxes(l.TaxLines), discounts: restDiscounts(l.Allocations)},
			key:    string(l.ID), product: string(l.ProductID), variant: string(l.VariantID), sku: string(l.SKU), title: string(l.Title),
			quantity: l.Quantity, current: -1, gift: l.GiftCard,
		}
		if l.CurrentQuantity != nil {
			line.current = *l.CurrentQuantity
		}
		o.lines = append(o.lines, line)
	}
	for _, r := range p.Refunds {
		o.refunds = append(o.refunds, r.refund())
	}
	for _, f := range p.Fulfillments {
		if o.fulfilled && f.Status == "success" {
			o.fulfilledAt = max(o.fulfilledAt, int64(f.CreatedAt))
		}
	}
	if o.fulfilled && o.fulfilledAt == 0 {
		o.fulfilledAt = o.placedAt
	}
}

func (p refundPayload) refund() orderRefund {
	r := orderRefund{key: string(p.ID), at: int64(p.ProcessedAt)}
	if r.at == 0 {
		r.at = int64(p.CreatedAt)
	}
	for _, l := range p.Lines {
		r.lines = append(r.lines, refundLine{
			line: string(l.LineItemID), quantity: l.Quantity, subtotal: inShop(l.SubtotalSet, l.Subtotal), tax: inShop(l.TotalTaxSet, l.TotalTax)})
	}
	for _, s := range p.ShippingLines {
		r.shipping = append(r.shipping, refundedShipping{inShop(s.Subtotal, ""), inShop(s.Tax, "")})
	}
	for _, t := range p.Transactions {
		if t.Kind == "refund" && t.Status == "success" {
			r.gross = append(r.gross, t.Amount.text())
		}
	}
	return r
}
