package store

import (
	"zugabe/app/loyalty"
)

// NextShopWithWork is the first shop after the given one that has new
// deliveries in the lane: a skip scan over the index, so that workers go round
// the shops and none can starve the others. found is false at the end of the
// round; start again with 0.
func (tx *Tx) NextShopWithWork(lane int64, after loyalty.ShopID) (shop loyalty.ShopID, found bool, err error) {
	var id int64
	found, err = tx.Row(`SELECT shop_id FROM deliveries`+useIndex("deliveries_due")+`WHERE state = 0 AND lane = ? AND shop_id > ?
		ORDER BY shop_id LIMIT 1`, []any{lane, int64(after)}, &id)
	return loyalty.ShopID(id), found, err
}

// TakeDeliveries reads the oldest new deliveries of a shop in a lane, with
// bodies. Whoever holds the lane's lease is the only one who does; a second
// holder is caught by FinishDeliveries.
func (tx *Tx) TakeDeliveries(shop loyalty.ShopID, lane int64, limit int) ([]Delivery, error) {
	return tx.deliveries(`SELECT `+deliveryRead+`, body FROM deliveries`+useIndex("deliveries_due")+
		`WHERE state = 0 AND lane = ? AND shop_id = ? ORDER BY id LIMIT ?`, []any{lane, int64(shop), limit}, true)
}

// OpenDeliveries says which of the ids are still new or waiting for a retry:
// the first thing a booking transaction asks.
func (tx *Tx) OpenDeliveries(shop loyalty.ShopID, ids []loyalty.ID) (map[loyalty.ID]bool, error) {
	open := map[loyalty.ID]bool{}
	err := tx.Rows(`SELECT id FROM deliveries WHERE shop_id = ? AND id IN (`+placeholders(len(ids))+`) AND state IN (0, 1)`,
		withArgs([]any{int64(shop)}, ids), func(row Scanner) error {
			var id int64
			err := row.Scan(&id)
			open[loyalty.ID(id)] = true
			return err
		})
	return open, err
}

// FinishDeliveries moves open deliveries to a final state. It returns how many
// it moved: fewer than len(ids) means that somebody else has finished some.
func (tx *Tx) FinishDeliveries(shop loyalty.ShopID, ids []loyalty.ID, state DeliveryState, reason string, nowMs int64) (int64, error) {
	return tx.Exec(`UPDATE deliveries SET state = ?, reason = ?, done_at = ?, attempts = attempts + 1
		WHERE shop_id = ? AND id IN (`+placeholders(len(ids))+`) AND state IN (0, 1)`,
		withArgs([]any{int64(state), clip(reason, 500), nowMs, int64(shop)}, ids)...)
}

// RetryDeliveries puts open deliveries aside until nextAt.
func (tx *Tx) RetryDeliveries(shop loyalty.ShopID, ids []loyalty.ID, reason string, nextAtMs int64) (int64, error) {
	return tx.Exec(`UPDATE deliveries SET state = 1, reason = ?, next_at = ?, attempts = attempts + 1
		WHERE shop_id = ? AND id IN (`+placeholders(len(ids))+`) AND state IN (0, 1)`,
		withArgs([]any{clip(reason, 500), nextAtMs, int64(shop)}, ids)...)
}

// PromoteRetries makes due retries of all shops in a lane new again and returns how many.
func (tx *Tx) PromoteRetries(lane int64, nowMs int64) (int64, error) {
	return tx.Exec(`UPDATE deliveries SET state = 0 WHERE state = 1 AND lane = ? AND shop_id > 0 AND next_at <= ?`, lane, nowMs)
}

// ReplayDeliveries makes finished deliveries new again: harmless by design,
// because booking posts differences only.
func (tx *Tx) ReplayDeliveries(shop loyalty.ShopID, ids []loyalty.ID) (int64, error) {
	return tx.Exec(`UPDATE deliveries SET state = 0, attempts = 0, next_at = 0, done_at = 0, reason = ''
		WHERE shop_id = ? AND id IN (`+placeholders(len(ids))+`) AND state <> 0`, withArgs([]any{int64(shop)}, ids)...)
}

// AcknowledgeDeliveries takes poison off the list of open problems.
func (tx *Tx) AcknowledgeDeliveries(shop loyalty.ShopID, ids []loyalty.ID, nowMs int64) (int64, error) {
	return tx.Exec(`UPDATE deliveries SET state = 5, done_at = ? WHERE shop_id = ? AND id IN (`+placeholders(len(ids))+`) AND state = 4`,
		withArgs([]any{nowMs, int64(shop)}, ids)...)
}

// PruneDeliveries deletes at most limit finished deliveries received before the
// instant and returns how many. Poison stays until it is acknowledged.
func (tx *Tx) PruneDeliveries(shop loyalty.ShopID, beforeMs int64, limit int) (int, error) {
	var ids []loyalty.ID
	err := tx.Rows(`SELECT id FROM deliveries`+useIndex("PRIMARY")+`WHERE shop_id = ? AND id > 0 AND received_at < ? AND state IN (2, 3, 5)
		ORDER BY id LIMIT ?`, []any{int64(shop), beforeMs, limit}, func(row Scanner) error {
		var id int64
		err := row.Scan(&id)
		ids = append(ids, loyalty.ID(id))
		return err
	})
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	n, err := tx.Exec(`DELETE FROM deliveries WHERE shop_id = ? AND id IN (`+placeholders(len(ids))+`) AND state IN (2, 3, 5)`,
		withArgs([]any{int64(shop)}, ids)...)
	return int(n), err
}

// clip keeps a text within a column of n characters.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xc0 == 0x80 {
		n--
	}
	return s[:n]
}
