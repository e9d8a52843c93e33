package store

import "zugabe/app/loyalty"

// IdempotencyKey is what a caller's key led to. Scope says for whom and what
// the key counts; the same text in another scope is another key.
type IdempotencyKey struct {
	Scope       string
	Key         string
	Fingerprint []byte // SHA-256 of what was asked
	State       IdempotencyState
	Status      int64 // of the stored answer
	Answer      []byte
	CreatedAt   int64 // Unix ms
}

// IdempotencyState says whether there is an answer yet.
type IdempotencyState string

// The states of a key.
const (
	KeyRunning  IdempotencyState = "running"
	KeyAnswered IdempotencyState = "answered" // refusals too (D13)
)

// IdempotencyKey finds a key.
func (tx *Tx) IdempotencyKey(shop loyalty.ShopID, scope, key string) (IdempotencyKey, bool, error) {
	k := IdempotencyKey{Scope: scope, Key: key}
	var state string
	found, err := tx.Row(`SELECT fingerprint, state, status, answer, created_at FROM idempotency_keys WHERE shop_id = ? AND scope = ? AND idem_key = ?`,
		[]any{shop, scope, key}, &k.Fingerprint, &state, &k.Status, &k.Answer, &k.CreatedAt)
	k.State = IdempotencyState(state)
	return k, found, err
}

// InsertIdempotencyKey stores a key; a known one is a *DuplicateError of
// "idempotency_keys.PRIMARY".
func (tx *Tx) InsertIdempotencyKey(shop loyalty.ShopID, k IdempotencyKey) error {
	_, err := tx.Exec(`INSERT INTO idempotency_keys (shop_id, scope, idem_key, fingerprint, state, status, answer, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		shop, k.Scope, k.Key, k.Fingerprint, string(k.State), k.Status, notNull(k.Answer), k.CreatedAt)
	return err
}

// notNull keeps an empty answer apart from NULL, which the column refuses.
func notNull(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

// TakeOverIdempotencyKey lets a caller work on a key whose owner vanished: it
// has been running since before cutMs. ok is false if somebody else was faster.
func (tx *Tx) TakeOverIdempotencyKey(shop loyalty.ShopID, k IdempotencyKey, cutMs int64) (ok bool, err error) {
	n, err := tx.Exec(`UPDATE idempotency_keys SET created_at = ? WHERE shop_id = ? AND scope = ? AND idem_key = ? AND state = ? AND created_at <= ?`,
		k.CreatedAt, shop, k.Scope, k.Key, string(KeyRunning), cutMs)
	return n == 1, err
}

// AnswerIdempotencyKey stores the answer of a running key. CreatedAt is
// as the caller knows it, so that one who was taken over cannot answer.
func (tx *Tx) AnswerIdempotencyKey(shop loyalty.ShopID, k IdempotencyKey) (ok bool, err error) {
	n, err := tx.Exec(`UPDATE idempotency_keys SET state = ?, status = ?, answer = ? WHERE shop_id = ? AND scope = ? AND idem_key = ? AND state = ? AND created_at = ?`,
		string(KeyAnswered), k.Status, notNull(k.Answer), shop, k.Scope, k.Key, string(KeyRunning), k.CreatedAt)
	return n == 1, err
}

// DropIdempotencyKey forgets a running key: nothing was done, the caller may try again.
func (tx *Tx) DropIdempotencyKey(shop loyalty.ShopID, k IdempotencyKey) error {
	_, err := tx.Exec(`DELETE FROM idempotency_keys WHERE shop_id = ? AND scope = ? AND idem_key = ? AND state = ? AND created_at = ?`,
		shop, k.Scope, k.Key, string(KeyRunning), k.CreatedAt)
	return err
}

// PurgeIdempotencyKeys forgets answers older than beforeMs, at most about limit of them.
func (tx *Tx) PurgeIdempotencyKeys(shop loyalty.ShopID, beforeMs int64, limit int) (int64, error) {
	var upTo int64
	found, err := tx.Row(`SELECT created_at FROM idempotency_keys WHERE shop_id = ? AND created_at < ? ORDER BY created_at LIMIT 1 OFFSET ?`,
		[]any{shop, beforeMs, limit}, &upTo)
	if err != nil {
		return 0, err
	}
	if found {
		beforeMs = upTo + 1
	}
	return tx.Exec(`DELETE FROM idempotency_keys WHERE shop_id = ? AND created_at < ?`, shop, beforeMs)
}
