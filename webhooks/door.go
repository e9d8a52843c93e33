package webhooks

import (
	"context"
	"log/slog"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/prometheus/client_golang/prometheus"

	"zugabe/app/loyalty"
	"zugabe/app/session"
	"zugabe/app/store"
)

// Deps is what the front door needs. Log, Wake and Metrics may be nil.
type Deps struct {
	Store   *store.Store
	Vault   *store.Vault
	Clock   loyalty.Clock
	IDs     *loyalty.IDs
	Shopify session.Keys // the app's client secrets, old ones with their end
	Log     *slog.Logger
	Wake    func(what string) // told after a commit that there is work
	Metrics prometheus.Registerer
	Answer  time.Duration // how long a host may wait for its answer; 0 = 4 s
}

// answerWithin is below the 5 s after which hosts hang up (A29).
const answerWithin = 4 * time.Second

// Door takes deliveries in.
type Door struct {
	deps    Deps
	shops   *directory
	commits *committer
	metrics *metrics
}

// New starts the writers; Close ends them.
func New(deps Deps) *Door {
	if deps.Log == nil {
		deps.Log = slog.New(slog.DiscardHandler)
	}
	if deps.Wake == nil {
		deps.Wake = func(string) {}
	}
	if deps.Answer == 0 {
		deps.Answer = answerWithin
	}
	m := newMetrics(deps.Metrics)
	return &Door{deps: deps, metrics: m, shops: newDirectory(deps), commits: newCommitter(deps, m)}
}

// Close waits until what was accepted is stored, at most until ctx ends. Stop
// the HTTP server first.
func (d *Door) Close(ctx context.Context) error { return d.commits.close(ctx) }

// Mount adds the routes below /webhooks.
func (d *Door) Mount(r fiber.Router) {
	hooks := r.Group("/webhooks", neverAPage)
	hooks.Post("/shopify", d.handle("shopify", d.shopify))
	hooks.Post("/woocommerce/:key", d.handle("woocommerce", d.woocommerce))
	hooks.Post("/reviews/:key", d.handle("reviews", d.reviews))
	for _, path := range []string{"/shopify", "/woocommerce/:key", "/reviews/:key"} {
		hooks.All(path, func(c *fiber.Ctx) error {
			c.Set(fiber.HeaderAllow, fiber.MethodPost)
			return c.SendStatus(fiber.StatusMethodNotAllowed)
		})
	}
}

// neverAPage keeps browsers from showing an answer, or from guessing what it is
// (I14, I17).
func neverAPage(c *fiber.Ctx) error {
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set(fiber.HeaderContentSecurityPolicy, "default-src 'none'; frame-ancestors 'none'; base-uri 'none'")
	return c.Next()
}

// The limits of the HTTP server that carries the front door.
const (
	MaxBody    = 6 << 20  // an order of 500 lines has about 1.5 MB (A18, A19)
	maxHeaders = 16 << 10 // a JWT and cookies exceed the default of 4 kB (A21)
)

// ServerConfig is how the HTTP server must be set up. fiber's own defaults
// have no read time-out and too small a header buffer.
func ServerConfig() fiber.Config {
	return fiber.Config{
		AppName:               "zugabe",
		DisableStartupMessage: true,
		BodyLimit:             MaxBody,
		ReadBufferSize:        maxHeaders,
		ReadTimeout:           10 * time.Second,
		WriteTimeout:          30 * time.Second,
		IdleTimeout:           60 * time.Second,
		Concurrency:           16 * 1024,
		StrictRouting:         true,
		CaseSensitive:         true,
		ErrorHandler:          plainError,
		// A multipart form is parsed before any handler runs, unless told not to.
		DisablePreParseMultipartForm: true,
	}
}

// plainError answers without details: they are ours, not the caller's.
func plainError(c *fiber.Ctx, err error) error {
	status := fiber.StatusInternalServerError
	if e, ok := err.(*fiber.Error); ok {
		status = e.Code
	}
	if status == fiber.StatusRequestEntityTooLarge || status == fiber.StatusBadRequest {
		c.Context().SetConnectionClose()
	}
	return c.SendStatus(status)
}

// Inside is how many requests wait for their commit at the moment.
func (d *Door) Inside() int64 { return d.commits.inside.Load() }
