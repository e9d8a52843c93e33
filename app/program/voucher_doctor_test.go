package program_test

import (
	"context"
	"testing"
	"time"

	"zugabe/app/platform"
	"zugabe/app/program"
	"zugabe/app/voucher"
)

// covers: N-06, A-34, G16
func TestTheDoctorReadsTheShopsDiscountsAndSaysWhatDoesNotGoTogether(t *testing.T) {
	eachMirrorWorld(t, func(t *testing.T, w *mirrorWorld) {
		ctx := context.Background()
		theirs := func(code string, c voucher.Combines) {
			_, err := w.driver.CreateCode(ctx, w.Conn(ctx, w.shop), code, "", voucher.Spec{Kind: voucher.Percent, Percent: 15, Currency: "EUR", Title: code, StartsAt: 1, CombinesWith: c})
			w.must(err)
		}
		theirs("SUMMER", voucher.Combines{})
		theirs("OPEN", voucher.Combines{Order: true})
		v := w.voucherOf(func(d *voucher.Template) { d.Stack.Combines.Order = true })
		w.codes(v, "FIVE")
		w.work()
		d, err := w.DiagnoseVoucher(ctx, w.shop, v.Row.ID)
		w.must(err)
		got := map[string]voucher.Finding{}
		for _, f := range d.Findings {
			got[f.Title] = f
		}
		if len(d.Findings) != 2 || d.LookedAt == 0 || !d.Complete || len(d.Sentence) == 0 {
			t.Fatalf("%+v", d)
		}
		for title, f := range got {
			closed := title[:6] == "SUMMER"
			if closed != (f.Outcome == voucher.OutcomeOne) || closed != (f.Why == voucher.WhyTheirsForbids && len(f.Change) == 1) {
				t.Errorf("%s: %+v", title, f)
			}
		}
		theirs("LATER", voucher.Combines{})
		if d, err = w.DiagnoseVoucher(ctx, w.shop, v.Row.ID); err != nil || len(d.Findings) != 2 {
			t.Errorf("a second look within five minutes: %d findings, %v", len(d.Findings), err)
		}
		w.clock.Advance(6 * time.Minute)
		if d, err = w.DiagnoseVoucher(ctx, w.shop, v.Row.ID); err != nil || len(d.Findings) != 3 {
			t.Errorf("after six minutes: %d findings, %v", len(d.Findings), err)
		}
		cart := voucher.Cart{Currency: "EUR", Lines: []voucher.CartLine{{Key: "1", ProductKey: "1", Quantity: 1, Gross: 5000}}, Codes: []voucher.AppliedCode{{Code: "summer"}}}
		member := program.Shopper{Member: w.memberOf("anna@demo.example")}
		for code, ok := range map[string]bool{"summer": false, "open": true} {
			cart.Codes[0].Code = code
			o, err := w.CheckCode(ctx, w.shop, member, "FIVE", cart)
			if w.must(err); o.Decision.OK != ok {
				t.Errorf("beside %s: %+v", code, o.Decision)
			}
		}
		w.clock.Advance(6 * time.Minute)
		w.misbehave("5xx", 0)
		if d, err = w.DiagnoseVoucher(ctx, w.shop, v.Row.ID); err != nil || d.LookedAt != 0 || len(d.Findings) != 0 {
			t.Errorf("without the host: %+v, %v", d, err)
		}
		if _, err := w.driver.LiveDiscounts(ctx, w.Conn(ctx, w.shop), ""); err == nil {
			t.Errorf("the host answers: %v", platform.ErrUnreachable)
		}
	})
}
