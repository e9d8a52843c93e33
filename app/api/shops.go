package api

import (
	"context"
	"sync"

	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// shopCache keeps for a moment which shop a domain or an id means: every request
// asks. A shop that was uninstalled is refused at most balanceTTL later.
type shopCache struct {
	mu   sync.RWMutex
	seen map[string]cachedShop
}

type cachedShop struct {
	shop  loyalty.Shop
	until int64
}

func (c *shopCache) of(ctx context.Context, s *Server, key string, load func(tx *store.Tx) (loyalty.Shop, bool, error)) (loyalty.Shop, bool, error) {
	now := loyalty.NowMs(loyalty.SystemClock())
	c.mu.RLock()
	hit, ok := c.seen[key]
	c.mu.RUnlock()
	if ok && now < hit.until {
		return hit.shop, true, nil
	}
	var shop loyalty.Shop
	var found bool
	err := s.deps.Program.Store.Peek(ctx, func(tx *store.Tx) (err error) {
		shop, found, err = load(tx)
		return err
	})
	if err != nil || !found {
		return loyalty.Shop{}, false, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.seen == nil || len(c.seen) >= maxBalances {
		c.seen = map[string]cachedShop{}
	}
	c.seen[key] = cachedShop{shop: shop, until: now + balanceTTL.Milliseconds()}
	return shop, true, nil
}

func (c *shopCache) forget(key string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.seen, key)
}
