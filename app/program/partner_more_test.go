package program_test

import (
	"context"
	"testing"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
)

//
func TestOrdersOfSponsoredCustomersArePaidForWhereTheShopSaysSo(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		ctx := context.Background()
		w.partnersOn(func(p *program.PartnerSettings) { p.RatesBP, p.AllOrders, p.HoldDays = []int64{1000}, true, 0 })
		v := w.forPartners()
		meier := w.partner("meier@example.org", 0)
		names := map[loyalty.ID]string{meier: "meier"}
		w.ownCode(v, meier, "vonmeier")
		w.order(orderOf("o1", "anna", "vonmeier", 2))
		again := paidOrder("o2", "anna", 10_000, 3)
		w.order(again)
		for range 2 {
			if _, err := w.PayOrders(ctx, w.shop); err != nil {
				t.Fatal(err)
			}
		}
		if got := w.commissions("o2", names); got != "1:meier=1000" {
			t.Errorf("commissions %s", got)
		}
		again.Refunds, again.UpdatedAt = []earning.Refund{{Key: "r", At: again.UpdatedAt, Gross: 2500}}, again.UpdatedAt+1000
		w.clock.Set(w.clock.Now().Add(1e9))
		w.order(again)
		if _, err := w.PayOrders(ctx, w.shop); err != nil {
			t.Fatal(err)
		}
		if got := w.commissions("o1", names) + " " + w.commissions("o2", names); got != "1:meier=252 1:meier=750" {
			t.Errorf("after the refund: %s", got)
		}
		w.verify()
	})
}

//
func TestATreeIsMovedWithAllBelowAndNeverIntoItself(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		ctx := context.Background()
		w.partnersOn(nil)
		a := w.partner("a@example.org", 0)
		b := w.partner("b@example.org", a)
		c := w.partner("c@example.org", b)
		d := w.partner("d@example.org", 0)
		if _, err := w.MovePartner(ctx, "test", w.shop, program.Move{ID: a, To: c, Note: "never"}); loyalty.CodeOf(err) != loyalty.CodeInvalid {
			t.Errorf("a partner came below itself: %v", err)
		}
		moved, err := w.MovePartner(ctx, "test", w.shop, program.Move{ID: b, To: d, Note: "as agreed"})
		if err != nil || moved.SponsorID != d || len(moved.Above) != 1 {
			t.Fatalf("moved %+v, %v", moved, err)
		}
		if low, err := w.Partner(ctx, w.shop, c); err != nil || len(low.Above) != 2 || low.Above[1].ID != d {
			t.Errorf("below: %+v, %v", low, err)
		}
		line, err := w.Downline(ctx, w.shop, d, store.LineList{Level: 2, Limit: 10})
		if err != nil || len(line) != 1 || line[0].ID != c || line[0].Level != 2 {
			t.Errorf("level 2 of d: %+v, %v", line, err)
		}
		if line, err := w.DownlineForStaff(ctx, w.shop, d, store.LineList{Level: 2, Limit: 10}); err != nil || len(line) != 1 || line[0].Name != "c" || line[0].Above != "b" {
			t.Errorf("staff sees %+v, %v", line, err)
		}
		w.verify()
	})
}

// covers: B14
func TestMergedPartnersKeepTheirPlaceTheirLinesAndTheirMoney(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		ctx := context.Background()
		w.partnersOn(func(p *program.PartnerSettings) { p.RatesBP = []int64{1000, 500} })
		v := w.forPartners()
		top := w.partner("top@example.org", 0)
		from := w.partner("from@example.org", top)
		below := w.partner("below@example.org", from)
		w.ownCode(v, from, "vonfrom")
		w.order(orderOf("o1", "anna", "vonfrom", 2))
		w.send(w.customer("into", "into@example.org"))
		into := w.memberID("into")
		for _, pair := range [][2]loyalty.ID{{from, into}, {below, into}} {
			if _, err := w.MergeMembers(ctx, "test", w.shop, pair[0], pair[1]); err != nil {
				t.Fatal(err)
			}
			w.verify()
		}
		d, err := w.Partner(ctx, w.shop, into)
		if err != nil || d.SponsorID != top || d.FirstLine != 1 || d.Minor != 252 {
			t.Errorf("after the merge: %+v, %v", d, err)
		}
		if got := w.sponsor("anna"); got.PartnerID != into {
			t.Errorf("anna's sponsor is %+v", got)
		}
	})
}

// covers: S0-12
func TestVisitsThroughLinksAndStorefrontsAreCountedByDayAndNobodyIsRecognised(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		ctx := context.Background()
		w.partnersOn(func(p *program.PartnerSettings) { p.Domain = "shop.example" })
		d, err := w.InvitePartner(ctx, "test", w.shop, program.Invitation{Email: "meier@example.org", HostName: "Meier", Approved: true})
		if err != nil || d.Storefront != "meier.shop.example" {
			t.Fatalf("%+v, %v", d, err)
		}
		w.ownCode(w.forPartners(), d.ID, "vonmeier")
		none, his := program.Visit{}, program.Visit{Code: "vonmeier", Storefront: "meier"}
		for visit, want := range map[[2]string]program.Visit{{"VONMEIER", ""}: his, {"", "meier.shop.example"}: his, {"", "meier"}: his, {"", "nobody.shop.example"}: none, {"unknown", ""}: none} {
			if got, err := w.NoteVisit(ctx, w.shop, visit[0], visit[1]); err != nil || got != want {
				t.Errorf("%q leads to %+v, %v, want %+v", visit, got, err, want)
			}
		}
		r, err := w.PartnerReport(ctx, w.shop, d.ID, loyalty.LocalDate{}, loyalty.LocalDate{})
		if err != nil || r.Visits != 3 || len(r.Days) != 1 {
			t.Errorf("the report says %+v, %v", r, err)
		}
		if _, err := w.InvitePartner(ctx, "test", w.shop, program.Invitation{Email: "huber@example.org", HostName: "meier"}); loyalty.CodeOf(err) != loyalty.CodeConflict {
			t.Errorf("two partners have one storefront: %v", err)
		}
	})
}
