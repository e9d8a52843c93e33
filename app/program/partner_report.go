package program

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"zugabe/app/loyalty"
	"zugabe/app/partner"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// Figures are what a partner's codes did in a time.
type Figures struct {
	Visits    int64 `json:"visits" doc:"through the link or the own storefront; nobody is recognised"`
	Redeemed  int64 `json:"redeemed" doc:"orders that count and carried one of the codes"`
	Customers int64 `json:"customers" doc:"new customers who came by them"`
	Minor     int64 `json:"commission_minor"`
}

// DayFigure is one day of a chart.
type DayFigure struct {
	Day   loyalty.LocalDate `json:"day"`
	Count int64             `json:"count"`
}

// PartnerReport is what one partner brought in a time (S0-33).
type PartnerReport struct {
	Figures
	RevenueMinor  int64            `json:"revenue_minor" doc:"gross total of the orders that carried the codes, less refunds"`
	DiscountMinor int64            `json:"discount_minor" doc:"what the codes took off; borne by the company unless a voucher says otherwise"`
	Days          []DayFigure      `json:"days" doc:"visits by day"`
	Codes         []CodeFigure     `json:"codes" doc:"the most used first"`
	Currency      string           `json:"currency"`
	From          int64            `json:"from" doc:"Unix milliseconds"`
	Until         int64            `json:"until" doc:"Unix milliseconds"`
	Leads         map[string]int64 `json:"leads" doc:"new customers of the first line who did not buy yet, by what the partner noted"`
}

// CodeFigure is what one code did.
type CodeFigure struct {
	ID       loyalty.ID `json:"id"`
	Code     string     `json:"code"`
	Redeemed int64      `json:"redeemed"`
	Minor    int64      `json:"discount_minor"`
	Revenue  int64      `json:"revenue_minor"`
}

// PartnerReport sums what a partner brought between two days of the shop, both included.
func (p *Program) PartnerReport(ctx context.Context, shop loyalty.Shop, id loyalty.ID, from, until loyalty.LocalDate) (r PartnerReport, err error) {
	zone, err := loyalty.Zone(shop.Zone)
	if err != nil {
		return r, err
	}
	if until.IsZero() {
		until = loyalty.DateOf(p.Clock.Now().In(zone))
	}
	if from.IsZero() {
		from = until.AddDays(-29)
	}
	if until.Before(from) {
		return r, loyalty.Invalid("until", "must not be before from")
	}
	r = PartnerReport{From: from.Start(zone).UnixMilli(), Until: until.End(zone).UnixMilli(), Currency: string(shop.Currency), Days: []DayFigure{}, Codes: []CodeFigure{}, Leads: map[string]int64{}}
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		if _, err := p.partnerRow(tx, shop.ID, id); err != nil {
			return err
		}
		visits, err := tx.Visits(shop.ID, id, from, until)
		if err != nil {
			return err
		}
		for _, d := range visits {
			r.Days, r.Visits = append(r.Days, DayFigure{Day: d.Day, Count: d.Count}), r.Visits+d.Count
		}
		return p.reportCodes(tx, shop.ID, id, &r)
	})
	return r, err
}

func (p *Program) reportCodes(tx *store.Tx, shop loyalty.ShopID, id loyalty.ID, r *PartnerReport) error {
	used, err := tx.UsedOfPartner(shop, id, r.From, r.Until)
	if err != nil {
		return err
	}
	var ids []loyalty.ID
	for _, u := range used {
		ids = append(ids, u.CodeID)
	}
	codes, err := tx.CodesByID(shop, ids)
	if err != nil {
		return err
	}
	for _, u := range used {
		r.Codes = append(r.Codes, CodeFigure{ID: u.CodeID, Code: codes[u.CodeID].Code, Redeemed: u.Uses, Minor: u.Minor, Revenue: u.Revenue})
		r.Redeemed, r.DiscountMinor, r.RevenueMinor = r.Redeemed+u.Uses, r.DiscountMinor+u.Minor, r.RevenueMinor+u.Revenue
	}
	if r.Customers, err = tx.CustomersOfPartner(shop, id, r.From, r.Until); err != nil {
		return err
	}
	sums, err := tx.CommissionSums(shop, store.CommissionList{PartnerID: id, From: r.From, To: r.Until}, p.now())
	if err != nil {
		return err
	}
	r.Minor = sums.Held + sums.Pending + sums.Available + sums.Paid
	r.Leads, err = tx.LeadStates(shop, id)
	return err
}

// DeskHome is what a partner sees first.
type DeskHome struct {
	ID      loyalty.ID `json:"id"`
	Name    string     `json:"name"`
	Email   string     `json:"email"`
	Locale  string     `json:"locale" doc:"empty = none known"`
	CSRF    string     `json:"csrf" doc:"to be sent as X-Zugabe-CSRF with every write"`
	Shop    DeskShop   `json:"shop"`
	Levels  int        `json:"levels" doc:"how many levels of the tree have members"`
	Paid    int        `json:"paid_levels" doc:"how many levels commissions are paid for"`
	Waiting int64      `json:"waiting" doc:"new customers to be won"`
	Month   Figures    `json:"month" doc:"the last 30 days"`
	Address string     `json:"address,omitempty" doc:"of the partner's own storefront"`
	Stored  DeskStored `json:"stored"`
}

// DeskShop is the shop of a desk.
type DeskShop struct {
	Name     string           `json:"name"`
	URL      string           `json:"url"`
	Currency loyalty.Currency `json:"currency"`
	Zone     string           `json:"time_zone"`
	Language string           `json:"language"`
}

// DeskStored says what is kept about the partner.
type DeskStored struct {
	Since    int64  `json:"since" doc:"Unix milliseconds"`
	Sponsor  string `json:"sponsor,omitempty"`
	Sessions int64  `json:"sessions" doc:"places where the desk is open"`
}

// DeskHome reads the first page of a partner's desk.
func (p *Program) DeskHome(ctx context.Context, shop loyalty.Shop, id loyalty.ID) (h DeskHome, err error) {
	report, err := p.PartnerReport(ctx, shop, id, loyalty.LocalDate{}, loyalty.LocalDate{})
	if err != nil {
		return h, err
	}
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		m, row, err := p.deskMember(tx, shop.ID, id)
		if err != nil {
			return err
		}
		home, err := p.ShopURL(tx, shop)
		if err != nil {
			return err
		}
		s, err := p.PartnerSettings(tx, shop.ID)
		if err != nil {
			return err
		}
		levels, err := p.levels(tx, shop.ID, row)
		if err != nil {
			return err
		}
		above, err := tx.MembersByID(shop.ID, partner.Above(row.Path, 1))
		if err != nil {
			return err
		}
		h = DeskHome{ID: m.ID, Name: calledBy(m), Email: m.Email, Locale: m.Locale, Month: report.Figures, Address: storefrontOf(s, row), Paid: len(s.RatesBP),
			Shop:   DeskShop{Name: shop.Name, URL: home, Currency: shop.Currency, Zone: shop.Zone, Language: languageOf("", shop.Language)},
			Stored: DeskStored{Since: row.CreatedAt, Sponsor: calledBy(above[row.SponsorID])}}
		for _, l := range levels {
			if h.Levels = max(h.Levels, l.Level); l.Level == 1 {
				h.Waiting = l.NewCustomers - report.Leads[LeadDone]
			}
		}
		h.Stored.Sessions, err = tx.CountDeskSessions(shop.ID, id, p.now())
		return err
	})
	return h, err
}

// Visit is what a link or a storefront leads to.
type Visit struct {
	Code       string // for the cart, as it is written; "" = none
	Storefront string // whose it is; "" = nobody's
}

// NoteVisit counts a visit through a partner's link or storefront: by a code of the
// partner or by the name of the storefront. What nobody has is no error (S0-12).
func (p *Program) NoteVisit(ctx context.Context, shop loyalty.Shop, code, host string) (v Visit, err error) {
	zone, err := loyalty.Zone(shop.Zone)
	if err != nil {
		return Visit{}, err
	}
	err = rerun(ctx, func() error {
		return p.Store.Write(ctx, func(tx *store.Tx) error {
			id, seen, err := p.visited(tx, shop.ID, code, host)
			if err != nil {
				return err
			}
			if id == 0 {
				v = seen
				return nil
			}
			accepted, err := p.acceptsPartners(tx, shop.ID, id)
			if v = (Visit{}); err != nil || !accepted {
				return err
			}
			v = seen
			return tx.CountVisit(shop.ID, id, loyalty.DateOf(p.Clock.Now().In(zone)))
		})
	})
	return v, err
}

// visited finds whose link or storefront it is, and the code to offer there. Codes of
// the shop itself are nobody's.
func (p *Program) visited(tx *store.Tx, shop loyalty.ShopID, code, host string) (loyalty.ID, Visit, error) {
	if code != "" {
		found, err := tx.CodesByFolded(shop, []string{voucher.Fold(code)})
		c := found[voucher.Fold(code)]
		if err != nil || c.IssuerID == 0 {
			return 0, Visit{Code: c.Code}, err
		}
		rows, err := tx.PartnersByID(shop, []loyalty.ID{c.IssuerID})
		return c.IssuerID, Visit{c.Code, cmp.Or(rows[c.IssuerID].HostName, strings.ToLower(c.Code))}, err
	}
	s, err := p.PartnerSettings(tx, shop)
	if err != nil {
		return 0, Visit{}, err
	}
	row, found, err := tx.PartnerByHost(shop, hostNameIn(host, s.Domain))
	if err != nil || !found {
		return 0, Visit{}, err
	}
	v := Visit{Storefront: row.HostName}
	codes, err := tx.Codes(shop, store.CodeList{IssuerID: row.MemberID, State: voucher.Active, Limit: 500})
	// Printed codes are handed out on paper, one to each person: no page gives them away.
	if at := slices.IndexFunc(codes, func(c store.Code) bool { return c.BatchID == 0 }); at >= 0 {
		v.Code = codes[at].Code
	}
	return row.MemberID, v, err
}

// hostNameIn is the partner's part of a storefront's name; "" if it is not one below
// the shop's domain.
func hostNameIn(host, domain string) string {
	host = strings.ToLower(strings.TrimSpace(host))
	if name, below := strings.CutSuffix(host, "."+domain); below && domain != "" {
		host = name
	}
	if !storefrontName.MatchString(host) {
		return ""
	}
	return host
}
