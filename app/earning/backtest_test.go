package earning

import (
	"testing"

	"zugabe/app/loyalty"
)

func TestALimitCutsReplayedSalesInTheOrderInWhichTheyHappened(t *testing.T) { // covers: N-01
	limits := []Limit{{Per: PerDay, Points: 100}, {Per: PerMonth, Times: 3}}
	grants := func(points loyalty.Points) []Grant {
		return []Grant{{RuleID: "purchase", Points: points, Limits: limits}, {RuleID: "purchase+double", Campaign: "double", Points: points}, {RuleID: "order", Points: 1}}
	}
	day := func(n int) loyalty.LocalDate { return loyalty.LocalDate{Year: 2026, Month: 11, Day: n} }
	var tally Tally
	for i, step := range []struct {
		points loyalty.Points
		day    loyalty.LocalDate
		want   loyalty.Points
	}{
		{60, day(1), 121},
		{60, day(1), 40 + 40 + 1}, // what is left of the day
		{10, day(1), 1},           // nothing is left
		{60, day(2), 121},         // the third time of the month
		{60, day(3), 1},
		{60, loyalty.LocalDate{Year: 2026, Month: 12, Day: 1}, 121},
	} {
		if got := tally.Cut(grants(step.points), step.day); got != step.want {
			t.Errorf("step %d: %d points, want %d", i, got, step.want)
		}
	}
}
