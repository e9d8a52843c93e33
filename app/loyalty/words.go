package loyalty

import "strconv"

// Plural is the form of a text that is for a count: "one", "few", "many" or "other",
// by the rules of CLDR as far as whole numbers of our five languages need them.
func Plural(language string, n int64) string {
	n = max(n, -n)
	switch {
	case n == 1:
		return "one"
	case language != "pl":
		return "other"
	case n%10 >= 2 && n%10 <= 4 && (n%100 < 12 || n%100 > 14):
		return "few"
	}
	return "many"
}

// Grouped writes a whole number as readers of a language do: "1,234", "1.234", "1 234".
func Grouped(language string, n int64) string {
	s, group, sign := strconv.FormatInt(n, 10), ".", ""
	switch language {
	case "en":
		group = ","
	case "pl":
		group = "\u00a0"
	}
	if n < 0 {
		s, sign = s[1:], "\u2212"
	}
	for at := len(s) - 3; at > 0; at -= 3 {
		s = s[:at] + group + s[at:]
	}
	return sign + s
}
