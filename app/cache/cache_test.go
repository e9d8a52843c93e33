package cache

import (
	"context"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"zugabe/app/loyalty"
)

// realRedis is the server of make test, or a private one.
var realRedis = sync.OnceValues(func() (string, error) {
	if url := os.Getenv("ZUGABE_TEST_REDIS_URL"); url != "" {
		return url, nil
	}
	cmd := exec.Command("../../.ci/services", "start")
	cmd.Env = append(os.Environ(), "ZUGABE_SERVICES=redis")
	out, err := cmd.Output()
	_, url, _ := strings.Cut(string(out), "ZUGABE_TEST_REDIS_URL=")
	return strings.TrimSpace(url), err
})

func redisURL(t *testing.T) string {
	t.Helper()
	url, err := realRedis()
	if err != nil || url == "" {
		t.Fatalf("Redis for tests: %v: run make test-deps", err)
	}
	return url
}

func open(t *testing.T, url string) *Cache {
	t.Helper()
	c, err := Open(t.Context(), url, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// each runs fn on the Redis inside the process and on a real one. shop is new
// for each run, because the real one is shared.
func each(t *testing.T, fn func(t *testing.T, c *Cache, shop loyalty.ShopID)) {
	t.Helper()
	t.Run("inside", func(t *testing.T) { fn(t, open(t, ""), freshShop()) })
	t.Run("real", func(t *testing.T) { fn(t, open(t, redisURL(t)), freshShop()) })
}

var shops atomic.Int64

func freshShop() loyalty.ShopID {
	return loyalty.ShopID(loyalty.SystemClock().Now().UnixNano() + shops.Add(1))
}

func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("did not happen: %s", what)
		}
	}
}

func TestAnEntryIsFoundUntilItIsDeletedOrItsTimeIsOver(t *testing.T) {
	each(t, func(t *testing.T, c *Cache, shop loyalty.ShopID) {
		ctx := t.Context()
		c.Set(ctx, Key{shop, "balance", "7"}, []byte("120"), time.Minute)
		if v, ok := c.Get(ctx, Key{shop, "balance", "7"}); !ok || string(v) != "120" {
			t.Errorf("%q %v", v, ok)
		}
		c.Delete(ctx, Key{shop, "balance", "7"})
		if _, ok := c.Get(ctx, Key{shop, "balance", "7"}); ok {
			t.Error("still there after Delete")
		}
		c.Set(ctx, Key{shop, "balance", "8"}, []byte("x"), 100*time.Millisecond)
		eventually(t, "the entry expires", func() bool { _, ok := c.Get(ctx, Key{shop, "balance", "8"}); return !ok })
		c.Set(ctx, Key{shop, "balance", "9"}, []byte("x"), 0)
		if _, ok := c.Get(ctx, Key{shop, "balance", "9"}); ok {
			t.Error("stored for ever")
		}
	})
}

func TestManyEntriesAreAskedForAtOnce(t *testing.T) {
	each(t, func(t *testing.T, c *Cache, shop loyalty.ShopID) {
		ctx, other := t.Context(), freshShop()
		c.Set(ctx, Key{shop, "balance", "7"}, []byte("120"), time.Minute)
		c.Set(ctx, Key{other, "balance", "7"}, []byte("5"), time.Minute)
		c.Set(ctx, Key{shop, "balance", "empty"}, nil, time.Minute)
		got := c.GetMany(ctx, []Key{{shop, "balance", "8"}, {shop, "balance", "7"}, {other, "balance", "7"}, {shop, "balance", "7"}, {shop, "balance", "empty"}})
		if got[0] != nil || string(got[1]) != "120" || string(got[2]) != "5" || string(got[3]) != "120" || got[4] == nil || len(got[4]) != 0 {
			t.Errorf("%q, want nothing, 120, 5, 120 and an empty value", got)
		}
		if got := c.GetMany(ctx, nil); len(got) != 0 {
			t.Errorf("%q for no keys", got)
		}
	})
}

// Covers E14: what lies under a shop's key but belongs to another is not
// handed out.
func TestAnEntryOfAnotherShopIsNotHandedOut(t *testing.T) {
	each(t, func(t *testing.T, c *Cache, shop loyalty.ShopID) {
		other := freshShop()
		c.Set(t.Context(), Key{other, "balance", "7"}, []byte("120"), time.Minute)
		if _, ok := c.Get(t.Context(), Key{shop, "balance", "7"}); ok {
			t.Error("same id, other shop: found")
		}
		if err := c.redis.Rename(t.Context(), Key{other, "balance", "7"}.String(), Key{shop, "balance", "7"}.String()).Err(); err != nil {
			t.Fatal(err)
		}
		if v, ok := c.Get(t.Context(), Key{shop, "balance", "7"}); ok {
			t.Errorf("got the other shop's %q", v)
		}
	})
}

// The script runs on both servers, the rule in memory must agree with it.
func TestALimitLetsExactlyAMinutesWorthThrough(t *testing.T) {
	each(t, func(t *testing.T, c *Cache, shop loyalty.ShopID) {
		clock := loyalty.NewManualClock(time.UnixMilli(1_800_000_000_000))
		local := newLocalLimits(clock)
		ways := map[string]func(id string) (bool, time.Duration){
			"public": func(id string) (bool, time.Duration) { return c.Allow(t.Context(), shop, "codes", id, 5) },
			"script": func(id string) (bool, time.Duration) {
				wait, err := c.allowShared(t.Context(), Key{shop, "script", id}.String(), window/5)
				if err != nil {
					t.Error(err)
				}
				return wait == 0, wait
			},
			"local": func(id string) (bool, time.Duration) { return local.allow(Key{shop, "local", id}, window/5) },
		}
		for name, allow := range ways {
			for i := range 5 {
				if ok, _ := allow("10.0.0.1"); !ok {
					t.Errorf("%s: call %d refused", name, i+1)
				}
			}
			ok, wait := allow("10.0.0.1")
			if ok || wait < 9*time.Second || wait > 12*time.Second {
				t.Errorf("%s: sixth call: %v, wait %v", name, ok, wait)
			}
			if ok, _ := allow("10.0.0.2"); !ok {
				t.Errorf("%s: somebody else is refused", name)
			}
		}
		clock.Advance(12 * time.Second)
		if ok, _ := local.allow(Key{shop, "local", "10.0.0.1"}, window/5); !ok {
			t.Error("refused after the wait")
		}
		if ok, _ := c.Allow(t.Context(), shop, "codes", "x", 0); ok {
			t.Error("a limit of nothing lets something through")
		}
	})
}

func TestConcurrentCallersShareOneLimit(t *testing.T) {
	each(t, func(t *testing.T, c *Cache, shop loyalty.ShopID) {
		var passed atomic.Int64
		var wg sync.WaitGroup
		for range 40 {
			wg.Go(func() {
				if ok, _ := c.Allow(t.Context(), shop, "codes", "one", 10); ok {
					passed.Add(1)
				}
			})
		}
		wg.Wait()
		if passed.Load() != 10 {
			t.Errorf("%d of 10 passed", passed.Load())
		}
	})
}

func TestALimitDoesNotGrowWithoutEnd(t *testing.T) {
	clock := loyalty.NewManualClock(time.UnixMilli(1_800_000_000_000))
	l := newLocalLimits(clock)
	for i := range maxLocalKeys {
		l.tat[Key{ID: strconv.Itoa(i)}] = clock.Now().UnixMicro() + 1000
	}
	if ok, _ := l.allow(Key{ID: "one more"}, time.Second); ok || len(l.tat) != maxLocalKeys {
		t.Errorf("%d keys", len(l.tat))
	}
	clock.Advance(time.Second)
	if ok, _ := l.allow(Key{ID: "later"}, time.Second); !ok || len(l.tat) != 1 {
		t.Errorf("%d keys after their time", len(l.tat))
	}
}

// Covers E12: without Redis reads miss, limits hold in the process, and nothing
// blocks for long.
func TestWithoutRedisReadsMissAndLimitsStillHold(t *testing.T) {
	c := open(t, "redis://127.0.0.1:1/0")
	c.Set(t.Context(), Key{1, "balance", "7"}, []byte("1"), time.Minute)
	if _, ok := c.Get(t.Context(), Key{1, "balance", "7"}); ok {
		t.Error("found something without Redis")
	}
	c.Delete(t.Context(), Key{1, "balance", "7"})
	c.Publish(t.Context(), "jobs", "x")
	passed := 0
	for range 20 {
		if ok, _ := c.Allow(t.Context(), 1, "codes", "one", 5); ok {
			passed++
		}
	}
	if passed != 5 {
		t.Errorf("%d of 5 passed", passed)
	}
}

// Covers E13: a wiped Redis only misses.
func TestAWipedRedisOnlyMisses(t *testing.T) {
	c := open(t, "")
	c.Set(t.Context(), Key{1, "balance", "7"}, []byte("1"), time.Minute)
	if err := c.redis.FlushAll(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	if _, ok := c.Get(t.Context(), Key{1, "balance", "7"}); ok {
		t.Error("still there")
	}
}

func TestAWakeUpReachesSubscribersUntilTheyLeave(t *testing.T) {
	each(t, func(t *testing.T, c *Cache, shop loyalty.ShopID) {
		topic := "jobs-" + Key{shop, "", ""}.String()
		ctx, cancel := context.WithCancel(t.Context())
		woken := c.Subscribe(ctx, topic)
		eventually(t, "a message arrives", func() bool {
			c.Publish(t.Context(), topic, "now")
			select {
			case m := <-woken:
				return m == "now"
			default:
				return false
			}
		})
		cancel()
		eventually(t, "the channel closes", func() bool {
			select {
			case _, ok := <-woken:
				return !ok
			default:
				return false
			}
		})
	})
}

func TestTheRedisInsideIsNotOpenToOthers(t *testing.T) {
	c := open(t, "")
	stranger := open(t, "redis://"+c.inside.Addr()+"/0")
	if err := stranger.redis.Ping(t.Context()).Err(); err == nil {
		t.Error("no password asked")
	}
}

func TestAnUnusableRedisURLIsExplained(t *testing.T) {
	for _, url := range []string{"mysql://x", "redis://%zz", "redis://host/x"} {
		if _, err := Open(t.Context(), url, nil); err == nil || !strings.Contains(err.Error(), "REDIS_URL") {
			t.Errorf("%s: %v", url, err)
		}
	}
	options, err := parseURL("redis://u:p@a:1/0?addr=b:2&addr=c:3&master=m")
	if err != nil || len(options.Addrs) != 3 || options.MasterName != "m" || options.Password != "p" {
		t.Errorf("%+v %v", options, err)
	}
}
