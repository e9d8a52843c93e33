package main

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"zugabe/app/api"
	"zugabe/app/bench"
	"zugabe/app/cache"
	"zugabe/app/intake"
	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/platform/woocommerce"
	"zugabe/app/program"
	"zugabe/app/session"
	"zugabe/webhooks"
)

type benchCommand struct {
	MariaDB string   `name:"mariadb" env:"ZUGABE_BENCH_MARIADB" help:"MariaDB server to use, mysql://user:password@host:port/; without it a private one is started." placeholder:"URL"`
	Redis   string   `name:"redis" env:"ZUGABE_TEST_REDIS_URL" help:"Redis to use; without it the one inside the process, which is slower than a real one." placeholder:"URL"`
	Engines []string `name:"engine" help:"mariadb, sqlite; both if not given."`
	Paths   []string `name:"path" help:"Only these rows of the table."`
	Rounds  int      `name:"rounds" default:"3" help:"Rounds; the median counts."`
	Full    bool     `name:"full" help:"With 1,000,000 members and 10,000,000 entries, and a burst of a minute; takes long."`
}

// Run is the bench command.
func (c *benchCommand) Run(ctx context.Context) error {
	hosts := platform.NewHosts(loyalty.SystemClock())
	hosts.Add(woocommerce.New(), nil)
	cfg := bench.Config{MariaDB: c.MariaDB, Engines: c.Engines, Paths: c.Paths, Rounds: c.Rounds, Version: version, Hosts: hosts, Serve: c.serve, Site: c.site, Work: work}
	if c.Full {
		cfg.Members, cfg.Entries, cfg.Burst = 1_000_000, 10_000_000, time.Minute
	}
	_, err := bench.Run(ctx, cfg, os.Stdout)
	return err
}

// work runs the workers that book deliveries.
func work(ctx context.Context, p *program.Program) { intake.New(p, intake.Config{}).Run(ctx) }

// serve starts what production would start, on a free port of this machine.
func (c *benchCommand) serve(ctx context.Context, parts bench.Parts) (bench.Web, error) {
	shared, err := cache.Open(ctx, c.Redis, parts.Program.Log)
	if err != nil {
		return bench.Web{}, err
	}
	redis := "a real Redis"
	if shared.Inside() {
		redis = "the Redis inside the process"
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return bench.Web{}, errors.Join(err, shared.Close())
	}
	proofs := session.Shopify{ClientID: demoClientID, Secrets: session.Keys{{Secret: []byte(demoSecret)}}, Clock: parts.Clock}
	server := api.NewHTTP(webhooks.ServerConfig(), parts.Program.Log)
	door := webhooks.New(webhooks.Deps{Store: parts.Store, Vault: parts.Vault, Clock: parts.Clock, IDs: parts.IDs, Log: parts.Program.Log})
	door.Mount(server.Router())
	balances := api.NewBalanceCache(0).Share(shared)
	api.New(server, api.Deps{
		Program: parts.Program, Vault: parts.Vault, Cache: shared, Clock: parts.Clock, Log: parts.Program.Log, Shopify: proofs, Balances: balances,
		Metrics:      prometheus.NewRegistry(),
		ShopperReads: 1_000_000, // 200 shoppers ask as much as a whole shop would
	}, func(context.Context) error { return nil })
	go func() { _ = server.Serve(listener) }()
	return bench.Web{
		Addr: listener.Addr().String(), Empty: "/healthz", UseCache: balances.Use, Redis: redis,
		Balance: func(shop loyalty.Shop, customerKey string) []byte {
			return balanceRequest(listener.Addr().String(), proofs.ExtensionToken(shop.Domain, customerKey))
		},
		Stop: func() error {
			stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
			defer cancel()
			return errors.Join(server.Shutdown(5*time.Second), door.Close(stop), shared.Close())
		},
	}, nil
}

func balanceRequest(host, token string) []byte {
	return fmt.Appendf(nil, "GET /api/storefront/v1/balance HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n\r\n", host, token)
}

// demoKeys seal the demo's secrets; they protect nothing but a test double.
func demoKeys() string {
	return "demo:" + base64.StdEncoding.EncodeToString([]byte("32 bytes that seal demo secrets."))
}
