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

// mixedOrder has goods at 19 % and at 7 % and a code that took off 5.00.
func mixedOrder(key, customer, code string) earning.Sale {
	s := orderOf(key, customer, code, 3)
	s.Lines = []earning.Line{{Key: "l1", ProductKey: "p1", Quantity: 1, Net: 1681, Tax: 319}, {Key: "l2", ProductKey: "p2", Quantity: 1, Net: 935, Tax: 65}}
	return s
}

// covers: N-08
func TestBookingsSumToTheUsesAndLeadFromOneLiabilityToTheNext(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		split := w.voucherOf(nil)
		fixed := w.voucherOf(func(d *voucher.Template) { d.VAT = voucher.VAT{Mode: voucher.VATFixed, RateBP: 1900} })
		paid := w.voucherOf(func(d *voucher.Template) { d.VAT, d.Bearer = voucher.VAT{Mode: voucher.VATPayment}, voucher.ByPartner })
		for i, v := range []program.Voucher{split, fixed, paid} {
			w.codes(v, program.CodeRequest{Texts: []string{[]string{"SPLIT", "FIXED", "PAID"}[i]}})
		}
		unused := w.codes(split, program.CodeRequest{Texts: []string{"NIEMAND"}, MaxUses: 1})
		w.write(func(tx *store.Tx) error {
			_, err := tx.Exec(`UPDATE codes SET expires_at = ? WHERE shop_id = ? AND id = ?`, at(6), w.shop.ID, unused[0].ID)
			return err
		})
		w.order(mixedOrder("o1", "ada", "SPLIT"))
		w.order(mixedOrder("o2", "bob", "FIXED"))
		w.order(mixedOrder("o3", "eve", "PAID"))
		gone := mixedOrder("o4", "eve", "SPLIT")
		w.order(gone)
		gone.Status, gone.UpdatedAt = earning.SaleCancelled, gone.UpdatedAt+1000
		w.order(gone)
		w.give(w.Program, w.member("ada"), 77)
		w.clock.Advance(24 * time.Hour)
		b, err := w.Bookings(t.Context(), w.shop, november(t))
		if err != nil {
			t.Fatal(err)
		}
		if b.Redeemed != 3 || b.Returned != 1 || b.Discount != 1500 || b.PartnerBorne != 500 || b.Issued != 4 || b.Expired != 1 || b.Breakage != 500 || !b.Complete {
			t.Errorf("%+v", b)
		}
		w.bookedAsUsed(b)
		modes := map[string]int64{}
		for _, v := range b.VAT {
			if modes[v.Mode] += v.Gross; v.Mode == "payment" && (v.Tax != 0 || v.Bearer != "partner") || v.Mode == "fixed" && v.Tax != 80 {
				t.Errorf("VAT %+v", v)
			}
		}
		if modes["split"] != 500 || modes["fixed"] != 500 || modes["payment"] != 500 || len(b.VAT) != 4 {
			t.Errorf("VAT %+v, want two rates where it is split", b.VAT)
		}
	})
}

// bookedAsUsed compares bookings with the rows and with the ledger.
func (w *bookWorld) bookedAsUsed(b program.Bookings) {
	w.t.Helper()
	var minor, points, gross int64
	w.write(func(tx *store.Tx) error {
		if _, err := tx.Row(`SELECT COALESCE(SUM(minor), 0) FROM code_uses WHERE shop_id = ? AND template_id > 0 AND state IN ('used', 'extra')`, []any{w.shop.ID}, &minor); err != nil {
			return err
		}
		_, err := tx.Row(`SELECT COALESCE(SUM(points), 0) FROM entries WHERE shop_id = ?`, []any{w.shop.ID}, &points)
		return err
	})
	for _, v := range b.VAT {
		gross += v.Gross
	}
	if b.Discount != minor || gross != minor {
		w.t.Errorf("booked %d, by rate %d, the uses say %d", b.Discount, gross, minor)
	}
	held, worth := b.Start.Points, b.Start.Minor
	for _, p := range b.Points {
		held, worth = held+p.Points, worth+p.Minor
	}
	if held != b.End.Points || worth != b.End.Minor || b.End.Points != loyalty.Points(points) || points == 0 {
		w.t.Errorf("the lines lead to %d points worth %d, the end is %+v, the ledger %d", held, worth, b.End, points)
	}
}
