package store_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/store"
	"zugabe/app/store/storetest"
)

const (
	ledgerShop loyalty.ShopID = 7
	ledgerPlan loyalty.ID     = 70
)

func mustWrite(t testing.TB, s *store.Store, fn func(tx *store.Tx) error) {
	t.Helper()
	if err := s.Write(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

func mustRead(t testing.TB, s *store.Store, fn func(tx *store.Tx) error) {
	t.Helper()
	if err := s.Read(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

func newIDs() *loyalty.IDs { return loyalty.NewIDs(loyalty.SystemClock()) }

func openAccounts(t testing.TB, s *store.Store, ids *loyalty.IDs, members ...loyalty.ID) map[loyalty.ID]loyalty.ID {
	t.Helper()
	var found map[loyalty.ID]loyalty.ID
	mustWrite(t, s, func(tx *store.Tx) (err error) {
		found, err = tx.EnsureAccounts(ledgerShop, ledgerPlan, members, ids, 1)
		return err
	})
	return found
}

// onBook runs a verb on a locked account with all its lots.
func onBook(s *store.Store, ids *loyalty.IDs, account loyalty.ID, now int64, verb func(tx *store.Tx, b *ledger.Book) error, sources ...string) error {
	return s.Write(context.Background(), func(tx *store.Tx) error {
		accounts, err := tx.LockAccounts(ledgerShop, []loyalty.ID{account})
		if err != nil {
			return err
		}
		lots, err := tx.LoadLots(ledgerShop, []loyalty.ID{account}, sources...)
		if err != nil {
			return err
		}
		b := ledger.NewBook(accounts[account], lots[account], ids.Next, now)
		if err := verb(tx, b); err != nil {
			return err
		}
		return tx.SaveBooks(ledgerShop, []*ledger.Book{b}, now)
	})
}

func earn(source string, points loyalty.Points, expires int64) func(*store.Tx, *ledger.Book) error {
	return func(_ *store.Tx, b *ledger.Book) error {
		return b.Accrue(ledger.AccrueReq{
			Line:      ledger.Line{Source: source, RuleID: "base", Points: points, LimitedTo: -1, Actor: "rule", Breakdown: []byte(`{"n":1}`)},
			ExpiresAt: expires, Promise: loyalty.RedeemRate{Minor: 1, PerPoints: 1},
		})
	}
}

func mustDo(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func account(t *testing.T, s *store.Store, id loyalty.ID) ledger.Account {
	t.Helper()
	var a ledger.Account
	mustRead(t, s, func(tx *store.Tx) error {
		found, err := tx.Accounts(ledgerShop, []loyalty.ID{id})
		a = found[id]
		return err
	})
	return a
}

func TestABookIsStoredAndReadBackAsItWas(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ids := newIDs()
		a := openAccounts(t, s, ids, 1)[1]
		mustDo(t, onBook(s, ids, a, 100, earn("sale:1", 10, 500)))
		mustDo(t, onBook(s, ids, a, 101, earn("sale:2", 20, 0)))
		var hold ledger.Hold
		mustDo(t, onBook(s, ids, a, 102, func(_ *store.Tx, b *ledger.Book) (err error) { hold, err = b.Hold(9, 15); return err }))
		if got := account(t, s, a); got.Available != 15 || got.Held != 15 || got.EntrySeq != 2 {
			t.Fatalf("account %+v", got)
		}
		mustRead(t, s, func(tx *store.Tx) error {
			h, found, err := tx.LoadHold(ledgerShop, hold.ID)
			if !found || len(h.Allocations) != 2 || len(h.Lots) != 2 || h.Points != 15 || h.RedemptionID != 9 {
				t.Errorf("hold %+v", h)
			}
			page, err2 := tx.EntriesPage(ledgerShop, a, 0, 1)
			if len(page) != 1 || page[0].Source != "sale:2" || string(page[0].Breakdown) != `{"n":1}` || page[0].LimitedTo != -1 {
				t.Errorf("page %+v", page)
			}
			return errors.Join(err, err2)
		})
		mustDo(t, onBook(s, ids, a, 600, func(tx *store.Tx, b *ledger.Book) error {
			h, _, err := tx.LoadHold(ledgerShop, hold.ID)
			return errors.Join(err, b.ReleaseHold(h, 900))
		}))
		if got := account(t, s, a); got.Available != 30 || got.Held != 0 {
			t.Fatalf("after the release %+v", got)
		}
		err := onBook(s, ids, a, 601, func(tx *store.Tx, b *ledger.Book) error {
			h, _, err := tx.LoadHold(ledgerShop, hold.ID)
			return errors.Join(err, b.ReleaseHold(h, 900))
		})
		if err == nil {
			t.Error("a hold was released twice")
		}
	})
}

func TestARefundOfExpiredPointsSeesTheExpiryInTheStore(t *testing.T) { // F5
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ids := newIDs()
		a := openAccounts(t, s, ids, 1)[1]
		mustDo(t, onBook(s, ids, a, 100, earn("sale:1", 10, 500)))
		mustDo(t, onBook(s, ids, a, 100, earn("sale:2", 20, 0)))
		mustDo(t, onBook(s, ids, a, 500, func(_ *store.Tx, b *ledger.Book) error { return b.ExpireDue() }))
		for seq, n := range []loyalty.Points{0, 4, 6} {
			if seq == 0 {
				continue
			}
			mustDo(t, onBook(s, ids, a, 600, func(_ *store.Tx, b *ledger.Book) error {
				return b.Clawback(ledger.ClawbackReq{Line: ledger.Line{Source: "sale:1", RuleID: "base", Seq: int64(seq), Points: n}})
			}, "sale:1"))
		}
		if got := account(t, s, a); got.Available != 20 {
			t.Errorf("available %d, want 20", got.Available)
		}
		mustRead(t, s, func(tx *store.Tx) error {
			posted, err := tx.Posted(ledgerShop, []string{"sale:1", "sale:2", "sale:3"})
			if p := posted["sale:1"]; len(p) != 1 || p[0].Points != 0 || p[0].NextSeq != 3 {
				t.Errorf("posted %+v", posted)
			}
			return err
		})
	})
}

func TestOneSourceIsPostedOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ids := newIDs()
		a := openAccounts(t, s, ids, 1)[1]
		mustDo(t, onBook(s, ids, a, 100, earn("sale:1", 10, 0)))
		if err := onBook(s, ids, a, 100, earn("sale:1", 10, 0)); !store.IsDuplicate(err, "entries.entries_source") {
			t.Errorf("got %v", err)
		}
		if got := account(t, s, a); got.Available != 10 {
			t.Errorf("available %d", got.Available)
		}
	})
}

func TestABookThatWasNotLockedIsNotSaved(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ids := newIDs()
		a := openAccounts(t, s, ids, 1)[1]
		old := account(t, s, a)
		mustDo(t, onBook(s, ids, a, 100, earn("sale:1", 10, 0)))
		err := s.Write(context.Background(), func(tx *store.Tx) error {
			b := ledger.NewBook(old, nil, ids.Next, 101)
			if err := earn("sale:2", 5, 0)(tx, b); err != nil {
				return err
			}
			return tx.SaveBooks(ledgerShop, []*ledger.Book{b}, 101)
		})
		if err == nil {
			t.Error("a stale balance was written")
		}
	})
}

func TestABatchOfCreditsIsSavedForEveryAccount(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ids := newIDs()
		const n = 230
		members := make([]loyalty.ID, n)
		for i := range members {
			members[i] = loyalty.ID(i + 1)
		}
		open := openAccounts(t, s, ids, members...)
		if again := openAccounts(t, s, ids, members...); again[5] != open[5] || len(again) != n {
			t.Fatal("accounts were opened twice")
		}
		mustWrite(t, s, func(tx *store.Tx) error {
			var all []loyalty.ID
			for _, a := range open {
				all = append(all, a)
			}
			locked, err := tx.LockAccounts(ledgerShop, all)
			if err != nil {
				return err
			}
			var books []*ledger.Book
			for m, a := range open {
				b := ledger.NewBook(locked[a], nil, ids.Next, 100)
				if err := earn(fmt.Sprintf("sale:%d", m), loyalty.Points(m), 0)(tx, b); err != nil {
					return err
				}
				books = append(books, b)
			}
			return tx.SaveBooks(ledgerShop, books, 100)
		})
		mustRead(t, s, func(tx *store.Tx) error {
			found, err := tx.Accounts(ledgerShop, members)
			if err != nil || len(found) != 0 {
				t.Errorf("account ids are not member ids: %v %v", found, err)
			}
			for m, a := range open {
				got, err := tx.Accounts(ledgerShop, []loyalty.ID{a})
				if err != nil || got[a].Available != loyalty.Points(m) || got[a].MemberID != m {
					t.Fatalf("account %+v, %v", got[a], err)
				}
			}
			return nil
		})
	})
}

func TestAccountsByBalancePagesWithoutGapsOrRepeats(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ids := newIDs()
		open := openAccounts(t, s, ids, 1, 2, 3, 4, 5, 6, 7)
		for m, a := range open {
			mustDo(t, onBook(s, ids, a, 100, earn(fmt.Sprintf("sale:%d", m), loyalty.Points(m/3+1), 0)))
		}
		mustRead(t, s, func(tx *store.Tx) error {
			var last ledger.Account
			seen := map[loyalty.ID]bool{}
			for {
				page, err := tx.AccountsByBalance(ledgerShop, ledgerPlan, last, 2)
				if err != nil || len(page) == 0 {
					if len(seen) != 7 {
						t.Errorf("saw %d accounts", len(seen))
					}
					return err
				}
				for _, a := range page {
					if seen[a.ID] || (last.ID != 0 && a.Available > last.Available) {
						t.Errorf("account %+v after %+v", a, last)
					}
					seen[a.ID], last = true, a
				}
			}
		})
	})
}

func TestKeysetListsWalkTheirIndexFromTheCursor(t *testing.T) {
	s := storetest.MariaDB(t)
	ids := newIDs()
	a := openAccounts(t, s, ids, 1)[1]
	for i := range 30 {
		mustDo(t, onBook(s, ids, a, 100, earn(fmt.Sprintf("sale:%d", i), 1, 0)))
	}
	mustRead(t, s, func(tx *store.Tx) error {
		for name, query := range map[string]string{
			"entries": `EXPLAIN SELECT id FROM entries /*!50000 FORCE INDEX (entries_account) */ WHERE shop_id = 7 AND account_id = ` + a.String() + ` AND account_seq < 20 ORDER BY account_seq DESC LIMIT 5`,
			"lots":    `EXPLAIN SELECT id FROM lots /*!50000 FORCE INDEX (lots_due) */ WHERE shop_id = 7 AND state = 1 AND due_at <= 20 ORDER BY due_at, id LIMIT 5`,
		} {
			var x [10]any
			_, err := tx.Row(query, nil, &x[0], &x[1], &x[2], &x[3], &x[4], &x[5], &x[6], &x[7], &x[8], &x[9])
			if kind := fmt.Sprintf("%s", x[3]); err != nil || kind != "range" {
				t.Errorf("%s: access type %s, %v", name, kind, err)
			}
		}
		return nil
	})
}

func TestBalanceAtAnInstantIsTheSumOfItsEntries(t *testing.T) { // covers: N-15
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ids := newIDs()
		a := openAccounts(t, s, ids, 1)[1]
		mustDo(t, onBook(s, ids, a, 100, earn("sale:1", 10, 300)))
		mustDo(t, onBook(s, ids, a, 200, earn("sale:2", 5, 0)))
		mustDo(t, onBook(s, ids, a, 350, func(_ *store.Tx, b *ledger.Book) error { return b.ExpireDue() }))
		mustRead(t, s, func(tx *store.Tx) error {
			for at, want := range map[int64][2]loyalty.Points{99: {0, 0}, 150: {10, 10}, 320: {15, 5}, 350: {5, 5}} {
				for i, by := range []ledger.By{ledger.ByPosted, ledger.ByOccurred} {
					sums, err := tx.SumsAt(ledgerShop, a, at, by)
					var total loyalty.Points
					for _, n := range sums {
						total += n
					}
					if err != nil || total != want[i] {
						t.Errorf("%s at %d: %d, want %d (%v)", by, at, total, want[i], err)
					}
				}
			}
			return nil
		})
	})
}

func BenchmarkCreditBatchOf200(b *testing.B) {
	for name, open := range map[string]func(testing.TB, ...storetest.Option) *store.Store{"sqlite": storetest.SQLite, "mariadb": storetest.MariaDB} {
		b.Run(name, func(b *testing.B) {
			s := open(b)
			ids := newIDs()
			members := make([]loyalty.ID, 200)
			for i := range members {
				members[i] = loyalty.ID(i + 1)
			}
			accounts := openAccounts(b, s, ids, members...)
			all := make([]loyalty.ID, 0, 200)
			for _, a := range accounts {
				all = append(all, a)
			}
			round := 0
			for b.Loop() {
				round++
				mustWrite(b, s, func(tx *store.Tx) error { return creditAll(tx, ids, all, round) })
			}
			b.ReportMetric(float64(200*round)/b.Elapsed().Seconds(), "credits/s")
		})
	}
}

func creditAll(tx *store.Tx, ids *loyalty.IDs, all []loyalty.ID, round int) error {
	locked, err := tx.LockAccounts(ledgerShop, all)
	if err != nil {
		return err
	}
	sources := make([]string, len(all))
	for i := range all {
		sources[i] = fmt.Sprintf("sale:%d-%d", round, i)
	}
	if _, err := tx.Posted(ledgerShop, sources); err != nil {
		return err
	}
	books := make([]*ledger.Book, len(all))
	for i, a := range all {
		books[i] = ledger.NewBook(locked[a], nil, ids.Next, 100)
		if err := earn(sources[i], 3, 0)(tx, books[i]); err != nil {
			return err
		}
	}
	return tx.SaveBooks(ledgerShop, books, 100)
}
