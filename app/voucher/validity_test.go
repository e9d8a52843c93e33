package voucher

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"zugabe/app/loyalty"
)

func zoneOf(t interface{ Fatal(...any) }, name string) *time.Location {
	z, err := loyalty.Zone(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func day(t interface{ Fatal(...any) }, s string) loyalty.LocalDate {
	if s == "" {
		return loyalty.LocalDate{}
	}
	d, err := loyalty.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func at(t interface{ Fatal(...any) }, zone, rfc string) Moment {
	i, err := time.Parse(time.RFC3339, rfc)
	if err != nil {
		t.Fatal(err)
	}
	return Moment{i.UnixMilli(), zoneOf(t, zone)}
}

func shown(ms int64) string {
	if ms == 0 {
		return ""
	}
	return time.UnixMilli(ms).UTC().Format(time.RFC3339)
}

// covers: S0-35, S0-36, S0-37, F6, F7, F12
func TestDatesRunFromTheFirstInstantOfTheirDayToTheFirstOfTheNext(t *testing.T) {
	for _, c := range []struct{ name, zone, from, until, on, starts, ends string }{
		{"from a date", "Europe/Berlin", "2026-12-01", "", "", "2026-11-30T23:00:00Z", ""},
		{"until a date, inclusive", "Europe/Berlin", "", "2026-12-31", "", "", "2026-12-31T23:00:00Z"},
		{"on one date", "Europe/Berlin", "", "", "2026-12-24", "2026-12-23T23:00:00Z", "2026-12-24T23:00:00Z"},
		{"a day of 25 hours", "Europe/Berlin", "", "", "2026-10-25", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"},
		{"a day of 23 hours", "Europe/Berlin", "", "", "2026-03-29", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"},
		{"its midnight does not exist", "America/Santiago", "", "", "2026-09-06", "2026-09-06T04:00:00Z", "2026-09-07T03:00:00Z"},
		{"the midnight after it does not exist", "America/Havana", "", "", "2026-03-07", "2026-03-07T05:00:00Z", "2026-03-08T05:00:00Z"},
		{"a day the zone does not have", "Pacific/Apia", "", "", "2011-12-30", "2011-12-30T10:00:00Z", "2011-12-30T10:00:00Z"},
		{"until a day the zone does not have", "Pacific/Apia", "", "2011-12-30", "", "", "2011-12-30T10:00:00Z"},
		{"no dates", "UTC", "", "", "", "", ""},
	} {
		v := Validity{From: day(t, c.from), Until: day(t, c.until), On: day(t, c.on)}
		zone := zoneOf(t, c.zone)
		from, until := v.Span(zone)
		if shown(from) != c.starts || shown(until) != c.ends {
			t.Errorf("%s: %s to %s, want %s to %s", c.name, shown(from), shown(until), c.starts, c.ends)
		}
		if until != 0 && v.OpenAt(Moment{until, zone}) || from != 0 && v.OpenAt(Moment{from - 1, zone}) {
			t.Errorf("%s: open outside", c.name)
		}
		if from < until && (!v.OpenAt(Moment{from, zone}) || !v.OpenAt(Moment{until - 1, zone})) {
			t.Errorf("%s: shut inside", c.name)
		}
	}
}

// covers: S0-38, F6
func TestTheNextStretchOfAWindow(t *testing.T) {
	happyHour := []Window{{Days: []Weekday{"mon", "fri"}, FromMin: 17 * 60, ToMin: 19 * 60}}
	night := []Window{{Days: []Weekday{"sat"}, FromMin: 22 * 60, ToMin: 3 * 60}}
	gap := []Window{{FromMin: 120, ToMin: 180}}
	for _, c := range []struct {
		name, zone, now string
		v               Validity
		opens, closes   string
	}{
		{"later today", "Europe/Berlin", "2026-11-23T10:00:00Z", Validity{Windows: happyHour}, "2026-11-23T16:00:00Z", "2026-11-23T18:00:00Z"},
		{"open now", "Europe/Berlin", "2026-11-23T17:30:00Z", Validity{Windows: happyHour}, "2026-11-23T17:30:00Z", "2026-11-23T18:00:00Z"},
		{"shut at its last instant", "Europe/Berlin", "2026-11-23T18:00:00Z", Validity{Windows: happyHour}, "2026-11-27T16:00:00Z", "2026-11-27T18:00:00Z"},
		{"over midnight, an hour longer when the clock goes back", "Europe/Berlin", "2026-10-24T12:00:00Z", Validity{Windows: night}, "2026-10-24T20:00:00Z", "2026-10-25T02:00:00Z"},
		{"over midnight, an hour shorter when it goes forward", "Europe/Berlin", "2026-03-28T12:00:00Z", Validity{Windows: night}, "2026-03-28T21:00:00Z", "2026-03-29T01:00:00Z"},
		{"an hour that the day does not have is the next day's", "Europe/Berlin", "2026-03-29T00:30:00Z", Validity{Windows: gap}, "2026-03-30T00:00:00Z", "2026-03-30T01:00:00Z"},
		{"an hour that comes twice is open twice", "Europe/Berlin", "2026-10-24T23:00:00Z", Validity{Windows: gap}, "2026-10-25T00:00:00Z", "2026-10-25T02:00:00Z"},
		{"a night into the day after the missing one", "Pacific/Apia", "2011-12-30T08:30:00Z", Validity{Windows: []Window{{Days: []Weekday{"thu"}, FromMin: 22 * 60, ToMin: 120}}}, "2011-12-30T08:30:00Z", "2011-12-30T12:00:00Z"},
		{"the missing day's window waits a week", "Pacific/Apia", "2011-12-30T00:00:00Z", Validity{Windows: []Window{{Days: []Weekday{"fri"}, FromMin: 600, ToMin: 660}}}, "2012-01-05T20:00:00Z", "2012-01-05T21:00:00Z"},
		{"not before its date", "Europe/Berlin", "2026-11-23T10:00:00Z", Validity{From: day(t, "2026-12-05"), Windows: happyHour}, "2026-12-07T16:00:00Z", "2026-12-07T18:00:00Z"},
		{"cut off by its end date", "Europe/Berlin", "2026-11-28T22:30:00Z", Validity{Until: day(t, "2026-11-28"), Windows: night}, "2026-11-28T22:30:00Z", "2026-11-28T23:00:00Z"},
		{"over", "Europe/Berlin", "2026-11-29T00:00:00Z", Validity{Until: day(t, "2026-11-28"), Windows: night}, "", ""},
		{"never again: no Monday left", "Europe/Berlin", "2026-11-23T20:00:00Z", Validity{Until: day(t, "2026-11-26"), Windows: happyHour}, "", ""},
		{"whole days never shut", "Europe/Berlin", "2026-11-23T20:00:00Z", Validity{Windows: []Window{{ToMin: dayMinutes}}}, "2026-11-23T20:00:00Z", ""},
		{"no windows and no end", "UTC", "2026-11-23T20:00:00Z", Validity{}, "2026-11-23T20:00:00Z", ""},
		{"a day the zone does not have never comes", "Pacific/Apia", "2011-12-01T00:00:00Z", Validity{On: day(t, "2011-12-30")}, "", ""},
	} {
		opens, closes := c.v.Next(at(t, c.zone, c.now))
		if shown(opens) != c.opens || shown(closes) != c.closes {
			t.Errorf("%s: %q to %q, want %q to %q", c.name, shown(opens), shown(closes), c.opens, c.closes)
		}
	}
}

// hardDays are local days around changes of the clock or the date.
var hardDays = []struct{ zone, start string }{
	{"Europe/Berlin", "2026-03-27T00:00:00Z"}, {"Europe/Berlin", "2026-10-23T00:00:00Z"},
	{"America/Santiago", "2026-09-04T00:00:00Z"}, {"America/Santiago", "2026-04-03T00:00:00Z"},
	{"America/Havana", "2026-03-06T00:00:00Z"}, {"Pacific/Apia", "2011-12-28T00:00:00Z"},
	{"Australia/Lord_Howe", "2026-10-02T00:00:00Z"}, {"Asia/Kathmandu", "2026-02-27T00:00:00Z"},
}

func drawWindows(t *rapid.T) []Window {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Window {
		w := Window{FromMin: rapid.IntRange(0, 95).Draw(t, "from") * 15, ToMin: rapid.IntRange(1, 96).Draw(t, "to") * 15}
		if w.FromMin == w.ToMin {
			w.FromMin, w.ToMin = 0, dayMinutes
		}
		for _, d := range Weekdays {
			if rapid.Bool().Draw(t, "day") {
				w.Days = append(w.Days, d)
			}
		}
		return w
	}), 1, 3).Draw(t, "windows")
}

// naive walks minute by minute and looks only at what the clock on the wall shows.
func naive(ws []Window, start Moment, minutes int) []bool {
	open := make([]bool, minutes)
	yesterday, today := loyalty.DateOf(start.local().Add(-24*time.Hour)), loyalty.DateOf(start.local())
	for i := range open {
		now := Moment{start.At + int64(i)*60_000, start.Zone}.local()
		if d := loyalty.DateOf(now); d != today {
			yesterday, today = today, d
		}
		minute := now.Hour()*60 + now.Minute()
		for _, w := range ws {
			onToday, onYesterday := len(w.Days) == 0, len(w.Days) == 0
			for _, d := range w.Days {
				onToday = onToday || d == weekdayOf(today)
				onYesterday = onYesterday || d == weekdayOf(yesterday)
			}
			if w.FromMin < w.ToMin {
				open[i] = open[i] || onToday && w.FromMin <= minute && minute < w.ToMin
			} else {
				open[i] = open[i] || onToday && minute >= w.FromMin || onYesterday && minute < w.ToMin
			}
		}
	}
	return open
}

// covers: S0-38, F6, F7
func TestWindowsAgreeWithAClockThatIsReadEveryMinute(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		hard := rapid.SampledFrom(hardDays).Draw(t, "days")
		v := Validity{Windows: drawWindows(t)}
		start := at(t, hard.zone, hard.start)
		const minutes = 4 * dayMinutes
		want := naive(v.Windows, start, minutes)
		for i := 0; i < minutes; {
			now := Moment{start.At + int64(i)*60_000, start.Zone}
			if v.OpenAt(now) != want[i] {
				t.Fatalf("%s: open is %v", now.local(), !want[i])
			}
			opens, closes := v.Next(now)
			j := i
			for j < minutes && !want[j] {
				j++
			}
			if j < minutes && opens != start.At+int64(j)*60_000 {
				t.Fatalf("from %s it opens at %s, want minute %d", now.local(), shown(opens), j)
			}
			k := j
			for k < minutes && want[k] {
				k++
			}
			if j < minutes && k < minutes && closes != start.At+int64(k)*60_000 {
				t.Fatalf("from %s it shuts at %s, want minute %d", now.local(), shown(closes), k)
			}
			i = max(i+7, k-1)
		}
	})
}

// covers: S0-36, F12
func TestACodeEndsWithItsLastLocalDayAndNeverAfterItsTemplate(t *testing.T) {
	issued := at(t, "Europe/Berlin", "2026-12-20T22:30:00Z") // 23:30 in the shop
	v := Validity{DaysAfterIssue: 7}
	if s, e := v.CodeSpan(issued); s != issued.At || shown(e) != "2026-12-27T23:00:00Z" {
		t.Errorf("%s to %s", shown(s), shown(e))
	}
	v.Until = day(t, "2026-12-24")
	if _, e := v.CodeSpan(issued); shown(e) != "2026-12-24T23:00:00Z" {
		t.Errorf("ends %s", shown(e))
	}
	v.From = day(t, "2026-12-22")
	if s, _ := v.CodeSpan(issued); shown(s) != "2026-12-21T23:00:00Z" {
		t.Errorf("starts %s", shown(s))
	}
}
