package demoshop

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// tongue is the language of a shopper's pages. The English text is the key of the
// others (messages.json). The merchant's pages are in English.
type tongue string

var tongues = []tongue{"en", "de", "da", "pl", "it"}

// languageNames are what a language is called in English and by who speaks it.
var languageNames = map[tongue]inTwo{"en": {"English", "English"}, "de": {"German", "Deutsch"}, "da": {"Danish", "Dansk"}, "pl": {"Polish", "Polski"}, "it": {"Italian", "Italiano"}}

//go:embed messages.json
var messagesFile []byte

// messages are the texts that come from code: by the English one, then by language.
var messages = sync.OnceValue(func() map[string]map[tongue]string {
	var out map[string]map[tongue]string
	if err := json.Unmarshal(messagesFile, &out); err != nil {
		panic("messages.json: " + err.Error())
	}
	return out
})

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
	if there, ok := messages()[text][l]; ok {
		text = there
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
	if l := tongue(r.URL.Query().Get("lang")); slices.Contains(tongues, l) {
		return l
	}
	if before != "" {
		return before
	}
	for _, part := range strings.Split(r.Header.Get("Accept-Language"), ",") {
		l, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(part)), ";")
		if l, _, _ = strings.Cut(l, "-"); slices.Contains(tongues, tongue(l)) {
			return tongue(l)
		}
	}
	return "en"
}

// number groups thousands: 1,234 or 1.234.
func (l tongue) number(n int64) string {
	digits, sign := strconv.FormatInt(n, 10), ""
	if n < 0 {
		digits, sign = digits[1:], "−"
	}
	mark := map[tongue]string{"de": ".", "da": ".", "it": ".", "pl": "\u00a0"}[l]
	if mark == "" {
		mark = ","
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
	if l == "en" || l == "" {
		return sign + "€" + l.number(n/100) + "." + cents
	}
	return sign + l.number(n/100) + "," + cents + "\u00a0€"
}

// moneyFormat is money in the host's own notation.
func (l tongue) moneyFormat() string {
	switch l {
	case "en", "":
		return "€{{amount}}"
	case "pl":
		return "{{amount_with_space_separator}}\u00a0€"
	}
	return "{{amount_with_comma_separator}}\u00a0€"
}

func (l tongue) points(n int64) string {
	if n == 1 || n == -1 {
		return l.number(n) + " " + l.say("point")
	}
	return l.number(n) + " " + l.say("points")
}

// day writes an instant by the shop's wall clock.
func (l tongue) day(t time.Time) string {
	if l == "en" || l == "" {
		return t.In(zone()).Format("2 Jan 2006, 15:04")
	}
	return t.In(zone()).Format("2.1.2006, 15:04")
}

// date writes a YYYY-MM-DD of the app as people do.
func (l tongue) date(iso string) string {
	t, err := time.Parse(time.DateOnly, iso)
	switch {
	case err != nil:
		return iso
	case l != "en" && l != "":
		return t.Format("2.1.2006")
	}
	return t.Format("2 Jan 2006")
}
