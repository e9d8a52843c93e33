package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/reward"
	"zugabe/app/store"
)

// ShopperBalance is what a shopper's page shows.
type ShopperBalance struct {
	Member     bool             `json:"member" doc:"false for a guest or a customer without points yet"`
	Points     loyalty.Points   `json:"points" doc:"spendable now, never below zero"`
	Pending    loyalty.Points   `json:"pending"`
	Held       loyalty.Points   `json:"held"`
	Minor      int64            `json:"minor" doc:"what the points are worth in minor units"`
	Currency   loyalty.Currency `json:"currency"`
	Expiring   loyalty.Points   `json:"expiring,omitempty"`
	NextExpiry int64            `json:"next_expiry,omitempty" doc:"Unix milliseconds"`
	// RateChangesAt is announced to shoppers, so that nobody is surprised (N-02).
	RateChangesAt int64 `json:"rate_changes_at,omitempty" doc:"Unix milliseconds from which the points will have another worth"`
}

// ShopperEntry is a line of the history as a shopper reads it.
type ShopperEntry struct {
	ID         loyalty.ID     `json:"id"`
	Kind       string         `json:"kind" enum:"accrual,clawback,burn,release,expiry,adjustment,transfer"`
	For        string         `json:"for" enum:"purchase,changed,refund,cancelled,nothing,welcome,newsletter,review,article,referral,friend,birthday,custom,withdrawn,used,exchanged,back,expired,adjusted,rate,waived,merged" doc:"what it was for; pages have words for each"`
	Order      string         `json:"order,omitempty" doc:"what people call the order, where there is one: #1001"`
	Reason     string         `json:"reason,omitempty" doc:"what the shop calls the rule that gave or took the points"`
	Points     loyalty.Points `json:"points"`
	Source     string         `json:"source"`
	OccurredAt int64          `json:"occurred_at" doc:"Unix milliseconds"`
}

// cartBody is the cart as the storefront sees it.
type cartBody struct {
	SubtotalMinor int64            `json:"subtotal_minor,omitempty" minimum:"0" doc:"after other discounts"`
	EligibleMinor int64            `json:"eligible_minor,omitempty" minimum:"0" doc:"of the lines that points may pay for"`
	Currency      loyalty.Currency `json:"currency,omitempty" maxLength:"3" doc:"missing = no cart is known"`
}

func (c cartBody) cart() reward.Cart {
	return reward.Cart{SubtotalMinor: c.SubtotalMinor, EligibleMinor: c.EligibleMinor, Currency: c.Currency}
}

type quoteRequest struct {
	Body struct {
		Cart  cartBody `json:"cart,omitzero"`
		Codes []string `json:"codes,omitempty" maxItems:"20" doc:"that the cart has already"`
	}
}

// ShopperQuote is a quote for a cart.
type ShopperQuote struct {
	reward.Quote
	Beside []string `json:"beside,omitempty" doc:"those of the cart's codes beside which the shop will not take the code that points would make"`
}

type redeemRequest struct {
	// Request must be present: a form on a foreign page cannot send it (H18).
	Request        string `header:"X-Zugabe-Request" required:"true" enum:"1"`
	IdempotencyKey string `header:"Idempotency-Key" required:"true" minLength:"8" maxLength:"100"`
	Body           struct {
		Points loyalty.Points `json:"points" minimum:"1"`
		Cart   cartBody       `json:"cart,omitzero"`
	}
}

type cancelOwn struct {
	Request string `header:"X-Zugabe-Request" required:"true" enum:"1"`
	ID      string `path:"id" maxLength:"36"`
}

func (s *Server) storefrontRoutes(api huma.API) {
	get(api, "/balance", "The shopper's balance", s.shopperBalance)
	get(api, "/history", "The shopper's history, newest first", s.shopperHistory)
	get(api, "/orders/{key}/receipt", "How the points of an own order came about, and when they can be used", s.shopperReceipt)
	get(api, "/referral", "The shopper's code for bringing friends, and what came of it", s.shopperReferral)
	post(api, "/referral/claim", "Say whose code brought the shopper here", s.shopperClaim)
	post(api, "/quote", "How many points can be used now and what they are worth", s.shopperQuote)
	get(api, "/redemptions", "The shopper's redemptions, newest first", s.shopperRedemptions)
	post(api, "/redemptions", "Turn points into a code", s.shopperRedeem)
	get(api, "/redemptions/{id}", "One redemption; poll it until the code is there", s.shopperRedemption)
	post(api, "/redemptions/{id}/cancel", "Cancel an unused code", s.shopperCancel)
	s.storefrontPermit(api)
}

// standing is the shopper's own, from the short-lived cache where it has it.
func (s *Server) standing(ctx context.Context, who caller) (store.Standing, bool, error) {
	if who.CustomerKey == "" {
		return store.Standing{}, false, nil
	}
	return s.deps.Balances.Get(ctx, who.Shop.ID, who.CustomerKey, s.loadStanding)
}

// member is the shopper's member id; CodeNotFound for a guest or a stranger.
func (s *Server) member(ctx context.Context) (loyalty.ID, error) {
	st, found, err := s.standing(ctx, callerOf(ctx))
	if err == nil && !found {
		err = loyalty.NotFound("member: sign in to collect points")
	}
	return st.MemberID, err
}

func (s *Server) shopperBalance(ctx context.Context, _ *struct{}) (*body[ShopperBalance], error) {
	view, err := s.balanceOf(ctx, callerOf(ctx))
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return answer(view), nil
}

func (s *Server) balanceOf(ctx context.Context, who caller) (ShopperBalance, error) {
	view := ShopperBalance{Currency: who.Shop.Currency}
	st, found, err := s.standing(ctx, who)
	if err != nil || !found {
		return view, err
	}
	worths, err := s.worthsOf(ctx, who.Shop)
	if err != nil {
		return view, err
	}
	view.Member = true
	view.Points, view.Pending, view.Held = max(st.Available, 0), st.Pending, st.Held
	if st.NextExpiry > 0 && st.NextExpiry < ledger.Never {
		view.Expiring, view.NextExpiry = st.Expiring, st.NextExpiry
	}
	view.RateChangesAt = worths.ChangesAt
	view.Minor, err = s.worthOf(ctx, who.Shop, st, worths)
	return view, err
}

func (s *Server) shopperHistory(ctx context.Context, q *PageQuery) (*body[page[ShopperEntry]], error) {
	before, err := q.before()
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	member, err := s.member(ctx)
	if loyalty.CodeOf(err) == loyalty.CodeNotFound {
		return answer(page[ShopperEntry]{Items: []ShopperEntry{}}), nil
	}
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	rows, err := s.deps.Program.ShopperHistory(ctx, callerOf(ctx).Shop, member, int64(before), q.Limit+1)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	reasons, err := s.ruleNames(ctx)
	if err != nil {
		return nil, err
	}
	view := func(e program.ShopperEntry) ShopperEntry {
		return ShopperEntry{
			ID: e.ID, Kind: string(e.Kind), For: e.For, Order: e.Order, Reason: reasons[e.RuleID].Name, Points: e.Points, Source: shopperSource(e.Entry), OccurredAt: e.OccurredAt,
		}
	}
	return pageOf(rows, q.Limit, view, func(e program.ShopperEntry) string { return entryCursor(e.Entry) }), nil
}

// shopperSource leaves out of an adjustment's source who made it and under which key.
func shopperSource(e ledger.Entry) string {
	if e.Kind == ledger.Adjustment {
		return "adjust"
	}
	return e.Source
}

func (s *Server) shopperQuote(ctx context.Context, in *quoteRequest) (*body[ShopperQuote], error) {
	st, _, err := s.standing(ctx, callerOf(ctx))
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return s.quoteOf(ctx, st, in.Body.Cart, in.Body.Codes)
}

// quoteOf is what a member with this standing can use now, for a cart that has these codes.
func (s *Server) quoteOf(ctx context.Context, st store.Standing, cart cartBody, codes []string) (*body[ShopperQuote], error) {
	var plan program.Plan
	var lots map[loyalty.ID][]ledger.Lot
	err := s.read(ctx, func(tx *store.Tx) (err error) {
		if plan, err = s.deps.Program.CurrentPlan(tx, callerOf(ctx).Shop); err != nil || st.AccountID == 0 {
			return err
		}
		lots, err = tx.LoadLots(callerOf(ctx).Shop.ID, []loyalty.ID{st.AccountID})
		return err
	})
	if err != nil {
		return nil, err
	}
	policy := plan.Doc.Redeem
	quote, err := policy.Quote(st.Available, cart.cart(), program.Purse(lots[st.AccountID], policy.Rate)...)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	view := ShopperQuote{Quote: quote}
	if quote.Max > 0 && len(codes) > 0 && s.mayTryCode(ctx) {
		if view.Beside, err = s.deps.Program.PointsBeside(ctx, callerOf(ctx).Shop, policy, codes); err != nil {
			return nil, s.fail(ctx, err)
		}
	}
	return answer(view), nil
}

// mayTryCode counts a question about codes like the trying of one: what is not answered
// in words must not be answered this way (G6).
func (s *Server) mayTryCode(ctx context.Context) bool {
	who := callerOf(ctx)
	ok, _ := s.deps.Cache.Allow(ctx, who.Shop.ID, "code-check", who.Actor, memberCodesPerMinute)
	return ok
}

func (s *Server) shopperRedemptions(ctx context.Context, q *PageQuery) (*body[page[RedemptionView]], error) {
	member, err := s.member(ctx)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return s.redemptionsOf(ctx, member, *q)
}

func (s *Server) shopperRedeem(ctx context.Context, in *redeemRequest) (*body[RedemptionView], error) {
	who := callerOf(ctx)
	member, err := s.member(ctx)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	red, err := s.deps.Program.StartRedemption(ctx, who.Actor, who.Shop, member, program.RedeemRequest{
		Points: in.Body.Points, ClientKey: in.IdempotencyKey, Cart: in.Body.Cart.cart(),
	})
	s.deps.Balances.Forget(ctx, who.Shop.ID, who.CustomerKey)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	view, err := s.loadRedemption(ctx, red.PublicID, member)
	if err != nil {
		return nil, err
	}
	return answer(view), nil
}

func (s *Server) shopperRedemption(ctx context.Context, in *redemptionPath) (*body[RedemptionView], error) {
	member, err := s.member(ctx)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	view, err := s.loadRedemption(ctx, in.ID, member)
	if err != nil {
		return nil, err
	}
	return answer(view), nil
}

func (s *Server) shopperCancel(ctx context.Context, in *cancelOwn) (*body[RedemptionView], error) {
	who := callerOf(ctx)
	member, err := s.member(ctx)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	if _, err := s.loadRedemption(ctx, in.ID, member); err != nil {
		return nil, err
	}
	if _, err := s.deps.Program.CancelRedemption(ctx, who.Actor, who.Shop, in.ID); err != nil {
		return nil, s.fail(ctx, err)
	}
	s.deps.Balances.Forget(ctx, who.Shop.ID, who.CustomerKey)
	view, err := s.loadRedemption(ctx, in.ID, member)
	if err != nil {
		return nil, err
	}
	return answer(view), nil
}
