package api

import (
	"context"

	"zugabe/app/earning"
	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
)

// ExportView is everything that is kept about a person, for the person (J6).
type ExportView struct {
	ExportedAt   int64            `json:"exported_at" doc:"Unix milliseconds"`
	Shop         string           `json:"shop"`
	Member       MemberView       `json:"member"`
	CustomerKeys []string         `json:"customer_keys" doc:"the host's ids of the person, former ones included"`
	Points       *PointsView      `json:"points,omitempty"`
	Entries      []EntryDetail    `json:"entries"`
	Lots         []LotView        `json:"lots"`
	Redemptions  []RedemptionView `json:"redemptions" doc:"codes are not part of it: they are money"`
	Orders       []ExportedOrder  `json:"orders"`
	Activities   []ActivityView   `json:"activities"`
	Referrals    []ReferralView   `json:"referrals"`
	Changes      []AuditView      `json:"changes" doc:"what staff and the app changed about the member"`
	Newsletter   *SignupView      `json:"newsletter,omitempty"`
	NoMail       string           `json:"no_mail,omitempty" doc:"why the person takes no mail: unsubscribed, refused, staff"`
	AskedByMail  *ExportedPermit  `json:"asked_by_mail,omitempty" doc:"what was asked before many points were redeemed, gone after a day"`
	Mails        []MailView       `json:"mails" doc:"what was sent; the text of a mail is not kept once it is out"`
	Vouchers     ExportedVouchers `json:"vouchers"`
	Partners     ExportedPartners `json:"partners"`
}

// PointsView is a balance in three parts.
type PointsView struct {
	Available loyalty.Points `json:"available"`
	Pending   loyalty.Points `json:"pending"`
	Held      loyalty.Points `json:"held"`
}

// ExportedOrder is an order with every snapshot that we were shown.
type ExportedOrder struct {
	OrderView
	Snapshots []earning.Sale `json:"snapshots"`
	Hashed    []string       `json:"hashed" doc:"of what in the order a keyed hash is kept, to tell whether a friend is of the same household: address, name, phone, network, device"`
}

func (s *Server) exportMember(ctx context.Context, in *idPath) (*body[ExportView], error) {
	who := callerOf(ctx)
	e, err := s.deps.Program.ExportMember(ctx, who.Actor, who.Shop, in.ID.ID)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return answer(viewExport(e)), nil
}

func viewExport(e program.MemberExport) ExportView {
	v := ExportView{
		ExportedAt: e.ExportedAt, Shop: e.Shop, Member: viewMember(e.Member), CustomerKeys: append([]string{}, e.Keys...),
		Entries: views(e.Entries, viewEntry), Lots: views(e.Lots, viewStoredLot), Activities: views(e.Activities, viewActivity),
		Referrals: views(e.Referrals, viewReferral), Changes: views(e.Audit, viewAudit), Redemptions: []RedemptionView{}, Orders: []ExportedOrder{},
		AskedByMail: viewExportedPermit(e.Permit), NoMail: e.NoMail, Mails: views(e.Mails, viewMail), Vouchers: viewExportedVouchers(e), Partners: viewExportedPartners(e),
	}
	if e.Newsletter != nil {
		signup := viewSignup(*e.Newsletter)
		v.Newsletter = &signup
	}
	if a := e.Account; a != nil {
		v.Points = &PointsView{Available: a.Available, Pending: a.Pending, Held: a.Held}
	}
	for _, r := range e.Redemptions {
		v.Redemptions = append(v.Redemptions, viewRedemption(r, ""))
	}
	for _, o := range e.Sales {
		v.Orders = append(v.Orders, ExportedOrder{OrderView: viewOrder(o.Row), Snapshots: append([]earning.Sale{}, o.Versions...),
			Hashed: program.TraceNames(o.Row.Traces)})
	}
	return v
}

func viewStoredLot(l ledger.Lot) LotView {
	v := LotView{Source: l.Source, Rule: l.RuleID, Left: l.Remaining, Pending: l.State == ledger.LotPending}
	if l.ExpiresAt < ledger.Never {
		v.ExpiresAt = l.ExpiresAt
	}
	return v
}

func views[R, T any](rows []R, view func(R) T) []T {
	out := make([]T, len(rows))
	for i, r := range rows {
		out[i] = view(r)
	}
	return out
}

// ExportedPermit is what the newest mail of that kind asked, Unix milliseconds.
type ExportedPermit struct {
	Points    loyalty.Points `json:"points"`
	AskedAt   int64          `json:"asked_at"`
	PressedAt int64          `json:"pressed_at,omitempty"`
}

func viewExportedPermit(p *store.Permit) *ExportedPermit {
	if p == nil {
		return nil
	}
	return &ExportedPermit{Points: p.Points, AskedAt: p.AskedAt, PressedAt: p.PressedAt}
}
