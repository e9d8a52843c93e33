package api_test

import (
	"encoding/csv"
	"strings"
	"testing"

	"zugabe/app/program"
)

// covers: N-08, S2-16
func TestBookingsAreReadAndTakenOutInTheNumbersOfALanguage(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.newShop("shopify", "books")
		staff := w.staff(shop)
		v, _ := w.aVoucher(shop, "=SUM(A1)-x")
		w.buy(shop, "1", "1001", 500)
		b := into[program.Bookings](t, w.get(staff, "/api/admin/v1/reports/bookings?from=2026-11-01&to=2026-11-30"))
		if b.Issued != 1 || b.End.Points != 500 || b.Currency != string(shop.Currency) {
			t.Errorf("bookings %+v", b)
		}
		for numbers, comma := range map[string]rune{"point": ',', "comma": ';'} {
			got := w.get(staff, "/api/admin/v1/reports/bookings/export.csv?from=2026-11-01&to=2026-11-30&numbers="+numbers)
			if got.Status != 200 {
				t.Fatalf("%s: %d", numbers, got.Status)
			}
			r := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(got.Body), "\ufeff")))
			r.Comma = comma
			rows, err := r.ReadAll()
			if err != nil || len(rows) < 12 || rows[0][0] != "date" {
				t.Fatalf("%s: %v, %q", numbers, err, rows)
			}
			last := rows[len(rows)-1]
			if want := map[string]string{"point": "5.00", "comma": "5,00"}[numbers]; last[1] != "points_liability_end" || last[6] != want || last[10] != "500" {
				t.Errorf("%s: the last line is %q, want %s", numbers, last, want)
			}
		}
		list := into[program.CampaignList](t, w.get(staff, "/api/admin/v1/reports/vouchers?from=2026-11-01&to=2026-11-30"))
		if len(list.Items) != 1 || list.Items[0].ID != v.Row.ID || list.Items[0].Issued != 1 {
			t.Errorf("compared: %+v", list)
		}
		r := into[program.CampaignReport](t, w.get(staff, "/api/admin/v1/vouchers/"+v.Row.ID.String()+"/report?from=2026-11-01&to=2026-11-30"))
		if r.Sum.Issued != 1 || r.Others.Members != 1 || len(r.Days) != 21 {
			t.Errorf("report: %+v", r)
		}
		w.get(staff, "/api/admin/v1/vouchers/12345/report?from=2026-11-01&to=2026-11-30").want(t, 404, "not_found")
	})
}
