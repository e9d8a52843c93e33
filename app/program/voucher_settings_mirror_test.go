package program_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"zugabe/app/program"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// switchOff takes products out of absolute vouchers, and nothing else.
func (w *mirrorWorld) switchOff(products ...string) {
	w.t.Helper()
	ctx := context.Background()
	var seen int64
	w.write(func(tx *store.Tx) error {
		now, err := w.VoucherSettings(tx, w.shop.ID)
		seen = now.Version
		return err
	})
	s := program.VoucherSettings{}
	for _, key := range products {
		s.NoAbsolute = append(s.NoAbsolute, program.ArticleName{ProductKey: key})
	}
	_, err := w.SaveVoucherSettings(ctx, "test", w.shop, seen, s)
	w.must(err)
}

// goodFor are the products that the host's discount with a code names, sorted.
func (w *mirrorWorld) goodFor(code string) (products []string) {
	for _, d := range w.host.Discounts() {
		for _, c := range d.Codes {
			if c.Code == code {
				for _, id := range d.Products {
					products = append(products, fmt.Sprint(id))
				}
			}
		}
	}
	slices.Sort(products)
	return products
}

func (w *mirrorWorld) jobsLeft() (n int64) {
	w.t.Helper()
	w.write(func(tx *store.Tx) error {
		_, err := tx.Row(`SELECT COUNT(*) FROM jobs WHERE shop_id = ? AND state = ?`, []any{w.shop.ID, store.JobDue}, &n)
		return err
	})
	return n
}

// covers: S0-28
func TestAnArticleThatIsSwitchedOffIsTakenOutOfTheCodesThatAreOut(t *testing.T) {
	eachMirrorWorld(t, func(t *testing.T, w *mirrorWorld) {
		var products []string
		for _, handle := range []string{"kaffeetasse", "handmuehle", "teekanne"} {
			products = append(products, fmt.Sprint(w.host.ProductOf(handle)))
		}
		slices.Sort(products)
		first, rest := products[0], products[1:]
		named := w.voucherOf(func(d *voucher.Template) { d.What.Products = products })
		percent := w.voucherOf(func(d *voucher.Template) {
			d.Kind, d.Minor, d.Percent, d.What.Products = voucher.Percent, 0, 10, products
		})
		all, paused := w.voucherOf(nil), w.voucherOf(func(d *voucher.Template) { d.What.Products = products })
		w.codes(named, "NAMED", "SECOND")
		w.codes(percent, "TEN")
		w.codes(all, "FIVE")
		w.codes(paused, "LATER")
		member := w.memberOf("anna@demo.example")
		_, err := w.MakeCodes(context.Background(), "test", w.shop, named.Row.ID, program.CodeRequest{Texts: []string{"ANNA"}, MemberID: member, Origin: program.OriginAdmin})
		w.must(err)
		w.later(20*time.Second, time.Second)
		paused = w.state(paused, voucher.TemplatePaused)
		w.later(10*time.Second, time.Second)
		for _, code := range []string{"NAMED", "ANNA", "TEN", "LATER"} {
			if got := w.goodFor(code); !slices.Equal(got, products) {
				t.Fatalf("%s is good for %v at the host, want %v", code, got, products)
			}
		}
		w.switchOff(first)
		if n := w.jobsLeft(); n != 1 {
			t.Errorf("%d jobs: only the running absolute voucher that names it has anything to tell", n)
		}
		w.later(10*time.Second, time.Second)
		w.codes(named, "AFTER")
		w.later(10*time.Second, time.Second)
		for code, want := range map[string][]string{"NAMED": rest, "SECOND": rest, "ANNA": rest, "AFTER": rest, "TEN": products} {
			if got := w.goodFor(code); !slices.Equal(got, want) {
				t.Errorf("switched off: %s is good for %v at the host, want %v", code, got, want)
			}
		}
		w.state(paused, voucher.TemplateActive)
		w.later(10*time.Second, time.Second)
		if got := w.goodFor("LATER"); !slices.Equal(got, rest) {
			t.Errorf("started again: good for %v at the host, want %v", got, rest)
		}
		w.switchOff()
		w.later(10*time.Second, time.Second)
		for _, code := range []string{"NAMED", "SECOND", "ANNA", "AFTER", "LATER"} {
			if got := w.goodFor(code); !slices.Equal(got, products) {
				t.Errorf("switched on again: %s is good for %v at the host, want %v", code, got, products)
			}
		}
		if n, got := len(w.host.Discounts()), w.states(named); n != 5 || got[voucher.Active] != 4 {
			t.Errorf("%d discounts at the host, codes %v", n, got)
		}
	})
}
