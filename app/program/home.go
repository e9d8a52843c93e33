package program

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// Home is what a merchant wants to know at a glance.
type Home struct {
	Today     Span
	Week      Span // from Monday
	WeekAgo   Span // the week before, whole
	Held      Held // now
	Complete  bool // false while older entries are still being counted
	Expiring  Expiring
	Stuck     Stuck
	Missing   []string // webhook topics
	CheckedAt int64    // Unix ms of the last look at the webhooks; 0 = none yet
	Waiting   Waiting
	Term      TermNote
	Setup     SetupMarks
	Recent    []store.Recent
	Names     map[loyalty.ID]loyalty.Member // of the members of Recent
	Rules     map[string]RuleName           // names of the plan's rules by id
}

// Span is what happened in some time.
type Span struct {
	Orders  int64 `json:"orders"`
	Members int64 `json:"members" doc:"who are new"`
	Movement
}

// Waiting is what went wrong in the last two weeks and a person should look at.
type Waiting struct {
	Flagged      []FlaggedVoucher `json:"flagged" doc:"vouchers that the shop let pass against their conditions, the most often passed first; five at most"`
	FailedMails  int64            `json:"failed_mails" doc:"that were refused for good"`
	UnknownMails int64            `json:"unknown_mails" doc:"that perhaps have not arrived"`
	Referrals    int64            `json:"referrals" doc:"that are held until somebody looks at them"`
	Partners     int64            `json:"partner_checks" doc:"customers who look like their partner: their commissions are held until somebody looks at them"`
}

// TermNote says that the shop's term for the app ends or has ended (S4-31).
type TermNote struct {
	State string `json:"state" enum:"none,running,ending,over"`
	Last  string `json:"last,omitempty" doc:"YYYY-MM-DD, the last day of the term"`
}

// FlaggedVoucher is a voucher that orders carried against a condition.
type FlaggedVoucher struct {
	ID   loyalty.ID `json:"id"`
	Name string     `json:"name"`
	Uses int64      `json:"uses" doc:"orders in the last 14 days"`
}

// Expiring is what runs out soon.
type Expiring struct {
	Points  loyalty.Points `json:"points"`
	Minor   int64          `json:"minor" doc:"minor units: every point by what it was promised"`
	Members int64          `json:"members"`
	Before  int64          `json:"before" doc:"Unix milliseconds"`
}

// SetupMarks says what of the set-up is still as it was installed.
type SetupMarks struct {
	RateSaved bool `json:"rate_saved" doc:"a member of staff has saved the plan"`
	Rules     int  `json:"rules" doc:"earning rules that are on"`
	Ordered   bool `json:"ordered" doc:"an order has come"`
}

const (
	expiringDays = 30
	recentRows   = 12
	// waitingFor is how long something is shown that nothing but a look can settle.
	waitingFor      = 14 * dayMs
	flaggedVouchers = 200 // the newest ones are looked at
	flaggedOnHome   = 5
)

// HomeOf reads it all, in little that grows with the shop: the daily totals of three
// weeks, counts within indexes, and the lots that run out in a month.
func (p *Program) HomeOf(ctx context.Context, shop loyalty.Shop) (h Home, err error) {
	zone, err := loyalty.Zone(shop.Zone)
	if err != nil {
		return h, err
	}
	if h.Stuck, err = p.FindStuck(ctx, shop.ID); err != nil {
		return h, err
	}
	missing, checked, err := p.MissingWebhooks(ctx, shop.ID)
	if err != nil {
		return h, err
	}
	stuck := h.Stuck
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		h = Home{Stuck: stuck, Missing: missing, CheckedAt: checked}
		if err := p.homeSpans(tx, shop, zone, &h); err != nil {
			return err
		}
		if err := p.homeExpiring(tx, shop, zone, &h); err != nil {
			return err
		}
		if err := p.homeWaiting(tx, shop, &h); err != nil {
			return err
		}
		terms, err := p.Terms(tx, shop.ID)
		if err != nil {
			return err
		}
		h.Term = TermNote{State: terms.On(loyalty.DateOf(time.UnixMilli(p.now()).In(zone))), Last: terms.Newest().Last.String()}
		if err := p.homeSetup(tx, shop, &h); err != nil {
			return err
		}
		return p.homeRecent(tx, shop, &h)
	})
	return h, err
}

func (p *Program) homeSpans(tx *store.Tx, shop loyalty.Shop, zone *time.Location, h *Home) error {
	today := loyalty.DateOf(time.UnixMilli(p.now()).In(zone))
	monday := ByWeek.after(today).AddDays(-7)
	book, err := p.readDays(tx, shop, Period{monday.AddDays(-7), today})
	if err != nil {
		return err
	}
	h.Held, h.Complete = book.heldAt(today), book.complete
	for _, span := range []struct {
		into *Span
		of   Period
	}{{&h.Today, Period{today, today}}, {&h.Week, Period{monday, today}}, {&h.WeekAgo, Period{monday.AddDays(-7), monday.AddDays(-1)}}} {
		for _, t := range book.totals {
			if span.of.has(t.Day) {
				span.into.add(t)
			}
		}
		from, to := span.of.From.Start(zone).UnixMilli(), span.of.To.End(zone).UnixMilli()
		if span.into.Orders, err = tx.CountOrders(shop.ID, from, to); err != nil {
			return err
		}
		if span.into.Members, err = tx.CountMembers(shop.ID, loyalty.IDAt(from), loyalty.IDAt(to)); err != nil {
			return err
		}
	}
	return nil
}

func (p *Program) homeExpiring(tx *store.Tx, shop loyalty.Shop, zone *time.Location, h *Home) error {
	plan, err := p.CurrentPlan(tx, shop)
	if err != nil {
		return err
	}
	h.Expiring.Before = loyalty.DateOf(time.UnixMilli(p.now()).In(zone)).AddDays(expiringDays).End(zone).UnixMilli()
	expiring, err := p.expiring.before(tx, shop.ID, h.Expiring.Before)
	if err != nil {
		return err
	}
	h.Rules = ruleNames(plan.Doc)
	for _, rule := range plan.Doc.Earning.Rules {
		if !rule.Off {
			h.Setup.Rules++
		}
	}
	h.Expiring.Members = expiring.Members
	promised := promisedSums{points: map[loyalty.RedeemRate]loyalty.Points{}}
	for _, part := range expiring.Parts {
		h.Expiring.Points += part.Points
		promised.points[part.Rate] += part.Points
	}
	h.Expiring.Minor, err = promised.worth(h.Expiring.Points, plan.Doc.Redeem.Rate)
	return err
}

func (p *Program) homeSetup(tx *store.Tx, shop loyalty.Shop, h *Home) error {
	plans, err := p.plansOf(tx, shop)
	if err != nil {
		return err
	}
	for _, v := range plans.versions {
		h.Setup.RateSaved = h.Setup.RateSaved || strings.HasPrefix(v.CreatedBy, "staff:")
	}
	first, err := tx.SalesAfter(shop.ID, 0, 1)
	h.Setup.Ordered = len(first) > 0
	return err
}

func (p *Program) homeWaiting(tx *store.Tx, shop loyalty.Shop, h *Home) (err error) {
	since := p.now() - waitingFor
	if h.Waiting.FailedMails, h.Waiting.UnknownMails, err = tx.DeadMails(shop.ID, since); err != nil {
		return err
	}
	if h.Waiting.Referrals, err = tx.CountReferrals(shop.ID, store.ReferralHeld); err != nil {
		return err
	}
	if h.Waiting.Partners, err = tx.CountPartnerChecks(shop.ID, store.CheckHeld); err != nil {
		return err
	}
	vouchers, err := tx.Templates(shop.ID, store.TemplateList{Limit: flaggedVouchers})
	if err != nil {
		return err
	}
	ids := make([]loyalty.ID, len(vouchers))
	for i, v := range vouchers {
		ids[i] = v.ID
	}
	counts, err := tx.CountFlagged(shop.ID, ids, since)
	if err != nil {
		return err
	}
	h.Waiting.Flagged = []FlaggedVoucher{}
	for _, v := range vouchers {
		if n := counts[v.ID]; n > 0 {
			h.Waiting.Flagged = append(h.Waiting.Flagged, FlaggedVoucher{ID: v.ID, Name: v.Name, Uses: n})
		}
	}
	slices.SortStableFunc(h.Waiting.Flagged, func(a, b FlaggedVoucher) int { return cmp.Compare(b.Uses, a.Uses) })
	h.Waiting.Flagged = h.Waiting.Flagged[:min(flaggedOnHome, len(h.Waiting.Flagged))]
	return nil
}

func (p *Program) homeRecent(tx *store.Tx, shop loyalty.Shop, h *Home) (err error) {
	if h.Recent, err = tx.RecentEntries(shop.ID, recentRows); err != nil {
		return err
	}
	var ids []loyalty.ID
	for _, r := range h.Recent {
		ids = append(ids, r.MemberID)
	}
	h.Names, err = tx.MembersByID(shop.ID, ids)
	return err
}
