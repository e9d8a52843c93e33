package earning

import "zugabe/app/loyalty"

// measure is what a rule found in a sale: base units worth rate each.
type measure struct {
	matched int // lines the rule is about
	basis   int64
	units   int64
	base    int64
	rate    pair
	shares  []LineShare
}

// saleKind reads a rule's amount off its part of a sale.
type saleKind func(r *Rule, s *selection) (measure, error)

// saleKinds lists the rules that look at sales. A new kind is one file and one line here.
var saleKinds = map[RuleKind]saleKind{
	KindPerAmount:  perAmount,
	KindPerUnit:    perUnit,
	KindPerProduct: perProduct,
	KindPerOrder:   perOrder,
}

// activityKinds says which activity a rule looks at.
var activityKinds = map[RuleKind]ActivityKind{
	KindSignup:     ActivitySignup,
	KindNewsletter: ActivityNewsletter,
	KindProductRev: ActivityProductReview,
	KindArticleRev: ActivityArticleReview,
	KindReferrer:   ActivityReferral,
	KindFriend:     ActivityReferral,
	KindBirthday:   ActivityBirthday,
	KindCustom:     ActivityCustom,
}

func (e *saleEval) measure(r *Rule, kind saleKind, also *Match) (measure, error) {
	s, err := choose(r, also, e.basket, e.program.Groups)
	if err != nil {
		return measure{}, err
	}
	m, err := kind(r, &s)
	m.matched, m.basis, m.shares = s.matched, s.basis, s.shares
	return m, err
}

// countUnits adds up each(line) for the units that are left of the lines that
// count. What refunds without lines took comes off the sum, because nobody can
// say which unit it was: the rate carries it into the one rounding.
func countUnits(s *selection, each func(l *Line) loyalty.Points) (measure, error) {
	m := measure{rate: pair{s.basket.kept.Num, s.basket.kept.Den}}
	for _, i := range s.in {
		l := &s.basket.lines[i]
		p, ok := mul(l.units, int64(each(l.Line)))
		if m.base += p; !ok || p > maxBase || m.base > maxBase {
			return measure{}, loyalty.Refuse(loyalty.CodeOverflow, "more points than one entry can hold")
		}
		m.units += l.units
		s.shares[i].Units, s.shares[i].Points = l.units, loyalty.Points(p)
		if l.units == 0 {
			s.shares[i].Out = OutRefunded
		}
	}
	return m, nil
}

// maxBase keeps the sum of a rule's units times points far inside int64.
const maxBase = int64(loyalty.MaxBalancePoints) * 1_000
