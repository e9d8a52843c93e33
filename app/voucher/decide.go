package voucher

import "zugabe/app/loyalty"

// Decide says whether a voucher counts in a cart, what it takes off and why
// (not). It is the one decision for cart, admin, API and the order that arrives:
// everything that stands against the voucher is named, not only the first thing.
// Where the person is not known, conditions that can still turn out well are in
// Later, to be decided again with the order.
func Decide(t Template, s Standing, c Cart, p Person, m Moment) Decision {
	d := &deciding{t: t, s: s, c: c, p: p, m: m}
	if !d.calculable() {
		d.against("cart", Reason{Code: ReasonCart})
		return d.out
	}
	d.state()
	d.dates()
	d.person()
	d.limits()
	d.others()
	d.look()
	d.amounts()
	if len(d.out.Why) == 0 {
		d.give()
	}
	d.out.OK = len(d.out.Why) == 0
	if !d.out.OK {
		d.out.Lines, d.out.VAT, d.out.Notes = nil, nil, nil
		d.out.Shipping, d.out.Minor, d.out.Rest = 0, 0, 0
	}
	return d.out
}

// deciding is one decision on its way.
type deciding struct {
	t   Template
	s   Standing
	c   Cart
	p   Person
	m   Moment
	out Decision

	rest         []int64 // of each line, what other discounts left to pay
	good         []bool  // lines the voucher is good for
	goods        int64   // goods in the cart, after other discounts
	base         int64   // of it, on lines that it is good for
	parts        []int64 // of each line, what this voucher takes off
	shippingRest int64
}

func (d *deciding) step(check, outcome string, r Reason) {
	d.out.Steps = append(d.out.Steps, Step{Check: check, Outcome: outcome, Reason: r.Code, Need: r.Need, Have: r.Have, Unit: r.Unit})
}

func (d *deciding) against(check string, r Reason) {
	d.out.Why = append(d.out.Why, r)
	d.step(check, "fail", r)
}

func (d *deciding) later(check string, r Reason) {
	d.out.Later = append(d.out.Later, r)
	d.step(check, "later", r)
}

func (d *deciding) note(r Reason) { d.out.Notes = append(d.out.Notes, r) }

func (d *deciding) amount(check string, minor int64) {
	d.step(check, "amount", Reason{Have: minor, Unit: UnitMinor})
}

// check names a condition that is set and its outcome; r counts if it does not hold.
func (d *deciding) check(name string, holds bool, r Reason) {
	if !holds {
		d.against(name, r)
		return
	}
	r.Code = ""
	d.step(name, "pass", r)
}

const (
	maxCartLines = 5_000         // with MaxMinor each, their sum stays inside int64
	maxUnits     = 1_000_000_000 // of one line
)

// calculable refuses carts whose numbers could leave int64 (B22).
func (d *deciding) calculable() bool {
	fits := func(n int64) bool { return n >= -loyalty.MaxMinor && n <= loyalty.MaxMinor }
	shares := 0
	ok := len(d.c.Lines) <= maxCartLines && fits(d.c.ShippingGross)
	for i := range d.c.Lines {
		l := &d.c.Lines[i]
		ok = ok && fits(l.Gross) && l.Quantity >= 0 && l.Quantity <= maxUnits && l.TaxBP >= 0 && l.TaxBP <= maxRateBP
	}
	for i := range d.c.Codes {
		shares += len(d.c.Codes[i].Lines)
		ok = ok && fits(d.c.Codes[i].Shipping) && shares <= maxCartLines
		for _, share := range d.c.Codes[i].Lines {
			ok = ok && fits(share.Minor)
		}
	}
	return ok && d.c.ShippingTaxBP >= 0 && d.c.ShippingTaxBP <= maxRateBP
}

func (d *deciding) state() {
	d.check("template", d.s.Template == "" || d.s.Template == TemplateActive, Reason{Code: ReasonNotActive, Params: map[string]string{"state": string(d.s.Template)}})
	switch d.s.State {
	case "", Active, Pending, Used:
		// Used is for the count of uses to say: a use that came back counts again.
		d.check("code", true, Reason{})
	case Expired:
		d.check("code", false, Reason{Code: ReasonEnded, Have: d.s.EndsAt, Unit: UnitMs})
	default:
		d.check("code", false, Reason{Code: ReasonVoid})
	}
	if d.t.Currency != "" {
		d.check("currency", d.c.Currency == d.t.Currency, Reason{Code: ReasonCurrency, Params: map[string]string{"currency": string(d.t.Currency)}})
	}
}

func (d *deciding) dates() {
	from, until := d.t.Valid.Span(d.m.Zone)
	from = max(from, d.s.StartsAt)
	until = soonest(until, d.s.EndsAt)
	if d.t.Valid.DaysAfterIssue > 0 && d.s.IssuedAt > 0 {
		_, end := d.t.Valid.CodeSpan(Moment{d.s.IssuedAt, d.m.Zone})
		until = soonest(until, end)
	}
	switch {
	case until != 0 && d.m.At >= until:
		if d.s.State != Expired {
			d.against("dates", Reason{Code: ReasonEnded, Have: until, Unit: UnitMs})
		}
		return
	case d.m.At < from:
		d.against("dates", Reason{Code: ReasonNotYet, Need: from, Have: d.m.At, Unit: UnitMs})
		return
	}
	d.check("dates", true, Reason{Need: until, Have: d.m.At, Unit: UnitMs})
	if len(d.t.Valid.Windows) == 0 {
		return
	}
	opens, closes := d.t.Valid.Next(d.m)
	if opens >= until && until != 0 {
		opens = 0
	}
	d.check("hours", opens == d.m.At, Reason{Code: ReasonHours, Need: opens, Have: d.m.At, Unit: UnitMs})
	if closes = soonest(closes, until); opens == d.m.At && closes != 0 {
		d.note(Reason{Code: NoteClosesSoon, Have: closes, Unit: UnitMs})
	}
}

// soonest is the earlier of two ends; 0 = none.
func soonest(a, b int64) int64 {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}

func (d *deciding) limits() {
	l := d.t.Limits
	if d.s.MaxUses > 0 {
		d.check("uses", d.s.Uses < d.s.MaxUses, Reason{Code: ReasonUsedUp, Need: d.s.MaxUses, Have: d.s.Uses, Unit: UnitCount})
	} else if l.PerCode > 0 {
		d.check("uses", d.s.Uses < l.PerCode, Reason{Code: ReasonUsedUp, Need: l.PerCode, Have: d.s.Uses, Unit: UnitCount})
	}
	if l.Total > 0 {
		d.check("total", d.s.TotalUses < l.Total, Reason{Code: ReasonSoldOut, Need: l.Total, Have: d.s.TotalUses, Unit: UnitCount})
	}
	if l.PerPerson > 0 {
		r := Reason{Code: ReasonPerPerson, Need: l.PerPerson, Have: d.p.UsesOfTemplate, Unit: UnitCount}
		if !d.p.Known {
			d.later("per_person", r)
		} else {
			d.check("per_person", d.p.UsesOfTemplate < l.PerPerson, r)
		}
	}
}

// others looks at what the cart has already.
func (d *deciding) others() {
	for i := range d.c.Codes {
		a := &d.c.Codes[i]
		if d.s.Code != "" && Fold(a.Code) == d.s.Code {
			d.against("others", Reason{Code: ReasonSameCode, Params: map[string]string{"code": a.Code}})
			continue
		}
		if d.t.Stack.Class != "" && d.t.Stack.Class == a.Class {
			d.against("others", Reason{Code: ReasonClassTaken, Params: map[string]string{"code": a.Code, "class": a.Class}})
			continue
		}
		side := clash(d.t.HostClass(), d.t.Stack.Combines, a.HostClass, a.Combines)
		d.check("others", side == "", Reason{Code: ReasonNotCombined, Params: map[string]string{"code": a.Code, "side": side}})
	}
}
