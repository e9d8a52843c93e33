package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"
)

// FiguresView has a shop's own numbers for the examples beside a rate.
type FiguresView struct {
	Orders       int64 `json:"orders" doc:"the newest orders in the shop's currency that were looked at: at most 1,000 of the last year"`
	AverageMinor int64 `json:"average_minor" doc:"what they are worth on average after refunds, in minor units; 0 without orders"`
	From         int64 `json:"from,omitempty" doc:"Unix milliseconds of the oldest of them"`
}

func (s *Server) adminRates(api huma.API) {
	get(api, "/rates/figures", "The shop's own figures for examples beside a rate", s.rateFigures)
}

func (s *Server) rateFigures(ctx context.Context, _ *struct{}) (*body[FiguresView], error) {
	f, err := s.deps.Program.Figures(ctx, callerOf(ctx).Shop)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return answer(FiguresView{Orders: f.Orders, AverageMinor: f.Average, From: f.From}), nil
}
