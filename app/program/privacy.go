package program

import (
	"context"
	"errors"
	"slices"
	"time"

	"zugabe/app/crash"
	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

const (
	privacyDue   = 30 * 24 * time.Hour // by law and by the hosts' rules (J6, J7)
	privacySlack = 3 * 24 * time.Hour  // done by then, even if the host has not confirmed
)

// privacyAsked notes a request and does it at once if that is possible. A
// request for somebody we do not know is done by noting it (J8).
func (p *Program) privacyAsked(ctx context.Context, driver platform.Driver, shop loyalty.Shop, r store.PrivacyRequest) (verdict, error) {
	r.ID, r.State = p.IDs.Next(), store.PrivacyOpen
	r.DueAt = r.ReceivedAt + privacyDue.Milliseconds()
	err := p.Store.Write(ctx, func(tx *store.Tx) error { return tx.InsertPrivacyRequest(shop.ID, r) })
	if store.IsDuplicate(err, "privacy_requests.privacy_requests_key") {
		return verdict{}, nil
	}
	crash.Point("erase.noted")
	if err != nil || r.Kind != store.PrivacyErase {
		return verdict{}, err
	}
	return verdict{}, p.tryErase(ctx, driver, shop, r)
}

// tryErase erases if the host confirms that the customer is gone, or if it is
// nearly due: a forged request is not followed, a real one is never missed (A33).
func (p *Program) tryErase(ctx context.Context, driver platform.Driver, shop loyalty.Shop, r store.PrivacyRequest) error {
	late := p.now() >= r.DueAt-privacySlack.Milliseconds()
	if !late && shop.State != loyalty.ShopUninstalled {
		gone, err := driver.CustomerGone(ctx, p.Hosts.Conn(ctx, shop), r.CustomerKey)
		if errors.Is(err, platform.ErrUnsupported) {
			gone, err = driver.Capabilities().SecretPerShop, nil
		}
		if err != nil || !gone {
			p.Log.Info("erasure waits for the host", "shop", shop.ID, "request", r.ID, "err", err)
			return nil
		}
	}
	if err := p.eraseByKey(ctx, shop, r.CustomerKey); err != nil {
		return err
	}
	crash.Point("erase.forgotten")
	return p.closeRequest(ctx, shop, r)
}

func (p *Program) closeRequest(ctx context.Context, shop loyalty.Shop, r store.PrivacyRequest) error {
	r.State, r.CustomerKey, r.DoneAt = store.PrivacyDone, p.erasedKey(r.CustomerKey), p.now()
	return p.Store.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.FinishPrivacyRequest(shop.ID, r)
		return err
	})
}

// RunPrivacyRequests looks again at erasures that waited for the host. It
// returns how many requests are still open.
func (p *Program) RunPrivacyRequests(ctx context.Context, shop loyalty.Shop) (open int, err error) {
	driver := p.Hosts.Driver(shop.Host)
	var list []store.PrivacyRequest
	err = p.Store.Read(ctx, func(tx *store.Tx) (err error) {
		list, err = tx.OpenPrivacyRequests(shop.ID, 1000)
		return err
	})
	if err != nil || driver == nil {
		return len(list), err
	}
	for _, r := range list {
		if r.Kind != store.PrivacyErase {
			continue
		}
		if err := p.tryErase(ctx, driver, shop, r); err != nil {
			return len(list), err
		}
	}
	err = p.Store.Read(ctx, func(tx *store.Tx) (err error) {
		list, err = tx.OpenPrivacyRequests(shop.ID, 1000)
		return err
	})
	return len(list), err
}

// eraseByKey erases the member behind a customer key. Nobody known by it leaves a
// mark all the same: what is still on its way must bring nothing in (J8).
func (p *Program) eraseByKey(ctx context.Context, shop loyalty.Shop, customerKey string) error {
	var id loyalty.ID
	err := rerun(ctx, func() error {
		return p.Store.Write(ctx, func(tx *store.Tx) error {
			found, err := tx.MembersByKey(shop.ID, []string{customerKey, p.erasedKey(customerKey)})
			if err != nil {
				return err
			}
			id = found[customerKey].ID
			if len(found) > 0 {
				return nil
			}
			now := p.now()
			mark := loyalty.Member{ID: p.IDs.Next(), PublicID: loyalty.NewPublicID(), PersonKey: []byte{}, Type: loyalty.NewCustomer, Tags: []string{},
				State: loyalty.MemberErased, ReferralCode: newReferralCode(), BlockEarn: true, BlockRedeem: true, Version: 1, CreatedAt: now, UpdatedAt: now}
			if err := tx.InsertMembers(shop.ID, []loyalty.Member{mark}); err != nil {
				return err
			}
			return tx.InsertMemberKeys(shop.ID, map[string]loyalty.ID{p.erasedKey(customerKey): mark.ID})
		})
	})
	if err != nil || id == 0 {
		return err
	}
	return p.EraseMember(ctx, "host", shop, id)
}

// EraseMember empties every personal field of a member, everywhere. What stays
// is the ledger under a number, and keyed hashes by which a late order or a
// second welcome of the same person is recognised (B15, J7, J8). It cannot be
// undone; a second time changes nothing.
//
// The stored webhooks go first, while the address by which they are found is
// still known: whoever is killed in between starts over (C13).
func (p *Program) EraseMember(ctx context.Context, actor string, shop loyalty.Shop, id loyalty.ID) error {
	var gone loyalty.Member
	err := p.Store.Read(ctx, func(tx *store.Tx) (err error) {
		gone, _, err = tx.MemberByID(shop.ID, id)
		return err
	})
	if err != nil {
		return err
	}
	if err := p.forgetDeliveries(ctx, shop, gone); err != nil {
		return err
	}
	gone = loyalty.Member{}
	err = p.Store.Write(ctx, func(tx *store.Tx) error {
		m, found, err := tx.MemberByID(shop.ID, id)
		if err != nil || !found || m.State == loyalty.MemberErased {
			return err
		}
		if err := p.lockMember(tx, shop, id); err != nil {
			return err
		}
		keys, err := tx.MemberKeys(shop.ID, id)
		if err != nil {
			return err
		}
		hashed := make(map[string]string, len(keys))
		for _, key := range keys {
			hashed[key] = p.erasedKey(key)
		}
		if err := tx.EraseMember(shop.ID, id, p.now()); err != nil {
			return err
		}
		if err := tx.ReplaceMemberKeys(shop.ID, id, hashed); err != nil {
			return err
		}
		if err := tx.ForgetCustomer(shop.ID, id); err != nil {
			return err
		}
		if err := tx.ForgetReferrals(shop.ID, id); err != nil {
			return err
		}
		if err := tx.ForgetSaleDeliveries(shop.ID, id); err != nil {
			return err
		}
		if err := p.forgetMails(tx, shop.ID, m); err != nil {
			return err
		}
		if err := p.forgetCodes(tx, shop.ID, id); err != nil {
			return err
		}
		gone = m
		return p.audit(tx, shop.ID, deed{by: actor, did: "member.erased", to: "member:" + id.String()})
	})
	if err != nil || gone.ID == 0 {
		return err
	}
	crash.Point("erase.erased")
	return p.forgetDeliveries(ctx, shop, gone) // those that came meanwhile
}

// forgetCodes stops what nobody can use any more: the codes that were made for the
// member, and those of a partner, who is paused. They stay under their numbers.
func (p *Program) forgetCodes(tx *store.Tx, shop loyalty.ShopID, id loyalty.ID) error {
	if err := p.pauseErased(tx, shop, id); err != nil {
		return err
	}
	for before := loyalty.ID(0); ; {
		page, err := tx.Codes(shop, store.CodeList{MemberID: id, Before: before, Limit: exportPage})
		if err != nil || len(page) == 0 {
			return err
		}
		before = page[len(page)-1].ID
		open := codeIDs(slices.DeleteFunc(page, func(c store.Code) bool { return c.State != voucher.Active && c.State != voucher.Pending }))
		for _, from := range []voucher.State{voucher.Active, voucher.Pending} {
			if err := tx.MoveCodes(shop, open, from, voucher.Void, p.now()); err != nil {
				return err
			}
		}
		if err := p.oweMirror(tx, shop, open); err != nil {
			return err
		}
	}
}

func (p *Program) pauseErased(tx *store.Tx, shop loyalty.ShopID, id loyalty.ID) error {
	rows, err := tx.PartnersByID(shop, []loyalty.ID{id})
	if _, is := rows[id]; err != nil || !is {
		return err
	}
	if _, err := tx.LockTree(shop); err != nil {
		return err
	}
	row, err := p.partnerRow(tx, shop, id)
	if err != nil || row.State == store.PartnerPaused {
		return err
	}
	row.State, row.UpdatedAt = store.PartnerPaused, p.now()
	if err := tx.SavePartner(shop, row); err != nil {
		return err
	}
	return p.partnerSwitched(tx, shop, id, true)
}

// lockMember waits for bookings under way for the member, and makes later ones see
// what this transaction does.
func (p *Program) lockMember(tx *store.Tx, shop loyalty.Shop, id loyalty.ID) error {
	plan, err := p.CurrentPlan(tx, shop)
	if err != nil {
		return err
	}
	accounts, err := tx.EnsureAccounts(shop.ID, plan.ID, []loyalty.ID{id}, p.IDs, p.now())
	if err != nil {
		return err
	}
	_, err = tx.LockAccounts(shop.ID, []loyalty.ID{accounts[id]})
	return err
}

// forgetDeliveries empties the stored webhooks in which the member's address
// occurs; those of the member's orders are empty already. The rows stay, so that repeats are still recognised.
func (p *Program) forgetDeliveries(ctx context.Context, shop loyalty.Shop, m loyalty.Member) error {
	if m.Email == "" {
		return nil
	}
	after := loyalty.ID(0)
	for {
		var more bool
		err := p.Store.Write(ctx, func(tx *store.Tx) (err error) {
			after, more, err = tx.ForgetInDeliveries(shop.ID, after, []string{m.Email}, 500)
			return err
		})
		if err != nil || !more {
			return err
		}
	}
}

// shopRedact erases everything of a shop that has uninstalled the app. While it
// is installed the request is not believed: nobody could take it back (J9).
func (p *Program) shopRedact(ctx context.Context, shop loyalty.Shop) (verdict, error) {
	if shop.State != loyalty.ShopUninstalled {
		return verdict{store.DeliveryPoison, "the app is still installed in this shop"}, nil
	}
	return verdict{}, p.EraseShop(ctx, shop)
}

// EraseShop deletes every row of a shop but its own, in chunks. It may be
// interrupted and called again.
func (p *Program) EraseShop(ctx context.Context, shop loyalty.Shop) error {
	for more := true; more; {
		err := p.Store.Write(ctx, func(tx *store.Tx) (err error) {
			more, err = tx.EraseShopChunk(shop.ID, 2000)
			return err
		})
		if err != nil {
			return err
		}
	}
	p.Log.Info("shop erased", "shop", shop.ID)
	return nil
}
