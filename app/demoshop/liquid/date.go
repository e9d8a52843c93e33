package liquid

import (
	"strconv"
	"strings"
	"time"
)

// calendar has the names of days and months and the usual ways to write a date.
type calendar struct {
	days, months   []string
	short, long    string // strftime
	at             string // between date and time
	monthsAreShort []string
}

var calendars = map[string]calendar{
	"en": {strings.Fields("Sunday Monday Tuesday Wednesday Thursday Friday Saturday"), strings.Fields("January February March April May June July August September October November December"),
		"%-d %b %Y", "%-d %B %Y", ", ", strings.Fields("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec")},
	"de": {strings.Fields("Sonntag Montag Dienstag Mittwoch Donnerstag Freitag Samstag"), strings.Fields("Januar Februar März April Mai Juni Juli August September Oktober November Dezember"),
		"%d.%m.%Y", "%-d. %B %Y", ", ", strings.Fields("Jan. Feb. März Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez.")},
	"da": {strings.Fields("søndag mandag tirsdag onsdag torsdag fredag lørdag"), strings.Fields("januar februar marts april maj juni juli august september oktober november december"),
		"%-d.%-m.%Y", "%-d. %B %Y", " kl. ", strings.Fields("jan. feb. mar. apr. maj jun. jul. aug. sep. okt. nov. dec.")},
	"pl": {strings.Fields("niedziela poniedziałek wtorek środa czwartek piątek sobota"), strings.Fields("stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia"),
		"%d.%m.%Y", "%-d %B %Y", ", ", strings.Fields("sty lut mar kwi maj cze lip sie wrz paź lis gru")},
	"it": {strings.Fields("domenica lunedì martedì mercoledì giovedì venerdì sabato"), strings.Fields("gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre"),
		"%d/%m/%Y", "%-d %B %Y", ", ", strings.Fields("gen feb mar apr mag giu lug ago set ott nov dic")},
}

// named are Shopify's own styles of the date filter.
func (c calendar) named(style string) string {
	brief := strings.Replace(c.long, "%B", "%b", 1)
	switch style {
	case "abbreviated_date":
		return brief
	case "basic":
		return c.short
	case "date_at_time":
		return c.long + c.at + "%H:%M"
	case "default":
		return c.long + c.at + "%H:%M"
	case "short":
		return strings.TrimSuffix(brief, " %Y") + " %H:%M"
	case "long":
		return c.long + " %H:%M"
	case "on_date":
		return c.long
	}
	return c.long
}

// date is the date filter: an instant (Unix seconds, RFC 3339, YYYY-MM-DD, now,
// today) written by strftime or by a named style. What is no date comes back as it is.
func (e *Engine) date(value, pattern, style, locale string) string {
	t, ok := e.instant(value)
	if !ok {
		return value
	}
	c, known := calendars[locale]
	if !known {
		c = calendars["en"]
	}
	if pattern == "" {
		pattern = c.named(style)
	}
	return c.strftime(pattern, t)
}

func (e *Engine) instant(value string) (time.Time, bool) {
	value = strings.TrimSpace(value)
	if value == "now" || value == "today" {
		return e.cfg.Now().In(e.cfg.Zone), true
	}
	if n, err := strconv.ParseInt(value, 10, 64); err == nil {
		return time.Unix(n, 0).In(e.cfg.Zone), true
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02 15:04:05 -0700", "2006-01-02T15:04:05", "2006-01-02 15:04:05", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, value, e.cfg.Zone); err == nil {
			return t.In(e.cfg.Zone), true
		}
	}
	return time.Time{}, false
}

func (c calendar) strftime(pattern string, t time.Time) string {
	var out strings.Builder
	for i := 0; i < len(pattern); i++ {
		if pattern[i] != '%' || i+1 == len(pattern) {
			out.WriteByte(pattern[i])
			continue
		}
		i++
		bare := false
		if (pattern[i] == '-' || pattern[i] == '^') && i+1 < len(pattern) {
			bare = pattern[i] == '-'
			i++
		}
		piece := c.piece(pattern[i], t)
		if bare {
			piece = strings.TrimLeft(strings.TrimLeft(piece, " "), "0")
			if piece == "" {
				piece = "0"
			}
		}
		out.WriteString(piece)
	}
	return out.String()
}

func (c calendar) piece(directive byte, t time.Time) string {
	if layout, ok := plain[directive]; ok {
		return t.Format(layout)
	}
	switch directive {
	case 'A':
		return c.days[t.Weekday()]
	case 'a':
		return string([]rune(c.days[t.Weekday()])[:2])
	case 'B':
		return c.months[t.Month()-1]
	case 'b', 'h':
		return c.monthsAreShort[t.Month()-1]
	case 'e':
		return strconv.Itoa(t.Day())
	case 'j':
		return strconv.Itoa(t.YearDay())
	case 's':
		return strconv.FormatInt(t.Unix(), 10)
	case 'u':
		return strconv.Itoa((int(t.Weekday())+6)%7 + 1)
	case 'w':
		return strconv.Itoa(int(t.Weekday()))
	case '%':
		return "%"
	}
	return "%" + string(directive)
}

// plain are the directives that Go's own formats can write.
var plain = map[byte]string{
	'Y': "2006", 'y': "06", 'm': "01", 'd': "02", 'H': "15", 'I': "03", 'l': "3", 'M': "04", 'S': "05", 'p': "PM", 'P': "pm",
	'z': "-0700", 'Z': "MST", 'F': "2006-01-02", 'T': "15:04:05", 'D': "01/02/06", 'R': "15:04", 'L': "000",
}
