package loyalty

import (
	"testing"
	"time"
)

// covers: S0-36, F6, F7, F12
func TestALocalDayEndsAtTheFirstInstantOfTheNextOne(t *testing.T) {
	cases := []struct{ zone, day, end string }{
		{"Europe/Berlin", "2026-10-25", "2026-10-25T23:00:00Z"},    // 25 hours
		{"Europe/Berlin", "2026-03-29", "2026-03-29T22:00:00Z"},    // 23 hours
		{"America/Santiago", "2026-09-05", "2026-09-06T04:00:00Z"}, // midnight does not exist
		{"America/Havana", "2026-03-07", "2026-03-08T05:00:00Z"},   // midnight does not exist
		{"Pacific/Apia", "2011-12-29", "2011-12-30T10:00:00Z"},     // 30 December does not exist
		{"UTC", "2026-12-31", "2027-01-01T00:00:00Z"},
		{"Asia/Kathmandu", "2026-02-28", "2026-02-28T18:15:00Z"},
	}
	for _, c := range cases {
		loc, err := Zone(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		day, err := ParseDate(c.day)
		if err != nil {
			t.Fatal(err)
		}
		if got := day.End(loc).UTC().Format(time.RFC3339); got != c.end {
			t.Errorf("%s in %s ends at %s, want %s", c.day, c.zone, got, c.end)
		}
	}
}

func TestEveryInstantBelongsToTheDayItsZoneShows(t *testing.T) {
	for _, zone := range []string{"America/Santiago", "America/Havana", "Atlantic/Azores", "Pacific/Apia", "Europe/Berlin", "Africa/Cairo"} {
		loc, err := Zone(zone)
		if err != nil {
			t.Fatal(err)
		}
		for d := (LocalDate{2011, 1, 1}); d.Year < 2031; d = d.AddDays(1) {
			start, end := d.Start(loc), d.End(loc)
			if end.Before(start) {
				t.Fatalf("%s in %s ends before it starts", d, zone)
			}
			if end.After(start) && (DateOf(start.In(loc)) != d || DateOf(end.Add(-time.Nanosecond).In(loc)) != d) {
				t.Fatalf("%s in %s runs from %s to %s", d, zone, start.In(loc), end.In(loc))
			}
			if DateOf(start.Add(-time.Nanosecond).In(loc)) == d {
				t.Fatalf("%s in %s starts before %s", d, zone, start.In(loc))
			}
		}
	}
}

func TestAddingMonthsStaysInsideTheTargetMonth(t *testing.T) {
	d := LocalDate{2026, 1, 31}
	if got := d.AddMonths(1); got != (LocalDate{2026, 2, 28}) {
		t.Errorf("31 January plus a month is %s", got)
	}
	if got := d.AddMonths(-2); got != (LocalDate{2025, 11, 30}) {
		t.Errorf("31 January minus two months is %s", got)
	}
	if got := (LocalDate{2027, 12, 31}).AddMonths(2); got != (LocalDate{2028, 2, 29}) {
		t.Errorf("31 December 2027 plus two months is %s", got)
	}
}

func TestADayTheCalendarLacksIsRefused(t *testing.T) {
	for _, s := range []string{"2026-02-30", "2026-13-01", "26-01-01", "2026-1-1", "", "2026-01-01T00:00"} {
		if _, err := ParseDate(s); CodeOf(err) != CodeInvalid {
			t.Errorf("%q: %v", s, err)
		}
	}
}
