package session

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"regexp"
	"strconv"
	"strings"
)

// Our plugin in a shop (WooCommerce) vouches for who is logged in there by a
// short-lived token, made with the shop's own plugin secret:
//
//	zi1.<purpose>.<shop key>.<subject>.<role>.<exp>.<nonce>.<hex HMAC-SHA256>
//
// The MAC is over a text in which every field has its name and its line:
//
//	zugabe-identity/1\npurpose=shopper\nshop=…\nsubject=12\nrole=-\nexp=1763719260\nnonce=…\n
//
// Fields have narrow alphabets without line breaks and dots, so no two
// identities share a text, and the signature of customer 1 is not that of
// customer 12 (H19).

// Purpose says what an identity token is good for; a token for one is refused
// for another.
type Purpose string

// The purposes.
const (
	ForShopper Purpose = "shopper" // subject = the host's customer id, "0" for a guest
	ForStaff   Purpose = "staff"   // subject = the host's user id, with a role
)

// Identity is what the plugin vouches for.
type Identity struct {
	Purpose Purpose
	PathKey string // names the shop
	Subject string
	Role    string // staff: "owner", "manager", "viewer"; "-" for shoppers
	Exp     int64  // Unix seconds
	Nonce   string
}

// maxIdentityLife is how far ahead exp may be, in seconds.
const maxIdentityLife = 15 * 60

var (
	identityKey   = regexp.MustCompile(`^[A-Za-z0-9_-]{16,64}$`)
	identityRole  = regexp.MustCompile(`^(owner|manager|viewer)$`)
	identityNonce = regexp.MustCompile(`^[A-Za-z0-9_-]{8,40}$`)
)

func (i Identity) text() []byte {
	return []byte("zugabe-identity/1\npurpose=" + string(i.Purpose) + "\nshop=" + i.PathKey + "\nsubject=" + i.Subject +
		"\nrole=" + i.Role + "\nexp=" + strconv.FormatInt(i.Exp, 10) + "\nnonce=" + i.Nonce + "\n")
}

// IdentityToken signs an identity as the plugin does. An empty nonce is drawn.
func IdentityToken(secret []byte, i Identity) (string, error) {
	if i.Nonce == "" {
		var random [12]byte
		if _, err := rand.Read(random[:]); err != nil {
			return "", err
		}
		i.Nonce = base64.RawURLEncoding.EncodeToString(random[:])
	}
	if i.Role == "" {
		i.Role = "-"
	}
	return strings.Join([]string{"zi1", string(i.Purpose), i.PathKey, i.Subject, i.Role, strconv.FormatInt(i.Exp, 10), i.Nonce,
		hex.EncodeToString(mac(secret, i.text()))}, "."), nil
}

// ReadIdentity takes a token apart without believing it: PathKey tells whose
// secrets to check it with.
func ReadIdentity(token string) (i Identity, sum []byte, err error) {
	if len(token) > 400 {
		return Identity{}, nil, BadForm
	}
	f := strings.Split(token, ".")
	if len(f) != 8 || f[0] != "zi1" || len(f[7]) != 64 || strings.ToLower(f[7]) != f[7] {
		return Identity{}, nil, BadForm
	}
	if sum, err = hex.DecodeString(f[7]); err != nil {
		return Identity{}, nil, BadForm
	}
	exp, err := strconv.ParseInt(f[5], 10, 64)
	i = Identity{Purpose: Purpose(f[1]), PathKey: f[2], Subject: f[3], Role: f[4], Exp: exp, Nonce: f[6]}
	roleFits := i.Role == "-"
	if i.Purpose == ForStaff {
		roleFits = identityRole.MatchString(i.Role)
	}
	canonical := decimal(f[5]) && strconv.FormatInt(exp, 10) == f[5] && digits.MatchString(i.Subject)
	if i.Subject != "0" && strings.HasPrefix(i.Subject, "0") {
		canonical = false // "012" must not be a second way to write customer 12
	}
	if err != nil || !canonical || !roleFits || !identityKey.MatchString(i.PathKey) || !identityNonce.MatchString(i.Nonce) {
		return Identity{}, nil, BadForm
	}
	return i, sum, nil
}

// Identify proves a shopper or a member of staff by the plugin's token. secrets
// are the current plugin secrets of the shop that the token names.
func Identify(token string, purpose Purpose, secrets [][]byte, nowMs int64) (Actor, error) {
	i, sum, err := ReadIdentity(token)
	if err != nil {
		return Actor{}, err
	}
	if _, err := match(secrets, i.text(), sum); err != nil {
		return Actor{}, err
	}
	a := Actor{Host: "woocommerce", PathKey: i.PathKey, TokenID: i.Nonce, ExpiresAt: i.Exp * 1000}
	switch {
	case i.Purpose != purpose:
		return Actor{}, WrongKind
	case i.Exp <= nowMs/1000:
		return Actor{}, Expired
	case i.Exp > nowMs/1000+maxIdentityLife:
		return Actor{}, BadForm
	case purpose == ForShopper:
		a.Kind = Shopper
		if i.Subject != "0" {
			a.CustomerKey = i.Subject
		}
	case purpose == ForStaff && i.Subject != "0":
		a.Kind, a.Subject, a.Role = Staff, i.Subject, i.Role
	default:
		return Actor{}, BadForm
	}
	return a, nil
}
