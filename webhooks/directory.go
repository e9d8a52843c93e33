package webhooks

import (
	"context"
	"crypto/rand"
	"fmt"
	"sync"

	"golang.org/x/sync/singleflight"

	"zugabe/app/loyalty"
	"zugabe/app/session"
	"zugabe/app/store"
)

// entry is a shop as the front door knows it; id 0 means that there is none.
type entry struct {
	id      loyalty.ShopID
	secrets session.Keys
	readAt  int64
}

// directory remembers shops and their secrets for a short while: at thousands
// of deliveries a second they cannot be read each time. A new secret counts
// after that while at the latest; hosts go on using the old one for longer.
type directory struct {
	deps   Deps
	nobody []byte // checked against for unknown keys, so that they take as long
	flight singleflight.Group
	mu     sync.RWMutex
	known  map[string]entry
}

const (
	rememberMs  = 5_000
	maxRemember = 20_000
)

func newDirectory(deps Deps) *directory {
	nobody := make([]byte, 32)
	if _, err := rand.Read(nobody); err != nil {
		panic(fmt.Sprintf("no randomness: %v", err))
	}
	return &directory{deps: deps, nobody: nobody, known: map[string]entry{}}
}

func (d *directory) byDomain(host, domain string) (entry, error) {
	return d.find("domain\x00"+host+"\x00"+domain, func(tx *store.Tx) (loyalty.Shop, bool, error) {
		return tx.ShopByDomain(host, domain)
	}, "")
}

func (d *directory) byPathKey(key, purpose string) (entry, error) {
	if len(key) < 16 || len(key) > 64 || !plainText(key, 64) {
		return entry{}, nil
	}
	return d.find("path\x00"+purpose+"\x00"+key, func(tx *store.Tx) (loyalty.Shop, bool, error) {
		return tx.ShopByPathKey(key)
	}, purpose)
}

func (d *directory) find(name string, look func(*store.Tx) (loyalty.Shop, bool, error), purpose string) (entry, error) {
	now := loyalty.NowMs(d.deps.Clock)
	d.mu.RLock()
	e, ok := d.known[name]
	d.mu.RUnlock()
	if ok && now-e.readAt < rememberMs && now >= e.readAt {
		return e, nil
	}
	found, err, _ := d.flight.Do(name, func() (any, error) { return d.read(name, look, purpose) })
	if err != nil {
		return entry{}, err
	}
	return found.(entry), nil
}

func (d *directory) read(name string, look func(*store.Tx) (loyalty.Shop, bool, error), purpose string) (entry, error) {
	ctx, cancel := context.WithTimeout(context.Background(), d.deps.Answer*3/4)
	defer cancel()
	e := entry{readAt: loyalty.NowMs(d.deps.Clock)}
	err := d.deps.Store.Read(ctx, func(tx *store.Tx) error {
		e.id, e.secrets = 0, nil
		shop, found, err := look(tx)
		if err != nil || !found {
			return err
		}
		e.id = shop.ID
		if purpose == "" {
			return nil
		}
		secrets, err := d.deps.Vault.Secrets(tx, shop.ID, purpose, e.readAt)
		for _, s := range secrets {
			e.secrets = append(e.secrets, session.Key{Secret: s.Value, UntilMs: s.ExpiresAt})
		}
		return err
	})
	if err != nil {
		return entry{}, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.known) >= maxRemember {
		clear(d.known)
	}
	d.known[name] = e
	return e, nil
}
