package loyalty

import (
	"fmt"
	"sync"
	"time"
	_ "time/tzdata" // a shop's zone must be known on any machine
)

// LocalDate is a calendar day without a zone: what a merchant means by "until
// 31 December". The zero value means "no date".
type LocalDate struct {
	Year  int
	Month time.Month
	Day   int
}

// ParseDate reads YYYY-MM-DD; a day that the calendar lacks is CodeInvalid.
func ParseDate(s string) (LocalDate, error) {
	t, err := time.Parse("2006-01-02", s)
	if err != nil {
		return LocalDate{}, Invalid("date", "must be a day as YYYY-MM-DD")
	}
	return DateOf(t), nil
}

// DateOf is the calendar day of t in t's own zone.
func DateOf(t time.Time) LocalDate {
	y, m, d := t.Date()
	return LocalDate{y, m, d}
}

// IsZero says that no date is set.
func (d LocalDate) IsZero() bool { return d == LocalDate{} }

func (d LocalDate) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day)
}

// MarshalText writes YYYY-MM-DD, or nothing for no date.
func (d LocalDate) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads YYYY-MM-DD, or nothing for no date.
func (d *LocalDate) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = LocalDate{}
		return nil
	}
	p, err := ParseDate(string(b))
	*d = p
	return err
}

// Before says whether d is an earlier day than o.
func (d LocalDate) Before(o LocalDate) bool { return d.utc().Before(o.utc()) }

// AddDays moves by whole days in the calendar.
func (d LocalDate) AddDays(n int) LocalDate { return DateOf(d.utc().AddDate(0, 0, n)) }

// AddMonths moves by months and stays inside the target month: 31 January plus one month is 28 or 29 February.
func (d LocalDate) AddMonths(n int) LocalDate {
	first := LocalDate{d.Year, d.Month, 1}.utc().AddDate(0, n, 0)
	last := first.AddDate(0, 1, -1).Day()
	return LocalDate{first.Year(), first.Month(), min(d.Day, last)}
}

func (d LocalDate) utc() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }

// Start is the first instant whose local date in loc is d or later. Where local
// midnight does not exist (Santiago, Havana) or the day itself does not (Apia
// 2011-12-30), that is the first instant after the gap; time.Date would be off
// by an hour or a day there (F6, F7).
func (d LocalDate) Start(loc *time.Location) time.Time {
	t := d.utc().Add(-26 * time.Hour).In(loc)
	for DateOf(t).Before(d) {
		_, end := t.ZoneBounds()
		next := t.Add(untilMidnight(t))
		if !end.IsZero() && end.Before(next) {
			next = end
		}
		t = next.In(loc)
	}
	return t
}

// untilMidnight is how long the wall clock of t still shows the same day if no zone change comes in between.
func untilMidnight(t time.Time) time.Duration {
	h, m, s := t.Clock()
	gone := time.Duration(h)*time.Hour + time.Duration(m)*time.Minute + time.Duration(s)*time.Second + time.Duration(t.Nanosecond())
	return 24*time.Hour - gone
}

// End is the first instant after the local day d in loc: an inclusive end date is valid before it.
func (d LocalDate) End(loc *time.Location) time.Time { return d.AddDays(1).Start(loc) }

// zones keeps loaded zones: reading one anew took an eighth of the time of
// booking an order. Only names that exist get in, so it stays small.
var zones sync.Map

// Zone loads an IANA zone by name; an unknown one is CodeInvalid.
func Zone(name string) (*time.Location, error) {
	if name == "" || name == "Local" {
		return nil, Invalid("time_zone", "is missing")
	}
	if known, ok := zones.Load(name); ok {
		return known.(*time.Location), nil
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, Invalid("time_zone", "is not a known zone")
	}
	zones.Store(name, loc)
	return loc, nil
}
