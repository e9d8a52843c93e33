package store

import "zugabe/app/loyalty"

// PlacementCheck is one look at the shop's pages; Body is JSON.
type PlacementCheck struct {
	ID   loyalty.ID
	At   int64 // Unix ms
	Body []byte
}

// AddPlacementCheck stores a look and forgets all but the newest keep.
func (tx *Tx) AddPlacementCheck(shop loyalty.ShopID, c PlacementCheck, keep int) error {
	_, err := tx.Exec(`INSERT INTO placement_checks (shop_id, id, checked_at, body) VALUES (?, ?, ?, ?)`, shop, c.ID, c.At, string(c.Body))
	if err != nil {
		return err
	}
	var oldest loyalty.ID
	found, err := tx.Row(`SELECT id FROM placement_checks WHERE shop_id = ? ORDER BY id DESC LIMIT 1 OFFSET ?`, []any{shop, keep}, &oldest)
	if err != nil || !found {
		return err
	}
	_, err = tx.Exec(`DELETE FROM placement_checks WHERE shop_id = ? AND id <= ?`, shop, oldest)
	return err
}

// PlacementChecks lists the looks, newest first.
func (tx *Tx) PlacementChecks(shop loyalty.ShopID, limit int) ([]PlacementCheck, error) {
	var list []PlacementCheck
	err := tx.Rows(`SELECT id, checked_at, body FROM placement_checks WHERE shop_id = ? ORDER BY id DESC LIMIT ?`, []any{shop, limit}, func(row Scanner) error {
		var c PlacementCheck
		err := row.Scan(&c.ID, &c.At, &c.Body)
		list = append(list, c)
		return err
	})
	return list, err
}
