package store_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/store"
	"zugabe/app/store/storetest"
)

func TestTwoOpeningTheSameAccountsGetTheSameOnes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ids := newIDs()
		var wg sync.WaitGroup
		got := make([]map[loyalty.ID]loyalty.ID, 8)
		for i := range got {
			wg.Go(func() {
				err := s.Write(context.Background(), func(tx *store.Tx) (err error) {
					got[i], err = tx.EnsureAccounts(ledgerShop, ledgerPlan, []loyalty.ID{1, 2, 3}, ids, 1)
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		for _, g := range got {
			if fmt.Sprint(g) != fmt.Sprint(got[0]) {
				t.Errorf("%v and %v", g, got[0])
			}
		}
	})
}

// race starts n goroutines at the same moment and waits for all.
func race(n int, fn func(i int)) {
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { <-start; fn(i) })
	}
	close(start)
	wg.Wait()
}

// spendLast lets 20 callers each spend all 10 points of one account and counts
// how many were told yes.
func spendLast(t *testing.T, s *store.Store, spend func(ids *loyalty.IDs, account loyalty.ID, i int) error) (won int, left ledger.Account) {
	ids := newIDs()
	a := openAccounts(t, s, ids, 1)[1]
	mustDo(t, onBook(s, ids, a, 100, earn("sale:1", 10, 0)))
	var mu sync.Mutex
	race(20, func(i int) {
		if err := spend(ids, a, i); err == nil {
			mu.Lock()
			defer mu.Unlock()
			won++
		} else if loyalty.CodeOf(err) != loyalty.CodeInsufficientPoints {
			t.Error(err)
		}
	})
	return won, account(t, s, a)
}

func TestOnlyOneOfManySpendsGetsTheLastPoints(t *testing.T) { // G15
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		won, left := spendLast(t, s, func(ids *loyalty.IDs, a loyalty.ID, i int) error {
			return onBook(s, ids, a, 101, func(_ *store.Tx, b *ledger.Book) error { _, err := b.Hold(loyalty.ID(i+1), 10); return err })
		})
		if won != 1 || left.Held != 10 || left.Available != 0 {
			t.Errorf("%d winners, account %+v", won, left)
		}
	})
}

func TestANaiveSpendGivesTheLastPointsAwayTwice(t *testing.T) { // proves the race test can fail
	s := storetest.MariaDB(t)
	var gate sync.WaitGroup
	gate.Add(2)
	won := 0
	ids := newIDs()
	a := openAccounts(t, s, ids, 1)[1]
	mustDo(t, onBook(s, ids, a, 100, earn("sale:1", 10, 0)))
	var mu sync.Mutex
	race(2, func(i int) {
		err := s.Write(context.Background(), func(tx *store.Tx) error {
			var available int64
			if _, err := tx.Row(`SELECT available FROM accounts WHERE shop_id = ? AND id = ?`, []any{ledgerShop, a}, &available); err != nil {
				return err
			}
			gate.Done()
			gate.Wait()
			if available < 10 {
				return loyalty.Refuse(loyalty.CodeInsufficientPoints, "")
			}
			_, err := tx.Exec(`UPDATE accounts SET available = ?, held = held + 10 WHERE shop_id = ? AND id = ?`, available-10, ledgerShop, a)
			return err
		})
		mu.Lock()
		defer mu.Unlock()
		if err == nil {
			won++
		}
	})
	if won < 2 {
		t.Errorf("the naive build let %d spend: this race test cannot fail", won)
	}
}

func TestASpendAndTheExpiryOfTheSameLotNeverBothTakeIt(t *testing.T) { // F3
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ids := newIDs()
		rounds := 40
		for round := range rounds {
			a := openAccounts(t, s, ids, loyalty.ID(round+1))[loyalty.ID(round+1)]
			mustDo(t, onBook(s, ids, a, 100, earn(fmt.Sprintf("sale:%d", round), 10, 500)))
			var spent error
			race(2, func(i int) {
				if i == 0 {
					spent = onBook(s, ids, a, 499, func(_ *store.Tx, b *ledger.Book) error { _, err := b.Hold(9, 10); return err })
					return
				}
				if err := onBook(s, ids, a, 500, func(_ *store.Tx, b *ledger.Book) error { return b.ExpireDue() }); err != nil {
					t.Error(err)
				}
			})
			got := account(t, s, a)
			if ok := got.Available == 0 && ((spent == nil) == (got.Held == 10)) && got.EntrySeq == map[bool]int64{true: 1, false: 2}[spent == nil]; !ok {
				t.Fatalf("round %d: spend %v, account %+v", round, spent, got)
			}
		}
	})
}

func TestTheSamePostingAtOnceHappensOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ids := newIDs()
		a := openAccounts(t, s, ids, 1)[1]
		var mu sync.Mutex
		ok := 0
		race(20, func(int) {
			err := onBook(s, ids, a, 100, earn("sale:1", 10, 0))
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				ok++
			} else if !store.IsDuplicate(err, "entries.entries_source") {
				t.Error(err)
			}
		})
		if got := account(t, s, a); ok != 1 || got.Available != 10 {
			t.Errorf("%d succeeded, available %d", ok, got.Available)
		}
	})
}

func TestANaiveExpiryAndSpendBothTakeTheLot(t *testing.T) { // proves the race test can fail (F3)
	s := storetest.MariaDB(t)
	ids := newIDs()
	a := openAccounts(t, s, ids, 1)[1]
	mustDo(t, onBook(s, ids, a, 100, earn("sale:1", 10, 500)))
	var gate sync.WaitGroup
	gate.Add(2)
	race(2, func(i int) {
		err := s.Write(context.Background(), func(tx *store.Tx) error {
			found, err := tx.Accounts(ledgerShop, []loyalty.ID{a}) // read, not locked
			if err != nil {
				return err
			}
			lots, err := tx.LoadLots(ledgerShop, []loyalty.ID{a})
			if err != nil {
				return err
			}
			gate.Done()
			gate.Wait()
			b := ledger.NewBook(found[a], lots[a], ids.Next, 499+int64(i))
			if i == 0 {
				_, err = b.Hold(9, 10)
			} else {
				err = b.ExpireDue()
			}
			if err != nil {
				return err
			}
			_, err = tx.Exec(`UPDATE accounts SET available = ?, held = held + ?, entry_seq = ? WHERE shop_id = ? AND id = ?`,
				b.Account.Available, b.Account.Held, b.Account.EntrySeq, ledgerShop, a)
			for _, e := range b.Changes().Entries {
				if err == nil {
					err = tx.InsertMany("entries", []string{"shop_id", "id", "account_id", "account_seq", "kind", "points", "source_key", "rule_id", "seq",
						"plan_version", "limited_to", "breakdown", "note", "actor", "occurred_at", "posted_at"},
						[][]any{{ledgerShop, e.ID, a, e.AccountSeq, string(e.Kind), e.Points, e.Source, e.RuleID, e.Seq, 0, -1, "{}", "", "", 0, 0}})
				}
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
	mustRead(t, s, func(tx *store.Tx) error {
		sums, err := tx.SumsOf(ledgerShop, a)
		if got := account(t, s, a); sums.Entries == got.Available+got.Held {
			t.Errorf("the naive build kept the books right: this race test cannot fail: %+v, %+v", got, sums)
		}
		return err
	})
}
