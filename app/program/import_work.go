package program

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"zugabe/app/crash"
	"zugabe/app/loyalty"
	"zugabe/app/spreadsheet"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

const (
	importLease = 30 * time.Second
	importPart  = 1000 // lines or codes in one transaction
)

// errImportLost says that the work was cancelled, or is somebody else's by now;
// nothing of the part is kept.
var errImportLost = errors.New("program: the import is no longer ours")

// The states of a line.
const (
	LineOK        = "ok"
	LineFailed    = "failed"
	LineDuplicate = "duplicate"
	LineActivated = "activated" // a code of a printed batch that works now
	LineUndone    = "undone"
	LineKept      = "kept" // used before the undo
)

// ImportLine is a line of the file with what became of it.
type ImportLine struct {
	Line  int        `json:"n"`
	Cells []string   `json:"c"`
	Same  int        `json:"d,omitempty"` // the line above that has the same code
	Like  int        `json:"l,omitempty"` // a line above whose code people take for this one
	State string     `json:"s,omitempty"`
	Why   string     `json:"w,omitempty"` // a word for the reason
	About string     `json:"a,omitempty"` // what the reason is about
	Code  loyalty.ID `json:"i,omitempty"`
}

// NextShopWithImports finds the next shop after the given one that has work nobody is at.
func (p *Program) NextShopWithImports(ctx context.Context, after loyalty.ShopID) (shop loyalty.Shop, found bool, err error) {
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		id, ok, err := tx.NextShopWithImports(after, p.now())
		if err != nil || !ok {
			found = false
			return err
		}
		shop, found, err = tx.ShopByID(id)
		return err
	})
	return shop, found, err
}

// WorkImports does up to so many parts of a shop's oldest work, or of the one of that
// id, and says how many it did. Each part is a transaction of its own, so that
// the shop never waits for more than one; a process that vanishes is followed by
// another, which goes on with the part that is not done.
func (p *Program) WorkImports(ctx context.Context, shop loyalty.Shop, id loyalty.ID, parts int) (done int, err error) {
	var i store.Import
	found := false
	err = p.Store.Write(ctx, func(tx *store.Tx) error {
		now := p.now()
		i, found, err = tx.ClaimImport(shop.ID, id, int64(p.IDs.Next()), now, now+importLease.Milliseconds())
		return err
	})
	if err != nil || !found {
		return 0, err
	}
	crash.Point("import.claimed")
	w := &importWork{Program: p, shop: shop, Import: i}
	for ; done < parts && ctx.Err() == nil && err == nil && w.working(); done++ {
		err = w.step(ctx)
		crash.Point("import.part_done")
	}
	if errors.Is(err, errImportLost) {
		return done, nil
	}
	if refusal := new(loyalty.Error); errors.As(err, &refusal) {
		return done, w.end(ctx, store.ImportFailed, importReason(refusal))
	}
	if err == nil && w.working() {
		err = p.Store.Write(context.WithoutCancel(ctx), func(tx *store.Tx) error { return tx.ReleaseImport(shop.ID, w.Import) })
	}
	return done, err
}

// importWork is one lease of an import.
type importWork struct {
	*Program
	store.Import
	shop    loyalty.Shop
	options ImportOptions // of a file
	voucher Voucher
	read    bool
}

func (w *importWork) working() bool {
	return w.State == store.ImportChecking || w.State == store.ImportRunning || w.State == store.ImportUndoing
}

// step does the next part, or ends the work.
func (w *importWork) step(ctx context.Context) error {
	if !w.read && w.TemplateID != 0 {
		if err := w.begin(ctx); err != nil {
			return err
		}
	}
	w.read = true
	switch {
	case w.Kind == store.ImportMailing, w.Kind == store.ImportGifts:
		return w.mailingStep(ctx)
	case w.Kind != store.ImportCodes:
		return w.batchStep(ctx)
	case w.Parts == 0 && w.State == store.ImportUndoing:
		return w.end(ctx, store.ImportUndone, "")
	case w.Parts == 0:
		return w.cutFile(ctx)
	case w.NextPart < w.Parts:
		return w.filePart(ctx)
	}
	return w.end(ctx, map[store.ImportState]store.ImportState{store.ImportChecking: store.ImportChecked, store.ImportRunning: store.ImportDone,
		store.ImportUndoing: store.ImportUndone}[w.State], "")
}

func (w *importWork) begin(ctx context.Context) error {
	return w.Store.Read(ctx, func(tx *store.Tx) (err error) {
		if w.voucher, err = w.voucherByID(tx, w.shop.ID, w.TemplateID); err != nil {
			return err
		}
		if w.Kind != store.ImportCodes {
			return nil
		}
		w.options, err = optionsOf(w.Import)
		return err
	})
}

// end gives the work its last state.
func (w *importWork) end(ctx context.Context, to store.ImportState, why string) error {
	from := w.State
	err := w.Store.Write(ctx, func(tx *store.Tx) error {
		i, found, err := tx.ImportByID(w.shop.ID, w.ID)
		if err != nil || !found || i.LeaseToken != w.LeaseToken || i.State != from {
			return orLost(err)
		}
		i.State, i.Reason, i.FinishedAt = to, why, w.now()
		if ok, err := tx.MoveImport(w.shop.ID, i, from); err != nil || !ok {
			return orLost(err)
		}
		if err := w.afterwards(tx, i); err != nil {
			return err
		}
		return w.audit(tx, w.shop.ID, deed{by: i.CreatedBy, did: string(i.Kind) + "." + string(to), to: ImportSubject(w.ID), why: why, after: map[string]any{
			"ok": i.OK, "failed": i.Failed, "duplicates": i.Duplicates, "activated": i.Activated, "kept": i.Kept}})
	})
	if err == nil {
		w.State = to
	}
	return err
}

// afterwards brings the batches to where the work leaves them.
func (w *importWork) afterwards(tx *store.Tx, i store.Import) error {
	if i.Kind != store.ImportCodes {
		return w.afterBatch(tx, i)
	}
	if i.State == store.ImportUndone || i.State == store.ImportDone {
		if err := tx.DropImportFile(w.shop.ID, i.ID); err != nil {
			return err
		}
	}
	if i.State != store.ImportUndone {
		return nil
	}
	batches, err := tx.BatchesOfImport(w.shop.ID, i.ID)
	for _, b := range batches {
		was := b.State
		b.State = store.BatchUndone
		if _, err := tx.MoveBatch(w.shop.ID, b, was); err != nil {
			return err
		}
	}
	return err
}

func orLost(err error) error {
	if err != nil {
		return err
	}
	return errImportLost
}

// advance is the last statement of a part's transaction.
func (w *importWork) advance(tx *store.Tx, by store.ImportCounts, after string) error {
	i := w.Import
	i.LeaseUntil = w.now() + importLease.Milliseconds()
	ok, err := tx.AdvanceImport(w.shop.ID, i, by, after)
	if err != nil || !ok {
		return orLost(err)
	}
	crash.Point("import.part_written")
	return nil
}

// advanced keeps our copy in step once the part is committed.
func (w *importWork) advanced(by store.ImportCounts, after string) {
	w.NextPart++
	w.ImportCounts = w.Plus(by)
	w.After = after
}

// lookAlike has one sign for those that people take for one another.
func lookAlike(folded string) string { return sameSigns.Replace(folded) }

var sameSigns = newSigns("0OQ", "1IL", "5S", "8B", "2Z")

// cutFile stores the lines of the file in parts, with those that are there twice.
func (w *importWork) cutFile(ctx context.Context) error {
	var file []byte
	err := w.Store.Read(ctx, func(tx *store.Tx) (err error) {
		var missing bool
		if file, missing, err = tx.ImportFile(w.shop.ID, w.ID); err == nil && (missing || len(file) == 0) {
			err = loyalty.Refuse(loyalty.CodeConflict, "the file is not whole").With("reason", "file_gone")
		}
		return err
	})
	if err != nil {
		return err
	}
	lines, err := w.cut(file)
	if err != nil {
		return err
	}
	if len(lines) == 0 {
		return loyalty.Invalid("file", "has no lines").With("reason", "empty")
	}
	var parts []store.ImportPart
	for total := len(lines); len(lines) > 0; {
		n := min(len(lines), importPart)
		parts = append(parts, store.ImportPart{Part: int64(len(parts)), Lines: int64(n), Body: jsonOf(lines[:n])})
		lines = lines[n:]
		w.Total = int64(total)
	}
	w.Parts = int64(len(parts))
	return w.Store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.ReplaceImportParts(w.shop.ID, w.ID, parts); err != nil {
			return err
		}
		ok, err := tx.CutImport(w.shop.ID, w.Import)
		if err != nil || !ok {
			return orLost(err)
		}
		crash.Point("import.cut")
		return nil
	})
}

func (w *importWork) cut(file []byte) (lines []ImportLine, err error) {
	same, like := map[string]int{}, map[string]int{}
	header := w.options.Header
	err = spreadsheet.Each(file, w.options.Form, func(r spreadsheet.Row) error {
		if header {
			header = false
			return nil
		}
		l := ImportLine{Line: r.Line, Cells: r.Cells}
		if folded := voucher.Fold(w.options.cell(r.Cells, ColumnCode)); folded != "" {
			if l.Same = same[folded]; l.Same == 0 {
				same[folded] = r.Line
				sign := lookAlike(folded)
				if l.Like = like[sign]; l.Like == 0 {
					like[sign] = r.Line
				}
			}
		}
		lines = append(lines, l)
		return nil
	})
	return lines, err
}

// filePart checks, makes or takes back the codes of the next 1,000 lines.
func (w *importWork) filePart(ctx context.Context) error {
	var by store.ImportCounts
	err := rerun(ctx, func() error {
		return w.Store.Write(ctx, func(tx *store.Tx) error {
			part, err := tx.ImportPart(w.shop.ID, w.ID, w.NextPart)
			if err != nil {
				return err
			}
			var lines []ImportLine
			if err := json.Unmarshal(part.Body, &lines); err != nil {
				return err
			}
			if w.State == store.ImportUndoing {
				if err := w.undoLines(tx, lines); err != nil {
					return err
				}
			} else if err := w.makeLines(tx, lines); err != nil {
				return err
			}
			part.ImportCounts = countLines(lines)
			by = part.ImportCounts
			if w.State == store.ImportUndoing {
				by = store.ImportCounts{Kept: by.Kept} // the others say what the import did
			}
			part.Body = jsonOf(lines)
			if err := tx.SaveImportPart(w.shop.ID, w.ID, part); err != nil {
				return err
			}
			return w.advance(tx, by, "")
		})
	})
	if err == nil {
		w.advanced(by, "")
	}
	return err
}

func countLines(lines []ImportLine) (c store.ImportCounts) {
	for _, l := range lines {
		switch l.State {
		case LineOK, LineUndone:
			c.OK++
		case LineActivated:
			c.Activated++
		case LineDuplicate:
			c.Duplicates++
		case LineFailed:
			c.Failed++
		case LineKept:
			c.Kept++
		}
	}
	return c
}
