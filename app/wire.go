package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"zugabe/app/api"
	"zugabe/app/cache"
	"zugabe/app/config"
	"zugabe/app/crash"
	"zugabe/app/dispatch"
	"zugabe/app/intake"
	"zugabe/app/loyalty"
	"zugabe/app/mail"
	"zugabe/app/platform"
	"zugabe/app/platform/reviews"
	"zugabe/app/platform/shopify"
	"zugabe/app/platform/woocommerce"
	"zugabe/app/program"
	"zugabe/app/schedule"
	"zugabe/app/session"
	"zugabe/app/store"
	storefront "zugabe/storefront-snippets"
	"zugabe/webhooks"
)

// service is the app put together. Build it with assemble; serve or let its
// workers run; close it.
type service struct {
	cfg      config.Config
	log      *slog.Logger
	clock    loyalty.Clock
	store    *store.Store
	cache    *cache.Cache
	vault    *store.Vault
	program  *program.Program
	hosts    *platform.Hosts
	shopify  *shopify.Driver
	tokens   *platform.Tokens
	proofs   session.Shopify
	metrics  *prometheus.Registry
	intake   *intake.Pool
	dispatch *dispatch.Pool
	mails    *dispatch.Mails
	imports  *dispatch.Imports
	schedule *schedule.Scheduler
	demoShop string        // origin of the demo shop; "" outside the demo
	notice   time.Duration // between saying that it stops and taking no more requests
}

// surroundings are what differs between production, the demo and tests.
type surroundings struct {
	clock     loyalty.Clock
	pace      loyalty.Clock // by which calls to hosts are paced; nil = the machine's
	log       *slog.Logger
	tokenLife int64                      // of the host's session tokens, in ms; 0 = as Shopify's
	baseURL   func(domain string) string // where a Shopify shop is reached; nil = https on its own name
}

// assemble opens database and cache, migrates, and connects the parts. Nothing
// runs yet.
func assemble(ctx context.Context, cfg config.Config, around surroundings) (*service, error) {
	ring, err := store.NewKeyring(cfg.Keys)
	if err != nil {
		return nil, err
	}
	s := &service{cfg: cfg, log: around.log, clock: around.clock, vault: store.NewVault(ring), metrics: prometheus.NewRegistry()}
	s.metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	if s.store, err = store.Open(ctx, store.Config{URL: cfg.DatabaseURL, Clock: s.clock, Log: s.log}); err != nil {
		return nil, err
	}
	if _, err = s.store.Migrate(ctx); err != nil {
		return nil, errors.Join(err, s.store.Close())
	}
	if s.cache, err = cache.Open(ctx, cfg.RedisURL, s.log); err != nil {
		return nil, errors.Join(err, s.store.Close())
	}
	if err := s.connect(ctx, around); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

// connect makes program, hosts and workers on top of the open store.
func (s *service) connect(ctx context.Context, around surroundings) error {
	personKey, err := s.personKey(ctx)
	if err != nil {
		return err
	}
	plan, err := s.cfg.Plan()
	if err != nil {
		return err
	}
	s.program = &program.Program{Store: s.store, Clock: s.clock, IDs: loyalty.NewIDs(s.clock), Log: s.log, PersonKey: personKey, Wake: s.wake,
		Jobs: newJobMetrics(s.metrics).watch(), AppPrice: program.AppPrice{Price: plan.Price, Months: plan.Months, URL: plan.URL}}
	if err := s.addHosts(around); err != nil {
		return err
	}
	if err := s.addPost(around); err != nil {
		return err
	}
	s.intake = intake.New(s.program, intake.Config{Log: s.log, Booked: newBookingMetrics(s.metrics).booked})
	s.dispatch = dispatch.New(s.program, dispatch.Config{Log: s.log})
	s.mails = dispatch.NewMails(s.program)
	s.imports = dispatch.NewImports(s.program)
	s.schedule = schedule.New(s.program, schedule.Tasks(s.program), schedule.Config{Log: s.log, Ran: newTaskMetrics(s.metrics, s.clock).ran})
	return nil
}

func (s *service) addHosts(around surroundings) error {
	apps, err := s.cfg.Shopify()
	if err != nil {
		return err
	}
	s.proofs = session.Shopify{Clock: s.clock, MaxLife: around.tokenLife}
	var clientSecret string
	if len(apps) > 0 {
		s.proofs.ClientID, clientSecret = apps[0].ClientID, apps[0].Secrets[0]
		for _, secret := range apps[0].Secrets {
			s.proofs.Secrets = append(s.proofs.Secrets, session.Key{Secret: []byte(secret)})
		}
	}
	pace := around.pace
	if pace == nil {
		pace = loyalty.SystemClock()
	}
	s.hosts = platform.NewHosts(pace)
	s.shopify = shopify.New(shopify.Config{
		Client: platform.NewClient(platform.ClientOptions{AllowPrivate: around.baseURL != nil}), Pacer: platform.NewPacer(pace, shopify.InitialBudget), Clock: s.clock, Log: s.log,
		BaseURL: around.baseURL, WebhookAddress: s.cfg.PublicURL + "/webhooks/shopify", ClientID: s.proofs.ClientID, ClientSecret: clientSecret,
	})
	s.tokens = platform.NewTokens(program.HostTokens{Store: s.store, Vault: s.vault, Clock: s.clock}, s.shopify.Refresh, s.clock)
	s.hosts.Add(s.shopify, s.tokens.Access)
	s.hosts.Add(woocommerce.New(), nil)
	s.hosts.Add(reviews.New(), nil)
	s.program.Hosts = s.hosts
	s.program.Pages = platform.NewPages(platform.ClientOptions{AllowPrivate: around.baseURL != nil}, around.baseURL)
	s.program.Extension, s.program.Informal = storefront.Theme(), storefront.Informal()
	return nil
}

// addPost connects the mail server, and what calls addresses that merchants give.
func (s *service) addPost(around surroundings) error {
	s.program.Vault = s.vault
	s.program.Tools = platform.NewClient(platform.ClientOptions{AllowPrivate: around.baseURL != nil})
	s.program.Post = program.Post{From: s.cfg.MailFrom, ReplyTo: s.cfg.MailReplyTo, ShopURL: around.baseURL, DeskURL: s.cfg.PublicURL}
	if s.cfg.SMTPURL == "" {
		return nil
	}
	server, err := mail.ParseServer(s.cfg.SMTPURL)
	if err == nil {
		s.program.Post.Mailer = server
	}
	return err
}

// personKey is made once and kept sealed in the database: whoever changed it would
// give every erased person a second welcome bonus.
func (s *service) personKey(ctx context.Context) ([]byte, error) {
	const everybody = loyalty.ShopID(0)
	fresh := make([]byte, 32)
	if _, err := rand.Read(fresh); err != nil {
		return nil, err
	}
	var key []byte
	err := s.store.Write(ctx, func(tx *store.Tx) error {
		kept, err := s.vault.Secrets(tx, everybody, "person_key", 0)
		if err != nil {
			return err
		}
		if len(kept) > 0 {
			key = kept[0].Value
			return nil
		}
		ok, err := s.vault.Swap(tx, everybody, store.Secret{Purpose: "person_key", Value: fresh}, loyalty.NowMs(s.clock))
		if err == nil && !ok {
			err = errors.New("another process is starting at the same moment; start again")
		}
		key = fresh
		return err
	})
	return key, err
}

// install is what a valid session token of a shop that we do not know leads to:
// the token is exchanged for access, and the shop is asked who it is.
func (s *service) install(ctx context.Context, domain, token string) (loyalty.Shop, error) {
	access, err := s.shopify.Exchange(ctx, domain, token)
	if err != nil {
		return loyalty.Shop{}, installTrouble(err)
	}
	crash.Point("install.exchanged")
	about, err := s.shopify.Describe(ctx, platform.Conn{Domain: domain, Token: func(context.Context) (string, error) { return access.Access, nil }})
	if err != nil {
		return loyalty.Shop{}, installTrouble(err)
	}
	reviews, err := reviewSecret()
	if err != nil {
		return loyalty.Shop{}, err
	}
	kept, err := json.Marshal(access)
	if err != nil {
		return loyalty.Shop{}, err
	}
	shop, err := s.program.InstallShop(ctx, s.vault, program.Installation{
		Host: s.shopify.Name(), Domain: domain, Shop: about, Secrets: map[string][]byte{store.SecretReviews: reviews, store.SecretHostToken: kept},
	})
	if err != nil {
		return loyalty.Shop{}, err
	}
	return shop, s.program.OweChecks(ctx, shop)
}

// reviewSecret is a new secret in the form in which review apps are given one.
func reviewSecret() ([]byte, error) {
	random := make([]byte, 32)
	if _, err := rand.Read(random); err != nil {
		return nil, err
	}
	return []byte("whsec_" + base64.StdEncoding.EncodeToString(random)), nil
}

func installTrouble(err error) error {
	if errors.Is(err, platform.ErrRefused) || errors.Is(err, platform.ErrRevoked) {
		return session.BadForm
	}
	return loyalty.Refuse(loyalty.CodeUnavailable, "the shop could not be reached to finish the installation; open the app again in a moment: "+err.Error())
}

// wake passes on that there is work, inside this process.
func (s *service) wake(what string) {
	switch what {
	case "deliveries":
		if s.intake != nil {
			s.intake.Wake()
		}
	case "mails":
		if s.mails != nil {
			s.mails.Wake()
		}
	case "imports":
		if s.imports != nil {
			s.imports.Wake()
		}
	case "jobs":
		if s.dispatch != nil {
			s.dispatch.Wake()
		}
	}
}

func (s *service) deps() api.Deps {
	return api.Deps{
		Program: s.program, Vault: s.vault, Cache: s.cache, Clock: s.clock, Log: s.log, Metrics: s.metrics, Shopify: s.proofs,
		Balances: api.NewBalanceCache(0).Share(s.cache), Install: s.install, Version: version, DemoShop: s.demoShop,
	}
}

func (s *service) door() *webhooks.Door {
	return webhooks.New(webhooks.Deps{
		Store: s.store, Vault: s.vault, Clock: s.clock, IDs: s.program.IDs, Shopify: s.proofs.Secrets, Log: s.log, Wake: s.wake, Metrics: s.metrics,
	})
}

func (s *service) close() error {
	if s.program != nil {
		s.program.StopBacktests()
	}
	return errors.Join(s.cache.Close(), s.store.Close())
}

// describe prints on one screen what the app runs on, without a secret.
func (s *service) describe(out io.Writer) {
	fmt.Fprintf(out, "Zugabe %s\n", version)
	for _, fact := range s.store.Describe() {
		fmt.Fprintf(out, "  %-14s %s\n", fact.Name, fact.Value)
	}
	redis := "inside the process (nothing is lost with it)"
	if !s.cache.Inside() {
		redis = "outside, " + hidden(s.cfg.RedisURL)
	}
	post := "none is set: mails wait"
	if s.cfg.SMTPURL != "" {
		post = hidden(s.cfg.SMTPURL)
	}
	fmt.Fprintf(out, "  %-14s %s\n  %-14s %s\n  %-14s %s\n  %-14s %s\n", "redis", redis, "mail server", post, "role", s.cfg.Role, "listens on", s.cfg.Listen)
}

func hidden(url string) string {
	if at := strings.LastIndexByte(url, '@'); at >= 0 {
		return "***" + url[at:]
	}
	return url
}

func textLog(out io.Writer, level slog.Level) *slog.Logger {
	return slog.New(slog.NewTextHandler(out, &slog.HandlerOptions{Level: level}))
}

// listenAndServe runs plain net/http servers: the metrics and the demo shop.
func listenAndServe(ctx context.Context, addr string, h http.Handler) error {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	return serveOn(ctx, listener, h)
}

func serveOn(ctx context.Context, listener net.Listener, h http.Handler) error {
	server := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second}
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		bye, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		return server.Shutdown(bye)
	}
}
