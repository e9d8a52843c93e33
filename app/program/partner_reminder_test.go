package program_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
)

// leads registers customers in a partner's first line; they agreed to advertising.
func (w *bookWorld) leads(of loyalty.ID, customers ...string) (ids []loyalty.ID) {
	w.t.Helper()
	for _, name := range customers {
		c := w.customer(name, name+"@example.org")
		c.Customer.FirstName, c.Customer.LastName = strings.ToUpper(name), "Lind"
		w.send(c)
		id := w.memberID(name)
		if _, err := w.MoveMember(context.Background(), "test", w.shop, program.Move{ID: id, To: of, Note: "met"}); err != nil {
			w.t.Fatal(err)
		}
		ids = append(ids, id)
	}
	return ids
}

// covers: S0-47, N-10
func TestAPartnerGetsOneMailADayWithAllRemindersThatAreDue(t *testing.T) {
	eachNewsWorld(t, func(t *testing.T, w newsWorld) {
		w.partnersOn(func(s *program.PartnerSettings) { s.NeedConsent = false })
		meier, huber := w.partner("meier@example.org", 0), w.partner("huber@example.org", 0)
		anna, bob, eva := w.leads(meier, "anna")[0], w.leads(meier, "bob")[0], w.leads(huber, "eva")[0]
		w.deliver() // the invitations
		zone, err := loyalty.Zone(w.shop.Zone)
		if err != nil {
			t.Fatal(err)
		}
		day := func(n int) time.Time { return loyalty.DateOf(w.clock.Now().In(zone)).AddDays(n).Start(zone) }
		first, second := day(1), day(2)
		at := func(moment time.Time) { w.clock.Advance(moment.Sub(w.clock.Now())) }
		remind := func(of, member loyalty.ID, state string, on time.Time) {
			if _, err := w.WorkOnLead(t.Context(), w.shop, of, member, program.LeadChange{State: state, RemindAt: on.UnixMilli()}); err != nil {
				t.Fatal(err)
			}
		}
		told := func() (said []string) {
			for range 2 { // the second look on a day changes nothing
				if _, err := w.RemindPartners(t.Context(), w.shop); err != nil {
					t.Fatal(err)
				}
			}
			for _, m := range w.deliver() {
				said = append(said, m.To+": "+m.Text)
			}
			return said
		}
		remind(meier, anna, program.LeadOpen, first)
		remind(meier, bob, program.LeadWaiting, first)
		remind(huber, eva, program.LeadOpen, second)
		if said := told(); len(said) != 0 {
			t.Errorf("before any is due: %v", said)
		}
		at(first.Add(6 * time.Hour))
		if said := told(); len(said) != 0 {
			t.Errorf("in the night: %v", said)
		}
		at(first.Add(8 * time.Hour))
		said := told()
		if len(said) != 1 || !strings.HasPrefix(said[0], "meier@example.org") || !strings.Contains(said[0], "ANNA L.") || !strings.Contains(said[0], "BOB L.") || !strings.Contains(said[0], "/desk/new-customers?shop=") {
			t.Fatalf("on the first day: %v", said)
		}
		remind(meier, anna, program.LeadDone, first)
		at(second.Add(8 * time.Hour))
		if said := told(); len(said) != 1 || !strings.HasPrefix(said[0], "huber@example.org") {
			t.Errorf("what was told of is told again, or what is due is not: %v", said)
		}
		remind(meier, bob, program.LeadOpen, second.AddDate(0, 0, 1))
		remind(huber, eva, program.LeadOpen, second.AddDate(0, 0, 1))
		w.order(paidOrder("o1", "eva", 1000, 2)) // bought: nobody is to be won
		at(second.Add(32 * time.Hour))
		if said := told(); len(said) != 1 || !strings.HasPrefix(said[0], "meier@example.org") {
			t.Errorf("on the third day: %v", said)
		}
	})
}

// covers: S0-01, S0-51
func TestNoReminderGoesToPausedPartnersOrNamesWhoIsNotReleased(t *testing.T) {
	eachNewsWorld(t, func(t *testing.T, w newsWorld) {
		w.partnersOn(func(s *program.PartnerSettings) { s.NeedConsent = true })
		meier, huber := w.partner("meier@example.org", 0), w.partner("huber@example.org", 0)
		anna, eva := w.leads(meier, "anna")[0], w.leads(huber, "eva")[0]
		w.deliver()
		for of, member := range map[loyalty.ID]loyalty.ID{meier: anna, huber: eva} {
			change := program.LeadChange{State: program.LeadOpen, RemindAt: loyalty.NowMs(w.clock)}
			if _, err := w.WorkOnLead(t.Context(), w.shop, of, member, change); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := w.SavePartner(t.Context(), "test", w.shop, huber, program.PartnerChange{State: store.PartnerPaused}); err != nil {
			t.Fatal(err)
		}
		w.clock.Advance(24 * time.Hour)
		if _, err := w.RemindPartners(t.Context(), w.shop); err != nil {
			t.Fatal(err)
		}
		got := w.deliver()
		if len(got) != 1 || got[0].To != "meier@example.org" || strings.Contains(got[0].Text, "ANNA") {
			t.Errorf("told %+v", got)
		}
	})
}
