package woocommerce

import (
	"bytes"
	"encoding/json"
	"time"
	"unicode/utf8"

	"zugabe/app/loyalty"
)

// text is a JSON string or number as it is written: WooCommerce sends ids as
// numbers and money as strings, and plugins turn one into the other.
type text string

func (t *text) UnmarshalJSON(b []byte) error {
	switch {
	case string(b) == "null":
		*t = ""
		return nil
	case len(b) > 0 && b[0] == '"':
		return json.Unmarshal(b, (*string)(t))
	}
	var n json.Number
	if err := json.Unmarshal(b, &n); err != nil {
		return err
	}
	*t = text(n)
	return nil
}

// isID holds for a positive whole number without leading zeros.
func (t text) isID() bool {
	if len(t) == 0 || len(t) > 20 || t[0] == '0' {
		return false
	}
	for i := 0; i < len(t); i++ {
		if t[i] < '0' || t[i] > '9' {
			return false
		}
	}
	return true
}

// key is the id, or "" for the 0 that stands for none.
func (t text) key() (string, error) {
	if t == "" || t == "0" {
		return "", nil
	}
	if !t.isID() {
		return "", malformed("an id is %.20q", string(t))
	}
	return string(t), nil
}

// rawArg is the first argument of an action: a number or an object.
type rawArg = json.RawMessage

func checkText(body []byte) error {
	if !utf8.Valid(body) || bytes.IndexByte(body, 0) >= 0 {
		return malformed("not UTF-8 text")
	}
	return nil
}

func decode(body []byte, into any) error {
	if err := checkText(body); err != nil {
		return err
	}
	if err := json.Unmarshal(body, into); err != nil {
		return malformed("%v", err)
	}
	return nil
}

// sums adds decimal strings exactly, in minor units, and keeps the first error.
type sums struct {
	currency loyalty.Currency
	err      error
}

// minor reads one amount; a missing one is 0.
func (s *sums) minor(t text) int64 {
	if t == "" || s.err != nil {
		return 0
	}
	n, err := loyalty.ParseMinor(string(t), s.currency)
	if err != nil {
		s.err = malformed("amount %.30q: %v", string(t), err)
	}
	return n
}

// instant reads a *_gmt time, which has no zone; null and "" are 0.
func (s *sums) instant(t text) int64 {
	if t == "" || s.err != nil {
		return 0
	}
	at, err := time.Parse("2006-01-02T15:04:05", string(t))
	if err != nil || at.Year() < 1990 || at.Year() > 9998 {
		s.err = malformed("time %.30q", string(t))
		return 0
	}
	return at.UnixMilli()
}

// short cuts a text that people read to n bytes, at a character.
func short(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
