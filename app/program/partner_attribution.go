package program

import (
	"context"
	"strings"
	"unicode/utf8"

	"zugabe/app/loyalty"
	"zugabe/app/partner"
	"zugabe/app/store"
)

// AttributionEvent is a line of the timeline that both partners can read (N-12).
type AttributionEvent struct {
	At         int64        `json:"at" doc:"Unix milliseconds"`
	Kind       partner.Kind `json:"kind" enum:"provisional,final,revoked,moved,replaced,kept,self,known,appeal,upheld,dismissed"`
	PartnerID  loyalty.ID   `json:"partner_id,omitempty" doc:"only for staff"`
	Partner    string       `json:"partner,omitempty" doc:"only for staff"`
	Mine       bool         `json:"mine" doc:"it speaks of the partner who asks"`
	Code       string       `json:"code,omitempty"`
	Order      string       `json:"order,omitempty" doc:"the host's id of the order, only for staff"`
	Number     string       `json:"number,omitempty" doc:"the order's number as people know it, only for staff"`
	Storefront string       `json:"storefront,omitempty"`
	By         string       `json:"by,omitempty" doc:"only for staff"`
	Note       string       `json:"note,omitempty"`
}

// Attribution is whose customer a member is, and why.
type Attribution struct {
	MemberID  loyalty.ID         `json:"member_id"`
	Name      string             `json:"name"`
	PartnerID loyalty.ID         `json:"partner_id,omitempty" doc:"only for staff"`
	Partner   string             `json:"partner,omitempty" doc:"only for staff"`
	Mine      bool               `json:"mine" doc:"the customer is in the first line of the partner who asks"`
	State     partner.State      `json:"state,omitempty" enum:"provisional,final,revoked" doc:"missing = nobody's customer"`
	Rule      partner.Rule       `json:"rule" enum:"first,last,code" doc:"who has a customer whom two partners claim"`
	Events    []AttributionEvent `json:"events" doc:"oldest first"`
	Appeals   []AppealView       `json:"appeals" doc:"newest first; a partner sees the own ones"`
}

// AppealView is a partner's claim that a customer is theirs.
type AppealView struct {
	ID        loyalty.ID `json:"id"`
	MemberID  loyalty.ID `json:"member_id"`
	Member    string     `json:"member"`
	PartnerID loyalty.ID `json:"partner_id"`
	Partner   string     `json:"partner"`
	State     string     `json:"state" enum:"open,upheld,dismissed"`
	Text      string     `json:"text"`
	Answer    string     `json:"answer,omitempty"`
	CreatedAt int64      `json:"created_at" doc:"Unix milliseconds"`
	DecidedAt int64      `json:"decided_at,omitempty" doc:"Unix milliseconds"`
}

const mostEvents = 200

// AttributionOf is a member's attribution for staff.
func (p *Program) AttributionOf(ctx context.Context, shop loyalty.Shop, member loyalty.ID) (a Attribution, err error) {
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		a, err = p.attribution(tx, shop, member, 0)
		return err
	})
	return a, err
}

// AttributionFor is the same for a partner who has a part in it; CodeNotFound for all
// others, as for members who do not exist.
func (p *Program) AttributionFor(ctx context.Context, shop loyalty.Shop, by, member loyalty.ID) (a Attribution, err error) {
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		a, err = p.attribution(tx, shop, member, by)
		return err
	})
	return a, err
}

func (p *Program) attribution(tx *store.Tx, shop loyalty.Shop, member, by loyalty.ID) (Attribution, error) {
	m, err := p.liveMember(tx, shop.ID, member)
	if err != nil {
		return Attribution{}, err
	}
	s, err := p.PartnerSettings(tx, shop.ID)
	if err != nil {
		return Attribution{}, err
	}
	have, err := tx.SponsorshipsOf(shop.ID, []loyalty.ID{m.ID})
	if err != nil {
		return Attribution{}, err
	}
	sponsor := have[m.ID]
	a := Attribution{MemberID: m.ID, Name: calledBy(m), PartnerID: sponsor.PartnerID, Mine: by != 0 && sponsor.PartnerID == by && sponsor.State != partner.Revoked,
		State: sponsor.State, Rule: s.Conflict, Events: []AttributionEvent{}, Appeals: []AppealView{}}
	party, err := p.addEvents(tx, shop.ID, &a, by)
	if err != nil {
		return a, err
	}
	if by != 0 && !party && sponsor.PartnerID != by {
		return Attribution{}, loyalty.NotFound("member")
	}
	if by == 0 {
		return a, nil
	}
	a.PartnerID, a.Partner = 0, ""
	released, err := p.released(tx, shop.ID, []loyalty.ID{m.ID})
	if err != nil {
		return a, err
	}
	a.Name = shownName(m, released[m.ID])
	rows, err := tx.AppealsAbout(shop.ID, m.ID, by)
	for _, r := range rows {
		a.Appeals = append(a.Appeals, AppealView{ID: r.ID, MemberID: r.MemberID, PartnerID: r.PartnerID, State: r.State, Text: r.Text, Answer: r.Answer, CreatedAt: r.CreatedAt, DecidedAt: r.DecidedAt})
	}
	return a, err
}

// addEvents fills the timeline; party says whether the partner who asks is in it.
// Partners read everything but names, orders and who of the staff it was.
func (p *Program) addEvents(tx *store.Tx, shop loyalty.ShopID, a *Attribution, by loyalty.ID) (party bool, err error) {
	events, err := tx.SponsorEvents(shop, []loyalty.ID{a.MemberID}, mostEvents)
	if err != nil {
		return false, err
	}
	people, codes, orders := []loyalty.ID{a.PartnerID}, []loyalty.ID{}, []string{}
	for _, e := range events {
		people, codes = append(people, e.PartnerID), append(codes, e.CodeID)
		if by == 0 && e.SaleKey != "" {
			orders = append(orders, e.SaleKey)
		}
	}
	members, err := tx.MembersByID(shop, people)
	if err != nil {
		return false, err
	}
	sales, err := tx.SalesByKey(shop, orders)
	if err != nil {
		return false, err
	}
	texts, err := tx.CodesByID(shop, codes)
	a.Partner = calledBy(members[a.PartnerID])
	for _, e := range events {
		v := AttributionEvent{At: e.At, Kind: e.Kind, Mine: by != 0 && e.PartnerID == by, Storefront: e.Storefront, Code: texts[e.CodeID].Code}
		party = party || v.Mine
		if by == 0 {
			v.PartnerID, v.Partner, v.By, v.Note = e.PartnerID, calledBy(members[e.PartnerID]), e.Actor, e.Note
			v.Order, v.Number = e.SaleKey, sales[e.SaleKey].Number
		}
		if v.Mine {
			v.Note = e.Note
		}
		a.Events = append(a.Events, v)
	}
	return party, err
}

// Appeal lets a partner say that a customer is theirs; staff decides. One open appeal
// of a partner about a customer is enough: CodeConflict for a second.
func (p *Program) Appeal(ctx context.Context, shop loyalty.Shop, by, member loyalty.ID, text string) (Attribution, error) {
	text = strings.TrimSpace(text)
	if n := utf8.RuneCountInString(text); n < 3 || n > 1000 {
		return Attribution{}, loyalty.Invalid("text", "must have 3 to 1000 characters")
	}
	err := p.Store.Write(ctx, func(tx *store.Tx) error {
		a, err := p.attribution(tx, shop, member, by)
		if err != nil {
			return err
		}
		for _, other := range a.Appeals {
			if other.State == store.AppealOpen {
				return loyalty.Refuse(loyalty.CodeConflict, "your appeal is being looked at")
			}
		}
		now := p.now()
		if err := tx.InsertAppeal(shop.ID, store.Appeal{ID: p.IDs.Next(), MemberID: a.MemberID, PartnerID: by, State: store.AppealOpen, Text: text, CreatedAt: now}); err != nil {
			return err
		}
		return tx.InsertSponsorEvents(shop.ID, []store.SponsorEvent{{ID: p.IDs.Next(), MemberID: a.MemberID, PartnerID: by, Kind: partner.EventAppeal, Actor: "desk:" + by.String(), Note: text, At: now}})
	})
	if err != nil {
		return Attribution{}, err
	}
	return p.AttributionFor(ctx, shop, by, member)
}

// Appeals pages through appeals, newest first; state "" = all.
func (p *Program) Appeals(ctx context.Context, shop loyalty.Shop, state string, before loyalty.ID, limit int) (list []AppealView, err error) {
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Appeals(shop.ID, state, before, limit)
		if err != nil {
			return err
		}
		var people []loyalty.ID
		for _, r := range rows {
			people = append(people, r.MemberID, r.PartnerID)
		}
		members, err := tx.MembersByID(shop.ID, people)
		list = []AppealView{}
		for _, r := range rows {
			list = append(list, AppealView{ID: r.ID, MemberID: r.MemberID, Member: calledBy(members[r.MemberID]), PartnerID: r.PartnerID, Partner: calledBy(members[r.PartnerID]),
				State: r.State, Text: r.Text, Answer: r.Answer, CreatedAt: r.CreatedAt, DecidedAt: r.DecidedAt})
		}
		return err
	})
	return list, err
}

// AppealDecision is what staff says to an appeal.
type AppealDecision struct {
	ID     loyalty.ID
	Uphold bool
	Answer string // the partner reads it
}

// DecideAppeal gives the customer to the partner who appealed, or says no.
func (p *Program) DecideAppeal(ctx context.Context, actor string, shop loyalty.Shop, d AppealDecision) error {
	return rerun(ctx, func() error {
		return p.Store.Write(ctx, func(tx *store.Tx) error {
			a, found, err := tx.AppealByID(shop.ID, d.ID)
			if err != nil || !found {
				return orMissing(err, "appeal")
			}
			a.State, a.Answer, a.DecidedBy, a.DecidedAt = store.AppealDismissed, d.Answer, actor, p.now()
			kind := partner.EventDismissed
			if d.Uphold {
				a.State, kind = store.AppealUpheld, partner.EventUpheld
			}
			ok, err := tx.DecideAppeal(shop.ID, a)
			if err != nil || !ok {
				return orConflict(err, "the appeal was decided by somebody else")
			}
			event := store.SponsorEvent{ID: p.IDs.Next(), MemberID: a.MemberID, PartnerID: a.PartnerID, Kind: kind, Actor: actor, Note: d.Answer, At: a.DecidedAt}
			if err := tx.InsertSponsorEvents(shop.ID, []store.SponsorEvent{event}); err != nil {
				return err
			}
			if d.Uphold {
				if err := p.moveMember(tx, actor, shop, sponsorMove{member: a.MemberID, to: a.PartnerID, note: d.Answer}); err != nil {
					return err
				}
			}
			return p.audit(tx, shop.ID, deed{by: actor, did: "appeal.decided", to: "member:" + a.MemberID.String(), after: map[string]any{"state": a.State, "partner": a.PartnerID}, why: d.Answer})
		})
	})
}
