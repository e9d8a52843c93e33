package voucher

import (
	"crypto/rand"
	"errors"
	"math"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"
)

func newCode(t interface{ Fatal(...any) }, prefix string) string {
	c, err := NewCode(prefix, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// covers: G6, G8, G9
func TestTheAlphabetHasNoLookAlikesNoVowelsAndEnoughBits(t *testing.T) {
	if strings.ContainsAny(Alphabet, "0O1ILUAE") {
		t.Error("the alphabet has look-alikes or vowels")
	}
	if len(Alphabet) != 28 {
		t.Errorf("%d symbols, want 28", len(Alphabet))
	}
	if bits := randomSymbols*math.Log2(28) - math.Log2(29.0/28.0); bits < 60 {
		t.Errorf("%.1f bits, want 60", bits)
	}
}

func TestACodeIsGroupedForReadingAndKnownAgain(t *testing.T) {
	c := newCode(t, "zg")
	parts := strings.Split(c, "-")
	if len(parts) != 4 || parts[0] != "ZG" || len(parts[1]) != 4 || len(parts[2]) != 5 || len(parts[3]) != 5 {
		t.Errorf("got %s", c)
	}
	if !LooksGenerated(c) || !LooksGenerated(strings.ToLower(strings.ReplaceAll(c, "-", " "))) || !LooksGenerated(newCode(t, "")) {
		t.Errorf("%s is not known again", c)
	}
	if LooksGenerated("SOMMER10") || LooksGenerated("") {
		t.Error("a merchant's code looks generated")
	}
}

func TestACodeNeedsRandomnessAndAPlainPrefix(t *testing.T) {
	broken := errors.New("no randomness")
	if _, err := NewCode("ZG", iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	for _, p := range []string{"A-B", "ABCDEFGHI", "Ä"} {
		if _, err := NewCode(p, rand.Reader); err == nil {
			t.Errorf("prefix %q is accepted", p)
		}
	}
}

// covers: G6
func TestSymbolsAreEvenlySpreadAndNoCodeComesTwice(t *testing.T) {
	const codes = 20_000
	var count [randomSymbols + 1][28]float64
	seen := make(map[string]bool, codes)
	for range codes {
		f := Fold(newCode(t, ""))
		if seen[f] {
			t.Fatalf("%s came twice", f)
		}
		seen[f] = true
		for i := range f {
			count[i][strings.IndexByte(Alphabet, f[i])]++
		}
	}
	for i := range count {
		expected, chi := float64(codes)/28, 0.0
		for _, n := range count[i] {
			chi += (n - expected) * (n - expected) / expected
		}
		// 27 degrees of freedom: chance exceeds 90 once in 100 million runs.
		if chi > 90 {
			t.Errorf("position %d is uneven: chi square %.1f", i, chi)
		}
	}
}

// covers: G8
func TestEveryWrongSymbolAndEverySwapOfNeighboursIsNoticed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := Fold(newCode(t, ""))
		i := rapid.IntRange(0, len(f)-1).Draw(t, "position")
		for _, s := range Alphabet {
			if wrong := f[:i] + string(s) + f[i+1:]; wrong != f && LooksGenerated(wrong) {
				t.Fatalf("%s passes for %s", wrong, f)
			}
		}
		if i+1 < len(f) && f[i] != f[i+1] {
			if swapped := f[:i] + string(f[i+1]) + string(f[i]) + f[i+2:]; LooksGenerated(swapped) {
				t.Fatalf("%s passes for %s", swapped, f)
			}
		}
	})
}
