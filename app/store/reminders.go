package store

import (
	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/reward"
)

// ReminderKind is what runs out.
type ReminderKind string

// The kinds of reminders.
const (
	RemindPoints ReminderKind = "points" // subject: the account
	RemindCode   ReminderKind = "code"   // subject: the redemption
)

// Reminder says that a member was told of something that runs out.
type Reminder struct {
	ID          loyalty.ID
	Kind        ReminderKind
	Stage       int64 // 1 first, 2 last
	Subject     loyalty.ID
	DueAt       int64 // Unix ms: the end of the day on which it runs out
	MemberID    loyalty.ID
	Points      loyalty.Points // that were to run out
	Minor       int64          // what they were worth then
	SavedPoints loyalty.Points // of them, that were used in time
	SavedMinor  int64
	SentAt      int64 // Unix ms
}

const (
	reminderOpen = "sent"    // what comes of it is not known yet
	reminderOver = "settled" // the day has passed

	reminderColumns = `id, kind, stage, subject_id, due_at, member_id, points, minor, saved_points, saved_minor, sent_at`
)

// ReminderCursor is how far reminders of a stage have come: what is due later than
// DueAt, or then with a greater id, was not looked at yet.
type ReminderCursor struct {
	DueAt int64 // Unix ms
	ID    loyalty.ID
}

// LotsRunningOut pages through the open lots that run out after the cursor and not
// after an instant (Unix ms), soonest first.
func (tx *Tx) LotsRunningOut(shop loyalty.ShopID, after ReminderCursor, untilMs int64, limit int) ([]ledger.Lot, error) {
	return tx.lots(`SELECT `+lotColumns+` FROM lots`+useIndex("lots_due")+`WHERE shop_id = ? AND state = ? AND due_at >= ? AND due_at <= ? AND (due_at > ? OR id > ?)
		ORDER BY due_at, id LIMIT ?`, []any{shop, int64(ledger.LotOpen), after.DueAt, untilMs, after.DueAt, after.ID, limit})
}

// RedemptionsRunningOut pages through the unused codes of redeemed points in the same way.
func (tx *Tx) RedemptionsRunningOut(shop loyalty.ShopID, after ReminderCursor, untilMs int64, limit int) ([]reward.Redemption, error) {
	return tx.manyRedemptions(`SELECT `+redemptionColumns+` FROM redemptions`+useIndex("redemptions_state")+`WHERE shop_id = ? AND state = ? AND expires_at >= ? AND expires_at <= ?
		AND (expires_at > ? OR id > ?) ORDER BY expires_at, id LIMIT ?`, []any{shop, string(reward.Active), after.DueAt, untilMs, after.DueAt, after.ID, limit})
}

// Reminded says whether a reminder of this kind, subject, end and stage was noted.
func (tx *Tx) Reminded(shop loyalty.ShopID, r Reminder) (bool, error) {
	var id loyalty.ID
	return tx.Row(`SELECT id FROM reminders WHERE shop_id = ? AND kind = ? AND subject_id = ? AND due_at = ? AND stage = ?`,
		[]any{shop, string(r.Kind), r.Subject, r.DueAt, r.Stage}, &id)
}

// InsertReminder notes one; a second one of the same stage is a duplicate of reminders_once.
func (tx *Tx) InsertReminder(shop loyalty.ShopID, r Reminder) error {
	_, err := tx.Exec(`INSERT INTO reminders (shop_id, `+reminderColumns+`, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		shop, r.ID, string(r.Kind), r.Stage, r.Subject, r.DueAt, r.MemberID, int64(r.Points), r.Minor, int64(r.SavedPoints), r.SavedMinor, r.SentAt, reminderOpen)
	return err
}

// RemindersOver lists those whose day passed before an instant (Unix ms) and of which
// it is not known yet what came of them.
func (tx *Tx) RemindersOver(shop loyalty.ShopID, beforeMs int64, limit int) ([]Reminder, error) {
	var list []Reminder
	err := tx.Rows(`SELECT `+reminderColumns+` FROM reminders`+useIndex("reminders_due")+`WHERE shop_id = ? AND state = ? AND due_at < ? ORDER BY due_at, id LIMIT ?`,
		[]any{shop, reminderOpen, beforeMs, limit}, func(row Scanner) error {
			var r Reminder
			var kind string
			err := row.Scan(&r.ID, &kind, &r.Stage, &r.Subject, &r.DueAt, &r.MemberID, &r.Points, &r.Minor, &r.SavedPoints, &r.SavedMinor, &r.SentAt)
			r.Kind = ReminderKind(kind)
			list = append(list, r)
			return err
		})
	return list, err
}

// SettleReminder writes what came of one; ok is false if it was written before.
func (tx *Tx) SettleReminder(shop loyalty.ShopID, r Reminder) (ok bool, err error) {
	n, err := tx.Exec(`UPDATE reminders SET state = ?, saved_points = ?, saved_minor = ? WHERE shop_id = ? AND id = ? AND state = ?`,
		reminderOver, int64(r.SavedPoints), r.SavedMinor, shop, r.ID, reminderOpen)
	return n == 1, err
}

// ExpiredBetween is how many points of an account ran out of lots that ended after the
// one instant and not after the other (Unix ms).
func (tx *Tx) ExpiredBetween(shop loyalty.ShopID, account loyalty.ID, afterMs, untilMs int64) (n loyalty.Points, err error) {
	_, err = tx.Row(`SELECT COALESCE(SUM(-e.points), 0) FROM lots t`+useIndex("lots_account")+`JOIN entries e ON e.shop_id = t.shop_id AND e.source_key = CONCAT('lot:', t.id)
		AND e.rule_id = 'expiry' AND e.points < 0 WHERE t.shop_id = ? AND t.account_id = ? AND t.expires_at > ? AND t.expires_at <= ?`, []any{shop, account, afterMs, untilMs}, &n)
	return n, err
}

// ReminderSums are reminders since an instant, by kind.
type ReminderSums struct {
	Sent        int64
	Points      loyalty.Points // they were about
	SavedPoints loyalty.Points
	SavedMinor  int64
}

// SumReminders adds up what was sent from an instant on (Unix ms).
func (tx *Tx) SumReminders(shop loyalty.ShopID, fromMs int64) (map[ReminderKind]ReminderSums, error) {
	found := map[ReminderKind]ReminderSums{}
	err := tx.Rows(`SELECT kind, COUNT(*), COALESCE(SUM(points), 0), COALESCE(SUM(saved_points), 0), COALESCE(SUM(saved_minor), 0) FROM reminders`+useIndex("reminders_sent")+
		`WHERE shop_id = ? AND sent_at >= ? GROUP BY kind`, []any{shop, fromMs}, func(row Scanner) error {
		var kind string
		var s ReminderSums
		err := row.Scan(&kind, &s.Sent, &s.Points, &s.SavedPoints, &s.SavedMinor)
		found[ReminderKind(kind)] = s
		return err
	})
	return found, err
}
