package earning

import "zugabe/app/loyalty"

// FriendSide is the Name of a referral activity that belongs to the member who
// was referred; any other name means the member who referred (S4-05).
const FriendSide = "friend"

// EvaluateActivity says what the activity, as it stands now, entitles its member
// to: one grant per switched-on rule of its kind, in the program's order, each
// followed by its campaign grant if a campaign that lists the rule adds to it. Only
// an approved activity earns; withdrawn it is worth 0 again (B17). Points
// are the rule's, times the quantity of a custom activity, times the
// member's factor, rounded once. Caps such as once per product (B18) ride on
// the grant as Limits with Subject; the caller enforces them.
func EvaluateActivity(a Activity, p Program, c Context) ([]Grant, error) {
	loc, err := loyalty.Zone(c.Zone)
	if err != nil {
		return nil, err
	}
	day := localDay(a.At, loc)
	var grants []Grant
	for i := range p.Rules {
		r := &p.Rules[i]
		if r.Off || !r.looksAt(a) {
			continue
		}
		g, err := activityGrant(a, r, c.Audience, day)
		if err != nil {
			return nil, err
		}
		grants = append(grants, g)
		x, err := activityCampaign(p.Campaigns, r, g, day, c.Audience)
		if err != nil {
			return nil, err
		}
		if x.Points > 0 {
			grants = append(grants, x)
		}
	}
	return grants, nil
}

func (r *Rule) looksAt(a Activity) bool {
	if kind, ok := activityKinds[r.Kind]; !ok || kind != a.Kind {
		return false
	}
	switch r.Kind {
	case KindFriend:
		return a.Name == FriendSide
	case KindReferrer:
		return a.Name != FriendSide
	case KindCustom:
		return a.Name == r.Activity
	}
	return true
}

func activityGrant(a Activity, r *Rule, who Audience, day loyalty.LocalDate) (Grant, error) {
	units := max(1, a.Quantity)
	g := Grant{RuleID: r.ID, Limits: r.Limits, Subject: a.Subject}
	g.Breakdown = Breakdown{Kind: r.Kind, Reason: activityRefusal(a, r, who, day)}
	if g.Breakdown.Reason != "" {
		return g, nil
	}
	if units > maxUnits {
		return g, loyalty.Refuse(loyalty.CodeOverflow, "an activity has too many units")
	}
	n, err := scale(units, pair{int64(r.Points), 1}, who.Factor, r.rounding())
	if err != nil {
		return g, err
	}
	g.Points = loyalty.Points(n)
	g.Breakdown.Units, g.Breakdown.Each, g.Breakdown.Rounding = units, r.Points, r.rounding()
	if !who.Factor.IsOne() {
		g.Breakdown.Factor = who.Factor
	}
	if n == 0 {
		g.Breakdown.Reason = ReasonFactor
	}
	return g, g.Points.CheckEntry()
}

func activityRefusal(a Activity, r *Rule, who Audience, day loyalty.LocalDate) string {
	switch {
	case a.State == ActivityWithdrawn:
		return ReasonWithdrawn
	case a.State != ActivityApproved:
		return ReasonPending
	case who.Blocked:
		return ReasonBlocked
	case who.NoAccount:
		return ReasonNoAccount
	}
	return r.When.why(day, who)
}

func activityCampaign(all []Campaign, r *Rule, g Grant, day loyalty.LocalDate, who Audience) (Grant, error) {
	var best Grant
	for i := range all {
		c := &all[i]
		if g.Points == 0 || !c.appliesTo(r, false) || c.why(day, who) != "" {
			continue
		}
		x, err := c.extra(r, g)
		if err != nil {
			return Grant{}, err
		}
		if x.Points > best.Points {
			best = x
		}
	}
	return best, nil
}
