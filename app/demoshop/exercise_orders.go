package demoshop

import (
	"context"
	"fmt"
	"time"
)

// basket is one to three articles; gift cards are rare.
func (x *exercise) basket() []CartLine {
	var cart []CartLine
	for range 1 + x.rng.IntN(3) {
		p := x.shop.products[x.rng.IntN(len(x.shop.products))]
		if p.GiftCard && !x.chance(20) {
			continue
		}
		v := p.Variants[x.rng.IntN(len(p.Variants))]
		cart = append(cart, CartLine{v.ID, 1 + int64(x.rng.IntN(3))})
	}
	if len(cart) == 0 {
		cart = append(cart, CartLine{x.shop.products[3].Variants[0].ID, 1})
	}
	return cart
}

// shopping is an order, and what becomes of it.
func (x *exercise) shopping(p *person) deed {
	return func(context.Context) error {
		if p.gone() {
			return nil
		}
		_, err := x.buy(p, nil)
		return err
	}
}

func (x *exercise) buy(p *person, codes []string) (*Order, error) {
	x.count["orders"]++
	unpaid := x.chance(15)
	o, err := x.shop.Checkout(Buy{Customer: p.id, Cart: x.basket(), Codes: codes, Unpaid: unpaid})
	if err != nil {
		return nil, fmt.Errorf("%s buys: %w", p.name, err)
	}
	p.orders = append(p.orders, o.ID)
	if unpaid {
		x.on(1+x.rng.IntN(6), func(context.Context) error {
			if x.chance(20) {
				x.count["given up"]++
				return past(x.shop.Void(o.ID))
			}
			return past(x.shop.Pay(o.ID))
		})
	}
	x.aftermath(p, o)
	return o, nil
}

// past forgives a deed that another deed has made impossible meanwhile.
func past(err error) error {
	if err != nil && (err == errNoOrder || err == errNothingLeft || err == errTooMany) {
		return nil
	}
	return err
}

// aftermath decides what happens to an order after it was placed.
func (x *exercise) aftermath(p *person, o *Order) {
	in := 1 + x.rng.IntN(25)
	act := func(name string, do func() error) {
		x.on(in, func(context.Context) error {
			x.count[name]++
			return past(do())
		})
	}
	switch n := x.rng.IntN(100); {
	case n < 14:
		act("partial refunds", func() error { return x.refundSome(o) })
		if n < 5 {
			x.on(in+3, func(context.Context) error { return past(x.refundSome(o)) })
		}
	case n < 20:
		act("full refunds", func() error { return x.shop.Refund(o.ID, nil, true) })
	case n < 27:
		act("cancellations", func() error { return x.shop.Cancel(o.ID) })
	case n < 33:
		act("taken out by an edit", func() error { return x.shop.EditRemove(o.ID, o.Lines[0].ID, 1, n%2 == 0) })
	case n < 37:
		act("added by an edit", func() error { return x.addOne(o) })
	case n < 39:
		act("charged back", func() error { return x.shop.Chargeback(o.ID) })
	case n < 70:
		act("sent", func() error { return x.shop.Fulfil(o.ID) })
	}
	if x.chance(30) {
		x.on(in+1, x.review(p, "product", o.Lines[0].Product.ID))
	}
}

// addOne adds an article to an order that still stands.
func (x *exercise) addOne(o *Order) error {
	return x.shop.EditAdd(o.ID, x.shop.products[5].Variants[0].ID, 1)
}

func (x *exercise) refundSome(o *Order) error {
	l := o.Lines[x.rng.IntN(len(o.Lines))]
	if err := x.shop.Refund(o.ID, []RefundWish{{l.ID, 1}}, false); err != nil {
		return err
	}
	return nil
}

// wish is somebody using points: for an order at once, for one later, or never.
func (x *exercise) wish(p *person) deed {
	return func(ctx context.Context) error {
		if p.gone() {
			return nil
		}
		points, err := x.affordable(ctx, p)
		if err != nil {
			return err
		}
		if points == 0 {
			if x.chance(60) {
				x.on(20, x.wish(p))
			}
			return nil
		}
		w, err := x.redeem(ctx, p, points)
		if err != nil || w == nil {
			return err
		}
		switch n := x.rng.IntN(100); {
		case n < 55:
			return x.spend(p, w)
		case n < 75:
			x.on(1+x.rng.IntN(x.cfg.Terms.CodeDays-3), func(context.Context) error {
				if p.gone() {
					return nil
				}
				return x.spend(p, w)
			})
		default:
			x.count["codes never used"]++
		}
		return nil
	}
}

// affordable is how many points somebody can surely use now, in steps of the
// minimum. The app may still have to hear of an order, so both must agree.
func (x *exercise) affordable(ctx context.Context, p *person) (int64, error) {
	_, have, _, err := x.balance(ctx, p)
	steps := min(x.expect(p).available, have) / x.cfg.Terms.MinPoints
	if err != nil || steps < 1 {
		return 0, err
	}
	return x.cfg.Terms.MinPoints * (1 + x.rng.Int64N(min(steps, 3))), nil
}

// redeem asks the app for a code, sometimes twice as fast fingers do, sometimes
// with the host's answer to the app getting lost.
func (x *exercise) redeem(ctx context.Context, p *person, points int64) (*redeemed, error) {
	if err := x.settle(ctx); err != nil {
		return nil, err
	}
	x.loseAnswer()
	key := fmt.Sprintf("exercise-%d-%d-%d", p.id, x.day, len(p.wishes))
	r, status, err := x.shop.wishPoints(ctx, p.id, points, key)
	if x.chance(30) {
		x.count["pressed twice"]++
		r, status, err = x.shop.wishPoints(ctx, p.id, points, key)
	}
	for range 120 {
		if err != nil || status >= 300 || r.State != "pending" {
			break
		}
		if err := x.settle(ctx); err != nil {
			return nil, err
		}
		x.shop.cfg.Clock.Advance(time.Minute)
		status, err = x.shop.lookUpWish(ctx, p.id, r.ID, &r)
	}
	if err != nil || status >= 300 || r.State != "active" || r.Code == "" {
		x.differ("%s could not use %d points: %d %s %s %v", p.name, points, status, r.State, r.Detail, err)
		return nil, nil
	}
	x.count["codes"]++
	if want := points * x.cfg.Terms.RedeemMinor / x.cfg.Terms.RedeemPerPoints; r.Minor != want {
		x.differ("%s: %d points became %d minor units, want %d", p.name, points, r.Minor, want)
	}
	w := &redeemed{points: points, code: r.Code, ends: x.codeEnd(r.Code)}
	p.wishes = append(p.wishes, w)
	return w, nil
}

func (x *exercise) loseAnswer() {
	modes := []string{"timeout", "reset", "5xx_after", "reset_before", "throttle", "html"}
	if n := x.rng.IntN(12); n < len(modes) {
		x.count["answers lost"]++
		x.shop.Misbehave(Faults{API: APIFaults{Mode: modes[n], Next: 1, Millis: 50, Operations: []string{"discountCodeBasicCreate"}}})
	}
}

func (x *exercise) codeEnd(code string) time.Time {
	x.shop.mu.Lock()
	defer x.shop.mu.Unlock()
	if d := x.shop.discount(code); d != nil {
		return d.EndsAt
	}
	x.differ("the code %s works in the app and does not exist at the host", code)
	return x.shop.now()
}

// spend orders with the code.
func (x *exercise) spend(p *person, w *redeemed) error {
	o, err := x.buy(p, []string{w.code})
	if err == nil {
		w.order = o.ID
		x.count["codes used"]++
	}
	return err
}
