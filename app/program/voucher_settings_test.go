package program_test

import (
	"context"
	"encoding/json"
	"slices"
	"testing"

	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// covers: S0-28
func TestAnArticleThatIsSwitchedOffTakesNoAbsoluteVoucher(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		ctx := context.Background()
		all := w.voucherOf(nil)
		percent := w.voucherOf(func(d *voucher.Template) { d.Kind, d.Minor, d.Percent = voucher.Percent, 0, 10 })
		named := w.voucherOf(func(d *voucher.Template) { d.What.Products = []string{"p1", "p2"} })
		w.codes(all, program.CodeRequest{Texts: []string{"FIVE"}})
		w.codes(percent, program.CodeRequest{Texts: []string{"TEN"}})
		off := program.VoucherSettings{NoAbsolute: []program.ArticleName{{ProductKey: " p1 ", Title: "Brot"}, {ProductKey: "p1"}}}
		saved, err := w.SaveVoucherSettings(ctx, "test", w.shop, 0, off)
		if err != nil || len(saved.NoAbsolute) != 1 || saved.Version != 1 {
			t.Fatalf("%+v, %v", saved, err)
		}
		if _, err := w.SaveVoucherSettings(ctx, "test", w.shop, 0, off); loyalty.CodeOf(err) != loyalty.CodeConflict {
			t.Errorf("somebody else was quicker: %v", err)
		}
		try := func(code string, products ...string) voucher.Decision {
			cart := voucher.Cart{Currency: "EUR"}
			for _, p := range products {
				cart.Lines = append(cart.Lines, voucher.CartLine{Key: p, ProductKey: p, Quantity: 1, Gross: 3000})
			}
			got, err := w.TryVoucher(ctx, w.shop, program.TryRequest{Code: code, Cart: cart})
			if err != nil {
				t.Fatal(err)
			}
			return got.Decision
		}
		if d := try("FIVE", "p1"); d.OK || !d.Has(voucher.ReasonNoArticle) {
			t.Errorf("only what is switched off: %+v", d)
		}
		if d := try("FIVE", "p1", "p2"); !d.OK || !slices.Equal(d.Lines, []voucher.LineShare{{Key: "p2", Minor: 500}}) {
			t.Errorf("beside another article: %+v", d)
		}
		if d := try("TEN", "p1"); !d.OK || d.Minor != 300 {
			t.Errorf("a percentage: %+v", d)
		}
		w.codes(named, program.CodeRequest{Texts: []string{"NAMED"}})
		if d := try("NAMED", "p1", "p2"); !d.OK || !slices.Equal(d.Lines, []voucher.LineShare{{Key: "p2", Minor: 500}}) {
			t.Errorf("a voucher that names it: %+v", d)
		}
		if d, err := w.Diagnose(ctx, w.shop, 0, all.Doc); err != nil || !slices.Contains(d.Gaps, voucher.Gap{Field: "what.not_products", Effect: voucher.EffectFlagged}) {
			t.Errorf("what the host cannot do: %+v, %v", d.Gaps, err)
		}
		s := orderOf("o1", "ada", "FIVE", 2)
		s.Lines[0].ProductKey = "p1"
		w.order(s)
		uses := w.used("o1")
		var doc program.UseDoc
		if len(uses) != 1 || uses[0].Flag != voucher.ReasonNoArticle || uses[0].State != store.UseCounts || json.Unmarshal(uses[0].Doc, &doc) != nil || len(doc.VAT) != 1 {
			t.Errorf("the host let it pass: %+v, %+v", uses, doc)
		}
		w.verify()
	})
}
