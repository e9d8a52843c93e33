package program_test

import (
	"fmt"
	"strings"
	"testing"

	"zugabe/app/program"
	"zugabe/app/store"
)

// covers: S4-25
func TestEveryMailIsWrittenInEveryLanguageAndInTheMerchantsWords(t *testing.T) {
	eachNewsWorld(t, func(t *testing.T, w newsWorld) {
		change := program.TextChange{Key: "mail.confirm.subject", Text: "Moin, bitte einmal klicken"}
		if err := w.SaveTexts(t.Context(), "staff:1", w.shop, "de", []program.TextChange{change}); err != nil {
			t.Fatal(err)
		}
		w.write(func(tx *store.Tx) error {
			for _, language := range program.Languages {
				for _, kind := range program.MailKinds {
					p, err := w.PreviewMail(tx, w.shop, kind, language)
					if err != nil || p.Subject == "" || strings.ContainsAny(p.Subject+p.Text, "{}") || len(p.Text) < 60 || !strings.Contains(p.HTML, "lang=\""+language) {
						t.Errorf("%s %s: %+v %v", kind, language, p, err)
					}
					if kind == "confirm" && language == "de" && p.Subject != change.Text {
						t.Errorf("not the merchant's words: %q", p.Subject)
					}
				}
			}
			return nil
		})
	})
}

// covers: S4-25: "1 points" is nobody's language.
func TestMailsNameEachNumberInItsFormAndKeepWhatMerchantsHadWritten(t *testing.T) {
	eachNewsWorld(t, func(t *testing.T, w newsWorld) {
		said := func(key, language, kind string, counts map[string]int64) string {
			w.write(func(tx *store.Tx) error {
				_, err := w.QueueMail(tx, w.shop, program.MailRequest{Kind: kind, Key: key, To: "eva@example.org", Locale: language, Counts: counts, Lines: []string{"worth", "can", "missing"},
					Fill: map[string]string{"date": "4.5.", "value": "1 EUR", "most_value": "2 EUR"}})
				return err
			})
			got := w.deliver()
			if len(got) != 1 {
				t.Fatalf("%s: %d mails", key, len(got))
			}
			return got[0].Subject + "\n" + got[0].Text
		}
		for language, want := range map[string][]string{
			"en": {"1 point runs out", "Today it is worth 1 EUR.", "for 1,200 points", "1 point is missing"},
			"de": {"1 Punkt verfällt", "Heute ist er 1 EUR wert.", "für 1.200 Punkte", "fehlt 1 Punkt."},
			"da": {"1 point udløber", "I dag er det 1 EUR værd.", "for 1.200 point", "mangler 1 point"},
			"it": {"1 punto scade", "Oggi vale 1 EUR.", "per 1.200 punti", "Manca 1 punto"},
			"pl": {"1 punkt wygasa", "Dzisiaj jest wart 1 EUR.", "wymienić 1\u00a0200 punktów", "brakuje 1 punktu"},
		} {
			text := said("one-"+language, language, "expiring", map[string]int64{"points": 1, "most": 1200, "missing": 1})
			for _, part := range want {
				if !strings.Contains(text, part) {
					t.Errorf("%s: %q is not in %s", language, part, text)
				}
			}
		}
		for n, want := range map[int64]string{3: "3 punkty wygasają", 12: "12 punktów wygasa", 22: "22 punkty wygasają"} {
			if text := said(fmt.Sprint("pl-", n), "pl", "expiring", map[string]int64{"points": n, "most": n, "missing": n}); !strings.Contains(text, want) {
				t.Errorf("%d: %s", n, text)
			}
		}
	})
}

// covers: S4-25: a text that a merchant wrote while all numbers shared it is said in each form.
func TestAMerchantsTextFromBeforeTheFormsIsKeptInAllOfThem(t *testing.T) {
	eachNewsWorld(t, func(t *testing.T, w newsWorld) {
		text := "Achtung: {points} Punkte gehen am {date}"
		if err := w.SaveTexts(t.Context(), "staff:1", w.shop, "de", []program.TextChange{{Key: "mail.expiring.subject.other", Text: text}}); err != nil {
			t.Fatal(err)
		}
		w.exec(`UPDATE shop_settings SET body = REPLACE(body, 'mail.expiring.subject.other', 'mail.expiring.subject') WHERE shop_id = ?`, w.shop.ID)
		w.write(func(tx *store.Tx) error {
			for _, n := range []int64{1, 5} {
				_, err := w.QueueMail(tx, w.shop, program.MailRequest{Kind: "expiring", Key: fmt.Sprint(n), To: "eva@example.org", Locale: "de", Counts: map[string]int64{"points": n}, Fill: map[string]string{"date": "4.5."}})
				if err != nil {
					return err
				}
			}
			list, err := w.ShopperTexts(tx, w.shop.ID, "de")
			for _, one := range list {
				if one.Key == "mail.expiring.subject.one" && one.Own != text || one.Key == "mail.expiring.subject" {
					t.Errorf("the merchant sees %+v", one)
				}
			}
			return err
		})
		for _, m := range w.deliver() {
			if !strings.HasPrefix(m.Subject, "Achtung: ") {
				t.Errorf("not the merchant's words: %q", m.Subject)
			}
		}
	})
}
