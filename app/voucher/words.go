package voucher

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// forbiddenAnywhere are words that no code may contain, in German, English,
// Danish, Polish and Italian.
var forbiddenAnywhere = words(`arschloch fick ficken fotze hurensohn wichser scheise schlampe missgeburt muschi
	nigger neger kanake spast behindert hitler himmler goebbels nazi siegheil holocaust judensau vergasen
	fuck cunt bitch whore motherfucker asshole bullshit shit dickhead pussy bastard faggot rapist wanker porn
	pikhoved roevhul perker kurwa chuj jebac jebany pierdol pizda skurwysyn dupek cwel
	cazzo vaffanculo stronzo puttana merda minchia coglione frocio negro zoccola
	terror kinderschaender pedofil abzocke kokain heroin`)

// forbiddenWhole are words that are harmless inside others ("Klasse", "Essex",
// "Titan", "Slutspurt"): refused only standing alone.
var forbiddenWhole = strings.Fields(`arsch sex ass tit tits titten anal anus dick cock penis vagina hure sau depp idiot
	trottel kack kacke piss pisse hass tod mord bombe bomb kill ss sa hh pik roev fisse kusse luder skide lort slut
	retard dupa cipa suka kutas culo tette troia negra rape rapes drug drogen koks crack meth lsd kkk isis pedo betrug`)

// harmless are names, places and plain words that contain a forbidden one and are none.
var harmless = words(`scunthorpe nazim nazir benazir nazife ignazio ignazia nazionale internazionale stazione destinazione
	fickel fickler pornic negroni montenegro therapist shitake shiitake yoshito ishita terrorfrei heroine`)

func words(list string) []string {
	all := strings.Fields(list)
	for i, w := range all {
		all[i] = squeeze(w)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// leet are digits and signs as people put them for letters. '1' is tried as 'i' and as 'l'.
var leet = map[rune]rune{'0': 'o', '1': 'i', '!': 'i', '|': 'i', '3': 'e', '€': 'e', '4': 'a', '@': 'a', '5': 's', '$': 's', '7': 't', '8': 'b', '6': 'g', '9': 'g'}

// lookAlike are letters of other scripts that look like Latin ones.
var lookAlike = map[rune]rune{
	'а': 'a', 'в': 'b', 'с': 'c', 'е': 'e', 'һ': 'h', 'н': 'h', 'і': 'i', 'ј': 'j', 'к': 'k', 'м': 'm', 'о': 'o', 'р': 'p', 'ѕ': 's', 'т': 't', 'у': 'y', 'х': 'x', 'ԁ': 'd', 'ո': 'n', 'ս': 'u',
	'α': 'a', 'β': 'b', 'ε': 'e', 'η': 'n', 'ι': 'i', 'κ': 'k', 'ν': 'v', 'ο': 'o', 'ρ': 'p', 'τ': 't', 'υ': 'u', 'χ': 'x', 'ı': 'i', 'ł': 'l', 'ø': 'o', 'æ': 'a', 'đ': 'd',
}

// Forbidden says whether a code spells a word that codes must not spell, also in
// digits for letters, with accents, look-alikes of other scripts, doubled letters
// or hyphens in between.
func Forbidden(text string) bool {
	latin := latinOnly(text)
	whole := tokens(latin)
	for _, one := range [2]rune{'i', 'l'} {
		joined := squeeze(letters(latin, one, true))
		for _, h := range harmless {
			joined = strings.ReplaceAll(joined, h, " ")
		}
		if slices.ContainsFunc(forbiddenAnywhere, func(w string) bool { return strings.Contains(joined, w) }) {
			return true
		}
		for _, token := range whole {
			if standsAlone(letters(token, one, false)) || strings.ContainsFunc(token, isLatin) && standsAlone(letters(token, one, true)) {
				return true
			}
		}
	}
	return false
}

func isLatin(r rune) bool { return r >= 'a' && r <= 'z' }

// standsAlone compares short words as they are: squeezed, "kkk" would be "k".
func standsAlone(word string) bool {
	squeezed := squeeze(word)
	return slices.ContainsFunc(forbiddenWhole, func(w string) bool {
		return w == word || len(squeezed) >= 4 && squeezed == squeeze(w)
	})
}

// tokens are the text as a whole and its parts between separators.
func tokens(s string) []string {
	parts := strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && leet[r] == 0 && !unicode.IsDigit(r) })
	return append(parts, s)
}

// latinOnly is the text in small letters without accents, with look-alikes replaced.
func latinOnly(text string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(norm.NFKC.String(text))) {
		if unicode.Is(unicode.Mn, r) {
			continue
		}
		if l, ok := lookAlike[r]; ok {
			r = l
		}
		if r == 'ß' {
			b.WriteByte('s')
			r = 's'
		}
		b.WriteRune(r)
	}
	return b.String()
}

// letters keeps letters; digits and signs are read as letters or dropped.
func letters(s string, one rune, read bool) string {
	return strings.Map(func(r rune) rune {
		switch {
		case isLatin(r):
			return r
		case !read:
			return -1
		case r == '1' || r == '!' || r == '|':
			return one
		case leet[r] != 0:
			return leet[r]
		}
		return -1
	}, s)
}

// squeeze drops repeats: "fuuuck" is "fuck", and "ass" is "as" on both sides of the comparison.
func squeeze(s string) string {
	b := make([]byte, 0, len(s))
	for i := range len(s) {
		if i == 0 || s[i] != s[i-1] {
			b = append(b, s[i])
		}
	}
	return string(b)
}
