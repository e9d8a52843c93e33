package api

import (
	"bytes"
	"encoding/csv"
	"strings"
	"time"
)

// table is a CSV file in the making: RFC 4180, with a mark by which spreadsheets
// know the encoding.
type table struct {
	out bytes.Buffer
	csv *csv.Writer
}

// row adds a line. A text that a spreadsheet would take for a formula is marked as
// text (I6).
func (t *table) row(cells ...string) {
	if t.csv == nil {
		t.out.WriteString("\ufeff")
		t.csv = csv.NewWriter(&t.out)
		t.csv.UseCRLF = true
	}
	for i, c := range cells {
		cells[i] = plainCell(c)
	}
	_ = t.csv.Write(cells) // into memory: it cannot fail
}

func (t *table) bytes() []byte {
	if t.csv != nil {
		t.csv.Flush()
	}
	return t.out.Bytes()
}

// plainCell never begins with what makes a formula, in any width of letters.
func plainCell(s string) string {
	s = strings.ReplaceAll(s, "\x00", "")
	if s != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠|%", []rune(s)[0]) {
		return "'" + s
	}
	return s
}

// stampOf is an instant in Unix ms as spreadsheets read it; empty for none.
func stampOf(ms int64) string {
	if ms == 0 {
		return ""
	}
	return time.UnixMilli(ms).UTC().Format(time.RFC3339)
}
