package spreadsheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

var errEnough = errors.New("spreadsheet: enough rows")

var (
	bomUTF8    = []byte("\xef\xbb\xbf")
	bomUTF16LE = []byte("\xff\xfe")
	bomUTF16BE = []byte("\xfe\xff")
)

// Detect finds out how a file is to be read. CodeInvalid with field "file" and
// Detail["reason"]: empty, large, xls, binary, workbook.
func Detect(file []byte) (Form, error) {
	switch {
	case len(file) == 0:
		return Form{}, unreadable("empty", "is empty")
	case len(file) > MaxFile:
		return Form{}, unreadable("large", "is too large")
	case bytes.HasPrefix(file, []byte("PK\x03\x04")):
		return detectWorkbook(file)
	case bytes.HasPrefix(file, []byte("\xd0\xcf\x11\xe0")):
		return Form{}, unreadable("xls", "is a workbook of the old kind; save it as .xlsx or .csv")
	}
	f := Form{Format: CSV, Encoding: encodingOf(file)}
	if f.Encoding != UTF16LE && f.Encoding != UTF16BE && bytes.IndexByte(file, 0) >= 0 {
		return f, unreadable("binary", "is no table")
	}
	f.Delimiter = delimiterOf(file, f.Encoding)
	return f, nil
}

func encodingOf(file []byte) string {
	switch {
	case bytes.HasPrefix(file, bomUTF8):
		return UTF8
	case bytes.HasPrefix(file, bomUTF16LE):
		return UTF16LE
	case bytes.HasPrefix(file, bomUTF16BE):
		return UTF16BE
	}
	head := file[:min(len(file), 4096)]
	var even, odd int // zero bytes: where Latin text in UTF-16 has them
	for i, b := range head {
		if b == 0 && i%2 == 0 {
			even++
		} else if b == 0 {
			odd++
		}
	}
	switch quarter := len(head) / 4; {
	case odd > quarter && even < odd/8+1:
		return UTF16LE
	case even > quarter && odd < even/8+1:
		return UTF16BE
	case utf8.Valid(file):
		return UTF8
	}
	return Windows1252
}

// text is the file in UTF-8 without its mark.
func text(file []byte, encoding string) io.Reader {
	r := bytes.NewReader(file)
	switch encoding {
	case UTF16LE:
		return transform.NewReader(r, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder())
	case UTF16BE:
		return transform.NewReader(r, unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewDecoder())
	case Windows1252:
		return transform.NewReader(r, charmap.Windows1252.NewDecoder())
	}
	return transform.NewReader(r, unicode.UTF8BOM.NewDecoder())
}

// delimiters in the order in which they win where the table does not say: with a
// semicolon a comma is a decimal one.
var delimiters = []string{";", "\t", "|", ","}

const looked = 30 // lines that the delimiter is guessed from

// delimiterOf is the one that cuts the first lines into most cells, all of them into
// the same number.
func delimiterOf(file []byte, encoding string) string {
	best, cells := ";", 1
	for _, d := range delimiters {
		n, even := 0, true
		rows, err := Head(file, Form{Format: CSV, Encoding: encoding, Delimiter: d}, looked)
		if err != nil {
			continue
		}
		for i, r := range rows {
			if i == 0 {
				n = len(r.Cells)
			}
			even = even && len(r.Cells) == n
		}
		if even && n > cells {
			best, cells = d, n
		}
	}
	return best
}

func eachOfText(file []byte, f Form, row func(Row) error) error {
	r := csv.NewReader(text(file, f.Encoding))
	r.FieldsPerRecord, r.LazyQuotes, r.ReuseRecord = -1, true, true
	if d, size := utf8.DecodeRuneInString(f.Delimiter); size == len(f.Delimiter) && size > 0 && strings.Contains(";,|\t", f.Delimiter) {
		r.Comma = d
	}
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return unreadable("csv", "is not readable as a table")
		}
		line, _ := r.FieldPos(0)
		if err := row(Row{line, cellsOf(cells)}); err != nil {
			return err
		}
	}
}

// cellsOf copies and cleans cells. The mark by which an export keeps a text from
// being a formula is taken off again (I6).
func cellsOf(cells []string) []string {
	list := make([]string, min(len(cells), MaxCells))
	for i := range list {
		c := strings.TrimSpace(cells[i])
		if len(c) > 1 && c[0] == '\'' && strings.ContainsAny(c[1:2], "=+-@\t\r|%") || strings.HasPrefix(c, "'＝") || strings.HasPrefix(c, "'＋") || strings.HasPrefix(c, "'－") || strings.HasPrefix(c, "'＠") {
			c = c[1:]
		}
		if len(c) > MaxCell {
			c = strings.ToValidUTF8(c[:MaxCell], "")
		}
		list[i] = strings.Clone(strings.ToValidUTF8(strings.ReplaceAll(c, "\x00", ""), "\ufffd"))
	}
	return list
}
