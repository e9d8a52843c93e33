package earning

import "zugabe/app/loyalty"

// basket is what is left of a sale after its refunds.
type basket struct {
	lines    []netLine
	shipping Amount
	fees     Amount
	kept     loyalty.Ratio // the part of the rest that refunds without lines left: (rest − loose) / rest
	allBack  bool          // refunds reach the total
}

type netLine struct {
	*Line
	net, tax, units int64
}

const (
	maxLines = 5_000         // with MaxMinor each, their sum stays inside int64
	maxUnits = 1_000_000_000 // of one line
)

func newBasket(s Sale) (*basket, error) {
	if err := checkSale(s); err != nil {
		return nil, err
	}
	b := &basket{lines: make([]netLine, len(s.Lines)), shipping: s.Shipping, fees: s.Fees}
	for i := range s.Lines {
		l := &s.Lines[i]
		b.lines[i] = netLine{Line: l, net: l.Net, tax: l.Tax, units: max(0, l.Quantity)}
	}
	b.refund(s)
	return b, nil
}

// refund takes the refunds off. A refunded line that the sale no longer has
// was edited away, and its amount with it.
func (b *basket) refund(s Sale) {
	rest, gross, loose := s.Total, int64(0), int64(0)
	for i := range s.Refunds {
		f := &s.Refunds[i]
		detailed := f.Shipping.Net + f.Shipping.Tax
		b.shipping = Amount{less(b.shipping.Net, f.Shipping.Net), less(b.shipping.Tax, f.Shipping.Tax)}
		for _, l := range f.Lines {
			detailed += l.Net + l.Tax
			b.refundLine(l)
		}
		rest -= detailed
		gross += max(f.Gross, 0)
		loose += max(0, f.Gross-detailed)
	}
	b.kept = loyalty.Ratio{Num: 1, Den: 1}
	switch {
	case (loose > 0 && rest <= loose) || (s.Total > 0 && gross >= s.Total):
		b.allBack = true
	case loose > 0:
		b.kept = loyalty.Ratio{Num: rest - loose, Den: rest}
	}
}

func (b *basket) refundLine(f RefundLine) {
	for i := range b.lines {
		l := &b.lines[i]
		if l.Key == f.LineKey {
			l.net, l.tax, l.units = less(l.net, f.Net), less(l.tax, f.Tax), less(l.units, f.Quantity)
			return
		}
	}
}

// less takes a refunded amount off and stops at 0 (B6); a negative amount, which some
// hosts use for discounts, has nothing to give back.
func less(have, back int64) int64 {
	if have <= 0 || back <= 0 {
		return have
	}
	return max(0, have-back)
}

// checkSale refuses amounts that no arithmetic below could carry (B22).
func checkSale(s Sale) error {
	if len(s.Lines) > maxLines || len(s.Refunds) > maxLines {
		return loyalty.Refuse(loyalty.CodeOverflow, "a sale has too many lines")
	}
	amounts := []int64{s.Total, s.Shipping.Net, s.Shipping.Tax, s.Fees.Net, s.Fees.Tax}
	for i := range s.Lines {
		l := &s.Lines[i]
		if l.Quantity > maxUnits || l.Quantity < -maxUnits {
			return loyalty.Refuse(loyalty.CodeOverflow, "a sale has too many units")
		}
		amounts = append(amounts, l.Net, l.Tax)
	}
	details := 0
	for i := range s.Refunds {
		f := &s.Refunds[i]
		amounts = append(amounts, f.Gross, f.Shipping.Net, f.Shipping.Tax)
		details += len(f.Lines)
		if details > maxLines {
			return loyalty.Refuse(loyalty.CodeOverflow, "a sale has too many refunded lines")
		}
		for _, l := range f.Lines {
			amounts = append(amounts, l.Net, l.Tax)
		}
	}
	var sum int64
	for _, a := range amounts {
		if a > loyalty.MaxMinor || a < -loyalty.MaxMinor {
			return loyalty.Refuse(loyalty.CodeOverflow, "an amount is too large")
		}
		if sum += max(a, -a); sum > 4_000*loyalty.MaxMinor {
			return loyalty.Refuse(loyalty.CodeOverflow, "the amounts of a sale are too large together")
		}
	}
	return nil
}
