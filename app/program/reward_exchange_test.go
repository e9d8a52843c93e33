package program_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/reward"
	"zugabe/app/store"
)

func tasting() reward.Item {
	return reward.Item{Texts: map[string]reward.ItemText{"en": {Name: "Tasting", Text: "An evening with our roaster"}}, Points: 200, Stock: 3, Delivery: reward.ByHand}
}

// rewardOn makes a reward that members can have at once.
func (w *redeemWorld) rewardOn(item reward.Item, tickets ...string) program.Reward {
	w.t.Helper()
	made, err := w.MakeReward(context.Background(), "staff:1", w.shop, item, tickets)
	if err == nil {
		made, err = w.SaveReward(context.Background(), "staff:1", w.shop, program.RewardChange{ID: made.Row.ID, Seen: made.Row.Version, Item: made.Item, On: true})
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return made
}

func (w *redeemWorld) exchange(member loyalty.ID, r program.Reward, key string) (program.Exchanged, error) {
	return w.ExchangeReward(context.Background(), "shopper:1", w.shop, member, program.ExchangeRequest{Reward: r.Row.ID, Points: r.Row.Points, ClientKey: key})
}

func (w *redeemWorld) stock(r program.Reward) (now program.Reward) {
	w.t.Helper()
	w.write(func(tx *store.Tx) (err error) {
		now, err = w.RewardByID(tx, w.shop.ID, r.Row.ID)
		return err
	})
	return now
}

// covers: S4-24, A-13
func TestPointsAreExchangedForATicketAtOnce(t *testing.T) {
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		w.earn(w.account, 700, time.Time{})
		item := tasting()
		item.Delivery, item.PerMember = reward.ByTicket, 2
		r := w.rewardOn(item, "SEAT-1", "SEAT-2", "SEAT-3")
		if r.Left() != 3 {
			t.Fatalf("%d left of three tickets", r.Left())
		}
		first, err := w.exchange(w.member, r, "k1")
		if err != nil || first.Ticket != "SEAT-1" || first.State != store.RewardDone {
			t.Fatalf("%+v, %v", first, err)
		}
		if again, err := w.exchange(w.member, r, "k1"); err != nil || again.ID != first.ID || again.Ticket != "SEAT-1" {
			t.Errorf("the same key gave %+v, %v", again, err)
		}
		w.want(500, 0)
		if _, err := w.ExchangeReward(context.Background(), "shopper:1", w.shop, w.member, program.ExchangeRequest{Reward: r.Row.ID, Points: 100, ClientKey: "k1"}); loyalty.CodeOf(err) != loyalty.CodeKeyReused {
			t.Errorf("the key with another price: %v", err)
		}
		if _, err := w.exchange(w.member, r, "k2"); err != nil {
			t.Error(err)
		}
		if _, err := w.exchange(w.member, r, "k3"); loyalty.CodeOf(err) != loyalty.CodeLimitReached {
			t.Errorf("a third for one member: %v", err)
		}
		w.want(300, 0)
		if out, err := w.ExportMember(context.Background(), "staff:1", w.shop, w.member); err != nil || len(out.Rewards) != 2 || out.Rewards[1].Ticket != "SEAT-1" {
			t.Errorf("the member's data have %+v, %v", out.Rewards, err)
		}
		if err := w.CancelReward(context.Background(), "staff:1", w.shop, first.ID, "the evening was moved"); err != nil {
			t.Fatal(err)
		}
		w.want(500, 0)
		third, err := w.exchange(w.member, r, "k4") // the cancelled one counts no more; its ticket is known and stays away
		if err != nil || third.Ticket != "SEAT-3" {
			t.Errorf("%+v, %v", third, err)
		}
		w.want(300, 0)
	})
}

// covers: S4-24
func TestWhatIsHandedOutIsMarkedAndCanBeCancelledOnce(t *testing.T) {
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		w.earn(w.account, 500, redeemStart.AddDate(0, 0, 1))
		r := w.rewardOn(tasting())
		got, err := w.exchange(w.member, r, "k1")
		if err != nil || got.State != store.RewardOpen || got.Ticket != "" {
			t.Fatalf("%+v, %v", got, err)
		}
		ctx := context.Background()
		for _, done := range []bool{true, true, false} {
			if err := w.HandOutReward(ctx, "staff:1", w.shop, got.ID, done); err != nil {
				t.Error(err)
			}
		}
		w.clock.Advance(48 * time.Hour)
		for range 2 {
			if err := w.CancelReward(ctx, "staff:1", w.shop, got.ID, "sold out"); err != nil {
				t.Error(err)
			}
		}
		w.expireLots()
		w.want(200, 0) // the other 300 ended; returned points have their grace (F4)
		if left := w.stock(r).Left(); left != 3 {
			t.Errorf("%d left", left)
		}
		if err := w.HandOutReward(ctx, "staff:1", w.shop, got.ID, true); loyalty.CodeOf(err) != loyalty.CodeConflict {
			t.Errorf("handing out what was cancelled: %v", err)
		}
	})
}

// covers: S4-24
func TestAnExchangeThatCannotBeSaysWhyAndCostsNothing(t *testing.T) {
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		w.earn(w.account, 150, time.Time{})
		r := w.rewardOn(tasting())
		refused := func(name string, r program.Reward, want loyalty.Code) {
			t.Helper()
			if _, err := w.exchange(w.member, r, name); loyalty.CodeOf(err) != want {
				t.Errorf("%s: %v, want %s", name, err, want)
			}
			w.want(150, 0)
		}
		refused("too few points", r, loyalty.CodeInsufficientPoints)
		cheap := r
		cheap.Row.Points = 100
		refused("another price", cheap, loyalty.CodeConflict)
		later := tasting()
		later.Points, later.From = 100, loyalty.DateOf(redeemStart.AddDate(0, 0, 3))
		refused("not yet", w.rewardOn(later), loyalty.CodeNotFound)
		over := tasting()
		over.Points, over.Until = 100, loyalty.DateOf(redeemStart.AddDate(0, 0, -1))
		refused("over", w.rewardOn(over), loyalty.CodeNotFound)
		none := tasting()
		none.Points, none.Stock = 100, 0
		refused("none left", w.rewardOn(none), loyalty.CodeLimitReached)
		off, err := w.MakeReward(context.Background(), "staff:1", w.shop, tasting(), nil)
		if err != nil {
			t.Fatal(err)
		}
		refused("not switched on", off, loyalty.CodeNotFound)
	})
}

// The last piece, wanted by a thousand members at once.
//
// covers: S4-24, A-13
func TestTheLastPieceOfARewardGoesToOneOfAThousandMembers(t *testing.T) {
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		item := tasting()
		item.Delivery = reward.ByTicket
		r := w.rewardOn(item, "THE-LAST")
		members := w.richMembers(1000, 200)
		var had atomic.Int64
		var all sync.WaitGroup
		next := make(chan loyalty.ID, len(members))
		for _, m := range members {
			next <- m
		}
		close(next)
		for range 50 {
			all.Go(func() {
				for m := range next {
					switch _, err := w.exchange(m, r, "k"); loyalty.CodeOf(err) {
					case "":
						had.Add(1)
					case loyalty.CodeLimitReached:
					default:
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		if had.Load() != 1 || w.stock(r).Row.Taken != 1 {
			t.Errorf("%d members got the last piece, %d were taken", had.Load(), w.stock(r).Row.Taken)
		}
		w.booksBalance()
	})
}

// The naive half: whether one is left is read, and the taking is written later.
func TestReadingTheStockFirstGivesTheLastPieceToSeveral(t *testing.T) {
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		item := tasting()
		item.Stock = 1
		r := w.rewardOn(item)
		const members = 8
		var had atomic.Int64
		var together, all sync.WaitGroup
		together.Add(members)
		for i := range members {
			all.Go(func() {
				left := w.stock(r).Left()
				together.Done()
				together.Wait()
				if left < 1 {
					return
				}
				had.Add(1)
				w.write(func(tx *store.Tx) error {
					return tx.InsertRewardRedemption(w.shop.ID, store.RewardRedemption{ID: w.IDs.Next(), PublicID: loyalty.NewPublicID(), RewardID: r.Row.ID,
						AccountID: w.account, MemberID: w.member, ClientKey: fmt.Sprint("naive", i), Fingerprint: []byte{1}, Points: 200, State: store.RewardOpen})
				})
			})
		}
		all.Wait()
		if had.Load() < 2 {
			t.Errorf("the naive build gave it to %d; the race shows nothing any more", had.Load())
		}
		report, err := w.Verify(context.Background(), w.shop.ID)
		if err != nil || report.OK() {
			t.Errorf("verify saw nothing of it (%v)", err)
		}
	})
}

// richMembers are members with the points in one lot each.
func (w *redeemWorld) richMembers(n int, points loyalty.Points) []loyalty.ID {
	w.t.Helper()
	ids := make([]loyalty.ID, n)
	for i := range ids {
		ids[i] = w.newMember(fmt.Sprint("rich", i), fmt.Sprintf("rich%d@example.org", i))
		w.earn(w.accountOf(ids[i]), points, time.Time{})
	}
	return ids
}

// covers: S4-24: the shop's pages hear when there is something to link to, and when not.
func TestTheShopsPagesLearnThatThereAreRewards(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		host := inPagesWorld(w)
		made, err := w.MakeReward(context.Background(), "staff:1", w.shop, tasting(), nil)
		if err != nil {
			t.Fatal(err)
		}
		w.settingsJobs()
		for _, on := range []bool{true, false} {
			made, err = w.SaveReward(context.Background(), "staff:1", w.shop, program.RewardChange{ID: made.Row.ID, Seen: made.Row.Version, Item: made.Item, On: on})
			if err != nil {
				t.Fatal(err)
			}
			if ran := w.settingsJobs(); ran != 1 || strings.Contains(string(host.has.Value), `"pages":{"rewards":true}`) != on {
				t.Errorf("on %t: %d jobs, the host has %s", on, ran, host.has.Value)
			}
		}
	})
}
