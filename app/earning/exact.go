package earning

import (
	"math/big"
	"math/bits"

	"zugabe/app/loyalty"
)

// pair is a fraction of positive numbers: what one unit of the base is worth.
type pair struct{ num, den int64 }

// scale returns base * rate * factor rounded once. Only pairs whose product
// leaves int64 pay for big numbers.
func scale(base int64, rate pair, factor loyalty.Ratio, r loyalty.Rounding) (int64, error) {
	if factor.IsOne() {
		return loyalty.MulDiv(base, rate.num, rate.den, r)
	}
	num, okNum := mul(rate.num, factor.Num)
	den, okDen := mul(rate.den, factor.Den)
	if okNum && okDen {
		return loyalty.MulDiv(base, num, den, r)
	}
	return scaleBig(base, rate, factor, r)
}

func mul(a, b int64) (int64, bool) {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	return int64(lo), hi == 0 && lo <= 1<<63-1
}

// scaleBig is scale for non-negative base, rate and factor of any size.
func scaleBig(base int64, rate pair, factor loyalty.Ratio, r loyalty.Rounding) (int64, error) {
	n := new(big.Int).Mul(big.NewInt(base), big.NewInt(rate.num))
	n.Mul(n, big.NewInt(factor.Num))
	d := new(big.Int).Mul(big.NewInt(rate.den), big.NewInt(factor.Den))
	q, rem := new(big.Int).QuoRem(n, d, new(big.Int))
	up := r == loyalty.Ceiling && rem.Sign() > 0
	if r == loyalty.HalfUp {
		up = rem.Lsh(rem, 1).Cmp(d) >= 0
	}
	if up {
		q.Add(q, big.NewInt(1))
	}
	if !q.IsInt64() {
		return 0, loyalty.Refuse(loyalty.CodeOverflow, "number is too large")
	}
	return q.Int64(), nil
}
