package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"zugabe/app/config"
	"zugabe/app/demoshop"
	"zugabe/app/dispatch"
	"zugabe/app/loyalty"
	"zugabe/app/mail/receive"
	"zugabe/app/program"
	"zugabe/app/schedule"
	"zugabe/app/store"
)

type demoCommand struct {
	DatabaseURL string `name:"database-url" help:"Database to use instead of a temporary SQLite file; it must be empty." placeholder:"URL"`
	RedisURL    string `name:"redis-url" help:"Redis to use instead of the one inside the process." placeholder:"URL"`
	Listen      string `name:"listen" default:"127.0.0.1:8080" help:"Where the app listens."`
	ShopListen  string `name:"shop-listen" default:"127.0.0.1:8081" help:"Where the demo shop listens."`
	Exercise    bool   `name:"exercise" help:"Play a scripted year of the shop through the real wire and compare every member's points with what they should be."`
	Seed        int64  `name:"seed" default:"1" help:"Which year is played."`
	Customers   int    `name:"customers" default:"60" help:"How many customers the played year has."`
	Days        int    `name:"days" default:"365" help:"How many days are played."`
	History     int    `name:"history" default:"365" help:"How many days of a made-up past the shop opens with; 0 for none."`
	Members     int    `name:"members" default:"300" help:"How many members the made-up past has."`
	Orders      int    `name:"orders" default:"2500" help:"How many orders the made-up past has."`
	Verbose     bool   `name:"verbose" short:"v" help:"Log what the app does."`
}

// The demo's own secrets. They open nothing but a shop on this machine.
const (
	demoClientID = "zugabe-demo-app"
	demoSecret   = "a secret that only opens the demo shop on this machine"
)

// Run is the demo command.
func (c *demoCommand) Run(ctx context.Context) error {
	d, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer d.cleanUp()
	if c.Exercise {
		return d.exercise(ctx, c)
	}
	return d.live(ctx, c)
}

// demo is the app together with the shop it is installed in.
type demo struct {
	app       *service
	shop      *demoshop.Shop
	web       net.Listener
	storeWeb  net.Listener
	mailbox   *lateMailbox
	temporary string
	opened    time.Time // when the demo was started, by the machine's clock
	meier     loyalty.ID
}

func (c *demoCommand) open(ctx context.Context) (*demo, error) {
	d := &demo{opened: loyalty.SystemClock().Now()}
	var err error
	if d.web, err = listenNear(c.Listen); err != nil {
		return nil, err
	}
	if d.storeWeb, err = listenNear(c.ShopListen); err != nil {
		return nil, err
	}
	url := c.DatabaseURL
	if url == "" {
		if d.temporary, err = os.MkdirTemp("", "zugabe-demo-"); err != nil {
			return nil, err
		}
		url = "sqlite://" + filepath.Join(d.temporary, "demo.db")
	}
	var clock demoshop.Clock = loyalty.NewOffsetClock(loyalty.SystemClock())
	if c.Exercise {
		clock = loyalty.NewManualClock(time.Date(2026, 1, 1, 8, 0, 0, 0, time.UTC))
	} else {
		clock.Advance(-time.Duration(c.History) * 24 * time.Hour)
	}
	level := slog.LevelError
	if c.Verbose {
		level = slog.LevelDebug
	}
	cfg := config.Config{
		DatabaseURL: url, RedisURL: c.RedisURL, Listen: d.web.Addr().String(), PublicURL: "http://" + d.web.Addr().String(), Role: "all",
		LogLevel: "info", Keys: demoKeys(),
		ShopifyApps: demoClientID + ":" + demoSecret, Demo: true, PlanPrice: "99.00 DKK", PlanMonths: []int{6, 12},
	}
	mailbox := &lateMailbox{}
	if cfg.SMTPURL, err = mailbox.open(); err != nil {
		return nil, err
	}
	cfg.MailFrom = "punkte@kontor-nord.example"
	shopURL := "http://" + d.storeWeb.Addr().String()
	around := surroundings{clock: clock, log: textLog(os.Stderr, level), baseURL: func(string) string { return shopURL }}
	around.pace = clock // the allowance of calls comes back by the shop's time, not by ours
	// The demo's tokens outlive the steps of the past that is played.
	around.tokenLife = int64(c.History+2) * 24 * time.Hour.Milliseconds()
	d.app, err = assemble(ctx, cfg, around)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(d.temporary))
	}
	d.app.demoShop = shopURL
	d.shop = demoshop.New(demoshop.Config{
		Clock: clock, AppURL: cfg.PublicURL, ClientID: demoClientID, Secrets: []string{demoSecret}, Seed: c.Seed, Log: d.app.log, Enterprise: !c.Exercise, Partner: meierMail, Storefront: meierName,
	})
	d.shop.Seed()
	d.shop.Promote("KAFFEE10", 10) // something of the merchant's own, for the stacking doctor
	mailbox.give(d.shop)
	d.mailbox = mailbox
	return d, nil
}

// lateMailbox is the demo's mail server. The app needs its address before there is a
// shop whose mailbox it is.
type lateMailbox struct {
	server receive.Server
	shop   atomic.Pointer[receive.Server]
}

func (l *lateMailbox) open() (string, error) {
	l.server.Keep = func(m receive.Mail) {
		if shop := l.shop.Load(); shop != nil {
			shop.Keep(m)
		}
	}
	addr, err := l.server.Start("127.0.0.1:0")
	return "smtp://" + addr, err
}

func (l *lateMailbox) give(shop *demoshop.Shop) { l.shop.Store(shop.Post()) }

// listenNear takes the address, or any free port of the same host if it is taken.
func listenNear(addr string) (net.Listener, error) {
	listener, err := net.Listen("tcp", addr)
	if err == nil {
		return listener, nil
	}
	host, _, splitErr := net.SplitHostPort(addr)
	if splitErr != nil {
		return nil, splitErr
	}
	return net.Listen("tcp", net.JoinHostPort(host, "0"))
}

func (d *demo) cleanUp() {
	_ = d.mailbox.server.Close()
	if d.temporary != "" {
		_ = os.RemoveAll(d.temporary)
	}
}

// live serves both until ctx ends. While the past is being played, the app's
// workers wait: their leases would end by a clock that runs a week in a moment.
func (d *demo) live(ctx context.Context, c *demoCommand) error {
	var shopRuns sync.WaitGroup
	d.app.cfg.Role = "web"
	shopRuns.Go(func() {
		if err := serveOn(ctx, d.storeWeb, d.shop.Handler()); err != nil && !errors.Is(err, http.ErrServerClosed) {
			d.app.log.Error("the demo shop stopped", "err", err)
		}
	})
	shopRuns.Go(func() {
		if err := d.connect(ctx); err != nil {
			d.app.log.Error("the app could not be installed in the demo shop", "err", err)
			return
		}
		if err := d.dressed(ctx); err != nil {
			d.app.log.Error("the demo shop's settings could not be saved", "err", err)
		}
		d.welcome(os.Stdout)
		if err := d.playPast(ctx, c); err != nil && ctx.Err() == nil {
			d.app.log.Error("the past could not be played to its end", "err", err)
		}
		d.app.startWorkers(ctx, &shopRuns)
		d.shop.Run(ctx)
	})
	err := d.app.run(ctx, d.web)
	shopRuns.Wait()
	return errors.Join(err, d.app.close())
}

// playPast fills the shop's books and brings the clock to the present.
func (d *demo) playPast(ctx context.Context, c *demoCommand) error {
	if c.History == 0 {
		return nil
	}
	shop, err := d.installed(ctx)
	if err != nil {
		return err
	}
	usual := d.app.schedule
	d.app.schedule = schedule.New(d.app.program, exerciseTasks(d.app.program), schedule.Config{Log: d.app.log})
	defer func() { d.app.schedule = usual }()
	codes, err := d.openVouchers(ctx, shop)
	if err != nil {
		return err
	}
	if err := d.openRewards(ctx, shop); err != nil {
		return err
	}
	err = d.shop.PlayHistory(ctx, demoshop.HistoryConfig{
		Members: c.Members, Orders: c.Orders, Days: c.History, Until: d.opened, Seed: c.Seed, Codes: codes,
		Looked: func(ctx context.Context, at []time.Time) error { return d.looked(ctx, shop, codes.Regular, at) },
		Settle: func(ctx context.Context) error { return d.settle(ctx, shop.ID) },
		Book: func(ctx context.Context) error {
			_, err := d.app.intake.Drain(ctx)
			return err
		},
	})
	if err == nil {
		err = d.leadsOfMeier(ctx, shop)
	}
	if err == nil {
		err = d.friendsOfAnna(ctx, shop.ID)
	}
	if err == nil {
		took := loyalty.SystemClock().Now().Sub(d.opened).Round(100 * time.Millisecond)
		fmt.Printf("%d orders of the past %d days were played in %s.\n", len(d.shop.Orders()), c.History, took)
	}
	return err
}

// connect installs the app as the host does: the first request from the admin
// carries a session token, and everything else follows from it.
func (d *demo) connect(ctx context.Context) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, d.app.cfg.PublicURL+"/api/admin/v1/shop", nil)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+d.shop.MintSessionToken("1"))
	client := &http.Client{Timeout: 30 * time.Second}
	res, err := client.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		said, _ := io.ReadAll(io.LimitReader(res.Body, 2000))
		return fmt.Errorf("the app answered %d: %s", res.StatusCode, said)
	}
	shop, err := d.installed(ctx)
	if err != nil {
		return err
	}
	if _, err := dispatch.Drain(ctx, d.app.program); err != nil { // subscriptions first: nothing is told before
		return err
	}
	return d.app.store.Read(ctx, func(tx *store.Tx) error {
		secrets, err := d.app.vault.Secrets(tx, shop.ID, store.SecretReviews, 0)
		if err != nil || len(secrets) == 0 {
			return errors.Join(err, errors.New("the shop has no secret for reviews"))
		}
		d.shop.ConnectReviews(d.app.cfg.PublicURL+"/webhooks/reviews/"+shop.PathKey, string(secrets[0].Value))
		return nil
	})
}

func (d *demo) installed(ctx context.Context) (shop loyalty.Shop, err error) {
	err = d.app.store.Read(ctx, func(tx *store.Tx) error {
		var found bool
		shop, found, err = tx.ShopByDomain("shopify", demoshop.Domain)
		if err == nil && !found {
			err = errors.New("the demo shop is not installed")
		}
		return err
	})
	return shop, err
}

func (d *demo) welcome(out io.Writer) {
	d.app.describe(out)
	fmt.Fprintf(out, `
Open one of these:
  http://%[1]s/demo        the demo shop: be the merchant, a shopper, a new shopper or a guest
  http://%[1]s/control     let the shop misbehave
  http://%[2]s/api/openapi.json   what the app's API offers
  http://%[2]s/readyz             whether the app is ready

The demo shop is a test double on this machine. Nothing here is kept. Stop with Ctrl+C.
`, d.storeWeb.Addr(), d.web.Addr())
}

// exercise plays a year and compares.
func (d *demo) exercise(ctx context.Context, c *demoCommand) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var serving sync.WaitGroup
	defer serving.Wait()
	defer stop()
	served := make(chan error, 1)
	d.app.schedule = schedule.New(d.app.program, exerciseTasks(d.app.program), schedule.Config{Log: d.app.log})
	d.app.cfg.Role = "web" // the exercise works deliveries and jobs off itself, because its clock stands still
	serving.Go(func() { served <- d.app.run(ctx, d.web) })
	serving.Go(func() { _ = serveOn(ctx, d.storeWeb, d.shop.Handler()) })
	if err := d.connect(ctx); err != nil {
		return err
	}
	shop, err := d.installed(ctx)
	if err != nil {
		return err
	}
	began := loyalty.SystemClock().Now()
	err = demoshop.Exercise(ctx, demoshop.ExerciseConfig{
		Shop: d.shop, Customers: c.Customers, Days: c.Days, Seed: c.Seed, Balances: balances{d.app.program, shop},
		Staff: true, Settle: func(ctx context.Context) error { return d.settle(ctx, shop.ID) }, Check: func(ctx context.Context) error { return audit(ctx, d.app.program) },
	}, os.Stdout)
	fmt.Printf("played %d days with seed %d on %s in %s\n", c.Days, c.Seed, d.app.store.Dialect(), loyalty.SystemClock().Now().Sub(began).Round(time.Second))
	if err == nil {
		fmt.Println("No difference. The ledger is clean.")
	}
	if c.DatabaseURL != "" {
		fmt.Printf("Look again, by the shop's clock: zugabe ledger verify --at %s\n", d.shop.Clock().Now().UTC().Format(time.RFC3339))
	}
	return err
}

// exerciseTasks are all tasks but the nightly check of the books (the exercise runs
// the same one with every comparison, and stops at what it finds) and the nightly
// look at the pages: nights pass in seconds here.
func exerciseTasks(p *program.Program) []schedule.Task {
	return slices.DeleteFunc(schedule.Tasks(p), func(t schedule.Task) bool { return t.Name == "verify" || t.Name == "pages" })
}

// The exercise's clock stands still while the app works. What the host asked to
// wait for is waited for in steps of the shop's time.
const (
	settleStep = 20 * time.Second
	settleMost = 30 // steps
)

// settle works off everything that is there or due by the clock.
func (d *demo) settle(ctx context.Context, shop loyalty.ShopID) error {
	for range settleMost {
		if err := d.workOff(ctx); err != nil {
			return err
		}
		waiting, err := d.waiting(ctx, shop)
		if err != nil || !waiting {
			return err
		}
		d.shop.Clock().Advance(settleStep)
	}
	return nil
}

func (d *demo) workOff(ctx context.Context) error {
	for range 100 {
		if err := d.app.schedule.RunDue(ctx); err != nil {
			return err
		}
		taken, err := d.app.intake.Drain(ctx)
		if err != nil {
			return err
		}
		called, err := dispatch.Drain(ctx, d.app.program)
		if err != nil {
			return err
		}
		sent, err := d.app.mails.Drain(ctx)
		if err != nil {
			return err
		}
		if err := d.app.imports.Drain(ctx); err != nil {
			return err
		}
		if taken+called+sent == 0 {
			return nil
		}
	}
	return errors.New("the app does not come to rest")
}

// waiting says whether deliveries wait for their next try.
func (d *demo) waiting(ctx context.Context, shop loyalty.ShopID) (bool, error) {
	var counts store.DeliveryCounts
	err := d.app.store.Read(ctx, func(tx *store.Tx) (err error) {
		counts, err = tx.CountDeliveries(shop)
		return err
	})
	return counts.New+counts.Retry > 0, err
}

// audit is ledger verify as a yes or no.
func audit(ctx context.Context, p *program.Program) error {
	report, err := p.Verify(ctx)
	if err == nil && !report.OK() {
		err = fmt.Errorf("%d rows break an invariant: %v", report.Broken(), report.Violations())
	}
	return err
}

// balances reads what the ledger says, debt included.
type balances struct {
	program *program.Program
	shop    loyalty.Shop
}

// Balance is demoshop.BalanceReader's. A customer without a member has nothing.
func (b balances) Balance(ctx context.Context, customerKey string) (pending, available, held int64, err error) {
	var id loyalty.ID
	err = b.program.Store.Read(ctx, func(tx *store.Tx) error {
		m, err := b.program.FindMember(tx, b.shop.ID, customerKey)
		id = m.ID
		return err
	})
	if loyalty.CodeOf(err) == loyalty.CodeNotFound {
		return 0, 0, 0, nil
	}
	if err != nil {
		return 0, 0, 0, fmt.Errorf("customer %s: %w", strconv.Quote(customerKey), err)
	}
	balance, err := b.program.BalanceOf(ctx, b.shop, id)
	return int64(balance.Account.Pending), int64(balance.Account.Available), int64(balance.Account.Held), err
}
