package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"zugabe/app/loyalty"
	"zugabe/app/program"
)

func (s *Server) deskRoutes(api huma.API) {
	remove(api, "/session", "Close the desk", s.closeDesk)
	get(api, "/me", "The desk's first page", s.deskHome)
	get(api, "/vouchers", "Vouchers from which own codes can be made", s.deskVouchers)
	get(api, "/codes", "Own codes, newest first", s.deskCodes)
	post(api, "/codes", "Make an own code", s.makeDeskCode)
	post(api, "/codes/check", "Whether a text can be had as a code, with free ones like it", s.checkDeskCode)
	post(api, "/codes/{id}/state", "Stop an own code, or let it work again", s.setDeskCode)
	get(api, "/codes/{id}/share", "Text, link and QR code to pass an own code on", s.shareDeskCode)
	get(api, "/codes/{id}/qr.png", "The QR code as a picture", s.deskQR)
	get(api, "/downline", "One level of the members below", s.deskDownline)
	get(api, "/new-customers", "Registered in the own first line and not bought yet, newest first", s.deskLeads)
	post(api, "/new-customers/{id}/contact", "Look at the released contact data; it is noted", s.lookAtLead)
	put(api, "/new-customers/{id}", "Note what became of a new customer", s.workOnLead)
	get(api, "/commissions", "Own commissions of one month", s.deskCommissions)
	get(api, "/commissions.csv", "Own commissions of one month as CSV", s.deskCommissionsCSV)
	get(api, "/attribution/{id}", "Whose customer somebody is, and why", s.deskAttribution)
	post(api, "/attribution/{id}/appeal", "Say that the customer is yours; the shop decides", s.deskAppeal)
}

func (s *Server) deskHome(ctx context.Context, _ *struct{}) (*body[program.DeskHome], error) {
	who := callerOf(ctx)
	home, err := s.deps.Program.DeskHome(ctx, who.Shop, who.Partner)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	home.CSRF = who.CSRF
	return answer(home), nil
}

// LocaleQuery names a language.
// LocaleQuery says in which language texts are asked for.
type LocaleQuery struct {
	Locale string `query:"locale" maxLength:"20" doc:"missing = the partner's own"`
}

// DeskVoucherList lists vouchers for partners.
type DeskVoucherList struct {
	Items []program.DeskVoucher `json:"items"`
}

func (s *Server) deskVouchers(ctx context.Context, q *LocaleQuery) (*body[DeskVoucherList], error) {
	list, err := s.deps.Program.DeskVouchers(ctx, callerOf(ctx).Shop, q.Locale)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return answer(DeskVoucherList{Items: list}), nil
}

// DeskCodeList lists own codes.
type DeskCodeList struct {
	Items []program.DeskCode `json:"items"`
}

func (s *Server) deskCodes(ctx context.Context, q *LocaleQuery) (*body[DeskCodeList], error) {
	who := callerOf(ctx)
	list, err := s.deps.Program.DeskCodes(ctx, who.Shop, who.Partner, q.Locale)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	if list == nil {
		list = []program.DeskCode{}
	}
	return answer(DeskCodeList{Items: list}), nil
}

type makeDeskCode struct {
	Body struct {
		Text    string     `json:"text" minLength:"1" maxLength:"60" doc:"letters, digits and hyphens"`
		Voucher loyalty.ID `json:"voucher"`
	}
}

// deskCodeOr answers with a code or the refusal.
func (s *Server) deskCodeOr(ctx context.Context) func(program.DeskCode, error) (*body[program.DeskCode], error) {
	return func(c program.DeskCode, err error) (*body[program.DeskCode], error) {
		if err != nil {
			return nil, s.fail(ctx, err)
		}
		return answer(c), nil
	}
}

func (s *Server) makeDeskCode(ctx context.Context, in *makeDeskCode) (*body[program.DeskCode], error) {
	who := callerOf(ctx)
	return s.deskCodeOr(ctx)(s.deps.Program.MakePartnerCode(ctx, who.Shop, who.Partner, in.Body.Voucher, in.Body.Text))
}

type checkDeskCode struct {
	Body struct {
		Text string `json:"text" minLength:"1" maxLength:"60"`
	}
}

func (s *Server) checkDeskCode(ctx context.Context, in *checkDeskCode) (*body[program.CheckedCode], error) {
	c, err := s.deps.Program.CheckPartnerCode(ctx, callerOf(ctx).Shop, in.Body.Text)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return answer(c), nil
}

func (s *Server) setDeskCode(ctx context.Context, in *setCodeState) (*body[program.DeskCode], error) {
	who := callerOf(ctx)
	return s.deskCodeOr(ctx)(s.deps.Program.StopPartnerCode(ctx, who.Shop, who.Partner, in.ID.ID, in.Body.State == "stopped"))
}

type shareQuery struct {
	ID idParam `path:"id"`
	LocaleQuery
}

func (s *Server) shareDeskCode(ctx context.Context, q *shareQuery) (*body[program.Share], error) {
	who := callerOf(ctx)
	share, err := s.deps.Program.ShareCode(ctx, who.Shop, who.Partner, q.ID.ID, q.Locale)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return answer(share), nil
}

type pictureAnswer struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

func (s *Server) deskQR(ctx context.Context, q *idPath) (*pictureAnswer, error) {
	who := callerOf(ctx)
	share, err := s.deps.Program.ShareCode(ctx, who.Shop, who.Partner, q.ID.ID, "")
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	picture, err := program.QRPicture(share.Link, 1200)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return &pictureAnswer{ContentType: "image/png", Disposition: fileName(share.Code, ".png"), Body: picture}, nil
}

func (s *Server) deskDownline(ctx context.Context, q *LineQuery) (*body[page[program.LinePerson]], error) {
	return s.downline(ctx, callerOf(ctx).Partner, *q, s.deps.Program.Downline)
}

func (s *Server) deskLeads(ctx context.Context, q *PageQuery) (*body[page[program.Lead]], error) {
	before, err := q.before()
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	who := callerOf(ctx)
	rows, err := s.deps.Program.Leads(ctx, who.Shop, who.Partner, before, q.Limit+1)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return pageOf(rows, q.Limit, same[program.Lead], func(l program.Lead) string { return l.ID.String() }), nil
}

// leadOr answers with a new customer or the refusal.
func (s *Server) leadOr(ctx context.Context) func(program.Lead, error) (*body[program.Lead], error) {
	return func(l program.Lead, err error) (*body[program.Lead], error) {
		if err != nil {
			return nil, s.fail(ctx, err)
		}
		return answer(l), nil
	}
}

func (s *Server) lookAtLead(ctx context.Context, in *idPath) (*body[program.Lead], error) {
	who := callerOf(ctx)
	return s.leadOr(ctx)(s.deps.Program.LookAtLead(ctx, who.Shop, who.Partner, in.ID.ID))
}

type workOnLead struct {
	ID   idParam `path:"id"`
	Body struct {
		State    string `json:"state" enum:"open,contacted,waiting,done"`
		Note     string `json:"note,omitempty" maxLength:"500"`
		RemindAt int64  `json:"remind_at,omitempty" minimum:"0" doc:"Unix milliseconds; missing = never"`
	}
}

func (s *Server) workOnLead(ctx context.Context, in *workOnLead) (*body[program.Lead], error) {
	who := callerOf(ctx)
	return s.leadOr(ctx)(s.deps.Program.WorkOnLead(ctx, who.Shop, who.Partner, in.ID.ID, program.LeadChange(in.Body)))
}

func (s *Server) deskCommissions(ctx context.Context, q *MonthQuery) (*body[program.Statement], error) {
	return s.statement(ctx, callerOf(ctx).Partner, *q, false)
}

type deskMonthQuery struct {
	Month string `query:"month" maxLength:"7" doc:"YYYY-MM; missing = this one"`
}

func (s *Server) deskCommissionsCSV(ctx context.Context, q *deskMonthQuery) (*fileAnswer, error) {
	return s.statementCSV(ctx, callerOf(ctx).Partner, q.Month, false)
}

func (s *Server) deskAttribution(ctx context.Context, in *idPath) (*body[program.Attribution], error) {
	who := callerOf(ctx)
	return s.attributionOr(ctx)(s.deps.Program.AttributionFor(ctx, who.Shop, who.Partner, in.ID.ID))
}

type deskAppeal struct {
	ID   idParam `path:"id"`
	Body struct {
		Text string `json:"text" minLength:"3" maxLength:"1000" doc:"why; staff and you can read it"`
	}
}

func (s *Server) deskAppeal(ctx context.Context, in *deskAppeal) (*body[program.Attribution], error) {
	who := callerOf(ctx)
	return s.attributionOr(ctx)(s.deps.Program.Appeal(ctx, who.Shop, who.Partner, in.ID.ID, in.Body.Text))
}
