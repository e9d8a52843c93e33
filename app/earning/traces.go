package earning

import (
	"net/netip"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Traces are what an order shows of who placed it, besides name and mail address: by
// them two accounts of one household are told (G10). They are never stored; keyed
// hashes of their Signs are.
type Traces struct {
	Name    string // of whom it is sent to, else billed to
	Street  string // with the house number
	Postal  string
	Country string // ISO code
	Phone   string
	IP      string // of the browser
	Agent   string // the browser's name for itself
}

// Sign is one thing in which two orders can be alike.
type Sign byte

// The signs. Where the device is alike the network is too.
const (
	SignAddress Sign = 'a' // street, house number, postal code and country
	SignName    Sign = 'n' // name and postal code
	SignPhone   Sign = 'p'
	SignNetwork Sign = 'i' // IP address; for IPv6 its first half
	SignDevice  Sign = 'd' // network and browser
)

// Signed is a sign with what is compared.
type Signed struct {
	Sign Sign
	Text string
}

// Signs lists what can be compared, in a form without case, spaces and accents. What
// many strangers share, as parcel lockers and private networks, is left out.
func (t Traces) Signs() []Signed {
	var list []Signed
	add := func(s Sign, text string) { list = append(list, Signed{s, text}) }
	place := bare(t.Postal) + "|" + bare(t.Country)
	street := strings.ReplaceAll(bare(t.Street), "strasse", "str")
	if t.Postal != "" && strings.ContainsFunc(street, unicode.IsDigit) && !shared(street) {
		add(SignAddress, street+"|"+place)
	}
	if name := bare(t.Name); t.Postal != "" && strings.Contains(strings.TrimSpace(t.Name), " ") && name != "" {
		add(SignName, name+"|"+place)
	}
	if phone := lastDigits(t.Phone); phone != "" {
		add(SignPhone, phone)
	}
	if network := networkOf(t.IP); network != "" {
		add(SignNetwork, network)
		if agent := strings.TrimSpace(t.Agent); agent != "" {
			add(SignDevice, network+"|"+agent)
		}
	}
	return list
}

var lettersOf = strings.NewReplacer("ß", "ss", "ä", "ae", "ö", "oe", "ü", "ue", "æ", "ae", "ø", "oe", "å", "aa", "ł", "l")

// bare keeps letters and digits only, without case and accents.
func bare(text string) string {
	lower := lettersOf.Replace(norm.NFC.String(strings.ToLower(norm.NFKC.String(text))))
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, norm.NFD.String(lower))
}

var lockers = []string{"packstation", "postfiliale", "postfach", "paketshop", "paketbox", "pobox", "parcellocker", "pakkeboks", "pakkeshop", "postboks", "paczkomat", "skrytkapocztowa", "casellapostale", "inpost"}

func shared(street string) bool {
	for _, word := range lockers {
		if strings.Contains(street, word) {
			return true
		}
	}
	return false
}

// phoneDigits are compared: country codes and leading zeros are written or left out.
const phoneDigits = 8

func lastDigits(phone string) string {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, phone)
	if len(digits) < phoneDigits {
		return ""
	}
	return digits[len(digits)-phoneDigits:]
}

func networkOf(ip string) string {
	a, err := netip.ParseAddr(strings.TrimSpace(ip))
	if err != nil {
		return ""
	}
	if a = a.Unmap().WithZone(""); !a.IsGlobalUnicast() || a.IsPrivate() {
		return ""
	}
	if a.Is4() {
		return a.String()
	}
	half, err := a.Prefix(64)
	if err != nil {
		return ""
	}
	return half.String()
}
