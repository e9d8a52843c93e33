package program

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/reward"
	"zugabe/app/store"
)

// remindFrom is the hour of the shop's day from which on people are written to.
const remindFrom = 9

// reminderStage is one of the mails about what runs out.
type reminderStage struct {
	cursor string
	mail   string // kind of mail
	stage  int64
	days   func(ReminderSettings) int
	run    func(*reminding, context.Context, int) (int, error)
}

var reminderStages = []reminderStage{
	{"remind-first", "expiring", 1, func(s ReminderSettings) int { return s.FirstDays }, (*reminding).points},
	{"remind-last", "expiring_last", 2, func(s ReminderSettings) int { return s.LastDays }, (*reminding).points},
	{"remind-codes", "code_expiring", 1, func(s ReminderSettings) int { return s.CodeDays }, (*reminding).codes},
}

// reminding is one look of a stage at what runs out until an instant.
type reminding struct {
	*Program
	reminderStage
	shop     loyalty.Shop
	settings ReminderSettings
	zone     *time.Location
	plan     Plan
	from     store.ReminderCursor
	until    int64 // Unix ms
}

// Remind owes the mails of a shop about points and codes that run out: each end once
// in each stage, in the shop's day. It looks only at what runs out in the days that are
// new since the last look, at most limit rows of each stage; n says how many it looked
// at, so that the caller goes on until it is 0 (A-15, A-22, N-19).
func (p *Program) Remind(ctx context.Context, shop loyalty.Shop, limit int) (n int, err error) {
	zone, err := loyalty.Zone(shop.Zone)
	if err != nil || p.Clock.Now().In(zone).Hour() < remindFrom {
		return 0, err
	}
	for _, stage := range reminderStages {
		r := &reminding{Program: p, reminderStage: stage, shop: shop, zone: zone}
		due, err := r.prepare(ctx)
		if err != nil {
			return n, err
		}
		if !due {
			continue
		}
		looked, err := stage.run(r, ctx, limit)
		if n += looked; err != nil {
			return n, err
		}
	}
	return n, nil
}

// prepare says whether there is anything to look at.
func (r *reminding) prepare(ctx context.Context) (due bool, err error) {
	err = r.Store.Read(ctx, func(tx *store.Tx) error {
		due = false
		if r.settings, err = r.ReminderSettings(tx, r.shop.ID); err != nil || !r.settings.On || r.days(r.settings) == 0 {
			return err
		}
		cursor, err := tx.LoadCursor(r.shop.ID, r.cursor)
		if err != nil {
			return err
		}
		day := loyalty.DateOf(r.Clock.Now().In(r.zone)).AddDays(r.days(r.settings))
		r.until = day.End(r.zone).UnixMilli()
		r.from = store.ReminderCursor{DueAt: day.Start(r.zone).UnixMilli() + 1}
		if at, id, ok := strings.Cut(cursor.Position, ":"); ok {
			told, err := strconv.ParseInt(at, 10, 64)
			if err != nil {
				return err
			}
			last, err := loyalty.ParseID(id)
			if err != nil {
				return err
			}
			r.from = store.ReminderCursor{DueAt: told, ID: last}
		}
		if r.from.DueAt <= r.now() { // nobody is reminded of what has passed
			r.from = store.ReminderCursor{DueAt: r.now() + 1}
		}
		due = r.from.DueAt < r.until || r.from.DueAt == r.until && r.from.ID == 0
		if due {
			r.plan, err = r.CurrentPlan(tx, r.shop)
		}
		return err
	})
	return due, err
}

// done writes how far the stage has come: behind the last row of a full page, else to the end of the day.
func (r *reminding) done(tx *store.Tx, full bool, dueAt int64, id loyalty.ID) error {
	if !full {
		dueAt, id = r.until, loyalty.ID(1<<62)
	}
	return tx.SaveCursor(r.shop.ID, store.Cursor{Name: r.cursor, Position: strconv.FormatInt(dueAt, 10) + ":" + id.String(), UpdatedAt: r.now()})
}

// points reminds the members whose points run out.
func (r *reminding) points(ctx context.Context, limit int) (n int, err error) {
	err = r.Store.Write(ctx, func(tx *store.Tx) error {
		lots, err := tx.LotsRunningOut(r.shop.ID, r.from, r.until, limit)
		if err != nil {
			return err
		}
		n = len(lots)
		var last ledger.Lot
		dates := map[loyalty.ID][]loyalty.LocalDate{}
		for _, l := range lots {
			last = l
			if day := r.lastDay(l.ExpiresAt); !slices.Contains(dates[l.AccountID], day) {
				dates[l.AccountID] = append(dates[l.AccountID], day)
			}
		}
		if err := r.remindAccounts(tx, dates); err != nil {
			return err
		}
		return r.done(tx, n == limit, last.ExpiresAt, last.ID)
	})
	return n, err
}

// lastDay is the last on which something can be used that ends at an instant (Unix ms).
func (r *reminding) lastDay(endMs int64) loyalty.LocalDate {
	return loyalty.DateOf(time.UnixMilli(endMs - 1).In(r.zone))
}

func (r *reminding) remindAccounts(tx *store.Tx, dates map[loyalty.ID][]loyalty.LocalDate) error {
	ids := make([]loyalty.ID, 0, len(dates))
	for id := range dates {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for part := range slices.Chunk(ids, 200) {
		accounts, err := tx.Accounts(r.shop.ID, part)
		if err != nil {
			return err
		}
		var people []loyalty.ID
		for _, a := range accounts {
			people = append(people, a.MemberID)
		}
		members, err := tx.MembersByID(r.shop.ID, people)
		if err != nil {
			return err
		}
		lots, err := tx.LoadLots(r.shop.ID, part)
		if err != nil {
			return err
		}
		for _, id := range part {
			for _, day := range dates[id] {
				if err := r.remindOf(tx, running{accounts[id], members[accounts[id].MemberID], lots[id], day}); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// running is what runs out for a member on a day.
type running struct {
	account ledger.Account
	member  loyalty.Member
	lots    []ledger.Lot
	day     loyalty.LocalDate
}

// remindOf owes the mail about one day of one member, once.
func (r *reminding) remindOf(tx *store.Tx, x running) error {
	var parts, out []reward.Part
	var points loyalty.Points
	for _, l := range x.lots {
		if l.State != ledger.LotOpen {
			continue
		}
		part := reward.Part{Points: l.Remaining, Rate: l.Promise}
		if part.Rate == (loyalty.RedeemRate{}) {
			part.Rate = r.plan.Doc.Redeem.Rate
		}
		parts = append(parts, part)
		if r.lastDay(l.ExpiresAt) == x.day {
			out = append(out, part)
			points += l.Remaining
		}
	}
	if points < r.settings.LeastPoints || !mayBeReminded(x.member) {
		return nil
	}
	minor, err := reward.Worth(out)
	if err != nil {
		return err
	}
	quote, err := r.plan.Doc.Redeem.Quote(x.account.Available, reward.Cart{Currency: r.shop.Currency}, parts...)
	if err != nil {
		return err
	}
	ask := MailRequest{Counts: map[string]int64{"points": int64(points)}, Fill: map[string]string{"value": r.money(minor, x.member)}, Lines: []string{"worth"}}
	switch {
	case quote.Max > 0:
		best := quote.Choices[len(quote.Choices)-1]
		ask.Lines = append(ask.Lines, "can")
		ask.Counts["most"], ask.Fill["most_value"] = int64(best.Points), r.money(best.Minor, x.member)
	case quote.Reason == reward.ReasonNeedPoints:
		ask.Lines = append(ask.Lines, "missing")
		ask.Counts["missing"] = quote.Need
	}
	return r.owe(tx, x.member, ask, store.Reminder{Kind: store.RemindPoints, Subject: x.account.ID, DueAt: x.day.End(r.zone).UnixMilli(), Points: points, Minor: minor})
}

// mayBeReminded leaves out those who cannot redeem, and those we cannot reach.
func mayBeReminded(m loyalty.Member) bool {
	return m.State == loyalty.MemberActive && m.Email != "" && !m.BlockRedeem
}

// owe notes a reminder and its mail in one: neither is without the other.
func (r *reminding) owe(tx *store.Tx, m loyalty.Member, ask MailRequest, note store.Reminder) error {
	note.Stage, note.MemberID, note.ID, note.SentAt = r.stage, m.ID, r.IDs.Next(), r.now()
	if told, err := tx.Reminded(r.shop.ID, note); err != nil || told {
		return err
	}
	ask.Kind, ask.To, ask.Locale = r.mail, m.Email, m.Locale
	ask.Key = note.Subject.String() + ":" + strconv.FormatInt(note.DueAt, 10)
	ask.Fill["date"] = dateOf(note.DueAt-1, r.zone, languageOf(m.Locale, r.shop.Language))
	if ask.Link == "" {
		home, err := r.ShopURL(tx, r.shop)
		if err != nil {
			return err
		}
		ask.Link = home
	}
	queued, err := r.QueueMail(tx, r.shop, ask)
	if loyalty.CodeOf(err) == loyalty.CodeInvalid {
		return nil // no mail server takes such an address
	}
	if err != nil || !queued {
		return err
	}
	return tx.InsertReminder(r.shop.ID, note)
}

// money is an amount as a member's language writes it.
func (r *reminding) money(minor int64, m loyalty.Member) string {
	return moneyIn(minor, r.shop.Currency, languageOf(m.Locale, r.shop.Language))
}

// moneyIn is an amount as mails in a language write it.
func moneyIn(minor int64, c loyalty.Currency, language string) string {
	amount := loyalty.FormatMinor(minor, c)
	if language != "en" {
		amount = strings.Replace(amount, ".", ",", 1)
	}
	return amount + " " + string(c)
}

// codes reminds the members of vouchers that they took for points and have not used.
func (r *reminding) codes(ctx context.Context, limit int) (n int, err error) {
	err = r.Store.Write(ctx, func(tx *store.Tx) error {
		reds, err := tx.RedemptionsRunningOut(r.shop.ID, r.from, r.until, limit)
		if err != nil {
			return err
		}
		n = len(reds)
		var people, codes []loyalty.ID
		for _, red := range reds {
			people, codes = append(people, red.MemberID), append(codes, red.CodeID)
		}
		members, err := tx.MembersByID(r.shop.ID, distinctIDs(people))
		if err != nil {
			return err
		}
		texts, err := tx.CodesByID(r.shop.ID, codes)
		if err != nil {
			return err
		}
		home, err := r.ShopURL(tx, r.shop)
		if err != nil {
			return err
		}
		var last reward.Redemption
		for _, red := range reds {
			last = red
			if red.Reason != "" || !mayBeReminded(members[red.MemberID]) {
				continue // given up, or of nobody
			}
			code := texts[red.CodeID].Code
			ask := MailRequest{Code: code, CodeNote: r.money(red.Minor, members[red.MemberID]), Link: discountLink(home, code), Fill: map[string]string{}}
			note := store.Reminder{Kind: store.RemindCode, Subject: red.ID, DueAt: red.ExpiresAt, Points: red.Points, Minor: red.Minor}
			if err := r.owe(tx, members[red.MemberID], ask, note); err != nil {
				return err
			}
		}
		return r.done(tx, n == limit, last.ExpiresAt, last.ID)
	})
	return n, err
}
