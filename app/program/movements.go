package program

import (
	"context"
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
		list, err = tx.ListMovements(shop.ID, l)
		return err
	})
	return list, err
}

// startID is the lowest id of a day: ids are made when a movement is booked.
func startID(day loyalty.LocalDate, zone *time.Location) loyalty.ID {
	return loyalty.IDAt(day.Start(zone).UnixMilli())
}
