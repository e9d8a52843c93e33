package program_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/reward"
	"zugabe/app/store"
	"zugabe/app/store/storetest"
	"zugabe/app/voucher"
)

func newMariaWorld(t *testing.T) *redeemWorld {
	t.Helper()
	clock := loyalty.NewManualClock(redeemStart)
	return newRedeemWorld(t, storetest.MariaDB(t, func(c *store.Config) { c.Clock = clock }), clock)
}

type createStep = func(h *scriptedHost, code, marker string) (platform.CodeRef, error)

// answer makes a create call fail without doing anything.
func answer(err error) createStep {
	return func(*scriptedHost, string, string) (platform.CodeRef, error) { return platform.CodeRef{}, err }
}

// doneButLost makes the code and loses the answer (D1).
func doneButLost(h *scriptedHost, code, marker string) (platform.CodeRef, error) {
	if _, err := h.keep(code, marker, voucher.Spec{}); err != nil {
		return platform.CodeRef{}, err
	}
	return platform.CodeRef{}, fmt.Errorf("%w: time-out", platform.ErrUnknown)
}

// theirs puts somebody else's code of the same text into the shop (D3).
func theirs(h *scriptedHost, code, _ string) (platform.CodeRef, error) {
	if _, err := h.keep(code, "", voucher.Spec{}); err != nil {
		return platform.CodeRef{}, err
	}
	return platform.CodeRef{}, platform.ErrTaken
}

// startedWith presses with 500 points and lets the host answer as scripted.
func (w *redeemWorld) startedWith(steps ...createStep) reward.Redemption {
	w.t.Helper()
	w.earn(w.account, 500, time.Time{})
	w.host.onCreate = steps
	red := w.mustPress("k1", 200)
	w.dispatch()
	return red
}

func TestALostAnswerIsLookedUpAndNeverAnsweredByASecondCode(t *testing.T) { // D1, D2, C9
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		red := w.startedWith(doneButLost)
		w.wantState(red, reward.Pending, voucher.Pending)
		w.want(300, 200)
		w.later(10*time.Second, time.Second)
		w.wantState(red, reward.Active, voucher.Active)
		w.want(300, 0)
		if n := w.host.count("create"); n != 1 || len(w.host.live()) != 1 {
			t.Errorf("%d create calls, codes %v", n, w.host.live())
		}
	})
}

func TestATakenCodeOfSomebodyElseIsReplaced(t *testing.T) { // D3
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		red := w.startedWith(theirs, theirs)
		red = w.wantState(red, reward.Active, voucher.Active)
		if red.Attempt != 3 || len(w.host.live()) != 1 || w.host.live()[0] != w.code(red).Code {
			t.Errorf("attempt %d, codes %v", red.Attempt, w.host.live())
		}
	})
}

func TestFiveTakenCodesEndTheRedemptionAndReturnThePoints(t *testing.T) { // D3
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		red := w.startedWith(theirs, theirs, theirs, theirs, theirs, theirs)
		red = w.wantState(red, reward.Void, voucher.Void)
		if red.Reason != "code_taken" || w.host.count("create") != 5 {
			t.Errorf("reason %q after %d creates", red.Reason, w.host.count("create"))
		}
		w.want(500, 0)
	})
}

func TestATakenCodeThatIsOursIsASuccess(t *testing.T) { // D4
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		red := w.startedWith(func(h *scriptedHost, code, marker string) (platform.CodeRef, error) {
			if _, err := h.keep(code, marker, voucher.Spec{}); err != nil {
				return platform.CodeRef{}, err
			}
			return platform.CodeRef{}, platform.ErrTaken
		})
		w.wantState(red, reward.Active, voucher.Active)
		if len(w.host.live()) != 1 {
			t.Errorf("codes %v", w.host.live())
		}
	})
}

func TestAThrottledHostIsLeftAloneAsLongAsItAsks(t *testing.T) { // D5
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		red := w.startedWith(answer(platform.Throttled{After: 20 * time.Second}))
		w.later(19*time.Second, time.Second)
		if n := w.host.count("create"); n != 1 {
			t.Fatalf("%d calls inside the wait", n)
		}
		w.want(300, 200)
		if job := w.job(store.JobCreateCode, red); job.Attempts != 0 {
			t.Errorf("the wait burned %d attempts", job.Attempts)
		}
		w.later(2*time.Second, time.Second)
		w.wantState(red, reward.Active, voucher.Active)
	})
}

func TestAnHourOfOutageEndsWithOneCode(t *testing.T) { // D6
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		down := make([]createStep, 500)
		for i := range down {
			down[i] = answer(fmt.Errorf("%w: 503", platform.ErrUnreachable))
		}
		red := w.startedWith(down...)
		w.later(time.Hour, time.Second)
		tried := w.host.count("create")
		if tried < 15 || tried > 40 {
			t.Errorf("%d calls in an hour of outage", tried)
		}
		w.want(300, 200)
		w.host.mu.Lock()
		w.host.onCreate = nil
		w.host.mu.Unlock()
		w.later(6*time.Minute, 10*time.Second)
		w.wantState(red, reward.Active, voucher.Active)
		if len(w.host.live()) != 1 {
			t.Errorf("codes %v", w.host.live())
		}
	})
}

func TestARevokedTokenStopsTheCallsUntilTheMerchantComesBack(t *testing.T) { // D7
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		red := w.startedWith(answer(platform.ErrRevoked))
		w.later(3*time.Hour, time.Minute)
		if n := w.host.count("create"); n != 1 {
			t.Errorf("%d calls with a revoked token", n)
		}
		w.wantState(red, reward.Pending, voucher.Pending)
		w.want(300, 200)
		if _, err := w.StartRedemption(context.Background(), "shopper:1", w.currentShop(), w.member, redeemRequest("k2", 100)); loyalty.CodeOf(err) != loyalty.CodeUnavailable {
			t.Errorf("a new press gave %v", err)
		}
		if err := w.ShopReachable(context.Background(), w.shop); err != nil {
			t.Fatal(err)
		}
		w.dispatch()
		w.wantState(red, reward.Active, voucher.Active)
	})
}

func TestPointsHeldForAHostThatNeverComesBackAreReleasedAfterThreeWeeks(t *testing.T) { // D7
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		red := w.startedWith(answer(platform.ErrRevoked))
		for day := range 22 {
			n, err := w.ReleaseAbandoned(context.Background(), w.shop, 100)
			if err != nil || (n > 0) != (day >= 21) {
				t.Fatalf("day %d: released %d, %v", day, n, err)
			}
			w.clock.Advance(24 * time.Hour)
		}
		w.wantState(red, reward.Void, voucher.Void)
		w.want(500, 0)
	})
}

func TestAFrozenShopIsPausedAndBurnsNoAttempts(t *testing.T) { // D8
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		red := w.startedWith(answer(platform.ErrFrozen), answer(platform.ErrFrozen))
		if s := w.currentShop().State; s != loyalty.ShopFrozen {
			t.Errorf("the shop is %s", s)
		}
		w.later(14*time.Minute, time.Minute)
		if n := w.host.count("create"); n != 1 {
			t.Errorf("%d calls to a frozen shop", n)
		}
		w.later(20*time.Minute, time.Minute)
		w.wantState(red, reward.Active, voucher.Active)
		if s := w.currentShop().State; s != loyalty.ShopActive {
			t.Errorf("after a call that worked the shop is %s", s)
		}
	})
}

func TestARefusedCodeIsVoidAndThePointsAreBack(t *testing.T) { // D10
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		red := w.startedWith(answer(platform.Refused("value is too large")))
		red = w.wantState(red, reward.Void, voucher.Void)
		w.want(500, 0)
		if job := w.job(store.JobCreateCode, red); job.State != store.JobDone || job.Reason == "" {
			t.Errorf("the job says %v %q", job.State, job.Reason)
		}
	})
}

func TestAHostThatShowsCodesLateGetsNoSecondCreate(t *testing.T) { // D14
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		w.host.hidden = 30 * time.Second
		red := w.startedWith(doneButLost)
		w.later(2*time.Minute, time.Second)
		w.wantState(red, reward.Active, voucher.Active)
		if n := w.host.count("create"); n != 1 {
			t.Errorf("%d create calls while the code was invisible", n)
		}
	})
}

func TestAnAnswerThatNeverCameFromACallThatNeverArrivedIsRepeatedWithTheSameCode(t *testing.T) { // D2
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		red := w.startedWith(answer(platform.ErrUnknown))
		code := w.code(red).Code
		w.later(3*time.Minute, time.Second)
		w.wantState(red, reward.Active, voucher.Active)
		if w.code(red).Code != code || w.host.count("create") != 2 || w.host.count("find") < 5 {
			t.Errorf("code %q then %q, %d creates, %d looks", code, w.code(red).Code, w.host.count("create"), w.host.count("find"))
		}
	})
}

func TestTenStrangeAnswersEndAJobThatCanBeReplayed(t *testing.T) {
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		strange := make([]createStep, 10)
		for i := range strange {
			strange[i] = answer(fmt.Errorf("a bug"))
		}
		red := w.startedWith(strange...)
		w.later(time.Hour, 10*time.Second)
		job := w.job(store.JobCreateCode, red)
		if job.State != store.JobDead || w.host.count("create") != 10 {
			t.Fatalf("the job is %v after %d calls", job.State, w.host.count("create"))
		}
		w.want(300, 200)
		if err := w.ReplayJob(context.Background(), "staff:1", w.shop.ID, job.ID); err != nil {
			t.Fatal(err)
		}
		w.later(2*time.Minute, time.Second)
		w.wantState(red, reward.Active, voucher.Active)
		if err := w.ReplayJob(context.Background(), "staff:1", w.shop.ID, job.ID); loyalty.CodeOf(err) != loyalty.CodeConflict {
			t.Errorf("replaying a job that is done gave %v", err)
		}
	})
}

func (w *redeemWorld) currentShop() (shop loyalty.Shop) {
	w.t.Helper()
	w.write(func(tx *store.Tx) (err error) {
		shop, _, err = tx.ShopByID(w.shop.ID)
		return err
	})
	return shop
}

func TestJobsLeasedTogetherWithOneThatWasToldToWaitDoNotAskAgain(t *testing.T) { // D5
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		w.host.onCreate = []createStep{answer(platform.Throttled{After: 10 * time.Second})}
		w.manyPresses(12)
		w.dispatch()
		if n := w.host.count("create"); n != 1 {
			t.Errorf("%d calls after being told to wait", n)
		}
		w.later(11*time.Second, time.Second)
		if n := w.host.count("create"); n != 13 || len(w.host.live()) != 12 || w.host.count("find") != 0 {
			t.Errorf("%d calls, %d codes, %d looks", n, len(w.host.live()), w.host.count("find"))
		}
		w.want(0, 0)
	})
}
