package program

import (
	"strings"

	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// checkTotals compares the daily totals with the entries of each day: what the
// totals of the kinds of movement say, and what all members held at its end.
func (p *Program) checkTotals(tx *store.Tx, shop loyalty.ShopID) (Check, error) {
	c := Check{Number: 1, Name: "a day's totals are the sum of its entries"}
	cursor, err := tx.LoadCursor(shop, totalsCursor)
	if err != nil {
		return c, err
	}
	open, err := parseCounting(cursor.Position)
	if err != nil {
		return c, err
	}
	days, err := tx.DayClosings(shop, loyalty.LocalDate{}, farDay)
	if err != nil {
		return c, err
	}
	if !open.day.IsZero() {
		days = append(days, store.DayClosing{Day: open.day, UptoID: open.upto, Points: open.points})
	}
	totals, err := tx.DayTotals(shop, loyalty.LocalDate{}, farDay)
	if err != nil {
		return c, err
	}
	sums := sumsOfDays(totals)
	var last store.DayClosing
	for _, day := range days {
		points, times, err := tx.SumMoves(shop, last.UptoID, day.UptoID)
		if err != nil {
			return c, err
		}
		c.Checked++
		have := sums[day.Day]
		c.same(shop, "points of "+day.Day.String(), int64(have.Points), int64(points))
		c.same(shop, "entries of "+day.Day.String(), have.Times, times)
		c.same(shop, "points at the end of "+day.Day.String(), int64(day.Points), int64(last.Points+points))
		last = day
		delete(sums, day.Day)
	}
	for day, t := range sums {
		c.same(shop, "totals of a day that is not counted yet, "+day.String(), t.Times, 0)
	}
	return c, nil
}

// farDay is after every real day.
var farDay = loyalty.LocalDate{Year: 9999, Month: 12, Day: 31}

// sumsOfDays adds up the kinds of movement; rules repeat what they say.
func sumsOfDays(totals []store.DayTotal) map[loyalty.LocalDate]store.DayTotal {
	sums := map[loyalty.LocalDate]store.DayTotal{}
	for _, t := range totals {
		if !strings.HasPrefix(t.Metric, metricRule) {
			sum := sums[t.Day]
			sum.Points, sum.Times = sum.Points+t.Points, sum.Times+t.Times
			sums[t.Day] = sum
		}
	}
	return sums
}

func (c *Check) same(shop loyalty.ShopID, what string, have, want int64) {
	if have == want {
		return
	}
	if c.Broken++; c.Broken <= 100 {
		c.Violations = append(c.Violations, Violation{Shop: shop, What: what, Have: have, Want: want})
	}
}
