package store

import (
	"slices"

	"zugabe/app/loyalty"
	"zugabe/app/voucher"
)

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

// StartCodes lets codes work that were stopped; the host has yet to learn of them.
func (tx *Tx) StartCodes(shop loyalty.ShopID, ids []loyalty.ID, nowMs int64) error {
	return tx.MoveCodes(shop, ids, voucher.Void, voucher.Pending, nowMs)
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
// others to have. No typed text folds to what they get instead, and none is looked
// for at the host by it.
func (tx *Tx) FreeTexts(shop loyalty.ShopID, codes []CodeStub) error {
	rows := make([]eachRow, len(codes))
	for i, c := range codes {
		rows[i] = eachRow{c.ID, []any{"undone-" + c.ID.String(), c.Code + " (undone)"}}
	}
	return tx.updateEach("codes", shop, []string{"folded", "code"}, rows, ` AND uses = 0 AND state = 'void'`)
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
