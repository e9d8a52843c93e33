package demoshop

import (
	"context"
	"fmt"
)

// friendship is how a new customer came by another one's link.
type friendship struct {
	referrer *person
	order    int64 // the friend's first order
	lost     bool  // it came to nothing within its return window
}

// settledIn is how many days somebody is in the shop before the app surely knows
// them: news of customers may be two days late.
const settledIn = 3

// comeAsFriend lets somebody say whose link brought them, and then buy for the
// first time. News is not held up on that day: which order is a friend's first
// is what the app hears first.
func (x *exercise) comeAsFriend(p *person) {
	x.on(settledIn, func(ctx context.Context) error {
		referrer := x.oldCustomer(p)
		if referrer == nil || p.gone() {
			return nil
		}
		x.shop.Misbehave(Faults{})
		if err := x.settle(ctx); err != nil {
			return err
		}
		code, err := x.shop.referralCode(ctx, referrer.id)
		if err != nil || code == "" {
			x.differ("%s has no link for friends: %v", referrer.name, err)
			return nil
		}
		if err := x.shop.claimReferral(ctx, p.id, code); err != nil {
			x.differ("%s could not say that %s brought them: %v", p.name, referrer.name, err)
			return nil
		}
		x.count["friends brought"]++
		p.came = &friendship{referrer: referrer}
		return x.firstOrder(ctx, p)
	})
}

// oldCustomer is somebody whom the app has known for days, not the person itself.
func (x *exercise) oldCustomer(p *person) *person {
	var old []*person
	for _, who := range x.people {
		if who != p && who.id != 0 && !who.gone() && who.self == nil && x.day-who.since >= settledIn {
			old = append(old, who)
		}
	}
	if len(old) == 0 {
		return nil
	}
	return old[x.rng.IntN(len(old))]
}

// firstOrder is paid at once. Sometimes it is given back: early, which undoes the
// friendship, or after the return window, which does not.
func (x *exercise) firstOrder(ctx context.Context, p *person) error {
	o, err := x.shop.Checkout(Buy{Customer: p.id, Cart: x.basket()})
	if err != nil {
		return fmt.Errorf("%s buys for the first time: %w", p.name, err)
	}
	x.count["orders"]++
	p.orders, p.came.order = append(p.orders, o.ID), o.ID
	switch n := x.rng.IntN(100); {
	case n < 30:
		x.on(1+x.rng.IntN(5), func(context.Context) error {
			x.count["friends lost"]++
			p.came.lost = true
			return past(x.shop.Cancel(o.ID))
		})
	case n < 50:
		x.on(x.cfg.Terms.PendingDays+settledIn, func(context.Context) error { return past(x.shop.Refund(o.ID, nil, true)) })
	}
	return x.settle(ctx)
}

// comeAgain opens a second account of the same person, who names their own link:
// that gives neither a second welcome nor a reward.
func (x *exercise) comeAgain(p *person, email string) deed {
	return func(context.Context) error {
		if p.gone() {
			return nil
		}
		x.count["second accounts"]++
		c, err := x.shop.Register(email, p.name, "again")
		if err != nil {
			return err
		}
		again := &person{id: c.ID, name: p.name + " again", self: p, since: x.day}
		x.people = append(x.people, again)
		x.on(settledIn, func(ctx context.Context) error {
			if p.gone() {
				return nil
			}
			x.shop.Misbehave(Faults{})
			if err := x.settle(ctx); err != nil {
				return err
			}
			code, err := x.shop.referralCode(ctx, p.id)
			if err != nil || code == "" {
				return err
			}
			if err := x.shop.claimReferral(ctx, again.id, code); err != nil {
				x.differ("the app tells why %s is no friend: %v", again.name, err)
			}
			return x.shopping(again)(ctx)
		})
		return nil
	}
}

// friendPoints is what a friendship has brought p, as friend or as referrer.
func (x *exercise) friendPoints(e *expectation, p *person) {
	for _, friend := range x.people {
		f := friend.came
		if f == nil || f.order == 0 || f.lost {
			continue
		}
		points := int64(0)
		if friend == p {
			points += x.cfg.Terms.Friend
		}
		if f.referrer == p {
			points += x.cfg.Terms.Referrer
		}
		since := x.shop.now().Sub(x.paidAt(f.order).AddDate(0, 0, x.cfg.Terms.PendingDays))
		switch {
		case since.Abs() < margin:
			e.perhaps += points
		case since > 0:
			e.available += points
		}
	}
}
