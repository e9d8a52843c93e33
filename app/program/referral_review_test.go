package program_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
)

var (
	annasDoor = earning.Traces{Name: "Anna Albrecht", Street: "Hafenstraße 12", Postal: "20457", Country: "DE", Phone: "040 1234567", IP: "203.0.113.9", Agent: "Firefox"}
	elsewhere = earning.Traces{Name: "Dora Dahl", Street: "Kaiweg 3", Postal: "24103", Country: "DE", Phone: "0431 7654321", IP: "203.0.113.77", Agent: "Safari"}
)

// buys places a paid order that shows where it comes from.
func (w *bookWorld) buys(order, customer string, from earning.Traces) {
	w.t.Helper()
	m := saleMessage(paidOrder(order, customer, 1000, 2))
	m.Traces = &from
	w.send(m)
}

// brought is the referral of a friend as it stands.
func (w *bookWorld) brought(friend string) (r store.Referral) {
	w.t.Helper()
	id := w.member(friend).ID
	w.write(func(tx *store.Tx) error {
		found, err := tx.ReferralsOfFriends(w.shop.ID, []loyalty.ID{id})
		r = found[id]
		return err
	})
	return r
}

func (w *bookWorld) decide(friend string, accept bool) error {
	w.t.Helper()
	return w.DecideReferral(context.Background(), "staff:1", w.shop, program.HeldReferral{ID: w.brought(friend).ID, Accept: accept, Note: "looked at it"})
}

// qualifyAll lets the task do its work until nothing is left.
func (w *bookWorld) qualifyAll() {
	w.t.Helper()
	for {
		n, err := w.QualifyReferrals(context.Background(), w.shop, 100)
		if err != nil {
			w.t.Fatal(err)
		}
		if n == 0 {
			return
		}
	}
}

func (w *bookWorld) heldNow() (n int64) {
	w.t.Helper()
	w.write(func(tx *store.Tx) (err error) {
		n, err = tx.CountReferrals(w.shop.ID, store.ReferralHeld)
		return err
	})
	return n
}

// covers: A-29, G10
func TestAFriendWhoSeemsToBeTheReferrerIsHeldForAPerson(t *testing.T) {
	like := func(change func(*earning.Traces)) earning.Traces {
		t := elsewhere
		change(&t)
		return t
	}
	for name, c := range map[string]struct {
		friend  earning.Traces
		signals []string
	}{
		"address": {like(func(x *earning.Traces) { x.Street, x.Postal = "hafenstr. 12", "20457" }), []string{program.SignalAddress}},
		"name":    {like(func(x *earning.Traces) { x.Name, x.Postal = "ANNA ALBRECHT", "20457" }), []string{program.SignalName}},
		"phone":   {like(func(x *earning.Traces) { x.Phone = "+49 40 1234567" }), []string{program.SignalPhone}},
		"network": {like(func(x *earning.Traces) { x.IP = annasDoor.IP }), []string{program.SignalNetwork}},
		"device":  {like(func(x *earning.Traces) { x.IP, x.Agent = annasDoor.IP, annasDoor.Agent }), []string{program.SignalDevice}},
		"all":     {annasDoor, []string{program.SignalAddress, program.SignalName, program.SignalPhone, program.SignalDevice}},
		"none":    {elsewhere, nil},
	} {
		t.Run(name, func(t *testing.T) {
			eachBookWorld(t, func(t *testing.T, w *bookWorld) {
				w.setPlan(func(d *program.PlanDoc) { d.Pending.Days = 14 })
				w.send(w.customer("c1", "c1@example.org"), w.customer("c2", "c2@example.org"))
				w.buys("o1", "c1", annasDoor)
				w.refer("c1", "c2")
				w.buys("o2", "c2", c.friend)
				r := w.brought("c2")
				if !slices.Equal(r.Signals, c.signals) || (r.State == store.ReferralHeld) != (c.signals != nil) || r.SaleKey != "o2" || r.QualifiesAt == 0 {
					t.Fatalf("referral %+v, want the signals %v", r, c.signals)
				}
				w.clock.Advance(15 * 24 * time.Hour)
				w.qualifyAll()
				if c.signals != nil {
					w.has("c1", 60)
					w.has("c2", 60)
				} else {
					w.has("c1", 160)
					w.has("c2", 110)
				}
			})
		})
	}
}

// covers: A-29: the decision works before and after the return window, and is idempotent.
func TestTheMerchantDecidesOnceAndForBothSides(t *testing.T) {
	for name, c := range map[string]struct{ accept, late bool }{"early yes": {true, false}, "late yes": {true, true}, "early no": {false, false}, "late no": {false, true}} {
		t.Run(name, func(t *testing.T) {
			eachBookWorld(t, func(t *testing.T, w *bookWorld) {
				w.setPlan(func(d *program.PlanDoc) { d.Pending.Days = 14 })
				w.send(w.customer("c1", "c1@example.org"), w.customer("c2", "c2@example.org"))
				w.buys("o1", "c1", annasDoor)
				w.refer("c1", "c2")
				w.buys("o2", "c2", annasDoor)
				if c.late {
					w.clock.Advance(15 * 24 * time.Hour)
				}
				for range 3 {
					if err := w.decide("c2", c.accept); err != nil {
						t.Fatal(err)
					}
				}
				if err := w.decide("c2", !c.accept); loyalty.CodeOf(err) != loyalty.CodeConflict {
					t.Errorf("the other decision afterwards: %v", err)
				}
				if c.late && c.accept {
					w.has("c1", 160) // at once: nobody waits for the task
				}
				if !c.late {
					w.qualifyAll()
					w.has("c1", 60)
					w.clock.Advance(15 * 24 * time.Hour)
				}
				w.qualifyAll()
				one, other := loyalty.Points(60), loyalty.Points(60)
				if c.accept {
					one, other = 160, 110
				}
				w.has("c1", one)
				w.has("c2", other)
				if r := w.brought("c2"); r.DecidedBy != "staff:1" || r.DecidedAt == 0 || r.Note != "looked at it" || len(r.Signals) == 0 {
					t.Errorf("what is kept of the decision: %+v", r)
				}
			})
		})
	}
}

func TestADecisionOnAReferralIsRefusedWhereThereIsNone(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.send(w.customer("c1", "c1@example.org"), w.customer("c2", "c2@example.org"), w.customer("c3", "c3@example.org"))
		w.buys("o1", "c1", annasDoor)
		w.refer("c1", "c2")
		if err := w.decide("c2", true); loyalty.CodeOf(err) != loyalty.CodeNotFound {
			t.Errorf("one that is not held: %v", err)
		}
		w.refer("c1", "c3")
		w.buys("o3", "c3", annasDoor)
		err := w.DecideReferral(context.Background(), "staff:1", w.shop, program.HeldReferral{ID: w.brought("c3").ID, Note: " "})
		if loyalty.CodeOf(err) != loyalty.CodeInvalid {
			t.Errorf("a no without a reason: %v", err)
		}
	})
}

// An accepted referral whose order went back meanwhile gives nothing; one that shows
// something new after it was accepted is looked at again, but not for what was seen.
func TestWhatWasAcceptedIsHeldAgainOnlyForSomethingNew(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.setPlan(func(d *program.PlanDoc) { d.Pending.Days = 14 })
		for _, c := range []string{"c1", "c2", "c3"} {
			w.send(w.customer(c, c+"@example.org"))
		}
		w.buys("o1", "c1", annasDoor)
		w.refer("c1", "c2")
		w.refer("c1", "c3")
		phone := elsewhere
		phone.Phone = annasDoor.Phone
		w.buys("o2", "c2", phone)
		w.buys("o3", "c3", annasDoor)
		for _, c := range []string{"c2", "c3"} {
			if err := w.decide(c, true); err != nil {
				t.Fatal(err)
			}
		}
		w.buys("o4", "c2", annasDoor) // now the address too
		back := paidOrder("o3", "c3", 1000, 5)
		back.Status = earning.SaleCancelled
		w.send(saleMessage(back))
		w.clock.Advance(15 * 24 * time.Hour)
		w.qualifyAll()
		if r := w.brought("c2"); r.State != store.ReferralHeld || r.DecidedAt != 0 || !slices.Contains(r.Signals, program.SignalAddress) {
			t.Errorf("with a new signal: %+v", r)
		}
		if r := w.brought("c3"); r.State != store.ReferralRefused || r.Reason != program.ReferralReturned {
			t.Errorf("with an order that went back: %+v", r)
		}
		if err := w.decide("c2", true); err != nil {
			t.Fatal(err)
		}
		w.qualifyAll()
		if r := w.brought("c2"); r.State != store.ReferralRewarded {
			t.Errorf("accepted twice: %+v", r)
		}
	})
}

// covers: G10: two accounts that turn out to be one person after the friend came.
func TestTwoAccountsThatBecomeOneBringNobody(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.setPlan(func(d *program.PlanDoc) { d.Pending.Days = 14 })
		w.send(w.customer("c1", "c1@example.org"), w.customer("c2", "c2@example.org"))
		w.refer("c1", "c2")
		w.buys("o2", "c2", elsewhere)
		if _, err := w.MergeMembers(context.Background(), "staff:1", w.shop, w.member("c2").ID, w.member("c1").ID); err != nil {
			t.Fatal(err)
		}
		w.clock.Advance(15 * 24 * time.Hour)
		w.qualifyAll()
		var list []store.Referral
		w.write(func(tx *store.Tx) (err error) {
			list, err = tx.Referrals(w.shop.ID, store.ReferralList{Limit: 9})
			return err
		})
		if len(list) != 1 || list[0].State != store.ReferralRefused || list[0].Reason != program.ReferralSelf {
			t.Errorf("referrals: %+v", list)
		}
	})
}

// covers: A-29: a second address of one's own at another provider.
func TestAFriendWithTheReferrersNameAtAnotherProviderIsHeld(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.send(w.customer("c1", "anna.albrecht@example.org"), w.customer("c2", "AnnaAlbrecht+shop@other.example"),
			w.customer("c3", "bestellung@example.org"), w.customer("c4", "bestellung@other.example"))
		if r := w.refer("c1", "c2"); r.State != store.ReferralHeld || r.Reason != program.SignalMail {
			t.Errorf("the same name: %+v", r)
		}
		if r := w.refer("c3", "c4"); r.State != store.ReferralClaimed {
			t.Errorf("a word that many use: %+v", r)
		}
	})
}

// covers: G11: a hundred accounts in a ring. Who is named brings one friend and gets
// one reward: nothing for those whom that friend brings. The ring is for a person.
func TestARingOfAHundredAccountsIsHeldAndPaysOneStepOnly(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		const n = 100
		w.setPlan(func(d *program.PlanDoc) { d.Pending.Days = 14 })
		name := func(i int) string { return fmt.Sprintf("r%d", i%n) }
		var people, orders []wire
		for i := range n {
			people = append(people, w.customer(name(i), name(i)+"@example.org"))
			orders = append(orders, saleMessage(paidOrder("o"+name(i), name(i), 1000, 2)))
		}
		w.send(people...)
		for i := range n - 1 {
			if r := w.refer(name(i), name(i+1)); r.State != store.ReferralClaimed {
				t.Fatalf("%d brings %d: %+v", i, i+1, r)
			}
		}
		if r := w.refer(name(n-1), name(0)); r.State != store.ReferralHeld || !slices.Equal(r.Signals, []string{program.SignalRing}) {
			t.Fatalf("the last one closes the ring: %+v", r)
		}
		w.send(orders...)
		w.clock.Advance(15 * 24 * time.Hour)
		w.qualifyAll()
		if held := w.heldNow(); held != n {
			t.Errorf("%d referrals of the ring are held, want all %d", held, n)
		}
		for i := range n {
			w.has(name(i), 60) // welcome and the order
		}
		if err := w.decide(name(0), false); err != nil { // the last link is cut: the rest is a chain
			t.Fatal(err)
		}
		for i := 1; i < n; i++ {
			if err := w.decide(name(i), true); err != nil {
				t.Fatal(err)
			}
		}
		w.has(name(0), 160)   // brought one and was brought by nobody
		w.has(name(50), 210)  // brought one, and came as a friend
		w.has(name(n-1), 110) // came as a friend
	})
}

// covers: G11: of many friends at the same moment only so many as the merchant allows
// are rewarded without a look.
func TestMoreFriendsAtOnceThanTheShopAllowsAreHeld(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		ctx := context.Background()
		if err := w.SaveReferralSettings(ctx, "staff:1", w.shop, 0, program.ReferralSettings{Compare: true, PerDay: 3}); err != nil {
			t.Fatal(err)
		}
		w.send(w.customer("c1", "c1@example.org"))
		code := w.member("c1").ReferralCode
		var all sync.WaitGroup
		var friends []string
		for i := range 12 {
			friends = append(friends, fmt.Sprint("f", i))
			w.send(w.customer(friends[i], friends[i]+"@example.org"))
		}
		for _, f := range friends {
			id := w.member(f).ID
			all.Go(func() {
				if _, err := w.ClaimReferral(ctx, w.shop, id, code); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		for _, f := range friends {
			w.send(saleMessage(paidOrder("o"+f, f, 1000, 2)))
		}
		w.clock.Advance(2 * time.Hour) // there is no return window, and the orders are of now
		w.qualifyAll()
		if held := w.heldNow(); held != 9 {
			t.Errorf("%d of 12 are held, want 9", held)
		}
		w.has("c1", 50+3*100)
		w.clock.Advance(25 * time.Hour)
		w.send(w.customer("next", "next@example.org"))
		if r := w.refer("c1", "next"); r.State != store.ReferralClaimed {
			t.Errorf("a friend of the next day: %+v", r)
		}
	})
}

func TestSettingsOfReferralsThatCannotBeAreRefused(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		for _, n := range []int{0, -1, 1001} {
			if err := w.SaveReferralSettings(context.Background(), "staff:1", w.shop, 0, program.ReferralSettings{PerDay: n}); loyalty.CodeOf(err) != loyalty.CodeInvalid {
				t.Errorf("%d a day: %v", n, err)
			}
		}
		if err := w.SaveReferralSettings(context.Background(), "staff:1", w.shop, 4, program.ReferralSettings{PerDay: 5}); loyalty.CodeOf(err) != loyalty.CodeConflict {
			t.Errorf("an unseen version: %v", err)
		}
	})
}

// hashes is what is stored of an order's signs.
func (w *bookWorld) hashes(order string) (raw []byte) {
	w.t.Helper()
	w.write(func(tx *store.Tx) error {
		rows, err := tx.SalesByKey(w.shop.ID, []string{order})
		raw = rows[order].Traces
		return err
	})
	return raw
}

func letters(packed []byte) string {
	var b strings.Builder
	for ; len(packed) > 8; packed = packed[9:] {
		b.WriteByte(packed[0])
	}
	return b.String()
}

// covers: keyed hashes under a key of the shop, never the value; forgotten
// when they are old, with the person, and when nobody compares any more.
func TestOnlyHashesOfAHouseholdAreKeptAndNotForLong(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		ctx := context.Background()
		forget := func() {
			t.Helper()
			for more := true; more; {
				var err error
				if more, err = w.ForgetTraces(ctx, w.shop.ID, 2); err != nil {
					t.Fatal(err)
				}
			}
		}
		w.send(w.customer("c1", "c1@example.org"), w.customer("c2", "c2@example.org"))
		for i := range 5 {
			w.buys(fmt.Sprint("o", i), "c1", annasDoor)
		}
		w.buys("o9", "c2", annasDoor)
		if got := letters(w.hashes("o1")); got != "anpid" || string(w.hashes("o1")) != string(w.hashes("o9")) {
			t.Errorf("traces %q", got)
		}
		kept := w.hashes("o1")
		for _, raw := range []string{"Anna", "hafen", "20457", "1234567", "203.0.113.9", "Firefox"} {
			if strings.Contains(string(kept), raw) {
				t.Errorf("%s is stored as it is", raw)
			}
		}
		mine := w.shop
		w.shop = w.newShop("other.example")
		w.clock.Advance(time.Hour)
		w.send(w.customer("c1", "c1@example.org"))
		w.buys("o1", "c1", annasDoor)
		if theirs := w.hashes("o1"); len(theirs) != len(kept) || string(theirs[:9]) == string(kept[:9]) {
			t.Error("another shop keeps the same hash")
		}
		w.shop = mine

		w.send(saleMessage(paidOrder("o2", "c1", 1000, 3))) // a later snapshot that shows nothing
		if got := letters(w.hashes("o2")); got != "anpid" {
			t.Errorf("after a snapshot without: %q", got)
		}
		if err := w.EraseMember(ctx, "staff:1", w.shop, w.member("c2").ID); err != nil {
			t.Fatal(err)
		}
		if got := w.hashes("o9"); len(got) != 0 {
			t.Error("traces of somebody who was erased are kept")
		}
		forget()
		if got := letters(w.hashes("o1")); got != "anpid" {
			t.Errorf("too early: %q", got)
		}
		w.clock.Advance(31 * 24 * time.Hour)
		forget()
		if got := letters(w.hashes("o4")); got != "anp" {
			t.Errorf("after a month: %q", got)
		}
		m := saleMessage(paidOrder("o3", "c1", 1000, 40)) // an old order changes and is told whole
		m.Traces = &annasDoor
		w.send(m)
		if got := letters(w.hashes("o3")); got != "anp" {
			t.Errorf("an old order that changes: %q", got)
		}
		w.clock.Advance(400 * 24 * time.Hour)
		forget()
		if got := w.hashes("o1"); len(got) != 0 {
			t.Errorf("after a year and more: %q", letters(got))
		}
	})
}

func TestAShopThatComparesNobodyKeepsNoTraces(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		ctx := context.Background()
		w.send(w.customer("c1", "c1@example.org"), w.customer("c2", "c2@example.org"))
		w.buys("o1", "c1", annasDoor)
		if err := w.SaveReferralSettings(ctx, "staff:1", w.shop, 0, program.ReferralSettings{PerDay: 5}); err != nil {
			t.Fatal(err)
		}
		w.refer("c1", "c2")
		w.buys("o2", "c2", annasDoor)
		if r := w.brought("c2"); r.State != store.ReferralQualifying || len(w.hashes("o2")) != 0 {
			t.Errorf("switched off: %+v", r)
		}
		w.clock.Advance(time.Minute)
		if _, err := w.ForgetTraces(ctx, w.shop.ID, 100); err != nil {
			t.Fatal(err)
		}
		if len(w.hashes("o1")) != 0 {
			t.Error("what was kept before is still there")
		}
		if err := w.SaveReferralSettings(ctx, "staff:1", w.shop, 1, program.ReferralSettings{Compare: true, PerDay: 5}); err != nil {
			t.Fatal(err)
		}
		w.setPlan(func(d *program.PlanDoc) {
			d.Earning.Rules = slices.DeleteFunc(d.Earning.Rules, func(r earning.Rule) bool { return r.Kind == earning.KindFriend || r.Kind == earning.KindReferrer })
		})
		w.buys("o3", "c1", annasDoor)
		if len(w.hashes("o3")) != 0 {
			t.Error("a shop without friends and partners keeps traces")
		}
		w.partnersOn(nil)
		w.buys("o4", "c1", annasDoor)
		if len(w.hashes("o4")) == 0 {
			t.Error("a shop with partners keeps none")
		}
	})
}
