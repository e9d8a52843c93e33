package voucher

import (
	"io"
	"strings"

	"zugabe/app/loyalty"
)

// Alphabet is what generated codes are made of: digits and capital letters
// without 0 O 1 I L U (G8) and without vowels, so that no code spells a word (G9).
const Alphabet = "23456789BCDFGHJKMNPQRSTVWXYZ"

const (
	randomSymbols = 13 // 62.5 bits: out of reach of guessing (G6)
	bodySymbols   = randomSymbols + 1
	modulus       = 29 // the prime above the alphabet's 28 symbols
)

// NewCode makes a code such as "ZG-7KXM-QR4T9-BVW2C": the prefix, 13 symbols
// from r and a check symbol. r must be a cryptographic source; its error is
// returned. The prefix is at most 8 ASCII letters and digits, or empty.
func NewCode(prefix string, r io.Reader) (string, error) {
	if len(prefix) > 8 || strings.Trim(strings.ToUpper(prefix), "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return "", loyalty.Invalid("prefix", "must be at most 8 letters and digits")
	}
	body := make([]byte, 0, bodySymbols)
	for {
		var err error
		if body, err = randomBody(body[:0], r); err != nil {
			return "", err
		}
		if c := checkValue(body); c < len(Alphabet) {
			body = append(body, Alphabet[c])
			break
		}
		// The check value 28 has no symbol: 1 of 29 draws is thrown away, which costs 0.05 bits.
	}
	parts := []string{string(body[:4]), string(body[4:9]), string(body[9:])}
	if prefix != "" {
		parts = append([]string{strings.ToUpper(prefix)}, parts...)
	}
	return strings.Join(parts, "-"), nil
}

// randomBody draws symbols without bias: bytes beyond the last whole multiple of 28 are thrown away.
func randomBody(body []byte, r io.Reader) ([]byte, error) {
	const fair = 256 / len(Alphabet) * len(Alphabet)
	var buf [2 * randomSymbols]byte
	for len(body) < randomSymbols {
		if _, err := io.ReadFull(r, buf[:]); err != nil {
			return nil, err
		}
		for _, b := range buf {
			if int(b) < fair && len(body) < randomSymbols {
				body = append(body, Alphabet[int(b)%len(Alphabet)])
			}
		}
	}
	return body, nil
}

// checkValue is the value that makes the weighted sum of all 14 symbols 0 modulo
// 29. The weights 14, 13 … 2, 1 differ and none is 0 modulo the prime: every single
// wrong symbol and every swap of two different symbols changes the sum.
func checkValue(body []byte) int {
	sum := 0
	for i := range randomSymbols {
		sum += (bodySymbols - i) * strings.IndexByte(Alphabet, body[i])
	}
	return (modulus - sum%modulus) % modulus
}

// LooksGenerated says whether the code, however it is typed, ends in a body that
// NewCode could have made: a wrong symbol or two swapped ones make it false.
func LooksGenerated(code string) bool {
	f := Fold(code)
	return len(f) >= bodySymbols && wellFormed(f[len(f)-bodySymbols:])
}

func wellFormed(body string) bool {
	for i := range len(body) {
		if strings.IndexByte(Alphabet, body[i]) < 0 {
			return false
		}
	}
	c := checkValue([]byte(body))
	return c < len(Alphabet) && body[randomSymbols] == Alphabet[c]
}
