package voucher

import (
	"crypto/rand"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"
)

// covers: G8
func TestCodesAreComparedFolded(t *testing.T) {
	for typed, want := range map[string]string{
		"sommer-10":            "SOMMER10",
		" Sommer 10 ":          "SOMMER10",
		"SOMMER_1.0":           "SOMMER10",
		"ＳＯＭＭＥＲ１０":             "SOMMER10",
		"som\u00admer\u200b10": "SOMMER10",
		"som–mer—10":           "SOMMER10",
		"grüße":                "GRÜSSE",
		"gru\u0308sse":         "GRÜSSE",
		"":                     "",
	} {
		if got := Fold(typed); got != want {
			t.Errorf("Fold(%q) = %q, want %q", typed, got, want)
		}
	}
}

// covers: G8
func TestSymbolsThatNoCodeHasAreReadAsWhatTheyAreTakenFor(t *testing.T) {
	misread := strings.NewReplacer("Q", "0", "J", "l", "V", "u")
	for range 500 {
		c, err := NewCode("ZG", rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		typed := "ZG" + misread.Replace(strings.TrimPrefix(c, "ZG"))
		if Fold(typed) != Fold(c) {
			t.Fatalf("%s is not taken for %s", typed, c)
		}
	}
}

func TestAMerchantsLongCodeKeepsItsLetters(t *testing.T) {
	if got := Fold("WILLKOMMENSGUTSCHEIN-2026"); got != "WILLKOMMENSGUTSCHEIN2026" {
		t.Errorf("got %s", got)
	}
}

// covers: G8
func TestFoldingTwiceChangesNothingMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.StringMatching(`[A-Z0-9 -]{0,24}`)).Draw(t, "code")
		if once := Fold(s); Fold(once) != once {
			t.Fatalf("%q folds to %q and then to %q", s, once, Fold(once))
		}
	})
}

func FuzzFold(f *testing.F) {
	f.Add("ZG-7KXM-QR4T9-BVW2C")
	f.Add("ß\u0345\u1e9e")
	f.Fuzz(func(t *testing.T, s string) {
		if once := Fold(s); Fold(once) != once {
			t.Fatalf("%q folds to %q and then to %q", s, once, Fold(once))
		}
		LooksGenerated(s)
	})
}

func TestPlainSignsAreKeptOrDroppedAsTheTablesSay(t *testing.T) {
	for r := rune(0); r < 0x80; r++ {
		dropped := r == '_' || r == '.' || unicode.IsSpace(r) || unicode.In(r, unicode.Pd, unicode.Cc, unicode.Cf)
		if got := keep(r) < 0; got != dropped {
			t.Errorf("%q is dropped: %v, the tables say %v", r, got, dropped)
		}
	}
}
