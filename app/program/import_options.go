package program

import (
	"slices"
	"strings"

	"zugabe/app/loyalty"
	"zugabe/app/spreadsheet"
)

// The columns that an import of codes knows.
const (
	ColumnCode    = "code"
	ColumnValue   = "value"
	ColumnFrom    = "valid_from"
	ColumnUntil   = "valid_until"
	ColumnMaxUses = "max_uses"
	ColumnMember  = "member"  // FOR whom: e-mail address or customer number
	ColumnPartner = "partner" // FROM whom: e-mail address or customer number
	ColumnBatch   = "batch"
	ColumnNote    = "note"
)

// ImportColumns are the columns in the order in which they are offered.
var ImportColumns = []string{ColumnCode, ColumnValue, ColumnFrom, ColumnUntil, ColumnMaxUses, ColumnMember, ColumnPartner, ColumnBatch, ColumnNote}

// headers are the names by which columns are known, folded by headerOf, in the five
// languages and in what other tools export.
var headers = map[string][]string{
	ColumnCode:    {"code", "codes", "couponcode", "vouchercode", "discountcode", "gutscheincode", "gutschein", "gutscheinnummer", "nummer", "number", "voucher", "coupon", "kod", "kodrabatowy", "codice", "codicesconto", "kode", "rabatkode", "barcode"},
	ColumnValue:   {"value", "amount", "wert", "betrag", "gutscheinwert", "belob", "beloeb", "vaerdi", "wartosc", "kwota", "valore", "importo", "discount", "rabatt"},
	ColumnFrom:    {"validfrom", "from", "start", "startdate", "startsat", "gultigab", "gueltigab", "gultigvon", "gueltigvon", "ab", "von", "gyldigfra", "fra", "waznyod", "od", "validodal", "dal"},
	ColumnUntil:   {"validuntil", "validto", "until", "to", "end", "enddate", "endsat", "expires", "expirydate", "gultigbis", "gueltigbis", "bis", "ablaufdatum", "gyldigtil", "til", "waznydo", "do", "validofinoal", "al", "scadenza"},
	ColumnMaxUses: {"maxuses", "uses", "usagelimit", "limit", "einlosungen", "einloesungen", "anzahl", "nutzungen", "maxeinlosungen", "maxeinloesungen", "antal", "limituzyc", "utilizzi"},
	ColumnMember:  {"member", "customer", "email", "emailaddress", "mail", "kunde", "kundennummer", "kundin", "mitglied", "kundenummer", "klient", "uczestnik", "cliente", "for"},
	ColumnPartner: {"partner", "issuer", "berater", "beraterin", "partnernummer", "vertriebspartner", "konsulent", "partnerka"},
	ColumnBatch:   {"batch", "batchnumber", "charge", "serie", "los", "parti", "partia", "lotto", "series"},
	ColumnNote:    {"note", "notes", "comment", "notiz", "bemerkung", "kommentar", "bemaerkning", "uwaga", "notatka", "nota", "commento"},
}

// headerOf is a heading without case, accents, spaces and signs.
func headerOf(cell string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, plainLetters.Replace(strings.ToLower(cell)))
}

var plainLetters = strings.NewReplacer("ä", "a", "ö", "o", "ü", "u", "ß", "ss", "å", "a", "æ", "ae", "ø", "o", "ą", "a", "ć", "c", "ę", "e", "ł", "l", "ń", "n", "ó", "o", "ś", "s", "ź", "z", "ż", "z", "à", "a", "è", "e", "é", "e", "ì", "i", "ò", "o", "ù", "u")

// ImportOptions say how a file is read and what is made of it. They are found out
// first, and shown; the merchant may know better.
type ImportOptions struct {
	spreadsheet.Form
	Header  bool     `json:"header" doc:"the first line names the columns"`
	Decimal string   `json:"decimal" enum:"comma,point" doc:"what stands before the cents"`
	Dates   string   `json:"dates" enum:"ymd,dmy,mdy" doc:"the order of day and month"`
	Columns []string `json:"columns" maxItems:"60" doc:"which column of ours each column of the file is; empty = it is not read"`
	Hold    bool     `json:"hold,omitempty" doc:"the codes do not work before their batch is activated"`
}

func (o ImportOptions) decimal() string {
	if o.Decimal == "point" {
		return "."
	}
	return ","
}

// check refuses options that nothing could be made of.
func (o ImportOptions) check() error {
	codes := 0
	seen := map[string]bool{}
	for _, c := range o.Columns {
		switch {
		case c == "":
			continue
		case !slices.Contains(ImportColumns, c):
			return loyalty.Invalid("columns", "has a column that there is not").With("reason", "unknown").With("column", c)
		case seen[c]:
			return loyalty.Invalid("columns", "names one column twice").With("reason", "twice").With("column", c)
		}
		seen[c] = true
		if c == ColumnCode {
			codes++
		}
	}
	if codes == 0 {
		return loyalty.Invalid("columns", "must say which column has the codes").With("reason", "no_code")
	}
	return nil
}

// cell is what a line has in a column of ours.
func (o ImportOptions) cell(cells []string, column string) string {
	if at := slices.Index(o.Columns, column); at >= 0 && at < len(cells) {
		return cells[at]
	}
	return ""
}

// guessOptions finds out how the first rows of a file are to be read.
func guessOptions(form spreadsheet.Form, rows []spreadsheet.Row, shop loyalty.Shop) ImportOptions {
	o := ImportOptions{Form: form, Decimal: "comma", Dates: spreadsheet.DMY, Columns: []string{}}
	if len(rows) == 0 {
		return o
	}
	width := 0
	for _, r := range rows {
		width = max(width, len(r.Cells))
	}
	o.Columns = make([]string, width)
	for i, cell := range rows[0].Cells {
		name := headerOf(cell)
		for _, column := range ImportColumns {
			if name != "" && slices.Contains(headers[column], name) && !slices.Contains(o.Columns, column) {
				o.Columns[i], o.Header = column, true
			}
		}
	}
	if !slices.Contains(o.Columns, ColumnCode) && width > 0 && o.Columns[0] == "" {
		o.Columns[0] = ColumnCode
	}
	english := strings.HasPrefix(shop.Language, "en") || shop.Language == ""
	decimal, dates := ",", spreadsheet.DMY
	if english {
		decimal = "."
	}
	if form.Format == spreadsheet.XLSX {
		decimal, dates = ".", spreadsheet.YMD
	}
	o.Decimal = "comma"
	if spreadsheet.DecimalOf(o.samples(rows, ColumnValue), decimal) == "." {
		o.Decimal = "point"
	}
	o.Dates = spreadsheet.DateOrderOf(append(o.samples(rows, ColumnFrom), o.samples(rows, ColumnUntil)...), dates)
	return o
}

// samples are the cells of a column of ours.
func (o ImportOptions) samples(rows []spreadsheet.Row, column string) (cells []string) {
	for i, r := range rows {
		if cell := o.cell(r.Cells, column); cell != "" && (i > 0 || !o.Header) {
			cells = append(cells, cell)
		}
	}
	return cells
}
