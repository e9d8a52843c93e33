package store

import (
	"strings"

	"zugabe/app/loyalty"
)

// PartnerState is where a partner stands.
type PartnerState string

// The states of a partner.
const (
	PartnerInvited PartnerState = "invited" // may sign in, which makes the partner active
	PartnerActive  PartnerState = "active"
	PartnerPaused  PartnerState = "paused" // may not sign in; the codes do not count
)

// PartnerRow is a member who has own codes. Times are Unix ms.
type PartnerRow struct {
	MemberID  loyalty.ID
	State     PartnerState
	SponsorID loyalty.ID // the partner above, 0 = at the top
	HostName  string     // the name of the own storefront, "" = none; unique in a shop
	Path      string     // see partner.Path
	Notes     string
	CreatedAt int64
	UpdatedAt int64
}

const partnerColumns = `member_id, state, sponsor_id, host_name, level_path, notes, created_at, updated_at`

// InsertPartner makes a member a partner; a second time is a *DuplicateError of
// "partners.PRIMARY".
func (tx *Tx) InsertPartner(shop loyalty.ShopID, p PartnerRow) error {
	_, err := tx.Exec(`INSERT INTO partners (shop_id, `+partnerColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		shop, p.MemberID, string(p.State), p.SponsorID, p.HostName, p.Path, clip(p.Notes, 4000), p.CreatedAt, p.UpdatedAt)
	return err
}

// SavePartner writes everything of a partner that can change.
func (tx *Tx) SavePartner(shop loyalty.ShopID, p PartnerRow) error {
	n, err := tx.Exec(`UPDATE partners SET state = ?, sponsor_id = ?, host_name = ?, level_path = ?, notes = ?, updated_at = ? WHERE shop_id = ? AND member_id = ?`,
		string(p.State), p.SponsorID, p.HostName, p.Path, clip(p.Notes, 4000), p.UpdatedAt, shop, p.MemberID)
	if err == nil && n == 0 {
		err = ErrNotFound
	}
	return err
}

// LockTree makes everybody else who changes the tree wait until our COMMIT: every way
// up ends at a partner without a sponsor. locked is how many there are.
func (tx *Tx) LockTree(shop loyalty.ShopID) (locked int64, err error) {
	return tx.Exec(`UPDATE partners SET updated_at = updated_at WHERE shop_id = ? AND sponsor_id = 0`, shop)
}

// PartnersByID finds partners, keyed by member; others are left out.
func (tx *Tx) PartnersByID(shop loyalty.ShopID, ids []loyalty.ID) (map[loyalty.ID]PartnerRow, error) {
	found := make(map[loyalty.ID]PartnerRow, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	list, err := tx.partners(`member_id IN (`+placeholders(len(ids))+`)`, argsOf(shop, ids))
	for _, p := range list {
		found[p.MemberID] = p
	}
	return found, err
}

// PartnerByHost finds whose storefront has a name.
func (tx *Tx) PartnerByHost(shop loyalty.ShopID, name string) (PartnerRow, bool, error) {
	list, err := tx.partners(`host_name = ? ORDER BY member_id LIMIT 1`, []any{shop, name})
	if err != nil || len(list) == 0 || name == "" {
		return PartnerRow{}, false, err
	}
	return list[0], true, nil
}

// PartnersBelow lists a partner and all below, by path.
func (tx *Tx) PartnersBelow(shop loyalty.ShopID, path string) ([]PartnerRow, error) {
	from, to := pathRange(path)
	return tx.partners(`level_path >= ? AND level_path < ? ORDER BY level_path`, []any{shop, from, to})
}

// pathRange is the range of all paths that begin with one: "/" is followed by "0".
func pathRange(path string) (from, to string) { return path, strings.TrimSuffix(path, "/") + "0" }

// PartnerList says which partners a list shows, the newest first.
type PartnerList struct {
	State     PartnerState // "" = all
	SponsorID loyalty.ID   // only those directly below, 0 = all
	IDs       []loyalty.ID // only these, nil = all
	Before    loyalty.ID
	Limit     int
}

// Partners pages through partners.
func (tx *Tx) Partners(shop loyalty.ShopID, l PartnerList) ([]PartnerRow, error) {
	if l.Before == 0 {
		l.Before = maxID
	}
	where, args := `member_id < ?`, []any{shop, l.Before}
	if l.State != "" {
		where, args = where+` AND state = ?`, append(args, string(l.State))
	}
	if l.SponsorID != 0 {
		where, args = where+` AND sponsor_id = ?`, append(args, l.SponsorID)
	}
	if l.IDs != nil {
		where, args = where+` AND member_id IN (`+placeholders(len(l.IDs))+`)`, withArgs(args, l.IDs)
	}
	return tx.partners(where+` ORDER BY member_id DESC LIMIT ?`, append(args, l.Limit))
}

// partners reads by a condition behind that on the shop, which is the first argument.
func (tx *Tx) partners(where string, args []any) ([]PartnerRow, error) {
	var list []PartnerRow
	err := tx.Rows(`SELECT `+partnerColumns+` FROM partners WHERE shop_id = ? AND `+where, args, func(row Scanner) error {
		var p PartnerRow
		var state string
		err := row.Scan(&p.MemberID, &state, &p.SponsorID, &p.HostName, &p.Path, &p.Notes, &p.CreatedAt, &p.UpdatedAt)
		p.State = PartnerState(state)
		list = append(list, p)
		return err
	})
	return list, err
}

// PartnerTally is what a partner has brought.
type PartnerTally struct {
	Codes        int64
	Uses         int64
	FirstLine    int64 // customers with a final sponsorship
	NewCustomers int64 // members of the first line who have bought nothing yet
	Minor        int64 // commissions, paid ones included, minor units
}

// PartnerTallies counts for partners; those who brought nothing are left out.
func (tx *Tx) PartnerTallies(shop loyalty.ShopID, ids []loyalty.ID) (map[loyalty.ID]PartnerTally, error) {
	found := make(map[loyalty.ID]PartnerTally, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	in := placeholders(len(ids))
	for _, q := range []struct {
		sql  string
		into func(t *PartnerTally, a, b int64)
	}{
		{`SELECT issuer_id, COUNT(*), SUM(uses) FROM codes WHERE shop_id = ? AND issuer_id IN (` + in + `) GROUP BY issuer_id`,
			func(t *PartnerTally, a, b int64) { t.Codes, t.Uses = a, b }},
		{`SELECT s.partner_id, SUM(CASE WHEN s.state = 'final' THEN 1 ELSE 0 END), SUM(CASE WHEN s.state <> 'revoked' AND m.member_type = 'new_customer' THEN 1 ELSE 0 END)
			FROM sponsorships s JOIN members m ON m.shop_id = s.shop_id AND m.id = s.member_id WHERE s.shop_id = ? AND s.partner_id IN (` + in + `) GROUP BY s.partner_id`,
			func(t *PartnerTally, a, b int64) { t.FirstLine, t.NewCustomers = a, b }},
		{`SELECT partner_id, SUM(minor), COUNT(*) FROM commissions WHERE shop_id = ? AND partner_id IN (` + in + `) GROUP BY partner_id`,
			func(t *PartnerTally, a, _ int64) { t.Minor = a }},
	} {
		err := tx.Rows(q.sql, argsOf(shop, ids), func(row Scanner) error {
			var id loyalty.ID
			var a, b int64
			err := row.Scan(&id, &a, &b)
			t := found[id]
			q.into(&t, a, b)
			found[id] = t
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

// CountVisit counts one visit through a partner's link or storefront; of whom is not
// known to it (S0-12).
func (tx *Tx) CountVisit(shop loyalty.ShopID, id loyalty.ID, day loyalty.LocalDate) error {
	n, err := tx.Exec(`UPDATE partner_visits SET visits = visits + 1 WHERE shop_id = ? AND partner_id = ? AND local_day = ?`, shop, id, dayNumber(day))
	if err != nil || n > 0 {
		return err
	}
	_, err = tx.Exec(`INSERT INTO partner_visits (shop_id, partner_id, local_day, visits) VALUES (?, ?, ?, 1)`, shop, id, dayNumber(day))
	return err
}

// DayCount is a number of a local day.
type DayCount struct {
	Day   loyalty.LocalDate
	Count int64
}

// Visits lists the days with visits between two, both included.
func (tx *Tx) Visits(shop loyalty.ShopID, id loyalty.ID, from, until loyalty.LocalDate) ([]DayCount, error) {
	var list []DayCount
	err := tx.Rows(`SELECT local_day, visits FROM partner_visits WHERE shop_id = ? AND partner_id = ? AND local_day >= ? AND local_day <= ? ORDER BY local_day`,
		[]any{shop, id, dayNumber(from), dayNumber(until)}, func(row Scanner) error {
			var day, n int64
			err := row.Scan(&day, &n)
			list = append(list, DayCount{dayOf(day), n})
			return err
		})
	return list, err
}

// CodesOfPartners pages through the codes that partners gave and that could work,
// newest first.
func (tx *Tx) CodesOfPartners(shop loyalty.ShopID, before loyalty.ID, limit int) ([]loyalty.ID, error) {
	if before == 0 {
		before = maxID
	}
	var ids []loyalty.ID
	err := tx.Rows(`SELECT id FROM codes WHERE shop_id = ? AND issuer_id > 0 AND id < ? AND state IN ('pending', 'active') ORDER BY id DESC LIMIT ?`,
		[]any{shop, before, limit}, func(row Scanner) error {
			var id loyalty.ID
			err := row.Scan(&id)
			ids = append(ids, id)
			return err
		})
	return ids, err
}

// PartnerUse is what one code did in a time.
type PartnerUse struct {
	CodeID  loyalty.ID
	Uses    int64
	Minor   int64 // discount
	Revenue int64 // gross totals of the orders less refunds
}

// UsedOfPartner sums the orders that carried a partner's codes between two instants
// (Unix ms), the most used code first.
func (tx *Tx) UsedOfPartner(shop loyalty.ShopID, issuer loyalty.ID, from, to int64) ([]PartnerUse, error) {
	var list []PartnerUse
	err := tx.Rows(`SELECT u.code_id, COUNT(*) AS uses, SUM(u.minor), COALESCE(SUM(s.total - s.refunded), 0) FROM codes c
		JOIN code_uses u ON u.shop_id = c.shop_id AND u.code_id = c.id AND u.state = 'used' AND u.used_at >= ? AND u.used_at < ?
		LEFT JOIN sales s ON s.shop_id = u.shop_id AND s.sale_key = u.sale_key
		WHERE c.shop_id = ? AND c.issuer_id = ? GROUP BY u.code_id ORDER BY uses DESC, u.code_id LIMIT 200`, []any{from, to, shop, issuer}, func(row Scanner) error {
		var u PartnerUse
		err := row.Scan(&u.CodeID, &u.Uses, &u.Minor, &u.Revenue)
		list = append(list, u)
		return err
	})
	return list, err
}

// CustomersOfPartner counts who was assigned to a partner by a code between two instants.
func (tx *Tx) CustomersOfPartner(shop loyalty.ShopID, id loyalty.ID, from, to int64) (n int64, err error) {
	_, err = tx.Row(`SELECT COUNT(*) FROM sponsorships WHERE shop_id = ? AND partner_id = ? AND state <> 'revoked' AND code_id > 0 AND at_ms >= ? AND at_ms < ?`,
		[]any{shop, id, from, to}, &n)
	return n, err
}

// LeadStates counts a partner's new customers by what was noted about them.
func (tx *Tx) LeadStates(shop loyalty.ShopID, id loyalty.ID) (map[string]int64, error) {
	found := map[string]int64{}
	err := tx.Rows(`SELECT COALESCE(w.state, 'open'), COUNT(*) FROM sponsorships s
		JOIN members m ON m.shop_id = s.shop_id AND m.id = s.member_id AND m.state = 'active' AND m.member_type = 'new_customer'
		LEFT JOIN worklist w ON w.shop_id = s.shop_id AND w.partner_id = s.partner_id AND w.member_id = s.member_id
		WHERE s.shop_id = ? AND s.partner_id = ? AND s.state <> 'revoked' GROUP BY COALESCE(w.state, 'open')`, []any{shop, id}, func(row Scanner) error {
		var state string
		var n int64
		err := row.Scan(&state, &n)
		found[state] = n
		return err
	})
	return found, err
}
