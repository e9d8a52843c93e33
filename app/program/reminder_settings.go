package program

import (
	"context"
	"encoding/json"
	"fmt"

	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// ReminderSettings are the merchant's choices for mails that say what runs out.
type ReminderSettings struct {
	Version     int64          `json:"-"` // 0 = nothing was chosen yet
	On          bool           `json:"on"`
	FirstDays   int            `json:"first_days"`   // before points run out; 0 = no first mail
	LastDays    int            `json:"last_days"`    // before points run out; 0 = no last one
	CodeDays    int            `json:"code_days"`    // before an unused code of redeemed points ends; 0 = none
	LeastPoints loyalty.Points `json:"least_points"` // of fewer nobody is told
	NoticeFrom  loyalty.Points `json:"notice_from"`  // so many points turned into a voucher or a reward are told to the member, with a way back; 0 = never (G19)
}

const mostReminderDays = 180

func (s ReminderSettings) check() error {
	for field, days := range map[string]int{"first_days": s.FirstDays, "last_days": s.LastDays, "code_days": s.CodeDays} {
		if days < 0 || days > mostReminderDays {
			return loyalty.Invalid(field, "must be between 0 and 180")
		}
	}
	switch {
	case s.LastDays > 0 && s.FirstDays > 0 && s.LastDays >= s.FirstDays:
		return loyalty.Invalid("last_days", "must be fewer than those of the first mail")
	case s.LeastPoints < 1 || s.LeastPoints > 1_000_000:
		return loyalty.Invalid("least_points", "must be between 1 and 1,000,000")
	case s.NoticeFrom < 0 || s.NoticeFrom > 1_000_000_000:
		return loyalty.Invalid("notice_from", "must be between 0 and 1,000,000,000")
	}
	return nil
}

// ReminderSettings are the shop's choices. Nobody is written to before the merchant wants it.
func (p *Program) ReminderSettings(tx *store.Tx, shop loyalty.ShopID) (ReminderSettings, error) {
	s := ReminderSettings{FirstDays: 30, LastDays: 7, CodeDays: 5, LeastPoints: 10}
	body, version, err := tx.SettingsDoc(shop, store.ReminderSettings)
	if err != nil || version == 0 {
		return s, err
	}
	if err := json.Unmarshal(body, &s); err != nil {
		return s, fmt.Errorf("program: settings of reminders of shop %s: %w", shop, err)
	}
	s.Version = version
	return s, nil
}

// SaveReminderSettings stores what was chosen after the version that was seen. Where
// mails begin, or begin anew, nobody gets those of the days before.
func (p *Program) SaveReminderSettings(ctx context.Context, actor string, shop loyalty.Shop, seen int64, s ReminderSettings) (ReminderSettings, error) {
	if err := s.check(); err != nil {
		return s, err
	}
	err := p.Store.Write(ctx, func(tx *store.Tx) error {
		was, err := p.ReminderSettings(tx, shop.ID)
		if err != nil {
			return err
		}
		body, err := json.Marshal(s)
		if err != nil {
			return err
		}
		ok, err := tx.SaveSettingsDoc(shop.ID, store.SettingsDoc{Name: store.ReminderSettings, Body: body, Seen: seen, NowMs: p.now()})
		if err != nil || !ok || was.Version != seen {
			return orConflict(err, "the settings were changed by somebody else")
		}
		s.Version = seen + 1
		for _, stage := range reminderStages {
			if was.On && stage.days(was) >= stage.days(s) && stage.days(was) > 0 {
				continue
			}
			if err := tx.SaveCursor(shop.ID, store.Cursor{Name: stage.cursor, UpdatedAt: p.now()}); err != nil {
				return err
			}
		}
		return p.audit(tx, shop.ID, deed{by: actor, did: "reminders.settings", to: "settings", before: was, after: s})
	})
	return s, err
}

// ReminderFigures say what reminders have brought since an instant (Unix ms): points
// that were used in time, and what they are worth (N-19).
type ReminderFigures struct {
	Since  int64
	Points store.ReminderSums
	Codes  store.ReminderSums
}

// ReminderFigures adds up the last year.
func (p *Program) ReminderFigures(tx *store.Tx, shop loyalty.ShopID) (ReminderFigures, error) {
	const year = 365 * 24 * 3_600_000
	f := ReminderFigures{Since: p.now() - year}
	sums, err := tx.SumReminders(shop, f.Since)
	f.Points, f.Codes = sums[store.RemindPoints], sums[store.RemindCode]
	return f, err
}
