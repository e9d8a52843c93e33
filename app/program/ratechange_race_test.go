package program_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/reward"
	"zugabe/app/store"
)

// covers: N-02, C13
func TestWorkersThatTopUpAtTheSameTimeAddPointsOnce(t *testing.T) {
	richWorld(t, func(t *testing.T, w *bookWorld) {
		for i := range 5 {
			who := fmt.Sprint("c", i)
			w.send(w.customer(who, who+"@example.org"), saleMessage(laterOrder(who, who, 10_000)))
		}
		w.clock.Advance(time.Hour)
		w.rateTo(50, program.PromiseChange{Choice: program.PromiseTopUp})
		other := &program.Program{Store: w.Store, Clock: w.clock, IDs: loyalty.NewIDs(w.clock), Hosts: w.Hosts, Log: w.Log, PersonKey: w.PersonKey}
		var all sync.WaitGroup
		for _, p := range []*program.Program{w.Program, other, w.Program, other} {
			all.Go(func() {
				for n := 1; n > 0; {
					var err error
					if n, err = p.ApplyPromises(context.Background(), w.shop.ID, 2); loyalty.CodeOf(err) == loyalty.CodeConflict {
						n = 1 // the other one was faster: the next time finds where it is
					} else if err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		all.Wait()
		var done []store.Promise
		w.write(func(tx *store.Tx) (err error) {
			done, err = tx.Promises(w.shop.ID, 1)
			return err
		})
		if len(done) != 1 || done[0].State != store.PromiseDone || done[0].Accounts != 6 || done[0].Points != 159+500 {
			t.Errorf("%+v", done)
		}
		for who, want := range map[string]loyalty.Points{"anna": 318, "c0": 200, "c4": 200} {
			w.has(who, want)
		}
		w.booksAddUp()
	})
}

// naiveTopUp reads what an account has and then writes, as one might.
func naiveTopUp(w *bookWorld, account loyalty.ID, together *sync.WaitGroup) error {
	return w.Store.Write(context.Background(), func(tx *store.Tx) error {
		lots, err := tx.LoadLots(w.shop.ID, []loyalty.ID{account})
		if err != nil {
			return err
		}
		together.Done()
		together.Wait()
		for _, l := range lots[account] {
			more, err := ledger.TopUp(l.Remaining, l.Promise, loyalty.RedeemRate{Minor: 50, PerPoints: 100})
			if err != nil {
				return err
			}
			if _, err := tx.Exec(`UPDATE accounts SET available = available + ? WHERE shop_id = ? AND id = ?`, more, w.shop.ID, account); err != nil {
				return err
			}
		}
		return nil
	})
}

func TestReadingBeforeLockingWouldTopUpTwice(t *testing.T) {
	richWorld(t, func(t *testing.T, w *bookWorld) {
		if w.Store.Dialect() == store.SQLite {
			return // has one writer: the second would wait for the first
		}
		var together, all sync.WaitGroup
		together.Add(2)
		for range 2 {
			all.Go(func() {
				if err := naiveTopUp(w, w.account("anna").ID, &together); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if a := w.account("anna"); a.Available != 3*159 {
			t.Errorf("the naive build left %d of 159 points: the test above does not show anything any more", a.Available)
		}
	})
}

// Values that were read before the change of the rate and used behind it give
// points away: what the race of redemptions and the change guards against.
func TestAValueThatIsReadBeforeTheLockWouldInventMoney(t *testing.T) {
	richWorld(t, func(t *testing.T, w *bookWorld) {
		w.rateTo(50, program.PromiseChange{Choice: program.PromiseTopUp})
		account := w.account("anna").ID
		var spent int64
		w.write(func(tx *store.Tx) error {
			lots, err := tx.LoadLots(w.shop.ID, []loyalty.ID{account})
			if err != nil {
				return err
			}
			parts := program.Purse(lots[account], loyalty.RedeemRate{Minor: 50, PerPoints: 100})
			parts[0].Points = 20
			spent, err = reward.Worth(parts)
			return err
		})
		w.applyPromises()
		w.write(func(tx *store.Tx) error {
			locked, err := tx.LockAccounts(w.shop.ID, []loyalty.ID{account})
			if err != nil {
				return err
			}
			lots, err := tx.LoadLots(w.shop.ID, []loyalty.ID{account})
			if err != nil {
				return err
			}
			book := ledger.NewBook(locked[account], lots[account], w.IDs.Next, loyalty.NowMs(w.clock))
			if _, err := book.Hold(w.IDs.Next(), 20); err != nil {
				return err
			}
			return tx.SaveBooks(w.shop.ID, []*ledger.Book{book}, loyalty.NowMs(w.clock))
		})
		if left := w.worth("anna"); left+spent != 169 {
			t.Errorf("the naive build spent %d and left %d: no test shows the race any more", spent, left)
		}
	})
}
