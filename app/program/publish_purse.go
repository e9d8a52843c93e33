package program

import (
	"math/big"

	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/reward"
)

// maxPurseParts bounds what one customer's metafield holds; maxPurseDen keeps the
// products within what every template language counts exactly.
const (
	maxPurseParts = 20
	maxPurseDen   = 1_000_000
)

// PublicPurse tells the shop's pages what points were promised, in the order in
// which they are spent: pages must not value old points at a new rate (N-02). Where
// it has to be shortened, it says less than the points are worth and never more.
func PublicPurse(parts []reward.Part) platform.PublicPurse {
	var purse platform.PublicPurse
	if len(parts) == 0 {
		return purse
	}
	purse.Den = commonDen(parts)
	for _, p := range parts {
		num := new(big.Int).Mul(big.NewInt(p.Rate.Minor), big.NewInt(purse.Den))
		num.Quo(num, big.NewInt(int64(p.Rate.PerPoints)))
		if !num.IsInt64() {
			return platform.PublicPurse{}
		}
		each := num.Int64()
		last := len(purse.Parts) - 1
		switch {
		case last >= 0 && purse.Parts[last][1] == each:
			purse.Parts[last][0] += int64(p.Points)
		case last >= maxPurseParts-1:
			purse.Parts[last][0] += int64(p.Points)
			purse.Parts[last][1] = min(purse.Parts[last][1], each)
		default:
			purse.Parts = append(purse.Parts, [2]int64{int64(p.Points), each})
		}
	}
	return purse
}

// commonDen is the least number that all rates divide without a rest, or the limit.
func commonDen(parts []reward.Part) int64 {
	den := int64(1)
	for _, p := range parts {
		per := loyalty.Ratio{Num: p.Rate.Minor, Den: int64(p.Rate.PerPoints)}.Times(loyalty.Ratio{Num: 1, Den: 1}).Den
		gcd := new(big.Int).GCD(nil, nil, big.NewInt(den), big.NewInt(per)).Int64()
		if den/gcd > maxPurseDen/per {
			return maxPurseDen
		}
		den = den / gcd * per
	}
	return den
}
