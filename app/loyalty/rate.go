package loyalty

// Rounding names how a fraction becomes a whole number. The default everywhere is Floor.
type Rounding string

// The roundings a merchant can choose.
const (
	Floor   Rounding = "floor"   // towards minus infinity
	HalfUp  Rounding = "half_up" // nearest, halves away from zero
	Ceiling Rounding = "ceiling" // towards plus infinity
)

// Valid says whether r is one of the names. Empty is not valid.
func (r Rounding) Valid() bool { return r == Floor || r == HalfUp || r == Ceiling }

// up says whether the magnitude grows by one, given a remainder rem of c.
func (r Rounding) up(neg bool, rem, c uint64) bool {
	switch r {
	case HalfUp:
		return rem >= c-rem
	case Ceiling:
		return !neg
	default:
		return neg
	}
}

// EarnRate gives Points per PerMinor minor units: {1, 1000} is one point per 10.00.
type EarnRate struct {
	Points   Points `json:"points"`
	PerMinor int64  `json:"per_minor"`
}

// Validate refuses zero, negative and absurd pairs.
func (r EarnRate) Validate() error {
	if r.Points <= 0 || r.Points > MaxEntryPoints {
		return Invalid("points", "must be between 1 and 1,000,000,000")
	}
	if r.PerMinor <= 0 || r.PerMinor > MaxMinor {
		return Invalid("per_minor", "must be positive")
	}
	return nil
}

// PointsFor converts an amount in minor units to points.
func (r EarnRate) PointsFor(minor int64, rounding Rounding) (Points, error) {
	n, err := MulDiv(minor, int64(r.Points), r.PerMinor, rounding)
	return Points(n), err
}

// RedeemRate gives Minor minor units per PerPoints points: {100, 100} is 1.00 for 100 points.
type RedeemRate struct {
	Minor     int64  `json:"minor"`
	PerPoints Points `json:"per_points"`
}

// Validate refuses zero, negative and absurd pairs.
func (r RedeemRate) Validate() error {
	if r.Minor <= 0 || r.Minor > MaxMinor {
		return Invalid("minor", "must be positive")
	}
	if r.PerPoints <= 0 || r.PerPoints > MaxEntryPoints {
		return Invalid("per_points", "must be between 1 and 1,000,000,000")
	}
	return nil
}

// ValueOf converts points to minor units, rounded down: never more money than points.
func (r RedeemRate) ValueOf(p Points) (int64, error) {
	return MulDiv(int64(p), r.Minor, int64(r.PerPoints), Floor)
}

// PointsWorth is the largest number of points whose value does not exceed minor.
func (r RedeemRate) PointsWorth(minor int64) (Points, error) {
	n, err := MulDiv(minor, int64(r.PerPoints), r.Minor, Floor)
	return Points(n), err
}

// Ratio scales by Num/Den: {3, 2} is one and a half. The zero value means 1.
type Ratio struct {
	Num int64 `json:"num"`
	Den int64 `json:"den"`
}

// IsOne says whether the ratio changes nothing.
func (r Ratio) IsOne() bool { return r == Ratio{} || r.Num == r.Den }

// Validate refuses negative ratios and zero denominators; the zero value is fine.
func (r Ratio) Validate() error {
	if r == (Ratio{}) {
		return nil
	}
	if r.Num < 0 || r.Den <= 0 || r.Num > 1_000_000 || r.Den > 1_000_000 {
		return Invalid("ratio", "must be num/den with 0 <= num and 0 < den, both at most 1,000,000")
	}
	return nil
}

// Times multiplies two ratios, reduced to lowest terms.
func (r Ratio) Times(o Ratio) Ratio {
	if r == (Ratio{}) {
		return o
	}
	if o == (Ratio{}) {
		return r
	}
	n, d := r.Num*o.Num, r.Den*o.Den
	if g := gcd(n, d); g > 1 {
		n, d = n/g, d/g
	}
	return Ratio{Num: n, Den: d}
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// Of applies the ratio to points.
func (r Ratio) Of(p Points, rounding Rounding) (Points, error) {
	if r == (Ratio{}) {
		return p, nil
	}
	n, err := MulDiv(int64(p), r.Num, r.Den, rounding)
	return Points(n), err
}

// Split divides total over the weights so that the parts sum to total exactly:
// the largest remainders get the left-over units, ties go to the earlier part.
// Negative weights are CodeInvalid; all-zero weights put everything on the first.
func Split(total int64, weights []int64) ([]int64, error) {
	parts := make([]int64, len(weights))
	var sum int64
	for _, w := range weights {
		if w < 0 {
			return nil, Invalid("weights", "must not be negative")
		}
		sum += w
	}
	if len(weights) == 0 {
		return parts, nil
	}
	if sum == 0 {
		parts[0] = total
		return parts, nil
	}
	return splitBySum(total, sum, weights, parts)
}

func splitBySum(total, sum int64, weights, parts []int64) ([]int64, error) {
	rest := total
	rem := make([]int64, len(weights))
	for i, w := range weights {
		p, err := MulDiv(total, w, sum, Floor)
		if err != nil {
			return nil, err
		}
		parts[i] = p
		rest -= p
		// total*w mod sum, through wrap-around arithmetic that is exact because 0 <= rem < sum.
		rem[i] = total*w - p*sum
	}
	for ; rest > 0; rest-- {
		best := 0
		for i := range rem {
			if rem[i] > rem[best] {
				best = i
			}
		}
		parts[best]++
		rem[best] = -1
	}
	return parts, nil
}
