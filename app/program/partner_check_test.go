package program_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
)

// household is a shop whose partner Meier has ordered to Anna's door, below another.
func (w *bookWorld) household(change func(*program.PartnerSettings)) (top, meier loyalty.ID) {
	w.t.Helper()
	w.partnersOn(func(p *program.PartnerSettings) {
		p.RatesBP, p.HoldDays = []int64{1000, 500}, 0
		if change != nil {
			change(p)
		}
	})
	top = w.partner("top@example.org", 0)
	w.send(w.customer("meier", "meier@example.org"))
	w.buys("m1", "meier", annasDoor)
	meier = w.partner("meier@example.org", top)
	w.ownCode(w.forPartners(), meier, "vonmeier")
	return top, meier
}

// from places an order that shows where it comes from.
func (w *bookWorld) from(s earning.Sale, door earning.Traces) {
	w.t.Helper()
	m := saleMessage(s)
	m.Traces = &door
	w.send(m)
}

// standing lists an order's commissions as "level=minor state".
func (w *bookWorld) standing(sale string) string {
	w.t.Helper()
	var list []string
	w.write(func(tx *store.Tx) error {
		found, err := tx.CommissionsOfSales(w.shop.ID, []string{sale})
		list = nil
		for _, c := range found[sale] {
			list = append(list, loyalty.ID(c.Level).String()+"="+loyalty.ID(c.Minor).String()+" "+c.State)
		}
		return err
	})
	return strings.Join(list, ", ")
}

func (w *bookWorld) checksNow() (list []program.CustomerCheck) {
	w.t.Helper()
	w.write(func(tx *store.Tx) (err error) {
		list, err = w.CustomerChecks(tx, w.shop, store.PartnerCheckList{Limit: 10})
		return err
	})
	return list
}

func (w *bookWorld) decideCustomer(id loyalty.ID, accept bool) error {
	return w.DecideCustomer(context.Background(), "staff:1", w.shop, program.HeldCustomer{ID: id, Accept: accept, Note: "looked at it"})
}

func (w *bookWorld) wantStanding(sale, want string) {
	w.t.Helper()
	if got := w.standing(sale); got != want {
		w.t.Errorf("commissions of %s: %q, want %q", sale, got, want)
	}
	w.verify()
}

func (w *bookWorld) waitingChecks() int64 {
	w.t.Helper()
	home, err := w.HomeOf(context.Background(), w.shop)
	if err != nil {
		w.t.Fatal(err)
	}
	return home.Waiting.Partners
}

// covers: G10 for partners, A-29, A-30
func TestCommissionsForACustomerWhoLooksLikeThePartnerWaitForThePerson(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		ctx := context.Background()
		_, meier := w.household(nil)
		s := orderOf("o1", "anna", "vonmeier", 2)
		w.from(s, annasDoor)
		w.from(orderOf("o2", "dora", "vonmeier", 3), elsewhere)
		w.wantStanding("o1", "1=252 held, 2=126 held")
		w.wantStanding("o2", "1=252 open, 2=126 open")
		checks := w.checksNow()
		if len(checks) != 1 || checks[0].PartnerID != meier || checks[0].Minor != 378 || checks[0].State != "held" || strings.Join(checks[0].Signals, " ") != "address name phone device" {
			t.Fatalf("who waits: %+v", checks)
		}
		if n := w.waitingChecks(); n != 1 {
			t.Errorf("the home page tells of %d", n)
		}
		w.clock.Advance(time.Hour)
		month := "2026-11"
		if sum, err := w.PayCommissions(ctx, "test", w.shop, meier, month); err != nil || sum != 252 {
			t.Errorf("paid %d, %v: what waits is not paid", sum, err)
		}
		s.Refunds, s.UpdatedAt = []earning.Refund{{Key: "r1", At: s.UpdatedAt, Gross: 1500}}, s.UpdatedAt+1000
		w.from(s, annasDoor)
		w.wantStanding("o1", "1=126 held, 2=63 held")
		st, err := w.Statement(ctx, w.shop, program.StatementQuery{Partner: meier, Limit: 10, Month: month})
		if err != nil || st.Sums.HeldMinor != 126 || st.Sums.PaidMinor != 252 || st.Sums.PendingMinor+st.Sums.AvailableMinor != 0 {
			t.Errorf("the statement: %+v, %v", st.Sums, err)
		}
		for range 2 {
			if err := w.decideCustomer(checks[0].ID, true); err != nil {
				t.Fatal(err)
			}
		}
		if n := w.waitingChecks(); n != 0 {
			t.Errorf("the home page still tells of %d", n)
		}
		if err := w.decideCustomer(checks[0].ID, false); loyalty.CodeOf(err) != loyalty.CodeConflict {
			t.Errorf("the other decision: %v", err)
		}
		w.wantStanding("o1", "1=126 open, 2=63 open")
		w.from(orderOf("o3", "anna", "vonmeier", 4), annasDoor)
		if got := w.standing("o3"); strings.Contains(got, "held") {
			t.Errorf("what was looked at waits again: %s", got)
		}
		if sum, err := w.PayCommissions(ctx, "test", w.shop, meier, month); err != nil || sum < 126 {
			t.Errorf("paid %d after the decision, %v", sum, err)
		}
		w.verify()
	})
}

// covers: G10 for partners, A-30
func TestARefusedCustomerPaysNobodyWhateverBecomesOfTheOrders(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		_, _ = w.household(func(p *program.PartnerSettings) { p.AllOrders = true })
		s := orderOf("o1", "anna", "vonmeier", 2)
		w.from(s, annasDoor)
		gone := became(s, earning.SaleCancelled, 1000)
		w.from(gone, annasDoor)
		w.wantStanding("o1", "1=0 reversed, 2=0 reversed")
		back := became(gone, earning.SalePaid, 1000)
		w.from(back, annasDoor)
		w.wantStanding("o1", "1=252 held, 2=126 held")
		id := w.checksNow()[0].ID
		if err := w.DecideCustomer(context.Background(), "staff:1", w.shop, program.HeldCustomer{ID: id}); loyalty.CodeOf(err) != loyalty.CodeInvalid {
			t.Errorf("refused without a word: %v", err)
		}
		if err := w.decideCustomer(id, false); err != nil {
			t.Fatal(err)
		}
		w.wantStanding("o1", "1=0 refused, 2=0 refused")
		w.from(became(back, earning.SaleFulfilled, 1000), annasDoor)
		w.from(paidOrder("o2", "anna", 10_000, 4), elsewhere)
		if _, err := w.PayOrders(context.Background(), w.shop); err != nil {
			t.Fatal(err)
		}
		w.wantStanding("o1", "1=0 refused, 2=0 refused")
		w.wantStanding("o2", "1=0 refused, 2=0 refused")
		if err := w.decideCustomer(4711, true); loyalty.CodeOf(err) != loyalty.CodeNotFound {
			t.Errorf("nobody: %v", err)
		}
	})
}

// Who was invited by an address may have bought as a guest, whose orders are another member's.
//
// covers: G10 for partners
func TestThePartnersOrdersUnderAnotherAccountAreComparedToo(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		_, meier := w.household(nil)
		w.from(paidOrder("m2", "guest", 1000, 2), elsewhere)
		guest := w.memberID("guest")
		w.write(func(tx *store.Tx) error {
			_, err := tx.Exec(`UPDATE members SET person_key = (SELECT k FROM (SELECT person_key AS k FROM members WHERE shop_id = ? AND id = ?) x) WHERE shop_id = ? AND id = ?`,
				w.shop.ID, meier, w.shop.ID, guest)
			return err
		})
		w.from(orderOf("o1", "dora", "vonmeier", 3), elsewhere)
		if got := w.standing("o1"); got != "1=252 held, 2=126 held" {
			t.Errorf("commissions %s", got)
		}
	})
}

// A later order can show what the first did not: what is not paid yet waits with it.
//
// covers: G10 for partners
func TestALaterOrderLetsWaitWhatIsNotPaidYet(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		_, meier := w.household(func(p *program.PartnerSettings) { p.AllOrders = true })
		w.from(orderOf("o1", "anna", "vonmeier", 2), elsewhere)
		w.wantStanding("o1", "1=252 open, 2=126 open")
		w.clock.Advance(time.Hour)
		if _, err := w.PayCommissions(context.Background(), "test", w.shop, meier, "2026-11"); err != nil {
			t.Fatal(err)
		}
		w.from(paidOrder("o2", "anna", 10_000, 4), annasDoor)
		if _, err := w.PayOrders(context.Background(), w.shop); err != nil {
			t.Fatal(err)
		}
		w.wantStanding("o1", "1=252 open, 2=126 held") // level 1 was paid before anybody could know
		w.wantStanding("o2", "1=1000 held, 2=500 held")
		if err := w.decideCustomer(w.checksNow()[0].ID, true); err != nil {
			t.Fatal(err)
		}
		w.wantStanding("o2", "1=1000 open, 2=500 open")
	})
}

// covers: G10 for partners, B14
func TestOfTwoChecksThatBecomeOneTheSternerStays(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.household(nil)
		w.from(orderOf("o1", "anna", "vonmeier", 2), annasDoor)
		w.from(orderOf("o2", "dora", "vonmeier", 3), annasDoor)
		for _, c := range w.checksNow() {
			if c.MemberID == w.memberID("anna") {
				if err := w.decideCustomer(c.ID, false); err != nil {
					t.Fatal(err)
				}
			}
		}
		w.wantStanding("o1", "1=0 refused, 2=0 refused")
		w.wantStanding("o2", "1=252 held, 2=126 held")
		if _, err := w.MergeMembers(context.Background(), "host", w.shop, w.memberID("anna"), w.memberID("dora")); err != nil {
			t.Fatal(err)
		}
		w.wantStanding("o2", "1=0 refused, 2=0 refused")
		if list := w.checksNow(); len(list) != 1 || list[0].State != "refused" {
			t.Errorf("checks: %+v", list)
		}
	})
}

// covers: G10 for partners
func TestOfTwoDecisionsAtOnceOneHoldsForAllCommissions(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.household(nil)
		w.from(orderOf("o1", "anna", "vonmeier", 2), annasDoor)
		id := w.checksNow()[0].ID
		var mu sync.Mutex
		said := map[bool]int{}
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				err := w.decideCustomer(id, i%2 == 0)
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					said[i%2 == 0]++
				} else if loyalty.CodeOf(err) != loyalty.CodeConflict {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if len(said) != 1 || said[true]+said[false] != 4 {
			t.Errorf("accepted %d times, refused %d times", said[true], said[false])
		}
		want := "1=0 refused, 2=0 refused"
		if said[true] > 0 {
			want = "1=252 open, 2=126 open"
		}
		w.wantStanding("o1", want)
	})
}
