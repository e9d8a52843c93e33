package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
)

// ReferralView says who brought whom.
type ReferralView struct {
	ID          loyalty.ID `json:"id"`
	ReferrerID  loyalty.ID `json:"referrer_id"`
	FriendID    loyalty.ID `json:"friend_id"`
	State       string     `json:"state" enum:"claimed,qualifying,rewarded,held,refused"`
	Reason      string     `json:"reason,omitempty" doc:"why it is refused or held"`
	Signals     []string   `json:"signals" doc:"everything that made somebody look at it: address, name, phone, device, network, mail, too_many, ring"`
	SaleKey     string     `json:"sale_key,omitempty" doc:"the friend's first order"`
	QualifiesAt int64      `json:"qualifies_at,omitempty" doc:"Unix milliseconds at which the return window ends"`
	CreatedAt   int64      `json:"created_at" doc:"Unix milliseconds"`
	Note        string     `json:"note,omitempty" doc:"of whoever decided"`
	DecidedBy   string     `json:"decided_by,omitempty" doc:"missing = nobody had to"`
	DecidedAt   int64      `json:"decided_at,omitempty" doc:"Unix milliseconds"`
}

func viewReferral(r store.Referral) ReferralView {
	return ReferralView{
		ID: r.ID, ReferrerID: r.ReferrerID, FriendID: r.FriendID, State: string(r.State), Reason: r.Reason, Signals: append([]string{}, r.Signals...),
		SaleKey: r.SaleKey, QualifiesAt: r.QualifiesAt, CreatedAt: r.CreatedAt, Note: r.Note, DecidedBy: r.DecidedBy, DecidedAt: r.DecidedAt,
	}
}

// ReferralRow is a referral in a list, with names.
type ReferralRow struct {
	ReferralView
	Referrer    string `json:"referrer,omitempty" doc:"name or e-mail address; missing = erased"`
	Friend      string `json:"friend,omitempty" doc:"name or e-mail address; missing = erased"`
	OrderNumber string `json:"order_number,omitempty" doc:"what people call the friend's first order"`
}

type referralsQuery struct {
	PageQuery
	State string `query:"state" enum:"held,claimed,qualifying,rewarded,refused" doc:"missing = all"`
}

type decideReferral struct {
	ID   idParam `path:"id"`
	Body struct {
		Accept bool   `json:"accept" doc:"true = it goes on as if it had not been held; false = neither side gets anything"`
		Note   string `json:"note,omitempty" maxLength:"500" doc:"why; needed to refuse"`
	}
}

// ReferralSettingsView are the merchant's choices.
type ReferralSettingsView struct {
	program.ReferralSettings
	Version int64 `json:"version"`
}

type saveReferralSettings struct {
	Body struct {
		program.ReferralSettings
		Version int64 `json:"version" doc:"as you have seen it"`
	}
}

func (s *Server) adminReferrals(api huma.API) {
	get(api, "/referrals", "Who brought whom, newest first", s.listReferrals)
	post(api, "/referrals/{id}/decision", "Let a held referral go on, or refuse it", s.decideReferral)
	get(api, "/referral-settings", "When a referral is held for somebody to look at", s.referralSettings)
	put(api, "/referral-settings", "Change when a referral is held", s.putReferralSettings)
}

func (s *Server) listReferrals(ctx context.Context, q *referralsQuery) (*body[page[ReferralRow]], error) {
	before, err := q.before()
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	var list program.ReferralPage
	err = s.read(ctx, func(tx *store.Tx) (err error) {
		list, err = s.deps.Program.Referrals(tx, callerOf(ctx).Shop.ID, store.ReferralList{State: store.ReferralState(q.State), Before: before, Limit: q.Limit + 1})
		return err
	})
	if err != nil {
		return nil, err
	}
	view := func(r store.Referral) ReferralRow {
		return ReferralRow{ReferralView: viewReferral(r), Referrer: nameOf(list.Members[r.ReferrerID]), Friend: nameOf(list.Members[r.FriendID]),
			OrderNumber: list.Orders[r.SaleKey].Number}
	}
	return pageOf(list.Rows, q.Limit, view, func(r store.Referral) string { return r.ID.String() }), nil
}

func (s *Server) decideReferral(ctx context.Context, in *decideReferral) (*struct{}, error) {
	who := callerOf(ctx)
	if err := s.deps.Program.DecideReferral(ctx, who.Actor, who.Shop, program.HeldReferral{ID: in.ID.ID, Accept: in.Body.Accept, Note: in.Body.Note}); err != nil {
		return nil, s.fail(ctx, err)
	}
	s.homes.forget(who.Shop.ID.String())
	return nil, nil
}

func (s *Server) referralSettings(ctx context.Context, _ *struct{}) (*body[ReferralSettingsView], error) {
	var view ReferralSettingsView
	err := s.read(ctx, func(tx *store.Tx) (err error) {
		view.ReferralSettings, err = s.deps.Program.ReferralSettings(tx, callerOf(ctx).Shop.ID)
		view.Version = view.ReferralSettings.Version
		return err
	})
	if err != nil {
		return nil, err
	}
	return answer(view), nil
}

func (s *Server) putReferralSettings(ctx context.Context, in *saveReferralSettings) (*body[ReferralSettingsView], error) {
	who := callerOf(ctx)
	if err := s.deps.Program.SaveReferralSettings(ctx, who.Actor, who.Shop, in.Body.Version, in.Body.ReferralSettings); err != nil {
		return nil, s.fail(ctx, err)
	}
	return s.referralSettings(ctx, nil)
}
