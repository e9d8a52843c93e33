package program

import (
	"strings"
	"time"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/store"
)

const dayMs = int64(24 * time.Hour / time.Millisecond)

// localDay is the calendar day of an instant (Unix ms) in a zone.
func localDay(ms int64, zone *time.Location) loyalty.LocalDate {
	return loyalty.DateOf(time.UnixMilli(ms).In(zone))
}

// meter is one limit as it applies to one rule and one fact.
type meter struct {
	key  store.CounterKey
	caps store.Counter
}

// metersOf lists the limits of a rule (or of a campaign's extra on it) for a fact:
// the rule's own, once per subject for reviews (S4-02), and the budget of the
// campaign. They are read off the plan version that the fact is bound to,
// so the same ones are found whenever the fact changes.
func (c *claim) metersOf(ruleID string, m *loyalty.Member, zone *time.Location) []meter {
	if m == nil || c.plan == nil {
		return nil
	}
	base, campaign, extra := strings.Cut(ruleID, "+")
	var list []meter
	for _, l := range limitsOf(c.plan.Doc.Earning, base) {
		key := store.CounterKey{RuleID: ruleID, MemberID: m.ID, Window: c.windowOf(l, zone)}
		list = append(list, meter{key, store.Counter{Times: l.Times, Points: l.Points}})
	}
	if !extra {
		return list
	}
	for _, p := range c.plan.Doc.Earning.Campaigns {
		if p.ID == campaign && p.Budget > 0 {
			key := store.CounterKey{RuleID: "+" + campaign, Window: "budget"}
			list = append(list, meter{key, store.Counter{Points: p.Budget}})
		}
	}
	return list
}

func limitsOf(program earning.Program, ruleID string) []earning.Limit {
	for _, r := range program.Rules {
		if r.ID != ruleID {
			continue
		}
		review := r.Kind == earning.KindProductRev || r.Kind == earning.KindArticleRev
		for _, l := range r.Limits {
			if l.Per == earning.PerSubject {
				review = false
			}
		}
		if review {
			return append([]earning.Limit{{Per: earning.PerSubject, Times: 1}}, r.Limits...)
		}
		return r.Limits
	}
	return nil
}

// windowOf names the window that the fact falls into, by the shop's calendar.
func (c *claim) windowOf(l earning.Limit, zone *time.Location) string {
	date := localDay(c.at, zone)
	day := date.String()
	switch l.Per {
	case earning.PerDay:
		return "day:" + day
	case earning.PerWeek:
		return "week:" + earning.Monday(date).String()
	case earning.PerMonth:
		return "month:" + day[:7]
	case earning.PerYear:
		return "year:" + day[:4]
	case earning.PerSubject:
		return sourceKey("subject:", c.subject)
	}
	return "lifetime"
}

// reserve takes as much of want as the limits have left, and one time if the
// fact earned nothing by this rule before. What it takes is taken by conditional
// UPDATEs; losing a race for the rest of a budget is errRaced.
func (b *batch) reserve(meters []meter, have map[store.CounterKey]store.Counter, want loyalty.Points, first bool) (loyalty.Points, error) {
	got := want
	times := int64(0)
	if first {
		times = 1
	}
	for _, m := range meters {
		used := have[m.key]
		if m.caps.Times > 0 && used.Times+times > m.caps.Times {
			return 0, nil
		}
		if m.caps.Points > 0 {
			got = min(got, m.caps.Points-used.Points)
		}
	}
	if got <= 0 {
		return 0, nil
	}
	by := store.Counter{Times: times, Points: got}
	for _, m := range meters {
		ok, err := b.tx.MoveCounter(b.shop.ID, m.key, by, m.caps)
		if err != nil {
			return 0, err
		}
		if !ok {
			return 0, errRaced
		}
		used := have[m.key]
		have[m.key] = store.Counter{Times: used.Times + by.Times, Points: used.Points + by.Points}
	}
	return got, nil
}

// giveBack returns what a fact no longer needs of its limits. A count that is
// not there (the shop has moved to another zone since) is left alone.
func (b *batch) giveBack(meters []meter, have map[store.CounterKey]store.Counter, points loyalty.Points, last bool) error {
	by := store.Counter{Points: -points}
	if last {
		by.Times = -1
	}
	for _, m := range meters {
		ok, err := b.tx.MoveCounter(b.shop.ID, m.key, by, m.caps)
		if err != nil {
			return err
		}
		if !ok {
			b.p.Log.Warn("a limit has less to give back than a fact took", "shop", b.shop.ID, "rule", m.key.RuleID, "window", m.key.Window)
			continue
		}
		used := have[m.key]
		have[m.key] = store.Counter{Times: used.Times + by.Times, Points: used.Points + by.Points}
	}
	return nil
}
