package session

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"strings"

	"zugabe/app/loyalty"
)

// DeskCookie is the cookie of partners, dealers and sellers. The __Host- prefix
// binds it to this origin over https; set it HttpOnly, Secure, SameSite=Lax, Path=/.
const DeskCookie = "__Host-zugabe-desk"

// DeskKeys sign desk cookies and CSRF tokens. They are derived from a master
// secret for this one use: a cookie signed with the secret itself could be
// passed off as a webhook.
type DeskKeys struct{ cookie, csrf []byte }

// NewDeskKeys derives the keys from at least 32 bytes (J5).
func NewDeskKeys(master []byte) (DeskKeys, error) {
	if len(master) < 32 {
		return DeskKeys{}, BadForm
	}
	cookie, err := hkdf.Key(sha256.New, master, nil, "zugabe/desk-cookie/1", 32)
	if err != nil {
		return DeskKeys{}, err
	}
	csrf, err := hkdf.Key(sha256.New, master, nil, "zugabe/desk-csrf/1", 32)
	return DeskKeys{cookie: cookie, csrf: csrf}, err
}

// Cookie makes the value: zd1.<shop>.<account>.<exp>.<nonce>.<mac>.
func (k DeskKeys) Cookie(shop loyalty.ShopID, account loyalty.ID, expMs int64) (string, error) {
	var random [12]byte
	if _, err := rand.Read(random[:]); err != nil {
		return "", err
	}
	text := strings.Join([]string{"zd1", shop.String(), account.String(), strconv.FormatInt(expMs, 10),
		base64.RawURLEncoding.EncodeToString(random[:])}, ".")
	return text + "." + hex.EncodeToString(mac(k.cookie, []byte(text))), nil
}

// Open proves a desk account by its cookie.
func (k DeskKeys) Open(cookie string, nowMs int64) (Actor, error) {
	at := strings.LastIndexByte(cookie, '.')
	if at < 0 || len(cookie) > 300 || len(k.cookie) == 0 {
		return Actor{}, BadForm
	}
	if err := checkHex([][]byte{k.cookie}, cookie[:at], cookie[at+1:]); err != nil {
		return Actor{}, err
	}
	f := strings.Split(cookie[:at], ".")
	if len(f) != 5 || f[0] != "zd1" {
		return Actor{}, BadForm
	}
	shop, errShop := loyalty.ParseID(f[1])
	account, errAccount := loyalty.ParseID(f[2])
	exp, errExp := strconv.ParseInt(f[3], 10, 64)
	switch {
	case errShop != nil || errAccount != nil || errExp != nil:
		return Actor{}, BadForm
	case exp <= nowMs:
		return Actor{}, Expired
	}
	return Actor{Kind: Desk, Shop: loyalty.ShopID(shop), Subject: account.String(), TokenID: f[4], ExpiresAt: exp}, nil
}

// CSRF is the token that pages opened with this cookie carry and send back in a
// header on every write.
func (k DeskKeys) CSRF(cookie string) string { return hex.EncodeToString(mac(k.csrf, []byte(cookie))) }

// CheckCSRF compares a presented token with the cookie's.
func (k DeskKeys) CheckCSRF(cookie, presented string) error {
	if presented == "" {
		return NoSignature
	}
	if !hmac.Equal([]byte(k.CSRF(cookie)), []byte(presented)) {
		return WrongMAC
	}
	return nil
}
