package program

import (
	"zugabe/app/earning"
	"zugabe/app/store"
)

// keep stores the facts themselves, once it is known what they earned.
func (b *batch) keep() error {
	var fresh, changed []store.SaleRow
	versions := make([]store.SaleVersion, len(b.sales))
	for i, w := range b.sales {
		if w.claim != nil {
			w.row.Earned = w.claim.earned
		}
		if w.fresh {
			fresh = append(fresh, w.row)
		} else {
			changed = append(changed, w.row)
		}
		versions[i] = store.SaleVersion{SaleID: w.row.ID, Version: w.row.Version, DeliveryID: w.from, Body: w.body, StoredAt: b.now}
	}
	if err := b.tx.InsertSales(b.shop.ID, fresh); err != nil {
		return err
	}
	if err := b.tx.InsertSaleVersions(b.shop.ID, versions); err != nil {
		return err
	}
	if err := b.tx.UpdateSales(b.shop.ID, changed); err != nil {
		return err
	}
	if err := b.keepActivities(); err != nil {
		return err
	}
	if err := b.heedWithdrawals(); err != nil {
		return err
	}
	if err := b.tx.MarkCustomers(b.shop.ID, b.bought, b.now); err != nil {
		return err
	}
	return b.advanceReferrals()
}

func (b *batch) keepActivities() error {
	var fresh []store.ActivityRow
	for _, w := range b.activities {
		if w.fresh {
			fresh = append(fresh, w.row)
			continue
		}
		ok, err := b.tx.UpdateActivity(b.shop.ID, w.row)
		if err != nil {
			return err
		}
		if !ok {
			return errRaced
		}
	}
	return b.tx.InsertActivities(b.shop.ID, fresh)
}

// heedWithdrawals ends the newsletter of whoever took the consent back at the host.
func (b *batch) heedWithdrawals() error {
	for _, w := range b.activities {
		a := w.row.Activity
		if a.Kind != earning.ActivityNewsletter || a.State != earning.ActivityWithdrawn {
			continue
		}
		person := b.p.personKey(a.Contact.Email)
		m, err := b.holder(w.row.MemberID)
		if err != nil {
			return err
		}
		if m != nil && len(m.PersonKey) > 0 {
			person = m.PersonKey
		}
		if person == nil {
			continue
		}
		if err := b.p.hostWithdrew(b.tx, b.shop, person, a.UpdatedAt); err != nil {
			return err
		}
	}
	return nil
}
