package program_test

import (
	"testing"
	"time"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

func day(t *testing.T, text string) loyalty.LocalDate {
	t.Helper()
	d, err := loyalty.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func november(t *testing.T) program.Period {
	return program.Period{From: day(t, "2026-11-01"), To: day(t, "2026-11-30")}
}

// covers: S2-16, S0-05
func TestTheReportOfAVoucherSumsToItsCountersAndComparesWithWhoDidNotUseIt(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		v := w.voucherOf(nil)
		partners := w.voucherOf(func(d *voucher.Template) { d.Bearer = voucher.ByPartner })
		w.codes(v, program.CodeRequest{Texts: []string{"Sommer"}})
		w.codes(partners, program.CodeRequest{Texts: []string{"vonmeier"}})
		w.send(w.customer("ada", "ada@example.org"), w.customer("bob", "bob@example.org"), w.customer("eve", "eve@example.org"))
		w.order(orderOf("o1", "ada", "Sommer", 3))
		again := orderOf("o2", "ada", "Sommer", 4)
		again.PlacedAt += 3600_000
		w.order(again)
		gone := orderOf("o3", "bob", "Sommer", 3)
		gone.Status = earning.SaleCancelled
		w.order(gone)
		w.order(orderOf("o4", "bob", "vonmeier", 5))
		plain := paidOrder("o5", "eve", 1000, 5)
		w.order(plain)
		w.write(func(tx *store.Tx) error {
			return tx.CountVoucherDay(w.shop.ID, v.Row.ID, day(t, "2026-11-21"), store.VoucherDay{Shown: 9, Applied: 3, Refused: 1})
		})
		w.clock.Advance(24 * time.Hour)
		r, err := w.VoucherReport(t.Context(), w.shop, v.Row.ID, november(t))
		if err != nil {
			t.Fatal(err)
		}
		want := program.CampaignFigures{Issued: 1, Shown: 9, Applied: 3, Refused: 1, Redeemed: 2, Orders: 2, Revenue: 6000, Cost: 1000, NewCustomers: 1}
		if r.Sum != want || !r.Complete || r.Before != (program.CampaignFigures{}) {
			t.Errorf("sum %+v, before %+v, want %+v", r.Sum, r.Before, want)
		}
		if total := w.totalOf(v); r.Sum.Redeemed != total.Uses || r.Sum.Cost != total.Minor {
			t.Errorf("the counters say %+v, the report %+v", total, r.Sum)
		}
		if len(r.Days) != 22 || r.Days[20].CampaignFigures != want {
			t.Errorf("%d days, the 21st %+v", len(r.Days), r.Days[len(r.Days)-2])
		}
		if r.Users != (program.CampaignGroup{Members: 1, Buyers: 1, Orders: 2, Minor: 6000}) || r.Others != (program.CampaignGroup{Members: 2, Buyers: 2, Orders: 2, Minor: 4000}) {
			t.Errorf("users %+v, others %+v", r.Users, r.Others)
		}
		list, err := w.VoucherReports(t.Context(), w.shop, november(t))
		if err != nil || len(list.Items) != 2 || list.Items[1].CampaignFigures != want || list.Items[0].PartnerCost != 500 || list.Items[0].Cost != 500 {
			t.Errorf("compared: %+v, %v", list.Items, err)
		}
	})
}

// covers: S2-16, A-39
func TestOnlyWhoCouldHaveUsedAVoucherIsComparedAndUsesBeyondALimitAreApart(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		v := w.voucherOf(func(d *voucher.Template) { d.Who.NewOnly, d.Limits.BudgetMinor = true, 500 })
		w.codes(v, program.CodeRequest{Texts: []string{"NEU"}})
		w.send(w.customer("old", "old@example.org"), w.customer("ada", "ada@example.org"), w.customer("bob", "bob@example.org"), w.customer("eve", "eve@example.org"))
		old := w.member("old").ID
		w.write(func(tx *store.Tx) error {
			_, err := tx.Exec(`UPDATE members SET first_order_at = ?, member_type = 'customer' WHERE shop_id = ? AND id = ?`, bookStart.AddDate(0, -2, 0).UnixMilli(), w.shop.ID, old)
			return err
		})
		w.order(orderOf("o1", "ada", "NEU", 3))
		w.order(orderOf("o2", "bob", "NEU", 4))
		r, err := w.VoucherReport(t.Context(), w.shop, v.Row.ID, november(t))
		if err != nil {
			t.Fatal(err)
		}
		if r.Sum.Redeemed != 1 || r.Sum.Extra != 1 || r.Sum.Cost != 500 || r.Sum.ExtraCost != 500 {
			t.Errorf("sum %+v", r.Sum)
		}
		if r.Users.Members != 1 || r.Others.Members != 2 || r.Others.Buyers != 1 {
			t.Errorf("users %+v, others %+v: who bought long before could not have used it", r.Users, r.Others)
		}
		long := program.Period{From: day(t, "2024-01-01"), To: day(t, "2026-11-30")}
		if _, err := w.VoucherReport(t.Context(), w.shop, v.Row.ID, long); err == nil {
			t.Error("three years in one report are not refused")
		}
	})
}

// Issued are the codes that there are, whoever made them and however; shown is how often
// the shop's pages told of it. Both are compared with what happened, not with themselves.
//
// covers: S2-16
func TestWhatAReportCallsIssuedAndShownIsWhatHappened(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		ctx := t.Context()
		w.send(w.customer("ada", "ada@example.org"))
		v := w.voucherOf(func(d *voucher.Template) { d.Auto = voucher.AutoOffer })
		silent := w.voucherOf(nil)
		paused := w.voucherOf(func(d *voucher.Template) { d.Auto = voucher.AutoOffer })
		elsewhere := w.newShop("elsewhere.example")
		theirs, err := w.CreateVoucher(ctx, "test", elsewhere, fiveOff())
		if err != nil {
			t.Fatal(err)
		}
		w.codes(v, program.CodeRequest{Texts: []string{"EINS", "ZWEI"}})
		w.codes(silent, program.CodeRequest{Count: 7})
		see := func(ids ...loyalty.ID) {
			if err := w.NoteSeen(ctx, w.shop, ids); err != nil {
				t.Fatal(err)
			}
		}
		see(v.Row.ID)
		w.clock.Advance(24 * time.Hour)
		w.printed(v, func(b *program.NewBatch) { b.Count = 30 })
		w.codes(v, program.CodeRequest{Texts: []string{"FUERADA"}, MemberID: w.memberID("ada")})
		gone := w.codes(v, program.CodeRequest{Texts: []string{"FALSCH"}})
		if _, err := w.SetVoucherCodeState(ctx, "test", w.shop, gone[0].ID, true); err != nil {
			t.Fatal(err)
		}
		see(v.Row.ID, v.Row.ID)
		see(v.Row.ID, silent.Row.ID, paused.Row.ID)
		if _, err := w.SetVoucherState(ctx, "test", w.shop, paused.Row.ID, voucher.TemplatePaused); err != nil {
			t.Fatal(err)
		}
		see(paused.Row.ID, theirs.Row.ID, 12345)
		offers, err := w.Offers(ctx, w.shop, program.Shopper{Member: w.memberID("ada")}, cartOf(5000))
		if err != nil || len(offers) != 1 {
			t.Fatalf("%+v, %v", offers, err)
		}
		if err := w.NoteShown(ctx, w.shop, offers); err != nil {
			t.Fatal(err)
		}
		whole := program.Period{From: day(t, "2026-11-01"), To: day(t, "2026-12-31")}
		for _, c := range []struct {
			of            program.Voucher
			issued, shown int64
		}{{v, 34, 4}, {silent, 7, 0}, {paused, 0, 1}} {
			r, err := w.VoucherReport(ctx, w.shop, c.of.Row.ID, whole)
			if err != nil {
				t.Fatal(err)
			}
			rows := w.countRows(`SELECT COUNT(*) FROM codes WHERE shop_id = ? AND template_id = ?`, c.of.Row.ID)
			if r.Sum.Issued != c.issued || rows != c.issued || r.Sum.Shown != c.shown {
				t.Errorf("%d issued of %d, shown %d times, want %d and %d", r.Sum.Issued, rows, r.Sum.Shown, c.issued, c.shown)
			}
			var days program.CampaignFigures
			for _, d := range r.Days {
				days.Issued, days.Shown = days.Issued+d.Issued, days.Shown+d.Shown
			}
			if days.Issued != c.issued || days.Shown != c.shown {
				t.Errorf("the days come to %d issued and %d shown", days.Issued, days.Shown)
			}
		}
		list, err := w.VoucherReports(ctx, w.shop, program.Period{From: day(t, "2026-11-22"), To: day(t, "2026-11-22")})
		if err != nil || len(list.Items) != 3 || list.Items[2].Issued != 32 || list.Items[2].Shown != 3 || list.Items[1].Issued != 0 {
			t.Errorf("on the second day: %+v, %v", list.Items, err)
		}
	})
}
