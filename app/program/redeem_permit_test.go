package program_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
)

// asksAbove has the shop ask by mail before more than so many points are redeemed.
func (w remindWorld) asksAbove(points loyalty.Points) {
	w.t.Helper()
	w.setPlan(func(d *program.PlanDoc) { d.Redeem.ConfirmAbove = points })
}

// refusedByMail says what a refusal tells of the mail; "" if it is none of that kind.
func refusedByMail(err error) string {
	var e *loyalty.Error
	if !errors.As(err, &e) || e.Code != loyalty.CodeConfirmByMail {
		return ""
	}
	said, _ := e.Detail["mail"].(string)
	return said
}

// permitLink is the token in the only mail that arrives now.
func (w remindWorld) permitLink() string {
	w.t.Helper()
	got := w.box.deliver()
	if len(got) != 1 {
		w.t.Fatalf("%d mails", len(got))
	}
	_, token, _ := strings.Cut(got[0].Text, "/apps/zugabe/permit?t=")
	token, _, _ = strings.Cut(token, "\n")
	return strings.TrimSpace(token)
}

func (w remindWorld) give(token string) error {
	_, err := w.GivePermit(context.Background(), w.shop, token)
	return err
}

// Whoever sits in a stolen session cannot read the owner's mail: beyond the shop's
// limit, at once or in a day together, nothing is redeemed without its link.
//
// covers: G19
func TestManyPointsAreRedeemedOnlyAfterThePressOfTheLinkInTheMail(t *testing.T) {
	eachRemindWorld(t, func(t *testing.T, w remindWorld) {
		w.asksAbove(300)
		w.earn(w.account, 5000, time.Time{})
		w.mustPress("few", 300)
		for i, points := range []loyalty.Points{700, 700, 10} { // 10 are too many together with the 300
			if _, err := w.press([]string{"many", "many", "little"}[i], points); refusedByMail(err) != program.PermitSent {
				t.Fatalf("%d points: %v", points, err)
			}
		}
		w.want(4700, 300)
		token := w.permitLink() // one mail for three tries
		for name, wrong := range map[string]string{"cut off": token[:20], "another's": strings.Repeat("A", 43), "none": "", "no token": "?%"} {
			if err := w.give(wrong); loyalty.CodeOf(err) != loyalty.CodeNotFound {
				t.Errorf("%s link: %v", name, err)
			}
		}
		if _, err := w.GivePermit(context.Background(), loyalty.Shop{ID: w.shop.ID + 1}, token); loyalty.CodeOf(err) != loyalty.CodeNotFound {
			t.Errorf("in another shop: %v", err)
		}
		for range 2 {
			if err := w.give(token); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := w.press("more", 710); refusedByMail(err) != program.PermitWait {
			t.Errorf("more than was allowed: %v", err)
		}
		red := w.mustPress("many", 700) // the key that was refused before
		if again := w.mustPress("many", 700); again.ID != red.ID {
			t.Error("the same key made two")
		}
		w.want(4000, 1000)
		if err := w.give(token); loyalty.CodeOf(err) != loyalty.CodeNotFound {
			t.Errorf("a link that was used up: %v", err)
		}
		if _, err := w.press("again", 700); refusedByMail(err) != program.PermitWait {
			t.Errorf("a second one on one permission: %v", err)
		}
		w.want(4000, 1000)
		w.clock.Advance(24 * time.Hour)
		w.mustPress("next day", 300)
		w.want(3700, 1300)
		if got := w.box.deliver(); len(got) != 0 {
			t.Errorf("more mails: %d", len(got))
		}
	})
}

// covers: G19
func TestALinkAndItsPermissionHoldForHalfAnHourAndANewerMailEndsAnOlderLink(t *testing.T) {
	eachRemindWorld(t, func(t *testing.T, w remindWorld) {
		w.asksAbove(300)
		w.earn(w.account, 5000, time.Time{})
		ask := func(points loyalty.Points, want string) {
			t.Helper()
			if _, err := w.press(loyalty.ID(w.clock.Now().UnixNano()+int64(points)).String(), points); refusedByMail(err) != want {
				t.Errorf("%d points: %v", points, err)
			}
		}
		ask(400, program.PermitSent)
		ask(500, program.PermitWait) // not what the mail says, and that is minutes old
		first := w.permitLink()
		w.clock.Advance(10 * time.Minute)
		ask(500, program.PermitSent)
		second := w.permitLink()
		if err := w.give(first); loyalty.CodeOf(err) != loyalty.CodeNotFound {
			t.Errorf("the older link: %v", err)
		}
		w.clock.Advance(program.PermitFor)
		if err := w.give(second); loyalty.CodeOf(err) != loyalty.CodeNotFound {
			t.Errorf("a link after its time: %v", err)
		}
		ask(500, program.PermitSent)
		if err := w.give(w.permitLink()); err != nil {
			t.Fatal(err)
		}
		w.clock.Advance(3 * time.Minute) // who presses links may ask again sooner
		ask(600, program.PermitSent)
		third := w.permitLink()
		w.mustPress("within", 500) // what was allowed before stays allowed
		if err := w.give(third); err != nil {
			t.Fatal(err)
		}
		w.clock.Advance(program.PermitFor)
		ask(600, program.PermitSent) // the permission is over
		w.permitLink()
		w.want(4500, 500)
		if err := w.SweepPermits(context.Background(), w.shop.ID); err != nil {
			t.Fatal(err)
		}
		w.clock.Advance(25 * time.Hour)
		if err := w.SweepPermits(context.Background(), w.shop.ID); err != nil {
			t.Fatal(err)
		}
		w.nothingAsked(w.member, "yesterday's question is kept")
	})
}

// nothingAsked fails where a member's question is stored.
func (w remindWorld) nothingAsked(member loyalty.ID, complaint string) {
	w.t.Helper()
	w.write(func(tx *store.Tx) error {
		_, found, err := tx.PermitOf(w.shop.ID, member)
		if found {
			w.t.Error(complaint)
		}
		return err
	})
}

// covers: G19: rewards are what a thief would take next; they count together with codes.
func TestRewardsBeyondTheLimitAreAskedForByMailToo(t *testing.T) {
	eachRemindWorld(t, func(t *testing.T, w remindWorld) {
		w.asksAbove(450)
		w.earn(w.account, 5000, time.Time{})
		r := w.rewardOn(tasting())
		first, err := w.exchange(w.member, r, "k1")
		if err != nil {
			t.Fatal(err)
		}
		w.mustPress("code", 250)
		if _, err := w.exchange(w.member, r, "k2"); refusedByMail(err) != program.PermitSent {
			t.Fatalf("%v", err)
		}
		w.want(4550, 250)
		if left := w.stock(r).Left(); left != 2 {
			t.Errorf("%d left", left)
		}
		token := w.permitLink()
		if err := w.CancelReward(context.Background(), "staff:1", w.shop, first.ID, "moved"); err != nil {
			t.Fatal(err)
		}
		if _, err := w.exchange(w.member, r, "k3"); err != nil {
			t.Errorf("what was given back counts: %v", err)
		}
		if err := w.give(token); err != nil {
			t.Fatal(err)
		}
		if _, err := w.exchange(w.member, r, "k2"); err != nil {
			t.Error(err)
		}
		w.want(4350, 250)
	})
}

// covers: G19
func TestWhoCannotBeWrittenToIsToldSoAndAShopWithoutMailCannotAsk(t *testing.T) {
	eachRemindWorld(t, func(t *testing.T, w remindWorld) {
		mailer := w.Post.Mailer
		w.Post.Mailer = nil
		var plan program.Plan
		w.write(func(tx *store.Tx) (err error) {
			plan, err = w.CurrentPlan(tx, w.shop)
			return err
		})
		plan.Doc.Redeem.ConfirmAbove = 300
		var e *loyalty.Error
		if _, err := w.SavePlan(context.Background(), "staff:1", w.shop, plan.Version, plan.Doc); !errors.As(err, &e) || e.Field != "confirm_above" {
			t.Errorf("switched on without mail: %v", err)
		}
		w.Post.Mailer = mailer
		w.asksAbove(300)
		w.Post.Mailer = nil
		w.asksAbove(200) // other settings can be changed while the mail server is away
		w.earn(w.account, 5000, time.Time{})
		if _, err := w.press("k1", 400); refusedByMail(err) != program.PermitNone {
			t.Errorf("without mail: %v", err)
		}
		w.Post.Mailer = mailer
		w.write(func(tx *store.Tx) error {
			return tx.Suppress(w.shop.ID, w.PersonOf("mia@example.org"), store.SuppressedByStaff, 1)
		})
		if _, err := w.press("k1", 400); refusedByMail(err) != program.PermitNone {
			t.Errorf("an address that takes no mail: %v", err)
		}
		w.want(5000, 0)
	})
}

// covers: G19, J7
func TestAQuestionGoesWithItsMemberAndNamesNobody(t *testing.T) {
	eachRemindWorld(t, func(t *testing.T, w remindWorld) {
		w.asksAbove(300)
		w.earn(w.account, 5000, time.Time{})
		if _, err := w.press("k1", 400); refusedByMail(err) != program.PermitSent {
			t.Fatal(err)
		}
		token := w.permitLink()
		w.write(func(tx *store.Tx) error {
			p, _, err := tx.PermitOf(w.shop.ID, w.member)
			if len(p.Hash) != 32 || bytes.Contains(p.Hash, []byte(token)) {
				t.Errorf("of the link there is %x", p.Hash)
			}
			return err
		})
		other := w.newMember("c2", "pia@example.org")
		w.accountOf(other)
		if _, err := w.MergeMembers(context.Background(), "host", w.shop, w.member, other); err != nil {
			t.Fatal(err)
		}
		if err := w.give(token); loyalty.CodeOf(err) != loyalty.CodeNotFound {
			t.Errorf("after the merge: %v", err)
		}
		if _, err := w.press("k2", 400); refusedByMail(err) != program.PermitSent {
			t.Fatal(err)
		}
		if err := w.EraseMember(context.Background(), "staff:1", w.shop, other); err != nil {
			t.Fatal(err)
		}
		w.nothingAsked(other, "the question of an erased member stays")
	})
}

// A thief and the owner, or two windows: one permission is one redemption.
//
// covers: G19
func TestOfManyRedemptionsAtOnceOnePermissionLetsExactlyOnePass(t *testing.T) {
	eachRemindWorld(t, func(t *testing.T, w remindWorld) {
		w.asksAbove(300)
		w.earn(w.account, 9000, time.Time{})
		_, _ = w.press("first", 400)
		if err := w.give(w.permitLink()); err != nil {
			t.Fatal(err)
		}
		r := w.rewardOn(tasting())
		w.mustPress("small", 250) // a reward is beyond the limit from here on
		var passed, refused atomic.Int64
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				key := loyalty.ID(1000 + i).String()
				var err error
				if i%2 == 0 {
					_, err = w.exchange(w.member, r, key)
				} else {
					_, err = w.press(key, 400)
				}
				switch {
				case err == nil:
					passed.Add(1)
				case refusedByMail(err) != "":
					refused.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		all.Wait()
		if passed.Load() != 1 {
			t.Errorf("%d passed, %d were refused", passed.Load(), refused.Load())
		}
		w.booksBalance()
	})
}

// What the race above guards against: a permission that is looked at before it is used up.
func TestAPermissionThatIsReadBeforeItIsUsedUpWouldLetTwoPass(t *testing.T) {
	eachRemindWorld(t, func(t *testing.T, w remindWorld) {
		w.asksAbove(300)
		w.earn(w.account, 9000, time.Time{})
		_, _ = w.press("first", 400)
		if err := w.give(w.permitLink()); err != nil {
			t.Fatal(err)
		}
		var passed atomic.Int64
		var seen, all sync.WaitGroup
		seen.Add(2)
		for range 2 {
			all.Go(func() {
				var p store.Permit
				err := w.Store.Read(context.Background(), func(tx *store.Tx) (err error) {
					p, _, err = tx.PermitOf(w.shop.ID, w.member)
					return err
				})
				seen.Done()
				seen.Wait()
				if err == nil && p.Granted >= 400 {
					err = w.Store.Write(context.Background(), func(tx *store.Tx) error {
						_, err := tx.Exec(`UPDATE redeem_permits SET granted = 0, granted_until = 0 WHERE shop_id = ? AND member_id = ?`, w.shop.ID, w.member)
						return err
					})
					passed.Add(1)
				}
				if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if passed.Load() != 2 {
			t.Errorf("the naive build let %d pass: the race above no longer shows anything", passed.Load())
		}
	})
}
