package program

import (
	"fmt"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// bookedActivity is an activity whose newest state this batch brought.
type bookedActivity struct {
	row   store.ActivityRow
	fresh bool
	claim *claim // nil if nobody can earn by it
}

// stateRank orders states of the same instant.
var stateRank = map[earning.ActivityState]int64{earning.ActivityPending: 0, earning.ActivityApproved: 1, earning.ActivityWithdrawn: 2}

// judgeActivities finds out which activities are now known better than before,
// and what they entitle to.
func (b *batch) judgeActivities(list []earning.Activity) error {
	newest := map[string]earning.Activity{}
	who := map[string]*loyalty.Member{}
	var keys []string
	for _, a := range list {
		m := b.actorOf(a)
		if a.Kind == earning.ActivitySignup {
			counts, err := b.signsUp(&a, m)
			if err != nil {
				return err
			}
			if !counts {
				continue
			}
		}
		a.Key = b.onceKey(a, m)
		have, seen := newest[a.Key]
		if !seen {
			keys = append(keys, a.Key)
		}
		if !seen || newerActivity(a, have) {
			newest[a.Key], who[a.Key] = a, m
		}
	}
	rows, err := b.tx.ActivitiesByKey(b.shop.ID, keys)
	if err != nil {
		return err
	}
	for _, key := range keys {
		row, stored := rows[key]
		if err := b.judgeActivity(newest[key], row, stored, who[key]); err != nil {
			return fmt.Errorf("activity %s: %w", key, err)
		}
	}
	return nil
}

// signsUp says whether a sign-up counts yet. Where the plan asks for a login, a
// record without one has not signed up: nothing is noted, and the record that
// comes with the login brings the sign-up again, at the time of that change.
func (b *batch) signsUp(a *earning.Activity, m *loyalty.Member) (bool, error) {
	if m == nil {
		return true, nil
	}
	at := a.At
	if opened := b.people.opened[m.ID]; opened != 0 {
		at = opened
	}
	required, err := b.needsLogin(b.plans.at(at))
	if err != nil || !required {
		return true, err
	}
	a.At, a.UpdatedAt = at, max(at, a.UpdatedAt)
	return m.HasLogin, nil
}

func newerActivity(a, than earning.Activity) bool {
	return order{at: a.UpdatedAt, rank: stateRank[a.State]}.after(order{at: than.UpdatedAt, rank: stateRank[than.State]})
}

// actorOf is the member who did it, nil for somebody we do not know.
func (b *batch) actorOf(a earning.Activity) *loyalty.Member {
	if a.CustomerKey != "" {
		return b.people.byKey[a.CustomerKey]
	}
	if a.Contact.Email == "" {
		return nil
	}
	return b.people.byPerson[string(b.p.personKey(a.Contact.Email))]
}

// onceKey is the key under which a welcome or a newsletter counts once for a
// person, whatever account it comes from (B15, B16). Other activities keep theirs.
func (b *batch) onceKey(a earning.Activity, m *loyalty.Member) string {
	once := a.Kind == earning.ActivitySignup || a.Kind == earning.ActivityNewsletter
	if once && m != nil && len(m.PersonKey) > 0 {
		return string(a.Kind) + ":person:" + hexOf(m.PersonKey)
	}
	if len(a.Key) > 190 {
		return sourceKey(string(a.Kind)+":", a.Key)
	}
	return a.Key
}

func (b *batch) judgeActivity(a earning.Activity, row store.ActivityRow, stored bool, m *loyalty.Member) error {
	if stored {
		owner, err := b.holder(row.MemberID)
		if err != nil {
			return err
		}
		if owner != nil && m != nil && m.ID != owner.ID {
			return nil // the same person, or somebody else's review: the first account keeps it
		}
		if owner != nil {
			m = owner
		}
		found := row.MemberID == 0 && m != nil
		if !newerActivity(a, row.Activity) {
			if !found {
				return nil
			}
			a = row.Activity // nothing new but whose it is
		}
		a.Kind, a.Name, a.At = row.Activity.Kind, row.Activity.Name, row.Activity.At
	} else {
		row.ID, row.Version = b.p.IDs.Next(), 1
	}
	row.Activity, row.ChangedAt = a, b.now
	w := &bookedActivity{row: row, fresh: !stored}
	b.activities = append(b.activities, w)
	return b.bindActivity(w, m)
}

// bindActivity fixes plan version and audience when the member is first known.
func (b *batch) bindActivity(w *bookedActivity, m *loyalty.Member) error {
	row := &w.row
	if len(row.Audience) == 0 {
		row.Audience = []byte("{}")
	}
	if m == nil {
		return nil
	}
	if row.MemberID == 0 || row.PlanVersion == 0 {
		row.MemberID, row.PlanVersion = m.ID, b.plans.at(row.Activity.At)
		audience, err := b.circumstances(m, row.Activity.At, row.PlanVersion)
		if err != nil {
			return err
		}
		row.Audience = audience
	}
	if m.State == loyalty.MemberErased {
		row.Activity.CustomerKey = ""
	}
	c, err := b.claimActivity(row, m)
	w.claim = c
	return err
}

func (b *batch) claimActivity(row *store.ActivityRow, m *loyalty.Member) (*claim, error) {
	a := row.Activity
	if row.PlanVersion <= 0 {
		return nil, nil
	}
	plan, err := b.plans.version(row.PlanVersion)
	if err != nil {
		return nil, err
	}
	grants, err := evaluateActivity(b.shop, plan, a, row.Audience)
	if err != nil {
		return nil, err
	}
	c := &claim{source: ActivitySource(a.Key), at: a.At, earnedAt: a.At, changedAt: max(a.UpdatedAt, a.At), subject: a.Subject,
		holder: m, previous: m, planVersion: plan.Version, plan: &plan, grants: grants}
	err = c.window(b.shop)
	c.availableAt = a.At // there is nothing to send back
	return c, err
}

func evaluateActivity(shop loyalty.Shop, plan Plan, a earning.Activity, audience []byte) ([]earning.Grant, error) {
	context, err := contextOf(shop, audience)
	if err != nil {
		return nil, err
	}
	return earning.EvaluateActivity(a, plan.Doc.Earning, context)
}
