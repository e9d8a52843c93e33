package store

import (
	"strings"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
)

// ActivityRow is an activity with what it was bound to when it was first booked.
type ActivityRow struct {
	ID          loyalty.ID
	Activity    earning.Activity
	MemberID    loyalty.ID // 0 = nobody's
	PlanVersion int64      // 0 = not bound yet, -1 = before the plan
	Audience    []byte     // JSON
	Version     int64
	ChangedAt   int64 // Unix ms
}

var activityColumns = []string{"id", "activity_key", "kind", "name", "customer_key", "member_id", "subject", "state", "quantity",
	"happened_at", "host_updated_at", "plan_version", "audience", "version", "changed_at"}

var activitySelect = `SELECT ` + strings.Join(activityColumns, `, `) + ` FROM activities`

// ActivitiesByKey finds activities by their keys, keyed by them.
func (tx *Tx) ActivitiesByKey(shop loyalty.ShopID, keys []string) (map[string]ActivityRow, error) {
	found := make(map[string]ActivityRow, len(keys))
	if len(keys) == 0 {
		return found, nil
	}
	list, err := tx.activities(activitySelect+` WHERE shop_id = ? AND activity_key IN (`+placeholders(len(keys))+`)`, argsOf(shop, keys))
	for _, a := range list {
		found[a.Activity.Key] = a
	}
	return found, err
}

// ActivityByID finds one activity.
func (tx *Tx) ActivityByID(shop loyalty.ShopID, id loyalty.ID) (ActivityRow, bool, error) {
	list, err := tx.activities(activitySelect+` WHERE shop_id = ? AND id = ?`, []any{shop, id})
	if err != nil || len(list) == 0 {
		return ActivityRow{}, false, err
	}
	return list[0], true, nil
}

// ActivitiesOfMember lists a member's activities by kind and subject.
func (tx *Tx) ActivitiesOfMember(shop loyalty.ShopID, member loyalty.ID, limit int) ([]ActivityRow, error) {
	return tx.activities(activitySelect+useIndex("activities_member")+`WHERE shop_id = ? AND member_id = ? ORDER BY kind, subject, id LIMIT ?`,
		[]any{shop, member, limit})
}

// ActivitiesAfter lists activities with ids above after, in id order.
func (tx *Tx) ActivitiesAfter(shop loyalty.ShopID, after loyalty.ID, limit int) ([]ActivityRow, error) {
	return tx.activities(activitySelect+useIndex("PRIMARY")+`WHERE shop_id = ? AND id > ? ORDER BY id LIMIT ?`, []any{shop, after, limit})
}

// InsertActivities adds activities; a key that is stored is a *DuplicateError
// of "activities.activities_key".
func (tx *Tx) InsertActivities(shop loyalty.ShopID, list []ActivityRow) error {
	rows := make([][]any, len(list))
	for i, r := range list {
		a := r.Activity
		rows[i] = []any{shop, r.ID, a.Key, string(a.Kind), a.Name, a.CustomerKey, r.MemberID, a.Subject, string(a.State), a.Quantity,
			a.At, a.UpdatedAt, r.PlanVersion, string(r.Audience), r.Version, r.ChangedAt}
	}
	return tx.InsertMany("activities", append([]string{"shop_id"}, activityColumns...), rows)
}

// UpdateActivity gives an activity its newest state, provided that nobody
// changed it since r.Version was read; ok is false if somebody did.
func (tx *Tx) UpdateActivity(shop loyalty.ShopID, r ActivityRow) (ok bool, err error) {
	a := r.Activity
	n, err := tx.Exec(`UPDATE activities SET customer_key = ?, member_id = ?, subject = ?, state = ?, quantity = ?, host_updated_at = ?,
		plan_version = ?, audience = ?, version = version + 1, changed_at = ? WHERE shop_id = ? AND id = ? AND version = ?`,
		a.CustomerKey, r.MemberID, a.Subject, string(a.State), a.Quantity, a.UpdatedAt, r.PlanVersion, string(r.Audience), r.ChangedAt,
		shop, r.ID, r.Version)
	return n == 1, err
}

func (tx *Tx) activities(query string, args []any) ([]ActivityRow, error) {
	var list []ActivityRow
	err := tx.Rows(query, args, func(row Scanner) error {
		var r ActivityRow
		var kind, state string
		a := &r.Activity
		err := row.Scan(&r.ID, &a.Key, &kind, &a.Name, &a.CustomerKey, &r.MemberID, &a.Subject, &state, &a.Quantity,
			&a.At, &a.UpdatedAt, &r.PlanVersion, &r.Audience, &r.Version, &r.ChangedAt)
		a.Kind, a.State = earning.ActivityKind(kind), earning.ActivityState(state)
		list = append(list, r)
		return err
	})
	return list, err
}
