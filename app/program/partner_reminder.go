package program

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/store"
)

const (
	reminderCursor = "reminders" // its position is until when reminders were told of
	reminderHour   = 7           // of the shop's day, from which on they are sent
	mostReminders  = 20_000      // due ones that are looked at
	namesInMail    = 20
)

// RemindPartners owes each partner one mail a day, where a reminder of theirs has
// become due since the last one (S0-47, N-10). It names all that are due and not
// done. Whoever has bought meanwhile, or of whom a partner may no longer know the
// name, is not named. Nothing is sent before the shop's morning.
func (p *Program) RemindPartners(ctx context.Context, shop loyalty.Shop) (mails int, err error) {
	zone, err := loyalty.Zone(shop.Zone)
	if err != nil {
		return 0, err
	}
	now := p.Clock.Now().In(zone)
	today := loyalty.DateOf(now)
	if now.Hour() < reminderHour {
		return 0, nil
	}
	var due map[loyalty.ID][]store.WorkRow
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		due, err = p.newlyDue(tx, shop, today.Start(zone))
		return err
	})
	for partner, rows := range due {
		if err != nil {
			return mails, err
		}
		queued := false
		err = p.Store.Write(ctx, func(tx *store.Tx) error {
			queued, err = p.remindPartner(tx, shop, partner, rows)
			return err
		})
		if err == nil && queued {
			mails++
		}
	}
	if err != nil || due == nil {
		return mails, err
	}
	return mails, p.Store.Write(ctx, func(tx *store.Tx) error {
		return tx.SaveCursor(shop.ID, store.Cursor{Name: reminderCursor, Position: strconv.FormatInt(now.UnixMilli(), 10), UpdatedAt: p.now()})
	})
}

// newlyDue is what is due, by the partner, of those who have something that was not
// due yet when mails were last owed. nil = they were owed today.
func (p *Program) newlyDue(tx *store.Tx, shop loyalty.Shop, morning time.Time) (map[loyalty.ID][]store.WorkRow, error) {
	cursor, err := tx.LoadCursor(shop.ID, reminderCursor)
	if err != nil {
		return nil, err
	}
	told, _ := strconv.ParseInt(cursor.Position, 10, 64) // a shop that has none yet was never told
	if told >= morning.UnixMilli() {
		return nil, nil
	}
	due := map[loyalty.ID][]store.WorkRow{}
	s, err := p.PartnerSettings(tx, shop.ID)
	if err != nil || !s.On {
		return due, err
	}
	rows, err := tx.DueWork(shop.ID, p.now(), mostReminders)
	for _, r := range rows {
		due[r.PartnerID] = append(due[r.PartnerID], r)
	}
	for partner, list := range due {
		if !slices.ContainsFunc(list, func(r store.WorkRow) bool { return r.RemindAt > told }) {
			delete(due, partner)
		}
	}
	return due, err
}

// remindPartner owes the mail of today, once.
func (p *Program) remindPartner(tx *store.Tx, shop loyalty.Shop, id loyalty.ID, rows []store.WorkRow) (queued bool, err error) {
	m, row, err := p.deskMember(tx, shop.ID, id)
	if code := loyalty.CodeOf(err); code == loyalty.CodeNotFound || code == loyalty.CodeForbidden {
		return false, nil // gone or paused meanwhile
	}
	if err != nil || row.State != store.PartnerActive || m.Email == "" {
		return false, err
	}
	names, err := p.reminderNames(tx, shop, m, rows)
	if err != nil || names == "" {
		return false, err
	}
	zone, err := loyalty.Zone(shop.Zone)
	if err != nil {
		return false, err
	}
	return p.QueueMail(tx, shop, MailRequest{Kind: "reminder", Key: m.ID.String() + ":" + loyalty.DateOf(p.Clock.Now().In(zone)).String(), To: m.Email, Locale: m.Locale,
		Fill: map[string]string{"names": names}, Link: p.Post.DeskURL + "/desk/new-customers?shop=" + url.QueryEscape(shop.Domain)})
}

// reminderNames are those of a partner's reminders as the partner may see them; "" if
// none of them is still a new customer of the partner's first line.
func (p *Program) reminderNames(tx *store.Tx, shop loyalty.Shop, m loyalty.Member, rows []store.WorkRow) (string, error) {
	w, err := p.mailWords(tx, shop, m.Locale)
	if err != nil {
		return "", err
	}
	var names []string
	more := 0
	for _, r := range rows {
		l, err := p.lead(tx, shop.ID, r.PartnerID, r.MemberID)
		if loyalty.CodeOf(err) == loyalty.CodeNotFound {
			continue
		}
		if err != nil {
			return "", err
		}
		if len(names) == namesInMail {
			more++
			continue
		}
		if l.Name == "" {
			l.Name = w.say("reminder.unnamed")
		}
		names = append(names, l.Name)
	}
	list := strings.Join(names, ", ")
	if more > 0 {
		list += " " + w.counting(map[string]int64{"more": int64(more)}).say("reminder.more")
	}
	return list, nil
}
