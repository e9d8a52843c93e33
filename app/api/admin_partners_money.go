package api

import (
	"context"
	"strconv"

	"zugabe/app/loyalty"
	"zugabe/app/program"
)

// PartnerSettingsView are the merchant's choices for partners.
type PartnerSettingsView struct {
	program.PartnerSettings
	Version int64 `json:"version"`
}

type savePartnerSettings struct {
	Body struct {
		program.PartnerSettings
		Version int64 `json:"version" doc:"as you have seen it"`
	}
}

func (s *Server) partnerSettings(ctx context.Context, _ *struct{}) (*body[PartnerSettingsView], error) {
	settings, err := s.deps.Program.PartnerSettingsOf(ctx, callerOf(ctx).Shop.ID)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return answer(PartnerSettingsView{settings, settings.Version}), nil
}

func (s *Server) putPartnerSettings(ctx context.Context, in *savePartnerSettings) (*body[PartnerSettingsView], error) {
	who := callerOf(ctx)
	settings, err := s.deps.Program.SavePartnerSettings(ctx, who.Actor, who.Shop, in.Body.Version, in.Body.PartnerSettings)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return answer(PartnerSettingsView{settings, settings.Version}), nil
}

// MonthQuery names a part of a month's commissions.
type MonthQuery struct {
	PageQuery
	Month string `query:"month" maxLength:"7" doc:"YYYY-MM; missing = this one"`
}

type statementQuery struct {
	ID idParam `path:"id"`
	MonthQuery
}

func (s *Server) statement(ctx context.Context, of loyalty.ID, q MonthQuery, staff bool) (*body[program.Statement], error) {
	before, err := q.before()
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	st, err := s.deps.Program.Statement(ctx, callerOf(ctx).Shop, program.StatementQuery{Partner: of, Month: q.Month, Before: before, Limit: q.Limit, Staff: staff})
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return answer(st), nil
}

func (s *Server) partnerStatement(ctx context.Context, q *statementQuery) (*body[program.Statement], error) {
	if _, err := s.deps.Program.Partner(ctx, callerOf(ctx).Shop, q.ID.ID); err != nil {
		return nil, s.fail(ctx, err)
	}
	return s.statement(ctx, q.ID.ID, q.MonthQuery, true)
}

func (s *Server) allCommissions(ctx context.Context, q *MonthQuery) (*body[program.Statement], error) {
	return s.statement(ctx, 0, *q, true)
}

type monthCSVQuery struct {
	ID    idParam `path:"id"`
	Month string  `query:"month" maxLength:"7" doc:"YYYY-MM; missing = this one"`
}

func (s *Server) partnerStatementCSV(ctx context.Context, q *monthCSVQuery) (*fileAnswer, error) {
	if _, err := s.deps.Program.Partner(ctx, callerOf(ctx).Shop, q.ID.ID); err != nil {
		return nil, s.fail(ctx, err)
	}
	return s.statementCSV(ctx, q.ID.ID, q.Month, true)
}

func (s *Server) statementCSV(ctx context.Context, of loyalty.ID, month string, staff bool) (*fileAnswer, error) {
	var csv table
	csv.row("order", "placed_at", "person", "level", "base", "rate_percent", "commission", "paid", "currency", "state", "due_at")
	q := program.StatementQuery{Partner: of, Month: month, Limit: 1000, Staff: staff}
	for more := true; more; {
		st, err := s.deps.Program.Statement(ctx, callerOf(ctx).Shop, q)
		if err != nil {
			return nil, s.fail(ctx, err)
		}
		for _, r := range st.Items {
			csv.row(r.Order, stampOf(r.At), r.Person, strconv.FormatInt(r.Level, 10), plainMinor(r.BaseMinor), plainMinor(r.RateBP), plainMinor(r.Minor), plainMinor(r.PaidMinor),
				string(r.Currency), r.State, stampOf(r.DueAt))
			q.Before = r.ID
		}
		more = st.Next != ""
	}
	return fileOf("text/csv; charset=utf-8", "commissions.csv", csv.bytes()), nil
}

// plainMinor is hundredths as programs read them: 12.34.
func plainMinor(n int64) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	return sign + strconv.FormatInt(n/100, 10) + "." + strconv.FormatInt(n%100+100, 10)[1:]
}

type payPartner struct {
	ID   idParam `path:"id"`
	Body struct {
		Month string `json:"month,omitempty" maxLength:"7" doc:"YYYY-MM; missing = this one"`
	}
}

// PaidView says what was marked as paid.
type PaidView struct {
	Minor int64 `json:"minor" doc:"paid by this; negative where refunds of what was paid earlier outweigh it"`
}

func (s *Server) payPartner(ctx context.Context, in *payPartner) (*body[PaidView], error) {
	who := callerOf(ctx)
	sum, err := s.deps.Program.PayCommissions(ctx, who.Actor, who.Shop, in.ID.ID, in.Body.Month)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return answer(PaidView{Minor: sum}), nil
}

type segmentQuery struct {
	PageQuery
	Consent bool `query:"consent" doc:"only who agreed to advertising"`
}

func (s *Server) registeredOnly(ctx context.Context, q *segmentQuery) (*body[page[program.RegisteredOnly]], error) {
	before, err := q.before()
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	rows, err := s.deps.Program.RegisteredOnly(ctx, callerOf(ctx).Shop, q.Consent, before, q.Limit+1)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return pageOf(rows, q.Limit, same[program.RegisteredOnly], func(r program.RegisteredOnly) string { return r.ID.String() }), nil
}

type exportSegmentQuery struct {
	Consent bool `query:"consent" doc:"only who agreed to advertising"`
}

func (s *Server) exportRegisteredOnly(ctx context.Context, q *exportSegmentQuery) (*fileAnswer, error) {
	who := callerOf(ctx)
	var csv table
	csv.row("email", "first_name", "last_name", "language", "registered_at", "consent", "sponsor")
	err := s.deps.Program.EachRegisteredOnly(ctx, who.Actor, who.Shop, q.Consent, func(r program.RegisteredOnly) {
		csv.row(r.Email, r.FirstName, r.LastName, r.Locale, stampOf(r.RegisteredAt), strconv.FormatBool(r.Consent), r.Sponsor)
	})
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return fileOf("text/csv; charset=utf-8", "registered-only.csv", csv.bytes()), nil
}
