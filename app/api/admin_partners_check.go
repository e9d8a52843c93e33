package api

import (
	"context"

	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
)

type partnerChecksQuery struct {
	PageQuery
	State   string `query:"state" enum:"held,cleared,refused" doc:"missing = all"`
	Partner string `query:"partner" maxLength:"20" doc:"id of a partner; missing = of all"`
}

func (s *Server) listPartnerChecks(ctx context.Context, q *partnerChecksQuery) (*body[page[program.CustomerCheck]], error) {
	before, err := q.before()
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	list := store.PartnerCheckList{State: store.PartnerCheckState(q.State), Before: before, Limit: q.Limit + 1}
	if q.Partner != "" {
		if list.PartnerID, err = loyalty.ParseID(q.Partner); err != nil {
			return nil, s.fail(ctx, loyalty.Invalid("partner", "is no id"))
		}
	}
	var rows []program.CustomerCheck
	err = s.read(ctx, func(tx *store.Tx) (err error) {
		rows, err = s.deps.Program.CustomerChecks(tx, callerOf(ctx).Shop, list)
		return err
	})
	if err != nil {
		return nil, err
	}
	return pageOf(rows, q.Limit, same[program.CustomerCheck], func(c program.CustomerCheck) string { return c.ID.String() }), nil
}

type decidePartnerCheck struct {
	ID   idParam `path:"id"`
	Body struct {
		Accept bool   `json:"accept" doc:"true = commissions go on as if they had not waited; false = nothing is paid for this customer"`
		Note   string `json:"note,omitempty" maxLength:"500" doc:"why; needed to refuse"`
	}
}

func (s *Server) decidePartnerCheck(ctx context.Context, in *decidePartnerCheck) (*struct{}, error) {
	who := callerOf(ctx)
	if err := s.deps.Program.DecideCustomer(ctx, who.Actor, who.Shop, program.HeldCustomer{ID: in.ID.ID, Accept: in.Body.Accept, Note: in.Body.Note}); err != nil {
		return nil, s.fail(ctx, err)
	}
	return nil, nil
}
