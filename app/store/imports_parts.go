package store

import (
	"errors"

	"zugabe/app/loyalty"
)

// SaveImportFile stores a piece of a file; sending one again changes nothing.
func (tx *Tx) SaveImportFile(shop loyalty.ShopID, id loyalty.ID, seq int64, body []byte) error {
	if _, err := tx.Exec(`DELETE FROM import_files WHERE shop_id = ? AND import_id = ? AND seq = ?`, shop, id, seq); err != nil {
		return err
	}
	return tx.InsertMany("import_files", []string{"shop_id", "import_id", "seq", "body"}, [][]any{{int64(shop), int64(id), seq, body}})
}

// ImportFile is the file as it was sent. missing is true where a piece is not there.
func (tx *Tx) ImportFile(shop loyalty.ShopID, id loyalty.ID) (file []byte, missing bool, err error) {
	next := int64(0)
	err = tx.Rows(`SELECT seq, body FROM import_files WHERE shop_id = ? AND import_id = ? ORDER BY seq`, []any{shop, id}, func(row Scanner) error {
		var seq int64
		var body []byte
		err := row.Scan(&seq, &body)
		missing = missing || seq != next
		next = seq + 1
		file = append(file, body...)
		return err
	})
	return file, missing, err
}

// DropImportFile forgets the file of an import.
func (tx *Tx) DropImportFile(shop loyalty.ShopID, id loyalty.ID) error {
	_, err := tx.Exec(`DELETE FROM import_files WHERE shop_id = ? AND import_id = ?`, shop, id)
	return err
}

// ImportPart is about 1,000 lines of a file with what became of each.
type ImportPart struct {
	Part  int64
	Lines int64
	ImportCounts
	Body []byte // JSON
}

// ReplaceImportParts stores the lines of a file anew.
func (tx *Tx) ReplaceImportParts(shop loyalty.ShopID, id loyalty.ID, parts []ImportPart) error {
	if _, err := tx.Exec(`DELETE FROM import_parts WHERE shop_id = ? AND import_id = ?`, shop, id); err != nil {
		return err
	}
	rows := make([][]any, len(parts))
	for i, p := range parts {
		rows[i] = []any{int64(shop), int64(id), p.Part, p.Lines, p.OK, p.Failed, p.Duplicates, p.Activated, p.Kept, packBody(p.Body)}
	}
	return tx.InsertMany("import_parts", []string{"shop_id", "import_id", "part", "line_count", "ok", "failed", "duplicates", "activated", "kept", "body"}, rows)
}

// AddImportPart stores one more part.
func (tx *Tx) AddImportPart(shop loyalty.ShopID, id loyalty.ID, p ImportPart) error {
	return tx.InsertMany("import_parts", []string{"shop_id", "import_id", "part", "line_count", "ok", "failed", "duplicates", "activated", "kept", "body"},
		[][]any{{int64(shop), int64(id), p.Part, p.Lines, p.OK, p.Failed, p.Duplicates, p.Activated, p.Kept, packBody(p.Body)}})
}

// SaveImportPart writes what became of a part's lines.
func (tx *Tx) SaveImportPart(shop loyalty.ShopID, id loyalty.ID, p ImportPart) error {
	n, err := tx.Exec(`UPDATE import_parts SET ok = ?, failed = ?, duplicates = ?, activated = ?, kept = ?, body = ? WHERE shop_id = ? AND import_id = ? AND part = ?`,
		p.OK, p.Failed, p.Duplicates, p.Activated, p.Kept, packBody(p.Body), shop, id, p.Part)
	if err == nil && n == 0 {
		err = ErrNotFound
	}
	return err
}

// ImportPartCounts lists the parts of an import without their lines.
func (tx *Tx) ImportPartCounts(shop loyalty.ShopID, id loyalty.ID) ([]ImportPart, error) {
	var list []ImportPart
	err := tx.Rows(`SELECT part, line_count, ok, failed, duplicates, activated, kept FROM import_parts WHERE shop_id = ? AND import_id = ? ORDER BY part`,
		[]any{shop, id}, func(row Scanner) error {
			var p ImportPart
			err := row.Scan(&p.Part, &p.Lines, &p.OK, &p.Failed, &p.Duplicates, &p.Activated, &p.Kept)
			list = append(list, p)
			return err
		})
	return list, err
}

// ImportPart reads one part with its lines.
func (tx *Tx) ImportPart(shop loyalty.ShopID, id loyalty.ID, part int64) (p ImportPart, err error) {
	p.Part = part
	var packed []byte
	found, err := tx.Row(`SELECT line_count, ok, failed, duplicates, activated, kept, body FROM import_parts WHERE shop_id = ? AND import_id = ? AND part = ?`,
		[]any{shop, id, part}, &p.Lines, &p.OK, &p.Failed, &p.Duplicates, &p.Activated, &p.Kept, &packed)
	if err != nil {
		return p, err
	}
	if !found {
		return p, errors.Join(ErrNotFound, errors.New("store: a part of an import is missing"))
	}
	p.Body, err = unpackBody(packed)
	return p, err
}
