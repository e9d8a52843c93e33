package store_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"zugabe/app/loyalty"
	"zugabe/app/store"
	"zugabe/app/store/storetest"
	"zugabe/app/voucher"
)

const codeShop = loyalty.ShopID(7)

func insertCode(t *testing.T, s *store.Store, id loyalty.ID, uses int64) {
	t.Helper()
	err := s.Write(context.Background(), func(tx *store.Tx) error {
		return tx.InsertCode(codeShop, store.Code{ID: id, Code: fmt.Sprint("Code-", id), Folded: fmt.Sprint("code", id), Origin: "test",
			State: voucher.Active, Spec: voucher.Spec{Kind: voucher.Percent, Percent: 10, ProductKeys: []string{"p"}}, MaxUses: uses})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// useAtOnce lets n orders try to use a code at the same time.
func useAtOnce(t *testing.T, s *store.Store, id loyalty.ID, n int) (won int64) {
	t.Helper()
	var wins atomic.Int64
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			got := false
			err := s.Write(context.Background(), func(tx *store.Tx) error {
				ok, err := tx.CountCodeUse(codeShop, id, 1)
				if err != nil || !ok {
					got = false
					return err
				}
				got = true
				return tx.InsertCodeUses(codeShop, store.CodeUse{CodeID: id, SaleKey: fmt.Sprint("o", i), State: store.UseCounts, UsedAt: 1})
			})
			if err != nil {
				t.Error(err)
			} else if got {
				wins.Add(1)
			}
		})
	}
	all.Wait()
	return wins.Load()
}

func TestTheLastUseOfACodeHasOneWinnerAmongAThousand(t *testing.T) { // G1, G4
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		for id, limit := range map[loyalty.ID]int64{1: 1, 2: 100} {
			insertCode(t, s, id, limit)
			if won := useAtOnce(t, s, id, 1000); won != limit {
				t.Errorf("%d of %d uses were given out", won, limit)
			}
			err := s.Read(context.Background(), func(tx *store.Tx) error {
				code, _, err := tx.CodeByID(codeShop, id)
				if err != nil {
					return err
				}
				var rows int64
				_, err = tx.Row(`SELECT COUNT(*) FROM code_uses WHERE shop_id = ? AND code_id = ?`, []any{codeShop, id}, &rows)
				if code.Uses != limit || rows != limit {
					t.Errorf("the counter says %d, the rows %d, of %d", code.Uses, rows, limit)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}, func(c *store.Config) { c.WritePool = 16 })
}

func TestCountingByReadingFirstWouldGiveTheLastUseTwice(t *testing.T) { // G1
	s := storetest.MariaDB(t)
	insertCode(t, s, 1, 1)
	var together, all sync.WaitGroup
	var won atomic.Int64
	together.Add(2)
	for range 2 {
		all.Go(func() {
			err := s.Write(context.Background(), func(tx *store.Tx) error {
				code, _, err := tx.CodeByID(codeShop, 1)
				if err != nil {
					return err
				}
				together.Done()
				together.Wait()
				if code.Uses >= code.MaxUses {
					return nil
				}
				won.Add(1)
				_, err = tx.Exec(`UPDATE codes SET uses = 1 WHERE shop_id = ? AND id = ?`, codeShop, 1)
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if won.Load() != 2 {
		t.Errorf("the naive build had %d winners; the race of this file no longer shows anything", won.Load())
	}
}

func TestACodeComesBackAsItWasStoredAndOnlyInItsShop(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		insertCode(t, s, 5, 3)
		err := s.Write(context.Background(), func(tx *store.Tx) error {
			err := tx.InsertCode(codeShop, store.Code{ID: 6, Code: "CODE5", Folded: "code5"})
			if !store.IsDuplicate(err, "codes.codes_folded") {
				t.Errorf("a second code with the same folded text: %v", err)
			}
			if other, err := tx.CodesByFolded(codeShop+1, []string{"code5"}); err != nil || len(other) != 0 {
				t.Errorf("another shop sees %v, %v", other, err)
			}
			found, err := tx.CodesByFolded(codeShop, []string{"code5", "none"})
			if err != nil {
				return err
			}
			if c := found["code5"]; c.Code != "Code-5" || c.Spec.Percent != 10 || c.Spec.ProductKeys[0] != "p" || c.MaxUses != 3 {
				t.Errorf("%+v", c)
			}
			if err := tx.SetCodeState(codeShop, 5, voucher.Void, "ref", 9); err != nil {
				return err
			}
			if err := tx.ReplaceCode(codeShop, 5, "x", "x", 9); err == nil {
				t.Error("a code that is not pending got another text")
			}
			c, _, err := tx.CodeByID(codeShop, 5)
			if c.State != voucher.Void || c.HostRef != "ref" {
				t.Errorf("%+v", c)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
