package config

import (
	"encoding/base64"
	"fmt"
	"strings"
)

// Key is one encryption key: 32 bytes for AES-256.
type Key struct {
	ID     string
	Secret []byte
}

// String hides the secret.
func (k Key) String() string { return k.ID + ":***" }

// ShopifyApp is one client id with its secrets, newest first.
type ShopifyApp struct {
	ClientID string
	Secrets  []string
}

// String hides the secrets.
func (a ShopifyApp) String() string { return a.ClientID + ":***" }

const keyHelp = `make one with "openssl rand -base64 32" and write ZUGABE_KEYS=2026a:THE_RESULT`

// EncryptionKeys reads Keys. Weak ones are refused outside the demo (J5).
func (c Config) EncryptionKeys() ([]Key, error) {
	if c.Keys == "" {
		return nil, fmt.Errorf("ZUGABE_KEYS is not set: access tokens would lie in the database unencrypted; %s", keyHelp)
	}
	var keys []Key
	seen := map[string]bool{}
	for i, pair := range pairs(c.Keys) {
		if pair.id == "" || pair.value == "" {
			return nil, fmt.Errorf("ZUGABE_KEYS: entry %d is not id:base64; %s", i+1, keyHelp)
		}
		secret, err := base64.StdEncoding.DecodeString(pair.value)
		if err != nil {
			return nil, fmt.Errorf("ZUGABE_KEYS: key %q is not base64; %s", pair.id, keyHelp)
		}
		if len(secret) != 32 {
			return nil, fmt.Errorf("ZUGABE_KEYS: key %q has %d bytes, not 32; %s", pair.id, len(secret), keyHelp)
		}
		if distinct(string(secret)) < 12 && !c.loose() {
			return nil, fmt.Errorf("ZUGABE_KEYS: key %q is not random; %s", pair.id, keyHelp)
		}
		if seen[pair.id] {
			return nil, fmt.Errorf("ZUGABE_KEYS: the id %q is used twice; old secrets could not be opened", pair.id)
		}
		seen[pair.id] = true
		keys = append(keys, Key{pair.id, secret})
	}
	return keys, nil
}

// Shopify reads ShopifyApps; none is fine when only other hosts are served.
func (c Config) Shopify() ([]ShopifyApp, error) {
	var apps []ShopifyApp
	index := map[string]int{}
	for i, pair := range pairs(c.ShopifyApps) {
		if pair.id == "" || pair.value == "" {
			return nil, fmt.Errorf("SHOPIFY_APPS: entry %d is not id:secret", i+1)
		}
		if !c.loose() && (len(pair.value) < 32 || distinct(pair.value) < 8) {
			return nil, fmt.Errorf("SHOPIFY_APPS: the secret of %q is not a real one (32 random characters or more); copy it from the app's page in the partner dashboard", pair.id)
		}
		at, known := index[pair.id]
		if !known {
			at = len(apps)
			index[pair.id] = at
			apps = append(apps, ShopifyApp{ClientID: pair.id})
		}
		apps[at].Secrets = append(apps[at].Secrets, pair.value)
	}
	return apps, nil
}

type pair struct{ id, value string }

func pairs(list string) (out []pair) {
	for part := range strings.SplitSeq(list, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		id, value, _ := strings.Cut(part, ":")
		out = append(out, pair{strings.TrimSpace(id), strings.TrimSpace(value)})
	}
	return out
}

// distinct counts different bytes. 32 random bytes have about 30 of them, 32
// random hex digits about 14; "secretsecret..." has 5.
func distinct(s string) int {
	seen := map[byte]bool{}
	for i := range len(s) {
		seen[s[i]] = true
	}
	return len(seen)
}
