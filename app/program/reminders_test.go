package program_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/mail"
	"zugabe/app/program"
	"zugabe/app/reward"
	"zugabe/app/store"
)

// remindWorld is a redeemWorld with a mailbox, at ten in the morning.
type remindWorld struct {
	*redeemWorld
	box newsWorld
}

func eachRemindWorld(t *testing.T, story func(t *testing.T, w remindWorld)) {
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		box := &postBox{}
		w.Post = program.Post{Mailer: box, From: "post@points.example.com"}
		w.clock.Set(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC))
		story(t, remindWorld{w, newsWorld{&bookWorld{Program: w.Program, t: t, clock: w.clock, shop: w.shop}, box}})
	})
}

func (w remindWorld) choose(change func(*program.ReminderSettings)) {
	w.t.Helper()
	s := program.ReminderSettings{}
	w.write(func(tx *store.Tx) (err error) {
		s, err = w.ReminderSettings(tx, w.shop.ID)
		return err
	})
	s.On = true
	if change != nil {
		change(&s)
	}
	if _, err := w.SaveReminderSettings(context.Background(), "staff:1", w.shop, s.Version, s); err != nil {
		w.t.Fatal(err)
	}
}

// runs does what the schedule does, and returns the mails that arrived.
func (w remindWorld) runs() []mail.Message {
	w.t.Helper()
	for _, step := range []func(context.Context, loyalty.Shop, int) (int, error){w.Remind, w.SettleReminders} {
		for n := 1; n > 0; {
			var err error
			if n, err = step(context.Background(), w.shop, 2); err != nil {
				w.t.Fatal(err)
			}
		}
	}
	return w.box.deliver()
}

func (w remindWorld) nextDay() []mail.Message {
	w.t.Helper()
	w.clock.Advance(24 * time.Hour)
	for n := 1; n > 0; {
		var err error
		if n, err = w.ExpireLots(context.Background(), w.shop.ID, 50); err != nil {
			w.t.Fatal(err)
		}
	}
	return w.runs()
}

// endOf is the instant at which something ends that can be used on the day so many days from today.
func (w remindWorld) endOf(days int) time.Time {
	zone, err := loyalty.Zone(w.shop.Zone)
	if err != nil {
		w.t.Fatal(err)
	}
	return loyalty.DateOf(w.clock.Now().In(zone)).AddDays(days).End(zone)
}

func (w remindWorld) figures() program.ReminderFigures {
	w.t.Helper()
	var f program.ReminderFigures
	w.write(func(tx *store.Tx) (err error) {
		f, err = w.ReminderFigures(tx, w.shop.ID)
		return err
	})
	return f
}

// A member is told twice, exactly, in the shop's day, and never again; what is used in
// time after it counts as saved, once.
//
// covers: A-22, N-19
func TestPointsThatRunOutAreToldOfTwiceAndExactly(t *testing.T) {
	eachRemindWorld(t, func(t *testing.T, w remindWorld) {
		w.earn(w.account, 120, w.endOf(30))
		w.earn(w.account, 80, w.endOf(30))
		w.earn(w.account, 500, w.endOf(90))
		if got := w.runs(); len(got) != 0 {
			t.Fatalf("%d mails before anybody wanted some", len(got))
		}
		w.choose(func(s *program.ReminderSettings) { s.CodeDays = 0 })
		first := w.runs()
		if len(first) != 1 || !strings.Contains(first[0].Subject, "200") || !strings.Contains(first[0].Subject, "23.12.2026") || !strings.Contains(first[0].Text, "2,00 EUR") ||
			!strings.Contains(first[0].Text, "700 Punkte") {
			t.Fatalf("first: %d %+v", len(first), first)
		}
		if first[0].Headers["List-Unsubscribe-Post"] == "" {
			t.Error("there is no one-click way out")
		}
		for range 3 {
			if again := append(w.runs(), w.nextDay()...); len(again) != 0 {
				t.Fatalf("told again: %+v", again)
			}
		}
		w.mustPress("spend", 150) // of the soonest
		w.dispatch()
		var last []mail.Message
		for range 20 {
			last = append(last, w.nextDay()...)
		}
		if len(last) != 1 || !strings.Contains(last[0].Subject, "50") || !strings.Contains(last[0].Text, "0,50 EUR") {
			t.Fatalf("last: %+v", last)
		}
		for range 10 {
			if more := w.nextDay(); len(more) != 0 {
				t.Fatalf("a third mail: %+v", more)
			}
		}
		if f := w.figures(); f.Points != (store.ReminderSums{Sent: 2, Points: 250, SavedPoints: 150, SavedMinor: 150}) {
			t.Errorf("figures %+v", f.Points)
		}
	})
}

//
func TestAnUnusedVoucherForPointsIsToldOfBeforeItEnds(t *testing.T) {
	eachRemindWorld(t, func(t *testing.T, w remindWorld) {
		w.earn(w.account, 500, time.Time{})
		used, kept := w.mustPress("used", 100), w.mustPress("kept", 200)
		w.dispatch()
		w.choose(func(s *program.ReminderSettings) { s.FirstDays, s.LastDays = 0, 0 })
		var mails []mail.Message
		for range 26 {
			mails = append(mails, w.nextDay()...)
		}
		if len(mails) != 2 || !strings.Contains(mails[0].Text+mails[1].Text, w.code(kept).Code) || !strings.Contains(mails[0].Text, "/discount/") {
			t.Fatalf("%d mails: %+v", len(mails), mails)
		}
		w.write(func(tx *store.Tx) error {
			red, _, err := tx.RedemptionByID(w.shop.ID, used.ID)
			if err != nil {
				return err
			}
			red.State = reward.Used
			_, err = tx.SaveRedemption(w.shop.ID, red, reward.Active)
			return err
		})
		for range 8 {
			mails = append(mails, w.nextDay()...)
		}
		if f := w.figures(); len(mails) != 2 || f.Codes.Sent != 2 || f.Codes.SavedPoints != 100 || f.Codes.SavedMinor != 100 {
			t.Errorf("%d mails, figures %+v", len(mails), f.Codes)
		}
	})
}

// covers: A-22, J17
func TestWhoTurnsRemindersOffGetsNoneAndKeepsTheOtherMails(t *testing.T) {
	eachRemindWorld(t, func(t *testing.T, w remindWorld) {
		ctx := context.Background()
		w.choose(nil)
		w.earn(w.account, 100, w.endOf(30))
		w.earn(w.account, 100, w.endOf(31))
		mails := w.runs()
		if len(mails) != 1 {
			t.Fatalf("%d mails", len(mails))
		}
		token := linkToken(t, mails[0])
		if !w.IsReminderLink(w.shop.ID, token) || w.IsReminderLink(w.shop.ID+1, token) {
			t.Error("the link is not known for what it is")
		}
		if w.LeaveNewsletter(ctx, loyalty.Shop{ID: w.shop.ID + 1}, token) == nil {
			t.Error("another shop takes the link")
		}
		w.clock.Advance(24 * time.Hour) // the next mail is written and waits
		if _, err := w.Remind(ctx, w.shop, 10); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := w.LeaveNewsletter(ctx, w.shop, token); err != nil {
				t.Fatal(err)
			}
		}
		if got := w.box.deliver(); len(got) != 0 {
			t.Errorf("a mail that waited goes out: %+v", got)
		}
		for range 40 {
			if got := w.nextDay(); len(got) != 0 {
				t.Fatalf("reminded although turned off: %+v", got)
			}
		}
		w.write(func(tx *store.Tx) error {
			why, err := tx.CountSuppressions(w.shop.ID)
			if why[store.SuppressedUnsubscribed] != 0 || why[store.SuppressedReminders] != 1 {
				t.Errorf("suppressed: %v", why)
			}
			return err
		})
	})
}

// Days on which nobody worked are made up for once; those who cannot use points, are
// below the least, or have no address are left out; two workers at once write one mail.
//
// covers: N-19, F1
func TestRemindersMakeUpForMissedDaysAndLeaveOutWhoCannotUseThem(t *testing.T) {
	eachRemindWorld(t, func(t *testing.T, w remindWorld) {
		w.choose(nil)
		w.runs()
		w.earn(w.account, 100, w.endOf(32))
		few := w.accountOf(w.newMember("few", "few@example.org"))
		w.earn(few, 9, w.endOf(32))
		silent := w.accountOf(w.newMember("silent", ""))
		w.earn(silent, 100, w.endOf(32))
		blocked := w.newMember("blocked", "blocked@example.org")
		w.earn(w.accountOf(blocked), 100, w.endOf(32))
		w.write(func(tx *store.Tx) error {
			_, err := tx.Exec(`UPDATE members SET block_redeem = 1 WHERE shop_id = ? AND id = ?`, w.shop.ID, blocked)
			return err
		})
		for i := range 5 {
			w.earn(w.accountOf(w.newMember(fmt.Sprint("many", i), fmt.Sprintf("many%d@example.org", i))), 50, w.endOf(33))
		}
		w.clock.Advance(4 * 24 * time.Hour)
		var both sync.WaitGroup
		for range 2 {
			both.Go(func() {
				for n := 1; n > 0; {
					var err error
					if n, err = w.Remind(context.Background(), w.shop, 2); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		both.Wait()
		if got := w.box.deliver(); len(got) != 6 {
			t.Errorf("%d mails, want 6", len(got))
		}
		night := time.Date(2026, 12, 20, 3, 0, 0, 0, time.UTC)
		w.clock.Set(night)
		if n, err := w.Remind(context.Background(), w.shop, 100); n != 0 || err != nil {
			t.Errorf("at four in the morning %d were looked at, %v", n, err)
		}
	})
}

// The cost is that of what runs out, not that of all members.
func TestRemindersLookAtWhatRunsOutAlone(t *testing.T) {
	eachRemindWorld(t, func(t *testing.T, w remindWorld) {
		w.choose(nil)
		for range 40 {
			w.earn(w.account, 10, w.endOf(200))
		}
		w.earn(w.account, 10, w.endOf(30))
		n, err := w.Remind(context.Background(), w.shop, 100)
		if n != 1 || err != nil {
			t.Errorf("%d rows were looked at, %v", n, err)
		}
		w.write(func(tx *store.Tx) error {
			lots, err := tx.LotsRunningOut(w.shop.ID, store.ReminderCursor{DueAt: 1}, int64(ledger.Never)-1, 100)
			if len(lots) != 41 {
				t.Errorf("%d lots", len(lots))
			}
			return err
		})
	})
}

func TestReminderSettingsThatMakeNoSenseAreRefused(t *testing.T) {
	eachRemindWorld(t, func(t *testing.T, w remindWorld) {
		good := program.ReminderSettings{On: true, FirstDays: 30, LastDays: 7, CodeDays: 5, LeastPoints: 10}
		for field, change := range map[string]func(*program.ReminderSettings){
			"last_days":    func(s *program.ReminderSettings) { s.LastDays = 30 },
			"first_days":   func(s *program.ReminderSettings) { s.FirstDays = 181 },
			"code_days":    func(s *program.ReminderSettings) { s.CodeDays = -1 },
			"least_points": func(s *program.ReminderSettings) { s.LeastPoints = 0 },
		} {
			s := good
			change(&s)
			if _, err := w.SaveReminderSettings(context.Background(), "staff:1", w.shop, 0, s); loyalty.CodeOf(err) != loyalty.CodeInvalid {
				t.Errorf("%s: %v", field, err)
			}
		}
		if _, err := w.SaveReminderSettings(context.Background(), "staff:1", w.shop, 3, good); loyalty.CodeOf(err) != loyalty.CodeConflict {
			t.Errorf("an unseen version: %v", err)
		}
	})
}

// Whoever sits in a stolen session turns points into a voucher; the person reads it in
// the mail, and takes it back before it is used.
//
// covers: G19
func TestManyPointsThatAreRedeemedAreToldToTheirOwnerWhoTakesThemBack(t *testing.T) {
	eachRemindWorld(t, func(t *testing.T, w remindWorld) {
		ctx := context.Background()
		w.choose(func(s *program.ReminderSettings) { s.On, s.NoticeFrom = false, 300 })
		w.earn(w.account, 900, time.Time{})
		w.mustPress("few", 299)
		w.dispatch()
		if got := w.box.deliver(); len(got) != 0 {
			t.Fatalf("told of few points: %+v", got)
		}
		red := w.mustPress("many", 400)
		w.dispatch()
		got := w.box.deliver()
		if len(got) != 1 || !strings.Contains(got[0].Subject, "400") || strings.Contains(got[0].Text, w.code(red).Code) {
			t.Fatalf("the mail: %+v", got)
		}
		_, token, _ := strings.Cut(got[0].Text, "newsletter/undo?t=")
		token, _, _ = strings.Cut(token, "\n")
		token = strings.TrimSpace(token)
		for name, wrong := range map[string]string{"another's": token[:10] + "AAAA" + token[14:], "short": token[:8], "none": ""} {
			if err := w.UndoSpending(ctx, w.shop, wrong); loyalty.CodeOf(err) != loyalty.CodeNotFound {
				t.Errorf("%s link: %v", name, err)
			}
		}
		if err := w.UndoSpending(ctx, loyalty.Shop{ID: w.shop.ID + 1}, token); loyalty.CodeOf(err) != loyalty.CodeNotFound {
			t.Errorf("in another shop: %v", err)
		}
		for range 2 {
			if err := w.UndoSpending(ctx, w.shop, token); err != nil {
				t.Fatal(err)
			}
			w.dispatch()
		}
		w.want(601, 0)
		if len(w.host.live()) != 1 {
			t.Errorf("codes that work: %v", w.host.live())
		}
		if got := w.box.deliver(); len(got) != 0 {
			t.Errorf("told again: %+v", got)
		}
	})
}

// exchangeMail has the member exchange points for a reward, and returns the mail and its
// link's token.
func (w remindWorld) exchangeMail(item reward.Item, tickets ...string) (got program.Exchanged, text, token string) {
	w.t.Helper()
	r := w.rewardOn(item, tickets...)
	var err error
	for range 2 { // the second press of the button is the first one again
		if got, err = w.exchange(w.member, r, "k-"+r.Row.ID.String()); err != nil {
			w.t.Fatal(err)
		}
	}
	mails := w.box.deliver()
	if len(mails) != 1 || !strings.Contains(mails[0].Subject, "Tasting") || !strings.Contains(mails[0].Text, "200 Ihrer Punkte") {
		w.t.Fatalf("the mails: %+v", mails)
	}
	_, token, _ = strings.Cut(mails[0].Text, "newsletter/undo?t=")
	token, _, _ = strings.Cut(token, "\n")
	return got, mails[0].Text, strings.TrimSpace(token)
}

// covers: G19: rewards are what a thief would take next.
func TestPointsThatAreExchangedForARewardAreToldToTheirOwnerWhoGivesItBack(t *testing.T) {
	eachRemindWorld(t, func(t *testing.T, w remindWorld) {
		ctx := context.Background()
		w.choose(func(s *program.ReminderSettings) { s.On, s.NoticeFrom = false, 200 })
		w.earn(w.account, 900, time.Time{})
		cheap := tasting()
		cheap.Points = 199
		if _, err := w.exchange(w.member, w.rewardOn(cheap), "cheap"); err != nil || len(w.box.deliver()) != 0 {
			t.Fatalf("told of few points: %v", err)
		}
		got, _, token := w.exchangeMail(tasting())
		if err := w.UndoSpending(ctx, loyalty.Shop{ID: w.shop.ID + 1}, token); loyalty.CodeOf(err) != loyalty.CodeNotFound {
			t.Errorf("in another shop: %v", err)
		}
		for range 2 {
			if err := w.UndoSpending(ctx, w.shop, token); err != nil {
				t.Fatal(err)
			}
			w.want(701, 0)
		}
		w.write(func(tx *store.Tx) error {
			red, _, err := tx.RewardRedemptionByID(w.shop.ID, got.ID)
			if red.State != store.RewardCancelled {
				t.Errorf("it is %s", red.State)
			}
			return err
		})
		if r, _, token := w.exchangeMail(tasting()); w.HandOutReward(ctx, "staff:1", w.shop, r.ID, true) != nil || loyalty.CodeOf(w.UndoSpending(ctx, w.shop, token)) != loyalty.CodeConflict {
			t.Error("what was handed out came back")
		}
		byTicket := tasting()
		byTicket.Delivery = reward.ByTicket
		if _, text, token := w.exchangeMail(byTicket, "SEAT-1"); token != "" || strings.Contains(text, "SEAT-1") || !strings.Contains(text, "schreiben Sie bitte gleich dem Shop") {
			t.Errorf("a ticket that was seen has a way back: %s", text)
		}
		w.want(301, 0)
	})
}
