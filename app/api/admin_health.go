package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"zugabe/app/program"
)

// HealthView says what a merchant should know about the shop's connection.
type HealthView struct {
	StuckDeliveries  int64    `json:"stuck_deliveries" doc:"open, the oldest for more than 15 minutes"`
	StuckJobs        int64    `json:"stuck_jobs" doc:"calls we owe the host, the oldest for more than an hour"`
	PoisonDeliveries int64    `json:"poison_deliveries" doc:"could not be worked on; somebody must look"`
	DeadJobs         int64    `json:"dead_jobs" doc:"given up; somebody must look"`
	MissingWebhooks  []string `json:"missing_webhooks" doc:"topics that the host does not send us and that the last check could not mend"`
	CheckedAt        int64    `json:"checked_at,omitempty" doc:"Unix milliseconds of the last check of the webhooks; missing = not yet"`
}

func (s *Server) adminHealth(api huma.API) {
	get(api, "/health", "What waits too long and which webhooks are missing", s.getHealth)
}

func (s *Server) getHealth(ctx context.Context, _ *struct{}) (*body[HealthView], error) {
	shop := callerOf(ctx).Shop.ID
	stuck, err := s.deps.Program.FindStuck(ctx, shop)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	missing, checked, err := s.deps.Program.MissingWebhooks(ctx, shop)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return answer(viewHealth(stuck, missing, checked)), nil
}

func viewHealth(stuck program.Stuck, missing []string, checked int64) HealthView {
	if missing == nil {
		missing = []string{}
	}
	return HealthView{
		StuckDeliveries: stuck.Deliveries, StuckJobs: stuck.Jobs, PoisonDeliveries: stuck.PoisonDeliveries, DeadJobs: stuck.Buried,
		MissingWebhooks: missing, CheckedAt: checked,
	}
}
