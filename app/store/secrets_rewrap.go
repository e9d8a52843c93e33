package store

import (
	"fmt"
	"slices"

	"zugabe/app/loyalty"
)

// Rewrap seals again, with the current key, at most limit secrets that an older
// key sealed. Call it until it returns 0; it can stop anywhere and go on later.
func (v *Vault) Rewrap(tx *Tx, shop loyalty.ShopID, limit int, nowMs int64) (int, error) {
	type row struct {
		purpose, key string
		seq, version int64
		sealed       []byte
	}
	var rows []row
	err := tx.Rows(`SELECT purpose, seq, key_id, version, sealed FROM shop_secrets WHERE shop_id = ? AND key_id <> ?
		ORDER BY purpose, seq LIMIT ?`, []any{int64(shop), v.ring.current, limit}, func(r Scanner) error {
		var x row
		err := r.Scan(&x.purpose, &x.seq, &x.key, &x.version, &x.sealed)
		rows = append(rows, x)
		return err
	})
	if err != nil {
		return 0, err
	}
	for _, x := range rows {
		plain, err := v.ring.Open(shop, x.purpose, x.key, x.sealed)
		if err != nil {
			return 0, err
		}
		key, sealed := v.ring.Seal(shop, x.purpose, plain)
		// The version stays: the secret itself has not changed, and a token
		// refresh that is under way must still win.
		if _, err = tx.Exec(`UPDATE shop_secrets SET key_id = ?, sealed = ?, updated_at = ?
			WHERE shop_id = ? AND purpose = ? AND seq = ? AND version = ?`,
			key, sealed, nowMs, int64(shop), x.purpose, x.seq, x.version); err != nil {
			return 0, err
		}
	}
	return len(rows), nil
}

// KeysInUse counts the secrets of all shops by the key that sealed them. A key
// may be removed from the configuration when it is no longer listed.
func (v *Vault) KeysInUse(tx *Tx) (map[string]int64, error) {
	used := map[string]int64{}
	err := tx.Rows(`SELECT key_id, COUNT(*) FROM shop_secrets WHERE shop_id > 0 GROUP BY key_id`, nil, func(r Scanner) error {
		var key string
		var n int64
		err := r.Scan(&key, &n)
		used[key] = n
		return err
	})
	return used, err
}

// Check opens one secret per key in use. An error means that the configured
// keys are not the ones the data was sealed with: the process must not start,
// or it would overwrite what it cannot read (J4).
func (v *Vault) Check(tx *Tx) error {
	used, err := v.KeysInUse(tx)
	if err != nil {
		return err
	}
	keys := []string{}
	for key := range used {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		var shop int64
		var purpose string
		var sealed []byte
		found, err := tx.Row(`SELECT shop_id, purpose, sealed FROM shop_secrets WHERE shop_id > 0 AND key_id = ? ORDER BY shop_id LIMIT 1`,
			[]any{key}, &shop, &purpose, &sealed)
		if err != nil {
			return err
		}
		if !found {
			continue
		}
		if _, err := v.ring.Open(loyalty.ShopID(shop), purpose, key, sealed); err != nil {
			return fmt.Errorf("%d stored secrets are sealed with key %q: %w", used[key], key, err)
		}
	}
	return nil
}
