package program

import (
	"context"
	"errors"
	"strings"

	"zugabe/app/document"
	"zugabe/app/loyalty"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// RangeText is one end of a range as people read it.
func RangeText(folded string) string {
	return strings.TrimSuffix(folded, "\U0010ffff")
}

// UndoBatch takes back every code of a batch made here that nobody has used (N-14).
// What came from a file is taken back with its import.
func (p *Program) UndoBatch(ctx context.Context, actor string, shop loyalty.Shop, id loyalty.ID) (c BatchCard, err error) {
	d, err := p.Batch(ctx, shop, id)
	if err != nil {
		return c, err
	}
	if d.Row.ImportID != id {
		return c, loyalty.Refuse(loyalty.CodeConflict, "codes from a file are taken back with their import").With("import", d.Row.ImportID)
	}
	if _, err := p.UndoImport(ctx, actor, shop, id); err != nil {
		return c, err
	}
	return p.batchAfterWork(ctx, shop, id, id)
}

// SheetRequest says what to print of a batch.
type SheetRequest struct {
	Part    BatchRange
	PerPage int // 1, 4, 8, 10 or 21
	Lang    string
}

var errSheetFull = errors.New("program: more codes than one file has")

// BatchSheet makes A4 pages of cards with QR codes. CodeInvalid with field "from" when
// the range has more than document.MostCards codes.
func (p *Program) BatchSheet(ctx context.Context, shop loyalty.Shop, id loyalty.ID, r SheetRequest) ([]byte, error) {
	if !document.Fits(r.PerPage) {
		return nil, loyalty.Invalid("per_page", "must be 1, 4, 8, 10 or 21")
	}
	d, err := p.Batch(ctx, shop, id)
	if err != nil {
		return nil, err
	}
	home, err := p.homeOf(ctx, shop)
	if err != nil {
		return nil, err
	}
	var cards []document.Card
	err = p.EachBatchCode(ctx, shop, id, r.Part, func(c store.CodeStub) error {
		if len(cards) == document.MostCards {
			return errSheetFull
		}
		cards = append(cards, document.Card{Code: c.Code, Link: discountLink(home, c.Code), Note: d.Row.Name})
		return nil
	})
	if errors.Is(err, errSheetFull) {
		return nil, loyalty.Invalid("from", "has more codes than one file takes").With("reason", "too_many").With("most", document.MostCards)
	}
	if err == nil && len(cards) == 0 {
		err = loyalty.Invalid("from", "has no codes").With("reason", "empty")
	}
	if err != nil {
		return nil, err
	}
	s := sheetsOf(shop, d.Doc, home, r.Lang)
	s.PerPage = r.PerPage
	return document.Cards(s, cards)
}

// homeOf is where people reach the shop.
func (p *Program) homeOf(ctx context.Context, shop loyalty.Shop) (home string, err error) {
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		home, err = p.ShopURL(tx, shop)
		return err
	})
	return home, err
}

// sheetsOf is what all vouchers of a template say in a language.
func sheetsOf(shop loyalty.Shop, t voucher.Template, home, language string) document.Sheets {
	currency := t.Currency
	if currency == "" {
		currency = shop.Currency
	}
	title := t.Name
	if text := t.Texts[language]; text.Title != "" {
		title = text.Title
	}
	line := t.Texts[language].Line
	if names(line, t.Order.MinMinor, currency) {
		t.Order.MinMinor = 0 // said in the merchant's own words
	}
	terms := termsText(t, currency, language)
	if line != "" {
		terms = append([]string{line}, terms...)
	}
	name := shop.Name
	if name == "" {
		name = shop.Domain
	}
	_, host, _ := strings.Cut(home, "://")
	return document.Sheets{Shop: name, Value: valueText(t, currency, language), Title: title, Terms: terms, HowTo: said(language, "howto", "{shop}", host), Title2: name + ": " + title}
}

// BatchCSV is the codes of a batch for a printer: number, code and the link for the QR code.
func (p *Program) BatchCSV(ctx context.Context, shop loyalty.Shop, id loyalty.ID, r BatchRange) ([]byte, error) {
	d, err := p.Batch(ctx, shop, id)
	if err != nil {
		return nil, err
	}
	home, err := p.homeOf(ctx, shop)
	if err != nil {
		return nil, err
	}
	var table document.Table
	table.Row("number", "code", "link", "state", "batch", "voucher")
	err = p.EachBatchCode(ctx, shop, id, r, func(c store.CodeStub) error {
		number := any("")
		if d.Row.Prefix != "" {
			number = numberIn(d.Row, c.Folded)
		}
		table.Row(number, c.Code, discountLink(home, c.Code), string(c.State), d.Row.Name, d.Voucher)
		return nil
	})
	return table.Bytes(), err
}

// numberIn is the number that a printed code carries.
func numberIn(b store.Batch, folded string) int64 {
	width := len(numberText(b, b.LastNo))
	digits := strings.TrimPrefix(folded, b.Prefix)
	if len(digits) < width {
		return 0
	}
	id, err := loyalty.ParseID(digits[:width])
	if err != nil {
		return 0
	}
	return int64(id)
}

// ImportResult is the lines of an import as a table: the file's own columns, and what
// became of each line.
func (p *Program) ImportResult(ctx context.Context, shop loyalty.Shop, d ImportDetail, state string) ([]byte, error) {
	var table document.Table
	head := []any{"line", "result", "reason", "about"}
	for i, c := range d.Options.Columns {
		if c == "" {
			c = "column " + loyalty.ID(i+1).String()
		}
		head = append(head, c)
	}
	table.Row(head...)
	err := p.EachImportLine(ctx, shop, d.Row.ID, LineQuery{State: state}, func(l PlacedLine) bool {
		row := []any{l.Line, l.State, l.Why, l.About}
		for _, cell := range l.Cells {
			row = append(row, cell)
		}
		table.Row(row...)
		return true
	})
	return table.Bytes(), err
}
