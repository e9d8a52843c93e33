package api

import (
	"context"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

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
	PageQuery
	Search string `query:"search" maxLength:"100" doc:"a code, or as in the list of members; the best matches on one page"`
	State  string `query:"state" enum:"pending,active,used,returned,void" doc:"missing = all, newest first; of one state those are first that end first, once they are over those that ended last"`
}

// RedemptionRow is a redemption in a list, with its member's name and its order's number.
type RedemptionRow struct {
	RedemptionView
	FirstName string `json:"first_name,omitempty" doc:"of the member"`
	LastName  string `json:"last_name,omitempty"`
	Email     string `json:"email,omitempty"`
}

type redemptionPath struct {
	ID string `path:"id" maxLength:"36" doc:"public id"`
}

func (s *Server) adminRedemptions(api huma.API) {
	get(api, "/members/{id}/redemptions", "A member's redemptions, newest first", s.listMemberRedemptions)
	get(api, "/redemptions", "List or search redemptions", s.listRedemptions)
	get(api, "/redemptions/{id}", "One redemption", s.getRedemption)
	post(api, "/redemptions/{id}/cancel", "Cancel an unused code; the points come back once the shop no longer takes it", s.cancelRedemption)
}

func (s *Server) listMemberRedemptions(ctx context.Context, q *memberRedemptionsQuery) (*body[page[RedemptionView]], error) {
	list, err := s.redemptionsOf(ctx, q.ID.ID, q.PageQuery)
	if err != nil {
		return nil, err
	}
	if err := nameOrders(ctx, s, list.Body.Items, func(r *RedemptionView) *RedemptionView { return r }); err != nil {
		return nil, err
	}
	return list, nil
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

func (s *Server) listRedemptions(ctx context.Context, q *redemptionsQuery) (*body[page[RedemptionRow]], error) {
	before, err := parseRedemptionCursor(q.Cursor)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	shop := callerOf(ctx).Shop.ID
	list := store.RedemptionList{State: reward.State(q.State), Before: before, Limit: q.Limit + 1}
	search := strings.TrimSpace(q.Search)
	var rows []reward.Redemption
	var codes map[loyalty.ID]store.Code
	var members map[loyalty.ID]loyalty.Member
	err = s.read(ctx, func(tx *store.Tx) (err error) {
		if search == "" {
			rows, err = tx.ListRedemptions(shop, list)
		} else {
			list.Limit = q.Limit
			rows, err = tx.SearchRedemptions(shop, search, list)
		}
		if err != nil {
			return err
		}
		if codes, err = tx.CodesByID(shop, codeIDs(rows)); err != nil {
			return err
		}
		members, err = tx.MembersByID(shop, memberIDs(rows))
		return err
	})
	if err != nil {
		return nil, err
	}
	view := func(r reward.Redemption) RedemptionRow {
		m := members[r.MemberID]
		return RedemptionRow{RedemptionView: viewRedemption(r, codes[r.CodeID].Code), FirstName: m.FirstName, LastName: m.LastName, Email: m.Email}
	}
	out := pageOf(rows, q.Limit, view, redemptionCursor)
	return out, nameOrders(ctx, s, out.Body.Items, func(r *RedemptionRow) *RedemptionView { return &r.RedemptionView })
}

// redemptionCursor is "<expires_at>.<id>" of the last row of a page.
func redemptionCursor(r reward.Redemption) string {
	return strconv.FormatInt(r.ExpiresAt, 10) + "." + r.ID.String()
}

func parseRedemptionCursor(s string) (*reward.Redemption, error) {
	at, id, err := parsePair(s)
	if s == "" || err != nil {
		return nil, err
	}
	return &reward.Redemption{ExpiresAt: at, ID: id}, nil
}

// nameOrders puts in what people call the orders that used the codes.
func nameOrders[T any](ctx context.Context, s *Server, list []T, of func(*T) *RedemptionView) error {
	var sources []string
	for i := range list {
		sources = append(sources, program.SaleSource(of(&list[i]).SaleKey))
	}
	numbers, err := s.orderNumbers(ctx, sources)
	for i := range list {
		r := of(&list[i])
		r.Order = numbers[program.SaleSource(r.SaleKey)]
	}
	return err
}

func memberIDs(rows []reward.Redemption) []loyalty.ID {
	ids := make([]loyalty.ID, len(rows))
	for i, r := range rows {
		ids[i] = r.MemberID
	}
	return ids
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
