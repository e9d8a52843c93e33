package document

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Table is a CSV file in the making: RFC 4180, with the mark by which spreadsheets
// know the encoding. The zero value is ready.
type Table struct {
	out bytes.Buffer
	csv *csv.Writer
}

// Row adds a line. A string that a spreadsheet would take for a formula is marked as
// text; int and int64 stay numbers (I6).
func (t *Table) Row(cells ...any) {
	if t.csv == nil {
		t.out.WriteString("\ufeff")
		t.csv = csv.NewWriter(&t.out)
		t.csv.UseCRLF = true
	}
	line := make([]string, len(cells))
	for i, c := range cells {
		switch c := c.(type) {
		case string:
			line[i] = Cell(c)
		case int64:
			line[i] = strconv.FormatInt(c, 10)
		case int:
			line[i] = strconv.Itoa(c)
		}
	}
	_ = t.csv.Write(line) // into memory: it cannot fail
}

// Bytes is the file so far.
func (t *Table) Bytes() []byte {
	if t.csv != nil {
		t.csv.Flush()
	}
	return t.out.Bytes()
}

// triggers begin formulas, in any width of letters, and the cells that some programs
// run (ASVS 1.2.10).
const triggers = "=+-@\t\r\n|%＝＋－＠｜％"

// Cell is a text that no spreadsheet takes for a formula. Spaces in front would be
// dropped by some before they look.
func Cell(text string) string {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, "\ufffd"), "\x00", "")
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(text, " \u00a0\u3000\u200b\ufeff"))
	if text != "" && (strings.ContainsRune(triggers, first) && first != utf8.RuneError || strings.ContainsAny(text[:1], "\t\r\n")) {
		return "'" + text
	}
	return text
}
