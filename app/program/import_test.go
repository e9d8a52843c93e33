package program_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"strings"
	"testing"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/spreadsheet"
	"zugabe/app/store"
)

// upload sends a file in pieces.
func (w *bookWorld) upload(v program.Voucher, name string, file []byte) store.Import {
	w.t.Helper()
	i, err := w.CreateImport(context.Background(), "staff:mia", w.shop, program.NewImport{Template: v.Row.ID, FileName: name, Size: int64(len(file))})
	if err != nil {
		w.t.Fatal(err)
	}
	for seq := int64(0); seq*program.ImportPiece < int64(len(file)); seq++ {
		piece := file[seq*program.ImportPiece : min(int64(len(file)), (seq+1)*program.ImportPiece)]
		for range 2 { // a second time changes nothing
			if i, err = w.SaveImportPiece(context.Background(), w.shop, i.ID, seq, piece); err != nil {
				w.t.Fatal(err)
			}
		}
	}
	return i
}

// worked lets workers finish what is under way.
func (w *bookWorld) worked(id loyalty.ID) program.ImportDetail {
	w.t.Helper()
	for range 500 {
		n, err := w.WorkImports(context.Background(), w.shop, 0, 1000)
		if err != nil {
			w.t.Fatal(err)
		}
		if n == 0 {
			break
		}
	}
	d, err := w.ImportOf(context.Background(), w.shop, id)
	if err != nil {
		w.t.Fatal(err)
	}
	return d
}

func (w *bookWorld) started(i store.Import) program.ImportDetail {
	w.t.Helper()
	if _, err := w.StartImport(context.Background(), "staff:mia", w.shop, i.ID, nil); err != nil {
		w.t.Fatal(err)
	}
	return w.worked(i.ID)
}

func (w *bookWorld) linesOf(id loyalty.ID, state string) []program.PlacedLine {
	w.t.Helper()
	list, err := w.ImportLines(context.Background(), w.shop, id, program.LineQuery{State: state, Limit: 10_000})
	if err != nil {
		w.t.Fatal(err)
	}
	return list
}

func (w *bookWorld) countRows(query string, args ...any) (n int64) {
	w.t.Helper()
	w.write(func(tx *store.Tx) error {
		_, err := tx.Row(query, append([]any{w.shop.ID}, args...), &n)
		return err
	})
	return n
}

// manyCodes is a file of n codes.
func manyCodes(n int) []byte {
	var b strings.Builder
	b.WriteString("Gutscheincode;Notiz\n")
	for i := range n {
		fmt.Fprintf(&b, "MASSE-%06d;Zeile %d\n", i, i)
	}
	return []byte(b.String())
}

// covers: S0-20, S0-25, N-14
func TestCodesOfAFileWorkAsSoonAsTheyAreReadIn(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		ctx := context.Background()
		v := w.voucherOf(nil)
		w.order(paidOrder("1", "c1", 2000, 9))
		before := w.codes(v, program.CodeRequest{Texts: []string{"SCHONDA1", "KAFFEE88"}})
		file := "Gutscheincode;Betrag;Gültig bis;Einlösungen;E-Mail;Charge;Notiz\n" +
			"HERBST-A2;7,50 €;31.12.2030;1;;Los 7;erste\n" +
			"HERBST-B3;1.234,50;;;;Los 7;\n" +
			"herbst a2;;;;;;doppelt in der Datei\n" +
			"schonda1;;;;;;im Shop\n" +
			"HERBST-C4;viel;;;;;kein Betrag\n" +
			"HERBST-D6;;31.02.2030;;;;kein Tag\n" +
			"ab;;;;;;zu kurz\n" +
			"HERBST-E7;;;;niemand@example.org;;kein Kunde\n" +
			"KAFFEEB8;;;;;;sieht aus wie\n" +
			";;;;;;ohne Code\n"
		i := w.upload(v, `C:\Listen\herbst.csv`, []byte(file))
		if i.State != store.ImportReady || i.FileName != "herbst.csv" {
			t.Fatalf("after the upload: %+v", i)
		}
		p, err := w.PreviewImport(ctx, w.shop, i.ID, nil)
		if err != nil {
			t.Fatal(err)
		}
		want := []string{"code", "value", "valid_until", "max_uses", "member", "batch", "note"}
		if o := p.Options; o.Delimiter != ";" || o.Encoding != spreadsheet.UTF8 || !o.Header || o.Decimal != "comma" || o.Dates != "dmy" || fmt.Sprint(o.Columns) != fmt.Sprint(want) {
			t.Errorf("found out: %+v", o)
		}
		spelt := w.upload(v, "ascii.csv", []byte("Code;GUELTIG AB;Gueltig bis;Max. Einloesungen\nOHNE-UMLAUT-1;1.3.2030;31.3.2030;5\n"))
		if p, err = w.PreviewImport(ctx, w.shop, spelt.ID, nil); err != nil || fmt.Sprint(p.Options.Columns) != "[code valid_from valid_until max_uses]" {
			t.Errorf("umlauts that are spelt out: %v, %v", p.Options.Columns, err)
		}
		if _, err := w.CheckImport(ctx, "staff:mia", w.shop, i.ID, nil); err != nil {
			t.Fatal(err)
		}
		d := w.worked(i.ID)
		if d.Row.State != store.ImportChecked || d.Row.Total != 10 || d.Row.OK != 3 || d.Row.Duplicates != 2 || d.Row.Failed != 5 {
			t.Errorf("the dry run says %+v", d.Row)
		}
		if w.codeNow("HERBST-A2").ID != 0 {
			t.Error("the dry run made a code")
		}
		reasons := map[int]string{}
		for _, l := range w.linesOf(i.ID, "") {
			reasons[l.Line] = l.State + " " + l.Why + " " + l.About
		}
		for line, want := range map[int]string{2: "ok  ", 4: "duplicate duplicate_line 2", 5: "duplicate duplicate_shop SCHONDA1", 6: "failed value_number viel",
			7: "failed date_until 31.02.2030", 8: "failed code_short ab", 9: "failed member_unknown niemand@example.org", 10: "ok look_alike_shop KAFFEE88", 11: "failed code_missing "} {
			if reasons[line] != want {
				t.Errorf("line %d is %q, want %q", line, reasons[line], want)
			}
		}
		w.hasImported(w.started(i))
		if c := w.codeNow("SCHONDA1"); c.ID != before[0].ID {
			t.Error("an existing code was replaced")
		}
	})
}

// hasImported checks what came of the lines of the test above.
func (w *bookWorld) hasImported(d program.ImportDetail) {
	t, ctx := w.t, context.Background()
	t.Helper()
	if d.Row.State != store.ImportDone || d.Row.OK != 3 || d.Row.Duplicates != 2 || d.Row.Failed != 5 {
		t.Fatalf("after the import: %+v", d.Row)
	}
	tried, err := w.TryVoucher(ctx, w.shop, program.TryRequest{Code: "herbst-a2", Cart: cartOf(5_000)})
	if err != nil || !tried.Decision.OK || tried.Decision.Minor != 750 {
		t.Errorf("at once: %+v, %v", tried.Decision, err)
	}
	c := w.codeNow("HERBST-A2")
	zone, _ := loyalty.Zone(w.shop.Zone)
	if c.MaxUses != 1 || c.Origin != program.OriginImport || c.ExpiresAt != (loyalty.LocalDate{Year: 2030, Month: 12, Day: 31}).End(zone).UnixMilli() {
		t.Errorf("the code is %+v", c)
	}
	if w.codeNow("HERBST-B3").Spec.Minor != 123_450 {
		t.Errorf("the amount is %d", w.codeNow("HERBST-B3").Spec.Minor)
	}
	names := map[string]int64{}
	for _, b := range d.Batches {
		names[b.Name] = b.Codes
	}
	if names["Los 7"] != 2 || names["herbst.csv"] != 1 {
		t.Errorf("batches: %v", names)
	}
	result, err := w.ImportResult(ctx, w.shop, d, program.ProblemLines)
	rows, csvErr := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(result, []byte("\ufeff")))).ReadAll()
	if err != nil || csvErr != nil || len(rows) != 8 || rows[1][2] != "duplicate_line" || rows[1][4] != "herbst a2" {
		t.Errorf("the result file: %v, %v, %v", rows, err, csvErr)
	}
}

// covers: N-14, S0-25
func TestAnImportIsUndoneButForUsedCodes(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		ctx := context.Background()
		v := w.voucherOf(nil)
		file := manyCodes(1500)
		i := w.upload(v, "masse.csv", file)
		d := w.started(i)
		if d.Row.State != store.ImportDone || d.Row.OK != 1500 {
			t.Fatalf("%+v", d.Row)
		}
		w.order(orderOf("o1", "c1", "MASSE-001200", 10))
		w.counted(v, "MASSE-001200", 1)
		if _, err := w.UndoImport(ctx, "staff:mia", w.shop, i.ID); err != nil {
			t.Fatal(err)
		}
		d = w.worked(i.ID)
		if d.Row.State != store.ImportUndone || d.Row.Kept != 1 || d.Row.OK != 1500 {
			t.Errorf("after the undo: %+v", d.Row)
		}
		if kept := w.linesOf(i.ID, program.LineKept); len(kept) != 1 || kept[0].Cells[0] != "MASSE-001200" {
			t.Errorf("kept: %+v", kept)
		}
		if n := w.countRows(`SELECT COUNT(*) FROM codes WHERE shop_id = ? AND state = 'void'`); n != 1499 {
			t.Errorf("%d codes are void", n)
		}
		if tried, err := w.TryVoucher(ctx, w.shop, program.TryRequest{Code: "MASSE-000007", Cart: cartOf(5_000)}); err != nil || tried.Decision.OK {
			t.Errorf("an undone code counts: %+v, %v", tried.Decision, err)
		}
		if again, err := w.UndoImport(ctx, "staff:mia", w.shop, i.ID); err != nil || again.State != store.ImportUndone {
			t.Errorf("a second undo: %+v, %v", again, err)
		}
		// The corrected file has the same codes: their texts are free again, but for the used one.
		d = w.started(w.upload(v, "masse2.csv", file))
		if d.Row.OK != 1499 || d.Row.Duplicates != 1 {
			t.Errorf("the file again: %+v", d.Row)
		}
		if tried, err := w.TryVoucher(ctx, w.shop, program.TryRequest{Code: "MASSE-000007", Cart: cartOf(5_000)}); err != nil || !tried.Decision.OK {
			t.Errorf("a code that was imported again: %+v, %v", tried.Decision, err)
		}
	})
}

// A process that vanishes in the middle of a part leaves nothing of it; another
// goes on when the lease is over (B25). Two at once do each part once.
//
// covers: S0-25, B25
func TestAnImportThatIsCutOffGoesOnWhereItWas(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		ctx := context.Background()
		v := w.voucherOf(nil)
		i := w.upload(v, "masse.csv", manyCodes(3200))
		if _, err := w.StartImport(ctx, "staff:mia", w.shop, i.ID, nil); err != nil {
			t.Fatal(err)
		}
		if n, err := w.WorkImports(ctx, w.shop, i.ID, 2); err != nil || n != 2 { // cuts the file and does one part
			t.Fatalf("%d parts, %v", n, err)
		}
		// A worker that vanished: it has the lease and says nothing more.
		w.write(func(tx *store.Tx) error {
			_, found, err := tx.ClaimImport(w.shop.ID, i.ID, 77, loyalty.NowMs(w.clock), loyalty.NowMs(w.clock)+30_000)
			if err == nil && !found {
				err = store.ErrNotFound
			}
			return err
		})
		if n, err := w.WorkImports(ctx, w.shop, 0, 100); err != nil || n != 0 {
			t.Fatalf("beside a living lease: %d parts, %v", n, err)
		}
		w.clock.Advance(31 * time.Second)
		done := make(chan error, 4)
		for range 4 {
			go func() {
				_, err := w.WorkImports(ctx, w.shop, 0, 100)
				done <- err
			}()
		}
		for range 4 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		d := w.worked(i.ID)
		if d.Row.State != store.ImportDone || d.Row.OK != 3200 || d.Row.Duplicates != 0 {
			t.Errorf("%+v", d.Row)
		}
		if n := w.countRows(`SELECT COUNT(*) FROM codes WHERE shop_id = ? AND template_id = ?`, v.Row.ID); n != 3200 {
			t.Errorf("%d codes", n)
		}
		if d.Batches[0].Codes != 3200 {
			t.Errorf("the batch counts %d", d.Batches[0].Codes)
		}
		d = w.started(w.upload(v, "masse.csv", manyCodes(3200)))
		if d.Row.OK != 0 || d.Row.Duplicates != 3200 {
			t.Errorf("the same file again: %+v", d.Row)
		}
	})
}

func TestACancelledImportKeepsWhatItMadeAndGoesOn(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		ctx := context.Background()
		v := w.voucherOf(nil)
		i := w.upload(v, "masse.csv", manyCodes(2500))
		if _, err := w.StartImport(ctx, "staff:mia", w.shop, i.ID, nil); err != nil {
			t.Fatal(err)
		}
		if _, err := w.WorkImports(ctx, w.shop, i.ID, 2); err != nil {
			t.Fatal(err)
		}
		c, err := w.CancelImport(ctx, "staff:mia", w.shop, i.ID)
		if err != nil || c.State != store.ImportCancelled || c.OK != 1000 {
			t.Fatalf("%+v, %v", c, err)
		}
		if n, err := w.WorkImports(ctx, w.shop, 0, 100); err != nil || n != 0 {
			t.Errorf("a cancelled import goes on: %d, %v", n, err)
		}
		if d := w.started(i); d.Row.State != store.ImportDone || d.Row.OK != 2500 {
			t.Errorf("started again: %+v", d.Row)
		}
		if _, err := w.CancelImport(ctx, "staff:mia", w.shop, i.ID); loyalty.CodeOf(err) != loyalty.CodeConflict {
			t.Errorf("cancelled after the end: %v", err)
		}
	})
}

func TestAFileThatIsNoTableIsRefusedInAWord(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		v := w.voucherOf(nil)
		for word, file := range map[string]string{"xls": "\xd0\xcf\x11\xe0old", "workbook": "PK\x03\x04nothing", "binary": "a\x00b\x01"} {
			if i := w.upload(v, "x", []byte(file)); i.State != store.ImportFailed || i.Reason != word {
				t.Errorf("%s: %+v", word, i)
			}
		}
		_, err := w.CreateImport(context.Background(), "staff:mia", w.shop, program.NewImport{Template: v.Row.ID, FileName: "x", Size: spreadsheet.MaxFile + 1})
		if loyalty.CodeOf(err) != loyalty.CodeInvalid {
			t.Errorf("a file that is too large: %v", err)
		}
		i := w.upload(v, "ohne.csv", []byte("a;b\n1;2\n"))
		_, err = w.StartImport(context.Background(), "staff:mia", w.shop, i.ID, &program.ImportOptions{Form: spreadsheet.Form{Format: "csv", Delimiter: ";"}, Columns: []string{"", "note"}})
		if loyalty.CodeOf(err) != loyalty.CodeInvalid {
			t.Errorf("without a column of codes: %v", err)
		}
	})
}

func TestOldFilesAndLinesAreForgotten(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		ctx := context.Background()
		v := w.voucherOf(nil)
		done := w.started(w.upload(v, "masse.csv", manyCodes(5)))
		left := w.upload(v, "liegen.csv", manyCodes(5))
		w.clock.Advance(8 * 24 * time.Hour)
		if err := w.ForgetImports(ctx, w.shop.ID); err != nil {
			t.Fatal(err)
		}
		if n := w.countRows(`SELECT COUNT(*) FROM import_files WHERE shop_id = ?`); n != 0 {
			t.Errorf("%d pieces of files are left", n)
		}
		if _, err := w.PreviewImport(ctx, w.shop, left.ID, nil); loyalty.CodeOf(err) != loyalty.CodeConflict {
			t.Errorf("a preview of a forgotten file: %v", err)
		}
		if n := len(w.linesOf(done.Row.ID, "")); n != 5 {
			t.Errorf("%d lines are left for an undo", n)
		}
		w.clock.Advance(90 * 24 * time.Hour)
		if err := w.ForgetImports(ctx, w.shop.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := w.UndoImport(ctx, "staff:mia", w.shop, done.Row.ID); loyalty.CodeOf(err) != loyalty.CodeConflict || len(w.linesOf(done.Row.ID, "")) != 0 {
			t.Errorf("an undo without lines: %v", err)
		}
	})
}
