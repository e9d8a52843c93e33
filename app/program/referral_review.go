package program

import (
	"context"
	"strings"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// HeldReferral is somebody's decision on a referral that was held.
type HeldReferral struct {
	ID     loyalty.ID
	Accept bool
	Note   string // shown to nobody but staff; why, where it is refused
}

// DecideReferral lets a held referral go on, or refuses it for good: then neither side
// gets anything. The same decision again is no error; the other one is CodeConflict.
// One whose return window is over is rewarded at once, if the order has lasted.
func (p *Program) DecideReferral(ctx context.Context, actor string, shop loyalty.Shop, d HeldReferral) error {
	d.Note = strings.TrimSpace(d.Note)
	if !d.Accept && len(d.Note) < 3 {
		return loyalty.Invalid("note", "must say why")
	}
	var decided store.Referral
	err := p.Store.Write(ctx, func(tx *store.Tx) error {
		r, found, err := tx.ReferralByID(shop.ID, d.ID)
		if err != nil {
			return err
		}
		decided = r
		if !found || r.State != store.ReferralHeld {
			return repeatedDecision(r, d.Accept)
		}
		r.State, r.Reason, r.UpdatedAt = store.ReferralRefused, ReferralByStaff, p.now()
		r.Note, r.DecidedBy, r.DecidedAt = d.Note, actor, p.now()
		if d.Accept {
			if r.State, err = p.resumeReferral(tx, shop, &r); err != nil {
				return err
			}
		}
		if ok, err := tx.MoveReferral(shop.ID, r, store.ReferralHeld); err != nil || !ok {
			return orConflict(err, "the referral was decided by somebody else")
		}
		decided = r
		return p.audit(tx, shop.ID, deed{by: actor, did: "referral.decided", to: "referral:" + d.ID.String(),
			after: map[string]any{"state": r.State, "signals": r.Signals}, why: d.Note})
	})
	if err != nil || decided.State != store.ReferralQualifying || decided.QualifiesAt > p.now() {
		return err
	}
	return p.decideReferral(ctx, shop, decided)
}

func repeatedDecision(r store.Referral, accept bool) error {
	switch accepted := r.State != store.ReferralRefused || r.Reason != ReferralByStaff; {
	case r.DecidedAt == 0:
		return loyalty.NotFound("held referral")
	case accepted != accept:
		return loyalty.Refuse(loyalty.CodeConflict, "the referral was decided otherwise")
	}
	return nil
}

// resumeReferral finds out whether the friend has bought while the referral was held.
func (p *Program) resumeReferral(tx *store.Tx, shop loyalty.Shop, r *store.Referral) (store.ReferralState, error) {
	r.Reason = ""
	if r.SaleKey != "" {
		return store.ReferralQualifying, nil
	}
	sales, err := tx.SalesOfMember(shop.ID, r.FriendID, nil, 100)
	if err != nil {
		return "", err
	}
	for i := len(sales) - 1; i >= 0; i-- {
		plan, ok, err := p.PlanAt(tx, shop, sales[i].PlacedAt)
		if err != nil {
			return "", err
		}
		if ok && earning.Reached(earning.SaleStatus(sales[i].Status), plan.Doc.Earning.EarnAt) {
			r.SaleKey, r.QualifiesAt = sales[i].Key, sales[i].PlacedAt+int64(plan.Doc.Pending.Days)*dayMs
			return store.ReferralQualifying, nil
		}
	}
	return store.ReferralClaimed, nil
}

// ReferralPage is a page of a shop's referrals with who and what they are about.
type ReferralPage struct {
	Rows    []store.Referral
	Members map[loyalty.ID]loyalty.Member // an erased one has no name
	Orders  map[string]store.SaleRow      // by the host's order id
}

// Referrals lists a shop's referrals, newest first.
func (p *Program) Referrals(tx *store.Tx, shop loyalty.ShopID, list store.ReferralList) (page ReferralPage, err error) {
	if page.Rows, err = tx.Referrals(shop, list); err != nil {
		return page, err
	}
	var members []loyalty.ID
	var orders []string
	for _, r := range page.Rows {
		members = append(members, r.ReferrerID, r.FriendID)
		if r.SaleKey != "" {
			orders = append(orders, r.SaleKey)
		}
	}
	if page.Members, err = tx.MembersByID(shop, members); err != nil {
		return page, err
	}
	page.Orders, err = tx.SalesByKey(shop, orders)
	return page, err
}
