package program

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// VATSum is what vouchers of one way of VAT, one rate and one bearer took off.
type VATSum struct {
	Mode   string `json:"mode" enum:"split,fixed,payment,unknown" doc:"split = a price reduction, VAT of the goods; fixed = one rate; payment = like money, VAT unchanged; unknown = no decision is kept"`
	RateBP int64  `json:"rate_bp" doc:"hundredths of a percent"`
	Bearer string `json:"bearer" enum:"company,partner"`
	Uses   int64  `json:"uses"`
	Gross  int64  `json:"gross_minor"`
	Tax    int64  `json:"tax_minor" doc:"contained in gross"`
}

// PointsBooking is one movement of points with what it was worth.
type PointsBooking struct {
	Kind   string         `json:"kind" enum:"issued,clawed_back,used,returned,expired,given,taken,written_off,revalued"`
	Points loyalty.Points `json:"points" doc:"signed: what is owed grows or shrinks by it"`
	Minor  int64          `json:"minor" doc:"by the rate of today; revalued is what older promises and other rates make up, so that all lines lead from start to end"`
}

// Bookings are what an accountant needs of a period (N-08). Money is in minor units.
type Bookings struct {
	From         loyalty.LocalDate `json:"from"`
	To           loyalty.LocalDate `json:"to" doc:"inclusive"`
	Currency     string            `json:"currency"`
	Issued       int64             `json:"issued" doc:"codes of vouchers that were made"`
	Redeemed     int64             `json:"redeemed" doc:"uses in orders of the period that stand now"`
	Discount     int64             `json:"discount_minor" doc:"what they took off"`
	PartnerBorne int64             `json:"partner_minor" doc:"the part of it that partners bear"`
	Extra        int64             `json:"extra" doc:"of the uses, those that the shop let pass beyond a limit"`
	Returned     int64             `json:"returned" doc:"uses in orders of the period that were given back since"`
	Expired      int64             `json:"expired" doc:"codes whose time ran out unused"`
	Breakage     int64             `json:"breakage_minor" doc:"what the expired ones of fixed value for one use would have taken off"`
	VAT          []VATSum          `json:"vat" doc:"gross of all lines = discount_minor"`
	Start        Held              `json:"start" doc:"points owed before the period"`
	End          Held              `json:"end" doc:"points owed at its end, or now"`
	Points       []PointsBooking   `json:"points" doc:"lines lead from start to end"`
	Complete     bool              `json:"complete" doc:"false = there is more than one file takes, or entries are still being counted: ask for a shorter period"`
}

// BookingLine is one use of a voucher under one rate.
type BookingLine struct {
	UsedAt  int64 // Unix ms
	Voucher string
	Order   string // its number
	Sale    string // the host's id of the order
	CodeID  loyalty.ID
	Mode    string
	Bearer  string
	Flag    string
	State   store.UseState
	voucher.VATShare
}

const mostBookedUses = 200_000

// Bookings sums a period of at most 400 days.
func (p *Program) Bookings(ctx context.Context, shop loyalty.Shop, of Period) (Bookings, error) {
	return p.EachBooking(ctx, shop, of, func(BookingLine) {})
}

// EachBooking goes through the uses of vouchers of a period, each under each of its
// rates, and sums them.
func (p *Program) EachBooking(ctx context.Context, shop loyalty.Shop, of Period, each func(BookingLine)) (b Bookings, err error) {
	from, to, zone, err := p.campaignPeriod(shop, of)
	if err != nil {
		return b, err
	}
	points, err := p.Points(ctx, shop, of, ByMonth)
	if err != nil {
		return b, err
	}
	var lines []BookingLine
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		b = Bookings{From: of.From, To: of.To, Currency: string(shop.Currency), VAT: []VATSum{}, Start: points.Start, End: points.End, Complete: points.Complete}
		lines = nil
		plan, err := p.CurrentPlan(tx, shop)
		if err != nil {
			return err
		}
		if b.Points, err = pointsBookings(points, plan.Doc.Redeem.Rate); err != nil {
			return err
		}
		if lines, err = p.bookVouchers(tx, shop, of, zone, &b); err != nil {
			return err
		}
		return p.bookExpired(tx, shop.ID, [2]int64{from, min(to, p.now())}, &b)
	})
	if err != nil {
		return b, err
	}
	b.VAT = vatSums(lines)
	for _, l := range lines {
		each(l)
	}
	return b, nil
}

// bookVouchers reads the uses of all vouchers, one voucher after the other.
func (p *Program) bookVouchers(tx *store.Tx, shop loyalty.Shop, of Period, zone *time.Location, b *Bookings) (lines []BookingLine, err error) {
	from, to, left := of.From.Start(zone).UnixMilli(), of.To.End(zone).UnixMilli(), mostBookedUses
	for before := loyalty.ID(0); ; {
		rows, err := tx.Templates(shop.ID, store.TemplateList{Before: before, Limit: mostCampaigns})
		if err != nil || len(rows) == 0 {
			return lines, err
		}
		var ids []loyalty.ID
		for _, row := range rows {
			ids = append(ids, row.ID)
			err := tx.EachVoucherUse(shop, store.UsesIn{Template: row.ID, From: from, To: to, Limit: left}, true, func(u store.VoucherUse) error {
				left--
				lines = append(lines, b.take(row.Name, u)...)
				return nil
			})
			if err != nil {
				return nil, err
			}
			n, err := tx.CountReturned(shop.ID, row.ID, from, to)
			if b.Returned += n; err != nil {
				return nil, err
			}
			if left <= 0 {
				b.Complete = false
				return lines, nil
			}
		}
		made, err := tx.CodesMade(shop.ID, ids, loyalty.IDAt(from), loyalty.IDAt(to))
		for _, n := range made {
			b.Issued += n
		}
		if err != nil || len(rows) < mostCampaigns {
			return lines, err
		}
		before = rows[len(rows)-1].ID
	}
}

// take counts a use that stands and cuts it by rate; the parts sum to what it took off.
func (b *Bookings) take(name string, u store.VoucherUse) (lines []BookingLine) {
	if u.State == store.UseReturned {
		return nil
	}
	b.Redeemed, b.Discount = b.Redeemed+1, b.Discount+u.Minor
	if u.State == store.UseExtra {
		b.Extra++
	}
	var doc UseDoc
	if len(u.Doc) > 0 && json.Unmarshal(u.Doc, &doc) != nil {
		doc = UseDoc{}
	}
	line := BookingLine{UsedAt: u.UsedAt, Voucher: name, Order: u.Number, Sale: u.SaleKey, CodeID: u.CodeID, Mode: cmp.Or(string(doc.VATMode), "unknown"),
		Bearer: cmp.Or(string(doc.Bearer), string(voucher.ByCompany)), Flag: u.Flag, State: u.State}
	if line.Bearer == string(voucher.ByPartner) {
		b.PartnerBorne += u.Minor
	}
	rest := u.Minor
	for _, share := range doc.VAT {
		line.VATShare = share
		lines, rest = append(lines, line), rest-share.Gross
	}
	if rest != 0 || len(lines) == 0 {
		line.Mode, line.VATShare = "unknown", voucher.VATShare{Gross: rest}
		lines = append(lines, line)
	}
	return lines
}

// vatSums adds lines up by way, rate and bearer; a use counts under each of its rates.
func vatSums(lines []BookingLine) []VATSum {
	type key struct {
		mode, bearer string
		rate         int64
	}
	sums := map[key]VATSum{}
	for _, l := range lines {
		k := key{l.Mode, l.Bearer, l.RateBP}
		s := sums[k]
		sums[k] = VATSum{Mode: l.Mode, RateBP: l.RateBP, Bearer: l.Bearer, Uses: s.Uses + 1, Gross: s.Gross + l.Gross, Tax: s.Tax + l.Tax}
	}
	list := []VATSum{}
	for _, s := range sums {
		list = append(list, s)
	}
	slices.SortFunc(list, func(a, b VATSum) int {
		return cmp.Or(cmp.Compare(a.Mode, b.Mode), cmp.Compare(b.RateBP, a.RateBP), cmp.Compare(a.Bearer, b.Bearer))
	})
	return list
}

// pointsBookings lead from what was owed at the start to what is owed at the end.
func pointsBookings(r PointsReport, rate loyalty.RedeemRate) (list []PointsBooking, err error) {
	m, left := r.Sum, r.End.Minor-r.Start.Minor
	for _, x := range []PointsBooking{{Kind: MetricIssued, Points: m.Issued}, {Kind: MetricClawedBack, Points: -m.ClawedBack}, {Kind: MetricUsed, Points: -m.Used},
		{Kind: MetricReturned, Points: m.Returned}, {Kind: MetricExpired, Points: -m.Expired}, {Kind: MetricGiven, Points: m.Given}, {Kind: MetricTaken, Points: -m.Taken},
		{Kind: MetricWrittenOff, Points: m.WrittenOff}} {
		if rate.Validate() == nil {
			if x.Minor, err = signedValue(rate, x.Points); err != nil {
				return nil, err
			}
		}
		left -= x.Minor
		list = append(list, x)
	}
	return append(list, PointsBooking{Kind: "revalued", Minor: left}), nil
}

func signedValue(rate loyalty.RedeemRate, points loyalty.Points) (int64, error) {
	if points < 0 {
		minor, err := rate.ValueOf(-points)
		return -minor, err
	}
	return rate.ValueOf(points)
}

// bookExpired counts codes whose time ran out unused, and what they would have taken off.
func (p *Program) bookExpired(tx *store.Tx, shop loyalty.ShopID, of [2]int64, b *Bookings) error {
	ended, err := tx.CodesEnded(shop, of[0], of[1])
	if err != nil {
		return err
	}
	var keys []store.TemplateKey
	for _, e := range ended {
		if !slices.Contains(keys, e.Key) {
			keys = append(keys, e.Key)
		}
	}
	docs, err := p.templateDocs(tx, shop, keys)
	if err != nil {
		return err
	}
	for _, e := range ended {
		b.Expired += e.Codes
		var spec voucher.Spec
		if err := json.Unmarshal(e.Spec, &spec); err != nil {
			return err
		}
		if t := valueOf(docs[e.Key], store.Code{Spec: spec}); e.Single && t.Kind == voucher.Absolute {
			b.Breakage += e.Codes * t.Minor
		}
	}
	return nil
}
