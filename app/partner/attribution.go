package partner

import "zugabe/app/loyalty"

// State is where a sponsorship stands.
type State string

// The states of a sponsorship.
const (
	Provisional State = "provisional" // the order is placed and not completed (S0-15)
	Final       State = "final"
	Revoked     State = "revoked" // the order was cancelled, or an appeal was upheld
)

// Rule says which of two partners has a customer whom both claim.
type Rule string

// The rules.
const (
	RuleFirst Rule = "first" // who has a sponsor keeps it
	RuleLast  Rule = "last"  // until the first order is completed, the newest code wins
	RuleCode  Rule = "code"  // a code beats a sponsor that was set in another way
)

// Rules are all rules.
var Rules = []Rule{RuleFirst, RuleLast, RuleCode}

// Kind names an event of a timeline that both partners can read (N-12).
type Kind string

// The events.
const (
	EventProvisional Kind = "provisional"
	EventFinal       Kind = "final"
	EventRevoked     Kind = "revoked"
	EventMoved       Kind = "moved"    // staff gave the customer to this partner
	EventReplaced    Kind = "replaced" // another partner's claim won by the rule
	EventKept        Kind = "kept"     // this partner's code was used, another sponsor stays
	EventSelf        Kind = "self"     // the partner's own order, or one from above in the tree (G10, G11)
	EventKnown       Kind = "known"    // the buyer has bought before: only new customers are assigned
	EventAppeal      Kind = "appeal"
	EventUpheld      Kind = "upheld"
	EventDismissed   Kind = "dismissed"
)

// Sponsorship is in whose first line a member is, by what and since when (Unix ms).
type Sponsorship struct {
	MemberID   loyalty.ID
	PartnerID  loyalty.ID
	State      State
	CodeID     loyalty.ID // 0 = by hand
	SaleKey    string
	Storefront string
	At         int64
	FinalAt    int64
	RevokedAt  int64
}

// Claim is what one order says: this partner's code was used by this member.
type Claim struct {
	MemberID   loyalty.ID
	PartnerID  loyalty.ID
	CodeID     loyalty.ID
	SaleKey    string
	Storefront string
	At         int64 // Unix ms, when the order was placed
	New        bool  // the buyer has bought nothing before this order
	Complete   bool  // this order has made the buyer a customer
	Live       bool  // the order counts: not cancelled, not paid back
	Self       bool  // buyer and partner are one person, or the buyer is above the partner
}

// Policy is what the merchant has chosen.
type Policy struct {
	Rule        Rule
	RevokeFinal bool // a completed order that is cancelled takes the sponsor away again
}

// Event is a line of a timeline.
type Event struct {
	Kind      Kind
	PartnerID loyalty.ID
}

// Resolve says what becomes of a member's sponsorship by a claim at an instant (Unix
// ms). have is nil for a member without one. The answer is what is to be stored, nil
// if nothing changes, and what both sides are told. It is idempotent: the same claim
// again gives nothing.
func Resolve(have *Sponsorship, c Claim, p Policy, now int64) (*Sponsorship, []Event) {
	if have != nil && have.SaleKey == c.SaleKey && have.CodeID == c.CodeID && c.SaleKey != "" {
		return again(*have, c, p, now)
	}
	if !c.Live {
		return nil, nil
	}
	if c.Self {
		return nil, []Event{{EventSelf, c.PartnerID}}
	}
	if have != nil && have.State != Revoked {
		if have.PartnerID == c.PartnerID {
			return nil, nil
		}
		if !yields(*have, c, p.Rule) {
			return nil, []Event{{EventKept, c.PartnerID}}
		}
		next := taken(c, now)
		return &next, append([]Event{{EventReplaced, have.PartnerID}}, told(next)...)
	}
	if !c.New {
		return nil, []Event{{EventKnown, c.PartnerID}}
	}
	next := taken(c, now)
	return &next, told(next)
}

// yields says whether a standing sponsor gives way to a claim. A final one that came
// by a code never does: only new customers are assigned.
func yields(have Sponsorship, c Claim, rule Rule) bool {
	if !c.New {
		return false
	}
	switch rule {
	case RuleLast:
		return have.State == Provisional && c.At >= have.At
	case RuleCode:
		return have.CodeID == 0
	}
	return false
}

func taken(c Claim, now int64) Sponsorship {
	s := Sponsorship{MemberID: c.MemberID, PartnerID: c.PartnerID, State: Provisional, CodeID: c.CodeID, SaleKey: c.SaleKey, Storefront: c.Storefront, At: c.At}
	if c.Complete {
		s.State, s.FinalAt = Final, now
	}
	return s
}

func told(s Sponsorship) []Event {
	events := []Event{{EventProvisional, s.PartnerID}}
	if s.State == Final {
		events = append(events, Event{EventFinal, s.PartnerID})
	}
	return events
}

// again follows the order by which the sponsorship came.
func again(have Sponsorship, c Claim, p Policy, now int64) (*Sponsorship, []Event) {
	switch {
	case c.Live && have.State == Provisional && c.Complete:
		have.State, have.FinalAt = Final, now
		return &have, []Event{{EventFinal, have.PartnerID}}
	case c.Live && have.State == Revoked && !c.Self:
		next := taken(c, now)
		return &next, told(next)
	case !c.Live && (have.State == Provisional || have.State == Final && p.RevokeFinal):
		have.State, have.RevokedAt = Revoked, now
		return &have, []Event{{EventRevoked, have.PartnerID}}
	}
	return nil, nil
}
