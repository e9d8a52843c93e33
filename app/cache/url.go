package cache

import (
	"fmt"
	"net/url"
	"time"

	"github.com/redis/go-redis/v9"
)

// parseURL reads one address for a single server, several for Redis Cluster,
// and a master name for Sentinel.
func parseURL(raw string) (*redis.UniversalOptions, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return nil, fmt.Errorf("REDIS_URL cannot be read as a URL, expected redis://user:password@host:6379/0")
	}
	query := u.Query()
	more, master := query["addr"], query.Get("master")
	query.Del("addr")
	query.Del("master")
	u.RawQuery = query.Encode()
	one, err := redis.ParseURL(u.String())
	if err != nil {
		return nil, fmt.Errorf("REDIS_URL: %w, expected redis://user:password@host:6379/0", err)
	}
	return &redis.UniversalOptions{
		Addrs: append([]string{one.Addr}, more...), MasterName: master,
		DB: one.DB, Username: one.Username, Password: one.Password, TLSConfig: one.TLSConfig,
		// A cache that is slow is worse than none.
		DialTimeout: 500 * time.Millisecond, ReadTimeout: 300 * time.Millisecond, WriteTimeout: 300 * time.Millisecond,
		MaxRetries: 1, DialerRetries: 1, PoolTimeout: 300 * time.Millisecond, DisableIdentity: true,
	}, nil
}
