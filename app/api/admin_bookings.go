package api

import (
	"context"
	"encoding/csv"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"zugabe/app/loyalty"
	"zugabe/app/program"
)

func (s *Server) adminBookings(api huma.API) {
	get(api, "/reports/bookings", "What an accountant needs of vouchers and points over a period", s.getBookings)
	aside(api, http.MethodGet, "/reports/bookings/export.csv", "The same as CSV, each use under each rate", s.exportBookings)
}

func (s *Server) getBookings(ctx context.Context, q *PeriodQuery) (*body[program.Bookings], error) {
	of, err := q.period()
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	b, err := s.deps.Program.Bookings(ctx, callerOf(ctx).Shop, of)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return answer(b), nil
}

type exportBookingsQuery struct {
	PeriodQuery
	Numbers string `query:"numbers" enum:"point,comma" default:"point" doc:"comma: 12,30 and semicolons between the columns, as German spreadsheets read it"`
}

func (s *Server) exportBookings(ctx context.Context, q *exportBookingsQuery) (*fileAnswer, error) {
	of, err := q.period()
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	shop := callerOf(ctx).Shop
	zone, err := loyalty.Zone(shop.Zone)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	file := newBookFile(q.Numbers == "comma", shop.Currency)
	file.row("date", "kind", "text", "order", "vat_mode", "vat_rate", "gross", "tax", "net", "borne_by", "points", "uses", "note")
	b, err := s.deps.Program.EachBooking(ctx, shop, of, func(l program.BookingLine) {
		file.use(l, zone)
	})
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	file.totals(b)
	return fileOf("text/csv; charset=utf-8", "bookings.csv", file.bytes()), nil
}

// bookFile is a CSV file whose numbers are written by us: they may begin with a
// minus, which no text may.
type bookFile struct {
	table
	comma    bool
	currency loyalty.Currency
}

func newBookFile(comma bool, currency loyalty.Currency) *bookFile {
	f := &bookFile{comma: comma, currency: currency}
	f.out.WriteString("\ufeff")
	f.csv = csv.NewWriter(&f.out)
	f.csv.UseCRLF = true
	if comma {
		f.csv.Comma = ';'
	}
	return f
}

// line adds cells as they are: texts have to be made plain by the caller.
func (f *bookFile) line(cells ...string) { _ = f.csv.Write(cells) } // into memory: it cannot fail

func (f *bookFile) use(l program.BookingLine, zone *time.Location) {
	kind := "redeem"
	if l.State == "extra" {
		kind = "redeem_extra"
	}
	order := l.Order
	if order == "" {
		order = l.Sale
	}
	f.line(time.UnixMilli(l.UsedAt).In(zone).Format("2006-01-02"), kind, plainCell(l.Voucher), plainCell(order), l.Mode, f.decimal(l.RateBP, 2), f.money(l.Gross), f.money(l.Tax),
		f.money(l.Gross-l.Tax), l.Bearer, "", "1", plainCell(l.Flag))
}

// totals are the lines that sum the period up; "sum_" tells them from the single ones.
func (f *bookFile) totals(b program.Bookings) {
	last := b.To.String()
	for _, v := range b.VAT {
		f.line(last, "sum_redeem", "", "", v.Mode, f.decimal(v.RateBP, 2), f.money(v.Gross), f.money(v.Tax), f.money(v.Gross-v.Tax), v.Bearer, "", whole(v.Uses), "")
	}
	for _, x := range []struct {
		kind  string
		n     int64
		minor int64
	}{{"sum_issue", b.Issued, 0}, {"sum_returned", b.Returned, 0}, {"sum_expire_breakage", b.Expired, b.Breakage}} {
		f.line(last, x.kind, "", "", "", "", f.money(x.minor), "", "", "", "", whole(x.n), "")
	}
	f.line(b.From.String(), "points_liability_start", "", "", "", "", f.money(b.Start.Minor), "", "", "", whole(int64(b.Start.Points)), "", "")
	for _, p := range b.Points {
		f.line(last, "points_"+p.Kind, "", "", "", "", f.money(p.Minor), "", "", "", whole(int64(p.Points)), "", "")
	}
	note := ""
	if !b.Complete {
		note = "incomplete"
	}
	f.line(last, "points_liability_end", "", "", "", "", f.money(b.End.Minor), "", "", "", whole(int64(b.End.Points)), "", note)
}

func whole(n int64) string { return strconv.FormatInt(n, 10) }

// money is an amount in the currency's own digits, such as -12,30.
func (f *bookFile) money(minor int64) string { return f.decimal(minor, f.currency.Exponent()) }

func (f *bookFile) decimal(n int64, digits int) string {
	sign, text := "", strconv.FormatInt(n, 10)
	if n < 0 {
		sign, text = "-", text[1:]
	}
	if digits == 0 {
		return sign + text
	}
	if len(text) <= digits {
		text = strings.Repeat("0", digits+1-len(text)) + text
	}
	point := "."
	if f.comma {
		point = ","
	}
	return sign + text[:len(text)-digits] + point + text[len(text)-digits:]
}
