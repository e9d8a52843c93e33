package program

import (
	"context"
	"strconv"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// memberActivity is an activity whose member is known by our id.
type memberActivity struct {
	member   loyalty.ID
	activity earning.Activity
}

// bookActivities books activities that no delivery brought, in the caller's transaction.
func (p *Program) bookActivities(tx *store.Tx, shop loyalty.Shop, list []memberActivity) error {
	b := newBatch(p, tx, shop)
	var err error
	if b.plans, err = p.plansOf(tx, shop); err != nil {
		return err
	}
	if err := b.meet(facts{}); err != nil {
		return err
	}
	keys := make([]string, len(list))
	for i, a := range list {
		keys[i] = a.activity.Key
	}
	rows, err := tx.ActivitiesByKey(shop.ID, keys)
	if err != nil {
		return err
	}
	for _, a := range list {
		m, err := b.holder(a.member)
		if err != nil {
			return err
		}
		if m == nil {
			return loyalty.NotFound("member")
		}
		row, stored := rows[a.activity.Key]
		if err := b.judgeActivity(a.activity, row, stored, m); err != nil {
			return err
		}
	}
	if err := b.settle(); err != nil {
		return err
	}
	return b.keep()
}

// ActivityRequest is a custom activity as another system reports it.
type ActivityRequest struct {
	Key      string `json:"key"`  // the caller's own; the same key is the same activity
	Name     string `json:"name"` // which activity, as the rules name it
	Subject  string `json:"subject,omitempty"`
	Quantity int64  `json:"quantity,omitempty"` // 0 means 1
	At       int64  `json:"at,omitempty"`       // Unix ms; 0 = now
}

// Validate says what is wrong with a request.
func (r ActivityRequest) Validate() error {
	switch {
	case r.Key == "" || len(r.Key) > 150:
		return loyalty.Invalid("key", "must have 1 to 150 characters")
	case r.Name == "" || len(r.Name) > 60:
		return loyalty.Invalid("name", "must have 1 to 60 characters")
	case len(r.Subject) > 190:
		return loyalty.Invalid("subject", "must have at most 190 characters")
	case r.Quantity < 0 || r.Quantity > 1_000_000:
		return loyalty.Invalid("quantity", "must be between 0 and 1,000,000")
	case r.At < 0:
		return loyalty.Invalid("at", "must not be negative")
	}
	return nil
}

// RecordActivity books a custom activity of a member and says what it earned
// now. The same key again earns nothing more and gives the same answer; with
// other content it is CodeKeyReused. Limits are the rule's; the answer
// may therefore be 0.
func (p *Program) RecordActivity(ctx context.Context, shop loyalty.Shop, member loyalty.ID, r ActivityRequest) (loyalty.Points, error) {
	if err := r.Validate(); err != nil {
		return 0, err
	}
	a := earning.Activity{Key: "custom:" + r.Key, Kind: earning.ActivityCustom, Name: r.Name, Subject: r.Subject, Quantity: r.Quantity,
		State: earning.ActivityApproved, At: r.At}
	if a.At == 0 {
		a.At = p.now()
	}
	a.UpdatedAt = a.At
	if a.At > p.now()+dayMs {
		return 0, loyalty.Invalid("at", "is in the future")
	}
	return p.record(ctx, shop, memberActivity{member, a})
}

// WithdrawActivity takes a custom activity back, with what it earned (B17).
func (p *Program) WithdrawActivity(ctx context.Context, shop loyalty.Shop, member loyalty.ID, key string) error {
	_, err := p.record(ctx, shop, memberActivity{member, earning.Activity{Key: "custom:" + key, State: earning.ActivityWithdrawn, UpdatedAt: p.now()}})
	return err
}

func (p *Program) record(ctx context.Context, shop loyalty.Shop, a memberActivity) (earned loyalty.Points, err error) {
	err = rerun(ctx, func() error {
		return p.Store.Write(ctx, func(tx *store.Tx) error {
			if _, err := p.liveMember(tx, shop.ID, a.member); err != nil {
				return err
			}
			if err := p.checkRepeat(tx, shop, a); err != nil {
				return err
			}
			if err := p.bookActivities(tx, shop, []memberActivity{a}); err != nil {
				return err
			}
			posted, err := tx.Posted(shop.ID, []string{ActivitySource(a.activity.Key)})
			earned = 0
			for _, rules := range posted {
				for _, rule := range rules {
					earned += rule.Points
				}
			}
			return err
		})
	})
	return earned, err
}

// checkRepeat refuses a key that came before with other content, and the
// withdrawal of something that is not there.
func (p *Program) checkRepeat(tx *store.Tx, shop loyalty.Shop, a memberActivity) error {
	rows, err := tx.ActivitiesByKey(shop.ID, []string{a.activity.Key})
	if err != nil {
		return err
	}
	row, stored := rows[a.activity.Key]
	if a.activity.State == earning.ActivityWithdrawn {
		if !stored || row.MemberID != a.member {
			return loyalty.NotFound("activity")
		}
		return nil
	}
	if stored && (row.MemberID != a.member || row.Activity.Name != a.activity.Name || row.Activity.Subject != a.activity.Subject ||
		row.Activity.Quantity != a.activity.Quantity) {
		return loyalty.Refuse(loyalty.CodeKeyReused, "this key was used for another activity")
	}
	return nil
}

// AwardBirthdays gives the members born on a calendar day their birthday points,
// once per calendar year and person (A-01, F9). The 29th of February is kept on
// the 28th in other years. Call it for every local day, also for missed ones.
func (p *Program) AwardBirthdays(ctx context.Context, shop loyalty.Shop, day loyalty.LocalDate) (awarded int, err error) {
	zone, err := loyalty.Zone(shop.Zone)
	if err != nil {
		return 0, err
	}
	days := []string{day.String()[5:]}
	if days[0] == "02-28" && day.AddDays(1).Day == 1 {
		days = append(days, "02-29")
	}
	at := day.Start(zone).UnixMilli()
	for after := loyalty.ID(0); ; {
		due, last, err := p.birthdaysDue(ctx, shop, birthdays{days, after, day.Year, at})
		if err != nil || last == 0 {
			return awarded, err
		}
		after = last
		for _, a := range due {
			earned, err := p.record(ctx, shop, a)
			switch {
			case loyalty.CodeOf(err) == loyalty.CodeNotFound || loyalty.CodeOf(err) == loyalty.CodeKeyReused:
				continue // merged or erased meanwhile, or the same person under another account
			case err != nil:
				return awarded, err
			case earned > 0:
				awarded++
			}
		}
	}
}

// birthdays is one page of members to look for.
type birthdays struct {
	days  []string // "02-29"
	after loyalty.ID
	year  int
	at    int64 // Unix ms
}

// birthdaysDue lists the birthdays that are not booked yet; last is 0 at the end.
func (p *Program) birthdaysDue(ctx context.Context, shop loyalty.Shop, b birthdays) (due []memberActivity, last loyalty.ID, err error) {
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		due, last = nil, 0
		members, err := tx.MembersWithBirthday(shop.ID, b.days, b.after, 200)
		if err != nil || len(members) == 0 {
			return err
		}
		last = members[len(members)-1].ID
		keys := make([]string, len(members))
		for i, m := range members {
			keys[i] = birthdayOf(m, b.year, b.at).Key
		}
		booked, err := tx.ActivitiesByKey(shop.ID, keys)
		for i, m := range members {
			if _, done := booked[keys[i]]; !done {
				due = append(due, memberActivity{m.ID, birthdayOf(m, b.year, b.at)})
			}
		}
		return err
	})
	return due, last, err
}

func birthdayOf(m loyalty.Member, year int, at int64) earning.Activity {
	who := m.ID.String()
	if len(m.PersonKey) > 0 {
		who = hexOf(m.PersonKey)
	}
	y := strconv.Itoa(year)
	return earning.Activity{Key: "birthday:" + who + ":" + y, Kind: earning.ActivityBirthday, Subject: y,
		State: earning.ActivityApproved, At: at, UpdatedAt: at}
}
