package reward

import (
	"math/big"

	"zugabe/app/loyalty"
)

// Part is points of one lot, with what a point of it was promised to be worth (N-02).
type Part struct {
	Points loyalty.Points
	Rate   loyalty.RedeemRate
}

// Worth is what all parts together are worth in minor units: the exact sum,
// rounded down once. A part without a rate is CodeInvalid.
func Worth(parts []Part) (int64, error) { return purse(parts).worth(sizeOf(parts)) }

func sizeOf(parts []Part) (n loyalty.Points) {
	for _, p := range parts {
		n += p.Points
	}
	return n
}

// purse is points in the order in which they are spent.
type purse []Part

// purse puts what a member does not have behind what the member has, at the
// policy's own rate: minima and caps are asked for amounts that nobody has, too.
func (p Policy) purse(parts []Part) purse {
	all := make(purse, 0, len(parts)+1)
	for _, part := range append(parts[:len(parts):len(parts)], Part{Points: loyalty.MaxEntryPoints, Rate: p.Rate}) {
		if part.Points <= 0 {
			continue
		}
		if last := len(all) - 1; last >= 0 && all[last].Rate == part.Rate {
			all[last].Points += part.Points
			continue
		}
		all = append(all, part)
	}
	return all
}

// worth is what the first n points are worth, rounded down.
func (u purse) worth(n loyalty.Points) (int64, error) {
	if len(u) == 1 || (len(u) > 0 && n <= u[0].Points) {
		return u[0].Rate.ValueOf(n)
	}
	sum := new(big.Rat)
	for _, p := range u {
		k := min(n, p.Points)
		if k <= 0 {
			break
		}
		if err := p.Rate.Validate(); err != nil {
			return 0, err
		}
		sum.Add(sum, p.value(k))
		n -= k
	}
	whole := new(big.Int).Quo(sum.Num(), sum.Denom())
	if !whole.IsInt64() {
		return 0, loyalty.Refuse(loyalty.CodeOverflow, "number is too large")
	}
	return whole.Int64(), nil
}

func (p Part) value(k loyalty.Points) *big.Rat {
	r := big.NewRat(p.Rate.Minor, int64(p.Rate.PerPoints))
	return r.Mul(r, new(big.Rat).SetInt64(int64(k)))
}

// within is the most points whose exact worth does not exceed minor.
func (u purse) within(minor int64) (loyalty.Points, error) {
	if len(u) == 1 {
		return u[0].Rate.PointsWorth(minor)
	}
	left := new(big.Rat).SetInt64(minor)
	var n loyalty.Points
	for _, p := range u {
		all := p.value(p.Points)
		if all.Cmp(left) <= 0 {
			left.Sub(left, all)
			n += p.Points
			continue
		}
		left.Mul(left, big.NewRat(int64(p.Rate.PerPoints), p.Rate.Minor))
		return n + loyalty.Points(new(big.Int).Quo(left.Num(), left.Denom()).Int64()), nil
	}
	return n, nil
}

// firstUnit is the fewest points that are worth one minor unit.
func (u purse) firstUnit() (loyalty.Points, error) {
	if len(u) == 1 {
		n, err := loyalty.MulDiv(1, int64(u[0].Rate.PerPoints), u[0].Rate.Minor, loyalty.Ceiling)
		return loyalty.Points(n), err
	}
	low, high := loyalty.Points(1), loyalty.MaxEntryPoints
	for low < high {
		mid := (low + high) / 2
		worth, err := u.worth(mid)
		switch {
		case loyalty.CodeOf(err) == loyalty.CodeOverflow || worth >= 1:
			high = mid
		case err != nil:
			return 0, err
		default:
			low = mid + 1
		}
	}
	return low, nil
}
