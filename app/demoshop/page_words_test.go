package demoshop

import (
	"io/fs"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
)

var (
	inPage = regexp.MustCompile(`\bt "([^"]+)"`)
	inGo   = regexp.MustCompile(`(?:says|\.say)\("([^"]+)"|back\(w, r, b, "([^"]+)"|s\.render\(w, (?:b|s\.visit\(w, r\)), "[a-z]+", "([^"]+)"`)
)

// Whatever a shopper can read is in both languages, with the same figures in it.
func TestEveryWordForShoppersIsInGermanToo(t *testing.T) {
	found := 0
	look := func(name, text string, words *regexp.Regexp) {
		for _, hit := range words.FindAllStringSubmatch(text, -1) {
			english := strings.Join(hit[1:], "")
			there, ok := german[english]
			found++
			if !ok {
				t.Errorf("%s: no German for %q", name, english)
			} else if strings.Count(there, "%s") != strings.Count(english, "%s") {
				t.Errorf("%q and %q do not have the same figures", english, there)
			}
		}
	}
	for _, name := range []string{"pages/layout.html", "pages/store.html", "pages/account.html"} {
		text, err := fs.ReadFile(pageFiles, name)
		if err != nil {
			t.Fatal(err)
		}
		look(name, string(text), inPage)
	}
	for _, name := range []string{"page_store.go", "page_account.go", "page_words.go", "appcall.go", "cart.go"} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		look(name, string(text), inGo)
	}
	if found < 150 {
		t.Fatalf("only %d texts were found", found)
	}
}

func TestMoneyPointsAndDatesAreWrittenAsPeopleDo(t *testing.T) {
	for got, want := range map[string]string{
		tongue("en").money(123456): "€1,234.56", tongue("de").money(123456): "1.234,56\u00a0€", tongue("de").money(-5): "−0,05\u00a0€",
		tongue("en").points(1): "1 point", tongue("de").points(1): "1 Punkt", tongue("de").points(1234567): "1.234.567 Punkte", tongue("en").points(0): "0 points",
		tongue("en").signed(-1200): "−1,200", tongue("de").signed(7): "+7", tongue("de").date("2027-01-31"): "31.1.2027", tongue("en").date("2027-01-31"): "31 Jan 2027",
		says("This code starts at %s. %s to go.", minor(2000), minor(340)).in("de"): "Dieser Code gilt ab 20,00\u00a0€. Es fehlen noch 3,40\u00a0€.",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// The address wins over what was chosen before, that over the browser.
func TestTheShopperChoosesTheLanguage(t *testing.T) {
	for _, c := range []struct {
		url, accept  string
		before, want tongue
	}{
		{"/", "", "", "en"}, {"/", "de-AT,en;q=0.5", "", "de"}, {"/", "fr,de;q=0.5", "", "de"}, {"/", "de", "en", "en"}, {"/?lang=de", "en", "en", "de"}, {"/?lang=xx", "", "de", "de"},
	} {
		r := httptest.NewRequest("GET", c.url, nil)
		r.Header.Set("Accept-Language", c.accept)
		if got := spokenBy(r, c.before); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
	r := newRig(t, nil)
	s := r.surf()
	if _, text := s.get("/newsletter/confirm?token=a%26b&lang=de"); !strings.Contains(text, `<html lang="de">`) || !strings.Contains(text, `href="/newsletter/confirm?lang=en&amp;token=a%26b"`) {
		t.Fatal(text)
	}
	if _, text := s.get("/cart"); !strings.Contains(text, "Dein Warenkorb ist leer.") {
		t.Fatal("the choice was forgotten")
	}
	if _, text := s.get("/merchant"); !strings.Contains(text, `<html lang="en">`) {
		t.Fatal("the merchant's pages are in English")
	}
}
