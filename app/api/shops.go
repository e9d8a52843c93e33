package api

import (
	"context"

	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/reward"
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

// worthsOf says what a shop's points are worth, kept for a moment, so that showing
// a balance does not read the plan.
func (s *Server) worthsOf(ctx context.Context, shop loyalty.Shop) (program.Worths, error) {
	if worths, ok := s.rates.get(shop.ID.String()); ok {
		return worths, nil
	}
	var worths program.Worths
	err := s.deps.Program.Store.Read(ctx, func(tx *store.Tx) (err error) {
		worths, err = s.deps.Program.Worths(tx, shop)
		return err
	})
	if err == nil {
		s.rates.put(shop.ID.String(), worths, balanceTTL.Milliseconds())
	}
	return worths, err
}

// worthOf is what an account's spendable points are worth in minor units. Only in
// shops that have changed their rate do its lots have to be read.
func (s *Server) worthOf(ctx context.Context, shop loyalty.Shop, st store.Standing, worths program.Worths) (int64, error) {
	if !worths.Mixed || st.Available <= 0 {
		return worths.Rate.ValueOf(max(st.Available, 0))
	}
	var lots map[loyalty.ID][]ledger.Lot
	err := s.deps.Program.Store.Read(ctx, func(tx *store.Tx) (err error) {
		lots, err = tx.LoadLots(shop.ID, []loyalty.ID{st.AccountID})
		return err
	})
	if err != nil {
		return 0, err
	}
	return reward.Worth(program.Purse(lots[st.AccountID], worths.Rate))
}
