package voucher

import "slices"

// What can stand against a voucher. The codes are stable: screens and snippets
// translate them.
const (
	ReasonUnknown      = "not_usable"         // all that strangers are told
	ReasonNotActive    = "not_active"         // draft, paused
	ReasonVoid         = "void"               // the code was withdrawn or lost
	ReasonUsedUp       = "used_up"            // need 1 use, have none left; UnitCount
	ReasonSoldOut      = "sold_out"           // the template's total is reached
	ReasonBudget       = "budget"             // need this discount, have that much budget left; UnitMinor
	ReasonNotYet       = "not_yet"            // need: it begins; UnitMs
	ReasonEnded        = "ended"              // have: it ended; UnitMs
	ReasonHours        = "outside_hours"      // need: it opens next, 0 = never again; UnitMs
	ReasonLogIn        = "log_in"             // params "for": the condition that needs to know the person
	ReasonBlocked      = "blocked"            // the member may not redeem
	ReasonNewOnly      = "new_customers_only" // has bought before
	ReasonNewUsed      = "new_customer_used"  // has used a new-customer voucher before
	ReasonMembers      = "chosen_members"     // not among the chosen customers
	ReasonTags         = "tags"
	ReasonSegments     = "segments"
	ReasonBusiness     = "business_only"
	ReasonPrivate      = "private_only"
	ReasonHolder       = "for_someone_else" // a personal code of another member
	ReasonOwnCode      = "own_code"         // a partner's own code
	ReasonPerPerson    = "per_person"       // need uses allowed, have uses made; UnitCount
	ReasonCurrency     = "currency"         // params "currency"
	ReasonCart         = "cart_too_large"   // numbers beyond what we calculate with
	ReasonNoArticle    = "no_article"       // nothing in the cart that it is good for
	ReasonFreeArticle  = "article_missing"  // the free article is not in the cart; params "title"
	ReasonBelowMin     = "below_minimum"    // need, have; UnitMinor
	ReasonAboveMax     = "above_maximum"    // need: the most, have; UnitMinor
	ReasonSameCode     = "already_applied"
	ReasonClassTaken   = "class_taken"    // params "class", "code": one of this class is in the cart
	ReasonNotCombined  = "not_combinable" // params "code", "side": ours, theirs, both, host
	ReasonNothing      = "nothing_left"   // what it is good for is paid by other discounts
	NoteRest           = "rest"           // need: the voucher's value, have: used; UnitMinor. params "policy"
	NoteCapped         = "capped"         // need: uncapped discount, have: given; UnitMinor
	NoteClosesSoon     = "open_until"     // have: it shuts; UnitMs
	NoteShippingLater  = "shipping_later" // no shipping costs in the cart yet
	NoteUnitsNotInCart = "more_free"      // need: free units, have: in the cart; UnitCount
)

// foreign are reasons that would tell somebody that a code of another person, or
// one that is withdrawn, exists.
var foreign = []string{ReasonHolder, ReasonVoid, ReasonNotActive, ReasonMembers, ReasonTags, ReasonSegments}

// mendable are reasons that a shopper can remove himself, in the cart, now.
var mendable = []string{ReasonBelowMin, ReasonAboveMax, ReasonNoArticle, ReasonFreeArticle, ReasonLogIn}

// stacking are reasons that are about what else is in the cart, and about nobody.
var stacking = []string{ReasonNotCombined, ReasonClassTaken, ReasonSameCode}

var neutral = []Reason{{Code: ReasonUnknown}}

// ForStranger is the answer for somebody we do not know: yes, or one neutral no
// that is the same for unknown, expired and foreign codes (G6). A no for an
// unknown code is Decision{}.ForStranger(). What would count alone is told apart: with
// another discount taken out of the cart, the answer would be yes.
func (d Decision) ForStranger() Decision {
	d.Steps = nil
	if !d.OK && !d.Stacked() {
		return Decision{Why: neutral}
	}
	return d
}

// ForShopper is the answer for a member who is signed in: reasons that say what
// to do, but not whether a code of somebody else exists; no trace.
func (d Decision) ForShopper() Decision {
	d.Steps = nil
	if slices.ContainsFunc(d.Why, func(r Reason) bool { return slices.Contains(foreign, r.Code) }) {
		return Decision{Why: neutral}
	}
	return d
}

// Near is what the shopper still has to do, if everything that stands against the
// voucher is of a kind that can be done in the cart: "3.20 more". Such a code is
// kept until its conditions hold, and worth showing.
func (d Decision) Near() ([]Reason, bool) {
	if d.OK || len(d.Why) == 0 {
		return nil, false
	}
	for _, r := range d.Why {
		if !slices.Contains(mendable, r.Code) {
			return nil, false
		}
	}
	return d.Why, true
}

// Stacked says that nothing but another discount in the cart stands against the voucher.
func (d Decision) Stacked() bool {
	for _, r := range d.Why {
		if !slices.Contains(stacking, r.Code) {
			return false
		}
	}
	return !d.OK && len(d.Why) > 0
}

// Has says whether the reason stands against the voucher.
func (d Decision) Has(code string) bool {
	return slices.ContainsFunc(d.Why, func(r Reason) bool { return r.Code == code })
}
