package store

import "zugabe/app/loyalty"

// BatchState is where a batch of codes stands.
type BatchState string

// The states of a batch.
const (
	BatchMaking BatchState = "making"
	BatchMade   BatchState = "made"    // its codes do not work yet
	BatchActive BatchState = "active"  // its codes work, but for blocked ones
	BatchUndone BatchState = "undone"  // taken back; used codes are left
	BatchShut   BatchState = "blocked" // all of it was lost
)

// Batch is codes that were printed or read in together (S0-19, N-11).
type Batch struct {
	ID          loyalty.ID
	TemplateID  loyalty.ID
	ImportID    loyalty.ID // the work that made it
	Name        string
	State       BatchState
	Prefix      string // of numbered codes; "" = the codes came from a file
	Pattern     string // of what follows the number
	FirstNo     int64
	LastNo      int64
	Codes       int64 // that were made
	PartnerID   loyalty.ID
	CreatedBy   string
	CreatedAt   int64
	ActivatedAt int64
	HandedAt    int64
}

const batchColumns = `id, template_id, import_id, name, state, prefix, pattern, first_no, last_no, codes, partner_id, created_by, created_at, activated_at, handed_at`

// InsertBatch stores a new batch.
func (tx *Tx) InsertBatch(shop loyalty.ShopID, b Batch) error {
	_, err := tx.Exec(`INSERT INTO batches (shop_id, `+batchColumns+`) VALUES (?, `+placeholders(15)+`)`,
		shop, b.ID, b.TemplateID, b.ImportID, clip(b.Name, 190), string(b.State), b.Prefix, b.Pattern, b.FirstNo, b.LastNo, b.Codes, b.PartnerID,
		clip(b.CreatedBy, 120), b.CreatedAt, b.ActivatedAt, b.HandedAt)
	return err
}

// BatchByID reads one.
func (tx *Tx) BatchByID(shop loyalty.ShopID, id loyalty.ID) (Batch, bool, error) {
	found, err := tx.BatchesByID(shop, []loyalty.ID{id})
	b, ok := found[id]
	return b, ok, err
}

// BatchesByID reads batches; unknown ones are left out.
func (tx *Tx) BatchesByID(shop loyalty.ShopID, ids []loyalty.ID) (map[loyalty.ID]Batch, error) {
	found := make(map[loyalty.ID]Batch, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	list, err := tx.batches(`SELECT `+batchColumns+` FROM batches WHERE shop_id = ? AND id IN (`+placeholders(len(ids))+`)`, argsOf(shop, ids))
	for _, b := range list {
		found[b.ID] = b
	}
	return found, err
}

// BatchesNamed finds the batches of an import by name.
func (tx *Tx) BatchesNamed(shop loyalty.ShopID, template, of loyalty.ID, names []string) (map[string]Batch, error) {
	found := make(map[string]Batch, len(names))
	if len(names) == 0 {
		return found, nil
	}
	list, err := tx.batches(`SELECT `+batchColumns+` FROM batches WHERE shop_id = ? AND template_id = ? AND import_id = ? AND name IN (`+placeholders(len(names))+`)`,
		withArgs([]any{shop, template, of}, names))
	for _, b := range list {
		found[b.Name] = b
	}
	return found, err
}

// BatchesOfImport lists what an import made.
func (tx *Tx) BatchesOfImport(shop loyalty.ShopID, of loyalty.ID) ([]Batch, error) {
	return tx.batches(`SELECT `+batchColumns+` FROM batches`+useIndex("batches_import")+`WHERE shop_id = ? AND import_id = ? ORDER BY id`, []any{shop, of})
}

// Batches lists batches newest first below an id; template 0 = all.
func (tx *Tx) Batches(shop loyalty.ShopID, template, before loyalty.ID, limit int) ([]Batch, error) {
	if before == 0 {
		before = maxID
	}
	if template == 0 {
		return tx.batches(`SELECT `+batchColumns+` FROM batches`+useIndex("PRIMARY")+`WHERE shop_id = ? AND id < ? ORDER BY id DESC LIMIT ?`, []any{shop, before, limit})
	}
	return tx.batches(`SELECT `+batchColumns+` FROM batches`+useIndex("batches_template")+`WHERE shop_id = ? AND template_id = ? AND id < ? ORDER BY id DESC LIMIT ?`,
		[]any{shop, template, before, limit})
}

func (tx *Tx) batches(query string, args []any) ([]Batch, error) {
	var list []Batch
	err := tx.Rows(query, args, func(row Scanner) error {
		var b Batch
		var state string
		err := row.Scan(&b.ID, &b.TemplateID, &b.ImportID, &b.Name, &state, &b.Prefix, &b.Pattern, &b.FirstNo, &b.LastNo, &b.Codes, &b.PartnerID,
			&b.CreatedBy, &b.CreatedAt, &b.ActivatedAt, &b.HandedAt)
		b.State = BatchState(state)
		list = append(list, b)
		return err
	})
	return list, err
}

// GrowBatch adds to the number of codes that a batch has.
func (tx *Tx) GrowBatch(shop loyalty.ShopID, id loyalty.ID, codes int64) error {
	_, err := tx.Exec(`UPDATE batches SET codes = codes + ? WHERE shop_id = ? AND id = ?`, codes, shop, id)
	return err
}

// MoveBatch changes what a batch's life has come to, if it is in one of the states from.
func (tx *Tx) MoveBatch(shop loyalty.ShopID, b Batch, from ...BatchState) (ok bool, err error) {
	args := []any{string(b.State), b.PartnerID, b.ActivatedAt, b.HandedAt, shop, b.ID}
	for _, s := range from {
		args = append(args, string(s))
	}
	n, err := tx.Exec(`UPDATE batches SET state = ?, partner_id = ?, activated_at = ?, handed_at = ? WHERE shop_id = ? AND id = ? AND state IN (`+
		placeholders(len(from))+`)`, args...)
	return n == 1, err
}

// BatchMove is something that was done with a batch or a range of its codes.
type BatchMove struct {
	ID        loyalty.ID // of the work that did it
	BatchID   loyalty.ID
	Kind      ImportKind
	From      string // folded texts, the range is inclusive; "" = open
	Until     string
	PartnerID loyalty.ID
	Codes     int64
	Reason    string
	Actor     string
	At        int64
}

// Covers says whether a code with this folded text is in the range.
func (m BatchMove) Covers(folded string) bool {
	return (m.From == "" || folded >= m.From) && (m.Until == "" || folded <= m.Until)
}

// InsertBatchMove notes it.
func (tx *Tx) InsertBatchMove(shop loyalty.ShopID, m BatchMove) error {
	_, err := tx.Exec(`INSERT INTO batch_moves (shop_id, id, batch_id, kind, from_text, until_text, partner_id, codes, reason, actor, at_ms) VALUES (?, `+placeholders(10)+`)`,
		shop, m.ID, m.BatchID, string(m.Kind), m.From, m.Until, m.PartnerID, m.Codes, clip(m.Reason, 500), clip(m.Actor, 120), m.At)
	return err
}

// CountBatchMove adds codes to what was done.
func (tx *Tx) CountBatchMove(shop loyalty.ShopID, id loyalty.ID, codes int64) error {
	_, err := tx.Exec(`UPDATE batch_moves SET codes = codes + ? WHERE shop_id = ? AND id = ?`, codes, shop, id)
	return err
}

// BatchMoves lists what was done with batches, oldest first.
func (tx *Tx) BatchMoves(shop loyalty.ShopID, batches []loyalty.ID) ([]BatchMove, error) {
	if len(batches) == 0 {
		return nil, nil
	}
	var list []BatchMove
	err := tx.Rows(`SELECT id, batch_id, kind, from_text, until_text, partner_id, codes, reason, actor, at_ms FROM batch_moves`+useIndex("batch_moves_batch")+
		`WHERE shop_id = ? AND batch_id IN (`+placeholders(len(batches))+`) ORDER BY id`, argsOf(shop, batches), func(row Scanner) error {
		var m BatchMove
		var kind string
		err := row.Scan(&m.ID, &m.BatchID, &kind, &m.From, &m.Until, &m.PartnerID, &m.Codes, &m.Reason, &m.Actor, &m.At)
		m.Kind = ImportKind(kind)
		list = append(list, m)
		return err
	})
	return list, err
}

// BatchWithNumbers finds a batch that has the prefix with a number of the range.
func (tx *Tx) BatchWithNumbers(shop loyalty.ShopID, prefix string, first, last int64) (Batch, bool, error) {
	list, err := tx.batches(`SELECT `+batchColumns+` FROM batches WHERE shop_id = ? AND prefix = ? AND first_no <= ? AND last_no >= ? AND state <> 'undone' ORDER BY id LIMIT 1`,
		[]any{shop, prefix, last, first})
	if err != nil || len(list) == 0 {
		return Batch{}, false, err
	}
	return list[0], true, nil
}
