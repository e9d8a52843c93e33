package demoshop

import (
	"crypto/rand"
	"encoding/base64"
	"io/fs"
	"log/slog"
	mathrand "math/rand/v2"
	"net/http"
	"sync"
	"time"

	"zugabe/app/loyalty"
)

// Domain is the shop's name at the host; it never has to resolve.
const Domain = "demo.myshopify.com"

// Clock is the shop's time; the clock page moves it (N-15).
type Clock interface {
	loyalty.Clock
	Advance(d time.Duration)
}

// Config is what the shop must know of the app it has installed.
type Config struct {
	Clock          Clock
	Machine        loyalty.Clock // paces the API bucket; nil = Clock
	AppURL         string        // where the app answers, without a slash at the end
	AppProxyTarget string        // what /apps/zugabe/ is forwarded to; empty = AppURL + /api/storefront/v1
	WebhookPath    string        // empty = /webhooks/shopify
	ClientID       string
	Secrets        []string // the app's client secrets; the first, oldest one signs
	AppTopics      []string // topics of the app's TOML file; nil = the compliance topics and app/uninstalled
	ReviewURL      string   // where reviews are posted; empty = none
	ReviewSecret   string   // whsec_<base64>
	Partner        string   // address of a partner who can be visited, "" = there is none
	Storefront     string   // name of that partner's storefront
	Enterprise     bool     // the host's biggest plan: twenty times as many calls
	Extension      fs.FS    // theme extension of the installed app; nil = ours
	Seed           int64
	Log            *slog.Logger
	Client         *http.Client // for webhooks and the app proxy; nil = one with the host's 5 s limit
}

// Shop is the stand-in host with one shop. Safe for concurrent use.
type Shop struct {
	cfg    Config
	schema *adminSchema
	client *http.Client

	mu          sync.Mutex
	ids         map[string]int64
	rng         *mathrand.Rand
	products    []*Product
	collections []*Collection
	articles    []*Article
	customers   []*Customer
	orders      []*Order
	discounts   []*Discount
	codes       map[string]codeAt // of all discounts, in lower case
	bulks       []*BulkCreation
	segments    []*Segment
	reviews     []*Review
	mails       []*Mail
	subs        []*Subscription
	metafields  []*Metafield // of the shop and other owners
	queue       []*delivery
	sent        []*delivery
	tokens      tokenBook
	bucket      bucket
	mis         misbehaviour
	uninstalled bool
	scopes      []string
	pump        sync.Mutex
	wake        chan struct{}
	adminKey    string
	doi         map[string]int64 // confirmation token -> customer
	visitors    browsers
	problems    problemBook
	seeding     Seeding
	themeBox
}

// New opens an empty shop; Seed fills it.
func New(cfg Config) *Shop {
	if cfg.Clock == nil {
		cfg.Clock = loyalty.NewOffsetClock(loyalty.SystemClock())
	}
	if cfg.Machine == nil {
		cfg.Machine = cfg.Clock
	}
	if cfg.AppProxyTarget == "" {
		cfg.AppProxyTarget = cfg.AppURL + "/api/storefront/v1"
	}
	if cfg.WebhookPath == "" {
		cfg.WebhookPath = "/webhooks/shopify"
	}
	if cfg.AppTopics == nil {
		cfg.AppTopics = ComplianceTopics()
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Extension == nil {
		cfg.Extension = extensionFiles()
	}
	s := &Shop{
		cfg: cfg, schema: loadAdminSchema(), client: cfg.Client,
		ids: map[string]int64{}, doi: map[string]int64{}, wake: make(chan struct{}, 1),
		rng:    mathrand.New(mathrand.NewPCG(uint64(cfg.Seed), 0x5ed)),
		scopes: []string{"read_customers", "write_customers", "read_orders", "read_all_orders", "read_products", "read_discounts", "write_discounts", "write_app_proxy", "read_customer_merge"},
	}
	if s.client == nil {
		wires := http.DefaultTransport.(*http.Transport).Clone()
		wires.MaxIdleConnsPerHost = hands
		s.client = &http.Client{Timeout: 5 * time.Second, CheckRedirect: noRedirect, Transport: wires}
	}
	s.tokens.init()
	s.bucket = newBucket(cfg.Machine, 1)
	if cfg.Enterprise {
		s.bucket = newBucket(cfg.Machine, enterprise)
	}
	s.adminKey = randomText(18)
	return s
}

// Clock is the shop's clock.
func (s *Shop) Clock() Clock { return s.cfg.Clock }

func (s *Shop) now() time.Time { return s.cfg.Clock.Now().UTC() }

func (s *Shop) secret() string {
	if len(s.cfg.Secrets) == 0 {
		return ""
	}
	return s.cfg.Secrets[0]
}

func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

func randomText(bytes int) string {
	b := make([]byte, bytes)
	if _, err := rand.Read(b); err != nil {
		panic("no randomness: " + err.Error())
	}
	return base64.RawURLEncoding.EncodeToString(b)
}
