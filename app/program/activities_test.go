package program_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"zugabe/app/earning"
	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/program"
	"zugabe/app/store"
)

func review(key, customer, product string, state earning.ActivityState, hour int) wire {
	return wire{Kind: platform.ActivityChanged, Activity: &earning.Activity{Key: key, Kind: earning.ActivityProductReview, CustomerKey: customer,
		Subject: product, State: state, At: at(2), UpdatedAt: at(hour)}}
}

// covers: S4-04; B16
func TestAWelcomeIsGivenOncePerPerson(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		first := w.customer("c1", "Anna.Berg+shop@gmail.com")
		w.send(first, first)
		first.N = 2
		w.send(first)
		w.wantPoints("c1", 50)
		w.send(w.customer("c2", "annaberg@googlemail.com")) // the same person (G12)
		w.wantPoints("c2", 0)
		w.send(w.customer("c3", "other@gmail.com"))
		w.wantPoints("c3", 50)
	})
}

// B16: 20 accounts of one person at the same moment.
func TestManyAccountsOfOnePersonAtOnceGetOneWelcome(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		var rows []store.Delivery
		for i := range 20 {
			rows = append(rows, w.message(w.customer(fmt.Sprint("c", i), "anna@example.org")))
		}
		var wg sync.WaitGroup
		for _, d := range rows {
			wg.Go(func() {
				if _, err := w.BookDeliveries(context.Background(), w.shop, []store.Delivery{d}); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		var sum loyalty.Points
		for i := range 20 {
			a := w.account(fmt.Sprint("c", i))
			sum += a.Available + a.Pending
		}
		if sum != 50 {
			t.Errorf("%d points for one person, want 50", sum)
		}
		w.verify()
	})
}

// B15
func TestAnErasedPersonWhoComesBackStartsWithNothing(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.send(w.customer("c1", "anna@example.org"))
		w.host.gone["c1"] = true
		w.send(wire{Kind: platform.CustomerDeleted, Key: "c1"})
		w.send(w.customer("c2", "anna@example.org"))
		w.wantPoints("c2", 0)
	})
}

func TestAnOrderBeforeTheAccountStillGetsItsWelcome(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.send(saleMessage(paidOrder("o1", "c1", 1000, 2)))
		w.send(w.customer("c1", "c1@example.org"))
		w.wantPoints("c1", 60)
	})
}

func TestAnAccountFromBeforeTheInstallGetsNoWelcome(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		old := w.customer("c1", "old@example.org")
		old.Customer.CreatedAt = at(-100)
		w.send(old)
		w.wantPoints("c1", 0)
	})
}

func TestANewsletterCountsOnceHoweverOftenItIsOrdered(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		consent := func(state earning.ActivityState, hour int) wire {
			return wire{Kind: platform.ConsentChanged, Email: "n@example.org", Activity: &earning.Activity{Key: "newsletter:c1",
				Kind: earning.ActivityNewsletter, CustomerKey: "c1", State: state, At: at(2), UpdatedAt: at(hour)}}
		}
		w.send(consent(earning.ActivityPending, 2))
		w.wantPoints("c1", 0)
		w.send(consent(earning.ActivityApproved, 3))
		w.wantPoints("c1", 20)
		w.send(consent(earning.ActivityWithdrawn, 4), consent(earning.ActivityApproved, 5))
		w.send(consent(earning.ActivityApproved, 5))
		w.wantPoints("c1", 20)
	})
}

// B17; covers: S4-02
func TestAReviewEarnsWhileItIsApproved(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.send(review("r1", "c1", "p1", earning.ActivityPending, 2))
		w.wantPoints("c1", 0)
		w.send(review("r1", "c1", "p1", earning.ActivityApproved, 3))
		w.wantPoints("c1", 10)
		w.send(review("r1", "c1", "p1", earning.ActivityWithdrawn, 4))
		w.wantPoints("c1", 0)
		w.send(review("r1", "c1", "p1", earning.ActivityApproved, 5))
		w.wantPoints("c1", 10)
		w.send(review("r1", "c1", "p1", earning.ActivityWithdrawn, 4)) // late repeat
		w.wantPoints("c1", 10)
	})
}

// B18
func TestASecondReviewOfAProductEarnsNothing(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.send(review("r1", "c1", "p1", earning.ActivityApproved, 3))
		w.send(review("r2", "c1", "p1", earning.ActivityApproved, 3), review("r3", "c1", "p2", earning.ActivityApproved, 3))
		w.wantPoints("c1", 20)
		w.send(review("r4", "c2", "p1", earning.ActivityApproved, 3))
		w.wantPoints("c2", 10)
	})
}

// covers: S4-03
func TestAReviewIsFoundByItsAddress(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.send(w.customer("c1", "reader@example.org"))
		w.send(wire{Kind: platform.ActivityChanged, Email: "Reader@Example.org", Activity: &earning.Activity{Key: "a1",
			Kind: earning.ActivityArticleReview, Subject: "article1", State: earning.ActivityApproved, At: at(3), UpdatedAt: at(3)}})
		w.wantPoints("c1", 55)
	})
}

//
func TestACustomActivityKeepsToItsDailyLimit(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.setPlan(func(d *program.PlanDoc) {
			d.Earning.Rules = append(d.Earning.Rules, earning.Rule{ID: "share", Name: "Share", Kind: earning.KindCustom, Activity: "share", Points: 7,
				Limits: []earning.Limit{{Per: earning.PerDay, Times: 2}, {Per: earning.PerMonth, Points: 25}}})
		})
		w.send(w.customer("c1", "c1@example.org"))
		member := w.member("c1").ID
		do := func(key string, want loyalty.Points) {
			t.Helper()
			got, err := w.RecordActivity(context.Background(), w.shop, member, program.ActivityRequest{Key: key, Name: "share"})
			if err != nil || got != want {
				t.Errorf("%s earned %d (%v), want %d", key, got, err, want)
			}
		}
		do("k1", 7)
		do("k1", 7) // the same again: the same answer
		do("k2", 7)
		do("k3", 0)
		w.clock.Advance(24 * time.Hour)
		do("k4", 7)
		do("k5", 4) // 25 in the month
		w.has("c1", 75)
		if err := w.WithdrawActivity(context.Background(), w.shop, member, "k4"); err != nil {
			t.Fatal(err)
		}
		w.has("c1", 68)
		_, err := w.RecordActivity(context.Background(), w.shop, member, program.ActivityRequest{Key: "k1", Name: "other"})
		if !errors.Is(err, loyalty.Refuse(loyalty.CodeKeyReused, "")) {
			t.Errorf("error %v, want %s", err, loyalty.CodeKeyReused)
		}
	})
}

//
func TestALimitByTheWeekBeginsAnewOnMonday(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.setPlan(func(d *program.PlanDoc) {
			d.Earning.Rules = []earning.Rule{{ID: "share", Name: "Share", Kind: earning.KindCustom, Activity: "share", Points: 7,
				Limits: []earning.Limit{{Per: earning.PerWeek, Points: 10}}}}
		})
		w.send(w.customer("c1", "c1@example.org"))
		member := w.member("c1").ID
		for i, want := range []loyalty.Points{7, 3, 0, 7} { // the last one is on Monday
			w.clock.Set(time.Date(2026, 11, 22, 19+i, 30, 0, 0, time.UTC))
			if i == 3 {
				w.clock.Set(time.Date(2026, 11, 22, 23, 30, 0, 0, time.UTC)) // in the shop's zone
			}
			got, err := w.RecordActivity(context.Background(), w.shop, member, program.ActivityRequest{Key: fmt.Sprint("k", i), Name: "share"})
			if err != nil || got != want {
				t.Errorf("%d earned %d (%v), want %d", i, got, err, want)
			}
		}
		if err := w.WithdrawActivity(context.Background(), w.shop, member, "k0"); err != nil {
			t.Fatal(err)
		}
		w.booksAddUp()
	})
}

// F9; covers: A-01
func TestABirthdayIsRewardedOnceAYear(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.send(w.customer("c1", "c1@example.org"))
		member := w.member("c1").ID
		leap, _ := loyalty.ParseDate("1992-02-29")
		if err := w.SetBirthday(context.Background(), "staff:1", w.shop, member, leap); err != nil {
			t.Fatal(err)
		}
		award := func(day string, want int) {
			t.Helper()
			d, _ := loyalty.ParseDate(day)
			if n, err := w.AwardBirthdays(context.Background(), w.shop, d); err != nil || n != want {
				t.Errorf("%s: %d awarded (%v), want %d", day, n, err, want)
			}
		}
		w.clock.Set(time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC))
		award("2027-02-27", 0)
		award("2027-02-28", 1)
		award("2027-02-28", 0)
		award("2027-03-01", 0)
		other, _ := loyalty.ParseDate("1992-07-01")
		if err := w.SetBirthday(context.Background(), "staff:1", w.shop, member, other); err == nil {
			t.Error("the birthday could be moved within a year")
		}
		w.clock.Set(time.Date(2028, 3, 1, 12, 0, 0, 0, time.UTC))
		award("2028-02-28", 0)
		award("2028-02-29", 1)
		w.has("c1", 100)
	})
}

// covers: S4-18, A-59
func TestAMembersOwnFactorCapAndBlockHoldFromThenOn(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.send(saleMessage(paidOrder("o1", "c1", 1000, 2)))
		set := func(change func(*program.MemberControl)) {
			t.Helper()
			m := w.member("c1")
			c := program.MemberControl{MemberID: m.ID, Version: m.Version, Note: "by the test"}
			change(&c)
			if _, err := w.ControlMember(context.Background(), "staff:1", w.shop, c); err != nil {
				t.Fatal(err)
			}
		}
		set(func(c *program.MemberControl) { c.Factor = loyalty.Ratio{Num: 3, Den: 1} })
		w.send(saleMessage(paidOrder("o2", "c1", 1000, 2)))
		w.wantPoints("c1", 40)
		set(func(c *program.MemberControl) { c.CapPoints = 45 })
		capped := paidOrder("o3", "c1", 1000, 2)
		w.send(saleMessage(capped))
		w.wantPoints("c1", 45)
		set(func(c *program.MemberControl) { c.BlockEarn = true })
		w.send(saleMessage(paidOrder("o4", "c1", 1000, 2)))
		w.wantPoints("c1", 45)
		capped.UpdatedAt = at(5)
		w.send(saleMessage(capped)) // keeps what it got under the cap
		w.wantPoints("c1", 45)
	})
}

// refer makes c1 the referrer of c2 and returns what came of it.
func (w *bookWorld) refer(from, to string) store.Referral {
	w.t.Helper()
	r, err := w.ClaimReferral(context.Background(), w.shop, w.member(to).ID, w.member(from).ReferralCode)
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

// covers: S4-05, A-28; G10
func TestBringingAFriendPaysWhenTheFriendsOrderHasLasted(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.setPlan(func(d *program.PlanDoc) { d.Pending.Days = 14 })
		w.send(w.customer("c1", "c1@example.org"), w.customer("c2", "c2@example.org"), w.customer("c3", "c3@example.org"))
		if r := w.refer("c1", "c2"); r.State != store.ReferralClaimed {
			t.Errorf("referral is %s", r.State)
		}
		w.refer("c1", "c3")
		lasting, returned := paidOrder("o1", "c2", 1000, 2), paidOrder("o2", "c3", 1000, 2)
		w.send(saleMessage(lasting), saleMessage(returned))
		returned.Status, returned.UpdatedAt = earning.SaleCancelled, at(5)
		w.send(saleMessage(returned))
		if n, err := w.QualifyReferrals(context.Background(), w.shop, 10); err != nil || n != 0 {
			t.Errorf("%d decided too early (%v)", n, err)
		}
		w.clock.Advance(15 * 24 * time.Hour)
		for range 2 {
			if _, err := w.QualifyReferrals(context.Background(), w.shop, 10); err != nil {
				t.Fatal(err)
			}
		}
		w.has("c1", 150) // welcome and one referral
		w.has("c2", 110) // welcome, the order, and coming as a friend
		w.has("c3", 50)
	})
}

// G10, G11
func TestReferralsThatAreNoneAreRefused(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.send(w.customer("c1", "anna@gmail.com"), w.customer("c2", "a.nna+2@gmail.com"), w.customer("c3", "c3@example.org"))
		if r := w.refer("c1", "c1"); r.Reason != program.ReferralSelf {
			t.Errorf("oneself: %+v", r)
		}
		if r := w.refer("c1", "c2"); r.Reason != program.ReferralSelf {
			t.Errorf("another address of one's own: %+v", r)
		}
		w.send(saleMessage(paidOrder("o1", "c3", 1000, 2)))
		if r := w.refer("c1", "c3"); r.Reason != program.ReferralNotNew {
			t.Errorf("an old customer: %+v", r)
		}
		held := 0
		for i := range 15 {
			key := fmt.Sprint("f", i)
			w.send(w.customer(key, key+"@example.org"))
			if r := w.refer("c1", key); r.State == store.ReferralHeld {
				held++
			}
		}
		if held != 8 { // 7 more reach ten within the day, with the three refused ones
			t.Errorf("%d of 15 referrals in one day are held, want 8", held)
		}
	})
}

func TestASettledActivityIsExplained(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.send(review("r1", "c1", "p1", earning.ActivityApproved, 3), review("r2", "c1", "p1", earning.ActivityApproved, 3))
		entries := w.entries("c1")
		if len(entries) != 2 {
			t.Fatalf("%d entries, want 2", len(entries))
		}
		if e := entries[0]; e.Points != 0 || e.LimitedTo != 0 || e.Kind != ledger.Accrual {
			t.Errorf("the refused one is %+v", e)
		}
	})
}
