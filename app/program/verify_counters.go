package program

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// counterMembers is how many members' limits are recomputed at a time.
const counterMembers = 200

// checkCounters compares how much of every limit is used up with the entries that
// used it (invariant 5): the limits of each member, and the budgets of campaigns.
func (p *Program) checkCounters(tx *store.Tx, shop loyalty.ShopID) (Check, error) {
	c := Check{Number: 5, Name: "a limit is used up by its entries"}
	r, err := p.newRecount(tx, shop)
	if err != nil || r == nil {
		return c, err
	}
	for after := loyalty.ID(0); ; {
		members, err := tx.MemberIDsAfter(shop, after, counterMembers)
		if err != nil {
			return c, err
		}
		if len(members) == 0 {
			break
		}
		if err := r.members(members, &c); err != nil {
			return c, err
		}
		after = members[len(members)-1]
	}
	return c, r.finish(&c)
}

// recount is one shop's limits, counted again.
type recount struct {
	tx      *store.Tx
	shop    loyalty.ShopID
	zone    *time.Location
	plans   *planSet
	rules   []string // that have counters
	budgets map[store.CounterKey]store.Counter
}

// newRecount gives nil for a shop that limits nothing.
func (p *Program) newRecount(tx *store.Tx, shop loyalty.ShopID) (*recount, error) {
	home, found, err := tx.ShopByID(shop)
	if err != nil || !found {
		return nil, err
	}
	r := &recount{tx: tx, shop: shop, budgets: map[store.CounterKey]store.Counter{}}
	if r.rules, err = tx.CounterRules(shop); err != nil {
		return nil, err
	}
	if r.plans, err = p.plansOf(tx, home); loyalty.CodeOf(err) == loyalty.CodeNotFound && len(r.rules) == 0 {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	limits, err := r.limits()
	if err != nil || !limits {
		return nil, err
	}
	r.zone, err = loyalty.Zone(home.Zone)
	return r, err
}

// limits says whether there is anything to count: counters, or a plan that asks for them.
func (r *recount) limits() (bool, error) {
	if len(r.rules) > 0 {
		return true, nil
	}
	for _, v := range r.plans.versions {
		plan, err := r.plans.version(v.Version)
		if err != nil {
			return false, err
		}
		for _, rule := range plan.Doc.Earning.Rules {
			if len(limitsOf(plan.Doc.Earning, rule.ID)) > 0 {
				return true, nil
			}
		}
		for _, campaign := range plan.Doc.Earning.Campaigns {
			if campaign.Budget > 0 {
				return true, nil
			}
		}
	}
	return false, nil
}

// members compares the counters of some members and notes what they took from budgets.
func (r *recount) members(ids []loyalty.ID, c *Check) error {
	facts, err := r.tx.FactsOfMembers(r.shop, ids)
	if err != nil {
		return err
	}
	want := map[store.CounterKey]store.Counter{}
	for part := range slices.Chunk(facts, factChunk) {
		if err := r.count(part, want); err != nil {
			return err
		}
	}
	have, err := r.tx.CountersOf(r.shop, r.rules, ids)
	if err != nil {
		return err
	}
	c.Checked += int64(len(have))
	c.compareCounters(r.shop, have, want)
	return nil
}

// count adds what facts have taken: one time and the points of every rule by which
// the ledger holds something for them.
func (r *recount) count(facts []store.LimitedFact, want map[store.CounterKey]store.Counter) error {
	sources := make([]string, len(facts))
	for i, f := range facts {
		sources[i] = ActivitySource(f.Key)
		if f.Sale {
			sources[i] = SaleSource(f.Key)
		}
	}
	posted, err := r.tx.Posted(r.shop, sources)
	if err != nil {
		return err
	}
	for i, f := range facts {
		if len(posted[sources[i]]) == 0 {
			continue
		}
		plan, err := r.plans.version(f.PlanVersion)
		if err != nil {
			return err
		}
		holder := &loyalty.Member{ID: f.MemberID}
		claim := &claim{subject: f.Subject, at: f.At, plan: &plan}
		for _, e := range posted[sources[i]] {
			if e.Points <= 0 {
				continue
			}
			for _, m := range claim.metersOf(e.RuleID, holder, r.zone) {
				into := want
				if m.key.MemberID == 0 {
					into = r.budgets
				}
				used := into[m.key]
				into[m.key] = store.Counter{Times: used.Times + 1, Points: used.Points + e.Points}
			}
		}
	}
	return nil
}

// finish compares the budgets, and finds counters of members that do not exist.
func (r *recount) finish(c *Check) error {
	have, err := r.tx.CountersOf(r.shop, r.rules, []loyalty.ID{0})
	if err != nil {
		return err
	}
	c.Checked += int64(len(have))
	c.compareCounters(r.shop, have, r.budgets)
	all, err := r.tx.CountCounters(r.shop)
	if err == nil && all != c.Checked {
		c.note(Violation{Shop: r.shop, What: "counters of members that do not exist", Have: all - c.Checked})
	}
	return err
}

func (c *Check) note(v Violation) {
	if c.Broken++; len(c.Violations) < maxListed {
		c.Violations = append(c.Violations, v)
	}
}

// compareCounters names every counter that differs. A day, month or year is that of
// the shop's calendar when the fact was booked: if the shop has moved to another
// zone since, uses are counted one window off, and only their sum can be compared.
func (c *Check) compareCounters(shop loyalty.ShopID, have, want map[store.CounterKey]store.Counter) {
	keys := maps.Clone(have)
	maps.Copy(keys, want)
	off := map[store.CounterKey]store.Counter{}
	var differ []store.CounterKey
	for k := range keys {
		if have[k] == want[k] {
			continue
		}
		differ = append(differ, k)
		sum := off[calendar(k)]
		off[calendar(k)] = store.Counter{Times: sum.Times + have[k].Times - want[k].Times, Points: sum.Points + have[k].Points - want[k].Points}
	}
	slices.SortFunc(differ, func(x, y store.CounterKey) int {
		return cmp.Or(cmp.Compare(x.MemberID, y.MemberID), cmp.Compare(x.RuleID, y.RuleID), cmp.Compare(x.Window, y.Window))
	})
	for _, k := range differ {
		if (off[calendar(k)] == store.Counter{}) {
			continue
		}
		v := Violation{Shop: shop, What: fmt.Sprintf("counters %s of member %s, %s, points", k.RuleID, k.MemberID, k.Window), Have: int64(have[k].Points), Want: int64(want[k].Points)}
		if have[k].Times != want[k].Times {
			v.What, v.Have, v.Want = strings.TrimSuffix(v.What, "points")+"times", have[k].Times, want[k].Times
		}
		c.note(v)
	}
}

// calendar is a counter without the date of its window.
func calendar(k store.CounterKey) store.CounterKey {
	kind, _, _ := strings.Cut(k.Window, ":")
	if kind == "day" || kind == "week" || kind == "month" || kind == "year" {
		k.Window = kind
	}
	return k
}
