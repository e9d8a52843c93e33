package program

import (
	"bytes"
	"context"
	"maps"
	"slices"

	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/partner"
	"zugabe/app/store"
)

// sponsorUses is told what codes from partners did in the orders of a batch, in the
// transaction that books them (S0-14, S0-15). Orders say it again whenever they
// change, so all of it can be repeated. Orders without a partner's code cost nothing;
// the others a number of statements that does not depend on how many they are.
func (p *Program) sponsorUses(tx *store.Tx, shop loyalty.Shop, uses []VoucherUse) error {
	uses = slices.DeleteFunc(slices.Clone(uses), func(u VoucherUse) bool { return u.Code.IssuerID == 0 || u.Buyer == nil })
	if len(uses) == 0 {
		return nil
	}
	d := &sponsorDesk{p: p, tx: tx, shop: shop}
	if err := d.read(uses); err != nil {
		return err
	}
	for _, u := range uses {
		d.judge(u)
	}
	if err := d.write(); err != nil {
		return err
	}
	return p.payUses(tx, shop, d.settings, uses)
}

// sponsorDesk assigns the buyers of one batch.
type sponsorDesk struct {
	p        *Program
	tx       *store.Tx
	shop     loyalty.Shop
	settings PartnerSettings
	have     map[loyalty.ID]partner.Sponsorship
	stored   map[loyalty.ID]bool // members who had a row before
	partners map[loyalty.ID]store.PartnerRow
	members  map[loyalty.ID]loyalty.Member // the issuers
	bought   map[string]int64              // when a person first bought, by person key
	told     map[told]bool                 // what is in the timelines already
	changed  map[loyalty.ID]bool
	events   []store.SponsorEvent
	done     []loyalty.ID // members who are no longer new
}

// told is what must not be said twice.
type told struct {
	member, partner loyalty.ID
	kind            partner.Kind
	sale            string
}

func (d *sponsorDesk) read(uses []VoucherUse) (err error) {
	if d.settings, err = d.p.PartnerSettings(d.tx, d.shop.ID); err != nil {
		return err
	}
	buyers, issuers, persons := map[loyalty.ID]bool{}, map[loyalty.ID]bool{}, map[string]bool{}
	for _, u := range uses {
		buyers[u.Buyer.ID], issuers[u.Code.IssuerID] = true, true
		if len(u.Buyer.PersonKey) > 0 {
			persons[string(u.Buyer.PersonKey)] = true
		}
	}
	members := slices.Sorted(maps.Keys(buyers))
	if err := d.tx.LockSponsorships(d.shop.ID, members); err != nil {
		return err
	}
	if d.have, err = d.tx.SponsorshipsOf(d.shop.ID, members); err != nil {
		return err
	}
	d.stored, d.changed, d.told = map[loyalty.ID]bool{}, map[loyalty.ID]bool{}, map[told]bool{}
	for id := range d.have {
		d.stored[id] = true
	}
	// Buyers may be partners themselves: nobody comes below whom they are above.
	if d.partners, err = d.tx.PartnersByID(d.shop.ID, slices.Concat(slices.Sorted(maps.Keys(issuers)), members)); err != nil {
		return err
	}
	if d.members, err = d.tx.MembersByID(d.shop.ID, slices.Sorted(maps.Keys(issuers))); err != nil {
		return err
	}
	if d.bought, err = d.tx.FirstOrders(d.shop.ID, slices.Sorted(maps.Keys(persons))); err != nil {
		return err
	}
	lines, err := d.tx.SponsorEvents(d.shop.ID, members, 1000)
	for _, e := range lines {
		d.told[told{e.MemberID, e.PartnerID, e.Kind, e.SaleKey}] = true
	}
	return err
}

func (d *sponsorDesk) judge(u VoucherUse) {
	claim := d.claim(u)
	var have *partner.Sponsorship
	if s, has := d.have[claim.MemberID]; has {
		have = &s
	}
	if (!d.settings.On || d.partners[claim.PartnerID].State == store.PartnerPaused) && have == nil {
		return // the module is off: the order is kept and flagged, nobody is assigned (S0-01)
	}
	next, events := partner.Resolve(have, claim, d.settings.policy(), d.p.now())
	if next != nil {
		d.have[claim.MemberID], d.changed[claim.MemberID] = *next, true
		if next.State == partner.Final {
			d.done = append(d.done, claim.MemberID)
		}
	}
	for _, e := range events {
		key := told{claim.MemberID, e.PartnerID, e.Kind, claim.SaleKey}
		if next == nil && d.told[key] {
			continue
		}
		d.told[key] = true
		d.events = append(d.events, store.SponsorEvent{ID: d.p.IDs.Next(), MemberID: claim.MemberID, PartnerID: e.PartnerID, Kind: e.Kind, CodeID: claim.CodeID,
			SaleKey: claim.SaleKey, Storefront: claim.Storefront, Actor: ledger.ActorSystem, At: d.p.now()})
	}
}

func (d *sponsorDesk) claim(u VoucherUse) partner.Claim {
	m, sale := u.Buyer, u.Sale
	c := partner.Claim{MemberID: m.ID, PartnerID: u.Code.IssuerID, CodeID: u.Code.ID, SaleKey: sale.Key, Storefront: sale.Storefront, At: sale.PlacedAt,
		Live: u.Use.State == store.UseCounts, New: m.FirstOrderAt == 0 || m.FirstOrderAt >= sale.PlacedAt,
		Complete: m.FirstOrderAt != 0 && m.FirstOrderAt <= sale.PlacedAt && m.Type == loyalty.Customer}
	if first := d.bought[string(m.PersonKey)]; first != 0 && first < sale.PlacedAt {
		c.New = false // the person has bought under another account
	}
	issuer := d.members[c.PartnerID]
	same := len(m.PersonKey) > 0 && bytes.Equal(m.PersonKey, issuer.PersonKey)
	above := d.partners[m.ID].Path != "" && partner.Below(d.partners[c.PartnerID].Path, d.partners[m.ID].Path)
	// Partners are placed by staff, with all below them: no order moves them.
	c.Self = m.ID == c.PartnerID || same || above || d.partners[m.ID].MemberID != 0
	return c
}

func (d *sponsorDesk) write() error {
	var list []partner.Sponsorship
	var replaced []loyalty.ID
	for _, id := range slices.Sorted(maps.Keys(d.changed)) {
		if list = append(list, d.have[id]); d.stored[id] {
			replaced = append(replaced, id)
		}
	}
	if err := d.tx.PutSponsorships(d.shop.ID, list, replaced); err != nil {
		if store.IsDuplicate(err, "sponsorships.PRIMARY") {
			return errRaced
		}
		return err
	}
	if err := d.tx.InsertSponsorEvents(d.shop.ID, d.events); err != nil {
		return err
	}
	return d.tx.DropWork(d.shop.ID, d.done)
}

// sponsorMove puts a member into another first line by hand.
type sponsorMove struct {
	member, to loyalty.ID // to 0 = nobody's
	had        partner.Sponsorship
	note       string
	byHand     bool // also where the member has this sponsor by an order
}

// giveSponsor writes what staff decided and tells both partners.
func (p *Program) giveSponsor(tx *store.Tx, shop loyalty.Shop, actor string, m sponsorMove) error {
	if m.to == m.had.PartnerID && (m.to == 0 || m.had.State == partner.Final && !(m.byHand && m.had.SaleKey != "")) {
		return nil
	}
	now := p.now()
	var events []store.SponsorEvent
	add := func(kind partner.Kind, to loyalty.ID) {
		events = append(events, store.SponsorEvent{ID: p.IDs.Next(), MemberID: m.member, PartnerID: to, Kind: kind, Actor: actor, Note: m.note, At: now})
	}
	if m.had.PartnerID != 0 && m.had.State != partner.Revoked && m.had.PartnerID != m.to {
		add(partner.EventReplaced, m.had.PartnerID)
	}
	var next []partner.Sponsorship
	if m.to != 0 {
		add(partner.EventMoved, m.to)
		next = append(next, partner.Sponsorship{MemberID: m.member, PartnerID: m.to, State: partner.Final, At: now, FinalAt: now})
	}
	var had []loyalty.ID
	if m.had.MemberID != 0 {
		had = append(had, m.member)
	}
	err := tx.PutSponsorships(shop.ID, next, had)
	if store.IsDuplicate(err, "sponsorships.PRIMARY") {
		return errRaced
	}
	if err != nil {
		return err
	}
	return tx.InsertSponsorEvents(shop.ID, events)
}

// MoveMember puts a customer into a partner's first line by hand, or out of it (to 0).
func (p *Program) MoveMember(ctx context.Context, actor string, shop loyalty.Shop, move Move) (Attribution, error) {
	err := rerun(ctx, func() error {
		return p.Store.Write(ctx, func(tx *store.Tx) error {
			return p.moveMember(tx, actor, shop, sponsorMove{member: move.ID, to: move.To, note: move.Note})
		})
	})
	if err != nil {
		return Attribution{}, err
	}
	return p.AttributionOf(ctx, shop, move.ID)
}

func (p *Program) moveMember(tx *store.Tx, actor string, shop loyalty.Shop, move sponsorMove) error {
	m, err := p.liveMember(tx, shop.ID, move.member)
	if err != nil {
		return err
	}
	move.member = m.ID
	rows, err := tx.PartnersByID(shop.ID, []loyalty.ID{m.ID, move.to})
	if err != nil {
		return err
	}
	if _, is := rows[m.ID]; is {
		return loyalty.Refuse(loyalty.CodeConflict, "this member is a partner: move the partner instead")
	}
	if _, known := rows[move.to]; move.to != 0 && (!known || move.to == m.ID) {
		return loyalty.Invalid("partner_id", "must be a partner")
	}
	if err := tx.LockSponsorships(shop.ID, []loyalty.ID{m.ID}); err != nil {
		return err
	}
	have, err := tx.SponsorshipsOf(shop.ID, []loyalty.ID{m.ID})
	if err != nil {
		return err
	}
	move.had = have[m.ID]
	if err := p.giveSponsor(tx, shop, actor, move); err != nil {
		return err
	}
	return p.audit(tx, shop.ID, deed{by: actor, did: "sponsor.moved", to: "member:" + m.ID.String(), before: map[string]any{"partner": move.had.PartnerID},
		after: map[string]any{"partner": move.to}, why: move.note})
}
