package session

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strings"

	"zugabe/app/loyalty"
)

// MintedKey is a new API key: the secret to show once, the hash to keep and the
// hint by which people tell keys apart.
type MintedKey struct {
	Secret string // zk_<shop>_<43 characters>
	Hash   []byte
	Hint   string
}

// NewAPIKey makes a key for a shop with 256 random bits.
func NewAPIKey(shop loyalty.ShopID) (MintedKey, error) {
	var random [32]byte
	if _, err := rand.Read(random[:]); err != nil {
		return MintedKey{}, err
	}
	secret := "zk_" + shop.String() + "_" + base64.RawURLEncoding.EncodeToString(random[:])
	return MintedKey{Secret: secret, Hash: hashKey(secret), Hint: secret[len(secret)-4:]}, nil
}

// ParseAPIKey says which shop a presented key names and the hash to look it up
// by. A plain SHA-256 will do: the secret is random, so nothing can be guessed,
// and equality is checked by an index on the hash, not on the secret.
func ParseAPIKey(presented string) (shop loyalty.ShopID, hash []byte, err error) {
	rest, ok := strings.CutPrefix(presented, "zk_")
	if !ok || len(presented) > 80 {
		return 0, nil, BadForm
	}
	number, random, ok := strings.Cut(rest, "_")
	id, err := loyalty.ParseID(number)
	if !ok || err != nil || id.String() != number || len(random) != 43 {
		return 0, nil, BadForm
	}
	if _, err := base64.RawURLEncoding.Strict().DecodeString(random); err != nil {
		return 0, nil, BadForm
	}
	return loyalty.ShopID(id), hashKey(presented), nil
}

// KeyActor is the actor of an API key that was found and is not revoked.
func KeyActor(shop loyalty.ShopID, keyID loyalty.ID, scopes string) Actor {
	return Actor{Kind: System, Shop: shop, Subject: keyID.String(), Scopes: strings.Fields(scopes)}
}

func hashKey(secret string) []byte {
	sum := sha256.Sum256([]byte("zugabe/api-key/1\x00" + secret))
	return sum[:]
}
