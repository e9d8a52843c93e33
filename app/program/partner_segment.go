package program

import (
	"context"

	"zugabe/app/loyalty"
	"zugabe/app/partner"
	"zugabe/app/store"
)

// RegisteredOnly is a member who registered and never bought (S0-44).
type RegisteredOnly struct {
	ID           loyalty.ID `json:"id"`
	Email        string     `json:"email"`
	FirstName    string     `json:"first_name"`
	LastName     string     `json:"last_name"`
	Locale       string     `json:"locale"`
	RegisteredAt int64      `json:"registered_at" doc:"Unix milliseconds"`
	Consent      bool       `json:"consent" doc:"agreed to advertising, at the shop or by the newsletter"`
	SponsorID    loyalty.ID `json:"sponsor_id,omitempty"`
	Sponsor      string     `json:"sponsor,omitempty"`
}

// RegisteredOnly pages through them, newest first.
func (p *Program) RegisteredOnly(ctx context.Context, shop loyalty.Shop, consent bool, before loyalty.ID, limit int) (list []RegisteredOnly, err error) {
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		list = nil
		for len(list) < limit {
			rows, err := tx.RegisteredOnly(shop.ID, before, limit)
			if err != nil {
				return err
			}
			views, err := p.registered(tx, shop.ID, rows)
			if err != nil {
				return err
			}
			for _, v := range views {
				if before = v.ID; (v.Consent || !consent) && len(list) < limit {
					list = append(list, v)
				}
			}
			if len(rows) < limit {
				return nil
			}
		}
		return nil
	})
	return list, err
}

func (p *Program) registered(tx *store.Tx, shop loyalty.ShopID, rows []loyalty.Member) ([]RegisteredOnly, error) {
	var ids, sponsors []loyalty.ID
	for _, m := range rows {
		ids = append(ids, m.ID)
	}
	consents, err := tx.Consents(shop, ids)
	if err != nil {
		return nil, err
	}
	lines, err := tx.SponsorshipsOf(shop, ids)
	if err != nil {
		return nil, err
	}
	for id, s := range lines {
		if s.State == partner.Revoked {
			delete(lines, id)
		}
		sponsors = append(sponsors, s.PartnerID)
	}
	names, err := tx.MembersByID(shop, sponsors)
	list := make([]RegisteredOnly, len(rows))
	for i, m := range rows {
		list[i] = RegisteredOnly{ID: m.ID, Email: m.Email, FirstName: m.FirstName, LastName: m.LastName, Locale: m.Locale, RegisteredAt: m.CreatedAt, Consent: consents[m.ID],
			SponsorID: lines[m.ID].PartnerID, Sponsor: calledBy(names[lines[m.ID].PartnerID])}
	}
	return list, err
}

// EachRegisteredOnly reads all of them and notes that somebody took them out (J12).
func (p *Program) EachRegisteredOnly(ctx context.Context, actor string, shop loyalty.Shop, consent bool, each func(RegisteredOnly)) error {
	n, err := p.eachRegistered(ctx, shop, consent, func(page []RegisteredOnly) error {
		for _, r := range page {
			each(r)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return p.Store.Write(ctx, func(tx *store.Tx) error {
		return p.audit(tx, shop.ID, deed{by: actor, did: "segment.exported", to: "segment:registered-only", after: map[string]any{"rows": n, "consent": consent}})
	})
}

const segmentPage = 500

func (p *Program) eachRegistered(ctx context.Context, shop loyalty.Shop, consent bool, each func([]RegisteredOnly) error) (n int64, err error) {
	for before := loyalty.ID(0); ; {
		page, err := p.RegisteredOnly(ctx, shop, consent, before, segmentPage)
		if err != nil {
			return n, err
		}
		if err := each(page); err != nil {
			return n, err
		}
		if n += int64(len(page)); len(page) < segmentPage {
			return n, nil
		}
		before = page[len(page)-1].ID
	}
}

// ReinvitePartner sends the way in again, one at most while three of them hold.
func (p *Program) ReinvitePartner(ctx context.Context, actor string, shop loyalty.Shop, id loyalty.ID) error {
	return p.Store.Write(ctx, func(tx *store.Tx) error {
		m, _, err := p.deskMember(tx, shop.ID, id)
		if err != nil {
			return err
		}
		n, err := tx.CountDeskLinks(shop.ID, foldEmail(m.Email), p.now())
		if err != nil {
			return err
		}
		if n >= mostDeskLinks {
			return loyalty.Refuse(loyalty.CodeLimitReached, "enough links are on their way: wait until they have run out")
		}
		if err := p.sendDeskLink(tx, shop, m, "partner", inviteLinkFor); err != nil {
			return err
		}
		return p.audit(tx, shop.ID, deed{by: actor, did: "partner.invited", to: PartnerSubject(m.ID)})
	})
}

// ContactSeen says that a partner looked at contact data.
type ContactSeen struct {
	At        int64      `json:"at" doc:"Unix milliseconds"`
	PartnerID loyalty.ID `json:"partner_id"`
	Partner   string     `json:"partner"`
	Fields    string     `json:"fields" doc:"names, separated by spaces"`
}

// ContactLog lists who saw a member's contact data, newest first (S0-51).
func (p *Program) ContactLog(ctx context.Context, shop loyalty.Shop, member loyalty.ID) (list []ContactSeen, err error) {
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		list = []ContactSeen{}
		m, err := p.liveMember(tx, shop.ID, member)
		if err != nil {
			return err
		}
		rows, err := tx.ContactsOf(shop.ID, m.ID, 500)
		if err != nil {
			return err
		}
		var people []loyalty.ID
		for _, r := range rows {
			people = append(people, r.PartnerID)
		}
		names, err := tx.MembersByID(shop.ID, people)
		for _, r := range rows {
			list = append(list, ContactSeen{At: r.At, PartnerID: r.PartnerID, Partner: calledBy(names[r.PartnerID]), Fields: r.Fields})
		}
		return err
	})
	return list, err
}

// PartnerSettingsOf reads the choices of a shop.
func (p *Program) PartnerSettingsOf(ctx context.Context, shop loyalty.ShopID) (s PartnerSettings, err error) {
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		s, err = p.PartnerSettings(tx, shop)
		return err
	})
	return s, err
}
