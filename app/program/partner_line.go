package program

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"zugabe/app/loyalty"
	"zugabe/app/partner"
	"zugabe/app/store"
)

// LinePerson is a member below a partner, as the partner sees it (S0-46, S0-52).
type LinePerson struct {
	ID    loyalty.ID         `json:"id"`
	Name  string             `json:"name" doc:"as far as the merchant and the person allow; may be empty"`
	Type  loyalty.MemberType `json:"type" enum:"new_customer,customer"`
	Level int                `json:"level" doc:"1 = the first line"`
	State partner.State      `json:"state" enum:"provisional,final,revoked"`
	Since int64              `json:"since" doc:"Unix milliseconds"`
	Code  string             `json:"code,omitempty" doc:"by which the person came"`
	Above string             `json:"above,omitempty" doc:"the partner between; only from level 2"`
	Below int64              `json:"below" doc:"how many stand in the first line of this one"`
}

// Downline lists one level below a partner as the partner sees it, those first who came
// last to the shop.
func (p *Program) Downline(ctx context.Context, shop loyalty.Shop, top loyalty.ID, l store.LineList) ([]LinePerson, error) {
	return p.line(ctx, shop, top, l, shownName)
}

// DownlineForStaff has the names too: the shop knows its customers.
func (p *Program) DownlineForStaff(ctx context.Context, shop loyalty.Shop, top loyalty.ID, l store.LineList) ([]LinePerson, error) {
	return p.line(ctx, shop, top, l, func(m loyalty.Member, _ []string) string { return calledBy(m) })
}

// lineName is what a member is called to whoever looks, given the fields released.
type lineName func(m loyalty.Member, released []string) string

func (p *Program) line(ctx context.Context, shop loyalty.Shop, top loyalty.ID, l store.LineList, name lineName) (list []LinePerson, err error) {
	if l.Level < 1 || l.Level > partner.MaxDepth {
		return nil, loyalty.Invalid("level", "must be between 1 and 40")
	}
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		row, err := p.partnerRow(tx, shop.ID, top)
		if err != nil {
			return err
		}
		l.Path = row.Path
		rows, err := tx.Line(shop.ID, top, l)
		if err != nil {
			return err
		}
		list, err = p.linePeople(tx, shop, rows, l.Level, name)
		return err
	})
	return list, err
}

func (p *Program) linePeople(tx *store.Tx, shop loyalty.Shop, rows []store.LineRow, level int, name lineName) ([]LinePerson, error) {
	var ids, above, codes []loyalty.ID
	for _, r := range rows {
		ids, above, codes = append(ids, r.MemberID), append(above, r.PartnerID), append(codes, r.CodeID)
	}
	members, err := tx.MembersByID(shop.ID, slices.Concat(ids, above))
	if err != nil {
		return nil, err
	}
	texts, err := tx.CodesByID(shop.ID, codes)
	if err != nil {
		return nil, err
	}
	tallies, err := tx.PartnerTallies(shop.ID, ids)
	if err != nil {
		return nil, err
	}
	released, err := p.released(tx, shop.ID, ids)
	if err != nil {
		return nil, err
	}
	list := make([]LinePerson, len(rows))
	for i, r := range rows {
		fields := released[r.MemberID]
		if r.Partner { // partners know one another by name
			fields = []string{ContactName}
		}
		list[i] = LinePerson{ID: r.MemberID, Name: name(members[r.MemberID], fields), Type: r.Type, Level: level, State: r.State, Since: r.At,
			Code: texts[r.CodeID].Code, Below: tallies[r.MemberID].FirstLine}
		if level > 1 {
			list[i].Above = name(members[r.PartnerID], []string{ContactName})
		}
	}
	return list, nil
}

// released says which contact fields of members a partner may see: what the merchant
// has released, and only of who agreed where that is asked for (S0-51).
func (p *Program) released(tx *store.Tx, shop loyalty.ShopID, members []loyalty.ID) (map[loyalty.ID][]string, error) {
	s, err := p.PartnerSettings(tx, shop)
	if err != nil {
		return nil, err
	}
	consents := map[loyalty.ID]bool{}
	if s.NeedConsent {
		if consents, err = tx.Consents(shop, members); err != nil {
			return nil, err
		}
	}
	may := make(map[loyalty.ID][]string, len(members))
	for _, id := range members {
		may[id] = []string{}
		if !s.NeedConsent || consents[id] {
			may[id] = s.Contact
		}
	}
	return may, nil
}

// shownName is a first name and an initial, if the name is released at all.
func shownName(m loyalty.Member, released []string) string {
	if !slices.Contains(released, ContactName) {
		return ""
	}
	initial := ""
	if r, size := utf8.DecodeRuneInString(m.LastName); size > 0 && m.LastName != "" {
		initial = string(r) + "."
	}
	return strings.TrimSpace(m.FirstName + " " + initial)
}

// Lead is a new customer whom a partner should win (S0-47 to S0-51, N-10).
type Lead struct {
	ID       loyalty.ID        `json:"id"`
	Name     string            `json:"name" doc:"first name and initial, if the name is released"`
	Since    int64             `json:"since" doc:"Unix milliseconds, of the registration"`
	Released []string          `json:"released" doc:"contact fields that may be looked at: name, email"`
	Contact  map[string]string `json:"contact,omitempty" doc:"only in the answer to a look, which is noted"`
	SeenAt   int64             `json:"seen_at,omitempty" doc:"when this partner last looked, Unix milliseconds"`
	State    string            `json:"state" enum:"open,contacted,waiting,done"`
	Note     string            `json:"note"`
	RemindAt int64             `json:"remind_at,omitempty" doc:"Unix milliseconds"`
	DoneAt   int64             `json:"done_at,omitempty" doc:"Unix milliseconds"`
}

// The states of a lead.
const (
	LeadOpen      = "open"
	LeadContacted = "contacted"
	LeadWaiting   = "waiting"
	LeadDone      = "done"
)

var leadStates = []string{LeadOpen, LeadContacted, LeadWaiting, LeadDone}

// Leads is the second navigator: only the own first line, only who has bought nothing
// yet. Whoever buys is gone from it by that.
func (p *Program) Leads(ctx context.Context, shop loyalty.Shop, of loyalty.ID, before loyalty.ID, limit int) (list []Lead, err error) {
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Line(shop.ID, of, store.LineList{Level: 1, New: true, Before: before, Limit: limit})
		if err != nil {
			return err
		}
		list, err = p.leads(tx, shop.ID, of, rows)
		return err
	})
	return list, err
}

func (p *Program) leads(tx *store.Tx, shop loyalty.ShopID, of loyalty.ID, rows []store.LineRow) ([]Lead, error) {
	var ids []loyalty.ID
	for _, r := range rows {
		ids = append(ids, r.MemberID)
	}
	members, err := tx.MembersByID(shop, ids)
	if err != nil {
		return nil, err
	}
	released, err := p.released(tx, shop, ids)
	if err != nil {
		return nil, err
	}
	seen, err := tx.LastContacts(shop, of, ids)
	list := make([]Lead, len(rows))
	for i, r := range rows {
		list[i] = Lead{ID: r.MemberID, Name: shownName(members[r.MemberID], released[r.MemberID]), Since: r.Created, Released: released[r.MemberID], SeenAt: seen[r.MemberID],
			State: r.WorkedAs, Note: r.Note, RemindAt: r.RemindAt, DoneAt: r.DoneAt}
		if r.WorkedAs == "" {
			list[i].State = LeadOpen
		}
	}
	return list, err
}

// lead finds one new customer of a partner's first line; CodeNotFound for all others.
func (p *Program) lead(tx *store.Tx, shop loyalty.ShopID, of, member loyalty.ID) (Lead, error) {
	rows, err := tx.Line(shop, of, store.LineList{Level: 1, New: true, Before: member + 1, Limit: 1})
	if err != nil || len(rows) == 0 || rows[0].MemberID != member {
		return Lead{}, orMissing(err, "new customer")
	}
	list, err := p.leads(tx, shop, of, rows)
	if err != nil {
		return Lead{}, err
	}
	return list[0], nil
}

// LookAtLead shows the released contact fields of a new customer and notes that the
// partner has seen them. CodeForbidden where nothing is released.
func (p *Program) LookAtLead(ctx context.Context, shop loyalty.Shop, of, member loyalty.ID) (l Lead, err error) {
	err = p.Store.Write(ctx, func(tx *store.Tx) error {
		if l, err = p.lead(tx, shop.ID, of, member); err != nil {
			return err
		}
		if len(l.Released) == 0 {
			return loyalty.Refuse(loyalty.CodeForbidden, "the shop or the person has not released any contact data")
		}
		m, err := p.liveMember(tx, shop.ID, member)
		if err != nil {
			return err
		}
		l.Contact = map[string]string{}
		for field, value := range map[string]string{ContactName: calledBy(loyalty.Member{FirstName: m.FirstName, LastName: m.LastName}), ContactEmail: m.Email} {
			if slices.Contains(l.Released, field) && value != "" {
				l.Contact[field] = value
			}
		}
		l.SeenAt = p.now()
		return tx.InsertContacts(shop.ID, []store.ContactRow{{ID: p.IDs.Next(), PartnerID: of, MemberID: member, Kind: "shown", Fields: strings.Join(l.Released, " "), At: l.SeenAt}})
	})
	return l, err
}

// LeadChange is what a partner notes about a new customer.
type LeadChange struct {
	State    string
	Note     string
	RemindAt int64 // Unix ms, 0 = never
}

// WorkOnLead keeps what a partner notes.
func (p *Program) WorkOnLead(ctx context.Context, shop loyalty.Shop, of, member loyalty.ID, c LeadChange) (l Lead, err error) {
	switch {
	case !slices.Contains(leadStates, c.State):
		return l, loyalty.Invalid("state", "must be open, contacted, waiting or done")
	case utf8.RuneCountInString(c.Note) > 500:
		return l, loyalty.Invalid("note", "must be at most 500 characters")
	case c.RemindAt < 0:
		return l, loyalty.Invalid("remind_at", "must not be negative")
	}
	err = p.Store.Write(ctx, func(tx *store.Tx) error {
		if l, err = p.lead(tx, shop.ID, of, member); err != nil {
			return err
		}
		w := store.WorkRow{PartnerID: of, MemberID: member, State: c.State, RemindAt: c.RemindAt, Note: c.Note}
		if c.State == LeadDone {
			w.DoneAt = p.now()
		}
		if err := tx.SaveWork(shop.ID, w); err != nil {
			return err
		}
		l, err = p.lead(tx, shop.ID, of, member)
		return err
	})
	return l, err
}
