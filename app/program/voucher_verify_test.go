package program_test

import (
	"context"
	"encoding/json"
	"testing"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

func (w *bookWorld) exec(query string, args ...any) {
	w.t.Helper()
	w.write(func(tx *store.Tx) error {
		_, err := tx.Exec(query, args...)
		return err
	})
}

func (w *bookWorld) broken() (names []string) {
	w.t.Helper()
	report, err := w.Verify(context.Background(), w.shop.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, c := range report.Checks {
		if c.Broken > 0 {
			names = append(names, c.Name)
		}
	}
	return names
}

// covers: G4
func TestVerifySeesWhatVouchersCountWrongAndRepairMendsIt(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		ctx := context.Background()
		v := w.voucherOf(func(d *voucher.Template) { d.Who.NewOnly = true })
		w.codes(v, program.CodeRequest{Texts: []string{"NEU"}})
		w.order(orderOf("o1", "ada", "NEU", 2))
		w.order(orderOf("o2", "bob", "NEU", 2))
		w.verify()
		for _, harm := range []struct{ do, undo string }{
			{`UPDATE template_totals SET minor = minor + 7 WHERE shop_id = ?`, `UPDATE template_totals SET minor = minor - 7 WHERE shop_id = ?`},
			{`UPDATE voucher_persons SET sale_key = 'o9' WHERE shop_id = ? AND sale_key = 'o1'`, `UPDATE voucher_persons SET sale_key = 'o1' WHERE shop_id = ? AND sale_key = 'o9'`},
			{`UPDATE newcustomer_claims SET sale_key = 'o9' WHERE shop_id = ? AND sale_key = 'o2'`, `UPDATE newcustomer_claims SET sale_key = 'o2' WHERE shop_id = ? AND sale_key = 'o9'`},
		} {
			w.exec(harm.do, w.shop.ID)
			if len(w.broken()) == 0 {
				t.Errorf("nobody noticed %s", harm.do)
			}
			w.exec(harm.undo, w.shop.ID)
			w.verify()
		}
		w.exec(`UPDATE template_totals SET uses = 9, minor = 1 WHERE shop_id = ?`, w.shop.ID)
		w.exec(`UPDATE codes SET uses = 5 WHERE shop_id = ?`, w.shop.ID)
		if got := w.broken(); len(got) != 3 {
			t.Errorf("broken: %v", got)
		}
		plan, err := w.VoucherRepairPlan(ctx, w.shop.ID)
		if err != nil || len(plan) != 2 || plan[0].Becomes != (store.CounterMove{Uses: 2, Minor: 1000}) || plan[1].Becomes.Uses != 2 {
			t.Fatalf("plan %+v, %v", plan, err)
		}
		for _, want := range []int{2, 0} {
			if n, err := w.ApplyVoucherRepairs(ctx, "operator", plan); n != want || err != nil {
				t.Errorf("%d repaired, %v, want %d", n, err, want)
			}
		}
		w.verify()
		w.counted(v, "NEU", 2)
	})
}

func TestAMergeKeepsCodesUsesAndLimitsOfBoth(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.send(w.customer("ada", "ada@example.org"), w.customer("eva", "eva@example.org"))
		v := w.voucherOf(func(d *voucher.Template) { d.Limits.PerPerson = 2 })
		w.codes(v, program.CodeRequest{Texts: []string{"ZWEIMAL"}})
		w.codes(v, program.CodeRequest{Texts: []string{"FUEREVA"}, MemberID: w.member("eva").ID})
		w.order(orderOf("o1", "ada", "ZWEIMAL", 2))
		w.order(orderOf("o2", "eva", "ZWEIMAL", 3))
		ada, eva := w.member("ada").ID, w.member("eva").ID
		if ok, err := w.MergeMembers(context.Background(), "test", w.shop, eva, ada); err != nil || !ok {
			t.Fatal(ok, err)
		}
		of, err := w.CodesOf(context.Background(), w.shop, ada)
		if err != nil || len(of.For) != 1 || len(of.Used) != 2 {
			t.Errorf("after the merge: %+v, %v", of, err)
		}
		w.verify()
		w.order(orderOf("o3", "eva", "ZWEIMAL", 5))
		if u := w.used("o3"); u[0].Flag != voucher.ReasonPerPerson || u[0].State != store.UseExtra {
			t.Errorf("a third use of one person: %+v", u)
		}
		w.verify()
	})
}

// covers: S0-05, S0-29, S0-35, S0-36, S0-37, S0-38
func TestAnOrderOutsideItsTimeIsFlaggedAndTheBearerIsKept(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		day := loyalty.DateOf(bookStart)
		for text, valid := range map[string]voucher.Validity{
			"FROM": {From: day.AddDays(2)}, "UNTIL": {Until: day.AddDays(-1)}, "ON": {On: day.AddDays(1)},
			"HOURS": {Windows: []voucher.Window{{FromMin: 60, ToMin: 61}}}, "GOOD": {From: day, Until: day},
		} {
			v := w.voucherOf(func(d *voucher.Template) {
				d.Valid, d.VAT, d.Bearer = valid, voucher.VAT{Mode: voucher.VATFixed, RateBP: 700}, voucher.ByPartner
			})
			w.write(func(tx *store.Tx) error { // a code of an ended voucher cannot be made any more
				return tx.InsertCode(w.shop.ID, store.Code{ID: w.IDs.Next(), Code: text, Folded: text, Origin: program.OriginAdmin, State: voucher.Active,
					TemplateID: v.Row.ID, TemplateVersion: 1, CreatedAt: 1})
			})
			w.order(orderOf("o"+text, "c"+text, text, 2))
			use := w.used("o" + text)[0]
			if (use.Flag == "") != (text == "GOOD") || use.State != store.UseCounts {
				t.Errorf("%s: %+v", text, use)
			}
			var doc program.UseDoc
			if err := json.Unmarshal(use.Doc, &doc); err != nil || doc.Bearer != voucher.ByPartner || doc.VATMode != voucher.VATFixed || len(doc.VAT) != 1 || doc.VAT[0].RateBP != 700 || doc.VAT[0].Gross != 500 {
				t.Errorf("%s: %+v, %v", text, doc, err)
			}
		}
		w.verify()
	})
}

// Whatever the order in which news of orders arrive, and however often, the counters
// end alike (A1–A5 for vouchers).
func TestNewsOfVoucherOrdersInAnyOrderEndAlike(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		v := w.voucherOf(func(d *voucher.Template) { d.Limits.PerPerson = 3 })
		w.codes(v, program.CodeRequest{Texts: []string{"OFT"}})
		for n, order := range [][]int{{0, 1, 2, 3}, {3, 2, 1, 0}, {1, 3, 0, 2}, {2, 2, 0, 3, 1, 1}} {
			key := string(rune('a' + n))
			snapshots := make([]earning.Sale, 4)
			for i := range snapshots {
				snapshots[i] = orderOf(key, "c"+key, "OFT", 2)
				snapshots[i].UpdatedAt += int64(i) * 1000
			}
			snapshots[1].Status, snapshots[2].Codes[0].Minor = earning.SaleCancelled, 400
			snapshots[3].Codes = []earning.UsedCode{{Code: "oft", Minor: 300}}
			for _, i := range order {
				w.order(snapshots[i])
			}
			if u := w.used(key); len(u) != 1 || u[0].State != store.UseCounts || u[0].Minor != 300 {
				t.Errorf("order of news %v: %+v", order, u)
			}
		}
		w.counted(v, "OFT", 4)
		if got := w.totalOf(v).Minor; got != 1200 {
			t.Errorf("given %d, want 1200", got)
		}
		w.verify()
	})
}
