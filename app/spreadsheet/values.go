package spreadsheet

import (
	"fmt"
	"strconv"
	"strings"

	"zugabe/app/loyalty"
)

// The orders of day, month and year in dates.
const (
	YMD = "ymd"
	DMY = "dmy"
	MDY = "mdy"
)

// DecimalOf guesses from amounts whether "," or "." stands before the decimals: the
// last sign that is followed by one or two digits. Where no amount says it, it is
// the fallback.
func DecimalOf(samples []string, fallback string) string {
	score := map[byte]int{}
	for _, s := range samples {
		s = strings.TrimRight(s, " \u00a0€$£%abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZł")
		at := strings.LastIndexAny(s, ".,")
		if at < 0 {
			continue
		}
		if after := len(s) - at - 1; after == 1 || after == 2 {
			score[s[at]]++
		} else if strings.ContainsAny(s[:at], ".,") && after == 3 {
			score[s[at]]-- // 1.234.567
		}
	}
	switch {
	case score[','] > score['.']:
		return ","
	case score['.'] > score[',']:
		return "."
	}
	return fallback
}

// Minor reads an amount of money in minor units: "1.234,50 €" with decimal ",".
func Minor(text, decimal string, currency loyalty.Currency) (int64, error) {
	thousands := "."
	if decimal == "." {
		thousands = ","
	}
	var b strings.Builder
	for _, r := range text {
		switch {
		case r >= '0' && r <= '9' || r == '-':
			b.WriteRune(r)
		case string(r) == decimal:
			b.WriteByte('.')
		case string(r) == thousands || strings.ContainsRune(" \u00a0\u202f'’€$£%", r):
		default:
			if !strings.Contains(string(currency)+"złkrfKRFZŁ", string(r)) {
				return 0, loyalty.Invalid("amount", "is not a number")
			}
		}
	}
	return loyalty.ParseMinor(strings.TrimSuffix(b.String(), "."), currency)
}

// Whole reads a count without decimals.
func Whole(text string) (int64, error) {
	text = strings.TrimSuffix(strings.TrimSuffix(strings.TrimSpace(text), ".0"), ",0")
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return 0, loyalty.Invalid("number", "is not a whole number")
	}
	return n, nil
}

// DateOrderOf guesses from dates in which order they have day and month. Where no
// date says it, it is the fallback.
func DateOrderOf(samples []string, fallback string) string {
	for _, s := range samples {
		parts, ok := dateParts(s)
		switch {
		case !ok:
			continue
		case parts[0] > 31:
			return YMD
		case parts[0] > 12:
			return DMY
		case parts[1] > 12:
			return MDY
		case strings.Contains(s, "."):
			return DMY
		}
	}
	return fallback
}

// dateParts are the three numbers of a date; what follows a space or a T is a time.
func dateParts(text string) (parts [3]int, ok bool) {
	text, _, _ = strings.Cut(strings.TrimSpace(text), "T")
	text, _, _ = strings.Cut(text, " ")
	fields := strings.FieldsFunc(text, func(r rune) bool { return r == '.' || r == '-' || r == '/' })
	if len(fields) != 3 {
		return parts, false
	}
	for i, f := range fields {
		n, err := strconv.Atoi(f)
		if err != nil || n < 0 {
			return parts, false
		}
		parts[i] = n
	}
	return parts, true
}

// Date reads a date: "24.12.2026" with order dmy, "2026-12-24" with any, and the day
// numbers of workbooks.
func Date(text, order string) (loyalty.LocalDate, error) {
	bad := loyalty.Invalid("date", "is not a date")
	parts, ok := dateParts(text)
	if !ok {
		serial, _, _ := strings.Cut(text, ".")
		if n, err := strconv.Atoi(serial); err == nil && n > 20_000 && n < 110_000 {
			return loyalty.LocalDate{Year: 1899, Month: 12, Day: 30}.AddDays(n), nil // how workbooks count
		}
		return loyalty.LocalDate{}, bad
	}
	y, m, d := parts[2], parts[1], parts[0]
	switch {
	case parts[0] > 31 || order == YMD:
		y, m, d = parts[0], parts[1], parts[2]
	case order == MDY:
		m, d = parts[0], parts[1]
	}
	if y < 100 {
		y += 2000
	}
	date, err := loyalty.ParseDate(fmt.Sprintf("%04d-%02d-%02d", y, m, d))
	if err != nil {
		return loyalty.LocalDate{}, bad
	}
	return date, nil
}
