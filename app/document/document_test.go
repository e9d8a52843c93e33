package document

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"zugabe/app/spreadsheet"
)

// Property: no text cell of an export begins with what a spreadsheet takes for a
// formula, numbers stay numbers, and what we export is read in again as it was.
//
// covers: I6
func TestNoExportedCellIsAFormulaAndAllComeBack(t *testing.T) {
	text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"=HYPERLINK(\"http://x\")", "+49 151", "-5", "@SUM(A1)", "\tx", "\rx", "＝1+1", " =1", "\u200b=1", "'=1", "a;b", "a\"b", "|calc"}),
		rapid.Map(rapid.String(), func(s string) string { return "=" + s }))
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.SliceOfN(text, 2, 4), 1, 8).Draw(t, "rows")
		var table Table
		for i, row := range rows {
			cells := []any{int64(-i - 1)}
			for _, c := range row {
				cells = append(cells, c)
			}
			table.Row(cells...)
		}
		r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(table.Bytes(), []byte("\ufeff"))))
		r.FieldsPerRecord = -1
		got, err := r.ReadAll()
		if err != nil || len(got) != len(rows) {
			t.Fatalf("%d of %d rows, %v", len(got), len(rows), err)
		}
		for i, line := range got {
			if line[0] != fmt.Sprint(-i-1) {
				t.Fatalf("the number %d became %q", -i-1, line[0])
			}
			for j, cell := range line[1:] {
				bare := strings.TrimLeft(cell, " \u00a0\u3000\u200b\ufeff")
				if first, _ := utf8.DecodeRuneInString(bare); bare != "" && first != utf8.RuneError && strings.ContainsRune(triggers, first) {
					t.Fatalf("%q is exported as %q", rows[i][j], cell)
				}
			}
		}
	})
}

// Codes and what people write next to them come back from an export as they were.
func TestAnExportIsReadInAgain(t *testing.T) {
	want := []string{"=HYPERLINK(1)", "+49 151", "-5", "@kunde", "＝voll", "SOMMER-10", `mit "Zitat"; und Komma, ja`, "Größe", "'kein Zeichen"}
	var table Table
	for _, c := range want {
		table.Row(c, int64(7))
	}
	f, err := spreadsheet.Detect(table.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	rows, err := spreadsheet.Head(table.Bytes(), f, 20)
	if err != nil || len(rows) != len(want) {
		t.Fatalf("%v, %v", rows, err)
	}
	for i, r := range rows {
		if r.Cells[0] != want[i] || r.Cells[1] != "7" {
			t.Errorf("%q came back as %q", want[i], r.Cells)
		}
	}
}

// covers: S0-19, S2-09
func TestPagesOfCardsHaveRoomForHostileAndLongTexts(t *testing.T) {
	s := Sheets{Shop: strings.Repeat("Wäscherei & Söhne ", 20), Value: "1.234.567,00 €", Title: "\U0001F381 5 € Łódź \x00\u202e" + strings.Repeat("lang", 60),
		Terms: []string{"Gültig bis 31.12.2026", strings.Repeat("Bedingung ", 80)}, HowTo: "QR-Code scannen", PerPage: 21, Title2: "\U0001F600"}
	cards := make([]Card, 43)
	for i := range cards {
		cards[i] = Card{Code: fmt.Sprintf("MESSE-%04d-7KXM", i), Link: "https://laden.example/discount/" + strings.Repeat("X", 300), Note: "Los 7"}
	}
	for _, n := range []int{1, 4, 8, 10, 21} {
		s.PerPage = n
		file, err := Cards(s, cards)
		if pages := bytes.Count(file, []byte("/Type /Page\n")); err != nil || pages != (len(cards)+n-1)/n {
			t.Errorf("%d to a page: %d pages, %v", n, pages, err)
		}
	}
	if _, err := Poster(s, cards[0]); err != nil {
		t.Error(err)
	}
	s.PerPage = 7
	if _, err := Cards(s, cards); err == nil {
		t.Error("a layout that there is not")
	}
	if _, err := Cards(s, make([]Card, MostCards+1)); err == nil {
		t.Error("too many cards for one file")
	}
	if _, err := QRPicture(strings.Repeat("x", 5000)); err == nil {
		t.Error("a text that no QR code can hold")
	}
}
