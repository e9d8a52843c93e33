package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
)

type movementsQuery struct {
	PageQuery
	What string `query:"what" enum:"issued,clawed_back,used,returned,expired,given,taken,written_off,moved" doc:"which figure of a report; missing = all"`
	Rule string `query:"rule" maxLength:"100" doc:"only of this earning rule"`
	From string `query:"from" format:"date" doc:"first day, by the shop's calendar, on which it was booked"`
	To   string `query:"to" format:"date" doc:"last day, inclusive"`
}

// MovementRow is an entry of somebody, in the shop's words.
type MovementRow struct {
	EntryRow
	MemberID loyalty.ID `json:"member_id"`
	Member   string     `json:"member,omitempty" doc:"name or e-mail address; missing = erased"`
}

func (s *Server) adminMovements(api huma.API) {
	get(api, "/movements", "What happened to the points of all members, newest first", s.listMovements)
}

func (s *Server) listMovements(ctx context.Context, q *movementsQuery) (*body[page[MovementRow]], error) {
	ask, err := q.query()
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	shop := callerOf(ctx).Shop
	rows, err := s.deps.Program.Movements(ctx, shop, ask)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	sources, owners := make([]string, len(rows)), make([]loyalty.ID, len(rows))
	for i, e := range rows {
		sources[i], owners[i] = e.Source, e.MemberID
	}
	names, err := s.ruleNames(ctx)
	if err != nil {
		return nil, err
	}
	numbers, err := s.orderNumbers(ctx, sources)
	if err != nil {
		return nil, err
	}
	var members map[loyalty.ID]loyalty.Member
	err = s.read(ctx, func(tx *store.Tx) (err error) {
		members, err = tx.MembersByID(shop.ID, owners)
		return err
	})
	if err != nil {
		return nil, err
	}
	row := func(e store.OwnedEntry) MovementRow {
		return MovementRow{EntryRow: viewEntryRow(e.Entry, names, numbers), MemberID: e.MemberID, Member: nameOf(members[e.MemberID])}
	}
	return pageOf(rows, q.Limit, row, func(e store.OwnedEntry) string { return e.ID.String() }), nil
}

// query reads the days; either may be missing.
func (q *movementsQuery) query() (m program.MovementQuery, err error) {
	m = program.MovementQuery{Metric: q.What, Rule: q.Rule, Limit: q.Limit + 1}
	if m.Before, err = q.before(); err != nil {
		return m, err
	}
	for _, day := range []struct {
		field, text string
		into        *loyalty.LocalDate
	}{{"from", q.From, &m.Of.From}, {"to", q.To, &m.Of.To}} {
		if day.text == "" {
			continue
		}
		if *day.into, err = loyalty.ParseDate(day.text); err != nil {
			return m, loyalty.Invalid(day.field, "must be a day as YYYY-MM-DD")
		}
	}
	return m, nil
}
