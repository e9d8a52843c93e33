package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
)

// BacktestView is a back-test in a list.
type BacktestView struct {
	ID          loyalty.ID `json:"id"`
	State       string     `json:"state" enum:"running,done,cancelled,failed,interrupted"`
	Months      int64      `json:"months"`
	PlanVersion int64      `json:"plan_version" doc:"the version in force when it began"`
	Done        int64      `json:"done" doc:"orders looked at so far"`
	Total       int64      `json:"total" doc:"orders in all; 0 while they are being counted"`
	TookMs      int64      `json:"took_ms" doc:"milliseconds so far, or in all"`
	LeftMs      int64      `json:"left_ms" doc:"milliseconds that are probably left; 0 when it has ended or nobody knows yet"`
	Actor       string     `json:"actor"`
	CreatedAt   int64      `json:"created_at" doc:"Unix milliseconds"`
}

// BacktestDetail is a back-test with what it tried and what came out.
type BacktestDetail struct {
	BacktestView
	Plan   program.PlanDoc         `json:"plan"`
	Result *program.BacktestResult `json:"result,omitempty" doc:"once it is done"`
	Names  map[string]string       `json:"names,omitempty" doc:"of the members in the result, by id"`
}

type startBacktest struct {
	Body struct {
		Plan   program.PlanDoc `json:"plan" doc:"the plan to try"`
		Months int             `json:"months" minimum:"3" maximum:"24" doc:"how far back"`
	}
}

type backtestPath struct {
	ID idParam `path:"id"`
}

func (s *Server) adminBacktests(api huma.API) {
	get(api, "/plan/backtests", "Back-tests, newest first", s.listBacktests)
	post(api, "/plan/backtests", "Replay past orders under another plan (nothing is booked)", s.startBacktest)
	get(api, "/plan/backtests/{id}", "How far a back-test is, and what came out", s.getBacktest)
	post(api, "/plan/backtests/{id}/cancel", "Stop a back-test", s.cancelBacktest)
}

func viewBacktest(b store.Backtest) BacktestView {
	v := BacktestView{
		ID: b.ID, State: string(b.State), Months: b.Months, PlanVersion: b.PlanVersion, Done: b.Done, Total: b.Total, Actor: b.Actor, CreatedAt: b.CreatedAt,
	}
	end := b.EndedMs
	if end == 0 {
		end = loyalty.NowMs(loyalty.SystemClock())
	}
	v.TookMs = max(0, end-b.StartedMs)
	if b.State == store.BacktestRunning && b.Done > 0 {
		v.LeftMs = v.TookMs * max(0, b.Total-b.Done) / b.Done
	}
	return v
}

func (s *Server) listBacktests(ctx context.Context, q *PageQuery) (*body[page[BacktestView]], error) {
	before, err := q.before()
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	list, err := s.deps.Program.Backtests(ctx, callerOf(ctx).Shop.ID, before, q.Limit+1)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return pageOf(list, q.Limit, viewBacktest, func(b store.Backtest) string { return b.ID.String() }), nil
}

func (s *Server) startBacktest(ctx context.Context, in *startBacktest) (*body[BacktestView], error) {
	who := callerOf(ctx)
	b, err := s.deps.Program.StartBacktest(ctx, who.Actor, who.Shop, in.Body.Plan, in.Body.Months)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return answer(viewBacktest(b)), nil
}

func (s *Server) getBacktest(ctx context.Context, in *backtestPath) (*body[BacktestDetail], error) {
	b, result, who, err := s.deps.Program.Backtest(ctx, callerOf(ctx).Shop.ID, in.ID.ID)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	view := BacktestDetail{BacktestView: viewBacktest(b)}
	if view.Plan, err = program.DecodePlan(b.Plan); err != nil {
		return nil, s.fail(ctx, err)
	}
	if b.State == store.BacktestDone {
		view.Result, view.Names = &result, make(map[string]string, len(who))
		for id, m := range who {
			view.Names[id.String()] = nameOf(m)
		}
	}
	return answer(view), nil
}

// nameOf is what staff call a member; "" for one that was erased.
func nameOf(m loyalty.Member) string {
	switch {
	case m.FirstName != "" && m.LastName != "":
		return m.FirstName + " " + m.LastName
	case m.FirstName+m.LastName != "":
		return m.FirstName + m.LastName
	}
	return m.Email
}

func (s *Server) cancelBacktest(ctx context.Context, in *backtestPath) (*body[BacktestDetail], error) {
	if err := s.deps.Program.CancelBacktest(ctx, callerOf(ctx).Shop.ID, in.ID.ID); err != nil {
		return nil, s.fail(ctx, err)
	}
	return s.getBacktest(ctx, in)
}
