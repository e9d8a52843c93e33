package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
)

func (s *Server) adminSegments(api huma.API) {
	get(api, "/segments/registered-only/count", "How many registered and never bought, and how many of them a mailing may reach", s.countRegisteredOnly)
	post(api, "/segments/registered-only/mailing", "Begin to send those of them who agreed a mail, with a voucher if wanted; it goes on by itself", s.mailRegisteredOnly)
	post(api, "/newsletter-codes", "Begin to make an own code of a voucher for everybody on the newsletter's list; it goes on by itself", s.giveSubscribers)
	get(api, "/mailings", "Mailings, or makings of codes for the newsletter, newest first", s.listMailings)
	get(api, "/mailings/{id}", "One, and how far it is", s.getMailing)
	post(api, "/mailings/{id}/cancel", "Stop; mails that are owed already go out, codes that were made stay", s.cancelMailing)
	aside(api, http.MethodGet, "/mailings/{id}/codes.csv", "Addresses with their own codes, for the newsletter tool", s.mailingCodes)
}

func (s *Server) countRegisteredOnly(ctx context.Context, _ *struct{}) (*body[program.SegmentCount], error) {
	c, err := s.deps.Program.CountRegisteredOnly(ctx, callerOf(ctx).Shop)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return answer(c), nil
}

// MailingView is work that reaches many people, and how far it is.
type MailingView struct {
	ID         loyalty.ID `json:"id"`
	Kind       string     `json:"kind" enum:"mailing,gifts" doc:"mailing = to who registered and never bought; gifts = own codes for the newsletter's readers"`
	State      string     `json:"state" enum:"running,done,cancelled,failed"`
	Name       string     `json:"name"`
	VoucherID  loyalty.ID `json:"voucher_id,omitempty"`
	Voucher    string     `json:"voucher,omitempty"`
	Total      int64      `json:"total" doc:"people when it began"`
	Done       int64      `json:"done" doc:"people who were looked at"`
	Given      int64      `json:"given" doc:"mails that are owed or out; codes that were made"`
	LeftOut    int64      `json:"left_out" doc:"no consent to advertising, or no address that takes mails"`
	Already    int64      `json:"already" doc:"have a mail of this name, or a code of the voucher"`
	Reason     string     `json:"reason,omitempty" doc:"why it failed: voucher_ended"`
	HasCodes   bool       `json:"has_codes" doc:"whether addresses and codes can be downloaded"`
	CreatedBy  string     `json:"created_by"`
	CreatedAt  int64      `json:"created_at" doc:"Unix milliseconds"`
	FinishedAt int64      `json:"finished_at,omitempty"`
}

func viewMailing(m program.Mailing) MailingView {
	i := m.Row
	v := MailingView{ID: i.ID, Kind: string(i.Kind), State: string(i.State), Name: i.FileName, VoucherID: i.TemplateID, Voucher: m.Voucher, Given: i.OK, LeftOut: i.Failed, Already: i.Duplicates,
		Done: i.OK + i.Failed + i.Duplicates, Reason: i.Reason, HasCodes: i.Kind == store.ImportGifts && i.OK+i.Duplicates > 0, CreatedBy: i.CreatedBy, CreatedAt: i.CreatedAt, FinishedAt: i.FinishedAt}
	v.Total = max(i.Total, v.Done)
	return v
}

// mailingOr answers with a mailing or the refusal.
func (s *Server) mailingOr(ctx context.Context) func(program.Mailing, error) (*body[MailingView], error) {
	return func(m program.Mailing, err error) (*body[MailingView], error) {
		if err != nil {
			return nil, s.fail(ctx, err)
		}
		return answer(viewMailing(m)), nil
	}
}

type beginMailing struct {
	Body struct {
		Template loyalty.ID `json:"template,omitempty" doc:"a voucher: everybody gets an own code of it; missing = a mail without one"`
		Key      string     `json:"key" minLength:"1" maxLength:"60" doc:"name of the mailing: nobody gets two of one name"`
	}
}

func (s *Server) mailRegisteredOnly(ctx context.Context, in *beginMailing) (*body[MailingView], error) {
	who := callerOf(ctx)
	return s.mailingOr(ctx)(s.deps.Program.MailRegisteredOnly(ctx, who.Actor, who.Shop, program.NewMailing{Template: in.Body.Template, Name: in.Body.Key}))
}

type giveSubscribers struct {
	Body struct {
		Template loyalty.ID `json:"template" doc:"the voucher"`
		Key      string     `json:"key" minLength:"1" maxLength:"60" doc:"what the merchant calls it"`
		Again    bool       `json:"again,omitempty" doc:"one more code for readers who have one of this voucher; otherwise they keep that one"`
	}
}

func (s *Server) giveSubscribers(ctx context.Context, in *giveSubscribers) (*body[MailingView], error) {
	who := callerOf(ctx)
	return s.mailingOr(ctx)(s.deps.Program.GiveSubscribers(ctx, who.Actor, who.Shop, program.NewMailing{Template: in.Body.Template, Name: in.Body.Key, Again: in.Body.Again}))
}

type mailingsQuery struct {
	PageQuery
	Kind string `query:"kind" required:"true" enum:"mailing,gifts"`
}

func (s *Server) listMailings(ctx context.Context, q *mailingsQuery) (*body[page[MailingView]], error) {
	before, err := q.before()
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	rows, err := s.deps.Program.Mailings(ctx, callerOf(ctx).Shop, store.ImportKind(q.Kind), before, q.Limit+1)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return pageOf(rows, q.Limit, viewMailing, func(m program.Mailing) string { return m.Row.ID.String() }), nil
}

func (s *Server) getMailing(ctx context.Context, in *idPath) (*body[MailingView], error) {
	return s.mailingOr(ctx)(s.deps.Program.MailingOf(ctx, callerOf(ctx).Shop, in.ID.ID))
}

func (s *Server) cancelMailing(ctx context.Context, in *idPath) (*body[MailingView], error) {
	who := callerOf(ctx)
	return s.mailingOr(ctx)(s.deps.Program.CancelMailing(ctx, who.Actor, who.Shop, in.ID.ID))
}

func (s *Server) mailingCodes(ctx context.Context, in *idPath) (*fileAnswer, error) {
	who := callerOf(ctx)
	var csv table
	csv.row("email", "language", "code", "link", "valid_until")
	err := s.deps.Program.EachGift(ctx, who.Actor, who.Shop, in.ID.ID, func(g program.Gift) {
		csv.row(g.Email, g.Locale, g.Code, g.Link, stampOf(g.EndsAt))
	})
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return fileOf("text/csv; charset=utf-8", "newsletter-codes.csv", csv.bytes()), nil
}
