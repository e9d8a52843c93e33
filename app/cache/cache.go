// Package cache is the only place that talks to Redis. Without REDIS_URL it
// runs a Redis inside the process.
//
// Nothing here is true: whatever it holds can be computed from SQL again, and
// wiping it loses nothing. When Redis is away, reads miss, writes are dropped
// and limits are counted in this process alone (E12).
package cache

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"zugabe/app/loyalty"
)

// Cache is safe for concurrent use.
type Cache struct {
	redis   redis.UniversalClient
	inside  *miniredis.Miniredis
	limits  *localLimits
	clock   loyalty.Clock
	log     *slog.Logger
	downTil atomic.Int64 // Unix ms until which Redis is not asked
	quit    chan struct{}
	ticking chan struct{}
}

// quiet silences the client's own remarks on stderr; failed reports.
type quiet struct{}

func (quiet) Printf(context.Context, string, ...any) {}

func init() { redis.SetLogger(quiet{}) }

// downFor is how long we leave Redis alone after it failed, so that not every
// request waits for its time limit.
const downFor = time.Second

// Open connects to a Redis ("redis://...", "rediss://...", more nodes as
// &addr=host:port, Sentinel with &master=name) or, for "", starts one in this
// process. A Redis that does not answer is no error: it may come later.
func Open(ctx context.Context, url string, log *slog.Logger) (*Cache, error) {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	c := &Cache{clock: loyalty.SystemClock(), log: log, quit: make(chan struct{}), ticking: make(chan struct{})}
	c.limits = newLocalLimits(c.clock)
	if url == "" {
		if err := c.startInside(); err != nil {
			return nil, err
		}
		return c, nil
	}
	close(c.ticking)
	options, err := parseURL(url)
	if err != nil {
		return nil, err
	}
	c.redis = redis.NewUniversalClient(options)
	if err := c.redis.Ping(ctx).Err(); err != nil {
		c.failed("ping", err)
	}
	return c, nil
}

// startInside runs miniredis behind a random password: its port is open to
// everyone on this machine.
func (c *Cache) startInside() error {
	c.inside = miniredis.NewMiniRedis()
	password := rand.Text()
	c.inside.RequireAuth(password)
	if err := c.inside.Start(); err != nil {
		return fmt.Errorf("starting Redis inside the process: %w", err)
	}
	c.redis = redis.NewUniversalClient(&redis.UniversalOptions{Addrs: []string{c.inside.Addr()}, Password: password, DisableIdentity: true})
	go c.tick()
	return nil
}

// tick lets time pass for miniredis, whose keys otherwise never expire.
func (c *Cache) tick() {
	defer close(c.ticking)
	ticker := time.NewTicker(200 * time.Millisecond)
	defer ticker.Stop()
	last := c.clock.Now()
	for {
		select {
		case <-ticker.C:
			now := c.clock.Now()
			c.inside.FastForward(now.Sub(last))
			last = now
		case <-c.quit:
			return
		}
	}
}

// Close ends the connections and the Redis inside.
func (c *Cache) Close() error {
	close(c.quit)
	<-c.ticking
	err := c.redis.Close()
	if c.inside != nil {
		c.inside.Close()
	}
	return err
}

// Inside reports whether Redis runs in this process.
func (c *Cache) Inside() bool { return c.inside != nil }

// Key names an entry of a shop, for example {shop, "balance", "7"}.
type Key struct {
	Shop     loyalty.ShopID
	Kind, ID string
}

// String keeps everything of one shop in one Redis Cluster slot.
func (k Key) String() string {
	return "{" + strconv.FormatInt(int64(k.Shop), 10) + "}:" + k.Kind + ":" + k.ID
}

// Get returns what Set stored under the key.
func (c *Cache) Get(ctx context.Context, key Key) ([]byte, bool) {
	value := c.GetMany(ctx, []Key{key})[0]
	return value, value != nil
}

// GetMany is Get for several keys in one round trip: the values in the order of
// the keys, nil where nothing is stored. The shop is also in the value: an entry
// that came under a wrong key is not handed out (E14).
func (c *Cache) GetMany(ctx context.Context, keys []Key) [][]byte {
	values := make([][]byte, len(keys))
	if c.down() {
		return values
	}
	asked := make([]*redis.StringCmd, len(keys))
	line := c.redis.Pipeline()
	for i, key := range keys {
		asked[i] = line.Get(ctx, key.String())
	}
	if _, err := line.Exec(ctx); err != nil && !errors.Is(err, redis.Nil) {
		c.failed("get", err)
		return values
	}
	for i, answer := range asked {
		stored, err := answer.Bytes()
		switch {
		case errors.Is(err, redis.Nil):
		case err != nil:
			c.failed("get", err)
		case len(stored) < 8 || binary.BigEndian.Uint64(stored) != uint64(keys[i].Shop):
			c.log.Error("cache: an entry belongs to another shop", "shop", int64(keys[i].Shop), "kind", keys[i].Kind)
			c.Delete(ctx, keys[i])
		default:
			values[i] = stored[8:]
		}
	}
	return values
}

// Set stores value for ttl, which must be positive: nothing stays for ever.
func (c *Cache) Set(ctx context.Context, key Key, value []byte, ttl time.Duration) {
	if ttl <= 0 || c.down() {
		return
	}
	stored := binary.BigEndian.AppendUint64(make([]byte, 0, len(value)+8), uint64(key.Shop))
	if err := c.redis.Set(ctx, key.String(), append(stored, value...), ttl).Err(); err != nil {
		c.failed("set", err)
	}
}

// Delete forgets an entry. It may fail silently while Redis is away, so an
// entry must also be harmless until its ttl is over.
func (c *Cache) Delete(ctx context.Context, key Key) {
	if c.down() {
		return
	}
	if err := c.redis.Del(ctx, key.String()).Err(); err != nil {
		c.failed("delete", err)
	}
}

func (c *Cache) down() bool { return loyalty.NowMs(c.clock) < c.downTil.Load() }

// failed notes a failure; a caller that gave up is none.
func (c *Cache) failed(what string, err error) {
	if errors.Is(err, context.Canceled) {
		return
	}
	c.downTil.Store(loyalty.NowMs(c.clock) + downFor.Milliseconds())
	c.log.Warn("cache: Redis does not answer; going on without", "what", what, "error", err)
}
