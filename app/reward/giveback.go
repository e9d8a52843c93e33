package reward

import "zugabe/app/loyalty"

// ReturnPolicy says what happens to the points used on an order that is cancelled or refunded (A-17, B12).
type ReturnPolicy struct {
	Keep         bool // nothing comes back
	Proportional bool // a partial refund gives back the same part, rounded down
}

// ReturnPoints is how many of the redemption's points belong back with the member
// while refunded of total minor units of its order are refunded. It is a
// target, never a difference: the caller posts what is missing to it. It never
// exceeds the redemption's points, never falls when more is refunded, and is all
// of them once everything is. An order that the code paid in full has total 0:
// then any refund is all of it. For a cancelled order pass refunded = total, or
// ReturnAll.
func ReturnPoints(red Redemption, total, refunded int64, pol ReturnPolicy) loyalty.Points {
	switch {
	case refunded >= max(total, 1):
		return ReturnAll(red, pol)
	case pol.Keep || !pol.Proportional || refunded <= 0:
		return 0
	}
	n, err := loyalty.MulDiv(int64(red.Points), refunded, total, loyalty.Floor)
	if err != nil {
		return 0 // cannot be: refunded < total keeps the result below Points
	}
	return loyalty.Points(n)
}

// ReturnAll is the target for an order that was cancelled or refunded as a whole.
func ReturnAll(red Redemption, pol ReturnPolicy) loyalty.Points {
	if pol.Keep {
		return 0
	}
	return red.Points
}
