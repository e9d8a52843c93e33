package loyalty

import (
	"math/bits"
	"strings"
)

// Currency is an ISO 4217 code in upper case.
type Currency string

// MaxMinor caps an amount at 10^15 minor units, well below 2^53.
const MaxMinor int64 = 1_000_000_000_000_000

// exponents lists the currencies whose minor unit is not 1/100 (ISO 4217).
var exponents = map[Currency]int{
	"BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0,
	"UGX": 0, "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
	"BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
}

// Valid says whether c has the form of a currency code.
func (c Currency) Valid() bool {
	if len(c) != 3 {
		return false
	}
	for _, r := range c {
		if r < 'A' || r > 'Z' {
			return false
		}
	}
	return true
}

// Exponent is the number of decimals of the currency's minor unit: 2 for EUR, 0 for JPY, 3 for KWD.
func (c Currency) Exponent() int {
	if e, ok := exponents[c]; ok {
		return e
	}
	return 2
}

// Money is an amount in minor units of a currency.
type Money struct {
	Minor    int64    `json:"minor"`
	Currency Currency `json:"currency"`
}

// ParseMinor reads a host's decimal string ("12.34", "35", "-5.5") as minor units
// of the currency, half away from zero beyond the last decimal. It accepts no
// exponent, no sign but '-', no spaces; anything else is CodeInvalid. Hosts send
// more decimals than the currency has ("18.5966385").
func ParseMinor(s string, c Currency) (int64, error) {
	neg := strings.HasPrefix(s, "-")
	digits := strings.TrimPrefix(s, "-")
	whole, frac, dotted := strings.Cut(digits, ".")
	if whole == "" || (dotted && frac == "") || len(whole) > 15 || len(frac) > 40 {
		return 0, Invalid("amount", "is not a decimal number")
	}
	exp := c.Exponent()
	roundUp := len(frac) > exp && frac[exp] >= '5'
	if len(frac) > exp {
		if !allDigits(frac[exp:]) {
			return 0, Invalid("amount", "is not a decimal number")
		}
		frac = frac[:exp]
	}
	frac += strings.Repeat("0", exp-len(frac))
	if !allDigits(whole) || !allDigits(frac) {
		return 0, Invalid("amount", "is not a decimal number")
	}
	var n int64
	for _, d := range whole + frac {
		n = n*10 + int64(d-'0')
		if n > MaxMinor {
			return 0, Refuse(CodeOverflow, "amount is too large")
		}
	}
	if roundUp {
		n++
	}
	if neg {
		n = -n
	}
	return n, nil
}

func allDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// FormatMinor writes minor units as a plain decimal ("12.34", "35"), the form hosts take.
func FormatMinor(minor int64, c Currency) string {
	exp := c.Exponent()
	sign, n := "", minor
	if n < 0 {
		sign, n = "-", -n
	}
	s := ID(n).String()
	if exp == 0 {
		return sign + s
	}
	if len(s) <= exp {
		s = strings.Repeat("0", exp+1-len(s)) + s
	}
	return sign + s[:len(s)-exp] + "." + s[len(s)-exp:]
}

// MulDiv returns a*b/c rounded by r, without overflow in between. c must be
// positive; a and b may be negative. CodeOverflow if the result exceeds int64.
func MulDiv(a, b, c int64, r Rounding) (int64, error) {
	if c <= 0 {
		return 0, Invalid("divisor", "must be positive")
	}
	neg := (a < 0) != (b < 0)
	hi, lo := bits.Mul64(abs64(a), abs64(b))
	if hi >= uint64(c) {
		return 0, Refuse(CodeOverflow, "number is too large")
	}
	q, rem := bits.Div64(hi, lo, uint64(c))
	if rem != 0 && r.up(neg, rem, uint64(c)) {
		q++
	}
	if q > 1<<63-1 {
		return 0, Refuse(CodeOverflow, "number is too large")
	}
	if neg {
		return -int64(q), nil
	}
	return int64(q), nil
}

func abs64(n int64) uint64 {
	if n < 0 {
		return uint64(-(n + 1)) + 1
	}
	return uint64(n)
}
