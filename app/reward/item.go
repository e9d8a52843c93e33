package reward

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"zugabe/app/loyalty"
)

// Delivery says how somebody gets what points were exchanged for.
type Delivery string

// The deliveries.
const (
	ByTicket Delivery = "ticket" // a code from the merchant's list, shown at once
	ByHand   Delivery = "hand"   // the merchant hands it out and marks it as done
)

// ItemText is what shoppers read of a reward in one language.
type ItemText struct {
	Name string `json:"name" maxLength:"120"`
	Text string `json:"text,omitempty" maxLength:"1000"`
}

// Item is something that points can be exchanged for and that is no discount: a
// ticket, an event, a donation, a gift (S4-24, A-13).
type Item struct {
	Texts     map[string]ItemText `json:"texts"` // by language; at least one
	Points    loyalty.Points      `json:"points"`
	Stock     int64               `json:"stock"`                // pieces in all; -1 = as many as are wanted; of tickets it is what the list has
	PerMember int64               `json:"per_member,omitempty"` // 0 = no limit
	From      loyalty.LocalDate   `json:"from,omitzero"`        // inclusive, shop's zone
	Until     loyalty.LocalDate   `json:"until,omitzero"`       // inclusive
	Delivery  Delivery            `json:"delivery"`
}

// Unlimited is the stock of a reward that does not run out.
const Unlimited int64 = -1

// Validate refuses an item that could not be exchanged; the error names the field.
func (i Item) Validate() error {
	named := false
	for language, t := range i.Texts {
		if len(language) != 2 || !line(t.Name, 120) || !lines(t.Text, 1000) || strings.TrimSpace(t.Name) == "" && t.Text != "" {
			return loyalty.Invalid("texts", "must have a name of at most 120 and a text of at most 1000 letters for each language")
		}
		named = named || strings.TrimSpace(t.Name) != ""
	}
	switch {
	case !named:
		return loyalty.Invalid("texts", "must have a name in at least one language")
	case i.Points <= 0 || i.Points > loyalty.MaxEntryPoints:
		return loyalty.Invalid("points", "must be between 1 and 1,000,000,000")
	case i.Stock < Unlimited || i.Stock > 1_000_000:
		return loyalty.Invalid("stock", "must be between 0 and 1,000,000, or -1")
	case i.PerMember < 0 || i.PerMember > 1_000_000:
		return loyalty.Invalid("per_member", "must be between 0 and 1,000,000")
	case i.Delivery != ByTicket && i.Delivery != ByHand:
		return loyalty.Invalid("delivery", "must be ticket or hand")
	case !i.From.IsZero() && !i.Until.IsZero() && i.Until.Before(i.From):
		return loyalty.Invalid("until", "must not be before from")
	}
	return nil
}

// In is the item's text in the first of the languages that has one.
func (i Item) In(languages ...string) ItemText {
	for _, l := range languages {
		if t := i.Texts[l]; t.Name != "" {
			return t
		}
	}
	return ItemText{}
}

// Tickets splits a pasted list into codes, one on each line, each once. A code with
// control characters or more than 120 letters is CodeInvalid.
func Tickets(pasted string) ([]string, error) {
	seen := map[string]bool{}
	list := []string{}
	for code := range strings.Lines(pasted) {
		code = strings.TrimSpace(code)
		if code == "" || seen[code] {
			continue
		}
		if !line(code, 120) {
			return nil, loyalty.Invalid("tickets", "must be plain text, one code on each line, of at most 120 letters")
		}
		seen[code] = true
		list = append(list, code)
	}
	return list, nil
}

func line(s string, most int) bool {
	return utf8.ValidString(s) && utf8.RuneCountInString(s) <= most && !strings.ContainsFunc(s, unicode.IsControl)
}

func lines(s string, most int) bool {
	return line(strings.ReplaceAll(strings.ReplaceAll(s, "\r", ""), "\n", ""), most)
}
