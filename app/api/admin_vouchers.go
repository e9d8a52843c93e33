package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// VoucherView is a voucher with its newest conditions and what its codes did.
type VoucherView struct {
	ID          loyalty.ID            `json:"id"`
	State       voucher.TemplateState `json:"state" enum:"draft,active,paused,ended"`
	Version     int64                 `json:"version" doc:"send it back when saving"`
	Doc         voucher.Template      `json:"doc" doc:"what it gives and under which conditions"`
	Uses        int64                 `json:"uses" doc:"orders that count now, all codes together"`
	SpentMinor  int64                 `json:"spent_minor" doc:"discounts given in these orders, minor units"`
	MaxUses     int64                 `json:"max_uses,omitempty" doc:"over all codes; missing = no limit"`
	BudgetMinor int64                 `json:"budget_minor,omitempty"`
	CreatedAt   int64                 `json:"created_at" doc:"Unix milliseconds"`
	UpdatedAt   int64                 `json:"updated_at" doc:"Unix milliseconds"`
}

// VoucherDetail also counts the codes.
type VoucherDetail struct {
	VoucherView
	Codes   []CodeCountView `json:"codes" doc:"how many codes are in which state"`
	Flagged []CodeOrderView `json:"flagged" doc:"the newest orders that the shop let pass against a condition"`
	Edited  *VoucherEdited  `json:"edited,omitempty" doc:"missing = the shop has what was told to it"`
}

// VoucherEdited says that somebody changed the voucher's discount in the shop's own pages.
type VoucherEdited struct {
	At     int64    `json:"at" doc:"Unix milliseconds at which it was noticed"`
	Fields []string `json:"fields" enum:"percent,minor,order.min_minor,valid,limits.per_code,stack.combines" doc:"what is no longer as it stands here"`
}

// CodeCountView counts codes.
type CodeCountView struct {
	State voucher.State `json:"state"`
	Codes int64         `json:"codes"`
	Uses  int64         `json:"uses"`
}

// VoucherVersionView is one version of the conditions.
type VoucherVersionView struct {
	Version   int64            `json:"version"`
	Doc       voucher.Template `json:"doc"`
	By        string           `json:"by" doc:"who saved it"`
	CreatedAt int64            `json:"created_at" doc:"Unix milliseconds"`
}

// VoucherVersionList has the newest first.
type VoucherVersionList struct {
	Items []VoucherVersionView `json:"items"`
}

func viewVoucher(v program.Voucher) VoucherView {
	return VoucherView{ID: v.Row.ID, State: v.Row.State, Version: v.Row.Version, Doc: v.Doc, Uses: v.Total.Uses, SpentMinor: v.Total.Minor,
		MaxUses: v.Total.MaxUses, BudgetMinor: v.Total.BudgetMinor, CreatedAt: v.Row.CreatedAt, UpdatedAt: v.Row.UpdatedAt}
}

func (s *Server) adminVouchers(api huma.API) {
	get(api, "/vouchers", "Vouchers, newest first", s.listVouchers)
	post(api, "/vouchers", "Make a voucher; it is a draft until it is started", s.createVoucher)
	get(api, "/vouchers/{id}", "One voucher", s.getVoucher)
	put(api, "/vouchers/{id}", "Save other conditions for codes that are made from now on", s.saveVoucher)
	post(api, "/vouchers/{id}/state", "Start, pause or end a voucher", s.setVoucherState)
	post(api, "/vouchers/{id}/rerun", "Make a new draft with other dates", s.rerunVoucher)
	post(api, "/vouchers/{id}/tell", "Tell the shop again what the voucher's discounts are", s.tellVoucherAgain)
	get(api, "/vouchers/{id}/versions", "All versions of the conditions, newest first", s.voucherVersions)
	post(api, "/vouchers/check", "Whether conditions could be saved (nothing is changed)", s.checkVoucher)
	post(api, "/vouchers/try", "What a code or voucher would do in a cart, and why (nothing is changed)", s.tryVoucher)
	s.adminDoctor(api)
	s.adminVoucherSettings(api)
}

type vouchersQuery struct {
	PageQuery
	State  string `query:"state" enum:"draft,active,paused,ended" doc:"missing = all"`
	Kind   string `query:"kind" enum:"absolute,percent,free_article,free_shipping" doc:"missing = all"`
	Search string `query:"q" maxLength:"100" doc:"part of a name"`
}

func (s *Server) listVouchers(ctx context.Context, q *vouchersQuery) (*body[page[VoucherView]], error) {
	before, err := q.before()
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	ask := store.TemplateList{Before: before, Kind: voucher.Kind(q.Kind), Limit: q.Limit + 1}
	if q.State != "" {
		ask.States = []voucher.TemplateState{voucher.TemplateState(q.State)}
	}
	rows, err := s.deps.Program.FindVouchers(ctx, callerOf(ctx).Shop, q.Search, ask)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return pageOf(rows, q.Limit, viewVoucher, func(v program.Voucher) string { return v.Row.ID.String() }), nil
}

type createVoucher struct {
	Repeatable
	Body voucher.Template
}

type draftVoucher struct {
	Body voucher.Template
}

func (s *Server) createVoucher(ctx context.Context, in *createVoucher) (*body[VoucherView], error) {
	return perhapsOnce(ctx, s, asked("vouchers", in.IdempotencyKey, in.Body), func() (*body[VoucherView], error) {
		who := callerOf(ctx)
		return s.voucherOr(ctx)(s.deps.Program.CreateVoucher(ctx, who.Actor, who.Shop, in.Body))
	})
}

// voucherOr answers with a voucher or the refusal.
func (s *Server) voucherOr(ctx context.Context) func(program.Voucher, error) (*body[VoucherView], error) {
	return func(v program.Voucher, err error) (*body[VoucherView], error) {
		if err != nil {
			return nil, s.fail(ctx, err)
		}
		return answer(viewVoucher(v)), nil
	}
}

func (s *Server) getVoucher(ctx context.Context, in *idPath) (*body[VoucherDetail], error) {
	shop := callerOf(ctx).Shop
	v, err := s.deps.Program.Voucher(ctx, shop, in.ID.ID)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	figures, err := s.deps.Program.VoucherFigures(ctx, shop, in.ID.ID)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	orders, err := s.codeOrders(ctx, figures.Flagged)
	if err != nil {
		return nil, err
	}
	d := VoucherDetail{VoucherView: viewVoucher(v), Codes: []CodeCountView{}, Flagged: orders}
	for _, c := range figures.Codes {
		d.Codes = append(d.Codes, CodeCountView(c))
	}
	if e := figures.Edited; e.At != 0 {
		d.Edited = &VoucherEdited{At: e.At, Fields: e.Fields}
	}
	return answer(d), nil
}

func (s *Server) tellVoucherAgain(ctx context.Context, in *idPath) (*struct{}, error) {
	who := callerOf(ctx)
	if err := s.deps.Program.TellAgain(ctx, who.Actor, who.Shop, in.ID.ID); err != nil {
		return nil, s.fail(ctx, err)
	}
	return nil, nil
}

type saveVoucher struct {
	ID   idParam `path:"id"`
	Body struct {
		Version int64            `json:"version" minimum:"1" doc:"the version that was read"`
		Doc     voucher.Template `json:"doc"`
	}
}

func (s *Server) saveVoucher(ctx context.Context, in *saveVoucher) (*body[VoucherView], error) {
	who := callerOf(ctx)
	return s.voucherOr(ctx)(s.deps.Program.SaveVoucher(ctx, who.Actor, who.Shop, program.VoucherEdit{ID: in.ID.ID, Version: in.Body.Version, Doc: in.Body.Doc}))
}

type setVoucherState struct {
	ID   idParam `path:"id"`
	Body struct {
		State voucher.TemplateState `json:"state" enum:"active,paused,ended"`
	}
}

func (s *Server) setVoucherState(ctx context.Context, in *setVoucherState) (*body[VoucherView], error) {
	who := callerOf(ctx)
	return s.voucherOr(ctx)(s.deps.Program.SetVoucherState(ctx, who.Actor, who.Shop, in.ID.ID, in.Body.State))
}

type rerunVoucher struct {
	Repeatable
	ID   idParam `path:"id"`
	Body struct {
		From  loyalty.LocalDate `json:"from,omitzero" doc:"first day; missing = at once"`
		Until loyalty.LocalDate `json:"until,omitzero" doc:"last day, inclusive; missing = no end"`
		Name  string            `json:"name,omitempty" maxLength:"80" doc:"missing = the old one"`
	}
}

func (s *Server) rerunVoucher(ctx context.Context, in *rerunVoucher) (*body[VoucherView], error) {
	return perhapsOnce(ctx, s, asked("rerun:"+in.ID.ID.String(), in.IdempotencyKey, in.Body), func() (*body[VoucherView], error) {
		who := callerOf(ctx)
		return s.voucherOr(ctx)(s.deps.Program.RerunVoucher(ctx, who.Actor, who.Shop, in.ID.ID, program.Rerun{From: in.Body.From, Until: in.Body.Until, Name: in.Body.Name}))
	})
}

func (s *Server) voucherVersions(ctx context.Context, in *idPath) (*body[VoucherVersionList], error) {
	rows, err := s.deps.Program.VoucherVersions(ctx, callerOf(ctx).Shop, in.ID.ID)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	list := VoucherVersionList{Items: []VoucherVersionView{}}
	for _, v := range rows {
		list.Items = append(list.Items, VoucherVersionView{Version: v.Version, Doc: v.Doc, By: v.Actor, CreatedAt: v.CreatedAt})
	}
	return answer(list), nil
}

// VoucherCheckView says whether conditions could be saved.
type VoucherCheckView struct {
	OK bool `json:"ok"`
}

func (s *Server) checkVoucher(ctx context.Context, in *draftVoucher) (*body[VoucherCheckView], error) {
	if err := in.Body.Validate(); err != nil {
		return nil, s.fail(ctx, err)
	}
	return answer(VoucherCheckView{OK: true}), nil
}

type tryVoucher struct {
	Body struct {
		Code     string            `json:"code,omitempty" maxLength:"200" doc:"a code, or"`
		Voucher  loyalty.ID        `json:"voucher,omitempty" doc:"a voucher as it is saved, or"`
		Draft    *voucher.Template `json:"draft,omitempty" doc:"conditions that nobody saved yet"`
		MemberID loyalty.ID        `json:"member_id,omitempty" doc:"as this customer; missing = as somebody who is not signed in"`
		At       int64             `json:"at,omitempty" doc:"Unix milliseconds; missing = now"`
		Cart     voucher.Cart      `json:"cart"`
	}
}

// TriedView is the decision with its trace, and what strangers and the
// customer would be told.
type TriedView struct {
	Decision voucher.Decision `json:"decision"`
	Found    bool             `json:"found" doc:"false: there is no such code"`
	Voucher  loyalty.ID       `json:"voucher,omitempty"`
	Name     string           `json:"name,omitempty"`
	CodeID   loyalty.ID       `json:"code_id,omitempty"`
	Shopper  voucher.Decision `json:"shopper" doc:"what the customer is told in the shop"`
}

func (s *Server) tryVoucher(ctx context.Context, in *tryVoucher) (*body[TriedView], error) {
	b := in.Body
	if b.Code == "" && b.Voucher == 0 && b.Draft == nil {
		return nil, s.fail(ctx, loyalty.Invalid("code", "name a code, a voucher or conditions"))
	}
	t, err := s.deps.Program.TryVoucher(ctx, callerOf(ctx).Shop, program.TryRequest{Code: b.Code, Template: b.Voucher, Draft: b.Draft, Member: b.MemberID, At: b.At, Cart: b.Cart})
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	v := TriedView{Decision: t.Decision, Found: t.Found, Voucher: t.Row.ID, Name: t.Template.Name, CodeID: t.Code.ID, Shopper: t.Decision.ForStranger()}
	if b.MemberID != 0 {
		v.Shopper = t.Decision.ForShopper()
	}
	return answer(v), nil
}
