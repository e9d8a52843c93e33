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
	"zugabe/app/store"
	"zugabe/app/voucher"
)

func (w *bookWorld) printed(v program.Voucher, change func(*program.NewBatch)) program.BatchCard {
	w.t.Helper()
	n := program.NewBatch{Template: v.Row.ID, Prefix: "messe", Count: 30}
	if change != nil {
		change(&n)
	}
	b, err := w.CreateBatch(context.Background(), "staff:mia", w.shop, n)
	if err != nil {
		w.t.Fatal(err)
	}
	return b
}

func (w *bookWorld) codesOfBatch(id loyalty.ID, from, until string) (codes []store.CodeStub) {
	w.t.Helper()
	err := w.EachBatchCode(context.Background(), w.shop, id, program.BatchRange{From: from, Until: until}, func(c store.CodeStub) error {
		codes = append(codes, c)
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return codes
}

func (w *bookWorld) works(code string) bool {
	w.t.Helper()
	tried, err := w.TryVoucher(context.Background(), w.shop, program.TryRequest{Code: code, Cart: cartOf(5_000)})
	if err != nil {
		w.t.Fatal(err)
	}
	return tried.Decision.OK
}

// steps are what a code's timeline has of its batch, newest first.
func (w *bookWorld) steps(id loyalty.ID) string {
	w.t.Helper()
	d, err := w.Code(context.Background(), w.shop, id)
	if err != nil {
		w.t.Fatal(err)
	}
	var list []string
	for _, s := range d.Steps {
		list = append(list, strings.TrimSuffix(string(s.Kind)+":"+s.Partner, ":"))
	}
	return strings.Join(list, " ")
}

// reads are what a code's timeline has of files that were read in and of itself, oldest first.
func (w *bookWorld) reads(id loyalty.ID) string {
	w.t.Helper()
	d, err := w.Code(context.Background(), w.shop, id)
	if err != nil {
		w.t.Fatal(err)
	}
	var list []string
	for _, r := range d.Reads {
		if r.Undone {
			later := map[int64]string{time.Hour.Milliseconds(): "an hour later"}[r.At-d.Reads[0].At]
			list = append(list, "undone "+r.FileName+" by "+r.Actor+" "+later)
		} else {
			list = append(list, "activate "+r.FileName+" by "+r.Actor)
		}
	}
	for _, a := range d.Deeds {
		list = append(list, a.Action+" by "+a.Actor)
	}
	return strings.Join(list, ", ")
}

// handsOutTen gives a partner the first ten codes, and checks which ones nobody has then.
func (w *bookWorld) handsOutTen(batch, partner loyalty.ID, codes []store.CodeStub) {
	w.t.Helper()
	ctx := context.Background()
	if _, err := w.HandOutBatch(ctx, "staff:mia", w.shop, batch, program.BatchGift{BatchRange: program.BatchRange{From: "1", Until: "10"}, Partner: partner}); err != nil {
		w.t.Fatal(err)
	}
	left, err := w.Codes(ctx, w.shop, "", store.CodeList{BatchID: batch, Own: true, Limit: 50})
	if err != nil || len(left) != len(codes)-10 || left[len(left)-1].Code.ID != codes[10].ID {
		w.t.Errorf("the stock that is left: %d codes, %v", len(left), err)
	}
}

// A merchant has vouchers printed, partners hand them out, some are lost.
//
// covers: S0-19, N-11, S0-33
func TestAPrintedBatchLivesFromThePrinterToTheTill(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		ctx := context.Background()
		v := w.voucherOf(nil)
		w.partnersOn(nil)
		partner := w.partner("partner@example.org", 0)
		b := w.printed(v, nil)
		if b.Row.State != store.BatchMade || b.Row.Codes != 30 || b.Row.Name != "MESSE 1–30" {
			t.Fatalf("the batch is %+v", b.Row)
		}
		codes := w.codesOfBatch(b.Row.ID, "", "")
		for i, c := range codes {
			if !strings.HasPrefix(c.Code, fmt.Sprintf("MESSE-%04d-", i+1)) || len(c.Code) != len("MESSE-0001-7KXM") {
				t.Fatalf("code %d is %q", i+1, c.Code)
			}
		}
		if len(codes) != 30 || w.works(codes[0].Code) {
			t.Errorf("%d codes, and before they are activated the first works: %v", len(codes), w.works(codes[0].Code))
		}
		w.handsOutTen(b.Row.ID, partner, codes)
		if _, err := w.BlockBatch(ctx, "staff:mia", w.shop, b.Row.ID, program.BatchLoss{BatchRange: program.BatchRange{From: "5", Until: "7"}, Why: "verloren"}); err != nil {
			t.Fatal(err)
		}
		after, err := w.ActivateBatch(ctx, "staff:mia", w.shop, b.Row.ID)
		if err != nil || after.Row.State != store.BatchActive {
			t.Fatalf("%+v, %v", after.Row, err)
		}
		if !w.works(codes[0].Code) || w.works(codes[5].Code) || !w.works(codes[29].Code) {
			t.Error("after the activation exactly the blocked ones must not work")
		}
		w.order(orderOf("o1", "c1", codes[2].Code, 10))
		w.order(orderOf("o2", "c2", codes[20].Code, 11))
		if _, err := w.BlockBatch(ctx, "staff:mia", w.shop, b.Row.ID, program.BatchLoss{BatchRange: program.BatchRange{From: "0010"}, Why: "gestohlen"}); err != nil {
			t.Fatal(err)
		}
		if w.works(codes[9].Code) || !w.works(codes[10].Code) {
			t.Error("one number is blocked at once, and only that")
		}
		for n, want := range map[int]string{0: "activate handout:partner", 5: "block handout:partner", 9: "block activate handout:partner", 20: "activate"} {
			if got := w.steps(codes[n].ID); got != want {
				t.Errorf("the timeline of code %d has %q, want %q", n+1, got, want)
			}
		}
		ready := w.printed(v, func(n *program.NewBatch) { n.Prefix, n.Active, n.Partner = "markt", true, partner })
		if got := w.steps(w.codesOfBatch(ready.Row.ID, "", "")[0].ID); got != "activate handout:partner" {
			t.Errorf("the timeline of a code that was made for a partner has %q", got)
		}
		d, err := w.Batch(ctx, w.shop, b.Row.ID)
		if err != nil || len(d.Partners) != 2 || len(d.Moves) != 4 {
			t.Fatalf("%+v, %v", d, err)
		}
		stock, handed := d.Partners[0], d.Partners[1]
		if stock.Codes != 20 || stock.Uses != 1 || stock.Void != 0 {
			t.Errorf("the stock: %+v", stock)
		}
		if handed.ID != partner || handed.Codes != 10 || handed.Used != 1 || handed.Uses != 1 || handed.Void != 4 || handed.Minor != 500 {
			t.Errorf("the partner's: %+v", handed)
		}
		if _, err := w.ActivateBatch(ctx, "staff:mia", w.shop, b.Row.ID); err != nil || w.works(codes[5].Code) {
			t.Errorf("a second activation: %v, blocked codes work: %v", err, w.works(codes[5].Code))
		}
		file, err := w.BatchCSV(ctx, w.shop, b.Row.ID, program.BatchRange{From: "3", Until: "4"})
		rows, _ := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(file, []byte("\ufeff")))).ReadAll()
		if err != nil || len(rows) != 3 || rows[1][0] != "3" || rows[1][1] != codes[2].Code || !strings.HasSuffix(rows[1][2], "/discount/"+codes[2].Code) {
			t.Errorf("for the printer: %v, %v", rows, err)
		}
	})
}

// What the printer sends back makes the numbers live, but for those that were lost.
//
// covers: S0-19, S0-20, N-11
func TestPrintedCodesAreActivatedByReadingThemIn(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		v := w.voucherOf(nil)
		b := w.printed(v, nil)
		codes := w.codesOfBatch(b.Row.ID, "", "")
		if _, err := w.BlockBatch(context.Background(), "staff:mia", w.shop, b.Row.ID, program.BatchLoss{BatchRange: program.BatchRange{From: "2"}, Why: "verloren"}); err != nil {
			t.Fatal(err)
		}
		file := "code\n" + codes[0].Code + "\n" + codes[1].Code + "\n" + strings.ToLower(codes[2].Code) + "\nFREMD-1234\n"
		d := w.started(w.upload(v, "gedruckt.csv", []byte(file)))
		if d.Row.Activated != 2 || d.Row.OK != 1 || d.Row.Failed != 1 {
			t.Errorf("%+v", d.Row)
		}
		if !w.works(codes[0].Code) || w.works(codes[1].Code) || !w.works(codes[2].Code) || w.works(codes[3].Code) || !w.works("FREMD-1234") {
			t.Error("exactly what was read in and not lost works")
		}
		w.clock.Advance(time.Hour)
		if _, err := w.SetVoucherCodeState(context.Background(), "staff:ole", w.shop, codes[3].ID, false); err != nil {
			t.Fatal(err)
		}
		if _, err := w.UndoImport(context.Background(), "staff:zoe", w.shop, d.Row.ID); err != nil {
			t.Fatal(err)
		}
		if d = w.worked(d.Row.ID); d.Row.State != store.ImportUndone || w.works(codes[0].Code) {
			t.Errorf("after the undo: %+v", d.Row)
		}
		for n, want := range map[int]string{0: "activate gedruckt.csv by staff:mia, undone gedruckt.csv by staff:zoe an hour later", 1: "", 3: "code.activated by staff:ole"} {
			if got := w.reads(codes[n].ID); got != want {
				t.Errorf("the timeline of code %d has %q, want %q", n+1, got, want)
			}
		}
	})
}

// covers: A-32, N-14
func TestABatchOfThousandsIsMadeInPartsAndTakenBack(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		ctx := context.Background()
		v := w.voucherOf(nil)
		b := w.printed(v, func(n *program.NewBatch) { n.Count, n.Active, n.Prefix, n.FirstNo = 2500, true, "BRFT", 9001 })
		if b.Row.State != store.BatchActive || b.Row.Codes != 2500 {
			t.Fatalf("%+v", b.Row)
		}
		// Texts of this form may fold into others where they pass for generated codes; ranges must not miss them.
		if n := len(w.codesOfBatch(b.Row.ID, "9001", "11500")); n != 2500 {
			t.Errorf("the range of all numbers has %d codes", n)
		}
		_, err := w.CreateBatch(ctx, "staff:mia", w.shop, program.NewBatch{Template: v.Row.ID, Prefix: "brft", FirstNo: 11_500, Count: 10})
		if loyalty.CodeOf(err) != loyalty.CodeConflict {
			t.Errorf("the same number twice: %v", err)
		}
		after, err := w.UndoBatch(ctx, "staff:mia", w.shop, b.Row.ID)
		if err != nil || after.Row.State != store.BatchUndone {
			t.Fatalf("%+v, %v", after.Row, err)
		}
		if n := w.countRows(`SELECT COUNT(*) FROM codes WHERE shop_id = ? AND state = ?`, string(voucher.Void)); n != 2500 {
			t.Errorf("%d codes are void", n)
		}
		for _, bad := range []program.NewBatch{{Prefix: "", Count: 1}, {Prefix: "A B", Count: 1}, {Prefix: "A", Count: 100_001}, {Prefix: "A", Count: 5, Pattern: "##"}} {
			bad.Template = v.Row.ID
			if _, err := w.CreateBatch(ctx, "staff:mia", w.shop, bad); loyalty.CodeOf(err) != loyalty.CodeInvalid {
				t.Errorf("%+v: %v", bad, err)
			}
		}
	})
}

// covers: S2-08, S2-09, S2-15, S0-19
func TestOneVoucherIsSpreadByPrintBannerAndLink(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		ctx := context.Background()
		v := w.voucherOf(func(d *voucher.Template) {
			d.Name = `5 "Euro" <b>`
			d.Valid.Until = loyalty.LocalDate{Year: 2030, Month: 12, Day: 31}
		})
		if _, err := w.Handout(ctx, w.shop, v.Row.ID, 0, "de"); loyalty.CodeOf(err) != loyalty.CodeConflict {
			t.Errorf("without a code: %v", err)
		}
		w.codes(v, program.CodeRequest{Texts: []string{"FRUEHLING"}, MaxUses: 0})
		for language, want := range map[string]string{"de": "Ab 20,00\u00a0€ Bestellwert", "en": "On orders of €20.00 or more", "da": "Ved køb fra 20,00\u00a0€", "pl": "Przy zamówieniu od 20,00\u00a0€", "it": "Per ordini da 20,00\u00a0€"} {
			h, err := w.Handout(ctx, w.shop, v.Row.ID, 0, language)
			if err != nil || h.Code != "FRUEHLING" || !strings.HasSuffix(h.Link, "/discount/FRUEHLING") || !strings.Contains(h.Text, want) || !strings.HasPrefix(h.QR, "data:image/png;base64,") {
				t.Errorf("%s: %+v, %v", language, h, err)
			}
			if strings.Contains(h.Banner, "<script") || strings.Contains(h.Banner, "<b>") || !strings.Contains(h.Banner, h.Link) {
				t.Errorf("the banner: %s", h.Banner)
			}
			for _, kind := range []string{"print", "fair"} {
				file, err := w.Poster(ctx, w.shop, program.PosterRequest{Template: v.Row.ID, Lang: language, Kind: kind})
				if err != nil || !bytes.HasPrefix(file, []byte("%PDF-")) {
					t.Errorf("%s %s: %v", language, kind, err)
				}
			}
		}
		b := w.printed(v, func(n *program.NewBatch) { n.Count = 1001 })
		for _, n := range []int{1, 4, 8, 10, 21} {
			file, err := w.BatchSheet(ctx, w.shop, b.Row.ID, program.SheetRequest{Part: program.BatchRange{From: "1", Until: "22"}, PerPage: n, Lang: "pl"})
			if err != nil || !bytes.HasPrefix(file, []byte("%PDF-")) || bytes.Count(file, []byte("/Type /Page\n")) != (22+n-1)/n {
				t.Errorf("%d to a page: %v, %d pages", n, err, bytes.Count(file, []byte("/Type /Page\n")))
			}
		}
		if _, err := w.BatchSheet(ctx, w.shop, b.Row.ID, program.SheetRequest{PerPage: 8, Lang: "de"}); loyalty.CodeOf(err) != loyalty.CodeInvalid {
			t.Errorf("more than one file takes: %v", err)
		}
	})
}
