package demoshop

import (
	"slices"
	"time"
)

// person is somebody in the script, with what they did.
type person struct {
	id       int64 // 0 = not registered yet
	name     string
	orders   []int64
	wishes   []*redeemed
	reviews  []*Review
	merged   *person // into whom
	expired  bool
	erased   bool
	since    int         // the day of their registration
	came     *friendship // by whose link
	self     *person     // whose second account this is
	adjusted int64       // points that staff gave and took
	given    int64       // points that staff gave
}

// gone says that somebody does nothing under this account any more.
func (p *person) gone() bool { return p.merged != nil || p.erased }

// redeemed is one use of points.
type redeemed struct {
	points int64
	code   string
	ends   time.Time // when the code stops working
	order  int64     // where it was used; 0 = not used
}

// margin keeps comparisons away from moments at which the app and the script may
// both be right: the split of an hour around midnight, a daily schedule.
const margin = 36 * time.Hour

// expectation is what a balance should be. Around the moment of a change it is
// not certain: movable points may be pending or available already, and perhaps
// points of a code that ends now may be back already. Up to fading points may have
// run out: which of somebody's points were used, and so which were left to run
// out, is the app's to say; its own audit sees to it that none lives too long.
type expectation struct {
	pending, available, movable, perhaps, fading int64
}

// holds says whether a balance is what it should be.
func (e expectation) holds(pending, available int64) bool {
	moved := e.pending - pending
	back := available - e.available - moved
	return moved >= 0 && moved <= e.movable && back >= -e.fading && back <= e.perhaps
}

// expect works a person's balance out from what they did, from the shop's own
// records and the terms alone.
func (x *exercise) expect(p *person) expectation {
	var e expectation
	if p.gone() || p.id == 0 {
		return e
	}
	for _, who := range x.people {
		if who == p || who.merged == p {
			x.add(&e, who)
		}
	}
	if p.expired {
		e = expectation{available: min(e.available, 0), fading: e.fading}
	}
	return e
}

func (x *exercise) add(e *expectation, p *person) {
	now := x.shop.now()
	e.available += x.welcomePoints(p) + x.consentPoints(p) + x.reviewPoints(p) + p.adjusted
	x.friendPoints(e, p)
	e.fading += x.fadingPoints(p)
	for _, id := range p.orders {
		terms := x.termsAt(x.placedAt(id))
		points := x.shop.OrderNet(id) * terms.EarnPoints / terms.EarnPerMinor
		since := now.Sub(x.paidAt(id).AddDate(0, 0, x.cfg.Terms.PendingDays))
		switch {
		case since.Abs() < margin:
			e.pending += points
			e.movable += points
		case since < 0:
			e.pending += points
		default:
			e.available += points
		}
	}
	for _, w := range p.wishes {
		switch since := now.Sub(w.ends); {
		case w.order == 0 && since.Abs() < margin:
			e.available -= w.points
			e.perhaps += w.points
		case w.order == 0 && since > 0, w.order != 0 && x.undone(w.order):
		default:
			e.available -= w.points
		}
	}
}

// fadingPoints is the most of somebody's points that can have run out by now.
func (x *exercise) fadingPoints(p *person) int64 {
	gone := func(at time.Time) bool {
		months := x.termsAt(at).ExpiryMonths
		return months > 0 && at.AddDate(0, months, 0).Before(x.shop.now().Add(margin))
	}
	if len(x.changed) == 0 || !gone(x.changed[0].from) {
		return 0
	}
	t := x.cfg.Terms
	sum := x.welcomePoints(p) + t.Newsletter + int64(len(p.reviews))*max(t.ProductReview, t.ArticleReview) + p.given
	var e expectation
	x.friendPoints(&e, p)
	sum += e.available
	for _, id := range p.orders {
		if at := x.placedAt(id); gone(at) {
			terms := x.termsAt(at)
			sum += x.shop.OrderNet(id) * terms.EarnPoints / terms.EarnPerMinor
		}
	}
	return sum
}

// welcomePoints come once for a person, by the terms of the day they came.
func (x *exercise) welcomePoints(p *person) int64 {
	if p.self != nil {
		return 0
	}
	x.shop.mu.Lock()
	defer x.shop.mu.Unlock()
	return x.termsAt(x.shop.customer(p.id).CreatedAt).Welcome
}

func (x *exercise) placedAt(id int64) time.Time {
	x.shop.mu.Lock()
	defer x.shop.mu.Unlock()
	return x.shop.order(id).CreatedAt
}

func (x *exercise) paidAt(id int64) time.Time {
	x.shop.mu.Lock()
	defer x.shop.mu.Unlock()
	return x.shop.order(id).PaidAt
}

// undone says that an order came to nothing: cancelled, given up, charged back,
// or all of its money went back. The points used on it belong to the buyer again.
func (x *exercise) undone(id int64) bool {
	x.shop.mu.Lock()
	defer x.shop.mu.Unlock()
	o := x.shop.order(id)
	t := o.totals()
	return !o.CancelledAt.IsZero() || o.Disputed || o.Financial == FinVoided || (t.refunded > 0 && t.refunded >= t.gross)
}

func (x *exercise) consentPoints(p *person) int64 {
	x.shop.mu.Lock()
	defer x.shop.mu.Unlock()
	if c := x.shop.customer(p.id); c.Consent == "subscribed" {
		return x.cfg.Terms.Newsletter
	}
	return 0
}

// reviewPoints counts each subject once, as long as a review of it is approved.
func (x *exercise) reviewPoints(p *person) int64 {
	x.shop.mu.Lock()
	defer x.shop.mu.Unlock()
	var sum int64
	var seen []int64
	for _, r := range p.reviews {
		if r.State != "approved" || slices.Contains(seen, r.Subject) {
			continue
		}
		seen = append(seen, r.Subject)
		if r.Kind == "product" {
			sum += x.cfg.Terms.ProductReview
		} else {
			sum += x.cfg.Terms.ArticleReview
		}
	}
	return sum
}
