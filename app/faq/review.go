package faq

import (
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"zugabe/app/loyalty"
)

// State is where a question stands with the merchant.
type State string

// The states of a question.
const (
	New   State = "new"   // nobody has gone through it
	Stale State = "stale" // a setting or the merchant's words have changed since
	Ready State = "ready" // what was gone through is what would be said now
)

// Text is a question with its answer in one language; empty = left out there.
type Text struct {
	Question string `json:"question"`
	Answer   string `json:"answer"`
}

// Approval is what the merchant has gone through, in all languages. Base has our own
// words of that moment where the merchant's were shown instead: by them we see that a
// setting has changed behind words that do not know of it.
type Approval struct {
	Texts map[string]Text `json:"texts"`
	Base  map[string]Text `json:"base,omitempty"`
	At    int64           `json:"at"` // Unix ms
	By    string          `json:"by"`
}

// Page is a shop's list of questions. Shoppers see approved texts and nothing else,
// and those only while On (S4-28).
type Page struct {
	On       bool                       `json:"on"`
	Order    []string                   `json:"order,omitempty"` // questions that are not in it follow as proposed
	Hidden   []string                   `json:"hidden,omitempty"`
	Own      map[string]map[string]Text `json:"own,omitempty"` // question → language
	Approved map[string]Approval        `json:"approved,omitempty"`
	Before   *Page                      `json:"before,omitempty"` // as it was before the last change
}

// Standard are our own words: question → language.
type Standard map[string]map[string]Text

// StandardOf are our words for the facts in all languages.
func StandardOf(f Facts, informal bool) Standard {
	s := Standard{}
	for _, l := range Languages {
		for _, a := range Answers(f, l, informal) {
			if s[a.ID] == nil {
				s[a.ID] = map[string]Text{}
			}
			if s[a.ID][l] = (Text{}); a.Text != "" {
				s[a.ID][l] = Text{Question: a.Question, Answer: a.Text}
			}
		}
	}
	return s
}

// Sequence are all questions in the shop's order.
func (p *Page) Sequence() []string {
	list := slices.Clone(p.Order)
	for _, id := range Questions {
		if !slices.Contains(list, id) {
			list = append(list, id)
		}
	}
	return list
}

// Draft is what a question would say now: the merchant's words, else ours.
func (p *Page) Draft(s Standard, id, language string) Text {
	if own, has := p.Own[id][language]; has {
		return own
	}
	return s[id][language]
}

// StateOf compares what was approved with what would be said now.
func (p *Page) StateOf(s Standard, id string) State {
	approved, seen := p.Approved[id]
	if !seen {
		return New
	}
	for _, l := range Languages {
		if approved.Texts[l] != p.Draft(s, id, l) || p.behind(s, id, l) {
			return Stale
		}
	}
	return Ready
}

// behind says whether a setting has changed under the merchant's own words.
func (p *Page) behind(s Standard, id, language string) bool {
	_, own := p.Own[id][language]
	base, had := p.Approved[id].Base[language]
	return own && had && base != s[id][language]
}

// Approve marks a question as gone through, as it would be said now.
func (p *Page) Approve(s Standard, id, by string, nowMs int64) {
	a := Approval{Texts: map[string]Text{}, At: nowMs, By: by}
	for _, l := range Languages {
		a.Texts[l] = p.Draft(s, id, l)
		if _, own := p.Own[id][l]; own {
			if a.Base == nil {
				a.Base = map[string]Text{}
			}
			a.Base[l] = s[id][l]
		}
	}
	if p.Approved == nil {
		p.Approved = map[string]Approval{}
	}
	p.Approved[id] = a
}

// Missing are the questions that still have to be gone through.
func (p *Page) Missing(s Standard) (ids []string) {
	for _, id := range p.Sequence() {
		if p.StateOf(s, id) != Ready {
			ids = append(ids, id)
		}
	}
	return ids
}

// Publish shows the page to shoppers. What nobody has gone through is CodeConflict
// with the detail "missing".
func (p *Page) Publish(s Standard) error {
	if missing := p.Missing(s); len(missing) > 0 {
		return loyalty.Refuse(loyalty.CodeConflict, "go through all questions first").With("missing", len(missing))
	}
	p.On = true
	return nil
}

// Shown is what shoppers see in a language.
func (p *Page) Shown(language string) []Answer {
	list := []Answer{}
	if !p.On {
		return list
	}
	for _, id := range p.Sequence() {
		t := p.Approved[id].Texts[language]
		if t.Answer != "" && !slices.Contains(p.Hidden, id) {
			list = append(list, Answer{ID: id, Question: t.Question, Text: t.Answer})
		}
	}
	return list
}

// The most letters of the merchant's own words.
const (
	MaxQuestion = 200
	MaxAnswer   = 2000
)

// Word sets the merchant's words of a question in a language. Empty words give ours
// back. Answers may have several lines.
func (p *Page) Word(s Standard, id, language string, t Text) error {
	t.Question, t.Answer = strings.TrimSpace(t.Question), strings.TrimSpace(strings.ReplaceAll(t.Answer, "\r\n", "\n"))
	switch {
	case !slices.Contains(Questions, id):
		return loyalty.NotFound("question")
	case !slices.Contains(Languages, language):
		return loyalty.Invalid("language", "must be one of ours")
	case (t.Question == "") != (t.Answer == ""):
		return loyalty.Invalid("question", "must be there together with the answer")
	case !plain(t.Question, MaxQuestion, false):
		return loyalty.Invalid("question", "must be one line of at most 200 characters")
	case !plain(t.Answer, MaxAnswer, true):
		return loyalty.Invalid("answer", "must be plain text of at most 2000 characters")
	}
	own := maps.Clone(p.Own[id])
	if own == nil {
		own = map[string]Text{}
	}
	if own[language] = t; t == (Text{}) || t == s[id][language] {
		delete(own, language)
	}
	if p.Own == nil {
		p.Own = map[string]map[string]Text{}
	}
	if p.Own[id] = own; len(own) == 0 {
		delete(p.Own, id)
	}
	return nil
}

func plain(s string, most int, lines bool) bool {
	return utf8.ValidString(s) && utf8.RuneCountInString(s) <= most &&
		!strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && (r != '\n' || !lines) })
}

// Arrange sets the order and what is hidden.
func (p *Page) Arrange(order, hidden []string) error {
	for name, ids := range map[string][]string{"order": order, "hidden": hidden} {
		for i, id := range ids {
			if !slices.Contains(Questions, id) || slices.Contains(ids[:i], id) {
				return loyalty.Invalid(name, "must have each question at most once")
			}
		}
	}
	p.Order, p.Hidden = slices.Clone(order), slices.Clone(hidden)
	return nil
}

// Clone is a copy of everything but what was before.
func (p *Page) Clone() *Page {
	c := &Page{On: p.On, Order: slices.Clone(p.Order), Hidden: slices.Clone(p.Hidden), Approved: maps.Clone(p.Approved)}
	for id, own := range p.Own {
		if c.Own == nil {
			c.Own = map[string]map[string]Text{}
		}
		c.Own[id] = maps.Clone(own)
	}
	return c
}
