package store

import "zugabe/app/loyalty"

// Cursor is where a running copy of the host stands, or when a shop's task is due next.
type Cursor struct {
	Name      string
	Position  string
	NextAt    int64 // Unix ms
	UpdatedAt int64
}

// LoadCursor reads one; a shop that has none yet gets an empty one.
func (tx *Tx) LoadCursor(shop loyalty.ShopID, name string) (Cursor, error) {
	c := Cursor{Name: name}
	_, err := tx.Row(`SELECT position, next_at, updated_at FROM cursors WHERE shop_id = ? AND name = ?`,
		[]any{shop, name}, &c.Position, &c.NextAt, &c.UpdatedAt)
	return c, err
}

// SaveCursor writes position and next instant, creating the row if it is new.
func (tx *Tx) SaveCursor(shop loyalty.ShopID, c Cursor) error {
	n, err := tx.Exec(`UPDATE cursors SET position = ?, next_at = ?, updated_at = ? WHERE shop_id = ? AND name = ?`,
		c.Position, c.NextAt, c.UpdatedAt, shop, c.Name)
	if err != nil || n == 1 {
		return err
	}
	_, err = tx.Exec(`INSERT INTO cursors (shop_id, name, position, next_at, updated_at) VALUES (?, ?, ?, ?, ?)`,
		shop, c.Name, c.Position, c.NextAt, c.UpdatedAt)
	return err
}

// ClaimCursor takes a due cursor until an instant; ok is false while another
// one has it or it is not due. At most one caller gets it (F13).
func (tx *Tx) ClaimCursor(shop loyalty.ShopID, name string, nowMs, untilMs int64) (ok bool, err error) {
	n, err := tx.Exec(`UPDATE cursors SET next_at = ?, updated_at = ? WHERE shop_id = ? AND name = ? AND next_at <= ?`,
		untilMs, nowMs, shop, name, nowMs)
	if err != nil || n == 1 {
		return n == 1, err
	}
	var next int64
	found, err := tx.Row(`SELECT next_at FROM cursors WHERE shop_id = ? AND name = ?`, []any{shop, name}, &next)
	if err != nil || found {
		return false, err
	}
	_, err = tx.Exec(`INSERT INTO cursors (shop_id, name, position, next_at, updated_at) VALUES (?, ?, '', ?, ?)`, shop, name, untilMs, nowMs)
	if IsDuplicate(err, "cursors.PRIMARY") {
		return false, nil
	}
	return err == nil, err
}

// DueCursor sets when a cursor is due next without touching its position.
func (tx *Tx) DueCursor(shop loyalty.ShopID, name string, nextAt int64) error {
	_, err := tx.Exec(`UPDATE cursors SET next_at = ? WHERE shop_id = ? AND name = ?`, nextAt, shop, name)
	return err
}
