package program_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// covers: S0-08, S0-10, S0-24
func TestCodesTypedByHandAreUniqueWithoutCase(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		v, other := w.voucherOf(nil), w.voucherOf(nil)
		made := w.codes(v, program.CodeRequest{Texts: []string{"5EurovonHans", " vonmeier "}, MaxUses: -1})
		if made[0].Code != "5EurovonHans" || made[1].Code != "vonmeier" {
			t.Errorf("the codes are %q and %q", made[0].Code, made[1].Code)
		}
		_, err := w.MakeCodes(context.Background(), "test", w.shop, other.Row.ID, program.CodeRequest{Texts: []string{"frei", "VON-MEIER"}})
		if loyalty.CodeOf(err) != loyalty.CodeConflict || !strings.Contains(err.Error(), "VON-MEIER") {
			t.Errorf("the same code again: %v", err)
		}
		if c := w.codeNow("FREI"); c.ID != 0 {
			t.Error("a request that was refused made a code")
		}
		for _, texts := range [][]string{{"ab"}, {"--"}, {"Doppelt", "DOPPELT"}, {strings.Repeat("x", 61)}} {
			if _, err := w.MakeCodes(context.Background(), "test", w.shop, v.Row.ID, program.CodeRequest{Texts: texts}); loyalty.CodeOf(err) != loyalty.CodeInvalid {
				t.Errorf("%q: %v", texts, err)
			}
		}
	})
}

// covers: A-32, G6
func TestCodesAreMadeByPatternOrUnguessable(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		v := w.voucherOf(func(d *voucher.Template) { d.Limits.PerCode = 1 })
		for _, c := range w.codes(v, program.CodeRequest{Count: 300, Pattern: "MESSE-####-@@", MaxUses: -1}) {
			if len(c.Code) != 13 || !strings.HasPrefix(c.Code, "MESSE-") || c.MaxUses != 1 || c.TemplateVersion != 1 {
				t.Fatalf("made %+v", c)
			}
		}
		for _, c := range w.codes(v, program.CodeRequest{Count: 5, Prefix: "ZG"}) {
			if !voucher.LooksGenerated(c.Code) {
				t.Errorf("%s can be guessed", c.Code)
			}
		}
		_, err := w.MakeCodes(context.Background(), "test", w.shop, v.Row.ID, program.CodeRequest{Count: 300, Pattern: "M-##"})
		if loyalty.CodeOf(err) != loyalty.CodeInvalid {
			t.Errorf("a pattern with too few codes: %v", err)
		}
		if _, err := w.MakeCodes(context.Background(), "test", w.shop, v.Row.ID, program.CodeRequest{Count: 1001}); loyalty.CodeOf(err) != loyalty.CodeInvalid {
			t.Errorf("too many at once: %v", err)
		}
	})
}

// covers: S0-23, S0-33, S0-34
func TestCodesOfOneAddressAreThoseForItFromItAndUsedByIt(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.partnersOn(nil)
		meier := w.partner("meier@example.org", 0)
		w.send(w.customer("ada", "ada@example.org"), w.customer("bob", "bob@example.org"))
		ada := w.member("ada").ID
		v := w.voucherOf(nil)
		w.codes(v, program.CodeRequest{Texts: []string{"fuerAda"}, MemberID: ada, IssuerID: meier})
		w.order(orderOf("o1", "ada", "fuerAda", 2))
		w.order(orderOf("o2", "bob", "fuerAda", 2))
		if a, b := w.used("o1"), w.used("o2"); a[0].Flag != "" || a[0].IssuerID != meier || b[0].Flag != voucher.ReasonHolder {
			t.Errorf("the holder's order %+v, another one's %+v", a[0], b[0])
		}
		of, err := w.CodesOf(context.Background(), w.shop, ada)
		if err != nil || len(of.For) != 1 || len(of.From) != 0 || len(of.Used) != 1 {
			t.Errorf("codes of the holder: %+v, %v", of, err)
		}
		if of, err = w.CodesOf(context.Background(), w.shop, meier); err != nil || len(of.From) != 1 || len(of.For) != 0 {
			t.Errorf("codes of the issuer: %+v, %v", of, err)
		}
		_, err = w.MakeCodes(context.Background(), "test", w.shop, v.Row.ID, program.CodeRequest{Texts: []string{"niemand"}, MemberID: 12345})
		if loyalty.CodeOf(err) != loyalty.CodeNotFound {
			t.Errorf("a code for nobody: %v", err)
		}
		w.verify()
	})
}

// covers: S0-22
func TestCodesAreSearchedFilteredAndStopped(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		v := w.voucherOf(nil)
		var texts []string
		for i := range 25 {
			texts = append(texts, fmt.Sprintf("MEIER%02d", i))
		}
		w.codes(v, program.CodeRequest{Texts: texts})
		w.codes(w.voucherOf(nil), program.CodeRequest{Texts: []string{"anders"}})
		list := func(text string, l store.CodeList) (found []string) {
			l.Limit = 10
			for {
				page, err := w.Codes(context.Background(), w.shop, text, l)
				if err != nil {
					t.Fatal(err)
				}
				for _, c := range page {
					found = append(found, c.Code.Code)
				}
				if len(page) < l.Limit {
					return found
				}
				l.Before = page[len(page)-1].Code.ID
			}
		}
		if got := list("meier", store.CodeList{}); len(got) != 25 || got[0] != "MEIER00" || got[24] != "MEIER24" {
			t.Errorf("search found %v", got)
		}
		if got := list("", store.CodeList{TemplateID: v.Row.ID}); len(got) != 25 || got[0] != "MEIER24" {
			t.Errorf("filter found %v", got)
		}
		c := w.codeNow("meier07")
		for range 2 {
			stopped, err := w.SetVoucherCodeState(context.Background(), "staff:1", w.shop, c.ID, true)
			if err != nil || stopped.State != voucher.Void {
				t.Fatalf("stopped: %+v, %v", stopped, err)
			}
		}
		if got := list("", store.CodeList{State: voucher.Void}); len(got) != 1 || got[0] != "MEIER07" {
			t.Errorf("stopped ones: %v", got)
		}
		w.order(orderOf("o1", "ada", "MEIER07", 2))
		if u := w.used("o1"); u[0].Flag != voucher.ReasonVoid {
			t.Errorf("an order with a stopped code: %+v", u)
		}
		if _, err := w.SetVoucherCodeState(context.Background(), "staff:1", w.shop, c.ID, false); err != nil {
			t.Fatal(err)
		}
		d, err := w.Code(context.Background(), w.shop, c.ID)
		if err != nil || d.CodeCard.Code.State != voucher.Active || len(d.Uses) != 1 || len(d.Deeds) != 3 || d.Doc.Minor != 500 {
			t.Errorf("the code: %+v, %v", d, err)
		}
	})
}

// covers: S2-17
func TestAVoucherIsRunAgainWithOtherDates(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		ctx := context.Background()
		v := w.voucherOf(nil)
		w.codes(v, program.CodeRequest{Texts: []string{"HERBST"}})
		w.order(orderOf("o1", "ada", "HERBST", 2))
		from, until := loyalty.LocalDate{Year: 2027, Month: time.March, Day: 1}, loyalty.LocalDate{Year: 2027, Month: time.March, Day: 31}
		again, err := w.RerunVoucher(ctx, "staff:1", w.shop, v.Row.ID, program.Rerun{From: from, Until: until, Name: "Frühling"})
		if err != nil || again.Row.State != voucher.TemplateDraft || again.Doc.Valid.From != from || again.Doc.Valid.Until != until || again.Doc.Name != "Frühling" {
			t.Fatalf("run again: %+v, %v", again, err)
		}
		w.counted(v, "HERBST", 1)
		w.counted(again, "", 0)
		for _, to := range []voucher.TemplateState{voucher.TemplateActive, voucher.TemplatePaused, voucher.TemplateActive, voucher.TemplateEnded, voucher.TemplateEnded} {
			if _, err := w.SetVoucherState(ctx, "staff:1", w.shop, again.Row.ID, to); err != nil {
				t.Errorf("to %s: %v", to, err)
			}
		}
		if _, err := w.SetVoucherState(ctx, "staff:1", w.shop, again.Row.ID, voucher.TemplateActive); loyalty.CodeOf(err) != loyalty.CodeConflict {
			t.Errorf("an ended voucher starts again: %v", err)
		}
		if _, err := w.MakeCodes(ctx, "staff:1", w.shop, again.Row.ID, program.CodeRequest{}); loyalty.CodeOf(err) != loyalty.CodeConflict {
			t.Errorf("a code of an ended voucher: %v", err)
		}
		list, err := w.Vouchers(ctx, w.shop, store.TemplateList{Limit: 10})
		if err != nil || len(list) != 2 || list[0].Row.ID != again.Row.ID {
			t.Errorf("the vouchers are %+v, %v", list, err)
		}
		versions, err := w.VoucherVersions(ctx, w.shop, v.Row.ID)
		if err != nil || len(versions) != 1 || versions[0].Actor != "test" {
			t.Errorf("versions %+v, %v", versions, err)
		}
	})
}
