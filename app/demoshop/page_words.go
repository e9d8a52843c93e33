package demoshop

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// tongue is the language of a shopper's pages: "en" or "de". The English text is
// the key of the German one. The merchant's pages are in English.
type tongue string

// saying is a text that is put into words once it is known for whom.
type saying struct {
	text string
	args []any
}

// minor is an amount in minor units inside a saying.
type minor int64

func says(text string, args ...any) saying { return saying{text, args} }

func (w saying) in(l tongue) string { return l.say(w.text, w.args...) }

// say puts a text into the language and its figures, written as people write
// them, into its places ("%s").
func (l tongue) say(text string, args ...any) string {
	if l == "de" {
		if there, ok := german[text]; ok {
			text = there
		}
	}
	if len(args) == 0 {
		return text
	}
	figures := make([]any, len(args))
	for i, a := range args {
		switch v := a.(type) {
		case minor:
			figures[i] = l.money(int64(v))
		case int:
			figures[i] = l.number(int64(v))
		case int64:
			figures[i] = l.number(v)
		default:
			figures[i] = a
		}
	}
	return fmt.Sprintf(text, figures...)
}

// spokenBy is the language of a request: chosen by ?lang, else the one chosen
// before, else the browser's first that we speak, else English.
func spokenBy(r *http.Request, before tongue) tongue {
	if l := tongue(r.URL.Query().Get("lang")); l == "de" || l == "en" {
		return l
	}
	if before != "" {
		return before
	}
	for _, part := range strings.Split(r.Header.Get("Accept-Language"), ",") {
		l, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(part)), ";")
		if l, _, _ = strings.Cut(l, "-"); l == "de" || l == "en" {
			return tongue(l)
		}
	}
	return "en"
}

// otherLanguage is the same page in the other language.
func otherLanguage(r *http.Request, l tongue) string {
	q := r.URL.Query()
	q.Set("lang", string(l.other()))
	return r.URL.EscapedPath() + "?" + q.Encode()
}

func (l tongue) other() tongue {
	if l == "de" {
		return "en"
	}
	return "de"
}

// number groups thousands: 1,234 or 1.234.
func (l tongue) number(n int64) string {
	digits, sign := strconv.FormatInt(n, 10), ""
	if n < 0 {
		digits, sign = digits[1:], "−"
	}
	mark := ","
	if l == "de" {
		mark = "."
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + mark + digits[i:]
	}
	return sign + digits
}

// signed is a number that says whether it comes or goes.
func (l tongue) signed(n int64) string {
	if n > 0 {
		return "+" + l.number(n)
	}
	return l.number(n)
}

// money writes minor units for people: €12.34 or 12,34 €.
func (l tongue) money(n int64) string {
	sign := ""
	if n < 0 {
		sign, n = "−", -n
	}
	cents := fmt.Sprintf("%02d", n%100)
	if l == "de" {
		return sign + l.number(n/100) + "," + cents + "\u00a0€"
	}
	return sign + "€" + l.number(n/100) + "." + cents
}

func (l tongue) points(n int64) string {
	if n == 1 || n == -1 {
		return l.number(n) + " " + l.say("point")
	}
	return l.number(n) + " " + l.say("points")
}

// day writes an instant by the shop's wall clock.
func (l tongue) day(t time.Time) string {
	if l == "de" {
		return t.In(zone()).Format("2.1.2006, 15:04")
	}
	return t.In(zone()).Format("2 Jan 2006, 15:04")
}

// date writes a YYYY-MM-DD of the app as people do.
func (l tongue) date(iso string) string {
	t, err := time.Parse(time.DateOnly, iso)
	switch {
	case err != nil:
		return iso
	case l == "de":
		return t.Format("2.1.2006")
	}
	return t.Format("2 Jan 2006")
}
