package program

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"time"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// backtestTop is how many winners, losers and changed orders are named.
const backtestTop = 20

// replay adds up what orders would have earned. Orders come member by member, so
// that one member's limits and sums are all it has to remember.
type replay struct {
	shop    loyalty.Shop
	zone    *time.Location
	tried   Plan
	now     Plan
	plans   map[int64]judge // by version; those that orders are bound to
	result  BacktestResult
	member  BacktestMember // whose orders are being looked at
	tally   earning.Tally
	before  earning.Tally // of orders from before the installation, under the current plan
	changed []replayed
}

// judge is a stored plan version; same says that the tried plan earns alike.
type judge struct {
	plan Plan
	same bool
}

// replayed is one order after evaluation.
type replayed struct {
	row    store.ReplaySale
	sale   earning.Sale
	grants []earning.Grant // under the tried plan
	was    []earning.Grant // under the current plan, for orders from before the installation
	now    loyalty.Points
	then   loyalty.Points
	err    error

	noAccount bool // the tried plan asks for an account that the member had not
}

func (r *replay) begin(tx *store.Tx, run *backtestRun) error {
	zone, err := loyalty.Zone(run.shop.Zone)
	if err != nil {
		return err
	}
	*r = replay{shop: run.shop, zone: zone, now: run.now, tried: Plan{Doc: run.doc}, plans: map[int64]judge{}}
	for _, c := range run.doc.Earning.Campaigns {
		r.result.Budget = r.result.Budget || (!c.Off && c.Budget > 0)
	}
	r.result.Limits = limitsReachBack(run.doc.Earning)
	if r.result.Caps, err = tx.AnyCapped(run.shop.ID); err != nil {
		return err
	}
	tried, err := json.Marshal(run.doc.Earning)
	if err != nil {
		return err
	}
	plans, err := run.Program.plansOf(tx, run.shop)
	if err != nil {
		return err
	}
	for _, v := range plans.versions {
		plan, err := plans.version(v.Version)
		if err != nil {
			return err
		}
		earns, err := json.Marshal(plan.Doc.Earning)
		if err != nil {
			return err
		}
		r.plans[v.Version] = judge{plan: plan, same: bytes.Equal(earns, tried) && plan.Doc.needsLogin() == run.doc.needsLogin()}
	}
	r.plans[BeforePlan] = judge{plan: r.now, same: r.plans[r.now.Version].same}
	return nil
}

// page evaluates one page with some goroutines, then adds it up in order.
func (r *replay) page(rows []store.ReplaySale) error {
	out := make([]replayed, len(rows))
	var all sync.WaitGroup
	workers := halves()
	for w := range workers {
		all.Go(func() {
			for i := w; i < len(rows); i += workers {
				out[i] = r.evaluate(rows[i])
			}
		})
	}
	all.Wait()
	for i := range out {
		if err := r.add(&out[i]); err != nil {
			return err
		}
	}
	return nil
}

// evaluate judges one order. An order that nobody can earn by, and one that the
// tried plan judges as it was judged, need not be read.
func (r *replay) evaluate(row store.ReplaySale) replayed {
	o := replayed{row: row, now: row.Earned, then: row.Earned}
	by, bound := r.plans[row.PlanVersion]
	same := by.same && row.PlanVersion != BeforePlan
	if row.MemberID == 0 || !bound || same && !r.tried.Doc.needsLogin() {
		return o
	}
	context, err := contextOf(r.shop, row.Audience)
	if o.err = err; err != nil {
		return o
	}
	// Whoever bought under a version that asked for an account was looked at then; of
	// others only today's state is known.
	without := !row.HasLogin
	if row.PlanVersion != BeforePlan && by.plan.Doc.needsLogin() {
		without = context.Audience.NoAccount
	}
	if o.noAccount = r.tried.Doc.needsLogin() && without; same {
		return o
	}
	if o.err = o.read(); o.err != nil {
		return o
	}
	context.Audience.NoAccount = o.noAccount
	if o.grants, o.err = earning.EvaluateSale(o.sale, r.tried.Doc.Earning, context); o.err != nil {
		return o
	}
	if row.PlanVersion == BeforePlan {
		context.Audience.NoAccount = r.now.Doc.needsLogin() && without
		o.was, o.err = earning.EvaluateSale(o.sale, r.now.Doc.Earning, context)
	}
	return o
}

func (o *replayed) read() error {
	body, err := o.row.Body()
	if err != nil {
		return err
	}
	return json.Unmarshal(body, &o.sale)
}

func (r *replay) add(o *replayed) error {
	row := &o.row
	if row.MemberID != r.member.Member {
		r.closeMember()
		r.member = BacktestMember{Member: row.MemberID}
		r.tally, r.before = earning.Tally{}, earning.Tally{}
	}
	if row.Currency == r.shop.Currency && row.Status != string(earning.SaleCancelled) && row.Status != string(earning.SaleDraft) {
		r.result.Revenue += max(0, row.Total-row.Refunded)
	}
	if row.MemberID == 0 {
		r.result.Guests++
		return nil
	}
	r.result.Orders++
	if o.err != nil {
		r.result.Unread++
		return nil
	}
	if o.noAccount {
		r.result.NoAccount++
	}
	day := localDay(row.PlacedAt, r.zone)
	if o.grants != nil {
		o.then = r.tally.Cut(o.grants, day)
	}
	if row.PlanVersion == BeforePlan {
		r.result.Assumed++
		o.now = r.before.Cut(o.was, day)
	}
	r.result.NowPoints += int64(o.now)
	r.result.Points += int64(o.then)
	r.member.NowPoints += int64(o.now)
	r.member.Points += int64(o.then)
	if o.now != o.then {
		r.result.Changed++
		r.keepFirst(o)
	}
	return nil
}

// keepFirst keeps the orders that changed first, by when they were placed.
func (r *replay) keepFirst(o *replayed) {
	by := func(x, y replayed) int {
		return cmp.Or(cmp.Compare(x.row.PlacedAt, y.row.PlacedAt), cmp.Compare(x.row.ID, y.row.ID))
	}
	if len(r.changed) == backtestTop && by(*o, r.changed[backtestTop-1]) >= 0 {
		return
	}
	at, _ := slices.BinarySearchFunc(r.changed, *o, by)
	r.changed = slices.Insert(r.changed, at, *o)
	r.changed = r.changed[:min(len(r.changed), backtestTop)]
}

// closeMember values a member's points at both rates and sees whether they are
// among those who win or lose most.
func (r *replay) closeMember() {
	m := r.member
	if m.Member == 0 {
		return
	}
	m.NowMinor, m.Minor = worthAt(r.now, m.NowPoints), worthAt(r.tried, m.Points)
	switch change := m.change(); {
	case change > 0:
		r.result.Gain++
		r.result.Winners = keepTop(r.result.Winners, m, func(x, y BacktestMember) int { return cmp.Compare(y.change(), x.change()) })
	case change < 0:
		r.result.Lose++
		r.result.Losers = keepTop(r.result.Losers, m, func(x, y BacktestMember) int { return cmp.Compare(x.change(), y.change()) })
	}
}

func keepTop(list []BacktestMember, m BacktestMember, by func(x, y BacktestMember) int) []BacktestMember {
	if len(list) == backtestTop && by(m, list[backtestTop-1]) >= 0 {
		return list
	}
	at, _ := slices.BinarySearchFunc(list, m, by)
	list = slices.Insert(list, at, m)
	return list[:min(len(list), backtestTop)]
}

// worthAt is what points are worth by a plan; 0 where nothing can be redeemed.
func worthAt(plan Plan, points int64) int64 {
	if plan.Doc.Redeem.Rate == (loyalty.RedeemRate{}) {
		return 0
	}
	minor, err := plan.Doc.Redeem.Rate.ValueOf(loyalty.Points(points))
	if err != nil {
		return 0
	}
	return minor
}

// finish closes the last member and works out the sums.
func (r *replay) finish(redeemed, issued int64) error {
	r.closeMember()
	x := &r.result
	x.NowMinor, x.Minor = worthAt(r.now, x.NowPoints), worthAt(r.tried, x.Points)
	x.NowExpected, x.Expected = x.NowMinor, x.Minor
	if x.Redeemed, x.Issued = redeemed, issued; issued > 0 {
		var err error
		if x.NowExpected, err = loyalty.MulDiv(x.NowMinor, redeemed, issued, loyalty.HalfUp); err != nil {
			return err
		}
		if x.Expected, err = loyalty.MulDiv(x.Minor, redeemed, issued, loyalty.HalfUp); err != nil {
			return err
		}
	}
	if x.Revenue > 0 {
		var err error
		if x.Margin, err = loyalty.MulDiv(x.Expected-x.NowExpected, 10_000, x.Revenue, loyalty.HalfUp); err != nil {
			return err
		}
	}
	return r.explain()
}

// explain gives the changed orders their breakdowns.
func (r *replay) explain() error {
	for i := range r.changed {
		o := &r.changed[i]
		was, err := o.was, error(nil)
		if was == nil {
			was, err = evaluateSale(r.shop, r.plans[o.row.PlanVersion].plan, o.sale, o.row.Audience)
		}
		if err != nil {
			return err
		}
		r.result.First = append(r.result.First, BacktestOrder{
			Sale: o.row.ID, Key: o.row.Key, Number: o.row.Number, PlacedAt: o.row.PlacedAt, Total: o.row.Total,
			NowPoints: int64(o.now), Points: int64(o.then), NowGrants: was, Grants: o.grants,
		})
		r.name(was, r.plans[o.row.PlanVersion].plan.Doc.Earning)
		r.name(o.grants, r.tried.Doc.Earning)
	}
	return nil
}

// name keeps what the rules of grants are called; the tried plan has the last word.
func (r *replay) name(grants []earning.Grant, by earning.Program) {
	if r.result.RuleNames == nil {
		r.result.RuleNames = map[string]string{}
	}
	names := map[string]string{}
	for _, rule := range by.Rules {
		names[rule.ID] = rule.Name
	}
	campaigns := map[string]string{}
	for _, c := range by.Campaigns {
		campaigns[c.ID] = c.Name
	}
	for _, g := range grants {
		base, _, _ := strings.Cut(g.RuleID, "+")
		name := names[base]
		if g.Campaign != "" && campaigns[g.Campaign] != "" {
			name += " · " + campaigns[g.Campaign]
		}
		r.result.RuleNames[g.RuleID] = name
	}
}

// limitsReachBack says that a rule for orders has a limit whose window can have
// begun before the orders that are replayed.
func limitsReachBack(by earning.Program) bool {
	for _, rule := range by.Rules {
		for _, l := range rule.Limits {
			if !rule.Off && rule.Kind.OfSales() && l.Per != earning.PerDay {
				return true
			}
		}
	}
	return false
}
