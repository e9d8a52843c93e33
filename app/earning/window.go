package earning

import (
	"slices"
	"time"

	"zugabe/app/loyalty"
)

func localDay(ms int64, loc *time.Location) loyalty.LocalDate {
	return loyalty.DateOf(time.UnixMilli(ms).In(loc))
}

// why says what keeps rule and fact apart, "" if nothing does. MinBasis is not
// looked at here: it needs the basis.
func (w *When) why(day loyalty.LocalDate, a Audience) string {
	switch {
	case !within(day, w.From, w.Until):
		return ReasonDates
	case len(w.MemberTypes) > 0 && !slices.Contains(w.MemberTypes, a.MemberType):
		return ReasonMemberType
	case len(w.Tags) > 0 && !overlap(w.Tags, a.Tags):
		return ReasonTags
	}
	return ""
}

// within says whether the local day lies in the window; both ends are inclusive and may be open.
func within(day, from, until loyalty.LocalDate) bool {
	return (from.IsZero() || !day.Before(from)) && (until.IsZero() || !until.Before(day))
}
