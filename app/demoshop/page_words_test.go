package demoshop

import (
	"encoding/json"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var inGo = regexp.MustCompile(`(?:says|\.say)\("([^"]+)"|back\(w, r, b, "([^"]+)"|s\.mail\(c\.Email, "([^"]+)", "([^"]+)"`)

// Whatever a shopper can read from the code is in all languages, with the same
// figures in it.
func TestEveryWordForShoppersIsInAllLanguages(t *testing.T) {
	found := 0
	for _, name := range []string{"page_store.go", "page_account.go", "page_cart.go", "page_cart_ajax.go", "page_checkout.go", "page_demo.go", "page_words.go", "appcall.go", "cart.go", "act_people.go", "drop_shop.go", "drop_people.go"} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, hit := range inGo.FindAllStringSubmatch(string(text), -1) {
			for _, english := range hit[1:] {
				if english == "" {
					continue
				}
				found++
				for _, l := range tongues[1:] {
					there, ok := messages()[english][l]
					if !ok {
						t.Errorf("%s: no %s for %q", name, l, english)
					} else if strings.Count(there, "%s") != strings.Count(english, "%s") {
						t.Errorf("%q and %q do not have the same figures", english, there)
					}
				}
			}
		}
	}
	if found < 60 {
		t.Fatalf("only %d texts were found", found)
	}
}

// What the shop sells has a name in all languages.
func TestGoodsHaveTheirNamesInAllLanguages(t *testing.T) {
	check := func(text inTwo) {
		for _, l := range []tongue{"da", "pl", "it"} {
			if _, ok := messages()[text.EN][l]; !ok && strings.Trim(text.EN, "0123456789 EURkg") != "" && text.EN != text.DE {
				t.Errorf("no %s for %q", l, text.EN)
			}
		}
	}
	for _, p := range seedProducts {
		check(p.title)
		check(p.text)
		check(p.option)
		for _, v := range p.variants {
			check(v.title)
		}
	}
	for _, c := range seedCollections {
		check(c.title)
		check(c.text)
	}
}

// keysOf are all keys of a locale file; plural forms count as their key.
func keysOf(tree map[string]any, at string) (out []string) {
	for k, v := range tree {
		if sub, ok := v.(map[string]any); ok && sub["other"] == nil {
			out = append(out, keysOf(sub, at+k+".")...)
		} else {
			out = append(out, at+k)
		}
	}
	slices.Sort(out)
	return out
}

func TestTheThemeSaysTheSameThingsInAllLanguages(t *testing.T) {
	var english []string
	for _, l := range tongues {
		name := "theme/locales/" + string(l) + ".json"
		if l == "en" {
			name = "theme/locales/en.default.json"
		}
		raw, err := themeFiles.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var tree map[string]any
		if err := json.Unmarshal(raw, &tree); err != nil {
			t.Fatal(err)
		}
		if l == "en" {
			english = keysOf(tree, "")
		}
		if got := keysOf(tree, ""); !slices.Equal(got, english) || len(got) < 150 {
			t.Errorf("%s has other keys than English (%d and %d)", l, len(got), len(english))
		}
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
		{"/", "", "", "en"}, {"/", "de-AT,en;q=0.5", "", "de"}, {"/", "fr,de;q=0.5", "", "de"}, {"/", "de", "en", "en"}, {"/", "pl-PL", "", "pl"}, {"/?lang=it", "", "da", "it"}, {"/?lang=de", "en", "en", "de"}, {"/?lang=xx", "", "de", "de"},
	} {
		r := httptest.NewRequest("GET", c.url, nil)
		r.Header.Set("Accept-Language", c.accept)
		if got := spokenBy(r, c.before); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
	r := newRig(t, nil)
	s := r.surf()
	if _, text := s.get("/newsletter/confirm?token=a%26b&lang=de"); !strings.Contains(text, `<html lang="de">`) || !strings.Contains(text, `name="return_to" value="/newsletter/confirm?token=a%26b"`) {
		t.Fatal(text)
	}
	if _, text := s.get("/cart"); !strings.Contains(text, "Dein Warenkorb ist leer.") {
		t.Fatal("the choice was forgotten")
	}
	if _, text := s.post("/localization", url.Values{"locale_code": {"pl"}, "return_to": {"/cart"}}); !strings.Contains(text, "Twój koszyk jest pusty.") {
		t.Fatal("the form for languages does nothing")
	}
	if _, text := s.get("/merchant"); !strings.Contains(text, `<html lang="en">`) {
		t.Fatal("the merchant's pages are in English")
	}
}
