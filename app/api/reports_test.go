package api_test

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"zugabe/app/api"
	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

//
func TestTheReportsSayWhatHappenedToPointsAndWhoCameAgain(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.newShop("shopify", "reports")
		report := func(query string) program.PointsReport {
			t.Helper()
			return into[program.PointsReport](t, w.get(w.staff(shop), "/api/admin/v1/reports/points?"+query))
		}
		if empty := report("from=2026-11-01&to=2026-11-30"); empty.End.Points != 0 || len(empty.Buckets) != 21 || !empty.Complete {
			t.Errorf("of an empty shop: %+v", empty)
		}
		w.buy(shop, "1", "1001", 500) // Saturday 21 November
		w.buy(shop, "2", "1002", 100)
		w.clock.Advance(48 * time.Hour) // Monday
		w.buy(shop, "1", "1003", 300)
		const query = "from=2026-11-21&to=2026-11-30&step=week"
		young := report(query)
		w.clock.Advance(time.Hour)
		if _, err := w.program.CountEntries(t.Context(), shop); err != nil {
			t.Fatal(err)
		}
		counted := report(query)
		if !reflect.DeepEqual(young, counted) {
			t.Errorf("what is counted differs from what is not yet:\n%+v\n%+v", young, counted)
		}
		if len(counted.Buckets) != 2 || counted.Buckets[0].To.String() != "2026-11-22" || counted.Buckets[1].Issued != 300 {
			t.Errorf("weeks: %+v", counted.Buckets)
		}
		first := counted.Buckets[0]
		if counted.Sum.Issued != first.Issued+300 || counted.End.Points != first.Held.Points+300 || counted.End.Minor != int64(counted.End.Points) {
			t.Errorf("sum %+v, end %+v, first week %+v", counted.Sum, counted.End, first)
		}
		if r := counted.Rules[0]; r.Points != 900 || r.Times != 3 || r.Kind != "per_amount" {
			t.Errorf("rules: %+v", counted.Rules)
		}
		next := report("from=2026-11-23&to=2026-11-24")
		if next.Before.Issued != first.Issued || next.Start != first.Held || next.Sum.Issued != 300 {
			t.Errorf("of the second week: %+v", next)
		}
		w.whoBought(t, shop.Domain, into[program.CustomersReport](t, w.get(w.staff(shop), "/api/admin/v1/reports/customers?from=2026-11-21&to=2026-11-30")))
		for _, bad := range []string{"from=2026-11-21&to=2026-11-20", "from=2026-13-01&to=2026-11-20", "from=1990-01-01&to=2026-11-20", "from=2026-11-21"} {
			if got := w.get(w.staff(shop), "/api/admin/v1/reports/points?"+bad); got.Status != 422 {
				t.Errorf("%s: %d", bad, got.Status)
			}
		}
	})
}

func (w *world) whoBought(t *testing.T, shop string, r program.CustomersReport) {
	t.Helper()
	want := program.Group{Customers: 2, Repeating: 1, Orders: 3, Minor: 900 * 119}
	if r.Members != want || r.Others.Orders+r.Guests.Orders != 0 || r.Earning != 2 || r.Using != 0 {
		t.Errorf("who bought at %s: %+v", shop, r)
	}
}

func TestTheOverviewSaysWhatHappenedAndWhatIsOwed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop, other := w.newShop("shopify", "home"), w.newShop("shopify", "elsewhere")
		w.buy(shop, "1", "1001", 500)
		w.clock.Advance(48 * time.Hour)
		w.buy(shop, "2", "1002", 100)
		w.deliver(shop, []byte("not JSON"))
		home := into[api.HomeView](t, w.get(w.staff(shop), "/api/admin/v1/home"))
		if home.Today.Orders != 1 || home.Week.Orders != 1 || home.WeekAgo.Orders != 1 || home.Today.Members != 1 || home.Today.Issued < 100 || home.WeekAgo.Issued < 500 {
			t.Errorf("what happened: %+v, %+v, %+v", home.Today, home.Week, home.WeekAgo)
		}
		if home.Held.Points != home.Week.Issued+home.WeekAgo.Issued || home.Held.Minor != int64(home.Held.Points) {
			t.Errorf("owed: %+v", home.Held)
		}
		if home.Health.PoisonDeliveries != 1 || !home.Setup.Ordered || !home.Setup.RateSaved || home.Setup.Rules == 0 {
			t.Errorf("attention: %+v, %+v", home.Health, home.Setup)
		}
		if r := home.Recent[0]; r.Order != "1002" || r.Member != "Mia Muster2" || r.Points <= 0 || r.MemberID == 0 {
			t.Errorf("newest: %+v", r)
		}
		if empty := into[api.HomeView](t, w.get(w.staff(other), "/api/admin/v1/home")); empty.Held.Points != 0 || len(empty.Recent) != 0 || empty.Week.Orders != 0 {
			t.Errorf("another shop sees %+v", empty)
		}
	})
}

// What the host let pass against a voucher's conditions, and mails that nobody got,
// wait for a look on the home page; after two weeks they are history.
func TestTheOverviewNamesVouchersThatWerePassedAndMailsThatDied(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop, other := w.newShop("shopify", "home"), w.newShop("shopify", "elsewhere")
		v, c := w.aVoucher(shop, "SOMMER")
		quiet, _ := w.aVoucher(shop, "WINTER")
		now := loyalty.NowMs(w.clock)
		w.write(func(tx *store.Tx) error {
			for i, flag := range []string{voucher.ReasonUsedUp, voucher.ReasonBelowMin, "", voucher.ReasonUsedUp} {
				use := store.CodeUse{CodeID: c.ID, TemplateID: v.Row.ID, SaleKey: fmt.Sprint(i), State: store.UseExtra, UsedAt: now - int64(i)*5*86_400_000, Flag: flag, Doc: []byte(`{}`)}
				if err := tx.InsertCodeUses(shop.ID, use); err != nil {
					return err
				}
			}
			for i, state := range []store.MailState{store.MailDue, store.MailSent, store.MailUnknown, store.MailFailed, store.MailStopped} {
				m := store.Mail{ID: w.program.IDs.Next(), Kind: "confirm", Key: fmt.Sprint(i), To: "a@example.com", Subject: "s", Text: "t", State: state, NextAt: now, CreatedAt: now}
				if _, err := tx.EnsureMail(shop.ID, m); err != nil {
					return err
				}
			}
			return nil
		})
		waits := func(shop loyalty.Shop) program.Waiting {
			return into[api.HomeView](t, w.get(w.staff(shop), "/api/admin/v1/home")).Waiting
		}
		got := waits(shop)
		if got.FailedMails != 1 || got.UnknownMails != 1 || len(got.Flagged) != 1 || got.Flagged[0] != (program.FlaggedVoucher{ID: v.Row.ID, Name: "5 EUR", Uses: 2}) {
			t.Errorf("waits: %+v, of %s and %s", got, v.Row.ID, quiet.Row.ID)
		}
		if got := waits(other); got.FailedMails+got.UnknownMails != 0 || len(got.Flagged) != 0 {
			t.Errorf("another shop sees %+v", got)
		}
		w.clock.Advance(15 * 24 * time.Hour)
		later, err := w.program.HomeOf(t.Context(), shop) // the API keeps its answer for a moment
		if got := later.Waiting; err != nil || got.FailedMails+got.UnknownMails != 0 || len(got.Flagged) != 0 {
			t.Errorf("after two weeks: %+v, %v", got, err)
		}
	})
}
