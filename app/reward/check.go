package reward

import "zugabe/app/loyalty"

// Check refuses a redemption that the policy, the balance or the cart does not
// allow. The refusals, in the order in which they are looked for: CodeForbidden
// (switched off), CodeInvalid (not a positive number), CodeBelowMinimum (detail
// minimum and need, or need_minor for the cart), CodeNotAStep (detail step),
// CodeAboveMaximum (detail maximum), CodeInsufficientPoints (detail available
// and need). parts are as for Quote.
func (p Policy) Check(points, available loyalty.Points, cart Cart, parts ...Part) error {
	have := p.purse(parts)
	if p.Off {
		return loyalty.Refuse(loyalty.CodeForbidden, "points cannot be redeemed at the moment")
	}
	if points <= 0 {
		return loyalty.Invalid("points", "must be positive")
	}
	least, err := p.least(have)
	if err != nil {
		return err
	}
	most, err := p.most(have, cart)
	if err != nil {
		return err
	}
	switch {
	case points < least:
		return loyalty.Refuse(loyalty.CodeBelowMinimum, "fewer points than the smallest redemption").
			With("minimum", int64(least)).With("need", int64(least-points))
	case points%p.step() != 0:
		return loyalty.Refuse(loyalty.CodeNotAStep, "points are not a multiple of the step").With("step", int64(p.step()))
	case cart.known() && cart.SubtotalMinor < p.MinSubtotal:
		return loyalty.Refuse(loyalty.CodeBelowMinimum, "the cart is below the smallest subtotal").
			With("need_minor", p.MinSubtotal-cart.SubtotalMinor)
	case points > most:
		return loyalty.Refuse(loyalty.CodeAboveMaximum, "more points than can be used at once").With("maximum", int64(most))
	case points > available:
		return loyalty.Refuse(loyalty.CodeInsufficientPoints, "not enough points").
			With("available", int64(max(0, available))).With("need", int64(points-available))
	}
	return nil
}
