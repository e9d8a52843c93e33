package store

import (
	"encoding/json"
	"fmt"
	"strings"

	"zugabe/app/loyalty"
)

var memberColumns = []string{"id", "public_id", "customer_key", "person_key", "email", "first_name", "last_name", "locale",
	"birthday", "birthday_set_at", "member_type", "tags", "state", "merged_into", "referral_code", "block_earn", "block_redeem",
	"factor_num", "factor_den", "cap_points", "first_order_at", "has_login", "host_updated_at", "version", "created_at", "updated_at"}

// memberSelect reads members under the alias m.
var memberSelect = `SELECT m.` + strings.Join(memberColumns, `, m.`)

// MembersByKey finds the members behind the host's customer keys, keyed by
// them. After a merge both keys lead to one member.
func (tx *Tx) MembersByKey(shop loyalty.ShopID, customerKeys []string) (map[string]loyalty.Member, error) {
	found := make(map[string]loyalty.Member, len(customerKeys))
	if len(customerKeys) == 0 {
		return found, nil
	}
	query := memberSelect + `, k.customer_key FROM member_keys k JOIN members m ON m.shop_id = k.shop_id AND m.id = k.member_id
		WHERE k.shop_id = ? AND k.customer_key IN (` + placeholders(len(customerKeys)) + `)`
	err := tx.Rows(query, argsOf(shop, customerKeys), func(row Scanner) error {
		var key string
		m, err := scanMember(row, &key)
		found[key] = m
		return err
	})
	return found, err
}

// MembersByID finds members, keyed by id; unknown ones are left out.
func (tx *Tx) MembersByID(shop loyalty.ShopID, ids []loyalty.ID) (map[loyalty.ID]loyalty.Member, error) {
	found := make(map[loyalty.ID]loyalty.Member, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	list, err := tx.members(memberSelect+` FROM members m WHERE m.shop_id = ? AND m.id IN (`+placeholders(len(ids))+`)`, argsOf(shop, ids))
	for _, m := range list {
		found[m.ID] = m
	}
	return found, err
}

// MemberByID finds one member.
func (tx *Tx) MemberByID(shop loyalty.ShopID, id loyalty.ID) (loyalty.Member, bool, error) {
	found, err := tx.MembersByID(shop, []loyalty.ID{id})
	m, ok := found[id]
	return m, ok, err
}

// MemberByPublicID finds the member behind an id that has left the app.
func (tx *Tx) MemberByPublicID(shop loyalty.ShopID, publicID string) (loyalty.Member, bool, error) {
	return tx.oneMember(memberSelect+` FROM members m WHERE m.shop_id = ? AND m.public_id = ?`, shop, publicID)
}

// MemberByReferralCode finds whose code this is.
func (tx *Tx) MemberByReferralCode(shop loyalty.ShopID, code string) (loyalty.Member, bool, error) {
	return tx.oneMember(memberSelect+` FROM members m WHERE m.shop_id = ? AND m.referral_code = ?`, shop, code)
}

// MembersByPerson lists the members that are the same person, keyed by person
// key: several accounts at the host, or one after an erasure.
func (tx *Tx) MembersByPerson(shop loyalty.ShopID, personKeys [][]byte) (map[string][]loyalty.Member, error) {
	found := make(map[string][]loyalty.Member, len(personKeys))
	if len(personKeys) == 0 {
		return found, nil
	}
	list, err := tx.members(memberSelect+` FROM members m WHERE m.shop_id = ? AND m.person_key IN (`+placeholders(len(personKeys))+`)
		ORDER BY m.id`, argsOf(shop, personKeys))
	for _, m := range list {
		found[string(m.PersonKey)] = append(found[string(m.PersonKey)], m)
	}
	return found, err
}

// MembersWithBirthday lists members born on one of the days ("02-29"), by id above after.
func (tx *Tx) MembersWithBirthday(shop loyalty.ShopID, monthDays []string, after loyalty.ID, limit int) ([]loyalty.Member, error) {
	args := append(argsOf(shop, monthDays), after, limit)
	return tx.members(memberSelect+` FROM members m`+useIndex("PRIMARY")+`WHERE m.shop_id = ? AND SUBSTR(m.birthday, 6, 5) IN (`+
		placeholders(len(monthDays))+`) AND m.id > ? AND m.state = 'active' ORDER BY m.id LIMIT ?`, args)
}

// InsertMembers adds members; their customer keys are added by InsertMemberKeys.
func (tx *Tx) InsertMembers(shop loyalty.ShopID, list []loyalty.Member) error {
	rows := make([][]any, len(list))
	for i, m := range list {
		tags, err := json.Marshal(m.Tags)
		if err != nil {
			return err
		}
		email, first, last := clip(m.Email, 320), clip(m.FirstName, 190), clip(m.LastName, 190)
		rows[i] = []any{shop, m.ID, m.PublicID, m.CustomerKey, m.PersonKey, email, first, last, m.Locale,
			m.Birthday.String(), m.BirthdaySetAt, string(m.Type), string(tags), string(m.State), m.MergedInto, m.ReferralCode,
			bit(m.BlockEarn), bit(m.BlockRedeem), m.Factor.Num, m.Factor.Den, m.CapPoints, m.FirstOrderAt, bit(m.HasLogin), m.HostUpdatedAt,
			m.Version, m.CreatedAt, m.UpdatedAt, foldText(email, 320), foldText(last+" "+first, 190)}
	}
	columns := append(append([]string{"shop_id"}, memberColumns...), "email_fold", "name_fold")
	return tx.InsertMany("members", columns, rows)
}

// InsertMemberKeys says which customer keys mean which members; a key that is
// taken is a *DuplicateError of "member_keys.PRIMARY".
func (tx *Tx) InsertMemberKeys(shop loyalty.ShopID, keys map[string]loyalty.ID) error {
	rows := make([][]any, 0, len(keys))
	for key, member := range keys {
		rows = append(rows, []any{shop, key, member})
	}
	return tx.InsertMany("member_keys", []string{"shop_id", "customer_key", "member_id"}, rows)
}

// UpdateProfiles writes the personal fields that hosts know: one statement.
// Nothing else of the member is touched, and nothing of one who was erased
// meanwhile (J8).
func (tx *Tx) UpdateProfiles(shop loyalty.ShopID, list []loyalty.Member, nowMs int64) error {
	columns := []string{"customer_key", "person_key", "email", "email_fold", "first_name", "last_name", "name_fold", "locale",
		"birthday", "birthday_set_at", "tags", "host_updated_at", "version", "updated_at"}
	rows := make([]eachRow, len(list))
	for i, m := range list {
		tags, err := json.Marshal(m.Tags)
		if err != nil {
			return err
		}
		email, first, last := clip(m.Email, 320), clip(m.FirstName, 190), clip(m.LastName, 190)
		rows[i] = eachRow{id: m.ID, values: []any{m.CustomerKey, m.PersonKey, email, foldText(email, 320), first, last,
			foldText(last+" "+first, 190), m.Locale, m.Birthday.String(), m.BirthdaySetAt, string(tags), m.HostUpdatedAt, m.Version + 1, nowMs}}
	}
	return tx.updateEach("members", shop, columns, rows, " AND state = 'active'")
}

// MarkLogins notes that members have an account with the host: one statement. It
// is never taken back, so nobody who has read the member earlier can undo it.
func (tx *Tx) MarkLogins(shop loyalty.ShopID, ids []loyalty.ID, nowMs int64) error {
	if len(ids) == 0 {
		return nil
	}
	args := withArgs([]any{nowMs, shop}, ids)
	_, err := tx.Exec(`UPDATE members SET has_login = 1, updated_at = ? WHERE shop_id = ? AND id IN (`+placeholders(len(ids))+`)`, args...)
	return err
}

// UpdateControl writes what staff decides about a member, provided that nobody
// changed the member since m.Version was read; ok is false if somebody did.
func (tx *Tx) UpdateControl(shop loyalty.ShopID, m loyalty.Member, nowMs int64) (ok bool, err error) {
	tags, err := json.Marshal(m.Tags)
	if err != nil {
		return false, err
	}
	n, err := tx.Exec(`UPDATE members SET block_earn = ?, block_redeem = ?, factor_num = ?, factor_den = ?, cap_points = ?,
		birthday = ?, birthday_set_at = ?, tags = ?, version = version + 1, updated_at = ? WHERE shop_id = ? AND id = ? AND version = ?`,
		bit(m.BlockEarn), bit(m.BlockRedeem), m.Factor.Num, m.Factor.Den, m.CapPoints,
		m.Birthday.String(), m.BirthdaySetAt, string(tags), nowMs, shop, m.ID, m.Version)
	return n == 1, err
}

// BlockRedeeming keeps members from redeeming, or lets them again.
func (tx *Tx) BlockRedeeming(shop loyalty.ShopID, ids []loyalty.ID, blocked bool, nowMs int64) error {
	if len(ids) == 0 {
		return nil
	}
	args := withArgs([]any{bit(blocked), nowMs, shop}, ids)
	_, err := tx.Exec(`UPDATE members SET block_redeem = ?, version = version + 1, updated_at = ?
		WHERE shop_id = ? AND id IN (`+placeholders(len(ids))+`)`, args...)
	return err
}

// MarkCustomers notes each member's first purchase (Unix ms): one statement.
func (tx *Tx) MarkCustomers(shop loyalty.ShopID, firstOrderAt map[loyalty.ID]int64, nowMs int64) error {
	rows := make([]eachRow, 0, len(firstOrderAt))
	for id, at := range firstOrderAt {
		rows = append(rows, eachRow{id: id, values: []any{string(loyalty.Customer), at, nowMs}})
	}
	return tx.updateEach("members", shop, []string{"member_type", "first_order_at", "updated_at"}, rows, "")
}

// EraseMember empties every personal field of a member and keeps the keyed hash
// by which the person is not given a second welcome (B15).
func (tx *Tx) EraseMember(shop loyalty.ShopID, id loyalty.ID, nowMs int64) error {
	_, err := tx.Exec(`UPDATE members SET email = '', email_fold = '', first_name = '', last_name = '', name_fold = '', locale = '',
		birthday = '', birthday_set_at = 0, tags = '[]', customer_key = '', state = ?, block_earn = 1, block_redeem = 1,
		version = version + 1, updated_at = ? WHERE shop_id = ? AND id = ?`, string(loyalty.MemberErased), nowMs, shop, id)
	if err != nil {
		return err
	}
	return tx.forgetVouchers(shop, id)
}

// MemberKeys lists every customer key that means the member.
func (tx *Tx) MemberKeys(shop loyalty.ShopID, member loyalty.ID) ([]string, error) {
	var keys []string
	err := tx.Rows(`SELECT customer_key FROM member_keys WHERE shop_id = ? AND member_id = ? ORDER BY customer_key`, []any{shop, member},
		func(row Scanner) error {
			var key string
			err := row.Scan(&key)
			keys = append(keys, key)
			return err
		})
	return keys, err
}

func (tx *Tx) oneMember(query string, args ...any) (loyalty.Member, bool, error) {
	list, err := tx.members(query, args)
	if err != nil || len(list) == 0 {
		return loyalty.Member{}, false, err
	}
	return list[0], true, nil
}

func (tx *Tx) members(query string, args []any) ([]loyalty.Member, error) {
	var list []loyalty.Member
	err := tx.Rows(query, args, func(row Scanner) error {
		m, err := scanMember(row)
		list = append(list, m)
		return err
	})
	return list, err
}

func scanMember(row Scanner, more ...any) (loyalty.Member, error) {
	var m loyalty.Member
	var birthday, memberType, tags, state string
	var blockEarn, blockRedeem, hasLogin int64
	dest := []any{&m.ID, &m.PublicID, &m.CustomerKey, &m.PersonKey, &m.Email, &m.FirstName, &m.LastName, &m.Locale,
		&birthday, &m.BirthdaySetAt, &memberType, &tags, &state, &m.MergedInto, &m.ReferralCode, &blockEarn, &blockRedeem,
		&m.Factor.Num, &m.Factor.Den, &m.CapPoints, &m.FirstOrderAt, &hasLogin, &m.HostUpdatedAt, &m.Version, &m.CreatedAt, &m.UpdatedAt}
	if err := row.Scan(append(dest, more...)...); err != nil {
		return m, err
	}
	if err := m.Birthday.UnmarshalText([]byte(birthday)); err != nil {
		return m, fmt.Errorf("store: birthday of member %s: %w", m.ID, err)
	}
	if err := json.Unmarshal([]byte(tags), &m.Tags); err != nil {
		return m, fmt.Errorf("store: tags of member %s: %w", m.ID, err)
	}
	m.Type, m.State = loyalty.MemberType(memberType), loyalty.MemberState(state)
	m.BlockEarn, m.BlockRedeem, m.HasLogin = blockEarn != 0, blockRedeem != 0, hasLogin != 0
	return m, nil
}

func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// foldText is the form in which people search for a name or an address.
func foldText(s string, n int) string { return clip(strings.ToLower(strings.TrimSpace(s)), n) }
