package api

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// CodeRow is a code of a voucher in a list.
type CodeRow struct {
	ID        loyalty.ID    `json:"id"`
	Code      string        `json:"code"`
	State     voucher.State `json:"state" enum:"pending,active,used,expired,void,lost"`
	Origin    string        `json:"origin" enum:"admin,api,partner,import,newsletter,rest"`
	VoucherID loyalty.ID    `json:"voucher_id"`
	Voucher   string        `json:"voucher" doc:"name of the voucher"`
	Version   int64         `json:"version" doc:"of the voucher's conditions that hold for this code"`
	MemberID  loyalty.ID    `json:"member_id,omitempty" doc:"FOR this customer only; missing = anybody"`
	Member    string        `json:"member,omitempty"`
	IssuerID  loyalty.ID    `json:"issuer_id,omitempty" doc:"FROM this partner; missing = the shop"`
	Issuer    string        `json:"issuer,omitempty"`
	BatchID   loyalty.ID    `json:"batch_id,omitempty"`
	Uses      int64         `json:"uses"`
	MaxUses   int64         `json:"max_uses,omitempty" doc:"missing = no limit"`
	StartsAt  int64         `json:"starts_at,omitempty" doc:"Unix milliseconds"`
	EndsAt    int64         `json:"ends_at,omitempty" doc:"Unix milliseconds; the first instant at which it no longer works"`
	CreatedAt int64         `json:"created_at" doc:"Unix milliseconds"`
}

// CodeUseView is an order that carried a code.
type CodeUseView struct {
	Order    string          `json:"order" doc:"the host's id of the order"`
	State    store.UseState  `json:"state" enum:"used,returned,extra" doc:"extra: the shop let it pass though no use was left; it counts nowhere"`
	Minor    int64           `json:"minor" doc:"discount the order got, minor units"`
	Flag     string          `json:"flag,omitempty" doc:"the condition that the shop let pass"`
	UsedAt   int64           `json:"used_at" doc:"Unix milliseconds"`
	MemberID loyalty.ID      `json:"member_id,omitempty"`
	CodeID   loyalty.ID      `json:"code_id"`
	Decision *program.UseDoc `json:"decision,omitempty"`
}

// CodeEvent is a line of a code's timeline.
type CodeEvent struct {
	At     int64  `json:"at" doc:"Unix milliseconds"`
	What   string `json:"what" example:"code.stopped"`
	By     string `json:"by"`
	Reason string `json:"reason,omitempty"`
	To     string `json:"to,omitempty" doc:"the partner whom the code's batch, or its part of it, was handed out to"`

	ImportID loyalty.ID `json:"import_id,omitempty" doc:"the import whose file, named as the reason, let a printed code work or was taken back"`
}

// CodeDetailView is a code with its conditions, uses and timeline.
type CodeDetailView struct {
	CodeRow
	Doc      voucher.Template `json:"doc" doc:"the conditions that hold for this code"`
	UsedIn   []CodeOrderView  `json:"used_in" doc:"newest first"`
	Timeline []CodeEvent      `json:"timeline" doc:"newest first"`
}

// MadeCodes are codes that were made just now.
type MadeCodes struct {
	Items []CodeRow `json:"items"`
}

// MemberCodesView are the codes of one address (S0-23).
type MemberCodesView struct {
	For  []CodeRow     `json:"for" doc:"made for the customer"`
	From []CodeRow     `json:"from" doc:"made by the customer as a partner"`
	Used []CodeUseView `json:"used" doc:"used by the customer"`
}

func viewCode(c program.CodeCard) CodeRow {
	return CodeRow{ID: c.Code.ID, Code: c.Code.Code, State: c.Code.State, Origin: c.Code.Origin, VoucherID: c.Code.TemplateID, Voucher: c.Voucher,
		Version: c.Code.TemplateVersion, MemberID: c.Code.MemberID, Member: c.Holder, IssuerID: c.Code.IssuerID, Issuer: c.Issuer, BatchID: c.Code.BatchID,
		Uses: c.Code.Uses, MaxUses: c.Code.MaxUses, StartsAt: c.Code.StartsAt, EndsAt: c.Code.ExpiresAt, CreatedAt: c.Code.CreatedAt}
}

func viewUses(uses []store.CodeUse) []CodeUseView {
	list := make([]CodeUseView, len(uses))
	for i, u := range uses {
		list[i] = CodeUseView{Order: u.SaleKey, State: u.State, Minor: u.Minor, Flag: u.Flag, UsedAt: u.UsedAt, MemberID: u.MemberID, CodeID: u.CodeID}
		var doc program.UseDoc
		if json.Unmarshal(u.Doc, &doc) == nil {
			list[i].Decision = &doc
		}
	}
	return list
}

func viewCodes(cards []program.CodeCard) []CodeRow {
	list := make([]CodeRow, len(cards))
	for i, c := range cards {
		list[i] = viewCode(c)
	}
	return list
}

func (s *Server) adminCodes(api huma.API) {
	post(api, "/vouchers/{id}/codes", "Make codes of a voucher", s.makeCodes)
	get(api, "/codes", "Codes of vouchers, newest first; with q in the order of their texts", s.listCodes)
	get(api, "/codes/{id}", "One code with its uses and its timeline", s.getCode)
	post(api, "/codes/{id}/state", "Stop a code, or let it work again", s.setCodeState)
	get(api, "/members/{id}/codes", "The codes of one customer: for, from and used by", s.memberCodes)
}

// CodesBody is what staff, partners' apps and other systems ask for.
type CodesBody struct {
	Texts    []string   `json:"texts,omitempty" maxItems:"1000" doc:"as people will read them; missing = generated ones"`
	Count    int        `json:"count,omitempty" minimum:"1" maximum:"1000" doc:"of generated ones; missing = 1"`
	Pattern  string     `json:"pattern,omitempty" maxLength:"64" doc:"of generated ones: # a digit, @ a letter, * either; missing = long and unguessable"`
	MaxUses  *int64     `json:"max_uses,omitempty" minimum:"0" maximum:"1000000000" doc:"0 = no limit; missing = as the voucher says"`
	MemberID loyalty.ID `json:"member_id,omitempty" doc:"FOR this customer only"`
	IssuerID loyalty.ID `json:"issuer_id,omitempty" doc:"FROM this partner"`
	StartsAt int64      `json:"starts_at,omitempty" minimum:"0" doc:"Unix milliseconds; missing = as the voucher says"`
	EndsAt   int64      `json:"ends_at,omitempty" minimum:"0" doc:"Unix milliseconds; missing = as the voucher says"`
}

func (b CodesBody) request(origin string) program.CodeRequest {
	r := program.CodeRequest{Texts: b.Texts, Count: b.Count, Pattern: b.Pattern, MaxUses: -1, MemberID: b.MemberID, IssuerID: b.IssuerID,
		Origin: origin, StartsAt: b.StartsAt, EndsAt: b.EndsAt}
	if b.MaxUses != nil {
		r.MaxUses = *b.MaxUses
	}
	return r
}

type makeCodes struct {
	Repeatable
	ID   idParam `path:"id"`
	Body CodesBody
}

func (s *Server) makeCodes(ctx context.Context, in *makeCodes) (*body[MadeCodes], error) {
	return perhapsOnce(ctx, s, asked("codes:"+in.ID.ID.String(), in.IdempotencyKey, in.Body), func() (*body[MadeCodes], error) {
		return s.madeCodes(ctx, in.ID.ID, in.Body.request(program.OriginAdmin))
	})
}

func (s *Server) madeCodes(ctx context.Context, template loyalty.ID, r program.CodeRequest) (*body[MadeCodes], error) {
	who := callerOf(ctx)
	made, err := s.deps.Program.MakeCodes(ctx, who.Actor, who.Shop, template, r)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	cards, err := s.deps.Program.CodeCards(ctx, who.Shop, made)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return answer(MadeCodes{Items: viewCodes(cards)}), nil
}

type codesQuery struct {
	PageQuery
	Search  string  `query:"q" maxLength:"200" doc:"the beginning of a code, or the e-mail address of the customer it is for"`
	Voucher idParam `query:"voucher"`
	Issuer  idParam `query:"issuer"`
	Own     bool    `query:"own" doc:"without the codes of partners"`
	Member  idParam `query:"member"`
	Batch   idParam `query:"batch"`
	Plain   bool    `query:"unprinted" doc:"without the codes of printed batches"`
	State   string  `query:"state" enum:"pending,active,used,expired,void,lost"`
}

func (s *Server) listCodes(ctx context.Context, q *codesQuery) (*body[page[CodeRow]], error) {
	ask := store.CodeList{TemplateID: q.Voucher.ID, IssuerID: q.Issuer.ID, Own: q.Own, MemberID: q.Member.ID, BatchID: q.Batch.ID, Unprinted: q.Plain, State: voucher.State(q.State), Limit: q.Limit + 1}
	var err error
	if ask.Before, err = q.before(); err != nil {
		return nil, s.fail(ctx, err)
	}
	cards, err := s.deps.Program.Codes(ctx, callerOf(ctx).Shop, q.Search, ask)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return pageOf(cards, q.Limit, viewCode, func(c program.CodeCard) string { return c.Code.ID.String() }), nil
}

func (s *Server) getCode(ctx context.Context, in *idPath) (*body[CodeDetailView], error) {
	d, err := s.deps.Program.Code(ctx, callerOf(ctx).Shop, in.ID.ID)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	orders, err := s.codeOrders(ctx, d.Uses)
	if err != nil {
		return nil, err
	}
	view := CodeDetailView{CodeRow: viewCode(d.CodeCard), Doc: d.Doc, UsedIn: orders, Timeline: []CodeEvent{}}
	for _, a := range d.Deeds {
		view.Timeline = append(view.Timeline, CodeEvent{At: a.At, What: a.Action, By: a.Actor, Reason: a.Reason})
	}
	for _, b := range d.Steps {
		view.Timeline = append(view.Timeline, CodeEvent{At: b.At, What: stepName(b), By: b.Actor, Reason: b.Reason, To: b.Partner})
	}
	for _, r := range d.Reads {
		what := "import.activate"
		if r.Undone {
			what = "import.undone"
		}
		view.Timeline = append(view.Timeline, CodeEvent{At: r.At, What: what, By: r.Actor, Reason: r.FileName, ImportID: r.ImportID})
	}
	slices.SortStableFunc(view.Timeline, func(a, b CodeEvent) int { return cmp.Compare(b.At, a.At) })
	view.Timeline = append(view.Timeline, CodeEvent{At: d.Code.CreatedAt, What: "code.made", By: d.Code.Origin})
	return answer(view), nil
}

// stepName is what the timeline calls a step of the code's batch.
func stepName(b program.BatchStep) string {
	if b.Kind == store.ImportHandout && b.PartnerID == 0 {
		return "batch.returned"
	}
	return "batch." + string(b.Kind)
}

type setCodeState struct {
	ID   idParam `path:"id"`
	Body struct {
		State string `json:"state" enum:"active,stopped"`
	}
}

func (s *Server) setCodeState(ctx context.Context, in *setCodeState) (*body[CodeRow], error) {
	who := callerOf(ctx)
	c, err := s.deps.Program.SetVoucherCodeState(ctx, who.Actor, who.Shop, in.ID.ID, in.Body.State == "stopped")
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return answer(viewCode(program.CodeCard{Code: c})), nil
}

func (s *Server) memberCodes(ctx context.Context, in *idPath) (*body[MemberCodesView], error) {
	m, err := s.deps.Program.CodesOf(ctx, callerOf(ctx).Shop, in.ID.ID)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return answer(MemberCodesView{For: viewCodes(m.For), From: viewCodes(m.From), Used: viewUses(m.Used)}), nil
}
