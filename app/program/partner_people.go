package program

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"zugabe/app/loyalty"
	"zugabe/app/mail"
	"zugabe/app/partner"
	"zugabe/app/store"
)

// PartnerRef names a partner.
type PartnerRef struct {
	ID   loyalty.ID `json:"id"`
	Name string     `json:"name"`
}

// PartnerCard is a partner in a list for staff.
type PartnerCard struct {
	ID           loyalty.ID         `json:"id" doc:"the member's id"`
	Name         string             `json:"name"`
	Email        string             `json:"email"`
	State        store.PartnerState `json:"state" enum:"invited,active,paused"`
	SponsorID    loyalty.ID         `json:"sponsor_id,omitempty" doc:"the partner above; missing at the top"`
	Sponsor      string             `json:"sponsor,omitempty"`
	HostName     string             `json:"host_name,omitempty" doc:"name of the own storefront"`
	Storefront   string             `json:"storefront,omitempty" doc:"the whole address of it, if the shop has a domain for storefronts"`
	Codes        int64              `json:"codes"`
	Uses         int64              `json:"uses" doc:"orders by these codes that count"`
	FirstLine    int64              `json:"first_line" doc:"customers who are assigned for good"`
	NewCustomers int64              `json:"new_customers" doc:"of the first line: registered and not bought yet"`
	Minor        int64              `json:"commission_minor" doc:"all commissions, minor units"`
	CreatedAt    int64              `json:"created_at" doc:"Unix milliseconds"`
}

// PartnerDetail is a partner with the place in the tree.
type PartnerDetail struct {
	PartnerCard
	Notes  string       `json:"notes"`
	Above  []PartnerRef `json:"above" doc:"the way to the top, the nearest first"`
	Levels []LineLevel  `json:"levels" doc:"members below, by level"`
}

// LineLevel counts one level of a downline.
type LineLevel struct {
	Level        int   `json:"level" doc:"1 = the first line"`
	Members      int64 `json:"members"`
	NewCustomers int64 `json:"new_customers"`
}

// Invitation makes somebody a partner: a member, or whoever has an address.
type Invitation struct {
	MemberID  loyalty.ID
	Email     string
	FirstName string
	LastName  string
	Locale    string
	SponsorID loyalty.ID // 0 = the sponsor that the member has as a customer, if any
	HostName  string
	Notes     string
	Approved  bool // active at once; otherwise invited until the first sign-in
}

// PartnerSubject is what the audit log calls a partner.
func PartnerSubject(id loyalty.ID) string { return "partner:" + id.String() }

// InvitePartner makes a member a partner and sends the way into the desk. An address
// that nobody has becomes a member without an account at the host. CodeConflict for
// whoever is a partner already.
func (p *Program) InvitePartner(ctx context.Context, actor string, shop loyalty.Shop, in Invitation) (PartnerDetail, error) {
	var id loyalty.ID
	err := rerun(ctx, func() error {
		return p.Store.Write(ctx, func(tx *store.Tx) error {
			m, err := p.invited(tx, shop, in)
			if err != nil {
				return err
			}
			id = m.ID
			if err := p.addPartner(tx, actor, shop, m, in); err != nil {
				return err
			}
			return p.sendDeskLink(tx, shop, m, "partner", inviteLinkFor)
		})
	})
	if err != nil {
		return PartnerDetail{}, err
	}
	return p.Partner(ctx, shop, id)
}

// invited finds or makes the member who is to be a partner.
func (p *Program) invited(tx *store.Tx, shop loyalty.Shop, in Invitation) (loyalty.Member, error) {
	if in.MemberID != 0 {
		return p.liveMember(tx, shop.ID, in.MemberID)
	}
	in.Email = strings.TrimSpace(in.Email)
	if mail.CheckAddress(in.Email) != nil {
		return loyalty.Member{}, loyalty.Invalid("email", "must be one e-mail address, or name a member")
	}
	person := p.personKey(in.Email)
	m, found, err := p.memberOfPerson(tx, shop.ID, person)
	if err != nil || found {
		return m, err
	}
	now := p.now()
	m = loyalty.Member{ID: p.IDs.Next(), PublicID: loyalty.NewPublicID(), PersonKey: person, Email: in.Email, FirstName: strings.TrimSpace(in.FirstName),
		LastName: strings.TrimSpace(in.LastName), Locale: in.Locale, Type: loyalty.NewCustomer, Tags: []string{}, State: loyalty.MemberActive,
		ReferralCode: newReferralCode(), Version: 1, CreatedAt: now, UpdatedAt: now}
	return m, tx.InsertMembers(shop.ID, []loyalty.Member{m})
}

func (p *Program) addPartner(tx *store.Tx, actor string, shop loyalty.Shop, m loyalty.Member, in Invitation) error {
	if _, err := tx.LockTree(shop.ID); err != nil {
		return err
	}
	now := p.now()
	row := store.PartnerRow{MemberID: m.ID, State: store.PartnerInvited, SponsorID: in.SponsorID, Notes: in.Notes, CreatedAt: now, UpdatedAt: now}
	if in.Approved {
		row.State = store.PartnerActive
	}
	have, err := tx.SponsorshipsOf(shop.ID, []loyalty.ID{m.ID})
	if err != nil {
		return err
	}
	if s, has := have[m.ID]; has && s.State == partner.Final && row.SponsorID == 0 {
		row.SponsorID = s.PartnerID
	}
	if row.HostName, err = p.freeHostName(tx, shop.ID, m.ID, in.HostName); err != nil {
		return err
	}
	if row.Path, err = p.placeBelow(tx, shop.ID, m.ID, row.SponsorID); err != nil {
		return err
	}
	err = tx.InsertPartner(shop.ID, row)
	if store.IsDuplicate(err, "partners.PRIMARY") {
		return loyalty.Refuse(loyalty.CodeConflict, "this member is a partner already").With("partner", m.ID)
	}
	if err != nil {
		return err
	}
	if err := p.giveSponsor(tx, shop, actor, sponsorMove{member: m.ID, to: row.SponsorID, had: have[m.ID], byHand: true}); err != nil {
		return err
	}
	return p.audit(tx, shop.ID, deed{by: actor, did: "partner.added", to: PartnerSubject(m.ID), after: map[string]any{"state": row.State, "sponsor": row.SponsorID, "host_name": row.HostName}})
}

// placeBelow is the path of a partner below a sponsor, 0 = at the top.
func (p *Program) placeBelow(tx *store.Tx, shop loyalty.ShopID, id, sponsor loyalty.ID) (string, error) {
	if sponsor == 0 {
		return partner.Path("", id), nil
	}
	rows, err := tx.PartnersByID(shop, []loyalty.ID{sponsor})
	above, known := rows[sponsor]
	switch {
	case err != nil:
		return "", err
	case !known || sponsor == id:
		return "", loyalty.Invalid("sponsor_id", "must be another partner")
	case partner.Depth(above.Path) >= partner.MaxDepth:
		return "", loyalty.Invalid("sponsor_id", "has too many partners above")
	}
	return partner.Path(above.Path, id), nil
}

var storefrontName = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$`)

// freeHostName puts the name of a storefront into its form; CodeConflict with
// suggestions if another partner has it.
func (p *Program) freeHostName(tx *store.Tx, shop loyalty.ShopID, id loyalty.ID, name string) (string, error) {
	name = strings.ToLower(strings.TrimSpace(name))
	if name == "" {
		return "", nil
	}
	if !storefrontName.MatchString(name) || slices.Contains([]string{"www", "shop", "mail", "admin", "api", "desk"}, name) {
		return "", loyalty.Invalid("host_name", "must be letters, digits and hyphens, at most 40")
	}
	other, taken, err := tx.PartnerByHost(shop, name)
	if err == nil && taken && other.MemberID != id {
		err = &loyalty.Error{Code: loyalty.CodeConflict, Field: "host_name", Message: "is the storefront of another partner"}
	}
	return name, err
}

// PartnerChange is what staff may change of a partner.
type PartnerChange struct {
	State    store.PartnerState
	HostName string
	Notes    string
}

// SavePartner approves, pauses or describes a partner. Pausing ends the sessions and
// stops the codes in the shop.
func (p *Program) SavePartner(ctx context.Context, actor string, shop loyalty.Shop, id loyalty.ID, c PartnerChange) (PartnerDetail, error) {
	if !slices.Contains([]store.PartnerState{store.PartnerInvited, store.PartnerActive, store.PartnerPaused}, c.State) {
		return PartnerDetail{}, loyalty.Invalid("state", "must be invited, active or paused")
	}
	err := p.Store.Write(ctx, func(tx *store.Tx) error {
		if _, err := tx.LockTree(shop.ID); err != nil {
			return err
		}
		row, err := p.partnerRow(tx, shop.ID, id)
		if err != nil {
			return err
		}
		was := row
		if row.HostName, err = p.freeHostName(tx, shop.ID, id, c.HostName); err != nil {
			return err
		}
		row.State, row.Notes, row.UpdatedAt = c.State, c.Notes, p.now()
		if err := tx.SavePartner(shop.ID, row); err != nil {
			return err
		}
		if (was.State == store.PartnerPaused) != (row.State == store.PartnerPaused) {
			if err := p.partnerSwitched(tx, shop.ID, id, row.State == store.PartnerPaused); err != nil {
				return err
			}
		}
		return p.audit(tx, shop.ID, deed{by: actor, did: "partner.saved", to: PartnerSubject(id), before: map[string]any{"state": was.State, "host_name": was.HostName},
			after: map[string]any{"state": row.State, "host_name": row.HostName}})
	})
	if err != nil {
		return PartnerDetail{}, err
	}
	return p.Partner(ctx, shop, id)
}

func (p *Program) partnerSwitched(tx *store.Tx, shop loyalty.ShopID, id loyalty.ID, paused bool) error {
	if paused {
		if err := tx.EndDeskSessions(shop, id, "", p.now()); err != nil {
			return err
		}
	}
	for before := loyalty.ID(0); ; {
		codes, err := tx.Codes(shop, store.CodeList{IssuerID: id, Before: before, Limit: 500})
		if err != nil || len(codes) == 0 {
			return err
		}
		if err := p.oweMirror(tx, shop, codeIDs(codes)); err != nil {
			return err
		}
		before = codes[len(codes)-1].ID
	}
}

func (p *Program) partnerRow(tx *store.Tx, shop loyalty.ShopID, id loyalty.ID) (store.PartnerRow, error) {
	rows, err := tx.PartnersByID(shop, []loyalty.ID{id})
	row, known := rows[id]
	if err == nil && !known {
		err = loyalty.NotFound("partner")
	}
	return row, err
}

// Move puts a partner or a customer elsewhere.
type Move struct {
	ID   loyalty.ID // who is moved
	To   loyalty.ID // the partner above; 0 = the top, or nobody
	Note string     // why; the partners can read it
}

// MovePartner puts a partner, with all below, under another one; to 0 is the top
// . Nobody can be put below themselves.
func (p *Program) MovePartner(ctx context.Context, actor string, shop loyalty.Shop, move Move) (PartnerDetail, error) {
	id, to, note := move.ID, move.To, move.Note
	err := p.Store.Write(ctx, func(tx *store.Tx) error {
		if _, err := tx.LockTree(shop.ID); err != nil {
			return err
		}
		row, err := p.partnerRow(tx, shop.ID, id)
		if err != nil || row.SponsorID == to {
			return err
		}
		path, err := p.placeBelow(tx, shop.ID, id, to)
		if err != nil {
			return err
		}
		if partner.Below(path, row.Path) {
			return loyalty.Invalid("sponsor_id", "is below this partner")
		}
		if err := p.moveSubtree(tx, shop.ID, row, to, path); err != nil {
			return err
		}
		have, err := tx.SponsorshipsOf(shop.ID, []loyalty.ID{id})
		if err != nil {
			return err
		}
		if err := p.giveSponsor(tx, shop, actor, sponsorMove{member: id, to: to, had: have[id], note: note}); err != nil {
			return err
		}
		return p.audit(tx, shop.ID, deed{by: actor, did: "partner.moved", to: PartnerSubject(id), before: map[string]any{"sponsor": row.SponsorID}, after: map[string]any{"sponsor": to}, why: note})
	})
	if err != nil {
		return PartnerDetail{}, err
	}
	return p.Partner(ctx, shop, id)
}

func (p *Program) moveSubtree(tx *store.Tx, shop loyalty.ShopID, top store.PartnerRow, to loyalty.ID, path string) error {
	below, err := tx.PartnersBelow(shop, top.Path)
	if err != nil {
		return err
	}
	for _, row := range below {
		row.Path, row.UpdatedAt = partner.Moved(row.Path, top.Path, path), p.now()
		if partner.Depth(row.Path) > partner.MaxDepth {
			return loyalty.Invalid("sponsor_id", "has too many partners above")
		}
		if row.MemberID == top.MemberID {
			row.SponsorID = to
		}
		if err := tx.SavePartner(shop, row); err != nil {
			return err
		}
	}
	return nil
}

// PartnerQuery says which partners to list.
type PartnerQuery struct {
	State   store.PartnerState
	Search  string // beginning of a name or an address, or a code of a partner
	Sponsor loyalty.ID
	Before  loyalty.ID
	Limit   int
}

// Partners pages through partners, the newest first.
func (p *Program) Partners(ctx context.Context, shop loyalty.Shop, q PartnerQuery) (list []PartnerCard, err error) {
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		l := store.PartnerList{State: q.State, SponsorID: q.Sponsor, Before: q.Before, Limit: q.Limit}
		if text := strings.TrimSpace(q.Search); text != "" {
			found, err := tx.SearchMembers(shop.ID, text, store.MemberList{Limit: 200})
			if err != nil {
				return err
			}
			l.IDs = []loyalty.ID{}
			for _, m := range found {
				l.IDs = append(l.IDs, m.ID)
			}
		}
		rows, err := tx.Partners(shop.ID, l)
		if err != nil {
			return err
		}
		list, err = p.partnerCards(tx, shop.ID, rows)
		return err
	})
	return list, err
}

func (p *Program) partnerCards(tx *store.Tx, shop loyalty.ShopID, rows []store.PartnerRow) ([]PartnerCard, error) {
	var ids, people []loyalty.ID
	for _, r := range rows {
		ids, people = append(ids, r.MemberID), append(people, r.MemberID, r.SponsorID)
	}
	members, err := tx.MembersByID(shop, people)
	if err != nil {
		return nil, err
	}
	tallies, err := tx.PartnerTallies(shop, ids)
	if err != nil {
		return nil, err
	}
	s, err := p.PartnerSettings(tx, shop)
	cards := make([]PartnerCard, len(rows))
	for i, r := range rows {
		m, t := members[r.MemberID], tallies[r.MemberID]
		cards[i] = PartnerCard{ID: r.MemberID, Name: calledBy(m), Email: m.Email, State: r.State, SponsorID: r.SponsorID, Sponsor: calledBy(members[r.SponsorID]), HostName: r.HostName,
			Storefront: storefrontOf(s, r), Codes: t.Codes, Uses: t.Uses, FirstLine: t.FirstLine, NewCustomers: t.NewCustomers, Minor: t.Minor, CreatedAt: r.CreatedAt}
	}
	return cards, err
}

func storefrontOf(s PartnerSettings, row store.PartnerRow) string {
	if s.Domain == "" || row.HostName == "" {
		return ""
	}
	return row.HostName + "." + s.Domain
}

// Partner reads one. CodeNotFound for members who are none.
func (p *Program) Partner(ctx context.Context, shop loyalty.Shop, id loyalty.ID) (d PartnerDetail, err error) {
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		row, err := p.partnerRow(tx, shop.ID, id)
		if err != nil {
			return err
		}
		cards, err := p.partnerCards(tx, shop.ID, []store.PartnerRow{row})
		if err != nil {
			return err
		}
		d = PartnerDetail{PartnerCard: cards[0], Notes: row.Notes, Above: []PartnerRef{}}
		above := partner.Above(row.Path, partner.MaxDepth)
		members, err := tx.MembersByID(shop.ID, above)
		if err != nil {
			return err
		}
		for _, up := range above {
			d.Above = append(d.Above, PartnerRef{ID: up, Name: calledBy(members[up])})
		}
		d.Levels, err = p.levels(tx, shop.ID, row)
		return err
	})
	return d, err
}

func (p *Program) levels(tx *store.Tx, shop loyalty.ShopID, row store.PartnerRow) ([]LineLevel, error) {
	counts, err := tx.Levels(shop, row.Path)
	levels := []LineLevel{}
	for _, c := range counts {
		levels = append(levels, LineLevel{Level: c.Depth - partner.Depth(row.Path) + 1, Members: c.All, NewCustomers: c.New})
	}
	return levels, err
}
