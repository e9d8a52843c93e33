package cache

import (
	"context"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"zugabe/app/loyalty"
)

// The limits are GCRA: each key has a "theoretical arrival time" (TAT), the
// moment at which its allowance is whole again. A minute's worth may be used at
// once, then it comes back evenly.

// gcra takes the interval between two calls and the window in microseconds. It
// answers 0, or the microseconds to wait. Redis' own clock counts, so that
// several processes agree.
var gcra = redis.NewScript(`
local t = redis.call('TIME')
local now = t[1] * 1000000 + t[2]
local interval, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local tat = tonumber(redis.call('GET', KEYS[1]) or '0')
if tat < now then tat = now end
local wait = tat + interval - window - now
if wait > 0 then return string.format('%.0f', wait) end
redis.call('SET', KEYS[1], string.format('%.0f', tat + interval), 'PX', math.ceil((tat + interval - now) / 1000) + 1000)
return '0'
`)

const window = time.Minute

// Allow counts one call of key in this shop's bucket and reports whether it is
// within limitPerMinute; if not, retryAfter says when the next one will be.
// While Redis is away each process counts for itself: the limit is then looser
// by the number of processes, but never off.
func (c *Cache) Allow(ctx context.Context, shop loyalty.ShopID, bucket, id string, limitPerMinute int) (ok bool, retryAfter time.Duration) {
	if limitPerMinute <= 0 {
		return false, window
	}
	interval := window / time.Duration(limitPerMinute)
	full := Key{shop, "limit:" + bucket, id}
	if c.inside != nil || c.down() {
		return c.limits.allow(full, interval)
	}
	wait, err := c.allowShared(ctx, full.String(), interval)
	if err != nil {
		c.failed("limit", err)
		return c.limits.allow(full, interval)
	}
	return wait == 0, wait
}

func (c *Cache) allowShared(ctx context.Context, full string, interval time.Duration) (time.Duration, error) {
	wait, err := gcra.Run(ctx, c.redis, []string{full}, interval.Microseconds(), window.Microseconds()).Int64()
	return time.Duration(wait) * time.Microsecond, err
}

// localLimits is the same rule in memory.
type localLimits struct {
	mu    sync.Mutex
	tat   map[Key]int64 // Unix microseconds
	clock loyalty.Clock
}

// maxLocalKeys bounds the memory an attacker with many addresses can take.
const maxLocalKeys = 100_000

func newLocalLimits(clock loyalty.Clock) *localLimits {
	return &localLimits{tat: map[Key]int64{}, clock: clock}
}

func (l *localLimits) allow(full Key, interval time.Duration) (bool, time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock.Now().UnixMicro()
	if len(l.tat) >= maxLocalKeys {
		l.forgetWhole(now)
	}
	next := max(l.tat[full], now) + interval.Microseconds()
	if wait := next - window.Microseconds() - now; wait > 0 {
		return false, time.Duration(wait) * time.Microsecond
	}
	if len(l.tat) >= maxLocalKeys {
		return false, time.Second
	}
	l.tat[full] = next
	return true, 0
}

// forgetWhole drops the keys whose allowance is whole again.
func (l *localLimits) forgetWhole(now int64) {
	for full, tat := range l.tat {
		if tat <= now {
			delete(l.tat, full)
		}
	}
}

// AllowHere is Allow within this process only: for reads, where a call to Redis
// would cost more than what it guards.
func (c *Cache) AllowHere(_ context.Context, shop loyalty.ShopID, bucket, id string, limitPerMinute int) (ok bool, retryAfter time.Duration) {
	if limitPerMinute <= 0 {
		return false, window
	}
	return c.limits.allow(Key{shop, bucket, id}, window/time.Duration(limitPerMinute))
}
