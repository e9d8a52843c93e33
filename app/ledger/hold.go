package ledger

import "zugabe/app/loyalty"

// Hold reserves points for a redemption, soonest-expiring lots first. Too few
// available points are CodeInsufficientPoints with the detail "available".
func (b *Book) Hold(redemption loyalty.ID, points loyalty.Points) (Hold, error) {
	if points <= 0 {
		return Hold{}, loyalty.Invalid("points", "must be positive")
	}
	if err := b.ready(); err != nil {
		return Hold{}, err
	}
	if err := b.affords(points); err != nil {
		return Hold{}, err
	}
	h := Hold{ID: b.ids(), AccountID: b.Account.ID, RedemptionID: redemption, Points: points, State: HoldOpen}
	b.takeOpen(points, h.ID)
	b.Account.Held += points
	for _, a := range b.changes.Allocations {
		if a.OwnerID == h.ID {
			h.Allocations = append(h.Allocations, a)
			h.Lots = append(h.Lots, b.lot(a.LotID).Lot)
		}
	}
	b.changes.NewHolds = append(b.changes.NewHolds, h)
	return h, nil
}

func (b *Book) affords(points loyalty.Points) error {
	if b.Account.Available < points {
		return loyalty.Refuse(loyalty.CodeInsufficientPoints, "not enough points").
			With("available", max(b.Account.Available, 0)).With("need", points)
	}
	return nil
}
