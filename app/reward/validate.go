package reward

import "zugabe/app/loyalty"

const maxCodeDays = 3650

// Validate refuses a policy that nobody could redeem by. The error is
// CodeInvalid with the field's JSON name. A policy that is off may be empty.
func (p Policy) Validate() error {
	if p.Off && p.Rate == (loyalty.RedeemRate{}) {
		return nil
	}
	if err := p.Rate.Validate(); err != nil {
		return loyalty.Invalid("rate", "must be a positive amount of money for a positive number of points")
	}
	points := loyalty.MaxEntryPoints
	switch {
	case p.MinPoints < 0 || p.MinPoints > points:
		return loyalty.Invalid("min_points", "must be between 0 and 1,000,000,000")
	case p.Step < 0 || p.Step > points:
		return loyalty.Invalid("step", "must be between 0 and 1,000,000,000")
	case p.MaxPoints < 0 || p.MaxPoints > points:
		return loyalty.Invalid("max_points", "must be between 0 and 1,000,000,000")
	case p.MaxMinor < 0 || p.MaxMinor > loyalty.MaxMinor:
		return loyalty.Invalid("max_minor", "must not be negative")
	case p.MaxPercent < 0 || p.MaxPercent > 100:
		return loyalty.Invalid("max_percent", "must be between 0 and 100")
	case p.MinSubtotal < 0 || p.MinSubtotal > loyalty.MaxMinor:
		return loyalty.Invalid("min_subtotal", "must not be negative")
	case p.CodeDays < 0 || p.CodeDays > maxCodeDays:
		return loyalty.Invalid("code_days", "must be between 0 and 3650")
	case p.ConfirmAbove < 0 || p.ConfirmAbove > points:
		return loyalty.Invalid("confirm_above", "must be between 0 and 1,000,000,000")
	case !prefixForm(p.CodePrefix):
		return loyalty.Invalid("code_prefix", "must be at most 8 letters and digits")
	}
	return p.validateReach()
}

// validateReach refuses caps that lie below the smallest redemption.
func (p Policy) validateReach() error {
	least, err := p.least(p.purse(nil))
	if err != nil {
		return err
	}
	if p.MaxPoints > 0 && p.MaxPoints < least {
		return loyalty.Invalid("max_points", "is less than the smallest redemption")
	}
	if p.MaxMinor == 0 {
		return nil
	}
	most, err := p.Rate.PointsWorth(p.MaxMinor)
	if err == nil && most < least {
		return loyalty.Invalid("max_minor", "is less than the smallest redemption is worth")
	}
	return err
}

func prefixForm(s string) bool {
	for _, r := range s {
		if (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') {
			return false
		}
	}
	return len(s) <= 8
}
