package program_test

import (
	"context"
	"testing"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
)

// covers: S4-31
func TestATermBeginsTodayOrAfterTheOneThatRunsAndNothingIsSwitchedOffWhenItEnds(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.AppPrice = program.AppPrice{Price: loyalty.Money{Minor: 9900, Currency: "DKK"}, Months: []int{6, 12}}
		choose := func(seen int64, months int) (program.Terms, error) {
			return w.ChooseTerm(context.Background(), "staff:1", w.shop, seen, months)
		}
		stands := func() string {
			h, err := w.HomeOf(context.Background(), w.shop)
			if err != nil {
				t.Fatal(err)
			}
			return h.Term.State + " " + h.Term.Last
		}
		day, err := w.Today(w.shop)
		if err != nil {
			t.Fatal(err)
		}
		if got := stands(); got != "none " {
			t.Errorf("before anybody chose: %s", got)
		}
		if _, err := choose(0, 3); loyalty.CodeOf(err) != loyalty.CodeInvalid {
			t.Errorf("a term that is not on offer: %v", err)
		}
		first, err := choose(0, 12)
		if err != nil || first.Newest().From != day || first.Newest().Last != day.AddMonths(12).AddDays(-1) || first.Newest().Price.Minor != 9900 {
			t.Fatalf("%+v %v", first, err)
		}
		if _, err := choose(0, 6); loyalty.CodeOf(err) != loyalty.CodeConflict {
			t.Errorf("an old version: %v", err)
		}
		mended, err := choose(1, 6)
		if err != nil || len(mended.List) != 1 || mended.Newest().From != day || mended.Newest().Last != day.AddMonths(6).AddDays(-1) {
			t.Fatalf("chosen anew on the same day: %+v %v", mended, err)
		}
		last := mended.Newest().Last
		for _, c := range []struct {
			on   loyalty.LocalDate
			want string
		}{{last.AddDays(-15), "running"}, {last.AddDays(-14), "ending"}, {last, "ending"}, {last.AddDays(1), "over"}} {
			if got := mended.On(c.on); got != c.want {
				t.Errorf("on %s: %s, want %s", c.on, got, c.want)
			}
		}
		w.clock.Advance(48 * time.Hour)
		w.AppPrice.Price.Minor = 12000
		next, err := choose(2, 12)
		if err != nil || len(next.List) != 2 || next.Newest().From != last.AddDays(1) || next.List[0].Price.Minor != 9900 || next.Newest().Price.Minor != 12000 {
			t.Fatalf("chosen while one runs: %+v %v", next, err)
		}
		w.clock.Advance(600 * 24 * time.Hour)
		if got := stands(); got != "over "+next.Newest().Last.String() {
			t.Errorf("long after the end: %s", got)
		}
		w.send(w.customer("later", "later@example.org")) // books as ever
		w.write(func(tx *store.Tx) error {
			log, err := tx.AuditOf(w.shop.ID, "term", 0, 10)
			if len(log) != 3 || log[0].Actor != "staff:1" {
				t.Errorf("the audit log has %+v", log)
			}
			return err
		})
	})
}
