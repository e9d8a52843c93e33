package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"zugabe/app/loyalty"
	"zugabe/app/program"
)

// customersKept is how long, in milliseconds, a report that reads all orders of a
// period is kept.
const customersKept = 60_000

// PeriodQuery names days of the shop's calendar.
type PeriodQuery struct {
	From string `query:"from" required:"true" format:"date" doc:"first day, by the shop's calendar"`
	To   string `query:"to" required:"true" format:"date" doc:"last day, inclusive"`
}

type pointsQuery struct {
	PeriodQuery
	Step string `query:"step" enum:"day,week,month" default:"day"`
}

func (q PeriodQuery) period() (p program.Period, err error) {
	if p.From, err = loyalty.ParseDate(q.From); err != nil {
		return p, loyalty.Invalid("from", "must be a day as YYYY-MM-DD")
	}
	if p.To, err = loyalty.ParseDate(q.To); err != nil {
		return p, loyalty.Invalid("to", "must be a day as YYYY-MM-DD")
	}
	return p, nil
}

func (s *Server) adminReports(api huma.API) {
	get(api, "/reports/points", "Points issued, used, expired and held over a period", s.getPointsReport)
	get(api, "/reports/customers", "Who bought in a period, and who came again", s.getCustomersReport)
	s.adminVoucherReports(api)
	s.adminBookings(api)
	s.adminSegments(api)
}

func (s *Server) getPointsReport(ctx context.Context, q *pointsQuery) (*body[program.PointsReport], error) {
	of, err := q.period()
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	report, err := s.deps.Program.Points(ctx, callerOf(ctx).Shop, of, program.Step(q.Step))
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return answer(report), nil
}

func (s *Server) getCustomersReport(ctx context.Context, q *PeriodQuery) (*body[program.CustomersReport], error) {
	shop := callerOf(ctx).Shop
	key := shop.ID.String() + " " + q.From + " " + q.To
	if report, ok := s.customers.get(key); ok {
		return answer(report), nil
	}
	of, err := q.period()
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	report, err := s.deps.Program.Customers(ctx, shop, of)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	s.customers.put(key, report, customersKept)
	return answer(report), nil
}
