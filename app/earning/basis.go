package earning

import "zugabe/app/loyalty"

// The pseudo lines of a receipt.
const (
	ShareShipping = "shipping"
	ShareFees     = "fees"
)

// selection is the part of a sale that a rule looks at.
type selection struct {
	rule    *Rule
	basket  *basket
	shares  []LineShare // one per line of the sale, in its order
	in      []int       // indexes of the lines that count
	matched int         // lines that the rule is about, refunded ones too
	basis   int64       // minor units, 0 or more, after all refunds
}

// choose picks the rule's lines and adds up their basis: net, without
// shipping (S4-30), unless the rule says otherwise. also narrows the choice further.
func choose(r *Rule, also *Match, b *basket, groups map[string][]string) (selection, error) {
	s := selection{rule: r, basket: b, shares: make([]LineShare, len(b.lines), len(b.lines)+2)}
	for i := range b.lines {
		l := &b.lines[i]
		out := r.why(l.Line, groups)
		if out == "" && also != nil {
			out = also.why(l.Line, groups)
		}
		share := LineShare{LineKey: l.Key, Title: l.Title, Out: out}
		if out == "" {
			s.matched++
			share.Net, share.Out = s.lineBasis(l)
			if share.Out == "" {
				s.in = append(s.in, i)
			}
		}
		s.shares[i] = share
	}
	if s.matched > 0 {
		s.addExtras()
	}
	return s, s.addUp()
}

// why says what keeps the line out of the rule. The product table of a
// per-product rule is a selection too.
func (r *Rule) why(l *Line, groups map[string][]string) string {
	if out := r.Match.why(l, groups); out != "" || r.Kind != KindPerProduct {
		return out
	}
	if _, listed := r.Products[l.ProductKey]; !listed {
		return OutSelection
	}
	return ""
}

func (s *selection) lineBasis(l *netLine) (int64, string) {
	n, before := l.net, l.Net
	if s.rule.Basis.WithTax {
		n, before = n+l.tax, before+l.Tax
	}
	switch {
	case n != 0:
		return n, ""
	case before > 0:
		return 0, OutRefunded
	default:
		return 0, OutFree
	}
}

// addExtras counts shipping and fees where the rule wants them. Negative fees
// are gift cards and credits on some hosts: they lower the basis only here,
// so paying with a gift card earns by default (B11).
func (s *selection) addExtras() {
	if s.rule.Basis.WithShipping {
		s.addExtra(ShareShipping, s.basket.shipping)
	}
	if s.rule.Basis.WithFees {
		s.addExtra(ShareFees, s.basket.fees)
	}
}

func (s *selection) addExtra(name string, a Amount) {
	n := a.Net
	if s.rule.Basis.WithTax {
		n += a.Tax
	}
	if n != 0 {
		s.shares = append(s.shares, LineShare{LineKey: name, Net: n})
	}
}

// addUp sums the shares and takes off the part that refunds without lines took,
// rounded down to a whole minor unit once; the shares then show where it went.
func (s *selection) addUp() error {
	var sum int64
	for i := range s.shares {
		sum += s.shares[i].Net
	}
	kept := s.basket.kept
	if sum <= 0 || kept.Num == kept.Den {
		s.basis = max(0, sum)
		return nil
	}
	n, err := loyalty.MulDiv(sum, kept.Num, kept.Den, loyalty.Floor)
	if err != nil {
		return err
	}
	s.basis = n
	return s.spread()
}

// spread divides the reduced basis over the shares so that the receipt adds up.
// Negative shares cannot take part; with them the shares stay as they were before.
func (s *selection) spread() error {
	weights := make([]int64, len(s.shares))
	for i := range s.shares {
		if weights[i] = s.shares[i].Net; weights[i] < 0 {
			return nil
		}
	}
	parts, err := loyalty.Split(s.basis, weights)
	if err != nil {
		return err
	}
	for i := range parts {
		s.shares[i].Net = parts[i]
	}
	return nil
}
