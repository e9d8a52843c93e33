package program

import (
	"zugabe/app/earning"
	"zugabe/app/loyalty"
)

// previewKey is the key of a refund that does not exist.
const previewKey = "preview"

// applyTo makes the snapshot that the host would send after the refund.
func (a RefundAsk) applyTo(sale earning.Sale, now int64) (earning.Sale, earning.Refund, error) {
	if sale.Status == earning.SaleCancelled {
		return sale, earning.Refund{}, loyalty.Refuse(loyalty.CodeConflict, "The order is cancelled already: nothing is left to give back.")
	}
	sale.UpdatedAt = max(now, sale.UpdatedAt+1)
	if a.Kind == RefundCancel {
		sale.Status = earning.SaleCancelled
		return sale, earning.Refund{}, nil
	}
	refund, err := a.refundOf(remainderOf(sale))
	if err != nil {
		return sale, refund, err
	}
	refund.Key, refund.At = previewKey, sale.UpdatedAt
	sale.Refunds = append(append([]earning.Refund{}, sale.Refunds...), refund)
	return sale, refund, nil
}

// remainder is what of an order has not gone back yet.
type remainder struct {
	lines    []earning.RefundLine
	shipping earning.Amount
	gross    int64
}

func remainderOf(s earning.Sale) remainder {
	r := remainder{shipping: s.Shipping, gross: s.Total}
	for _, l := range s.Lines {
		r.lines = append(r.lines, earning.RefundLine{LineKey: l.Key, Quantity: l.Quantity, Net: l.Net, Tax: l.Tax})
	}
	for _, f := range s.Refunds {
		r.gross -= f.Gross
		r.shipping.Net -= f.Shipping.Net
		r.shipping.Tax -= f.Shipping.Tax
		for _, back := range f.Lines {
			if l := r.line(back.LineKey); l != nil {
				l.Quantity, l.Net, l.Tax = l.Quantity-back.Quantity, l.Net-back.Net, l.Tax-back.Tax
			}
		}
	}
	r.gross = max(0, r.gross)
	r.shipping = earning.Amount{Net: max(0, r.shipping.Net), Tax: max(0, r.shipping.Tax)}
	for i := range r.lines {
		l := &r.lines[i]
		l.Quantity, l.Net, l.Tax = max(0, l.Quantity), max(0, l.Net), max(0, l.Tax)
	}
	return r
}

func (r remainder) line(key string) *earning.RefundLine {
	for i := range r.lines {
		if r.lines[i].LineKey == key {
			return &r.lines[i]
		}
	}
	return nil
}

func (a RefundAsk) refundOf(r remainder) (earning.Refund, error) {
	switch a.Kind {
	case RefundFull:
		if r.gross == 0 {
			return earning.Refund{}, loyalty.Refuse(loyalty.CodeConflict, "The whole order has been refunded already.")
		}
		return earning.Refund{Gross: r.gross, Shipping: r.shipping, Lines: r.open()}, nil
	case RefundAmount:
		if a.Amount <= 0 || a.Amount > r.gross {
			return earning.Refund{}, loyalty.Invalid("amount", "must be more than 0 and at most what has not been refunded yet")
		}
		return earning.Refund{Gross: a.Amount}, nil
	case RefundLines:
		return a.linesOf(r)
	}
	return earning.Refund{}, loyalty.Invalid("kind", "must be lines, amount, full or cancel")
}

func (r remainder) open() []earning.RefundLine {
	var open []earning.RefundLine
	for _, l := range r.lines {
		if l.Quantity > 0 || l.Net+l.Tax > 0 {
			open = append(open, l)
		}
	}
	return open
}

// linesOf refunds units at the price that is left of their line. The last units
// take what rounding left over, so that a line in parts comes to the whole line.
func (a RefundAsk) linesOf(r remainder) (earning.Refund, error) {
	refund := earning.Refund{}
	if a.Shipping {
		refund.Shipping = r.shipping
		refund.Gross = r.shipping.Net + r.shipping.Tax
	}
	for _, part := range a.Lines {
		left := r.line(part.LineKey)
		if left == nil || part.Quantity <= 0 || part.Quantity > left.Quantity {
			return refund, loyalty.Invalid("lines", "each line must be in the order, with at most as many units as have not been refunded yet")
		}
		back := earning.RefundLine{LineKey: part.LineKey, Quantity: part.Quantity}
		var err error
		if back.Net, err = loyalty.MulDiv(left.Net, part.Quantity, left.Quantity, loyalty.HalfUp); err != nil {
			return refund, err
		}
		if back.Tax, err = loyalty.MulDiv(left.Tax, part.Quantity, left.Quantity, loyalty.HalfUp); err != nil {
			return refund, err
		}
		left.Quantity, left.Net, left.Tax = left.Quantity-back.Quantity, left.Net-back.Net, left.Tax-back.Tax
		refund.Lines = append(refund.Lines, back)
		refund.Gross += back.Net + back.Tax
	}
	if len(refund.Lines) == 0 && refund.Gross == 0 {
		return refund, loyalty.Invalid("lines", "choose at least one line")
	}
	refund.Gross = min(refund.Gross, r.gross)
	return refund, nil
}
