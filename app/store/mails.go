package store

import (
	"encoding/json"

	"zugabe/app/loyalty"
)

// MailState is where a mail stands.
type MailState int64

// The states of a mail.
const (
	MailDue     MailState = 0 // to be sent; nobody has shown it to a mail server
	MailSending MailState = 1 // handed over now, or by a process that vanished doing so
	MailSent    MailState = 2
	MailUnknown MailState = 3 // a server may have taken it; only a person may have it sent again
	MailFailed  MailState = 4 // refused for good
	MailStopped MailState = 5 // not wanted any more: suppressed, unsubscribed, erased
)

// Mail is one message to one person. (Kind, Key) is unique in the shop.
type Mail struct {
	ID         loyalty.ID
	Kind       string
	Key        string
	PersonKey  []byte
	Marketing  bool // needs consent at the moment it is sent
	To         string
	Locale     string
	Subject    string
	Text       string // empty once it is out
	HTML       string
	Headers    map[string]string
	State      MailState
	Attempts   int64
	NextAt     int64 // Unix ms
	LeaseToken int64
	LeaseUntil int64
	Reason     string
	CreatedAt  int64
	SentAt     int64
}

const mailColumns = `id, kind, mail_key, person_key, marketing, to_address, locale, subject, body_text, body_html, headers, state, attempts, next_at,
	lease_token, lease_until, reason, created_at, sent_at`

// EnsureMail stores a mail unless the shop has one of the same kind and key.
func (tx *Tx) EnsureMail(shop loyalty.ShopID, m Mail) (added bool, err error) {
	var id loyalty.ID
	found, err := tx.Row(`SELECT id FROM mails WHERE shop_id = ? AND kind = ? AND mail_key = ?`, []any{shop, m.Kind, m.Key}, &id)
	if err != nil || found {
		return false, err
	}
	headers, err := json.Marshal(m.Headers)
	if err != nil {
		return false, err
	}
	_, err = tx.Exec(`INSERT INTO mails (shop_id, `+mailColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, 0, 0, ?, ?, 0)`,
		shop, m.ID, m.Kind, m.Key, some(m.PersonKey), bit(m.Marketing), clip(m.To, 320), m.Locale, clip(m.Subject, 500), m.Text, m.HTML, string(headers),
		int64(m.State), m.NextAt, clip(m.Reason, 500), m.CreatedAt)
	if IsDuplicate(err, "mails.mails_key") {
		return false, nil
	}
	return err == nil, err
}

// NextShopWithMails finds the next shop after the given one that has a mail to send,
// or one whose sender vanished.
func (tx *Tx) NextShopWithMails(after loyalty.ShopID, nowMs int64) (shop loyalty.ShopID, found bool, err error) {
	for _, state := range []MailState{MailDue, MailSending} {
		var s loyalty.ShopID
		ok, err := tx.Row(`SELECT shop_id FROM mails`+useIndex("mails_due")+`WHERE state = ? AND shop_id > ? AND next_at <= ? ORDER BY shop_id LIMIT 1`,
			[]any{int64(state), after, nowMs}, &s)
		if err != nil {
			return 0, false, err
		}
		if ok && (!found || s < shop) {
			shop, found = s, true
		}
	}
	return shop, found, nil
}

// AbandonMails gives up on mails whose sender vanished in the middle: a server may
// have taken them, so that nobody sends them again unasked (C10).
func (tx *Tx) AbandonMails(shop loyalty.ShopID, nowMs int64) (int64, error) {
	return tx.Exec(`UPDATE mails SET state = ?, reason = 'the process stopped while the mail was being handed over', lease_token = 0, lease_until = 0
		WHERE shop_id = ? AND state = ? AND next_at <= ?`, int64(MailUnknown), shop, int64(MailSending), nowMs)
}

// MailClaim says who takes mails and until when.
type MailClaim struct {
	Limit int
	Token int64 // unique per claim; results are accepted only with it
	NowMs int64
	Until int64 // Unix ms
}

// ClaimMails leases due mails of one shop. They stay due: until StartMail nobody has
// seen them, and whoever comes after us may send them.
func (tx *Tx) ClaimMails(shop loyalty.ShopID, c MailClaim) ([]Mail, error) {
	var ids []loyalty.ID
	err := tx.Rows(`SELECT id FROM mails`+useIndex("mails_due")+`WHERE state = 0 AND shop_id = ? AND next_at <= ? ORDER BY next_at, id LIMIT ?`,
		[]any{shop, c.NowMs, c.Limit}, func(row Scanner) error {
			var id loyalty.ID
			err := row.Scan(&id)
			ids = append(ids, id)
			return err
		})
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	args := append([]any{c.Token, c.Until, c.Until, shop}, withArgs(nil, ids)...)
	n, err := tx.Exec(`UPDATE mails SET lease_token = ?, lease_until = ?, next_at = ? WHERE shop_id = ? AND id IN (`+placeholders(len(ids))+
		`) AND state = 0 AND next_at <= ?`, append(args, c.NowMs)...)
	if err != nil || n == 0 {
		return nil, err
	}
	return tx.manyMails(`SELECT `+mailColumns+` FROM mails WHERE shop_id = ? AND id IN (`+placeholders(len(ids))+`) AND lease_token = ? ORDER BY id`,
		append(argsOf(shop, ids), c.Token))
}

// StartMail says that a leased mail is handed over from now on until the given
// instant. ok is false when the lease was lost or the mail is no longer wanted.
func (tx *Tx) StartMail(shop loyalty.ShopID, m Mail, untilMs int64) (ok bool, err error) {
	n, err := tx.Exec(`UPDATE mails SET state = ?, next_at = ?, lease_until = ? WHERE shop_id = ? AND id = ? AND lease_token = ? AND state = ?`,
		int64(MailSending), untilMs, untilMs, shop, m.ID, m.LeaseToken, int64(MailDue))
	return n == 1, err
}

// SaveMail writes what became of a leased mail. ok is false when the lease was lost.
func (tx *Tx) SaveMail(shop loyalty.ShopID, m Mail) (ok bool, err error) {
	n, err := tx.Exec(`UPDATE mails SET state = ?, attempts = ?, next_at = ?, reason = ?, sent_at = ?, body_text = ?, body_html = ?, lease_token = 0, lease_until = 0
		WHERE shop_id = ? AND id = ? AND lease_token = ? AND state IN (0, 1)`,
		int64(m.State), m.Attempts, m.NextAt, clip(m.Reason, 500), m.SentAt, m.Text, m.HTML, shop, m.ID, m.LeaseToken)
	return n == 1, err
}

// ResendMail makes a mail due again that was not sent for certain; ok is false for others.
func (tx *Tx) ResendMail(shop loyalty.ShopID, id loyalty.ID, nowMs int64) (ok bool, err error) {
	n, err := tx.Exec(`UPDATE mails SET state = 0, attempts = 0, next_at = ?, reason = '' WHERE shop_id = ? AND id = ? AND state IN (3, 4) AND body_text <> ''`,
		nowMs, shop, id)
	return n == 1, err
}

// StopMails stops what waits for a person; marketing alone if only that is unwanted.
func (tx *Tx) StopMails(shop loyalty.ShopID, person []byte, onlyMarketing bool, reason string) error {
	if len(person) == 0 {
		return nil
	}
	_, err := tx.Exec(`UPDATE mails SET state = ?, reason = ?, body_text = '', body_html = '' WHERE shop_id = ? AND person_key = ? AND state IN (0, 3, 4) AND marketing >= ?`,
		int64(MailStopped), reason, shop, person, bit(onlyMarketing))
	return err
}

// ForgetMails empties every mail to a person; the rows stay, so that nothing is
// sent a second time.
func (tx *Tx) ForgetMails(shop loyalty.ShopID, person []byte) error {
	if err := tx.StopMails(shop, person, false, "erased"); err != nil || len(person) == 0 {
		return err
	}
	_, err := tx.Exec(`UPDATE mails SET to_address = '', subject = '', body_text = '', body_html = '', headers = '{}' WHERE shop_id = ? AND person_key = ?`, shop, person)
	return err
}

// PruneMails deletes mails that ended before an instant, at most about limit.
func (tx *Tx) PruneMails(shop loyalty.ShopID, beforeMs int64, limit int) (int64, error) {
	var ids []loyalty.ID
	err := tx.Rows(`SELECT id FROM mails`+useIndex("PRIMARY")+`WHERE shop_id = ? AND id < ? AND state IN (2, 4, 5) ORDER BY id LIMIT ?`,
		[]any{shop, loyalty.IDAt(beforeMs), limit}, func(row Scanner) error {
			var id loyalty.ID
			err := row.Scan(&id)
			ids = append(ids, id)
			return err
		})
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	return tx.Exec(`DELETE FROM mails WHERE shop_id = ? AND id IN (`+placeholders(len(ids))+`)`, argsOf(shop, ids)...)
}

// MailByID finds a mail.
func (tx *Tx) MailByID(shop loyalty.ShopID, id loyalty.ID) (Mail, bool, error) {
	list, err := tx.manyMails(`SELECT `+mailColumns+` FROM mails WHERE shop_id = ? AND id = ?`, []any{shop, id})
	if err != nil || len(list) == 0 {
		return Mail{}, false, err
	}
	return list[0], true, nil
}

// ListMails pages through mails, newest first; state < 0 = any.
func (tx *Tx) ListMails(shop loyalty.ShopID, state MailState, before loyalty.ID, limit int) ([]Mail, error) {
	query, args := `SELECT `+mailColumns+` FROM mails`+useIndex("PRIMARY")+`WHERE shop_id = ?`, []any{shop}
	if state >= 0 {
		query, args = query+` AND state = ?`, append(args, int64(state))
	}
	if before > 0 {
		query, args = query+` AND id < ?`, append(args, before)
	}
	return tx.manyMails(query+` ORDER BY id DESC LIMIT ?`, append(args, limit))
}

// MailsOfPerson are all mails to a person, oldest first.
func (tx *Tx) MailsOfPerson(shop loyalty.ShopID, person []byte, limit int) ([]Mail, error) {
	if len(person) == 0 {
		return nil, nil
	}
	return tx.manyMails(`SELECT `+mailColumns+` FROM mails WHERE shop_id = ? AND person_key = ? ORDER BY id LIMIT ?`, []any{shop, person, limit})
}

// DeadMails counts the mails since an instant (Unix ms) that only a person can have
// sent again: refused for good, or perhaps not arrived.
func (tx *Tx) DeadMails(shop loyalty.ShopID, since int64) (failed, unknown int64, err error) {
	for state, n := range map[MailState]*int64{MailFailed: &failed, MailUnknown: &unknown} {
		if _, err := tx.Row(`SELECT COUNT(*) FROM mails`+useIndex("mails_due")+`WHERE state = ? AND shop_id = ? AND id >= ?`,
			[]any{int64(state), shop, loyalty.IDAt(since)}, n); err != nil {
			return 0, 0, err
		}
	}
	return failed, unknown, nil
}

// CountMails counts mails by state.
func (tx *Tx) CountMails(shop loyalty.ShopID) (map[MailState]int64, error) {
	counts := map[MailState]int64{}
	err := tx.Rows(`SELECT state, COUNT(*) FROM mails WHERE shop_id = ? GROUP BY state`, []any{shop}, func(row Scanner) error {
		var state, n int64
		err := row.Scan(&state, &n)
		counts[MailState(state)] = n
		return err
	})
	return counts, err
}

func (tx *Tx) manyMails(query string, args []any) ([]Mail, error) {
	var list []Mail
	err := tx.Rows(query, args, func(row Scanner) error {
		var m Mail
		var state, marketing int64
		var headers []byte
		if err := row.Scan(&m.ID, &m.Kind, &m.Key, &m.PersonKey, &marketing, &m.To, &m.Locale, &m.Subject, &m.Text, &m.HTML, &headers, &state, &m.Attempts,
			&m.NextAt, &m.LeaseToken, &m.LeaseUntil, &m.Reason, &m.CreatedAt, &m.SentAt); err != nil {
			return err
		}
		m.State, m.Marketing = MailState(state), marketing != 0
		err := json.Unmarshal(headers, &m.Headers)
		list = append(list, m)
		return err
	})
	return list, err
}

// some is never nil: a column that may not be NULL takes an empty value.
func some(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}
