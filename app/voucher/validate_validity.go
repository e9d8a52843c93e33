package voucher

import (
	"fmt"
	"slices"
	"time"

	"zugabe/app/loyalty"
)

func (v Validity) faults(f *faults) {
	if !v.On.IsZero() && (!v.From.IsZero() || !v.Until.IsZero()) {
		f.add("valid.on", FaultExclusive, "excludes a start and an end", 0)
	}
	if !v.From.IsZero() && !v.Until.IsZero() && v.Until.Before(v.From) {
		f.add("valid.until", FaultOrder, "must not be before the start", 0)
	}
	for i, d := range [...]loyalty.LocalDate{v.From, v.Until, v.On} {
		if !d.IsZero() && (d.Year < 2000 || d.Year > 2199) {
			f.add([...]string{"valid.from", "valid.until", "valid.on"}[i], FaultRange, "must be between 2000 and 2199", 2199)
		}
	}
	f.between("valid.days_after_issue", int64(v.DaysAfterIssue), 0, maxIssueDays)
	if len(v.Windows) > maxWindows {
		f.add("valid.windows", FaultTooLong, "are more than 50", maxWindows)
		return
	}
	for i, w := range v.Windows {
		w.faults(f, fmt.Sprintf("valid.windows[%d]", i))
	}
}

func (w Window) faults(f *faults, at string) {
	f.between(at+".from_min", int64(w.FromMin), 0, dayMinutes-1)
	f.between(at+".to_min", int64(w.ToMin), 0, dayMinutes)
	if w.FromMin == w.ToMin {
		f.add(at+".to_min", FaultOrder, "must differ from the start", int64(w.FromMin))
	}
	for i, d := range w.Days {
		field := fmt.Sprintf("%s.days[%d]", at, i)
		if !slices.Contains(Weekdays[:], d) {
			f.add(field, FaultUnknown, "must be one of mon, tue, wed, thu, fri, sat, sun", 0)
		}
		if slices.Contains(w.Days[:i], d) {
			f.add(field, FaultTwice, "is listed twice", 0)
		}
	}
}

// FaultsIn adds to Faults what only the shop's zone shows: dates and windows that
// together are never open, such as a day that the zone does not have (F7) or
// Mondays in a week's end.
func (t Template) FaultsIn(zone *time.Location) []Fault {
	all := faults(t.Faults())
	if slices.ContainsFunc(all, func(f Fault) bool { return len(f.Field) >= 5 && f.Field[:5] == "valid" }) {
		return all
	}
	from, _ := t.Valid.Span(zone)
	if opens, _ := t.Valid.Next(Moment{from, zone}); opens == 0 && (len(t.Valid.Windows) > 0 || from != 0) {
		field := "valid.windows"
		if len(t.Valid.Windows) == 0 {
			field = "valid"
		}
		all.add(field, FaultNever, "leaves no moment at which the voucher can be used", 0)
	}
	return all
}
