package program

import (
	"slices"
	"testing"

	"zugabe/app/loyalty"
	"zugabe/app/voucher"
)

// covers: S2-09, S2-15
func TestPaperDoesNotSayAnOrderValueTwice(t *testing.T) {
	for line, want := range map[string][]string{
		"":                         {"Ab 100,00\u00a0€ Bestellwert"},
		"Ab 100 EUR":               {"Ab 100 EUR"},
		"Ab 100,00 €, nur im Mai.": {"Ab 100,00 €, nur im Mai."},
		"Für alle mit 1000 Ideen":  {"Für alle mit 1000 Ideen", "Ab 100,00\u00a0€ Bestellwert"},
	} {
		v := voucher.Template{Name: "20 %", Kind: voucher.Percent, Percent: 20, Order: voucher.Range{MinMinor: 10_000}, Texts: map[string]voucher.Text{"de": {Line: line}}}
		if got := sheetsOf(loyalty.Shop{Currency: "EUR"}, v, "https://shop.example", "de").Terms; !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
}
