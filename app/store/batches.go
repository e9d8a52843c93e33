package store

import (
	"slices"

	"zugabe/app/loyalty"
	"zugabe/app/voucher"
)

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

// CodeStub is what imports and batches need to know of a code.
type CodeStub struct {
	ID         loyalty.ID
	Code       string
	Folded     string
	State      voucher.State
	Uses       int64
	TemplateID loyalty.ID
	BatchID    loyalty.ID
	IssuerID   loyalty.ID
}

const stubColumns = `id, code, folded, state, uses, template_id, batch_id, issuer_id`

// CodeStubs finds codes by folded text, keyed by it.
func (tx *Tx) CodeStubs(shop loyalty.ShopID, folded []string) (map[string]CodeStub, error) {
	found := make(map[string]CodeStub, len(folded)/4)
	for part := range slices.Chunk(folded, maxPlaceholders/2) {
		err := tx.stubs(`SELECT `+stubColumns+` FROM codes WHERE shop_id = ? AND folded IN (`+placeholders(len(part))+`)`, argsOf(shop, part),
			func(c CodeStub) { found[c.Folded] = c })
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

// CodeStubsByID finds codes by id.
func (tx *Tx) CodeStubsByID(shop loyalty.ShopID, ids []loyalty.ID) (map[loyalty.ID]CodeStub, error) {
	found := make(map[loyalty.ID]CodeStub, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	err := tx.stubs(`SELECT `+stubColumns+` FROM codes WHERE shop_id = ? AND id IN (`+placeholders(len(ids))+`)`, argsOf(shop, ids),
		func(c CodeStub) { found[c.ID] = c })
	return found, err
}

// BatchCodes walks over the codes of a batch in the order in which they were made.
func (tx *Tx) BatchCodes(shop loyalty.ShopID, batch, after loyalty.ID, limit int) (list []CodeStub, err error) {
	err = tx.stubs(`SELECT `+stubColumns+` FROM codes`+useIndex("codes_batch")+`WHERE shop_id = ? AND batch_id = ? AND id > ? ORDER BY id LIMIT ?`,
		[]any{shop, batch, after, limit}, func(c CodeStub) { list = append(list, c) })
	return list, err
}

// BatchCodesBetween walks over the codes of a batch whose folded texts are in a
// range, both ends included, above after.
func (tx *Tx) BatchCodesBetween(shop loyalty.ShopID, batch loyalty.ID, from, until, after string) (list []CodeStub, err error) {
	err = tx.stubs(`SELECT `+stubColumns+` FROM codes`+useIndex("codes_folded")+`WHERE shop_id = ? AND folded >= ? AND folded <= ? AND folded > ? AND batch_id = ?
		ORDER BY folded LIMIT ?`, []any{shop, from, until, after, batch, batchPage}, func(c CodeStub) { list = append(list, c) })
	return list, err
}

// batchPage is how many codes of a batch one transaction changes.
const batchPage = 1000

func (tx *Tx) stubs(query string, args []any, take func(CodeStub)) error {
	return tx.Rows(query, args, func(row Scanner) error {
		var c CodeStub
		var state string
		err := row.Scan(&c.ID, &c.Code, &c.Folded, &state, &c.Uses, &c.TemplateID, &c.BatchID, &c.IssuerID)
		c.State = voucher.State(state)
		take(c)
		return err
	})
}

// VoidUnused stops those of the codes that nobody has used; which ones, the caller
// reads afterwards.
func (tx *Tx) VoidUnused(shop loyalty.ShopID, ids []loyalty.ID, nowMs int64) error {
	for part := range slices.Chunk(ids, batchPage) {
		args := withArgs([]any{string(voucher.Void), nowMs, shop}, part)
		if _, err := tx.Exec(`UPDATE codes SET state = ?, updated_at = ? WHERE shop_id = ? AND id IN (`+placeholders(len(part))+`) AND uses = 0 AND state IN ('pending', 'active')`, args...); err != nil {
			return err
		}
	}
	return nil
}

// StopCodes stops codes whether they were used or not; stopped is how many worked.
func (tx *Tx) StopCodes(shop loyalty.ShopID, ids []loyalty.ID, nowMs int64) (stopped int64, err error) {
	for part := range slices.Chunk(ids, batchPage) {
		args := withArgs([]any{string(voucher.Void), nowMs, shop}, part)
		n, err := tx.Exec(`UPDATE codes SET state = ?, updated_at = ? WHERE shop_id = ? AND id IN (`+placeholders(len(part))+`) AND state IN ('pending', 'active')`, args...)
		if err != nil {
			return stopped, err
		}
		stopped += n
	}
	return stopped, nil
}

// StartCodes lets codes work that were stopped and not used up.
func (tx *Tx) StartCodes(shop loyalty.ShopID, ids []loyalty.ID, nowMs int64) error {
	return tx.MoveCodes(shop, ids, voucher.Void, voucher.Active, nowMs)
}

// SetIssuer says which partner codes come from.
func (tx *Tx) SetIssuer(shop loyalty.ShopID, ids []loyalty.ID, issuer loyalty.ID, nowMs int64) error {
	for part := range slices.Chunk(ids, batchPage) {
		args := withArgs([]any{issuer, nowMs, shop}, part)
		if _, err := tx.Exec(`UPDATE codes SET issuer_id = ?, updated_at = ? WHERE shop_id = ? AND id IN (`+placeholders(len(part))+`)`, args...); err != nil {
			return err
		}
	}
	return nil
}

// FreeTexts lets stopped codes that were never used give their text back, for
// others to have. No typed text folds to what they get instead.
func (tx *Tx) FreeTexts(shop loyalty.ShopID, ids []loyalty.ID) error {
	rows := make([]eachRow, len(ids))
	for i, id := range ids {
		rows[i] = eachRow{id, []any{"undone-" + id.String()}}
	}
	return tx.updateEach("codes", shop, []string{"folded"}, rows, ` AND uses = 0 AND state = 'void'`)
}

// BatchStock is how many codes of a batch a partner has in a state.
type BatchStock struct {
	IssuerID loyalty.ID // 0 = not handed out
	State    voucher.State
	Codes    int64
	Used     int64 // of them, used at least once
	Uses     int64
}

// BatchStocks counts the codes of a batch. It walks over them: for one batch, not for lists.
func (tx *Tx) BatchStocks(shop loyalty.ShopID, batch loyalty.ID) ([]BatchStock, error) {
	var list []BatchStock
	err := tx.Rows(`SELECT issuer_id, state, COUNT(*), SUM(CASE WHEN uses > 0 THEN 1 ELSE 0 END), SUM(uses) FROM codes`+useIndex("codes_batch")+
		`WHERE shop_id = ? AND batch_id = ? GROUP BY issuer_id, state ORDER BY issuer_id, state`, []any{shop, batch}, func(row Scanner) error {
		var s BatchStock
		var state string
		err := row.Scan(&s.IssuerID, &state, &s.Codes, &s.Used, &s.Uses)
		s.State = voucher.State(state)
		list = append(list, s)
		return err
	})
	return list, err
}

// BatchSpent is what the codes of a batch took off orders, by partner, minor units.
func (tx *Tx) BatchSpent(shop loyalty.ShopID, batch loyalty.ID) (map[loyalty.ID]int64, error) {
	spent := map[loyalty.ID]int64{}
	err := tx.Rows(`SELECT c.issuer_id, SUM(u.minor) FROM codes c`+useIndex("codes_batch")+`JOIN code_uses u ON u.shop_id = c.shop_id AND u.code_id = c.id
		WHERE c.shop_id = ? AND c.batch_id = ? AND c.uses > 0 AND u.state = 'used' GROUP BY c.issuer_id`, []any{shop, batch}, func(row Scanner) error {
		var id loyalty.ID
		var minor int64
		err := row.Scan(&id, &minor)
		spent[id] = minor
		return err
	})
	return spent, err
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
