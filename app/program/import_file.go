package program

import (
	"context"
	"encoding/json"
	"strings"

	"zugabe/app/loyalty"
	"zugabe/app/spreadsheet"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// ImportPiece is how many bytes of a file are sent at a time; only the last piece is smaller.
const ImportPiece = 256 << 10

// NewImport says what file is going to be sent, for which voucher.
type NewImport struct {
	Template loyalty.ID
	FileName string
	Size     int64 // bytes
}

// ImportSubject is what the audit log calls an import.
func ImportSubject(id loyalty.ID) string { return "import:" + id.String() }

// CreateImport begins an import of codes; its file follows in pieces.
func (p *Program) CreateImport(ctx context.Context, actor string, shop loyalty.Shop, n NewImport) (i store.Import, err error) {
	if n.Size < 1 || n.Size > spreadsheet.MaxFile {
		return i, loyalty.Invalid("size", "must be between 1 byte and 20 MB").With("reason", "large").With("most", spreadsheet.MaxFile)
	}
	id := p.IDs.Next()
	i = store.Import{ID: id, Kind: store.ImportCodes, State: store.ImportUploading, TemplateID: n.Template, BatchID: id, FileName: cleanName(n.FileName),
		FileSize: n.Size, Options: []byte("{}"), CreatedBy: actor, CreatedAt: p.now()}
	err = p.Store.Write(ctx, func(tx *store.Tx) error {
		v, err := p.voucherByID(tx, shop.ID, n.Template)
		if err != nil {
			return err
		}
		if v.Row.State == voucher.TemplateEnded {
			return loyalty.Refuse(loyalty.CodeConflict, "the voucher has ended")
		}
		return tx.InsertImport(shop.ID, i)
	})
	return i, err
}

// cleanName is the last part of a file's name, without signs that nobody sees.
func cleanName(name string) string {
	if at := strings.LastIndexAny(name, `/\`); at >= 0 {
		name = name[at+1:]
	}
	name = strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, "")))
	if name == "" {
		return "codes"
	}
	return name
}

// SaveImportPiece stores a piece of the file; sending one again changes nothing. With
// the last one the file is whole, and is looked at.
func (p *Program) SaveImportPiece(ctx context.Context, shop loyalty.Shop, id loyalty.ID, seq int64, body []byte) (i store.Import, err error) {
	err = p.Store.Write(ctx, func(tx *store.Tx) error {
		if i, err = importByID(tx, shop.ID, id, store.ImportCodes); err != nil {
			return err
		}
		if i.State != store.ImportUploading {
			return nil // the file is whole: the last piece came twice
		}
		pieces := (i.FileSize + ImportPiece - 1) / ImportPiece
		want := min(ImportPiece, i.FileSize-seq*ImportPiece)
		if seq < 0 || seq >= pieces || int64(len(body)) != want {
			return loyalty.Invalid("data", "is not this piece of the file").With("bytes", want)
		}
		if err := tx.SaveImportFile(shop.ID, id, seq, body); err != nil {
			return err
		}
		file, missing, err := tx.ImportFile(shop.ID, id)
		if err != nil || missing || int64(len(file)) != i.FileSize {
			return err
		}
		options, err := guessFile(file, shop)
		if err != nil {
			i.State, i.Reason, i.FinishedAt = store.ImportFailed, importReason(err), p.now()
		} else {
			i.State, i.Options = store.ImportReady, jsonOf(options)
		}
		_, err = tx.MoveImport(shop.ID, i, store.ImportUploading)
		return err
	})
	return i, err
}

// importReason is the word for what is wrong with a file.
func importReason(err error) string {
	if e, is := err.(*loyalty.Error); is {
		if word, is := e.Detail["reason"].(string); is {
			return word
		}
		return string(e.Code)
	}
	return "unreadable"
}

const shownRows = 20

func guessFile(file []byte, shop loyalty.Shop) (ImportOptions, error) {
	form, err := spreadsheet.Detect(file)
	if err != nil {
		return ImportOptions{}, err
	}
	rows, err := spreadsheet.Head(file, form, shownRows*5)
	if err != nil {
		return ImportOptions{}, err
	}
	return guessOptions(form, rows, shop), nil
}

func importByID(tx *store.Tx, shop loyalty.ShopID, id loyalty.ID, kind store.ImportKind) (store.Import, error) {
	i, found, err := tx.ImportByID(shop, id)
	if err != nil || !found || i.Kind != kind {
		return i, orMissing(err, "import")
	}
	return i, nil
}

func optionsOf(i store.Import) (o ImportOptions, err error) {
	err = json.Unmarshal(i.Options, &o)
	return o, err
}

// ImportPreview shows how a file is going to be read.
type ImportPreview struct {
	Import  store.Import
	Options ImportOptions
	Rows    []spreadsheet.Row // the first ones; with Header the first has the names
}

// PreviewImport reads the first lines of a file, by other options if some are given;
// another delimiter, encoding or sheet has the columns guessed anew. Nothing is stored.
func (p *Program) PreviewImport(ctx context.Context, shop loyalty.Shop, id loyalty.ID, other *ImportOptions) (v ImportPreview, err error) {
	var file []byte
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		var missing bool
		if v.Import, err = importByID(tx, shop.ID, id, store.ImportCodes); err != nil {
			return err
		}
		if file, missing, err = tx.ImportFile(shop.ID, id); err == nil && (missing || len(file) == 0) {
			err = loyalty.Refuse(loyalty.CodeConflict, "the file is not whole, or was forgotten")
		}
		return err
	})
	if err != nil {
		return v, err
	}
	if v.Options, err = optionsOf(v.Import); err != nil {
		return v, err
	}
	if other != nil {
		same := other.Format == v.Options.Format && other.Encoding == v.Options.Encoding && other.Delimiter == v.Options.Delimiter && other.Sheet == v.Options.Sheet
		sheets := v.Options.Sheets
		v.Options = *other
		v.Options.Sheets = sheets
		if !same {
			rows, err := spreadsheet.Head(file, other.Form, shownRows*5)
			if err != nil {
				return v, err
			}
			v.Options = guessOptions(v.Options.Form, rows, shop)
			v.Options.Hold = other.Hold
		}
	}
	v.Rows, err = spreadsheet.Head(file, v.Options.Form, shownRows)
	return v, err
}

// CheckImport has every line looked at without making a code (dry run). Workers do
// it; Import says how far they are.
func (p *Program) CheckImport(ctx context.Context, actor string, shop loyalty.Shop, id loyalty.ID, options *ImportOptions) (store.Import, error) {
	return p.beginImport(ctx, actor, shop, importBegin{id, options, store.ImportChecking})
}

// StartImport has the codes made. They work at once (S0-20).
func (p *Program) StartImport(ctx context.Context, actor string, shop loyalty.Shop, id loyalty.ID, options *ImportOptions) (store.Import, error) {
	return p.beginImport(ctx, actor, shop, importBegin{id, options, store.ImportRunning})
}

// importBegin says which import begins what; options may be nil.
type importBegin struct {
	id      loyalty.ID
	options *ImportOptions
	to      store.ImportState
}

func (p *Program) beginImport(ctx context.Context, actor string, shop loyalty.Shop, b importBegin) (i store.Import, err error) {
	id, options, to := b.id, b.options, b.to
	if options != nil {
		if err := options.check(); err != nil {
			return i, err
		}
	}
	err = p.Store.Write(ctx, func(tx *store.Tx) error {
		if i, err = importByID(tx, shop.ID, id, store.ImportCodes); err != nil || i.State == to {
			return err
		}
		if to == store.ImportRunning && i.State == store.ImportDone {
			return nil
		}
		if i.State == store.ImportCancelled && to == store.ImportRunning {
			i.State, i.FinishedAt = to, 0 // goes on where it was stopped
		} else {
			if options != nil {
				// Lines are cut anew: another column may have the codes.
				i.Options, i.Parts, i.Total = jsonOf(options), 0, 0
			} else if o, err := optionsOf(i); err != nil || o.check() != nil {
				return orElse(err, o.check())
			}
			i.State, i.NextPart, i.ImportCounts, i.Reason, i.StartedAt, i.FinishedAt = to, 0, store.ImportCounts{}, "", p.now(), 0
		}
		from := []store.ImportState{store.ImportReady, store.ImportChecked}
		if to == store.ImportRunning {
			from = append(from, store.ImportCancelled)
		}
		ok, err := tx.MoveImport(shop.ID, i, from...)
		if err != nil || !ok {
			return orConflict(err, "the import cannot be started as it stands")
		}
		tx.OnCommit(func() { p.wake("imports") })
		return p.audit(tx, shop.ID, deed{by: actor, did: "import." + string(to), to: ImportSubject(id), after: map[string]any{"file": i.FileName, "voucher": i.TemplateID}})
	})
	return i, err
}

func orElse(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// CancelImport stops work that is under way. What was made so far stays, and can be undone.
func (p *Program) CancelImport(ctx context.Context, actor string, shop loyalty.Shop, id loyalty.ID) (i store.Import, err error) {
	err = p.Store.Write(ctx, func(tx *store.Tx) error {
		found := false
		if i, found, err = tx.ImportByID(shop.ID, id); err != nil || !found {
			return orMissing(err, "import")
		}
		from := i.State
		if from == store.ImportCancelled {
			return nil
		}
		i.State, i.FinishedAt = store.ImportCancelled, p.now()
		if from == store.ImportChecking {
			i.State = store.ImportReady
		}
		ok, err := tx.MoveImport(shop.ID, i, from)
		if err != nil || !ok || from == store.ImportDone || from == store.ImportUndone || from == store.ImportUndoing || from == store.ImportFailed {
			return orConflict(err, "the work has ended")
		}
		return p.audit(tx, shop.ID, deed{by: actor, did: "import.cancelled", to: ImportSubject(id)})
	})
	return i, err
}

// UndoImport takes back everything that an import or the making of a batch has made
// and nobody has used; used codes are kept and listed (N-14).
func (p *Program) UndoImport(ctx context.Context, actor string, shop loyalty.Shop, id loyalty.ID) (i store.Import, err error) {
	err = p.Store.Write(ctx, func(tx *store.Tx) error {
		found := false
		if i, found, err = tx.ImportByID(shop.ID, id); err != nil || !found || i.Kind != store.ImportCodes && i.Kind != store.ImportBatch {
			return orMissing(err, "import")
		}
		if i.State == store.ImportUndoing || i.State == store.ImportUndone {
			return nil
		}
		if i.Kind == store.ImportCodes && i.Parts == 0 && i.OK+i.Activated > 0 {
			return loyalty.Refuse(loyalty.CodeConflict, "the lines of the import were forgotten").With("reason", "forgotten")
		}
		i.State, i.NextPart, i.After, i.Kept, i.UndoneAt = store.ImportUndoing, 0, "", 0, p.now()
		ok, err := tx.MoveImport(shop.ID, i, store.ImportDone, store.ImportCancelled)
		if err != nil || !ok {
			return orConflict(err, "only what has ended can be undone")
		}
		tx.OnCommit(func() { p.wake("imports") })
		return p.audit(tx, shop.ID, deed{by: actor, did: importUndoing, to: ImportSubject(id), after: map[string]any{"codes": i.OK}})
	})
	return i, err
}

// importUndoing is what the audit calls it when somebody takes an import back.
const importUndoing = "import.undoing"

// How long a file that nobody went on with is kept, and the lines of an import: an
// undo needs them, but they may name people.
const (
	importFileKeep = 7 * dayMs
	importLineKeep = 90 * dayMs
)

// ForgetImports drops old files and lines.
func (p *Program) ForgetImports(ctx context.Context, shop loyalty.ShopID) error {
	return p.Store.Write(ctx, func(tx *store.Tx) error {
		return tx.ForgetImports(shop, p.now()-importFileKeep, p.now()-importLineKeep)
	})
}
