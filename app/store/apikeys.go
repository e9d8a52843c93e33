package store

import "zugabe/app/loyalty"

// APIKey lets another system of the merchant in. Only the hash of the secret
// is kept; Hint are its last characters, for people to tell keys apart.
type APIKey struct {
	ID        loyalty.ID
	Name      string
	Hash      []byte // SHA-256 of the secret
	Hint      string
	Scopes    string // space separated
	CreatedAt int64
	UsedAt    int64
	RevokedAt int64 // 0 = valid
}

const apiKeyColumns = `id, name, hash, hint, scopes, created_at, used_at, revoked_at`

// InsertAPIKey stores a new key.
func (tx *Tx) InsertAPIKey(shop loyalty.ShopID, k APIKey) error {
	_, err := tx.Exec(`INSERT INTO api_keys (shop_id, `+apiKeyColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0)`,
		shop, k.ID, k.Name, k.Hash, k.Hint, k.Scopes, k.CreatedAt)
	return err
}

// APIKeyByHash finds a key that is not revoked.
func (tx *Tx) APIKeyByHash(shop loyalty.ShopID, hash []byte) (APIKey, bool, error) {
	list, err := tx.apiKeys(`SELECT `+apiKeyColumns+` FROM api_keys WHERE shop_id = ? AND hash = ? AND revoked_at = 0`, shop, hash)
	if err != nil || len(list) == 0 {
		return APIKey{}, false, err
	}
	return list[0], true, nil
}

// APIKeys lists a shop's keys, newest first, revoked ones too.
func (tx *Tx) APIKeys(shop loyalty.ShopID) ([]APIKey, error) {
	return tx.apiKeys(`SELECT `+apiKeyColumns+` FROM api_keys WHERE shop_id = ? ORDER BY id DESC`, shop)
}

// RevokeAPIKey ends a key; ok is false if there is none or it was ended before.
func (tx *Tx) RevokeAPIKey(shop loyalty.ShopID, id loyalty.ID, nowMs int64) (ok bool, err error) {
	n, err := tx.Exec(`UPDATE api_keys SET revoked_at = ? WHERE shop_id = ? AND id = ? AND revoked_at = 0`, nowMs, shop, id)
	return n == 1, err
}

// TouchAPIKey notes that a key was used, at most once per minute.
func (tx *Tx) TouchAPIKey(shop loyalty.ShopID, id loyalty.ID, nowMs int64) error {
	_, err := tx.Exec(`UPDATE api_keys SET used_at = ? WHERE shop_id = ? AND id = ? AND used_at < ?`, nowMs, shop, id, nowMs-60_000)
	return err
}

func (tx *Tx) apiKeys(query string, args ...any) ([]APIKey, error) {
	var list []APIKey
	err := tx.Rows(query, args, func(row Scanner) error {
		var k APIKey
		err := row.Scan(&k.ID, &k.Name, &k.Hash, &k.Hint, &k.Scopes, &k.CreatedAt, &k.UsedAt, &k.RevokedAt)
		list = append(list, k)
		return err
	})
	return list, err
}
