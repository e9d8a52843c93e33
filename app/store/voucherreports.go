package store

import (
	"slices"

	"zugabe/app/loyalty"
)

// VoucherSum is what the codes of one template did in some time.
type VoucherSum struct {
	Uses         int64 // that count
	Minor        int64 // discounts of these
	PartnerMinor int64 // the part of it that partners bear
	Orders       int64 // that carried the codes
	Revenue      int64 // their totals less refunds, where they are in the shop's currency
	NewCustomers int64 // of them the first order of a member
	Extra        int64 // uses beyond a limit, which the host let pass
	ExtraMinor   int64
}

// VoucherUse is one use in time, as reports need it.
type VoucherUse struct {
	CodeUse
	Partner bool   // who bears the discount
	Number  string // of the order
	Total   int64  // of the order less refunds; 0 in another currency
	First   bool   // the order was the member's first
}

const (
	fromUses = ` FROM code_uses u` + " /*!50000 FORCE INDEX (code_uses_template) */ " + `LEFT JOIN sales s ON s.shop_id = u.shop_id AND s.sale_key = u.sale_key
		LEFT JOIN members m ON m.shop_id = u.shop_id AND m.id = u.member_id `
	byPartner  = `CASE WHEN u.doc LIKE '%"bearer":"partner"%' THEN 1 ELSE 0 END`
	orderMinor = `CASE WHEN s.currency = ? THEN s.total - s.refunded ELSE 0 END`
	firstOrder = `CASE WHEN m.first_order_at = s.placed_at THEN 1 ELSE 0 END`
)

// VoucherSums sums the uses of templates from an instant on and before another (Unix
// ms). It reads the uses of that time; an order with two codes of a template counts once.
func (tx *Tx) VoucherSums(shop loyalty.Shop, templates []loyalty.ID, from, to int64) (map[loyalty.ID]VoucherSum, error) {
	found := map[loyalty.ID]VoucherSum{}
	if len(templates) == 0 {
		return found, nil
	}
	args := withArgs([]any{string(shop.Currency), shop.ID}, templates)
	err := tx.Rows(`SELECT o.template_id, SUM(o.uses), SUM(o.minor), SUM(o.partner), SUM(CASE WHEN o.uses > 0 THEN 1 ELSE 0 END),
		SUM(CASE WHEN o.uses > 0 THEN o.revenue ELSE 0 END), SUM(CASE WHEN o.uses > 0 THEN o.first_order ELSE 0 END), SUM(o.extra), SUM(o.extra_minor) FROM (
		SELECT u.template_id, u.sale_key, SUM(CASE WHEN u.state = 'used' THEN 1 ELSE 0 END) AS uses, SUM(CASE WHEN u.state = 'used' THEN u.minor ELSE 0 END) AS minor,
			SUM(CASE WHEN u.state = 'used' THEN u.minor * `+byPartner+` ELSE 0 END) AS partner, COALESCE(MAX(`+orderMinor+`), 0) AS revenue,
			MAX(`+firstOrder+`) AS first_order, SUM(CASE WHEN u.state = 'extra' THEN 1 ELSE 0 END) AS extra, SUM(CASE WHEN u.state = 'extra' THEN u.minor ELSE 0 END) AS extra_minor`+
		fromUses+`WHERE u.shop_id = ? AND u.template_id IN (`+placeholders(len(templates))+`) AND u.used_at >= ? AND u.used_at < ?
		GROUP BY u.template_id, u.sale_key) o GROUP BY o.template_id`, append(args, from, to), func(row Scanner) error {
		var id loyalty.ID
		var v VoucherSum
		err := row.Scan(&id, &v.Uses, &v.Minor, &v.PartnerMinor, &v.Orders, &v.Revenue, &v.NewCustomers, &v.Extra, &v.ExtraMinor)
		found[id] = v
		return err
	})
	return found, err
}

// UsesIn says which uses are read: of a template, from an instant on and before
// another (Unix ms), so many at most.
type UsesIn struct {
	Template loyalty.ID
	From, To int64
	Limit    int
}

// EachVoucherUse reads uses that stand or are flagged, oldest first, one after the
// other; docs are read only where they are wanted.
func (tx *Tx) EachVoucherUse(shop loyalty.Shop, in UsesIn, docs bool, each func(VoucherUse) error) error {
	doc := `''`
	if docs {
		doc = `u.doc`
	}
	return tx.Rows(`SELECT u.code_id, u.sale_key, u.member_id, u.minor, u.state, u.used_at, u.flag, `+doc+`, `+byPartner+`, COALESCE(s.number, ''), COALESCE(`+orderMinor+`, 0), `+
		firstOrder+fromUses+`WHERE u.shop_id = ? AND u.template_id = ? AND u.used_at >= ? AND u.used_at < ? ORDER BY u.used_at, u.code_id, u.sale_key LIMIT ?`,
		[]any{string(shop.Currency), shop.ID, in.Template, in.From, in.To, in.Limit}, func(row Scanner) error {
			u := VoucherUse{CodeUse: CodeUse{TemplateID: in.Template}}
			var state, doc string
			var partner, first int64
			if err := row.Scan(&u.CodeID, &u.SaleKey, &u.MemberID, &u.Minor, &state, &u.UsedAt, &u.Flag, &doc, &partner, &u.Number, &u.Total, &first); err != nil {
				return err
			}
			u.State, u.Doc, u.Partner, u.First = UseState(state), []byte(doc), partner != 0, first != 0
			return each(u)
		})
}

// CountFlagged counts the uses since an instant (Unix ms) that the host let pass
// against a condition, by voucher; those without any are left out. Each voucher is a
// range of its own in the index.
func (tx *Tx) CountFlagged(shop loyalty.ShopID, templates []loyalty.ID, since int64) (map[loyalty.ID]int64, error) {
	counts := map[loyalty.ID]int64{}
	if len(templates) == 0 {
		return counts, nil
	}
	err := tx.Rows(`SELECT template_id, COUNT(*) FROM code_uses`+useIndex("code_uses_template")+`WHERE shop_id = ? AND template_id IN (`+placeholders(len(templates))+
		`) AND used_at >= ? AND flag <> '' GROUP BY template_id`, append(argsOf(shop, templates), since), func(row Scanner) error {
		var id loyalty.ID
		var n int64
		err := row.Scan(&id, &n)
		counts[id] = n
		return err
	})
	return counts, err
}

// CodesMade counts the codes of templates that were made from one id on and below
// another: within the index.
func (tx *Tx) CodesMade(shop loyalty.ShopID, templates []loyalty.ID, first, end loyalty.ID) (map[loyalty.ID]int64, error) {
	made := map[loyalty.ID]int64{}
	for _, id := range templates {
		var n int64
		if _, err := tx.Row(`SELECT COUNT(*) FROM codes`+useIndex("codes_template")+`WHERE shop_id = ? AND template_id = ? AND id >= ? AND id < ?`,
			[]any{shop, id, first, end}, &n); err != nil {
			return nil, err
		}
		made[id] = n
	}
	return made, nil
}

// VoucherDayRow is what is counted for a template on a day.
type VoucherDayRow struct {
	Template loyalty.ID
	Day      loyalty.LocalDate
	VoucherDay
}

// VoucherDays lists what was counted for templates on the days from and to and all between them.
func (tx *Tx) VoucherDays(shop loyalty.ShopID, templates []loyalty.ID, from, to loyalty.LocalDate) ([]VoucherDayRow, error) {
	if len(templates) == 0 {
		return nil, nil
	}
	var list []VoucherDayRow
	args := append(argsOf(shop, templates), dayNumber(from), dayNumber(to))
	err := tx.Rows(`SELECT template_id, local_day, shown, applied, refused FROM voucher_days WHERE shop_id = ? AND template_id IN (`+placeholders(len(templates))+`)
		AND local_day >= ? AND local_day <= ? ORDER BY template_id, local_day`, args, func(row Scanner) error {
		var v VoucherDayRow
		var day int64
		err := row.Scan(&v.Template, &day, &v.Shown, &v.Applied, &v.Refused)
		v.Day = dayOf(day)
		list = append(list, v)
		return err
	})
	return list, err
}

// EndedCodes are codes of one version of a template that ran out unused, in equal groups.
type EndedCodes struct {
	Key    TemplateKey
	Spec   []byte // of each code: what it was worth may differ from the template
	Single bool   // it could be used once
	Codes  int64
}

// CodesEnded counts the codes whose time ran out from an instant on and before
// another (Unix ms), and which nobody had used.
func (tx *Tx) CodesEnded(shop loyalty.ShopID, from, to int64) ([]EndedCodes, error) {
	var list []EndedCodes
	err := tx.Rows(`SELECT template_id, template_version, spec, CASE WHEN max_uses = 1 THEN 1 ELSE 0 END, COUNT(*) FROM codes`+useIndex("codes_state")+
		`WHERE shop_id = ? AND state IN ('active', 'expired') AND expires_at >= ? AND expires_at < ? AND template_id > 0 AND uses = 0
		GROUP BY template_id, template_version, spec, CASE WHEN max_uses = 1 THEN 1 ELSE 0 END`, []any{shop, from, to}, func(row Scanner) error {
		var e EndedCodes
		var spec string
		var single int64
		err := row.Scan(&e.Key.ID, &e.Key.Version, &spec, &single, &e.Codes)
		e.Spec, e.Single = []byte(spec), single != 0
		list = append(list, e)
		return err
	})
	return list, err
}

// CountReturned counts the uses of that time that were given back since.
func (tx *Tx) CountReturned(shop loyalty.ShopID, template loyalty.ID, from, to int64) (n int64, err error) {
	_, err = tx.Row(`SELECT COUNT(*) FROM code_uses`+useIndex("code_uses_template")+`WHERE shop_id = ? AND template_id = ? AND used_at >= ? AND used_at < ? AND state = 'returned'`,
		[]any{shop, template, from, to}, &n)
	return n, err
}

// BuyersOf says what some members bought from an instant on and before another
// (Unix ms): how many of them, how many orders, and their totals less refunds.
func (tx *Tx) BuyersOf(shop loyalty.Shop, members []loyalty.ID, from, to int64) (b Buyers, err error) {
	for part := range slices.Chunk(members, maxEachRows) {
		var one Buyers
		args := append(withArgs([]any{string(shop.Currency), shop.ID}, part), from, to)
		_, err := tx.Row(`SELECT COUNT(DISTINCT member_id), COUNT(*), COALESCE(SUM(CASE WHEN currency = ? THEN total - refunded ELSE 0 END), 0) FROM sales`+useIndex("sales_member")+
			`WHERE shop_id = ? AND member_id IN (`+placeholders(len(part))+`) AND placed_at >= ? AND placed_at < ? AND status NOT IN ('draft', 'cancelled')`,
			args, &one.Customers, &one.Orders, &one.Minor)
		if err != nil {
			return b, err
		}
		b.Customers, b.Orders, b.Minor = b.Customers+one.Customers, b.Orders+one.Orders, b.Minor+one.Minor
	}
	return b, nil
}

// MembersBetween lists members with ids from first on and below end, in the order of their ids.
func (tx *Tx) MembersBetween(shop loyalty.ShopID, first, end loyalty.ID, limit int) ([]loyalty.Member, error) {
	return tx.members(memberSelect+` FROM members m`+useIndex("PRIMARY")+`WHERE m.shop_id = ? AND m.id >= ? AND m.id < ? ORDER BY m.id LIMIT ?`, []any{shop, first, end, limit})
}
