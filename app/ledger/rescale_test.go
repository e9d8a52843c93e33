package ledger

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"zugabe/app/loyalty"
)

func TestATopUpIsTheLeastThatLeavesNobodyWorseOff(t *testing.T) { // covers: N-02
	rapid.Check(t, func(t *rapid.T) {
		rate := func(name string) loyalty.RedeemRate {
			return loyalty.RedeemRate{Minor: rapid.Int64Range(1, 300).Draw(t, name+" minor"), PerPoints: loyalty.Points(rapid.Int64Range(1, 300).Draw(t, name+" per"))}
		}
		old, fresh := rate("old"), rate("new")
		n := loyalty.Points(rapid.Int64Range(1, 9_000).Draw(t, "points"))
		more, err := TopUp(n, old, fresh)
		if err != nil {
			t.Fatal(err)
		}
		worth := func(k loyalty.Points, r loyalty.RedeemRate) *big.Rat {
			return new(big.Rat).Mul(new(big.Rat).SetInt64(int64(k)), big.NewRat(r.Minor, int64(r.PerPoints)))
		}
		if more < 0 || worth(n+more, fresh).Cmp(worth(n, old)) < 0 {
			t.Fatalf("%d more points are too few", more)
		}
		if more > 0 && worth(n+more-1, fresh).Cmp(worth(n, old)) >= 0 {
			t.Fatalf("%d more points are too many", more)
		}
	})
}

func TestARescaleKeepsPointsExpiryAndOrigin(t *testing.T) { // covers: N-02
	euro, half := loyalty.RedeemRate{Minor: 100, PerPoints: 100}, loyalty.RedeemRate{Minor: 50, PerPoints: 100}
	for _, topUp := range []bool{false, true} {
		clock := loyalty.NewManualClock(loyalty.SystemClock().Now())
		now := loyalty.NowMs(clock)
		ids := loyalty.NewIDs(clock)
		lots := []Lot{
			{ID: 1, AccountID: 9, EntryID: 11, Source: "sale:1", RuleID: "p", Original: 50, Remaining: 33, State: LotOpen, ExpiresAt: now + 1000, CreatedAt: 1, Promise: euro},
			{ID: 2, AccountID: 9, EntryID: 12, Source: "sale:2", RuleID: "p", Original: 7, Remaining: 7, State: LotPending, AvailableAt: now + 10, ExpiresAt: Never, CreatedAt: 1, Promise: euro},
			{ID: 3, AccountID: 9, EntryID: 13, Source: "sale:3", RuleID: "p", Original: 5, Remaining: 5, State: LotOpen, ExpiresAt: Never, CreatedAt: now, Promise: euro},
		}
		b := NewBook(Account{ID: 9, Available: 38, Pending: 7}, lots, ids.Next, now)
		req := RescaleReq{Line: Line{Source: "rescale:4", PlanVersion: 4, Actor: "staff:1", Note: "x"}, Rate: half, Before: now, TopUp: topUp}
		done, err := b.Rescale(req)
		if err != nil || done.Lots != 2 {
			t.Fatalf("%+v, %v", done, err)
		}
		wantPoints, wantAvailable := loyalty.Points(0), loyalty.Points(38)
		if topUp {
			wantPoints, wantAvailable = 40, 38+33
		}
		if done.Points != wantPoints || b.Account.Available != wantAvailable || b.Check() != nil {
			t.Errorf("added %d, account %+v, %v", done.Points, b.Account, b.Check())
		}
		found := false
		for _, l := range b.Lots() {
			if l.Source == "sale:1" && l.State == LotOpen {
				found = l.Remaining == 33 && l.ExpiresAt == now+1000 && l.Promise == half && l.EntryID == 11
			}
			if l.ID == 3 && l.Promise != euro {
				t.Error("a lot that was made after the change was touched")
			}
		}
		if !found {
			t.Errorf("the lot did not keep what it was: %+v", b.Lots())
		}
		if again, err := b.Rescale(req); err != nil || again != (Rescaled{}) {
			t.Errorf("a second time: %+v, %v", again, err)
		}
	}
}
