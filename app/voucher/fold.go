package voucher

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Fold is the form in which codes are compared: without case, without spaces,
// hyphens and other separators, compatibility forms resolved (full-width letters are
// letters). Symbols that generated codes never have are read as the ones they
// are taken for, but only where that makes a well-formed generated code; a
// merchant's own "SOMMER10" stays what it is. Fold is idempotent.
func Fold(code string) string {
	f := foldOnce(code)
	for range 4 {
		again := foldOnce(f)
		if again == f {
			break
		}
		f = again
	}
	return unmistake(f)
}

// foldOnce takes a new Caser each time: one must not be shared between goroutines.
func foldOnce(code string) string {
	if plain(code) {
		return strings.ToUpper(strings.Map(keep, code))
	}
	return strings.ToUpper(strings.Map(keep, norm.NFKC.String(cases.Fold().String(norm.NFKC.String(code)))))
}

func plain(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// keep drops what people type between groups and what copying brings along.
func keep(r rune) rune {
	if r < 0x80 { // the tables are slow, and codes are mostly plain letters
		if r <= ' ' || r == '-' || r == '_' || r == '.' || r == 0x7f {
			return -1
		}
		return r
	}
	if r == '·' || unicode.IsSpace(r) || unicode.In(r, unicode.Pd, unicode.Cc, unicode.Cf) {
		return -1
	}
	return r
}

// mistaken lists symbols that no generated code has and what stood there if somebody reads them.
var mistaken = strings.NewReplacer("0", "Q", "O", "Q", "1", "J", "I", "J", "L", "J", "U", "V")

func unmistake(f string) string {
	if len(f) < bodySymbols {
		return f
	}
	head, body := f[:len(f)-bodySymbols], f[len(f)-bodySymbols:]
	if fixed := mistaken.Replace(body); wellFormed(fixed) {
		return head + fixed
	}
	return f
}
