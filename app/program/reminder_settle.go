package program

import (
	"context"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/reward"
	"zugabe/app/store"
)

// isReminder says whether a kind of mail is about what runs out: no advertising, but
// who does not want it can turn it off.
func isReminder(kind string) bool {
	return kind == "expiring" || kind == "expiring_last" || kind == "code_expiring"
}

// remindersHash is under what it is noted that a person wants no reminders.
func (p *Program) remindersHash(person []byte) []byte {
	return p.keyedHash("reminders:" + string(person))
}

// remindersOff says whether a person turned reminders off.
func (p *Program) remindersOff(tx *store.Tx, shop loyalty.ShopID, address string) (bool, error) {
	why, err := tx.Suppressed(shop, p.remindersHash(p.personKey(address)))
	return why != "", err
}

// quietToken lets whoever has a reminder turn them off, at any later time.
func (p *Program) quietToken(shop loyalty.ShopID, person []byte) string {
	return p.personToken("quiet:", shop, person)
}

// IsReminderLink says whether a mail's way out is that of a reminder.
func (p *Program) IsReminderLink(shop loyalty.ShopID, token string) bool {
	return p.tokenPerson("quiet:", shop, token) != nil
}

// endReminders turns them off for a person, those that wait included. Again is fine.
func (p *Program) endReminders(ctx context.Context, shop loyalty.Shop, person []byte) error {
	return p.Store.Write(ctx, func(tx *store.Tx) error {
		return tx.Suppress(shop.ID, p.remindersHash(person), store.SuppressedReminders, p.now())
	})
}

// SettleReminders finds out what became of reminders whose day has passed: what was
// used in time was saved, and is counted with the first of two mails (N-19). n is how
// many were looked at.
func (p *Program) SettleReminders(ctx context.Context, shop loyalty.Shop, limit int) (n int, err error) {
	err = p.Store.Write(ctx, func(tx *store.Tx) error {
		over, err := tx.RemindersOver(shop.ID, p.now()-time.Hour.Milliseconds(), limit)
		n = len(over)
		for _, r := range over {
			if err := p.settleReminder(tx, shop, r); err != nil {
				return err
			}
		}
		return err
	})
	return n, err
}

func (p *Program) settleReminder(tx *store.Tx, shop loyalty.Shop, r store.Reminder) error {
	first := r
	first.Stage = 1
	told, err := tx.Reminded(shop.ID, first)
	if err != nil {
		return err
	}
	if r.Stage == 1 || !told {
		if r.SavedPoints, err = p.savedOf(tx, shop, r); err != nil {
			return err
		}
		if r.SavedMinor, err = loyalty.MulDiv(r.Minor, int64(r.SavedPoints), int64(r.Points), loyalty.Floor); err != nil {
			return err
		}
	}
	_, err = tx.SettleReminder(shop.ID, r)
	return err
}

// savedOf is how many of the points that were to run out were used.
func (p *Program) savedOf(tx *store.Tx, shop loyalty.Shop, r store.Reminder) (loyalty.Points, error) {
	if r.Kind == store.RemindCode {
		red, found, err := tx.RedemptionByID(shop.ID, r.Subject)
		if err != nil || !found || red.State != reward.Used {
			return 0, err
		}
		return r.Points, nil
	}
	zone, err := loyalty.Zone(shop.Zone)
	if err != nil {
		return 0, err
	}
	members, err := tx.MembersByID(shop.ID, []loyalty.ID{r.MemberID})
	if err != nil || members[r.MemberID].State != loyalty.MemberActive {
		return 0, err
	}
	day := loyalty.DateOf(time.UnixMilli(r.DueAt - 1).In(zone))
	gone, err := tx.ExpiredBetween(shop.ID, r.Subject, day.Start(zone).UnixMilli(), r.DueAt)
	return max(0, r.Points-gone), err
}
