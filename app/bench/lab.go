package bench

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"errors"
	"log/slog"

	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
)

// lab is one database with one shop, the app on top of it and a plain
// connection pool for the yardsticks beside it.
type lab struct {
	cfg     Config
	engine  string
	server  *server
	url     string // of the database, for a store
	store   *store.Store
	raw     *sql.DB
	vault   *store.Vault
	program *program.Program
	clock   loyalty.Clock
	ids     *loyalty.IDs
	shop    loyalty.Shop
	plan    program.Plan
	serial  int64 // last order number used
	drop    func() error
	// verified are the shops that the app wrote for; the ledger is verified for
	// them when the path has been measured.
	verified []loyalty.ShopID
}

const (
	shopKey    = "bench-path-key-000000001"
	hookSecret = `s3cr&t"<k>-of-the-bench`
	personKey  = "a key of 32 bytes for the bench.."
)

func openLab(ctx context.Context, cfg Config, s *server, name string) (_ *lab, err error) {
	url, raw, drop, err := s.database(ctx, name)
	if err != nil {
		return nil, err
	}
	l := &lab{cfg: cfg, engine: s.engine, server: s, url: url, raw: raw, drop: drop, clock: loyalty.SystemClock(), serial: firstOrder}
	l.ids = loyalty.NewIDs(l.clock)
	defer func() {
		if err != nil {
			err = errors.Join(err, l.close())
		}
	}()
	if l.store, err = store.Open(ctx, store.Config{URL: url}); err != nil {
		return nil, err
	}
	if _, err = l.store.Migrate(ctx); err != nil {
		return nil, err
	}
	var key [32]byte
	if _, err = rand.Read(key[:]); err != nil {
		return nil, err
	}
	ring, err := store.NewKeyring("bench:" + base64.StdEncoding.EncodeToString(key[:]))
	if err != nil {
		return nil, err
	}
	l.vault = store.NewVault(ring)
	l.program = &program.Program{Store: l.store, Clock: l.clock, IDs: l.ids, Hosts: cfg.Hosts, Log: slog.New(slog.DiscardHandler), PersonKey: []byte(personKey)}
	l.shop = loyalty.Shop{ID: 1, Host: "woocommerce", Domain: "bench.example", PathKey: shopKey, HostShopID: "1", Name: "Bench",
		Currency: "EUR", Zone: "Europe/Berlin", Language: "de", State: loyalty.ShopActive, InstalledAt: 1}
	l.verified = []loyalty.ShopID{l.shop.ID}
	return l, l.furnish(ctx)
}

// furnish makes the shop, its webhook secret and its plan.
func (l *lab) furnish(ctx context.Context) error {
	return l.store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.CreateShop(l.shop, 1); err != nil {
			return err
		}
		if err := l.vault.Rotate(tx, l.shop.ID, store.SecretWebhook, []byte(hookSecret), store.Window{NowMs: 1}); err != nil {
			return err
		}
		if err := l.program.EnsurePlan(tx, l.shop); err != nil {
			return err
		}
		// The recorded orders are older than this plan; the bench is not about that.
		if _, err := tx.Exec(`UPDATE plan_versions SET effective_from = 1 WHERE shop_id = ?`, l.shop.ID); err != nil {
			return err
		}
		var err error
		l.plan, err = l.program.CurrentPlan(tx, l.shop)
		return err
	})
}

func (l *lab) planOf(ctx context.Context, shop loyalty.Shop) (plan program.Plan, err error) {
	err = l.store.Read(ctx, func(tx *store.Tx) error {
		plan, err = l.program.CurrentPlan(tx, shop)
		return err
	})
	return plan, err
}

// open makes another shop like the lab's and returns its plan.
func (l *lab) open(ctx context.Context, id loyalty.ShopID) (loyalty.ID, error) {
	shop, name := l.shop, id.String()
	shop.ID, shop.Domain, shop.PathKey, shop.HostShopID = id, "bench"+name+".example", "bench-path-key-of-shop-"+name, name
	err := l.store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.CreateShop(shop, 1); err != nil {
			return err
		}
		return l.program.EnsurePlan(tx, shop)
	})
	if err != nil {
		return 0, err
	}
	plan, err := l.planOf(ctx, shop)
	return plan.ID, err
}

func (l *lab) close() error {
	var errs []error
	if l.store != nil {
		errs = append(errs, l.store.Close())
	}
	return errors.Join(append(errs, l.drop())...)
}

func (l *lab) sqlite() bool { return l.engine == sqliteDB }

// writers is how many connections write at once: SQLite has one writer.
func (l *lab) writers(n int) int {
	if l.sqlite() {
		return 1
	}
	return n
}

// person is the hash by which the app knows somebody again by the address.
func (l *lab) person(mail string) []byte {
	m := hmac.New(sha256.New, []byte(personKey))
	m.Write([]byte("person:" + loyalty.CanonicalEmail(mail)))
	return m.Sum(nil)
}

// never is the expiry of what does not expire.
const never = ledger.Never

func sign(body []byte) string {
	m := hmac.New(sha256.New, []byte(hookSecret))
	m.Write(body)
	return base64.StdEncoding.EncodeToString(m.Sum(nil))
}
