package loyalty

import (
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// mailProvider is what a provider does with addresses, as far as it decides who gets the mail.
type mailProvider struct {
	domain string // the one that all its names stand for
	dots   bool   // dots in the local part mean nothing
}

// mailProviders lists providers that deliver name+anything to name. Others may treat
// '+' as part of the name, so only these are cut: two different people must
// never become one.
var mailProviders = map[string]mailProvider{
	"gmail.com":      {"gmail.com", true},
	"googlemail.com": {"gmail.com", true},
	"outlook.com":    {"outlook.com", false},
	"hotmail.com":    {"hotmail.com", false},
	"live.com":       {"live.com", false},
	"icloud.com":     {"icloud.com", false},
	"me.com":         {"icloud.com", false},
	"mac.com":        {"icloud.com", false},
	"proton.me":      {"proton.me", false},
	"protonmail.com": {"proton.me", false},
	"pm.me":          {"proton.me", false},
	"fastmail.com":   {"fastmail.com", false},
	"mailbox.org":    {"mailbox.org", false},
	"posteo.de":      {"posteo.de", false},
}

// CanonicalEmail is the form of an address by which we tell that two accounts are
// one person (B15, G12): lower case, compatibility forms resolved, the domain in
// punycode, and at providers known for it without +tag, aliases and dots. It is
// for comparing only, never for sending. Idempotent; "" stays "".
func CanonicalEmail(address string) string {
	a := canonicalEmailOnce(address)
	for range 4 {
		again := canonicalEmailOnce(a)
		if again == a {
			break
		}
		a = again
	}
	return a
}

func canonicalEmailOnce(address string) string {
	a := strings.TrimSpace(norm.NFKC.String(strings.ToLower(norm.NFKC.String(address))))
	at := strings.LastIndexByte(a, '@')
	if at < 0 {
		return a
	}
	local, domain := a[:at], canonicalDomain(a[at+1:])
	p, known := mailProviders[domain]
	if !known {
		return local + "@" + domain
	}
	if name, _, tagged := strings.Cut(local, "+"); tagged && name != "" {
		local = name
	}
	if p.dots {
		if name := strings.ReplaceAll(local, ".", ""); name != "" {
			local = name
		}
	}
	return local + "@" + p.domain
}

// canonicalDomain writes a domain as DNS asks for it. One that IDNA refuses stays as it is.
func canonicalDomain(domain string) string {
	domain = strings.TrimSuffix(domain, ".")
	ascii, err := idna.Lookup.ToASCII(domain)
	if err != nil || ascii == "" {
		return domain
	}
	return ascii
}
