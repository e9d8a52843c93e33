package program

import (
	"embed"
	"encoding/json"
	"fmt"
	"maps"
	"strings"

	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// mailPrefix begins the keys of all texts that are said in mails and on the pages
// behind their links. The shop's own pages do not need them.
const mailPrefix = "mail."

func isMailText(key, _ string) bool { return strings.HasPrefix(key, mailPrefix) }

//go:embed mailtexts/*.json
var mailTextFiles embed.FS

// standardMailTexts are our words in a language; informal ones as far as there are any.
func standardMailTexts(language string, informal bool) (map[string]string, error) {
	texts := map[string]string{}
	names := []string{language}
	if informal {
		names = append(names, language+"-informal")
	}
	for i, name := range names {
		body, err := mailTextFiles.ReadFile("mailtexts/" + name + ".json")
		if err != nil && i > 0 {
			continue
		}
		if err == nil {
			err = json.Unmarshal(body, &texts)
		}
		if err != nil {
			return nil, fmt.Errorf("program: texts of mails: %w", err)
		}
	}
	return texts, nil
}

// languageOf is the one of ours that fits a locale best: the person's, else the
// shop's, else English.
func languageOf(locale, shop string) string {
	for _, wanted := range []string{locale, shop} {
		wanted, _, _ = strings.Cut(strings.ToLower(strings.ReplaceAll(wanted, "_", "-")), "-")
		for _, l := range Languages {
			if l == wanted {
				return l
			}
		}
	}
	return "en"
}

// mailWords are the words of one language as the merchant wants them.
type mailWords struct {
	language string
	texts    map[string]string
	fill     map[string]string // placeholders that every text may have
}

func (p *Program) mailWords(tx *store.Tx, shop loyalty.Shop, locale string) (mailWords, error) {
	w := mailWords{language: languageOf(locale, shop.Language), fill: map[string]string{"shop": shop.Name}}
	s, err := p.Settings(tx, shop.ID)
	if err != nil {
		return w, err
	}
	if w.texts, err = standardMailTexts(w.language, s.Address == AddressInformal); err != nil {
		return w, err
	}
	for key, own := range s.Texts[w.language] {
		if _, ours := w.texts[key]; ours {
			w.texts[key] = own
		}
	}
	if w.fill["shop"] == "" {
		w.fill["shop"] = shop.Domain
	}
	return w, nil
}

// with adds values for placeholders.
func (w mailWords) with(fill map[string]string) mailWords {
	w.fill = maps.Clone(w.fill)
	maps.Copy(w.fill, fill)
	return w
}

// say is a text with its placeholders filled. What fills them is not read again, so
// that a shop called "{code}" stays a name.
func (w mailWords) say(key string) string {
	return placeholder.ReplaceAllStringFunc(w.texts[mailPrefix+key], func(name string) string {
		if value, known := w.fill[strings.Trim(name, "{}")]; known {
			return value
		}
		return name
	})
}

// MailPageWords are the words of the pages behind the links in mails: "title", "ask",
// "sent" and so on, in the language that fits the locale.
func (p *Program) MailPageWords(tx *store.Tx, shop loyalty.Shop, locale string) (language string, words map[string]string, err error) {
	w, err := p.mailWords(tx, shop, locale)
	if err != nil {
		return "", nil, err
	}
	words = map[string]string{"shop": w.fill["shop"], "confirm": w.say("confirm.button"), "unsubscribe": w.say("footer.leave"), "no_reminders": w.say("footer.quiet"), "take_back": w.say("redeemed.button")}
	for key := range w.texts {
		if name, ok := strings.CutPrefix(key, mailPrefix+"form."); ok {
			words[name] = w.say("form." + name)
		}
	}
	return w.language, words, nil
}
