package spreadsheet

import (
	"archive/zip"
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"zugabe/app/loyalty"
)

func encoded(t *testing.T, text, how string) []byte {
	t.Helper()
	var out string
	var err error
	switch how {
	case Windows1252:
		out, err = charmap.Windows1252.NewEncoder().String(text)
	case UTF16LE:
		out, err = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(text)
	case UTF16BE:
		out, err = unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().String(text)
	case "utf-16le without a mark":
		out, err = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder().String(text)
	case "utf-8 with a mark":
		out = "\ufeff" + text
	default:
		out = text
	}
	if err != nil {
		t.Fatal(err)
	}
	return []byte(out)
}

// covers: S0-25
func TestEncodingAndDelimiterAreFoundOut(t *testing.T) {
	for how, want := range map[string]string{UTF8: UTF8, "utf-8 with a mark": UTF8, UTF16LE: UTF16LE, UTF16BE: UTF16BE, "utf-16le without a mark": UTF16LE, Windows1252: Windows1252} {
		for _, d := range []string{";", ",", "\t", "|"} {
			text := strings.ReplaceAll(strings.Join([]string{"Gutschein|Betrag|Prüfer", "Größe-1|5|Jürgen", `"A"|"6"|"mit ""Zitat"""`, "", "X|7|ö"}, "\r\n"), "|", d)
			file := encoded(t, text, how)
			f, err := Detect(file)
			if err != nil || f.Format != CSV || f.Encoding != want || f.Delimiter != d {
				t.Errorf("%s with %q: %+v, %v", how, d, f, err)
				continue
			}
			rows, err := Head(file, f, 10)
			if err != nil || len(rows) != 4 || rows[1].Cells[0] != "Größe-1" || rows[0].Cells[2] != "Prüfer" || rows[2].Cells[2] != `mit "Zitat"` || rows[3].Line != 5 {
				t.Errorf("%s with %q: %v, %v", how, d, rows, err)
			}
		}
	}
	// A comma in a table with semicolons is a decimal one; a single column has none.
	for text, want := range map[string]string{"A;5,00\nB;3,50\n": ";", "ABC\nDEF\n": ";", "code,value\nA,\"5,00\"\n": ","} {
		if f, err := Detect([]byte(text)); err != nil || f.Delimiter != want {
			t.Errorf("%q: %+v, %v", text, f, err)
		}
	}
}

func TestAWorkbookIsReadAndABombIsNot(t *testing.T) {
	book := excelize.NewFile()
	for i, row := range [][]any{{"Code", "Wert", "Gültig bis"}, {"HERBST-1", 5.5, 46387}, {"HERBST-2", "7,25", "31.12.2026"}, {}, {"'=EVIL", 1}} {
		if err := book.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := book.NewSheet("Zweite"); err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := book.Write(&file); err != nil {
		t.Fatal(err)
	}
	f, err := Detect(file.Bytes())
	if err != nil || f.Format != XLSX || f.Sheet != "Sheet1" || len(f.Sheets) != 2 {
		t.Fatalf("%+v, %v", f, err)
	}
	rows, err := Head(file.Bytes(), f, 10)
	if err != nil || len(rows) != 4 || rows[1].Cells[1] != "5.5" || rows[3].Cells[0] != "=EVIL" || rows[3].Line != 5 {
		t.Fatalf("%v, %v", rows, err)
	}
	day, err := Date(rows[1].Cells[2], YMD)
	if err != nil || day.String() != "2026-12-31" {
		t.Errorf("a day of a workbook is %s, %v", day, err)
	}
	f.Sheet = "Dritte"
	if _, err := Head(file.Bytes(), f, 1); loyalty.CodeOf(err) != loyalty.CodeInvalid {
		t.Errorf("a sheet that there is not: %v", err)
	}
	var bomb bytes.Buffer
	z := zip.NewWriter(&bomb)
	w, err := z.Create("xl/workbook.xml")
	if err != nil {
		t.Fatal(err)
	}
	zeros := make([]byte, 1<<20)
	for range maxGrown>>20 + 1 {
		if _, err := w.Write(zeros); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Detect(bomb.Bytes()); loyalty.CodeOf(err) != loyalty.CodeInvalid || bomb.Len() > 1<<20 {
		t.Errorf("a bomb of %d bytes: %v", bomb.Len(), err)
	}
}

func TestNumbersAndDatesAreReadAsTheirCountryWritesThem(t *testing.T) {
	for _, c := range []struct {
		text, decimal string
		want          int64
	}{{"5", ",", 500}, {"5,5", ",", 550}, {"1.234,50 €", ",", 123_450}, {"1,234.50", ".", 123_450}, {"€ 7.25", ".", 725}, {"1 234,50 zł", ",", 123_450}, {"1'000.00", ".", 100_000}} {
		got, err := Minor(c.text, c.decimal, "EUR")
		if err != nil || got != c.want {
			t.Errorf("%q: %d, %v", c.text, got, err)
		}
	}
	for _, bad := range []string{"viel", "", "5 Stück", "1,2,3"} {
		if n, err := Minor(bad, ",", "EUR"); err == nil {
			t.Errorf("%q is %d", bad, n)
		}
	}
	for _, c := range []struct {
		samples []string
		want    string
	}{{[]string{"5,00", "1.234,50"}, ","}, {[]string{"5.00"}, "."}, {[]string{"1,234.5"}, "."}, {[]string{"1.234"}, "?"}, {[]string{"5"}, "?"}} {
		if got := DecimalOf(c.samples, "?"); got != c.want {
			t.Errorf("%v: %q", c.samples, got)
		}
	}
	for _, c := range []struct{ text, order, want string }{{"24.12.2026", DMY, "2026-12-24"}, {"12/24/2026", MDY, "2026-12-24"}, {"2026-12-24", DMY, "2026-12-24"},
		{"2026-12-24T10:00:00Z", MDY, "2026-12-24"}, {"24.12.26", DMY, "2026-12-24"}, {"24/12/2026 08:15", DMY, "2026-12-24"}} {
		if got, err := Date(c.text, c.order); err != nil || got.String() != c.want {
			t.Errorf("%q: %s, %v", c.text, got, err)
		}
	}
	for _, bad := range []string{"31.02.2026", "morgen", "5", "1.2"} {
		if got, err := Date(bad, DMY); err == nil {
			t.Errorf("%q is %s", bad, got)
		}
	}
	if DateOrderOf([]string{"01/02/2026", "01/24/2026"}, DMY) != MDY || DateOrderOf([]string{"24/01/2026"}, MDY) != DMY || DateOrderOf([]string{"2026-01-02"}, MDY) != YMD {
		t.Error("the order of day and month is not found out")
	}
}
