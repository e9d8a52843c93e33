package voucher

import (
	"slices"

	"zugabe/app/loyalty"
)

// person looks at who it is.
func (d *deciding) person() {
	w, p := d.t.Who, d.p
	if p.Known {
		d.check("blocked", !p.Blocked, Reason{Code: ReasonBlocked})
	}
	if w.LoggedIn {
		d.check("logged_in", p.Known, Reason{Code: ReasonLogIn, Params: map[string]string{"for": "logged_in"}})
	}
	if w.NewOnly {
		d.newOnly()
	}
	if d.s.Holder != 0 {
		d.known("holder", p.MemberID == d.s.Holder, ReasonHolder)
	}
	if d.s.Issuer != 0 && p.Known {
		d.check("issuer", p.MemberID != d.s.Issuer, Reason{Code: ReasonOwnCode})
	}
	if len(w.Members) > 0 {
		d.known("members", slices.Contains(w.Members, p.MemberID), ReasonMembers)
	}
	if len(w.Tags) > 0 {
		d.known("tags", overlap(w.Tags, p.Tags), ReasonTags)
	}
	if len(w.Segments) > 0 {
		d.known("segments", overlap(w.Segments, p.Segments), ReasonSegments)
	}
	d.kind()
}

// newOnly lets somebody unknown try: who types a code before signing in is most
// often new, and the order says who it was.
func (d *deciding) newOnly() {
	switch {
	case !d.p.Known:
		d.later("new_only", Reason{Code: ReasonNewOnly})
	case d.p.Type == loyalty.Customer:
		d.against("new_only", Reason{Code: ReasonNewOnly})
	default:
		d.check("new_only", !d.p.UsedNewCustomer, Reason{Code: ReasonNewUsed})
	}
}

// kind tells business from private customers. Somebody unknown is private.
func (d *deciding) kind() {
	business, private := slices.Contains(d.t.Who.Types, TypeBusiness), slices.Contains(d.t.Who.Types, TypePrivate)
	switch {
	case business == private:
	case business:
		d.known("type", d.p.Business, ReasonBusiness)
	case private:
		d.check("type", !d.p.Business, Reason{Code: ReasonPrivate})
	}
}

// known checks a condition that needs to know the person.
func (d *deciding) known(name string, holds bool, code string) {
	if !d.p.Known {
		d.against(name, Reason{Code: ReasonLogIn, Params: map[string]string{"for": code}})
		return
	}
	d.check(name, holds, Reason{Code: code})
}

func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}
