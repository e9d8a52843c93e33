package ledger_test

import (
	"errors"
	"testing"

	"zugabe/app/ledger"
	"zugabe/app/loyalty"
)

const day = int64(86_400_000)

// shelf is a store in memory: what a Book changed is put away and loaded again
// by the same rules as in SQL, so that a verb cannot lean on what it forgot to
// record.
type shelf struct {
	last     loyalty.ID
	accounts map[loyalty.ID]ledger.Account
	lots     map[loyalty.ID]ledger.Lot
	holds    map[loyalty.ID]ledger.Hold
	entries  []ledger.Entry
	allocs   []ledger.Allocation
}

func newShelf() *shelf {
	return &shelf{accounts: map[loyalty.ID]ledger.Account{}, lots: map[loyalty.ID]ledger.Lot{}, holds: map[loyalty.ID]ledger.Hold{}}
}

func (s *shelf) id() loyalty.ID { s.last++; return s.last }

func (s *shelf) open(account loyalty.ID, now int64) *ledger.Book {
	var lots []ledger.Lot
	for _, l := range s.lots {
		expired, seq := s.sum(ledger.LotSource(l.ID), ledger.RuleExpiry)
		l.Expired, l.ExpirySeq = -expired, seq
		if l.AccountID == account && (l.State != ledger.LotClosed || l.Expired > 0) {
			lots = append(lots, l)
		}
	}
	a := s.accounts[account]
	a.ID = account
	return ledger.NewBook(a, lots, s.id, now)
}

func (s *shelf) save(books ...*ledger.Book) {
	for _, b := range books {
		c := b.Changes()
		s.entries = append(s.entries, c.Entries...)
		for _, l := range append(c.NewLots, c.ChangedLots...) {
			s.lots[l.ID] = l
		}
		s.allocs = append(s.allocs, c.Allocations...)
		for _, h := range append(c.NewHolds, c.ClosedHolds...) {
			s.holds[h.ID] = h
		}
		for _, from := range c.Absorbed {
			s.move(from, b.Account.ID)
		}
		s.accounts[b.Account.ID] = b.Account
	}
}

func (s *shelf) move(from, to loyalty.ID) {
	for id, l := range s.lots {
		if l.AccountID == from {
			l.AccountID = to
			s.lots[id] = l
		}
	}
	for id, h := range s.holds {
		if h.AccountID == from {
			h.AccountID = to
			s.holds[id] = h
		}
	}
}

func (s *shelf) hold(id loyalty.ID) ledger.Hold {
	h := s.holds[id]
	h.Lots = nil
	for _, a := range h.Allocations {
		h.Lots = append(h.Lots, s.lots[a.LotID])
	}
	return h
}

func (s *shelf) sum(source, rule string) (points loyalty.Points, next int64) {
	for _, e := range s.entries {
		if e.Source == source && e.RuleID == rule {
			next++
			points += e.Points
		}
	}
	return points, next
}

// faults lists every broken invariant of every account.
func (s *shelf) faults() []string {
	var out []string
	report := func(ok bool, what string) {
		if !ok {
			out = append(out, what)
		}
	}
	taken := map[loyalty.ID]loyalty.Points{}
	for _, a := range s.allocs {
		if h, ok := s.holds[a.OwnerID]; !ok || h.State != ledger.HoldReleased {
			taken[a.LotID] += a.Points
		}
	}
	for id, l := range s.lots {
		report(l.Remaining >= 0 && l.Remaining <= l.Original, "lot "+id.String()+" out of range")
		report((l.State == ledger.LotClosed) == (l.Remaining == 0), "lot "+id.String()+" closed and not empty, or the reverse")
		report(l.Original-l.Remaining == taken[id]+s.everExpired(id), "lot "+id.String()+" is not original less what was taken")
	}
	unique := map[[2]string]map[int64]bool{}
	for _, e := range s.entries {
		key := [2]string{e.Source, e.RuleID}
		if unique[key] == nil {
			unique[key] = map[int64]bool{}
		}
		report(!unique[key][e.Seq], "entry twice: "+e.Source+" "+e.RuleID)
		unique[key][e.Seq] = true
	}
	for id, a := range s.accounts {
		out = append(out, s.accountFaults(id, a)...)
	}
	return out
}

func (s *shelf) everExpired(lot loyalty.ID) loyalty.Points {
	for _, e := range s.entries {
		if e.Source == ledger.LotSource(lot) && e.Seq == 0 {
			return -e.Points
		}
	}
	return 0
}

func (s *shelf) accountFaults(id loyalty.ID, a ledger.Account) []string {
	var out []string
	var entries, open, pending, held loyalty.Points
	var seq int64
	for _, e := range s.entries {
		if e.AccountID == id {
			entries += e.Points
			seq++
			if e.AccountSeq != seq {
				out = append(out, "account sequence has a gap")
			}
		}
	}
	for _, l := range s.lots {
		if l.AccountID == id && l.State == ledger.LotOpen {
			open += l.Remaining
		}
		if l.AccountID == id && l.State == ledger.LotPending {
			pending += l.Remaining
		}
	}
	for _, h := range s.holds {
		if h.AccountID == id && h.State == ledger.HoldOpen {
			held += h.Points
		}
	}
	checks := map[string]bool{
		"balance is not the sum of entries": a.Pending+a.Available+a.Held == entries,
		"available is not open less debt":   a.Available == open-a.Debt,
		"pending is not the pending lots":   a.Pending == pending,
		"held is not the open holds":        a.Held == held,
		"debt beside open lots":             a.Debt == 0 || open == 0,
		"negative sum":                      a.Debt >= 0 && a.Held >= 0 && a.Pending >= 0,
	}
	for what, ok := range checks {
		if !ok {
			out = append(out, "account "+id.String()+": "+what)
		}
	}
	return out
}

func (s *shelf) mustHold(t *testing.T) {
	t.Helper()
	for _, f := range s.faults() {
		t.Error(f)
	}
}

func line(source string, seq int64, points loyalty.Points) ledger.Line {
	return ledger.Line{Source: source, RuleID: "base", Seq: seq, Points: points, LimitedTo: -1, Actor: "rule"}
}

// do opens account 1, runs the verbs and saves.
func (s *shelf) do(t *testing.T, now int64, verbs ...func(b *ledger.Book) error) {
	t.Helper()
	b := s.open(1, now)
	for _, v := range verbs {
		if err := v(b); err != nil {
			t.Fatal(err)
		}
	}
	s.save(b)
	s.mustHold(t)
}

func accrue(source string, points loyalty.Points, available, expires int64) func(*ledger.Book) error {
	return func(b *ledger.Book) error {
		return b.Accrue(ledger.AccrueReq{Line: line(source, 0, points), AvailableAt: available, ExpiresAt: expires})
	}
}

func clawback(source string, seq int64, points loyalty.Points, p ledger.SpentPolicy) func(*ledger.Book) error {
	return func(b *ledger.Book) error {
		return b.Clawback(ledger.ClawbackReq{Line: line(source, seq, points), Policy: p})
	}
}

func (s *shelf) want(t *testing.T, pending, available, held, debt loyalty.Points) {
	t.Helper()
	a := s.accounts[1]
	got := [4]loyalty.Points{a.Pending, a.Available, a.Held, a.Debt}
	if got != [4]loyalty.Points{pending, available, held, debt} {
		t.Errorf("pending, available, held, debt = %v, want %v", got, [4]loyalty.Points{pending, available, held, debt})
	}
}

func TestDebitsConsumeTheSoonestExpiringLotFirst(t *testing.T) {
	s := newShelf()
	s.do(t, 1, accrue("sale:late", 10, 0, 90*day), accrue("sale:soon", 10, 0, 30*day))
	s.do(t, 2, func(b *ledger.Book) error { _, err := b.Hold(7, 12); return err })
	left := map[string]loyalty.Points{}
	for _, l := range s.lots {
		left[l.Source] = l.Remaining
	}
	if left["sale:soon"] != 0 || left["sale:late"] != 8 {
		t.Errorf("left %v", left)
	}
	s.want(t, 0, 8, 12, 0)
}

func TestHoldRefusesMoreThanIsAvailableAndSaysHowMuchThereIs(t *testing.T) {
	s := newShelf()
	s.do(t, 1, accrue("sale:1", 10, 0, 0), accrue("sale:2", 50, 9*day, 0))
	_, err := s.open(1, 2).Hold(7, 11)
	var e *loyalty.Error
	if !errors.As(err, &e) || e.Code != loyalty.CodeInsufficientPoints || e.Detail["available"] != loyalty.Points(10) {
		t.Errorf("got %v", err)
	}
}

func TestPendingPointsBecomeSpendableAfterTheReturnWindow(t *testing.T) { // covers: A-10, G14
	s := newShelf()
	s.do(t, 1, accrue("sale:1", 10, 9*day, 0))
	s.want(t, 10, 0, 0, 0)
	s.do(t, 9*day, (*ledger.Book).Mature)
	s.want(t, 0, 10, 0, 0)
}

func TestARefundInsideTheWindowTakesThePendingPoints(t *testing.T) { // G14
	s := newShelf()
	s.do(t, 1, accrue("sale:1", 10, 9*day, 0), accrue("sale:2", 20, 0, 0))
	s.do(t, 2, clawback("sale:1", 1, 10, ""))
	s.want(t, 0, 20, 0, 0)
}

func TestClawbackOfSpentPointsFollowsThePolicy(t *testing.T) { // covers: A-19, B8
	for policy, want := range map[ledger.SpentPolicy][2]loyalty.Points{
		ledger.SpentDebt: {-10, 10}, ledger.SpentBlock: {-10, 10}, ledger.SpentWriteOff: {0, 0}, "": {-10, 10},
	} {
		s := newShelf()
		var h ledger.Hold
		s.do(t, 1, accrue("sale:1", 10, 0, 0))
		s.do(t, 2, func(b *ledger.Book) (err error) { h, err = b.Hold(7, 10); return err })
		s.do(t, 3, func(b *ledger.Book) error { return b.BurnHold(s.hold(h.ID), ledger.Line{Source: "redemption:7"}) })
		s.do(t, 4, clawback("sale:1", 1, 10, policy))
		s.want(t, 0, want[0], 0, want[1])
		if sum, _ := s.sum("sale:1", "base"); sum != 0 {
			t.Errorf("%s: the sale still holds %d points", policy, sum)
		}
	}
}

func TestFuturePointsPayDebtFirst(t *testing.T) {
	s := newShelf()
	s.do(t, 1, func(b *ledger.Book) error {
		return b.Adjust(ledger.AdjustReq{Line: ledger.Line{Source: "adjust:1", Points: -6, Note: "mistake"}, AllowDebt: true})
	})
	s.want(t, 0, -6, 0, 6)
	s.do(t, 2, accrue("sale:1", 4, 0, 0), accrue("sale:2", 5, 9*day, 0))
	s.want(t, 5, -2, 0, 2)
	s.do(t, 9*day, (*ledger.Book).Mature)
	s.want(t, 0, 3, 0, 0)
}

func TestExpiredPointsAreNotTakenASecondTimeByARefund(t *testing.T) { // F5
	s := newShelf()
	s.do(t, 1, accrue("sale:1", 10, 0, 5*day), accrue("sale:2", 20, 0, 0))
	s.do(t, 6*day, (*ledger.Book).ExpireDue)
	s.want(t, 0, 20, 0, 0)
	s.do(t, 7*day, clawback("sale:1", 1, 4, ""))
	s.do(t, 8*day, clawback("sale:1", 2, 6, ""))
	s.want(t, 0, 20, 0, 0)
	if sum, _ := s.sum("sale:1", "base"); sum != 0 {
		t.Errorf("the sale still holds %d points", sum)
	}
}

func TestALotExpiresOnce(t *testing.T) { // F1
	s := newShelf()
	s.do(t, 1, accrue("sale:1", 10, 0, 5*day))
	for range 3 {
		s.do(t, 5*day, (*ledger.Book).ExpireDue)
	}
	s.want(t, 0, 0, 0, 0)
	if len(s.entries) != 2 {
		t.Errorf("%d entries", len(s.entries))
	}
}

func TestASpendNeverTakesPointsThatAreDueToExpire(t *testing.T) { // F3
	s := newShelf()
	s.do(t, 1, accrue("sale:1", 10, 0, 5*day))
	b := s.open(1, 5*day)
	if _, err := b.Hold(7, 10); loyalty.CodeOf(err) != loyalty.CodeInsufficientPoints {
		t.Errorf("got %v", err)
	}
	s.save(b)
	s.mustHold(t)
}

func TestAReleasedHoldGoesBackToItsLotsOrIntoGraceWhenTheyRanOut(t *testing.T) { // F4
	s := newShelf()
	var h ledger.Hold
	s.do(t, 1, accrue("sale:1", 10, 0, 5*day), accrue("sale:2", 10, 0, 50*day))
	s.do(t, 2, func(b *ledger.Book) (err error) { h, err = b.Hold(7, 15); return err })
	s.do(t, 6*day, func(b *ledger.Book) error { return b.ReleaseHold(s.hold(h.ID), 20*day) })
	s.want(t, 0, 20, 0, 0)
	s.do(t, 19*day, (*ledger.Book).ExpireDue)
	s.want(t, 0, 20, 0, 0)
	s.do(t, 20*day, (*ledger.Book).ExpireDue)
	s.want(t, 0, 10, 0, 0)
}

func TestReturnedPointsKeepTheLaterOfTheirDayAndGrace(t *testing.T) { // covers: A-17, F4
	s := newShelf()
	var h ledger.Hold
	s.do(t, 1, accrue("sale:1", 10, 0, 5*day), accrue("sale:2", 10, 0, 50*day))
	s.do(t, 2, func(b *ledger.Book) (err error) { h, err = b.Hold(7, 16); return err })
	s.do(t, 3, func(b *ledger.Book) error { return b.BurnHold(s.hold(h.ID), ledger.Line{Source: "redemption:7"}) })
	for seq, points := range []loyalty.Points{4, 12} {
		s.do(t, 6*day, func(b *ledger.Book) error {
			return b.Return(ledger.ReturnReq{
				Line: ledger.Line{Source: "redemption:7", Seq: int64(seq), Points: points},
				Hold: s.hold(h.ID), Already: loyalty.Points(seq) * 4, GraceUntil: 20 * day,
			})
		})
	}
	s.want(t, 0, 20, 0, 0)
	s.do(t, 20*day, (*ledger.Book).ExpireDue)
	s.want(t, 0, 10, 0, 0)
	b := s.open(1, 21*day)
	err := b.Return(ledger.ReturnReq{Line: ledger.Line{Source: "redemption:7", Seq: 2, Points: 1}, Hold: s.hold(h.ID), Already: 16})
	if loyalty.CodeOf(err) != loyalty.CodeInvalid {
		t.Errorf("returned more than was burned: %v", err)
	}
}

func TestAbsorbMovesLotsHoldsAndDebtAndSumsToZero(t *testing.T) { // B14
	s := newShelf()
	s.do(t, 1, accrue("sale:1", 10, 0, 0), func(b *ledger.Book) error { _, err := b.Hold(7, 4); return err })
	other := s.open(2, 2)
	if err := other.Adjust(ledger.AdjustReq{Line: ledger.Line{Source: "adjust:9", Points: -5, Note: "x"}, AllowDebt: true}); err != nil {
		t.Fatal(err)
	}
	s.save(other)
	into, from := s.open(1, 3), s.open(2, 3)
	if err := into.Absorb(from, ledger.Line{Source: "merge:2-1"}); err != nil {
		t.Fatal(err)
	}
	s.save(into, from)
	s.mustHold(t)
	s.want(t, 0, 1, 4, 0)
	if a := s.accounts[2]; a.Available != 0 || a.Debt != 0 {
		t.Errorf("the absorbed account keeps %+v", a)
	}
	n := len(s.entries)
	into, from = s.open(1, 4), s.open(2, 4)
	if err := into.Absorb(from, ledger.Line{Source: "merge:2-1", Seq: 1}); err != nil {
		t.Fatal(err)
	}
	s.save(into, from)
	if len(s.entries) != n {
		t.Error("a second merge posted something")
	}
}

func TestADebitOnHalfLoadedLotsIsRefused(t *testing.T) {
	s := newShelf()
	s.do(t, 1, accrue("sale:1", 10, 0, 0))
	b := ledger.NewBook(s.accounts[1], nil, s.id, 2)
	if err := b.Clawback(ledger.ClawbackReq{Line: line("sale:1", 1, 10)}); err == nil {
		t.Error("invented debt out of lots that were not loaded")
	}
}

func TestAdjustmentsNeedANoteAndANumber(t *testing.T) { // covers: S4-18, B23
	s := newShelf()
	for _, l := range []ledger.Line{{Source: "adjust:1", Note: "why"}, {Source: "adjust:1", Points: 5}} {
		if err := s.open(1, 1).Adjust(ledger.AdjustReq{Line: l}); loyalty.CodeOf(err) != loyalty.CodeInvalid {
			t.Errorf("%+v: %v", l, err)
		}
	}
}

func TestPointsBeyondTheCapsAreRefused(t *testing.T) { // B22
	s := newShelf()
	s.accounts[1] = ledger.Account{ID: 1, Available: loyalty.MaxBalancePoints, EntrySeq: 0}
	b := s.open(1, 1)
	for _, n := range []loyalty.Points{1, loyalty.MaxEntryPoints + 1} {
		if err := b.Accrue(ledger.AccrueReq{Line: line("sale:1", 0, n)}); loyalty.CodeOf(err) != loyalty.CodeOverflow {
			t.Errorf("%d points: %v", n, err)
		}
	}
}
