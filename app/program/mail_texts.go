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
type mailWords struct {
	Words
	counts map[string]int64 // numbers that texts have forms for, by placeholder
}

func (p *Program) mailWords(tx *store.Tx, shop loyalty.Shop, locale string) (mailWords, error) {
	w, err := p.words(tx, shop, languageOf(locale, shop.Language))
	if w.fill = map[string]string{"shop": shop.Name}; shop.Name == "" {
		w.fill["shop"] = shop.Domain
	}
	return mailWords{Words: w}, err
}

// with adds values for placeholders.
func (w mailWords) with(fill map[string]string) mailWords {
	w.fill = maps.Clone(w.fill)
	maps.Copy(w.fill, fill)
	return w
}

// counting adds numbers, which texts name in the form that is for them.
func (w mailWords) counting(counts map[string]int64) mailWords {
	fill := map[string]string{}
	for name, n := range counts {
		fill[name] = loyalty.Grouped(w.Language, n)
	}
	w = w.with(fill)
	w.counts = counts
	return w
}

func (w mailWords) say(key string) string {
	key = mailPrefix + key
	if _, single := w.texts[key]; single {
		return w.Say(key)
	}
	return w.Say(key + "." + loyalty.Plural(w.Language, w.countOf(key)))
}

// countOf is the number whose form a text takes: the one that it names, or that of the
// points, which the sentence before has named.
func (w mailWords) countOf(key string) int64 {
	for name, n := range w.counts {
		if strings.Contains(w.texts[key+".one"], "{"+name+"}") {
			return n
		}
	}
	return w.counts["points"]
}

// oneFormTexts had one text for all numbers, which merchants may have written anew.
var oneFormTexts = []string{"mail.expiring.subject", "mail.expiring.text", "mail.expiring.worth", "mail.expiring.can", "mail.expiring.missing",
	"mail.expiring_last.subject", "mail.expiring_last.text", "mail.expiring_last.worth", "mail.expiring_last.can", "mail.expiring_last.missing",
	"mail.redeemed.subject", "mail.redeemed.text", "mail.reminder.more"}

// inForms says a merchant's text of that time in each form of its language.
func inForms(language string, own map[string]string) {
	for _, key := range oneFormTexts {
		text, has := own[key]
		if !has {
			continue
		}
		delete(own, key)
		for _, n := range []int64{1, 2, 5} {
			form := key + "." + loyalty.Plural(language, n)
			if _, newer := own[form]; !newer {
				own[form] = text
			}
		}
	}
}

// MailPageWords are the words of the pages behind the links in mails: "title", "ask",
// "sent" and so on, in the language that fits the locale.
func (p *Program) MailPageWords(tx *store.Tx, shop loyalty.Shop, locale string) (language string, words map[string]string, err error) {
	w, err := p.mailWords(tx, shop, locale)
	if err != nil {
		return "", nil, err
	}
	words = map[string]string{"shop": w.fill["shop"], "confirm": w.say("confirm.button"), "unsubscribe": w.say("footer.leave"), "no_reminders": w.say("footer.quiet"), "permit_it": w.say("permit.button"), "take_back": w.say("redeemed.button"), "take_reward_back": w.say("exchanged.button")}
	for key := range w.texts {
		if name, ok := strings.CutPrefix(key, mailPrefix+"form."); ok {
			words[name] = w.say("form." + name)
		}
	}
	return w.Language, words, nil
}
