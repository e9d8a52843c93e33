package voucher

import (
	"io"
	"math/big"
	"strings"

	"zugabe/app/loyalty"
)

// The symbols of patterns. Like Alphabet they have no look-alikes and no vowels (G8, G9).
const (
	patternDigits  = "23456789"
	patternLetters = "BCDFGHJKMNPQRSTVWXYZ"
)

// patternClasses says what a placeholder stands for: # a digit, @ a letter, * either.
var patternClasses = map[byte]string{'#': patternDigits, '@': patternLetters, '*': Alphabet}

const (
	maxPattern = 64
	// MaxBatch is how many codes one call of Pattern.Codes makes at most.
	MaxBatch = 100_000
	// patternOdds is how many texts a pattern must have for each code that is made
	// from it: a guess hits one time in a thousand at most, which the limiter then stops (G6).
	patternOdds = 1_000
)

// Pattern makes codes of one form, such as "MESSE-####-@@".
type Pattern struct {
	text string
}

// ParsePattern reads a pattern: ASCII letters, digits and hyphens stand for
// themselves, # for a digit, @ for a letter, * for either. CodeInvalid with field "pattern".
func ParsePattern(text string) (Pattern, error) {
	text = strings.ToUpper(strings.TrimSpace(text))
	if text == "" || len(text) > maxPattern {
		return Pattern{}, loyalty.Invalid("pattern", "must have between 1 and 64 characters")
	}
	for i := range len(text) {
		c := text[i]
		if patternClasses[c] == "" && c != '-' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') {
			return Pattern{}, loyalty.Invalid("pattern", "may have letters, digits, hyphens and the placeholders # @ *").With("at", i+1)
		}
	}
	if Forbidden(text) {
		return Pattern{}, loyalty.Invalid("pattern", "has a word that codes must not have")
	}
	return Pattern{text}, nil
}

// Possible is how many different codes the pattern can make.
func (p Pattern) Possible() *big.Int {
	n := big.NewInt(1)
	for i := range len(p.text) {
		if class := patternClasses[p.text[i]]; class != "" {
			n.Mul(n, big.NewInt(int64(len(class))))
		}
	}
	return n
}

// Enough is nil if the pattern can give n codes that are hard to guess: besides
// the existing ones of the same pattern, a thousand texts for each. Else
// CodeInvalid with "need" and "have" as decimal strings.
func (p Pattern) Enough(n, existing int64) error {
	if n < 1 || n > MaxBatch {
		return loyalty.Invalid("count", "must be between 1 and 100,000")
	}
	need := new(big.Int).Mul(big.NewInt(n+max(0, existing)), big.NewInt(patternOdds))
	if have := p.Possible(); have.Cmp(need) < 0 {
		return loyalty.Invalid("pattern", "has too few placeholders for so many codes").With("need", need.String()).With("have", have.String())
	}
	return nil
}

// Codes makes n codes that differ from one another and from those that taken
// knows (by folded text). r must be a cryptographic source. Texts that spell a
// forbidden word are thrown away.
func (p Pattern) Codes(n int64, r io.Reader, taken func(folded string) bool) ([]string, error) {
	if err := p.Enough(n, 0); err != nil {
		return nil, err
	}
	d := &draws{r: r}
	made := make([]string, 0, n)
	seen := make(map[string]bool, n)
	for tries := n*4 + 1_000; int64(len(made)) < n; tries-- {
		if tries == 0 {
			return nil, loyalty.Invalid("pattern", "has too few codes left")
		}
		code, err := p.draw(d)
		if err != nil {
			return nil, err
		}
		f := Fold(code)
		if seen[f] || Forbidden(code) || taken != nil && taken(f) {
			continue
		}
		seen[f] = true
		made = append(made, code)
	}
	return made, nil
}

func (p Pattern) draw(d *draws) (string, error) {
	out := []byte(p.text)
	for i, c := range out {
		if class := patternClasses[c]; class != "" {
			symbol, err := d.from(class)
			if err != nil {
				return "", err
			}
			out[i] = symbol
		}
	}
	return string(out), nil
}

// draws reads random bytes in bulk.
type draws struct {
	r    io.Reader
	buf  [1024]byte
	left []byte
}

// from draws a symbol without bias: bytes beyond the last whole multiple are thrown away.
func (d *draws) from(class string) (byte, error) {
	fair := 256 / len(class) * len(class)
	for {
		if len(d.left) == 0 {
			if _, err := io.ReadFull(d.r, d.buf[:]); err != nil {
				return 0, err
			}
			d.left = d.buf[:]
		}
		b := int(d.left[0])
		d.left = d.left[1:]
		if b < fair {
			return class[b%len(class)], nil
		}
	}
}
