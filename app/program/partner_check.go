package program

import (
	"bytes"
	"context"
	"slices"
	"strings"

	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// SignalPerson is an account of the same person (G10).
const SignalPerson = "person"

// wonBy is a customer and the partner by whom they bought.
type wonBy struct{ member, partner loyalty.ID }

// checks are what is known of customers who look like their partner.
type checks map[wonBy]store.PartnerCheck

// settle gives a commission that stands the state that its check demands. What was paid
// before anybody looked stays.
func (k checks) settle(c *store.Commission, w wonBy) {
	check, is := k[w]
	if !is || c.State != store.CommissionOpen || c.PaidAt != 0 {
		return
	}
	switch check.State {
	case store.CheckHeld:
		c.State = store.CommissionHeld
	case store.CheckRefused:
		c.Refuse()
	}
}

// wonOf is to whom an order's commissions belong: its buyer, and the partner of level 1.
func wonOf(list []store.Commission, otherwise loyalty.ID) wonBy {
	w := wonBy{partner: store.WonBy(list, otherwise)}
	if len(list) > 0 {
		w.member = list[0].MemberID
	}
	return w
}

// checkBuyers reads the checks of orders' buyers and compares those of first orders with
// their partners, as friends are compared with who brought them: the same settings, the
// same hashes. A number of statements that does not depend on how many they are, but for
// those who look alike.
func (p *Program) checkBuyers(tx *store.Tx, shop loyalty.ShopID, all []paidSale, fresh []paidSale) (checks, error) {
	var buyers []loyalty.ID
	for _, x := range all {
		buyers = append(buyers, x.member)
	}
	if err := tx.LockPartnerChecks(shop, distinctIDs(buyers)); err != nil {
		return nil, err
	}
	rows, err := tx.PartnerChecksOf(shop, distinctIDs(buyers))
	if err != nil {
		return nil, err
	}
	known := checks{}
	for _, c := range rows {
		known[wonBy{c.MemberID, c.PartnerID}] = c
	}
	if len(fresh) == 0 {
		return known, nil
	}
	settings, err := p.ReferralSettings(tx, shop)
	if err != nil || !settings.Compare {
		return known, err
	}
	return known, p.compareBuyers(tx, shop, fresh, known)
}

func (p *Program) compareBuyers(tx *store.Tx, shop loyalty.ShopID, fresh []paidSale, known checks) error {
	var people []loyalty.ID
	for _, x := range fresh {
		people = append(people, x.member, x.to)
	}
	people = distinctIDs(people)
	members, err := tx.MembersByID(shop, people)
	if err != nil {
		return err
	}
	orders, err := p.ordersOfPeople(tx, shop, members)
	if err != nil {
		return err
	}
	for _, x := range fresh {
		w := wonBy{x.member, x.to}
		was, checked := known[w]
		if was.State == store.CheckRefused || x.member == x.to {
			continue
		}
		// The order itself is stored only behind this, while it is being booked.
		own := store.SaleTraces{PlacedAt: x.sale.PlacedAt, Traces: p.hashTraces(shop, x.sale.Contact.Traces)}
		found := alike(orders[x.to], append(orders[x.member], own))
		buyer, seller := members[x.member], members[x.to]
		if sameMailbox(seller.Email, buyer.Email) {
			found = append(found, SignalMail)
		}
		if len(buyer.PersonKey) > 0 && bytes.Equal(buyer.PersonKey, seller.PersonKey) {
			found = append([]string{SignalPerson}, found...)
		}
		found = slices.DeleteFunc(found, func(s string) bool { return slices.Contains(was.Signals, s) })
		if len(found) == 0 {
			continue
		}
		next := was
		next.State, next.Signals, next.SaleKey, next.Note, next.DecidedBy, next.DecidedAt = store.CheckHeld, append(slices.Clone(was.Signals), found...), x.sale.Key, "", "", 0
		if !checked {
			next.ID, next.MemberID, next.PartnerID, next.CreatedAt = p.IDs.Next(), w.member, w.partner, p.now()
		}
		if err := p.holdBuyer(tx, shop, next, was.State); err != nil {
			return err
		}
		known[w] = next
	}
	return nil
}

// ordersOfPeople are what the orders of members show, by member, with those of other
// accounts of the same person: who was invited as a partner may have bought as a guest.
func (p *Program) ordersOfPeople(tx *store.Tx, shop loyalty.ShopID, members map[loyalty.ID]loyalty.Member) (map[loyalty.ID][]store.SaleTraces, error) {
	var persons [][]byte
	var ids []loyalty.ID
	for id, m := range members {
		if ids = append(ids, id); len(m.PersonKey) > 0 {
			persons = append(persons, m.PersonKey)
		}
	}
	same, err := tx.MembersByPerson(shop, persons)
	if err != nil {
		return nil, err
	}
	for _, list := range same {
		for _, m := range list {
			ids = append(ids, m.ID)
		}
	}
	found, err := tx.TracesOfMembers(shop, distinctIDs(ids), p.now()-tracesDays*dayMs, tracesOrders)
	all := make(map[loyalty.ID][]store.SaleTraces, len(members))
	for id, m := range members {
		all[id] = slices.Clone(found[id])
		for _, other := range same[string(m.PersonKey)] {
			if other.ID != id {
				all[id] = append(all[id], found[other.ID]...)
			}
		}
	}
	return all, err
}

// holdBuyer stores a check, new or in the state that it was in, and lets wait what of
// the customer's is not paid yet.
func (p *Program) holdBuyer(tx *store.Tx, shop loyalty.ShopID, c store.PartnerCheck, was store.PartnerCheckState) error {
	if was == "" {
		err := tx.InsertPartnerCheck(shop, c)
		if store.IsDuplicate(err, "partner_checks.partner_checks_pair") {
			err = errRaced
		}
		if err != nil {
			return err
		}
	} else if ok, err := tx.MovePartnerCheck(shop, c, was); err != nil || !ok {
		return cmpErr(err, errRaced)
	}
	return p.moveWaiting(tx, shop, c, store.CommissionOpen)
}

// moveWaiting gives the unpaid commissions of a check's customer that are in one state
// the one that the check demands now.
func (p *Program) moveWaiting(tx *store.Tx, shop loyalty.ShopID, c store.PartnerCheck, from string) error {
	orders, err := tx.CommissionsOfBuyer(shop, c.MemberID)
	if err != nil {
		return err
	}
	k := checks{wonBy{c.MemberID, c.PartnerID}: c}
	var changed []store.Commission
	for _, list := range orders {
		if store.WonBy(list, c.PartnerID) != c.PartnerID {
			continue
		}
		for _, one := range list {
			if one.State != from || one.PaidAt != 0 {
				continue
			}
			one.State, one.UpdatedAt = store.CommissionOpen, p.now()
			k.settle(&one, wonBy{c.MemberID, c.PartnerID})
			changed = append(changed, one)
		}
	}
	return tx.FollowCommissions(shop, changed)
}

// HeldCustomer is somebody's decision on a customer who looks like their partner.
type HeldCustomer struct {
	ID     loyalty.ID
	Accept bool
	Note   string // shown to nobody but staff; why, where it is refused
}

// DecideCustomer lets the commissions for a customer go on, or refuses them for good. The
// same decision again is no error; the other one is CodeConflict.
func (p *Program) DecideCustomer(ctx context.Context, actor string, shop loyalty.Shop, d HeldCustomer) error {
	d.Note = strings.TrimSpace(d.Note)
	if !d.Accept && len(d.Note) < 3 {
		return loyalty.Invalid("note", "must say why")
	}
	next := store.CheckRefused
	if d.Accept {
		next = store.CheckCleared
	}
	return p.Store.Write(ctx, func(tx *store.Tx) error {
		c, found, err := tx.PartnerCheckByID(shop.ID, d.ID)
		if err != nil || !found {
			return orMissing(err, "customer that waits")
		}
		if err := tx.LockPartnerChecks(shop.ID, []loyalty.ID{c.MemberID}); err != nil {
			return err
		}
		if c, _, err = tx.PartnerCheckByID(shop.ID, d.ID); err != nil || c.State == next {
			return err
		}
		if c.State != store.CheckHeld {
			return loyalty.Refuse(loyalty.CodeConflict, "the customer was decided on otherwise")
		}
		c.State, c.Note, c.DecidedBy, c.DecidedAt = next, d.Note, actor, p.now()
		if ok, err := tx.MovePartnerCheck(shop.ID, c, store.CheckHeld); err != nil || !ok {
			return orConflict(err, "the customer was decided on by somebody else")
		}
		if err := p.moveWaiting(tx, shop.ID, c, store.CommissionHeld); err != nil {
			return err
		}
		return p.audit(tx, shop.ID, deed{by: actor, did: "commissions.decided", to: PartnerSubject(c.PartnerID),
			after: map[string]any{"customer": c.MemberID, "state": c.State, "signals": c.Signals}, why: d.Note})
	})
}

// CustomerCheck is a check as staff reads it.
type CustomerCheck struct {
	ID        loyalty.ID       `json:"id"`
	MemberID  loyalty.ID       `json:"member_id"`
	Member    string           `json:"member,omitempty" doc:"name or e-mail address; missing = erased"`
	PartnerID loyalty.ID       `json:"partner_id"`
	Partner   string           `json:"partner,omitempty"`
	State     string           `json:"state" enum:"held,cleared,refused"`
	Signals   []string         `json:"signals" doc:"person, address, name, phone, device, network, mail"`
	SaleKey   string           `json:"sale_key" doc:"the order that showed it"`
	Order     string           `json:"order" doc:"what people call that order"`
	Minor     int64            `json:"minor" doc:"what waits, minor units"`
	Currency  loyalty.Currency `json:"currency"`
	Note      string           `json:"note,omitempty" doc:"of whoever decided"`
	CreatedAt int64            `json:"created_at" doc:"Unix milliseconds"`
	DecidedAt int64            `json:"decided_at,omitempty" doc:"Unix milliseconds"`
}

// CustomerChecks lists customers who look like their partner, newest first.
func (p *Program) CustomerChecks(tx *store.Tx, shop loyalty.Shop, l store.PartnerCheckList) ([]CustomerCheck, error) {
	rows, err := tx.PartnerChecks(shop.ID, l)
	if err != nil {
		return nil, err
	}
	var people []loyalty.ID
	var keys []string
	for _, c := range rows {
		people, keys = append(people, c.MemberID, c.PartnerID), append(keys, c.SaleKey)
	}
	members, err := tx.MembersByID(shop.ID, people)
	if err != nil {
		return nil, err
	}
	sales, err := tx.SalesByKey(shop.ID, keys)
	if err != nil {
		return nil, err
	}
	list := make([]CustomerCheck, len(rows))
	for i, c := range rows {
		list[i] = CustomerCheck{ID: c.ID, MemberID: c.MemberID, Member: calledBy(members[c.MemberID]), PartnerID: c.PartnerID, Partner: calledBy(members[c.PartnerID]), State: string(c.State),
			Signals: append([]string{}, c.Signals...), SaleKey: c.SaleKey, Order: sales[c.SaleKey].Number, Currency: shop.Currency, Note: c.Note, CreatedAt: c.CreatedAt, DecidedAt: c.DecidedAt}
		if c.State != store.CheckHeld {
			continue
		}
		orders, err := tx.CommissionsOfBuyer(shop.ID, c.MemberID)
		if err != nil {
			return nil, err
		}
		for _, one := range orders {
			for _, x := range one {
				if x.State == store.CommissionHeld && store.WonBy(one, c.PartnerID) == c.PartnerID {
					list[i].Minor += x.Minor
				}
			}
		}
	}
	return list, nil
}
