package earning

import "zugabe/app/loyalty"

// The reasons for a grant of 0 points. They are stored and shown (N-07).
const (
	ReasonDraft        = "draft"
	ReasonTest         = "test_sale"
	ReasonCancelled    = "cancelled"
	ReasonNotYet       = "not_yet"       // the order has not reached the status at which it earns
	ReasonRefunded     = "refunded"      // everything went back
	ReasonBlocked      = "blocked"       // the member may not earn
	ReasonNoAccount    = "no_account"    // the member had no account with the host (S4-29)
	ReasonCurrency     = "currency"      // the rule has no rate for this currency (B21)
	ReasonDates        = "outside_dates" // the rule is not in force on that local day
	ReasonMemberType   = "member_type"
	ReasonTags         = "tags"
	ReasonNoLines      = "no_matching_lines"
	ReasonBelowMinimum = "below_minimum"
	ReasonNothingPaid  = "nothing_paid" // the matching lines were free or went back
	ReasonTooSmall     = "too_small"    // the amount does not reach one point
	ReasonPending      = "pending"      // an activity that nobody has approved yet
	ReasonWithdrawn    = "withdrawn"
	ReasonFactor       = "member_factor" // the member's own factor is 0 (S4-18)
)

// EvaluateSale says what the sale, as it stands now, entitles its member to: one
// grant per switched-on sale rule in the program's order (B26), each followed by
// its campaign grant if a campaign adds something. It is the whole entitlement,
// never a difference: a posted rule or campaign that the answer does not name
// is worth 0 now.
//
// Refunds with lines reduce their lines; what a refund gives back beyond its
// lines reduces everything in the proportion of the gross total, to exactly 0
// when all is back (B1–B6). The basis is whole minor units and is rounded to
// points once per rule, after the member's factor (B20). CodeOverflow for
// amounts or points beyond the caps (B22); other errors mean a broken program.
//
// Whether the buyer has an account at all (S4-29) is the caller's question: a
// cart preview has none.
func EvaluateSale(s Sale, p Program, c Context) ([]Grant, error) {
	loc, err := loyalty.Zone(c.Zone)
	if err != nil {
		return nil, err
	}
	b, err := newBasket(s)
	if err != nil {
		return nil, err
	}
	e := saleEval{sale: s, program: p, context: c, basket: b, day: localDay(s.PlacedAt, loc)}
	e.refused = refusal(s, p, c, b)
	grants := make([]Grant, 0, len(p.Rules)+1)
	for i := range p.Rules {
		r := &p.Rules[i]
		kind, ok := saleKinds[r.Kind]
		if r.Off || !ok {
			continue
		}
		if grants, err = e.add(grants, r, kind); err != nil {
			return nil, err
		}
	}
	return grants, nil
}

// refusal says why the sale as a whole earns nothing at the moment, "" if it may.
func refusal(s Sale, p Program, c Context, b *basket) string {
	switch {
	case s.Status == SaleDraft:
		return ReasonDraft
	case s.Status == SaleCancelled:
		return ReasonCancelled
	case s.Test && !p.TestSales:
		return ReasonTest
	case c.Audience.Blocked:
		return ReasonBlocked
	case c.Audience.NoAccount:
		return ReasonNoAccount
	case !Reached(s.Status, p.EarnAt):
		return ReasonNotYet
	case b.allBack:
		return ReasonRefunded
	}
	return ""
}

// stages gives every status that can earn its place in an order's normal way.
var stages = map[SaleStatus]int{SalePlaced: 1, SalePaid: 2, SaleFulfilled: 3, SaleCompleted: 4}

// Reached says whether a sale in this status has come as far as earnAt (empty =
// paid; A-11). A driver therefore reports the furthest stage whose predecessors
// hold: an order that was sent but not paid is SalePlaced.
func Reached(status, earnAt SaleStatus) bool {
	if earnAt == "" {
		earnAt = SalePaid
	}
	return stages[status] >= stages[earnAt] && stages[earnAt] > 0
}

// saleEval is one sale under one program; it lives for one EvaluateSale.
type saleEval struct {
	sale    Sale
	program Program
	context Context
	basket  *basket
	day     loyalty.LocalDate
	refused string
}

func (e *saleEval) add(grants []Grant, r *Rule, kind saleKind) ([]Grant, error) {
	g := Grant{RuleID: r.ID, Limits: r.Limits, Breakdown: Breakdown{Kind: r.Kind, Reason: e.why(r)}}
	if g.Breakdown.Reason != "" {
		return append(grants, g), nil
	}
	m, err := e.measure(r, kind, nil)
	if err != nil {
		return nil, err
	}
	points, reason, err := e.points(r, m)
	if err != nil {
		return nil, err
	}
	g.Points = points
	g.Breakdown = e.receipt(r, m)
	g.Breakdown.Reason = reason
	grants = append(grants, g)
	if points == 0 {
		return grants, nil
	}
	extra, found, err := e.campaign(r, kind, g)
	if found {
		grants = append(grants, extra)
	}
	return grants, err
}

func (e *saleEval) why(r *Rule) string {
	if e.refused != "" {
		return e.refused
	}
	if !r.takes(e.sale.Currency, e.context.Currency) {
		return ReasonCurrency
	}
	return r.When.why(e.day, e.context.Audience)
}

// points turns a measure into whole points with one rounding, or says why it is 0.
func (e *saleEval) points(r *Rule, m measure) (loyalty.Points, string, error) {
	if m.matched == 0 {
		return 0, ReasonNoLines, nil
	}
	if m.basis < r.When.MinBasis {
		return 0, ReasonBelowMinimum, nil
	}
	p, err := e.worth(r, m)
	f := e.context.Audience.Factor
	switch {
	case err != nil || p > 0:
		return p, "", err
	case f.Num == 0 && f.Den > 0:
		return 0, ReasonFactor, nil
	case m.base == 0:
		return 0, ReasonNothingPaid, nil
	default:
		return 0, ReasonTooSmall, nil
	}
}

func (e *saleEval) worth(r *Rule, m measure) (loyalty.Points, error) {
	n, err := scale(m.base, m.rate, e.context.Audience.Factor, r.rounding())
	if err != nil {
		return 0, err
	}
	return loyalty.Points(n), loyalty.Points(n).CheckEntry()
}

func (e *saleEval) receipt(r *Rule, m measure) Breakdown {
	d := Breakdown{
		Kind: r.Kind, Basis: m.basis, Currency: e.sale.Currency, Earn: r.Earn, Units: m.units,
		Rounding: r.rounding(), Lines: m.shares,
	}
	if r.Kind != KindPerProduct {
		d.Each = r.Points
	}
	if f := e.context.Audience.Factor; !f.IsOne() {
		d.Factor = f
	}
	return d
}

func (r *Rule) rounding() loyalty.Rounding {
	if r.Rounding == "" {
		return loyalty.Floor
	}
	return r.Rounding
}

// takes says whether the rule has a rate for the sale's currency: one of its
// own list, or the shop's if it has none. Nothing is ever converted (B21).
func (r *Rule) takes(sale, shop loyalty.Currency) bool {
	if len(r.Currencies) == 0 {
		return sale == shop
	}
	for _, c := range r.Currencies {
		if c == sale {
			return true
		}
	}
	return false
}
