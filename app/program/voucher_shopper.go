package program

import (
	"context"
	"slices"

	"zugabe/app/loyalty"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// pendingFor is how long a code that cannot be used yet is kept for a shopper.
const pendingFor = 14 * dayMs

// Shopper is who stands before a cart.
type Shopper struct {
	Member  loyalty.ID // 0 = not signed in
	Visitor string     // what the page calls somebody who is not signed in, "" = nothing is kept
}

func (s Shopper) holder() string {
	if s.Member != 0 {
		return "member:" + s.Member.String()
	}
	if s.Visitor != "" {
		return "visitor:" + s.Visitor
	}
	return ""
}

// Offer is a voucher as a shopper sees it.
type Offer struct {
	Tried
	Kept bool // the code waits until its conditions hold
}

// CheckCode says whether a code counts in a cart, in the words for whoever asks:
// strangers get one neutral no, whatever the reason (G6). A code whose conditions the
// shopper can still fulfil is kept for later (S0-18), and a use of one that counts now
// is kept for this checkout where there are few.
func (p *Program) CheckCode(ctx context.Context, shop loyalty.Shop, who Shopper, code string, cart voucher.Cart) (Offer, error) {
	cart, err := p.knowCodes(ctx, shop, cart)
	if err != nil {
		return Offer{}, err
	}
	t, err := p.TryVoucher(ctx, shop, TryRequest{Code: code, Member: who.Member, Cart: cart})
	if err == nil && t.Found {
		err = p.hold(ctx, shop, who, &t)
	}
	o := Offer{Tried: t}
	if err != nil {
		return o, err
	}
	_, near := t.Decision.Near()
	o.Kept = near && t.Found && who.holder() != ""
	err = p.noteCheck(ctx, shop, who, o)
	o.Decision = spokenTo(who, t.Decision)
	o.Kept = o.Kept && who.Member != 0 // to a stranger it would say that there is such a code
	return o, err
}

// spokenTo gives members a reason, and strangers the one neutral no.
func spokenTo(who Shopper, d voucher.Decision) voucher.Decision {
	if who.Member != 0 {
		return d.ForShopper()
	}
	return d.ForStranger()
}

func boolCount(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// noteCheck counts that a code was tried, and keeps it for later. A code that nobody
// has is counted with the voucher 0, so that it takes as long as one that there is (G6).
func (p *Program) noteCheck(ctx context.Context, shop loyalty.Shop, who Shopper, o Offer) error {
	by := store.VoucherDay{Applied: boolCount(o.Decision.OK), Refused: boolCount(!o.Decision.OK)}
	return p.countDay(ctx, shop, o.Row.ID, by, func(tx *store.Tx) error {
		if !o.Kept {
			return nil
		}
		return tx.KeepPendingCode(shop.ID, who.holder(), o.Code.ID, p.now())
	})
}

// countDay counts with a voucher and the shop's day, and does something more in the same transaction.
func (p *Program) countDay(ctx context.Context, shop loyalty.Shop, template loyalty.ID, by store.VoucherDay, more func(*store.Tx) error) error {
	zone, err := loyalty.Zone(shop.Zone)
	if err != nil {
		return err
	}
	today := loyalty.DateOf(p.Clock.Now().In(zone))
	return rerun(ctx, func() error {
		return p.Store.Write(ctx, func(tx *store.Tx) error {
			if err := tx.CountVoucherDay(shop.ID, template, today, by); err != nil {
				return err
			}
			return more(tx)
		})
	})
}

// offersAtOnce is how many vouchers a cart is tried with.
const offersAtOnce = 20

// Offers are what a shopper should see or get in a cart: codes that wait for their
// conditions, and vouchers that show themselves and are meant for this person
// (S2-04, S2-05, A-37). One that the host will refuse beside what the cart has is there
// with the reason, instead of missing without a word (N-06). The best one comes first.
func (p *Program) Offers(ctx context.Context, shop loyalty.Shop, who Shopper, cart voucher.Cart) ([]Offer, error) {
	var offers []Offer
	cart, err := p.knowCodes(ctx, shop, cart)
	if err != nil {
		return nil, err
	}
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		offers = nil
		kept, err := p.keptCodes(tx, shop.ID, who)
		if err != nil {
			return err
		}
		shown, err := p.shownCodes(tx, shop.ID, who)
		if err != nil {
			return err
		}
		seen := map[loyalty.ID]bool{}
		for i, c := range slices.Concat(kept, shown) {
			if seen[c.ID] {
				continue
			}
			seen[c.ID] = true
			t, err := p.try(tx, shop, TryRequest{Code: c.Code, Member: who.Member, Cart: cart})
			if err != nil {
				return err
			}
			_, near := t.Decision.Near()
			near = near || t.Decision.Stacked() && !t.Decision.Has(voucher.ReasonSameCode)
			// Somebody we do not know is not shown what is meant for chosen members.
			if isKept := i < len(kept); t.Decision.OK || near && (who.Member != 0 || !isKept && !t.Decision.Has(voucher.ReasonLogIn)) {
				t.Decision.Steps = nil
				offers = append(offers, Offer{Tried: t, Kept: isKept})
			}
		}
		return nil
	})
	slices.SortStableFunc(offers, func(a, b Offer) int { return int(b.Decision.Minor - a.Decision.Minor) })
	return offers, err
}

func (p *Program) keptCodes(tx *store.Tx, shop loyalty.ShopID, who Shopper) ([]store.Code, error) {
	if who.holder() == "" {
		return nil, nil
	}
	ids, err := tx.PendingCodes(shop, who.holder(), p.now()-pendingFor, offersAtOnce)
	if err != nil {
		return nil, err
	}
	found, err := tx.CodesByID(shop, ids)
	var list []store.Code
	for _, id := range ids {
		if c, ok := found[id]; ok && c.State != voucher.Void {
			list = append(list, c)
		}
	}
	return list, err
}

// shownCodes are codes of vouchers that show themselves: the shopper's own, else one
// that everybody may use.
func (p *Program) shownCodes(tx *store.Tx, shop loyalty.ShopID, who Shopper) ([]store.Code, error) {
	rows, err := tx.Templates(shop, store.TemplateList{States: []voucher.TemplateState{voucher.TemplateActive}, Auto: true, Limit: offersAtOnce})
	if err != nil {
		return nil, err
	}
	var list []store.Code
	for _, row := range rows {
		c, found, err := tx.CodeToShow(shop, row.ID, who.Member)
		if err != nil {
			return nil, err
		}
		if found {
			list = append(list, c)
		}
	}
	return list, nil
}

// NoteSeen counts that vouchers came into somebody's view in the shop. Only running ones
// that show themselves count: an answer to whoever sends other ids would be a lie in a report.
func (p *Program) NoteSeen(ctx context.Context, shop loyalty.Shop, ids []loyalty.ID) error {
	zone, err := loyalty.Zone(shop.Zone)
	if err != nil {
		return err
	}
	today := loyalty.DateOf(p.Clock.Now().In(zone))
	ids = distinctIDs(ids)
	slices.Sort(ids)
	return rerun(ctx, func() error {
		return p.Store.Write(ctx, func(tx *store.Tx) error {
			rows, err := tx.TemplatesByID(shop.ID, ids)
			if err != nil {
				return err
			}
			for _, id := range ids {
				if row, found := rows[id]; !found || row.State != voucher.TemplateActive || row.Auto == voucher.AutoNever {
					continue
				}
				if err := tx.CountVoucherDay(shop.ID, id, today, store.VoucherDay{Shown: 1}); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// NoteShown counts that vouchers were put before a shopper's eyes.
func (p *Program) NoteShown(ctx context.Context, shop loyalty.Shop, offers []Offer) error {
	for _, o := range offers {
		if err := p.countDay(ctx, shop, o.Row.ID, store.VoucherDay{Shown: 1}, func(*store.Tx) error { return nil }); err != nil {
			return err
		}
	}
	return nil
}
