package program

import (
	"context"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// CampaignFigures are what a voucher did in some time. Money is in minor units of
// the shop's currency.
type CampaignFigures struct {
	Issued       int64 `json:"issued" doc:"codes that were made"`
	Shown        int64 `json:"shown" doc:"how often it was put before a shopper"`
	Applied      int64 `json:"applied" doc:"how often it was accepted in a cart"`
	Refused      int64 `json:"refused" doc:"how often it was not accepted in a cart"`
	Redeemed     int64 `json:"redeemed" doc:"uses that count now"`
	Orders       int64 `json:"orders" doc:"orders with such a use"`
	Revenue      int64 `json:"revenue_minor" doc:"what these orders came to, VAT included, after discounts and refunds"`
	Cost         int64 `json:"cost_minor" doc:"discounts given"`
	PartnerCost  int64 `json:"partner_cost_minor" doc:"the part of the discounts that partners bear; the rest is the company's (S0-05)"`
	NewCustomers int64 `json:"new_customers" doc:"orders that were the first of a member"`
	Extra        int64 `json:"extra" doc:"uses that the shop let pass beyond a limit; they count nowhere above"`
	ExtraCost    int64 `json:"extra_cost_minor" doc:"discounts of these"`
}

func (c *CampaignFigures) addSum(s store.VoucherSum) {
	c.Redeemed, c.Orders, c.Revenue = c.Redeemed+s.Uses, c.Orders+s.Orders, c.Revenue+s.Revenue
	c.Cost, c.PartnerCost, c.NewCustomers = c.Cost+s.Minor, c.PartnerCost+s.PartnerMinor, c.NewCustomers+s.NewCustomers
	c.Extra, c.ExtraCost = c.Extra+s.Extra, c.ExtraCost+s.ExtraMinor
}

func (c *CampaignFigures) addDay(d store.VoucherDay) {
	c.Shown, c.Applied, c.Refused = c.Shown+d.Shown, c.Applied+d.Applied, c.Refused+d.Refused
}

// CampaignDay is one day of the shop's calendar.
type CampaignDay struct {
	Day loyalty.LocalDate `json:"day"`
	CampaignFigures
}

// CampaignGroup is what some members bought in the time of a campaign.
type CampaignGroup struct {
	Members int64 `json:"members"`
	Buyers  int64 `json:"buyers" doc:"of them, with an order in the time"`
	Orders  int64 `json:"orders"`
	Minor   int64 `json:"minor" doc:"their orders, VAT included, after discounts and refunds"`
}

// CampaignReport says how one voucher went, day by day, against the time before and
// against members who could have used it and did not (S2-16).
type CampaignReport struct {
	From     loyalty.LocalDate `json:"from"`
	To       loyalty.LocalDate `json:"to" doc:"inclusive"`
	Sum      CampaignFigures   `json:"sum"`
	Before   CampaignFigures   `json:"before" doc:"of the period of the same length before"`
	Days     []CampaignDay     `json:"days" doc:"days that are still to come are left out"`
	Users    CampaignGroup     `json:"users" doc:"members who used it, all their orders of the time; the first 2,000"`
	Others   CampaignGroup     `json:"others" doc:"of a sample of 2,000 members, those who could have used it and did not"`
	Currency string            `json:"currency"`
	Complete bool              `json:"complete" doc:"false = there were more uses than one report reads: days and groups are of the first 100,000, the sums are whole"`
}

const (
	mostReportUses  = 100_000
	mostGroup       = 2_000
	mostCampaigns   = 100
	mostVoucherDays = 400
)

// campaignPeriod is a period with its instants, short enough for its uses to be read.
func (p *Program) campaignPeriod(shop loyalty.Shop, of Period) (from, to int64, zone *time.Location, err error) {
	if zone, err = loyalty.Zone(shop.Zone); err != nil {
		return 0, 0, nil, err
	}
	if err := of.validate(); err != nil {
		return 0, 0, nil, err
	}
	if of.days() > mostVoucherDays {
		return 0, 0, nil, loyalty.Invalid("from", "must be at most 400 days before to")
	}
	return of.From.Start(zone).UnixMilli(), of.To.End(zone).UnixMilli(), zone, nil
}

// VoucherReport makes the report of one voucher over a period.
func (p *Program) VoucherReport(ctx context.Context, shop loyalty.Shop, id loyalty.ID, of Period) (r CampaignReport, err error) {
	from, to, zone, err := p.campaignPeriod(shop, of)
	if err != nil {
		return r, err
	}
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		v, err := p.voucherByID(tx, shop.ID, id)
		if err != nil {
			return err
		}
		r = CampaignReport{From: of.From, To: of.To, Currency: string(shop.Currency), Complete: true}
		sums, err := p.campaignSums(tx, shop, []loyalty.ID{id}, of, zone)
		if err != nil {
			return err
		}
		before, err := p.campaignSums(tx, shop, []loyalty.ID{id}, of.before(), zone)
		if err != nil {
			return err
		}
		r.Sum, r.Before = sums[id], before[id]
		users, err := p.campaignDays(tx, shop, v, &r)
		if err != nil {
			return err
		}
		return p.campaignGroups(tx, shop, campaignAsk{doc: v.Doc, from: from, to: to, users: users}, &r)
	})
	return r, err
}

// campaignSums are the figures of vouchers over a period, by voucher.
func (p *Program) campaignSums(tx *store.Tx, shop loyalty.Shop, ids []loyalty.ID, of Period, zone *time.Location) (map[loyalty.ID]CampaignFigures, error) {
	from, to := of.From.Start(zone).UnixMilli(), of.To.End(zone).UnixMilli()
	sums, err := tx.VoucherSums(shop, ids, from, to)
	if err != nil {
		return nil, err
	}
	made, err := tx.CodesMade(shop.ID, ids, loyalty.IDAt(from), loyalty.IDAt(to))
	if err != nil {
		return nil, err
	}
	days, err := tx.VoucherDays(shop.ID, ids, of.From, of.To)
	if err != nil {
		return nil, err
	}
	found := map[loyalty.ID]CampaignFigures{}
	for _, id := range ids {
		f := CampaignFigures{Issued: made[id]}
		f.addSum(sums[id])
		found[id] = f
	}
	for _, d := range days {
		f := found[d.Template]
		f.addDay(d.VoucherDay)
		found[d.Template] = f
	}
	return found, nil
}

// campaignDays fills the days and says who used the voucher, in the order of first uses.
func (p *Program) campaignDays(tx *store.Tx, shop loyalty.Shop, v Voucher, r *CampaignReport) (users []loyalty.ID, err error) {
	zone, err := loyalty.Zone(shop.Zone)
	if err != nil {
		return nil, err
	}
	today := loyalty.DateOf(time.UnixMilli(p.now()).In(zone))
	at := map[loyalty.LocalDate]int{}
	r.Days = []CampaignDay{}
	for day := r.From; !r.To.Before(day) && !today.Before(day); day = day.AddDays(1) {
		at[day] = len(r.Days)
		r.Days = append(r.Days, CampaignDay{Day: day})
	}
	shown, err := tx.VoucherDays(shop.ID, []loyalty.ID{v.Row.ID}, r.From, r.To)
	if err != nil {
		return nil, err
	}
	for _, d := range shown {
		if i, ok := at[d.Day]; ok {
			r.Days[i].addDay(d.VoucherDay)
		}
	}
	if err := p.issuedByDay(tx, shop.ID, v.Row.ID, zone, r.Days); err != nil {
		return nil, err
	}
	read, known, orders := 0, map[loyalty.ID]bool{}, map[string]bool{}
	ask := store.UsesIn{Template: v.Row.ID, From: r.From.Start(zone).UnixMilli(), To: r.To.End(zone).UnixMilli(), Limit: mostReportUses}
	err = tx.EachVoucherUse(shop, ask, false, func(u store.VoucherUse) error {
		read++
		if i, ok := at[loyalty.DateOf(time.UnixMilli(u.UsedAt).In(zone))]; ok {
			r.Days[i].addSum(sumOfUse(u, orders))
		}
		if u.State == store.UseCounts && u.MemberID != 0 && !known[u.MemberID] && len(users) < mostGroup {
			known[u.MemberID] = true
			users = append(users, u.MemberID)
		}
		return nil
	})
	r.Complete = read < mostReportUses
	return users, err
}

// sumOfUse is one use as a sum; an order counts with its first one.
func sumOfUse(u store.VoucherUse, orders map[string]bool) (s store.VoucherSum) {
	switch u.State {
	case store.UseExtra:
		s.Extra, s.ExtraMinor = 1, u.Minor
	case store.UseCounts:
		s.Uses, s.Minor = 1, u.Minor
		if u.Partner {
			s.PartnerMinor = u.Minor
		}
		if orders[u.SaleKey] {
			return s
		}
		orders[u.SaleKey] = true
		if s.Orders, s.Revenue = 1, u.Total; u.First {
			s.NewCustomers = 1
		}
	}
	return s
}

// issuedByDay counts the codes that were made on each day: ids are in the order of time.
func (p *Program) issuedByDay(tx *store.Tx, shop loyalty.ShopID, id loyalty.ID, zone *time.Location, days []CampaignDay) error {
	for i := range days {
		from, to := days[i].Day.Start(zone).UnixMilli(), days[i].Day.End(zone).UnixMilli()
		made, err := tx.CodesMade(shop, []loyalty.ID{id}, loyalty.IDAt(from), loyalty.IDAt(to))
		if err != nil {
			return err
		}
		days[i].Issued = made[id]
	}
	return nil
}

// VoucherCampaign is one voucher in the comparison of all.
type VoucherCampaign struct {
	ID    loyalty.ID            `json:"id"`
	Name  string                `json:"name"`
	State voucher.TemplateState `json:"state" enum:"draft,active,paused,ended"`
	CampaignFigures
}

// CampaignList compares the newest vouchers over a period.
type CampaignList struct {
	From     loyalty.LocalDate `json:"from"`
	To       loyalty.LocalDate `json:"to" doc:"inclusive"`
	Items    []VoucherCampaign `json:"items" doc:"the newest 100 vouchers, drafts without anything apart"`
	Currency string            `json:"currency"`
}

// VoucherReports compares the vouchers of a shop over a period.
func (p *Program) VoucherReports(ctx context.Context, shop loyalty.Shop, of Period) (list CampaignList, err error) {
	_, _, zone, err := p.campaignPeriod(shop, of)
	if err != nil {
		return list, err
	}
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		list = CampaignList{From: of.From, To: of.To, Items: []VoucherCampaign{}, Currency: string(shop.Currency)}
		rows, err := tx.Templates(shop.ID, store.TemplateList{Limit: mostCampaigns})
		if err != nil {
			return err
		}
		ids := make([]loyalty.ID, len(rows))
		for i, row := range rows {
			ids[i] = row.ID
		}
		sums, err := p.campaignSums(tx, shop, ids, of, zone)
		for _, row := range rows {
			f := sums[row.ID]
			if row.State != voucher.TemplateDraft || f != (CampaignFigures{}) {
				list.Items = append(list.Items, VoucherCampaign{ID: row.ID, Name: row.Name, State: row.State, CampaignFigures: f})
			}
		}
		return err
	})
	return list, err
}
