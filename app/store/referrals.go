package store

import (
	"slices"
	"strings"

	"zugabe/app/loyalty"
)

// ReferralState is where a referral stands.
type ReferralState string

// The states of a referral.
const (
	ReferralClaimed    ReferralState = "claimed"    // the friend came with the code and has not bought yet
	ReferralQualifying ReferralState = "qualifying" // the friend bought; the return window runs until QualifiesAt
	ReferralRewarded   ReferralState = "rewarded"
	ReferralHeld       ReferralState = "held"    // somebody must look at it; Reason says why
	ReferralRefused    ReferralState = "refused" // Reason says why
)

// Referral says who brought whom. A friend is brought once.
type Referral struct {
	ID          loyalty.ID
	ReferrerID  loyalty.ID
	FriendID    loyalty.ID
	Code        string
	State       ReferralState
	Reason      string
	SaleKey     string
	QualifiesAt int64 // Unix ms, 0 until the friend bought
	CreatedAt   int64
	UpdatedAt   int64
	Signals     []string // what made it held, kept when it was decided
	Note        string   // of whoever decided
	DecidedBy   string   // "staff:<sub>"; empty = nobody had to
	DecidedAt   int64
}

const referralSelect = `SELECT id, referrer_id, friend_id, code, state, reason, sale_key, qualifies_at, created_at, updated_at, signals, note, decided_by, decided_at FROM referrals`

// InsertReferral adds a referral; a friend who was brought before is a
// *DuplicateError of "referrals.referrals_friend".
func (tx *Tx) InsertReferral(shop loyalty.ShopID, r Referral) error {
	_, err := tx.Exec(`INSERT INTO referrals (shop_id, id, referrer_id, friend_id, code, state, reason, sale_key, qualifies_at, created_at, updated_at, signals)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		shop, r.ID, r.ReferrerID, r.FriendID, r.Code, string(r.State), r.Reason, r.SaleKey, r.QualifiesAt, r.CreatedAt, r.UpdatedAt, strings.Join(r.Signals, " "))
	return err
}

// MoveReferral writes state, reason, sale, window and what was decided if the referral
// is still in the state it was read in; ok is false if it is not.
func (tx *Tx) MoveReferral(shop loyalty.ShopID, r Referral, was ReferralState) (ok bool, err error) {
	n, err := tx.Exec(`UPDATE referrals SET state = ?, reason = ?, sale_key = ?, qualifies_at = ?, updated_at = ?,
		signals = ?, note = ?, decided_by = ?, decided_at = ? WHERE shop_id = ? AND id = ? AND state = ?`,
		string(r.State), r.Reason, r.SaleKey, r.QualifiesAt, r.UpdatedAt, strings.Join(r.Signals, " "), clip(r.Note, 500), clip(r.DecidedBy, 120),
		r.DecidedAt, shop, r.ID, string(was))
	return n == 1, err
}

// ForgetReferrals empties what was noted about referrals of a member, after an erasure.
func (tx *Tx) ForgetReferrals(shop loyalty.ShopID, member loyalty.ID) error {
	_, err := tx.Exec(`UPDATE referrals SET note = '' WHERE shop_id = ? AND (referrer_id = ? OR friend_id = ?) AND note <> ''`, shop, member, member)
	return err
}

// ReferralsOfFriends finds who brought these members, keyed by friend.
func (tx *Tx) ReferralsOfFriends(shop loyalty.ShopID, friends []loyalty.ID) (map[loyalty.ID]Referral, error) {
	found := make(map[loyalty.ID]Referral, len(friends))
	if len(friends) == 0 {
		return found, nil
	}
	list, err := tx.referrals(referralSelect+` WHERE shop_id = ? AND friend_id IN (`+placeholders(len(friends))+`)`, argsOf(shop, friends))
	for _, r := range list {
		found[r.FriendID] = r
	}
	return found, err
}

// ReferralsBy lists whom a member brought, newest first.
func (tx *Tx) ReferralsBy(shop loyalty.ShopID, referrer loyalty.ID, limit int) ([]Referral, error) {
	return tx.referrals(referralSelect+useIndex("referrals_referrer")+`WHERE shop_id = ? AND referrer_id = ? ORDER BY id DESC LIMIT ?`,
		[]any{shop, referrer, limit})
}

// mostBefore keeps one statement's text and plan small.
const mostBefore = 200

// ReferralsBefore says when (Unix ms) the n-th last friend before each referral was
// brought by the same member, by the referral's id: one statement for 200. Who brought
// fewer before is left out.
func (tx *Tx) ReferralsBefore(shop loyalty.ShopID, list []Referral, n int) (map[loyalty.ID]int64, error) {
	at := make(map[loyalty.ID]int64, len(list))
	for part := range slices.Chunk(list, mostBefore) {
		one := `SELECT * FROM (SELECT ? AS before_id, created_at FROM referrals` + useIndex("referrals_referrer") +
			`WHERE shop_id = ? AND referrer_id = ? AND id < ? ORDER BY id DESC LIMIT 1 OFFSET ?) x`
		var args []any
		for _, r := range part {
			args = append(args, int64(r.ID), shop, r.ReferrerID, r.ID, n-1)
		}
		err := tx.Rows(one+strings.Repeat(` UNION ALL `+one, len(part)-1), args, func(row Scanner) error {
			var id loyalty.ID
			var created int64
			err := row.Scan(&id, &created)
			at[id] = created
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return at, nil
}

// LockReferrals keeps others from changing these referrals until the transaction ends.
func (tx *Tx) LockReferrals(shop loyalty.ShopID, ids []loyalty.ID) error {
	_, err := tx.Exec(`UPDATE referrals SET state = state WHERE shop_id = ? AND id IN (`+placeholders(len(ids))+`)`, argsOf(shop, ids)...)
	return err
}

// MoveReferrals writes the same as MoveReferral of referrals that are locked: one
// statement for 200.
func (tx *Tx) MoveReferrals(shop loyalty.ShopID, list []Referral) error {
	rows := make([]eachRow, len(list))
	for i, r := range list {
		rows[i] = eachRow{id: r.ID, values: []any{string(r.State), r.Reason, r.SaleKey, r.QualifiesAt, r.UpdatedAt, strings.Join(r.Signals, " "), clip(r.Note, 500), clip(r.DecidedBy, 120), r.DecidedAt}}
	}
	return tx.updateEach("referrals", shop, []string{"state", "reason", "sale_key", "qualifies_at", "updated_at", "signals", "note", "decided_by", "decided_at"}, rows, "")
}

// ReferralList narrows the list of a shop's referrals. State "" = all; Before is the
// last id of the page before, 0 for the first.
type ReferralList struct {
	State  ReferralState
	Before loyalty.ID
	Limit  int
}

// Referrals lists a shop's referrals, newest first.
func (tx *Tx) Referrals(shop loyalty.ShopID, l ReferralList) ([]Referral, error) {
	if l.Before == 0 {
		l.Before = maxID
	}
	if l.State == "" {
		return tx.referrals(referralSelect+useIndex("PRIMARY")+`WHERE shop_id = ? AND id < ? ORDER BY id DESC LIMIT ?`, []any{shop, l.Before, l.Limit})
	}
	return tx.referrals(referralSelect+useIndex("referrals_state")+`WHERE shop_id = ? AND state = ? AND id < ? ORDER BY id DESC LIMIT ?`,
		[]any{shop, string(l.State), l.Before, l.Limit})
}

// CountReferrals says how many referrals stand there.
func (tx *Tx) CountReferrals(shop loyalty.ShopID, state ReferralState) (n int64, err error) {
	_, err = tx.Row(`SELECT COUNT(*) FROM referrals`+useIndex("referrals_state")+`WHERE shop_id = ? AND state = ?`, []any{shop, string(state)}, &n)
	return n, err
}

// ReferralByID finds one referral.
func (tx *Tx) ReferralByID(shop loyalty.ShopID, id loyalty.ID) (Referral, bool, error) {
	list, err := tx.referrals(referralSelect+` WHERE shop_id = ? AND id = ?`, []any{shop, id})
	if err != nil || len(list) == 0 {
		return Referral{}, false, err
	}
	return list[0], true, nil
}

// ReferralsDue lists those whose return window has passed, oldest first.
func (tx *Tx) ReferralsDue(shop loyalty.ShopID, nowMs int64, limit int) ([]Referral, error) {
	return tx.referrals(referralSelect+useIndex("referrals_due")+`WHERE shop_id = ? AND state = 'qualifying' AND qualifies_at <= ?
		ORDER BY qualifies_at, id LIMIT ?`, []any{shop, nowMs, limit})
}

func (tx *Tx) referrals(query string, args []any) ([]Referral, error) {
	var list []Referral
	err := tx.Rows(query, args, func(row Scanner) error {
		var r Referral
		var state, signals string
		err := row.Scan(&r.ID, &r.ReferrerID, &r.FriendID, &r.Code, &state, &r.Reason, &r.SaleKey, &r.QualifiesAt, &r.CreatedAt, &r.UpdatedAt,
			&signals, &r.Note, &r.DecidedBy, &r.DecidedAt)
		r.State, r.Signals = ReferralState(state), strings.Fields(signals)
		list = append(list, r)
		return err
	})
	return list, err
}
