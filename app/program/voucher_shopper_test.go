package program_test

import (
	"context"
	"reflect"
	"testing"

	"zugabe/app/program"
	"zugabe/app/voucher"
)

func cartOf(minor int64) voucher.Cart {
	return voucher.Cart{Currency: "EUR", Lines: []voucher.CartLine{{Key: "1", ProductKey: "p", Quantity: 1, Gross: minor, TaxBP: 1900}}}
}

// covers: S0-03, S0-17, A-66, G6
func TestStrangersGetOneNeutralNoAndMembersAReason(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		ctx := context.Background()
		w.send(w.customer("ada", "ada@example.org"), w.customer("bob", "bob@example.org"))
		ada, bob := w.member("ada").ID, w.member("bob").ID
		v := w.voucherOf(nil)
		w.codes(v, program.CodeRequest{Texts: []string{"SOMMER", "GESTOPPT"}})
		w.codes(v, program.CodeRequest{Texts: []string{"FUERADA"}, MemberID: ada})
		if _, err := w.SetVoucherCodeState(ctx, "test", w.shop, w.codeNow("GESTOPPT").ID, true); err != nil {
			t.Fatal(err)
		}
		check := func(who program.Shopper, code string, minor int64) voucher.Decision {
			o, err := w.CheckCode(ctx, w.shop, who, code, cartOf(minor))
			if err != nil {
				t.Fatal(err)
			}
			if o.Decision.Steps != nil {
				t.Error("a shopper sees the trace")
			}
			return o.Decision
		}
		if got := check(program.Shopper{}, "SOMMER", 100); !reflect.DeepEqual(got, check(program.Shopper{}, "NIE", 100)) {
			t.Errorf("a cart that is too small, to a stranger: %+v", got)
		}
		unknown := check(program.Shopper{}, "GIBTESNICHT", 3000)
		if unknown.OK || len(unknown.Why) != 1 || unknown.Why[0].Code != voucher.ReasonUnknown {
			t.Errorf("an unknown code: %+v", unknown)
		}
		for _, code := range []string{"GESTOPPT", "FUERADA"} {
			if got := check(program.Shopper{}, code, 3000); !reflect.DeepEqual(got, unknown) {
				t.Errorf("%s: %+v, want the same as for an unknown code", code, got)
			}
			if got := check(program.Shopper{Member: bob}, code, 3000); !reflect.DeepEqual(got.Why, unknown.Why) {
				t.Errorf("%s, to a member: %+v", code, got)
			}
		}
		if got := check(program.Shopper{Member: bob}, "FUERADA", 3000); !reflect.DeepEqual(got.Why, unknown.Why) {
			t.Errorf("somebody else's code: %+v", got)
		}
		if got := check(program.Shopper{Member: ada}, "fuerada", 3000); !got.OK || got.Minor != 500 {
			t.Errorf("the own code: %+v", got)
		}
		if got := check(program.Shopper{Member: bob}, "SOMMER", 1680); got.OK || !got.Has(voucher.ReasonBelowMin) || got.Why[0].Need-got.Why[0].Have != 320 {
			t.Errorf("3.20 are missing, and the answer is %+v", got)
		}
		full, err := w.TryVoucher(ctx, w.shop, program.TryRequest{Code: "FUERADA", Member: bob, Cart: cartOf(3000)})
		if err != nil || !full.Decision.Has(voucher.ReasonHolder) || len(full.Decision.Steps) < 4 {
			t.Errorf("staff see %+v, %v", full.Decision, err)
		}
	})
}

// covers: S0-13, S0-18, S2-04, S2-05, A-37
func TestACodeIsKeptUntilItsConditionsHoldAndVouchersShowThemselves(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		ctx := context.Background()
		w.send(w.customer("ada", "ada@example.org"))
		ada := program.Shopper{Member: w.member("ada").ID}
		v := w.voucherOf(nil)
		w.codes(v, program.CodeRequest{Texts: []string{"SOMMER"}})
		shown := w.voucherOf(func(d *voucher.Template) { d.Auto, d.Minor, d.Order.MinMinor = voucher.AutoOffer, 1000, 10_000 })
		w.codes(shown, program.CodeRequest{Texts: []string{"ZEHN"}})
		members := w.voucherOf(func(d *voucher.Template) { d.Auto, d.Who.Tags = voucher.AutoApplied, []string{"vip"} })
		w.codes(members, program.CodeRequest{Texts: []string{"NURVIP"}})
		for _, who := range []program.Shopper{ada, {Visitor: "besuch-1"}} {
			o, err := w.CheckCode(ctx, w.shop, who, "SOMMER", cartOf(1000))
			if err != nil || o.Kept != (who.Member != 0) || o.Decision.OK {
				t.Fatalf("checked: %+v, %v", o, err)
			}
			small, err := w.Offers(ctx, w.shop, who, cartOf(1000))
			want := 1 // a stranger is not told that the code exists
			if who.Member != 0 {
				want = 2
			}
			if err != nil || len(small) != want {
				t.Fatalf("in a small cart: %+v, %v", small, err)
			}
			large, err := w.Offers(ctx, w.shop, who, cartOf(12_000))
			if err != nil || len(large) != 2 || large[0].Code.Code != "ZEHN" || !large[0].Decision.OK || !large[1].Kept || !large[1].Decision.OK {
				t.Fatalf("in a large cart: %+v, %v", large, err)
			}
		}
		other, err := w.Offers(ctx, w.shop, program.Shopper{Visitor: "besuch-2"}, cartOf(12_000))
		if err != nil || len(other) != 1 {
			t.Errorf("somebody else sees %+v, %v", other, err)
		}
	})
}
