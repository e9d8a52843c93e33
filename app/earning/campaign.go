package earning

import (
	"slices"

	"zugabe/app/loyalty"
)

// campaign finds what a campaign adds to the rule's grant g, under the rule id
// "<rule>+<campaign>". Campaigns do not stack: of those that apply, the one that
// adds most counts, and of equal ones the first in the list. (The highest
// factor would let a refund raise the points: it takes the dear campaign's only
// line away, and a lower factor on everything else takes over.) The extra is the
// factor on the rule's whole points less those points, so a receipt reads "19
// points, doubled: 19 more".
func (e *saleEval) campaign(r *Rule, kind saleKind, g Grant) (Grant, bool, error) {
	var best Grant
	for i := range e.program.Campaigns {
		c := &e.program.Campaigns[i]
		if !c.appliesTo(r, true) || c.why(e.day, e.context.Audience) != "" {
			continue
		}
		on, err := e.campaignBase(r, kind, c, g)
		if err != nil {
			return Grant{}, false, err
		}
		if on.Points == 0 || on.Breakdown.Basis < c.When.MinBasis {
			continue
		}
		x, err := c.extra(r, on)
		if err != nil {
			return Grant{}, false, err
		}
		if x.Points > best.Points {
			best = x
		}
	}
	return best, best.Points > 0, nil
}

// campaignBase is the rule's grant on the lines that the campaign is about.
func (e *saleEval) campaignBase(r *Rule, kind saleKind, c *Campaign, g Grant) (Grant, error) {
	if c.Match.everything() && (c.Match.GiftCards || !r.Match.GiftCards) {
		return g, nil
	}
	m, err := e.measure(r, kind, &c.Match)
	if err != nil {
		return Grant{}, err
	}
	p, err := e.worth(r, m)
	return Grant{RuleID: r.ID, Points: p, Breakdown: e.receipt(r, m)}, err
}

// extra is what the campaign adds to a grant of the rule.
func (c *Campaign) extra(r *Rule, on Grant) (Grant, error) {
	total, err := c.Factor.Of(on.Points, r.rounding())
	if err != nil {
		return Grant{}, err
	}
	x := Grant{
		RuleID: r.ID + "+" + c.ID, Campaign: c.ID, Points: total - on.Points,
		Budget: c.Budget, Subject: on.Subject, Breakdown: on.Breakdown,
	}
	x.Breakdown.Reason, x.Breakdown.Factor = "", c.Factor
	x.Breakdown.Base = on.Points
	return x, x.Points.CheckEntry()
}

// appliesTo says whether the campaign is about the rule: one it lists, or every sale rule if it lists none.
func (c *Campaign) appliesTo(r *Rule, sale bool) bool {
	if c.Off {
		return false
	}
	if len(c.Rules) == 0 {
		return sale
	}
	return slices.Contains(c.Rules, r.ID)
}

func (c *Campaign) why(day loyalty.LocalDate, a Audience) string {
	if !within(day, c.From, c.Until) {
		return ReasonDates
	}
	return c.When.why(day, a)
}
