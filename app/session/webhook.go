package session

import (
	"crypto/hmac"
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"strings"
)

// StandardTolerance is how far the signed time of a Standard Webhooks message
// may be off, in milliseconds.
const StandardTolerance = 5 * 60 * 1000

var strictBase64 = base64.StdEncoding.Strict()

// BodyBase64 checks the base64 HMAC-SHA256 over the raw body that Shopify and
// WooCommerce send. headers are all values of the signature header: exactly one
// must be there (A14). which is the index of the secret that fitted.
func BodyBase64(body []byte, headers []string, secrets [][]byte) (which int, err error) {
	return bodyMAC(body, headers, secrets, func(s string) ([]byte, error) {
		return strictBase64.DecodeString(s)
	})
}

// BodyHex checks the hex HMAC-SHA256 over the raw body that Judge.me sends.
func BodyHex(body []byte, headers []string, secrets [][]byte) (which int, err error) {
	return bodyMAC(body, headers, secrets, hex.DecodeString)
}

func bodyMAC(body []byte, headers []string, secrets [][]byte, decode func(string) ([]byte, error)) (int, error) {
	switch {
	case len(headers) == 0 || (len(headers) == 1 && headers[0] == ""):
		return 0, NoSignature
	case len(headers) > 1:
		return 0, ManySignature
	case len(body) == 0:
		return 0, NoBody
	case len(headers[0]) > 100:
		return 0, BadEncoding
	}
	// Decoders skip line breaks; a signature has none.
	if strings.ContainsAny(headers[0], "\r\n") {
		return 0, BadEncoding
	}
	sum, err := decode(headers[0])
	if err != nil || len(sum) != 32 {
		return 0, BadEncoding
	}
	return match(secrets, body, sum)
}

// SignBase64 makes the header that BodyBase64 accepts.
func SignBase64(secret, body []byte) string {
	return base64.StdEncoding.EncodeToString(mac(secret, body))
}

// SignHex makes the header that BodyHex accepts.
func SignHex(secret, body []byte) string { return hex.EncodeToString(mac(secret, body)) }

// StandardMessage is a message in the form of Standard Webhooks (and Svix).
type StandardMessage struct {
	ID        string
	Timestamp string // Unix seconds
	Signature string // "v1,base64 v1,base64 v1a,…"; only v1 counts
	Body      []byte
}

// Standard checks a Standard Webhooks message: HMAC-SHA256 over
// "id.timestamp.body", any of the listed v1 signatures with any current secret,
// and a time at most five minutes off. Secrets may be written "whsec_<base64>".
func Standard(m StandardMessage, secrets [][]byte, nowMs int64) (which int, err error) {
	switch {
	case m.Signature == "":
		return 0, NoSignature
	case strings.ContainsAny(m.Signature, "\r\n"):
		return 0, BadEncoding
	case len(m.Body) == 0:
		return 0, NoBody
	case m.ID == "" || len(m.ID) > 190 || strings.ContainsAny(m.ID, ". \r\n"):
		return 0, BadForm
	}
	if err := nearSeconds(m.Timestamp, nowMs, StandardTolerance); err != nil {
		return 0, err
	}
	if len(secrets) == 0 {
		return 0, NoSecret
	}
	return matchAny(m, secrets)
}

func matchAny(m StandardMessage, secrets [][]byte) (int, error) {
	which := -1
	fields := strings.SplitN(m.Signature, " ", 17)
	if len(fields) > 16 {
		return 0, ManySignature
	}
	sums := [][]byte{}
	for _, field := range fields {
		encoded, ok := strings.CutPrefix(field, "v1,")
		if !ok {
			continue
		}
		if sum, err := strictBase64.DecodeString(encoded); err == nil && len(sum) == 32 {
			sums = append(sums, sum)
		}
	}
	if len(sums) == 0 {
		return 0, BadEncoding
	}
	for i, secret := range secrets {
		want := mac(standardSecret(secret), standardInput(m.ID, m.Timestamp, m.Body))
		for _, sum := range sums {
			if hmac.Equal(want, sum) && which < 0 {
				which = i
			}
		}
	}
	if which < 0 {
		return 0, WrongMAC
	}
	return which, nil
}

// SignStandard makes the signature header of a Standard Webhooks message.
func SignStandard(secret []byte, id string, unixSeconds int64, body []byte) string {
	sum := mac(standardSecret(secret), standardInput(id, strconv.FormatInt(unixSeconds, 10), body))
	return "v1," + base64.StdEncoding.EncodeToString(sum)
}

func standardInput(id, timestamp string, body []byte) []byte {
	out := make([]byte, 0, len(id)+len(timestamp)+len(body)+2)
	out = append(append(out, id...), '.')
	out = append(append(out, timestamp...), '.')
	return append(out, body...)
}

func standardSecret(secret []byte) []byte {
	if encoded, ok := strings.CutPrefix(string(secret), "whsec_"); ok {
		if raw, err := base64.StdEncoding.DecodeString(encoded); err == nil {
			return raw
		}
	}
	return secret
}

// nearSeconds checks a decimal Unix time against now.
func nearSeconds(s string, nowMs, toleranceMs int64) error {
	if len(s) == 0 || len(s) > 12 || !decimal(s) {
		return BadForm
	}
	seconds, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return BadForm
	}
	if off := nowMs - seconds*1000; off > toleranceMs || off < -toleranceMs {
		return Stale
	}
	return nil
}

func decimal(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
