package demoshop

import (
	"errors"
	"math/bits"
	"strconv"
	"strings"
)

// currency is the shop's only one.
const currency = "EUR"

// amount writes minor units as the host does: "12.50".
func amount(minor int64) string {
	sign := ""
	if minor < 0 {
		sign, minor = "-", -minor
	}
	cents := strconv.FormatInt(minor%100, 10)
	if len(cents) < 2 {
		cents = "0" + cents
	}
	return sign + strconv.FormatInt(minor/100, 10) + "." + cents
}

var errDecimal = errors.New("is not an amount")

// parseAmount reads "12", "12.5", "12.50"; more than two decimals must be zeros.
func parseAmount(s string) (int64, error) {
	s, neg := strings.CutPrefix(s, "-")
	whole, frac, _ := strings.Cut(s, ".")
	frac = strings.TrimRight(frac, "0")
	if whole == "" || len(frac) > 2 || len(whole) > 12 {
		return 0, errDecimal
	}
	frac += strings.Repeat("0", 2-len(frac))
	n, err := strconv.ParseUint(whole+frac, 10, 63)
	if err != nil {
		return 0, errDecimal
	}
	if neg {
		return -int64(n), nil
	}
	return int64(n), nil
}

// share is floor(total × part / whole) without overflow; part ≤ whole.
func share(total, part, whole int64) int64 {
	if whole == 0 || total <= 0 {
		return 0
	}
	hi, lo := bits.Mul64(uint64(total), uint64(part))
	q, _ := bits.Div64(hi, lo, uint64(whole))
	return int64(q)
}

// includedVAT is the VAT inside a gross amount, rounded half up.
func includedVAT(gross, percent int64) int64 {
	if gross <= 0 {
		return 0
	}
	return (2*gross*percent + 100 + percent) / (2 * (100 + percent))
}

// spread splits total over weights so that nothing is lost: floors first, then
// the largest remainders, earlier positions first.
func spread(total int64, weights []int64) []int64 {
	out := make([]int64, len(weights))
	var sum int64
	for _, w := range weights {
		sum += w
	}
	if sum == 0 {
		return out
	}
	rest := total
	rem := make([]int64, len(weights))
	for i, w := range weights {
		out[i] = share(total, w, sum)
		rem[i] = total*w - out[i]*sum
		rest -= out[i]
	}
	for ; rest > 0; rest-- {
		best := 0
		for i := range rem {
			if rem[i] > rem[best] {
				best = i
			}
		}
		out[best]++
		rem[best] = -1
	}
	return out
}
