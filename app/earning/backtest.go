package earning

import (
	"time"

	"zugabe/app/loyalty"
)

// Tally applies a member's limits while the member's sales are replayed in
// the order in which they happened, as booking does it with stored counters.
// Budgets of campaigns are of all members together: it knows nothing of them.
// The zero value is a member who has earned nothing yet.
type Tally struct {
	used map[tallyKey]tallied
}

type tallyKey struct{ rule, window string }

type tallied struct {
	times  int64
	points loyalty.Points
}

// Cut says what the grants of one sale come to after the limits. day is the local
// day of the sale. A rule counts once per sale that it gives something for.
func (t *Tally) Cut(grants []Grant, day loyalty.LocalDate) loyalty.Points {
	var sum loyalty.Points
	var limits []Limit
	for i := range grants {
		g := &grants[i]
		if g.Campaign == "" { // what a campaign adds follows its rule, and has the rule's limits
			limits = g.Limits
		}
		sum += t.take(g, limits, day)
	}
	return sum
}

func (t *Tally) take(g *Grant, limits []Limit, day loyalty.LocalDate) loyalty.Points {
	got := g.Points
	if len(limits) == 0 || got <= 0 {
		return got
	}
	for _, l := range limits {
		used := t.used[tallyKey{g.RuleID, window(l.Per, day)}]
		if l.Times > 0 && used.times >= l.Times {
			return 0
		}
		if l.Points > 0 {
			got = min(got, l.Points-used.points)
		}
	}
	if got <= 0 {
		return 0
	}
	if t.used == nil {
		t.used = map[tallyKey]tallied{}
	}
	for _, l := range limits {
		key := tallyKey{g.RuleID, window(l.Per, day)}
		used := t.used[key]
		t.used[key] = tallied{used.times + 1, used.points + got}
	}
	return got
}

func window(per LimitPer, day loyalty.LocalDate) string {
	text := day.String()
	switch per {
	case PerDay:
		return text
	case PerWeek:
		return "week " + Monday(day).String()
	case PerMonth:
		return text[:7]
	case PerYear:
		return text[:4]
	}
	return ""
}

// Monday is the first day of a day's week: the window of limits by the week.
func Monday(day loyalty.LocalDate) loyalty.LocalDate {
	return day.AddDays(-(int(day.Start(time.UTC).Weekday()) + 6) % 7)
}

// OfSales says whether rules of the kind look at sales.
func (k RuleKind) OfSales() bool {
	_, sale := saleKinds[k]
	return sale
}
