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

func TestAWeekBeginsOnMonday(t *testing.T) {
	limits := []Limit{{Per: PerWeek, Points: 100}}
	var tally Tally
	for i, step := range []struct {
		day  loyalty.LocalDate
		want loyalty.Points
	}{
		{loyalty.LocalDate{Year: 2026, Month: 12, Day: 27}, 60}, // Sunday
		{loyalty.LocalDate{Year: 2026, Month: 12, Day: 28}, 60},
		{loyalty.LocalDate{Year: 2026, Month: 12, Day: 31}, 40},
		{loyalty.LocalDate{Year: 2027, Month: 1, Day: 3}, 0}, // Sunday of the same week in another year
		{loyalty.LocalDate{Year: 2027, Month: 1, Day: 4}, 60},
	} {
		if got := tally.Cut([]Grant{{RuleID: "purchase", Points: 60, Limits: limits}}, step.day); got != step.want {
			t.Errorf("step %d: %d points, want %d", i, got, step.want)
		}
	}
}
