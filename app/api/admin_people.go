package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// ActivityView is what a member did other than buying.
type ActivityView struct {
	ID        loyalty.ID `json:"id"`
	Key       string     `json:"key"`
	Kind      string     `json:"kind"`
	Name      string     `json:"name,omitempty" doc:"of a custom activity"`
	Subject   string     `json:"subject,omitempty"`
	State     string     `json:"state" enum:"pending,approved,withdrawn"`
	Quantity  int64      `json:"quantity,omitempty"`
	At        int64      `json:"at" doc:"Unix milliseconds"`
	ChangedAt int64      `json:"changed_at" doc:"Unix milliseconds"`
}

func viewActivity(r store.ActivityRow) ActivityView {
	a := r.Activity
	return ActivityView{
		ID: r.ID, Key: a.Key, Kind: string(a.Kind), Name: a.Name, Subject: a.Subject, State: string(a.State), Quantity: a.Quantity, At: a.At, ChangedAt: r.ChangedAt,
	}
}

type memberLimit struct {
	ID    idParam `path:"id"`
	Limit int     `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

type noted struct {
	ID   idParam `path:"id"`
	Body struct {
		Note string `json:"note" minLength:"3" maxLength:"500" doc:"why"`
	}
}

type setBirthday struct {
	ID   idParam `path:"id"`
	Body struct {
		Birthday loyalty.LocalDate `json:"birthday" doc:"YYYY-MM-DD"`
	}
}

func (s *Server) adminPeople(api huma.API) {
	get(api, "/members/{id}/activities", "What a member did other than buying", s.listActivities)
	get(api, "/members/{id}/referrals", "Whom a member brought, newest first", s.memberReferrals)
	get(api, "/members/{id}/code-uses", "The codes of vouchers that a member used, newest first", s.memberUses)
	put(api, "/members/{id}/birthday", "Set the birthday; once a year at most", s.setBirthday)
	post(api, "/members/{id}/export", "Everything that is kept about the member (Article 15 GDPR)", s.exportMember)
	post(api, "/members/{id}/erasure", "Erase the member's personal data; cannot be undone (Article 17 GDPR)", s.eraseMember)
}

func (s *Server) listActivities(ctx context.Context, q *memberLimit) (*body[page[ActivityView]], error) {
	rows, err := listOfMember(ctx, s, q.ID.ID, func(tx *store.Tx, shop loyalty.ShopID) ([]store.ActivityRow, error) {
		return tx.ActivitiesOfMember(shop, q.ID.ID, q.Limit)
	})
	if err != nil {
		return nil, err
	}
	return pageOf(rows, q.Limit, viewActivity, nil), nil
}

func (s *Server) memberReferrals(ctx context.Context, q *memberLimit) (*body[page[ReferralView]], error) {
	rows, err := listOfMember(ctx, s, q.ID.ID, func(tx *store.Tx, shop loyalty.ShopID) ([]store.Referral, error) {
		return tx.ReferralsBy(shop, q.ID.ID, q.Limit)
	})
	if err != nil {
		return nil, err
	}
	return pageOf(rows, q.Limit, viewReferral, nil), nil
}

// listOfMember reads rows of a member; a member of another shop is 404.
func listOfMember[R any](ctx context.Context, s *Server, member loyalty.ID, load func(*store.Tx, loyalty.ShopID) ([]R, error)) (rows []R, err error) {
	shop := callerOf(ctx).Shop.ID
	err = s.read(ctx, func(tx *store.Tx) error {
		_, found, err := tx.MemberByID(shop, member)
		if err != nil {
			return err
		}
		if !found {
			return loyalty.NotFound("member")
		}
		rows, err = load(tx, shop)
		return err
	})
	return rows, err
}

func (s *Server) setBirthday(ctx context.Context, in *setBirthday) (*body[MemberDetail], error) {
	who := callerOf(ctx)
	if err := s.deps.Program.SetBirthday(ctx, who.Actor, who.Shop, in.ID.ID, in.Body.Birthday); err != nil {
		return nil, s.fail(ctx, err)
	}
	return s.getMember(ctx, &idPath{idParam{in.ID.ID}})
}

// eraseMember notes why before it erases: afterwards nothing of the person is left to name.
func (s *Server) eraseMember(ctx context.Context, in *noted) (*struct{}, error) {
	who := callerOf(ctx)
	err := s.write(ctx, func(tx *store.Tx) error {
		_, found, err := tx.MemberByID(who.Shop.ID, in.ID.ID)
		if err != nil {
			return err
		}
		if !found {
			return loyalty.NotFound("member")
		}
		return s.audit(tx, who, "member.erasure_asked", "member:"+in.ID.String(), in.Body.Note)
	})
	if err != nil {
		return nil, err
	}
	if err := s.deps.Program.EraseMember(ctx, who.Actor, who.Shop, in.ID.ID); err != nil {
		return nil, s.fail(ctx, err)
	}
	return nil, nil
}
