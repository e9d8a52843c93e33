package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
)

type quoteMember struct {
	ID            idParam `path:"id"`
	SubtotalMinor int64   `query:"subtotal_minor" minimum:"0" doc:"of the cart, after other discounts"`
	EligibleMinor int64   `query:"eligible_minor" minimum:"0" doc:"of the lines that points may pay for"`
	Currency      string  `query:"currency" maxLength:"3" doc:"missing = no cart is known"`
}

type redeemForMember struct {
	ID             idParam `path:"id"`
	IdempotencyKey string  `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"100" doc:"the same key with the same content is the same redemption, however often it is sent"`
	Body           struct {
		Points loyalty.Points `json:"points" minimum:"1"`
		Cart   cartBody       `json:"cart,omitzero" doc:"what the code is wanted for; limits that depend on the cart count only if it is known"`
	}
}

type cancelForMember struct {
	ID             string `path:"id" maxLength:"36" doc:"public id"`
	IdempotencyKey string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"100"`
}

// publicRedemptions let a merchant's own server spend a member's points as the member
// could in the shop: by the same policy, out of the same balance, with the same code.
// Codes are as good as money, so that reading them needs the scope too.
func (s *Server) publicRedemptions(api huma.API) {
	get(api, "/members/{id}/quote", "How many points a member can use now and what they are worth", scoped(s, "redeem", s.quoteMember))
	get(api, "/members/{id}/redemptions", "A member's redemptions, newest first", scoped(s, "redeem", s.listMemberRedemptions))
	post(api, "/members/{id}/redemptions", "Turn a member's points into a code", scoped(s, "redeem", s.redeemForMember))
	get(api, "/redemptions/{id}", "One redemption; poll it until the code is there", scoped(s, "redeem", s.getRedemption))
	post(api, "/redemptions/{id}/cancel", "Cancel an unused code; the points come back once the shop no longer takes it", scoped(s, "redeem", s.cancelForMember))
}

func (s *Server) quoteMember(ctx context.Context, in *quoteMember) (*body[ShopperQuote], error) {
	who := callerOf(ctx)
	balance, err := s.deps.Program.BalanceOf(ctx, who.Shop, in.ID.ID)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	if balance.Member.State != loyalty.MemberActive {
		return nil, s.fail(ctx, loyalty.NotFound("member"))
	}
	if balance.Member.BlockRedeem {
		return nil, s.fail(ctx, loyalty.Refuse(loyalty.CodeBlocked, "this member may not redeem"))
	}
	st := store.Standing{MemberID: balance.Member.ID, AccountID: balance.Account.ID, Available: balance.Account.Available}
	return s.quoteOf(ctx, st, cartBody{SubtotalMinor: in.SubtotalMinor, EligibleMinor: in.EligibleMinor, Currency: loyalty.Currency(in.Currency)}, nil)
}

// redeemForMember names the redemption by the caller and the caller's key. A header has
// no line break, so that no shopper's key is ever the same.
func (s *Server) redeemForMember(ctx context.Context, in *redeemForMember) (*body[RedemptionView], error) {
	who := callerOf(ctx)
	red, err := s.deps.Program.StartRedemption(ctx, who.Actor, who.Shop, in.ID.ID, program.RedeemRequest{
		Points: in.Body.Points, ClientKey: who.Actor + "\n" + in.IdempotencyKey, Cart: in.Body.Cart.cart(), Trusted: true,
	})
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return s.getRedemption(ctx, &redemptionPath{ID: red.PublicID})
}

func (s *Server) cancelForMember(ctx context.Context, in *cancelForMember) (*body[RedemptionView], error) {
	return once(ctx, s, asked("redemption-cancel:"+in.ID, in.IdempotencyKey, nil), func() (*body[RedemptionView], error) {
		return s.cancelRedemption(ctx, &redemptionPath{ID: in.ID})
	})
}
