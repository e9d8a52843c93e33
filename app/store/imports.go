package store

import (
	"strings"

	"zugabe/app/loyalty"
)

// ImportKind says what work on many rows does.
type ImportKind string

// The kinds.
const (
	ImportCodes    ImportKind = "codes"    // makes codes from a file
	ImportBatch    ImportKind = "batch"    // makes the codes of a printed batch
	ImportActivate ImportKind = "activate" // lets a batch's codes work
	ImportHandout  ImportKind = "handout"  // a batch, or a range of it, goes to a partner
	ImportBlock    ImportKind = "block"    // a range of a batch is lost
	ImportMailing  ImportKind = "mailing"  // a mail to each of those who registered and never bought
	ImportGifts    ImportKind = "gifts"    // an own code for each reader of the newsletter
)

// ImportState is where such work stands.
type ImportState string

// The states. Workers move on those that are Checking, Running or Undoing.
const (
	ImportUploading ImportState = "uploading"
	ImportReady     ImportState = "ready" // the file is whole
	ImportChecking  ImportState = "checking"
	ImportChecked   ImportState = "checked"
	ImportRunning   ImportState = "running"
	ImportDone      ImportState = "done"
	ImportCancelled ImportState = "cancelled"
	ImportFailed    ImportState = "failed"
	ImportUndoing   ImportState = "undoing"
	ImportUndone    ImportState = "undone"
)

// importWork are the states that workers look for.
var importWork = []ImportState{ImportChecking, ImportRunning, ImportUndoing}

// ImportCounts says what became of lines or codes.
type ImportCounts struct {
	OK         int64
	Failed     int64
	Duplicates int64
	Activated  int64 // codes of a printed batch that work by now
	Kept       int64 // used ones that an undo leaves
}

// Plus adds.
func (c ImportCounts) Plus(d ImportCounts) ImportCounts {
	return ImportCounts{c.OK + d.OK, c.Failed + d.Failed, c.Duplicates + d.Duplicates, c.Activated + d.Activated, c.Kept + d.Kept}
}

// Import is work on many rows that goes part by part, each in a transaction of its own.
type Import struct {
	ID         loyalty.ID
	Kind       ImportKind
	State      ImportState
	TemplateID loyalty.ID
	BatchID    loyalty.ID
	FileName   string
	FileSize   int64
	Options    []byte // JSON
	Total      int64  // lines or codes; 0 = not known yet
	Parts      int64  // of a file; 0 = it was not read yet
	NextPart   int64
	ImportCounts
	After      string // where a walk over codes has got to
	Reason     string
	LeaseToken int64
	LeaseUntil int64 // Unix ms
	CreatedBy  string
	CreatedAt  int64
	StartedAt  int64
	FinishedAt int64
	UndoneAt   int64
}

const importColumns = `id, kind, state, template_id, batch_id, file_name, file_size, options, total, parts, next_part, ok, failed, duplicates, activated, kept,
	after_text, reason, lease_token, lease_until, created_by, created_at, started_at, finished_at, undone_at`

// InsertImport stores new work.
func (tx *Tx) InsertImport(shop loyalty.ShopID, i Import) error {
	_, err := tx.Exec(`INSERT INTO imports (shop_id, `+importColumns+`) VALUES (?, `+placeholders(25)+`)`,
		shop, i.ID, string(i.Kind), string(i.State), i.TemplateID, i.BatchID, clip(i.FileName, 190), i.FileSize, string(i.Options), i.Total, i.Parts, i.NextPart,
		i.OK, i.Failed, i.Duplicates, i.Activated, i.Kept, i.After, clip(i.Reason, 500), i.LeaseToken, i.LeaseUntil, clip(i.CreatedBy, 120), i.CreatedAt,
		i.StartedAt, i.FinishedAt, i.UndoneAt)
	return err
}

// ImportByID reads one.
func (tx *Tx) ImportByID(shop loyalty.ShopID, id loyalty.ID) (Import, bool, error) {
	list, err := tx.imports(`SELECT `+importColumns+` FROM imports WHERE shop_id = ? AND id = ?`, []any{shop, id})
	if err != nil || len(list) == 0 {
		return Import{}, false, err
	}
	return list[0], true, nil
}

// Imports lists work of one kind newest first below an id; 0 starts.
func (tx *Tx) Imports(shop loyalty.ShopID, kind ImportKind, before loyalty.ID, limit int) ([]Import, error) {
	if before == 0 {
		before = maxID
	}
	return tx.imports(`SELECT `+importColumns+` FROM imports`+useIndex("imports_kind")+`WHERE shop_id = ? AND kind = ? AND id < ? ORDER BY id DESC LIMIT ?`,
		[]any{shop, string(kind), before, limit})
}

// ImportsOfBatch lists the work on a batch, newest first.
func (tx *Tx) ImportsOfBatch(shop loyalty.ShopID, batch loyalty.ID, limit int) ([]Import, error) {
	return tx.imports(`SELECT `+importColumns+` FROM imports`+useIndex("imports_batch")+`WHERE shop_id = ? AND batch_id = ? ORDER BY id DESC LIMIT ?`,
		[]any{shop, batch, limit})
}

func (tx *Tx) imports(query string, args []any) ([]Import, error) {
	var list []Import
	err := tx.Rows(query, args, func(row Scanner) error {
		var i Import
		var kind, state string
		err := row.Scan(&i.ID, &kind, &state, &i.TemplateID, &i.BatchID, &i.FileName, &i.FileSize, &i.Options, &i.Total, &i.Parts, &i.NextPart,
			&i.OK, &i.Failed, &i.Duplicates, &i.Activated, &i.Kept, &i.After, &i.Reason, &i.LeaseToken, &i.LeaseUntil, &i.CreatedBy, &i.CreatedAt,
			&i.StartedAt, &i.FinishedAt, &i.UndoneAt)
		i.Kind, i.State = ImportKind(kind), ImportState(state)
		list = append(list, i)
		return err
	})
	return list, err
}

// MoveImport gives work another state, with what belongs to it, if it is still in
// one of the states from. It belongs to nobody afterwards.
func (tx *Tx) MoveImport(shop loyalty.ShopID, i Import, from ...ImportState) (ok bool, err error) {
	args := []any{string(i.State), string(i.Options), i.Total, i.Parts, i.NextPart, i.OK, i.Failed, i.Duplicates, i.Activated, i.Kept, i.After,
		clip(i.Reason, 500), i.StartedAt, i.FinishedAt, i.UndoneAt, shop, i.ID}
	for _, s := range from {
		args = append(args, string(s))
	}
	n, err := tx.Exec(`UPDATE imports SET state = ?, options = ?, total = ?, parts = ?, next_part = ?, ok = ?, failed = ?, duplicates = ?, activated = ?, kept = ?,
		after_text = ?, reason = ?, started_at = ?, finished_at = ?, undone_at = ?, lease_token = 0, lease_until = 0
		WHERE shop_id = ? AND id = ? AND state IN (`+placeholders(len(from))+`)`, args...)
	return n == 1, err
}

// NextShopWithImports finds the next shop after the given one that has work nobody is at.
func (tx *Tx) NextShopWithImports(after loyalty.ShopID, nowMs int64) (shop loyalty.ShopID, found bool, err error) {
	for _, state := range importWork {
		var s loyalty.ShopID
		ok, err := tx.Row(`SELECT shop_id FROM imports`+useIndex("imports_due")+`WHERE state = ? AND shop_id > ? AND lease_until <= ? ORDER BY shop_id LIMIT 1`,
			[]any{string(state), after, nowMs}, &s)
		if err != nil {
			return 0, false, err
		}
		if ok && (!found || s < shop) {
			shop, found = s, true
		}
	}
	return shop, found, nil
}

// ClaimImport leases the oldest work of a shop, or the one of that id, that nobody is at.
func (tx *Tx) ClaimImport(shop loyalty.ShopID, id loyalty.ID, token, nowMs, untilMs int64) (i Import, found bool, err error) {
	where, args := "", []any{shop, nowMs}
	if id != 0 {
		where, args = " AND id = ?", append(args, id)
	}
	states := make([]string, len(importWork))
	for n, s := range importWork {
		states[n] = "'" + string(s) + "'"
	}
	working := strings.Join(states, ", ")
	found, err = tx.Row(`SELECT id FROM imports WHERE shop_id = ? AND lease_until <= ?`+where+` AND state IN (`+working+`) ORDER BY id LIMIT 1`, args, &id)
	if err != nil || !found {
		return i, false, err
	}
	n, err := tx.Exec(`UPDATE imports SET lease_token = ?, lease_until = ? WHERE shop_id = ? AND id = ? AND lease_until <= ? AND state IN (`+working+`)`,
		token, untilMs, shop, id, nowMs)
	if err != nil || n == 0 {
		return i, false, err
	}
	return tx.ImportByID(shop, id)
}

// AdvanceImport notes that the part i.NextPart is done, and extends the lease to
// i.LeaseUntil. ok is false when the work was cancelled, or somebody else has the
// lease or has done the part: then nothing of it may be kept.
func (tx *Tx) AdvanceImport(shop loyalty.ShopID, i Import, by ImportCounts, after string) (ok bool, err error) {
	n, err := tx.Exec(`UPDATE imports SET next_part = next_part + 1, ok = ok + ?, failed = failed + ?, duplicates = duplicates + ?, activated = activated + ?,
		kept = kept + ?, after_text = ?, lease_until = ? WHERE shop_id = ? AND id = ? AND state = ? AND lease_token = ? AND next_part = ?`,
		by.OK, by.Failed, by.Duplicates, by.Activated, by.Kept, after, i.LeaseUntil, shop, i.ID, string(i.State), i.LeaseToken, i.NextPart)
	return n == 1, err
}

// ReleaseImport lets others go on at once.
func (tx *Tx) ReleaseImport(shop loyalty.ShopID, i Import) error {
	_, err := tx.Exec(`UPDATE imports SET lease_token = 0, lease_until = 0 WHERE shop_id = ? AND id = ? AND lease_token = ?`, shop, i.ID, i.LeaseToken)
	return err
}

// ForgetImports drops files that were sent before an instant, and the lines of
// imports that were made before another: they may name people. What they made stays.
func (tx *Tx) ForgetImports(shop loyalty.ShopID, filesMs, linesMs int64) error {
	if _, err := tx.Exec(`DELETE FROM import_files WHERE shop_id = ? AND import_id < ?`, shop, loyalty.IDAt(filesMs)); err != nil {
		return err
	}
	n, err := tx.Exec(`DELETE FROM import_parts WHERE shop_id = ? AND import_id < ?`, shop, loyalty.IDAt(linesMs))
	if err != nil || n == 0 {
		return err
	}
	_, err = tx.Exec(`UPDATE imports SET parts = 0 WHERE shop_id = ? AND id < ? AND kind = 'codes'`, shop, loyalty.IDAt(linesMs))
	return err
}

// CutImport notes how many lines and parts a file has; ok is false when the work is
// no longer i's.
func (tx *Tx) CutImport(shop loyalty.ShopID, i Import) (ok bool, err error) {
	n, err := tx.Exec(`UPDATE imports SET total = ?, parts = ?, next_part = 0 WHERE shop_id = ? AND id = ? AND state = ? AND lease_token = ?`,
		i.Total, i.Parts, shop, i.ID, string(i.State), i.LeaseToken)
	return n == 1, err
}
