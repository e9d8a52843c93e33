package voucher

import (
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"zugabe/app/loyalty"
)

// covers: S0-08, S0-10, G9
func TestWhichCodesAPartnerMayChoose(t *testing.T) {
	for text, want := range map[string]string{
		"vonmeier": "", "5EurovonHans": "", "Von-Müller": "", "Łódź25": "", "ÆbleKage": "", " vonmeier ": "", "Klasse5": "", "Essex": "",
		"abc": "short", "a-b-c": "short", strings.Repeat("ab", 17): "long", "12345": "letter",
		"von meier": "symbols", "von_meier": "symbols", "-meier": "symbols", "von--meier": "symbols", "vonmeier!": "symbols", "": "short",
		"vοnmeier": "symbols", "vonmеier": "symbols", "ｖonmeier": "",
		"FickDich": "word", "f1ck-dich": "word", "Sch3iße": "word", "Heil-Hitler": "word", "sex-4you": "word", "kurwa5": "word",
	} {
		err := CheckVanity(text)
		got := ""
		var refused *loyalty.Error
		if errors.As(err, &refused) {
			got = refused.Detail["reason"].(string)
		}
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	if CheckVanity(newCode(t, "")) == nil {
		t.Error("a generated code can be chosen")
	}
}

// covers: G9
func TestForbiddenWordsAreFoundHoweverTheyAreWritten(t *testing.T) {
	for _, bad := range []string{"FUCK", "fuuuuck", "f-u-c-k", "FÜCK", "fυck", "sh1t", "$h1t", "5CHE155E", "N4Z1", "nаzi", "PORN-2026", "Arsch", "arsch 5", "KKK", "cazzo", "CHUJ", "XXhitlerXX", "ſhit"} {
		if !Forbidden(bad) {
			t.Errorf("%q passes", bad)
		}
	}
	for _, good := range []string{"", "vonmeier", "Klasse", "MESSE-2345-BC", "SOMMER-55", "Scunthorpe", "Montenegro", "Slutspurt", "Cocktail", "Therapist", "Analyse", "Titan", "Massage",
		"5EurovonHans", "Markusevent", "Profiseite", "Passau", "AS-24", "Stazione", "Nazim", "1234", "HERBST-88", "Christmas", "Assistent", "Druckerei"} {
		if Forbidden(good) {
			t.Errorf("%q is refused", good)
		}
	}
}

// covers: S0-09, S0-10
func TestSuggestionsAreFreeAllowedAndClose(t *testing.T) {
	taken := map[string]bool{"VONMEIER": true, "VONMEIER2": true, "VONMEIERPLUS": true}
	got := Suggest("vonmeier", func(f string) bool { return taken[f] })
	if len(got) != 5 || !slices.Contains(got, "vonmeier-extra") {
		t.Errorf("got %v", got)
	}
	for _, s := range got {
		if CheckVanity(s) != nil || taken[Fold(s)] {
			t.Errorf("%s is suggested", s)
		}
	}
	if got := Suggest("von Meier!", func(string) bool { return false }); len(got) == 0 || got[0] != "von-Meier" {
		t.Errorf("got %v", got)
	}
	if got := Suggest("", nil); got != nil {
		t.Errorf("got %v", got)
	}
	asked := 0
	if got := Suggest("vonmeier", func(string) bool { asked++; return true }); len(got) != 0 || asked > maxAsked {
		t.Errorf("%v after %d questions", got, asked)
	}
}

// covers: G8
func TestLookAlikesOfACode(t *testing.T) {
	got := LookAlikes("vonmeier")
	for _, want := range []string{"V0NMEIER", "VONME1ER", "V0NMELER"} {
		if !slices.Contains(got, want) {
			t.Errorf("%s is missing in %v", want, got)
		}
	}
	if slices.Contains(got, "VONMEIER") || len(LookAlikes("OOOOIIIIOOOO")) > maxLookAlikes {
		t.Error("the code itself, or too many")
	}
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.StringMatching(`[A-NP-Z0-9]{4,7}`).Draw(t, "code")
		for _, b := range LookAlikes(a) {
			if !slices.Contains(LookAlikes(b), Fold(a)) && len(LookAlikes(b)) < 60 {
				t.Fatalf("%s looks like %s, but not the other way round", b, a)
			}
		}
	})
}

// covers: A-32, G6, G8, G9
func TestCodesOfAPatternAreDistinctAndHaveItsForm(t *testing.T) {
	p, err := ParsePattern("messe-####-@@**")
	if err != nil {
		t.Fatal(err)
	}
	if got := p.Possible().Int64(); got != 8*8*8*8*20*20*28*28 {
		t.Errorf("%d possible", got)
	}
	const n = 20_000
	made, err := p.Codes(n, rand.Reader, func(f string) bool { return strings.HasPrefix(f, "MESSE2") })
	if err != nil || len(made) != n {
		t.Fatalf("%d codes, %v", len(made), err)
	}
	seen := map[string]bool{}
	for _, c := range made {
		f := Fold(c)
		if seen[f] || strings.HasPrefix(f, "MESSE2") || Forbidden(c) {
			t.Fatalf("%s comes twice, is taken or spells a word", c)
		}
		seen[f] = true
		if len(c) != 15 || !strings.HasPrefix(c, "MESSE-") || strings.ContainsAny(c[6:10], "01") || strings.ContainsAny(c[11:], "AEIOUL01") {
			t.Fatalf("%s has another form", c)
		}
	}
}

// covers: A-32, G6
func TestAPatternThatIsEasyToGuessIsRefused(t *testing.T) {
	for pattern, ok := range map[string]bool{"A-###": false, "A-####": true, "A-****": true, "SOMMER": false, "": false, "A B": false, "GRÜN-####": false, "FUCK-######": false, strings.Repeat("#", 65): false, strings.Repeat("*", 64): true} {
		p, err := ParsePattern(pattern)
		if err == nil {
			err = p.Enough(4, 0)
		}
		if (err == nil) != ok || err != nil && loyalty.CodeOf(err) != loyalty.CodeInvalid {
			t.Errorf("%q: %v", pattern, err)
		}
	}
	p, _ := ParsePattern("A-####")
	if p.Enough(4, 1) == nil {
		t.Error("existing codes are not counted")
	}
	if _, err := p.Codes(4, rand.Reader, func(string) bool { return true }); loyalty.CodeOf(err) != loyalty.CodeInvalid {
		t.Errorf("all are taken: %v", err)
	}
	broken := errors.New("no randomness")
	if _, err := p.Codes(4, iotest.ErrReader(broken), nil); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}
