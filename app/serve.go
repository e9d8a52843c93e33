package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"zugabe/app/api"
	"zugabe/app/config"
	"zugabe/app/crash"
	"zugabe/app/loyalty"
	"zugabe/app/store"
	"zugabe/webhooks"
)

type serveCommand struct {
	config.Config  `embed:""`
	MetricsListen  string        `name:"metrics-listen" env:"ZUGABE_METRICS_LISTEN" default:"127.0.0.1:9464" help:"Where Prometheus reads metrics; never public. Empty switches it off."`
	StopNotice     time.Duration `name:"stop-notice" env:"ZUGABE_STOP_NOTICE" default:"2s" help:"How long a stopping process says so at /readyz and still takes requests, so that a load balancer goes elsewhere; at most 5s."`
	ShopifyBaseURL string        `name:"shopify-base-url" env:"ZUGABE_SHOPIFY_BASE_URL" hidden:"" help:"For tests: where every Shopify shop is reached."`
}

// Run is the serve command.
func (c *serveCommand) Run(ctx context.Context) error {
	if c.ShopifyBaseURL != "" && !c.Testing {
		return errors.New("ZUGABE_SHOPIFY_BASE_URL is for tests only")
	}
	if c.StopNotice < 0 || c.StopNotice > drain/2 {
		return fmt.Errorf("ZUGABE_STOP_NOTICE: %s is not between 0s and %s", c.StopNotice, drain/2)
	}
	log := slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: c.Level()}))
	around := surroundings{clock: crash.Clock(loyalty.SystemClock()), log: log}
	if c.ShopifyBaseURL != "" {
		around.baseURL = func(string) string { return c.ShopifyBaseURL }
	}
	s, err := assemble(ctx, c.Config, around)
	if err != nil {
		return err
	}
	s.notice = c.StopNotice
	s.describe(os.Stdout)
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return errors.Join(err, s.close())
	}
	if c.MetricsListen != "" {
		go func() {
			if err := listenAndServe(ctx, c.MetricsListen, promhttp.HandlerFor(s.metrics, promhttp.HandlerOpts{})); err != nil {
				log.Warn("no metrics are served", "err", err)
			}
		}()
	}
	return errors.Join(s.run(ctx, listener), s.close())
}

// drain is how long requests may take after a stop signal, the notice included (C15).
const drain = 10 * time.Second

// run serves and works until ctx ends, then stops in the order that loses nothing:
// not ready, no new requests and no new work, what is under way is finished, what
// was accepted is stored.
func (s *service) run(ctx context.Context, listener net.Listener) error {
	work, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWork()
	var workers sync.WaitGroup
	if s.cfg.Worker() {
		s.startWorkers(work, &workers)
	}
	var stopping atomic.Bool
	web, door := s.web(&stopping)
	served := make(chan error, 1)
	go func() { served <- web.Serve(listener) }()
	var err error
	select {
	case err = <-served:
	case <-s.store.Fatal():
		err = errors.New("the database reported damage; the process stops so that nothing is built on it. Check the disk, then start again and run: zugabe ledger verify")
	case <-ctx.Done():
		s.log.Info("stopping")
		stopping.Store(true)
		err = s.leave(web, stopWork)
	}
	late, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
	defer cancel()
	err = errors.Join(err, door.Close(late))
	stopWork()
	workers.Wait()
	return err
}

// leave gives notice, closes the door and waits for the requests under way, while
// the workers finish what they have in hand.
func (s *service) leave(web *api.HTTP, stopWork func()) error {
	web.Leave()
	if s.cfg.Web() {
		notice := time.NewTimer(s.notice)
		defer notice.Stop()
		<-notice.C
	}
	stopWork()
	err := web.Shutdown(drain - s.notice)
	if errors.Is(err, context.DeadlineExceeded) {
		s.log.Warn("connections were still open at the end of the stop")
		return nil
	}
	return err
}

func (s *service) startWorkers(ctx context.Context, all *sync.WaitGroup) {
	all.Go(func() { s.intake.Run(ctx) })
	all.Go(func() { s.dispatch.Run(ctx) })
	all.Go(func() { s.mails.Run(ctx) })
	all.Go(func() { s.imports.Run(ctx) })
	all.Go(func() { s.schedule.Run(ctx) })
}

// web is the HTTP server with every route. A worker answers only the probes.
func (s *service) web(stopping *atomic.Bool) (*api.HTTP, *webhooks.Door) {
	server := api.NewHTTP(webhooks.ServerConfig(), s.log)
	door := s.door()
	ready := func(ctx context.Context) error {
		if stopping.Load() {
			return errors.New("the process is stopping")
		}
		return s.store.Read(ctx, func(tx *store.Tx) error {
			_, err := tx.ListShops(0, 1, loyalty.ShopActive)
			return err
		})
	}
	if s.cfg.Web() {
		door.Mount(server.Router())
		api.New(server, s.deps(), ready)
	} else {
		api.Probes(server, s.log, ready)
	}
	return server, door
}

type migrateCommand struct {
	databaseFlags `embed:""`
}

// Run is the migrate command.
func (c *migrateCommand) Run(ctx context.Context) error {
	st, err := store.Open(ctx, store.Config{URL: c.DatabaseURL, Clock: loyalty.SystemClock(), Log: textLog(os.Stderr, slog.LevelInfo)})
	if err != nil {
		return err
	}
	applied, err := st.Migrate(ctx)
	if err == nil {
		fmt.Printf("%d migrations applied\n", applied)
	}
	return errors.Join(err, st.Close())
}
