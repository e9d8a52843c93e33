package demoshop

import (
	"context"
	"errors"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"time"
)

// Terms are what the app was set to. The exercise works its expectations out
// from these with arithmetic of its own.
type Terms struct {
	EarnPoints, EarnPerMinor      int64 // points per so many minor units of net goods, rounded down per order
	Welcome, Newsletter           int64
	ProductReview, ArticleReview  int64 // once per subject, while approved
	Referrer, Friend              int64 // when the friend's first order has stayed
	RedeemMinor, RedeemPerPoints  int64
	MinPoints                     int64
	PendingDays, CodeDays         int
	ExpiryMonths, ExpiryGraceDays int
}

// DefaultTerms are those of the plan that a shop gets when it installs the app.
func DefaultTerms() Terms {
	return Terms{
		EarnPoints: 1, EarnPerMinor: 100, Welcome: 50, Newsletter: 20, ProductReview: 10, ArticleReview: 5, Referrer: 100, Friend: 50,
		RedeemMinor: 100, RedeemPerPoints: 100, MinPoints: 100, PendingDays: 14, CodeDays: 30, ExpiryMonths: 24, ExpiryGraceDays: 30,
	}
}

// BalanceReader tells what the app thinks a customer has. available may be
// negative: points that were spent and then taken back.
type BalanceReader interface {
	Balance(ctx context.Context, customerKey string) (pending, available, held int64, err error)
}

// ExerciseConfig is what a scripted year needs.
type ExerciseConfig struct {
	Shop      *Shop // seeded, with the app installed and its webhooks subscribed
	Customers int   // 0 = 60
	Days      int   // 0 = 365
	Seed      int64
	Terms     Terms
	Balances  BalanceReader // nil = through the app proxy, where debt shows as 0
	// Settle lets the app work off all that is there or due by the clock:
	// deliveries, jobs, schedules. It returns when nothing more can be done now.
	Settle func(ctx context.Context) error
	// Staff says that the app's admin API and referrals can be used: plans change,
	// staff adjusts points, friends are brought and people ask to be forgotten.
	Staff bool
	// Check is run with every comparison, for the app's own audit; may be nil.
	Check func(ctx context.Context) error
}

// exercise is one run of the script.
type exercise struct {
	cfg     ExerciseConfig
	shop    *Shop
	rng     *mathrand.Rand
	out     io.Writer
	people  []*person
	diary   map[int][]deed
	day     int
	faults  int
	trouble []string
	changed []datedTerms // later terms, oldest first
	count   map[string]int
}

// deed is something that somebody does on a day.
type deed func(ctx context.Context) error

// Exercise plays a year in the shop over the real wire: people register, buy,
// return, review, subscribe and use points, while deliveries come twice, late, in
// any order or not at all and answers get lost. It keeps its own expectation of
// every balance, prints both side by side, and returns an error on any difference.
func Exercise(ctx context.Context, cfg ExerciseConfig, out io.Writer) error {
	if cfg.Shop == nil || cfg.Settle == nil {
		return errors.New("the exercise needs a shop and a way to let the app settle")
	}
	x := newExercise(cfg, out)
	x.cast()
	began := x.shop.now()
	for x.day = 0; x.day < x.cfg.Days; x.day++ {
		if err := x.playDay(ctx); err != nil {
			return fmt.Errorf("day %d: %w", x.day, err)
		}
		if x.day%60 == 59 {
			if err := x.compare(ctx, fmt.Sprintf("after %d days", x.day+1), false); err != nil {
				return err
			}
		}
	}
	if err := x.end(ctx); err != nil {
		return err
	}
	x.summary(began)
	if len(x.trouble) > 0 {
		return fmt.Errorf("%d differences between what should be and what is", len(x.trouble))
	}
	return nil
}

func newExercise(cfg ExerciseConfig, out io.Writer) *exercise {
	if cfg.Customers == 0 {
		cfg.Customers = 60
	}
	if cfg.Days == 0 {
		cfg.Days = 365
	}
	if cfg.Terms == (Terms{}) {
		cfg.Terms = DefaultTerms()
	}
	return &exercise{
		cfg: cfg, shop: cfg.Shop, out: out, diary: map[int][]deed{}, count: map[string]int{},
		rng: mathrand.New(mathrand.NewPCG(uint64(cfg.Seed), 0xE8E8)),
	}
}

// playDay runs the day's deeds in the day's weather and ends in the next morning.
func (x *exercise) playDay(ctx context.Context) error {
	morning := x.shop.now()
	x.weather()
	deeds := x.diary[x.day]
	delete(x.diary, x.day)
	gap := 12 * time.Hour / time.Duration(len(deeds)+1)
	for _, d := range deeds {
		x.shop.cfg.Clock.Advance(gap)
		if err := d(ctx); err != nil {
			return err
		}
		x.shop.Deliver(ctx)
	}
	if len(deeds) > 0 {
		if err := x.settle(ctx); err != nil {
			return err
		}
	}
	if rest := 24*time.Hour - x.shop.now().Sub(morning); rest > 0 {
		x.shop.cfg.Clock.Advance(rest)
	}
	return x.settle(ctx)
}

// settle delivers what is due and lets the app work it off.
func (x *exercise) settle(ctx context.Context) error {
	x.shop.Deliver(ctx)
	return x.cfg.Settle(ctx)
}

// calm ends all misbehaviour and passes days until late deliveries, retries and
// the app's reconciliation have found everything.
func (x *exercise) calm(ctx context.Context, days int) error {
	x.shop.Misbehave(Faults{})
	for range days {
		for range 2 {
			x.shop.cfg.Clock.Advance(12 * time.Hour)
			if err := x.settle(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// end looks once when all is told, once when nothing is pending any more, and
// once when everything has expired.
func (x *exercise) end(ctx context.Context) error {
	if err := x.compare(ctx, "at the end of the year", false); err != nil {
		return err
	}
	if err := x.calm(ctx, max(x.cfg.Terms.PendingDays, x.cfg.Terms.CodeDays)+3); err != nil {
		return err
	}
	if err := x.compare(ctx, "when every return window has passed", true); err != nil {
		return err
	}
	x.checkHost()
	if x.cfg.Terms.ExpiryMonths == 0 {
		return nil
	}
	for range x.cfg.Terms.ExpiryMonths + 3 {
		x.shop.cfg.Clock.Advance(31 * 24 * time.Hour)
		if err := x.settle(ctx); err != nil {
			return err
		}
	}
	for _, p := range x.people {
		p.expired = true
	}
	return x.compare(ctx, "when everything has expired", false)
}

// on puts a deed into the diary, so many days from today.
func (x *exercise) on(inDays int, d deed) { x.diary[x.day+inDays] = append(x.diary[x.day+inDays], d) }

// chance is true in so many of a hundred cases.
func (x *exercise) chance(percent int) bool { return x.rng.IntN(100) < percent }

// weather chooses how the day misbehaves. Only news of orders gets lost for good:
// nothing but orders can be found again by asking the host.
func (x *exercise) weather() {
	var f Faults
	switch x.rng.IntN(10) {
	case 0:
		f.Webhooks.Duplicate = 1 + x.rng.IntN(3)
	case 1:
		f.Webhooks.Reorder = true
	case 2:
		f.Webhooks.DelaySeconds = 60 * x.rng.IntN(36*60)
	case 3:
		f.Webhooks.DropPercent, f.Webhooks.DropOnly = 60, "orders/"
	case 4:
		f.Webhooks.DropPercent, f.Webhooks.DropOnly = 100, "refunds/"
	case 5:
		f.Webhooks = WebhookFaults{Duplicate: 1, Reorder: true, DropPercent: 30, DropOnly: "orders/"}
	case 6:
		f.API = APIFaults{Mode: []string{"throttle", "5xx", "reset_before", "html"}[x.rng.IntN(4)], Next: 1 + x.rng.IntN(3)}
	case 7:
		f.API = APIFaults{Mode: "costly", Next: 1 + x.rng.IntN(2), Operations: []string{"nodes"}}
	}
	f.Webhooks.Events = x.chance(30)
	if f.Webhooks != (WebhookFaults{}) || f.API.Mode != "" {
		x.faults++
	}
	x.shop.Misbehave(f)
}
