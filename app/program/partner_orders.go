package program

import (
	"context"
	"encoding/json"
	"fmt"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/partner"
	"zugabe/app/store"
)

// ordersAtOnce is how many orders one transaction counts.
const ordersAtOnce = 200

// PayOrders counts commissions of orders without a partner's code, by customers who
// have a sponsor, where the shop pays for all orders. It follows changes of
// these orders; those with a code are counted where they are booked. more says that
// there may be further ones.
func (p *Program) PayOrders(ctx context.Context, shop loyalty.Shop) (more bool, err error) {
	s, err := p.PartnerSettingsOf(ctx, shop.ID)
	if err != nil || !s.On || !s.AllOrders || len(s.RatesBP) == 0 {
		return false, err
	}
	err = rerun(ctx, func() error {
		return p.Store.Write(ctx, func(tx *store.Tx) error {
			rows, err := tx.SalesToPay(shop.ID, 0, ordersAtOnce)
			if err != nil {
				return err
			}
			more = len(rows) == ordersAtOnce
			return p.payOrders(tx, shop, s, rows)
		})
	})
	return more, err
}

func (p *Program) payOrders(tx *store.Tx, shop loyalty.Shop, s PartnerSettings, rows []store.SaleRow) error {
	var ids, members, partners []loyalty.ID
	var keys []string
	for _, row := range rows {
		ids, members, keys = append(ids, row.ID), append(members, row.MemberID), append(keys, row.Key)
	}
	if err := tx.LockSponsorships(shop.ID, members); err != nil { // as the booking of an order with a code does
		return err
	}
	bodies, err := tx.SaleBodies(shop.ID, ids)
	if err != nil {
		return err
	}
	lines, err := tx.SponsorshipsOf(shop.ID, members)
	if err != nil {
		return err
	}
	for _, l := range lines {
		partners = append(partners, l.PartnerID)
	}
	tree, err := tx.PartnersByID(shop.ID, partners)
	if err != nil {
		return err
	}
	have, err := tx.CommissionsOfSales(shop.ID, keys)
	if err != nil {
		return err
	}
	var all, unseen []paidSale
	for _, row := range rows {
		var sale earning.Sale
		if err := json.Unmarshal(bodies[row.ID], &sale); err != nil {
			return fmt.Errorf("stored order %s: %w", row.Key, err)
		}
		x := paidSale{sale: &sale, member: row.MemberID, to: lines[row.MemberID].PartnerID, counts: true}
		if all = append(all, x); len(have[row.Key]) == 0 {
			unseen = append(unseen, x)
		}
	}
	known, err := p.checkBuyers(tx, shop.ID, all, unseen)
	if err != nil {
		return err
	}
	var fresh, changed []store.Commission
	for _, x := range all {
		if seen := have[x.sale.Key]; len(seen) > 0 {
			changed = append(changed, p.followed(seen, x, known)...)
			continue
		}
		fresh = append(fresh, p.firstSeen(x, tree[x.to], s, known)...)
	}
	if err := tx.InsertCommissions(shop.ID, fresh); err != nil {
		return err // a duplicate starts over
	}
	return tx.FollowCommissions(shop.ID, changed)
}

// followed marks that an order was looked at, and follows it unless it has a code.
func (p *Program) followed(seen []store.Commission, x paidSale, known checks) []store.Commission {
	base, stands := x.worth()
	won := wonOf(seen, x.to)
	for i, c := range seen {
		if seen[i].UpdatedAt = p.now(); c.CodeID != 0 {
			continue
		}
		seen[i].State, seen[i].BaseMinor = store.CommissionOpen, base
		if !stands {
			seen[i].State, seen[i].BaseMinor = store.CommissionReversed, 0
		}
		seen[i].Minor = partner.Commission(seen[i].BaseMinor, c.RateBP)
		known.settle(&seen[i], won)
	}
	return seen
}

// firstSeen are the commissions of an order that has none. There is always one of
// level 1, so that it is known that somebody looked.
func (p *Program) firstSeen(x paidSale, to store.PartnerRow, s PartnerSettings, known checks) []store.Commission {
	base, stands := x.worth()
	payees := partner.Payees(to.MemberID, to.Path, s.RatesBP)
	if s.RatesBP[0] == 0 {
		payees = append([]partner.Payee{{PartnerID: to.MemberID, Level: 1}}, payees...)
	}
	var list []store.Commission
	for _, one := range payees {
		c := store.Commission{ID: p.IDs.Next(), PartnerID: one.PartnerID, SaleKey: x.sale.Key, MemberID: x.member, Level: one.Level, RateBP: one.RateBP, Currency: x.sale.Currency,
			State: store.CommissionReversed, At: x.sale.PlacedAt, AvailableAt: x.sale.PlacedAt + int64(s.HoldDays)*dayMs, UpdatedAt: p.now()}
		if stands {
			c.State, c.BaseMinor, c.Minor = store.CommissionOpen, base, partner.Commission(base, one.RateBP)
			known.settle(&c, wonBy{x.member, x.to})
		}
		list = append(list, c)
	}
	return list
}
