package store

import (
	"strings"

	"zugabe/app/loyalty"
)

// PartnerCheckState is where a check stands.
type PartnerCheckState string

// The states of a check. Commissions that follow it are called the same.
const (
	CheckHeld    PartnerCheckState = "held"    // somebody must look at it
	CheckCleared PartnerCheckState = "cleared" // a customer like any other
	CheckRefused PartnerCheckState = "refused" // nothing is paid for this customer
)

// PartnerCheck is a customer who looks like the partner by whose code they bought:
// there is one for both. Times are Unix ms.
type PartnerCheck struct {
	ID        loyalty.ID
	MemberID  loyalty.ID // the customer
	PartnerID loyalty.ID
	State     PartnerCheckState
	Signals   []string // what made it held, kept when it was decided
	SaleKey   string   // the order that showed it
	Note      string   // of whoever decided
	DecidedBy string   // "staff:<sub>"; empty = nobody yet
	CreatedAt int64
	DecidedAt int64
}

const partnerCheckColumns = `id, member_id, partner_id, state, signals, sale_key, note, decided_by, created_at, decided_at`

// LockPartnerChecks keeps others from deciding on these customers until the
// transaction ends.
func (tx *Tx) LockPartnerChecks(shop loyalty.ShopID, members []loyalty.ID) error {
	if len(members) == 0 {
		return nil
	}
	_, err := tx.Exec(`UPDATE partner_checks SET state = state WHERE shop_id = ? AND member_id IN (`+placeholders(len(members))+`)`, argsOf(shop, members)...)
	return err
}

// PartnerChecksOf lists the checks of customers.
func (tx *Tx) PartnerChecksOf(shop loyalty.ShopID, members []loyalty.ID) ([]PartnerCheck, error) {
	if len(members) == 0 {
		return nil, nil
	}
	return tx.partnerChecks(`member_id IN (`+placeholders(len(members))+`)`, argsOf(shop, members))
}

// PartnerCheckByID finds one.
func (tx *Tx) PartnerCheckByID(shop loyalty.ShopID, id loyalty.ID) (PartnerCheck, bool, error) {
	list, err := tx.partnerChecks(`id = ?`, []any{shop, id})
	if err != nil || len(list) == 0 {
		return PartnerCheck{}, false, err
	}
	return list[0], true, nil
}

// PartnerCheckList narrows a list of checks. PartnerID 0 = of all; State "" = all;
// Before is the last id of the page before, 0 for the first.
type PartnerCheckList struct {
	PartnerID loyalty.ID
	State     PartnerCheckState
	Before    loyalty.ID
	Limit     int
}

// PartnerChecks lists a shop's checks, newest first.
func (tx *Tx) PartnerChecks(shop loyalty.ShopID, l PartnerCheckList) ([]PartnerCheck, error) {
	if l.Before == 0 {
		l.Before = maxID
	}
	where, args := `id < ?`, []any{shop, l.Before}
	if l.PartnerID != 0 {
		where, args = where+` AND partner_id = ?`, append(args, l.PartnerID)
	}
	if l.State != "" {
		where, args = where+` AND state = ?`, append(args, string(l.State))
	}
	return tx.partnerChecks(where+` ORDER BY id DESC LIMIT ?`, append(args, l.Limit))
}

// CountPartnerChecks counts those in a state.
func (tx *Tx) CountPartnerChecks(shop loyalty.ShopID, state PartnerCheckState) (n int64, err error) {
	_, err = tx.Row(`SELECT COUNT(*) FROM partner_checks`+useIndex("partner_checks_state")+`WHERE shop_id = ? AND state = ?`, []any{shop, string(state)}, &n)
	return n, err
}

func (tx *Tx) partnerChecks(where string, args []any) ([]PartnerCheck, error) {
	var list []PartnerCheck
	err := tx.Rows(`SELECT `+partnerCheckColumns+` FROM partner_checks WHERE shop_id = ? AND `+where, args, func(row Scanner) error {
		var c PartnerCheck
		var state, signals string
		err := row.Scan(&c.ID, &c.MemberID, &c.PartnerID, &state, &signals, &c.SaleKey, &c.Note, &c.DecidedBy, &c.CreatedAt, &c.DecidedAt)
		c.State, c.Signals = PartnerCheckState(state), strings.Fields(signals)
		list = append(list, c)
		return err
	})
	return list, err
}

// InsertPartnerCheck adds a check; a second one of the same two is a *DuplicateError of
// "partner_checks.partner_checks_pair".
func (tx *Tx) InsertPartnerCheck(shop loyalty.ShopID, c PartnerCheck) error {
	_, err := tx.Exec(`INSERT INTO partner_checks (shop_id, `+partnerCheckColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, '', '', ?, 0)`,
		shop, c.ID, c.MemberID, c.PartnerID, string(c.State), strings.Join(c.Signals, " "), c.SaleKey, c.CreatedAt)
	return err
}

// MovePartnerCheck writes state, signals, order and decision if the check is still in
// the state it was read in; ok is false if it is not.
func (tx *Tx) MovePartnerCheck(shop loyalty.ShopID, c PartnerCheck, was PartnerCheckState) (ok bool, err error) {
	n, err := tx.Exec(`UPDATE partner_checks SET state = ?, signals = ?, sale_key = ?, note = ?, decided_by = ?, decided_at = ? WHERE shop_id = ? AND id = ? AND state = ?`,
		string(c.State), strings.Join(c.Signals, " "), c.SaleKey, clip(c.Note, 500), clip(c.DecidedBy, 120), c.DecidedAt, shop, c.ID, string(was))
	return n == 1, err
}

// CommissionsOfBuyer lists what a customer's orders have brought partners, by order.
func (tx *Tx) CommissionsOfBuyer(shop loyalty.ShopID, member loyalty.ID) (map[string][]Commission, error) {
	var keys []string
	err := tx.Rows(`SELECT c.sale_key FROM sales s JOIN commissions c ON c.shop_id = s.shop_id AND c.sale_key = s.sale_key WHERE s.shop_id = ? AND s.member_id = ? GROUP BY c.sale_key`,
		[]any{shop, member}, func(row Scanner) error {
			var key string
			err := row.Scan(&key)
			keys = append(keys, key)
			return err
		})
	if err != nil {
		return nil, err
	}
	return tx.CommissionsOfSales(shop, keys)
}

// mergePartnerChecks gives what was decided on one member to another. Of two checks of
// the same two people the sterner one stays, and what waits follows it.
func (tx *Tx) mergePartnerChecks(shop loyalty.ShopID, from, into loyalty.ID) error {
	list, err := tx.partnerChecks(`(member_id = ? OR partner_id = ?)`, []any{shop, from, from})
	for _, c := range list {
		if err := tx.mergePartnerCheck(shop, c, from, into); err != nil {
			return err
		}
	}
	return err
}

func (tx *Tx) mergePartnerCheck(shop loyalty.ShopID, c PartnerCheck, from, into loyalty.ID) error {
	if c.MemberID == from {
		c.MemberID = into
	}
	if c.PartnerID == from {
		c.PartnerID = into
	}
	theirs, err := tx.partnerChecks(`member_id = ? AND partner_id = ? AND id <> ?`, []any{shop, c.MemberID, c.PartnerID, c.ID})
	if err != nil {
		return err
	}
	if len(theirs) == 0 {
		_, err = tx.Exec(`UPDATE partner_checks SET member_id = ?, partner_id = ? WHERE shop_id = ? AND id = ?`, c.MemberID, c.PartnerID, shop, c.ID)
		return err
	}
	stern := map[PartnerCheckState]int{CheckHeld: 1, CheckRefused: 2}
	other := theirs[0]
	if _, err := tx.Exec(`DELETE FROM partner_checks WHERE shop_id = ? AND id = ?`, shop, c.ID); err != nil || c.State == other.State {
		return err
	}
	if stern[c.State] > stern[other.State] {
		was := other.State
		other.State, other.Signals, other.SaleKey, other.Note, other.DecidedBy, other.DecidedAt = c.State, c.Signals, c.SaleKey, c.Note, c.DecidedBy, c.DecidedAt
		if _, err := tx.MovePartnerCheck(shop, other, was); err != nil {
			return err
		}
	}
	if other.State != CheckRefused {
		return nil
	}
	orders, err := tx.CommissionsOfBuyer(shop, other.MemberID)
	var changed []Commission
	for _, order := range orders {
		if WonBy(order, other.PartnerID) != other.PartnerID {
			continue
		}
		for _, one := range order {
			if one.State == CommissionHeld {
				one.Refuse()
				changed = append(changed, one)
			}
		}
	}
	if err != nil {
		return err
	}
	return tx.FollowCommissions(shop, changed)
}

// WonBy is the partner by whose code an order was won: that of level 1.
func WonBy(order []Commission, otherwise loyalty.ID) loyalty.ID {
	for _, c := range order {
		if c.Level == 1 {
			return c.PartnerID
		}
	}
	return otherwise
}

// Refuse takes what a commission was to bring: somebody has looked and said no.
func (c *Commission) Refuse() {
	c.State, c.BaseMinor, c.Minor = CommissionRefused, 0, 0
}
