package session

import (
	"crypto/hmac"
	"crypto/sha256"
)

// Key is one secret that proofs may be made with, valid before UntilMs (Unix
// ms; 0 = no end). Hosts go on signing with an old secret for up to an hour
// after a rotation, so there is always a list (A30).
type Key struct {
	Secret  []byte
	UntilMs int64
}

// Keys are the secrets of one purpose, the one to sign with first.
type Keys []Key

// At returns the secrets that are valid at the instant.
func (k Keys) At(nowMs int64) [][]byte {
	out := make([][]byte, 0, len(k))
	for _, key := range k {
		if len(key.Secret) > 0 && (key.UntilMs == 0 || nowMs < key.UntilMs) {
			out = append(out, key.Secret)
		}
	}
	return out
}

// String keeps secrets out of logs.
func (k Key) String() string { return "key" }

// GoString keeps secrets out of logs.
func (k Key) GoString() string { return "key" }

func mac(secret, message []byte) []byte {
	h := hmac.New(sha256.New, secret)
	h.Write(message)
	return h.Sum(nil)
}

// match returns which secret made the MAC. It looks at every secret, so that
// the time taken does not tell which one fitted.
func match(secrets [][]byte, message, sum []byte) (which int, err error) {
	if len(secrets) == 0 {
		return 0, NoSecret
	}
	which = -1
	for i, secret := range secrets {
		if hmac.Equal(mac(secret, message), sum) && which < 0 {
			which = i
		}
	}
	if which < 0 {
		return 0, WrongMAC
	}
	return which, nil
}
