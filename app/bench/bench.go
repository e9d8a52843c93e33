package bench

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
)

// Config says what is measured. The zero value of everything but Hosts and Serve is fine.
type Config struct {
	// MariaDB is the URL of a server without a database name
	// ("mysql://user:pass@host:port/"); empty starts a private one.
	MariaDB string
	Engines []string // "mariadb", "sqlite"; empty = both
	Paths   []string // names of the table's first column; empty = all
	Rounds  int      // 0 = 3
	Slice   time.Duration
	// Members and Entries are how full the database is where that matters; 0 =
	// 100,000 and 1,000,000. Ten times that is the full case.
	Members, Entries int
	Orders           int           // booked per round; 0 = 6,400, two full batches for each lane
	Burst            time.Duration // how long, of 1,000 deliveries a second; 0 = 10 s
	Version          string
	Hosts            program.HostSet // knows the host "woocommerce"
	// Serve starts the app's own HTTP server, as in production, on a free port.
	Serve func(ctx context.Context, parts Parts) (Web, error)
	// Site starts the app and the demo shop that it is installed in on this database;
	// no worker runs.
	Site func(ctx context.Context, databaseURL string) (Site, error)
	// Work books what was delivered, as the app's own workers do, until ctx ends.
	Work func(ctx context.Context, p *program.Program)
}

// Parts are what an HTTP server is made of.
type Parts struct {
	Store   *store.Store
	Program *program.Program
	Vault   *store.Vault
	Clock   loyalty.Clock
	IDs     *loyalty.IDs
}

// Web is a running server of the app.
type Web struct {
	Addr string // host:port
	// Balance makes the request of a signed-in shopper for the own balance.
	Balance func(shop loyalty.Shop, customerKey string) []byte
	// UseCache says which caches may answer it from now on: "all", "redis" (not the one in the process) or "none".
	UseCache func(level string)
	Redis    string // which one is behind that cache, in words
	// Empty is the path of a handler that does nothing, on the same server.
	Empty string
	Stop  func() error
}

type path struct {
	name string
	run  func(ctx context.Context, l *lab) ([]Row, error)
}

// paths are the lines of the table in their order. Memory comes first: what the
// others leave behind in the process is not the app's.
var paths = []path{
	{"memory", memory},
	{"intake", intake},
	{"burst", burst},
	{"booking", booking},
	{"balance", balance},
	{"redemption", redemption},
	{"codes", codes},
	{"import", importing},
	{"expiry", expiry},
	{"growth", growth},
	{"backtest", backtest},
	{"web", web},
}

func (c *Config) fill() {
	if c.Rounds == 0 {
		c.Rounds = 3
	}
	if c.Slice == 0 {
		c.Slice = 2 * time.Second
	}
	if c.Members == 0 {
		c.Members = 100_000
	}
	if c.Entries == 0 {
		c.Entries = 1_000_000
	}
	if c.Orders == 0 {
		c.Orders = 6_400
	}
	if c.Burst == 0 {
		c.Burst = 10 * time.Second
	}
	if len(c.Engines) == 0 {
		c.Engines = []string{mariaDB, sqliteDB}
	}
}

// Run measures and prints the table to out. An error means that something could
// not be run; a target that is missed is a line of the table.
func Run(ctx context.Context, cfg Config, out io.Writer) (rows []Row, err error) {
	cfg.fill()
	for _, name := range cfg.Paths {
		if !slices.ContainsFunc(paths, func(p path) bool { return p.name == name }) {
			return nil, fmt.Errorf("there is no path %q to measure", name)
		}
	}
	fmt.Fprintf(out, "zugabe bench %s · %s\n%d rounds, the median counts; app and yardstick alternate in the same run.\n", cfg.Version, machine(), cfg.Rounds)
	for _, engine := range cfg.Engines {
		more, engineErr := runEngine(ctx, cfg, engine, out)
		rows = append(rows, more...)
		err = errors.Join(err, engineErr)
	}
	fmt.Fprintln(out)
	return rows, errors.Join(err, printTable(out, rows))
}

// runEngine gives every path a database of its own.
func runEngine(ctx context.Context, cfg Config, engine string, out io.Writer) (rows []Row, err error) {
	server, err := startServer(ctx, cfg, engine)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", engine, err)
	}
	defer func() { err = errors.Join(err, server.stop()) }()
	first := true
	for _, p := range paths {
		if len(cfg.Paths) > 0 && !slices.Contains(cfg.Paths, p.name) {
			continue
		}
		l, openErr := openLab(ctx, cfg, server, p.name)
		if openErr != nil {
			return rows, fmt.Errorf("%s, %s: %w", engine, p.name, openErr)
		}
		if first {
			fmt.Fprintf(out, "%s: %s\n", engine, l.about())
			first = false
		}
		start := wall.Now()
		more, runErr := p.run(ctx, l)
		if runErr == nil {
			var checked []Row
			checked, runErr = l.account(ctx)
			more = append(more, checked...)
		}
		for _, r := range more {
			r.Path, r.Engine = cmp.Or(r.Path, p.name), engine
			rows = append(rows, r)
		}
		if runErr != nil {
			err = errors.Join(err, fmt.Errorf("%s, %s: %w", engine, p.name, runErr))
		}
		err = errors.Join(err, l.close())
		fmt.Fprintf(out, "  %s measured in %.0f s\n", p.name, since(start).Seconds())
		if ctx.Err() != nil {
			return rows, errors.Join(err, ctx.Err())
		}
	}
	return rows, err
}

func (l *lab) about() string {
	parts := []string{}
	for _, f := range l.store.Describe() {
		parts = append(parts, f.Name+" "+f.Value)
	}
	return strings.Join(parts, " · ")
}
