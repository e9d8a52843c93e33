package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"zugabe/app/program"
)

func (s *Server) adminSegments(api huma.API) {
	get(api, "/segments/registered-only/count", "How many registered and never bought, and how many of them a mailing may reach", s.countRegisteredOnly)
}

func (s *Server) countRegisteredOnly(ctx context.Context, _ *struct{}) (*body[program.SegmentCount], error) {
	c, err := s.deps.Program.CountRegisteredOnly(ctx, callerOf(ctx).Shop)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return answer(c), nil
}
