package program

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// The metrics of daily totals.
const (
	MetricIssued     = "issued"      // earned by facts
	MetricClawedBack = "clawed_back" // taken back because a fact earns less
	MetricUsed       = "used"        // paid for codes
	MetricReturned   = "returned"    // given back for codes that were not used
	MetricExpired    = "expired"
	MetricGiven      = "given"       // by hand
	MetricTaken      = "taken"       // by hand
	MetricWrittenOff = "written_off" // debts that the shop bears
	MetricMoved      = "moved"       // between members: always sums to nothing
	metricRule       = "rule:"       // then the rule: what it issued, less what was clawed back
)

// TotalsLag is how old an entry must be before it is counted. Ids are made before
// the transaction commits, so an entry can come into sight behind younger ones;
// no transaction lives nearly as long as this.
const TotalsLag = 15 * time.Minute

const (
	totalsCursor = "daily-totals"
	totalsChunk  = 5000 // entries in one step
)

func metricOf(m store.Move) string {
	switch m.Kind {
	case ledger.Accrual:
		return MetricIssued
	case ledger.Clawback:
		return MetricClawedBack
	case ledger.Burn:
		return MetricUsed
	case ledger.Release:
		return MetricReturned
	case ledger.Expiry:
		return MetricExpired
	case ledger.Transfer:
		return MetricMoved
	}
	if strings.HasPrefix(m.RuleID, ledger.RuleSpent) {
		return MetricWrittenOff
	}
	if m.Points < 0 {
		return MetricTaken
	}
	return MetricGiven
}

// counting is where a shop's daily totals stand: everything up to an entry is in
// them, and day is the one that is still open. It is stored as the position of a cursor.
type counting struct {
	upto   loyalty.ID
	day    loyalty.LocalDate // zero = nothing was counted yet
	points loyalty.Points    // of all entries so far
}

func (c counting) String() string {
	if c.day.IsZero() {
		return ""
	}
	return fmt.Sprintf("%d %s %d", c.upto, c.day, c.points)
}

// starts is the least id of the day that is open.
func (c counting) starts(zone *time.Location) loyalty.ID {
	if c.day.IsZero() {
		return 0
	}
	return loyalty.IDAt(c.day.Start(zone).UnixMilli())
}

func parseCounting(position string) (c counting, err error) {
	if position == "" {
		return c, nil
	}
	var day string
	if _, err = fmt.Sscanf(position, "%d %s %d", &c.upto, &day, &c.points); err == nil {
		c.day, err = loyalty.ParseDate(day)
	}
	return c, err
}

// counter goes through entries in the order of their ids and sums them by day. A
// day ends with the first entry of a later one: an entry that says an earlier day
// than the one before it belongs to that one's day. So every entry is in one day.
type counter struct {
	counting
	zone   *time.Location
	totals map[totalKey]*store.DayTotal
	closed []store.DayClosing
}

type totalKey struct {
	day    loyalty.LocalDate
	metric string
}

func newCounter(from counting, zone *time.Location) *counter {
	return &counter{counting: from, zone: zone, totals: map[totalKey]*store.DayTotal{}}
}

// take adds entries up to the first one posted at or after an instant (Unix ms),
// and says how many it took.
func (c *counter) take(moves []store.Move, before int64) int {
	for i, m := range moves {
		if m.PostedAt >= before {
			return i
		}
		c.closeBefore(loyalty.DateOf(time.UnixMilli(m.PostedAt).In(c.zone)))
		c.add(metricOf(m), m.Points)
		if m.Kind == ledger.Accrual || m.Kind == ledger.Clawback {
			c.add(metricRule+m.RuleID, m.Points)
		}
		c.points += m.Points
		c.upto = m.ID
	}
	return len(moves)
}

// closeBefore ends the open day and all days between it and the given one.
func (c *counter) closeBefore(day loyalty.LocalDate) {
	if c.day.IsZero() {
		c.day = day
	}
	for ; c.day.Before(day); c.day = c.day.AddDays(1) {
		c.closed = append(c.closed, store.DayClosing{Day: c.day, UptoID: c.upto, Points: c.points})
	}
}

// add counts points for a metric; "rule:" metrics repeat what the kinds say.
func (c *counter) add(metric string, points loyalty.Points) {
	key := totalKey{c.day, metric}
	t := c.totals[key]
	if t == nil {
		t = &store.DayTotal{Day: c.day, Metric: metric}
		c.totals[key] = t
	}
	t.Points += points
	t.Times++
}

// sums lists what was summed: of one day, or of all others.
func (c *counter) sums(day loyalty.LocalDate) (of, others []store.DayTotal) {
	for _, t := range c.totals {
		if t.Day == day {
			of = append(of, *t)
		} else {
			others = append(others, *t)
		}
	}
	order := func(a, b store.DayTotal) int {
		return strings.Compare(a.Day.String()+a.Metric, b.Day.String()+b.Metric)
	}
	slices.SortFunc(of, order)
	slices.SortFunc(others, order)
	return of, others
}

// CountEntries adds a shop's new entries to its daily totals and closes the days
// that are over: one chunk, in one transaction. more says that there are more.
// Running it twice, or in two processes at once, counts nothing twice.
func (p *Program) CountEntries(ctx context.Context, shop loyalty.Shop) (more bool, err error) {
	zone, err := loyalty.Zone(shop.Zone)
	if err != nil {
		return false, err
	}
	var cursor store.Cursor
	var c *counter
	var before counting
	old := p.now() - TotalsLag.Milliseconds()
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		if cursor, err = tx.LoadCursor(shop.ID, totalsCursor); err != nil {
			return err
		}
		if before, err = parseCounting(cursor.Position); err != nil {
			return err
		}
		moves, err := tx.MovesAfter(shop.ID, before.upto, totalsChunk)
		if err != nil {
			return err
		}
		c = newCounter(before, zone)
		taken := c.take(moves, old)
		more = taken == totalsChunk
		if !more && !c.day.IsZero() { // nothing older than the lag can still come
			c.closeBefore(loyalty.DateOf(time.UnixMilli(old).In(zone)))
		}
		return p.valueClosings(tx, shop, c, farID)
	})
	if err != nil || c.String() == before.String() {
		return false, err
	}
	err = p.Store.Write(ctx, func(tx *store.Tx) error {
		moved, err := tx.MoveCursor(shop.ID, totalsCursor, cursor, store.Cursor{Position: c.String(), UpdatedAt: p.now()})
		if err != nil || !moved {
			return err // another process was faster
		}
		first, rest := c.sums(before.day)
		if err := tx.AddDayTotals(shop.ID, first); err != nil {
			return err
		}
		if err := tx.InsertDayTotals(shop.ID, rest); err != nil {
			return err
		}
		if err := tx.InsertDayClosings(shop.ID, c.closed); err != nil {
			return err
		}
		upto := c.upto
		if !more {
			upto = max(upto, loyalty.IDAt(old))
		}
		return foldPromised(tx, shop.ID, before.starts(zone), upto, zone)
	})
	return more, err
}

// RebuildTotals makes a shop's daily totals again from its entries. Reports show
// what is counted so far meanwhile.
func (p *Program) RebuildTotals(ctx context.Context, shop loyalty.Shop) error {
	err := p.Store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.ForgetTotals(shop.ID, totalsCursor); err != nil {
			return err
		}
		return p.mendPromised(tx, shop.ID)
	})
	for more := true; more && err == nil; {
		more, err = p.CountEntries(ctx, shop)
	}
	return err
}
