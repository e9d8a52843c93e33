package demoshop

import (
	"context"
	"fmt"
	"text/tabwriter"
	"time"
)

// differ notes a difference.
func (x *exercise) differ(format string, a ...any) {
	text := fmt.Sprintf("day %d: ", x.day) + fmt.Sprintf(format, a...)
	x.trouble = append(x.trouble, text)
	_, _ = fmt.Fprintln(x.out, "DIFFERENCE", text)
}

// compare waits for calm, then prints what everybody should have and has.
func (x *exercise) compare(ctx context.Context, when string, whole bool) error {
	if err := x.calm(ctx, 3); err != nil {
		return err
	}
	if x.cfg.Check != nil {
		if err := x.cfg.Check(ctx); err != nil {
			x.differ("the app's own audit %s: %v", when, err)
		}
	}
	tw := tabwriter.NewWriter(x.out, 0, 4, 2, ' ', tabwriter.AlignRight)
	_, _ = fmt.Fprintf(tw, "%s\t\texpected\t\tactual\t\t\n", when)
	_, _ = fmt.Fprintln(tw, "member\tpending\tavailable\tpending\tavailable\theld\t")
	wrong := 0
	for _, p := range x.people {
		if p.id == 0 || p.merged != nil {
			continue
		}
		ok, err := x.comparePerson(ctx, tw, p, whole)
		if err != nil {
			return err
		}
		if !ok {
			wrong++
		}
	}
	_, _ = fmt.Fprintf(tw, "%d members, %d wrong\t\t\t\t\t\t\n", len(x.people), wrong)
	return tw.Flush()
}

func (x *exercise) comparePerson(ctx context.Context, tw *tabwriter.Writer, p *person, published bool) (bool, error) {
	e := x.expect(p)
	pending, available, held, err := x.balance(ctx, p)
	if err != nil {
		return false, fmt.Errorf("the balance of %s: %w", p.name, err)
	}
	if x.cfg.Balances == nil && e.perhaps == 0 {
		e.available = max(e.available, 0)
	}
	ok := e.holds(pending, available) && held == 0
	mark := ""
	switch {
	case !ok:
		mark = "WRONG"
	case available < e.available-e.movable:
		mark = "some ran out"
	}
	_, _ = fmt.Fprintf(tw, "%s\t%d\t%d\t%d\t%d\t%d\t%s\n", p.name, e.pending, e.available, pending, available, held, mark)
	if !ok {
		x.trouble = append(x.trouble, fmt.Sprintf("day %d: %s has %d pending, %d available, %d held; should have %+v", x.day, p.name, pending, available, held, e))
		x.explain(p)
	}
	if published && !p.erased {
		x.comparePublished(p, available)
	}
	return ok, nil
}

// explain prints what somebody did, so that a difference can be found by hand.
func (x *exercise) explain(p *person) {
	for _, id := range p.orders {
		x.shop.mu.Lock()
		o := x.shop.order(id)
		line := fmt.Sprintf("  %s %s placed %s paid %s cancelled %t disputed %t edited %t refunds %d", o.Name(), o.Financial, o.CreatedAt.Format(time.DateTime), o.PaidAt.Format(time.DateTime), !o.CancelledAt.IsZero(), o.Disputed, o.Edited, len(o.Refunds))
		x.shop.mu.Unlock()
		x.trouble[len(x.trouble)-1] += fmt.Sprintf("\n%s net %d", line, x.shop.OrderNet(id))
	}
	for _, w := range p.wishes {
		x.trouble[len(x.trouble)-1] += fmt.Sprintf("\n  used %d points, code %s until %s, order %d", w.points, w.code, w.ends.Format(time.DateTime), w.order)
	}
	for _, r := range p.reviews {
		x.trouble[len(x.trouble)-1] += fmt.Sprintf("\n  review of %s %d: %s", r.Kind, r.Subject, r.State)
	}
	x.trouble[len(x.trouble)-1] += fmt.Sprintf("\n  newsletter %d points, customer %d", x.consentPoints(p), p.id)
}

func (x *exercise) comparePublished(p *person, available int64) {
	x.shop.mu.Lock()
	defer x.shop.mu.Unlock()
	b := publicBalance(x.shop, x.shop.customer(p.id))
	if b == nil && p.self != nil && available == 0 {
		return // a second account that never had anything
	}
	if b == nil || b.Points != max(available, 0) {
		x.trouble = append(x.trouble, fmt.Sprintf("the shop's pages show %+v to %s, who has %d points", b, p.name, available))
	}
}

// checkHost compares codes at the host with what became of them: one whose points
// are back must not work any more.
func (x *exercise) checkHost() {
	for _, p := range x.people {
		for _, w := range p.wishes {
			x.shop.mu.Lock()
			d := x.shop.discount(w.code)
			alive := d != nil && d.Status(x.shop.now()) == "ACTIVE" && d.Uses < d.UsageLimit
			x.shop.mu.Unlock()
			if alive {
				x.differ("the code %s of %s still works", w.code, p.name)
			}
		}
	}
}

func (x *exercise) balance(ctx context.Context, p *person) (pending, available, held int64, err error) {
	if x.cfg.Balances != nil {
		return x.cfg.Balances.Balance(ctx, str(p.id))
	}
	return x.shop.BalanceAt(ctx, p.id)
}

// summary says what the year was made of.
func (x *exercise) summary(began time.Time) {
	tw := tabwriter.NewWriter(x.out, 0, 4, 2, ' ', 0)
	_, _ = fmt.Fprintf(tw, "from %s to %s\n", began.Format(time.DateOnly), x.shop.now().Format(time.DateOnly))
	for _, name := range sortedKeys(x.count) {
		_, _ = fmt.Fprintf(tw, "%s\t%d\n", name, x.count[name])
	}
	states := map[string]int{}
	x.shop.mu.Lock()
	for _, d := range x.shop.sent {
		states[d.state]++
	}
	x.shop.mu.Unlock()
	_, _ = fmt.Fprintf(tw, "days with faults\t%d\n", x.faults)
	for _, name := range sortedKeys(states) {
		_, _ = fmt.Fprintf(tw, "deliveries %s\t%d\n", name, states[name])
	}
	for _, t := range x.trouble {
		_, _ = fmt.Fprintln(tw, t)
	}
	_ = tw.Flush()
}
