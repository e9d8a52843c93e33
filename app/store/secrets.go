package store

import (
	"fmt"

	"zugabe/app/loyalty"
)

// What a shop's secrets are for.
const (
	SecretWebhook   = "webhook"    // signs the host's deliveries, where the secret is per shop
	SecretReviews   = "reviews"    // signs deliveries of a review app
	SecretPlugin    = "plugin"     // signs what our own plugin says about a shopper or a member of staff
	SecretHostToken = "host_token" // our access to the host (JSON of the driver's choice)
)

// Secret is an opened secret of a shop. Several can be current during a
// rotation; Seq grows with every one added. Times are Unix ms.
type Secret struct {
	Purpose   string
	Seq       int64
	Value     []byte
	ExpiresAt int64 // 0 = no end
	Version   int64 // for Swap
}

// String never shows the value.
func (s Secret) String() string { return fmt.Sprintf("secret %s/%d", s.Purpose, s.Seq) }

// GoString never shows the value.
func (s Secret) GoString() string { return s.String() }

// Vault keeps secrets sealed in the database.
type Vault struct{ ring *Keyring }

// NewVault uses the ring for everything it seals and opens.
func NewVault(ring *Keyring) *Vault { return &Vault{ring} }

// Secrets opens the secrets of a purpose that are valid at nowMs, newest first.
func (v *Vault) Secrets(tx *Tx, shop loyalty.ShopID, purpose string, nowMs int64) ([]Secret, error) {
	type row struct {
		Secret
		key    string
		sealed []byte
	}
	var rows []row
	err := tx.Rows(`SELECT seq, key_id, sealed, expires_at, version FROM shop_secrets
		WHERE shop_id = ? AND purpose = ? AND (expires_at = 0 OR expires_at > ?) ORDER BY seq DESC`,
		[]any{int64(shop), purpose, nowMs}, func(r Scanner) error {
			var x row
			err := r.Scan(&x.Seq, &x.key, &x.sealed, &x.ExpiresAt, &x.Version)
			rows = append(rows, x)
			return err
		})
	if err != nil {
		return nil, err
	}
	out := make([]Secret, len(rows))
	for i, x := range rows {
		out[i] = x.Secret
		out[i].Purpose = purpose
		if out[i].Value, err = v.ring.Open(shop, purpose, x.key, x.sealed); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Rotate adds a secret; the ones before it stay valid for overlapMs more, so
// that messages signed with the old one are still accepted.
func (v *Vault) Rotate(tx *Tx, shop loyalty.ShopID, purpose string, value []byte, w Window) error {
	until := w.NowMs + w.OverlapMs
	_, err := tx.Exec(`UPDATE shop_secrets SET expires_at = ?, version = version + 1, updated_at = ?
		WHERE shop_id = ? AND purpose = ? AND (expires_at = 0 OR expires_at > ?)`, until, w.NowMs, int64(shop), purpose, until)
	if err != nil {
		return err
	}
	if _, err = tx.Exec(`DELETE FROM shop_secrets WHERE shop_id = ? AND purpose = ? AND expires_at > 0 AND expires_at <= ?`,
		int64(shop), purpose, w.NowMs); err != nil {
		return err
	}
	var last int64
	if _, err = tx.Row(`SELECT COALESCE(MAX(seq), 0) FROM shop_secrets WHERE shop_id = ? AND purpose = ?`,
		[]any{int64(shop), purpose}, &last); err != nil {
		return err
	}
	return v.insert(tx, shop, Secret{Purpose: purpose, Seq: last + 1, Value: value}, w.NowMs)
}

// Window is the instant of a rotation and how long the old secret stays valid.
type Window struct{ NowMs, OverlapMs int64 }

// Swap replaces the one secret of a purpose that has no overlap (an access
// token), provided its version is still s.Version; 0 means that there must be
// none yet. ok is false if somebody was faster: load again.
func (v *Vault) Swap(tx *Tx, shop loyalty.ShopID, s Secret, nowMs int64) (ok bool, err error) {
	if s.Version == 0 {
		s.Seq = 1
		err = v.insert(tx, shop, s, nowMs)
		if IsDuplicate(err, "shop_secrets.PRIMARY") {
			return false, nil
		}
		return err == nil, err
	}
	key, sealed := v.ring.Seal(shop, s.Purpose, s.Value)
	n, err := tx.Exec(`UPDATE shop_secrets SET key_id = ?, sealed = ?, expires_at = ?, version = version + 1, updated_at = ?
		WHERE shop_id = ? AND purpose = ? AND seq = ? AND version = ?`,
		key, sealed, s.ExpiresAt, nowMs, int64(shop), s.Purpose, s.Seq, s.Version)
	return n == 1, err
}

// Forget deletes the secrets of some purposes; none given means all.
func (v *Vault) Forget(tx *Tx, shop loyalty.ShopID, purposes ...string) error {
	query, args := `DELETE FROM shop_secrets WHERE shop_id = ?`, []any{int64(shop)}
	if len(purposes) > 0 {
		query += ` AND purpose IN (` + placeholders(len(purposes)) + `)`
		args = withArgs(args, purposes)
	}
	_, err := tx.Exec(query, args...)
	return err
}

func (v *Vault) insert(tx *Tx, shop loyalty.ShopID, s Secret, nowMs int64) error {
	key, sealed := v.ring.Seal(shop, s.Purpose, s.Value)
	_, err := tx.Exec(`INSERT INTO shop_secrets (shop_id, purpose, seq, key_id, sealed, expires_at, version, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, 1, ?)`, int64(shop), s.Purpose, s.Seq, key, sealed, s.ExpiresAt, nowMs)
	return err
}
