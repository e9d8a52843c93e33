package store

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"zugabe/app/loyalty"
)

// Keyring seals secrets with AES-256-GCM. The first key seals, all of them open.
type Keyring struct {
	current string
	keys    map[string]cipher.AEAD
}

// ErrSealed: a stored secret cannot be opened. The key is missing or wrong, or
// the row was moved from another shop or purpose.
var ErrSealed = errors.New("a stored secret cannot be opened")

// NewKeyring reads "id:base64key,id:base64key"; keys have 32 bytes. To rotate,
// put the new key in front, run Vault.Rewrap, and remove the old one when
// Vault.KeysInUse no longer names it.
func NewKeyring(spec string) (*Keyring, error) {
	ring := &Keyring{keys: map[string]cipher.AEAD{}}
	for _, part := range strings.Split(spec, ",") {
		id, encoded, ok := strings.Cut(strings.TrimSpace(part), ":")
		if !ok || id == "" || len(id) > 40 {
			return nil, fmt.Errorf("an encryption key must be written as id:base64 with an id of 1 to 40 characters")
		}
		key, err := base64.StdEncoding.DecodeString(encoded)
		if err != nil || len(key) != 32 {
			return nil, fmt.Errorf("encryption key %q must be 32 bytes in base64 (make one with: openssl rand -base64 32)", id)
		}
		if weakKey(key) {
			return nil, fmt.Errorf("encryption key %q is not random (make one with: openssl rand -base64 32)", id)
		}
		if _, twice := ring.keys[id]; twice {
			return nil, fmt.Errorf("encryption key %q is given twice", id)
		}
		block, err := aes.NewCipher(key)
		if err != nil {
			return nil, err
		}
		if ring.keys[id], err = cipher.NewGCM(block); err != nil {
			return nil, err
		}
		if ring.current == "" {
			ring.current = id
		}
	}
	return ring, nil
}

// weakKey notices the keys people type: one byte repeated, or plain words.
func weakKey(key []byte) bool {
	distinct := map[byte]bool{}
	for _, b := range key {
		distinct[b] = true
	}
	return len(distinct) < 8
}

// Seal encrypts; the result opens only for the same shop and purpose.
func (k *Keyring) Seal(shop loyalty.ShopID, purpose string, plain []byte) (keyID string, sealed []byte) {
	aead := k.keys[k.current]
	nonce := make([]byte, aead.NonceSize(), aead.NonceSize()+len(plain)+aead.Overhead())
	if _, err := rand.Read(nonce); err != nil {
		panic(fmt.Sprintf("no randomness for sealing: %v", err))
	}
	return k.current, aead.Seal(nonce, nonce, plain, sealedFor(shop, purpose))
}

// Open decrypts; any failure is ErrSealed.
func (k *Keyring) Open(shop loyalty.ShopID, purpose, keyID string, sealed []byte) ([]byte, error) {
	aead, ok := k.keys[keyID]
	if !ok {
		return nil, fmt.Errorf("%w: it was sealed with key %q, which is not configured", ErrSealed, keyID)
	}
	if len(sealed) < aead.NonceSize() {
		return nil, fmt.Errorf("%w: it is too short", ErrSealed)
	}
	nonce, box := sealed[:aead.NonceSize()], sealed[aead.NonceSize():]
	plain, err := aead.Open(nil, nonce, box, sealedFor(shop, purpose))
	if err != nil {
		return nil, fmt.Errorf("%w: key %q does not fit, or the row belongs to another shop or purpose", ErrSealed, keyID)
	}
	return plain, nil
}

func sealedFor(shop loyalty.ShopID, purpose string) []byte {
	return append(binary.BigEndian.AppendUint64([]byte("zugabe/secret/1\x00"), uint64(shop)), purpose...)
}
