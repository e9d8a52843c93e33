package demoshop

import (
	"cmp"
	"context"
	"fmt"
	mathrand "math/rand/v2"
	"slices"
	"sort"
	"sync"
	"time"
)

// HistoryConfig is how much past a shop gets. The shop's clock must stand as many
// days back; it is moved to Until.
type HistoryConfig struct {
	Members, Orders, Days int
	Until                 time.Time
	Seed                  int64
	Codes                 PastCodes
	// Looked is told when customers who had bought before had their cart in view, with the
	// voucher for them. May be nil.
	Looked func(ctx context.Context, at []time.Time) error
	// Settle lets the app work off what it was told, and all that is due by then.
	Settle func(ctx context.Context) error
	// Book lets it book what it was told, and nothing else.
	Book func(ctx context.Context) error
}

// history plays a believable past, quicker than the exercise and without
// comparing: nothing gets lost in it.
type history struct {
	cfg   HistoryConfig
	shop  *Shop
	rng   *mathrand.Rand
	begin time.Time
	plan  []planned // in order of time from next on
	next  int
	wants []*wanting

	looked []time.Time // carts of those who had bought before, since the app was told
}

// planned is something that happens at an instant of the past.
type planned struct {
	at time.Time
	do func(ctx context.Context) error
}

// wanting is a member who has asked for a code and will use it.
type wanting struct {
	customer int64
	id, code string
}

const (
	// stride is how many days are played between two looks of the app at what came.
	stride = 3
	// In the last month it looks daily, as reports by day show; in the last week it books at
	// once: what lists show first is booked when it happened and not all together.
	lastMonth, lastWeek = 32, 7
)

// PlayHistory fills the shop's books over the real wire, in strides, and moves
// the clock to the present. Pages can be used meanwhile; they show how far it is.
func (s *Shop) PlayHistory(ctx context.Context, cfg HistoryConfig) error {
	h := &history{cfg: cfg, shop: s, begin: s.now(), rng: mathrand.New(mathrand.NewPCG(uint64(cfg.Seed), 0x415))}
	s.progress(func(p *Seeding) { *p = Seeding{Days: cfg.Days} })
	h.castAll()
	slices.SortStableFunc(h.plan, func(a, b planned) int { return a.at.Compare(b.at) })
	for day := 0; ; {
		step := stride
		if day+stride > cfg.Days-lastMonth {
			step = 1
		}
		day = min(day+step, cfg.Days)
		end := h.begin.AddDate(0, 0, day)
		for ; h.next < len(h.plan) && h.plan[h.next].at.Before(end); h.next++ {
			if err := h.happen(ctx, h.plan[h.next]); err != nil {
				return fmt.Errorf("history, day %d: %w", day, err)
			}
		}
		s.clockTo(end)
		if err := h.settle(ctx); err != nil {
			return err
		}
		s.progress(func(p *Seeding) { p.Day = day })
		if day == cfg.Days || ctx.Err() != nil {
			break
		}
	}
	s.clockTo(cfg.Until)
	if err := h.settle(ctx); err != nil {
		return err
	}
	s.progress(func(p *Seeding) { p.Done = true })
	return ctx.Err()
}

// happen lets one thing of the past happen at its instant.
func (h *history) happen(ctx context.Context, p planned) error {
	h.shop.clockTo(p.at)
	if err := p.do(ctx); err != nil || p.at.Before(h.begin.AddDate(0, 0, h.cfg.Days-lastWeek)) {
		return err
	}
	if err := h.deliver(ctx); err != nil || h.cfg.Book == nil {
		return err
	}
	return h.cfg.Book(ctx)
}

// clockTo moves the clock forward to t; it never moves it back.
func (s *Shop) clockTo(t time.Time) {
	if by := t.Sub(s.now()); by > 0 {
		s.cfg.Clock.Advance(by)
	}
}

func (s *Shop) progress(change func(*Seeding)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.seeding)
	s.seeding.Members, s.seeding.Orders = len(s.customers), len(s.orders)
}

func (h *history) settle(ctx context.Context) error {
	if err := h.deliver(ctx); err != nil {
		return err
	}
	if h.cfg.Looked != nil {
		if err := h.cfg.Looked(ctx, h.looked); err != nil {
			return err
		}
	}
	h.looked = h.looked[:0]
	if err := h.cfg.Settle(ctx); err != nil {
		return err
	}
	h.shop.forgetSent()
	return h.collect(ctx)
}

// keptSent is how many old deliveries stay to be looked at.
const keptSent = 500

func (s *Shop) forgetSent() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := len(s.sent) - keptSent; n > 0 {
		s.sent = slices.Clone(s.sent[n:])
	}
}

// hands is how many deliveries of a made-up past are sent at the same time.
const hands = 24

// deliver sends what is due, many at a time: the app commits them together.
func (h *history) deliver(ctx context.Context) error {
	s := h.shop
	s.pump.Lock()
	defer s.pump.Unlock()
	for ctx.Err() == nil {
		batch, _ := s.takeDue()
		if len(batch) == 0 {
			return nil
		}
		work := make(chan *delivery)
		var all sync.WaitGroup
		for range hands {
			all.Go(func() {
				for d := range work {
					s.finish(d, s.post(ctx, d))
				}
			})
		}
		for _, d := range batch {
			work <- d
		}
		close(work)
		all.Wait()
	}
	return ctx.Err()
}

func (h *history) on(at time.Time, do func(ctx context.Context) error) {
	if end := h.begin.AddDate(0, 0, h.cfg.Days); at.Before(end) {
		h.plan = append(h.plan, planned{at, do})
	}
}

// insert plans something while the past is being played.
func (h *history) insert(p planned) {
	if !p.at.Before(h.begin.AddDate(0, 0, h.cfg.Days)) {
		return
	}
	at := h.next + 1
	at += max(0, sort.Search(max(0, len(h.plan)-at), func(i int) bool { return h.plan[at+i].at.After(p.at) }))
	h.plan = slices.Insert(h.plan, min(at, len(h.plan)), p)
}

// moment is some daytime on a day of the past.
func (h *history) moment(day int) time.Time {
	return h.begin.AddDate(0, 0, day).Truncate(24 * time.Hour).Add(time.Duration(7*60+h.rng.IntN(15*60)) * time.Minute)
}

func (h *history) chance(percent int) bool { return h.rng.IntN(100) < percent }

// pick takes one by weight.
func pick[T any](h *history, list []T, weight func(T) int) T {
	sum := 0
	for _, v := range list {
		sum += weight(v)
	}
	n := h.rng.IntN(max(1, sum))
	for _, v := range list {
		if n -= weight(v); n < 0 {
			return v
		}
	}
	return list[len(list)-1]
}

// wish asks the app for a code; collect fetches it when the app has settled.
func (h *history) wish(ctx context.Context, customer int64) error {
	_, available, _, err := h.shop.BalanceAt(ctx, customer)
	if err != nil || available < 100 {
		return nil // the app knows nobody by this number yet, or there is too little
	}
	points := 100 * cmp.Or(h.rng.Int64N(min(3, available/100)+1), 1)
	r, status, err := h.shop.wishPoints(ctx, customer, min(points, available/100*100), fmt.Sprintf("history-%d-%d", customer, h.shop.now().Unix()))
	if err == nil && status < 300 {
		h.wants = append(h.wants, &wanting{customer: customer, id: r.ID})
	}
	return nil
}

// collect fetches the codes that were asked for in the last stride. Most are used
// with the next order.
func (h *history) collect(ctx context.Context) error {
	for _, w := range h.wants {
		if w.code != "" {
			continue
		}
		var r Redemption
		if status, err := h.shop.lookUpWish(ctx, w.customer, w.id, &r); err == nil && status < 300 && r.State == "active" {
			w.code = r.Code
		}
	}
	return ctx.Err()
}

// codeOf takes a code that a customer has waiting.
func (h *history) codeOf(customer int64) []string {
	for i, w := range h.wants {
		if w.customer == customer && w.code != "" {
			h.wants = slices.Delete(h.wants, i, i+1)
			return []string{w.code}
		}
	}
	return nil
}
