package demoshop

import (
	"context"
	"fmt"
	"slices"
)

// cast plans when everybody comes and what they will do first.
func (x *exercise) cast() {
	for i := range x.cfg.Customers {
		p := &person{name: fmt.Sprintf("%s %d", newNames[i%len(newNames)], i+1)}
		x.people = append(x.people, p)
		x.on(x.rng.IntN(max(1, x.cfg.Days/2)), x.arrive(p, i))
	}
	for range x.cfg.Customers / 4 {
		x.on(x.rng.IntN(x.cfg.Days), x.tillSale)
	}
	x.on(x.cfg.Days*2/3, x.mergeTwo)
	if !x.cfg.Staff {
		return
	}
	x.on(x.cfg.Days/2, x.changePlan)
	x.on(x.cfg.Days*3/5, x.erase)
	for range x.cfg.Customers / 3 {
		x.on(x.rng.IntN(x.cfg.Days), x.adjust(x.people[x.rng.IntN(len(x.people))]))
	}
}

// arrive makes somebody known to the shop: mostly by an account, sometimes by
// buying without one, which makes a customer of them too.
func (x *exercise) arrive(p *person, i int) deed {
	email := fmt.Sprintf("person%d@exercise.example", i+1)
	if i%6 == 5 {
		email = fmt.Sprintf("person%d@mailbox.org", i+1)
	}
	return func(ctx context.Context) error {
		x.count["registered"]++
		c, err := x.shop.Register(email, newNames[i%len(newNames)], fmt.Sprint(i+1))
		if err != nil {
			return err
		}
		p.id, p.since = c.ID, x.day
		x.company(p, i)
		first := 1
		if x.cfg.Staff {
			first = settledIn + 1 // after the order by which a friend counts
		}
		for range 2 + x.rng.IntN(6) {
			x.on(first+x.rng.IntN(x.cfg.Days/2+30), x.shopping(p))
		}
		for range x.rng.IntN(3) {
			x.on(40+x.rng.IntN(200), x.wish(p))
		}
		if x.chance(50) {
			x.on(x.rng.IntN(60), x.newsletter(p))
		}
		if x.chance(30) {
			x.on(1+x.rng.IntN(100), x.review(p, "article", x.shop.articles[x.rng.IntN(len(x.shop.articles))].ID))
		}
		return nil
	}
}

// company decides who came with whom: by a friend's link, or as somebody who is here already.
func (x *exercise) company(p *person, i int) {
	switch {
	case !x.cfg.Staff:
	case i%6 == 5:
		x.on(2*settledIn, x.comeAgain(p, fmt.Sprintf("person%d+again@mailbox.org", i+1)))
	case x.chance(40):
		x.comeAsFriend(p)
	}
}

// tillSale is a sale to nobody in particular: it must earn nobody anything.
func (x *exercise) tillSale(context.Context) error {
	x.count["sales to nobody"]++
	_, err := x.shop.Checkout(Buy{Nobody: true, Cart: x.basket()})
	return err
}

// newsletter subscribes; some never click the link, some leave again, some return.
func (x *exercise) newsletter(p *person) deed {
	return func(context.Context) error {
		if p.gone() {
			return nil
		}
		x.count["newsletter"]++
		c, err := x.shop.Newsletter(x.email(p))
		if err != nil {
			return err
		}
		if x.chance(70) {
			x.on(x.rng.IntN(3), func(context.Context) error {
				if token := x.shop.ConfirmationOf(c.ID); token != "" {
					return x.shop.Confirm(token)
				}
				return nil
			})
		}
		if x.chance(40) {
			x.on(20+x.rng.IntN(40), func(context.Context) error { x.shop.Unsubscribe(c.ID); return nil })
			if x.chance(50) {
				x.on(70, x.newsletter(p))
			}
		}
		return nil
	}
}

func (x *exercise) email(p *person) string {
	x.shop.mu.Lock()
	defer x.shop.mu.Unlock()
	return x.shop.customer(p.id).Email
}

// review hands one in; most are approved, some of those withdrawn again.
func (x *exercise) review(p *person, kind string, subject int64) deed {
	return func(context.Context) error {
		if p.gone() {
			return nil
		}
		x.count["reviews"]++
		r, err := x.shop.WriteReview(kind, subject, p.id, 4, "It does what it should.")
		if err != nil {
			return err
		}
		p.reviews = append(p.reviews, r)
		if !x.chance(85) {
			return nil
		}
		x.on(1+x.rng.IntN(4), func(context.Context) error { return x.shop.Moderate(r.ID, true) })
		if x.chance(20) {
			x.on(8+x.rng.IntN(30), func(context.Context) error { return x.shop.Moderate(r.ID, false) })
		}
		return nil
	}
}

// mergeTwo makes one customer of two who have used no points.
func (x *exercise) mergeTwo(context.Context) error {
	var pair []*person
	for _, p := range x.people {
		if p.id != 0 && len(p.wishes) == 0 && len(p.orders) > 0 && !p.gone() && p.self == nil && !x.again(p) {
			pair = append(pair, p)
		}
	}
	if len(pair) < 2 {
		return nil
	}
	x.count["merged"]++
	from, into := pair[0], pair[1]
	from.merged = into
	return x.shop.Merge(from.id, into.id)
}

// again says that somebody has a second account.
func (x *exercise) again(p *person) bool {
	return slices.ContainsFunc(x.people, func(who *person) bool { return who.self == p })
}
