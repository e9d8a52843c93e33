package store

import "zugabe/app/loyalty"

// Commission is what one partner has by one order on one level. Minor follows the
// order: what is refunded is no longer part of it. Times are Unix ms.
type Commission struct {
	ID          loyalty.ID
	PartnerID   loyalty.ID
	SaleKey     string
	MemberID    loyalty.ID // who bought
	CodeID      loyalty.ID // by which code, 0 = by the sponsorship
	Level       int64      // 1 = the buyer is in the first line
	BaseMinor   int64      // net goods after discounts and refunds
	RateBP      int64
	Minor       int64
	Currency    loyalty.Currency
	State       string // CommissionOpen and the others
	At          int64  // when the order was placed
	AvailableAt int64  // from when on it can be paid
	PaidMinor   int64
	PaidAt      int64
	UpdatedAt   int64
}

// The states of a commission.
const (
	CommissionOpen     = "open"
	CommissionReversed = "reversed" // the order no longer counts
	CommissionHeld     = "held"     // waits for somebody to look at the customer
	CommissionRefused  = "refused"  // somebody looked and said no
)

const commissionColumns = `id, partner_id, sale_key, member_id, code_id, level, base_minor, rate_bp, minor, currency, state, at_ms, available_at, paid_minor, paid_at, updated_at`

// CommissionsOfSales lists what orders have brought partners, by order and level.
func (tx *Tx) CommissionsOfSales(shop loyalty.ShopID, saleKeys []string) (map[string][]Commission, error) {
	found := map[string][]Commission{}
	if len(saleKeys) == 0 {
		return found, nil
	}
	list, err := tx.commissions(`sale_key IN (`+placeholders(len(saleKeys))+`) ORDER BY sale_key, level, partner_id`, argsOf(shop, saleKeys))
	for _, c := range list {
		found[c.SaleKey] = append(found[c.SaleKey], c)
	}
	return found, err
}

// CommissionList says which commissions of a partner a list shows, newest order first.
type CommissionList struct {
	PartnerID loyalty.ID // 0 = of all partners
	From, To  int64      // of the orders, Unix ms; To is not included, 0 = no end
	Before    *Commission
	Limit     int
}

// Commissions pages through commissions.
func (tx *Tx) Commissions(shop loyalty.ShopID, l CommissionList) ([]Commission, error) {
	if l.To == 0 {
		l.To = int64(maxID)
	}
	where, args := `at_ms >= ? AND at_ms < ?`, []any{shop, l.From, l.To}
	if l.PartnerID != 0 {
		where, args = where+` AND partner_id = ?`, append(args, l.PartnerID)
	}
	if l.Before != nil {
		where, args = where+` AND (at_ms < ? OR (at_ms = ? AND id < ?))`, append(args, l.Before.At, l.Before.At, l.Before.ID)
	}
	return tx.commissions(where+` ORDER BY at_ms DESC, id DESC LIMIT ?`, append(args, l.Limit))
}

// CommissionByID finds one.
func (tx *Tx) CommissionByID(shop loyalty.ShopID, id loyalty.ID) (Commission, bool, error) {
	list, err := tx.commissions(`id = ?`, []any{shop, id})
	if err != nil || len(list) == 0 {
		return Commission{}, false, err
	}
	return list[0], true, nil
}

// commissions reads by a condition behind that on the shop, which is the first argument.
func (tx *Tx) commissions(where string, args []any) ([]Commission, error) {
	var list []Commission
	err := tx.Rows(`SELECT `+commissionColumns+` FROM commissions WHERE shop_id = ? AND `+where, args, func(row Scanner) error {
		var c Commission
		var currency string
		err := row.Scan(&c.ID, &c.PartnerID, &c.SaleKey, &c.MemberID, &c.CodeID, &c.Level, &c.BaseMinor, &c.RateBP, &c.Minor, &currency, &c.State, &c.At,
			&c.AvailableAt, &c.PaidMinor, &c.PaidAt, &c.UpdatedAt)
		c.Currency = loyalty.Currency(currency)
		list = append(list, c)
		return err
	})
	return list, err
}

// InsertCommissions adds commissions; a second one of an order, partner and level is a
// *DuplicateError of "commissions.commissions_sale".
func (tx *Tx) InsertCommissions(shop loyalty.ShopID, list []Commission) error {
	rows := make([][]any, len(list))
	for i, c := range list {
		rows[i] = []any{int64(shop), int64(c.ID), int64(c.PartnerID), c.SaleKey, int64(c.MemberID), int64(c.CodeID), c.Level, c.BaseMinor, c.RateBP, c.Minor,
			string(c.Currency), c.State, c.At, c.AvailableAt, c.PaidMinor, c.PaidAt, c.UpdatedAt}
	}
	return tx.InsertMany("commissions", []string{"shop_id", "id", "partner_id", "sale_key", "member_id", "code_id", "level", "base_minor", "rate_bp", "minor",
		"currency", "state", "at_ms", "available_at", "paid_minor", "paid_at", "updated_at"}, rows)
}

// FollowCommissions writes what orders are worth now: one statement.
func (tx *Tx) FollowCommissions(shop loyalty.ShopID, list []Commission) error {
	rows := make([]eachRow, len(list))
	for i, c := range list {
		rows[i] = eachRow{id: c.ID, values: []any{c.BaseMinor, c.Minor, c.State, c.AvailableAt, c.UpdatedAt}}
	}
	return tx.updateEach("commissions", shop, []string{"base_minor", "minor", "state", "available_at", "updated_at"}, rows, "")
}

// PayCommissions marks what is due of a partner's commissions of a time span as paid:
// those whose return window has passed and that wait for nobody's look. Reversals of what was paid earlier count
// against it. sum is what is paid now.
func (tx *Tx) PayCommissions(shop loyalty.ShopID, l CommissionList, nowMs int64) (sum int64, err error) {
	where, args := `shop_id = ? AND partner_id = ? AND at_ms >= ? AND at_ms < ? AND available_at <= ? AND minor <> paid_minor AND state <> ?`, []any{shop, l.PartnerID, l.From, l.To, nowMs, CommissionHeld}
	if _, err := tx.Exec(`UPDATE commissions SET updated_at = updated_at WHERE `+where, args...); err != nil {
		return 0, err
	}
	if _, err := tx.Row(`SELECT COALESCE(SUM(minor - paid_minor), 0) FROM commissions WHERE `+where, args, &sum); err != nil {
		return 0, err
	}
	_, err = tx.Exec(`UPDATE commissions SET paid_minor = minor, paid_at = ? WHERE `+where, append([]any{nowMs}, args...)...)
	return sum, err
}

// SalesToPay lists orders of customers with a final sponsor that have changed since
// their commissions were counted, of members with ids above after.
func (tx *Tx) SalesToPay(shop loyalty.ShopID, after loyalty.ID, limit int) ([]SaleRow, error) {
	return tx.sales(saleSelect+` FROM sponsorships p JOIN sales s ON s.shop_id = p.shop_id AND s.member_id = p.member_id AND s.placed_at >= p.at_ms
		LEFT JOIN commissions c ON c.shop_id = s.shop_id AND c.sale_key = s.sale_key AND c.level = 1
		WHERE p.shop_id = ? AND p.state = 'final' AND p.member_id > ? AND s.changed_at > COALESCE(c.updated_at, 0) ORDER BY p.member_id, s.id LIMIT ?`,
		[]any{shop, after, limit})
}

// Brought is what one code of a partner has brought.
type Brought struct {
	Customers int64 // members assigned by it, revoked ones excluded
	Minor     int64 // commissions by it
}

// BroughtByCodes sums what codes have brought; those that brought nothing are left out.
func (tx *Tx) BroughtByCodes(shop loyalty.ShopID, codes []loyalty.ID) (map[loyalty.ID]Brought, error) {
	found := make(map[loyalty.ID]Brought, len(codes))
	if len(codes) == 0 {
		return found, nil
	}
	in := placeholders(len(codes))
	read := func(query string, into func(b *Brought, n int64)) error {
		return tx.Rows(query, argsOf(shop, codes), func(row Scanner) error {
			var id loyalty.ID
			var n int64
			err := row.Scan(&id, &n)
			b := found[id]
			into(&b, n)
			found[id] = b
			return err
		})
	}
	err := read(`SELECT s.code_id, COUNT(*) FROM sponsorships s JOIN codes c ON c.shop_id = s.shop_id AND c.id = s.code_id AND c.issuer_id = s.partner_id
		WHERE s.shop_id = ? AND c.id IN (`+in+`) AND s.state <> 'revoked' GROUP BY s.code_id`, func(b *Brought, n int64) { b.Customers = n })
	if err != nil {
		return nil, err
	}
	return found, read(`SELECT c.code_id, SUM(c.minor) FROM commissions c JOIN codes k ON k.shop_id = c.shop_id AND k.id = c.code_id AND k.issuer_id = c.partner_id
		WHERE c.shop_id = ? AND k.id IN (`+in+`) GROUP BY c.code_id`, func(b *Brought, n int64) { b.Minor = n })
}

// CommissionTotals adds up commissions, minor units.
type CommissionTotals struct {
	Held      int64 // wait for somebody's look
	Pending   int64 // inside the return window
	Available int64 // to be paid
	Paid      int64
}

// CommissionSums adds up commissions.
func (tx *Tx) CommissionSums(shop loyalty.ShopID, l CommissionList, nowMs int64) (t CommissionTotals, err error) {
	where, args := `at_ms >= ? AND at_ms < ?`, []any{CommissionHeld, CommissionHeld, nowMs, CommissionHeld, nowMs, shop, l.From, l.To}
	if l.PartnerID != 0 {
		where, args = where+` AND partner_id = ?`, append(args, l.PartnerID)
	}
	_, err = tx.Row(`SELECT COALESCE(SUM(CASE WHEN state = ? THEN minor ELSE 0 END), 0), COALESCE(SUM(CASE WHEN state <> ? AND available_at > ? THEN minor - paid_minor ELSE 0 END), 0),
		COALESCE(SUM(CASE WHEN state <> ? AND available_at <= ? THEN minor - paid_minor ELSE 0 END), 0), COALESCE(SUM(paid_minor), 0) FROM commissions WHERE shop_id = ? AND `+where,
		args, &t.Held, &t.Pending, &t.Available, &t.Paid)
	return t, err
}
