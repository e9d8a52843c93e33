package voucher

import (
	"slices"
	"time"

	"zugabe/app/loyalty"
)

const dayMinutes = 24 * 60

// Weekdays in the order of time.Weekday.
var Weekdays = [7]Weekday{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

func weekdayOf(d loyalty.LocalDate) Weekday {
	return Weekdays[time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, time.UTC).Weekday()]
}

// Span is the first instant at which the dates allow a use, and the first one
// after it at which they no longer do; 0 = open. Windows are not looked at. An
// end date is inclusive: it ends at the first instant of the next local day (F6),
// also where local midnight does not exist. A day that the zone does not have
// (Apia 2011-12-30, F7) is an empty span: from equals until.
func (v Validity) Span(zone *time.Location) (from, until int64) {
	first, last := v.From, v.Until
	if !v.On.IsZero() {
		first, last = v.On, v.On
	}
	if !first.IsZero() {
		from = first.Start(zone).UnixMilli()
	}
	if !last.IsZero() {
		until = last.End(zone).UnixMilli()
	}
	return from, until
}

// CodeSpan is when a code that is issued at the moment may be used: the
// template's dates, narrowed by DaysAfterIssue. endsAt 0 = no end.
func (v Validity) CodeSpan(m Moment) (startsAt, endsAt int64) {
	from, until := v.Span(m.Zone)
	if v.DaysAfterIssue > 0 {
		end := loyalty.DateOf(m.local()).AddDays(v.DaysAfterIssue).End(m.Zone).UnixMilli()
		if until == 0 || end < until {
			until = end
		}
	}
	return max(from, m.At), until
}

// OpenAt says whether dates and windows allow a use at the moment. Windows follow
// the wall clock: minutes that a zone change leaves out never come, those that
// it repeats count twice. The night of a window over midnight belongs to the day
// on which it began.
func (v Validity) OpenAt(m Moment) bool {
	from, until := v.Span(m.Zone)
	return m.At >= from && (until == 0 || m.At < until) && v.inWindow(m.local())
}

func (v Validity) inWindow(t time.Time) bool {
	if len(v.Windows) == 0 {
		return true
	}
	day := loyalty.DateOf(t)
	today, yesterday := weekdayOf(day), Weekday("")
	minute := t.Hour()*60 + t.Minute()
	for _, w := range v.Windows {
		if minute >= w.FromMin && (minute < w.ToMin || w.overnight()) && w.on(today) {
			return true
		}
		if !w.overnight() || minute >= w.ToMin {
			continue
		}
		if yesterday == "" {
			// The day before by the clock on the wall, which is not always the one before in the calendar.
			yesterday = weekdayOf(loyalty.DateOf(day.Start(t.Location()).Add(-time.Millisecond).In(t.Location())))
		}
		if w.on(yesterday) {
			return true
		}
	}
	return false
}

func (w Window) overnight() bool     { return w.ToMin < w.FromMin }
func (w Window) on(day Weekday) bool { return len(w.Days) == 0 || slices.Contains(w.Days, day) }

// lookAhead bounds the search for the next change: windows repeat each week, and
// a zone change or a missing day can swallow one or two of them.
const lookAhead = 29 * 24 * time.Hour

// Next is the stretch in which a use is allowed at the moment, or the next one:
// opensAt is m.At if it is open now, closesAt the first instant at which it is
// shut again, 0 = it stays open. 0, 0 = never again.
func (v Validity) Next(m Moment) (opensAt, closesAt int64) {
	from, until := v.Span(m.Zone)
	t := Moment{max(from, m.At), m.Zone}
	open := func(m Moment) bool { return v.inWindow(m.local()) }
	limit := t.At + lookAhead.Milliseconds()
	for !open(t) && t.At < limit {
		t.At = v.edgeAfter(t)
	}
	if (until != 0 && t.At >= until) || !open(t) {
		return 0, 0
	}
	opensAt = t.At
	limit = t.At + lookAhead.Milliseconds()
	if len(v.Windows) > 0 {
		for open(t) && t.At < limit {
			t.At = v.edgeAfter(t)
		}
	}
	if !open(t) && (until == 0 || t.At < until) {
		return opensAt, t.At
	}
	return opensAt, until
}

// edgeAfter is the next instant at which a window could open or shut: an edge of
// one on the wall clock, midnight, or a change of the zone. Between two changes
// of the zone the wall clock runs evenly.
func (v Validity) edgeAfter(m Moment) int64 {
	t := m.local()
	sinceMidnight := int64(t.Hour()*60+t.Minute())*60_000 + int64(t.Second())*1000 + int64(t.Nanosecond())/1_000_000
	next := m.At + dayMinutes*60_000 - sinceMidnight
	for _, w := range v.Windows {
		for _, minute := range [2]int{w.FromMin, w.ToMin} {
			if ahead := int64(minute)*60_000 - sinceMidnight; ahead > 0 {
				next = min(next, m.At+ahead)
			}
		}
	}
	if _, end := t.ZoneBounds(); !end.IsZero() && end.UnixMilli() > m.At {
		next = min(next, end.UnixMilli())
	}
	return next
}
