package program_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"zugabe/app/demoshop"
	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// A voucher for chosen articles or for a collection takes off their lines alone: in our
// decision, at the host that has the discount, and in the order that comes out of it.
//
// covers: S2-12
func TestAVoucherForChosenArticlesReducesThemAndNothingElse(t *testing.T) {
	eachMirrorWorld(t, func(t *testing.T, w *mirrorWorld) {
		ctx := context.Background()
		mug, mill := w.host.ProductOf("kaffeetasse"), w.host.ProductOf("handmuehle")
		chosen := w.voucherOf(func(d *voucher.Template) {
			d.Kind, d.Minor, d.Percent, d.Order, d.What.Products = voucher.Percent, 0, 50, voucher.Range{}, []string{fmt.Sprint(mug)}
		})
		w.codes(chosen, "BECHER")
		w.later(10*time.Second, time.Second)
		if got := w.goodFor("BECHER"); !slices.Equal(got, []string{fmt.Sprint(mug)}) {
			t.Fatalf("at the host the code is good for %v", got)
		}
		line := func(product, gross int64) voucher.CartLine {
			return voucher.CartLine{Key: fmt.Sprint(product), ProductKey: fmt.Sprint(product), Quantity: 1, Gross: gross}
		}
		decide := func(lines ...voucher.CartLine) voucher.Decision {
			got, err := w.TryVoucher(ctx, w.shop, program.TryRequest{Code: "BECHER", Cart: voucher.Cart{Currency: "EUR", Lines: lines}})
			w.must(err)
			return got.Decision
		}
		if d := decide(line(mill, 8330)); d.OK || !d.Has(voucher.ReasonNoArticle) {
			t.Errorf("without the article: %+v", d)
		}
		ours := decide(line(mug, 1190), line(mill, 8330))
		if !ours.OK || !slices.Equal(ours.Lines, []voucher.LineShare{{Key: fmt.Sprint(mug), Minor: 595}}) {
			t.Errorf("with it: %+v", ours)
		}
		buy := demoshop.Buy{Customer: w.host.CustomerOf("anna@demo.example"), Cart: []demoshop.CartLine{{Variant: w.host.VariantOf("MILL"), Quantity: 1}}, Codes: []string{"BECHER"}}
		if _, err := w.host.Checkout(buy); err == nil {
			t.Error("the host takes it for another article")
		}
		buy.Cart = append(buy.Cart, demoshop.CartLine{Variant: w.host.VariantOf("CUP-BL"), Quantity: 1})
		o, err := w.host.Checkout(buy)
		w.must(err)
		for _, l := range o.Lines {
			if want := map[int64]int64{mug: 595}[l.Product.ID]; l.Discount != want {
				t.Errorf("%s is %d cheaper, want %d", l.Product.Title, l.Discount, want)
			}
		}
	})
}

// Private and business customers earn by rules of their own and have vouchers of their
// own; a voucher that the host let pass for the other kind is flagged.
//
// covers: S2-20
func TestPrivateAndBusinessCustomersHaveTheirOwnRulesAndVouchers(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		ctx := context.Background()
		w.setPlan(func(d *program.PlanDoc) {
			d.Earning.Rules = []earning.Rule{
				{ID: "all", Name: "Einkauf", Kind: earning.KindPerAmount, Earn: loyalty.EarnRate{Points: 1, PerMinor: 100}},
				{ID: "dealers", Name: "Händler", Kind: earning.KindPerOrder, Points: 100, When: earning.When{Tags: []string{"B2B"}}},
			}
		})
		dealer := w.customer("dealer", "dealer@example.org")
		dealer.Customer.Tags = []string{"B2B"}
		w.send(dealer, w.customer("ada", "ada@example.org"))
		both := w.voucherOf(nil)
		business := w.voucherOf(func(d *voucher.Template) { d.Minor, d.Who.Types = 2000, []string{voucher.TypeBusiness} })
		private := w.voucherOf(func(d *voucher.Template) { d.Who.Types = []string{voucher.TypePrivate} })
		w.codes(both, program.CodeRequest{Texts: []string{"ALLE"}})
		w.codes(business, program.CodeRequest{Texts: []string{"HAENDLER"}})
		w.codes(private, program.CodeRequest{Texts: []string{"PRIVAT"}})
		for _, c := range []struct{ who, code, why string }{
			{"dealer", "ALLE", ""}, {"dealer", "HAENDLER", ""}, {"dealer", "PRIVAT", voucher.ReasonPrivate},
			{"ada", "ALLE", ""}, {"ada", "HAENDLER", voucher.ReasonBusiness}, {"ada", "PRIVAT", ""},
		} {
			o, err := w.CheckCode(ctx, w.shop, program.Shopper{Member: w.member(c.who).ID}, c.code, cartOf(5000))
			if err != nil || o.Decision.OK != (c.why == "") || c.why != "" && !o.Decision.Has(c.why) {
				t.Errorf("%s with %s: %+v, %v", c.who, c.code, o.Decision, err)
			}
		}
		w.order(orderOf("o1", "dealer", "HAENDLER", 3))
		w.order(orderOf("o2", "ada", "HAENDLER", 4))
		w.order(orderOf("o3", "ada", "PRIVAT", 5))
		w.wantPoints("dealer", 25+100)
		w.wantPoints("ada", 2*25)
		for sale, flag := range map[string]string{"o1": "", "o2": voucher.ReasonBusiness, "o3": ""} {
			uses := w.used(sale)
			if len(uses) != 1 || uses[0].Flag != flag || uses[0].State != store.UseCounts {
				t.Errorf("%s: %+v, want the flag %q", sale, uses, flag)
			}
		}
		r, err := w.VoucherReport(ctx, w.shop, business.Row.ID, november(t))
		if err != nil || r.Sum.Redeemed != 2 || r.Others.Members != 0 {
			t.Errorf("only the dealer could have used it: %+v, %v", r.Others, err)
		}
		w.verify()
	})
}
