package program

import (
	"context"
	"slices"
	"strings"
	"time"

	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// MovementQuery says which movements of points are wanted. Metric is one of a
// report's figures, "" = all; Rule is an earning rule's id, "" = all.
type MovementQuery struct {
	Metric string
	Rule   string
	Of     Period     // a zero day = open on that side
	Before loyalty.ID // the last one of the page before
	Limit  int
}

// movementsOf are the entries that a figure of a report is made of.
func movementsOf(metric string) (l store.MovementList, err error) {
	switch metric {
	case "":
	case MetricIssued:
		l.Kind = ledger.Accrual
	case MetricClawedBack:
		l.Kind = ledger.Clawback
	case MetricUsed:
		l.Kind = ledger.Burn
	case MetricReturned:
		l.Kind = ledger.Release
	case MetricExpired:
		l.Kind = ledger.Expiry
	case MetricMoved:
		l.Kind = ledger.Transfer
	case MetricWrittenOff:
		l.Kind, l.Begins = ledger.Adjustment, ledger.RuleSpent
	case MetricGiven:
		l.Kind, l.Not, l.Sign = ledger.Adjustment, ledger.RuleSpent, 1
	case MetricTaken:
		l.Kind, l.Not, l.Sign = ledger.Adjustment, ledger.RuleSpent, -1
	default:
		return l, loyalty.Invalid("what", "is not a figure of a report")
	}
	return l, nil
}

// Movements lists what happened to the points of all members, newest first. Days
// are those of the shop's calendar, on which a movement was booked, as in reports.
func (p *Program) Movements(ctx context.Context, shop loyalty.Shop, q MovementQuery) (list []store.OwnedEntry, err error) {
	l, err := movementsOf(q.Metric)
	if err != nil {
		return nil, err
	}
	zone, err := loyalty.Zone(shop.Zone)
	if err != nil {
		return nil, err
	}
	l.Rule, l.Before, l.Limit = q.Rule, q.Before, q.Limit
	if !q.Of.From.IsZero() {
		l.From = startID(q.Of.From, zone)
	}
	if !q.Of.To.IsZero() {
		if end := startID(q.Of.To.AddDays(1), zone); l.Before == 0 || end < l.Before {
			l.Before = end
		}
	}
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		list = nil
		spans, err := movementSpans(tx, shop.ID, q)
		for _, span := range spans {
			part := l
			part.From, part.Limit = max(l.From, span.from), l.Limit-len(list)
			if l.Before == 0 || span.before < l.Before {
				part.Before = span.before
			}
			if part.Limit == 0 || err != nil {
				break
			}
			if part.From >= part.Before {
				continue
			}
			var found []store.OwnedEntry
			found, err = tx.ListMovements(shop.ID, part)
			list = append(list, found...)
		}
		return err
	})
	return list, err
}

// idSpan is the ids from one up to, but not including, the other.
type idSpan struct{ from, before loyalty.ID }

// movementSpans are the ids among which such movements can be, the newest first: the days
// whose totals know of some, and what is not counted yet. A figure that moves once a month
// is found without a walk past all the others.
func movementSpans(tx *store.Tx, shop loyalty.ShopID, q MovementQuery) ([]idSpan, error) {
	metric := q.Metric
	if metric == "" && q.Rule != "" && !madeByNoRule(q.Rule) {
		metric = metricRule + q.Rule
	}
	whole := []idSpan{{0, farID}}
	if metric == "" {
		return whole, nil
	}
	days, err := tx.DaysWith(shop, metric)
	if err != nil {
		return nil, err
	}
	closings, err := tx.DayClosings(shop, loyalty.LocalDate{}, loyalty.LocalDate{Year: 9999, Month: 12, Day: 31})
	if err != nil || len(closings) == 0 {
		return whole, err
	}
	ends := make(map[loyalty.LocalDate]loyalty.ID, len(closings)) // the last entry of each day that is over
	for _, c := range closings {
		ends[c.Day] = c.UptoID
	}
	spans := []idSpan{{closings[len(closings)-1].UptoID + 1, farID}}
	for _, day := range days {
		end, over := ends[day]
		if !over {
			continue // it is open: the first span has it
		}
		span := idSpan{ends[day.AddDays(-1)] + 1, end + 1}
		if last := &spans[len(spans)-1]; last.from == span.before {
			last.from = span.from
		} else {
			spans = append(spans, span)
		}
	}
	return spans, nil
}

// madeByNoRule says whether entries with this rule id are made by a verb of the ledger:
// the totals by rule do not have them.
func madeByNoRule(rule string) bool {
	return strings.HasPrefix(rule, ledger.RuleSpent) || slices.Contains([]string{ledger.RuleBurn, ledger.RuleRelease, ledger.RuleExpiry, ledger.RuleAdjust, ledger.RuleMergeOut, ledger.RuleMergeIn, ledger.RuleRepair}, rule)
}

// startID is the lowest id of a day: ids are made when a movement is booked.
func startID(day loyalty.LocalDate, zone *time.Location) loyalty.ID {
	return loyalty.IDAt(day.Start(zone).UnixMilli())
}
