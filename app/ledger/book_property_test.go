package ledger_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"zugabe/app/ledger"
	"zugabe/app/loyalty"
)

// world drives random verbs on two accounts. It knows nothing of lots: what an
// account must add up to is checked by shelf.faults after every verb.
type world struct {
	*shelf
	now     int64
	sales   int
	open    []loyalty.ID
	burned  []loyalty.ID
	given   map[loyalty.ID]loyalty.Points
	returns map[loyalty.ID]int64
}

func (w *world) account(t *rapid.T) loyalty.ID {
	return loyalty.ID(rapid.Int64Range(1, 2).Draw(t, "account"))
}

func (w *world) with(t *rapid.T, account loyalty.ID, verb func(b *ledger.Book) error) {
	b := w.shelf.open(account, w.now)
	err := verb(b)
	if err != nil && loyalty.CodeOf(err) == "" {
		t.Fatal(err)
	}
	if err == nil {
		w.save(b)
	}
}

func (w *world) accrue(t *rapid.T) {
	w.sales++
	w.with(t, w.account(t), func(b *ledger.Book) error {
		return b.Accrue(ledger.AccrueReq{
			Line:        line(fmt.Sprintf("sale:%d", w.sales), 0, loyalty.Points(rapid.Int64Range(0, 40).Draw(t, "points"))),
			AvailableAt: w.now + rapid.Int64Range(-2, 3).Draw(t, "window")*day,
			ExpiresAt:   w.now + rapid.Int64Range(1, 20).Draw(t, "life")*day,
		})
	})
}

func (w *world) clawback(t *rapid.T) {
	if w.sales == 0 {
		return
	}
	source := fmt.Sprintf("sale:%d", rapid.IntRange(1, w.sales).Draw(t, "sale"))
	have, next := w.sum(source, "base")
	if have == 0 {
		return
	}
	policy := rapid.SampledFrom([]ledger.SpentPolicy{ledger.SpentDebt, ledger.SpentWriteOff, ledger.SpentBlock}).Draw(t, "policy")
	take := loyalty.Points(rapid.Int64Range(1, int64(have)).Draw(t, "take"))
	w.with(t, w.account(t), func(b *ledger.Book) error {
		return b.Clawback(ledger.ClawbackReq{Line: line(source, next, take), Policy: policy})
	})
}

func (w *world) hold(t *rapid.T) {
	w.with(t, w.account(t), func(b *ledger.Book) error {
		h, err := b.Hold(w.id(), loyalty.Points(rapid.Int64Range(1, 60).Draw(t, "points")))
		if err == nil {
			w.open = append(w.open, h.ID)
		}
		return err
	})
}

func (w *world) takeHold(t *rapid.T) (loyalty.ID, bool) {
	if len(w.open) == 0 {
		return 0, false
	}
	i := rapid.IntRange(0, len(w.open)-1).Draw(t, "hold")
	id := w.open[i]
	w.open = append(w.open[:i:i], w.open[i+1:]...)
	return id, true
}

func (w *world) burn(t *rapid.T) {
	if id, ok := w.takeHold(t); ok {
		h := w.shelf.hold(id)
		w.with(t, h.AccountID, func(b *ledger.Book) error {
			return b.BurnHold(h, ledger.Line{Source: "redemption:" + h.RedemptionID.String()})
		})
		w.burned = append(w.burned, id)
	}
}

func (w *world) release(t *rapid.T) {
	if id, ok := w.takeHold(t); ok {
		h := w.shelf.hold(id)
		w.with(t, h.AccountID, func(b *ledger.Book) error { return b.ReleaseHold(h, w.now+5*day) })
	}
}

func (w *world) giveBack(t *rapid.T) {
	if len(w.burned) == 0 {
		return
	}
	h := w.shelf.hold(rapid.SampledFrom(w.burned).Draw(t, "burned"))
	n := loyalty.Points(rapid.Int64Range(1, 60).Draw(t, "points"))
	w.with(t, h.AccountID, func(b *ledger.Book) error {
		err := b.Return(ledger.ReturnReq{
			Line: ledger.Line{Source: "redemption:" + h.RedemptionID.String(), Seq: w.returns[h.ID], Points: n},
			Hold: h, Already: w.given[h.ID], GraceUntil: w.now + 5*day,
		})
		if err == nil {
			w.given[h.ID] += n
			w.returns[h.ID]++
		}
		return err
	})
}

func (w *world) adjust(t *rapid.T) {
	n := loyalty.Points(rapid.Int64Range(-30, 30).Draw(t, "points"))
	debt := rapid.Bool().Draw(t, "debt")
	w.with(t, w.account(t), func(b *ledger.Book) error {
		return b.Adjust(ledger.AdjustReq{
			Line: ledger.Line{Source: "adjust:" + w.id().String(), Points: n, Note: "why"}, AllowDebt: debt,
		})
	})
}

func (w *world) absorb(t *rapid.T) {
	into := w.account(t)
	source := fmt.Sprintf("merge:%d-%d", 3-into, into)
	_, next := w.sum(source, ledger.RuleMergeIn)
	b, from := w.shelf.open(into, w.now), w.shelf.open(3-into, w.now)
	if err := b.Absorb(from, ledger.Line{Source: source, Seq: next}); err != nil {
		t.Fatal(err)
	}
	w.save(b, from)
}

func TestEveryVerbKeepsTheInvariants(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := &world{shelf: newShelf(), now: day, given: map[loyalty.ID]loyalty.Points{}, returns: map[loyalty.ID]int64{}}
		t.Repeat(map[string]func(*rapid.T){
			"accrue": w.accrue, "clawback": w.clawback, "hold": w.hold, "burn": w.burn,
			"release": w.release, "return": w.giveBack, "adjust": w.adjust, "absorb": w.absorb,
			"settle": func(t *rapid.T) { w.with(t, w.account(t), (*ledger.Book).Settle) },
			"wait":   func(t *rapid.T) { w.now += rapid.Int64Range(0, 4).Draw(t, "days") * day },
			"": func(t *rapid.T) {
				for _, f := range w.faults() {
					t.Error(f)
				}
			},
		})
	})
}

func TestLotsAtShowsWhatWasLeftThen(t *testing.T) { // covers: N-15
	lots := []ledger.Lot{{ID: 1, Original: 10, AvailableAt: 5, CreatedAt: 2}, {ID: 2, Original: 7, CreatedAt: 7}}
	taken := []ledger.Taken{{LotID: 1, Points: 4, At: 6}, {LotID: 2, Points: 7, At: 8}}
	for at, want := range map[int64]string{
		1: "", 4: "1=10p ", 6: "1=6 ", 7: "1=6 2=7 ", 8: "1=6 ",
	} {
		got := ""
		for _, l := range ledger.LotsAt(lots, taken, at) {
			got += fmt.Sprintf("%d=%d", l.ID, l.Left)
			if l.Pending {
				got += "p"
			}
			got += " "
		}
		if got != want {
			t.Errorf("at %d: %q, want %q", at, got, want)
		}
	}
}
