package program_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"zugabe/app/program"
	"zugabe/app/reward"
	"zugabe/app/voucher"
)

// What the host will refuse beside a discount that the cart has is said when the code is
// tried and where it waits, also to a guest, and names the other one: ours, the
// merchant's own, or one that the shop gives by itself.
//
// covers: N-06, A-34
func TestTheCartIsToldWhatTheHostWillRefuseBesideWhatItHas(t *testing.T) {
	eachMirrorWorld(t, func(t *testing.T, w *mirrorWorld) {
		ctx := context.Background()
		w.host.Promote("SUMMER", 15)
		alone := w.voucherOf(func(d *voucher.Template) { d.Auto = voucher.AutoOffer })
		open := w.voucherOf(func(d *voucher.Template) { d.Stack.Combines.Order = true })
		family := w.voucherOf(func(d *voucher.Template) { d.Stack.Class, d.Stack.Combines.Order = "welcome", true })
		w.codes(alone, "ALLEIN")
		w.codes(open, "OFFEN")
		w.codes(family, "HALLO", "WILLKOMMEN")
		w.later(10*time.Second, time.Second)
		anna := program.Shopper{Member: w.memberOf("anna@demo.example")}
		cart := func(codes ...string) voucher.Cart {
			c := cartOf(5000)
			for _, code := range codes {
				c.Codes = append(c.Codes, voucher.AppliedCode{Code: code})
			}
			return c
		}
		for _, who := range []program.Shopper{anna, {Visitor: "besuch-1"}, {}} {
			for _, c := range []struct{ code, beside, why string }{
				{"OFFEN", "summer", voucher.ReasonNotCombined}, {"ALLEIN", "Offen", voucher.ReasonNotCombined}, {"OFFEN", "hallo", ""},
				{"WILLKOMMEN", "HALLO", voucher.ReasonClassTaken}, {"OFFEN", "nobody's", ""}, {"OFFEN", "", ""},
			} {
				o, err := w.CheckCode(ctx, w.shop, who, c.code, cart(c.beside))
				w.must(err)
				switch why := o.Decision.Why; {
				case c.why == "" && !o.Decision.OK, c.why != "" && len(why) != 1:
					t.Errorf("%+v: %s beside %q: %+v", who, c.code, c.beside, o.Decision)
				case c.why != "" && (why[0].Code != c.why || why[0].Params["code"] != c.beside || o.Kept):
					t.Errorf("%+v: %s beside %q: %+v, kept %v", who, c.code, c.beside, why, o.Kept)
				}
			}
			o, err := w.CheckCode(ctx, w.shop, who, "GIBTESNICHT", cart("summer"))
			if w.must(err); o.Decision.Why[0].Code != voucher.ReasonUnknown {
				t.Errorf("an unknown code beside another: %+v", o.Decision)
			}
			offers, err := w.Offers(ctx, w.shop, who, cart("SUMMER"))
			if w.must(err); len(offers) != 1 || offers[0].Code.Code != "ALLEIN" || offers[0].Decision.OK || !offers[0].Decision.Has(voucher.ReasonNotCombined) {
				t.Errorf("what shows itself: %+v", offers)
			}
		}
		if _, err := w.CheckCode(ctx, w.shop, anna, "OFFEN", cartOf(1000)); err != nil { // waits for a larger cart
			t.Fatal(err)
		}
		offers, err := w.Offers(ctx, w.shop, anna, cart("SUMMER"))
		if w.must(err); len(offers) != 2 || !offers[1].Kept && !offers[0].Kept {
			t.Errorf("a code that waits: %+v", offers)
		}
		w.clock.Advance(6 * time.Minute)
		w.misbehave("5xx", 0)
		o, err := w.CheckCode(ctx, w.shop, anna, "OFFEN", cart("summer"))
		if w.must(err); o.Decision.OK {
			t.Errorf("the host is silent, and what was known a moment ago is forgotten: %+v", o.Decision)
		}
	})
}

// The merchant's own discount, one of ours, an automatic one: points say before they are
// turned into a code which of the cart's codes it will not go with.
//
// covers: N-06
func TestPointsSayBesideWhichCodesTheHostWillNotTakeThem(t *testing.T) {
	eachMirrorWorld(t, func(t *testing.T, w *mirrorWorld) {
		ctx := context.Background()
		w.host.Promote("SUMMER", 15)
		w.codes(w.voucherOf(func(d *voucher.Template) { d.Stack.Combines.Order = true }), "OFFEN")
		w.codes(w.voucherOf(nil), "ALLEIN")
		w.later(10*time.Second, time.Second)
		cart := []string{"summer", "Offen", "ALLEIN", "NOBODYS", ""}
		for _, c := range []struct {
			policy reward.Policy
			want   string
		}{
			{reward.Policy{}, "[summer Offen ALLEIN]"},
			{reward.Policy{CombineOrder: true}, "[summer ALLEIN]"},
			{reward.Policy{CombineOrder: true, ProductKeys: []string{"p1"}}, "[summer Offen ALLEIN]"}, // off products it is one of products
		} {
			got, err := w.PointsBeside(ctx, w.shop, c.policy, cart)
			if w.must(err); fmt.Sprint(got) != c.want {
				t.Errorf("%+v: %v, want %s", c.policy, got, c.want)
			}
		}
		if got, err := w.PointsBeside(ctx, w.shop, reward.Policy{}, nil); err != nil || len(got) != 0 {
			t.Errorf("an empty cart: %v, %v", got, err)
		}
	})
}
