package program_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"zugabe/app/dispatch"
	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/reward"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// manyPresses starts n redemptions of 10 points each.
func (w *redeemWorld) manyPresses(n int) {
	w.t.Helper()
	w.earn(w.account, loyalty.Points(10*n), time.Time{})
	for i := range n {
		w.mustPress(fmt.Sprintf("k%d", i), 10)
	}
}

func TestTwoDispatchersMakeEachCodeOnce(t *testing.T) { // D15
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		w.manyPresses(30)
		atOnce(4, func(int) {
			if _, err := dispatch.Drain(context.Background(), w.Program); err != nil {
				t.Error(err)
			}
		})
		w.dispatch()
		for marker, n := range w.host.creates {
			if n != 1 {
				t.Errorf("code %s was sent %d times", marker, n)
			}
		}
		if len(w.host.live()) != 30 {
			t.Errorf("%d codes at the host", len(w.host.live()))
		}
		w.want(0, 0)
	})
}

// naiveClaim takes due jobs by a plain read and marks them after: it shows that
// the claim above decides a race.
func naiveClaim(w *redeemWorld, together *sync.WaitGroup) (got int, err error) {
	err = w.Store.Write(context.Background(), func(tx *store.Tx) error {
		got = 0
		var ids []loyalty.ID
		err := tx.Rows(`SELECT id FROM jobs WHERE shop_id = ? AND state = 0 AND lease_until = 0`, []any{w.shop.ID}, func(row store.Scanner) error {
			var id loyalty.ID
			got++
			err := row.Scan(&id)
			ids = append(ids, id)
			return err
		})
		if err != nil {
			return err
		}
		together.Done()
		together.Wait()
		for _, id := range ids {
			if _, err := tx.Exec(`UPDATE jobs SET lease_until = 1 WHERE shop_id = ? AND id = ?`, w.shop.ID, id); err != nil {
				return err
			}
		}
		return nil
	})
	return got, err
}

func TestClaimingByAReadWouldSendTwice(t *testing.T) {
	w := newMariaWorld(t)
	w.manyPresses(3)
	var together sync.WaitGroup
	together.Add(2)
	var got [2]int
	atOnce(2, func(i int) {
		var err error
		if got[i], err = naiveClaim(w, &together); err != nil {
			t.Error(err)
		}
	})
	if got[0]+got[1] != 6 {
		t.Errorf("two naive claims took %d of 3 jobs; the race of this file no longer shows anything", got[0]+got[1])
	}
}

// pausedDuring lets the code be made and then, before the answer is back, the
// lease run out and another worker do the job.
func pausedDuring(t *testing.T, w *redeemWorld, answer error) createStep {
	return func(h *scriptedHost, code, marker string) (platform.CodeRef, error) {
		ref, err := h.keep(code, marker, voucher.Spec{})
		if err != nil {
			return ref, err
		}
		h.mu.Unlock()
		defer h.mu.Lock()
		w.clock.Advance(4 * time.Minute)
		if _, err := dispatch.Drain(context.Background(), w.Program); err != nil {
			t.Error(err)
		}
		return ref, answer
	}
}

func TestAWorkerThatSleptThroughItsLeaseCannotWriteItsResult(t *testing.T) { // D16
	for name, late := range map[string]error{"success": nil, "refusal": platform.Refused("no")} {
		t.Run(name, func(t *testing.T) {
			eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
				w.earn(w.account, 500, time.Time{})
				w.host.onCreate = []createStep{pausedDuring(t, w, late)}
				red := w.mustPress("k1", 200)
				w.dispatch()
				w.wantState(red, reward.Active, voucher.Active)
				w.want(300, 0)
				if n := w.entriesOf(red); n != 1 {
					t.Errorf("%d entries for one redemption", n)
				}
				if job := w.job(store.JobCreateCode, red); job.State != store.JobDone || w.host.count("create") != 1 {
					t.Errorf("job %v, %d creates", job.State, w.host.count("create"))
				}
			})
		})
	}
}

func (w *redeemWorld) entriesOf(red reward.Redemption) (n int) {
	w.t.Helper()
	w.write(func(tx *store.Tx) error {
		list, err := tx.EntriesOfSource(w.shop.ID, "redemption:"+red.ID.String())
		n = len(list)
		return err
	})
	return n
}

func TestAWorkerThatVanishedLeavesAnUnknownOutcomeThatIsLookedUp(t *testing.T) { // C8, C9
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		w.earn(w.account, 500, time.Time{})
		red := w.mustPress("k1", 200)
		jobs, err := w.ClaimJobs(context.Background(), w.shop.ID)
		if err != nil || len(jobs) != 1 || jobs[0].State != store.JobDue {
			t.Fatalf("claimed %+v, %v", jobs, err)
		}
		code := w.code(red)
		w.host.mu.Lock()
		_, err = w.host.keep(code.Code, code.ID.String(), code.Spec) // the call went out; then the process died
		w.host.mu.Unlock()
		if err != nil {
			t.Fatal(err)
		}
		w.dispatch()
		w.wantState(red, reward.Pending, voucher.Pending)
		w.later(4*time.Minute, time.Minute)
		w.wantState(red, reward.Active, voucher.Active)
		if w.host.count("create") != 0 || w.host.count("find") != 1 {
			t.Errorf("%d creates, %d looks", w.host.count("create"), w.host.count("find"))
		}
	})
}

func TestAShopWithManyJobsDoesNotKeepOthersWaiting(t *testing.T) { // D5
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		w.manyPresses(40)
		other := newRedeemWorld(t, w.Store, w.clock)
		other.host, other.Hosts = w.host, w.host
		other.earn(other.account, 100, time.Time{})
		red := other.mustPress("k", 50)
		var last loyalty.ShopID
		for range 2 { // one helping each
			shop, found, err := w.NextShopWithJobs(context.Background(), last)
			if err != nil || !found {
				t.Fatalf("no shop after %s: %v", last, err)
			}
			if _, err := dispatch.Serve(context.Background(), w.Program, shop); err != nil {
				t.Fatal(err)
			}
			last = shop.ID
		}
		other.wantState(red, reward.Active, voucher.Active)
	})
}

func TestBalancesAreSentTwentyFiveAtATimeAndOncePerAccount(t *testing.T) {
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		accounts := w.manyAccounts(60)
		for range 3 {
			w.publish(accounts)
		}
		w.dispatch()
		if w.host.count("publish") != 3 || len(w.host.shown) != 60 {
			t.Errorf("%d calls with %d balances", w.host.count("publish"), len(w.host.shown))
		}
		w.publish(accounts[:1])
		w.host.onPublish = []error{fmt.Errorf("%w: 503", platform.ErrUnreachable), fmt.Errorf("%w: reset", platform.ErrUnknown), platform.Throttled{After: 3 * time.Second}}
		w.dispatch()
		w.later(30*time.Second, time.Second)
		if len(w.host.shown) != 61 {
			t.Errorf("after an outage %d balances were shown", len(w.host.shown))
		}
	})
}

func (w *redeemWorld) manyAccounts(n int) []loyalty.ID { return w.manyAccountsNamed("many", n) }

func (w *redeemWorld) manyAccountsNamed(name string, n int) (accounts []loyalty.ID) {
	w.t.Helper()
	var members []loyalty.Member
	keys := map[string]loyalty.ID{}
	for i := range n {
		id := w.IDs.Next()
		key := fmt.Sprintf("%s%d", name, i)
		keys[key] = id
		members = append(members, loyalty.Member{
			ID: id, PublicID: loyalty.NewPublicID(), CustomerKey: key, PersonKey: []byte(key), Type: loyalty.Customer,
			State: loyalty.MemberActive, ReferralCode: "R" + key, Version: 1,
		})
	}
	w.write(func(tx *store.Tx) error {
		if err := tx.InsertMembers(w.shop.ID, members); err != nil {
			return err
		}
		if err := tx.InsertMemberKeys(w.shop.ID, keys); err != nil {
			return err
		}
		var ids []loyalty.ID
		for _, m := range members {
			ids = append(ids, m.ID)
		}
		found, err := tx.EnsureAccounts(w.shop.ID, w.plan, ids, w.IDs, loyalty.NowMs(w.clock))
		accounts = accounts[:0]
		for _, id := range ids {
			accounts = append(accounts, found[id])
		}
		return err
	})
	return accounts
}

func (w *redeemWorld) publish(accounts []loyalty.ID) {
	w.t.Helper()
	w.write(func(tx *store.Tx) error {
		if _, err := tx.LockAccounts(w.shop.ID, accounts); err != nil {
			return err
		}
		return tx.PublishLater(w.shop.ID, accounts, w.IDs.Next, loyalty.NowMs(w.clock))
	})
}

func TestAnOlderBalanceNeverOverwritesANewerOne(t *testing.T) {
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		var all sync.WaitGroup
		stop := make(chan struct{})
		for range 3 {
			all.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
					}
					if _, err := w.PublishBalances(context.Background(), w.shop); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		for i := range 25 {
			w.earn(w.account, loyalty.Points(i+1), time.Time{})
			w.publish([]loyalty.ID{w.account})
		}
		close(stop)
		all.Wait()
		w.dispatch()
		highest := loyalty.Points(-1)
		for _, b := range w.host.shown {
			if b.Points < highest {
				t.Fatalf("%d was shown after %d", b.Points, highest)
			}
			highest = b.Points
		}
		if highest != 325 {
			t.Errorf("the last balance shown is %d", highest)
		}
	})
}
