package program

import (
	"context"
	"slices"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/partner"
	"zugabe/app/store"
)

// paidSale is an order that may bring commissions, and to whom.
type paidSale struct {
	sale   *earning.Sale
	member loyalty.ID
	to     loyalty.ID // the partner of level 1
	code   loyalty.ID
	counts bool
}

// payUses brings the commissions of orders with partners' codes to where they belong.
func (p *Program) payUses(tx *store.Tx, shop loyalty.Shop, s PartnerSettings, uses []VoucherUse) error {
	var list []paidSale
	for _, u := range uses {
		same := func(x paidSale) bool { return x.sale.Key == u.Sale.Key }
		next := paidSale{sale: u.Sale, member: u.Buyer.ID, to: u.Code.IssuerID, code: u.Code.ID, counts: u.Use.State == store.UseCounts && s.On && u.Buyer.ID != u.Code.IssuerID}
		if i := slices.IndexFunc(list, same); i < 0 {
			list = append(list, next)
		} else if !list[i].counts {
			list[i] = next // of two codes the first that counts is paid
		}
	}
	return p.pay(tx, shop, s, list)
}

// pay writes what each order is worth to whom: the partners and the rates are those of
// the first time, the amount follows the order. A number of statements that does not
// depend on how many orders they are.
func (p *Program) pay(tx *store.Tx, shop loyalty.Shop, s PartnerSettings, list []paidSale) error {
	var keys []string
	var partners []loyalty.ID
	for _, x := range list {
		keys, partners = append(keys, x.sale.Key), append(partners, x.to)
	}
	have, err := tx.CommissionsOfSales(shop.ID, keys)
	if err != nil {
		return err
	}
	rows, err := tx.PartnersByID(shop.ID, partners)
	if err != nil {
		return err
	}
	var unseen []paidSale
	for _, x := range list {
		if _, stands := x.worth(); stands && x.counts && rows[x.to].MemberID != 0 && len(have[x.sale.Key]) == 0 {
			unseen = append(unseen, x)
		}
	}
	known, err := p.checkBuyers(tx, shop.ID, list, unseen)
	if err != nil {
		return err
	}
	var fresh, changed []store.Commission
	for _, x := range list {
		if seen := have[x.sale.Key]; len(seen) > 0 {
			changed = append(changed, p.follow(seen, x, known)...)
		}
	}
	for _, x := range unseen {
		base, _ := x.worth()
		for _, to := range partner.Payees(x.to, rows[x.to].Path, s.RatesBP) {
			c := store.Commission{ID: p.IDs.Next(), PartnerID: to.PartnerID, SaleKey: x.sale.Key, MemberID: x.member, CodeID: x.code, Level: to.Level, BaseMinor: base,
				RateBP: to.RateBP, Minor: partner.Commission(base, to.RateBP), Currency: x.sale.Currency, State: store.CommissionOpen, At: x.sale.PlacedAt,
				AvailableAt: x.sale.PlacedAt + int64(s.HoldDays)*dayMs, UpdatedAt: p.now()}
			known.settle(&c, wonBy{x.member, x.to})
			fresh = append(fresh, c)
		}
	}
	err = tx.InsertCommissions(shop.ID, fresh)
	if store.IsDuplicate(err, "commissions.commissions_sale") {
		return errRaced
	}
	if err != nil {
		return err
	}
	return tx.FollowCommissions(shop.ID, changed)
}

// worth is the base of an order's commissions, and whether it stands: paid for, not
// cancelled, not a test.
func (x paidSale) worth() (base int64, stands bool) {
	if x.sale.Test || x.sale.Status == earning.SaleCancelled || !earning.Reached(x.sale.Status, earning.SalePaid) {
		return 0, false
	}
	return goodsOf(x.sale).Base(), true
}

func (p *Program) follow(seen []store.Commission, x paidSale, known checks) []store.Commission {
	base, stands := x.worth()
	won := wonOf(seen, x.to)
	var changed []store.Commission
	for _, c := range seen {
		was := c
		c.State, c.BaseMinor = store.CommissionOpen, base
		if !stands || !x.counts {
			c.State, c.BaseMinor = store.CommissionReversed, 0
		}
		c.Minor = partner.Commission(c.BaseMinor, c.RateBP)
		known.settle(&c, won)
		if c.UpdatedAt = p.now(); c.State != was.State || c.BaseMinor != was.BaseMinor || c.Minor != was.Minor {
			changed = append(changed, c)
		}
	}
	return changed
}

// goodsOf is what of an order commissions are paid on. Of shipping nothing is.
func goodsOf(s *earning.Sale) partner.Goods {
	g := partner.Goods{Total: s.Total}
	at := map[string]int{}
	for i, l := range s.Lines {
		g.Lines = append(g.Lines, partner.GoodsLine{Net: l.Net, GiftCard: l.GiftCard})
		at[l.Key] = i
	}
	for _, r := range s.Refunds {
		left := r.Gross - r.Shipping.Net - r.Shipping.Tax
		for _, l := range r.Lines {
			if i, known := at[l.LineKey]; known {
				g.Lines[i].Back += l.Net
			}
			left -= l.Net + l.Tax
		}
		g.Unlined += max(left, 0)
	}
	return g
}

// CommissionRow is a commission as people read it.
type CommissionRow struct {
	ID        loyalty.ID       `json:"id"`
	PartnerID loyalty.ID       `json:"partner_id,omitempty" doc:"only for staff"`
	Partner   string           `json:"partner,omitempty" doc:"only for staff"`
	At        int64            `json:"at" doc:"of the order, Unix milliseconds"`
	Order     string           `json:"order" doc:"what people call the order"`
	Person    string           `json:"person" doc:"who bought, as far as that may be shown"`
	Level     int64            `json:"level"`
	BaseMinor int64            `json:"base_minor" doc:"net goods after discounts and refunds"`
	RateBP    int64            `json:"rate_bp" doc:"in hundredths of a per cent"`
	Minor     int64            `json:"minor"`
	PaidMinor int64            `json:"paid_minor"`
	Currency  loyalty.Currency `json:"currency"`
	State     string           `json:"state" enum:"pending,available,paid,revoked,held,refused"`
	DueAt     int64            `json:"due_at" doc:"from when on it can be paid, Unix milliseconds"`
}

// CommissionSums adds up what a list is a part of.
type CommissionSums struct {
	HeldMinor      int64 `json:"held_minor" doc:"wait until the shop has looked at the customer, who looks like the partner"`
	PendingMinor   int64 `json:"pending_minor" doc:"inside the return window"`
	AvailableMinor int64 `json:"available_minor" doc:"to be paid; negative = paid and then refunded"`
	PaidMinor      int64 `json:"paid_minor"`
}

// Statement is what one partner has in one month of the shop's calendar, or all partners.
type Statement struct {
	Month string          `json:"month" doc:"YYYY-MM"`
	Sums  CommissionSums  `json:"sums"`
	Items []CommissionRow `json:"items" doc:"newest order first"`
	Next  string          `json:"next,omitempty" doc:"cursor of the next page; missing at the end"`
}

// StatementQuery names a part of a statement.
type StatementQuery struct {
	Partner loyalty.ID // 0 = all, for staff
	Month   string     // YYYY-MM, "" = this one
	Before  loyalty.ID
	Limit   int
	Staff   bool // sees whose they are
}

// monthOf is the span of a month in the shop's zone (Unix ms), its end not included.
func (p *Program) monthOf(shop loyalty.Shop, text string) (name string, from, to int64, err error) {
	zone, err := loyalty.Zone(shop.Zone)
	if err != nil {
		return "", 0, 0, err
	}
	today := loyalty.DateOf(p.Clock.Now().In(zone))
	first := loyalty.LocalDate{Year: today.Year, Month: today.Month, Day: 1}
	if text != "" {
		if first, err = loyalty.ParseDate(text + "-01"); err != nil {
			return "", 0, 0, loyalty.Invalid("month", "must be YYYY-MM")
		}
	}
	start := first.Start(zone)
	return start.Format("2006-01"), start.UnixMilli(), first.AddMonths(1).Start(zone).UnixMilli(), nil
}

// Statement reads a month's commissions.
func (p *Program) Statement(ctx context.Context, shop loyalty.Shop, q StatementQuery) (st Statement, err error) {
	name, from, to, err := p.monthOf(shop, q.Month)
	if err != nil {
		return st, err
	}
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		st = Statement{Month: name, Items: []CommissionRow{}}
		l := store.CommissionList{PartnerID: q.Partner, From: from, To: to, Limit: q.Limit + 1}
		if q.Before != 0 {
			last, found, err := tx.CommissionByID(shop.ID, q.Before)
			if err != nil || !found || (q.Partner != 0 && last.PartnerID != q.Partner) {
				return cmpErr(err, loyalty.Invalid("cursor", "is not from a previous page"))
			}
			l.Before = &last
		}
		rows, err := tx.Commissions(shop.ID, l)
		if err != nil {
			return err
		}
		if len(rows) > q.Limit {
			rows, st.Next = rows[:q.Limit], rows[q.Limit-1].ID.String()
		}
		if st.Items, err = p.commissionRows(tx, shop, rows, q.Staff); err != nil {
			return err
		}
		st.Sums, err = p.sums(tx, shop.ID, l)
		return err
	})
	return st, err
}

func (p *Program) sums(tx *store.Tx, shop loyalty.ShopID, l store.CommissionList) (s CommissionSums, err error) {
	t, err := tx.CommissionSums(shop, l, p.now())
	return CommissionSums{HeldMinor: t.Held, PendingMinor: t.Pending, AvailableMinor: t.Available, PaidMinor: t.Paid}, err
}

func (p *Program) commissionRows(tx *store.Tx, shop loyalty.Shop, rows []store.Commission, staff bool) ([]CommissionRow, error) {
	var people []loyalty.ID
	var keys []string
	for _, c := range rows {
		people, keys = append(people, c.MemberID, c.PartnerID), append(keys, c.SaleKey)
	}
	members, err := tx.MembersByID(shop.ID, people)
	if err != nil {
		return nil, err
	}
	sales, err := tx.SalesByKey(shop.ID, keys)
	if err != nil {
		return nil, err
	}
	released, err := p.released(tx, shop.ID, people)
	list := make([]CommissionRow, len(rows))
	for i, c := range rows {
		list[i] = CommissionRow{ID: c.ID, At: c.At, Order: sales[c.SaleKey].Number, Person: shownName(members[c.MemberID], released[c.MemberID]), Level: c.Level, BaseMinor: c.BaseMinor,
			RateBP: c.RateBP, Minor: c.Minor, PaidMinor: c.PaidMinor, Currency: c.Currency, State: p.commissionState(c), DueAt: c.AvailableAt}
		if staff {
			list[i].PartnerID, list[i].Partner, list[i].Person = c.PartnerID, calledBy(members[c.PartnerID]), calledBy(members[c.MemberID])
		}
	}
	return list, err
}

func (p *Program) commissionState(c store.Commission) string {
	switch {
	case c.PaidMinor == c.Minor && c.PaidAt != 0 && c.Minor != 0:
		return "paid"
	case c.State == store.CommissionReversed:
		return "revoked"
	case c.State == store.CommissionHeld || c.State == store.CommissionRefused:
		return c.State
	case c.AvailableAt > p.now():
		return "pending"
	}
	return "available"
}

// PayCommissions marks what is due of a partner's month as paid and says how much that is.
func (p *Program) PayCommissions(ctx context.Context, actor string, shop loyalty.Shop, id loyalty.ID, month string) (sum int64, err error) {
	name, from, to, err := p.monthOf(shop, month)
	if err != nil {
		return 0, err
	}
	err = p.Store.Write(ctx, func(tx *store.Tx) error {
		if _, err := p.partnerRow(tx, shop.ID, id); err != nil {
			return err
		}
		if sum, err = tx.PayCommissions(shop.ID, store.CommissionList{PartnerID: id, From: from, To: to}, p.now()); err != nil {
			return err
		}
		return p.audit(tx, shop.ID, deed{by: actor, did: "commissions.paid", to: PartnerSubject(id), after: map[string]any{"month": name, "minor": sum}})
	})
	return sum, err
}
