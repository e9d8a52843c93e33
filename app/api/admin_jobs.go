package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"zugabe/app/loyalty"
	"zugabe/app/store"
)

var jobStates = map[string]store.JobState{"due": store.JobDue, "done": store.JobDone, "dead": store.JobDead, "unknown": store.JobUnknown}

func jobStateName(state store.JobState) string {
	for name, s := range jobStates {
		if s == state {
			return name
		}
	}
	return "unknown"
}

// JobView is a call that we owe the host.
type JobView struct {
	ID        loyalty.ID `json:"id"`
	Kind      string     `json:"kind"`
	Key       string     `json:"key"`
	State     string     `json:"state" enum:"due,done,dead,unknown"`
	Attempts  int64      `json:"attempts"`
	Reason    string     `json:"reason,omitempty"`
	NextAt    int64      `json:"next_at,omitempty" doc:"Unix milliseconds"`
	CreatedAt int64      `json:"created_at" doc:"Unix milliseconds"`
	DoneAt    int64      `json:"done_at,omitempty" doc:"Unix milliseconds"`
}

func viewJob(j store.Job) JobView {
	return JobView{
		ID: j.ID, Kind: string(j.Kind), Key: j.Key, State: jobStateName(j.State), Attempts: j.Attempts,
		Reason: j.Reason, NextAt: j.NextAt, CreatedAt: j.CreatedAt, DoneAt: j.DoneAt,
	}
}

type jobsQuery struct {
	PageQuery
	State string `query:"state" enum:"due,done,dead,unknown"`
}

func (s *Server) adminJobs(api huma.API) {
	get(api, "/jobs", "List calls we owe the host", s.listJobs)
	get(api, "/jobs/{id}", "One job", s.getJob)
	post(api, "/jobs/{id}/replay", "Try a job that was given up again", s.replayJob)
}

func (s *Server) listJobs(ctx context.Context, q *jobsQuery) (*body[page[JobView]], error) {
	before, err := q.before()
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	filter := store.JobFilter{Before: before, Limit: q.Limit + 1}
	if q.State != "" {
		filter.States = []store.JobState{jobStates[q.State]}
	}
	var rows []store.Job
	err = s.read(ctx, func(tx *store.Tx) (err error) {
		rows, err = tx.ListJobs(callerOf(ctx).Shop.ID, filter)
		return err
	})
	if err != nil {
		return nil, err
	}
	return pageOf(rows, q.Limit, viewJob, func(j store.Job) string { return j.ID.String() }), nil
}

func (s *Server) getJob(ctx context.Context, in *idPath) (*body[JobView], error) {
	var view JobView
	err := s.read(ctx, func(tx *store.Tx) error {
		j, found, err := tx.JobByID(callerOf(ctx).Shop.ID, in.ID.ID)
		if err == nil && !found {
			err = loyalty.NotFound("job")
		}
		view = viewJob(j)
		return err
	})
	if err != nil {
		return nil, err
	}
	return answer(view), nil
}

func (s *Server) replayJob(ctx context.Context, in *idPath) (*struct{}, error) {
	who := callerOf(ctx)
	if err := s.deps.Program.ReplayJob(ctx, who.Actor, who.Shop.ID, in.ID.ID); err != nil {
		return nil, s.fail(ctx, err)
	}
	return nil, nil
}
