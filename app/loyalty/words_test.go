package loyalty_test

import (
	"testing"

	"zugabe/app/loyalty"
)

func TestCountsAreWrittenAsTheirReadersDo(t *testing.T) {
	for _, c := range []struct {
		language string
		n        int64
		form     string
		written  string
	}{
		{"en", 0, "other", "0"}, {"en", 1, "one", "1"}, {"en", 1234567, "other", "1,234,567"}, {"de", 1, "one", "1"}, {"de", 1000, "other", "1.000"},
		{"da", 2, "other", "2"}, {"it", 999, "other", "999"}, {"it", -12345, "other", "\u221212.345"},
		{"pl", 1, "one", "1"}, {"pl", 2, "few", "2"}, {"pl", 5, "many", "5"}, {"pl", 12, "many", "12"}, {"pl", 22, "few", "22"}, {"pl", 112, "many", "112"}, {"pl", 1003, "few", "1\u00a0003"},
	} {
		if form, written := loyalty.Plural(c.language, c.n), loyalty.Grouped(c.language, c.n); form != c.form || written != c.written {
			t.Errorf("%s %d: %s, %s", c.language, c.n, form, written)
		}
	}
}
