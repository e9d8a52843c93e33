package program_test

import (
	"testing"

	"zugabe/app/dispatch"
	"zugabe/app/program"
	"zugabe/app/store"
)

// covers: S0-07, S0-33, N-11
func TestPrintedCodesOfAPartnerNeitherDrownNorForbidTheOwnOnes(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.partnersOn(nil)
		v, meier := w.forPartners(), w.partner("meier@example.org", 0)
		own := w.ownCode(v, meier, "vonmeier")
		if _, err := w.CreateBatch(t.Context(), "test", w.shop, program.NewBatch{Template: v.Row.ID, Prefix: "FAIR", Count: 120, Active: true, Partner: meier}); err != nil {
			t.Fatal(err)
		}
		if err := dispatch.NewImports(w.Program).Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		second := w.ownCode(v, meier, "5EURvonmeier")
		list, err := w.DeskCodes(t.Context(), w.shop, meier, "")
		if err != nil || len(list) != 2 || list[0].ID != second || list[1].ID != own {
			t.Errorf("the desk shows %d codes, %v", len(list), err)
		}
		owed := func() int64 {
			w.write(func(tx *store.Tx) error {
				_, err := tx.Exec(`DELETE FROM jobs WHERE shop_id = ?`, w.shop.ID)
				return err
			})
			if _, err := w.SavePartner(t.Context(), "test", w.shop, meier, program.PartnerChange{State: store.PartnerPaused}); err != nil {
				t.Fatal(err)
			}
			return w.number(`SELECT COUNT(*) FROM jobs WHERE shop_id = ? AND kind LIKE 'voucher.%'`, w.shop.ID)
		}
		if n := owed(); n == 0 {
			t.Error("pausing the partner leaves the codes in the shop")
		}
	})
}
