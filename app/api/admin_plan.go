package api

import (
	"context"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
)

// ShopView is the shop as its staff see it.
type ShopView struct {
	ID       loyalty.ShopID   `json:"id"`
	Host     string           `json:"host"`
	Domain   string           `json:"domain"`
	Name     string           `json:"name"`
	Currency loyalty.Currency `json:"currency"`
	TimeZone string           `json:"time_zone"`
	Language string           `json:"language"`
	State    string           `json:"state"`
	YourRole string           `json:"your_role" enum:"owner,manager,viewer"`
}

// PlanView is one version of the plan.
type PlanView struct {
	ID            loyalty.ID      `json:"id"`
	Name          string          `json:"name"`
	Version       int64           `json:"version"`
	EffectiveFrom int64           `json:"effective_from" doc:"Unix milliseconds"`
	Plan          program.PlanDoc `json:"plan"`
}

// PlanVersionView says that there is a version, without its rules.
type PlanVersionView struct {
	Version       int64  `json:"version"`
	EffectiveFrom int64  `json:"effective_from" doc:"Unix milliseconds"`
	CreatedBy     string `json:"created_by"`
	CreatedAt     int64  `json:"created_at" doc:"Unix milliseconds"`
}

func viewPlan(p program.Plan) PlanView {
	return PlanView{ID: p.ID, Name: p.Name, Version: p.Version, EffectiveFrom: p.EffectiveFrom, Plan: p.Doc}
}

type savePlan struct {
	Body struct {
		Version int64           `json:"version" minimum:"1" doc:"the version you have seen; refused if there is a newer one"`
		Plan    program.PlanDoc `json:"plan"`
		Promise *promiseBody    `json:"promise,omitempty" doc:"what becomes of points that members have, if the redeem rate is another; missing = they keep their worth"`
	}
}

type promiseBody struct {
	Choice string            `json:"choice" enum:"keep,top_up,notice"`
	From   loyalty.LocalDate `json:"from,omitzero" doc:"of a notice: the day in the shop's zone from which the new rate is for all points"`
}

type trySale struct {
	Body struct {
		Plan *program.PlanDoc `json:"plan,omitempty" doc:"a plan to try; missing = the current one"`
		Who  earning.Audience `json:"who,omitzero" doc:"the member it would be; missing = a member without a factor of their own"`
		Sale earning.Sale     `json:"sale"`
	}
}

// TriedSale says what a sale would earn, rule by rule.
type TriedSale struct {
	Points loyalty.Points  `json:"points"`
	Grants []earning.Grant `json:"grants"`
}

func (s *Server) adminPlan(api huma.API) {
	get(api, "/shop", "The shop", s.getShop)
	get(api, "/plan", "The current plan", s.getPlan)
	get(api, "/plan/versions", "All versions of the plan, newest first", s.listPlanVersions)
	get(api, "/plan/versions/{version}", "One stored version of the plan", s.getPlanVersion)
	put(api, "/plan", "Save the plan as a new version", s.putPlan)
	post(api, "/plan/try", "What a given sale would earn (nothing is stored)", s.tryPlan)
	s.adminRates(api)
	s.adminBacktests(api)
}

func (s *Server) getShop(ctx context.Context, _ *struct{}) (*body[ShopView], error) {
	who := callerOf(ctx)
	role, err := s.roleOf(ctx, who)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	shop := who.Shop
	return answer(ShopView{
		ID: shop.ID, Host: shop.Host, Domain: shop.Domain, Name: shop.Name, Currency: shop.Currency,
		TimeZone: shop.Zone, Language: shop.Language, State: string(shop.State), YourRole: role,
	}), nil
}

func (s *Server) getPlan(ctx context.Context, _ *struct{}) (*body[PlanView], error) {
	var plan program.Plan
	err := s.read(ctx, func(tx *store.Tx) (err error) {
		plan, err = s.deps.Program.CurrentPlan(tx, callerOf(ctx).Shop)
		return err
	})
	if err != nil {
		return nil, err
	}
	return answer(viewPlan(plan)), nil
}

func (s *Server) listPlanVersions(ctx context.Context, q *PageQuery) (*body[page[PlanVersionView]], error) {
	before, err := q.before()
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	var all []store.PlanVersion
	err = s.read(ctx, func(tx *store.Tx) (err error) {
		_, all, _, err = tx.PlanVersions(callerOf(ctx).Shop.ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	slices.Reverse(all)
	if before > 0 {
		all = slices.DeleteFunc(all, func(v store.PlanVersion) bool { return v.Version >= int64(before) })
	}
	return pageOf(all, q.Limit, func(v store.PlanVersion) PlanVersionView { return PlanVersionView(v) },
		func(v store.PlanVersion) string { return loyalty.ID(v.Version).String() }), nil
}

func (s *Server) getPlanVersion(ctx context.Context, in *struct {
	Version int64 `path:"version" minimum:"1"`
}) (*body[PlanView], error) {
	var plan program.Plan
	err := s.read(ctx, func(tx *store.Tx) (err error) {
		plan, err = s.deps.Program.PlanVersion(tx, callerOf(ctx).Shop, in.Version)
		return err
	})
	if err != nil {
		return nil, err
	}
	return answer(viewPlan(plan)), nil
}

func (s *Server) putPlan(ctx context.Context, in *savePlan) (*body[PlanView], error) {
	who := callerOf(ctx)
	change := program.PlanChange{Expected: in.Body.Version, Doc: in.Body.Plan}
	if in.Body.Promise != nil {
		change.Promise = program.PromiseChange{Choice: program.PromiseChoice(in.Body.Promise.Choice), From: in.Body.Promise.From}
	}
	plan, err := s.deps.Program.ChangePlan(ctx, who.Actor, who.Shop, change)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return answer(viewPlan(plan)), nil
}

func (s *Server) tryPlan(ctx context.Context, in *trySale) (*body[TriedSale], error) {
	grants, err := s.deps.Program.TrySale(ctx, callerOf(ctx).Shop, in.Body.Plan, in.Body.Who, in.Body.Sale)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	tried := TriedSale{Grants: grants}
	for _, g := range grants {
		tried.Points += g.Points
	}
	return answer(tried), nil
}
