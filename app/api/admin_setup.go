package api

import (
	"context"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// SetupView says how far a merchant is with setting up. Every mark is true of what
// is stored, none of what was clicked.
type SetupView struct {
	RateSavedAt int64       `json:"rate_saved_at,omitempty" doc:"Unix milliseconds at which a member of staff last saved the plan; missing = it is as it was installed"`
	ActiveRules int         `json:"active_rules" doc:"earning rules that are on"`
	Purchases   bool        `json:"purchases" doc:"one of them is for purchases"`
	FirstOrder  *SetupOrder `json:"first_order,omitempty" doc:"the first order that was booked; missing = none yet"`
}

// SetupOrder is the first order of a shop.
type SetupOrder struct {
	Key      string         `json:"key" doc:"the host's order id"`
	Number   string         `json:"number"`
	Earned   loyalty.Points `json:"earned"`
	PlacedAt int64          `json:"placed_at" doc:"Unix milliseconds"`
}

func (s *Server) adminSetup(api huma.API) {
	get(api, "/setup", "How far the set-up is", s.getSetup)
}

func (s *Server) getSetup(ctx context.Context, _ *struct{}) (*body[SetupView], error) {
	shop := callerOf(ctx).Shop
	var view SetupView
	err := s.read(ctx, func(tx *store.Tx) error {
		view = SetupView{}
		_, versions, _, err := tx.PlanVersions(shop.ID)
		if err != nil {
			return err
		}
		for _, v := range versions {
			if strings.HasPrefix(v.CreatedBy, "staff:") {
				view.RateSavedAt = v.CreatedAt
			}
		}
		plan, err := s.deps.Program.CurrentPlan(tx, shop)
		if err != nil {
			return err
		}
		for _, rule := range plan.Doc.Earning.Rules {
			if !rule.Off {
				view.ActiveRules++
				view.Purchases = view.Purchases || rule.Activity == ""
			}
		}
		first, err := tx.SalesAfter(shop.ID, 0, 1)
		if err == nil && len(first) > 0 {
			view.FirstOrder = &SetupOrder{Key: first[0].Key, Number: first[0].Number, Earned: first[0].Earned, PlacedAt: first[0].PlacedAt}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return answer(view), nil
}
