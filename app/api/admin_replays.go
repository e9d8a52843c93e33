package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"zugabe/app/store"
)

// ReplayView says how many were put back to work.
type ReplayView struct {
	Replayed int64 `json:"replayed"`
	More     bool  `json:"more" doc:"there are more than one call puts back"`
}

// JobSummary says what is open among the calls we owe the host.
type JobSummary struct {
	Open     int64 `json:"open"`
	Unknown  int64 `json:"unknown"`
	Dead     int64 `json:"dead"`
	OldestAt int64 `json:"oldest_at,omitempty" doc:"Unix milliseconds at which the oldest open job was made"`
}

func (s *Server) adminReplays(api huma.API) {
	post(api, "/deliveries-replay", "Work again on the deliveries that could not be worked on", s.replayFailedDeliveries)
	post(api, "/jobs-replay", "Try the jobs that were given up again", s.replayDeadJobs)
	get(api, "/jobs-summary", "How many calls we owe the host", s.countJobs)
}

func (s *Server) replayFailedDeliveries(ctx context.Context, _ *struct{}) (*body[ReplayView], error) {
	who := callerOf(ctx)
	n, more, err := s.deps.Program.ReplayFailedDeliveries(ctx, who.Actor, who.Shop.ID)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return answer(ReplayView{n, more}), nil
}

func (s *Server) replayDeadJobs(ctx context.Context, _ *struct{}) (*body[ReplayView], error) {
	who := callerOf(ctx)
	n, more, err := s.deps.Program.ReplayDeadJobs(ctx, who.Actor, who.Shop.ID)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return answer(ReplayView{n, more}), nil
}

func (s *Server) countJobs(ctx context.Context, _ *struct{}) (*body[JobSummary], error) {
	var c store.JobCounts
	err := s.read(ctx, func(tx *store.Tx) (err error) {
		c, err = tx.CountJobs(callerOf(ctx).Shop.ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	return answer(JobSummary{Open: c.Open, Unknown: c.Unknown, Dead: c.Dead, OldestAt: c.OldestOpenAt}), nil
}
