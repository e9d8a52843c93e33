package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"zugabe/app/program"
)

func (s *Server) adminVoucherReports(api huma.API) {
	get(api, "/vouchers/{id}/report", "How a voucher went, against the time before and members who did not use it", s.voucherReport)
	get(api, "/reports/vouchers", "All vouchers compared over a period", s.voucherReports)
}

type voucherReportQuery struct {
	ID idParam `path:"id"`
	PeriodQuery
}

func (s *Server) voucherReport(ctx context.Context, q *voucherReportQuery) (*body[program.CampaignReport], error) {
	of, err := q.period()
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	report, err := s.deps.Program.VoucherReport(ctx, callerOf(ctx).Shop, q.ID.ID, of)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return answer(report), nil
}

func (s *Server) voucherReports(ctx context.Context, q *PeriodQuery) (*body[program.CampaignList], error) {
	of, err := q.period()
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	list, err := s.deps.Program.VoucherReports(ctx, callerOf(ctx).Shop, of)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return answer(list), nil
}
