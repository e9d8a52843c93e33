package store_test

import (
	"testing"

	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/store"
	"zugabe/app/store/storetest"
)

// covers: S4-11
func TestAShoppersStandingIsReadWithOneStatement(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		const shop = loyalty.ShopID(7)
		ids := loyalty.NewIDs(s.Clock())
		now := loyalty.NowMs(s.Clock())
		plan, member := ids.Next(), ids.Next()
		err := s.Write(t.Context(), func(tx *store.Tx) error {
			head := store.PlanHead{ID: plan, Name: "Bonus", State: "active", Version: 1, CreatedAt: now}
			if err := tx.CreatePlan(shop, head, store.PlanVersion{Version: 1, EffectiveFrom: now, CreatedBy: "system", CreatedAt: now}, []byte("{}")); err != nil {
				return err
			}
			m := loyalty.Member{ID: member, PublicID: loyalty.NewPublicID(), CustomerKey: "c1", ReferralCode: "R1", Type: loyalty.NewCustomer, State: loyalty.MemberActive, PersonKey: []byte("p")}
			if err := tx.InsertMembers(shop, []loyalty.Member{m}); err != nil {
				return err
			}
			if err := tx.InsertMemberKeys(shop, map[string]loyalty.ID{"c1": member}); err != nil {
				return err
			}
			accounts, err := tx.EnsureAccounts(shop, plan, []loyalty.ID{member}, ids, now)
			if err != nil {
				return err
			}
			locked, err := tx.LockAccounts(shop, []loyalty.ID{accounts[member]})
			if err != nil {
				return err
			}
			book := ledger.NewBook(locked[accounts[member]], nil, ids.Next, now)
			for i, points := range []loyalty.Points{30, 12, 5} {
				expires := now + 1000 + int64(i/2)*5000 // two lots run out together
				if err := book.Accrue(ledger.AccrueReq{
					Line:        ledger.Line{Source: "sale:" + ids.Next().String(), RuleID: "purchase", Points: points, Seq: 1, Actor: "rule", OccurredAt: now},
					AvailableAt: now, ExpiresAt: expires,
				}); err != nil {
					return err
				}
			}
			return tx.SaveBooks(shop, []*ledger.Book{book}, now)
		})
		if err != nil {
			t.Fatal(err)
		}
		var got store.Standing
		var found, foreign bool
		if err := s.Peek(t.Context(), func(tx *store.Tx) (err error) {
			if got, found, err = tx.StandingOf(shop, "c1"); err != nil {
				return err
			}
			_, foreign, err = tx.StandingOf(8, "c1")
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if !found || got.MemberID != member || got.Available != 47 || got.NextExpiry != now+1000 || got.Expiring != 42 {
			t.Errorf("standing is %+v, %v", got, found)
		}
		if foreign {
			t.Error("another shop sees the member (H10)")
		}
		pointsAreReadAgain(t, s, shop, got)
	})
}

// pointsAreReadAgain by the account's key: no account, no answer, and none to
// another shop (H10).
func pointsAreReadAgain(t *testing.T, s *store.Store, shop loyalty.ShopID, first store.Standing) {
	t.Helper()
	err := s.Peek(t.Context(), func(tx *store.Tx) error {
		again, err := tx.StandingsNow(shop, []loyalty.ID{first.MemberID, first.AccountID, 1})
		if err == nil && (len(again) != 1 || again[first.AccountID].Available != first.Available) {
			t.Errorf("read again: %+v", again)
		}
		if again, err = tx.StandingsNow(shop+1, []loyalty.ID{first.AccountID}); len(again) != 0 {
			t.Errorf("another shop sees the account: %+v", again)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
