package voucher

import (
	"slices"
	"strconv"
)

// Part is one clause of the sentence that describes a voucher: a key that screens
// translate, and its values. Minor is money, Date YYYY-MM-DD, Minutes the wall
// clock from and to.
type Part struct {
	Key     string   `json:"key"`
	Minor   int64    `json:"minor,omitempty"`
	Count   int64    `json:"count,omitempty"`
	Text    string   `json:"text,omitempty"`
	Date    string   `json:"date,omitempty"`
	Days    []string `json:"days,omitempty"`
	Minutes [2]int   `json:"minutes,omitzero"`
	Names   []string `json:"names,omitempty"`
}

// Describe says what a template means, clause by clause: what it gives, from
// which order, when, for whom, on what, how often, how it combines. Nothing that
// is set is left out.
func (t Template) Describe() []Part {
	var ps []Part
	add := func(when bool, p Part) {
		if when {
			ps = append(ps, p)
		}
	}
	add(true, t.gives())
	add(t.Order.MinMinor > 0, Part{Key: suffixed("order_from", "_eligible", t.Order.OnEligible), Minor: t.Order.MinMinor})
	add(t.Order.MaxMinor > 0, Part{Key: suffixed("order_up_to", "_eligible", t.Order.OnEligible), Minor: t.Order.MaxMinor})
	v := t.Valid
	add(!v.On.IsZero(), Part{Key: "valid_on", Date: v.On.String()})
	add(!v.From.IsZero(), Part{Key: "valid_from", Date: v.From.String()})
	add(!v.Until.IsZero(), Part{Key: "valid_until", Date: v.Until.String()})
	for _, w := range v.Windows {
		p := Part{Key: suffixed("window", "_overnight", w.overnight()), Minutes: [2]int{w.FromMin, w.ToMin}}
		for _, d := range w.Days {
			p.Days = append(p.Days, string(d))
		}
		add(true, p)
	}
	add(v.DaysAfterIssue > 0, Part{Key: "days_after_issue", Count: int64(v.DaysAfterIssue)})
	t.describeWho(add)
	t.describeWhat(add)
	t.describeLimits(add)
	t.describeRules(add)
	return ps
}

func suffixed(key, suffix string, when bool) string {
	if when {
		return key + suffix
	}
	return key
}

func (t Template) gives() Part {
	switch t.Kind {
	case Percent:
		return Part{Key: suffixed("gives_percent", "_capped", t.CapMinor > 0), Count: t.Percent, Minor: t.CapMinor}
	case FreeArticle:
		return Part{Key: "gives_article", Count: max(1, t.Article.Quantity), Text: t.Article.Title, Minor: t.Minor}
	case FreeShipping:
		return Part{Key: suffixed("gives_shipping", "_capped", t.CapMinor > 0), Minor: t.CapMinor}
	}
	return Part{Key: "gives_absolute", Minor: t.Minor}
}

func (t Template) describeWho(add func(bool, Part)) {
	w := t.Who
	add(w.NewOnly, Part{Key: "new_customers"})
	add(w.LoggedIn, Part{Key: "logged_in"})
	add(len(w.Members) > 0, Part{Key: "chosen_members", Count: int64(len(w.Members))})
	add(len(w.Tags) > 0, Part{Key: "tags", Names: w.Tags})
	add(len(w.Segments) > 0, Part{Key: "segments", Names: w.Segments})
	if business, private := slices.Contains(w.Types, TypeBusiness), slices.Contains(w.Types, TypePrivate); business != private {
		add(business, Part{Key: "business_only"})
		add(private, Part{Key: "private_only"})
	}
}

func (t Template) describeWhat(add func(bool, Part)) {
	list := func(key string, keys []string) {
		add(len(keys) > 0, Part{Key: key, Count: int64(len(keys)), Names: keys})
	}
	list("products", t.What.Products)
	list("variants", t.What.Variants)
	list("collections", t.What.Collections)
	list("not_products", t.What.NotProducts)
	list("not_variants", t.What.NotVariants)
	list("not_collections", t.What.NotCollections)
	add(!t.What.SaleItems, Part{Key: "no_sale_items"})
}

func (t Template) describeLimits(add func(bool, Part)) {
	l := t.Limits
	add(l.PerCode == 0, Part{Key: "standing"})
	add(l.PerCode == 1, Part{Key: "single"})
	add(l.PerCode > 1, Part{Key: "per_code", Count: l.PerCode})
	add(l.Total > 0, Part{Key: "total", Count: l.Total})
	add(l.PerPerson > 0, Part{Key: "per_person", Count: l.PerPerson})
	add(l.BudgetMinor > 0, Part{Key: "budget", Minor: l.BudgetMinor})
}

func (t Template) describeRules(add func(bool, Part)) {
	var with []string
	for _, class := range []HostClass{ClassProduct, ClassOrder, ClassShipping} {
		if t.Stack.Combines.Allows(class) {
			with = append(with, string(class))
		}
	}
	add(len(with) == 0, Part{Key: "alone"})
	add(len(with) > 0, Part{Key: "combines", Names: with})
	add(t.Stack.Class != "", Part{Key: "one_of_class", Text: t.Stack.Class})
	add(t.VAT.Mode == VATSplit || t.VAT.Mode == "", Part{Key: "vat_split"})
	add(t.VAT.Mode == VATFixed, Part{Key: "vat_fixed", Count: t.VAT.RateBP, Text: percentText(t.VAT.RateBP)})
	add(t.VAT.Mode == VATPayment, Part{Key: "vat_payment"})
	add(t.Kind == Absolute && t.Rest == RestNewCode, Part{Key: "rest_new_code"})
	add(t.Kind == Absolute && t.Rest != RestNewCode, Part{Key: "rest_lost"})
	add(t.Bearer == ByPartner, Part{Key: "partner_pays"})
	add(t.Partners, Part{Key: "for_partners"})
	add(t.Auto == AutoOffer, Part{Key: "auto_offer"})
	add(t.Auto == AutoApplied, Part{Key: "auto_apply"})
}

// percentText writes 1900 as "19" and 550 as "5.5".
func percentText(bp int64) string {
	s := strconv.FormatInt(bp/100, 10)
	switch r := bp % 100; {
	case r == 0:
		return s
	case r%10 == 0:
		return s + "." + strconv.FormatInt(r/10, 10)
	default:
		return s + "." + strconv.FormatInt(100+r, 10)[1:]
	}
}
