package program

import (
	"context"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// SetBirthday notes a member's birthday. Within a year of the last change it is
// CodeInvalid.
func (p *Program) SetBirthday(ctx context.Context, actor string, shop loyalty.Shop, id loyalty.ID, day loyalty.LocalDate) error {
	return p.Store.Write(ctx, func(tx *store.Tx) error {
		m, err := p.liveMember(tx, shop.ID, id)
		if err != nil || m.Birthday == day {
			return err
		}
		if birthdayLocked(&m, p.now()) {
			return loyalty.Invalid("birthday", "was set less than a year ago")
		}
		m.Birthday, m.BirthdaySetAt = day, p.now()
		if ok, err := tx.UpdateControl(shop.ID, m, p.now()); err != nil || !ok {
			return orConflict(err, "the member was changed by somebody else")
		}
		return p.audit(tx, shop.ID, deed{by: actor, did: "member.birthday", to: "member:" + m.ID.String()})
	})
}

// birthdayLocked says that a birthday was set within the last year: moving it
// would earn the birthday points twice (F9).
func birthdayLocked(m *loyalty.Member, nowMs int64) bool {
	return m.BirthdaySetAt != 0 && nowMs < time.UnixMilli(m.BirthdaySetAt).UTC().AddDate(1, 0, 0).UnixMilli()
}

// FindMember finds a member by the host's customer key; CodeNotFound if the
// customer is not known (yet).
func (p *Program) FindMember(tx *store.Tx, shop loyalty.ShopID, customerKey string) (loyalty.Member, error) {
	found, err := tx.MembersByKey(shop, []string{customerKey})
	if err != nil {
		return loyalty.Member{}, err
	}
	m, ok := found[customerKey]
	if !ok || m.State != loyalty.MemberActive {
		return loyalty.Member{}, loyalty.NotFound("member")
	}
	return m, nil
}
