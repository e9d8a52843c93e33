package store

import "zugabe/app/loyalty"

// Names of the documents of choices that a shop may have.
const (
	settingsName       = "shop"
	NewsletterSettings = "newsletter"
	FAQPage            = "faq"
	ReminderSettings   = "reminders"
	PartnerSettings    = "partners"
	VoucherSettings    = "vouchers"
	ChosenTerms        = "plan" // for how long the shop has chosen the app
	ReferralSettings   = "referrals"
)

// ShopSettings is the shop's document of choices as JSON; version 0 = it has none yet.
func (tx *Tx) ShopSettings(shop loyalty.ShopID) (body []byte, version int64, err error) {
	return tx.SettingsDoc(shop, settingsName)
}

// SaveShopSettings stores the document after the version that was seen; ok is false
// if somebody else was quicker.
func (tx *Tx) SaveShopSettings(shop loyalty.ShopID, body []byte, seen, nowMs int64) (ok bool, err error) {
	return tx.SaveSettingsDoc(shop, SettingsDoc{Name: settingsName, Body: body, Seen: seen, NowMs: nowMs})
}

// SettingsDoc is one document of choices as it is to be stored.
type SettingsDoc struct {
	Name  string
	Body  []byte // JSON
	Seen  int64  // the version that was seen; 0 = there was none
	NowMs int64
}

// SettingsDoc is a document of the shop as JSON; version 0 = it has none of this name yet.
func (tx *Tx) SettingsDoc(shop loyalty.ShopID, name string) (body []byte, version int64, err error) {
	_, err = tx.Row(`SELECT body, version FROM shop_settings WHERE shop_id = ? AND name = ?`, []any{shop, name}, &body, &version)
	return body, version, err
}

// SaveSettingsDoc stores a document after the version that was seen; ok is false if
// somebody else was quicker.
func (tx *Tx) SaveSettingsDoc(shop loyalty.ShopID, d SettingsDoc) (ok bool, err error) {
	if d.Seen > 0 {
		n, err := tx.Exec(`UPDATE shop_settings SET body = ?, version = ?, updated_at = ? WHERE shop_id = ? AND name = ? AND version = ?`,
			string(d.Body), d.Seen+1, d.NowMs, shop, d.Name, d.Seen)
		return n == 1, err
	}
	_, err = tx.Exec(`INSERT INTO shop_settings (shop_id, name, version, body, updated_at) VALUES (?, ?, 1, ?, ?)`, shop, d.Name, string(d.Body), d.NowMs)
	if IsDuplicate(err, "shop_settings.PRIMARY") {
		return false, nil
	}
	return err == nil, err
}

// StaffSeen is a person of the merchant's staff who has used the admin.
type StaffSeen struct {
	Key     string // the host's own id of the person
	FirstAt int64  // Unix ms
	LastAt  int64
}

// maxStaffSeen bounds the list: hosts allow far fewer people.
const maxStaffSeen = 500

// SeeStaff notes that a person has used the admin.
func (tx *Tx) SeeStaff(shop loyalty.ShopID, key string, nowMs int64) error {
	n, err := tx.Exec(`UPDATE staff_seen SET last_at = ? WHERE shop_id = ? AND staff_key = ?`, nowMs, shop, clip(key, 120))
	if err != nil || n > 0 {
		return err
	}
	var known int64
	if _, err := tx.Row(`SELECT COUNT(*) FROM staff_seen WHERE shop_id = ?`, []any{shop}, &known); err != nil || known >= maxStaffSeen {
		return err
	}
	_, err = tx.Exec(`INSERT INTO staff_seen (shop_id, staff_key, first_at, last_at) VALUES (?, ?, ?, ?)`, shop, clip(key, 120), nowMs, nowMs)
	if IsDuplicate(err, "staff_seen.PRIMARY") {
		return nil // another request of the same person
	}
	return err
}

// StaffOfShop lists who has used the admin, the latest first.
func (tx *Tx) StaffOfShop(shop loyalty.ShopID) ([]StaffSeen, error) {
	var list []StaffSeen
	err := tx.Rows(`SELECT staff_key, first_at, last_at FROM staff_seen WHERE shop_id = ? ORDER BY last_at DESC, staff_key LIMIT ?`,
		[]any{shop, maxStaffSeen}, func(row Scanner) error {
			var s StaffSeen
			err := row.Scan(&s.Key, &s.FirstAt, &s.LastAt)
			list = append(list, s)
			return err
		})
	return list, err
}
