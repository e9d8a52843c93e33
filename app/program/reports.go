package program

import (
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// Movement is what happened to points in some time. All numbers count upwards.
type Movement struct {
	Issued     loyalty.Points `json:"issued" doc:"earned by orders and other activities"`
	ClawedBack loyalty.Points `json:"clawed_back" doc:"taken back, as after a refund"`
	Used       loyalty.Points `json:"used" doc:"paid for codes"`
	Returned   loyalty.Points `json:"returned" doc:"given back for codes that were not used"`
	Expired    loyalty.Points `json:"expired"`
	Given      loyalty.Points `json:"given" doc:"by hand"`
	Taken      loyalty.Points `json:"taken" doc:"by hand"`
	WrittenOff loyalty.Points `json:"written_off" doc:"debts that the shop bears"`
	Codes      int64          `json:"codes" doc:"codes that were paid for"`
}

// add takes in one total. What moves between members changes nothing.
func (m *Movement) add(t store.DayTotal) {
	switch t.Metric {
	case MetricIssued:
		m.Issued += t.Points
	case MetricClawedBack:
		m.ClawedBack -= t.Points
	case MetricUsed:
		m.Used -= t.Points
		m.Codes += t.Times
	case MetricReturned:
		m.Returned += t.Points
	case MetricExpired:
		m.Expired -= t.Points
	case MetricGiven:
		m.Given += t.Points
	case MetricTaken:
		m.Taken -= t.Points
	case MetricWrittenOff:
		m.WrittenOff += t.Points
	}
}

// Held is what all members hold at an instant, and what that is worth: every point what it was promised (N-02).
type Held struct {
	Points loyalty.Points `json:"points" doc:"pending and held points included, less debts"`
	Minor  int64          `json:"minor" doc:"minor units: every point by what it was promised, debts by the rate of then"`
}

// Bucket is a day, week or month of a report, or the part of it that is in the period.
type Bucket struct {
	From loyalty.LocalDate `json:"from"`
	To   loyalty.LocalDate `json:"to" doc:"inclusive"`
	Movement
	Held Held `json:"held" doc:"at its end, or now"`
}

// RuleSum is what one rule brought.
type RuleSum struct {
	Rule   string         `json:"rule" doc:"id"`
	Name   string         `json:"name,omitempty" doc:"missing = the rule has no name of its own"`
	Kind   string         `json:"kind,omitempty" doc:"missing = the rule is not in the plan any more"`
	Points loyalty.Points `json:"points" doc:"issued less what was clawed back"`
	Times  int64          `json:"times" doc:"entries"`
}

// PointsReport is what happened to a shop's points in a period, by the shop's calendar.
type PointsReport struct {
	From     loyalty.LocalDate `json:"from"`
	To       loyalty.LocalDate `json:"to" doc:"inclusive"`
	Buckets  []Bucket          `json:"buckets"`
	Sum      Movement          `json:"sum"`
	Before   Movement          `json:"before" doc:"of the period of the same length before"`
	Start    Held              `json:"start" doc:"at the end of the day before the period"`
	End      Held              `json:"end" doc:"at its end, or now"`
	Rules    []RuleSum         `json:"rules" doc:"the most points first"`
	Complete bool              `json:"complete" doc:"false while older entries are still being counted"`
}

// Step is the length of a report's buckets.
type Step string

// The steps.
const (
	ByDay   Step = "day"
	ByWeek  Step = "week" // from Monday
	ByMonth Step = "month"
)

// maxReportDays bounds what one report reads.
const maxReportDays = 3700

// Period is days of the shop's calendar, both included.
type Period struct{ From, To loyalty.LocalDate }

func (p Period) validate() error {
	if p.From.IsZero() || p.To.IsZero() || p.To.Before(p.From) {
		return loyalty.Invalid("to", "must be a day that is not before from")
	}
	if p.days() > maxReportDays {
		return loyalty.Invalid("from", "must be at most ten years before to")
	}
	return nil
}

func (p Period) days() int {
	from, to := p.From.Start(time.UTC), p.To.Start(time.UTC)
	return int(to.Sub(from)/(24*time.Hour)) + 1
}

// before is the period of the same length before.
func (p Period) before() Period {
	return Period{From: p.From.AddDays(-p.days()), To: p.From.AddDays(-1)}
}

func (p Period) has(d loyalty.LocalDate) bool { return !d.Before(p.From) && !p.To.Before(d) }

// dayBook is the daily totals of some days as they are now: what is stored, and the
// entries that are too young to be stored.
type dayBook struct {
	totals   []store.DayTotal
	closings []store.DayClosing // in order; the last one is the present
	today    loyalty.LocalDate
	complete bool
}

// tailMost bounds how many entries are summed while somebody waits.
const tailMost = 20_000

func (p *Program) readDays(tx *store.Tx, shop loyalty.Shop, of Period) (b dayBook, err error) {
	zone, err := loyalty.Zone(shop.Zone)
	if err != nil {
		return b, err
	}
	cursor, err := tx.LoadCursor(shop.ID, totalsCursor)
	if err != nil {
		return b, err
	}
	from, err := parseCounting(cursor.Position)
	if err != nil {
		return b, err
	}
	if b.totals, err = tx.DayTotals(shop.ID, of.From, of.To); err != nil {
		return b, err
	}
	if b.closings, err = tx.DayClosings(shop.ID, of.From.AddDays(-1), of.To); err != nil {
		return b, err
	}
	moves, err := tx.MovesAfter(shop.ID, from.upto, tailMost)
	if err != nil {
		return b, err
	}
	b.complete = len(moves) < tailMost
	b.today = loyalty.DateOf(time.UnixMilli(p.now()).In(zone))
	tail := newCounter(from, zone)
	tail.take(moves, math.MaxInt64)
	tail.closeBefore(b.today)
	tail.closed = append(tail.closed, store.DayClosing{Day: tail.day, Points: tail.points})
	end := farID
	if !b.complete { // the points are those up to the last entry that was read
		end = tail.upto + 1
	}
	if err := p.valueClosings(tx, shop, tail, end); err != nil {
		return b, err
	}
	for _, t := range tail.totals {
		if of.has(t.Day) {
			b.totals = append(b.totals, *t)
		}
	}
	b.closings = append(b.closings, tail.closed...)
	return b, nil
}

// heldAt is what members held at the end of a day, or now if that is still to come.
func (b dayBook) heldAt(day loyalty.LocalDate) Held {
	var held Held
	for _, c := range b.closings {
		if day.Before(c.Day) {
			break
		}
		held = Held{c.Points, c.Minor}
	}
	return held
}

// Points makes the report of a period.
func (p *Program) Points(ctx context.Context, shop loyalty.Shop, of Period, step Step) (PointsReport, error) {
	report := PointsReport{From: of.From, To: of.To}
	if err := of.validate(); err != nil {
		return report, err
	}
	err := p.Store.Read(ctx, func(tx *store.Tx) error {
		both, err := p.readDays(tx, shop, Period{of.before().From, of.To})
		if err != nil {
			return err
		}
		plan, err := p.CurrentPlan(tx, shop)
		if err != nil {
			return err
		}
		report = PointsReport{From: of.From, To: of.To, Complete: both.complete, Start: both.heldAt(of.From.AddDays(-1)), End: both.heldAt(of.To)}
		report.Buckets = both.buckets(of, step)
		report.Rules = both.rules(of, plan.Doc)
		for _, t := range both.totals {
			if of.has(t.Day) {
				report.Sum.add(t)
			} else {
				report.Before.add(t)
			}
		}
		return nil
	})
	return report, err
}

// buckets cuts a period into steps; those that are still to come are left out.
func (b dayBook) buckets(of Period, step Step) []Bucket {
	list := []Bucket{}
	for day := of.From; !of.To.Before(day) && !b.today.Before(day); {
		next := step.after(day)
		last := next.AddDays(-1)
		if of.To.Before(last) {
			last = of.To
		}
		list = append(list, Bucket{From: day, To: last})
		day = next
	}
	for _, t := range b.totals {
		i, found := slices.BinarySearchFunc(list, t.Day, func(x Bucket, day loyalty.LocalDate) int {
			switch {
			case x.To.Before(day):
				return -1
			case day.Before(x.From):
				return 1
			}
			return 0
		})
		if found {
			list[i].add(t)
		}
	}
	at := 0
	var held Held
	for i := range list {
		for ; at < len(b.closings) && !list[i].To.Before(b.closings[at].Day); at++ {
			held = Held{b.closings[at].Points, b.closings[at].Minor}
		}
		list[i].Held = held
	}
	return list
}

// after is the first day of the next step.
func (s Step) after(day loyalty.LocalDate) loyalty.LocalDate {
	switch s {
	case ByWeek:
		return day.AddDays(7 - (int(day.Start(time.UTC).Weekday())+6)%7)
	case ByMonth:
		return loyalty.LocalDate{Year: day.Year, Month: day.Month, Day: 1}.AddMonths(1)
	}
	return day.AddDays(1)
}

func (b dayBook) rules(of Period, doc PlanDoc) []RuleSum {
	names := ruleNames(doc)
	sums := map[string]RuleSum{}
	for _, t := range b.totals {
		if rule, ok := strings.CutPrefix(t.Metric, metricRule); ok && of.has(t.Day) {
			sum := sums[rule]
			sums[rule] = RuleSum{Rule: rule, Name: names[rule].Name, Kind: names[rule].Kind, Points: sum.Points + t.Points, Times: sum.Times + t.Times}
		}
	}
	list := []RuleSum{}
	for _, s := range sums {
		if s.Kind != "" || s.Points != 0 { // what earned nothing has no rule
			list = append(list, s)
		}
	}
	slices.SortFunc(list, func(a, b RuleSum) int {
		if a.Points != b.Points {
			return int(max(-1, min(1, b.Points-a.Points)))
		}
		return strings.Compare(a.Rule, b.Rule)
	})
	return list
}

// RuleName is what the shop calls an earning rule: nothing where it goes by its kind.
type RuleName struct{ Name, Kind string }

func ruleNames(doc PlanDoc) map[string]RuleName {
	names := map[string]RuleName{}
	for _, r := range doc.Earning.Rules {
		names[r.ID] = RuleName{r.Name, string(r.Kind)}
	}
	return names
}

// Group is some customers of a period.
type Group struct {
	Customers int64 `json:"customers"`
	Repeating int64 `json:"repeating" doc:"with two orders or more in the period"`
	Orders    int64 `json:"orders"`
	Minor     int64 `json:"minor" doc:"total less refunds, of orders in the shop's currency"`
}

// CustomersReport says who bought in a period: drafts and cancelled orders apart.
type CustomersReport struct {
	From    loyalty.LocalDate `json:"from"`
	To      loyalty.LocalDate `json:"to"`
	Members Group             `json:"members" doc:"customers whose points are in our books"`
	Others  Group             `json:"others" doc:"customers without an account with us"`
	Guests  Group             `json:"guests" doc:"orders of nobody known; whether they came again cannot be told"`
	Earning int64             `json:"earning" doc:"members with an order that earned points"`
	Using   int64             `json:"using" doc:"members with an order that used points"`
}

// Customers makes the report of a period: it reads the period's orders.
func (p *Program) Customers(ctx context.Context, shop loyalty.Shop, of Period) (CustomersReport, error) {
	report := CustomersReport{From: of.From, To: of.To}
	if err := of.validate(); err != nil {
		return report, err
	}
	zone, err := loyalty.Zone(shop.Zone)
	if err != nil {
		return report, err
	}
	err = p.Store.Peek(ctx, func(tx *store.Tx) error {
		members, others, guests, err := tx.BuyersIn(shop, of.From.Start(zone).UnixMilli(), of.To.End(zone).UnixMilli())
		group := func(b store.Buyers) Group {
			return Group{Customers: b.Customers, Repeating: b.Repeating, Orders: b.Orders, Minor: b.Minor}
		}
		report.Members, report.Others, report.Guests = group(members), group(others), group(guests)
		report.Earning, report.Using = members.Earning, members.Using
		return err
	})
	return report, err
}
