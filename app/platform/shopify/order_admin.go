package shopify

import (
	"strings"
	"time"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/platform/shopify/admin"
)

// fromAdmin reads an order of the Admin API, all its lines and refunded lines already in place.
func fromAdmin(a admin.OrderFields) order {
	o := order{
		key: bare(a.Id), name: a.Name, currency: loyalty.Currency(a.CurrencyCode),
		placedAt: a.ProcessedAt.UnixMilli(), updatedAt: a.UpdatedAt.UnixMilli(),
		cancelled: a.CancelledAt != nil, closed: a.ClosedAt != nil, test: a.Test, taxesIncluded: a.TaxesIncluded,
		fulfilled: a.DisplayFulfillmentStatus == admin.OrderDisplayFulfillmentStatusFulfilled,
		total:     shopMoney(a.TotalPriceSet), codes: a.DiscountCodes,
	}
	if a.DisplayFinancialStatus != nil {
		o.financial = string(*a.DisplayFinancialStatus)
	}
	for _, c := range a.CustomAttributes {
		o.attribute(c.Key, text(c.Value))
	}
	for _, d := range a.Disputes {
		o.chargedBack = o.chargedBack || disputeCosts(string(d.InitiatedAs), string(d.Status))
	}
	for _, f := range a.AdditionalFees {
		o.fees = append(o.fees, priced{price: shopMoney(f.Price), taxes: taxes(f.TaxLines)})
	}
	o.readContact(a)
	o.readShipping(a)
	o.readLines(a)
	o.readRefunds(a)
	o.readTimes(a)
	return o
}

func (o *order) readContact(a admin.OrderFields) {
	o.contact = earning.Contact{Email: text(a.Email), Locale: text(a.CustomerLocale)}
	c := a.Customer
	if c == nil {
		return
	}
	o.customer = bare(c.Id)
	o.contact.FirstName, o.contact.LastName = text(c.FirstName), text(c.LastName)
	if c.DefaultEmailAddress != nil && c.DefaultEmailAddress.EmailAddress != "" {
		o.contact.Email = c.DefaultEmailAddress.EmailAddress
	}
	o.contact.HasLogin = c.State == admin.CustomerStateEnabled
	if o.contact.Locale == "" {
		o.contact.Locale = c.Locale
	}
}

func (o *order) readShipping(a admin.OrderFields) {
	if a.ShippingLines == nil {
		return
	}
	for _, s := range a.ShippingLines.Nodes {
		// The price is after discounts; they are kept apart only to sum what a code gave.
		shares := codeShares(s.DiscountAllocations)
		o.shipping = append(o.shipping, priced{price: shopMoney(s.DiscountedPriceSet), taxes: taxes(s.TaxLines), taken: shares})
	}
}

func (o *order) readLines(a admin.OrderFields) {
	if a.LineItems == nil {
		return
	}
	for _, l := range a.LineItems.Nodes {
		line := orderLine{
			priced: priced{price: shopMoney(l.OriginalUnitPriceSet), taxes: taxes(l.TaxLines), discounts: codeShares(l.DiscountAllocations)},
			key:    bare(l.Id), sku: text(l.Sku), title: l.Title, gift: l.IsGiftCard,
			quantity: int64(l.Quantity), current: int64(l.CurrentQuantity),
		}
		if l.Product != nil {
			line.product = bare(l.Product.Id)
		}
		if l.Variant != nil {
			line.variant = bare(l.Variant.Id)
		}
		o.lines = append(o.lines, line)
	}
}

func (o *order) readRefunds(a admin.OrderFields) {
	for _, r := range a.Refunds {
		refund := orderRefund{key: bare(r.Id), at: r.ProcessedAt.UnixMilli(), gross: []string{shopMoney(r.TotalRefundedSet)}}
		if r.RefundLineItems != nil {
			for _, l := range r.RefundLineItems.Nodes {
				refund.lines = append(refund.lines, refundLine{
					line: bare(l.LineItem.Id), quantity: int64(l.Quantity), subtotal: shopMoney(l.SubtotalSet), tax: shopMoney(l.TotalTaxSet),
				})
			}
		}
		if r.RefundShippingLines != nil {
			for _, s := range r.RefundShippingLines.Nodes {
				refund.shipping = append(refund.shipping, refundedShipping{shopMoney(s.SubtotalAmountSet), shopMoney(s.TaxAmountSet)})
			}
		}
		o.refunds = append(o.refunds, refund)
	}
}

// readTimes finds when the last of the money came and when the last parcel left.
// An order without a payment (its total is 0) counts as paid when it was placed.
func (o *order) readTimes(a admin.OrderFields) {
	for _, t := range a.Transactions {
		received := t.Kind == admin.OrderTransactionKindSale || t.Kind == admin.OrderTransactionKindCapture
		if received && t.Status == admin.OrderTransactionStatusSuccess {
			o.paidAt = max(o.paidAt, millis(t.ProcessedAt))
		}
	}
	switch {
	case !paid[o.financial]:
		o.paidAt = 0
	case o.paidAt == 0:
		o.paidAt = o.placedAt
	}
	if !o.fulfilled {
		return
	}
	o.fulfilledAt = o.placedAt
	for _, f := range a.Fulfillments {
		if f.Status == admin.FulfillmentStatusSuccess {
			o.fulfilledAt = max(o.fulfilledAt, f.CreatedAt.UnixMilli())
		}
	}
}

func codeShares(allocations []*admin.AllocationFields) []codeShare {
	var out []codeShare
	for _, a := range allocations {
		share := codeShare{amount: shopMoney(a.AllocatedAmountSet)}
		if app, ok := a.DiscountApplication.(*admin.AllocationFieldsDiscountApplicationDiscountCodeApplication); ok {
			share.code = app.Code
		}
		out = append(out, share)
	}
	return out
}

func taxes(lines []*admin.TaxFields) []string {
	var out []string
	for _, t := range lines {
		out = append(out, shopMoney(t.PriceSet))
	}
	return out
}

// shopMoney is the amount in the shop's own currency; the buyer's may be another.
func shopMoney(a *admin.Amount) string {
	if a == nil || a.ShopMoney == nil {
		return "0"
	}
	return a.ShopMoney.Amount
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return strings.TrimSpace(*s)
}

func millis(t *time.Time) int64 {
	if t == nil {
		return 0
	}
	return t.UnixMilli()
}
