package api

import (
	"context"
	"encoding/json"
	"sync"
	"sync/atomic"
	"time"

	"zugabe/app/cache"
	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// balanceTTL is how old a balance may be that a shopper is shown. It is short
// enough not to be noticed and long enough to take a page's several widgets.
const balanceTTL = time.Second

// maxBalances bounds the memory of the cache in the process.
const maxBalances = 50_000

// redisLanes is how many round trips to Redis may be under way at the same time.
const redisLanes = 2

// BalanceCache keeps standings for a moment: in the process, and in Redis for the
// other processes. Nothing in it is authoritative; redeeming always reads the ledger.
type BalanceCache struct {
	clock  loyalty.Clock
	shared *cache.Cache // nil = only in the process
	ttl    time.Duration
	asks   gather[cache.Key, []byte]
	level  atomic.Int32 // which levels answer; for measuring only
	mu     sync.RWMutex
	seen   map[cache.Key]cachedStanding
}

type cachedStanding struct {
	Shop     loyalty.ShopID
	Standing store.Standing
	Found    bool
	until    int64
}

// NewBalanceCache keeps standings for ttl of real time in the process; 0 means
// balanceTTL, a negative ttl keeps nothing there. The shop's clock may stand still
// or jump in tests and in the demo; how long a copy is good for does not.
func NewBalanceCache(ttl time.Duration) *BalanceCache {
	if ttl == 0 {
		ttl = balanceTTL
	}
	return &BalanceCache{clock: loyalty.SystemClock(), ttl: ttl, seen: map[cache.Key]cachedStanding{}}
}

// Use says which levels may answer: "all", "redis" or "none". The app always uses
// all; the benchmark measures each.
func (b *BalanceCache) Use(level string) {
	b.level.Store(map[string]int32{"all": 0, "redis": 1, "none": 2}[level])
}

// Share also keeps standings in Redis. Requests of the same moment ask it together.
func (b *BalanceCache) Share(shared *cache.Cache) *BalanceCache {
	b.shared = shared
	b.asks = gather[cache.Key, []byte]{lanes: redisLanes, ask: func(ctx context.Context, keys []cache.Key) ([][]byte, error) {
		return shared.GetMany(ctx, keys), nil
	}}
	return b
}

type standingLoader func(ctx context.Context, shop loyalty.ShopID, customerKey string) (store.Standing, bool, error)

// Get is the standing of a customer, at most balanceTTL old per level.
func (b *BalanceCache) Get(ctx context.Context, shop loyalty.ShopID, customerKey string, load standingLoader) (store.Standing, bool, error) {
	key := cache.Key{Shop: shop, Kind: "standing", ID: customerKey}
	now := loyalty.NowMs(b.clock)
	level := b.level.Load()
	if level == 2 {
		return load(ctx, shop, customerKey)
	}
	b.mu.RLock()
	hit, ok := b.seen[key]
	b.mu.RUnlock()
	if level == 0 && ok && now < hit.until {
		return hit.Standing, hit.Found, nil
	}
	if fromRedis, ok := b.fetch(ctx, key); ok {
		b.keep(key, fromRedis, now)
		return fromRedis.Standing, fromRedis.Found, nil
	}
	st, found, err := load(ctx, shop, customerKey)
	if err != nil {
		return store.Standing{}, false, err
	}
	fresh := cachedStanding{Shop: shop, Standing: st, Found: found}
	b.keep(key, fresh, now)
	if b.shared != nil {
		if raw, err := json.Marshal(fresh); err == nil {
			b.shared.Set(ctx, key, raw, balanceTTL)
		}
	}
	return st, found, nil
}

func (b *BalanceCache) fetch(ctx context.Context, key cache.Key) (cachedStanding, bool) {
	if b.shared == nil {
		return cachedStanding{}, false
	}
	raw, err := b.asks.get(ctx, key)
	var hit cachedStanding
	if err != nil || raw == nil || json.Unmarshal(raw, &hit) != nil || hit.Shop != key.Shop {
		return cachedStanding{}, false
	}
	return hit, true
}

func (b *BalanceCache) keep(key cache.Key, value cachedStanding, now int64) {
	if b.ttl < 0 {
		return
	}
	value.until = now + b.ttl.Milliseconds()
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.seen) >= maxBalances {
		b.seen = map[cache.Key]cachedStanding{}
	}
	b.seen[key] = value
}

// Forget drops what is kept of a customer, after we changed it ourselves.
func (b *BalanceCache) Forget(ctx context.Context, shop loyalty.ShopID, customerKey string) {
	key := cache.Key{Shop: shop, Kind: "standing", ID: customerKey}
	b.mu.Lock()
	delete(b.seen, key)
	b.mu.Unlock()
	if b.shared != nil {
		b.shared.Delete(ctx, key)
	}
}
