package api

import (
	"context"

	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// maxFriends is how many referrals the shopper's counts look at.
const maxFriends = 1000

// ShopperReferral is what a shopper needs for bringing friends (S4-05).
type ShopperReferral struct {
	Code     string `json:"code" doc:"the friend names it, or follows the shop's address with ?ref=<code>"`
	Waiting  int    `json:"waiting" doc:"friends who came and have not bought, or whose return window runs"`
	Rewarded int    `json:"rewarded"`
}

type claimReferral struct {
	Request string `header:"X-Zugabe-Request" required:"true" enum:"1"`
	Body    struct {
		Code string `json:"code" minLength:"1" maxLength:"40"`
	}
}

func (s *Server) shopperReferral(ctx context.Context, _ *struct{}) (*body[ShopperReferral], error) {
	id, err := s.member(ctx)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	var view ShopperReferral
	shop := callerOf(ctx).Shop.ID
	err = s.read(ctx, func(tx *store.Tx) error {
		view = ShopperReferral{}
		m, found, err := tx.MemberByID(shop, id)
		if err == nil && !found {
			err = loyalty.NotFound("member")
		}
		if err != nil {
			return err
		}
		view.Code = m.ReferralCode
		friends, err := tx.ReferralsBy(shop, id, maxFriends)
		for _, r := range friends {
			switch r.State {
			case store.ReferralRewarded:
				view.Rewarded++
			case store.ReferralClaimed, store.ReferralQualifying, store.ReferralHeld:
				view.Waiting++
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return answer(view), nil
}

// shopperClaim does not tell what became of the claim: why a referral is held or
// refused is the merchant's business, and a hint for whoever tries (G10, G11).
func (s *Server) shopperClaim(ctx context.Context, in *claimReferral) (*struct{}, error) {
	id, err := s.member(ctx)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	if _, err := s.deps.Program.ClaimReferral(ctx, callerOf(ctx).Shop, id, in.Body.Code); err != nil {
		return nil, s.fail(ctx, err)
	}
	return nil, nil
}
