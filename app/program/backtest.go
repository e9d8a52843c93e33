package program

import (
	"context"
	"encoding/json"
	"time"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// BacktestResult says what a plan would have meant for past orders (N-01). "Now"
// is what was really posted for an order, or, for orders from before the app was
// installed, what the current plan says of them. Money is in minor units of the
// shop's currency.
type BacktestResult struct {
	Orders    int64 `json:"orders"`     // of members, looked at
	Guests    int64 `json:"guests"`     // without a member: they earn nothing
	NoAccount int64 `json:"no_account"` // of members without an account, where the tried plan asks for one: they earn nothing (S4-29)
	Assumed   int64 `json:"assumed"`    // from before the installation: "now" is the current plan's word
	Unread    int64 `json:"unread"`     // whose stored form could not be read
	Changed   int64 `json:"changed"`    // that would earn something else
	Revenue   int64 `json:"revenue"`    // of all orders, guests' too, after refunds
	Budget    bool  `json:"budget"`     // a campaign with a budget is on: budgets are not looked at
	Caps      bool  `json:"caps"`       // a member has a cap on points: caps of members are not looked at
	Limits    bool  `json:"limits"`     // a rule for orders has a limit for longer than a day: what was earned before the period is not counted in
	NowPoints int64 `json:"now_points"` // issued
	Points    int64 `json:"points"`     // that would have been issued
	NowMinor  int64 `json:"now_minor"`  // if all of them were redeemed at the current rate
	Minor     int64 `json:"minor"`      // if all of them were redeemed at the new rate
	// Redeemed of Issued points were redeemed in all the shop's time; both 0 = there
	// is no history, and the expectation is that all points are redeemed.
	Redeemed    int64            `json:"redeemed"`
	Issued      int64            `json:"issued"`
	NowExpected int64            `json:"now_expected"` // what the points cost at that share
	Expected    int64            `json:"expected"`
	Margin      int64            `json:"margin"` // Expected less NowExpected, in hundredths of a percent of Revenue
	Gain        int64            `json:"gain"`   // members
	Lose        int64            `json:"lose"`
	Winners     []BacktestMember `json:"winners"` // by the change of what their points are worth, at most 20
	Losers      []BacktestMember `json:"losers"`
	First       []BacktestOrder  `json:"first"` // the first orders that change, at most 20
	// RuleNames names the rules of First by the ids that its grants have: "Rule" or
	// "Rule · Campaign". Results from before there were names have none.
	RuleNames map[string]string `json:"rule_names,omitempty"`
}

// BacktestMember is what the period's orders of one member would have earned.
type BacktestMember struct {
	Member    loyalty.ID `json:"member"`
	NowPoints int64      `json:"now_points"`
	Points    int64      `json:"points"`
	NowMinor  int64      `json:"now_minor"`
	Minor     int64      `json:"minor"`
}

func (m BacktestMember) change() int64 { return m.Minor - m.NowMinor }

// BacktestOrder is one order with both breakdowns.
type BacktestOrder struct {
	Sale      loyalty.ID      `json:"sale"`
	Key       string          `json:"key"`
	Number    string          `json:"number"`
	PlacedAt  int64           `json:"placed_at"` // Unix ms
	Total     int64           `json:"total"`
	NowPoints int64           `json:"now_points"`
	Points    int64           `json:"points"`
	NowGrants []earning.Grant `json:"now_grants"` // by the rules that it was judged by, before limits
	Grants    []earning.Grant `json:"grants"`
}

// backtestsKept is how many a shop can look back at.
const backtestsKept = 20

// StartBacktest replays the orders of the last months (3 to 24) under a plan, in
// the background of this process. One at a time per shop: CodeConflict otherwise.
func (p *Program) StartBacktest(ctx context.Context, actor string, shop loyalty.Shop, doc PlanDoc, months int) (store.Backtest, error) {
	if months < 3 || months > 24 {
		return store.Backtest{}, loyalty.Invalid("months", "must be between 3 and 24")
	}
	if err := doc.Validate(); err != nil {
		return store.Backtest{}, err
	}
	body, err := json.Marshal(doc)
	if err != nil {
		return store.Backtest{}, err
	}
	wall := loyalty.NowMs(loyalty.SystemClock())
	run := &backtestRun{Program: p, shop: shop, doc: doc, row: store.Backtest{
		ID: p.IDs.Next(), State: store.BacktestRunning, Months: int64(months), Plan: body, Actor: actor, Owner: loyalty.NewPublicID(),
		CreatedAt: p.now(), StartedMs: wall, LeaseUntil: wall + backtestLease.Milliseconds(),
	}}
	err = p.Store.Write(ctx, func(tx *store.Tx) error {
		plans, err := p.plansOf(tx, shop)
		if err != nil {
			return err
		}
		if run.now, err = plans.current(); err != nil {
			return err
		}
		run.row.PlanVersion = run.now.Version
		if err := tx.InterruptBacktests(shop.ID, wall); err != nil {
			return err
		}
		if err := tx.TrimBacktests(shop.ID, backtestsKept-1); err != nil {
			return err
		}
		return tx.InsertBacktest(shop.ID, run.row)
	})
	if store.IsDuplicate(err, "backtests.backtests_slot") {
		return store.Backtest{}, loyalty.Refuse(loyalty.CodeConflict, "a back-test is running already: wait for it, or cancel it")
	}
	if err != nil {
		return store.Backtest{}, err
	}
	p.backtests.begin(ctx, run)
	return run.row, nil
}

// Backtests lists the shop's, newest first, without plans and results.
func (p *Program) Backtests(ctx context.Context, shop loyalty.ShopID, before loyalty.ID, limit int) (list []store.Backtest, err error) {
	err = p.Store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.InterruptBacktests(shop, loyalty.NowMs(loyalty.SystemClock())); err != nil {
			return err
		}
		list, err = tx.Backtests(shop, before, limit)
		return err
	})
	return list, err
}

// Backtest is one with its plan and, once it is done, its result and the names of
// the members in it.
func (p *Program) Backtest(ctx context.Context, shop loyalty.ShopID, id loyalty.ID) (b store.Backtest, r BacktestResult, who map[loyalty.ID]loyalty.Member, err error) {
	err = p.Store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.InterruptBacktests(shop, loyalty.NowMs(loyalty.SystemClock())); err != nil {
			return err
		}
		var found bool
		if b, found, err = tx.BacktestByID(shop, id); err != nil || !found {
			return orNotFound(err, "back-test")
		}
		if b.State != store.BacktestDone {
			return nil
		}
		r = BacktestResult{}
		if err := json.Unmarshal(b.Result, &r); err != nil {
			return err
		}
		var ids []loyalty.ID
		for _, m := range append(append([]BacktestMember{}, r.Winners...), r.Losers...) {
			ids = append(ids, m.Member)
		}
		who, err = tx.MembersByID(shop, ids)
		return err
	})
	return b, r, who, err
}

// CancelBacktest stops one that runs; one that has ended stays as it is.
func (p *Program) CancelBacktest(ctx context.Context, shop loyalty.ShopID, id loyalty.ID) error {
	return p.Store.Write(ctx, func(tx *store.Tx) error {
		b, found, err := tx.BacktestByID(shop, id)
		if err != nil || !found {
			return orNotFound(err, "back-test")
		}
		_, err = tx.EndBacktest(shop, store.Backtest{ID: id, State: store.BacktestCancelled, Done: b.Done, EndedMs: loyalty.NowMs(loyalty.SystemClock())})
		return err
	})
}

// backtestLease is how long a process may be silent before its back-test counts as
// interrupted.
const backtestLease = 30 * time.Second
