package api

import (
	"context"
	"encoding/binary"
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

// packedForm begins what is kept in Redis; whatever begins otherwise was written by
// another version and is not read.
const packedForm = 2

// pack writes the standing for Redis: form, whether it was found, whether redeeming
// is blocked, the numbers, the state.
func (c cachedStanding) pack() []byte {
	b := append(make([]byte, 0, 64), packedForm, flag(c.Found), flag(c.Standing.BlockRedeem))
	st := c.Standing
	for _, n := range []int64{int64(c.Shop), int64(st.MemberID), int64(st.AccountID), int64(st.Pending), int64(st.Available), int64(st.Held),
		st.NextExpiry, int64(st.Expiring)} {
		b = binary.AppendVarint(b, n)
	}
	return append(b, st.State...)
}

func flag(set bool) byte {
	if set {
		return 1
	}
	return 0
}

// unpackStanding reads what pack wrote; ok is false for anything else.
func unpackStanding(b []byte) (c cachedStanding, ok bool) {
	if len(b) < 3 || b[0] != packedForm {
		return c, false
	}
	c.Found, c.Standing.BlockRedeem = b[1] == 1, b[2] == 1
	b = b[3:]
	var numbers [8]int64
	for i := range numbers {
		n, length := binary.Varint(b)
		if length <= 0 {
			return cachedStanding{}, false
		}
		numbers[i], b = n, b[length:]
	}
	st := &c.Standing
	c.Shop, st.MemberID, st.AccountID = loyalty.ShopID(numbers[0]), loyalty.ID(numbers[1]), loyalty.ID(numbers[2])
	st.Pending, st.Available, st.Held = loyalty.Points(numbers[3]), loyalty.Points(numbers[4]), loyalty.Points(numbers[5])
	st.NextExpiry, st.Expiring, st.State = numbers[6], loyalty.Points(numbers[7]), loyalty.MemberState(b)
	return c, true
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
		b.shared.Set(ctx, key, fresh.pack(), balanceTTL)
	}
	return st, found, nil
}

func (b *BalanceCache) fetch(ctx context.Context, key cache.Key) (cachedStanding, bool) {
	if b.shared == nil {
		return cachedStanding{}, false
	}
	raw, err := b.asks.get(ctx, key)
	if err != nil || raw == nil {
		return cachedStanding{}, false
	}
	hit, ok := unpackStanding(raw)
	return hit, ok && hit.Shop == key.Shop
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
