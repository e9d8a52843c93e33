package session

import (
	"encoding/hex"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"zugabe/app/loyalty"
)

// pair is one decoded query parameter, in the order of the query.
type pair struct{ name, value string }

// parseQuery reads a raw query once and strictly; everything that decides uses
// this reading. Libraries differ in which of two equal parameters they return,
// and that difference is an attack (H15).
func parseQuery(raw string) ([]pair, error) {
	if len(raw) > 8192 {
		return nil, BadForm
	}
	var pairs []pair
	for part := range strings.SplitSeq(raw, "&") {
		name, value, ok := strings.Cut(part, "=")
		if !ok {
			return nil, BadForm
		}
		name, err := url.QueryUnescape(name)
		if err != nil || name == "" {
			return nil, BadForm
		}
		if value, err = url.QueryUnescape(value); err != nil {
			return nil, BadForm
		}
		pairs = append(pairs, pair{name, value})
	}
	return pairs, nil
}

// joined groups the values of equal names by "," and sorts by name.
func joined(pairs []pair, without ...string) []pair {
	var out []pair
	for _, p := range pairs {
		if slices.Contains(without, p.name) {
			continue
		}
		at := slices.IndexFunc(out, func(o pair) bool { return o.name == p.name })
		if at < 0 {
			out = append(out, p)
		} else {
			out[at].value += "," + p.value
		}
	}
	slices.SortFunc(out, func(a, b pair) int { return strings.Compare(a.name, b.name) })
	return out
}

func counted(pairs []pair) map[string]int {
	n := map[string]int{}
	for _, p := range pairs {
		n[p.name]++
	}
	return n
}

// proxyMessage is what the app proxy signs: decoded k=v pairs, sorted, nothing
// in between.
func proxyMessage(pairs []pair) string {
	var b strings.Builder
	for _, p := range joined(pairs, "signature", "hmac") {
		b.WriteString(p.name + "=" + p.value)
	}
	return b.String()
}

// installMessage is what Shopify signs when it opens our app: percent-encoded
// pairs, sorted, joined by "&".
func installMessage(pairs []pair) string {
	parts := []string{}
	for _, p := range joined(pairs, "signature", "hmac") {
		parts = append(parts, percent(p.name)+"="+percent(p.value))
	}
	return strings.Join(parts, "&")
}

var percentFix = strings.NewReplacer("+", "%20", "~", "%7E", "%2A", "*")

// percent encodes as URLSearchParams does, with %20 for a blank.
func percent(s string) string { return percentFix.Replace(url.QueryEscape(s)) }

func checkHex(secrets [][]byte, message, signature string) error {
	if len(signature) != 64 || strings.ToLower(signature) != signature {
		return BadEncoding
	}
	sum, err := hex.DecodeString(signature)
	if err != nil {
		return BadEncoding
	}
	_, err = match(secrets, []byte(message), sum)
	return err
}

// Params are the parameters that a proxy route allows besides the host's own,
// each with the form of its value. The signature covers names and values without
// separators, so that "a=1b=2" may be a=1 and b=2 or a with the value "1b=2":
// only parameters of a known name and a narrow form are safe (H16).
type Params map[string]*regexp.Regexp

var (
	paramName  = regexp.MustCompile(`^[a-z][a-z0-9]{0,29}$`)
	pathPrefix = regexp.MustCompile(`^/[a-z]{1,10}/[A-Za-z0-9_-]{1,60}$`)
	customerID = regexp.MustCompile(`^[0-9]{0,20}$`)
)

var proxyForms = Params{"shop": shopHost, "logged_in_customer_id": customerID, "path_prefix": pathPrefix,
	"timestamp": regexp.MustCompile(`^[0-9]{1,12}$`), "signature": regexp.MustCompile(`^[0-9a-f]{64}$`)}

// AppProxy proves a shopper by the signature that Shopify's app proxy puts on
// the query, at most 90 s old. Each of the host's parameters must be there
// exactly once, ours at most once. The returned values are those of allowed.
func (s Shopify) AppProxy(rawQuery string, allowed Params) (Actor, map[string]string, error) {
	pairs, err := parseQuery(rawQuery)
	if err != nil {
		return Actor{}, nil, err
	}
	values, err := proxyValues(pairs, allowed)
	if err != nil {
		return Actor{}, nil, err
	}
	now := loyalty.NowMs(s.Clock)
	if err := checkHex(s.Secrets.At(now), proxyMessage(pairs), values["signature"]); err != nil {
		return Actor{}, nil, err
	}
	if err := nearSeconds(values["timestamp"], now, proxyWindowMs); err != nil {
		return Actor{}, nil, err
	}
	actor := Actor{Kind: Shopper, Host: "shopify", Domain: values["shop"], CustomerKey: values["logged_in_customer_id"], ExpiresAt: now + proxyWindowMs}
	for name := range proxyForms {
		delete(values, name)
	}
	return actor, values, nil
}

func proxyValues(pairs []pair, allowed Params) (map[string]string, error) {
	values := map[string]string{}
	for _, p := range pairs {
		form, own := proxyForms[p.name]
		if !own {
			form = allowed[p.name]
			if form == nil || !paramName.MatchString(p.name) {
				return nil, BadForm
			}
		}
		if _, twice := values[p.name]; twice || !form.MatchString(p.value) {
			return nil, BadForm
		}
		values[p.name] = p.value
	}
	for name := range proxyForms {
		if _, ok := values[name]; !ok {
			return nil, NoSignature
		}
	}
	return values, nil
}

// Query proves that Shopify made a link into our app (install, embedded page):
// HMAC over the query, at most 90 s old. The shop in it is of the right form.
func (s Shopify) Query(rawQuery string) (map[string]string, error) {
	pairs, err := parseQuery(rawQuery)
	if err != nil {
		return nil, err
	}
	times := counted(pairs)
	for _, name := range []string{"hmac", "shop", "timestamp"} {
		if times[name] != 1 {
			return nil, NoSignature
		}
	}
	for _, name := range []string{"host", "state", "code", "id_token", "signature"} {
		if times[name] > 1 {
			return nil, BadForm
		}
	}
	values := map[string]string{}
	for _, p := range joined(pairs) {
		values[p.name] = p.value
	}
	now := loyalty.NowMs(s.Clock)
	if err := checkHex(s.Secrets.At(now), installMessage(pairs), values["hmac"]); err != nil {
		return nil, err
	}
	if err := nearSeconds(values["timestamp"], now, proxyWindowMs); err != nil {
		return nil, err
	}
	if !shopHost.MatchString(values["shop"]) {
		return nil, WrongShop
	}
	delete(values, "hmac")
	return values, nil
}
