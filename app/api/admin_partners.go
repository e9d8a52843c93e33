package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
)

func (s *Server) adminPartners(api huma.API) {
	get(api, "/partners", "Partners, newest first", s.listPartners)
	post(api, "/partners", "Make a member, or whoever has an address, a partner and send the way in", s.invitePartner)
	get(api, "/partners/{id}", "One partner with the place in the tree", s.getPartner)
	put(api, "/partners/{id}", "Approve, pause or describe a partner", s.savePartner)
	post(api, "/partners/{id}/move", "Put a partner, with all below, under another one", s.movePartner)
	post(api, "/partners/{id}/invite", "Send the way in again", s.reinvitePartner)
	get(api, "/partners/{id}/downline", "One level of the members below a partner", s.partnerDownline)
	get(api, "/partners/{id}/report", "What a partner brought", s.partnerReport)
	get(api, "/partners/{id}/commissions", "A partner's commissions of one month", s.partnerStatement)
	post(api, "/partners/{id}/commissions/pay", "Mark what is due of a month as paid", s.payPartner)
	get(api, "/partners/{id}/commissions.csv", "A partner's commissions of one month as CSV", s.partnerStatementCSV)
	get(api, "/commissions", "All partners' commissions of one month", s.allCommissions)
	get(api, "/partner-settings", "The choices for partners", s.partnerSettings)
	put(api, "/partner-settings", "Change the choices for partners, or switch the module", s.putPartnerSettings)
	get(api, "/members/{id}/attribution", "Whose customer a member is, and why", s.memberAttribution)
	put(api, "/members/{id}/sponsor", "Put a customer into a partner's first line, or out of it", s.moveSponsor)
	get(api, "/members/{id}/contact-log", "Which partner saw which contact data of a member", s.contactLog)
	get(api, "/partner-checks", "Customers who look like the partner by whose code they bought, newest first", s.listPartnerChecks)
	post(api, "/partner-checks/{id}/decision", "Pay commissions for such a customer, or refuse them", s.decidePartnerCheck)
	get(api, "/appeals", "Partners' claims, newest first", s.listAppeals)
	post(api, "/appeals/{id}/decision", "Give the customer to the partner who appealed, or say no", s.decideAppeal)
	get(api, "/segments/registered-only", "Members who registered and never bought, newest first", s.registeredOnly)
	get(api, "/segments/registered-only/export.csv", "The same as CSV", s.exportRegisteredOnly)
}

type partnersQuery struct {
	PageQuery
	State   string  `query:"state" enum:"invited,active,paused" doc:"missing = all"`
	Search  string  `query:"q" maxLength:"100" doc:"beginning of an e-mail address or a last name, or a code"`
	Sponsor idParam `query:"sponsor" doc:"only those directly below this partner"`
}

func (s *Server) listPartners(ctx context.Context, q *partnersQuery) (*body[page[program.PartnerCard]], error) {
	before, err := q.before()
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	rows, err := s.deps.Program.Partners(ctx, callerOf(ctx).Shop, program.PartnerQuery{State: store.PartnerState(q.State), Search: q.Search, Sponsor: q.Sponsor.ID, Before: before, Limit: q.Limit + 1})
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return pageOf(rows, q.Limit, same[program.PartnerCard], func(c program.PartnerCard) string { return c.ID.String() }), nil
}

func same[T any](v T) T { return v }

type invitePartner struct {
	Body struct {
		MemberID  loyalty.ID `json:"member_id,omitempty" doc:"a member, or"`
		Email     string     `json:"email,omitempty" maxLength:"254" doc:"an address"`
		FirstName string     `json:"first_name,omitempty" maxLength:"100"`
		LastName  string     `json:"last_name,omitempty" maxLength:"100"`
		Language  string     `json:"language,omitempty" enum:"en,de,da,pl,it" doc:"of the mail; missing = the member's, else the shop's"`
		SponsorID loyalty.ID `json:"sponsor_id,omitempty" doc:"the partner above; missing = the sponsor whom the member has, else the top"`
		HostName  string     `json:"host_name,omitempty" maxLength:"40" doc:"name of the own storefront"`
		Notes     string     `json:"notes,omitempty" maxLength:"1000"`
		Approved  bool       `json:"approved,omitempty" doc:"active at once, not only after the first sign-in"`
	}
}

func (s *Server) invitePartner(ctx context.Context, in *invitePartner) (*body[program.PartnerDetail], error) {
	who, b := callerOf(ctx), in.Body
	return s.partnerOr(ctx)(s.deps.Program.InvitePartner(ctx, who.Actor, who.Shop, program.Invitation{MemberID: b.MemberID, Email: b.Email, FirstName: b.FirstName,
		LastName: b.LastName, Locale: b.Language, SponsorID: b.SponsorID, HostName: b.HostName, Notes: b.Notes, Approved: b.Approved}))
}

// partnerOr answers with a partner or the refusal.
func (s *Server) partnerOr(ctx context.Context) func(program.PartnerDetail, error) (*body[program.PartnerDetail], error) {
	return func(d program.PartnerDetail, err error) (*body[program.PartnerDetail], error) {
		if err != nil {
			return nil, s.fail(ctx, err)
		}
		return answer(d), nil
	}
}

func (s *Server) getPartner(ctx context.Context, in *idPath) (*body[program.PartnerDetail], error) {
	return s.partnerOr(ctx)(s.deps.Program.Partner(ctx, callerOf(ctx).Shop, in.ID.ID))
}

type savePartner struct {
	ID   idParam `path:"id"`
	Body struct {
		State    store.PartnerState `json:"state" enum:"invited,active,paused"`
		HostName string             `json:"host_name,omitempty" maxLength:"40"`
		Notes    string             `json:"notes,omitempty" maxLength:"1000"`
	}
}

func (s *Server) savePartner(ctx context.Context, in *savePartner) (*body[program.PartnerDetail], error) {
	who := callerOf(ctx)
	return s.partnerOr(ctx)(s.deps.Program.SavePartner(ctx, who.Actor, who.Shop, in.ID.ID, program.PartnerChange(in.Body)))
}

type movePartner struct {
	ID   idParam `path:"id"`
	Body struct {
		SponsorID loyalty.ID `json:"sponsor_id,omitempty" doc:"the partner above; missing = the top"`
		Note      string     `json:"note" minLength:"3" maxLength:"500" doc:"why; both partners can read it"`
	}
}

func (s *Server) movePartner(ctx context.Context, in *movePartner) (*body[program.PartnerDetail], error) {
	who := callerOf(ctx)
	return s.partnerOr(ctx)(s.deps.Program.MovePartner(ctx, who.Actor, who.Shop, program.Move{ID: in.ID.ID, To: in.Body.SponsorID, Note: in.Body.Note}))
}

func (s *Server) reinvitePartner(ctx context.Context, in *idPath) (*struct{}, error) {
	who := callerOf(ctx)
	if err := s.deps.Program.ReinvitePartner(ctx, who.Actor, who.Shop, in.ID.ID); err != nil {
		return nil, s.fail(ctx, err)
	}
	return nil, nil
}

type downlineQuery struct {
	ID idParam `path:"id"`
	LineQuery
}

// LineQuery names one level of a downline.
type LineQuery struct {
	PageQuery
	Level int  `query:"level" minimum:"1" maximum:"40" default:"1" doc:"1 = the first line"`
	New   bool `query:"new" doc:"only who has bought nothing yet"`
}

func (s *Server) partnerDownline(ctx context.Context, q *downlineQuery) (*body[page[program.LinePerson]], error) {
	return s.downline(ctx, q.ID.ID, q.LineQuery, s.deps.Program.DownlineForStaff)
}

type lineOf func(ctx context.Context, shop loyalty.Shop, top loyalty.ID, l store.LineList) ([]program.LinePerson, error)

func (s *Server) downline(ctx context.Context, top loyalty.ID, q LineQuery, line lineOf) (*body[page[program.LinePerson]], error) {
	before, err := q.before()
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	rows, err := line(ctx, callerOf(ctx).Shop, top, store.LineList{Level: q.Level, New: q.New, Before: before, Limit: q.Limit + 1})
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return pageOf(rows, q.Limit, same[program.LinePerson], func(p program.LinePerson) string { return p.ID.String() }), nil
}

type partnerReportQuery struct {
	ID    idParam `path:"id"`
	From  string  `query:"from" maxLength:"10" doc:"first day, YYYY-MM-DD; missing = 30 days up to until"`
	Until string  `query:"until" maxLength:"10" doc:"last day, inclusive; missing = today"`
}

func (s *Server) partnerReport(ctx context.Context, q *partnerReportQuery) (*body[program.PartnerReport], error) {
	from, err := dayOrNone("from", q.From)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	until, err := dayOrNone("until", q.Until)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	r, err := s.deps.Program.PartnerReport(ctx, callerOf(ctx).Shop, q.ID.ID, from, until)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return answer(r), nil
}

func dayOrNone(field, text string) (loyalty.LocalDate, error) {
	if text == "" {
		return loyalty.LocalDate{}, nil
	}
	day, err := loyalty.ParseDate(text)
	if err != nil {
		err = loyalty.Invalid(field, "must be YYYY-MM-DD")
	}
	return day, err
}

func (s *Server) memberAttribution(ctx context.Context, in *idPath) (*body[program.Attribution], error) {
	return s.attributionOr(ctx)(s.deps.Program.AttributionOf(ctx, callerOf(ctx).Shop, in.ID.ID))
}

// attributionOr answers with an attribution or the refusal.
func (s *Server) attributionOr(ctx context.Context) func(program.Attribution, error) (*body[program.Attribution], error) {
	return func(a program.Attribution, err error) (*body[program.Attribution], error) {
		if err != nil {
			return nil, s.fail(ctx, err)
		}
		return answer(a), nil
	}
}

type moveSponsor struct {
	ID   idParam `path:"id"`
	Body struct {
		PartnerID loyalty.ID `json:"partner_id,omitempty" doc:"missing = nobody's customer"`
		Note      string     `json:"note" minLength:"3" maxLength:"500" doc:"why; the partners can read it"`
	}
}

func (s *Server) moveSponsor(ctx context.Context, in *moveSponsor) (*body[program.Attribution], error) {
	who := callerOf(ctx)
	return s.attributionOr(ctx)(s.deps.Program.MoveMember(ctx, who.Actor, who.Shop, program.Move{ID: in.ID.ID, To: in.Body.PartnerID, Note: in.Body.Note}))
}

// ContactLogView says who saw which contact data of a member (S0-51).
type ContactLogView struct {
	Items []program.ContactSeen `json:"items" doc:"newest first"`
}

func (s *Server) contactLog(ctx context.Context, in *idPath) (*body[ContactLogView], error) {
	rows, err := s.deps.Program.ContactLog(ctx, callerOf(ctx).Shop, in.ID.ID)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return answer(ContactLogView{Items: rows}), nil
}

type appealsQuery struct {
	PageQuery
	State string `query:"state" enum:"open,upheld,dismissed" doc:"missing = all"`
}

func (s *Server) listAppeals(ctx context.Context, q *appealsQuery) (*body[page[program.AppealView]], error) {
	before, err := q.before()
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	rows, err := s.deps.Program.Appeals(ctx, callerOf(ctx).Shop, q.State, before, q.Limit+1)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return pageOf(rows, q.Limit, same[program.AppealView], func(a program.AppealView) string { return a.ID.String() }), nil
}

type decideAppeal struct {
	ID   idParam `path:"id"`
	Body struct {
		Uphold bool   `json:"uphold" doc:"true: the customer moves to the partner who appealed"`
		Answer string `json:"answer" minLength:"3" maxLength:"500" doc:"the partner reads it"`
	}
}

func (s *Server) decideAppeal(ctx context.Context, in *decideAppeal) (*struct{}, error) {
	who := callerOf(ctx)
	if err := s.deps.Program.DecideAppeal(ctx, who.Actor, who.Shop, program.AppealDecision{ID: in.ID.ID, Uphold: in.Body.Uphold, Answer: in.Body.Answer}); err != nil {
		return nil, s.fail(ctx, err)
	}
	return nil, nil
}
