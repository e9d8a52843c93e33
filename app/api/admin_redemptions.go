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

type memberRedemptionsQuery struct {
	ID idParam `path:"id"`
	PageQuery
}

type redemptionsQuery struct {
	State string `query:"state" required:"true" enum:"pending,active,used,returned,void"`
	Until int64  `query:"until" minimum:"0" doc:"only those whose code ends at or before this instant (Unix milliseconds); missing = all"`
	Limit int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

type redemptionPath struct {
	ID string `path:"id" maxLength:"36" doc:"public id"`
}

func (s *Server) adminRedemptions(api huma.API) {
	get(api, "/members/{id}/redemptions", "A member's redemptions, newest first", s.listMemberRedemptions)
	get(api, "/redemptions", "Redemptions in a state, those that end first", s.listRedemptions)
	get(api, "/redemptions/{id}", "One redemption", s.getRedemption)
	post(api, "/redemptions/{id}/cancel", "Cancel an unused code; the points come back once the shop no longer takes it", s.cancelRedemption)
}

func (s *Server) listMemberRedemptions(ctx context.Context, q *memberRedemptionsQuery) (*body[page[RedemptionView]], error) {
	list, err := s.redemptionsOf(ctx, q.ID.ID, q.PageQuery)
	if err != nil {
		return nil, err
	}
	var sources []string
	for _, r := range list.Body.Items {
		sources = append(sources, program.SaleSource(r.SaleKey))
	}
	numbers, err := s.orderNumbers(ctx, sources)
	for i := range list.Body.Items {
		r := &list.Body.Items[i]
		r.Order = numbers[program.SaleSource(r.SaleKey)]
	}
	return list, err
}

// redemptionsOf lists a member's redemptions; a member of another shop is 404.
func (s *Server) redemptionsOf(ctx context.Context, member loyalty.ID, q PageQuery) (*body[page[RedemptionView]], error) {
	before, err := q.before()
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	shop := callerOf(ctx).Shop
	balance, err := s.deps.Program.BalanceOf(ctx, shop, member)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	var rows []reward.Redemption
	var codes map[loyalty.ID]store.Code
	err = s.read(ctx, func(tx *store.Tx) (err error) {
		if rows, err = tx.RedemptionsOfAccount(shop.ID, balance.Account.ID, before, q.Limit+1); err != nil {
			return err
		}
		codes, err = tx.CodesByID(shop.ID, codeIDs(rows))
		return err
	})
	if err != nil {
		return nil, err
	}
	view := func(r reward.Redemption) RedemptionView { return viewRedemption(r, codes[r.CodeID].Code) }
	return pageOf(rows, q.Limit, view, func(r reward.Redemption) string { return r.ID.String() }), nil
}

func (s *Server) listRedemptions(ctx context.Context, q *redemptionsQuery) (*body[page[RedemptionView]], error) {
	shop, until := callerOf(ctx).Shop.ID, q.Until
	if until == 0 {
		until = ledger.Never
	}
	var rows []reward.Redemption
	var codes map[loyalty.ID]store.Code
	err := s.read(ctx, func(tx *store.Tx) (err error) {
		if rows, err = tx.RedemptionsDue(shop, reward.State(q.State), until, q.Limit); err != nil {
			return err
		}
		codes, err = tx.CodesByID(shop, codeIDs(rows))
		return err
	})
	if err != nil {
		return nil, err
	}
	view := func(r reward.Redemption) RedemptionView { return viewRedemption(r, codes[r.CodeID].Code) }
	return pageOf(rows, q.Limit, view, nil), nil
}

func codeIDs(rows []reward.Redemption) []loyalty.ID {
	ids := make([]loyalty.ID, len(rows))
	for i, r := range rows {
		ids[i] = r.CodeID
	}
	return ids
}

func (s *Server) getRedemption(ctx context.Context, in *redemptionPath) (*body[RedemptionView], error) {
	view, err := s.loadRedemption(ctx, in.ID, 0)
	if err != nil {
		return nil, err
	}
	return answer(view), nil
}

// loadRedemption reads one redemption; owner 0 means any member of the shop. What
// belongs to somebody else is 404, like what does not exist.
func (s *Server) loadRedemption(ctx context.Context, publicID string, owner loyalty.ID) (RedemptionView, error) {
	var view RedemptionView
	shop := callerOf(ctx).Shop.ID
	err := s.read(ctx, func(tx *store.Tx) error {
		red, found, err := tx.RedemptionByPublicID(shop, publicID)
		if err != nil {
			return err
		}
		if !found || (owner != 0 && red.MemberID != owner) {
			return loyalty.NotFound("redemption")
		}
		code, _, err := tx.CodeByID(shop, red.CodeID)
		view = viewRedemption(red, code.Code)
		return err
	})
	return view, err
}

func (s *Server) cancelRedemption(ctx context.Context, in *redemptionPath) (*body[RedemptionView], error) {
	who := callerOf(ctx)
	if _, err := s.deps.Program.CancelRedemption(ctx, who.Actor, who.Shop, in.ID); err != nil {
		return nil, s.fail(ctx, err)
	}
	return s.getRedemption(ctx, in)
}
