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
