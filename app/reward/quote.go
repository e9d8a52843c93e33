package reward

import "zugabe/app/loyalty"

// Cart is what the shopper is about to buy, in minor units after other
// discounts. Without amounts no cart is known, as on an account page; what
// depends on the cart is then left to the code's own conditions.
type Cart struct {
	SubtotalMinor int64            `json:"subtotal_minor"`
	EligibleMinor int64            `json:"eligible_minor"` // of the lines that points may pay for
	Currency      loyalty.Currency `json:"currency"`
}

func (c Cart) known() bool { return c.SubtotalMinor != 0 || c.EligibleMinor != 0 }

// Why a quote offers nothing. Need says how much is missing, in points unless the reason speaks of money.
const (
	ReasonOff        = "off"
	ReasonNeedPoints = "need_points"  // Need points to the smallest redemption
	ReasonNeedMoney  = "need_money"   // Need minor units of goods to the smallest subtotal
	ReasonCartTooLow = "cart_too_low" // the cart's eligible goods are Need minor units short of the smallest redemption
)

// maxChoices is how many steps a slider or a list offers.
const maxChoices = 20

// Choice is one amount that a shopper can pick.
type Choice struct {
	Points loyalty.Points `json:"points"`
	Minor  int64          `json:"minor"`
}

// Quote is what a member can redeem right now.
type Quote struct {
	Min      loyalty.Points   `json:"min"`  // smallest redemption
	Max      loyalty.Points   `json:"max"`  // most that is possible now, on a step; 0 = nothing
	Step     loyalty.Points   `json:"step"` // 1 or more
	Minor    int64            `json:"minor"`
	Choices  []Choice         `json:"choices,omitempty"` // ascending, at most 20, the last is Max
	Reason   string           `json:"reason,omitempty"`  // why nothing, "" if Max > 0
	Need     int64            `json:"need,omitempty"`
	Currency loyalty.Currency `json:"currency,omitempty"`
}

// Quote says how many points may be used now and what they are worth (S4-07,
// S4-08, S4-23, A-12). available may be negative (debt). parts are the points
// that were promised another worth than the policy's, in the order in which they
// are spent; without them every point has the policy's. CodeOverflow for amounts
// outside the caps.
func (p Policy) Quote(available loyalty.Points, cart Cart, parts ...Part) (Quote, error) {
	have := p.purse(parts)
	q := Quote{Step: p.step(), Currency: cart.Currency}
	if p.Off {
		q.Reason = ReasonOff
		return q, nil
	}
	least, err := p.least(have)
	if err != nil {
		return q, err
	}
	q.Min = least
	most, err := p.most(have, cart)
	if err != nil {
		return q, err
	}
	switch {
	case cart.known() && cart.SubtotalMinor < p.MinSubtotal:
		q.Reason, q.Need = ReasonNeedMoney, p.MinSubtotal-cart.SubtotalMinor
	case most < least:
		return p.tooLow(q, have, cart)
	case available < least:
		q.Reason, q.Need = ReasonNeedPoints, int64(least-available)
	default:
		q.Max = p.onStep(min(available, most))
		return p.choices(q, have)
	}
	return q, nil
}

// tooLow says how much the cart is short of what the smallest redemption is worth.
func (p Policy) tooLow(q Quote, have purse, cart Cart) (Quote, error) {
	worth, err := have.worth(q.Min)
	if err != nil {
		return q, err
	}
	wanted := worth
	if p.MaxPercent > 0 {
		if wanted, err = loyalty.MulDiv(worth, 100, p.MaxPercent, loyalty.Ceiling); err != nil {
			return q, err
		}
	}
	q.Reason, q.Need = ReasonCartTooLow, max(1, wanted-cart.EligibleMinor)
	return q, nil
}

// choices lists every step if there are few, else evenly spread ones; the smallest and the largest are always in.
func (p Policy) choices(q Quote, have purse) (Quote, error) {
	steps := int64((q.Max - q.Min) / q.Step)
	n := min(steps, maxChoices-1)
	for i := int64(0); i <= n; i++ {
		at := q.Max
		if n > 0 {
			at = q.Min + loyalty.Points(steps*i/n)*q.Step
		}
		value, err := have.worth(at)
		if err != nil {
			return q, err
		}
		q.Choices = append(q.Choices, Choice{Points: at, Minor: value})
		q.Minor = value
	}
	return q, nil
}

func (p Policy) step() loyalty.Points { return max(1, p.Step) }

// onStep rounds down to a whole number of steps.
func (p Policy) onStep(n loyalty.Points) loyalty.Points { return n - n%p.step() }

// least is the smallest redemption: the merchant's minimum, and never fewer
// points than make one minor unit, on a whole step.
func (p Policy) least(have purse) (loyalty.Points, error) {
	one, err := have.firstUnit()
	if err != nil {
		return 0, err
	}
	n := max(p.MinPoints, one, 1)
	return p.onStep(n + p.step() - 1), nil
}

// most is the policy's largest redemption for the cart, on a step, whatever the
// member has. A code is never worth more than the goods it can pay for.
func (p Policy) most(have purse, cart Cart) (loyalty.Points, error) {
	points, money := loyalty.MaxEntryPoints, loyalty.MaxMinor
	if p.MaxPoints > 0 {
		points = p.MaxPoints
	}
	if p.MaxMinor > 0 {
		money = p.MaxMinor
	}
	if cart.known() {
		percent := p.MaxPercent
		if percent == 0 {
			percent = 100
		}
		eligible, err := loyalty.MulDiv(max(0, cart.EligibleMinor), percent, 100, loyalty.Floor)
		if err != nil {
			return 0, err
		}
		money = min(money, eligible)
	}
	worth, err := have.pointsFor(money)
	return p.onStep(min(points, worth)), err
}

// pointsFor is how many points money buys back without a rest, at most one entry's worth.
func (u purse) pointsFor(money int64) (loyalty.Points, error) {
	if money >= loyalty.MaxMinor {
		return loyalty.MaxEntryPoints, nil
	}
	n, err := u.within(money)
	if loyalty.CodeOf(err) == loyalty.CodeOverflow {
		return loyalty.MaxEntryPoints, nil
	}
	return min(n, loyalty.MaxEntryPoints), err
}

// MinSubtotalFor is the smallest cart, in minor units, that a code worth minor
// may be used on: the policy's minimum, what MaxPercent asks for, and the value
// itself, so that no part of it is lost (S4-23).
func (p Policy) MinSubtotalFor(minor int64) (int64, error) {
	least := max(p.MinSubtotal, minor)
	if p.MaxPercent == 0 {
		return least, nil
	}
	n, err := loyalty.MulDiv(minor, 100, p.MaxPercent, loyalty.Ceiling)
	return max(least, n), err
}
