package shopify

import (
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"sync"

	"zugabe/app/loyalty"
	"zugabe/app/platform"
)

// Name is how shops of this host are marked.
const Name = "shopify"

// APIVersion is the pinned version of the Admin API. It must be the version of
// the schema that operations are checked against.
const APIVersion = "2026-10"

// InitialBudget is a standard shop's allowance: 2,000 points, 100 a second.
var InitialBudget = platform.Budget{Max: 2000, Available: 2000, PerSecond: 100}

// Config is what a driver needs. Client, Pacer and Clock are required.
type Config struct {
	Client *http.Client
	Pacer  *platform.Pacer
	Clock  loyalty.Clock
	Log    *slog.Logger
	// BaseURL says where a shop is reached, without a trailing slash. Nil means
	// https on the shop's own myshopify.com name and refuses any other; the demo
	// shop sets it.
	BaseURL func(domain string) string
	// WebhookAddress is set if subscriptions are made shop by shop through the API.
	// Left empty, they are declared in the app's configuration, where the host
	// keeps them and does not list them.
	WebhookAddress string
	// Topics are the subscriptions wanted with WebhookAddress; nil means Topics().
	Topics []string
	// Credentials of the app, for the token endpoint.
	ClientID     string
	ClientSecret string
}

// Driver implements platform.Driver for Shopify. Safe for concurrent use.
type Driver struct {
	cfg    Config
	mu     sync.Mutex
	cost   map[string]int64 // points the host last asked for, by operation
	warned map[string]bool  // notices of the host that were logged already
	orders int              // to ask for in one call
	lines  int              // of each order

	segments map[segmentKey]string // ours in the shops, as found in this process
}

// New makes the driver.
func New(cfg Config) *Driver {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Topics == nil {
		cfg.Topics = Topics()
	}
	return &Driver{cfg: cfg, cost: map[string]int64{}, warned: map[string]bool{}, orders: ordersAtOnce, lines: linesAtOnce, segments: map[segmentKey]string{}}
}

// Name is "shopify".
func (d *Driver) Name() string { return Name }

// Capabilities of Shopify: the webhook secret belongs to the app, so a delivery
// proves nothing about the shop it names and orders are re-read.
func (d *Driver) Capabilities() platform.Capabilities {
	return platform.Capabilities{
		FetchOrders: true, CustomerBoundCode: true, SharedDiscounts: true, PublishBalance: true, SetConsent: true, RefundLines: true,
		RetriesWebhooks: true, KeepsUses: true,
	}
}

var domainForm = regexp.MustCompile(`^[a-z0-9][a-z0-9-]*\.myshopify\.com$`)

// base is the address of a shop, or ErrRefused for a domain that is not one.
func (d *Driver) base(domain string) (string, error) {
	if d.cfg.BaseURL != nil {
		return strings.TrimSuffix(d.cfg.BaseURL(domain), "/"), nil
	}
	if !domainForm.MatchString(domain) {
		return "", platform.Refused("%q is not a domain of the host", domain)
	}
	return "https://" + domain, nil
}

// warnOnce logs a notice of the host the first time it is seen in this process.
func (d *Driver) warnOnce(key, message string, args ...any) {
	d.mu.Lock()
	seen := d.warned[key]
	if len(d.warned) < 1000 {
		d.warned[key] = true
	}
	d.mu.Unlock()
	if !seen {
		d.cfg.Log.Warn(message, args...)
	}
}
