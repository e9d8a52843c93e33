package program_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// covers: S0-02, S0-31, S0-39, S0-41, A-36, G5
func TestAStandingVoucherCountsEachOrderOnceAndACancelledOneGivesItBackOnce(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		v := w.voucherOf(nil)
		w.codes(v, program.CodeRequest{Texts: []string{"Sommer"}})
		first := orderOf("o1", "ada", "sommer", 2)
		w.order(first)
		w.order(first)
		w.order(orderOf("o2", "bob", "SOMMER", 3))
		w.counted(v, "Sommer", 2)
		if got := w.totalOf(v).Minor; got != 1000 {
			t.Errorf("the voucher has given %d, want 1000", got)
		}
		uses := w.used("o1")
		if len(uses) != 1 || uses[0].Flag != "" || uses[0].TemplateID != v.Row.ID || uses[0].State != store.UseCounts {
			t.Fatalf("uses %+v", uses)
		}
		var doc program.UseDoc
		if err := json.Unmarshal(uses[0].Doc, &doc); err != nil || !doc.OK || doc.Given != 500 || len(doc.VAT) != 1 || doc.VAT[0].RateBP != 1900 || doc.VAT[0].Gross != 500 {
			t.Errorf("the decision is %+v, %v", doc, err)
		}
		for range 2 {
			first.Status, first.UpdatedAt = earning.SaleCancelled, first.UpdatedAt+1000
			w.order(first)
		}
		w.counted(v, "Sommer", 1)
		first.Status, first.UpdatedAt = earning.SalePaid, first.UpdatedAt+1000
		w.order(first)
		w.counted(v, "Sommer", 2)
		w.verify()
	})
}

// covers: B12
func TestAFullRefundGivesTheUseBackUnlessThePlanKeepsIt(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		v := w.voucherOf(nil)
		w.codes(v, program.CodeRequest{Texts: []string{"EINMAL"}, MaxUses: 1})
		s := orderOf("o1", "ada", "EINMAL", 2)
		w.order(s)
		if c := w.codeNow("EINMAL"); c.State != voucher.Used {
			t.Errorf("the code is %s, want used", c.State)
		}
		s.Refunds, s.UpdatedAt = []earning.Refund{{Key: "r1", At: s.UpdatedAt, Gross: 1000}}, s.UpdatedAt+1000
		w.order(s)
		w.counted(v, "EINMAL", 1)
		s.Refunds, s.UpdatedAt = append(s.Refunds, earning.Refund{Key: "r2", At: s.UpdatedAt, Gross: 2000}), s.UpdatedAt+1000
		w.order(s)
		w.counted(v, "EINMAL", 0)
		if c := w.codeNow("EINMAL"); c.State != voucher.Active {
			t.Errorf("the code is %s, want active again", c.State)
		}
		w.setPlan(func(d *program.PlanDoc) { d.Refunds.KeepUsedPoints = true })
		kept := orderOf("o2", "bob", "EINMAL", 5)
		w.order(kept)
		kept.Refunds, kept.UpdatedAt = []earning.Refund{{Key: "r1", At: kept.UpdatedAt, Gross: 3000}}, kept.UpdatedAt+1000
		w.order(kept)
		w.counted(v, "EINMAL", 1)
		w.verify()
	})
}

// covers: S0-30, S0-32, G16
func TestAnOrderAgainstAConditionIsKeptAndFlagged(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		v := w.voucherOf(func(d *voucher.Template) { d.Order.MinMinor = 10_000 })
		w.codes(v, program.CodeRequest{Texts: []string{"AB100", "EINMAL"}, MaxUses: 1})
		w.order(orderOf("small", "ada", "AB100", 2))
		w.order(orderOf("again", "bob", "AB100", 3))
		for sale, want := range map[string]struct {
			flag  string
			state store.UseState
		}{"small": {voucher.ReasonBelowMin, store.UseCounts}, "again": {voucher.ReasonUsedUp, store.UseExtra}} {
			uses := w.used(sale)
			if len(uses) != 1 || uses[0].Flag != want.flag || uses[0].State != want.state {
				t.Errorf("%s: %+v, want %+v", sale, uses, want)
			}
		}
		w.counted(v, "", 1)
		w.write(func(tx *store.Tx) error {
			var n int64
			_, err := tx.Row(`SELECT COUNT(*) FROM audit_log WHERE shop_id = ? AND action = 'voucher.flagged'`, []any{w.shop.ID}, &n)
			if n != 2 {
				t.Errorf("%d notes for the merchant, want 2", n)
			}
			return err
		})
		w.verify()
	})
}

// covers: S0-04, S0-16, S0-43, G12
func TestAPersonUsesOneNewCustomerVoucherWhateverTheVariantOfTheAddress(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		v := w.voucherOf(func(d *voucher.Template) { d.Who.NewOnly = true })
		other := w.voucherOf(func(d *voucher.Template) { d.Who.NewOnly = true })
		w.codes(v, program.CodeRequest{Texts: []string{"NEU"}})
		w.codes(other, program.CodeRequest{Texts: []string{"WILLKOMMEN"}})
		w.send(w.customer("c1", "a.b@gmail.com"), w.customer("c2", "AB+x@googlemail.com"))
		first := orderOf("o1", "c1", "NEU", 2)
		w.order(first)
		second := orderOf("o2", "c2", "WILLKOMMEN", 3)
		w.order(second)
		if uses := w.used("o1"); uses[0].Flag != "" || uses[0].State != store.UseCounts {
			t.Errorf("first: %+v", uses)
		}
		if m := w.member("c1"); m.Type != loyalty.Customer {
			t.Errorf("after the first order the member is a %s", m.Type)
		}
		if uses := w.used("o2"); uses[0].State != store.UseExtra || uses[0].Flag == "" {
			t.Errorf("second: %+v, want it flagged and uncounted", uses)
		}
		w.counted(other, "WILLKOMMEN", 0)
		first.Status, first.UpdatedAt = earning.SaleCancelled, first.UpdatedAt+1000
		w.order(first)
		w.counted(v, "NEU", 0)
		w.verify()
	})
}

// covers: S2-18
func TestConditionsThatAreAddedLaterDoNotTouchCodesThatAreOut(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		v := w.voucherOf(nil)
		w.codes(v, program.CodeRequest{Texts: []string{"ALT"}})
		doc := v.Doc
		doc.Order.MinMinor = 50_000
		v, err := w.SaveVoucher(context.Background(), "test", w.shop, program.VoucherEdit{ID: v.Row.ID, Version: 1, Doc: doc})
		if err != nil {
			t.Fatal(err)
		}
		w.codes(v, program.CodeRequest{Texts: []string{"NEU"}})
		w.order(orderOf("o1", "ada", "ALT", 2))
		w.order(orderOf("o2", "bob", "NEU", 2))
		if a, b := w.used("o1"), w.used("o2"); a[0].Flag != "" || b[0].Flag != voucher.ReasonBelowMin {
			t.Errorf("old code %q, new code %q", a[0].Flag, b[0].Flag)
		}
		if _, err := w.SaveVoucher(context.Background(), "test", w.shop, program.VoucherEdit{ID: v.Row.ID, Version: 1, Doc: doc}); loyalty.CodeOf(err) != loyalty.CodeConflict {
			t.Errorf("saved over somebody else's version: %v", err)
		}
	})
}

func TestWhatAnOrderLeavesOfAVoucherIsANewCodeIfTheVoucherSaysSo(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		v := w.voucherOf(func(d *voucher.Template) { d.Rest, d.Order.MinMinor, d.Minor = voucher.RestNewCode, 0, 5000 })
		w.codes(v, program.CodeRequest{Texts: []string{"FUENFZIG"}, MaxUses: 1})
		s := orderOf("o1", "ada", "FUENFZIG", 2)
		s.Codes[0].Minor = 3100
		w.order(s)
		var doc program.UseDoc
		if err := json.Unmarshal(w.used("o1")[0].Doc, &doc); err != nil || doc.Rest != 1900 || doc.RestCode == 0 {
			t.Fatalf("decision %+v, %v", doc, err)
		}
		ada := w.member("ada").ID
		w.write(func(tx *store.Tx) error {
			c, _, err := tx.CodeByID(w.shop.ID, doc.RestCode)
			if c.Spec.Minor != 1900 || c.MemberID != ada || c.MaxUses != 1 || c.Origin != program.OriginRest {
				t.Errorf("the rest is %+v", c)
			}
			return err
		})
		s.Status, s.UpdatedAt = earning.SaleCancelled, s.UpdatedAt+1000
		w.order(s)
		w.write(func(tx *store.Tx) error {
			c, _, err := tx.CodeByID(w.shop.ID, doc.RestCode)
			if c.State != voucher.Void {
				t.Errorf("the rest of a cancelled order is %s", c.State)
			}
			return err
		})
		w.verify()
	})
}

// The number of statements of a batch does not grow with its orders, and orders
// without a voucher's code cost nothing more than before.
func TestVouchersCostABatchTheSameNumberOfStatementsWhateverItsSize(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		v := w.voucherOf(func(d *voucher.Template) { d.Limits.PerPerson, d.Limits.Total = 100, 100_000 })
		var texts []string
		for i := range 400 {
			texts = append(texts, fmt.Sprint("CODE", i))
		}
		w.codes(v, program.CodeRequest{Texts: texts, MaxUses: 1})
		orders := func(from, n int, status earning.SaleStatus, hour int) (list []wire) {
			for i := from; i < from+n; i++ {
				s := orderOf(fmt.Sprint("o", i), fmt.Sprint("c", i%50), texts[i], hour)
				s.Status = status
				list = append(list, saleMessage(s))
			}
			return list
		}
		w.send(orders(0, 100, earning.SalePaid, 2)...)
		few, many := w.statementsFor(orders(100, 20, earning.SalePaid, 2)), w.statementsFor(orders(200, 100, earning.SalePaid, 2))
		if few != many {
			t.Errorf("%d statements for 20 orders with a code, %d for 100", few, many)
		}
		back, more := w.statementsFor(orders(100, 20, earning.SaleCancelled, 3)), w.statementsFor(orders(200, 100, earning.SaleCancelled, 3))
		if back != more {
			t.Errorf("%d statements for 20 cancelled orders, %d for 100", back, more)
		}
		t.Logf("%d statements for orders with codes, %d for cancelled ones", many, more)
		w.counted(v, "", 100)
		w.verify()
	})
}
