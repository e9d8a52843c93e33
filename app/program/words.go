package program

import (
	"embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"zugabe/app/loyalty"
	"zugabe/app/store"
)

//go:embed mailtexts/*.json pagetexts/*.json
var ownTextFiles embed.FS

// ownTexts begin the keys of texts that we say ourselves, in mails and on pages that
// we make. The shop's own pages do not need them.
var ownTexts = []string{mailPrefix, "exchange.", "questions."}

func isOwnText(key, _ string) bool {
	return slices.ContainsFunc(ownTexts, func(prefix string) bool { return strings.HasPrefix(key, prefix) })
}

// standardOwnTexts are our words in a language; informal ones as far as there are any.
func standardOwnTexts(language string, informal bool) (map[string]string, error) {
	texts := map[string]string{}
	names := []string{"pagetexts/" + language, "mailtexts/" + language}
	if informal {
		names = append(names, "mailtexts/"+language+"-informal")
	}
	for i, name := range names {
		body, err := ownTextFiles.ReadFile(name + ".json")
		if err != nil && i == 2 {
			continue
		}
		if err == nil {
			err = json.Unmarshal(body, &texts)
		}
		if err != nil {
			return nil, fmt.Errorf("program: own texts: %w", err)
		}
	}
	return texts, nil
}

// Words are the texts of mails and of our own pages in one language, as the merchant
// wants them.
type Words struct {
	Language string
	texts    map[string]string
	fill     map[string]string // placeholders that every text may have
}

func (p *Program) words(tx *store.Tx, shop loyalty.Shop, language string) (Words, error) {
	w := Words{Language: language}
	s, err := p.Settings(tx, shop.ID)
	if err != nil {
		return w, err
	}
	if w.texts, err = standardOwnTexts(language, s.Address == AddressInformal); err != nil {
		return w, err
	}
	for key, own := range s.Texts[language] {
		if _, ours := w.texts[key]; ours {
			w.texts[key] = own
		}
	}
	return w, nil
}

// Say is a text with its placeholders filled. What fills them is not read again, so
// that a shop called "{code}" stays a name.
func (w Words) Say(key string) string {
	return placeholder.ReplaceAllStringFunc(w.texts[key], func(name string) string {
		if value, known := w.fill[strings.Trim(name, "{}")]; known {
			return value
		}
		return name
	})
}

// Points is a text in the form that is for a number of points, which it names.
func (w Words) Points(key string, n loyalty.Points) string {
	return w.with("points", loyalty.Grouped(w.Language, int64(n))).Say(key + "." + loyalty.Plural(w.Language, int64(n)))
}

// Count is a text that names a number of anything.
func (w Words) Count(key string, n int64) string {
	return w.with("count", loyalty.Grouped(w.Language, n)).Say(key)
}

func (w Words) with(name, value string) Words {
	w.fill = maps.Clone(w.fill)
	if w.fill == nil {
		w.fill = map[string]string{}
	}
	w.fill[name] = value
	return w
}

// PageWords are the words of our own pages for a reader: in the language of the shop
// that fits the locale best.
func (p *Program) PageWords(tx *store.Tx, shop loyalty.Shop, locale string) (Words, error) {
	language, err := p.shopLanguage(tx, shop, locale)
	if err != nil {
		return Words{}, err
	}
	return p.words(tx, shop, language)
}
