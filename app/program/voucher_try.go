package program

import (
	"context"
	"slices"
	"strings"

	"zugabe/app/loyalty"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// personOfMember is what vouchers may know of a member. Segments are those that
// the app itself can tell.
func personOfMember(m loyalty.Member) voucher.Person {
	p := voucher.Person{Known: true, MemberID: m.ID, Type: loyalty.NewCustomer, Tags: m.Tags, Blocked: m.BlockRedeem || m.State != loyalty.MemberActive}
	if m.FirstOrderAt != 0 || m.Type == loyalty.Customer {
		p.Type = loyalty.Customer
	}
	p.Segments = append(p.Segments, string(p.Type))
	if m.HasLogin && p.Type == loyalty.NewCustomer {
		p.Segments = append(p.Segments, SegmentRegisteredOnly)
	}
	p.Business = slices.ContainsFunc(m.Tags, func(tag string) bool { return strings.EqualFold(tag, "b2b") || strings.EqualFold(tag, "wholesale") })
	return p
}

// SegmentRegisteredOnly are members with an account who never bought (S0-44).
const SegmentRegisteredOnly = "registered_only"

// TryRequest asks what a voucher would do in a cart.
type TryRequest struct {
	Code     string            // of a code, or
	Template loyalty.ID        // of a voucher as it is saved, or
	Draft    *voucher.Template // conditions that nobody saved
	Member   loyalty.ID        // 0 = somebody we do not know
	At       int64             // Unix ms; 0 = now
	Cart     voucher.Cart
}

// Tried is the answer, with the voucher it is about.
type Tried struct {
	Decision voucher.Decision
	Template voucher.Template
	Row      store.TemplateRow // its ID is 0 for a draft
	Code     store.Code        // its ID is 0 where no code was named
	Found    bool              // false: there is no such code
}

// TryVoucher decides over the real state as if the cart were ordered now. It
// changes nothing. An unknown code is no error: the decision says no.
func (p *Program) TryVoucher(ctx context.Context, shop loyalty.Shop, r TryRequest) (t Tried, err error) {
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		t, err = p.try(tx, shop, r)
		return err
	})
	return t, err
}

func (p *Program) try(tx *store.Tx, shop loyalty.Shop, r TryRequest) (Tried, error) {
	zone, err := loyalty.Zone(shop.Zone)
	if err != nil {
		return Tried{}, err
	}
	at := voucher.Moment{At: r.At, Zone: zone}
	if at.At == 0 {
		at.At = p.now()
	}
	if r.Cart.Currency == "" {
		r.Cart.Currency = shop.Currency
	}
	off, err := p.switchedOff(tx, shop.ID)
	if err != nil {
		return Tried{}, err
	}
	t, total, err := p.tried(tx, shop, r)
	if err != nil {
		return t, err
	}
	if !t.Found {
		t.Decision = voucher.Decision{Why: []voucher.Reason{{Code: voucher.ReasonUnknown}}}
		return t, nil
	}
	person, err := p.personFor(tx, shop.ID, r.Member, t.Row.ID)
	if err != nil {
		return t, err
	}
	doc := valueOf(t.Template, t.Code).Without(off)
	doc.Limits.Total, doc.Limits.BudgetMinor = max(total.MaxUses, 0), max(total.BudgetMinor, 0)
	standing := voucher.Standing{Code: t.Code.Folded, Template: t.Row.State, State: t.Code.State, Uses: t.Code.Uses, MaxUses: t.Code.MaxUses,
		TotalUses: total.Uses, SpentMinor: total.Minor, Holder: t.Code.MemberID, Issuer: t.Code.IssuerID, IssuedAt: t.Code.CreatedAt,
		StartsAt: t.Code.StartsAt, EndsAt: t.Code.ExpiresAt}
	if t.Code.IssuerID != 0 {
		if accepted, err := p.acceptsPartners(tx, shop.ID, t.Code.IssuerID); err != nil || !accepted {
			standing.Template = voucher.TemplatePaused
			if err != nil {
				return t, err
			}
		}
	}
	t.Decision = voucher.Decide(doc, standing, r.Cart, person, at)
	return t, nil
}

// tried finds what is to be tried: a code with the version it was made with, a
// voucher as it is now, or a draft.
func (p *Program) tried(tx *store.Tx, shop loyalty.Shop, r TryRequest) (t Tried, total store.TemplateTotal, err error) {
	if r.Draft != nil {
		t = Tried{Template: *r.Draft, Row: store.TemplateRow{State: voucher.TemplateActive}, Found: true}
		return t, store.TemplateTotal{MaxUses: r.Draft.Limits.Total, BudgetMinor: r.Draft.Limits.BudgetMinor}, nil
	}
	id := r.Template
	if r.Code != "" {
		folded := voucher.Fold(r.Code)
		found, err := tx.CodesByFolded(shop.ID, []string{folded})
		if err != nil {
			return t, total, err
		}
		t.Code = found[folded]
		if id = t.Code.TemplateID; id == 0 {
			// The same reads as for a code that exists, so that the time it takes tells nothing (G6).
			_, err := p.vouchersByID(tx, shop.ID, []loyalty.ID{1})
			return t, total, err
		}
	}
	v, err := p.voucherByID(tx, shop.ID, id)
	if err != nil {
		return t, total, err
	}
	t.Row, t.Template, t.Found = v.Row, v.Doc, true
	if t.Code.ID != 0 && t.Code.TemplateVersion != v.Row.Version {
		key := store.TemplateKey{ID: id, Version: t.Code.TemplateVersion}
		docs, err := p.templateDocs(tx, shop.ID, []store.TemplateKey{key})
		if err != nil {
			return t, total, err
		}
		t.Template = docs[key]
	}
	return t, v.Total, nil
}

// personFor is what we know of a member with regard to one voucher: other accounts
// of the same person count (G12).
func (p *Program) personFor(tx *store.Tx, shop loyalty.ShopID, member, template loyalty.ID) (voucher.Person, error) {
	if member == 0 {
		return voucher.Person{}, nil
	}
	m, err := p.liveMember(tx, shop, member)
	if err != nil {
		return voucher.Person{}, err
	}
	person := personOfMember(m)
	key := m.PersonKey
	if len(key) == 0 {
		key = p.keyedHash("member:" + m.ID.String())
	}
	first, err := tx.FirstOrders(shop, []string{string(key)})
	if err != nil {
		return person, err
	}
	if first[string(key)] != 0 {
		person.Type = loyalty.Customer
	}
	claims, err := tx.NewCustomerClaims(shop, []string{string(key)})
	if err != nil {
		return person, err
	}
	_, person.UsedNewCustomer = claims[string(key)]
	who := store.PersonTemplate{TemplateID: template, PersonKey: string(key)}
	uses, err := tx.VoucherPersons(shop, []store.PersonTemplate{who})
	person.UsesOfTemplate = int64(len(uses[who]))
	return person, err
}
