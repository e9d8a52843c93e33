package store

import (
	"slices"

	"zugabe/app/loyalty"
)

// CodeActivation says which reading in of a file let a printed code work.
type CodeActivation struct {
	ImportID loyalty.ID
	FileName string
	Actor    string
	At       int64 // Unix ms
	UndoneAt int64 // 0 = it was not taken back, or the code was used before that
}

// ActivatedBy notes the import that lets codes work.
func (tx *Tx) ActivatedBy(shop loyalty.ShopID, of loyalty.ID, codes []loyalty.ID, nowMs int64) error {
	rows := make([][]any, len(codes))
	for i, id := range codes {
		rows[i] = []any{int64(shop), int64(id), int64(of), nowMs, int64(0)}
	}
	return tx.InsertMany("code_activations", []string{"shop_id", "code_id", "import_id", "at_ms", "undone_at"}, rows)
}

// UnactivatedBy notes that an import's activation of codes was taken back.
func (tx *Tx) UnactivatedBy(shop loyalty.ShopID, of loyalty.ID, codes []loyalty.ID, nowMs int64) error {
	for part := range slices.Chunk(codes, batchPage) {
		args := withArgs([]any{nowMs, shop, of}, part)
		if _, err := tx.Exec(`UPDATE code_activations SET undone_at = ? WHERE shop_id = ? AND import_id = ? AND code_id IN (`+placeholders(len(part))+`)`, args...); err != nil {
			return err
		}
	}
	return nil
}

// ActivationsOf lists the imports that let a code work, oldest first.
func (tx *Tx) ActivationsOf(shop loyalty.ShopID, code loyalty.ID) (list []CodeActivation, err error) {
	err = tx.Rows(`SELECT a.import_id, i.file_name, i.created_by, a.at_ms, a.undone_at FROM code_activations a JOIN imports i ON i.shop_id = a.shop_id AND i.id = a.import_id
		WHERE a.shop_id = ? AND a.code_id = ? ORDER BY a.import_id`, []any{shop, code}, func(row Scanner) error {
		var a CodeActivation
		err := row.Scan(&a.ImportID, &a.FileName, &a.Actor, &a.At, &a.UndoneAt)
		list = append(list, a)
		return err
	})
	return list, err
}
