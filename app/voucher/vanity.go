package voucher

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"zugabe/app/loyalty"
)

// Bounds of a code that somebody chooses (S0-08), counted as it is compared.
const (
	minVanity = 4
	maxVanity = 32
)

// CheckVanity says whether a partner may choose the text as a code: 'vonmeier',
// '5EurovonHans'. Latin letters, digits and single hyphens, 4 to 32 of them, at
// least one letter; no other script's letters, which look alike; no forbidden
// word; nothing that could be a generated code. CodeInvalid with field "code"
// and Detail["reason"]: short, long, symbols, letter, word, generated.
func CheckVanity(text string) error {
	refuse := func(reason, message string) error {
		return loyalty.Invalid("code", message).With("reason", reason)
	}
	text = strings.TrimSpace(text)
	if !vanitySymbols(text) {
		return refuse("symbols", "may have letters, digits and single hyphens between them")
	}
	f := Fold(text)
	switch n := utf8.RuneCountInString(f); {
	case n < minVanity:
		return refuse("short", "must have at least 4 letters and digits")
	case n > maxVanity:
		return refuse("long", "must have at most 32 letters and digits")
	case !strings.ContainsFunc(f, unicode.IsLetter):
		return refuse("letter", "must have a letter")
	case LooksGenerated(text):
		return refuse("generated", "looks like a code that is made by chance")
	case Forbidden(text):
		return refuse("word", "has a word that codes must not have")
	}
	return nil
}

func vanitySymbols(text string) bool {
	if strings.HasPrefix(text, "-") || strings.HasSuffix(text, "-") || strings.Contains(text, "--") {
		return false
	}
	for _, r := range text {
		if r != '-' && (r < '0' || r > '9') && (!unicode.Is(unicode.Latin, r) || !unicode.IsLetter(r)) {
			return false
		}
	}
	return true
}

// confusable are the groups of symbols that people take for one another in a code.
var confusable = []string{"0OQ", "1IL", "5S", "8B", "2Z"}

const maxLookAlikes = 128

// LookAlikes are the other codes, folded, that a person would take for this one:
// "V0NMEIER" for "vonmeier". A partner's code must not pass for another
// partner's. At most 128, those with the first symbols changed last.
func LookAlikes(text string) []string {
	all := []string{""}
	for _, r := range Fold(text) {
		options := string(r)
		for _, group := range confusable {
			if strings.ContainsRune(group, r) {
				options = string(r) + strings.ReplaceAll(group, string(r), "")
			}
		}
		grown := make([]string, 0, len(all)*utf8.RuneCountInString(options))
		for _, o := range options {
			for _, start := range all {
				grown = append(grown, start+string(o))
			}
		}
		if len(grown) > maxLookAlikes+1 {
			// Too many: from here on only the symbol itself, which comes first.
			grown = grown[:len(all)]
		}
		all = grown
	}
	return all[1:]
}

const (
	maxSuggestions = 5
	maxAsked       = 40
)

// Suggest makes up to five free codes close to a text that is taken or not
// allowed (S0-10). taken is asked with folded texts, at most 40 times. What does
// not pass CheckVanity is never suggested.
func Suggest(text string, taken func(folded string) bool) []string {
	base := repair(text)
	var found []string
	asked := 0
	seen := map[string]bool{Fold(text): true}
	for _, candidate := range variants(base) {
		f := Fold(candidate)
		if seen[f] || CheckVanity(candidate) != nil {
			continue
		}
		seen[f] = true
		if asked++; asked > maxAsked {
			break
		}
		if !taken(f) {
			if found = append(found, candidate); len(found) == maxSuggestions {
				break
			}
		}
	}
	return found
}

// repair keeps of a text what a code may have.
func repair(text string) string {
	kept := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r) || r == '_' || r == '.':
			return '-'
		case r == '-' || r >= '0' && r <= '9' || unicode.Is(unicode.Latin, r) && unicode.IsLetter(r):
			return r
		}
		return -1
	}, text)
	parts := strings.FieldsFunc(kept, func(r rune) bool { return r == '-' })
	kept = strings.Join(parts, "-")
	if runes := []rune(kept); len(runes) > maxVanity-6 {
		kept = strings.TrimSuffix(string(runes[:maxVanity-6]), "-")
	}
	return kept
}

// variants grow away from the base. Numbers leave out 0 and 1, which look like letters.
func variants(base string) []string {
	if base == "" {
		return nil
	}
	all := []string{base, base + "-plus", base + "2", base + "-extra", "hallo-" + base, base + "24", "top-" + base}
	for n := 3; n < 100; n++ {
		s := strconv.Itoa(n)
		if !strings.ContainsAny(s, "01") {
			all = append(all, base+s)
		}
	}
	return all
}
