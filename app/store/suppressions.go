package store

import "zugabe/app/loyalty"

// Why an address or a person takes no mail. Only advertising stops for the first.
const (
	SuppressedUnsubscribed = "unsubscribed"
	SuppressedRefused      = "refused" // the mail server says that it will never take mail
	SuppressedByStaff      = "staff"
	SuppressedReminders    = "reminders" // of a hash of its own: no more mails about what runs out
)

// Suppress notes that a keyed hash of an address or a person takes no mail. What
// was noted first stays, unless it stops less.
func (tx *Tx) Suppress(shop loyalty.ShopID, hash []byte, reason string, nowMs int64) error {
	_, err := tx.Exec(`INSERT INTO suppressions (shop_id, email_hash, reason, created_at) VALUES (?, ?, ?, ?)`, shop, hash, reason, nowMs)
	if !IsDuplicate(err, "suppressions.PRIMARY") || reason == SuppressedUnsubscribed {
		return notDuplicate(err, "suppressions.PRIMARY")
	}
	_, err = tx.Exec(`UPDATE suppressions SET reason = ?, created_at = ? WHERE shop_id = ? AND email_hash = ? AND reason = ?`,
		reason, nowMs, shop, hash, SuppressedUnsubscribed)
	return err
}

func notDuplicate(err error, key string) error {
	if IsDuplicate(err, key) {
		return nil
	}
	return err
}

// Unsuppress forgets a note of one reason; ok is false if there is none.
func (tx *Tx) Unsuppress(shop loyalty.ShopID, hash []byte, reason string) (ok bool, err error) {
	n, err := tx.Exec(`DELETE FROM suppressions WHERE shop_id = ? AND email_hash = ? AND reason = ?`, shop, hash, reason)
	return n == 1, err
}

// Suppressed says why any of the hashes takes no mail: "" if all do, and what stops
// everything before what stops advertising.
func (tx *Tx) Suppressed(shop loyalty.ShopID, hashes ...[]byte) (reason string, err error) {
	err = tx.Rows(`SELECT reason FROM suppressions WHERE shop_id = ? AND email_hash IN (`+placeholders(len(hashes))+`)`, argsOf(shop, hashes), func(row Scanner) error {
		var found string
		err := row.Scan(&found)
		if reason == "" || reason == SuppressedUnsubscribed {
			reason = found
		}
		return err
	})
	return reason, err
}

// CountSuppressions counts the notes by reason.
func (tx *Tx) CountSuppressions(shop loyalty.ShopID) (map[string]int64, error) {
	counts := map[string]int64{}
	err := tx.Rows(`SELECT reason, COUNT(*) FROM suppressions WHERE shop_id = ? GROUP BY reason`, []any{shop}, func(row Scanner) error {
		var reason string
		var n int64
		err := row.Scan(&reason, &n)
		counts[reason] = n
		return err
	})
	return counts, err
}
