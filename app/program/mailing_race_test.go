package program_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"zugabe/app/dispatch"
	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
)

// drained lets workers at once finish what is under way.
func (w *bookWorld) drained(workers int) {
	w.t.Helper()
	atOnce(workers, func(int) {
		for {
			n, err := w.WorkImports(context.Background(), w.shop, 0, 1)
			if err != nil {
				w.t.Error(err)
			}
			if n == 0 || err != nil {
				return
			}
		}
	})
	if err := dispatch.NewImports(w.Program).Drain(context.Background()); err != nil { // what somebody has just given back
		w.t.Error(err)
	}
}

// mostOf is the largest number of rows that one has.
func (w *bookWorld) mostOf(query string, args ...any) int64 {
	w.t.Helper()
	return w.number(`SELECT COALESCE(MAX(n), 0) FROM (SELECT COUNT(*) AS n FROM `+query+`) AS counted`, args...)
}

// wantOneEach checks that everybody has one code of a voucher.
func (w *bookWorld) wantOneEach(v program.Voucher, people int64) {
	w.t.Helper()
	if n := w.number(`SELECT COUNT(*) FROM codes WHERE shop_id = ? AND template_id = ?`, w.shop.ID, v.Row.ID); n != people {
		w.t.Errorf("%d codes for %d people", n, people)
	}
	if most := w.mostOf(`codes WHERE shop_id = ? AND template_id = ? GROUP BY member_id`, w.shop.ID, v.Row.ID); most != 1 {
		w.t.Errorf("somebody has %d codes", most)
	}
}

// Staff in two windows press at the same moment: one mailing begins, and the other hears
// that one is under way.
//
// covers: S0-45, S2-03
func TestTwoMailingsThatBeginAtTheSameInstantAreOne(t *testing.T) {
	eachNewsWorld(t, func(t *testing.T, w newsWorld) {
		const people, windows = 12, 6
		w.many(people)
		for i := range people {
			w.subscribe(fmt.Sprintf("reader%d@example.org", i))
			w.confirm(w.deliver()[0])
			w.deliver()
		}
		mails, gifts := w.voucherOf(nil), w.voucherOf(nil)
		for _, begin := range []func() (program.Mailing, error){
			func() (program.Mailing, error) {
				return w.MailRegisteredOnly(t.Context(), "test", w.shop, program.NewMailing{Template: mails.Row.ID, Name: "now"})
			},
			func() (program.Mailing, error) {
				return w.GiveSubscribers(t.Context(), "test", w.shop, program.NewMailing{Template: gifts.Row.ID, Name: "now"})
			},
		} {
			var begun atomic.Int64
			atOnce(windows, func(int) {
				_, err := begin()
				if err == nil {
					begun.Add(1)
				} else if loyalty.CodeOf(err) != loyalty.CodeConflict {
					t.Error(err)
				}
			})
			if begun.Load() != 1 {
				t.Errorf("%d began", begun.Load())
			}
		}
		w.drained(4)
		w.wantOneEach(mails, people)
		w.wantOneEach(gifts, people)
		if n := len(w.deliver()); n != people {
			t.Errorf("%d mails for %d people", n, people)
		}
	})
}

// begunTwice is what a build without a lock on the beginning leaves.
func (w newsWorld) begunTwice(v program.Voucher, kind store.ImportKind) [2]loyalty.ID {
	var ids [2]loyalty.ID
	var together sync.WaitGroup
	together.Add(len(ids))
	atOnce(len(ids), func(n int) {
		running := true
		err := w.Store.Read(context.Background(), func(tx *store.Tx) error {
			before, err := tx.Imports(w.shop.ID, kind, 0, 20)
			running = len(before) > 0
			return err
		})
		together.Done()
		together.Wait()
		if err != nil || running {
			return
		}
		i := store.Import{ID: w.IDs.Next(), Kind: kind, State: store.ImportRunning, TemplateID: v.Row.ID, FileName: "now", Options: []byte(`{"again":true}`), CreatedBy: "test", CreatedAt: 1, StartedAt: 1}
		if err := w.Store.Write(context.Background(), func(tx *store.Tx) error { return tx.InsertImport(w.shop.ID, i) }); err != nil {
			w.t.Error(err)
		}
		ids[n] = i.ID
	})
	return ids
}

// The naive half: who looks whether one is under way, and begins afterwards, begins two,
// and readers get two codes. Even then nobody gets two mails of one name, or a code
// without a mail: workers of both decide it by the mail's key.
//
// covers: S0-45
func TestLookingWhetherOneIsUnderWayFirstBeginsTwoAndMailsStillGoOutOnce(t *testing.T) {
	eachNewsWorld(t, func(t *testing.T, w newsWorld) {
		const people = 12
		w.many(people)
		for i := range people {
			w.subscribe(fmt.Sprintf("reader%d@example.org", i))
			w.confirm(w.deliver()[0])
			w.deliver()
		}
		gifts, mails := w.voucherOf(nil), w.voucherOf(nil)
		w.begunTwice(gifts, store.ImportGifts)
		pair := w.begunTwice(mails, store.ImportMailing)
		atOnce(len(pair), func(n int) {
			for done := 1; done > 0; {
				var err error
				if done, err = w.WorkImports(context.Background(), w.shop, pair[n], 1); err != nil {
					t.Error(err)
				}
			}
		})
		w.drained(2)
		if most := w.mostOf(`codes WHERE shop_id = ? AND template_id = ? GROUP BY member_id`, w.shop.ID, gifts.Row.ID); most != 2 {
			t.Errorf("the naive build gave nobody more than %d codes; the race above no longer shows anything", most)
		}
		w.wantOneEach(mails, people)
		if n := len(w.deliver()); n != people {
			t.Errorf("%d mails for %d people", n, people)
		}
	})
}
