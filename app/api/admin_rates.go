package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
)

// FiguresView has a shop's own numbers for the examples beside a rate.
type FiguresView struct {
	Orders       int64 `json:"orders" doc:"the newest orders in the shop's currency that were looked at: at most 1,000 of the last year"`
	AverageMinor int64 `json:"average_minor" doc:"what they are worth on average after refunds, in minor units; 0 without orders"`
	From         int64 `json:"from,omitempty" doc:"Unix milliseconds of the oldest of them"`
}

func (s *Server) adminRates(api huma.API) {
	get(api, "/rates/figures", "The shop's own figures for examples beside a rate", s.rateFigures)
	get(api, "/plan/promises", "What new redeem rates did to points that members had, newest first", s.listPromises)
	post(api, "/plan/promises/preview", "What each choice for points that members have would mean (nothing is changed)", s.previewPromise)
}

// PromiseView is what a plan version does to points that members had before it.
type PromiseView struct {
	Version   int64          `json:"version" doc:"of the plan"`
	Choice    string         `json:"choice" enum:"top_up,notice"`
	State     string         `json:"state" enum:"due,done,superseded"`
	From      int64          `json:"from" doc:"Unix milliseconds from which it is carried out"`
	Accounts  int64          `json:"accounts" doc:"done so far"`
	Points    loyalty.Points `json:"points" doc:"added so far"`
	CreatedAt int64          `json:"created_at" doc:"Unix milliseconds"`
	DoneAt    int64          `json:"done_at,omitempty" doc:"Unix milliseconds"`
}

// PromiseList is the newest changes of a shop's redeem rate.
type PromiseList struct {
	Items []PromiseView `json:"items"`
}

// promisesShown is how many changes of the rate are listed: there are few.
const promisesShown = 10

func (s *Server) listPromises(ctx context.Context, _ *struct{}) (*body[PromiseList], error) {
	var list PromiseList
	err := s.read(ctx, func(tx *store.Tx) error {
		list = PromiseList{Items: []PromiseView{}}
		rows, err := tx.Promises(callerOf(ctx).Shop.ID, promisesShown)
		for _, p := range rows {
			list.Items = append(list.Items, PromiseView{Version: p.Version, Choice: p.Choice, State: string(p.State), From: p.FromAt, Accounts: p.Accounts,
				Points: p.Points, CreatedAt: p.CreatedAt, DoneAt: p.DoneAt})
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return answer(list), nil
}

type previewPromise struct {
	Body struct {
		Rate loyalty.RedeemRate `json:"rate" doc:"the new redeem rate"`
	}
}

func (s *Server) previewPromise(ctx context.Context, in *previewPromise) (*body[program.PromisePreview], error) {
	preview, err := s.deps.Program.PreviewPromise(ctx, callerOf(ctx).Shop, in.Body.Rate)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return answer(preview), nil
}

func (s *Server) rateFigures(ctx context.Context, _ *struct{}) (*body[FiguresView], error) {
	f, err := s.deps.Program.Figures(ctx, callerOf(ctx).Shop)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return answer(FiguresView{Orders: f.Orders, AverageMinor: f.Average, From: f.From}), nil
}
