package program

import (
	"time"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/reward"
)

// PublishedSettings is what the shop's pages may know of plan, texts and
// placements. Blocks in the theme read it as JSON, without a request to us.
// Points are whole, money is minor units, instants are Unix seconds (what Liquid
// can compare). Nothing in it is personal or secret: anybody can read a shop's page.
type PublishedSettings struct {
	V            int                          `json:"v"`
	On           bool                         `json:"on"` // false: the pages say nothing
	Currency     loyalty.Currency             `json:"currency"`
	Cent         loyalty.Ratio                `json:"cent"` // hundredths, in which Liquid has prices, per minor unit
	Earn         []PublishedRule              `json:"earn"`
	Campaigns    []PublishedCampaign          `json:"campaigns"`
	Activities   map[string]loyalty.Points    `json:"activities"` // welcome, newsletter, review, article, referral, friend, birthday
	Redeem       PublishedRedeem              `json:"redeem"`
	PendingDays  int                          `json:"pending_days"`
	ExpiryMonths int                          `json:"expiry_months"`
	Placements   map[string]bool              `json:"placements"`
	Texts        map[string]map[string]string `json:"texts"` // language → key → the merchant's words
	// RateChangesOn is the day (YYYY-MM-DD) from which points that shoppers have are worth something else (N-02).
	RateChangesOn string               `json:"rate_changes_on,omitempty"`
	Pages         ShopPages            `json:"pages,omitzero"`       // our own pages that the shop's link to
	Vouchers      []PublishedVoucher   `json:"vouchers,omitempty"`   // those that show themselves
	Newsletter    *PublishedNewsletter `json:"newsletter,omitempty"` // missing: the shop has none of ours
	Partners      *PublishedPartners   `json:"partners,omitempty"`   // missing: the module is off
}

// PublishedMatch chooses lines as earning.Match does; the plan's own groups are
// resolved to their products. Empty lists match everything but gift cards.
type PublishedMatch struct {
	Products           []string `json:"products,omitempty"`
	Collections        []string `json:"collections,omitempty"`
	ExcludeProducts    []string `json:"exclude_products,omitempty"`
	ExcludeCollections []string `json:"exclude_collections,omitempty"`
	GiftCards          bool     `json:"gift_cards,omitempty"`
}

// PublishedWhen chooses moments and people.
type PublishedWhen struct {
	Min   int64    `json:"min,omitempty"`   // minor units that the counted part must reach
	From  int64    `json:"from,omitempty"`  // the first second
	Until int64    `json:"until,omitempty"` // the first second after it
	Types []string `json:"types,omitempty"` // new_customer, customer
	Tags  []string `json:"tags,omitempty"`
}

// PublishedRule is a rule for purchases.
type PublishedRule struct {
	ID       string                    `json:"id"`
	Kind     earning.RuleKind          `json:"kind"`
	Points   loyalty.Points            `json:"points,omitempty"`
	Per      int64                     `json:"per,omitempty"` // minor units
	Products map[string]loyalty.Points `json:"products,omitempty"`
	Rounding loyalty.Rounding          `json:"rounding"`
	Net      loyalty.Ratio             `json:"net"`             // the part of a price that counts
	About    bool                      `json:"about,omitempty"` // Net is a mean: what is shown is not exact
	UpTo     bool                      `json:"up_to,omitempty"` // a limit may cut it
	Match    PublishedMatch            `json:"match"`
	When     PublishedWhen             `json:"when"`
}

// PublishedCampaign multiplies what rules give.
type PublishedCampaign struct {
	ID     string         `json:"id"`
	Factor loyalty.Ratio  `json:"factor"`
	Rules  []string       `json:"rules,omitempty"`
	UpTo   bool           `json:"up_to,omitempty"`
	Match  PublishedMatch `json:"match"`
	When   PublishedWhen  `json:"when"`
}

// PublishedRedeem is what points are worth. 0 means no cap, except Min and Step.
type PublishedRedeem struct {
	On          bool           `json:"on"`
	Minor       int64          `json:"minor"`
	PerPoints   loyalty.Points `json:"per_points"`
	Min         loyalty.Points `json:"min"` // the smallest redemption, on a step
	Step        loyalty.Points `json:"step"`
	MaxPoints   loyalty.Points `json:"max_points,omitempty"`
	MaxMinor    int64          `json:"max_minor,omitempty"`
	MaxPercent  int64          `json:"max_percent,omitempty"`
	MinSubtotal int64          `json:"min_subtotal,omitempty"`
	Products    []string       `json:"products,omitempty"`
	Collections []string       `json:"collections,omitempty"`
	Prefix      string         `json:"prefix,omitempty"` // how our codes begin
	Days        int            `json:"days"`             // validity of a code
}

// publishedFrom is the part that a plan decides. share says which part of a price
// counts for a rule's basis; today decides which rules and campaigns are over.
func publishedFrom(doc PlanDoc, shop loyalty.Shop, today time.Time, share priceShare) (PublishedSettings, error) {
	zone := today.Location()
	day := loyalty.DateOf(today)
	out := PublishedSettings{
		V: 1, On: shop.State == loyalty.ShopActive, Currency: shop.Currency, Cent: hundredths(shop.Currency), Earn: []PublishedRule{},
		Campaigns: []PublishedCampaign{}, Activities: map[string]loyalty.Points{}, PendingDays: doc.Pending.Days, ExpiryMonths: doc.Expiry.Months,
	}
	for i := range doc.Earning.Rules {
		r := &doc.Earning.Rules[i]
		if r.Off || !r.When.Until.IsZero() && r.When.Until.Before(day) {
			continue
		}
		if name, is := publishedActivities[r.Kind]; is {
			if r.When.Tags == nil && r.When.MemberTypes == nil && !day.Before(r.When.From) {
				out.Activities[name] += r.Points
			}
			continue
		}
		if r.Kind == earning.KindCustom || !earnsIn(r, shop.Currency) {
			continue
		}
		out.Earn = append(out.Earn, publishedRule(r, doc.Earning.Groups, zone, share))
	}
	for _, c := range doc.Earning.Campaigns {
		if c.Off || !c.Until.IsZero() && c.Until.Before(day) {
			continue
		}
		when := publishedWhen(c.When, zone)
		when.From, when.Until = later(when.From, startOf(c.From, zone)), earlier(when.Until, endOf(c.Until, zone))
		out.Campaigns = append(out.Campaigns, PublishedCampaign{
			ID: c.ID, Factor: orOne(c.Factor), Rules: c.Rules, UpTo: c.Budget > 0, Match: publishedMatch(c.Match, doc.Earning.Groups), When: when,
		})
	}
	var err error
	out.Redeem, err = publishedRedeem(doc.Redeem)
	return out, err
}

// publishedActivities are the words of the document for kinds of activity.
var publishedActivities = map[earning.RuleKind]string{
	earning.KindSignup: "welcome", earning.KindNewsletter: "newsletter", earning.KindProductRev: "review", earning.KindArticleRev: "article",
	earning.KindReferrer: "referral", earning.KindFriend: "friend", earning.KindBirthday: "birthday",
}

func publishedRule(r *earning.Rule, groups map[string][]string, zone *time.Location, share priceShare) PublishedRule {
	net, about := share.without()
	if r.Basis.WithTax {
		net, about = share.with()
	}
	out := PublishedRule{
		ID: r.ID, Kind: r.Kind, Points: r.Points, Products: r.Products, Rounding: r.Rounding, Net: net, About: about && r.Kind == earning.KindPerAmount,
		UpTo: len(r.Limits) > 0, Match: publishedMatch(r.Match, groups), When: publishedWhen(r.When, zone),
	}
	if out.Rounding == "" {
		out.Rounding = loyalty.Floor
	}
	if r.Kind == earning.KindPerAmount {
		out.Points, out.Per = r.Earn.Points, r.Earn.PerMinor
	}
	return out
}

func publishedMatch(m earning.Match, groups map[string][]string) PublishedMatch {
	out := PublishedMatch{Collections: m.Collections, ExcludeCollections: m.ExcludeCollections, GiftCards: m.GiftCards}
	out.Products = append(out.Products, m.Products...)
	for _, g := range m.Groups {
		out.Products = append(out.Products, groups[g]...)
	}
	if len(m.Groups) > 0 && len(out.Products) == 0 && len(out.Collections) == 0 {
		out.Products = []string{"-"} // an empty group matches nothing, an empty list everything
	}
	out.ExcludeProducts = append(out.ExcludeProducts, m.ExcludeProducts...)
	for _, g := range m.ExcludeGroups {
		out.ExcludeProducts = append(out.ExcludeProducts, groups[g]...)
	}
	return out
}

func publishedWhen(w earning.When, zone *time.Location) PublishedWhen {
	return PublishedWhen{Min: w.MinBasis, From: startOf(w.From, zone), Until: endOf(w.Until, zone), Types: w.MemberTypes, Tags: w.Tags}
}

func publishedRedeem(p reward.Policy) (PublishedRedeem, error) {
	quote, err := p.Quote(0, reward.Cart{})
	if err != nil {
		return PublishedRedeem{}, err
	}
	out := PublishedRedeem{
		On: !p.Off, Minor: p.Rate.Minor, PerPoints: p.Rate.PerPoints, Min: quote.Min, Step: quote.Step, MaxPoints: p.MaxPoints, MaxMinor: p.MaxMinor,
		MaxPercent: p.MaxPercent, MinSubtotal: p.MinSubtotal, Products: p.ProductKeys, Collections: p.CollectionKeys, Prefix: p.CodePrefix, Days: p.CodeDays,
	}
	if out.Days == 0 {
		out.Days = defaultCodeDays
	}
	return out, nil
}

func earnsIn(r *earning.Rule, currency loyalty.Currency) bool {
	if len(r.Currencies) == 0 {
		return true
	}
	for _, c := range r.Currencies {
		if c == currency {
			return true
		}
	}
	return false
}

// hundredths says how Liquid writes prices: always in hundredths of the unit,
// whatever the currency's own minor unit is.
func hundredths(c loyalty.Currency) loyalty.Ratio {
	switch c.Exponent() {
	case 0:
		return loyalty.Ratio{Num: 100, Den: 1}
	case 3:
		return loyalty.Ratio{Num: 1, Den: 10}
	}
	return loyalty.Ratio{Num: 1, Den: 1}
}

func orOne(r loyalty.Ratio) loyalty.Ratio {
	if r == (loyalty.Ratio{}) {
		return loyalty.Ratio{Num: 1, Den: 1}
	}
	return r
}

func startOf(d loyalty.LocalDate, zone *time.Location) int64 {
	if d.IsZero() {
		return 0
	}
	return d.Start(zone).Unix()
}

func endOf(d loyalty.LocalDate, zone *time.Location) int64 {
	if d.IsZero() {
		return 0
	}
	return d.End(zone).Unix()
}

func later(a, b int64) int64 { return max(a, b) }

func earlier(a, b int64) int64 {
	if a == 0 || b == 0 {
		return max(a, b)
	}
	return min(a, b)
}
