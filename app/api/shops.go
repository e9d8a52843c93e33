package api

import (
	"context"

	"zugabe/app/loyalty"
	"zugabe/app/session"
	"zugabe/app/store"
)

func shopKey(actor session.Actor) string { return actor.Host + " " + actor.Domain }

// shopOf finds the shop that a proof names. Every request asks, so the answer is
// kept for a moment: a shop that was uninstalled is refused at most that much later.
func (s *Server) shopOf(ctx context.Context, actor session.Actor) (loyalty.Shop, bool, error) {
	key := shopKey(actor)
	if shop, ok := s.shops.get(key); ok {
		return shop, true, nil
	}
	var shop loyalty.Shop
	var found bool
	err := s.deps.Program.Store.Peek(ctx, func(tx *store.Tx) (err error) {
		shop, found, err = tx.ShopByDomain(actor.Host, actor.Domain)
		return err
	})
	if err == nil && found {
		s.shops.put(key, shop, balanceTTL.Milliseconds())
	}
	return shop, found, err
}

// rateOf is what a shop's points are worth, kept for a moment, so that showing a
// balance does not read the plan.
func (s *Server) rateOf(ctx context.Context, shop loyalty.Shop) (loyalty.RedeemRate, error) {
	if rate, ok := s.rates.get(shop.ID.String()); ok {
		return rate, nil
	}
	var rate loyalty.RedeemRate
	err := s.deps.Program.Store.Read(ctx, func(tx *store.Tx) error {
		plan, err := s.deps.Program.CurrentPlan(tx, shop)
		rate = plan.Doc.Redeem.Rate
		return err
	})
	if err == nil {
		s.rates.put(shop.ID.String(), rate, balanceTTL.Milliseconds())
	}
	return rate, err
}
