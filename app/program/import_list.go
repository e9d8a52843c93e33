package program

import (
	"context"
	"encoding/json"

	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// ImportCard is an import with what a list says of it.
type ImportCard struct {
	Row     store.Import
	Voucher string
}

// ImportDetail also has how the file is read, and the batches that came of it.
type ImportDetail struct {
	ImportCard
	Options ImportOptions
	Batches []store.Batch
}

// Imports lists imports of codes, newest first below an id.
func (p *Program) Imports(ctx context.Context, shop loyalty.Shop, before loyalty.ID, limit int) (list []ImportCard, err error) {
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Imports(shop.ID, store.ImportCodes, before, limit)
		if err != nil {
			return err
		}
		var ids []loyalty.ID
		for _, i := range rows {
			ids = append(ids, i.TemplateID)
		}
		vouchers, err := tx.TemplatesByID(shop.ID, ids)
		list = make([]ImportCard, len(rows))
		for n, i := range rows {
			list[n] = ImportCard{i, vouchers[i.TemplateID].Name}
		}
		return err
	})
	return list, err
}

// ImportOf reads one import of codes.
func (p *Program) ImportOf(ctx context.Context, shop loyalty.Shop, id loyalty.ID) (d ImportDetail, err error) {
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		if d.Row, err = importByID(tx, shop.ID, id, store.ImportCodes); err != nil {
			return err
		}
		vouchers, err := tx.TemplatesByID(shop.ID, []loyalty.ID{d.Row.TemplateID})
		if err != nil {
			return err
		}
		d.Voucher = vouchers[d.Row.TemplateID].Name
		if d.Options, err = optionsOf(d.Row); err != nil {
			return err
		}
		d.Batches, err = tx.BatchesOfImport(shop.ID, id)
		return err
	})
	return d, err
}

// PlacedLine is a line with its position among all lines.
type PlacedLine struct {
	ImportLine
	At int
}

// LineQuery says which lines of an import to list, from which one on.
type LineQuery struct {
	State string // a state of lines, or ProblemLines; "" = all
	From  int    // position of the first one, counted from 0 over all lines
	Limit int
}

// ProblemLines asks for lines of which no code came.
const ProblemLines = "problems"

func (q LineQuery) wants(l ImportLine) bool {
	switch q.State {
	case "":
		return true
	case ProblemLines:
		return l.State == LineFailed || l.State == LineDuplicate
	}
	return l.State == q.State
}

// mayHave says whether a part can have such lines, without reading them.
func (q LineQuery) mayHave(p store.ImportPart) bool {
	switch q.State {
	case LineFailed:
		return p.Failed > 0
	case LineDuplicate:
		return p.Duplicates > 0
	case ProblemLines:
		return p.Failed+p.Duplicates > 0
	case LineActivated:
		return p.Activated > 0
	case LineKept:
		return p.Kept > 0
	}
	return true
}

// ImportLines lists lines in the order of the file. Parts without such lines are not read.
func (p *Program) ImportLines(ctx context.Context, shop loyalty.Shop, id loyalty.ID, q LineQuery) (list []PlacedLine, err error) {
	err = p.EachImportLine(ctx, shop, id, q, func(l PlacedLine) bool {
		list = append(list, l)
		return len(list) < q.Limit
	})
	return list, err
}

// EachImportLine walks over lines until each says no.
func (p *Program) EachImportLine(ctx context.Context, shop loyalty.Shop, id loyalty.ID, q LineQuery, each func(PlacedLine) bool) error {
	var parts []store.ImportPart
	err := p.Store.Read(ctx, func(tx *store.Tx) (err error) {
		if _, err = importByID(tx, shop.ID, id, store.ImportCodes); err == nil {
			parts, err = tx.ImportPartCounts(shop.ID, id)
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, part := range parts {
		first := int(part.Part) * importPart
		if first+int(part.Lines) <= q.From || !q.mayHave(part) {
			continue
		}
		var lines []ImportLine
		err := p.Store.Read(ctx, func(tx *store.Tx) error {
			whole, err := tx.ImportPart(shop.ID, id, part.Part)
			if err != nil {
				return err
			}
			lines = nil
			return json.Unmarshal(whole.Body, &lines)
		})
		if err != nil {
			return err
		}
		for i, l := range lines {
			if first+i >= q.From && q.wants(l) && !each(PlacedLine{l, first + i}) {
				return nil
			}
		}
	}
	return nil
}
