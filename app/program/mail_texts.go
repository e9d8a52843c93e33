package program

import (
	"maps"
	"strings"

	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// mailPrefix begins the keys of all texts that are said in mails and on the pages
// behind their links.
const mailPrefix = "mail."

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

// mailWords are the words of mails in one language.
type mailWords struct{ Words }

func (p *Program) mailWords(tx *store.Tx, shop loyalty.Shop, locale string) (mailWords, error) {
	w, err := p.words(tx, shop, languageOf(locale, shop.Language))
	if w.fill = map[string]string{"shop": shop.Name}; shop.Name == "" {
		w.fill["shop"] = shop.Domain
	}
	return mailWords{w}, err
}

// with adds values for placeholders.
func (w mailWords) with(fill map[string]string) mailWords {
	w.fill = maps.Clone(w.fill)
	maps.Copy(w.fill, fill)
	return w
}

func (w mailWords) say(key string) string { return w.Say(mailPrefix + key) }

// MailPageWords are the words of the pages behind the links in mails: "title", "ask",
// "sent" and so on, in the language that fits the locale.
func (p *Program) MailPageWords(tx *store.Tx, shop loyalty.Shop, locale string) (language string, words map[string]string, err error) {
	w, err := p.mailWords(tx, shop, locale)
	if err != nil {
		return "", nil, err
	}
	words = map[string]string{"shop": w.fill["shop"], "confirm": w.say("confirm.button"), "unsubscribe": w.say("footer.leave"), "no_reminders": w.say("footer.quiet"), "take_back": w.say("redeemed.button"), "take_reward_back": w.say("exchanged.button")}
	for key := range w.texts {
		if name, ok := strings.CutPrefix(key, mailPrefix+"form."); ok {
			words[name] = w.say("form." + name)
		}
	}
	return w.Language, words, nil
}
