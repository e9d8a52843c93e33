package program

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// ShopperText is one text that shoppers read (S4-25).
type ShopperText struct {
	Key          string   // "product.earn.other": the locale file's path, plural form last
	Standard     string   // ours
	Own          string   // the merchant's; empty = ours is shown
	Placeholders []string // without braces; each must stay
}

// TextChange sets one text. An empty Text goes back to ours. Was is the merchant's
// text that was seen, so that nobody's words are written over unseen.
type TextChange struct {
	Key, Text, Was string
}

const (
	maxText        = 500
	maxTextChanges = 200
)

// Locale files write a placeholder as Liquid does, {{ points }}. Merchants see and
// write the short form, {points}, which the theme's blocks fill in their words.
var (
	liquidPlaceholder = regexp.MustCompile(`\{\{\s*([a-z_]+)\s*\}\}`)
	placeholder       = regexp.MustCompile(`\{([a-z_]+)\}`)
)

// innerTexts are keys that the blocks need for themselves.
const innerTexts = "plural."

// ShopperTexts are all texts of a language with the merchant's own words, in the
// order of their keys.
func (p *Program) ShopperTexts(tx *store.Tx, shop loyalty.ShopID, language string) ([]ShopperText, error) {
	standard, err := p.standardTexts(language)
	if err != nil {
		return nil, err
	}
	s, err := p.Settings(tx, shop)
	if err != nil {
		return nil, err
	}
	informal, err := p.informalTexts(language, s.Address)
	if err != nil {
		return nil, err
	}
	maps.Copy(standard, informal)
	own, err := standardOwnTexts(language, s.Address == AddressInformal)
	if err != nil {
		return nil, err
	}
	maps.Copy(standard, own)
	list := make([]ShopperText, 0, len(standard))
	for _, key := range slices.Sorted(maps.Keys(standard)) {
		list = append(list, ShopperText{Key: key, Standard: standard[key], Own: s.Texts[language][key], Placeholders: placeholdersOf(standard[key])})
	}
	return list, nil
}

// SaveTexts sets texts of one language, all or none.
func (p *Program) SaveTexts(ctx context.Context, actor string, shop loyalty.Shop, language string, changes []TextChange) error {
	standard, err := p.standardTexts(language)
	if err != nil {
		return err
	}
	if len(changes) == 0 || len(changes) > maxTextChanges {
		return loyalty.Invalid("texts", "must be 1 to 200")
	}
	for i := range changes {
		if err := changes[i].check(standard); err != nil {
			return err
		}
	}
	_, err = p.changeSettings(ctx, shop, settingsChange{by: actor, did: "texts.saved", change: func(_ *store.Tx, s *ShopSettings) (before, after any, err error) {
		own := maps.Clone(s.Texts[language])
		if own == nil {
			own = map[string]string{}
		}
		informal, err := p.informalTexts(language, s.Address)
		if err != nil {
			return nil, nil, err
		}
		was, is := map[string]string{}, map[string]string{}
		for _, c := range changes {
			if own[c.Key] != c.Was {
				return nil, nil, loyalty.Refuse(loyalty.CodeConflict, "the text was changed by somebody else").With("key", c.Key)
			}
			was[language+"."+c.Key], is[language+"."+c.Key] = c.Was, c.Text
			if own[c.Key] = c.Text; c.Text == "" || c.Text == informal[c.Key] {
				delete(own, c.Key)
			}
		}
		texts := maps.Clone(s.Texts)
		if texts == nil {
			texts = map[string]map[string]string{}
		}
		if texts[language] = own; len(own) == 0 {
			delete(texts, language)
		}
		s.Texts = texts
		return was, is, nil
	}})
	return err
}

// check tidies a change, or says at its text what is wrong with it.
func (c *TextChange) check(standard map[string]string) error {
	ours, known := standard[c.Key]
	if !known {
		return loyalty.NotFound("text")
	}
	c.Text = liquidPlaceholder.ReplaceAllString(strings.TrimSpace(c.Text), "{$1}")
	if c.Text == ours {
		c.Text = ""
	}
	if c.Text == "" {
		return nil
	}
	refuse := func(why string) error { return loyalty.Invalid("text."+c.Key, why) }
	switch {
	case !utf8.ValidString(c.Text) || strings.ContainsFunc(c.Text, unicode.IsControl):
		return refuse("must be one line of plain text")
	case utf8.RuneCountInString(c.Text) > maxText:
		return refuse("must have at most 500 characters")
	case strings.ContainsAny(placeholder.ReplaceAllString(c.Text, ""), "{}<>"):
		return refuse("must be plain text, without < > { }")
	}
	want, got := placeholdersOf(ours), placeholdersOf(c.Text)
	for _, name := range want {
		if !slices.Contains(got, name) {
			return loyalty.Invalid("text."+c.Key, "must keep {"+name+"}").With("placeholder", name)
		}
	}
	for _, name := range got {
		if !slices.Contains(want, name) {
			return loyalty.Invalid("text."+c.Key, "has {"+name+"}, which this text does not know").With("unknown", name)
		}
	}
	return nil
}

func placeholdersOf(text string) []string {
	names := []string{}
	for _, found := range placeholder.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(names, found[1]) {
			names = append(names, found[1])
		}
	}
	return names
}

// standardTexts are what we say ourselves, and the extension's own locale file of a
// language, flattened.
func (p *Program) standardTexts(language string) (map[string]string, error) {
	if !slices.Contains(Languages, language) {
		return nil, loyalty.Invalid("language", "must be one of ours")
	}
	flat, err := standardOwnTexts(language, false)
	if err != nil || p.Extension == nil {
		return flat, err
	}
	body, err := fs.ReadFile(p.Extension, "locales/"+language+".json")
	if errors.Is(err, fs.ErrNotExist) {
		body, err = fs.ReadFile(p.Extension, "locales/"+language+".default.json")
	}
	if errors.Is(err, fs.ErrNotExist) {
		return flat, nil
	}
	if err != nil {
		return nil, err
	}
	var tree map[string]any
	if err := json.Unmarshal(body, &tree); err != nil {
		return nil, err
	}
	flatten(flat, "", tree)
	return flat, nil
}

func flatten(into map[string]string, path string, tree map[string]any) {
	for name, value := range tree {
		at := strings.TrimPrefix(path+"."+name, ".")
		switch v := value.(type) {
		case string:
			if !strings.HasPrefix(at, innerTexts) {
				into[at] = liquidPlaceholder.ReplaceAllString(v, "{$1}")
			}
		case map[string]any:
			flatten(into, at, v)
		}
	}
}
