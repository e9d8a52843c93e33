package api

import (
	"context"
	"strconv"

	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
)

// MemberUseRow is an order of a customer with a voucher's code (S0-23).
type MemberUseRow struct {
	CodeUseView
	Number    string     `json:"number,omitempty" doc:"of the order, as people know it"`
	Code      string     `json:"code"`
	VoucherID loyalty.ID `json:"voucher_id"`
	Voucher   string     `json:"voucher" doc:"name of the voucher"`
	Issuer    string     `json:"issuer,omitempty" doc:"the partner it comes from; missing = the shop"`
}

func viewMemberUse(u program.UsedCode) MemberUseRow {
	return MemberUseRow{CodeUseView: viewUses([]store.CodeUse{u.Use})[0], Number: u.Number, Code: u.Card.Code.Code, VoucherID: u.Card.Code.TemplateID,
		Voucher: u.Card.Voucher, Issuer: u.Card.Issuer}
}

type memberUses struct {
	ID idParam `path:"id"`
	PageQuery
}

func (s *Server) memberUses(ctx context.Context, q *memberUses) (*body[page[MemberUseRow]], error) {
	at, id, err := parsePair(q.Cursor)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	used, err := s.deps.Program.CodesUsedBy(ctx, callerOf(ctx).Shop, store.UseList{MemberID: q.ID.ID, Before: at, BeforeID: id, Limit: q.Limit + 1})
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return pageOf(used, q.Limit, viewMemberUse, func(u program.UsedCode) string {
		return strconv.FormatInt(u.Use.UsedAt, 10) + "." + u.Use.CodeID.String()
	}), nil
}
