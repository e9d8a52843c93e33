package demoshop

import (
	"maps"
	"net/url"
	"slices"
)

// cartDrop is the visitor's cart, as Liquid and /cart.js know it, with what the
// codes do in it. A cart that cannot be priced counts as empty.
func (s *Shop) cartDrop(b *browser) m {
	c := s.liveCustomer(b.customer.Load())
	p, err := s.price(c, "", b.cart, b.codes)
	d := m{
		"token": "demo", "note": "", "attributes": b.notesDrop(), "item_count": 0, "items": []m{}, "total_price": 0, "original_total_price": 0, "items_subtotal_price": 0, "total_discount": 0, "total_weight": 0,
		"currency": m{"iso_code": currency, "symbol": "€"}, "requires_shipping": false, "cart_level_discount_applications": []m{}, "discount_applications": []m{}, "discount_codes": []m{},
		"empty?": true, "taxes_included": true, "refusals": []m{}, "key": b.draft,
	}
	if err != nil {
		return d
	}
	t := p.order.totals()
	items := []m{}
	var count, full, subtotal int64
	for i, l := range p.order.Lines {
		items = append(items, s.lineDrop(p.order, i, b.lang))
		count, full = count+l.Quantity, full+l.UnitPrice*l.Quantity
		subtotal += l.UnitPrice*l.Quantity - p.order.lineLevel(l)
	}
	each, all := applications(p.order)
	d["items"], d["item_count"], d["empty?"], d["requires_shipping"] = items, count, false, true
	d["total_price"], d["original_total_price"], d["items_subtotal_price"], d["total_discount"] = t.goods, full, subtotal, full-t.goods
	d["cart_level_discount_applications"], d["discount_applications"] = all, append(each, all...)
	d["discount_codes"], d["refusals"] = codesDrop(p, b.lang)
	shipping := p.order.Shipping.Price - p.order.Shipping.Discount
	d["shipping_price"], d["grand_total"], d["tax"] = shipping, t.gross, t.tax
	return d
}

func (b *browser) notesDrop() m {
	out := m{}
	for k, v := range b.notes {
		out[k] = v
	}
	return out
}

func codesDrop(p priced, l tongue) (codes, refusals []m) {
	codes, refusals = []m{}, []m{}
	for i, c := range p.order.Codes {
		codes = append(codes, m{"code": c.Code, "applicable": true, "amount": c.Discount, "taxes": p.order.codeTaxes(i)})
	}
	for _, r := range p.refusals {
		codes = append(codes, m{"code": r.Code, "applicable": false, "amount": 0, "kept": r.Later})
		refusals = append(refusals, m{"code": r.Code, "why": r.Why.in(l), "kept": r.Later})
	}
	return codes, refusals
}

// codeTaxes is the VAT that is in a code's discount, rate by rate: what the goods cost
// less is less VAT.
func (o *Order) codeTaxes(code int) []m {
	gross := map[int64]int64{}
	for _, l := range o.Lines {
		for _, a := range l.Allocations {
			if a.Code == code {
				gross[l.Product.VAT] += a.Amount
			}
		}
	}
	if o.Codes[code].Kind == "shipping" {
		gross[shippingVAT] += o.Codes[code].Discount
	}
	out := []m{}
	for _, rate := range slices.Backward(slices.Sorted(maps.Keys(gross))) {
		out = append(out, m{"rate": rate, "gross": gross[rate], "tax": includedVAT(gross[rate], rate)})
	}
	return out
}

// taxLines is the VAT of the whole order, rate by rate.
func (o *Order) taxLines() []m {
	gross, tax := map[int64]int64{}, map[int64]int64{}
	for _, l := range o.Lines {
		gross[l.Product.VAT], tax[l.Product.VAT] = gross[l.Product.VAT]+l.Gross(), tax[l.Product.VAT]+l.Tax
	}
	if paid := o.Shipping.Price - o.Shipping.Discount; paid > 0 {
		gross[shippingVAT], tax[shippingVAT] = gross[shippingVAT]+paid, tax[shippingVAT]+o.Shipping.Tax
	}
	out := []m{}
	for _, rate := range slices.Backward(slices.Sorted(maps.Keys(gross))) {
		if gross[rate] > 0 {
			out = append(out, m{"rate": rate, "gross": gross[rate], "net": gross[rate] - tax[rate], "tax": tax[rate]})
		}
	}
	return out
}

// lineLevel is the part of a line's discount that is for chosen articles.
func (o *Order) lineLevel(l *Line) (sum int64) {
	for _, a := range l.Allocations {
		if o.Codes[a.Code].Each {
			sum += a.Amount
		}
	}
	return sum
}

// applications are the codes of an order: for chosen lines, and for the whole cart.
func applications(o *Order) (each, all []m) {
	each, all = []m{}, []m{}
	for i, c := range o.Codes {
		d := m{"taxes": o.codeTaxes(i), "title": c.Code, "type": "discount_code", "value": c.Value, "value_type": c.Kind, "total_allocated_amount": c.Discount, "target_type": "line_item", "target_selection": "all", "allocation_method": "across"}
		switch {
		case c.Kind == "shipping":
			d["target_type"] = "shipping_line"
			each = append(each, d)
		case c.Each:
			d["target_selection"] = "entitled"
			each = append(each, d)
		default:
			all = append(all, d)
		}
	}
	return each, all
}

// lineDrop is one position of a cart or an order.
func (s *Shop) lineDrop(o *Order, index int, lang tongue) m {
	l := o.Lines[index]
	level := o.lineLevel(l)
	variant := l.Variant.Words.in(lang)
	title := l.Product.Words.in(lang)
	if variant != "" {
		title += " - " + variant
	}
	line, final := l.UnitPrice*l.Quantity, l.UnitPrice*l.Quantity-level
	discounts := []m{}
	if level > 0 {
		for _, a := range l.Allocations {
			if o.Codes[a.Code].Each {
				discounts = append(discounts, m{"amount": a.Amount, "discount_application": m{"title": o.Codes[a.Code].Code, "type": "discount_code"}})
			}
		}
	}
	url := "/products/" + url.PathEscape(l.Product.Handle) + "?variant=" + str(l.Variant.ID)
	return m{
		"id": l.Variant.ID, "variant_id": l.Variant.ID, "product_id": l.Product.ID, "key": str(l.Variant.ID) + ":demo", "index": index + 1, "quantity": l.Quantity, "title": title,
		"product_title": l.Product.Words.in(lang), "variant_title": variant, "price": l.UnitPrice, "original_price": l.UnitPrice, "final_price": final / l.Quantity, "line_price": line,
		"original_line_price": line, "final_line_price": final, "discounted_price": final / l.Quantity, "total_discount": level, "line_level_discount_allocations": discounts, "discounts": discounts,
		"sku": l.Variant.SKU, "vendor": shopName, "gift_card": l.Product.GiftCard, "requires_shipping": !l.Product.GiftCard, "taxable": true, "properties": m{}, "url": url, "handle": l.Product.Handle,
		"image": picture(l.Variant.Image, title), "product": s.productDrop(l.Product, lang), "variant": variantDrop(l.Product, l.Variant, lang),
		"options_with_values": optionValues(l, lang), "gone": l.Quantity - o.currentQuantity(l),
	}
}

func optionValues(l *Line, lang tongue) []m {
	if len(l.Product.Variants) == 1 {
		return []m{}
	}
	return []m{{"name": l.Product.Option.in(lang), "value": l.Variant.Words.in(lang)}}
}
